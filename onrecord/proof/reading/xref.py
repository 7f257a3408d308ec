"""Read the cross-reference stream of a PDF (ISO 32000-1 §7.5.8), and write a file without some of its objects."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

ROW_LENGTH = 7  # bytes of a cross-reference: kind, offset or number of the object stream (4), index in the stream (2)
IN_OBJECT_STREAM = 2  # the kind of an object in an object stream
_STANDALONE = 1  # the kind of an object that stands in no object stream
REFERENCE = re.compile(rb"(\d+) 0 R")
_HEADER = b"%PDF-1.7\n"
_LONGEST_DICTIONARY = 512  # bytes of the dictionary of an object stream, with the object's number


class UnreadableXrefError(Exception):
    """The file has no such table, or holds objects in a way that is not supported here."""


def _require(condition: bool) -> None:
    """Raise UnreadableXrefError unless the condition holds."""
    if not condition:
        raise UnreadableXrefError


@dataclass(frozen=True, slots=True)
class XrefTable:
    """A cross-reference table: its rows, its offset, the numbers of the catalog and the document information."""

    rows: bytes
    start: int
    catalog: int
    info: int


def read_xref_table(data: bytes) -> XrefTable:
    """Return the only cross-reference table of a PDF. Raises `UnreadableXrefError`."""
    match = re.search(rb"startxref\s+(\d+)\s+%%EOF\s*$", data[-64:])
    _require(match is not None)
    start = int(match.group(1)) if match else 0
    dictionary, _, body = data[start:].partition(b"stream\n")
    _require(b"/Type/XRef" in dictionary and b"/W[1 4 2]" in dictionary)
    _require(not any(key in dictionary for key in (b"/Prev", b"/Index", b"/Encrypt")))
    catalog, info = (re.findall(rb"/%s (\d+) 0 R" % name, dictionary) for name in (b"Root", b"Info"))
    _require(len(catalog) == len(info) == 1)
    return XrefTable(zlib.decompressobj().decompress(body), start, int(catalog[0]), int(info[0]))


def find_standalone_objects(rows: bytes | bytearray, first: int, stop: int) -> Iterator[int]:
    """Yield the numbers, from `first` to before `stop`, of PDF objects that stand in no object stream."""
    kinds = bytes(rows[first * ROW_LENGTH : stop * ROW_LENGTH : ROW_LENGTH])
    index = kinds.find(_STANDALONE)
    while index >= 0:
        yield first + index
        index = kinds.find(_STANDALONE, index + 1)


def read_offset(rows: bytes | bytearray, index: int) -> int:
    """Return the second field of a row of a PDF's cross-reference table: offset, or number of the object stream."""
    return int.from_bytes(rows[index * ROW_LENGTH + 1 : index * ROW_LENGTH + 5], "big")


@dataclass(frozen=True, slots=True)
class OuterObjects:
    """The objects of a PDF outside a range of numbers: its bytes from `start` to before `stop`.

    `rows` are their cross-references by number, with offsets counted from `start`; `count` is the number after the
    last object of the file, `catalog` and `info` those of catalog and document information.
    """

    start: int
    stop: int
    rows: Mapping[int, bytes]
    count: int
    catalog: int
    info: int


def find_outer_objects(table: XrefTable, left_out: range) -> OuterObjects:
    """Return where the objects of a PDF are that are not `left_out`. Raises `UnreadableXrefError`."""
    count = len(table.rows) // ROW_LENGTH
    rows = {
        number: table.rows[number * ROW_LENGTH : (number + 1) * ROW_LENGTH]
        for number in (*range(left_out.start), *range(left_out.stop, count))
    }
    offsets = _find_offsets(rows, table.start)
    start = min(offsets.values())
    rows = {number: row for number, row in rows.items() if row[0] == IN_OBJECT_STREAM}  # not the table's own, nor free
    rows |= {number: _format_row(place - start) for number, place in offsets.items()}
    return OuterObjects(start, table.start, rows, count, table.catalog, table.info)


def remove_objects(data: bytes, outer: OuterObjects, left_out: range) -> bytes:
    """Return a PDF of the outer objects alone, without pages.

    It has a new catalog. All objects keep their numbers, the original catalog too; they may still refer to what is left
    out.
    """
    pdf, rows = bytearray(_HEADER), dict[int, bytes]()
    outer_data = data[outer.start : outer.stop]
    _append_objects(pdf, rows, outer_data, outer.rows)
    starts = [read_offset(row, 0) for row in outer.rows.values() if row[0] == _STANDALONE]
    rows |= {number: _format_row(1) for number in _find_references(outer_data, starts) if number in left_out}
    return _end_file(pdf, rows, outer.count)


def extract_objects(data: bytes, rows: Mapping[int, bytes], shared: Mapping[int, bytes]) -> bytes:
    """Return a PDF with a catalog of its own, no pages, and these objects under their numbers.

    `data` are objects as they stand in a file, `rows` their cross-references, with offsets counted from the beginning
    of `data`; `shared` are further objects by number, in the same form.
    """
    pdf, table = bytearray(_HEADER), dict[int, bytes]()
    _append_objects(pdf, table, data, rows)
    _replace_objects(pdf, table, shared)
    return _end_file(pdf, table, max(table) + 1)


def extract_sections(
    outer_data: bytes,
    outer: OuterObjects,
    sections: Iterable[tuple[bytes, Mapping[int, bytes]]],
    replaced: Mapping[int, bytes],
) -> bytes:
    """Return the PDF with its outer objects, whose bytes are `outer_data`, and with some of its sections.

    `sections` are bytes and cross-references of each; `replaced` are objects that stand in for others, by number.
    """
    pdf, table = bytearray(_HEADER), dict[int, bytes]()
    _append_objects(pdf, table, outer_data, outer.rows)
    for data, rows in sections:
        _append_objects(pdf, table, data, rows)
    _replace_objects(pdf, table, replaced)
    start = table[outer.count] = _format_row(len(pdf))
    trailer = b"/Root %d 0 R/Info %d 0 R" % (outer.catalog, outer.info)
    return bytes(pdf + _format_table(table, trailer, number=outer.count, start=read_offset(start, 0)))


def number_rows(rows: bytes, base: int) -> dict[int, bytes]:
    """Return cross-reference rows by the numbers of their objects, from `base` on, without those that are free."""
    places = range(0, len(rows), ROW_LENGTH)
    return {base + place // ROW_LENGTH: rows[place : place + ROW_LENGTH] for place in places if rows[place]}


def _append_objects(pdf: bytearray, table: dict[int, bytes], data: bytes, rows: Mapping[int, bytes]) -> None:
    """Append objects to a PDF and their cross-references, with offsets counted from `data`, to its table."""
    shift = len(pdf)
    table |= rows
    for number, row in rows.items():
        if row[0] == _STANDALONE:
            table[number] = _format_row(read_offset(row, 0) + shift)
    pdf += data


def _replace_objects(pdf: bytearray, table: dict[int, bytes], objects: Mapping[int, bytes]) -> None:
    """Append objects to a PDF; its table then leads to them under their numbers."""
    for number, chunk in objects.items():
        table[number] = _format_row(len(pdf))
        pdf += chunk


def _end_file(pdf: bytearray, rows: dict[int, bytes], count: int) -> bytes:
    """Return the PDF with a new catalog as object `count` and a cross-reference table of these rows."""
    for number, dictionary in (
        (count, b"<</Type/Catalog/Pages %d 0 R>>" % (count + 1)),
        (count + 1, b"<</Type/Pages/Kids[]/Count 0>>"),
    ):
        rows[number] = _format_row(len(pdf))
        pdf += b"%d 0 obj\n%s\nendobj\n" % (number, dictionary)
    pdf += b" " * (4 * count)  # qpdf refuses high object numbers in a short file
    rows[count + 2] = _format_row(len(pdf))
    return bytes(pdf + _format_table(rows, b"/Root %d 0 R" % count, number=count + 2, start=len(pdf)))


def _find_offsets(rows: Mapping[int, bytes], end: int) -> dict[int, int]:
    """Return the offsets before `end` of the PDF objects that stand in no object stream, by number.

    Raises `UnreadableXrefError` if there is none, or if an object stream of the rows is not among them.
    """
    starts = {number: read_offset(row, 0) for number, row in rows.items() if row[0] == _STANDALONE}
    offsets = {number: start for number, start in starts.items() if start < end}
    _require(
        bool(offsets) and all(read_offset(row, 0) in offsets for row in rows.values() if row[0] == IN_OBJECT_STREAM)
    )
    return offsets


def _format_table(rows: Mapping[int, bytes], trailer: bytes, *, number: int, start: int) -> bytes:
    """Return a PDF's cross-reference stream as object `number`, which stands at `start`, and the end of the file."""
    runs = [
        [number for _, number in run] for _, run in groupby(enumerate(sorted(rows)), lambda pair: pair[1] - pair[0])
    ]
    index = b" ".join(b"%d %d" % (run[0], len(run)) for run in runs)
    packed = zlib.compress(b"".join(rows[number] for run in runs for number in run), 1)
    entries = b"/Type/XRef/Size %d/W[1 4 2]/Index[%s]%s/Filter/FlateDecode/Length %d"
    dictionary = entries % (number + 1, index, trailer, len(packed))
    end = b"endstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % start
    return b"%d 0 obj\n<<%s>>\nstream\n%s\n%s" % (number, dictionary, packed, end)


def _find_references(data: bytes, offsets: Iterable[int]) -> Iterator[int]:
    """Yield the number of every PDF object that the object streams at `offsets` refer to.

    The caller gives those that it leaves out of the excerpt a dummy row.
    """
    for start in offsets:
        dictionary, mark, _ = data[start : start + _LONGEST_DICTIONARY].partition(b"stream\n")
        if mark and b"/ObjStm" in dictionary:
            text = zlib.decompressobj().decompress(data[start + len(dictionary) + len(mark) :])
            yield from (int(number) for number in REFERENCE.findall(text))


def _format_row(start: int) -> bytes:
    """Return the row of the cross-reference table for an object at this offset, in no object stream."""
    return b"\1" + start.to_bytes(4, "big") + b"\0\0"
