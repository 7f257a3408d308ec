"""Return whether a file is a font that can be set: read every table that setting needs, within limits.

A font is untrusted data. fontTools reads it before HarfBuzz and FreeType do: Python code can be stopped.
"""

from __future__ import annotations

import hashlib
import io
import logging
import struct
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import uharfbuzz

from onrecord.runtime import font_files, font_store, font_subsets
from onrecord.runtime.work_limits import TookTooLong, limit_work

if TYPE_CHECKING:
    from fontTools.ttLib import TTFont

MAX_FONT_BYTES = 64_000_000
TOO_EXPENSIVE = "takes too much time or memory to be read"
_faults: dict[bytes, str] = {}  # by SHA-256: one command checks a font several times
_CPU_S, _CPU_S_PER_MB = 3.0, 1.0  # a font of 2.4 MB takes a second
_MEMORY_MB, _MEMORY_MB_PER_MB = 200, 20
_MAX_CHARACTERS = 400_000  # in one table of characters; Unicode has 160,000 with a name
_MAX_DEPTH = 16  # of glyphs made of glyphs (OpenType 1.9, maxp.maxComponentDepth)
_MAX_OUTLINES = 5_000  # of those in a table CFF: CJK fonts have 65,000, and HarfBuzz, which takes them out, is careful
_MAX_PARTS = 2_000  # that a glyph made of glyphs draws
_PACKED = (b"wOFF", b"wOF2")
_COLLECTION = b"ttcf"
_MAX_FACES = 64  # in a collection; those of CJK fonts have up to 10
FONT_SIGNATURES = (b"\0\1\0\0", b"OTTO", b"true", *_PACKED, _COLLECTION)
_COLOUR_TABLES = {b"CBDT", b"sbix", b"COLR", b"SVG "}
_REQUIRED_TABLES = {b"cmap", b"head", b"hhea", b"hmtx", b"maxp", b"name"}
_OUTLINES = ("glyf", "CFF ", "CFF2")
_READ_TABLES = ("head", "hhea", "maxp", "cmap", "hmtx", "name", "OS/2", "fvar", "avar", *_OUTLINES)

# What fontTools 4.68 raised over the mutations of tests/fuzz_fonts.py, and what its readers are built on.
_BROKEN = (
    struct.error,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    ArithmeticError,
    AssertionError,
    OSError,
    EOFError,
    RuntimeError,  # NotImplementedError and RecursionError are two
)


class _FontFault(Exception):
    """What is wrong with a font; the message continues “this file”."""


def find_font_fault(data: bytes) -> str:
    """Return why the bytes are no font that can be set, "" if they are one."""
    digest = hashlib.sha256(data).digest()
    if digest not in _faults:
        try:
            _check_font(data)
            _faults[digest] = ""
        except _FontFault as fault:
            _faults[digest] = str(fault)
    return _faults[digest]


def list_sound_fonts(folder: Path) -> tuple[Path, ...]:
    """Return the font files of a folder; none if one of them is damaged, which the check of the book says."""
    paths = sorted(folder.iterdir()) if folder.is_dir() else []
    files = [path for path in paths if path.suffix.lower() in font_files.FONT_SUFFIXES and path.is_file()]
    return () if any(find_font_fault(path.read_bytes()) for path in files) else font_files.list_font_files([folder])


def _check_font(data: bytes) -> None:
    """Raise _FontFault unless the bytes are a font that can be set."""
    if len(data) > MAX_FONT_BYTES:
        raise _FontFault(f"has more than {MAX_FONT_BYTES // 1_000_000} MB")
    if data[:4] not in FONT_SIGNATURES:
        raise _FontFault("is no font")
    size = int.from_bytes(data[16:20], "big") if data[:4] in _PACKED else len(data)  # as it says of itself
    if size > MAX_FONT_BYTES:
        raise _FontFault(f"unpacks to more than {MAX_FONT_BYTES // 1_000_000} MB")
    size_mb = size / 1e6
    logging.getLogger("fontTools").addHandler(logging.NullHandler())  # or it prints what it finds odd in a font
    try:
        with limit_work(_CPU_S + _CPU_S_PER_MB * size_mb, int(_MEMORY_MB + _MEMORY_MB_PER_MB * size_mb)):
            data = _unpack(data)
            read: set[tuple[str, int]] = set()
            for index, start in enumerate(_list_directories(data)):
                _check_directory(data, start)
                _read_tables(data, index, read)
                _try_setting(data, index)
    except (MemoryError, TookTooLong):
        raise _FontFault(TOO_EXPENSIVE) from None


def _unpack(data: bytes) -> bytes:
    """Return the font that a WOFF or WOFF2 file packs; any other as it is."""
    if data[:4] not in _PACKED:
        return data
    import brotli
    from fontTools.ttLib import TTLibError

    try:
        return font_store.unpack_font(data)
    except (TTLibError, zlib.error, brotli.error, *_BROKEN):
        raise _FontFault("is damaged: it cannot be unpacked") from None


def _list_directories(data: bytes) -> tuple[int, ...]:
    """Return where the table directory of each face begins (OpenType 1.9 §4.6 for collections)."""
    if data[:4] != _COLLECTION:
        return (0,)
    count = font_files.count_faces(data[:12])
    if not 0 < count <= _MAX_FACES or len(data) < 12 + 4 * count:
        raise _FontFault("is cut off, or a collection of more than 64 fonts")
    return struct.unpack_from(f">{count}I", data, 12)


def _check_directory(data: bytes, start: int) -> None:
    """Check the table directory at `start` (OpenType 1.9 §4.3): FreeType refuses what HarfBuzz reads in part."""
    count = int.from_bytes(data[start + 4 : start + 6], "big")
    rows = [data[start + 12 + 16 * index : start + 28 + 16 * index] for index in range(count)]
    if any(len(row) < 16 or sum(struct.unpack(">8xII", row)) > len(data) for row in rows):
        raise _FontFault("is cut off")
    tags = {row[:4] for row in rows}
    if len(tags) < count:
        raise _FontFault("has two tables of the same name")
    if colours := sorted(tags & _COLOUR_TABLES):
        table = colours[0].decode().strip()
        raise _FontFault(
            f"is a colour font ({table}), whose glyphs cannot be printed; our own emoji print in one colour"
        )
    if missing := sorted(_REQUIRED_TABLES - tags):
        raise _FontFault(f"has no table “{missing[0].decode().strip()}”")
    if tags.isdisjoint(name.encode() for name in _OUTLINES):
        raise _FontFault("has no glyphs")


def _read_tables(data: bytes, index: int, read: set[tuple[str, int]]) -> None:
    """Read each table that setting needs in a font file. Raises _FontFault that names a damaged one.

    `read` are the tables that were read before, and where they begin: faces of a collection share most of theirs.
    """
    from fontTools.ttLib import TTFont, TTLibError  # loads in 80 ms, which most books do not need

    log = logging.getLogger("fontTools")
    level, log.level = log.level, logging.CRITICAL + 1  # what it would warn of is a fault here, or does no harm
    table = ""
    try:
        font = TTFont(io.BytesIO(data), lazy=True, fontNumber=index if data[:4] == _COLLECTION else -1)
        table = "maxp"
        font.setGlyphOrder([f"g{number}" for number in range(font["maxp"].numGlyphs)])
        for table in _READ_TABLES:
            if table in font and (place := (table, font.reader.tables[table].offset)) not in read:
                _read_table(font, table)
                read.add(place)
    except (TTLibError, *_BROKEN):
        where = f" in its table “{table.strip()}”" if table else ""
        raise _FontFault(f"is damaged{where}") from None
    finally:
        log.level = level


def _read_table(font: TTFont, name: str) -> None:
    """Read a table in full. Raises _FontFault, or what fontTools raises, if it is damaged."""
    if name == "head" and not 16 <= font["head"].unitsPerEm <= 16_384:
        raise _FontFault(f"says that an em has {font['head'].unitsPerEm} units, which no font has")
    if name == "cmap":
        if any(len(subtable.cmap) > _MAX_CHARACTERS for subtable in font["cmap"].tables):
            raise _FontFault(f"claims to have more than {_MAX_CHARACTERS:,} characters")
    elif name == "glyf":
        _check_compositions(dict(_iterate_compositions(font)))
    elif name in ("CFF ", "CFF2"):
        outlines = font["CFF " if name == "CFF " else "CFF2"].cff.topDictIndex[0].CharStrings
        names = list(outlines.keys())
        for glyph in names[:: len(names) // _MAX_OUTLINES + 1]:
            outlines[glyph].decompile()
    else:
        font[name]


def _iterate_compositions(font: TTFont) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Read each outline of a font; yield the glyphs that are made of other glyphs, with these."""
    table = font["glyf"]
    for name in table.glyphOrder:
        glyph = table.glyphs.pop(name)  # expanded outlines of a large font take much memory
        glyph.expand(table)
        if glyph.numberOfContours < 0:
            yield name, tuple(component.glyphName for component in glyph.components)


def _check_compositions(compositions: Mapping[str, tuple[str, ...]]) -> None:
    """Raise _FontFault if a font's glyph is made of itself, of glyphs on too many levels, or of too many parts.

    Level by level: a glyph whose parts are all counted can be counted; those of a circle never can.
    """
    parts: dict[str, int] = {}
    waiting = dict(compositions)
    for _ in range(_MAX_DEPTH):
        ready = {name: inner for name, inner in waiting.items() if waiting.keys().isdisjoint(inner)}
        parts |= {name: sum(parts.get(part, 1) for part in inner) for name, inner in ready.items()}
        if any(parts[name] > _MAX_PARTS for name in ready):
            raise _FontFault(f"has a glyph of more than {_MAX_PARTS:,} parts")
        waiting = {name: inner for name, inner in waiting.items() if name not in ready}
    if waiting:
        raise _FontFault("has a glyph that is made of itself, or of parts on too many levels")


def _try_setting(data: bytes, index: int) -> None:
    """Use the font as an edition does, to find faults: list characters and names, shape a few, make a subset."""
    face = uharfbuzz.Face(uharfbuzz.Blob(data), index)
    characters = sorted(face.unicodes) if face.glyph_count else []
    if not characters:
        raise _FontFault("has no glyphs")
    text = "".join(map(chr, characters[:: len(characters) // 50 + 1]))
    try:
        for entry in face.list_names():
            face.get_name(entry.name_id, entry.language)
        font = uharfbuzz.Font(face)
        buffer = uharfbuzz.Buffer()
        buffer.add_str(text)
        buffer.guess_segment_properties()
        uharfbuzz.shape(font, buffer)
        font_subsets.subset_font(data, index, [info.codepoint for info in buffer.glyph_infos], {})
    except _BROKEN:
        raise _FontFault("is damaged: no text can be set in it") from None
