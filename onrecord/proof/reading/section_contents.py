"""Look into the objects of one section of a PDF: what they refer to, and which glyphs they show."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from onrecord.proof.reading.file_partition import FileSection
from onrecord.proof.reading.folio_stamps import PlacedStamps, place_stamps
from onrecord.proof.reading.font_fingerprints import ShownGlyphs, find_shown_glyphs
from onrecord.proof.reading.xref import IN_OBJECT_STREAM, REFERENCE, ROW_LENGTH, read_offset

_FONT_ENTRY = re.compile(rb"/Font(?![A-Za-z])[ ]?(\d+ 0 R)?")
_PACKED_NUMBERS = re.compile(rb"\d+ \d+(?: \d+ \d+)*")  # the first line of an object stream: numbers and offsets
_CONTENTS = re.compile(rb"/Contents\[([^\]]*)\]")
_IMAGE = re.compile(rb"/Subtype\s*/Image")
_PARENT_TREE_LIMITS = re.compile(rb"<</Limits\[(\d+) (\d+)\]/Nums\[")  # a leaf of the parent tree (ISO 32000-1 §7.9.7)


@dataclass(frozen=True)  # without slots it unpickles faster
class SectionContents:
    """What the objects of a section refer to, and the glyphs that it shows (None: not known).

    `is_self_contained`: they refer to nothing in other sections. `parent_tree_keys` are the first and the last.
    `stamps` are its page numbers; None if it is not clear which page each of them stands on.
    """

    is_self_contained: bool
    parent_tree_keys: tuple[int, int]
    glyphs: ShownGlyphs | None
    stamps: PlacedStamps | None = None


def inspect_section(data: bytes, section: FileSection) -> SectionContents:
    """Return what a PDF section's objects refer to; damaged ones count as not self-contained."""
    try:
        return _inspect_objects(data, section)
    except zlib.error:
        return SectionContents(is_self_contained=False, parent_tree_keys=(0, 0), glyphs=None)


def _inspect_objects(data: bytes, section: FileSection) -> SectionContents:
    """Return what the section's objects refer to. Raises an error on damaged objects."""
    span, rows = section.span, section.xref_rows
    bounds = pairwise(place - section.start for place in (*section.object_offsets, section.stop))
    objects = [data[start:stop].partition(b"stream\n") for start, stop in bounds]
    texts = list(_read_object_texts(objects))
    numbers = {int(number) for text in texts for number in REFERENCE.findall(text)}
    numbers |= {
        read_offset(rows, index)
        for index in range(len(rows) // ROW_LENGTH)
        if rows[index * ROW_LENGTH] == IN_OBJECT_STREAM
    }
    is_self_contained = all(number < section.first_number or span.base <= number < span.end for number in numbers)
    limits = [limit for text in texts for limit in _PARENT_TREE_LIMITS.findall(text)]
    fonts = {reference for text in texts for reference in _FONT_ENTRY.findall(text)}
    glyphs = (
        find_shown_glyphs(_read_content_streams(objects)) if fonts <= {b"%d 0 R" % section.font_dictionary} else None
    )
    keys = (int(limits[0][0]), int(limits[0][1])) if limits else (0, 0)
    stamps = place_stamps(section.stamps, _find_painters(section.pages, texts)) if glyphs is not None else None
    return SectionContents(is_self_contained and len(limits) == 1, keys, glyphs, stamps)


def _find_painters(pages: Sequence[int | None], texts: Iterable[bytes]) -> dict[int, list[int]]:
    """Return the indices of the pages that paint a stream, by the number of its object; `texts` are all objects."""
    indices = {number: index for index, number in enumerate(pages)}
    painters: dict[int, list[int]] = {}
    for number, data in (packed for text in texts for packed in _divide_object_stream(text)):
        match = _CONTENTS.search(data) if number in indices else None
        for reference in REFERENCE.findall(match[1]) if match else ():
            painters.setdefault(int(reference), []).append(indices[number])
    return painters


def _divide_object_stream(text: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield number and bytes of each object in an unpacked object stream; nothing of other objects."""
    head, _, body = text.partition(b"\n")
    if _PACKED_NUMBERS.fullmatch(head):
        values = [int(value) for value in head.split()]
        for number, (start, stop) in zip(values[::2], pairwise((*values[1::2], len(body))), strict=True):
            yield number, body[start:stop]


_ObjectParts = tuple[bytes, bytes, bytes]  # an object up to `stream`; `stream` if it is one; what the stream contains


def _read_object_texts(objects: Iterable[_ObjectParts]) -> Iterator[bytes]:
    """Yield the text of each PDF object, and what object streams contain, but no other streams."""
    for head, mark, body in objects:
        yield head
        if mark and b"/ObjStm" in head:
            yield zlib.decompressobj().decompress(body)


def _read_content_streams(objects: Iterable[_ObjectParts]) -> Iterator[bytes]:
    """Yield the bytes of the streams of a PDF section that may paint text."""
    for head, mark, body in objects:
        if not mark or b"/ObjStm" in head or _IMAGE.search(head):
            continue
        if b"/FlateDecode" in head:
            yield zlib.decompressobj().decompress(body)
        else:
            yield body.rpartition(b"\nendstream")[0]
