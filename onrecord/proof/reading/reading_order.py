"""Join the runs of a block to its text, and check that what is read in order stands in order down the pages."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from onrecord.proof.reading.normalize import LINE_END_HYPHEN, LINE_END_MINUS, SOFT_GAP
from onrecord.proof.reading.painted_text import TextRun

PlacedRun = tuple[int, TextRun]  # the index of the page, and a run that stands on it
_Position = tuple[int, float]  # the index of the page, and a baseline
_LONG_WORD = 20  # letters
# Thai, Lao, Burmese, Khmer, Tai scripts, Balinese, Javanese, Cham: words without spaces between them (UAX #14, SA, AK).
_WITHOUT_SPACES = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u1950-\u19df\u1a20-\u1b7f\ua980-\uaadf]")

# --- text of a block --------------------------------------------------------------------------------


def join_runs(
    runs: Sequence[PlacedRun], mark_run: Callable[[int, TextRun], str], *, breaks_words: bool
) -> tuple[str, list[PlacedRun]]:
    """Return a printed block's text with marks where pages start, and its runs that are placed above the run before.

    `mark_run` returns the mark to write before a run on the page with this index, or "". `breaks_words`: lines may end
    inside words without a hyphen.
    """
    first_page, first_run = runs[0]
    parts = [mark_run(first_page, first_run), first_run.text]
    line = first_run.text  # printed so far on the line of the last run
    misplaced = []
    for number, ((page, before), (next_page, after)) in enumerate(pairwise(runs), 1):
        if not _is_new_line(page, before, next_page, after):
            if after.left - before.right > 0.1 * after.size:
                parts.append(SOFT_GAP)
                line += " "
        else:
            is_above = _is_above((next_page, after.baseline), (page, before.baseline), slack=before.size)
            if is_above and not _begins_column(runs[:number], (next_page, after)):
                misplaced.append((next_page, after))
            _append_line_end(parts, line, after.text, breaks_words=breaks_words)
            line = ""
        parts += (mark_run(next_page, after), after.text)
        line += after.text
    return "".join(parts), misplaced


def _begins_column(runs: Sequence[PlacedRun], following: PlacedRun) -> bool:
    """Return whether a printed run stands right of all runs before it, and not above: beside a name in a column."""
    page, run = following
    (first_page, first), (last_page, _) = runs[0], runs[-1]
    is_beside = page == first_page == last_page and run.left >= max(before.right for _, before in runs)
    return is_beside and not _is_above((page, run.baseline), (page, first.baseline), slack=first.size)


def _append_line_end(parts: list[str], line: str, following: str, *, breaks_words: bool) -> None:
    """Append the mark of a line end to `parts`, between `line` and the text `following`, if one is needed."""
    end = parts[-1].rstrip(" " + SOFT_GAP)
    if end.endswith(("\u2010", "\u2011", "-")):
        parts[-1] = end[:-1] + (LINE_END_HYPHEN if end[-1] == "\u2010" else LINE_END_MINUS)
    else:
        parts.append(SOFT_GAP if breaks_words or _can_break_without_sign(line, following) else " ")


def _is_new_line(page: int, before: TextRun, next_page: int, after: TextRun) -> bool:
    """Return whether a printed line ends between two runs of a block; raised figures stay on their line."""
    if page != next_page:
        return True
    step = abs(after.baseline - before.baseline)
    return step > 0.8 * max(before.size, after.size) or (
        step > 0.25 * before.size and after.left < before.right - 0.5 * before.size
    )


def _can_break_without_sign(line: str, following: str) -> bool:
    """Return whether a line can end before the text `following` with neither a space nor an inserted hyphen.

    It ends so between letters only in scripts without spaces, in an address, in a long word, and in a word that the
    whole line has no room for.
    """
    last, first = line[-1:], following[:1]
    if not last.isalnum() or not first.isalnum() or last >= "\u2e80" or _WITHOUT_SPACES.match(last):
        return True
    return _is_in_breakable_word(line, following)


def _is_in_breakable_word(line: str, following: str) -> bool:
    """Return whether a line ends in an address, in a long word, or in a word that is alone on it."""
    *words, word = re.split(rf"[\s{SOFT_GAP}]+", line)
    is_long = len(word + following.split(maxsplit=1)[0]) > _LONG_WORD
    return not any(words) or is_long or bool(re.search(r"[/@_=&?%#\\]|\w\.\w", word))


# --- order of blocks and list numbers ---------------------------------------------------------------


@dataclass(slots=True)
class ReadingOrder:
    """Checks the places of blocks and list numbers in the order in which they are read."""

    _block_start: _Position = (-1, 0.0)
    _block_end: _Position = (-1, 0.0)
    _block_right: float = 0.0  # where the longest line of the block read before ends, if it stands on one page
    _numbers: list[PlacedRun] = field(default_factory=list)  # of list items whose words are not read yet
    _is_beside: bool = False  # one of them stands beside the block read before: a name in a column of its own

    def add_block(self, runs: Sequence[PlacedRun]) -> bool:
        """Note a printed block's place; return False if it is above the block read before."""
        (page, first), (last_page, last) = runs[0], runs[-1]
        is_below = not _is_above((page, first.baseline), self._block_start, slack=first.size)
        self._block_start = (page, first.baseline)
        self._block_end = (last_page, last.baseline)
        self._block_right = max(run.right for _, run in runs) if page == last_page else math.inf
        return is_below

    def add_number(self, page: int, number: TextRun) -> bool:
        """Note a list number's place; return False if it is neither below nor beside the words before it."""
        place = (page, number.baseline)
        if _is_above(place, self._block_end, slack=-0.5 * number.size):
            if number.left < self._block_right or _is_above(place, self._block_start, slack=0.5 * number.size):
                return False
            self._is_beside = True
        self._numbers.append((page, number))
        return True

    def take_numbers(self, page: int, first: TextRun) -> list[PlacedRun]:
        """Return the noted list numbers below the first line of their list item; forget all.

        A number may stand above that line, where a rule comes first, but not if it stands beside a name.
        """
        place = (page, first.baseline)
        misplaced = [
            (number_page, number)
            for number_page, number in self._numbers
            if _is_above(place, (number_page, number.baseline), slack=0.5 * number.size)
            or (self._is_beside and _is_above((number_page, number.baseline), place, slack=0.5 * number.size))
        ]
        self.forget_numbers()
        return misplaced

    def forget_numbers(self) -> None:
        """Forget the noted list numbers whose item's words have not been read."""
        self._numbers.clear()
        self._is_beside = False


def _is_above(position: _Position, reference: _Position, slack: float) -> bool:
    """Return whether a position is on an earlier page than the reference, or more than `slack` points above it."""
    (page, baseline), (reference_page, reference_baseline) = position, reference
    return page < reference_page or (page == reference_page and baseline > reference_baseline + slack)
