"""Write indirect objects and the file around them (ISO 32000-1 §7.3.10, §7.5).

Objects are written in sections, each with its own range of numbers. The bytes of a section do not depend on
where it stands in the file, so that it can be cached.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

from onrecord.editions.pdf.pages.pdf_syntax import compress_stream

_HEADER = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
_GROUP = 500  # objects in an object stream
_HOLDERS = 8  # numbers to spare for object streams
_FREE = b"\0" * 7
_ROW = 7  # bytes of a cross-reference row: type, offset or holder (4), place in the holder (2)


@dataclass(frozen=True)  # without slots it is unpickled faster
class ObjectSection:
    """Objects as they stand in the file, with the numbers from `base` to before `base + size`.

    `rows` are their cross-reference entries. `offsets` are the indices of the entries that hold a byte offset, which
    counts from the first byte of the section.
    """

    base: int
    size: int
    data: bytes
    rows: bytes
    offsets: tuple[int, ...]

    def build_rows(self, start: int) -> bytes:
        """Return the cross-reference entries for a section that begins at byte `start` of the file."""
        rows = bytearray(self.rows)
        for index in self.offsets:
            field = slice(index * _ROW + 1, index * _ROW + 5)
            rows[field] = (int.from_bytes(rows[field], "big") + start).to_bytes(4, "big")
        return bytes(rows)


class Objects:
    """The objects of a section while it is made; those without a stream go into object streams."""

    def __init__(self, base: int) -> None:
        self._base = base
        self._next = base
        self._chunks: list[bytes] = []
        self._length = 0
        self._offsets: dict[int, int] = {}
        self._packed: dict[int, bytes] = {}

    def compute_rounded_end(self, room: int) -> int:
        """Return the first number after the section, its size rounded up to a multiple of `room`.

        The size has numbers to spare for a few object streams.
        """
        return self._base + -(-(self._next - self._base + _HOLDERS) // room) * room

    def reserve(self, count: int = 1) -> int:
        """Reserve `count` object numbers of the bound PDF; return the first."""
        first = self._next
        self._next += count
        return first

    def put(self, num: int, data: bytes, stream: bytes | None = None) -> int:
        """Put an object under a reserved number; return the number."""
        if stream is None:
            self._packed[num] = data
        else:
            self._write(num, data + b"\nstream\n" + stream + b"\nendstream")
        return num

    def add(self, data: bytes, stream: bytes | None = None) -> int:
        """Put an object under the next number; return the number."""
        return self.put(self.reserve(), data, stream)

    def get_plain(self, num: int) -> bytes:
        """Return the data of an object that was put without a stream."""
        return self._packed[num]

    def build_section(self, room: int = 1) -> ObjectSection:
        """Return what was put as a section whose count of numbers is a multiple of `room`; add nothing afterwards."""
        inside: dict[int, tuple[int, int]] = {}
        numbers = sorted(self._packed)
        for start in range(0, len(numbers), _GROUP):
            group = numbers[start : start + _GROUP]
            holder = self._write_object_stream(group)
            inside |= {num: (holder, position) for position, num in enumerate(group)}
        size = -(-(self._next - self._base) // room) * room
        rows = [self._build_row(num, inside) for num in range(self._base, self._base + size)]
        offsets = tuple(sorted(num - self._base for num in self._offsets))
        return ObjectSection(self._base, size, b"".join(self._chunks), b"".join(rows), offsets)

    def _write_object_stream(self, group: Sequence[int]) -> int:
        """Write these objects as an object stream (ISO 32000-1 §7.5.7); return its number."""
        holder, offset, heads = self.reserve(), 0, []
        for num in group:
            heads.append(b"%d %d" % (num, offset))
            offset += len(self._packed[num]) + 1
        head = b" ".join(heads) + b"\n"
        data, _ = compress_stream(head + b"\n".join(self._packed[num] for num in group))
        entry = b"<</Type/ObjStm/N %d/First %d/Filter/FlateDecode/Length %d>>" % (len(group), len(head), len(data))
        return self.put(holder, entry, data)

    def _build_row(self, num: int, inside: dict[int, tuple[int, int]]) -> bytes:
        """Return the cross-reference row of an object: at an offset, in a holder, or free."""
        if num in self._offsets:
            return b"\1" + self._offsets[num].to_bytes(4, "big") + b"\0\0"
        if num in inside:
            holder, position = inside[num]
            return b"\2" + holder.to_bytes(4, "big") + position.to_bytes(2, "big")
        return _FREE

    def _write(self, num: int, data: bytes) -> None:
        """Append an object to the section's bytes and remember its offset."""
        chunk = b"%d 0 obj\n%s\nendobj\n" % (num, data)
        self._offsets[num] = self._length
        self._chunks.append(chunk)
        self._length += len(chunk)


def build_file(sections: Sequence[ObjectSection], catalog: int, info: int) -> bytes:
    """Return the file: header, sections in this order, and cross-reference stream (ISO 32000-1 §7.5.8)."""
    chunks, start, identity = [_HEADER], len(_HEADER), hashlib.sha256(_HEADER)
    rows: dict[int, bytes] = {0: b"\0" * 5 + b"\xff\xff"}
    for section in sections:
        rows[section.base] = section.build_rows(start)
        chunks.append(section.data)
        identity.update(section.data)
        start += len(section.data)
    xref = max(section.base + section.size for section in sections)  # the number of the cross-reference stream
    table = b"\r"
    while table.endswith(b"\r"):  # some readers take it for a line end: see `compress_stream`; another place changes it
        rows[xref] = b"\1" + start.to_bytes(4, "big") + b"\0\0"
        table = zlib.compress(b"".join(rows[base] for base in sorted(rows)), 6)
        if table.endswith(b"\r"):
            chunks.append(b"\n")
            start += 1
    name = identity.hexdigest()[:32].encode()
    entry = b"<</Type/XRef/Size %d/W[1 4 2]/Root %d 0 R/Info %d 0 R/ID[<%s><%s>]/Filter/FlateDecode/Length %d>>" % (
        xref + 1,
        catalog,
        info,
        name,
        name,
        len(table),
    )
    chunks.append(b"%d 0 obj\n%s\nstream\n%s\nendstream\nendobj\n" % (xref, entry, table))
    chunks.append(b"startxref\n%d\n%%%%EOF\n" % start)
    return b"".join(chunks)
