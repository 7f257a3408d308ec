"""Glyphs and words that were laid out once, to stamp folios, addresses and other short texts with them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from onrecord.editions.pdf.pages.pdf_syntax import format_pdf_number

_SPACE = 250  # the width of a space in stamped text, in 1/1000 em


@dataclass(frozen=True, slots=True)
class StampPiece:
    """Words that were laid out to be stamped: the operators that show them inside of a text object, and their width."""

    operators: str
    width_pt: float


@dataclass(frozen=True, slots=True)
class Specimen:
    """The glyphs of some characters, to stamp short texts (folios, addresses) without laying them out.

    `pieces` are words in scripts that are not drawn letter by letter; with them, a text may run `is_from_right`.
    """

    font: str
    size_pt: float
    colour: tuple[float, float, float]
    glyphs: Mapping[str, tuple[int, float]] = field(hash=False)  # character -> glyph id, width in 1/1000 em
    pieces: Mapping[str, StampPiece] = field(hash=False, default_factory=dict)
    is_from_right: bool = False

    def measure_width_pt(self, text: str) -> float:
        """Return the width of a text in points, in the font of this specimen."""
        return sum(map(self._measure_part, self._divide(text)))

    def _divide(self, text: str) -> list[str]:
        """Return the pieces in a text and what stands between them, from the left."""
        if not self.pieces:
            return [text]
        longest_first = sorted(self.pieces, key=len, reverse=True)
        parts = re.split(f"({'|'.join(map(re.escape, longest_first))})", text)
        return parts[::-1] if self.is_from_right else parts

    def _measure_part(self, part: str) -> float:
        """Return the width of a piece, or of a text without pieces, in points."""
        if part in self.pieces:
            return self.pieces[part].width_pt
        return sum(self._get_advance(char) for char in part) * self.size_pt / 1000

    def _get_advance(self, char: str) -> float:
        """Return the width of a character in 1/1000 em."""
        return _SPACE if char == " " else self.glyphs[char][1]

    def draw(self, text: str, x_pt: float, y_pt: float) -> bytes:
        """Return the operators that print the text from this point of its baseline; a space prints nothing."""
        colour = " ".join(map(format_pdf_number, self.colour))
        setting = f"/{self.font} {format_pdf_number(self.size_pt)} Tf"
        operators = [f"BT {colour} rg {setting}"]
        for part in self._divide(text):
            if piece := self.pieces.get(part):
                place = f"1 0 0 1 {format_pdf_number(x_pt)} {format_pdf_number(y_pt)} Tm"
                operators.append(f"{place} {piece.operators} {setting}")
            else:
                operators += self._show_words(part, x_pt, y_pt)
            x_pt += self._measure_part(part)
        return " ".join([*operators, "ET"]).encode()

    def _show_words(self, text: str, x_pt: float, y_pt: float) -> Iterator[str]:
        """Yield the operators that show a text without pieces, word by word."""
        words = text.split(" ")
        for word in reversed(words) if self.is_from_right else words:
            glyphs = "".join(f"{self.glyphs[char][0]:04x}" for char in word)
            if glyphs or not self.pieces:
                yield f"1 0 0 1 {format_pdf_number(x_pt)} {format_pdf_number(y_pt)} Tm <{glyphs}> Tj"
            x_pt += self._measure_part(f"{word} ")
