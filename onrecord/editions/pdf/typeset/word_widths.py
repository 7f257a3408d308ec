"""Measure text by its words, each of which is shaped once for a font: the widths of lines are their sums.

A word is as wide in one line as in another, but for its last letter and the space after it, which a font may kern: so
a space has a width between the letters at both sides. Widths are whole numbers of Pango's units, so that a sum is the
width to the last bit. A word that another font draws, or that looks otherwise beside a space, has no width.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from onrecord.editions.pdf.typeset.word_shapes import (
    LATIN,
    LATIN_LETTER,
    LETTER,
    Shape,
    Shaper,
    iterate_runs,
    read_glyphs,
)

if TYPE_CHECKING:
    from weasyprint.formatting_structure.boxes import _Style

LETTERS_A_SIZE = 4  # WeasyPrint's: a line has no more than so many letters for each width of its font size
SLACK = 1024  # a pixel in Pango's units: more than kerning at a break changes the width of a line
_MANY = 8_192  # words and spaces that are remembered of a font
_FEW = 8  # signs between two elements
# A line may break inside of no such word (Unicode Standard Annex 14, LB13 to LB30). Possessive
# quantifiers (`++`, `*+`): with backtracking, each letter of a long word before a dash would double the time.
_UNBROKEN = re.compile(
    "[(\\[\u201c\u2018\"']*(?:[^\\W_]++(?:['\u2019](?=\\w))?)*+[.,;:!?)\\]\u201d\u2019\"']*[-\u2010]?"
)


class Word(NamedTuple):
    """A word without spaces: its width, its first and last letter as drawn, and where a line may divide it first.

    Letters are numbers, the same for the same letter with the same glyph.
    """

    width: int
    start: int
    end: int
    shape: Shape
    break_place: int = 0  # the number of letters before it; 0 if there is none
    break_width: int = 0


class Gap(NamedTuple):
    """A space between two words: its width, and whether a line may end there.

    The word before it is wider by the shift than at the end of a text; the width of the gap includes that.
    """

    width: int
    shift: int
    can_break: bool


_NOTHING = 0  # the number of no letter
NO_WORD, NO_GAP = Word(0, _NOTHING, _NOTHING, Shape(b"", ())), Gap(0, 0, False)


class WordWidths:
    """The widths of words in one font, language and choice of features."""

    def __init__(self, style: _Style) -> None:
        from weasyprint.text.ffi import FROM_UNITS, pango
        from weasyprint.text.line_break import line_size

        self.shaper = Shaper(style)
        self._texts: dict[str, int | None] = {}
        self._words: dict[str, Word | None] = {"": NO_WORD}
        self._gaps: dict[tuple[int, int], Gap | None] = {}
        self._letters: dict[tuple[str, int], int] = {}
        self._shifts = {_NOTHING: 0}  # of a letter before a space
        _, self.height = line_size(self.shaper.layout.get_first_line()[0], style)
        self.baseline = pango.pango_layout_get_baseline(self.shaper.layout.layout) * FROM_UNITS

    def find_text(self, text: str) -> int | None:
        """Return the width of a text that was met before, or of a few signs; None if it is not known."""
        if text not in self._texts and len(text) <= _FEW and not LATIN_LETTER.search(text):
            self.note_text(text, self._measure_signs(text))
        return self._texts.get(text)

    def note_text(self, text: str, width: int | None) -> None:
        """Remember the width of a text, None if it depends on more than its font."""
        if len(self._texts) > _MANY:
            self._texts.clear()
        self._texts[text] = width

    def find_word(self, letters: str) -> Word | None:
        """Return a word of a Latin text, None if its width depends on more than its font."""
        try:
            return self._words[letters]
        except KeyError:
            if len(self._words) > _MANY:
                self._words = {"": NO_WORD}
            word = self._words[letters] = self._measure_word(letters)
            return word

    def find_gap(self, before: Word, after: Word, words: tuple[str, str]) -> Gap | None:
        """Return the space between two words with these letters, of which one may be "" (no word); None as above."""
        key = before.end, after.start
        try:
            return self._gaps[key]
        except KeyError:
            gap = self._gaps[key] = self._measure_gap(before, after, *words)
            return gap

    def _measure_signs(self, text: str) -> int | None:
        """Return the width of a text without Latin letters, which Pango may shape in another way, by a layout."""
        if not LATIN.fullmatch(text):
            return None
        layout, line = self.shaper.lay_out(text)
        runs = [run.data for run in iterate_runs(line)]
        if any(run.item.analysis.font != self.shaper.font or run.item.analysis.level % 2 for run in runs):
            return None
        widths = [glyph[1] for run in runs for glyph in read_glyphs(run.glyphs)]
        del layout  # the runs are part of it
        return sum(widths)

    def _measure_word(self, letters: str) -> Word | None:
        """Return width, shape and first break of a word; None if its last letter is drawn by several glyphs."""
        shape = self.shaper.shape(letters)
        if shape is None or not shape.clusters or shape.clusters[-1] in shape.clusters[-2:-1]:
            return None
        glyphs = shape.glyphs
        width = sum([glyph[1] for glyph in glyphs])
        start = self._number_letter(letters[0], glyphs[0][0])
        end = self._number_letter(letters[-1], glyphs[-1][0])
        place = 0 if _UNBROKEN.fullmatch(letters) else self._find_break(f"{LETTER} {letters}", 3, len(letters) + 2)
        if not place:
            return Word(width, start, end, shape)
        data = letters.encode()
        break_x = shape.list_places(len(data)).get(len(letters[: place - 2].encode()))
        return None if break_x is None else Word(width, start, end, shape, place - 2, break_x)

    def _number_letter(self, letter: str, glyph: int) -> int:
        """Return the number of a letter that is drawn with this glyph."""
        return self._letters.setdefault((letter, glyph), len(self._letters) + 1)

    def _find_break(self, text: str, start: int, end: int) -> int:
        """Return before which letter of these a line may break first, 0 if before none."""
        from weasyprint.text.ffi import ffi, pango

        layout, _ = self.shaper.lay_out(text)
        attributes = pango.pango_layout_get_log_attrs_readonly(layout.layout, ffi.NULL)
        return next((place for place in range(start, end) if attributes[place].is_line_break), 0)

    def _measure_gap(self, before: Word, after: Word, first: str, second: str) -> Gap | None:
        """Return the space between two words, None if one of them is not as wide beside it as alone."""
        prefix = "" if second else f"{LETTER} "
        text = f"{prefix}{first} {second} {LETTER}" if second else f"{prefix}{first} "
        shape = self.shaper.shape(text)
        if shape is None:
            return None
        places = shape.list_places(len(text.encode()))
        start = len(prefix)
        end = start + len(first.encode())
        following = end + 1
        if end not in places or following not in places:
            return None
        shift = places[end] - places[start] - before.width
        if shift != self._shifts.setdefault(before.end, shift):
            return None
        if second and not self._is_steady(after, places[following], places.get(following + len(second.encode()))):
            return None
        place = len(prefix) + len(first) + 1
        can_break = bool(second) and (
            (first[-1:].isalpha() and second[0].isalpha()) or self._find_break(text, place, place + 1) > 0
        )
        return Gap(places[following] - places[end] + shift, shift, can_break)

    def _is_steady(self, word: Word, start: int, end: int | None) -> bool:
        """Return whether a word between two spaces is as wide as alone, but for the kerning of its last letter."""
        if end is None:
            return False
        shift = end - start - word.width
        return shift == self._shifts.setdefault(word.end, shift)


_widths: dict[int, WordWidths] = {}  # by the identity of what the texts of a style share, which is kept


def find_widths(style: _Style) -> WordWidths | None:
    """Return the widths of words in a style, None if its texts share nothing."""
    from weasyprint.text import line_break

    if not hasattr(style, "_shared_by_onrecord"):
        line_break.create_layout(LETTER, style, None, None, 0)
    shared = style._shared_by_onrecord
    if shared is None:
        return None
    widths = _widths.get(id(shared))
    if widths is None:
        widths = _widths[id(shared)] = WordWidths(style)
    return widths
