"""Measure text by its words, each of which Pango lays out once for a font: the widths of lines are their sums.

A word is as wide in one line as in another, but for its last letter and the space behind it, which a font may kern: so
a space has a width between the letters at both sides. Widths are whole numbers of Pango's units, so that a sum is the
width to the last bit. A word that another font draws, or that may look otherwise where a line begins, has no width.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from weasyprint.formatting_structure.boxes import _Style
    from weasyprint.text.line_break import Layout, _GlyphString, _Line, _Run

Glyph = tuple[int, int, int, int]  # its number and width, and how far it is moved to the right and up
GLYPH = struct.Struct("=Iiii4x")  # PangoGlyphInfo: glyph, width, offsets in x and y; bits of which not all are set
# Latin letters, digits and punctuation, as far as single spaces stand between words: Pango lays them out in one piece.
_LATIN = re.compile(
    "(?:[!-~\u00a1-\u00a8\u00aa-\u00ac\u00af-\u024f\u1e00-\u1eff\u2010-\u2027\u2030-\u203b\u203d-\u2048\u204a-\u205e"
    "\u20a0-\u20bf]++| (?! ))*+"
)
_LATIN_LETTER = re.compile("[A-Za-z]")
LETTERS_A_SIZE = 4  # WeasyPrint's: a line has no more than so many letters for each width of its font size
SLACK = 1024  # a pixel in Pango's units: more than kerning at a break changes the width of a line
_MANY = 8_192  # words and spaces that are remembered of a font
_FEW = 8  # signs between two elements
_MOST_LETTERS = 3_000  # of a text whose words are measured at once
_LETTER = "n"  # makes signs beside it Latin, and kerns with few


@dataclass(frozen=True, slots=True)
class Word:
    """A word without spaces: its width, its first and last letter as drawn, and where a line may divide it first.

    Letters are numbers, the same for the same letter with the same glyph.
    """

    width: int
    start: int
    end: int
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


_NOTHING = 0  # the number of no letter
NO_WORD, NO_GAP = Word(0, _NOTHING, _NOTHING), Gap(0, 0, False)
_SEVERAL = -1  # stands for the glyphs of a cluster that has more than one


@dataclass(frozen=True)
class _ShapedText:
    """A text in one line: where its clusters begin, by their first bytes, and the glyph of each."""

    text: str
    layout: Layout
    places: dict[int, int] = field(default_factory=dict)
    glyphs: dict[int, int] = field(default_factory=dict)

    def add_run(self, offset: int, string: _GlyphString, x: int) -> int:
        """Add the glyphs of a run that begins at this byte and place; return where it ends."""
        from weasyprint.text.ffi import ffi

        count = string.num_glyphs
        glyphs = [*GLYPH.iter_unpack(ffi.buffer(string.glyphs, GLYPH.size * count))]
        numbers: list[int] = [glyph[0] for glyph in glyphs]
        widths: list[int] = [glyph[1] for glyph in glyphs]
        clusters = [offset + cluster for cluster in ffi.unpack(string.log_clusters, count)]
        places = list(accumulate(widths, initial=x))
        self.places.update(zip(reversed(clusters), reversed(places[:-1]), strict=True))  # the first of a cluster wins
        self.glyphs.update(zip(clusters, numbers, strict=True))
        if len(set(clusters)) < count:
            self.glyphs.update((first, _SEVERAL) for first, second in pairwise(clusters) if first == second)
        return places[-1]

    def find_break(self, start: int, end: int) -> int:
        """Return before which letter of these a line may break first, 0 if before none."""
        from weasyprint.text.ffi import ffi, pango

        attributes = pango.pango_layout_get_log_attrs_readonly(self.layout.layout, ffi.NULL)
        return next((place for place in range(start, end) if attributes[place].is_line_break), 0)


def is_latin(text: str) -> bool:
    """Return whether a text has Latin letters, and of other letters none, and no spaces in a row."""
    return _LATIN.fullmatch(text) is not None and _LATIN_LETTER.search(text) is not None


class WordWidths:
    """The widths of words in one font, language and choice of features."""

    def __init__(self, style: _Style) -> None:
        from weasyprint.text.ffi import FROM_UNITS, ffi, pango
        from weasyprint.text.line_break import line_size

        self._style = style
        self._texts: dict[str, int | None] = {}
        self._words: dict[str, Word | None] = {"": NO_WORD}
        self._gaps: dict[tuple[int, int], Gap | None] = {}
        self._letters: dict[tuple[str, int], int] = {}
        self._shifts = {_NOTHING: 0}  # of a letter before a space
        self._advances: dict[int, int] = {}  # of glyphs
        self._steady: dict[int, bool] = {}  # whether a line may begin with this letter
        self._rectangle = ffi.new("PangoRectangle *")
        self._layout, line = self._lay_out(_LETTER)  # kept, and its font with it
        self._font = line.runs[0].data.item.analysis.font
        _, self.height = line_size(line, style)
        self.baseline = pango.pango_layout_get_baseline(self._layout.layout) * FROM_UNITS

    def find_text(self, text: str) -> int | None:
        """Return the width of a text that was met before, or of a few signs; None if it is not known."""
        if text not in self._texts and len(text) <= _FEW and not _LATIN_LETTER.search(text):
            shaped = self._shape(text) if _LATIN.fullmatch(text) else None
            self.note_text(text, None if shaped is None else shaped.places[len(text.encode())])
        return self._texts.get(text)

    def note_text(self, text: str, width: int | None) -> None:
        """Remember the width of a text, None if it depends on more than its font."""
        if len(self._texts) > _MANY:
            self._texts.clear()
        self._texts[text] = width

    def find_word(self, letters: str, text: str) -> Word | None:
        """Return a word of the Latin beginning of this text, None if its width depends on more than its font."""
        try:
            return self._words[letters]
        except KeyError:
            beginning = _LATIN.match(text, 0, _MOST_LETTERS)
            assert beginning is not None  # it may be empty
            self._learn(beginning.group().split(" "))
            if letters not in self._words:
                self._learn_alone(letters)
            return self._words[letters]

    def find_gap(self, before: Word, after: Word, words: tuple[str, str]) -> Gap | None:
        """Return the space between two words with these letters, of which one may be "" (no word); None as above."""
        key = before.end, after.start
        try:
            return self._gaps[key]
        except KeyError:
            gap = self._gaps[key] = self._measure_gap(before.end, *words)
            return gap

    def can_begin_line(self, word: Word, letters: str) -> bool:
        """Return whether this word is as wide at the start of a line as behind a space, as others with its letter."""
        if word.start not in self._steady:
            shaped = self._shape(f"{letters} {_LETTER}")
            size = len(letters.encode())
            width = shaped.places.get(size, 0) - self._shifts.get(word.end, 0) if shaped else -1
            self._steady[word.start] = width == word.width
        return self._steady[word.start]

    def _learn(self, words: Sequence[str]) -> None:
        """Measure the words of a text that are not known, all in one layout."""
        if len(self._words) > _MANY:
            self._words = {"": NO_WORD}
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

    def _measure_word(self, shaped: _ShapedText, letters: str, start: int, place: int) -> Word | None:
        """Return the word of a text that begins at this byte and this letter."""
        places, end = shaped.places, start + len(letters.encode())
        last = next((byte for byte in range(end - 1, start - 1, -1) if byte in places), -1)
        if last < 0 or start not in places or end not in places or shaped.glyphs[last] == _SEVERAL:
            return None
        shift = places[end] - places[last] - self._find_advance(shaped.glyphs[last])
        first_letter = self._number_letter(letters[0], shaped.glyphs[start])
        last_letter = self._number_letter(letters[-1], shaped.glyphs[last])
        is_last = place + len(letters) == len(shaped.text)
        if shift != (0 if is_last else self._shifts.setdefault(last_letter, shift)):
            return None
        x = places[start]
        break_place = 0 if letters.isalpha() else shaped.find_break(place + 1, place + len(letters))
        if not break_place:
            return Word(places[end] - shift - x, first_letter, last_letter)
        break_x = places.get(len(shaped.text[:break_place].encode()))
        if break_x is None:
            return None
        return Word(places[end] - shift - x, first_letter, last_letter, break_place - place, break_x - x)

    def _number_letter(self, letter: str, glyph: int) -> int:
        """Return the number of a letter that is drawn with this glyph."""
        return self._letters.setdefault((letter, glyph), len(self._letters) + 1)

    def _find_advance(self, glyph: int) -> int:
        """Return the width of a glyph that is not kerned."""
        from weasyprint.text.ffi import ffi, pango

        if glyph not in self._advances:
            pango.pango_font_get_glyph_extents(self._font, glyph, ffi.NULL, self._rectangle)
            self._advances[glyph] = self._rectangle.width
        return self._advances[glyph]

    def _measure_gap(self, end: int, before: str, after: str) -> Gap | None:
        """Return the space between two words, None if its width depends on more than its font."""
        text = f"{before} {after} {_LETTER}" if after else f"{_LETTER} {before} "
        place = len(before) + (1 if after else 3)
        shaped = self._shape(text)
        return None if shaped is None else self._read_gap(shaped, end, len(text[:place].encode()), place)

    def _read_gap(self, shaped: _ShapedText, end: int, start: int, place: int) -> Gap | None:
        """Return the space behind a word with this end, before this byte and this letter of a text."""
        if start - 1 not in shaped.places or start not in shaped.places:
            return None
        can_break = place < len(shaped.text) and shaped.find_break(place, place + 1) > 0
        width = shaped.places[start] - shaped.places[start - 1]
        shift = self._shifts.get(end)
        if shift is None:
            return None
        return Gap(width + shift, shift, can_break)

    def _lay_out(self, text: str) -> tuple[Layout, _Line]:
        """Return a layout of the text, and its line, which is there as long as the layout is."""
        from weasyprint.text.line_break import create_layout

        layout = create_layout(text, self._style, None, None, 0)
        return layout, layout.get_first_line()[0]

    def _shape(self, text: str) -> _ShapedText | None:
        """Return the text in one line, None if a glyph is of another font."""
        layout, line = self._lay_out(text)
        shaped, x = _ShapedText(text, layout), 0
        for run in iterate_runs(line):
            part = run.data.item
            if part.analysis.font != self._font or part.analysis.level % 2:
                return None
            x = shaped.add_run(part.offset, run.data.glyphs, x)
        shaped.places[len(text.encode())] = x
        return shaped


def iterate_runs(line: _Line) -> Iterator[_Run]:
    """Yield the runs of a line."""
    from weasyprint.text.ffi import ffi

    run = line.runs[0]
    while run != ffi.NULL:
        yield run
        run = run.next
