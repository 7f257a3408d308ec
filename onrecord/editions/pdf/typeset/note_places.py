"""Find the footnotes for which the pages of a layout have no room: those must be printed elsewhere.

WeasyPrint 70 divides no footnote. One that does not fit is moved to a later page than its call, covers text, leaves
half a page empty before its call, or is lost.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from weasyprint.formatting_structure.boxes import Box, PageBox

_SLACK_PX = 1.0
_MOST_EMPTY = 0.25  # of the text block: more may no footnote leave empty on the page before its call
_LINES_MOVED = 3  # lines that a page break moves together, at most


@dataclass(slots=True)
class _Page:
    """What the notes of a page depend on: where its text ends and where its notes begin, from the top of the page."""

    text_end: float = 0.0
    top: float = 0.0
    bottom: float = 0.0
    calls: list[int] = field(default_factory=list)
    first_calls: list[int] = field(default_factory=list)  # in the first lines
    notes: dict[int, float] = field(default_factory=dict)  # number -> height
    notes_top: float = 0.0


def find_unfit_notes(html: Element, pages: Iterable[PageBox]) -> tuple[int, ...]:
    """Return the numbers of the footnotes to print elsewhere, of the first page that has such; () if all fit.

    What comes after that page changes when they are gone.
    """
    numbers = [number for element in html.iter() if (number := _read_number(element))]
    if not numbers:
        return ()
    printed = [_measure_page(page) for page in pages]
    for index, page in enumerate(printed):
        if unfit := _find_on_page(page, printed[index - 1] if index else None):
            return tuple(sorted(unfit))
    called = {number for page in printed for number in page.calls}
    return tuple(sorted(set(numbers) - called))


def _find_on_page(page: _Page, before: _Page | None) -> set[int]:
    """Return the notes that are called on a page and stand elsewhere, cover text, or leave the page before empty."""
    unfit = {number for number in page.calls if number not in page.notes}
    if unfit:
        return unfit
    missing = page.text_end - page.notes_top
    for number in reversed(page.notes) if page.notes and missing > _SLACK_PX else ():
        if missing <= 0:
            break
        unfit.add(number)
        missing -= page.notes[number]
    if before is not None and not unfit:
        empty = (before.notes_top if before.notes else before.bottom) - before.text_end
        if empty > _MOST_EMPTY * (page.bottom - page.top):
            unfit = {number for number in page.first_calls if page.notes.get(number, 0.0) > empty / 2}
    return unfit


def _measure_page(page: PageBox) -> _Page:
    """Return the calls and notes of a page, with where they stand."""
    body, *others = page.children
    measured = _Page(top=page.content_box_y(), bottom=page.content_box_y() + page.height)
    line_count = 0
    for box in _iterate_boxes(body):
        tag = box.element_tag or ""
        if tag.endswith("::footnote-call"):
            number = _read_number(box.element)
            measured.calls.append(number)
            if line_count <= _LINES_MOVED:
                measured.first_calls.append(number)
        elif type(box).__name__ == "LineBox":
            line_count += 1
            measured.text_end = max(measured.text_end, box.position_y + box.height)
        elif tag == "img":
            measured.text_end = max(measured.text_end, box.position_y + box.height)
    for area in others:
        for box in getattr(area, "children", ()):
            if number := _read_number(box.element):
                top = box.position_y
                measured.notes_top = min(measured.notes_top or top, top)
                measured.notes[number] = box.margin_height()
    return measured


def _iterate_boxes(box: Box) -> Iterator[Box]:
    """Yield the box and all boxes below it, parents first."""
    box = getattr(box, "_box", box)
    yield box
    for child in getattr(box, "children", ()):
        yield from _iterate_boxes(child)


def _read_number(element: Element | None) -> int:
    """Return the number of a footnote's element, 0 for any other."""
    return int(element.get("data-number") or 0) if element is not None else 0
