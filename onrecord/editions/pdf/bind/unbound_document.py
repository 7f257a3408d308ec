"""A document before it is bound: all that it is made of."""

from __future__ import annotations

from dataclasses import dataclass

from onrecord.editions.pdf.bind.leaves import BookLeaf
from onrecord.editions.pdf.bind.pack_running_heads import PackRunningHeads
from onrecord.editions.pdf.pages.geometry import PageGeometry
from onrecord.editions.pdf.pages.part import FontUse, TypesetPart
from onrecord.editions.pdf.pages.specimens import Specimen


@dataclass(frozen=True, slots=True)
class Bookmark:
    """An entry of the outline: `name` is a destination; its children are shown when it is opened."""

    title: str
    name: str
    children: tuple[Bookmark, ...] = ()


@dataclass(frozen=True, slots=True)
class UnboundDocument:
    """The leaves in order, what is stamped on them, and the description of the document."""

    title: str
    language: str
    authors: str
    subject: str
    publisher: str
    date: str  # ISO date
    identifier: str
    leaves: tuple[BookLeaf, ...]
    bookmarks: tuple[Bookmark, ...]
    page: PageGeometry
    folio: Specimen
    address: Specimen
    verso_head: TypesetPart  # holds the running head of left-hand pages
    stamp_fonts: TypesetPart  # holds the fonts of folio and address
    version: str
    keywords: str = ""
    first_number: int = 1  # of the pages with arabic numbers
    page_labels: tuple[str, ...] = ()  # of all pages, for links to `page.98`
    names: tuple[str, ...] = ()  # of the leaves, in order, for messages
    pack_heads: PackRunningHeads | None = None  # for a pack

    def list_names(self) -> tuple[str, ...]:
        """Return a name for each leaf: the one that it was given, or its number."""
        return self.names or tuple(f"part {number}" for number in range(1, len(self.leaves) + 1))

    def collect_font_uses(self) -> dict[str, list[FontUse]]:
        """Return what the parts use of each face, by the name that their content streams call it."""
        uses: dict[str, list[FontUse]] = {}
        heads = (self.pack_heads.recto_head, self.pack_heads.fonts) if self.pack_heads else ()
        for part in (self.verso_head, self.stamp_fonts, *heads, *(leaf.part for leaf in self.leaves)):
            for use in part.fonts:
                uses.setdefault(use.name, []).append(use)
        for name, group in uses.items():
            if len({(use.file_sha256, use.variations) for use in group}) > 1:
                raise ValueError(f"two faces share the name {name}")
        return uses
