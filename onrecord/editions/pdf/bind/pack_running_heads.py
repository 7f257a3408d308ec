"""Draw what every page of a pack carries: occasion, marking, page x of y and the tab of its agenda item, as artifacts.

The area that `geometry.find_copy_number_area` returns stays free for the number of a copy.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from onrecord.editions.pdf.pages.geometry import POINTS_PER_MM, PageGeometry, find_tab_area, get_foot_baseline
from onrecord.editions.pdf.pages.part import TypesetPart
from onrecord.editions.pdf.pages.pdf_syntax import format_pdf_number
from onrecord.editions.pdf.pages.specimens import Specimen

_TAB_TINT = b"0.937 0.914 0.878 rg"
_LINE_INK = b"0.62 0.6 0.58 RG 0.4 w"
_NOTE_LINE_MM = 9.0
NORMAL_PREFIX = "normal."  # begins the names of anchors where a page of the normal edition begins


@dataclass(frozen=True, slots=True)
class PackRunningHeads:
    """The heads, folios and tabs of a pack; `folio` is a pattern: "page {page} of {pages}"."""

    recto_head: TypesetPart  # holds the head of right-hand pages
    fonts: TypesetPart  # holds the fonts of what is stamped
    specimens: Mapping[str, Specimen]  # folio, tab, normal
    folio_pattern: str
    tabs: int
    note_pages: int
    labels: tuple[str, ...] = ()  # the numbers of all pages, () for 1, 2, 3

    def draw_heads(self, page: PageGeometry, index: int, count: int, tab: int) -> list[bytes]:
        """Return head, folio and tab of the page `index` (from 0) of `count`; `tab` is 0 outside agenda items."""
        recto = index % 2 == 0
        is_right = page.is_right_hand(recto=recto)
        text = self.folio_pattern.format(page=self.labels[index] if self.labels else index + 1, pages=count)
        artifacts = [
            _wrap_artifact(b"Pagination/Subtype/Header", b"/%s Do" % (b"Recto" if recto else b"Verso")),
            _wrap_artifact(b"Pagination/Subtype/Footer", self._draw_folio(page, text, is_right)),
        ]
        return [*artifacts, self._draw_tab(page, tab, recto)] if tab else artifacts

    def _draw_folio(self, page: PageGeometry, text: str, is_right: bool) -> bytes:
        """Return the operators that print the text in the foot, at the outer margin."""
        face = self.specimens["folio"]
        x = (
            (page.width_mm - page.outer_mm) * POINTS_PER_MM - face.measure_width_pt(text)
            if is_right
            else page.outer_mm * POINTS_PER_MM
        )
        return face.draw(text, x, get_foot_baseline(page) * POINTS_PER_MM)

    def _draw_tab(self, page: PageGeometry, tab: int, recto: bool) -> bytes:
        """Return tint and number of the tab of agenda item `tab`, at the outer edge, as artifacts."""
        area, face, text = find_tab_area(page, tab, self.tabs, recto), self.specimens["tab"], str(tab)
        sides = [side * POINTS_PER_MM for side in (area.x_mm, area.y_mm, area.width_mm, area.height_mm)]
        left, bottom, width, height = sides
        box = b"q %s %s re f Q" % (_TAB_TINT, b" ".join(format_pdf_number(side).encode() for side in sides))
        share = 0.42 if page.is_right_hand(recto=recto) else 0.58  # office printers leave the outer millimetres white
        middle = left + width * share
        digit = face.draw(text, middle - face.measure_width_pt(text) / 2, bottom + height / 2 - face.size_pt * 0.33)
        return _wrap_artifact(b"Layout", box) + b"\n" + _wrap_artifact(b"Pagination", digit)

    def draw_normal_pages(
        self, page: PageGeometry, part: TypesetPart, index: int, recto: bool, addresses: Iterable[tuple[str, float]]
    ) -> list[bytes]:
        """Return the page numbers of the normal edition, in large print beside the lines on which these pages begin."""
        artifacts, occupied = [], [top for _, top in addresses]
        for anchor in part.anchors:
            if anchor.page == index and anchor.name.startswith(NORMAL_PREFIX):
                top = anchor.y
                while any(abs(top - height) < page.leading_pt * 0.9 for height in occupied):
                    top -= page.leading_pt  # an address stands there
                occupied.append(top)
                baseline = top - part.baseline_pt
                mark = self._draw_normal_page(
                    page, anchor.name.removeprefix(NORMAL_PREFIX), baseline, page.is_right_hand(recto=recto)
                )
                artifacts.append(_wrap_artifact(b"Pagination", mark))
        return artifacts

    def _draw_normal_page(self, page: PageGeometry, label: str, baseline: float, is_right: bool) -> bytes:
        """Return the operators of a page number of the normal edition, with a line above it."""
        face, gap, outer = self.specimens["normal"], 3.4 * POINTS_PER_MM, page.outer_mm * POINTS_PER_MM
        width = face.measure_width_pt(label)
        x = page.width_mm * POINTS_PER_MM - outer + gap if is_right else outer - gap - width
        end = x + max(width, 11 * POINTS_PER_MM) if is_right else x + width - max(width, 11 * POINTS_PER_MM)
        accent = " ".join(map(format_pdf_number, self.specimens["tab"].colour)).encode()
        line = _draw_line(x if is_right else x + width, baseline + face.size_pt * 0.92, end)
        rule = b"q %s RG 1 w %s" % (accent, line)
        return rule + b" Q " + face.draw(label, x, baseline)

    def draw_note_lines(self, page: PageGeometry, *, recto: bool) -> bytes:
        """Return the lines of a page for notes, between head and foot."""
        is_right = page.is_right_hand(recto=recto)
        left = page.inner_mm if is_right else page.outer_mm
        right = page.width_mm - (page.outer_mm if is_right else page.inner_mm)
        count = int((page.height_mm - page.top_mm - page.bottom_mm) / _NOTE_LINE_MM)
        heights = (page.height_mm - page.top_mm - _NOTE_LINE_MM * row for row in range(1, count + 1))
        drawn = b" ".join(_draw_line(*(side * POINTS_PER_MM for side in (left, height, right))) for height in heights)
        return _wrap_artifact(b"Layout", b"q %s %s Q" % (_LINE_INK, drawn))


def _draw_line(left: float, height: float, right: float) -> bytes:
    """Return the operators of a horizontal line; all arguments are in points."""
    x_left, x_right, y = format_pdf_number(left), format_pdf_number(right), format_pdf_number(height)
    return f"{x_left} {y} m {x_right} {y} l S".encode()


def _wrap_artifact(kind: bytes, content: bytes) -> bytes:
    """Mark the content as decoration, which assistive technology skips (ISO 32000-1 §14.8.2.2)."""
    return b"/Artifact<</Type/%s>>BDC %s EMC" % (kind, content)
