"""The search of the line ends that are best together, with lines of words that are set by counting letters."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from onrecord.editions.pdf.typeset.line_search import find_better_lines, find_foot_without_hyphen
from onrecord.editions.pdf.typeset.set_lines import SetLine, find_fault, rate_line, rate_lines

WIDTH = 24  # letters


def refuse_box() -> Any:
    """Fail: no line of a search is placed."""
    raise AssertionError


class _Words:
    """A paragraph of words, a letter of which is a pixel wide; lines may be up to two words shorter than they could."""

    size = 1.0

    def __init__(self, text: str) -> None:
        self._words = text.split()
        self.lines: list[SetLine] = []
        while not self.lines or self.lines[-1].resume is not None:
            self.lines.append(self.list_choices(self.lines[-1].resume if self.lines else None)[0])

    def list_choices(self, start: Any) -> Sequence[SetLine]:
        first = start or 0
        fitting = [
            end for end in range(first + 1, len(self._words) + 1) if len(" ".join(self._words[first:end])) <= WIDTH
        ]
        return [self._make_line(start, first, end) for end in fitting[:-4:-1]]

    def _make_line(self, start: object, first: int, end: int) -> SetLine:
        words = tuple(self._words[first:end])
        resume = end if end < len(self._words) else None
        return SetLine(start, resume, refuse_box, len(" ".join(words)), 0, words, len(words) - 1, 0.0)


def test_a_row_of_hyphens_goes_away_and_every_word_stays() -> None:
    paragraph = _Words(
        "light of the lamp har- bour at dawn and break- water of the pier light- house by the sea and sky"
    )
    assert find_fault(paragraph.lines, 1.0) == 2
    lines = find_better_lines(paragraph, 2)
    assert find_fault(lines, 1.0) is None
    assert [word for line in lines for word in line.words] == [word for line in paragraph.lines for word in line.words]
    assert all(before.resume == after.start for before, after in itertools.pairwise(lines))


def test_stacked_words_go_away() -> None:
    paragraph = _Words("the harbour light is out the keeper has seen it he is on the stairs again with oil")
    assert find_fault(paragraph.lines, 1.0) == 1
    lines = find_better_lines(paragraph, 1)
    assert rate_lines(lines, 1.0) < rate_lines(paragraph.lines, 1.0)


def test_wide_spaces_are_a_fault_the_worse_the_wider_they_are() -> None:
    lines = _Words("the harbour light is out and a keeper has seen it: he is on the stairs with oil").lines
    wide, wider = (replace(lines[1], excess=excess) for excess in (1.1, 2.0))
    assert find_fault(lines, 1.0) is None
    assert find_fault([lines[0], wide, *lines[2:]], 1.0) == 1
    assert rate_line(lines[:1], lines[1]) < rate_line(lines[:1], wide) < rate_line(lines[:1], wider)


def test_lines_before_the_page_stay_when_its_foot_is_changed() -> None:
    paragraph = _Words(
        "light of the lamp and boat of the old har- bour at dawn and the break- water of the pier at sea"
    )
    foot = next(index for index, line in enumerate(paragraph.lines) if line.is_hyphenated and index)
    lines = find_foot_without_hyphen(paragraph, foot, foot)
    assert lines[:foot] == paragraph.lines[:foot]
    assert not lines[foot].is_hyphenated


def test_what_cannot_be_mended_stays() -> None:
    paragraph = _Words("lighthouse-keepers-wife lighthouse-keepers-wife lighthouse-keepers-wife")
    assert find_better_lines(paragraph, 1) == paragraph.lines
    assert find_foot_without_hyphen(_Words("breakwater-and-harbour- breakwater-and-harbour- pier"), 0, 0) == []
