"""Find where the pages of a layout begin, by comparing its lines with the text that they were made from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from onrecord.model.page_numbers import PICTURE_LETTER, PageStart, filter_letters

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from weasyprint.formatting_structure.boxes import Box, PageBox

_HYPHEN = "\u2010"  # what the layout engine prints where it divides a word
_LEFT_OUT = frozenset({"footnote", "endnotes", "notecall", "running-head", "xref", "qr"})
_ENTRIES = ("li", "dt", "dd")
_CELLS = ("td", "th")


def find_page_starts(html: Element, pages: Iterable[PageBox]) -> tuple[PageStart, ...]:
    """Return a `PageStart` without a label for each page; `html` is the element tree that was laid out.

    Footnotes, page references, QR codes, list markers, running heads and repeated table heads do not count.
    """
    reader = _PageReader(html)
    return tuple(reader.read_page(number, page) for number, page in enumerate(pages))


class _PageReader:
    """The positions in the document's letters that the pages read so far have reached."""

    def __init__(self, html: Element) -> None:
        # What has been printed of each table cell, and of the text around them (None): a position in the letters, and
        # whether it divides a word. The cells of a row that a page break splits go on side by side.
        self._positions: dict[Element | None, tuple[int, bool]] = {None: (0, False)}
        self._text = _read_letters(html, self._positions)
        self._parents = {child: parent for parent in html.iter() for child in parent}
        self._heads: dict[Element, int] = {}  # table head -> the page on which it is printed first
        self._entries: set[Element] = set()  # list items and definitions that have begun

    def read_page(self, number: int, page: PageBox) -> PageStart:
        """Return the start of the next page, and remember how far the text has been printed."""
        begin = None
        entry_count = len(self._entries)
        for box in _list_content_boxes(page.children[0]):
            element = box.element
            assert element is not None
            if self._is_skipped(element, number):
                continue
            cell = _find_ancestor(element, _CELLS, self._parents)
            position = self._positions[cell]
            begin = begin or position
            self._positions[cell] = _advance(box, self._text, position[0])
            self._positions[None] = max(self._positions[None], self._positions[cell])
            entry = _find_ancestor(element, _ENTRIES, self._parents)
            if entry is not None:
                self._entries.add(entry)
        letters_before, divides = begin or self._positions[None]
        return PageStart("", letters_before, entry_count, divides)

    def _is_skipped(self, element: Element, page: int) -> bool:
        """Return whether the element is a page reference, a note, or in a table head that is repeated."""
        if _find_class(element, _LEFT_OUT, self._parents):
            return True
        head = _find_ancestor(element, ("thead",), self._parents)
        return head is not None and self._heads.setdefault(head, page) != page


def _advance(box: Box, text: str, position: int) -> tuple[int, bool]:
    """Return the position in the text after what the box prints, and whether its last word is divided."""
    shown = PICTURE_LETTER if box.element_tag == "img" else filter_letters(getattr(box, "text", ""))
    if text.startswith(shown, position):
        return position + len(shown), False
    if shown.endswith(_HYPHEN) and text.startswith(shown[:-1], position):
        return position + len(shown) - 1, True
    # The engine printed other letters than it was given. The page may be marked wrongly; the proof compares it.
    index = text.find(shown, position)
    return (index + len(shown) if index >= 0 else position), False


def _read_letters(html: Element, positions: dict[Element | None, tuple[int, bool]]) -> str:
    """Return the letters of the document; add to `positions` where the letters of each table cell begin."""
    pieces, position = [], 0
    for piece in _iterate_letters(html):
        if isinstance(piece, str):
            pieces.append(piece)
            position += len(piece)
        else:
            positions[piece] = position, False
    return "".join(pieces)


def _iterate_letters(element: Element) -> Iterator[Element | str]:
    """Yield the letters of the element in reading order without footnotes; each table cell before its letters."""
    classes = (element.get("class") or "").split()
    if element.tag == "head" or _LEFT_OUT.intersection(classes):
        return
    if element.tag == "img":
        yield PICTURE_LETTER
    if element.tag in _CELLS:
        yield element
    yield filter_letters(element.text or "")
    for child in element:
        yield from _iterate_letters(child)
        yield filter_letters(child.tail or "")


def _list_content_boxes(box: Box) -> Iterator[Box]:
    """Yield the boxes with text or a picture that belong to an element, not to its `::before` or marker."""
    box = getattr(box, "_box", box)
    children = getattr(box, "children", ())
    if not children and "::" not in (box.element_tag or "") and (box.element_tag == "img" or getattr(box, "text", "")):
        yield box
    for child in children:
        yield from _list_content_boxes(child)


def _find_ancestor(element: Element | None, tags: Iterable[str], parents: dict[Element, Element]) -> Element | None:
    """Return the HTML element or its nearest ancestor with one of these tags; None if none has."""
    while element is not None and element.tag not in tags:
        element = parents.get(element)
    return element


def _find_class(element: Element | None, names: frozenset[str], parents: dict[Element, Element]) -> bool:
    """Return whether the element or an ancestor of it has one of these classes."""
    while element is not None and not names.intersection((element.get("class") or "").split()):
        element = parents.get(element)
    return element is not None
