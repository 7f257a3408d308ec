"""Compare the numbers that are typed before list items with those that would be printed.

pandoc gives a list its first number only, so the others are looked up in the source.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from onrecord.manuscript.file_problems import Problems
from onrecord.model.rule import Rule
from onrecord.runtime import pandoc

_MOST_BLANK_LINES = 200  # between list items without text
_POSITION = re.compile(r"(\d+):(\d+)-")  # line and column, from 1; a tab reaches to the next column of four
_MARKER = re.compile(r"(\d{1,9})([.)])\s*$")  # of a list item, at the end of what stands before its text
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

    def check_numbers(self, start: int, entries: Sequence[list[pandoc.Block]], file_line: int) -> None:
        """Refuse a list whose items would be printed with other numbers than were typed.

        The number 1 before all items means "count them". `file_line` is where the list begins in the file.
        """
        typed = self._find_markers(entries, file_line - self._line_shift)
        if all(marker is None or marker.number == 1 for marker in typed):
            return
        for number, marker in enumerate(typed, start):
            if marker and marker.number != number:
                self._problems.add(
                    marker.line + self._line_shift,
                    Rule.LIST_NUMBERS_FOLLOW,
                    f"this list item is typed {marker.number}{marker.mark} and would be printed {number}., "
                    "because a list counts on from its first number",
                    f"type {number}{marker.mark} if it belongs to the list; "
                    f"if it is text, put a backslash before the mark: {marker.number}\\{marker.mark}",
                )
                return

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
        """Return the marker of the list item that begins with this block.

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
