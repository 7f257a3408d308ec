"""Search the line ends of a paragraph, or of some of its lines, that are best together.

Where changes of single lines do not take a fault away, each line is set in several ways: as it is, a little tighter,
and some times a word or a syllable shorter. Of all ways to go on, the best few are kept after each line, so the time
is bounded and the result always the same (a beam search).
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from onrecord.editions.pdf.typeset.set_lines import SetLine, find_fault, rate_line, rate_lines

_MOST_STATES = 8  # that are kept after each line
_LINES_BEFORE = 6  # the fault: they may be set again
_MOST_LINES = 12  # that a search goes on for
_SPACE_COST = 8.0  # of a word space that is wider by an em, squared
_HYPHEN_AT_FOOT = 30.0


class VariableParagraph(Protocol):
    """A paragraph whose lines can be set in several ways."""

    size: float
    lines: list[SetLine]

    def list_choices(self, start: object) -> Sequence[SetLine]:
        """Return the ways to set the line that begins at `start`."""


@dataclass(frozen=True, slots=True)
class _Beginning:
    """Lines from the first changed one on, and what they cost."""

    cost: float
    lines: tuple[SetLine, ...]

    def make_key(self, index: int) -> Hashable:
        """Return all that decides how the lines can go on."""
        last, above = self.lines[-1], self.lines[-2:-1]
        ends = [word.lower() for word in (last.words[:1] + last.words[-1:])]
        is_row = last.is_hyphenated and bool(above) and above[-1].is_hyphenated
        return index, freeze(last.resume), last.is_hyphenated, is_row, *ends


def find_better_lines(paragraph: VariableParagraph, fault: int) -> list[SetLine]:
    """Return the lines of the paragraph, without the fault at this line if that is possible, and no worse."""
    best, score = paragraph.lines, rate_lines(paragraph.lines, paragraph.size)
    first = max(fault - _LINES_BEFORE, 0)
    for candidate in _search(paragraph, first, fault, foot=-1):
        rating = rate_lines(candidate, paragraph.size)
        if rating < score:
            best, score = candidate, rating
            if find_fault(candidate, paragraph.size, first) is None:
                break
    return best


def find_foot_without_hyphen(paragraph: VariableParagraph, first: int, foot: int) -> list[SetLine]:
    """Return the lines, changed from `first` on so that no hyphen ends the one at `foot`; [] if that is impossible."""
    candidates = [
        (rate_lines(lines, paragraph.size), number, lines)
        for number, lines in enumerate(_search(paragraph, max(first, foot - _LINES_BEFORE), foot, foot))
        if len(lines) > foot and not lines[foot].is_hyphenated
    ]
    return min(candidates)[2] if candidates else []


def _search(paragraph: VariableParagraph, first: int, fault: int, foot: int) -> Iterator[list[SetLine]]:
    """Yield ways to set a paragraph's lines from `first` on; after the fault they go on as before."""
    lines = paragraph.lines
    meeting = {freeze(line.start): index for index, line in enumerate(lines) if index > fault}
    states = [_Beginning(0.0, tuple(lines[max(first - 2, 0) : first]))]
    unchanged = len(states[0].lines)
    start: object = lines[first].start
    for index in range(first, first + _MOST_LINES):
        best: dict[Hashable, _Beginning] = {}
        for state in states:
            if len(state.lines) > unchanged:
                start = state.lines[-1].resume
            for line in paragraph.list_choices(start):
                following = _add_line(state, line, paragraph.size, is_foot=index == foot)
                key = freeze(line.resume)
                if line.resume is None or key in meeting:
                    after = lines[meeting[key] :] if line.resume is not None else []
                    yield [*lines[:first], *following.lines[unchanged:], *after]
                elif (previous := best.get(following.make_key(index))) is None or following.cost < previous.cost:
                    best[following.make_key(index)] = following
        states = sorted(best.values(), key=lambda state: state.cost)[:_MOST_STATES]


def _add_line(state: _Beginning, line: SetLine, size_px: float, *, is_foot: bool) -> _Beginning:
    """Return the state of a page's beginning with one more line added to it."""
    cost = rate_line(state.lines[-2:], line) + _SPACE_COST * (line.stretch_px / size_px) ** 2
    cost += _HYPHEN_AT_FOOT * (is_foot and line.is_hyphenated)
    return replace(state, cost=state.cost + cost, lines=(*state.lines, line))


def freeze(place: object) -> Hashable:
    """Return a place in the text (dictionaries in each other) as a value that can be a key."""
    if isinstance(place, dict):
        return tuple((index, freeze(inner)) for index, inner in place.items())
    assert isinstance(place, Hashable)
    return place
