"""Merge an edited interview with a corrected source: what the first import wrote, the edit, and the new import.

Paragraphs that only one side changed are taken from it. Where both changed a paragraph, their words are merged; where
both changed the same words, the editor is asked.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from merge3 import Merge3

_PIECE = re.compile(r"\s+|[^\W_]+|[^\w\s]|_")


class MergeChoice(StrEnum):
    """What an editor can answer where an edit and a corrected source collide."""

    EDITED = "keep the edit"
    NEW = "take the new source"
    STOP = "leave the file as it is"


@dataclass(frozen=True, slots=True)
class Collision:
    """Lines that the edit and the new source changed differently; `line` is the first one in the edited file."""

    line: int
    base: str
    edited: str
    new: str


Choose = Callable[[Collision], MergeChoice]


def merge_texts(
    bases: Sequence[str], edited: str, new: str, choose: Choose | None = None
) -> tuple[str, tuple[Collision, ...]]:
    """Return an edited file merged with a new import, and the collisions left; with any, the edited text.

    `bases` are what the first import may have written; the one most like the edit is taken.
    """
    base = max(bases, key=lambda text: SequenceMatcher(None, text.split("\n"), edited.split("\n")).ratio())
    parts: list[str] = []
    collisions: list[Collision] = []
    for part in _merge_lines(base, edited, new):
        if isinstance(part, str):
            parts.append(part)
            continue
        choice = choose(part) if choose is not None else MergeChoice.STOP
        if choice is MergeChoice.STOP:
            collisions.append(part)
            choose = None
        parts.append(part.new if choice is MergeChoice.NEW else part.edited)
    return (edited if collisions else "\n".join(parts)), tuple(collisions)


def _merge_lines(base: str, edited: str, new: str) -> Iterator[str | Collision]:
    """Yield runs of lines merged from an edited file and a new import, and collisions."""
    for region in _merge_sequences(base.split("\n"), edited.split("\n"), new.split("\n")):
        if region.merged is not None:
            yield "\n".join(region.merged)
            continue
        texts = ["\n".join(lines) for lines in region.sides]
        words = _merge_words(*texts)
        yield Collision(region.start + 1, *texts) if words is None else words


def _merge_words(base: str, edited: str, new: str) -> str | None:
    """Return the text with the changed words of the edited file and the import; None if both changed the same."""
    merged: list[str] = []
    for region in _merge_sequences(_PIECE.findall(base), _PIECE.findall(edited), _PIECE.findall(new)):
        if region.merged is None:
            return None
        merged += region.merged
    return "".join(merged)


@dataclass(frozen=True, slots=True)
class _Region:
    """Merged pieces; or None, the pieces of the three sides, and where those of the edited side start."""

    merged: list[str] | None
    sides: tuple[list[str], list[str], list[str]]
    start: int


def _merge_sequences(base: list[str], edited: list[str], new: list[str]) -> Iterator[_Region]:
    """Yield the regions of a three-way merge of lines or words."""
    for kind, *bounds in Merge3(base, edited, new).merge_regions():
        ends = [bound if isinstance(bound, int) else 0 for bound in bounds]
        if kind == "conflict":
            sides = (base[ends[0] : ends[1]], edited[ends[2] : ends[3]], new[ends[4] : ends[5]])
            yield _Region(None, sides, ends[2])
            continue
        source = new if kind == "b" else base if kind == "unchanged" else edited
        yield _Region(source[ends[0] : ends[1]], ([], [], []), 0)
