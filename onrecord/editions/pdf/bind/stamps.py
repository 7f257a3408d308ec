"""Stamp pages with artifacts: folios, running heads, addresses of turns, the heads of a pack."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from onrecord.editions.pdf.bind.leaves import BookLeaf, LeafPosition
from onrecord.editions.pdf.bind.pack_running_heads import PackRunningHeads
from onrecord.editions.pdf.pages.geometry import POINTS_PER_MM, PageGeometry
from onrecord.editions.pdf.pages.specimens import Specimen
from onrecord.model.text import format_roman


@dataclass(frozen=True, slots=True)
class Stamps:
    """The specimens to stamp with. `pages` counts all pages of a pack, whose folios name this number, else it is 0."""

    page: PageGeometry
    folio: Specimen
    address: Specimen
    pack_heads: PackRunningHeads | None = None
    pages: int = 0

    def draw_page(
        self, leaf: BookLeaf, position: LeafPosition, index: int, addresses: Sequence[tuple[str, float]]
    ) -> bytes:
        """Return the content of what is stamped on the leaf's page `index` (from 0; ISO 32000-1 §14.8.2.2).

        `addresses` are the texts to print in its margin, each with the height (pt) of the line beside it.
        """
        sheet = position.index + leaf.find_offset(index)
        recto = sheet % 2 == 0
        if self.pack_heads:
            artifacts = self.pack_heads.draw_heads(self.page, sheet, self.pages, leaf.tab)
            artifacts += self.pack_heads.draw_normal_pages(self.page, leaf.part, index, recto, addresses)
        else:
            artifacts = self._draw_head_and_folio(
                leaf, position.number + leaf.find_offset(index), recto, opening=index == 0
            )
        for text, height in addresses:
            artifacts.append(
                b"/Artifact<</Type/Layout>>BDC %s EMC" % self._draw_address(text, height - leaf.part.baseline_pt, recto)
            )
        return b"\n".join(artifacts)

    def _draw_head_and_folio(self, leaf: BookLeaf, number: int, recto: bool, *, opening: bool) -> list[bytes]:
        """Return the running head and the folio that the leaf has on this page, as artifacts."""
        artifacts = []
        if leaf.has_heads and not opening:
            form = b"/Recto" if recto and leaf.part.head is not None else b"/Verso"
            artifacts.append(b"/Artifact<</Type/Pagination/Subtype/Header>>BDC %s Do EMC" % form)
        if leaf.has_heads and (not opening or leaf.has_opening_folio):
            text = format_roman(number) if leaf.is_roman else str(number)
            artifacts.append(b"/Artifact<</Type/Pagination/Subtype/Footer>>BDC %s EMC" % self._draw_folio(text, recto))
        return artifacts

    def _draw_folio(self, text: str, recto: bool) -> bytes:
        """Return the operators that print the text in the foot: at the outer margin, or in the middle of the line."""
        page, folio = self.page, self.folio
        outer = page.outer_mm * POINTS_PER_MM
        width, folio_width = page.width_mm * POINTS_PER_MM, folio.measure_width_pt(text)
        is_right = page.is_right_hand(recto=recto)
        x = width - outer - folio_width if is_right else outer
        if page.has_centered_folio:
            left = (page.inner_mm if is_right else page.outer_mm) * POINTS_PER_MM
            x = left + (page.measure_pt - folio_width) / 2
        return folio.draw(text, x, page.bottom_mm * POINTS_PER_MM * 0.46)

    def _draw_address(self, text: str, baseline: float, recto: bool) -> bytes:
        """Return the operators that print a turn's address in the outer margin, on the baseline of its line (pt)."""
        page, face = self.page, self.address
        gap = 4.2 * POINTS_PER_MM
        outer = page.outer_mm * POINTS_PER_MM
        is_right = page.is_right_hand(recto=recto)
        x = page.width_mm * POINTS_PER_MM - outer + gap if is_right else outer - gap - face.measure_width_pt(text)
        return face.draw(text, x, baseline)
