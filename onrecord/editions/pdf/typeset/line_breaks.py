"""Speed WeasyPrint 70 up: break plain lines of text without laying them out again and again.

WeasyPrint lays a line out up to five times: as much text as surely fills it, with the next word, with each syllable of
that word and a hyphen, and without the space at its end. Here the widths of words say where a line of Latin text ends
(`word_widths`). Else the first layout says nearly always how the others end. What is not plain, or close, is left to
WeasyPrint. What a layout draws is the same; see `box_speedups` for the guard.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import inf
from typing import TYPE_CHECKING

from onrecord.editions.pdf.typeset.box_speedups import Speedup, replace_everywhere
from onrecord.editions.pdf.typeset.c_declarations import LINE_POSITION
from onrecord.editions.pdf.typeset.word_widths import NO_GAP, NO_WORD, Gap, Word, WordWidths, is_latin

if TYPE_CHECKING:
    from weasyprint.formatting_structure.boxes import _Style
    from weasyprint.layout import LayoutContext
    from weasyprint.layout.inline import _FirstLine
    from weasyprint.text.ffi import _CData
    from weasyprint.text.line_break import Layout

# Latin, Greek and Cyrillic letters, digits and punctuation; no soft hyphen, no space that does not break, no joiner.
_PLAIN = re.compile(
    "[ -~\u00a1-\u00ac\u00ae-\u02af\u0370-\u052f\u1e00-\u1fff\u2010-\u2027\u2030-\u205e\u20a0-\u20bf\u2100-\u218f]*"
)
_CLOSE = 256  # a quarter of a pixel: so near to the measure, only Pango knows whether a line fits
_SHORT = 64  # letters of a text that is remembered as a whole
_SLACK = 1024  # a pixel in Pango's units: more than kerning at a break changes the width of a line
_RATIO = 4  # WeasyPrint's: a line has no more than so many letters for each width of its font size
_LONGEST_PX = 65_536
_MANY_WORDS = 8_192  # remembered with their boundaries
_MANY_PAIRS = 4_096


def _lay_lines_out_once() -> None:
    """Break a plain text by the first layout of its line."""
    from weasyprint.text import line_break
    from weasyprint.text.ffi import ffi

    ffi.cdef(LINE_POSITION)
    split = line_break.split_first_line
    by_words, by_drafts = _WordBreaker(), _DraftBreaker()

    def split_first_line(
        text: str,
        style: _Style,
        context: LayoutContext,
        max_width: float | None,
        justification_spacing: float,
        is_line_start: bool = True,
        minimum: bool = False,
    ) -> _FirstLine:
        """Return the first line of the text: its layout, lengths, and size."""
        if _has_plain_style(style, max_width):
            line = by_words.break_line(text, style, context, max_width, justification_spacing)
            if line is None and max_width is not None:
                line = by_drafts.break_line(text, style, context, max_width, justification_spacing)
            if line is not None:
                return line
        return split(text, style, context, max_width, justification_spacing, is_line_start, minimum)

    replace_everywhere(split, split_first_line)


def _remember_breaks() -> None:
    """Remember between which two letters a line may break."""
    from weasyprint.text import line_break

    ask = line_break.can_break_text

    @lru_cache(_MANY_PAIRS)
    def can_break_pair(text: str, language: str | None) -> bool:
        """Return whether a line may break between two letters."""
        return ask(text, language)

    def can_break_text(text: str, lang: str | None) -> bool:
        """Return whether a line may break in a text."""
        return can_break_pair(text, lang) if len(text) == 2 else ask(text, lang)

    replace_everywhere(ask, can_break_text)


def _has_plain_style(style: _Style, max_width: float | None) -> bool:
    """Return whether lines of this style and width are broken between words and syllables only."""
    size = style["font_size"]
    return bool(
        (size > 0 if max_width is None else 0 < size * _RATIO <= max_width <= _LONGEST_PX)
        and style["white_space"] == "normal"
        and style["letter_spacing"] == "normal"
        and not style["word_spacing"]
        and style["direction"] == "ltr"
        and style["hyphenate_limit_chars"][0] >= 2
    )


# --- by words -----------------------------------------------------------------------------------------


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


class _WordBreaker:
    """Breaks lines of Latin text by the widths of their words."""

    def __init__(self) -> None:
        self._fonts: dict[int, WordWidths] = {}  # by the identity of what the texts of a style share, which is kept

    def break_line(
        self, text: str, style: _Style, context: LayoutContext, max_width: float | None, spacing: float
    ) -> _FirstLine | None:
        """Return the first line of the text, None if the widths of its words do not say where it ends."""
        from weasyprint.text.ffi import TO_UNITS

        font = self._find_font(style)
        if font is None:
            return None
        limit = inf if max_width is None else int(max_width * TO_UNITS)
        width = font.find_text(text)
        if width is not None and width <= limit - _CLOSE:
            return _Text(text, (), True, style, context, max_width, limit, spacing, font).make_all(width)
        short = text if max_width is None else text[: int(max_width / style["font_size"] * _RATIO)]
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

    def _find_font(self, style: _Style) -> WordWidths | None:
        """Return the widths of words in a style, None if its texts share nothing."""
        from weasyprint.text import line_break

        if not hasattr(style, "_shared_by_onrecord"):
            line_break.create_layout("n", style, None, None, 0)
        shared = style._shared_by_onrecord
        if shared is None:
            return None
        font = self._fonts.get(id(shared))
        if font is None:
            font = self._fonts[id(shared)] = WordWidths(style)
        return font


def _fill_line(text: _Text) -> _Fill | int | None:
    """Return the words that fit, or the width of all if they do; None if that is not certain."""
    font, width, last, before = text.font, 0, NO_WORD, ""
    gap: Gap | None = NO_GAP
    for count, letters in enumerate(text.words):
        word = font.find_word(letters, text.letters)
        if word is None:
            return None
        if count:
            gap = font.find_gap(last, word, (before, letters))
        elif letters and not font.can_begin_line(word, letters):
            return None
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
    for syllables in _divide_word(part, text.style, text.context, text.max_width, drawn_px):
        letters = syllables + hyphen
        word = text.font.find_word(letters, letters)
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
        is_certain = fill.width + fill.gap.width + word.break_width > text.limit + _SLACK
        return (letters[: word.break_place - 1] or None) if is_certain else None
    behind = text.words[fill.count + 1 :]
    if not behind or not behind[0]:
        return letters if text.is_whole else None
    following = text.font.find_word(behind[0], text.letters)
    gap = following and text.font.find_gap(word, following, (letters, behind[0]))
    return letters if gap and gap.can_break else None


# --- by drafts ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Draft:
    """The first layout of a text: its lines are as long as Pango makes them, without hyphens."""

    text: str
    style: _Style
    context: LayoutContext
    max_width: float
    spacing: float
    layout: Layout
    line: _CData
    resume: int
    width: float
    height: float

    @property
    def first(self) -> str:
        """The text of the first line, with the space at its end."""
        return self.text.encode()[: self.resume].decode()


class _DraftBreaker:
    """Breaks lines by their drafts, and remembers how fonts kern."""

    def __init__(self) -> None:
        from weasyprint.text.ffi import ffi

        self._position = ffi.new("int *")
        self._spaces: dict[tuple[int, str], tuple[bool, int]] = {}  # by font and letter

    def break_line(
        self, text: str, style: _Style, context: LayoutContext, max_width: float, spacing: float
    ) -> _FirstLine | None:
        """Return the first line of the text, None if its draft does not say where it ends."""
        from weasyprint.text import line_break

        short = text[: int(max_width / style["font_size"] * _RATIO)]
        if _PLAIN.fullmatch(short) is None:
            return None
        layout = line_break.create_layout(short, style, context, max_width, spacing)
        line, resume = layout.get_first_line()
        width, height = line_break.line_size(line, style)
        if width > max_width:
            return None
        if resume is None:
            is_whole = short == text
            return line_break.first_line_metrics(line, text, layout, None, True, style) if is_whole else None
        if style._shared_by_onrecord is None:
            return None
        return self._finish(_Draft(short, style, context, max_width, spacing, layout, line, resume, width, height))

    def _finish(self, draft: _Draft) -> _FirstLine | None:
        """Return the line with a part of the next word and a hyphen, or as it is; None if that is not certain."""
        from weasyprint.text.ffi import FROM_UNITS, TO_UNITS, pango
        from weasyprint.text.line_break import first_line_metrics

        first = draft.first
        if not first.endswith(" ") or first.endswith("  ") or len(first) < 2:
            return None
        break_point = self._find_next_break(draft, len(first))
        word = draft.text[len(first) : len(first) + break_point].rstrip(" ")
        next_line = pango.pango_layout_get_line_readonly(draft.layout.layout, 1)
        if not word or next_line.length < len(word.encode()):
            return None
        has_kerning, space_width = self._measure_space(draft, first[-2])
        room = int(draft.max_width * TO_UNITS) - int(draft.width * TO_UNITS) - space_width + _SLACK
        ends_with_space = draft.text[len(first) + break_point] == " "
        if ends_with_space and self._read_x(next_line, draft.resume + len(word.encode())) <= room:
            return None
        following = draft.text[len(first) : len(first) + break_point]
        for part in _divide_word(following, draft.style, draft.context, draft.max_width, draft.width):
            is_possible = self._read_x(next_line, draft.resume + len(part.encode())) <= room  # without a hyphen
            if is_possible and (line := _try_hyphen(draft, first + part)):
                return line
        if has_kerning:
            return first_line_metrics(draft.line, draft.text, draft.layout, draft.resume, True, draft.style)
        baseline = pango.pango_layout_get_baseline(draft.layout.layout) * FROM_UNITS
        draft.layout.text = first[:-1]
        draft.layout.deactivate()
        return draft.layout, len(first[:-1].encode()), draft.resume, draft.width, draft.height, baseline

    def _find_next_break(self, draft: _Draft, start: int) -> int:
        """Return how many letters behind the first line a line may break again; 0 if it is not known."""
        from weasyprint.text.ffi import ffi, pango

        attributes = pango.pango_layout_get_log_attrs_readonly(draft.layout.layout, ffi.NULL)
        letters = attributes[start + 1 : len(draft.text)]
        return next((index for index, letter in enumerate(letters) if letter.is_line_break), 0)

    def _measure_space(self, draft: _Draft, letter: str) -> tuple[bool, int]:
        """Return whether the font kerns this letter with a space behind it, and how wide that space is."""
        from weasyprint.text.line_break import create_layout

        key = id(draft.style._shared_by_onrecord), letter
        if key not in self._spaces:
            length = len(letter.encode())
            alone = create_layout(letter, draft.style, None, None, 0)
            before_end = create_layout(f"{letter} n", draft.style, None, None, 0)
            end = self._read_x(alone.get_first_line()[0], length)
            line, _ = before_end.get_first_line()
            start, stop = self._read_x(line, length), self._read_x(line, length + 1)
            self._spaces[key] = start != end, stop - start
        return self._spaces[key]

    def _read_x(self, line: _CData, index: int) -> int:
        """Return where the byte with this index begins on the line, in Pango's units."""
        from weasyprint.text.ffi import pango

        pango.pango_layout_line_index_to_x(line, index, 0, self._position)
        return int(self._position[0])


def _divide_word(text: str, style: _Style, context: LayoutContext, max_width: float, width: float) -> Iterator[str]:
    """Yield what of the text behind a line may stand before a hyphen, the longest first (WeasyPrint's step 4)."""
    import pyphen

    language = style["lang"] and pyphen.language_fallback(style["lang"])
    if style["hyphens"] != "auto" or not language:
        return
    total, left, right = style["hyphenate_limit_chars"]
    word_start, word_end = _find_long_word(text, style, language, max_width, width)
    if word_end:
        key = (language, left, right, total)
        dictionary = context.dictionaries.get(key)
        if dictionary is None:
            dictionary = context.dictionaries[key] = pyphen.Pyphen(lang=language, left=left, right=right)
        for part, _ in dictionary.iterate(text[word_start:word_end]):
            yield text[:word_start] + part


def _find_long_word(text: str, style: _Style, language: str, max_width: float, width: float) -> tuple[int, int]:
    """Return start and end of the first word that is long enough to be divided in the room that is left, or 0, 0."""
    from weasyprint.layout.percent import percentage

    start, shortest = 0, style["hyphenate_limit_chars"][0]
    while text:
        boundaries = _find_word(text, language)
        if boundaries is None:
            break
        word_start, word_end = boundaries
        if word_end - word_start >= shortest:
            space = max_width - width
            if space > percentage(style["hyphenate_limit_zone"], style, max_width) or space < 0:
                return start + word_start, start + word_end
        text, start = text[word_end:], start + word_end
    return 0, 0


@lru_cache(_MANY_WORDS)
def _find_word(text: str, language: str) -> tuple[int, int] | None:
    """Return where the first word of the text begins and ends."""
    from weasyprint.text.line_break import get_next_word_boundaries

    return get_next_word_boundaries(text, language)


def _try_hyphen(draft: _Draft, text: str) -> _FirstLine | None:
    """Return the line with this text and a hyphen if it fits: a text with a space that is too long is broken there."""
    from weasyprint.text import line_break

    style, hyphen = draft.style, draft.style["hyphenate_character"]
    layout = line_break.create_layout(text + hyphen, style, draft.context, draft.max_width, draft.spacing)
    line, resume = layout.get_first_line()
    if resume is not None:
        return None
    length = len(text.encode())
    return line_break.first_line_metrics(line, draft.text, layout, length, True, style, True, hyphen)


SPEEDUPS = (
    Speedup("weasyprint.text.line_break", "1f5a855ad992e0be", _lay_lines_out_once),
    Speedup("weasyprint.text.line_break", "1f5a855ad992e0be", _remember_breaks),
)
