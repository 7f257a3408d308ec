"""Tell which glyphs a section shows, and fingerprint what the fonts of the copy say of each.

Each font is one subset for the whole copy, so a character that is new in one interview changes the font file of all.
What was read in a section stays valid while the glyphs that it shows are the same: their outlines, widths and Unicode
text (ISO 32000-1 §9.6 to §9.10; OpenType `glyf`, `hmtx`).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from itertools import pairwise

from fontTools.ttLib import TTFont

from onrecord.runtime.fingerprints import compute_fingerprint

ShownGlyphs = tuple[tuple[str, tuple[int, ...]], ...]  # fonts by their names in the resources, and codes of glyphs

# --- fonts ------------------------------------------------------------------------------------------

_TABLES_BY_GLYPH = frozenset({"glyf", "loca", "hmtx"})
# Counts, bounds, and maps that a PDF does not use: they depend on which glyphs are in the subset.
_TABLES_OF_SUBSET = frozenset({"GlyphOrder", "maxp", "head", "hhea", "cmap", "OS/2"})
_MAPPINGS = re.compile(rb"<([0-9a-fA-F]{4})>[ ]*<([0-9a-fA-F]+)>[ ]*\n|(\d+)(?= beginbfchar)")
_FOLIO_CHARACTERS = {b"%04x" % ord(char): char for char in "0123456789ivxlcdm"}  # by their UTF-16 in hex digits
_COMPOSITE = b"\xff\xff"  # in place of the number of contours
_DEEPEST = 8  # levels of composite glyphs


@dataclass(frozen=True, slots=True)
class FontFingerprint:
    """A font of the copy: the fingerprint of what concerns all its glyphs, and one of each glyph by its code.

    `folio_texts` are the digits and letters of page numbers by the codes of their glyphs.
    """

    common: str
    glyphs: Mapping[int, bytes]
    folio_texts: Mapping[int, str] = field(default_factory=dict)


def fingerprint_font(program: bytes, unicode_map: bytes, widths: Sequence[object]) -> FontFingerprint:
    """Return the fingerprint of a font by its TrueType file, its ToUnicode map and its W array.

    Codes are numbers of glyphs (Identity-H). Raises ValueError, TypeError, KeyError or an error of fontTools if the
    arguments are in another form.
    """
    if b"bfrange" in unicode_map:
        raise ValueError("a ToUnicode map with ranges")
    outlines, common = _read_outlines(program)
    texts = {int(code, 16): text.lower() for code, text, _ in _MAPPINGS.findall(unicode_map) if code}
    advances = _read_advances(widths)
    glyphs = {
        code: hashlib.sha256(b"%r" % [outlines.get(code), texts.get(code), advances.get(code)]).digest()[:16]
        for code in {*texts, *advances}
    }
    folio_texts = {code: _FOLIO_CHARACTERS[text] for code, text in texts.items() if text in _FOLIO_CHARACTERS}
    return FontFingerprint(compute_fingerprint(common, _MAPPINGS.sub(b"", unicode_map)), glyphs, folio_texts)


def _read_outlines(program: bytes) -> tuple[dict[int, bytes], list[object]]:
    """Return each glyph's metrics and outline by number, and the data common to all glyphs."""
    font = TTFont(BytesIO(program), lazy=True)
    data, offsets = font.reader["glyf"], font["loca"].locations
    metrics = font["hmtx"].metrics
    names = font.getGlyphOrder()
    simple: dict[str, bytes] = {
        name: data[start:stop] for name, (start, stop) in zip(names, pairwise(offsets), strict=True)
    }
    head, lines = font["head"], font["hhea"]
    common: list[object] = [
        (tag, font.reader[tag]) for tag in sorted({*font.keys()} - _TABLES_BY_GLYPH - _TABLES_OF_SUBSET)
    ]
    common += [("units", head.unitsPerEm), ("lines", (lines.ascent, lines.descent, lines.lineGap))]

    def read_outline(name: str, depth: int = 0) -> bytes:
        """Return the glyph's bytes, followed by those of the glyphs that it is composed of."""
        if not simple[name].startswith(_COMPOSITE) or depth > _DEEPEST:
            return simple[name]
        components = font["glyf"][name].getComponentNames(font["glyf"])
        return simple[name] + b"".join(read_outline(component, depth + 1) for component in components)

    return {code: b"%r" % [metrics[name], read_outline(name)] for code, name in enumerate(names)}, common


def _read_advances(widths: Sequence[object]) -> dict[int, str]:
    """Return the widths in a PDF font's W array by code; only the form `c [w …]` is read (ISO 32000-1 §9.7.4.3)."""
    advances: dict[int, str] = {}
    for first, members in zip(widths[::2], widths[1::2], strict=True):
        if not isinstance(first, int) or not isinstance(members, list):
            raise TypeError("a W array with ranges")
        advances |= {first + index: str(width) for index, width in enumerate(members)}
    return advances


@dataclass(frozen=True, slots=True)
class FontFingerprints:
    """The fingerprints of a copy's fonts by their names in the resources; fonts in other forms are left out."""

    fonts: Mapping[str, FontFingerprint]

    def read_text(self, font: str, codes: Sequence[int]) -> str:
        """Return the page number that glyphs of a font say; "" if one of them belongs to no page number."""
        texts = self.fonts[font].folio_texts if font in self.fonts else {}
        return "".join(texts[code] for code in codes) if all(code in texts for code in codes) else ""

    def fingerprint_glyphs(self, shown_glyphs: ShownGlyphs | None) -> str:
        """Return one fingerprint of these glyphs; None stands for all glyphs of all fonts."""
        if shown_glyphs is None:
            shown_glyphs = tuple((name, tuple(font.glyphs)) for name, font in sorted(self.fonts.items()))
        digest = hashlib.sha256()
        for name, codes in shown_glyphs:
            digest.update(b"%s %d " % (name.encode(), len(codes)))
            glyphs = self.fonts[name].glyphs if name in self.fonts else {}
            digest.update(_join_fingerprints(glyphs, codes))
        return digest.hexdigest()


def _join_fingerprints(glyphs: Mapping[int, bytes], codes: Iterable[int]) -> bytes:
    """Return the fingerprints of the glyphs with these codes, joined; “none” for those that a font does not have."""
    try:
        return b"".join(map(glyphs.__getitem__, codes))  # a large book has 200,000 of them
    except KeyError:
        return b"".join(glyphs.get(code, b"none") for code in codes)


# --- content streams --------------------------------------------------------------------------------

_FONT_OPERATOR = re.compile(rb"/(\S+)\s+[-\d.]+\s+Tf\b")
_HEX_STRING = re.compile(rb"<([0-9a-fA-F]*)>")
_SPACE_TEXT = b"/ActualText( )"  # the only string in parentheses that our streams contain: an unpainted space
_CLUSTER_TEXT = re.compile(rb"<</ActualText<[0-9a-fA-F]*>>>")  # what is said of glyphs, no glyphs
_RESTORE_OPERATOR = re.compile(rb"\bQ\b")


def find_shown_glyphs(contents: Iterable[bytes]) -> ShownGlyphs | None:
    """Return the glyphs that content streams show, by two-byte codes (ISO 32000-1 §9.4.3).

    Return None where a stream is in a form that does not tell them.
    """
    used: dict[bytes, set[bytes]] = {}
    for content in (_CLUSTER_TEXT.sub(b"", stream) for stream in contents):
        if content.count(b"(") != content.count(_SPACE_TEXT):
            return None
        before, *fonts_and_pieces = _FONT_OPERATOR.split(content)
        for font, piece in zip([b"", *fonts_and_pieces[::2]], [before, *fonts_and_pieces[1::2]], strict=True):
            strings = _HEX_STRING.findall(piece)
            if (strings and not font) or not _uses_one_font(piece, len(strings)):
                return None
            if strings:
                used.setdefault(font, set()).update(strings)
    return tuple(
        (font.decode("latin-1"), tuple(sorted(_parse_hex_codes(strings)))) for font, strings in sorted(used.items())
    )


def _uses_one_font(piece: bytes, string_count: int) -> bool:
    """Return whether a part of a content stream shows all its strings in the font selected before it."""
    if piece.count(b"<") != 2 * piece.count(b"<<") + string_count:
        return False
    restore = _RESTORE_OPERATOR.search(piece)  # after it, an earlier font is selected again
    return not (restore and _HEX_STRING.search(piece, restore.end()))


def _parse_hex_codes(hex_strings: Iterable[bytes]) -> set[int]:
    """Return the two-byte glyph codes in hexadecimal strings of a content stream."""
    return {int(string[index : index + 4], 16) for string in hex_strings for index in range(0, len(string), 4)}
