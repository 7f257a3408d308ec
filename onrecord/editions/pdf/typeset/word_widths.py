"""Measure text by its words, each of which Pango lays out once for a font: the widths of lines are their sums.

A word is as wide in one line as in another, but for its last letter and the space behind it, which a font may kern: so
a space has a width between the letters at both sides. Widths are whole numbers of Pango's units, so that a sum is the
width to the last bit. A word that another font draws, or that may look otherwise where a line begins, has no width.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from weasyprint.formatting_structure.boxes import _Style
    from weasyprint.text.line_break import Layout, _GlyphString, _Line, _Run

GLYPH = struct.Struct("=Iiii4x")  # PangoGlyphInfo: glyph, width, offsets in x and y; bits of which not all are set
_MANY = 8_192  # words and spaces that are remembered of a font
_LETTER = "n"  # makes signs beside it Latin, and kerns with few


@dataclass(frozen=True, slots=True)
class Word:
    """A word without spaces: its width, its first and last letters as they kern, and where a line may divide it first.

    Where its first or last letter is drawn in another way than alone, the whole word stands for it.
    """

    width: int
    start: str
    end: str
    break_place: int = 0  # the number of letters before it; 0 if there is none
    break_width: int = 0


@dataclass(frozen=True, slots=True)
class Gap:
    """A space between two words: its width, and whether a line may end there.

    The word before it is wider by the shift than at the end of a text; the width of the gap includes that.
    """

    width: int
    shift: int
    can_break: bool


NO_WORD, NO_GAP = Word(0, "", ""), Gap(0, 0, False)


@dataclass(frozen=True)
class _ShapedText:
    """A text in one line: where its clusters begin, by their first bytes, and their glyphs."""

    text: str
    layout: Layout
    places: dict[int, int] = field(default_factory=dict)
    glyphs: dict[int, list[int]] = field(default_factory=dict)

    def find_break(self, start: int, end: int) -> int:
        """Return before which letter of these a line may break first, 0 if before none."""
        from weasyprint.text.ffi import ffi, pango

        attributes = pango.pango_layout_get_log_attrs_readonly(self.layout.layout, ffi.NULL)
        return next((place for place in range(start, end) if attributes[place].is_line_break), 0)


class WordWidths:
    """The widths of words in one font, language and choice of features."""

    def __init__(self, style: _Style) -> None:
        from weasyprint.text.ffi import FROM_UNITS, pango
        from weasyprint.text.line_break import line_size

        self._style = style
        self._words: dict[str, Word | None] = {}
        self._gaps: dict[tuple[str, str], Gap | None] = {}
        self._shifts: dict[str, int | None] = {}
        self._letters: dict[str, list[int]] = {}
        self._steady: dict[str, bool] = {}  # whether a line may begin with these letters
        self._layout, line = self._lay_out(_LETTER)  # kept, and its font with it
        self._font = line.runs[0].data.item.analysis.font
        _, self.height = line_size(line, style)
        self.baseline = pango.pango_layout_get_baseline(self._layout.layout) * FROM_UNITS

    def find_word(self, letters: str, words: Sequence[str]) -> Word | None:
        """Return a word of a text with these words, None if its width depends on more than its font."""
        try:
            return self._words[letters]
        except KeyError:
            self._learn(words)
            return self._words[letters]

    def find_gap(self, end: str, start: str) -> Gap | None:
        """Return the space between words with this end and start, of which one may be "" (no word)."""
        key = end, start
        try:
            return self._gaps[key]
        except KeyError:
            gap = self._gaps[key] = self._measure_gap(end, start)
            return gap

    def can_begin_line(self, start: str) -> bool:
        """Return whether a word with this start is as wide at the start of a line as behind a space."""
        if start not in self._steady:
            first, inside = self._shape(start + _LETTER), self._shape(f"{_LETTER} {start}{_LETTER}")
            size = len(start.encode())
            self._steady[start] = (
                first is not None
                and inside is not None
                and first.places.get(size, -1) == inside.places.get(size + 2, -1) - inside.places.get(2, 0)
            )
        return self._steady[start]

    def _learn(self, words: Sequence[str]) -> None:
        """Measure the words of a text that are not known, all in one layout."""
        if len(self._words) > _MANY:
            self._words.clear()
        if len(self._gaps) > _MANY:
            self._gaps.clear()
        shaped = self._shape(" ".join(words))
        if shaped is None:
            for letters in words:
                if letters not in self._words:
                    self._learn_alone(letters)
            return
        start = place = 0
        before: Word | None = None
        for letters in words:
            if letters not in self._words:
                self._words[letters] = self._measure_word(shaped, letters, start, place)
            word = self._words[letters]
            if place and before and word and (before.end, word.start) not in self._gaps:
                self._gaps[before.end, word.start] = self._read_gap(shaped, before.end, start, place)
            before = word
            start += len(letters.encode()) + 1
            place += len(letters) + 1

    def _learn_alone(self, letters: str) -> None:
        """Measure a word of a text of which another font draws a part."""
        shaped = self._shape(f"{_LETTER} {letters}")
        self._words[letters] = None if shaped is None else self._measure_word(shaped, letters, 2, 2)

    def _read_gap(self, shaped: _ShapedText, end: str, start: int, place: int) -> Gap | None:
        """Return the space behind a word with this end, before this byte and this letter of a text."""
        shift = self._find_shift(end) if end else 0
        if shift is None or start - 1 not in shaped.places or start not in shaped.places:
            return None
        can_break = place < len(shaped.text) and shaped.find_break(place, place + 1) > 0
        return Gap(shaped.places[start] - shaped.places[start - 1] + shift, shift, can_break)

    def _measure_word(self, shaped: _ShapedText, letters: str, start: int, place: int) -> Word | None:
        """Return the word of a text that begins at this byte and this letter."""
        if not letters:
            return NO_WORD
        end = start + len(letters.encode())
        if start not in shaped.places or end not in shaped.places:
            return None
        first = self._find_kerning_start(shaped, letters, start)
        last = self._find_kerning_end(shaped, letters, end)
        shift = self._find_shift(last) if place + len(letters) < len(shaped.text) else 0
        if shift is None or not self.can_begin_line(first):
            return None
        x = shaped.places[start]
        width = shaped.places[end] - shift - x
        break_place = 0 if letters.isalpha() else shaped.find_break(place + 1, place + len(letters))
        if not break_place:
            return Word(width, first, last)
        break_x = shaped.places.get(len(shaped.text[:break_place].encode()))
        return None if break_x is None else Word(width, first, last, break_place - place, break_x - x)

    def _find_kerning_start(self, shaped: _ShapedText, letters: str, start: int) -> str:
        """Return the first letter of a word, the whole word if the letter is drawn in another way than alone."""
        return letters[0] if shaped.glyphs[start] == self._find_glyphs(letters[0]) else letters

    def _find_kerning_end(self, shaped: _ShapedText, letters: str, end: int) -> str:
        """Return the last letter of a word, the whole word if the letter is drawn in another way than alone."""
        last = letters[-1]
        return last if shaped.glyphs.get(end - len(last.encode())) == self._find_glyphs(last) else letters

    def _find_glyphs(self, letter: str) -> list[int]:
        """Return the glyphs of a letter between others, no glyph if it is none by itself."""
        if letter not in self._letters:
            shaped = self._shape(f"{_LETTER}{letter}{_LETTER}")
            self._letters[letter] = shaped.glyphs.get(1, []) if shaped else []
        return self._letters[letter]

    def _find_shift(self, end: str) -> int | None:
        """Return how much wider a word with this end is before a space than at the end of a text."""
        if end not in self._shifts:
            word, size = _LETTER + end, len(end.encode()) + 1
            alone, inside = self._shape(word), self._shape(f"{word} {_LETTER}")
            if alone is None or inside is None or size not in inside.places:
                self._shifts[end] = None
            else:
                self._shifts[end] = inside.places[size] - alone.places[size]
        return self._shifts[end]

    def _measure_gap(self, end: str, start: str) -> Gap | None:
        """Return the space between these letters or words, None if its width depends on more than its font."""
        before = _LETTER + end if end else ""
        shaped = self._shape(f"{before} {start + _LETTER if start else ''}")
        return None if shaped is None else self._read_gap(shaped, end, len(before.encode()) + 1, len(before) + 1)

    def _lay_out(self, text: str) -> tuple[Layout, _Line]:
        """Return a layout of the text, and its line, which is there as long as the layout is."""
        from weasyprint.text.line_break import create_layout

        layout = create_layout(text, self._style, None, None, 0)
        return layout, layout.get_first_line()[0]

    def _shape(self, text: str) -> _ShapedText | None:
        """Return the text in one line, None if a glyph is of another font."""
        layout, line = self._lay_out(text)
        shaped, x = _ShapedText(text, layout), 0
        for run in _iterate_runs(line):
            analyzed = run.data
            if analyzed.item.analysis.font != self._font or analyzed.item.analysis.level % 2:
                return None
            for byte, number, width in _iterate_glyphs(analyzed.item.offset, analyzed.glyphs):
                if byte not in shaped.places:
                    shaped.places[byte], shaped.glyphs[byte] = x, []
                shaped.glyphs[byte].append(number)
                x += width
        shaped.places[len(text.encode())] = x
        return shaped


def _iterate_runs(line: _Line) -> Iterator[_Run]:
    """Yield the runs of a line."""
    from weasyprint.text.ffi import ffi

    run = line.runs[0]
    while run != ffi.NULL:
        yield run
        run = run.next


def _iterate_glyphs(offset: int, string: _GlyphString) -> Iterator[tuple[int, int, int]]:
    """Yield the glyphs of a run that begins at this byte: the first byte of its cluster, its number and its width."""
    from weasyprint.text.ffi import ffi

    data = ffi.buffer(string.glyphs, GLYPH.size * string.num_glyphs)
    clusters = ffi.unpack(string.log_clusters, string.num_glyphs)
    for cluster, (number, width, *_) in zip(clusters, GLYPH.iter_unpack(data), strict=True):
        yield offset + cluster, number, width
