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


def remove_objects(data: bytes, table: XrefTable, left_out: range) -> bytes:
    """Return a PDF without the objects `left_out` and the pages. Raises `UnreadableXrefError`.

    It has a new catalog. All other objects keep their numbers, the original catalog too; they may still refer to what
    is left out.
    """
    count = len(table.rows) // ROW_LENGTH
    rows = {
        number: table.rows[number * ROW_LENGTH : (number + 1) * ROW_LENGTH]
        for number in (*range(left_out.start), *range(left_out.stop, count))
    }
    offsets = _find_offsets(rows, table.start)
    start = min(offsets.values())
    pdf = bytearray(_HEADER + data[start : table.start])
    rows |= {number: _format_row(1) for number in _find_references(data, offsets.values()) if number in left_out}
    rows |= {number: _format_row(place - start + len(_HEADER)) for number, place in offsets.items()}
    return _end_file(pdf, rows, count)


def extract_objects(data: bytes, base: int, rows: bytes, shared: Mapping[int, bytes]) -> bytes:
    """Return a PDF with a catalog of its own, no pages, and these objects under their numbers.

    `data` are objects as they stand in a file, `rows` their cross-references from number `base` on, with offsets
    counted from the beginning of `data`; `shared` are further objects by number, in the same form.
    """
    pdf = bytearray(_HEADER + data)
    places = range(0, len(rows), ROW_LENGTH)
    table = {base + place // ROW_LENGTH: rows[place : place + ROW_LENGTH] for place in places if rows[place]}
    for number in find_standalone_objects(rows, 0, len(places)):
        table[base + number] = _format_row(read_offset(rows, number) + len(_HEADER))
    for number, chunk in shared.items():
        table[number] = _format_row(len(pdf))
        pdf += chunk
    return _end_file(pdf, table, max(table) + 1)


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
    return bytes(pdf + _format_table(rows, catalog=count, number=count + 2, start=len(pdf)))


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


def _format_table(rows: Mapping[int, bytes], *, catalog: int, number: int, start: int) -> bytes:
    """Return a PDF's cross-reference stream as object `number`, which stands at `start`, and the end of the file."""
    runs = [
        [number for _, number in run] for _, run in groupby(enumerate(sorted(rows)), lambda pair: pair[1] - pair[0])
    ]
    index = b" ".join(b"%d %d" % (run[0], len(run)) for run in runs)
    packed = zlib.compress(b"".join(rows[number] for run in runs for number in run), 1)
    entries = b"/Size %d/W[1 4 2]/Index[%s]/Root %d 0 R/Filter/FlateDecode/Length %d"
    dictionary = b"/Type/XRef" + entries % (number + 1, index, catalog, len(packed))
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
