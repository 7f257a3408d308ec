"""Which characters a leaf shows, and what the fonts of the copy say of each.

A face is one subset for the whole copy: a character that is new in one interview changes the font file of all.
A leaf was read with the glyphs that it shows, so it is known while these are what they were: their outlines,
widths and Unicode text (ISO 32000-1 §9.6 to §9.10; OpenType `glyf`, `hmtx`).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from itertools import pairwise

from fontTools.ttLib import TTFont

from onrecord.runtime.cache import fingerprint

Shown = tuple[tuple[str, tuple[int, ...]], ...]  # fonts by their names in the resources, and codes of glyphs

_BY_GLYPH = frozenset({"glyf", "loca", "hmtx"})
_OF_THE_SUBSET = frozenset(
    {"GlyphOrder", "maxp", "head", "hhea", "cmap", "OS/2"}
)  # counts, bounds, maps that a PDF does not use
_MAPPED = re.compile(rb"<([0-9a-fA-F]{4})>[ ]*<([0-9a-fA-F]+)>[ ]*\n|(\d+)(?= beginbfchar)")
_COMPOSITE = b"\xff\xff"  # in place of the number of contours


@dataclass(frozen=True, slots=True)
class Face:
    """A font of the copy: the name of what is true for all its glyphs, and a name of each glyph by its code."""

    rest: str
    glyphs: Mapping[int, bytes]


def face(program: bytes, unicode_map: bytes, widths: Sequence[object]) -> Face:
    """What a TrueType font file, a ToUnicode map and a W array say; codes are numbers of glyphs (Identity-H).

    Raises ValueError, TypeError, KeyError, or an error of fontTools, where they are something else.
    """
    if b"bfrange" in unicode_map:
        raise ValueError("a ToUnicode map with ranges")
    outlines, rest = _outlines(program)
    texts = {int(code, 16): text for code, text, _ in _MAPPED.findall(unicode_map) if code}
    advances = _advances(widths)
    glyphs = {
        code: hashlib.sha256(b"%r" % [outlines.get(code), texts.get(code), advances.get(code)]).digest()[:16]
        for code in {*texts, *advances}
    }
    return Face(fingerprint(rest, _MAPPED.sub(b"", unicode_map)), glyphs)


def _outlines(program: bytes) -> tuple[dict[int, bytes], list[object]]:
    """What the font file says of each glyph, and of all."""
    font = TTFont(BytesIO(program), lazy=True)
    data, places = font.reader["glyf"], font["loca"].locations
    metrics = font["hmtx"].metrics
    names = font.getGlyphOrder()
    simple: dict[str, bytes] = {
        name: data[start:stop] for name, (start, stop) in zip(names, pairwise(places), strict=True)
    }
    tables = sorted(tag for tag in font.keys() if tag not in _BY_GLYPH | _OF_THE_SUBSET)  # noqa: SIM118 - a font is no mapping
    head, lines = font["head"], font["hhea"]
    rest: list[object] = [(tag, font.reader[tag]) for tag in tables]
    rest += [("units", head.unitsPerEm), ("lines", (lines.ascent, lines.descent, lines.lineGap))]

    def outline(name: str, depth: int = 0) -> bytes:
        if not simple[name].startswith(_COMPOSITE) or depth > _DEEPEST:
            return simple[name]
        parts = font["glyf"][name].getComponentNames(font["glyf"])
        return simple[name] + b"".join(outline(part, depth + 1) for part in parts)

    return {code: b"%r" % [metrics[name], outline(name)] for code, name in enumerate(names)}, rest


_DEEPEST = 8


def _advances(widths: Sequence[object]) -> dict[int, str]:
    """The widths by code; only the form `c [w …]` is taken (ISO 32000-1 §9.7.4.3)."""
    found: dict[int, str] = {}
    for first, listed in zip(widths[::2], widths[1::2], strict=True):
        if not isinstance(first, int) or not isinstance(listed, list):
            raise TypeError("a W array with ranges")
        found |= {first + index: str(width) for index, width in enumerate(listed)}
    return found


@dataclass(frozen=True, slots=True)
class Alphabet:
    """The faces of a copy by their names in the resources, those that could be taken apart."""

    faces: Mapping[str, Face]

    def name(self, shown: Shown | None) -> str:
        """Names what the faces say of the glyphs shown (None: of all)."""
        wanted = shown if shown is not None else [(name, tuple(one.glyphs)) for name, one in sorted(self.faces.items())]
        out = hashlib.sha256()
        for name, codes in wanted:
            out.update(b"%s %d " % (name.encode(), len(codes)))
            glyphs = self.faces[name].glyphs if name in self.faces else {}
            out.update(b"".join(glyphs.get(code, b"none") for code in codes))
        return out.hexdigest()


_FONT = re.compile(rb"/(\S+)\s+[-\d.]+\s+Tf\b")
_TEXT = re.compile(rb"<([0-9a-fA-F]*)>")
_NO_TEXT = b"/ActualText( )"  # how a space is told that paints nothing
_RESTORED = re.compile(rb"\bQ\b")


def shown(contents: Iterable[bytes]) -> Shown | None:
    """The glyphs that content streams show, by two-byte codes; None where that cannot be told (ISO 32000-1 §9.4.3)."""
    used: dict[bytes, set[bytes]] = {}
    for content in contents:
        if content.count(b"(") != content.count(_NO_TEXT):
            return None
        before, *pieces = _FONT.split(content)
        for font, piece in zip([b"", *pieces[::2]], [before, *pieces[1::2]], strict=True):
            texts = _TEXT.findall(piece)
            restored = _RESTORED.search(piece)  # an earlier font holds again
            if (
                piece.count(b"<") != 2 * piece.count(b"<<") + len(texts)
                or (texts and not font)
                or (restored and _TEXT.search(piece, restored.end()))
            ):
                return None
            if texts:
                used.setdefault(font, set()).update(texts)
    return tuple((font.decode("latin-1"), tuple(sorted(_codes(texts)))) for font, texts in sorted(used.items()))


def _codes(texts: Iterable[bytes]) -> set[int]:
    return {int(text[at : at + 4], 16) for text in texts for at in range(0, len(text), 4)}
