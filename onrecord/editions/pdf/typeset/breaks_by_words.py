"""Break lines of Latin text by the widths of their words, which Pango measures once (`word_widths`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING

from onrecord.editions.pdf.typeset.word_division import divide_word
from onrecord.editions.pdf.typeset.word_shapes import is_latin
from onrecord.editions.pdf.typeset.word_widths import (
    LETTERS_A_SIZE,
    NO_GAP,
    NO_WORD,
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

_CLOSE = 256  # a quarter of a pixel: so near to the measure, only Pango knows whether a line fits
_SHORT = 64  # letters of a text that is remembered as a whole


@dataclass(frozen=True, slots=True)
class _Text:
    """A text to break: its letters, its first words, and its measure, in pixels and in Pango's units."""

    letters: str
    words: Sequence[str]
    is_whole: bool  # whether these are all its words
    style: _Style
    context: LayoutContext
    max_width: float | None
    limit: float
    spacing: float
    font: WordWidths

    def make_all(self, width: int) -> _FirstLine:
        """Return a line of all the text, with this width."""
        return self.make_line(self.letters, width, len(self.letters.encode()), None)

    def make_line(self, text: str, width: int, length: int, resume: int | None) -> _FirstLine:
        """Return a line of this text and width, which is laid out when it is drawn."""
        from weasyprint.text.ffi import FROM_UNITS
        from weasyprint.text.line_break import Layout

        layout = Layout.__new__(Layout)
        layout.text, layout.justification_spacing, layout.max_width = text, self.spacing, self.max_width
        layout.first_line_direction = 0
        return layout, length, resume, width * FROM_UNITS, self.font.height, self.font.baseline


@dataclass(frozen=True, slots=True)
class _Fill:
    """How many words of a text fit in a line, their width and the last of them, and the space and the word behind."""

    count: int
    width: int
    last: Word
    gap: Gap
    following: Word


def break_line(
    text: str, style: _Style, context: LayoutContext, max_width: float | None, spacing: float
) -> _FirstLine | None:
    """Return the first line of the text, None if the widths of its words do not say where it ends."""
    from weasyprint.text.ffi import TO_UNITS

    font = find_widths(style)
    if font is None:
        return None
    limit = inf if max_width is None else int(max_width * TO_UNITS)
    width = font.find_text(text)
    if width is not None and width <= limit - _CLOSE:
        return _Text(text, (), True, style, context, max_width, limit, spacing, font).make_all(width)
    short = text if max_width is None else text[: int(max_width / style["font_size"] * LETTERS_A_SIZE)]
    if not is_latin(short):
        return None
    words, is_whole = short.split(" "), len(short) == len(text)
    if not is_whole:
        words.pop()  # it may be cut
    request = _Text(text, words, is_whole, style, context, max_width, limit, spacing, font)
    fill = _fill_line(request)
    if isinstance(fill, int):
        if is_whole and len(text) <= _SHORT:
            font.note_text(text, fill)
        return request.make_all(fill) if is_whole else None
    return None if fill is None else _end_line(request, fill)


def _fill_line(text: _Text) -> _Fill | int | None:
    """Return the words that fit, or the width of all if they do; None if that is not certain."""
    font, width, last, before = text.font, 0, NO_WORD, ""
    gap: Gap | None = NO_GAP
    for count, letters in enumerate(text.words):
        word = font.find_word(letters)
        if word is None:
            return None
        if count:
            gap = font.find_gap(last, word, (before, letters))
        if gap is None:
            return None
        total = width + gap.width + word.width
        if total > text.limit - _CLOSE:
            is_certain = total > text.limit + _CLOSE and gap.can_break and before
            return _Fill(count, width, last, gap, word) if is_certain else None
        width, last, before = total, word, letters
    return width


def _end_line(text: _Text, fill: _Fill) -> _FirstLine | None:
    """Return the line with a part of the next word and a hyphen, or as it is; None if that is not certain."""
    from weasyprint.text.ffi import FROM_UNITS

    part = _find_divisible_part(text, fill)
    hyphen = text.style["hyphenate_character"]
    if part is None or " " in hyphen or text.max_width is None:
        return None
    first = " ".join(text.words[: fill.count])
    drawn_px = (fill.width + fill.gap.shift) * FROM_UNITS
    for syllables in divide_word(part, text.style, text.context, text.max_width, drawn_px):
        letters = syllables + hyphen
        word = text.font.find_word(letters)
        gap = word and text.font.find_gap(fill.last, word, (text.words[fill.count - 1], letters))
        if word is None or gap is None:
            return None
        total = fill.width + gap.width + word.width
        if total <= text.limit + _CLOSE:
            length = len(f"{first} {syllables}".encode())
            is_certain = total <= text.limit - _CLOSE
            return text.make_line(f"{first} {letters}", total, length, length) if is_certain else None
    length = len(first.encode())
    return text.make_line(first, fill.width, length, length + 1)


def _find_divisible_part(text: _Text, fill: _Fill) -> str | None:
    """Return what of the next word stands before the next place where a line may break; None if that is not certain."""
    word, letters = fill.following, text.words[fill.count]
    if word.break_place:
        is_certain = fill.width + fill.gap.width + word.break_width > text.limit + SLACK
        return (letters[: word.break_place - 1] or None) if is_certain else None
    behind = text.words[fill.count + 1 :]
    if not behind or not behind[0]:
        return letters if text.is_whole else None
    following = text.font.find_word(behind[0])
    gap = following and text.font.find_gap(word, following, (letters, behind[0]))
    return letters if gap and gap.can_break else None
