"""The text block of each kind of page: the rectangle that all words of an interview must stand in."""

from __future__ import annotations

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
_LEAST_MARGINS: Margins = (12, 12, 10, 10)  # on pages of a size without a name
_SIZE_SLACK_PT = 1.0
_SIDE_SLACK = 0.35  # of the type size: italics and quotation marks reach over the edge
_HEIGHT_SLACK = 0.6  # raised figures above the first line, tails below the last


def find_stray_edge(run: TextRun, page: PdfPage, index: int, margins: dict[tuple[float, float], Margins]) -> str:
    """Return which edge of its page's text block a printed run stands beyond ("left of", "below" …); "" if none.

    `index` is the page's place in the file: pages with an even one are right-hand pages. On a page of another
    size, words stay away from its edges.
    """
    left, bottom, right, top = page.box
    size = next((mm for mm in margins if _has_size(mm, right - left, top - bottom)), None)
    top_mm, bottom_mm, inner_mm, outer_mm = margins[size] if size else _LEAST_MARGINS
    left_mm, right_mm = (outer_mm, inner_mm) if index % 2 else (inner_mm, outer_mm)
    beside, beyond = _SIDE_SLACK * run.size, _HEIGHT_SLACK * run.size
    if run.left < left + left_mm * _PT_PER_MM - beside:
        return "left of"
    if run.right > right - right_mm * _PT_PER_MM + beside:
        return "right of"
    if run.bottom < bottom + bottom_mm * _PT_PER_MM - beyond:
        return "below"
    return "above" if run.top > top - top_mm * _PT_PER_MM + beyond else ""


def _has_size(size_mm: tuple[float, float], width_pt: float, height_pt: float) -> bool:
    """Return whether a size in mm is that of a page in points."""
    width, height = (side * _PT_PER_MM for side in size_mm)
    return abs(width - width_pt) < _SIZE_SLACK_PT and abs(height - height_pt) < _SIZE_SLACK_PT
