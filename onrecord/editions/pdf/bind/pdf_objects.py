"""Writes indirect objects and the file around them (ISO 32000-1 §7.3.10, §7.5).

Objects are written in sections, each with a range of numbers of its own: a section's bytes do not
depend on where it stands in the file, so that it can be kept and used again.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

from onrecord.editions.pdf.pages.part import deflated

_HEADER = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
_GROUP = 500  # objects in an object stream
_HOLDERS = 8  # numbers to spare for object streams
_FREE = b"\0" * 7
_ROW = 7  # bytes of a cross-reference row: type, offset or holder (4), place in the holder (2)


@dataclass(frozen=True)  # without slots it is read faster
class Section:
    """Objects as they stand in the file, with the numbers from `base` to before `base + size`.

    `rows` are their cross-reference entries; those with the indices `offsets` count from the section's first byte.
    """

    base: int
    size: int
    data: bytes
    rows: bytes
    offsets: tuple[int, ...]

    def rows_at(self, start: int) -> bytes:
        """The cross-reference entries of a section whose first byte is the file's byte `start`."""
        rows = bytearray(self.rows)
        for index in self.offsets:
            place = slice(index * _ROW + 1, index * _ROW + 5)
            rows[place] = (int.from_bytes(rows[place], "big") + start).to_bytes(4, "big")
        return bytes(rows)


class Objects:
    """Takes the objects of a section; those without a stream go into object streams."""

    def __init__(self, base: int) -> None:
        self._base = base
        self._next = base
        self._chunks: list[bytes] = []
        self._length = 0
        self._offsets: dict[int, int] = {}
        self._packed: dict[int, bytes] = {}

    def rounded_end(self, room: int) -> int:
        """The first number behind the section, if it is written with that room and gets only a few object streams."""
        return self._base + -(-(self._next - self._base + _HOLDERS) // room) * room

    def reserve(self, count: int = 1) -> int:
        first = self._next
        self._next += count
        return first

    def put(self, num: int, data: bytes, stream: bytes | None = None) -> int:
        if stream is None:
            self._packed[num] = data
        else:
            self._write(num, data + b"\nstream\n" + stream + b"\nendstream")
        return num

    def add(self, data: bytes, stream: bytes | None = None) -> int:
        return self.put(self.reserve(), data, stream)

    def plain(self, num: int) -> bytes:
        """What was put there, without a stream."""
        return self._packed[num]

    def section(self, room: int = 1) -> Section:
        """All that was put, in a range that is a multiple of `room`; nothing can be added afterwards."""
        inside: dict[int, tuple[int, int]] = {}
        numbers = sorted(self._packed)
        for start in range(0, len(numbers), _GROUP):
            group = numbers[start : start + _GROUP]
            holder = self._hold(group)
            inside |= {num: (holder, position) for position, num in enumerate(group)}
        size = -(-(self._next - self._base) // room) * room
        rows = [self._row(num, inside) for num in range(self._base, self._base + size)]
        offsets = tuple(sorted(num - self._base for num in self._offsets))
        return Section(self._base, size, b"".join(self._chunks), b"".join(rows), offsets)

    def _hold(self, group: Sequence[int]) -> int:
        """Write an object stream (ISO 32000-1 §7.5.7)."""
        holder, offset, heads = self.reserve(), 0, []
        for num in group:
            heads.append(b"%d %d" % (num, offset))
            offset += len(self._packed[num]) + 1
        head = b" ".join(heads) + b"\n"
        data, _ = deflated(head + b"\n".join(self._packed[num] for num in group))
        entry = b"<</Type/ObjStm/N %d/First %d/Filter/FlateDecode/Length %d>>" % (len(group), len(head), len(data))
        return self.put(holder, entry, data)

    def _row(self, num: int, inside: dict[int, tuple[int, int]]) -> bytes:
        if num in self._offsets:
            return b"\1" + self._offsets[num].to_bytes(4, "big") + b"\0\0"
        if num in inside:
            holder, position = inside[num]
            return b"\2" + holder.to_bytes(4, "big") + position.to_bytes(2, "big")
        return _FREE

    def _write(self, num: int, data: bytes) -> None:
        chunk = b"%d 0 obj\n%s\nendobj\n" % (num, data)
        self._offsets[num] = self._length
        self._chunks.append(chunk)
        self._length += len(chunk)


def file_of(sections: Sequence[Section], catalog: int, info: int) -> bytes:
    """The file: its sections as they come, cross-reference stream and trailer (ISO 32000-1 §7.5.8)."""
    chunks, start, identity = [_HEADER], len(_HEADER), hashlib.sha256(_HEADER)
    rows: dict[int, bytes] = {0: b"\0" * 5 + b"\xff\xff"}
    for one in sections:
        rows[one.base] = one.rows_at(start)
        chunks.append(one.data)
        identity.update(one.data)
        start += len(one.data)
    own = max(one.base + one.size for one in sections)
    rows[own] = b"\1" + start.to_bytes(4, "big") + b"\0\0"
    table = zlib.compress(b"".join(rows[base] for base in sorted(rows)), 6)
    name = identity.hexdigest()[:32].encode()
    entry = b"<</Type/XRef/Size %d/W[1 4 2]/Root %d 0 R/Info %d 0 R/ID[<%s><%s>]/Filter/FlateDecode/Length %d>>" % (
        own + 1,
        catalog,
        info,
        name,
        name,
        len(table),
    )
    chunks.append(b"%d 0 obj\n%s\nstream\n%s\nendstream\nendobj\n" % (own, entry, table))
    chunks.append(b"startxref\n%d\n%%%%EOF\n" % start)
    return b"".join(chunks)
