"""A small font of a package, and what can be done to its tables."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping, Sequence
from functools import cache

import uharfbuzz

from onrecord.runtime import font_files

LETTERS = "Harbour light: éàö 0123456789 fi ffl"
SIMPLE_GLYPH = bytes.fromhex("0001 0000 0000 000a 000a 0002 0000 010101 0000 000a 0000 0000 0000 000a")  # a triangle
_ARGUMENTS_ARE_OFFSETS, _MORE_PARTS = 0x02, 0x20


@cache
def make_small_font() -> bytes:
    """Return a font of a package with a few letters, some of them composed, and its axis of weight."""
    path = font_files.list_font_files(font_files.list_package_folders())[0]
    subset_input = uharfbuzz.SubsetInput()
    subset_input.flags = uharfbuzz.SubsetFlags.NO_HINTING
    subset_input.unicode_set.update(map(ord, LETTERS))
    return bytes(uharfbuzz.subset(uharfbuzz.Face(uharfbuzz.Blob(path.read_bytes())), subset_input).blob.data)


def split_tables(font: bytes) -> dict[str, bytes]:
    """Return the tables of a font by name."""
    rows = [struct.unpack_from(">4s4xII", font, 12 + 16 * index) for index in range(int.from_bytes(font[4:6]))]
    return {name.decode(): font[start : start + length] for name, start, length in rows}


def join_tables(tables: Mapping[str, bytes]) -> bytes:
    """Return the font of these tables."""
    directory, body = struct.pack(">IHHHH", 0x10000, len(tables), 0, 0, 0), b""
    for name, data in tables.items():
        directory += struct.pack(">4sIII", name.encode(), 0, 12 + 16 * len(tables) + len(body), len(data))
        body += data + bytes(-len(data) % 4)
    return directory + body


def replace_table(name: str, data: bytes) -> bytes:
    """Return the small font with another table."""
    return join_tables(split_tables(make_small_font()) | {name: data})


def replace_bytes(name: str, start: int, data: bytes) -> bytes:
    """Return the small font with other bytes in a table."""
    table = split_tables(make_small_font())[name]
    return replace_table(name, table[:start] + data + table[start + len(data) :])


def make_character_table(groups: Iterable[tuple[int, int, int]], times: int = 1) -> bytes:
    """Return a `cmap` of one subtable of format 12 with these groups, which are repeated so many times."""
    packed = b"".join(struct.pack(">III", *group) for group in groups) * times
    head = struct.pack(">HHHHI", 0, 1, 3, 10, 12)
    return head + struct.pack(">HHIII", 12, 0, 16 + len(packed), 0, len(packed) // 12) + packed


def compose_glyph(parts: Sequence[int]) -> bytes:
    """Return a glyph that is made of the glyphs with these numbers."""
    rows = [
        struct.pack(">HHbb", _ARGUMENTS_ARE_OFFSETS | (_MORE_PARTS if number < len(parts) else 0), part, 0, 0)
        for number, part in enumerate(parts, start=1)
    ]
    return struct.pack(">hhhhh", -1, 0, 0, 9, 9) + b"".join(rows)


def replace_glyphs(glyphs: Mapping[int, bytes]) -> bytes:
    """Return the small font with these glyphs; all others are triangles."""
    tables = split_tables(make_small_font())
    tables.pop("gvar", None)
    offsets, outlines = [0], b""
    for number in range(int.from_bytes(tables["maxp"][4:6])):
        glyph = glyphs.get(number, SIMPLE_GLYPH)
        outlines += glyph + bytes(-len(glyph) % 4)
        offsets.append(len(outlines))
    head = tables["head"][:50] + b"\0\1" + tables["head"][52:]  # long offsets
    loca = struct.pack(f">{len(offsets)}I", *offsets)
    return join_tables(tables | {"glyf": outlines, "loca": loca, "head": head})
