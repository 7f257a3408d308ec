"""The texts that a PDF must hold: those of the interview, with look-alike glyphs made one and the words of QR codes."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import replace

from onrecord.model import Interview, Passage
from onrecord.proof.reading.expected import ExpectedInterview, ExpectedPassage, expect_interview
from onrecord.proof.reading.normalize import mark_picture, normalize_text
from onrecord.runtime.interface_texts import get_language

_HEAD_KINDS = frozenset({"title", "standfirst", "byline", "credit", "pointer"})


# Characters for which fonts have the same glyph, so that a PDF says one of them for all of them, and ligatures with a
# character of their own, which PDFium divides.
_SAME_GLYPHS = {"‐": "-", "‑": "-", "µ": "μ", "∆": "Δ", "ϕ": "φ", "˭": "⁼"}
_LIGATURES = {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "ſt", "ﬆ": "st"}
_FOLDED = _SAME_GLYPHS | _LIGATURES
_TO_FOLD = re.compile(f"[{''.join(_FOLDED)}]")  # on long texts six times as fast as str.translate


def fold_glyphs(text: str) -> str:
    """Return the text with look-alike characters made one and ligatures divided, as the proof compares print."""
    return text if text.isascii() else _TO_FOLD.sub(lambda match: _FOLDED[match.group()], text)


def expect_printed_interview(interview: Interview) -> ExpectedInterview:
    """Return what a PDF must hold of an interview, its texts folded by `fold_glyphs`."""
    expected = expect_interview(interview)
    return replace(
        expected,
        passages=_fold_passages(_add_codes(expected.passages, interview)),
        notes=tuple((number, _fold_passages(content)) for number, content in expected.notes),
        pull_quotes=tuple(
            replace(pull_quote, text=fold_glyphs(pull_quote.text)) for pull_quote in expected.pull_quotes
        ),
    )


def _add_codes(passages: tuple[ExpectedPassage, ...], interview: Interview) -> tuple[ExpectedPassage, ...]:
    """Return the expected passages with the words of the QR codes after those of the head."""
    count = len(list(itertools.takewhile(lambda expected: expected.passage.kind in _HEAD_KINDS, passages)))
    return (*passages[:count], *_expect_codes(interview), *passages[count:])


def _expect_codes(interview: Interview) -> Iterator[ExpectedPassage]:
    """Yield what a screen reader must say of each QR code, which stands in print alone."""
    word = get_language(interview.language).texts["recording"]
    for part in interview.recordings:
        if part.has_code:
            passage = Passage("alt", normalize_text(f"{word}: {part.url}"), part.location)
            yield ExpectedPassage(passage, mark_picture(passage.text), "")


def remove_codes(text: str, interview: Interview) -> str:
    """Return the printed text of an interview without the words of its QR codes, to compare other editions."""
    for code in _fold_passages(tuple(_expect_codes(interview))):
        text = text.replace(code.text, "", 1)
    return text


def _fold_passages(passages: tuple[ExpectedPassage, ...]) -> tuple[ExpectedPassage, ...]:
    """Return the passages with their texts folded by `fold_glyphs`."""
    return tuple(
        passage if (text := fold_glyphs(passage.text)) == passage.text else replace(passage, text=text)
        for passage in passages
    )
