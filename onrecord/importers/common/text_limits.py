"""Refuse originals that are larger, or go on longer without an end, than readers can handle in seconds."""

from __future__ import annotations

import re
from pathlib import Path

from onrecord.importers.common import decoding
from onrecord.importers.common.draft import SourceText
from onrecord.model.problems import Refused
from onrecord.model.rule import Rule

_MAX_PARAGRAPHS = 20_000
_MAX_CHARACTERS = 2_000_000  # as in a manuscript
_MAX_MARKS, _MAX_WORD = 5_000, 50_000  # in a row; Chinese has no spaces
_MARKS, _RAW_MARKS = re.compile(r"[^\w\s]+"), re.compile(rb"[!-/:-@\[-`{-~]+")
_MAX_PARAGRAPH_BYTES = 400_000
_TEXT_SUFFIXES = (".txt", ".text", ".md", ".markdown")


def refuse_endless_bytes(data: bytes, source: Path) -> None:
    """Raise Refused for endless marks or paragraphs in an imported text, before a reader of Markdown sees them."""
    if source.suffix.lower() in _TEXT_SUFFIXES:
        _refuse_endless_marks(data, str(source))
        _refuse_endless_paragraphs(data, str(source))


def refuse_large_text(reading: SourceText, name: str) -> None:
    """Raise Refused for more paragraphs or text than an interview may have, or for a word without an end."""
    if len(reading.clippings) > _MAX_PARAGRAPHS:
        sentence = f"the file has {len(reading.clippings):,} paragraphs; an interview may have {_MAX_PARAGRAPHS:,}"
        raise decoding.build_refusal(
            name, Rule.FILE_IS_SMALL, sentence, "split it, or export only the text of the interview"
        )
    _refuse_long_reading(reading, name)
    _refuse_endless_words(reading, name)


def _refuse_long_reading(reading: SourceText, name: str) -> None:
    """Raise Refused for more text in an imported file than an interview may have."""
    refuse_long_text(sum(len(clipping.words) for clipping in reading.clippings), name)


def refuse_long_text(size: int, name: str) -> None:
    """Raise Refused for more characters than an interview may have."""
    if size > _MAX_CHARACTERS:
        sentence = f"the file has {size:,} characters of text; an interview may have {_MAX_CHARACTERS:,}"
        hint = "split it, or export only the text of the interview"
        raise decoding.build_refusal(name, Rule.FILE_IS_SMALL, sentence, hint)


def _refuse_endless_words(reading: SourceText, name: str) -> None:
    """Raise Refused for thousands of signs in a row or a word without end, which no reader of Markdown can handle."""
    for clipping in reading.clippings:
        longest = max(map(len, clipping.words.split()), default=0)
        if longest >= _MAX_WORD or max(map(len, _MARKS.findall(clipping.words)), default=0) >= _MAX_MARKS:
            raise _build_endless_refusal(clipping.words[:20], name, clipping.line)


def _refuse_endless_marks(data: bytes, name: str) -> None:
    """Raise Refused for thousands of marks in a row: a reader of Markdown would look for pairs of them."""
    for marks in _RAW_MARKS.finditer(data):
        if len(marks.group()) >= _MAX_MARKS:
            line = data.count(b"\n", 0, marks.start()) + 1
            raise _build_endless_refusal(marks.group()[:20].decode("ascii"), name, line)


def _refuse_endless_paragraphs(data: bytes, name: str) -> None:
    """Raise Refused for a text without empty lines that is longer than readers of Markdown can handle in seconds."""
    if len(data) <= _MAX_PARAGRAPH_BYTES:
        return
    line = 1
    for paragraph in re.split(rb"\n[ \t\r]*\n", data):
        if len(paragraph) > _MAX_PARAGRAPH_BYTES:
            sentence = f"the paragraph that begins here has more than {_MAX_PARAGRAPH_BYTES:,} bytes"
            hint = "put an empty line where a new paragraph begins"
            raise decoding.build_refusal(name, Rule.PARAGRAPHS_HAVE_AN_END, sentence, hint, line)
        line += paragraph.count(b"\n") + 2


def _build_endless_refusal(beginning: str, name: str, line: int) -> Refused:
    """Return the refusal of an imported word, or a row of marks, that does not end."""
    sentence = f"“{beginning}…” goes on for thousands of characters without a space"
    return decoding.build_refusal(name, Rule.WORDS_END, sentence, "delete it, or divide it by spaces", line)
