"""What a pack carries on every page: occasion, marking, page x of y, the tab of its agenda item, all as artifacts.

The place that `geometry.copy_number_place` names stays free, for the number of a copy.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from onrecord.editions.pdf.pages.geometry import POINTS_PER_MM, PageGeometry, foot_baseline, tab_place
from onrecord.editions.pdf.pages.part import Part, Specimen, number

_TAB_TINT = b"0.937 0.914 0.878 rg"
_LINE_INK = b"0.62 0.6 0.58 RG 0.4 w"
_NOTE_LINE_MM = 9.0
NORMAL = "normal."  # begins the names of places where a page of the normal edition begins


@dataclass(frozen=True, slots=True)
class Furniture:
    """`recto_head` holds the head of right-hand pages; `folio` says "page {page} of {pages}"."""

    recto_head: Part
    faces: Part  # holds the fonts of what is stamped
    stamped: Mapping[str, Specimen]  # folio, tab, normal
    folio: str
    tabs: int
    note_pages: int
    labels: tuple[str, ...] = ()  # of all pages, where these are not 1, 2, 3

    def stamps(self, page: PageGeometry, index: int, count: int, tab: int) -> list[bytes]:
        """Head, page number and tab of the page with that index (from 0) among `count`."""
        recto = index % 2 == 0
        text = self.folio.format(page=self.labels[index] if self.labels else index + 1, pages=count)
        out = [
            _artifact(b"Pagination/Subtype/Header", b"/%s Do" % (b"Recto" if recto else b"Verso")),
            _artifact(b"Pagination/Subtype/Footer", self._folio(page, text, recto)),
        ]
        return [*out, self._tab(page, tab, recto)] if tab else out

    def _folio(self, page: PageGeometry, text: str, recto: bool) -> bytes:
        face = self.stamped["folio"]
        x = (page.width - page.outer) * POINTS_PER_MM - face.width_pt(text) if recto else page.outer * POINTS_PER_MM
        return face.draw(text, x, foot_baseline(page) * POINTS_PER_MM)

    def _tab(self, page: PageGeometry, tab: int, recto: bool) -> bytes:
        place, face, text = tab_place(page, tab, self.tabs, recto), self.stamped["tab"], str(tab)
        left, bottom, width, height = (side * POINTS_PER_MM for side in (place.x, place.y, place.width, place.height))
        box = b"q %s %s re f Q" % (
            _TAB_TINT,
            b" ".join(number(side).encode() for side in (left, bottom, width, height)),
        )
        middle = left + width * (0.42 if recto else 0.58)  # an office printer leaves the outermost millimetres white
        digit = face.draw(text, middle - face.width_pt(text) / 2, bottom + height / 2 - face.size_pt * 0.33)
        return _artifact(b"Layout", box) + b"\n" + _artifact(b"Pagination", digit)

    def normal_pages(
        self, page: PageGeometry, part: Part, index: int, recto: bool, addresses: Iterable[tuple[str, float]]
    ) -> list[bytes]:
        """In large print: the numbers of the normal edition's pages, beside the lines on which these begin."""
        out, taken = [], [top for _, top in addresses]
        for anchor in part.anchors:
            if anchor.page == index and anchor.name.startswith(NORMAL):
                top = anchor.y
                while any(abs(top - other) < page.leading_pt * 0.9 for other in taken):
                    top -= page.leading_pt  # an address stands there
                taken.append(top)
                out.append(_artifact(b"Pagination", self._normal(page, anchor.name.removeprefix(NORMAL), top, recto)))
        return out

    def _normal(self, page: PageGeometry, label: str, top: float, recto: bool) -> bytes:
        face, gap, outer = self.stamped["normal"], 3.4 * POINTS_PER_MM, page.outer * POINTS_PER_MM
        width = face.width_pt(label)
        x = page.width * POINTS_PER_MM - outer + gap if recto else outer - gap - width
        baseline = top - page.leading_pt * 0.72
        end = x + max(width, 11 * POINTS_PER_MM) if recto else x + width - max(width, 11 * POINTS_PER_MM)
        rule = b"q 0.478 0.09 0.09 RG 1 w %s" % _line(x if recto else x + width, baseline + face.size_pt * 0.92, end)
        return rule + b" Q " + face.draw(label, x, baseline)

    def lines(self, page: PageGeometry, *, recto: bool) -> bytes:
        """A page of lines to write on, between head and foot."""
        left = page.inner if recto else page.outer
        right = page.width - (page.outer if recto else page.inner)
        count = int((page.height - page.top - page.bottom) / _NOTE_LINE_MM)
        heights = (page.height - page.top - _NOTE_LINE_MM * row for row in range(1, count + 1))
        drawn = b" ".join(_line(*(side * POINTS_PER_MM for side in (left, height, right))) for height in heights)
        return _artifact(b"Layout", b"q %s %s Q" % (_LINE_INK, drawn))


def _line(left: float, height: float, right: float) -> bytes:
    return f"{number(left)} {number(height)} m {number(right)} {number(height)} l S".encode()


def _artifact(kind: bytes, content: bytes) -> bytes:
    """Decoration, for assistive technology (ISO 32000-1 §14.8.2.2)."""
    return b"/Artifact<</Type/%s>>BDC %s EMC" % (kind, content)
