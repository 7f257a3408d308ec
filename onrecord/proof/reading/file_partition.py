"""Divide the bytes of a bound PDF among its sections, so that sections that were read before are recognized.

The binder says which pages and objects each section has; nothing here relies on it. A section is identified by its
bytes, by the offset of each object in them, and by its pages in the page tree. All that a reader takes from elsewhere
(running heads, the roots of the trees, what concerns all glyphs of a font) has one common fingerprint, that of the
surroundings; single glyphs have theirs in `FontFingerprints`. A file that is not divided as the binder says has no
partition and is read as a whole. (ISO 32000-1 §7.5, §7.7.3, §14.7)

For the surroundings, qpdf opens a file that contains nothing else: given the whole file, it would open every page.
"""

from __future__ import annotations

import hashlib
import re
import struct
import tempfile
import zlib
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import pikepdf
from fontTools.ttLib import TTLibError

from onrecord.model.page_numbers import LeafSpan
from onrecord.proof.reading.file_description import OuterDescription, describe_file
from onrecord.proof.reading.folio_stamps import FolioStamp, separate_folios
from onrecord.proof.reading.font_fingerprints import (
    FontFingerprint,
    FontFingerprints,
    find_shown_glyphs,
    fingerprint_font,
)
from onrecord.proof.reading.xref import (
    REFERENCE,
    ROW_LENGTH,
    OuterObjects,
    UnreadableXrefError,
    extract_sections,
    find_outer_objects,
    find_standalone_objects,
    number_rows,
    read_offset,
    read_xref_table,
    remove_objects,
)
from onrecord.runtime.fingerprints import compute_fingerprint


@dataclass(frozen=True, slots=True)
class FileSection:
    """A section of the file: its bytes from `start` to before `stop`, and a `fingerprint` of all it is read with.

    The fingerprint does not cover where in the file its pages stand, nor their numbers, which are its `stamps`. `pages`
    are the numbers of the objects of its pages, None for blank ones. `xref_rows` are its cross-references, with offsets
    counted from `start`; `object_offsets` those of its objects that stand in no object stream, in the file.
    `first_number` is the lowest object number of any section, `font_dictionary` the number of the dictionary of all
    fonts, `document` that of the root element of the tags, `branches` those of the elements below it that are in the
    section, `parent_tree_node` that of its node of the parent tree.
    """

    span: LeafSpan
    fingerprint: str
    start: int
    stop: int
    xref_rows: bytes
    object_offsets: tuple[int, ...]
    first_number: int
    stamps: tuple[FolioStamp, ...]
    pages: tuple[int | None, ...] = ()
    font_dictionary: int = 0
    document: int = 0
    branches: tuple[int, ...] = ()
    parent_tree_node: int = 0


@dataclass(frozen=True, slots=True)
class FilePartition:
    """The sections of a file in order, which is that of the tag tree, and the fonts that all of them use.

    `shared_objects` are the objects that all sections use, by number: the streams (running heads) as they stand in the
    file, names in the place of the others. `description` is what the rest of the file says, None if something is
    unusual in it. `outer` is where the objects outside the sections are, `root_element` the root element of the tags
    before and behind the references to its branches.
    """

    sections: tuple[FileSection, ...]
    fonts: FontFingerprints
    shared_objects: Mapping[int, bytes]
    description: OuterDescription | None
    outer: OuterObjects
    root_element: tuple[bytes, bytes]

    def extract_sections(self, outer_data: bytes, sections: Sequence[FileSection], data: Sequence[bytes]) -> bytes:
        """Return the PDF with some of its sections alone: PDFium looks at all of them for each page.

        `outer_data` are the bytes outside all sections, `data` those of each section. The root element of the tags has
        only the branches of these sections; pages of others are missing.
        """
        branches = b" ".join(b"%d 0 R" % number for section in sections for number in section.branches)
        root = sections[0].document
        element = b"%d 0 obj\n%s\nendobj\n" % (root, branches.join(self.root_element))
        rows = [number_rows(section.xref_rows, section.span.base) for section in sections]
        return extract_sections(outer_data, self.outer, zip(data, rows, strict=True), {root: element})


def partition_pdf(data: bytes, spans: Sequence[LeafSpan]) -> FilePartition | None:
    """Return a PDF's sections, one for each span; None if it is not divided into these."""
    try:
        return _Divider(data, spans).divide_file()
    except (
        _UndividedError,
        UnreadableXrefError,
        pikepdf.PdfError,
        zlib.error,
        AttributeError,
        LookupError,
        TypeError,
        ValueError,
    ):
        return None  # the proof of the whole file says what is wrong in it


class _UndividedError(Exception):
    """The file is not divided into the spans."""


def _require(condition: bool) -> None:
    """Raise _UndividedError unless the condition holds."""
    if not condition:
        raise _UndividedError


class _Divider:
    """Divides one file, or raises one of the errors that `partition_pdf` catches."""

    def __init__(self, data: bytes, spans: Sequence[LeafSpan]) -> None:
        _require(len(spans) > 0 and spans[0].first == 0)
        _require(all(span.end == after.base and span.stop == after.first for span, after in pairwise(spans)))
        self._data = data
        self._spans = spans
        self._bases = [span.base for span in spans]
        self._numbers = range(spans[0].base, spans[-1].end)
        self._table = read_xref_table(data)
        self._rows = self._table.rows
        self._outer = find_outer_objects(self._table, self._numbers)
        standalone = find_standalone_objects(self._rows, 0, len(self._rows) // ROW_LENGTH)
        self._offsets = sorted(read_offset(self._rows, number) for number in standalone)

    def divide_file(self) -> FilePartition:
        """Return sections and fonts of the PDF. Raises _UndividedError if it has other sections."""
        with self._open_without_sections() as pdf:
            catalog = pdf.get_object((self._table.catalog, 0))
            tag_tree = catalog.StructTreeRoot
            pages = _read_reference_numbers(catalog.Pages.Kids)
            _require(len(pages) == int(catalog.Pages.Count) == self._spans[-1].stop and len(tag_tree.K) == 1)
            parent_tree = _read_reference_numbers(tag_tree.ParentTree.Kids)
            _require(self._find_spans(parent_tree) == list(range(len(self._spans))))
            surroundings = _Surroundings(pdf, catalog, self._numbers, self._table.info)
            common, fonts = surroundings.compute_fingerprints()
            sections = []
            for span, branches, node in zip(self._spans, self._read_branches(tag_tree), parent_tree, strict=True):
                section_pages = [self._describe_page(pdf, number, span) for number in pages[span.first : span.stop]]
                document = tag_tree.K[0].objgen[0]
                dependencies = (common, span.name, span.base, span.end, section_pages, document, branches, node)
                section = self._build_section(span, dependencies)
                sections.append(
                    replace(
                        section,
                        font_dictionary=surroundings.font_dictionary,
                        document=document,
                        branches=branches,
                        parent_tree_node=node,
                        pages=tuple(page if isinstance(page, int) else None for page in section_pages),
                    )
                )
            info = pdf.get_object((self._table.info, 0))
            numbers = {*range(1, self._numbers.start), *range(self._numbers.stop, len(self._rows) // ROW_LENGTH)}
            description = describe_file(pdf, catalog, info, pages, numbers)
            return FilePartition(
                tuple(sections),
                fonts,
                dict(self._iterate_shared_objects()),
                description,
                self._outer,
                _divide_at_kids(tag_tree.K[0]),
            )

    def _read_branches(self, tag_tree: pikepdf.Object) -> list[tuple[int, ...]]:
        """Return the numbers of the elements below the root element of the tags, by span.

        Raises _UndividedError if they are not in the order of the spans.
        """
        numbers = _read_reference_numbers(tag_tree.K[0].K)
        indices = self._find_spans(numbers)
        _require(indices == sorted(indices))
        branches: list[list[int]] = [[] for _ in self._spans]
        for index, number in zip(indices, numbers, strict=True):
            branches[index].append(number)
        return [tuple(group) for group in branches]

    def _iterate_shared_objects(self) -> Iterator[tuple[int, bytes]]:
        """Yield number and bytes of the objects before the sections' numbers: streams as they are.

        A name stands in for each of the others. It has the same number, and whoever looks for more finds none.
        """
        for number in range(1, self._numbers.start):
            yield number, b"%d 0 obj\n/Shared\nendobj\n" % number
        for number in find_standalone_objects(self._rows, 0, self._numbers.start):
            start = read_offset(self._rows, number)
            stream = self._data[start : self._find_end(start)]
            if b"/ObjStm" not in stream.partition(b"stream\n")[0]:
                yield number, stream

    def _find_end(self, start: int) -> int:
        """Return the offset at which the object at the offset `start` ends: that of the next one."""
        after = bisect_right(self._offsets, start)
        return self._offsets[after] if after < len(self._offsets) else self._table.start

    @contextmanager
    def _open_without_sections(self) -> Iterator[pikepdf.Pdf]:
        """Open the PDF without the sections' objects, as a temporary file deleted afterwards."""
        with tempfile.TemporaryDirectory(prefix="onrecord-") as folder:
            file = Path(folder, "surroundings.pdf")  # qpdf reads bytes in memory ten times as slowly
            file.write_bytes(remove_objects(self._data, self._outer, self._numbers))
            with pikepdf.open(file) as pdf:
                yield pdf

    def _find_spans(self, numbers: Sequence[int]) -> list[int]:
        """Return the index of the span that holds each object number. Raises _UndividedError for others."""
        indices = [bisect_right(self._bases, number) - 1 for number in numbers]
        _require(
            all(index >= 0 and number < self._spans[index].end for index, number in zip(indices, numbers, strict=True))
        )
        return indices

    def _describe_page(self, pdf: pikepdf.Pdf, number: int, span: LeafSpan) -> object:
        """Return a page's number in its span, or the content of a blank page, which belongs to no span."""
        if span.base <= number < span.end:
            return number
        page = pdf.get_object((number, 0))
        _require("/Contents" not in page and "/StructParents" not in page)
        return page.unparse(resolved=True)

    def _build_section(self, span: LeafSpan, dependencies: tuple[object, ...]) -> FileSection:
        """Return the section of a span, fingerprinted with its bytes and all its `dependencies`."""
        offsets = sorted(
            read_offset(self._rows, number) for number in find_standalone_objects(self._rows, span.base, span.end)
        )
        _require(bool(offsets))
        start, stop = offsets[0], self._find_end(offsets[-1])
        after = bisect_right(self._offsets, offsets[-1])
        has_no_other_objects = after - bisect_right(self._offsets, start - 1) == len(offsets)
        _require(has_no_other_objects)
        rows = self._rows[span.base * ROW_LENGTH : span.end * ROW_LENGTH]
        bounds = pairwise((*offsets, stop))
        objects = separate_folios(self._data[first:after] for first, after in bounds)
        digest, stamps, places, size = hashlib.sha256(), [], {}, 0
        for offset, (content, stamp) in zip(offsets, objects, strict=True):
            digest.update(content)
            stamps += [stamp] if stamp else []
            places[offset] = size
            size += len(content)
        relative_rows = _move_rows(rows, {offset: offset - start for offset in offsets})
        name = compute_fingerprint(digest.hexdigest(), _move_rows(rows, places), *dependencies)
        return FileSection(span, name, start, stop, relative_rows, tuple(offsets), self._bases[0], tuple(stamps))


def _divide_at_kids(element: pikepdf.Object) -> tuple[bytes, bytes]:
    """Return an element of a PDF as it is written, before and behind the references to its kids."""
    match = _KIDS.fullmatch(element.unparse(resolved=True))
    if match is None:
        raise _UndividedError
    return match[1], match[2]


def _move_rows(rows: bytes, places: Mapping[int, int]) -> bytes:
    """Return cross-reference rows with other offsets: `places` gives the new one for each."""
    moved = bytearray(rows)
    for index in find_standalone_objects(rows, 0, len(rows) // ROW_LENGTH):
        moved[index * ROW_LENGTH + 1 : index * ROW_LENGTH + 5] = places[read_offset(rows, index)].to_bytes(4, "big")
    return bytes(moved)


_KIDS = re.compile(rb"([^\[\]]*/K \[)[\d R]*(\][^\[\]]*)", re.DOTALL)

# --- surroundings -----------------------------------------------------------------------------------

# Entries that lead into the sections, or are checked elsewhere.
_TREE_ENTRIES = ("/Kids", "/Count", "/K", "/P", "/ParentTree", "/IDTree", "/ParentTreeNextKey")
_TREE_REFERENCES = re.compile(rb"/(?:Kids|K|P|ParentTree|IDTree) (?:\[[^\]<(]*\]|\d+ 0 R)")
# Entries of a font that are fingerprinted glyph by glyph, or described by themselves.
_GLYPH_ENTRIES = ("/DescendantFonts", "/ToUnicode", "/W", "/FontDescriptor", "/FontFile2")
_DEEPEST = 40  # references that lead from one object to the next


class _Surroundings:
    """The objects outside the sections: those with lower numbers, and what these refer to.

    `sections` are the numbers of the objects of all sections.
    """

    def __init__(self, pdf: pikepdf.Pdf, catalog: pikepdf.Object, sections: range, info: int) -> None:
        self._catalog = catalog
        self._sections = sections
        numbers = (number for number in range(sections.start) if number not in (0, catalog.objgen[0], info))
        objects = {number: pdf.get_object((number, 0)) for number in numbers}
        # Of an object stream, the objects that it holds are described one by one.
        self._objects = {number: member for number, member in objects.items() if not _is_object_stream(member)}
        font_dictionaries = [number for number, member in self._objects.items() if _is_font_dictionary(member)]
        _require(len(font_dictionaries) == 1)
        self.font_dictionary = font_dictionaries[0]
        self._fonts = self._objects.pop(self.font_dictionary)

    def compute_fingerprints(self) -> tuple[str, FontFingerprints]:
        """Return the fingerprint of what all sections of a PDF share, and those of the fonts' glyphs."""
        faces = {name[1:]: known for name, font in self._fonts.items() if (known := _fingerprint_font(font))}
        alphabet = FontFingerprints(faces)
        fonts = {name: self._describe_font(font, faces.get(name[1:])) for name, font in self._fonts.items()}
        streams = (member.read_bytes() for member in self._objects.values() if isinstance(member, pikepdf.Stream))
        glyphs_of_heads = alphabet.fingerprint_glyphs(find_shown_glyphs(streams))
        objects = {str(number): self._describe(member) for number, member in self._objects.items()}
        tag_tree, mark_info = self._catalog.StructTreeRoot, self._catalog.MarkInfo
        trees = (sorted(self._catalog.keys()), self._describe(tag_tree), self._describe(mark_info))
        return compute_fingerprint(objects, fonts, glyphs_of_heads, *trees), alphabet

    def _describe_font(self, font: pikepdf.Object, known: FontFingerprint | None) -> object:
        """Return what is fingerprinted of a PDF's font: without glyphs if `known` covers them."""
        if known is None:
            return self._describe(font)
        descendant = font.DescendantFonts[0]
        dictionaries = (font, descendant, descendant.FontDescriptor)
        return [known.common, *(self._describe_entries(dictionary, 0, _GLYPH_ENTRIES) for dictionary in dictionaries)]

    def _describe(self, value: pikepdf.Object, depth: int = 0) -> object:
        """Return a PDF object with all it refers to, as plain values. Raises _UndividedError at section objects."""
        _require(depth < _DEEPEST)
        if isinstance(value, pikepdf.Stream):
            return [self._describe_entries(value.stream_dict, depth), value.read_raw_bytes()]
        if isinstance(value, pikepdf.Dictionary):
            is_font_dictionary = value.objgen == (self.font_dictionary, 0)
            return "fonts" if is_font_dictionary else self._describe_entries(value, depth)
        if isinstance(value, pikepdf.Array):
            return [self._describe(member, depth + 1) for member in value]
        return value.unparse() if isinstance(value, pikepdf.Object) else repr(value)

    def _describe_entries(self, dictionary: pikepdf.Object, depth: int, left_out: Sequence[str] = ()) -> object:
        """Return a PDF dictionary's entries as plain values, without `left_out` and those that lead into sections."""
        text = _TREE_REFERENCES.sub(b"", dictionary.unparse(resolved=True))
        _require(not any(int(number) in self._sections for number in REFERENCE.findall(text)))
        skipped = (*_TREE_ENTRIES, *left_out)
        return {key: self._describe(value, depth + 1) for key, value in dictionary.items() if key not in skipped}


def _is_object_stream(value: object) -> bool:
    """Return whether a PDF object is an object stream."""
    return isinstance(value, pikepdf.Stream) and value.get("/Type") == "/ObjStm"


def _is_font_dictionary(value: object) -> bool:
    """Return whether a PDF object is a dictionary that holds only fonts."""
    if not isinstance(value, pikepdf.Dictionary):
        return False
    fonts = [font for _, font in value.items()]
    return bool(fonts) and all(isinstance(font, pikepdf.Dictionary) and font.get("/Type") == "/Font" for font in fonts)


def _fingerprint_font(font: pikepdf.Object) -> FontFingerprint | None:
    """Return the fingerprint of a PDF's font, or None for a font unlike those that On Record embeds."""
    try:
        descendant = font.DescendantFonts[0]
        if font.Encoding != "/Identity-H" or descendant.CIDToGIDMap != "/Identity" or len(font.DescendantFonts) != 1:
            return None
        widths = [list(width) if isinstance(width, pikepdf.Array) else width for width in descendant.W]
        return fingerprint_font(descendant.FontDescriptor.FontFile2.read_bytes(), font.ToUnicode.read_bytes(), widths)
    except (AttributeError, LookupError, TypeError, ValueError, TTLibError, struct.error):
        return None


def _read_reference_numbers(array: pikepdf.Object) -> list[int]:
    """Return the object numbers in a PDF array of references, without looking the objects up."""
    return [int(number) for number in REFERENCE.findall(array.unparse())]
