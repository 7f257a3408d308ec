"""What every importer gives: clippings of the original in order, and the draft that is made of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from onrecord.importers.common.attached_pictures import Picture
from onrecord.model import Person
from onrecord.model.problems import Problem

DOUBTFUL_BELOW = 0.9


@dataclass(frozen=True, slots=True)
class Clipping:
    """A paragraph or another block of the original, before anybody knows what it is.

    `kind`: paragraph, heading, quote, list, code, table, picture (its words are the alternative text), aside (the reader sets it aside, `why` says
    for which reason). `label` is a speaker's label as it was printed; `words` are what stands behind it.
    """

    index: int
    text: str  # as Markdown
    words: str  # the characters that a reader sees
    line: int = 0
    kind: str = "paragraph"
    level: int = 0
    bold: bool = False  # the whole paragraph is bold
    italic: bool = False  # the whole paragraph is in italics
    lead: str = ""  # the bold words that it begins with
    label: str = ""
    stamp: str = ""  # a time that was printed with the label
    voice: str = ""  # who speaks, when the format itself says it
    time: str = ""  # when these words were said: 00:12:41
    why: str = ""
    notes: tuple[str, ...] = ()  # its footnotes, as Markdown definitions

    @property
    def all_words(self) -> str:
        return " ".join(part for part in (self.label, self.stamp, self.words) if part)


@dataclass(frozen=True, slots=True)
class Reading:
    """A foreign file as its reader found it; `original` are its words, found by other means than the clippings."""

    clippings: tuple[Clipping, ...]
    original: tuple[str, ...]
    settings: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # what the file says about itself
    notes: tuple[Problem, ...] = ()  # what an editor should know: warnings
    pictures: tuple[Picture, ...] = ()  # those that the clippings show
    ordered: bool = True  # whether `original` is in the order of the clippings, or only the same words


@dataclass(frozen=True, slots=True)
class Turn:
    """`kind`: question, answer, heading, note. `asks` is what an editor is asked about each clipping, "" for nothing."""

    kind: str
    clippings: tuple[Clipping, ...]
    label: str = ""  # with its colon, as it will be written
    confidence: float = 1.0
    asks: tuple[str, ...] = ()

    @property
    def time(self) -> str:
        return self.clippings[0].time if self.clippings else ""

    @property
    def line(self) -> int:
        return self.clippings[0].line if self.clippings else 0


@dataclass(frozen=True, slots=True)
class Draft:
    """An interview as it will be written. `front` are the clippings that each setting was made of."""

    title: str
    people: tuple[Person, ...]
    introduction: tuple[Clipping, ...]
    turns: tuple[Turn, ...]
    aside: tuple[Clipping, ...]
    standfirst: str = ""
    byline: str = ""
    disclaimer: str = ""
    rights: str = ""
    date: str = ""
    language: str = ""
    url: str = ""
    tags: tuple[str, ...] = ()
    front: Mapping[str, tuple[Clipping, ...]] = field(default_factory=dict)
    notes: tuple[Problem, ...] = ()
    introduction_asks: tuple[str, ...] = ()  # what an editor is asked about each paragraph of the introduction

    @property
    def told(self) -> tuple[tuple[str, Clipping, str], ...]:
        """What is said, in order: kind, clipping, and what an editor is asked about it, "" for nothing."""
        opening = zip(self.introduction, self.introduction_asks or ("",) * len(self.introduction), strict=True)
        said = ((turn.kind, turn.clippings, turn.asks or ("",) * len(turn.clippings)) for turn in self.turns)
        return (
            *(("introduction", clipping, ask) for clipping, ask in opening),
            *(
                (kind, clipping, ask)
                for kind, clippings, asks in said
                for clipping, ask in zip(clippings, asks, strict=True)
            ),
        )

    @property
    def doubts(self) -> tuple[Clipping, ...]:
        return tuple(clipping for _, clipping, ask in self.told if ask)
