"""Binds parts into one PDF: numbers, folios, running heads, one tag tree, one outline, one set of fonts.

The file claims PDF/UA-1 (ISO 14289-1) and PDF/A-3a (ISO 19005-3) at once. It is written here, not by
a PDF library, because a part's objects only need their slots filled: nothing is parsed again.
Same parts, same bytes: no clock, no random identifier.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial

from onrecord.editions.pdf.bind.bound_section import ROOM, Common, Quire, put_part, quire
from onrecord.editions.pdf.bind.font_embedding import embed
from onrecord.editions.pdf.bind.leaves import places
from onrecord.editions.pdf.bind.pdf_objects import Objects, file_of
from onrecord.editions.pdf.bind.stamps import Stamps
from onrecord.editions.pdf.bind.unbound_document import Bookmark, Copy
from onrecord.editions.pdf.bind.xmp_metadata import srgb_profile, xmp
from onrecord.editions.pdf.pages.geometry import POINTS_PER_MM
from onrecord.editions.pdf.pages.part import Part, Shared, byte_string, deflated, number, text_string
from onrecord.model.inserted_pages import LabelRange, label_ranges
from onrecord.runtime import build_identity
from onrecord.runtime.cache import Store, fingerprint

_NOTHING_KEPT = Store(None)


@dataclass(frozen=True, slots=True)
class Bound:
    """A PDF file; `sheets` and `objects` say where each leaf stands in it: the first, and the one behind the last."""

    data: bytes
    sheets: tuple[tuple[int, int], ...]
    objects: tuple[tuple[int, int], ...]


def bind(copy: Copy, font_data: Callable[[str], bytes], kept: Store = _NOTHING_KEPT) -> Bound:
    """The copy as a PDF file. `font_data` gives a font file by its SHA-256; leaves bound before come out of `kept`."""
    return _Binding(copy, font_data, kept).bound()


@dataclass
class _Binding:
    """`first` are the objects that leaves refer to, and come before theirs by number; `last` are all others."""

    copy: Copy
    font_data: Callable[[str], bytes]
    kept: Store
    first: Objects = field(default_factory=lambda: Objects(1))

    def bound(self) -> Bound:
        copy, first = self.copy, self.first
        self.catalog, self.info = first.reserve(), first.reserve()
        self.shared = {int(member): first.reserve() for member in Shared}
        note_pages = copy.furniture.note_pages if copy.furniture else 0
        self.placed, self.count, self.front = places(copy.leaves, note_pages)
        verso = self._head(copy.verso_head)
        recto = self._head(copy.furniture.recto_head) if copy.furniture else None
        stamps = Stamps(copy.page, copy.folio, copy.address, copy.furniture, self.count if copy.furniture else 0)
        self.common = Common(self.shared, verso, recto, stamps)
        self.quires = list(self._bound_leaves())
        end = self.quires[-1].section
        self.last = Objects(end.base + end.size)
        self.destinations: dict[str, bytes] = {}
        for name, target in (one for bound in self.quires for one in bound.destinations):
            self.destinations.setdefault(name, target)
        self._check_links()
        self._pages()
        self._fonts()
        self._catalog()
        sections = [bound.section for bound in self.quires]
        begins = [place.index for place in self.placed]
        return Bound(
            file_of([*sections, self.first.section(ROOM), self.last.section()], self.catalog, self.info),
            tuple(zip(begins, [*begins[1:], self.count], strict=True)),
            tuple((one.base, one.base + one.size) for one in sections),
        )

    def _head(self, part: Part) -> int:
        assert part.head is not None
        return put_part(self.first, part, 0, self.shared) + part.head

    def _bound_leaves(self) -> Iterable[Quire]:
        """The quire of each leaf, its numbers behind those of the one before it."""
        common = fingerprint("quire", build_identity.identity(), self.common)
        base, keys = self.first.rounded_end(ROOM), 0
        for leaf, place in zip(self.copy.leaves, self.placed, strict=True):
            make = partial(quire, leaf, place, base, keys, self.common)
            told = (leaf.roman, leaf.furnished, leaf.opening_folio, leaf.addresses, leaf.tab, place, base, keys)
            bound = self.kept.made(fingerprint(common, leaf.part.key, *told), make) if leaf.part.key else make()
            yield bound
            base += bound.section.size
            keys += bound.keys
        self.keys = keys

    # what belongs to the whole copy

    def _check_links(self) -> None:
        for leaf in self.copy.leaves:
            for name in leaf.part.links_out:
                if name not in self.destinations:
                    raise ValueError(f"a link points to “{name}”, which is not in the book")

    def _pages(self) -> None:
        """The page tree, with pages that have no words where leaves do not fill a sheet."""
        kids: dict[int, int] = {}
        for bound, place in zip(self.quires, self.placed, strict=True):
            kids |= {place.index + index: page for index, page in enumerate(bound.pages)}
        kids |= {index: self._blank_page(index) for index in range(self.count) if index not in kids}
        listed = b" ".join(b"%d 0 R" % kids[index] for index in range(self.count))
        self.first.put(self.shared[Shared.PAGES], b"<</Type/Pages/Count %d/Kids[%s]>>" % (self.count, listed))

    def _blank_page(self, index: int) -> int:
        width, height = (
            number(side * POINTS_PER_MM).encode() for side in (self.copy.page.width, self.copy.page.height)
        )
        box = b"[0 0 %s %s]" % (width, height)
        resources, contents = self._blank_content(index)
        data = b"<</Type/Page/Parent %d 0 R/MediaBox%s/TrimBox%s/Resources<<%s>>%s>>"
        return self.last.add(data % (self.shared[Shared.PAGES], box, box, resources, contents))

    def _blank_content(self, index: int) -> tuple[bytes, bytes]:
        """What stands on a page without words: nothing, or the furniture of a pack and lines for notes."""
        furniture, common = self.copy.furniture, self.common
        if furniture is None or common.recto is None:
            return b"", b""
        behind = index - self.placed[-1].index - len(self.copy.leaves[-1].part.pages)
        out = furniture.stamps(self.copy.page, index, self.count, self._tab_before(index))
        if 0 <= behind < furniture.note_pages:
            out.append(furniture.lines(self.copy.page, recto=index % 2 == 0))
        data = b"\n".join(out)
        forms = b"/Font %d 0 R/XObject<</Verso %d 0 R/Recto %d 0 R>>" % (
            self.shared[Shared.FONTS],
            common.verso,
            common.recto,
        )
        return forms, b"/Contents %d 0 R" % self.last.add(b"<</Length %d>>" % len(data), data)

    def _tab_before(self, index: int) -> int:
        leaves = zip(self.copy.leaves, self.placed, strict=True)
        return max((at.index, leaf.tab) for leaf, at in leaves if at.index < index)[1]

    def _fonts(self) -> None:
        """One subset for each face of the whole copy."""
        rows = b"".join(
            b"/%s %d 0 R" % (name.encode(), embed(self.last, uses, self.font_data, self.kept))
            for name, uses in sorted(self.copy.font_uses().items())
        )
        self.first.put(self.shared[Shared.FONTS], b"<<%s>>" % rows)
        self.first.put(
            self.shared[Shared.COLOUR_SPACES],
            b"<</lab-d50[/Lab<</WhitePoint[0.964296 1 0.825105]/Range[-125 125 -125 125]>>]"
            b"/lab-d65[/Lab<</WhitePoint[0.950456 1 1.089058]/Range[-125 125 -125 125]>>]>>",
        )

    def _catalog(self) -> None:
        out, copy = self.last, self.copy
        targets = sorted((name.encode(), target) for name, target in self.destinations.items())
        dests = out.add(b"<</Names[%s]>>" % b" ".join(_literal(name) + target for name, target in targets))
        description = xmp(copy)
        metadata = out.add(b"<</Type/Metadata/Subtype/XML/Length %d>>" % len(description), description)
        icc, _ = deflated(srgb_profile())
        intent = out.add(b"<</N 3/Filter/FlateDecode/Length %d>>" % len(icc), icc)
        self.first.put(
            self.catalog,
            b"<</Type/Catalog/Pages %d 0 R/Lang%s/StructTreeRoot %d 0 R/MarkInfo<</Marked true>>"
            b"/ViewerPreferences<</DisplayDocTitle true>>/Outlines %d 0 R/PageMode/UseOutlines/Names<</Dests %d 0 R>>"
            b"/Metadata %d 0 R/PageLabels%s/OutputIntents[<</Type/OutputIntent/S/GTS_PDFA1"
            b"/OutputConditionIdentifier(sRGB)/Info(sRGB IEC61966-2.1)/DestOutputProfile %d 0 R>>]>>"
            % (
                self.shared[Shared.PAGES],
                text_string(copy.language),
                self._structure(),
                self._outline(),
                dests,
                metadata,
                self._page_labels(),
                intent,
            ),
        )
        stamp = copy.date.replace("-", "")
        self.first.put(
            self.info,
            b"<</Title%s/Author%s/Subject%s%s/Creator%s/Producer%s/CreationDate(D:%s000000Z)/ModDate(D:%s000000Z)>>"
            % (
                text_string(copy.title),
                text_string(copy.authors),
                text_string(copy.subject),
                b"/Keywords" + text_string(copy.keywords) if copy.keywords else b"",
                text_string(f"On Record {copy.version}"),
                text_string(f"On Record {copy.version}"),
                stamp.encode(),
                stamp.encode(),
            ),
        )

    def _page_labels(self) -> bytes:
        """What a viewer calls the pages (ISO 32000-1 §12.4.2)."""
        if self.copy.furniture and self.copy.furniture.labels:
            rows = (_page_label(one) for one in label_ranges(self.copy.furniture.labels))
            return b"<</Nums[%s]>>" % b"".join(rows)
        if self.front >= self.count:
            return b"<</Nums[0<</S/r>>]>>"
        return b"<</Nums[0<</S/r>>%d<</S/D>>]>>" % self.front if self.front else b"<</Nums[0<</S/D>>]>>"

    def _structure(self) -> int:
        out, document = self.last, self.shared[Shared.DOCUMENT]
        root = out.reserve()
        branches = b" ".join(b"%d 0 R" % num for bound in self.quires for num in bound.branches)
        self.first.put(document, b"<</Type/StructElem/S/Document/P %d 0 R/K[%s]>>" % (root, branches))
        parents = out.add(b"<</Kids[%s]>>" % b" ".join(b"%d 0 R" % bound.tree_leaf for bound in self.quires))
        ids = sorted(
            (name.encode(), num) for name, num in dict(one for bound in self.quires for one in bound.ids).items()
        )
        id_tree = out.add(b"<</Names[%s]>>" % b" ".join(_literal(name) + b"%d 0 R" % num for name, num in ids))
        data = b"<</Type/StructTreeRoot/K[%d 0 R]/ParentTree %d 0 R/ParentTreeNextKey %d/IDTree %d 0 R>>"
        return out.put(root, data % (document, parents, self.keys, id_tree))

    def _outline(self) -> int:
        root = self.last.reserve()
        first, last, _ = self._bookmarks(self.copy.bookmarks, root)
        data = b"<</Type/Outlines/First %d 0 R/Last %d 0 R/Count %d>>"
        return self.last.put(root, data % (first, last, len(self.copy.bookmarks)))

    def _bookmarks(self, bookmarks: Sequence[Bookmark], parent: int) -> tuple[int, int, int]:
        numbers = [self.last.reserve() for _ in bookmarks]
        for index, (bookmark, num) in enumerate(zip(bookmarks, numbers, strict=True)):
            data = b"<</Title%s/Parent %d 0 R/Dest%s" % (
                text_string(bookmark.title),
                parent,
                self.destinations[bookmark.name],
            )
            if index:
                data += b"/Prev %d 0 R" % numbers[index - 1]
            if index + 1 < len(numbers):
                data += b"/Next %d 0 R" % numbers[index + 1]
            if bookmark.children:
                first, last, count = self._bookmarks(bookmark.children, num)
                data += b"/First %d 0 R/Last %d 0 R/Count %d" % (first, last, -count)
            self.last.put(num, data + b">>")
        return numbers[0], numbers[-1], len(numbers)


def _page_label(one: LabelRange) -> bytes:
    style = b"/S/%s" % one.style.encode() if one.style else b""
    return b"%d<<%s/P%s/St %d>>" % (one.index, style, text_string(one.prefix), one.start)


def _literal(data: bytes) -> bytes:
    return byte_string(data.decode())
