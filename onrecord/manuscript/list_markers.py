"""Read the numbers that are typed before list items, and compare them with those of a list that counts.

pandoc gives a list its first number only, so the others are looked up in the source.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from onrecord.manuscript.file_problems import Problems
from onrecord.model.rule import Rule, Severity
from onrecord.runtime import pandoc

_MOST_BLANK_LINES = 200  # between list items without text
_POSITION = re.compile(r"(\d+):(\d+)-")  # line and column, from 1; a tab reaches to the next column of four
_MARKER = re.compile(r"(\d{1,9})([.)])\s*$")  # of a list item, at the end of what stands before its text
_ANY_MARKER = re.compile(r"([-+*]|\d{1,9}[.)])\s*$")
# What stands before a marker that is alone on its line.
_BARE_MARKER = re.compile(r"^[\s>]*(?:(?:[-*+:~]|\d{1,9}[.)])\s+)*(?=\d{1,9}[.)]\s*$)")


@dataclass(frozen=True, slots=True)
class ListMarker:
    """The marker of a list item, "1." or "1)"."""

    line: int
    text_column: int  # where the text of the list item begins, from 1
    number: int
    mark: str


class ListMarkers:
    """The markers in the source.

    `lines` are what pandoc was given: line n of them is line n + `line_shift` of the file.
    """

    def __init__(self, lines: Sequence[str], line_shift: int, problems: Problems) -> None:
        self._lines = lines
        self._line_shift = line_shift
        self._problems = problems

    def read_numbers(self, start: int, entries: Sequence[list[pandoc.Block]], file_line: int) -> tuple[int, ...]:
        """Return the typed numbers of a list if they do not follow each other, with a warning; else ().

        The number 1 before all items means "count them". `file_line` is where the list begins in the file.
        """
        markers = self._find_markers(entries, file_line - self._line_shift)
        if all(marker is None or marker.number == 1 for marker in markers):
            return ()
        numbers: list[int] = []
        for marker in markers:
            expected = numbers[-1] + 1 if numbers else start
            numbers.append(marker.number if marker else expected)
        counted = list(range(start, start + len(entries)))
        if numbers == counted:
            return ()
        index = next(index for index, number in enumerate(numbers) if number != counted[index])
        self._report_gap(numbers[index], counted[index], markers[index])
        return tuple(numbers)

    def _report_gap(self, number: int, expected: int, marker: ListMarker | None) -> None:
        """Report the first number of a list that does not follow the one before."""
        assert marker is not None  # the number of an item without one follows
        self._problems.add(
            marker.line + self._line_shift,
            Rule.LIST_NUMBERS_FOLLOW,
            f"this list item is printed {number}{marker.mark} as it is typed; a list that counts has {expected}. here",
            f"type {expected}{marker.mark} if the list is to count; "
            f"if this is text, put a backslash before the mark: {number}\\{marker.mark}",
            Severity.WARNING,
        )

    def read_marker(self, entry: list[pandoc.Block], file_line: int) -> str:
        """Return what is typed before the text of a list's only item: "1984.", "-"; "" if it cannot be found."""
        line = file_line - self._line_shift
        position = _find_position(entry[0]) if entry else None
        if entry and position is None:
            return ""
        number, end = position or (line, sys.maxsize)
        text = self._read_line(number)[: end - 1]
        marker = _ANY_MARKER.search(text)
        if entry and not marker and not text.strip("> "):  # it is alone on the line above
            marker = _ANY_MARKER.search(self._read_line(number - 1))
        return marker[1] if marker else ""

    def read_words(self, entry: list[pandoc.Block]) -> str:
        """Return the first line of the text of a list item as it is typed."""
        position = _find_position(entry[0]) if entry else None
        return self._read_line(position[0])[position[1] - 1 :].strip() if position else ""

    def _find_markers(self, entries: Sequence[list[pandoc.Block]], line: int) -> list[ListMarker | None]:
        """Return the marker of each list item in the source; None where there is none to be found."""
        markers: list[ListMarker | None] = []
        column = sys.maxsize
        for blocks in entries:
            marker = self._find_marker_before(blocks[0]) if blocks else self._find_bare_marker(line, column)
            markers.append(marker)
            if marker:
                line, column = marker.line + 1, marker.text_column
        return markers

    def _find_marker_before(self, block: pandoc.Block) -> ListMarker | None:
        """Return the marker of the list item that begins with this pandoc block, None if none is found.

        It stands before the block on its line, or alone on the line above.
        """
        position = _find_position(block)
        if position is None:
            return None
        line, column = position
        for number, text in ((line, self._read_line(line)[: column - 1]), (line - 1, self._read_line(line - 1))):
            if marker := _MARKER.search(text):
                return ListMarker(number, column, int(marker[1]), marker[2])
            if text.strip("> "):
                return None
        return None

    def _find_bare_marker(self, first: int, column: int) -> ListMarker | None:
        """Return the marker of a list item without text, from line `first` on.

        It begins before `column`, where the text of the list's items begins: else it belongs to a list inside.
        """
        for number in range(first, min(first + _MOST_BLANK_LINES, len(self._lines) + 1)):
            text = self._read_line(number)
            before = _BARE_MARKER.match(text)
            if before and before.end() < column - 1 and (marker := _MARKER.search(text)):
                return ListMarker(number, len(text.rstrip()) + 2, int(marker[1]), marker[2])
        return None

    def _read_line(self, line: int) -> str:
        """Return a line of the manuscript (from 1) with its tabs expanded, or an empty text."""
        return self._lines[line - 1].expandtabs(4) if 0 < line <= len(self._lines) else ""


def _find_position(block: pandoc.Block) -> tuple[int, int] | None:
    """Return the last line and column, from 1, at which pandoc says that the block begins."""
    pairs: Sequence[Sequence[str]] = ()
    if block["t"] in ("Div", "CodeBlock", "Table"):
        pairs = block["c"][0][2]
    elif block["t"] == "Header":
        pairs = block["c"][1][2]
    starts = [_POSITION.match(position) for key, position in pairs if key == "data-pos"]
    return max(((int(start[1]), int(start[2])) for start in starts if start), default=None)
