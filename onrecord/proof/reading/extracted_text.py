"""What was read out of a copy: one interview's text as it stands there, in reading order."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from onrecord.proof.reading.normalize import HYPHEN, MINUS, SOFT

LIST_NUMBERS = "list-numbers-are-kept"  # the rule: each item of a list has the number that the manuscript gives it
_MARKS = re.compile(f"([{HYPHEN}{MINUS}{SOFT}])")
_READINGS = {HYPHEN: ("", "-", "- "), MINUS: ("-", "", "- "), SOFT: ("", " ")}
_LIKELY = {HYPHEN: "", MINUS: "-", SOFT: " "}


@dataclass(frozen=True, slots=True)
class Chunk:
    """The letters of one block; `owner` is the id it stands under, `where` tells a person where to look."""

    text: str
    owner: str
    where: str


@dataclass(frozen=True, slots=True)
class Oddity:
    """Something that is wrong whatever the manuscript says: `rule`, and a sentence that follows a colon."""

    rule: str
    sentence: str
    where: str = ""


@dataclass(slots=True)
class Found:
    """One interview of a copy. `ids` counts the elements that carry a promised id."""

    where: str
    chunks: list[Chunk] = field(default_factory=list)
    notes: dict[int, list[Chunk]] = field(default_factory=dict)
    pulls: list[Chunk] = field(default_factory=list)
    addresses: list[tuple[str, str]] = field(default_factory=list)  # id of the turn, text
    references: list[str] = field(default_factory=list)  # what the copy adds to links between turns
    ids: Counter[str] = field(default_factory=Counter)
    places: dict[str, str] = field(default_factory=dict)  # id -> where
    oddities: list[Oddity] = field(default_factory=list)
    last: str = ""  # the id that the last words stand under, notes and pull quotes counted


def segments(pieces: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """(owner, text) of each run of pieces with one owner."""
    out: list[tuple[str, list[str]]] = []
    for owner, text in pieces:
        if not out or out[-1][0] != owner:
            out.append((owner, []))
        out[-1][1].append(text)
    return [(owner, " ".join(texts)) for owner, texts in out]


class Settler:
    """Settles line ends by what was promised: a space, nothing, or a hyphen of the author's own.

    Layout breaks lines at spaces, inside words with U+2010, and behind characters such as the dash
    with nothing. The paper does not tell these apart; the promised letters at the same place do. A
    line end never hides a difference: where no reading agrees, the most likely one is kept.
    """

    def __init__(self, promised: str, around: str = "") -> None:
        """`around` is the text of which `promised` is a part: words that moved are read by it."""
        self._promised = promised
        self._around = around or promised
        self._at = 0

    def settle(self, text: str) -> str:
        """`text` without HYPHEN, MINUS and SOFT. Call it with the chunks of one promise in order."""
        if self._promised.startswith(" ", self._at):
            self._at += 1
        first, *rest = _MARKS.split(text)
        self._advance(first)
        done = [first]
        for mark, after in zip(rest[::2], rest[1::2], strict=True):
            reading = self._reading("".join(done[-3:]), mark, after)
            self._advance(reading + after)
            done += (reading, after)
        return " ".join("".join(done).split()) if rest else text

    def _advance(self, piece: str) -> None:
        """Step behind `piece` where it stands next, or where its end is found."""
        if self._promised.startswith(piece, self._at):
            self._at += len(piece)
            return
        tail = piece[-24:]
        found = self._promised.find(tail, self._at)
        if found >= 0:
            self._at = found + len(tail)

    def _reading(self, before: str, mark: str, after: str) -> str:
        """What `mark` stands for between the letters around it."""
        readings = _READINGS[mark]
        head = after[:8]
        if not head:  # another mark follows: take what the promise goes on with
            return max(
                (reading for reading in readings if self._promised.startswith(reading, self._at)), key=len, default=""
            )
        for reading in readings:
            if self._promised.startswith(reading + head, self._at):
                return reading
        for length in (10, 4):
            for reading in readings:
                if before[-length:] + reading + head[:length] in self._around:
                    return reading
        return _LIKELY[mark]
