"""Where the pages of a layout begin, found by laying its lines beside the text they were made from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from onrecord.pages import PICTURE, PageStart, letters

_HYPHEN = "\u2010"  # what the layout engine sets where it divides a word
_LEFT_OUT = frozenset({"footnote", "running-head", "xref"})
_ENTRIES = ("li", "dt", "dd")


def page_starts(html: Any, pages: Iterable[Any]) -> tuple[PageStart, ...]:
    """A `PageStart` without a label for each page box; `html` is the element tree they were laid out from.

    Footnotes and page references do not count, nor do list marks, running heads and table heads that are shown again.
    """
    text = "".join(_text(html))
    parents = {child: parent for parent in html.iter() for child in parent}
    heads: dict[Any, int] = {}
    entries: dict[Any, None] = {}
    position, divided = 0, False
    found = []
    for number, page in enumerate(pages):
        found.append(PageStart("", position, len(entries), divided))
        for box in _leaves(page.children[0]):
            if "xref" in (box.element.get("class") or ""):
                continue
            head = _ancestor(box.element, ("thead",), parents)
            if head is not None and heads.setdefault(head, number) != number:
                continue
            position, divided = _behind(box, text, position)
            entry = _ancestor(box.element, _ENTRIES, parents)
            if entry is not None:
                entries[entry] = None
    return tuple(found)


def _behind(box: Any, text: str, position: int) -> tuple[int, bool]:
    """The position in the text behind what the box shows, and whether its last word is divided."""
    shown = PICTURE if box.element_tag == "img" else letters(box.text)
    if text.startswith(shown, position):
        return position + len(shown), False
    if shown.endswith(_HYPHEN) and text.startswith(shown[:-1], position):
        return position + len(shown) - 1, True
    raise ValueError(f"the layout shows “{shown}” where the text has “{text[position : position + 40]}”")


def _text(element: Any) -> Iterator[str]:
    """The letters of the element in reading order, footnotes left out."""
    classes = (element.get("class") or "").split()
    if element.tag == "head" or _LEFT_OUT.intersection(classes):
        return
    if element.tag == "img":
        yield PICTURE
    yield letters(element.text or "")
    for child in element:
        yield from _text(child)
        yield letters(child.tail or "")


def _leaves(box: Any) -> Iterator[Any]:
    """The boxes with text or a picture, of elements themselves and not of what a style adds to them."""
    box = getattr(box, "_box", box)
    children = getattr(box, "children", ())
    if not children and "::" not in (box.element_tag or "") and (box.element_tag == "img" or getattr(box, "text", "")):
        yield box
    for child in children:
        yield from _leaves(child)


def _ancestor(element: Any, tags: Iterable[str], parents: dict[Any, Any]) -> Any:
    while element is not None and element.tag not in tags:
        element = parents.get(element)
    return element
