"""The text block of each kind of page: the rectangle that all words of an interview must stand in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from math import floor

from onrecord.proof.reading.painted_text import TextRun
from onrecord.proof.reading.pdf_pages import PdfPage

_PT_PER_MM = 72 / 25.4
# Margins in millimetres by the size of the page: top, bottom, at the binding side, at the outer edge.
Margins = tuple[float, float, float, float]
BOOK_MARGINS: dict[tuple[float, float], Margins] = {
    (148, 210): (20, 26.31, 19, 20),
    (152.4, 228.6): (22, 26.68, 20, 22.4),
    (210, 297): (30, 33.1, 38, 53),
    (215.9, 279.4): (27, 30.5, 40, 56.9),
}
PACK_MARGINS: dict[tuple[float, float], Margins] = {
    (210, 297): (35, 34.1, 32, 48),
    (215.9, 279.4): (33, 31.91, 34, 51.9),
    (148, 210): (29, 27.89, 19, 21),
}
LARGE_PRINT_MARGINS: dict[tuple[float, float], Margins] = {
    (210, 297): (42, 35.92, 28, 36),
    (215.9, 279.4): (42, 37.37, 30, 37),
}
# A page whose size has no name: type by its width, at most so many em to the line, sides at least so much of its width.
_TEXT_PER_WIDTH, _LEAST_TEXT_PT, _LARGEST_TEXT_PT = 0.076, 9.0, 12.5
_LEADING, _LONGEST_LINE_EM, _LEAST_SIDES, _INNER_SHARE = 1.29, 27.5, 0.26, 0.48
_TOP, _LEAST_TOP_MM, _FOOT, _LEAST_FOOT_MM = 0.096, 14.0, 0.11, 17.0  # shares of the height, and least margins
_SIDE_SLACK = 0.35  # of the type size: italics and quotation marks reach over the edge
_HEIGHT_SLACK = 0.6  # raised figures above the first line, tails below the last
_MOVED_PT, _MOVED_LINES = 1.5, 6  # lines in place are nearer to their edge; at least so many lines are moved alike


def find_stray_edge(
    run: TextRun, page: PdfPage, margins: dict[tuple[float, float], Margins], *, is_right_hand: bool
) -> str:
    """Return which edge of its page's text block a printed run stands beyond ("left of", "below" …); "" if none.

    `margins` are those of named sizes, by size; those of another size follow from it. On a right-hand page the binding
    is at the left.
    """
    left, bottom, right, top = _find_text_block(page, margins, is_right_hand=is_right_hand)
    beside, beyond = _SIDE_SLACK * run.size, _HEIGHT_SLACK * run.size
    if run.left < left - beside:
        return "left of"
    if run.right > right + beside:
        return "right of"
    if run.bottom < bottom - beyond:
        return "below"
    return "above" if run.top > top + beyond else ""


def find_moved_edge(
    runs: Iterable[TextRun], page: PdfPage, margins: dict[tuple[float, float], Margins], *, is_right_hand: bool
) -> str:
    """Return which edge of the text block the lines of a page begin or end beyond, all by one distance; "" if none.

    Lines stand so if inner and outer margins are exchanged and differ by less than one line may reach over an edge.
    """
    left, _, right, _ = _find_text_block(page, margins, is_right_hand=is_right_hand)
    starts, ends = zip(*((left - run.left, run.right - right) for run in runs), strict=True)
    for edge, distances in (("left of", starts), ("right of", ends)):
        moved = Counter(round(distance * 2) for distance in distances if distance > _MOVED_PT)
        is_moved = max(moved.values(), default=0) >= _MOVED_LINES
        if is_moved and not any(abs(distance) <= _MOVED_PT for distance in distances):
            return edge
    return ""


def _find_text_block(
    page: PdfPage, margins: dict[tuple[float, float], Margins], *, is_right_hand: bool
) -> tuple[float, float, float, float]:
    """Return the text block of a page in points: left, bottom, right, top."""
    left, bottom, right, top = page.box
    width_mm, height_mm = (round(side / _PT_PER_MM, 1) for side in (right - left, top - bottom))
    top_mm, bottom_mm, inner_mm, outer_mm = margins.get((width_mm, height_mm)) or expect_margins(width_mm, height_mm)
    left_mm, right_mm = (inner_mm, outer_mm) if is_right_hand else (outer_mm, inner_mm)
    return (
        left + left_mm * _PT_PER_MM,
        bottom + bottom_mm * _PT_PER_MM,
        right - right_mm * _PT_PER_MM,
        top - top_mm * _PT_PER_MM,
    )


@lru_cache(maxsize=4)
def expect_margins(width_mm: float, height_mm: float) -> Margins:
    """Return the margins of a page whose size has no name, derived from it here: the layout is not asked."""
    text_pt = _round_to_quarters(min(max(width_mm * _TEXT_PER_WIDTH, _LEAST_TEXT_PT), _LARGEST_TEXT_PT))
    leading_pt = _round_to_quarters(text_pt * _LEADING)
    sides_mm = max(width_mm - _LONGEST_LINE_EM * text_pt / _PT_PER_MM, width_mm * _LEAST_SIDES)
    inner_mm = round(sides_mm * _INNER_SHARE, 1)
    top_mm = round(max(_LEAST_TOP_MM, height_mm * _TOP), 1)
    room_pt = (height_mm - top_mm - max(_LEAST_FOOT_MM, height_mm * _FOOT)) * _PT_PER_MM
    text_mm = floor(room_pt / leading_pt) * leading_pt / _PT_PER_MM
    return top_mm, height_mm - top_mm - text_mm, inner_mm, round(sides_mm - inner_mm, 1)


def _round_to_quarters(points: float) -> float:
    """Return a type size rounded to quarters of a point."""
    return round(points * 4) / 4
