"""Embed one subset of each face for the whole document (ISO 32000-1 §9.6 to §9.10)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from onrecord.editions.pdf.bind.pdf_objects import Objects
from onrecord.editions.pdf.pages.part import FontUse
from onrecord.editions.pdf.pages.pdf_syntax import compress_stream, format_pdf_number
from onrecord.runtime import build_identity, font_subsets
from onrecord.runtime.cache import Cache
from onrecord.runtime.fingerprints import compute_fingerprint


@dataclass(frozen=True, slots=True)
class _FontProgram:
    """The file of a subset, compressed, and its ToUnicode map."""

    data: bytes
    length: int  # before it was compressed
    is_cff: bool
    unicode_map: bytes


def embed_font(out: Objects, uses: Sequence[FontUse], read_font: Callable[[str], bytes], cache: Cache) -> int:
    """Put one subset of the face of all `uses`; return the number of its font dictionary."""
    use = uses[0]
    texts: dict[int, str] = {}
    widths: dict[int, float] = {}
    for font_use in set(uses):
        use_texts, use_widths = font_use.read_glyphs()
        for glyph, text in use_texts:
            # One glyph may stand for several characters (hyphens, µ and μ); a file can name only one.
            known = texts.get(glyph)
            if known != text:
                texts[glyph] = text if known is None else min(known, text, key=_rank_plainness)
        widths.update(use_widths)
    key = compute_fingerprint(
        "face",
        build_identity.compute_build_identity(),
        use.file_sha256,
        use.index,
        use.variations,
        sorted(texts.items()),
    )
    program = cache.get_or_compute(key, partial(_subset_font, use, texts, read_font))
    return _put_font(out, use, program, widths)


def _rank_plainness(text: str) -> tuple[bool, int, str]:
    """Return a sort key that puts ASCII text first, then shorter text."""
    return not text.isascii(), len(text), text


def _subset_font(use: FontUse, texts: Mapping[int, str], read_font: Callable[[str], bytes]) -> _FontProgram:
    """Return the font file with these glyphs only, compressed, and its ToUnicode map."""
    data = font_subsets.subset_font(read_font(use.file_sha256), use.index, texts, dict(use.variations))
    packed, length = compress_stream(data)
    return _FontProgram(
        packed, length, data[:4] == b"OTTO", compress_stream(font_subsets.make_to_unicode_map(texts))[0]
    )


def _put_font(out: Objects, use: FontUse, program: _FontProgram, widths: Mapping[int, float]) -> int:
    """Put the objects of an embedded font; return the number of its font dictionary."""
    is_cff = program.is_cff
    key = b"/Subtype/OpenType" if is_cff else b"/Length1 %d" % program.length
    file = out.add(b"<<%s/Filter/FlateDecode/Length %d>>" % (key, len(program.data)), program.data)
    unicode_map = out.add(b"<</Filter/FlateDecode/Length %d>>" % len(program.unicode_map), program.unicode_map)
    name = use.base_font.replace(",", "").encode()
    widest = max(widths.values(), default=1000)
    descriptor = out.add(
        b"<</Type/FontDescriptor/FontName/%s/Flags %d/FontBBox[0 %d %d %d]/ItalicAngle %d/Ascent %d/Descent %d"
        b"/CapHeight %d/StemV 80/FontFile%d %d 0 R>>"
        % (
            name,
            use.flags,
            use.descent,
            round(widest),
            use.ascent,
            -12 if use.is_italic else 0,
            use.ascent,
            use.descent,
            use.ascent,
            3 if is_cff else 2,
            file,
        )
    )
    row = b"".join(b"%d[%s]" % (glyph, format_pdf_number(width).encode()) for glyph, width in sorted(widths.items()))
    descendant = out.add(
        b"<</Type/Font/Subtype/CIDFontType%d/BaseFont/%s/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)"
        b"/Supplement 0>>/FontDescriptor %d 0 R/W[%s]%s>>"
        % (0 if is_cff else 2, name, descriptor, row, b"" if is_cff else b"/CIDToGIDMap/Identity")
    )
    return out.add(
        b"<</Type/Font/Subtype/Type0/BaseFont/%s/Encoding/Identity-H/DescendantFonts[%d 0 R]/ToUnicode %d 0 R>>"
        % (name, descendant, unicode_map)
    )
