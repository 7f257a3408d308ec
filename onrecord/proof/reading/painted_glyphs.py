"""Read the lines of which a PDF says what is read aloud (/ActualText), with the glyphs that are painted for them.

qpdf reads both: PDFium gives characters only, put in order by a guess where they run from the right.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, field
from typing import Any

import pikepdf

_MAPPINGS = re.compile(rb"<([0-9a-fA-F]{4})>\s*<((?:[0-9a-fA-F]{4})+)>")  # of a ToUnicode map, character by character


@dataclass(frozen=True, slots=True)
class PaintedGlyph:
    """A glyph as it is painted: its font, its number in the font, and its text by the ToUnicode map."""

    font: str
    code: int
    text: str


@dataclass(frozen=True, slots=True)
class SpokenLine:
    """A piece of a line: the sheet on which it stands (from 0), what is read aloud, and its glyphs as painted."""

    sheet: int
    text: str
    glyphs: tuple[PaintedGlyph, ...]


def read_spoken_lines(data: bytes, sheets: Set[int]) -> Iterator[SpokenLine]:
    """Yield the spoken lines of these sheets. Raises an error of pikepdf, or of its values, on damaged objects."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        fonts = _Fonts()
        parents = pikepdf.NumberTree(pdf.Root.StructTreeRoot.ParentTree)
        for index, page in enumerate(pdf.pages):
            if index not in sheets or "/StructParents" not in page.obj:
                continue
            elements: Any = parents[int(page.obj.StructParents)]
            texts = {
                number: str(element.ActualText)
                for number, element in enumerate(elements)
                if isinstance(element, pikepdf.Dictionary) and "/ActualText" in element
            }
            if texts:
                painted = _read_glyphs(page, fonts)
                for number, text in texts.items():
                    yield SpokenLine(index, text, tuple(painted.get(number, ())))


@dataclass(slots=True)
class _Fonts:
    """The ToUnicode maps of fonts by their numbers in the file."""

    _maps: dict[tuple[int, int], Mapping[int, str]] = field(default_factory=dict)

    def read_map(self, font: Any) -> Mapping[int, str]:
        """Return the text of each glyph of a font."""
        key = font.objgen
        if key not in self._maps:
            rows = _MAPPINGS.findall(font.ToUnicode.read_bytes())
            self._maps[key] = {
                int(code, 16): bytes.fromhex(text.decode()).decode("utf-16-be", "replace") for code, text in rows
            }
        return self._maps[key]


def _read_glyphs(page: Any, fonts: _Fonts) -> dict[int, list[PaintedGlyph]]:
    """Return the glyphs of each marked content of a page, in the order in which they are painted."""
    glyphs: dict[int, list[PaintedGlyph]] = {}
    marks: list[int | None] = []
    name, texts = "", dict[int, str]()
    for instruction in pikepdf.parse_content_stream(page, "BDC BMC EMC Tf Tj TJ"):
        operands: Any = instruction.operands
        match str(instruction.operator):
            case "BDC" | "BMC":
                marks.append(_read_mark(operands))
            case "EMC" if marks:
                marks.pop()
            case "Tf":
                font: Any = page.obj.Resources.Font[str(operands[0])]
                name, texts = str(font.BaseFont), dict(fonts.read_map(font))
            case "Tj" | "TJ" if marks and marks[-1] is not None:
                codes = _list_codes(operands[0])
                glyphs.setdefault(marks[-1], []).extend(
                    PaintedGlyph(name, code, texts.get(code, "\N{REPLACEMENT CHARACTER}")) for code in codes
                )
    return glyphs


def _read_mark(operands: Any) -> int | None:
    """Return the marked content id that an operator gives, None if it gives none."""
    properties: Any = operands[1] if len(operands) > 1 else {}
    return int(properties["/MCID"]) if isinstance(properties, pikepdf.Dictionary) and "/MCID" in properties else None


def _list_codes(shown: Any) -> Iterator[int]:
    """Yield the two-byte codes of the string or strings that an operator shows."""
    for string in shown if isinstance(shown, pikepdf.Array) else [shown]:
        if isinstance(string, pikepdf.String):
            data = bytes(string)
            yield from (int.from_bytes(data[index : index + 2], "big") for index in range(0, len(data), 2))
