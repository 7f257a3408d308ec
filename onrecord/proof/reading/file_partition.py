"""Divide the bytes of a bound PDF among its sections, so that sections that were read before are recognized.

The binder says which pages and objects each section has; nothing here relies on it. A section is identified by its
bytes, by the offset of each object in them, and by its pages in the page tree. All that a reader takes from elsewhere
(running heads, the roots of the trees, what concerns all glyphs of a font) has one common fingerprint, that of the
surroundings; single glyphs have theirs in `FontFingerprints`. A file that is not divided as the binder says has no
partition and is read as a whole. (ISO 32000-1 §7.5, §7.7.3, §14.7)
"""

from __future__ import annotations

import hashlib
import zlib
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import pikepdf

from onrecord.model.page_numbers import LeafSpan
from onrecord.proof.reading.file_description import OuterDescription
from onrecord.proof.reading.folio_stamps import FolioStamp, separate_folios
from onrecord.proof.reading.font_fingerprints import FontFingerprints
from onrecord.proof.reading.outer_objects import UndividedError, read_outer_objects, require
from onrecord.proof.reading.xref import (
    ROW_LENGTH,
    OuterObjects,
    UnreadableXrefError,
    extract_sections,
    find_outer_objects,
    find_standalone_objects,
    number_rows,
    read_offset,
    read_xref_table,
)
from onrecord.runtime.cache import Cache
from onrecord.runtime.fingerprints import compute_fingerprint

_NO_CACHE = Cache(None)


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
    pages: tuple[int | None, ...]
    font_dictionary: int
    document: int
    branches: tuple[int, ...]
    parent_tree_node: int


@dataclass(frozen=True, slots=True)
class FilePartition:
    """The sections of a file in order, which is that of the tag tree, and the fonts that all of them use.

    `shared_objects` are the objects that all sections use, by number: the streams (running heads) as they stand in the
    file, names in the place of the others. `description` is what the rest of the file says, None if something is
    unusual in it. `outer` is where the objects outside the sections are, `root_element` the root element of the tags
    before and after the references to its branches.
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


def partition_pdf(data: bytes, spans: Sequence[LeafSpan], cache: Cache = _NO_CACHE) -> FilePartition | None:
    """Return a PDF's sections, one for each span; None if it is not divided into these.

    The cache keeps what was read outside the sections.
    """
    try:
        return _Divider(data, spans, cache).divide_file()
    except (
        UndividedError,
        UnreadableXrefError,
        pikepdf.PdfError,
        zlib.error,
        AttributeError,
        LookupError,
        TypeError,
        ValueError,
    ):
        return None  # the proof of the whole file says what is wrong in it


class _Divider:
    """Divides one file, or raises one of the errors that `partition_pdf` catches."""

    def __init__(self, data: bytes, spans: Sequence[LeafSpan], cache: Cache) -> None:
        require(len(spans) > 0 and spans[0].first == 0)
        require(all(span.end == after.base and span.stop == after.first for span, after in pairwise(spans)))
        self._data = data
        self._spans = spans
        self._bases = [span.base for span in spans]
        self._numbers = range(spans[0].base, spans[-1].end)
        self._table = read_xref_table(data)
        self._rows = self._table.rows
        self._outer = find_outer_objects(self._table, self._numbers)
        standalone = find_standalone_objects(self._rows, 0, len(self._rows) // ROW_LENGTH)
        self._offsets = sorted(read_offset(self._rows, number) for number in standalone)
        self._reading = read_outer_objects(data, self._outer, self._numbers, cache)

    def divide_file(self) -> FilePartition:
        """Return sections and fonts of the PDF. Raises UndividedError if it has other sections."""
        reading = self._reading
        require(len(reading.pages) == self._spans[-1].stop)
        require(self._find_spans(reading.parent_tree) == list(range(len(self._spans))))
        spans = zip(self._spans, self._divide_branches(), reading.parent_tree, strict=True)
        sections = tuple(self._build_section(span, branches, node) for span, branches, node in spans)
        shared_objects = dict(self._iterate_shared_objects())
        return FilePartition(
            sections, reading.fonts, shared_objects, reading.description, self._outer, reading.root_element
        )

    def _divide_branches(self) -> list[tuple[int, ...]]:
        """Return the numbers of the elements below the root element of the tags, by span.

        Raises UndividedError if they are not in the order of the spans.
        """
        numbers = self._reading.branches
        indices = self._find_spans(numbers)
        require(indices == sorted(indices))
        branches: list[list[int]] = [[] for _ in self._spans]
        for index, number in zip(indices, numbers, strict=True):
            branches[index].append(number)
        return [tuple(group) for group in branches]

    def _iterate_shared_objects(self) -> Iterator[tuple[int, bytes]]:
        """Yield number and bytes of the objects that sections share, with a placeholder for each that is no stream.

        A placeholder is the name `/Shared`, so that a reader that looks for entries in it finds none.
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

    def _find_spans(self, numbers: Sequence[int]) -> list[int]:
        """Return the index of the span that holds each object number. Raises UndividedError for others."""
        indices = [bisect_right(self._bases, number) - 1 for number in numbers]
        require(
            all(index >= 0 and number < self._spans[index].end for index, number in zip(indices, numbers, strict=True))
        )
        return indices

    def _build_section(self, span: LeafSpan, branches: tuple[int, ...], parent_tree_node: int) -> FileSection:
        """Return the section of a span, fingerprinted with its bytes and all that it is read with."""
        reading = self._reading
        numbers = reading.pages[span.first : span.stop]
        pages = tuple(number if span.base <= number < span.end else None for number in numbers)
        blank_pages = [
            reading.blank_pages[number]
            for number, page in zip(numbers, pages, strict=True)
            if page is None  # or the page belongs to another section
        ]
        offsets = sorted(
            read_offset(self._rows, number) for number in find_standalone_objects(self._rows, span.base, span.end)
        )
        require(bool(offsets))
        start, stop = offsets[0], self._find_end(offsets[-1])
        after = bisect_right(self._offsets, offsets[-1])
        has_no_other_objects = after - bisect_right(self._offsets, start - 1) == len(offsets)
        require(has_no_other_objects)
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
        lead = (reading.common, span.name, span.base, span.end, pages, blank_pages, reading.document, branches)
        return FileSection(
            span,
            compute_fingerprint(digest.hexdigest(), _move_rows(rows, places), lead, parent_tree_node),
            start,
            stop,
            relative_rows,
            tuple(offsets),
            self._bases[0],
            tuple(stamps),
            pages,
            reading.font_dictionary,
            reading.document,
            branches,
            parent_tree_node,
        )


def _move_rows(rows: bytes, places: Mapping[int, int]) -> bytes:
    """Return cross-reference rows with other offsets: `places` gives the new one for each."""
    moved = bytearray(rows)
    for index in find_standalone_objects(rows, 0, len(rows) // ROW_LENGTH):
        moved[index * ROW_LENGTH + 1 : index * ROW_LENGTH + 5] = places[read_offset(rows, index)].to_bytes(4, "big")
    return bytes(moved)
