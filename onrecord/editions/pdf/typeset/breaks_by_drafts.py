"""Break lines of plain text by the first layout of each, its draft, which nearly always says how others would end."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from onrecord.editions.pdf.typeset.word_division import divide_word
from onrecord.editions.pdf.typeset.word_widths import LETTERS_A_SIZE, SLACK

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


class DraftBreaker:
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

        short = text[: int(max_width / style["font_size"] * LETTERS_A_SIZE)]
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
        room = int(draft.max_width * TO_UNITS) - int(draft.width * TO_UNITS) - space_width + SLACK
        ends_with_space = draft.text[len(first) + break_point] == " "
        if ends_with_space and self._read_x(next_line, draft.resume + len(word.encode())) <= room:
            return None
        following = draft.text[len(first) : len(first) + break_point]
        for part in divide_word(following, draft.style, draft.context, draft.max_width, draft.width):
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
        """Return how many letters after the first line a line may break again; 0 if it is not known."""
        from weasyprint.text.ffi import ffi, pango

        attributes = pango.pango_layout_get_log_attrs_readonly(draft.layout.layout, ffi.NULL)
        letters = attributes[start + 1 : len(draft.text)]
        return next((index for index, letter in enumerate(letters) if letter.is_line_break), 0)

    def _measure_space(self, draft: _Draft, letter: str) -> tuple[bool, int]:
        """Return whether the font kerns this letter with a space after it, and how wide that space is."""
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
