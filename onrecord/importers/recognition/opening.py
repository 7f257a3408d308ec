"""Divide paragraphs before a conversation that say who is interviewed, and then who asked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from onrecord.importers.common import byline
from onrecord.importers.common.draft import Clipping, SourceText
from onrecord.importers.common.plain_markdown import escape_paragraph

_OPENING = 10  # clippings that may hold a credit after other sentences


def split_opening_credits(reading: SourceText) -> SourceText:
    """Return the reading; “Jane Roe keeps lamps. Interview by Ann Poe.” at its start becomes two clippings."""
    if reading.is_spoken:
        return reading
    divided = [
        part
        for i, clipping in enumerate(reading.clippings)
        for part in (_divide_clipping(clipping) if i < _OPENING else (clipping,))
    ]
    return replace(reading, clippings=tuple(replace(clipping, index=index) for index, clipping in enumerate(divided)))


def _divide_clipping(clipping: Clipping) -> Iterator[Clipping]:
    """Yield a clipping in two parts if its last sentence is a credit, else as it is."""
    before = byline.split_off_credit(clipping.words)
    can_be_divided = clipping.kind == "paragraph" and "](" not in clipping.text and not clipping.notes
    if not before or not can_be_divided:
        yield clipping
        return
    for words in (before.strip(), clipping.words[len(before) :].strip()):
        yield replace(clipping, words=words, text=escape_paragraph(words), bold_lead="")
