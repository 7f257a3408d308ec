"""Break lines of Latin text by the widths of their words, each of which is shaped once (`word_widths`).

A text is measured once, as far as its lines have been asked for: where a line ends is looked up in a list of places.
"""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate
from math import inf
from typing import TYPE_CHECKING, NamedTuple

from onrecord.editions.pdf.typeset.word_division import divide_word
from onrecord.editions.pdf.typeset.word_shapes import LATIN_LETTER, is_latin
from onrecord.editions.pdf.typeset.word_widths import (
    LETTERS_A_SIZE,
    NO_GAP,
    SLACK,
    Gap,
    Word,
    WordWidths,
    find_widths,
)

if TYPE_CHECKING:
    from weasyprint.formatting_structure.boxes import _Style
    from weasyprint.layout import LayoutContext
    from weasyprint.layout.inline import _FirstLine
    from weasyprint.text.line_break import Layout

_CLOSE = 256  # a quarter of a pixel: so near to the measure, only Pango knows whether a line fits
_SHORT = 64  # letters of a text that is remembered as a whole


class WordLine(NamedTuple):
    """A line of a text: what is printed, how many bytes of the text that is, where the next line begins, its width."""

    text: str
    length: int
    resume: int | None  # None at the end of the text
    width: int  # in Pango's units


class _LineStart(NamedTuple):
    """How a line begins: the index of its first word, what of it stands there, and the place widths count from."""

    number: int
    letters: str
    word: Word
    origin: int
    gap: Gap  # after it


class MeasuredText:
    """A text in one style, and the places of its words as far as they are known."""

    def __init__(self, text: str, style: _Style, font: WordWidths, *, is_whole: bool = True) -> None:
        self._style, self._font, self._is_whole = style, font, is_whole
        self._data = text.encode()
        self._letters = text.split(" ")
        self._starts = list(accumulate((len(word.encode()) + 1 for word in self._letters), initial=0))  # bytes
        self._words: list[Word] = []
        self._gaps: list[Gap] = []  # before each word
        self._ends: list[int] = []  # of each word, in Pango's units
        self._is_measurable = is_latin(text)
        if not is_whole:
            self._letters.pop()  # it may be cut

    def take_line(
        self, start: int, context: LayoutContext, max_width: float | None, *, can_hang: bool = False
    ) -> WordLine | None:
        """Return the line that begins at this byte, None if the widths of its words do not say where it ends.

        With `can_hang`, the last space of the text may hang over the end of the line.
        """
        from weasyprint.text.ffi import TO_UNITS

        limit = inf if max_width is None else int(max_width * TO_UNITS)
        beginning = self._begin(start)
        if beginning is None:
            return None
        count = self._count_words(beginning, limit)
        last = len(self._letters) - 1
        if count is None or count == beginning.number:
            return None
        if count > last or (can_hang and count == last and not self._letters[last]):
            line = self._take_all(start, beginning)
        else:
            end = self._end_line(start, beginning, count, limit)
            line = self._divide(end, limit, max_width, context) if end and max_width is not None else None
        return line if line and self._is_certain(line) else None

    def _is_certain(self, line: WordLine) -> bool:
        """Return whether the width of a line is certain: without a Latin letter, Pango may shape signs otherwise."""
        return bool(LATIN_LETTER.search(line.text)) or self._font.find_text(line.text) == line.width

    def _measure_words(self, count: int) -> bool:
        """Measure so many words of the text at least; return whether that is possible."""
        while len(self._words) < count and self._is_measurable:
            index = len(self._words)
            letters = self._letters[index]
            word = self._font.find_word(letters)
            gap: Gap | None = NO_GAP
            if word and index:
                gap = self._font.find_gap(self._words[-1], word, (self._letters[index - 1], letters))
            if word is None or gap is None:
                self._is_measurable = False
                break
            self._words.append(word)
            self._gaps.append(gap)
            self._ends.append((self._ends[-1] if index else 0) + gap.width + word.width)
        return len(self._words) >= count

    def _begin(self, start: int) -> _LineStart | None:
        """Return how the line that begins at this byte begins, None if that is not known."""
        index = bisect_right(self._starts, start, hi=len(self._letters)) - 1
        if index < 0 or not self._measure_words(index + 1):
            return None
        has_more = index + 1 < len(self._letters) and self._measure_words(index + 2)
        if start == self._starts[index]:
            word = self._words[index]
            gap = self._gaps[index + 1] if has_more else NO_GAP
            return _LineStart(index, self._letters[index], word, self._ends[index] - word.width, gap)
        letters = self._data[start : self._starts[index + 1] - 1].decode()
        part = self._font.find_word(letters) if letters else None
        if part is None:
            return None
        if not has_more:
            return _LineStart(index, letters, part, 0, NO_GAP) if index + 1 == len(self._letters) else None
        following = self._words[index + 1]
        space = self._font.find_gap(part, following, (letters, self._letters[index + 1]))
        if space is None:
            return None
        origin = self._ends[index + 1] - following.width - space.width - part.width
        return _LineStart(index, letters, part, origin, space)

    def _find_width(self, beginning: _LineStart, index: int) -> int:
        """Return the width of a line that ends with the word at an index."""
        return beginning.word.width if index == beginning.number else self._ends[index] - beginning.origin

    def _count_words(self, beginning: _LineStart, limit: float) -> int | None:
        """Return the index of the first word that does not fit in a line for certain; None if it is not known."""
        room, index = limit - _CLOSE, beginning.number
        if beginning.word.width > room:
            return index
        reach = beginning.origin + room
        while len(self._words) == index + 1 or self._ends[-1] <= reach:
            if len(self._words) == len(self._letters):
                break
            if not self._measure_words(len(self._words) + 1):
                return None
        return bisect_right(self._ends, reach, index + 1)

    def _take_all(self, start: int, beginning: _LineStart) -> WordLine | None:
        """Return a line with all of the text from this byte on."""
        data = self._data[start:]
        width = self._find_width(beginning, len(self._letters) - 1)
        return WordLine(data.decode(), len(data), None, width) if self._is_whole else None

    def _end_line(self, start: int, beginning: _LineStart, index: int, limit: float) -> _End | None:
        """Return the end of a line before the word at an index; None if it is not certain that the word is too long."""
        gap, letters, word = self._gaps[index], self._letters[index - 1], self._words[index - 1]
        if index == beginning.number + 1:
            gap, letters, word = beginning.gap, beginning.letters, beginning.word
        is_too_long = self._find_width(beginning, index) > limit + _CLOSE
        width = self._find_width(beginning, index - 1)
        part = self._find_divisible_part(index, limit - width - gap.width)
        if not is_too_long or not gap.can_break or not letters or part is None:
            return None
        line = self._data[start : self._starts[index] - 1].decode()
        return _End(line, letters, word, width, gap, part)

    def _divide(self, end: _End, limit: float, max_width: float, context: LayoutContext) -> WordLine | None:
        """Return the line with a part of the next word and a hyphen, or as it is; None if that is not certain."""
        from weasyprint.text.ffi import FROM_UNITS

        hyphen = self._style["hyphenate_character"]
        if " " in hyphen:
            return None
        drawn_px = (end.width + end.gap.shift) * FROM_UNITS
        for syllables in divide_word(end.part, self._style, context, max_width, drawn_px):
            letters = syllables + hyphen
            word = self._font.find_word(letters)
            gap = word and self._font.find_gap(end.word, word, (end.letters, letters))
            if word is None or gap is None:
                return None
            total = end.width + gap.width + word.width
            if total <= limit + _CLOSE:
                length = len(f"{end.line} {syllables}".encode())
                is_certain = total <= limit - _CLOSE
                return WordLine(f"{end.line} {letters}", length, length, total) if is_certain else None
        length = len(end.line.encode())
        return WordLine(end.line, length, length + 1, end.width)

    def _find_divisible_part(self, index: int, room: float) -> str | None:
        """Return what of a word stands before the next place where a line may break; None if that is not certain."""
        word, letters = self._words[index], self._letters[index]
        if word.break_place:
            return (letters[: word.break_place - 1] or None) if word.break_width > room + SLACK else None
        following = self._letters[index + 1] if index + 1 < len(self._letters) else ""
        if not following:
            return letters if self._is_whole else None
        return letters if self._measure_words(index + 2) and self._gaps[index + 1].can_break else None


class _End(NamedTuple):
    """The end of a line: its text, its last word, its width, the space after it, and what may be divided there."""

    line: str
    letters: str
    word: Word
    width: int
    gap: Gap
    part: str


def break_line(
    text: str, style: _Style, context: LayoutContext, max_width: float | None, spacing: float
) -> _FirstLine | None:
    """Return the first line of the text, None if the widths of its words do not say where it ends."""
    font = find_widths(style)
    if font is None:
        return None
    line = take_known_text(text, font, max_width)
    if line is None:
        short = text if max_width is None else text[: int(max_width / style["font_size"] * LETTERS_A_SIZE)]
        if not is_latin(short):
            return None
        measured = MeasuredText(short, style, font, is_whole=len(short) == len(text))
        line = measured.take_line(0, context, max_width)
    if line is None:
        return None
    if line.resume is None and len(text) <= _SHORT:
        font.note_text(text, line.width)
    return make_first_line(line, font, max_width, spacing)


def take_known_text(text: str, font: WordWidths, max_width: float | None) -> WordLine | None:
    """Return a text that was met before, or of a few signs, as a line, None if it does not fit for certain."""
    from weasyprint.text.ffi import TO_UNITS

    width = font.find_text(text)
    if width is None or (max_width is not None and width > int(max_width * TO_UNITS) - _CLOSE):
        return None
    return WordLine(text, len(text.encode()), None, width)


def make_first_line(line: WordLine, font: WordWidths, max_width: float | None, spacing: float) -> _FirstLine:
    """Return a line as WeasyPrint has it: its layout, lengths and size."""
    from weasyprint.text.ffi import FROM_UNITS

    layout = make_layout(line.text, max_width, spacing)
    return layout, line.length, line.resume, line.width * FROM_UNITS, font.height, font.baseline


def make_layout(text: str, max_width: float | None, spacing: float) -> Layout:
    """Return a layout of a text that is laid out when it is drawn."""
    from weasyprint.text.line_break import Layout

    layout = Layout.__new__(Layout)
    layout.text, layout.justification_spacing, layout.max_width = text, spacing, max_width
    layout.first_line_direction = 0
    return layout
