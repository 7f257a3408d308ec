"""A clipping and what it was told to be: what every habit gives, whoever told it."""

from __future__ import annotations

from dataclasses import dataclass, field

from onrecord.importers.common import boilerplate, byline
from onrecord.importers.common.draft import Clipping
from onrecord.model import Person


@dataclass
class Told:
    """A clipping and what it was told to be: front, behind, question, answer, heading, note."""

    clipping: Clipping
    kind: str
    sure: float = 1.0
    opens: bool = True  # begins a turn; otherwise it goes on in the one before
    label: str = ""
    ask: str = ""


@dataclass
class Understood:
    told: list[Told]
    people: list[Person] = field(default_factory=list)
    habit: str = ""


def is_behind(words: str) -> bool:
    return (
        boilerplate.is_disclaimer(words)
        or boilerplate.is_rights(words)
        or boilerplate.is_note(words)
        or byline.is_byline(words)
        or bool(boilerplate.date_in(words))
    )


def end_of(told: list[Told]) -> None:
    """Disclaimers, credits and notes at the end, and what follows them, belong to no turn."""
    first = len(told)
    for i in range(len(told) - 1, max(0, len(told) - 7), -1):
        if told[i].kind != "answer" or told[i].opens:
            break
        if is_behind(told[i].clipping.words):
            first = i
    for one in told[first:]:
        one.kind = "behind"
