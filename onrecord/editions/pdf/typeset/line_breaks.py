"""Speed WeasyPrint 70 up: break plain lines of text without laying them out again and again.

WeasyPrint lays a line out up to five times: as much text as surely fills it, with the next word, with each syllable of
that word and a hyphen, and without the space at its end. Here the widths of words say where a line of Latin text ends
(`breaks_by_words`). Else the first layout says nearly always how the others end (`breaks_by_drafts`). What is not
plain, or close, is left to WeasyPrint. What a layout draws is the same; see `box_speedups` for the guard.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from onrecord.editions.pdf.typeset.box_speedups import Speedup, replace_everywhere
from onrecord.editions.pdf.typeset.breaks_by_drafts import DraftBreaker
from onrecord.editions.pdf.typeset.breaks_by_words import break_line
from onrecord.editions.pdf.typeset.c_declarations import LINE_POSITION
from onrecord.editions.pdf.typeset.word_shapes import declare_shaper
from onrecord.editions.pdf.typeset.word_widths import LETTERS_A_SIZE

if TYPE_CHECKING:
    from weasyprint.formatting_structure.boxes import _Style
    from weasyprint.layout import LayoutContext
    from weasyprint.layout.inline import _FirstLine

_LONGEST_PX = 65_536
_MANY_PAIRS = 4_096


def _lay_lines_out_once() -> None:
    """Break a plain text by the first layout of its line."""
    from weasyprint.text import line_break
    from weasyprint.text.ffi import ffi

    ffi.cdef(LINE_POSITION)
    declare_shaper()
    split = line_break.split_first_line
    by_drafts = DraftBreaker()

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
            line = break_line(text, style, context, max_width, justification_spacing)
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
        (size > 0 if max_width is None else 0 < size * LETTERS_A_SIZE <= max_width <= _LONGEST_PX)
        and style["white_space"] == "normal"
        and style["letter_spacing"] == "normal"
        and not style["word_spacing"]
        and style["direction"] == "ltr"
        and style["hyphenate_limit_chars"][0] >= 2
    )


SPEEDUPS = (
    Speedup("weasyprint.text.line_break", "1f5a855ad992e0be", _lay_lines_out_once),
    Speedup("weasyprint.text.line_break", "1f5a855ad992e0be", _remember_breaks),
)
