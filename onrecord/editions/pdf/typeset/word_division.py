"""Divide the word after a line at its syllables, as WeasyPrint does."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from weasyprint.formatting_structure.boxes import _Style
    from weasyprint.layout import LayoutContext

_MANY_WORDS = 8_192  # remembered with their boundaries


def divide_word(text: str, style: _Style, context: LayoutContext, max_width: float, width: float) -> Iterator[str]:
    """Yield what of the text after a line may stand before a hyphen, the longest first (WeasyPrint's step 4)."""
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
