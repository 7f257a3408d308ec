"""Bind parts into one PDF: numbers, folios, running heads, one tag tree, one outline, one set of fonts.

The file claims PDF/UA-1 (ISO 14289-1) and PDF/A-3a (ISO 19005-3). It is written here, not by a PDF library,
because only the slots of a part's objects have to be filled: nothing is parsed again.
The same parts give the same bytes: no clock, no random identifier.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from onrecord.editions.pdf.bind.bound_section import (
    OBJECT_NUMBER_ROOM,
    BoundLeaf,
    SharedObjects,
    add_part_objects,
    bind_leaf,
)
from onrecord.editions.pdf.bind.font_embedding import embed_font
from onrecord.editions.pdf.bind.leaves import BookLeaf, LeafPosition, place_leaves
from onrecord.editions.pdf.bind.pdf_objects import Objects, build_file
from onrecord.editions.pdf.bind.stamps import Stamps
from onrecord.editions.pdf.bind.unbound_document import Bookmark, UnboundDocument
from onrecord.editions.pdf.bind.xmp_metadata import build_xmp, read_srgb_profile
from onrecord.editions.pdf.pages.geometry import POINTS_PER_MM
from onrecord.editions.pdf.pages.part import SharedSlot, TypesetPart
from onrecord.editions.pdf.pages.pdf_syntax import (
    compress_stream,
    format_byte_string,
    format_pdf_number,
    format_text_string,
)
from onrecord.model.directions import is_from_right
from onrecord.model.inserted_pages import LabelRange, build_label_ranges
from onrecord.runtime import build_identity
from onrecord.runtime.cache import Cache
from onrecord.runtime.fingerprints import compute_fingerprint
from onrecord.runtime.rebuild_reasons import CachedPiece, report_rebuilds

_NO_CACHE = Cache(None)
_PAGE = "page."  # begins the names of links to pages
_INPUTS = (  # what a section is bound from
    "its pages",
    "the page that it begins on",
    "its place in the file",
    "its addresses and how its pages are numbered",
)


@dataclass(frozen=True, slots=True)
class BoundDocument:
    """A PDF file, and where each leaf stands in it.

    `page_ranges` are the pages of each leaf (from 0), `object_ranges` its object numbers, each as (first, last + 1).
    """

    data: bytes
    page_ranges: tuple[tuple[int, int], ...]
    object_ranges: tuple[tuple[int, int], ...]


def bind_document(
    document: UnboundDocument, read_font: Callable[[str], bytes], cache: Cache = _NO_CACHE
) -> BoundDocument:
    """Return the bound document as the bytes of a PDF file.

    `read_font` returns a font file by its SHA-256. Sections and fonts are taken from `cache` if they are there.
    """
    return _Binder(document, read_font, cache).build_file()


class _Binder:
    """The objects of one PDF file while it is bound.

    `first` are the objects that leaves refer to, numbered before theirs; `last` are all others.
    """

    def __init__(self, document: UnboundDocument, read_font: Callable[[str], bytes], cache: Cache) -> None:
        self.document = document
        self.read_font = read_font
        self.cache = cache
        self.first = first = Objects(1)
        self.catalog, self.info = first.reserve(), first.reserve()
        self.shared = {int(member): first.reserve() for member in SharedSlot}
        furniture = document.pack_heads
        self.placed, self.count, self.front = place_leaves(
            document.leaves, furniture.note_pages if furniture else 0, document.first_number
        )
        verso = self._put_head(document.verso_head)
        recto = self._put_head(furniture.recto_head) if furniture else None
        stamps = Stamps(document.page, document.folio, document.address, furniture, self.count if furniture else 0)
        self.common = SharedObjects(self.shared, verso, recto, stamps)
        self.bound_leaves = list(self._bind_leaves())
        end = self.bound_leaves[-1].section
        self.last = Objects(end.base + end.size)
        self.destinations = _locate_pages(document, self.bound_leaves, self.placed)
        for bound_leaf in self.bound_leaves:
            for name, target in bound_leaf.destinations:
                self.destinations.setdefault(name, target)

    def build_file(self) -> BoundDocument:
        """Put the objects of the whole document after those of the leaves; return the file."""
        self._check_links()
        self._put_page_tree()
        self._put_fonts()
        self._put_catalog()
        self._put_info()
        sections = [bound_leaf.section for bound_leaf in self.bound_leaves]
        begins = [position.index for position in self.placed]
        return BoundDocument(
            build_file(
                [*sections, self.first.build_section(OBJECT_NUMBER_ROOM), self.last.build_section()],
                self.catalog,
                self.info,
            ),
            tuple(zip(begins, [*begins[1:], self.count], strict=True)),
            tuple((section.base, section.base + section.size) for section in sections),
        )

    def _put_head(self, part: TypesetPart) -> int:
        """Put the objects of a part that holds a running head; return the number of its form."""
        assert part.head is not None
        return add_part_objects(self.first, part, 0, self.shared) + part.head

    def _bind_leaves(self) -> Iterable[BoundLeaf]:
        """Yield the bound section of each leaf, numbered after the one before it."""
        common = compute_fingerprint("section", build_identity.compute_build_identity(), self.common)
        base, keys, pieces = self.first.compute_rounded_end(OBJECT_NUMBER_ROOM), 0, []
        for leaf, position, name in zip(self.document.leaves, self.placed, self.document.list_names(), strict=True):
            make = partial(bind_leaf, leaf, position, base, keys, self.common)
            settings = (leaf.is_roman, leaf.has_heads, leaf.has_opening_folio, leaf.addresses, leaf.tab, leaf.spreads)
            inputs = (leaf.part.cache_key, *map(compute_fingerprint, (position, (base, keys), settings)))
            key = compute_fingerprint(common, *inputs)
            is_known = leaf.part.cache_key and self.cache.has(key)
            pieces.append(CachedPiece(name, not is_known, dict(zip(_INPUTS, inputs, strict=True))))
            bound_leaf = self.cache.get_or_compute(key, make) if leaf.part.cache_key else make()
            yield bound_leaf
            base += bound_leaf.section.size
            keys += bound_leaf.key_count
        self.keys = keys  # those of the whole parent tree
        scope = (self.document.identifier, self.document.title, compute_fingerprint(self.document.page))
        report_rebuilds(self.cache, "bind pdf", scope, pieces, {"what is printed on all pages": self.common})

    # objects of the whole document

    def _check_links(self) -> None:
        """Raise ValueError if a link from one part to another has no destination in the book."""
        for leaf in self.document.leaves:
            for name in leaf.part.links_out:
                if name not in self.destinations:
                    raise ValueError(f"a link points to “{name}”, which is not in the book")

    def _put_page_tree(self) -> None:
        """Put the page tree, with a blank page wherever no leaf has one."""
        kids: dict[int, int] = {}
        for leaf, bound_leaf, position in zip(self.document.leaves, self.bound_leaves, self.placed, strict=True):
            kids |= {position.index + leaf.find_offset(index): page for index, page in enumerate(bound_leaf.pages)}
        kids |= {index: self._add_blank_page(index) for index in range(self.count) if index not in kids}
        listed = b" ".join(b"%d 0 R" % kids[index] for index in range(self.count))
        self.first.put(self.shared[SharedSlot.PAGES], b"<</Type/Pages/Count %d/Kids[%s]>>" % (self.count, listed))

    def _add_blank_page(self, index: int) -> int:
        """Put a blank page for position `index` in the file; return its object number."""
        sides = (self.document.page.width_mm, self.document.page.height_mm)
        width, height = (format_pdf_number(side * POINTS_PER_MM).encode() for side in sides)
        box = b"[0 0 %s %s]" % (width, height)
        resources, contents = self._build_blank_content(index)
        data = b"<</Type/Page/Parent %d 0 R/MediaBox%s/TrimBox%s/Resources<<%s>>%s>>"
        return self.last.add(data % (self.shared[SharedSlot.PAGES], box, box, resources, contents))

    def _build_blank_content(self, index: int) -> tuple[bytes, bytes]:
        """Return resources and contents of a blank page: nothing, or a pack's heads and lines for notes."""
        furniture, common = self.document.pack_heads, self.common
        if furniture is None or common.recto is None:
            return b"", b""
        after = index - self.placed[-1].index - len(self.document.leaves[-1].part.pages)
        artifacts = furniture.draw_heads(
            self.document.page, index, self.count, _find_tab_before(self.document.leaves, self.placed, index)
        )
        if 0 <= after < furniture.note_pages:
            artifacts.append(furniture.draw_note_lines(self.document.page, recto=index % 2 == 0))
        data = b"\n".join(artifacts)
        forms = (self.shared[SharedSlot.FONTS], common.verso, common.recto)
        resources = b"/Font %d 0 R/XObject<</Verso %d 0 R/Recto %d 0 R>>" % forms
        return resources, b"/Contents %d 0 R" % self.last.add(b"<</Length %d>>" % len(data), data)

    def _put_fonts(self) -> None:
        """Put one subset of each face for the whole document, and the colour spaces that WeasyPrint names."""
        rows = b"".join(
            b"/%s %d 0 R" % (name.encode(), embed_font(self.last, uses, self.read_font, self.cache))
            for name, uses in sorted(self.document.collect_font_uses().items())
        )
        self.first.put(self.shared[SharedSlot.FONTS], b"<<%s>>" % rows)
        self.first.put(
            self.shared[SharedSlot.COLOUR_SPACES],
            b"<</lab-d50[/Lab<</WhitePoint[0.964296 1 0.825105]/Range[-125 125 -125 125]>>]"
            b"/lab-d65[/Lab<</WhitePoint[0.950456 1 1.089058]/Range[-125 125 -125 125]>>]>>",
        )

    def _put_catalog(self) -> None:
        """Put the catalog, and the outline, tag tree, destinations and metadata it refers to."""
        out, document = self.last, self.document
        targets = sorted((name.encode(), target) for name, target in self.destinations.items())
        dests = out.add(
            b"<</Names[%s]>>" % b" ".join(format_byte_string(name.decode()) + target for name, target in targets)
        )
        labels = document.pack_heads.labels if document.pack_heads else ()
        description = build_xmp(document)
        metadata = out.add(b"<</Type/Metadata/Subtype/XML/Length %d>>" % len(description), description)
        icc, _ = compress_stream(read_srgb_profile())
        intent = out.add(b"<</N 3/Filter/FlateDecode/Length %d>>" % len(icc), icc)
        self.first.put(
            self.catalog,
            b"<</Type/Catalog/Pages %d 0 R/Lang%s/StructTreeRoot %d 0 R/MarkInfo<</Marked true>>"
            b"/ViewerPreferences<</DisplayDocTitle true%s>>/Outlines %d 0 R/PageMode/UseOutlines/Names<</Dests %d 0 R>>"
            b"/Metadata %d 0 R/PageLabels%s/OutputIntents[<</Type/OutputIntent/S/GTS_PDFA1"
            b"/OutputConditionIdentifier(sRGB)/Info(sRGB IEC61966-2.1)/DestOutputProfile %d 0 R>>]>>"
            % (
                self.shared[SharedSlot.PAGES],
                format_text_string(document.language),
                self._put_structure(),
                b"/Direction/R2L" if is_from_right(document.language) else b"",
                self._put_outline(),
                dests,
                metadata,
                _build_page_labels(labels, self.front, self.count, document.first_number),
                intent,
            ),
        )

    def _put_info(self) -> None:
        """Put the information dictionary: title, authors, subject, keywords, tool and date."""
        document, tool = self.document, format_text_string(f"On Record {self.document.version}")
        day = document.date.replace("-", "").encode()
        self.first.put(
            self.info,
            b"<</Title%s/Author%s/Subject%s%s/Creator%s/Producer%s/CreationDate(D:%s000000Z)/ModDate(D:%s000000Z)>>"
            % (
                format_text_string(document.title),
                format_text_string(document.authors),
                format_text_string(document.subject),
                b"/Keywords" + format_text_string(document.keywords) if document.keywords else b"",
                tool,
                tool,
                day,
                day,
            ),
        )

    def _put_structure(self) -> int:
        """Put the root of the tag tree with its parent tree and id tree (ISO 32000-1 §14.7.2); return its number."""
        out, document_element = self.last, self.shared[SharedSlot.DOCUMENT]
        root = out.reserve()
        branches = b" ".join(b"%d 0 R" % num for bound_leaf in self.bound_leaves for num in bound_leaf.branches)
        self.first.put(document_element, b"<</Type/StructElem/S/Document/P %d 0 R/K[%s]>>" % (root, branches))
        parents = out.add(
            b"<</Kids[%s]>>" % b" ".join(b"%d 0 R" % bound_leaf.tree_leaf for bound_leaf in self.bound_leaves)
        )
        numbers = {name: num for bound_leaf in self.bound_leaves for name, num in bound_leaf.ids}
        ids = sorted((name.encode(), num) for name, num in numbers.items())
        rows = b" ".join(format_byte_string(name.decode()) + b"%d 0 R" % num for name, num in ids)
        id_tree = out.add(b"<</Names[%s]>>" % rows)
        data = b"<</Type/StructTreeRoot/K[%d 0 R]/ParentTree %d 0 R/ParentTreeNextKey %d/IDTree %d 0 R>>"
        return out.put(root, data % (document_element, parents, self.keys, id_tree))

    def _put_outline(self) -> int:
        """Put the outline (ISO 32000-1 §12.3.3); return the number of its root."""
        root = self.last.reserve()
        first, last = _put_bookmarks(self.last, self.document.bookmarks, self.destinations, root)
        data = b"<</Type/Outlines/First %d 0 R/Last %d 0 R/Count %d>>"
        return self.last.put(root, data % (first, last, len(self.document.bookmarks)))


def _locate_pages(
    document: UnboundDocument, bound_leaves: Iterable[BoundLeaf], placed: Iterable[LeafPosition]
) -> dict[str, bytes]:
    """Return by name (`page.98`) the head of each page that a link leads to."""
    links = {name for leaf in document.leaves for name in leaf.part.links_out if name.startswith(_PAGE)}
    height = format_pdf_number(document.page.height_mm * POINTS_PER_MM).encode()
    destinations = {}
    for leaf, bound_leaf, position in zip(document.leaves, bound_leaves, placed, strict=True) if links else ():
        for index, page in enumerate(bound_leaf.pages):
            name = f"{_PAGE}{document.page_labels[position.index + leaf.find_offset(index)]}"
            if name in links:
                destinations[name] = b"[%d 0 R/XYZ 0 %s 0]" % (page, height)
    return destinations


def _put_bookmarks(
    out: Objects, bookmarks: Sequence[Bookmark], destinations: Mapping[str, bytes], parent: int
) -> tuple[int, int]:
    """Put the entries below `parent`; return the numbers of the first and the last."""
    numbers = [out.reserve() for _ in bookmarks]
    for index, (bookmark, num) in enumerate(zip(bookmarks, numbers, strict=True)):
        title, destination = format_text_string(bookmark.title), destinations[bookmark.name]
        data = b"<</Title%s/Parent %d 0 R/Dest%s" % (title, parent, destination)
        if index:
            data += b"/Prev %d 0 R" % numbers[index - 1]
        if index + 1 < len(numbers):
            data += b"/Next %d 0 R" % numbers[index + 1]
        if bookmark.children:
            first, last = _put_bookmarks(out, bookmark.children, destinations, num)
            data += b"/First %d 0 R/Last %d 0 R/Count %d" % (first, last, -len(bookmark.children))
        out.put(num, data + b">>")
    return numbers[0], numbers[-1]


def _build_page_labels(labels: Sequence[str], front: int, count: int, first_number: int) -> bytes:
    """Return the page numbers that a viewer shows (ISO 32000-1 §12.4.2).

    Without `labels`, the first `front` of `count` pages are i, ii, iii, and the others are counted from
    `first_number`.
    """
    if labels:
        return b"<</Nums[%s]>>" % b"".join(map(_format_label_range, build_label_ranges(labels)))
    if front >= count:
        return b"<</Nums[0<</S/r>>]>>"
    start = b"/St %d" % first_number if first_number > 1 else b""
    return b"<</Nums[0<</S/r>>%d<</S/D%s>>]>>" % (front, start) if front else b"<</Nums[0<</S/D%s>>]>>" % start


def _format_label_range(label_range: LabelRange) -> bytes:
    """Return one entry of the page labels: page index, style, prefix and first number."""
    style = b"/S/%s" % label_range.style.encode() if label_range.style else b""
    return b"%d<<%s/P%s/St %d>>" % (label_range.index, style, format_text_string(label_range.prefix), label_range.start)


def _find_tab_before(leaves: Sequence[BookLeaf], placed: Sequence[LeafPosition], index: int) -> int:
    """Return the tab number of the last leaf that begins before page `index` of the file."""
    pairs = zip(leaves, placed, strict=True)
    return max((position.index, leaf.tab) for leaf, position in pairs if position.index < index)[1]
