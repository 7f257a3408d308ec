"""Take the file that WeasyPrint draws apart into the objects of a part.

Private names used, in the version that `weasyprint_adapter` checks: `weasyprint.pdf.generate_pdf` with its `add_tags`,
`build_fonts_dictionary` and `add_outlines` (replaced: a part has its own structure tree, and fonts and outline belong
to the bound document), `Page._page_box` and `Stream._tags`.
"""

from __future__ import annotations

import hashlib
import re
import zlib
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING, cast

from onrecord.editions.pdf.pages.part import (
    FIRST_KEY,
    Anchor,
    FontUse,
    PartPage,
    PdfObject,
    SharedSlot,
    TypesetPart,
    pack_glyphs,
    pack_objects,
)
from onrecord.editions.pdf.pages.pdf_syntax import (
    avoid_carriage_return,
    compress_stream,
    format_byte_string,
    format_text_string,
)
from onrecord.editions.pdf.pages.pdf_syntax import format_pdf_number as pdf_number
from onrecord.editions.pdf.pages.specimens import Specimen, StampPiece
from onrecord.editions.pdf.typeset.page_starts import find_page_starts
from onrecord.editions.pdf.typeset.structure_writer import LinkObject, StructureWriter
from onrecord.editions.pdf.typeset.tagging import TagTree, TagTreeBuilder

if TYPE_CHECKING:
    import pydyf
    from weasyprint.document import Document
    from weasyprint.pdf.fonts import Font
    from weasyprint.pdf.stream import Stream

_PX = 0.75  # points in a CSS pixel
_OUTSIDE = "onrecord-book:"  # the scheme of links to other parts
_MARKED_CONTENT = re.compile(rb"/(\w+)\s+<</MCID (\d+)>>\s+BDC\s+(.*?)EMC", re.DOTALL)
_MARKS = re.compile(rb"/\w+\s+<</MCID \d+[^>]*>>\s+BDC\s+|/Span <</ActualText<\w+>>> BDC\s+|/Artifact BMC\s+|\bEMC\s?")
_SHOWS = re.compile(rb"\b(?:Tj|TJ|Do)\b")


class Extraction:
    """The objects of a drawn document; with `has_head`, its last page holds the running head."""

    def __init__(self, document: Document, *, has_head: bool) -> None:
        self.document = document
        self.has_head = has_head
        self.structure: TagTree | None = None
        self.body = len(document.pages) - has_head
        self.pdf = self._draw()
        self.objects = {obj.number: obj for obj in self.pdf.objects if obj.number is not None}
        self.pages = [self._get_dictionary(number) for number in _list_references(self.pdf.pages["Kids"])]

    def _get_dictionary(self, number: int) -> pydyf.Dictionary:
        """Return the object with this number, which must be a dictionary."""
        return cast("pydyf.Dictionary", self.objects[number])

    def _draw(self) -> pydyf.PDF:
        """Return the PDF that WeasyPrint draws of a section; note its tag tree and its page starts."""
        import pydyf
        import weasyprint
        import weasyprint.pdf as backend

        def add_tags(pdf: pydyf.PDF, document: Document, version: str, streams: list[Stream]) -> None:
            """Remember the document's tag tree and page starts, and add no tags to the PDF."""
            root = document.pages[0]._page_box.children[0].element
            assert root is not None
            builder = TagTreeBuilder(root)
            bodies = [page._page_box for page in document.pages[: self.body]]
            self.starts = find_page_starts(root, bodies)
            pages = zip(document.pages, streams, strict=True)
            for index, (page, stream) in enumerate(islice(pages, self.body)):
                builder.add_page(index, page._page_box, stream._tags)
            self.structure = builder.finish()

        originals = backend.add_tags, backend.build_fonts_dictionary, backend.add_outlines
        backend.add_tags = add_tags
        backend.build_fonts_dictionary = lambda *args: pydyf.Dictionary()
        backend.add_outlines = lambda *args, **kwargs: None
        try:
            options = dict(weasyprint.DEFAULT_OPTIONS, pdf_tags=True, uncompressed_pdf=True)
            return backend.generate_pdf(self.document, None, 1, **options)
        finally:
            backend.add_tags, backend.build_fonts_dictionary, backend.add_outlines = originals

    def build_part(self) -> TypesetPart:
        """Return the section as a part of the bound PDF: all objects but pages, fonts and outline."""
        assert self.structure is not None
        self._number_objects()
        objects = [self._convert_object(number) for number in self.part_numbers]
        links = {number: LinkObject(self.slots[number], key) for number, key in self.link_keys.items()}
        structure = StructureWriter(self.structure.root, len(objects), self.body, links)
        objects += structure.write_objects()
        head = self._convert_head(objects) if self.has_head else None
        fonts = self.document.fonts.values()
        return TypesetPart(
            width_pt=self.document.pages[0].width * _PX,
            height_pt=self.document.pages[0].height * _PX,
            pages=tuple(self._convert_page(page) for page in self.pages[: self.body]),
            packed=pack_objects(objects),
            key_count=structure.keys,
            parent_tree=structure.parent_tree,
            branches=structure.branches,
            ids=structure.ids,
            fonts=tuple(_convert_font(font) for font in fonts),
            anchors=tuple(self._list_anchors()),
            links_out=tuple(sorted(self.links_out)),
            page_starts=self.starts,
            head=head,
            baseline_pt=self._measure_baseline(),
            missing_characters=tuple(sorted({chr(code) for font in fonts for code in font.missing})),
        )

    def _measure_baseline(self) -> float:
        """Return how far the baseline of a line of text is below the upper edge of the line, in points."""
        from weasyprint.text.line_break import strut

        _, baseline = strut(self.document.pages[0]._page_box.children[0].style)
        return baseline * _PX

    # objects

    def _number_objects(self) -> None:
        """Give slots to the PDF objects that belong to the part: streams, resources, pictures, annotations."""
        assert self.structure is not None
        left_out = {self.pdf.catalog.number, self.pdf.info.number, self.pdf.pages.number, 0}
        left_out |= {page.number for page in self.pages} | self.structure.dropped_annotations
        shared = self._get_dictionary(_get_target(self.pages[0]["Resources"]))
        fonts, colours = (_get_target(shared[key]) for key in ("Font", "ColorSpace"))
        left_out |= {fonts, colours}
        for page in self.pages[self.body :]:
            left_out |= set(_list_references(page.get("Annots")))
        self.part_numbers = [number for number in sorted(self.objects) if number not in left_out]
        self.slots: dict[int, int] = {number: index for index, number in enumerate(self.part_numbers)}
        pages = self.pdf.pages.number
        assert pages is not None
        self.slots |= {pages: SharedSlot.PAGES, fonts: SharedSlot.FONTS, colours: SharedSlot.COLOUR_SPACES}
        self.link_keys: dict[int, int] = {}  # object number of a link -> its key of the parent tree
        self.links_out: set[str] = set()
        self.stream_pages = {_get_target(page["Contents"]): index for index, page in enumerate(self.pages)}

    def _convert_object(self, number: int) -> PdfObject:
        """Return a PDF object with its references turned into slots and its stream compressed."""
        import pydyf

        obj = self.objects[number]
        if not isinstance(obj, pydyf.Stream):
            dictionary = self._get_dictionary(number)
            if dictionary.get("Subtype") == "/Link":
                return self._convert_link(number, dictionary)
            return PdfObject.from_data(obj.data, self.slots)
        data = _join_stream(obj)
        if number in self.stream_pages:
            data = self._correct_marks(self.stream_pages[number], data)
        extra = pydyf.Dictionary(dict(obj.extra))
        head = extra.data[2:-2]
        if b"/Filter" not in head:
            (data, _), head = compress_stream(data), head + b"/Filter/FlateDecode"
        elif b"/FlateDecode" in head:
            data = avoid_carriage_return(data)
        return PdfObject.from_data(b"<<" + head + b"/Length %d>>" % len(data), self.slots, data)

    def _correct_marks(self, page: int, data: bytes) -> bytes:
        """Return the content of the page with decoration marked as artifacts.

        A box of spaces draws nothing, so the space becomes its actual text.
        """
        assert self.structure is not None
        artifacts = self.structure.artifacts

        def correct(match: re.Match[bytes]) -> bytes:
            """Return marked content as an artifact if it is decoration, as a space if it is empty."""
            tag, mcid, inside = match.group(1), int(match.group(2)), match.group(3)
            if (page, mcid) in artifacts:
                return b"/Artifact BMC\n" + inside + b"EMC"
            if not _SHOWS.search(inside):
                return b"/%s <</MCID %d/ActualText( )>> BDC\n%sEMC" % (tag, mcid, inside)
            return match.group(0)

        return b"q\n" + _MARKED_CONTENT.sub(correct, data) + b"\nQ"

    def _convert_link(self, number: int, link: pydyf.Dictionary) -> PdfObject:
        """Return a link annotation; remember its key, and its destination if in another part."""
        key = self.link_keys.setdefault(number, self.body + len(self.link_keys))
        rect = b"[" + b" ".join(pdf_number(value).encode() for value in cast("Iterable[float]", link["Rect"])) + b"]"
        data = b"<</Type/Annot/Subtype/Link/F 4/BS<</W 0>>/Rect" + rect
        if "Dest" in link:
            data += _format_destination(_get_text(link["Dest"]))
        else:
            address = _get_text(cast("pydyf.Dictionary", link["A"])["URI"])
            if address.startswith(_OUTSIDE):
                self.links_out.add(address.removeprefix(_OUTSIDE))
                data += _format_destination(address.removeprefix(_OUTSIDE))
            else:
                action = b"<</Type/Action/S/URI/URI" + format_byte_string(address) + b">>"
                data += b"/Contents" + format_text_string(address) + b"/A" + action
        return PdfObject(data.replace(b"%", b"%%") + b"/StructParent %d>>", (FIRST_KEY + key,))

    def _convert_page(self, page: pydyf.Dictionary) -> PartPage:
        """Return the slots of a page's content, resources and annotations."""
        annotations = _list_references(page.get("Annots"))
        return PartPage(
            content=self.slots[_get_target(page["Contents"])],
            resources=self.slots[_get_target(page["Resources"])],
            annotations=tuple(self.slots[number] for number in annotations if number in self.slots),
        )

    def _list_anchors(self) -> Iterator[Anchor]:
        """Yield the named points of all pages but the running head's, as anchors in points."""
        for index, page in enumerate(self.document.pages[: self.body]):
            for name, (x, y, *_) in sorted(page.anchors.items()):
                yield Anchor(name, index, x * _PX, (page.height - y) * _PX)

    def _convert_head(self, objects: list[PdfObject]) -> int:
        """Turn the content of the last page into a form, in place; return its slot."""
        page = self.pages[-1]
        slot = self.slots[_get_target(page["Contents"])]
        content = objects[slot]
        assert content.stream is not None
        stream, _ = compress_stream(_MARKS.sub(b"", zlib.decompress(content.stream)))
        resources = self.slots[_get_target(page["Resources"])]
        sides = (self.document.pages[0].width, self.document.pages[0].height)
        width, height = (pdf_number(side * _PX) for side in sides)
        head = (
            f"<</Type/XObject/Subtype/Form/BBox[0 0 {width} {height}]/Resources %d 0 R"
            f"/Filter/FlateDecode/Length {len(stream)}>>"
        )
        objects[slot] = PdfObject(head.encode(), (resources,), stream)
        return slot


def read_specimen(extraction: Extraction, page: int) -> Specimen:
    """Return the specimen that the page shows: its first font, its size and colour, and its glyphs."""
    contents = cast("pydyf.Stream", extraction.objects[_get_target(extraction.pages[page]["Contents"])])
    data = _join_stream(contents)
    setting = re.search(rb"/(\w+) ([\d.]+) Tf", data)
    assert setting is not None
    font, size = setting[1], float(setting[2])
    colour = re.search(rb"([\d.]+) ([\d.]+) ([\d.]+) (?:rg|scn)", data)
    use = next(use for use in extraction.document.fonts.values() if use.hash == font.decode())
    drawn = {int(gid, 16) for run in re.findall(rb"<([0-9a-f]+)>", data) for gid in re.findall(rb"[0-9a-f]{4}", run)}
    glyphs = {text: (gid, use.widths[gid]) for gid, text in use.to_unicode.items() if gid in drawn and len(text) == 1}
    return Specimen(
        font=font.decode(),
        size_pt=size * _PX,
        colour=(float(colour[1]), float(colour[2]), float(colour[3])) if colour else (0.0, 0.0, 0.0),
        glyphs=glyphs,
    )


_TEXT_OPERATORS = re.compile(rb"/(\w+) ([\d.]+) Tf|(-?[\d.]+) Ts|\[([^\]]*)\] TJ")
_SHOWN = re.compile(rb"<([0-9a-f]*)>|(-?[\d.]+(?:e-?\d+)?)")


def extract_stamp(extraction: Extraction, page: int) -> StampPiece:
    """Return the drawing operators of the words on a typeset page, with their baseline at the origin, as a stamp."""
    contents = cast("pydyf.Stream", extraction.objects[_get_target(extraction.pages[page]["Contents"])])
    fonts = {use.hash: use for use in extraction.document.fonts.values()}
    operators, width, font, size = [], 0.0, "", 0.0
    for name, font_size, rise, shown in _TEXT_OPERATORS.findall(_join_stream(contents)):
        if name:
            font, size = name.decode(), float(font_size) * _PX
            operators.append(f"/{font} {pdf_number(size)} Tf")
        elif rise:
            operators.append(f"{pdf_number(float(rise) * _PX)} Ts")
        else:
            operators.append(f"[{shown.decode()}] TJ")
            for codes, distance in _SHOWN.findall(shown):
                glyphs = [int(codes[start : start + 4], 16) for start in range(0, len(codes), 4)]
                advance = sum(fonts[font].widths[glyph] for glyph in glyphs) - (float(distance) if distance else 0)
                width += advance * size / 1000
    return StampPiece(" ".join(operators), width)


# --- pydyf objects --------------------------------------------------------------------------------


def _list_references(array: pydyf._Value | None) -> list[int]:
    """Return the object numbers in an array; a reference is one member of it ("3 0 R"), or three."""
    text = " ".join(map(_get_text, cast("Iterable[object]", array or ())))
    return [int(number) for number in re.findall(r"(\d+) \d+ R", text)]


def _get_target(reference: pydyf._Value) -> int:
    """Return the object number in a reference ("3 0 R")."""
    return int(_get_text(reference).split()[0])


def _format_destination(name: str) -> bytes:
    """Return the entries Dest and Contents of a link to the destination `name`."""
    return b"/Dest" + format_byte_string(name) + b"/Contents" + format_text_string(name)


def _join_stream(stream: pydyf.Stream) -> bytes:
    """Return the content of a stream, with one operator on each line."""
    return b"\n".join(map(_get_bytes, stream.stream))


def _get_bytes(operator: pydyf._Value) -> bytes:
    """Return an operator of a content stream as bytes."""
    if isinstance(operator, bytes):
        return operator
    return bytes(operator.data) if hasattr(operator, "data") else str(operator).encode()


def _get_text(string: object) -> str:
    """Return the text of a PDF string, or of any other value."""
    value = getattr(string, "string", string)
    return value.decode() if isinstance(value, bytes) else str(value)


def _convert_font(font: Font) -> FontUse:
    """Return what the document uses of a font, as plain data."""
    return FontUse(
        name=font.hash,
        family=font.family,
        base_font=font.name.decode().lstrip("/"),
        file_sha256=_hash_file(font.file_content),
        index=font.index & 0xFFFF,
        variations=tuple(sorted({"wght": float(font.weight), **font.variations}.items())),
        flags=font.flags,
        ascent=font.ascent,
        descent=font.descent,
        is_italic=bool(font.style),
        packed=pack_glyphs(font.to_unicode, font.widths),
    )


@cache
def _hash_file(data: bytes) -> str:
    """Return the SHA-256 of a font file as hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()
