"""Takes what WeasyPrint drew apart into the objects of a part.

Private names used, guarded by `setting`: `weasyprint.pdf.generate_pdf` with its `add_tags`, `build_fonts_dictionary` and
`add_outlines` (replaced: a part has its own structure tree, and fonts and outline belong to the bound copy),
`Page._page_box` and `Stream._tags`.
"""

from __future__ import annotations

import hashlib
import re
import zlib
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING, cast

from onrecord.editions.pdf.pages.part import (
    KEY,
    Anchor,
    FontUse,
    PageOfPart,
    Part,
    PdfObject,
    Shared,
    Specimen,
    byte_string,
    deflated,
    packed,
    text_string,
)
from onrecord.editions.pdf.pages.part import number as pdf_number
from onrecord.editions.pdf.typeset.page_starts import page_starts
from onrecord.editions.pdf.typeset.tagging import Annotation, Node, Structure, TreeBuilder, walk

if TYPE_CHECKING:
    import pydyf
    from weasyprint.document import Document
    from weasyprint.pdf.fonts import Font
    from weasyprint.pdf.stream import Stream

_PX = 0.75  # points in a CSS pixel
_OUTSIDE = "onrecord-book:"  # scheme of links to other parts, until binding
_MARKED_CONTENT = re.compile(rb"/(\w+)\s+<</MCID (\d+)>>\s+BDC\s+(.*?)EMC", re.DOTALL)
_MARKS = re.compile(rb"/\w+\s+<</MCID \d+[^>]*>>\s+BDC\s+|/Artifact BMC\s+|\bEMC\s?")
_SHOWS = re.compile(rb"\b(?:Tj|TJ|Do)\b")


class Extraction:
    """Draws a document and takes its objects apart."""

    def __init__(self, document: Document, *, has_head: bool) -> None:
        self.document = document
        self.has_head = has_head
        self.structure: Structure | None = None
        self.body = len(document.pages) - has_head
        self.pdf = self._draw()
        self.objects = {obj.number: obj for obj in self.pdf.objects if obj.number is not None}
        self.pages = [self._dictionary(number) for number in _references(self.pdf.pages["Kids"])]

    def _dictionary(self, number: int) -> pydyf.Dictionary:
        """The object with this number, which is a dictionary by where it stands in the file."""
        return cast("pydyf.Dictionary", self.objects[number])

    def _draw(self) -> pydyf.PDF:
        import pydyf
        import weasyprint
        import weasyprint.pdf as backend

        def add_tags(pdf: pydyf.PDF, document: Document, version: str, streams: list[Stream]) -> None:
            root = document.pages[0]._page_box.children[0].element
            assert root is not None
            builder = TreeBuilder(root)
            bodies = [page._page_box for page in document.pages[: self.body]]
            self.starts = page_starts(root, bodies)
            pages = zip(document.pages, streams, strict=True)
            for index, (page, stream) in enumerate(islice(pages, self.body)):
                builder.add_page(index, page._page_box, stream._tags)
            self.structure = builder.finish()

        kept = backend.add_tags, backend.build_fonts_dictionary, backend.add_outlines
        backend.add_tags = add_tags
        backend.build_fonts_dictionary = lambda *args: pydyf.Dictionary()
        backend.add_outlines = lambda *args, **kwargs: None
        try:
            options = dict(weasyprint.DEFAULT_OPTIONS, pdf_tags=True, uncompressed_pdf=True)
            return backend.generate_pdf(self.document, None, 1, **options)
        finally:
            backend.add_tags, backend.build_fonts_dictionary, backend.add_outlines = kept

    def part(self) -> Part:
        assert self.structure is not None
        self._number_objects()
        objects = [self._plain(number) for number in self.kept]
        self._tree(objects)
        head = self._head_form(objects) if self.has_head else None
        fonts = tuple(_font_use(font) for font in self.document.fonts.values())
        return Part(
            width_pt=self.document.pages[0].width * _PX,
            height_pt=self.document.pages[0].height * _PX,
            pages=tuple(self._page(page) for page in self.pages[: self.body]),
            packed=packed(objects),
            keys=self.keys,
            parent_tree=self.parent_tree,
            branches=self.branches,
            ids=self.ids,
            fonts=fonts,
            anchors=tuple(self._anchors()),
            links_out=tuple(sorted(self.links_out)),
            starts=self.starts,
            head=head,
            missing=tuple(sorted({chr(code) for font in self.document.fonts.values() for code in font.missing})),
        )

    # objects

    def _number_objects(self) -> None:
        """Slots for the objects that a part keeps: streams, resources, pictures, annotations."""
        assert self.structure is not None
        gone = {self.pdf.catalog.number, self.pdf.info.number, self.pdf.pages.number, 0}
        gone |= {page.number for page in self.pages} | self.structure.dropped_annotations
        shared = self._dictionary(_target(self.pages[0]["Resources"]))
        fonts, colours = (_target(shared[key]) for key in ("Font", "ColorSpace"))
        gone |= {fonts, colours}
        for page in self.pages[self.body :]:
            gone |= set(_references(page.get("Annots")))
        self.kept = [number for number in sorted(self.objects) if number not in gone]
        self.slots: dict[int, int] = {number: index for index, number in enumerate(self.kept)}
        pages = self.pdf.pages.number
        assert pages is not None
        self.slots |= {pages: Shared.PAGES, fonts: Shared.FONTS, colours: Shared.COLOUR_SPACES}
        self.annotation_keys: dict[int, int] = {}
        self.links_out: set[str] = set()
        self.stream_pages = {_target(page["Contents"]): index for index, page in enumerate(self.pages)}

    def _plain(self, number: int) -> PdfObject:
        import pydyf

        obj = self.objects[number]
        if not isinstance(obj, pydyf.Stream):
            dictionary = self._dictionary(number)
            if dictionary.get("Subtype") == "/Link":
                return self._link(number, dictionary)
            return PdfObject.of(obj.data, self.slots)
        data = b"\n".join(_bytes(item) for item in obj.stream)
        if number in self.stream_pages:
            data = self._marked(self.stream_pages[number], data)
        extra = pydyf.Dictionary(dict(obj.extra))
        head = extra.data[2:-2]
        if b"/Filter" not in head:
            (data, _), head = deflated(data), head + b"/Filter/FlateDecode"
        return PdfObject.of(b"<<" + head + b"/Length %d>>" % len(data), self.slots, data)

    def _marked(self, page: int, data: bytes) -> bytes:
        """Decoration becomes an artifact; a box of spaces says that it is a space (it draws nothing)."""
        assert self.structure is not None
        artifacts = self.structure.artifacts

        def mend(match: re.Match[bytes]) -> bytes:
            tag, mcid, inside = match.group(1), int(match.group(2)), match.group(3)
            if (page, mcid) in artifacts:
                return b"/Artifact BMC\n" + inside + b"EMC"
            if not _SHOWS.search(inside):
                return b"/%s <</MCID %d/ActualText( )>> BDC\n%sEMC" % (tag, mcid, inside)
            return match.group(0)

        return b"q\n" + _MARKED_CONTENT.sub(mend, data) + b"\nQ"

    def _link(self, number: int, link: pydyf.Dictionary) -> PdfObject:
        key = self.annotation_keys.setdefault(number, self.body + len(self.annotation_keys))
        rect = b"[" + b" ".join(pdf_number(value).encode() for value in cast("Iterable[float]", link["Rect"])) + b"]"
        data = b"<</Type/Annot/Subtype/Link/F 4/BS<</W 0>>/Rect" + rect
        if "Dest" in link:
            data += _destination(_text(link["Dest"]))
        else:
            address = _text(cast("pydyf.Dictionary", link["A"])["URI"])
            if address.startswith(_OUTSIDE):
                self.links_out.add(address.removeprefix(_OUTSIDE))
                data += _destination(address.removeprefix(_OUTSIDE))
            else:
                data += (
                    b"/Contents" + text_string(address) + b"/A<</Type/Action/S/URI/URI" + byte_string(address) + b">>"
                )
        return PdfObject(data.replace(b"%", b"%%") + b"/StructParent %d>>", (KEY + key,))

    def _page(self, page: pydyf.Dictionary) -> PageOfPart:
        annotations = _references(page.get("Annots"))
        return PageOfPart(
            content=self.slots[_target(page["Contents"])],
            resources=self.slots[_target(page["Resources"])],
            annotations=tuple(self.slots[number] for number in annotations if number in self.slots),
        )

    def _anchors(self) -> Iterator[Anchor]:
        for index, page in enumerate(self.document.pages[: self.body]):
            for name, (x, y, *_) in sorted(page.anchors.items()):
                yield Anchor(name, index, x * _PX, (page.height - y) * _PX)

    # structure

    def _tree(self, objects: list[PdfObject]) -> None:
        """Append the structure elements and the part's leaf of the parent tree."""
        assert self.structure is not None
        top = [kid for kid in self.structure.root.kids if isinstance(kid, Node) and _is_used(kid)]
        nodes = list(walk(top))
        slot = {id(node): len(objects) + index for index, node in enumerate(nodes)}
        for index, page in enumerate(self.pages[: self.body]):
            assert page.number is not None
            self.slots[page.number] = len(objects) + len(nodes) + 1 + index
        page_slot = [len(objects) + len(nodes) + 1 + index for index in range(self.body)]
        rows: dict[int, dict[int, int]] = {page: {} for page in range(self.body)}
        links: dict[int, int] = {}
        objects.extend(self._element(node, slot, page_slot, rows, links) for node in nodes)
        self.keys = self.body + len(self.annotation_keys)
        self.parent_tree = len(objects)
        objects.append(self._parent_tree(rows, links))
        # The pages themselves are written when the part is bound; their slots follow here.
        objects.extend(PdfObject(b"") for _ in range(self.body))
        self.first_page = page_slot[0] if page_slot else 0
        self.branches = tuple(slot[id(node)] for node in top)
        self.ids = tuple((node.id, slot[id(node)]) for node in nodes if node.id)

    def _element(
        self,
        node: Node,
        slot: Mapping[int, int],
        page_slot: list[int],
        rows: dict[int, dict[int, int]],
        links: dict[int, int],
    ) -> PdfObject:
        own = slot[id(node)]
        parent = slot.get(id(node.parent), int(Shared.DOCUMENT)) if node.parent is not None else int(Shared.DOCUMENT)
        data, slots = [b"<</Type/StructElem/S/%s/P %%d 0 R" % node.role.encode()], [parent]
        page = next((kid[0] for kid in node.kids if isinstance(kid, tuple)), None)
        if page is not None:
            data.append(b"/Pg %d 0 R")
            slots.append(page_slot[page])
        for key, value in ((b"/T", node.title), (b"/Lang", node.language), (b"/Alt", node.alt)):
            if value:
                data.append(key + text_string(value).replace(b"%", b"%%"))
        if node.id:
            data.append(b"/ID" + byte_string(node.id).replace(b"%", b"%%"))
        if node.attributes:
            data.append(b"/A<<%s>>" % node.attributes.encode())
        kids = []
        for kid in node.kids:
            if isinstance(kid, Node):
                if id(kid) in slot:
                    kids.append(b"%d 0 R")
                    slots.append(slot[id(kid)])
            elif isinstance(kid, Annotation):
                if kid.number in self.annotation_keys and kid.page < self.body:
                    kids.append(b"<</Type/OBJR/Obj %d 0 R/Pg %d 0 R>>")
                    slots += [self.slots[kid.number], page_slot[kid.page]]
                    links[self.annotation_keys[kid.number]] = own
            elif kid[0] < self.body:
                rows[kid[0]][kid[1]] = own
                if kid[0] == page:
                    kids.append(b"%d" % kid[1])
                else:
                    kids.append(b"<</Type/MCR/Pg %%d 0 R/MCID %d>>" % kid[1])
                    slots.append(page_slot[kid[0]])
        data.append(b"/K[" + b" ".join(kids) + b"]>>")
        return PdfObject(b"".join(data), tuple(slots))

    def _parent_tree(self, rows: dict[int, dict[int, int]], links: dict[int, int]) -> PdfObject:
        data, slots = [b"<</Limits[%d %d]/Nums["], [KEY, KEY + self.keys - 1]
        for page in range(self.body):
            row = rows[page]
            data.append(b"%d[")
            slots.append(KEY + page)
            for mcid in range(max(row, default=-1) + 1):
                if mcid in row:
                    data.append(b"%d 0 R ")
                    slots.append(row[mcid])
                else:
                    data.append(b"null ")
            data.append(b"]")
        for key, element in sorted(links.items()):
            data.append(b"%d %d 0 R ")
            slots += [KEY + key, element]
        return PdfObject(b"".join(data) + b"]>>", tuple(slots))

    # the running head

    def _head_form(self, objects: list[PdfObject]) -> int:
        page = self.pages[-1]
        slot = self.slots[_target(page["Contents"])]
        content = objects[slot]
        assert content.stream is not None
        data = zlib.decompress(content.stream)
        data = _MARKS.sub(b"", data)
        packed, _ = deflated(data)
        resources = self.slots[_target(page["Resources"])]
        width, height = (
            pdf_number(side * _PX) for side in (self.document.pages[0].width, self.document.pages[0].height)
        )
        head = f"<</Type/XObject/Subtype/Form/BBox[0 0 {width} {height}]/Resources %d 0 R/Filter/FlateDecode/Length {len(packed)}>>"
        objects[slot] = PdfObject(head.encode(), (resources,), packed)
        return slot


def _references(array: pydyf._Value | None) -> list[int]:
    """The object numbers in a pydyf array; a reference is one item there, or three."""
    return [
        int(found) for found in re.findall(r"(\d+) \d+ R", " ".join(map(_text, cast("Iterable[object]", array or ()))))
    ]


def _target(reference: pydyf._Value) -> int:
    """The number of the object that is referred to."""
    return int(_text(reference).split()[0])


def _is_used(node: Node) -> bool:
    """Whether a branch draws anything at all."""
    return any(isinstance(kid, tuple) for below in walk([node]) for kid in below.kids)


def _destination(name: str) -> bytes:
    return b"/Dest" + byte_string(name) + b"/Contents" + text_string(name)


def _bytes(item: pydyf._Value) -> bytes:
    return item if isinstance(item, bytes) else bytes(item.data) if hasattr(item, "data") else str(item).encode()


def _text(string: object) -> str:
    value = getattr(string, "string", string)
    return value.decode() if isinstance(value, bytes) else str(value)


def _font_use(font: Font) -> FontUse:
    return FontUse(
        name=font.hash,
        family=font.family,
        base_font=font.name.decode().lstrip("/"),
        file_sha256=_file_sha256(font.file_content),
        index=font.index & 0xFFFF,
        variations=tuple(sorted({"wght": float(font.weight), **font.variations}.items())),
        flags=font.flags,
        ascent=font.ascent,
        descent=font.descent,
        italic=bool(font.style),
        to_unicode=tuple(sorted(font.to_unicode.items())),
        widths=tuple(sorted(font.widths.items())),
    )


@cache
def _file_sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def specimen(extraction: Extraction, page: int) -> Specimen:
    """Read one specimen page: the first font it sets, its size and colour, and its glyphs."""
    contents = cast("pydyf.Stream", extraction.objects[_target(extraction.pages[page]["Contents"])])
    data = b"\n".join(_bytes(item) for item in contents.stream)
    font, size = re.search(rb"/(\w+) ([\d.]+) Tf", data).groups()  # type: ignore[union-attr]
    colour = re.search(rb"([\d.]+) ([\d.]+) ([\d.]+) (?:rg|scn)", data)
    use = next(f for f in extraction.document.fonts.values() if f.hash == font.decode())
    drawn = {int(gid, 16) for run in re.findall(rb"<([0-9a-f]+)>", data) for gid in re.findall(rb"[0-9a-f]{4}", run)}
    glyphs = {text: (gid, use.widths[gid]) for gid, text in use.to_unicode.items() if gid in drawn and len(text) == 1}
    return Specimen(
        font=font.decode(),
        size_pt=float(size) * _PX,
        colour=tuple(float(value) for value in colour.groups()) if colour else (0.0, 0.0, 0.0),  # type: ignore[arg-type]
        glyphs=glyphs,
    )
