"""The extracted text of one interview, as it stands in a copy and in reading order; how its line ends are read."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from onrecord.model.rule import Rule
from onrecord.proof.reading.normalize import LINE_END_HYPHEN, LINE_END_MINUS, SOFT_GAP

LIST_NUMBERS_RULE = (
    Rule.LIST_NUMBERS_ARE_KEPT
)  # the rule: each item of a list has the number that the manuscript gives it
_MARKS = re.compile(f"([{LINE_END_HYPHEN}{LINE_END_MINUS}{SOFT_GAP}])")
_READINGS = {LINE_END_HYPHEN: ("", "-", "- "), LINE_END_MINUS: ("-", "", "- "), SOFT_GAP: ("", " ")}
_LIKELY_READINGS = {LINE_END_HYPHEN: "", LINE_END_MINUS: "-", SOFT_GAP: " "}
_TAIL_LENGTH = 24  # characters at the end of a text that are enough to find it again


@dataclass(frozen=True, slots=True)
class Chunk:
    """The normalized text of one block; `owner` is the id it stands under, `location` is for messages."""

    text: str
    owner: str
    location: str


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault that needs no manuscript to be seen: `rule`, and a sentence that continues "interview “slug” "."""

    rule: Rule
    sentence: str
    location: str = ""


@dataclass(slots=True)
class ExtractedInterview:
    """The text of one interview in a copy. `id_counts` counts the elements that carry an expected id."""

    location: str
    chunks: list[Chunk] = field(default_factory=list)
    notes: dict[int, list[Chunk]] = field(default_factory=dict)
    pull_quotes: list[Chunk] = field(default_factory=list)
    addresses: list[tuple[str, str]] = field(default_factory=list)  # id of the turn, text
    times: list[tuple[str, str, str]] = field(default_factory=list)  # id of the turn, time beside it, where it leads
    references: list[str] = field(default_factory=list)  # what the copy adds to links between turns
    id_counts: Counter[str] = field(default_factory=Counter)
    locations: dict[str, str] = field(default_factory=dict)  # id -> where it stands, for messages
    faults: list[Fault] = field(default_factory=list)
    last_owner: str = ""  # the id that the last words stand under, notes and pull quotes counted


def join_running_text(interview: ExtractedInterview) -> str:
    """Return the text of all blocks that the proof read of an interview, without notes."""
    return " ".join(chunk.text for chunk in interview.chunks)


def join_by_owner(pieces: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return (owner id, text) pairs with the texts of neighbours under one id joined."""
    runs: list[tuple[str, list[str]]] = []
    for owner, text in pieces:
        if not runs or runs[-1][0] != owner:
            runs.append((owner, []))
        runs[-1][1].append(text)
    return [(owner, " ".join(texts)) for owner, texts in runs]


class LineEndReader:
    """Reads each line end as a space, as nothing or as a hyphen, by the text expected in that place.

    The layout breaks lines at spaces, inside words with U+2010, and after characters such as the dash with nothing.
    The printed page does not tell these apart; the expected text in the same place does. A line end never hides a
    difference: where no reading agrees, the most likely one is used.
    """

    def __init__(self, expected: str, context: str = "") -> None:
        """Read by the `expected` text; `context`, of which it is a part, is used for words that have moved."""
        self._expected = expected
        self._context = context or expected
        self._position = 0

    def read_line_ends(self, text: str) -> str:
        """Return `text` with hyphens and spaces at line ends as expected; call it in the order of the expected text."""
        if self._expected.startswith(" ", self._position):
            self._position += 1
        first, *marks_and_pieces = _MARKS.split(text)
        self._move_after(first)
        resolved = [first]
        for mark, piece in zip(marks_and_pieces[::2], marks_and_pieces[1::2], strict=True):
            reading = self._resolve_line_end("".join(resolved[-3:]), mark, piece)
            self._move_after(reading + piece)
            resolved += (reading, piece)
        return " ".join("".join(resolved).split()) if marks_and_pieces else text

    def _move_after(self, piece: str) -> None:
        """Move the position in the expected text after `piece`, or to where its end occurs next."""
        if self._expected.startswith(piece, self._position):
            self._position += len(piece)
            return
        tail = piece[-_TAIL_LENGTH:]
        start = self._expected.find(tail, self._position)
        if start >= 0:
            self._position = start + len(tail)

    def _resolve_line_end(self, before: str, mark: str, after: str) -> str:
        """Return what the line end `mark` between two texts stands for: space, hyphen or ""."""
        readings = _READINGS[mark]
        head = after[:8]
        if not head:  # another mark follows: take the longest reading that the expected text continues with
            matches = (reading for reading in readings if self._expected.startswith(reading, self._position))
            return max(matches, key=len, default="")
        for reading in readings:
            if self._expected.startswith(reading + head, self._position):
                return reading
        for length in (10, 4):
            for reading in readings:
                if before[-length:] + reading + head[:length] in self._context:
                    return reading
        return _LIKELY_READINGS[mark]
