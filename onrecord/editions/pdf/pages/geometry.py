"""The measures of a page: trim sizes, margins and type sizes, for layout and stamping."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import floor

from onrecord.model import Trim
from onrecord.model.paper import AnyTrim, PageSize

POINTS_PER_MM = 72 / 25.4

# How a page without a name is designed: type by its width, within limits; line height, longest line, least margins.
_TEXT_PER_WIDTH, _TEXT_PT = 0.076, (9.0, 12.5)
_LEADING, _LONGEST_LINE_EM, _LEAST_SIDES = 1.29, 27.5, 0.26


@dataclass(frozen=True, slots=True)
class PageGeometry:
    """The measures of a page in millimetres; `inner_mm` is the margin at the binding side.

    The text block holds a whole number of lines: what is left of the page below them is its foot. Style sheets have the
    type size as `1rem` and the distance of two lines as `1rlh`.
    """

    width_mm: float
    height_mm: float
    top_mm: float
    inner_mm: float
    outer_mm: float
    text_pt: float
    leading_pt: float
    lines: int
    has_centered_folio: bool = False
    is_mirrored: bool = False  # a book that is read from the right: its first page is a left-hand page

    @property
    def bottom_mm(self) -> float:
        """The margin below the text block, cut to hundredths so that the last line has room."""
        return floor((self.height_mm - self.top_mm - self.lines * self.leading_pt / POINTS_PER_MM) * 100) / 100

    def is_right_hand(self, *, recto: bool) -> bool:
        """Return whether a page lies on the right: a recto, or a verso of a book that is read from the right."""
        return recto != self.is_mirrored

    @property
    def measure_pt(self) -> float:
        """The length of a line of text in points."""
        return (self.width_mm - self.inner_mm - self.outer_mm) * POINTS_PER_MM

    def build_css(self) -> str:
        """Return the `@page` rules and the type size of the text."""
        outer, inner = (self.inner_mm, self.outer_mm) if self.is_mirrored else (self.outer_mm, self.inner_mm)
        sides = {"right": (outer, inner), "left": (inner, outer)}  # as the layout engine names odd and even pages
        rules = [f"@page {{ size: {self.width_mm}mm {self.height_mm}mm }}"]
        for side, (right, left) in sides.items():
            rules.append(f"@page :{side} {{ margin: {self.top_mm}mm {right}mm {self.bottom_mm}mm {left}mm }}")
            name = "recto" if side == "right" else "verso"
            rules.append(f"@page head-{name} {{ margin: {self.top_mm}mm {right}mm 0 {left}mm }}")
        if self.is_mirrored:
            rules.append("html .running-head.recto { text-align: left } html .running-head.verso { text-align: right }")
        rules.append(f"html {{ font-size: {self.text_pt}pt; line-height: {self.leading_pt}pt }}")
        return "\n".join(rules)


# Measures of 66 to 70 characters; the outer margin has room for the turn's address.
_GEOMETRY = {
    Trim.A5: PageGeometry(148, 210, 20, 19, 20, 11.25, 14.5, 32),
    Trim.SIX_BY_NINE: PageGeometry(152.4, 228.6, 22, 20, 22.4, 11.5, 15, 34),
    Trim.A4: PageGeometry(210, 297, 30, 38, 53, 12.5, 17, 39),
    Trim.LETTER: PageGeometry(215.9, 279.4, 27, 40, 56.9, 12.5, 17, 37),
}


# A pack is read at a table: larger type, room for holes at the binding side, for a head and a foot on every page.
_PACK_GEOMETRY = {
    Trim.A4: PageGeometry(210, 297, 35, 32, 48, 13.5, 19, 34),
    Trim.LETTER: PageGeometry(215.9, 279.4, 33, 34, 51.9, 13.5, 19, 32),
    Trim.A5: PageGeometry(148, 210, 29, 19, 21, 11.5, 15.5, 28),
}
# 18 pt and 1.5 lines (RNIB clear print: 16 pt at least); A5 has no room for it, so its large print is A4.
_LARGE_GEOMETRY = {
    Trim.A4: PageGeometry(210, 297, 42, 28, 36, 18, 27, 23),
    Trim.LETTER: PageGeometry(215.9, 279.4, 42, 30, 37, 18, 27, 21),
    Trim.A5: PageGeometry(210, 297, 42, 28, 36, 18, 27, 23),
}


def get_book_geometry(trim: AnyTrim) -> PageGeometry:
    """Return the measures of a book's page: those of its name, or such as suit its size."""
    return _GEOMETRY[trim] if isinstance(trim, Trim) else _design_page(trim)


def _design_page(size: PageSize) -> PageGeometry:
    """Return measures for a page of any size: about 27 em to the line, and an outer margin for the addresses."""
    text_pt = round(min(max(size.width_mm * _TEXT_PER_WIDTH, _TEXT_PT[0]), _TEXT_PT[1]) * 4) / 4
    leading_pt = round(text_pt * _LEADING * 4) / 4
    sides_mm = max(size.width_mm - _LONGEST_LINE_EM * text_pt / POINTS_PER_MM, size.width_mm * _LEAST_SIDES)
    inner_mm = round(sides_mm * 0.48, 1)
    outer_mm = round(sides_mm - inner_mm, 1)
    top_mm = round(max(14.0, size.height_mm * 0.096), 1)
    room_mm = size.height_mm - top_mm - max(17.0, size.height_mm * 0.11)
    lines = floor(room_mm * POINTS_PER_MM / leading_pt)
    return PageGeometry(*size.size_mm, top_mm, inner_mm, outer_mm, text_pt, leading_pt, lines)


def get_pack_geometry(paper: AnyTrim, *, large_print: bool = False, is_mirrored: bool = False) -> PageGeometry:
    """Return the measures of a pack's page; large print on A5 becomes A4."""
    assert isinstance(paper, Trim)  # packs are printed in an office
    return replace((_LARGE_GEOMETRY if large_print else _PACK_GEOMETRY)[paper], is_mirrored=is_mirrored)


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle in millimetres from the lower left corner of the page."""

    x_mm: float
    y_mm: float
    width_mm: float
    height_mm: float


def find_copy_number_area(page: PageGeometry, recto: bool) -> Area:
    """Return the area that every page of a pack leaves free for “Copy 7: NAME”: in the foot, at the binding side."""
    width, height = (page.width_mm - page.inner_mm - page.outer_mm) * 0.56, 2 * get_foot_size(page) / POINTS_PER_MM
    x = page.inner_mm if page.is_right_hand(recto=recto) else page.width_mm - page.inner_mm - width
    return Area(x, get_foot_baseline(page) - 0.6 * get_foot_size(page) / POINTS_PER_MM, width, height)


def get_foot_baseline(page: PageGeometry) -> float:
    """Return the height (mm above the lower edge) of the line on which page number and copy number stand."""
    return page.bottom_mm * 0.42


def get_foot_size(page: PageGeometry) -> float:
    """Return the type size (pt) in the foot of a pack."""
    return max(9.0, page.text_pt * 0.72) if page.text_pt < 16 else 16.0


def find_tab_area(page: PageGeometry, tab: int, tabs: int, recto: bool) -> Area:
    """Return the area of the tab of agenda item `tab` of `tabs`: at the outer edge, below the tab before it."""
    width, height = min(12.0, page.outer_mm * 0.34), 15.0
    room = page.height_mm - page.top_mm - page.bottom_mm
    step = min(height + 3, (room - height) / max(tabs - 1, 1))
    y = page.height_mm - page.top_mm - height - (tab - 1) * step
    return Area(page.width_mm - width if page.is_right_hand(recto=recto) else 0.0, y, width, height)
