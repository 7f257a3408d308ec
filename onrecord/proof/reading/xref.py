"""The cross-reference table of a PDF that has one, as a stream (ISO 32000-1 §7.5.8), and files with fewer objects."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

ROW = 7  # bytes of a cross-reference: kind, offset or holder (4), place in the holder (2)
INSIDE = 2  # the kind of an object in an object stream
_BY_ITSELF = 1
REFERENCE = re.compile(rb"(\d+) 0 R")
_HEAD = b"%PDF-1.7\n"
_LONGEST_ENTRY = 512  # bytes before the data of an object stream


class UnreadableTableError(Exception):
    """The file has no such table, or holds objects in a way that is not looked into."""


def _need(what: bool) -> None:
    if not what:
        raise UnreadableTableError


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of the table, where it stands in the file, and the numbers of the catalog and of the document information."""

    rows: bytes
    start: int
    catalog: int
    info: int


def table_of(data: bytes) -> Table:
    """The file's one table. Raises UnreadableTableError."""
    found = re.search(rb"startxref\s+(\d+)\s+%%EOF\s*$", data[-64:])
    _need(found is not None)
    start = int(found.group(1)) if found else 0
    head, _, body = data[start:].partition(b"stream\n")
    _need(b"/Type/XRef" in head and b"/W[1 4 2]" in head and b"/Prev" not in head and b"/Index" not in head)
    catalog, info = (re.findall(rb"/%s (\d+) 0 R" % name, head) for name in (b"Root", b"Info"))
    _need(len(catalog) == len(info) == 1)
    return Table(zlib.decompressobj().decompress(body), start, int(catalog[0]), int(info[0]))


def by_themselves(rows: bytes | bytearray, first: int, stop: int) -> Iterator[int]:
    """The indices of the rows, from `first` to before `stop`, of objects that stand in no object stream."""
    kinds = bytes(rows[first * ROW : stop * ROW : ROW])
    at = kinds.find(_BY_ITSELF)
    while at >= 0:
        yield first + at
        at = kinds.find(_BY_ITSELF, at + 1)


def offset(rows: bytes | bytearray, index: int) -> int:
    """Where the object begins, or the number of its holder."""
    return int.from_bytes(rows[index * ROW + 1 : index * ROW + 5], "big")


def without(data: bytes, table: Table, left_out: range) -> bytes:
    """A file without these objects, though others still refer to them, and without pages. Raises UnreadableTableError.

    It has a catalog of its own; all objects keep their numbers, the true catalog too. What is left out cannot be found.
    """
    count = len(table.rows) // ROW
    rows = {
        number: table.rows[number * ROW : (number + 1) * ROW]
        for number in (*range(left_out.start), *range(left_out.stop, count))
    }
    own = {
        number: offset(row, 0) for number, row in rows.items() if row[0] == _BY_ITSELF and offset(row, 0) < table.start
    }
    _need(bool(own) and all(offset(row, 0) in own for row in rows.values() if row[0] == INSIDE))
    start = min(own.values())
    out = bytearray(_HEAD + data[start : table.start])
    rows |= {number: _at(1) for number in _referred(data, own.values()) if number in left_out}
    rows |= {number: _at(place - start + len(_HEAD)) for number, place in own.items()}
    for number, text in (
        (count, b"<</Type/Catalog/Pages %d 0 R>>" % (count + 1)),
        (count + 1, b"<</Type/Pages/Kids[]/Count 0>>"),
    ):
        rows[number] = _at(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, text)
    out += b" " * (4 * count)  # of a short file with high numbers, qpdf believes nothing
    rows[count + 2] = _at(len(out))
    runs = [
        [number for _, number in run] for _, run in groupby(enumerate(sorted(rows)), lambda pair: pair[1] - pair[0])
    ]
    index = b" ".join(b"%d %d" % (run[0], len(run)) for run in runs)
    packed = zlib.compress(b"".join(rows[number] for run in runs for number in run), 1)
    told = b"/Size %d/W[1 4 2]/Index[%s]/Root %d 0 R/Filter/FlateDecode/Length %d" % (
        count + 3,
        index,
        count,
        len(packed),
    )
    end = b"endstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % len(out)
    return bytes(out + b"%d 0 obj\n<</Type/XRef%s>>\nstream\n%s\n%s" % (count + 2, told, packed, end))


def _referred(data: bytes, places: Iterable[int]) -> Iterator[int]:
    """The numbers of what is referred to in the object streams that stand there."""
    for place in places:
        head, mark, _ = data[place : place + _LONGEST_ENTRY].partition(b"stream\n")
        if mark and b"/ObjStm" in head:
            text = zlib.decompressobj().decompress(data[place + len(head) + len(mark) :])
            yield from (int(number) for number in REFERENCE.findall(text))


def _at(place: int) -> bytes:
    """The row of an object that stands there by itself."""
    return b"\1" + place.to_bytes(4, "big") + b"\0\0"
