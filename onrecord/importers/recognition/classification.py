"""Clippings with the kind that was recognized for each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from onrecord.importers.common import boilerplate, byline
from onrecord.importers.common.draft import Clipping
from onrecord.model import Person

_BACK_MATTER_CLIPPINGS = 6  # how many clippings at the end may begin the back matter


@dataclass
class ClassifiedClipping:
    """A clipping and its recognized kind: front, question, answer, heading, note or back.

    `confidence` in the kind is from 0 to 1. `opens_turn`: the clipping begins a turn; otherwise it continues the turn
    before. `ask` is what the editor is asked about it, "" for nothing.
    """

    clipping: Clipping
    kind: str
    confidence: float = 1.0
    opens_turn: bool = True
    label: str = ""
    ask: str = ""


@dataclass
class Classification:
    """The classified clippings of a text, and the people who speak in it.

    `has_convention`: labels, headings, type or marks show who speaks; otherwise the words alone were judged.
    """

    clippings: list[ClassifiedClipping]
    people: list[Person] = field(default_factory=list)
    has_convention: bool = True


def is_back_matter(words: str) -> bool:
    """Return whether an imported paragraph is a disclaimer, rights, a note, a byline or a date."""
    return (
        boilerplate.is_disclaimer(words)
        or boilerplate.is_rights(words)
        or boilerplate.is_note(words)
        or byline.is_byline(words)
        or bool(boilerplate.read_date_line(words))
    )


def mark_back_matter(clippings: Sequence[ClassifiedClipping]) -> None:
    """Mark disclaimers, credits and notes at an import's end, and all that follows them, as back matter."""
    first = len(clippings)
    for i in range(len(clippings) - 1, max(0, len(clippings) - _BACK_MATTER_CLIPPINGS - 1), -1):
        if clippings[i].kind != "answer" or clippings[i].opens_turn:
            break
        if is_back_matter(clippings[i].clipping.words):
            first = i
    for back_matter in clippings[first:]:
        back_matter.kind = "back"
