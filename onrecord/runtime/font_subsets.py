"""Reduce a font to the glyphs that a PDF shows, and say which text each of them stands for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import uharfbuzz

# Tables of no use in a PDF; WeasyPrint drops the same ones.
_UNUSED_TABLES = ("BASE", "DSIG", "GDEF", "GPOS", "GSUB", "JSTF", "LTSH", "PCLT", "STAT", "MATH", "kern", "meta")


def subset_font(data: bytes, index: int, glyphs: Iterable[int], variations: Mapping[str, float]) -> bytes:
    """Return a static font with only these glyphs, under their old ids; every axis is pinned."""
    face = uharfbuzz.Face(uharfbuzz.Blob(data), index)
    subset_input = uharfbuzz.SubsetInput()
    subset_input.flags = uharfbuzz.SubsetFlags.RETAIN_GIDS | uharfbuzz.SubsetFlags.NO_HINTING
    subset_input.glyph_set.update({0, *glyphs})
    subset_input.drop_table_tag_set.update(int.from_bytes(tag.encode("ascii"), "big") for tag in _UNUSED_TABLES)
    for axis in face.axis_infos:
        subset_input.pin_axis_location(face, axis.tag, variations.get(axis.tag, axis.default_value))
    return bytes(uharfbuzz.subset(face, subset_input).blob.data)


def make_to_unicode_map(texts: Mapping[int, str]) -> bytes:
    """Return a ToUnicode CMap for the texts by glyph id (ISO 32000-1 §9.10.3)."""
    rows = [f"<{glyph:04x}> <{text.encode('utf-16-be').hex()}>" for glyph, text in sorted(texts.items())]
    blocks = [rows[start : start + 100] for start in range(0, len(rows), 100)]
    body = "".join(f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar\n" for block in blocks)
    return (
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n/CIDSystemInfo\n<< /Registry (Adobe)\n"
        "/Ordering (UCS)\n/Supplement 0\n>> def\n/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
        f"1 begincodespacerange\n<0000> <ffff>\nendcodespacerange\n{body}endcmap\n"
        "CMapName currentdict /CMap defineresource pop\nend\nend"
    ).encode()
