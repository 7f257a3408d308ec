"""What is stamped on the pages of a copy, as artifacts: folios, running heads, addresses of turns, a pack's furniture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from onrecord.editions.pdf.bind.leaves import Leaf, Placed, roman
from onrecord.editions.pdf.bind.pack_running_heads import Furniture
from onrecord.editions.pdf.pages.geometry import POINTS_PER_MM, PageGeometry
from onrecord.editions.pdf.pages.part import Specimen


@dataclass(frozen=True, slots=True)
class Stamps:
    """The faces to stamp with; `pages` of the whole copy, where every page tells their number."""

    page: PageGeometry
    folio: Specimen
    address: Specimen
    furniture: Furniture | None = None
    pages: int = 0

    def on(self, leaf: Leaf, place: Placed, index: int, addresses: Sequence[tuple[str, float]]) -> bytes:
        """What the page of the leaf with that index (from 0) carries (ISO 32000-1 §14.8.2.2).

        `addresses`: the texts to print in its margin, and the height of the line that each stands beside.
        """
        sheet = place.index + index
        recto = sheet % 2 == 0
        if self.furniture:
            out = self.furniture.stamps(self.page, sheet, self.pages, leaf.tab)
            out += self.furniture.normal_pages(self.page, leaf.part, index, recto, addresses)
        else:
            out = list(self._pagination(leaf, place.number + index, recto, opening=index == 0))
        out += (b"/Artifact<</Type/Layout>>BDC %s EMC" % self._address(text, y, recto) for text, y in addresses)
        return b"\n".join(out)

    def _pagination(self, leaf: Leaf, number: int, recto: bool, *, opening: bool) -> list[bytes]:
        out = []
        if leaf.furnished and not opening:
            form = b"/Recto" if recto and leaf.part.head is not None else b"/Verso"
            out.append(b"/Artifact<</Type/Pagination/Subtype/Header>>BDC %s Do EMC" % form)
        if leaf.furnished and (not opening or leaf.opening_folio):
            text = roman(number) if leaf.roman else str(number)
            out.append(b"/Artifact<</Type/Pagination/Subtype/Footer>>BDC %s EMC" % self._folio(text, recto))
        return out

    def _folio(self, text: str, recto: bool) -> bytes:
        page, folio = self.page, self.folio
        outer = page.outer * POINTS_PER_MM
        x = page.width * POINTS_PER_MM - outer - folio.width_pt(text) if recto else outer
        return folio.draw(text, x, page.bottom * POINTS_PER_MM * 0.46)

    def _address(self, text: str, top: float, recto: bool) -> bytes:
        page, face = self.page, self.address
        gap = 4.2 * POINTS_PER_MM
        outer = page.outer * POINTS_PER_MM
        x = page.width * POINTS_PER_MM - outer + gap if recto else outer - gap - face.width_pt(text)
        return face.draw(text, x, top - page.leading_pt * 0.72)
