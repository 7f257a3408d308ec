"""Where the pages of a layout begin, found by laying its lines beside the text they were made from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from onrecord.wording.page_numbers import PICTURE, PageStart, letters

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from weasyprint.formatting_structure.boxes import Box, PageBox

_HYPHEN = "\u2010"  # what the layout engine sets where it divides a word
_LEFT_OUT = frozenset({"footnote", "running-head", "xref"})
_ENTRIES = ("li", "dt", "dd")
_CELLS = ("td", "th")


def page_starts(html: Element, pages: Iterable[PageBox]) -> tuple[PageStart, ...]:
    """A `PageStart` without a label for each page box; `html` is the element tree they were laid out from.

    Footnotes and page references do not count, nor do list marks, running heads and table heads that are shown again.
    """
    cells: dict[Element | None, tuple[int, bool]] = {
        None: (0, False)
    }  # what has been shown of each, and of the text around them
    text = _read(html, cells)
    parents = {child: parent for parent in html.iter() for child in parent}
    heads: dict[Element, int] = {}
    entries: dict[Element, None] = {}
    found = []
    for number, page in enumerate(pages):
        begin = None
        begun = len(entries)
        for box in _leaves(page.children[0]):
            element = box.element
            assert element is not None
            if "xref" in (element.get("class") or ""):
                continue
            head = _ancestor(element, ("thead",), parents)
            if head is not None and heads.setdefault(head, number) != number:
                continue
            # The cells of a row that goes on on the next page go on side by side.
            cell = _ancestor(element, _CELLS, parents)
            begin = begin or cells[cell]
            cells[cell] = _behind(box, text, cells[cell][0])
            cells[None] = max(cells[None], cells[cell])
            entry = _ancestor(element, _ENTRIES, parents)
            if entry is not None:
                entries[entry] = None
        letters_before, divides = begin or cells[None]
        found.append(PageStart("", letters_before, begun, divides))
    return tuple(found)


def _behind(box: Box, text: str, position: int) -> tuple[int, bool]:
    """The position in the text behind what the box shows, and whether its last word is divided."""
    shown = PICTURE if box.element_tag == "img" else letters(getattr(box, "text", ""))
    if text.startswith(shown, position):
        return position + len(shown), False
    if shown.endswith(_HYPHEN) and text.startswith(shown[:-1], position):
        return position + len(shown) - 1, True
    # The engine shows other letters than it was given. The page may be marked wrongly: the proof compares it.
    found = text.find(shown, position)
    return (found + len(shown) if found >= 0 else position), False


def _read(html: Element, cells: dict[Element | None, tuple[int, bool]]) -> str:
    """The letters of the document; `cells` learns where the letters of each table cell begin."""
    out, position = [], 0
    for piece in _text(html):
        if isinstance(piece, str):
            out.append(piece)
            position += len(piece)
        else:
            cells[piece] = position, False
    return "".join(out)


def _text(element: Element) -> Iterator[Element | str]:
    """The letters of the element in reading order, footnotes left out; each table cell in front of its letters."""
    classes = (element.get("class") or "").split()
    if element.tag == "head" or _LEFT_OUT.intersection(classes):
        return
    if element.tag == "img":
        yield PICTURE
    if element.tag in _CELLS:
        yield element
    yield letters(element.text or "")
    for child in element:
        yield from _text(child)
        yield letters(child.tail or "")


def _leaves(box: Box) -> Iterator[Box]:
    """The boxes with text or a picture, of elements themselves and not of what a style adds to them."""
    box = getattr(box, "_box", box)
    children = getattr(box, "children", ())
    if not children and "::" not in (box.element_tag or "") and (box.element_tag == "img" or getattr(box, "text", "")):
        yield box
    for child in children:
        yield from _leaves(child)


def _ancestor(element: Element | None, tags: Iterable[str], parents: dict[Element, Element]) -> Element | None:
    while element is not None and element.tag not in tags:
        element = parents.get(element)
    return element
