"""A font is read in full before it is used; what is damaged in it is named."""

from __future__ import annotations

import base64
import io
import random
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from onrecord.runtime import font_check, font_files
from onrecord.runtime.font_check import find_font_fault
from onrecord.runtime.work_limits import TookTooLong
from tests import fuzz_fonts
from tests.support import damaged_fonts as fonts
from tests.support.damaged_fonts import compose_glyph, make_character_table, replace_bytes, replace_glyphs

# A font of one letter, a triangle, with outlines in the table CFF; made with fontTools.fontBuilder.
CFF_FONT = zlib.decompress(
    base64.b64decode(
        "eNqFUD1LA0EQfbN3iUZj4hdpbA7RUgSRkEKRQ0gXTmKCCQjmMEdS5EyIiaawSBm4xsJK7PwDgoVi5Y+wEuwtUsZwhXDO3kUwheQtOzNvZmfe7h"
        "q5nIEIulAwv59OaxfD20tARAEYxuHmlp7SPwBiitKpbTYQxQ3zZ+bbVcssF/P3bxzf8U5WORFK0JBjmVur2q2OKMhWccwmbJudBsSBTLiSn5m2"
        "ld8tt3heiflRo37e4nswqM9G82V5zxSbjyfxnS8oyqesXq0/dP96GtCAnQKBANyjaF6KdaV6mauEcTDne8jziijQNUJQMRljU/YY7HRe/0HzrY"
        "rkqJN8lSAWmGKmgNQIZ6YxO4oFYljK1GtW1qq0a2YTGdRRg4Us7wraHJtoBhPg/9ay7PS96iuqvCTXPS+w3utIU5n0PJVARHNSfuNXnxNxx3F7"
        "bi/0FHfeF18WgtOrEESxFbfvJNxe+FvWY2Mk+H3GD8wMWoQ="
    )
)


def test_fonts_that_are_whole_have_no_fault() -> None:
    """One of a package, a small one, parts on several levels, and outlines in the other format."""
    packaged = font_files.list_font_files(font_files.list_package_folders())[-2].read_bytes()
    levels = replace_glyphs({number: compose_glyph([number + 1, 0]) for number in range(5, 15)})
    assert [find_font_fault(font) for font in (packaged, fonts.make_small_font(), levels, CFF_FONT)] == [""] * 4


def pack_font(flavor: str) -> bytes:
    """Return the small font as a WOFF or WOFF2 file."""
    font = TTFont(io.BytesIO(fonts.make_small_font()))
    font.flavor = flavor
    packed = io.BytesIO()
    font.save(packed)
    return packed.getvalue()


def collect_fonts(count: int) -> bytes:
    """Return a collection that holds the small font several times."""
    font = fonts.make_small_font()
    start = 12 + 4 * count
    tables = [font[12 + 16 * index : 28 + 16 * index] for index in range(int.from_bytes(font[4:6]))]
    moved = b"".join(row[:8] + struct.pack(">I", int.from_bytes(row[8:12]) + start) + row[12:] for row in tables)
    body = font[:12] + moved + font[12 + len(moved) :]
    return b"ttcf" + struct.pack(f">HHI{count}I", 1, 0, count, *[start] * count) + body


def test_packed_fonts_and_collections_are_read() -> None:
    """The fonts that foundries and systems deliver."""
    assert [find_font_fault(font) for font in (pack_font("woff"), pack_font("woff2"), collect_fonts(2))] == [""] * 3


def test_a_packed_font_is_used_unpacked(tmp_path: Path) -> None:
    """It draws the same characters under the same name."""
    (tmp_path / "a.ttf").write_bytes(fonts.make_small_font())
    (tmp_path / "b.woff2").write_bytes(pack_font("woff2"))
    (tmp_path / "c.ttc").write_bytes(collect_fonts(2))
    plain, packed, collection = font_files.list_font_files([tmp_path])
    assert packed.read_bytes()[:4] == b"\0\1\0\0"
    known = font_files.list_code_points([plain])
    assert known == font_files.list_code_points([packed]) == font_files.list_code_points([collection])
    assert font_files.list_families([plain]) == font_files.list_families([packed, collection])


# A sentence and the making of a font that it is said of; only the tests that need them make them.
FAULTS: dict[str, Callable[[], bytes]] = {
    "is damaged: it cannot be unpacked": lambda: pack_font("woff2")[:-200] + bytes(200),
    "unpacks to more than 64 MB": lambda: pack_font("woff")[:16] + b"\x7f" + pack_font("woff")[17:],
    "is cut off, or a collection of more than 64 fonts": lambda: collect_fonts(65),
    "is a colour font (CBDT), whose glyphs cannot be printed; our own emoji print in one colour": (
        lambda: fonts.replace_table("CBDT", bytes(8))
    ),
    "has two tables of the same name": lambda: (
        fonts.make_small_font()[:28] + fonts.make_small_font()[12:16] + b"\0" * 4 + fonts.make_small_font()[36:]
    ),
    "is cut off": lambda: fonts.make_small_font()[:9_000],
    "is damaged in its table “hmtx”": lambda: replace_bytes("maxp", 4, b"\xff\xff"),
    "is damaged in its table “CFF”": lambda: CFF_FONT.replace(b"\x01\x00\x04\x01", b"\x01\x00\xff\x09", 1),
    "is damaged in its table “glyf”": lambda: replace_glyphs({7: compose_glyph([60_000])}),
    "says that an em has 0 units, which no font has": lambda: replace_bytes("head", 18, b"\0\0"),
    "claims to have more than 400,000 characters": (
        lambda: fonts.replace_table("cmap", make_character_table([(0x20000, 0x20000 + 400_000, 1)]))
    ),
    "has a glyph that is made of itself, or of parts on too many levels": (
        lambda: replace_glyphs({7: compose_glyph([7])})
    ),
    "has a glyph of more than 2,000 parts": lambda: replace_glyphs({7: compose_glyph([0] * 2_001)}),
}


@pytest.mark.parametrize("sentence", FAULTS)
def test_what_is_damaged_is_named(sentence: str) -> None:
    """The sentence continues “this file”."""
    assert find_font_fault(FAULTS[sentence]()) == sentence


@pytest.mark.parametrize("error", [MemoryError, TookTooLong])
def test_a_font_that_takes_too_much_is_refused(error: type[Exception], monkeypatch: pytest.MonkeyPatch) -> None:
    """The hostile inputs have fonts that reach the limits."""

    def read(*_: object) -> None:
        raise error

    monkeypatch.setattr(font_check, "_read_tables", read)
    assert find_font_fault(fonts.replace_table("DSIG", error.__name__.encode())) == font_check.TOO_EXPENSIVE


def test_a_damaged_font_is_refused_or_can_be_used(capsys: pytest.CaptureFixture[str]) -> None:
    """A few of the copies that the script damages; none ends in an exception."""
    assert fuzz_fonts.main(12) == 0, capsys.readouterr().out
    font = fonts.make_small_font()
    assert fuzz_fonts.damage_font(font, random.Random(1)) != font
