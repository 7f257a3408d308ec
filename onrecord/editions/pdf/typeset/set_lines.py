"""Lines that were set, and how bad they are: rows of hyphens, stacked words, wide spaces, short last lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from weasyprint.formatting_structure.boxes import LineBox

_HYPHENS = ("-", "\u2010")
_SHORTEST_LAST_LINE_EM = 2.5
_SHORTEST_STACKED_WORD = 3
_WIDEST_EM = 0.28  # added to each word space of a line; more is a fault
_LADDER, _STACK, _LAST_LINE, _WIDE, _HYPHEN = 8.0, 4.0, 6.0, 4.0, 0.2  # how bad a fault is


@dataclass(frozen=True, slots=True)
class SetLine:
    """A line that was set: where it starts, where the next one does, and what decides whether it is good."""

    start: object
    resume: object
    box: LineBox
    offset_px: float  # from the left edge of the paragraph
    words: tuple[str, ...]
    spaces: int
    stretch_px: float  # added to each word space
    height_px: float
    excess: float = 0.0  # how many times its word spaces are as wide as they may be; 0.0 if they are no fault

    @property
    def natural_px(self) -> float:
        """Return the length of a line before it was justified, in pixels."""
        return self.box.width - self.spaces * self.stretch_px

    @property
    def is_hyphenated(self) -> bool:
        """Return whether a line ends with a hyphen."""
        return bool(self.words) and self.words[-1].endswith(_HYPHENS)


def describe_line(start: object, resume: object, box: LineBox, offset_px: float) -> SetLine:
    """Return a line that WeasyPrint has set, as a value: words, spaces, stretch, position."""
    from weasyprint.formatting_structure.boxes import TextBox

    texts = [child for child in box.descendants() if isinstance(child, TextBox)]
    text = "".join(child.text for child in texts)
    stretch = next((child.justification_spacing for child in texts), 0.0)
    spaces = text.count(" ") + text.count("\u00a0")
    excess = stretch / (_WIDEST_EM * box.style["font_size"]) if resume is not None else 0.0
    excess = excess if excess > 1 else 0.0
    return SetLine(start, resume, box, offset_px, tuple(text.split()), spaces, stretch, box.height, excess)


def rate_lines(lines: Sequence[SetLine], size_px: float) -> float:
    """Return how bad the lines of a paragraph in this type size are; 0 is perfect."""
    rating = _LAST_LINE * has_short_end(lines, size_px)
    return rating + sum(rate_line(lines[max(index - 2, 0) : index], line) for index, line in enumerate(lines))


def rate_line(above: Sequence[SetLine], line: SetLine) -> float:
    """Return how bad a line is below the two lines above it."""
    rating = _HYPHEN * line.is_hyphenated + _WIDE * line.excess
    if not above:
        return rating
    is_ladder = line.is_hyphenated and len(above) > 1 and all(other.is_hyphenated for other in above)
    return rating + _LADDER * is_ladder + _STACK * _count_stacked(above[-1], line)


def find_fault(lines: Sequence[SetLine], size_px: float, behind: int = 0) -> int | None:
    """Return the index of the first line with a fault behind the line at an index, None if there is none."""
    for index in range(behind + 1, len(lines)):
        if rate_line(lines[max(index - 2, 0) : index], lines[index]) >= min(_LADDER, _STACK, _WIDE):
            return index
    return len(lines) - 1 if behind < len(lines) - 1 and has_short_end(lines, size_px) else None


def has_short_end(lines: Sequence[SetLine], size_px: float) -> bool:
    """Return whether the last of several lines is very short."""
    return len(lines) > 1 and lines[-1].natural_px < _SHORTEST_LAST_LINE_EM * size_px


def _count_stacked(above: SetLine, below: SetLine) -> int:
    """Return how many words stand at the same end of both lines: at their left ends, at their right ends."""
    if not above.words or not below.words:
        return 0
    pairs = ((above.words[end].lower(), below.words[end].lower()) for end in (0, -1))
    return sum(first == second and len(first) >= _SHORTEST_STACKED_WORD for first, second in pairs)
