"""Binds parts into one PDF: numbers, folios, running heads, one tag tree, one outline, one set of fonts.

The file claims PDF/UA-1 (ISO 14289-1) and PDF/A-3a (ISO 19005-3) at once. It is written here, not by
a PDF library, because a part's objects only need their slots filled: nothing is parsed again.
Same parts, same bytes: no clock, no random identifier.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import distribution
from xml.sax.saxutils import escape

from onrecord import faces
from onrecord.editions.pdf.furniture import Furniture
from onrecord.editions.pdf.geometry import POINTS_PER_MM, PageGeometry
from onrecord.editions.pdf.part import FontUse, Part, Shared, Specimen, byte_string, deflated, number, text_string
from onrecord.inserts import LabelRange, label_ranges


@dataclass(frozen=True, slots=True)
class Bookmark:
    """An entry of the outline: `name` is a destination; children show when it is opened."""

    title: str
    name: str
    children: tuple[Bookmark, ...] = ()


@dataclass(frozen=True, slots=True)
class Leaf:
    """A part at its place in the book.

    `roman`: numbered i, ii, iii. `furnished`: its pages carry folios and running heads, but for the
    first one. `addresses` are the turns to mark in the outer margin: destination -> "Q7".
    """

    part: Part
    roman: bool = False
    furnished: bool = True
    opening_folio: bool = False
    addresses: tuple[tuple[str, str], ...] = ()
    tab: int = 0  # in a pack, the number of the agenda item


@dataclass(frozen=True, slots=True)
class Copy:
    """All that a bound copy is made of."""

    title: str
    language: str
    authors: str
    subject: str
    publisher: str
    date: str  # ISO date
    identifier: str
    leaves: tuple[Leaf, ...]
    bookmarks: tuple[Bookmark, ...]
    page: PageGeometry
    folio: Specimen
    address: Specimen
    verso_head: Part  # holds the running head of left-hand pages
    stamps: Part  # holds the fonts of folio and address
    version: str
    keywords: str = ""
    furniture: Furniture | None = None  # what a pack has on every page


def roman(value: int) -> str:
    """Lower-case roman numeral."""
    out = ""
    for size, letters in (
        (100, "c"),
        (90, "xc"),
        (50, "l"),
        (40, "xl"),
        (10, "x"),
        (9, "ix"),
        (5, "v"),
        (4, "iv"),
        (1, "i"),
    ):
        out += letters * (value // size)
        value %= size
    return out


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a leaf begins: sheet index of its first page (from 0) and that page's number."""

    index: int
    number: int


def _page_label(one: LabelRange) -> bytes:
    style = b"/S/%s" % one.style.encode() if one.style else b""
    return b"%d<<%s/P%s/St %d>>" % (one.index, style, text_string(one.prefix), one.start)


def places(leaves: Sequence[Leaf], note_pages: int = 0) -> tuple[tuple[Placed, ...], int, int]:
    """Where each leaf begins when every leaf opens on a right-hand page; all pages, roman pages.

    The arabic numbers start at 1 on a right-hand page. `note_pages` follow the last leaf.
    """
    placed, index, first_arabic = [], 0, None
    for leaf in leaves:
        index += index % 2
        if not leaf.roman and first_arabic is None:
            first_arabic = index
        placed.append(Placed(index, index + 1 - (0 if leaf.roman else first_arabic or 0)))
        index += len(leaf.part.pages)
    index += note_pages
    index += index % 2
    return tuple(placed), index, first_arabic if first_arabic is not None else index


class _File:
    """Numbers and writes indirect objects; those without a stream go into object streams."""

    def __init__(self) -> None:
        self.chunks: list[bytes] = [b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"]
        self.size = len(self.chunks[0])
        self.offsets: dict[int, int] = {}
        self.packed: dict[int, bytes] = {}
        self.next = 1

    def reserve(self, count: int = 1) -> int:
        first = self.next
        self.next += count
        return first

    def put(self, num: int, data: bytes, stream: bytes | None = None) -> int:
        if stream is None:
            self.packed[num] = data
            return num
        self._write(num, data + b"\nstream\n" + stream + b"\nendstream")
        return num

    def add(self, data: bytes, stream: bytes | None = None) -> int:
        return self.put(self.reserve(), data, stream)

    def _write(self, num: int, data: bytes) -> None:
        chunk = b"%d 0 obj\n%s\nendobj\n" % (num, data)
        self.offsets[num] = self.size
        self.chunks.append(chunk)
        self.size += len(chunk)

    def finish(self, catalog: int, info: int) -> bytes:
        """Object streams, cross-reference stream and trailer (ISO 32000-1 §7.5.7, §7.5.8)."""
        inside: dict[int, tuple[int, int]] = {}
        numbers = sorted(self.packed)
        for start in range(0, len(numbers), 500):
            group = numbers[start : start + 500]
            holder, offset, heads = self.reserve(), 0, []
            for position, num in enumerate(group):
                heads.append(b"%d %d" % (num, offset))
                offset += len(self.packed[num]) + 1
                inside[num] = (holder, position)
            head = b" ".join(heads) + b"\n"
            data, _ = deflated(head + b"\n".join(self.packed[num] for num in group))
            entry = b"<</Type/ObjStm/N %d/First %d/Filter/FlateDecode/Length %d>>" % (len(group), len(head), len(data))
            self.put(holder, entry, data)
        return self._cross_reference(inside, catalog, info)

    def _cross_reference(self, inside: Mapping[int, tuple[int, int]], catalog: int, info: int) -> bytes:
        own, start = self.reserve(), self.size
        self.offsets[own] = start
        rows = [b"\0" * 5 + b"\xff\xff"]
        for num in range(1, self.next):
            if num in self.offsets:
                rows.append(b"\1" + self.offsets[num].to_bytes(4, "big") + b"\0\0")
            elif num in inside:
                holder, position = inside[num]
                rows.append(b"\2" + holder.to_bytes(4, "big") + position.to_bytes(2, "big"))
            else:
                rows.append(b"\0" * 7)
        table = zlib.compress(b"".join(rows), 9)
        identity = hashlib.sha256(b"".join(self.chunks)).hexdigest()[:32].encode()
        entry = b"<</Type/XRef/Size %d/W[1 4 2]/Root %d 0 R/Info %d 0 R/ID[<%s><%s>]/Filter/FlateDecode/Length %d>>" % (
            self.next,
            catalog,
            info,
            identity,
            identity,
            len(table),
        )
        self._write(own, entry + b"\nstream\n" + table + b"\nendstream")
        self.chunks.append(b"startxref\n%d\n%%%%EOF\n" % start)
        return b"".join(self.chunks)


@dataclass
class _Binding:
    copy: Copy
    font_data: Callable[[str], bytes]
    out: _File = field(default_factory=_File)

    def bound(self) -> bytes:
        copy, out = self.copy, self.out
        self.catalog, self.info = out.reserve(), out.reserve()
        self.shared = {int(member): out.reserve() for member in Shared}
        note_pages = copy.furniture.note_pages if copy.furniture else 0
        self.placed, self.count, self.front = places(copy.leaves, note_pages)
        self.kids: dict[int, int] = {}
        self.destinations: dict[str, bytes] = {}
        self.ids: dict[str, int] = {}
        self.branches: list[int] = []
        self.tree_leaves: list[int] = []
        self.keys = 0
        self._known: dict[tuple[int, int], int] = {}
        self.verso = self._bind_head(copy.verso_head)
        self.recto = self._bind_head(copy.furniture.recto_head) if copy.furniture else None
        for leaf, place in zip(copy.leaves, self.placed, strict=True):
            self._bind(leaf, place)
        self._blank_pages()
        self._check_links()
        return self._finish()

    # parts

    def _bind_head(self, part: Part) -> int:
        base = self._objects(part)
        assert part.head is not None
        return base + part.head

    def _objects(self, part: Part) -> int:
        base = self.out.reserve(len(part.objects))
        for slot, obj in enumerate(part.objects):
            if obj.template:
                self.out.put(base + slot, obj.at(base, self.keys, self.shared), obj.stream)
        return base

    def _bind(self, leaf: Leaf, place: Placed) -> None:
        part = leaf.part
        base = self._objects(part)
        first = part.parent_tree + 1
        boxes = b"[0 0 %s %s]" % (number(part.width_pt).encode(), number(part.height_pt).encode())
        addresses = self._addresses(leaf)
        for index, page in enumerate(part.pages):
            stamp = self._stamp(leaf, index, place, base, addresses.get(index, ()))
            contents = [base + page.content] + ([self.out.add(b"<</Length %d>>" % len(stamp), stamp)] if stamp else [])
            data = b"<</Type/Page/Parent %d 0 R/MediaBox%s/TrimBox%s/Resources %d 0 R/Contents[%s]/StructParents %d/Tabs/S" % (
                self.shared[Shared.PAGES], boxes, boxes, self._resources(base, page.resources, base + part.head if part.head is not None else self.recto),
                b" ".join(b"%d 0 R" % num for num in contents), self.keys + index,
            )  # fmt: skip
            if page.annotations:
                data += b"/Annots[%s]" % b" ".join(b"%d 0 R" % (base + slot) for slot in page.annotations)
            self.kids[place.index + index] = self.out.put(base + first + index, data + b">>")
        for anchor in part.anchors:
            target = b"[%d 0 R/XYZ %s %s 0]" % (
                base + first + anchor.page, number(anchor.x).encode(), number(anchor.y).encode(),
            )  # fmt: skip
            self.destinations.setdefault(anchor.name, target)
        self.ids.update({name: base + slot for name, slot in part.ids})
        self.branches += [base + slot for slot in part.branches]
        self.tree_leaves.append(base + part.parent_tree)
        self.keys += part.keys

    def _resources(self, base: int, slot: int, head: int | None) -> int:
        """The part's resources with the running heads' forms beside its own."""
        key = (base, slot)
        if key not in self._known:
            data = self.out.packed[base + slot]
            forms = b"/Verso %d 0 R" % self.verso + (b"/Recto %d 0 R" % head if head is not None else b"")
            before, mark, after = data.partition(b"/XObject <<")
            if not mark:
                raise ValueError("a part's resources have no XObject dictionary")
            self._known[key] = self.out.add(before + mark + forms + b" " + after)
        return self._known[key]

    # stamps

    def _addresses(self, leaf: Leaf) -> dict[int, list[tuple[str, float]]]:
        """Per page of the part: the addresses to print and the height of their turns."""
        wanted = dict(leaf.addresses)
        found: dict[int, list[tuple[str, float]]] = {}
        for anchor in leaf.part.anchors:
            if anchor.name in wanted:  # a turn that a page break splits is marked where it begins
                found.setdefault(anchor.page, []).append((wanted.pop(anchor.name), anchor.y))
        return found

    def _stamp(self, leaf: Leaf, index: int, place: Placed, base: int, addresses: Iterable[tuple[str, float]]) -> bytes:
        """Folio, running head and addresses of one page, as artifacts (ISO 32000-1 §14.8.2.2)."""
        out = []
        recto = (place.index + index) % 2 == 0
        if self.copy.furniture:
            out += self.copy.furniture.stamps(self.copy.page, place.index + index, self.count, leaf.tab)
            out += self.copy.furniture.normal_pages(self.copy.page, leaf.part, index, recto, addresses)
        page = place.number + index
        opening = index == 0
        if leaf.furnished and not opening and not self.copy.furniture:
            form = b"/Recto" if recto and leaf.part.head is not None else b"/Verso"
            out.append(b"/Artifact<</Type/Pagination/Subtype/Header>>BDC %s Do EMC" % form)
        if leaf.furnished and (not opening or leaf.opening_folio) and not self.copy.furniture:
            text = roman(page) if leaf.roman else str(page)
            out.append(b"/Artifact<</Type/Pagination/Subtype/Footer>>BDC %s EMC" % self._folio(text, recto))
        for text, y in addresses:
            out.append(b"/Artifact<</Type/Layout>>BDC %s EMC" % self._address(text, y, recto))
        return b"\n".join(out)

    def _folio(self, text: str, recto: bool) -> bytes:
        page, folio = self.copy.page, self.copy.folio
        outer = page.outer * POINTS_PER_MM
        x = page.width * POINTS_PER_MM - outer - folio.width_pt(text) if recto else outer
        return folio.draw(text, x, page.bottom * POINTS_PER_MM * 0.46)

    def _address(self, text: str, top: float, recto: bool) -> bytes:
        page, face = self.copy.page, self.copy.address
        gap = 4.2 * POINTS_PER_MM
        outer = page.outer * POINTS_PER_MM
        x = page.width * POINTS_PER_MM - outer + gap if recto else outer - gap - face.width_pt(text)
        return face.draw(text, x, top - page.leading_pt * 0.72)

    # what belongs to the whole copy

    def _blank_pages(self) -> None:
        box = b"[0 0 %s %s]" % (
            number(self.copy.page.width * POINTS_PER_MM).encode(), number(self.copy.page.height * POINTS_PER_MM).encode(),
        )  # fmt: skip
        for index in range(self.count):
            if index not in self.kids:
                resources, contents = self._blank_content(index)
                data = b"<</Type/Page/Parent %d 0 R/MediaBox%s/TrimBox%s/Resources<<%s>>%s>>"
                self.kids[index] = self.out.add(data % (self.shared[Shared.PAGES], box, box, resources, contents))

    def _blank_content(self, index: int) -> tuple[bytes, bytes]:
        """What stands on a page without words: nothing, or the furniture of a pack and lines for notes."""
        furniture = self.copy.furniture
        if furniture is None or self.recto is None:
            return b"", b""
        behind = index - self.placed[-1].index - len(self.copy.leaves[-1].part.pages)
        tab = max(
            (at.index, leaf.tab) for leaf, at in zip(self.copy.leaves, self.placed, strict=True) if at.index < index
        )[1]
        out = furniture.stamps(self.copy.page, index, self.count, tab)
        if 0 <= behind < furniture.note_pages:
            out.append(furniture.lines(self.copy.page, recto=index % 2 == 0))
        data = b"\n".join(out)
        forms = b"/Font %d 0 R/XObject<</Verso %d 0 R/Recto %d 0 R>>" % (
            self.shared[Shared.FONTS],
            self.verso,
            self.recto,
        )
        return forms, b"/Contents %d 0 R" % self.out.add(b"<</Length %d>>" % len(data), data)

    def _check_links(self) -> None:
        for leaf in self.copy.leaves:
            for name in leaf.part.links_out:
                if name not in self.destinations:
                    raise ValueError(f"a link points to “{name}”, which is not in the book")

    def _finish(self) -> bytes:
        out, copy, shared = self.out, self.copy, self.shared
        kids = b" ".join(b"%d 0 R" % self.kids[index] for index in range(self.count))
        out.put(shared[Shared.PAGES], b"<</Type/Pages/Count %d/Kids[%s]>>" % (self.count, kids))
        out.put(
            shared[Shared.COLOUR_SPACES],
            b"<</lab-d50[/Lab<</WhitePoint[0.964296 1 0.825105]/Range[-125 125 -125 125]>>]"
            b"/lab-d65[/Lab<</WhitePoint[0.950456 1 1.089058]/Range[-125 125 -125 125]>>]>>",
        )
        self._fonts()
        tree = self._structure()
        outline = self._outline()
        targets = sorted((name.encode(), target) for name, target in self.destinations.items())
        names = b" ".join(_literal(name) + target for name, target in targets)
        dests = out.add(b"<</Names[%s]>>" % names)
        metadata = self._metadata()
        icc, _ = deflated(_srgb_profile())
        intent = out.add(b"<</N 3/Filter/FlateDecode/Length %d>>" % len(icc), icc)
        labels = self._page_labels()
        out.put(
            self.catalog,
            b"<</Type/Catalog/Pages %d 0 R/Lang%s/StructTreeRoot %d 0 R/MarkInfo<</Marked true>>"
            b"/ViewerPreferences<</DisplayDocTitle true>>/Outlines %d 0 R/PageMode/UseOutlines/Names<</Dests %d 0 R>>"
            b"/Metadata %d 0 R/PageLabels%s/OutputIntents[<</Type/OutputIntent/S/GTS_PDFA1"
            b"/OutputConditionIdentifier(sRGB)/Info(sRGB IEC61966-2.1)/DestOutputProfile %d 0 R>>]>>"
            % (shared[Shared.PAGES], text_string(copy.language), tree, outline, dests, metadata, labels, intent),
        )
        stamp = copy.date.replace("-", "")
        out.put(
            self.info,
            b"<</Title%s/Author%s/Subject%s%s/Creator%s/Producer%s/CreationDate(D:%s000000Z)/ModDate(D:%s000000Z)>>"
            % (
                text_string(copy.title), text_string(copy.authors), text_string(copy.subject),
                b"/Keywords" + text_string(copy.keywords) if copy.keywords else b"",
                text_string(f"On Record {copy.version}"), text_string(f"On Record {copy.version}"),
                stamp.encode(), stamp.encode(),
            ),
        )  # fmt: skip
        return out.finish(self.catalog, self.info)

    def _page_labels(self) -> bytes:
        """What a viewer calls the pages (ISO 32000-1 §12.4.2)."""
        if self.copy.furniture and self.copy.furniture.labels:
            rows = (_page_label(one) for one in label_ranges(self.copy.furniture.labels))
            return b"<</Nums[%s]>>" % b"".join(rows)
        if self.front >= self.count:
            return b"<</Nums[0<</S/r>>]>>"
        return b"<</Nums[0<</S/r>>%d<</S/D>>]>>" % self.front if self.front else b"<</Nums[0<</S/D>>]>>"

    def _structure(self) -> int:
        out, shared = self.out, self.shared
        root = out.reserve()
        branches = b" ".join(b"%d 0 R" % num for num in self.branches)
        out.put(shared[Shared.DOCUMENT], b"<</Type/StructElem/S/Document/P %d 0 R/K[%s]>>" % (root, branches))
        leaves = b" ".join(b"%d 0 R" % num for num in self.tree_leaves)
        parents = out.add(b"<</Kids[%s]>>" % leaves)
        ids = sorted((name.encode(), num) for name, num in self.ids.items())
        names = b" ".join(_literal(name) + b"%d 0 R" % num for name, num in ids)
        id_tree = out.add(b"<</Names[%s]>>" % names)
        data = b"<</Type/StructTreeRoot/K[%d 0 R]/ParentTree %d 0 R/ParentTreeNextKey %d/IDTree %d 0 R>>"
        return out.put(root, data % (shared[Shared.DOCUMENT], parents, self.keys, id_tree))

    def _outline(self) -> int:
        root = self.out.reserve()
        first, last, _ = self._bookmarks(self.copy.bookmarks, root)
        data = b"<</Type/Outlines/First %d 0 R/Last %d 0 R/Count %d>>"
        return self.out.put(root, data % (first, last, len(self.copy.bookmarks)))

    def _bookmarks(self, bookmarks: Sequence[Bookmark], parent: int) -> tuple[int, int, int]:
        numbers = [self.out.reserve() for _ in bookmarks]
        for index, (bookmark, num) in enumerate(zip(bookmarks, numbers, strict=True)):
            data = b"<</Title%s/Parent %d 0 R/Dest%s" % (
                text_string(bookmark.title), parent, self.destinations[bookmark.name],
            )  # fmt: skip
            if index:
                data += b"/Prev %d 0 R" % numbers[index - 1]
            if index + 1 < len(numbers):
                data += b"/Next %d 0 R" % numbers[index + 1]
            if bookmark.children:
                first, last, count = self._bookmarks(bookmark.children, num)
                data += b"/First %d 0 R/Last %d 0 R/Count %d" % (first, last, -count)
            self.out.put(num, data + b">>")
        return numbers[0], numbers[-1], len(numbers)

    # fonts

    def _fonts(self) -> None:
        """One subset for each face of the whole copy."""
        rows = b"".join(
            b"/%s %d 0 R" % (name.encode(), self._font(uses)) for name, uses in sorted(_uses(self.copy).items())
        )
        self.out.put(self.shared[Shared.FONTS], b"<<%s>>" % rows)

    def _font(self, uses: Sequence[FontUse]) -> int:
        out, use = self.out, uses[0]
        texts: dict[int, str] = {}
        widths: dict[int, float] = {}
        for one in uses:
            for glyph, text in one.to_unicode:
                # One glyph may stand for several characters (hyphens, µ and μ); a file can tell only one.
                texts[glyph] = min(texts.get(glyph, text), text, key=lambda text: (not text.isascii(), len(text), text))
            widths.update(one.widths)
        data = faces.subset(self.font_data(use.file_sha256), use.index, texts, dict(use.variations))
        packed, length = deflated(data)
        is_cff = data[:4] == b"OTTO"
        key = b"/Subtype/OpenType" if is_cff else b"/Length1 %d" % length
        program = out.add(b"<<%s/Filter/FlateDecode/Length %d>>" % (key, len(packed)), packed)
        cmap, _ = deflated(faces.unicode_map(texts))
        unicode_map = out.add(b"<</Filter/FlateDecode/Length %d>>" % len(cmap), cmap)
        name = use.base_font.replace(",", "").encode()
        widest = max(widths.values(), default=1000)
        descriptor = out.add(
            b"<</Type/FontDescriptor/FontName/%s/Flags %d/FontBBox[0 %d %d %d]/ItalicAngle %d/Ascent %d/Descent %d"
            b"/CapHeight %d/StemV 80/FontFile%d %d 0 R>>"
            % (name, use.flags, use.descent, round(widest), use.ascent, -12 if use.italic else 0, use.ascent,
               use.descent, use.ascent, 3 if is_cff else 2, program)
        )  # fmt: skip
        row = b"".join(b"%d[%s]" % (glyph, number(width).encode()) for glyph, width in sorted(widths.items()))
        descendant = out.add(
            b"<</Type/Font/Subtype/CIDFontType%d/BaseFont/%s/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)"
            b"/Supplement 0>>/FontDescriptor %d 0 R/W[%s]%s>>"
            % (0 if is_cff else 2, name, descriptor, row, b"" if is_cff else b"/CIDToGIDMap/Identity")
        )
        return out.add(
            b"<</Type/Font/Subtype/Type0/BaseFont/%s/Encoding/Identity-H/DescendantFonts[%d 0 R]/ToUnicode %d 0 R>>"
            % (name, descendant, unicode_map)
        )

    # metadata

    def _metadata(self) -> int:
        data = _xmp(self.copy)
        return self.out.add(b"<</Type/Metadata/Subtype/XML/Length %d>>" % len(data), data)


def bind(copy: Copy, font_data: Callable[[str], bytes]) -> bytes:
    """The copy as a PDF file. `font_data` gives a font file by its SHA-256."""
    return _Binding(copy, font_data).bound()


def _uses(copy: Copy) -> dict[str, list[FontUse]]:
    uses: dict[str, list[FontUse]] = {}
    heads = (copy.furniture.recto_head, copy.furniture.faces) if copy.furniture else ()
    for part in (copy.verso_head, copy.stamps, *heads, *(leaf.part for leaf in copy.leaves)):
        for use in part.fonts:
            uses.setdefault(use.name, []).append(use)
    for name, group in uses.items():
        if len({(use.file_sha256, use.variations) for use in group}) > 1:
            raise ValueError(f"two faces share the name {name}")
    return uses


def _literal(data: bytes) -> bytes:
    return byte_string(data.decode())


def _srgb_profile() -> bytes:
    """The sRGB profile that travels with WeasyPrint, read without importing it."""
    path = distribution("weasyprint").locate_file("weasyprint/pdf/sRGB2014.icc")
    return path.read_bytes()  # type: ignore[attr-defined, no-any-return]


_SCHEMA = "http://www.aiim.org/pdfa/ns"


def _xmp(copy: Copy) -> bytes:
    """Title, author, language and dates, and both conformance claims (ISO 19005-3 §6.6, ISO 14289-1 §5)."""
    title, authors, subject = (escape(text) for text in (copy.title, copy.authors, copy.subject))
    tool = escape(f"On Record {copy.version}")
    date = f"{copy.date}T00:00:00Z"
    publisher = (
        f"<dc:publisher><rdf:Bag><rdf:li>{escape(copy.publisher)}</rdf:li></rdf:Bag></dc:publisher>"
        if copy.publisher
        else ""
    )
    keywords = f"<pdf:Keywords>{escape(copy.keywords)}</pdf:Keywords>" if copy.keywords else ""
    creator = f"<dc:creator><rdf:Seq><rdf:li>{authors}</rdf:li></rdf:Seq></dc:creator>" if authors else ""
    description = (
        f'<dc:description><rdf:Alt><rdf:li xml:lang="x-default">{subject}</rdf:li></rdf:Alt></dc:description>'
        if subject
        else ""
    )
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n<x:xmpmeta xmlns:x="adobe:ns:meta/">\n'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">\n'
        '<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/" '
        'xmlns:pdf="http://ns.adobe.com/pdf/1.3/" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/" '
        'xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">\n'
        "<pdfaid:part>3</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance><pdfuaid:part>1</pdfuaid:part>\n"
        f'<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>{creator}{description}{publisher}\n'
        f"<dc:language><rdf:Bag><rdf:li>{escape(copy.language)}</rdf:li></rdf:Bag></dc:language>\n"
        f"<dc:identifier>{escape(copy.identifier)}</dc:identifier>\n"
        f"<xmp:CreateDate>{date}</xmp:CreateDate><xmp:ModifyDate>{date}</xmp:ModifyDate><xmp:MetadataDate>{date}</xmp:MetadataDate>"
        f"<xmp:CreatorTool>{tool}</xmp:CreatorTool><pdf:Producer>{tool}</pdf:Producer>{keywords}\n</rdf:Description>\n"
        f'<rdf:Description rdf:about="" xmlns:pdfaExtension="{_SCHEMA}/extension/" xmlns:pdfaSchema="{_SCHEMA}/schema#" '
        f'xmlns:pdfaProperty="{_SCHEMA}/property#">\n<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">'
        "<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>"
        "<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>"
        '<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix><pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">'
        "<pdfaProperty:name>part</pdfaProperty:name><pdfaProperty:valueType>Integer</pdfaProperty:valueType>"
        "<pdfaProperty:category>internal</pdfaProperty:category>"
        "<pdfaProperty:description>Part of ISO 14289 that the file follows</pdfaProperty:description>"
        "</rdf:li></rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas>\n</rdf:Description>\n"
        '</rdf:RDF>\n</x:xmpmeta>\n<?xpacket end="w"?>'
    ).encode()
