"""Lines that were set, and how bad they are: rows of hyphens, stacked words, wide spaces, short last lines."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from onrecord.editions.pdf.typeset.line_boxes import make_line_box

if TYPE_CHECKING:
    from weasyprint.formatting_structure.boxes import LineBox
    from weasyprint.layout import LayoutContext

    from onrecord.editions.pdf.typeset.line_pieces import LineDraft

_HYPHENS = ("-", "\u2010")
_SHORTEST_LAST_LINE_EM = 2.5
_SHORTEST_STACKED_WORD = 3
_WIDEST_EM = 0.28  # added to each word space of a line; more is a fault
_LADDER, _STACK, _LAST_LINE, _WIDE, _HYPHEN = 8.0, 4.0, 6.0, 4.0, 0.2  # how bad a fault is


@dataclass(slots=True, eq=False)
class SetLine:
    """A line that was set: where it starts, where the next one does, and what decides whether it is good."""

    start: object
    resume: object
    make_box: Callable[[], LineBox]
    width_px: float
    offset_px: float  # from the left edge of the paragraph
    words: tuple[str, ...]
    spaces: int
    stretch_px: float  # added to each word space
    excess: float = 0.0  # how many times its word spaces are as wide as they may be; 0.0 if they are no fault
    box: LineBox | None = None  # None before it is placed

    def find_box(self) -> LineBox:
        """Return the box of the line, made when it is first asked for."""
        if self.box is None:
            self.box = self.make_box()
        return self.box

    @property
    def natural_px(self) -> float:
        """Return the length of a line before it was justified, in pixels."""
        return self.width_px - self.spaces * self.stretch_px

    @property
    def is_hyphenated(self) -> bool:
        """Return whether a line ends with a hyphen."""
        return bool(self.words) and self.words[-1].endswith(_HYPHENS)


def describe_box(start: object, resume: object, box: LineBox, offset_px: float) -> SetLine:
    """Return a line that WeasyPrint has set, as a value."""
    from weasyprint.formatting_structure.boxes import TextBox

    children = [child for child in box.descendants() if isinstance(child, TextBox)]
    texts = [child.text for child in children]
    stretch = next((child.justification_spacing for child in children), 0.0)
    size = box.style["font_size"]
    return _describe_line(start, resume, lambda: box, (box.width, offset_px, size), texts, stretch)


def describe_draft(draft: LineDraft, context: LayoutContext) -> SetLine:
    """Return a drafted line as a value; its boxes are made when it is placed."""
    sizes = draft.width, draft.offset_px, draft.root.node.box.style["font_size"]
    make_box = partial(make_line_box, draft, context)
    return _describe_line(draft.start, draft.resume, make_box, sizes, draft.texts, draft.spacing or 0.0)


def _describe_line(
    start: object,
    resume: object,
    make_box: Callable[[], LineBox],
    sizes: tuple[float, float, float],
    texts: Sequence[str],
    stretch_px: float,
) -> SetLine:
    """Return a line with these texts; the sizes are its width, its offset and its type size."""
    text = "".join(texts)
    width_px, offset_px, size_px = sizes
    spaces = text.count(" ") + text.count("\u00a0")
    excess = stretch_px / (_WIDEST_EM * size_px) if resume is not None else 0.0
    excess = excess if excess > 1 else 0.0
    return SetLine(start, resume, make_box, width_px, offset_px, tuple(text.split()), spaces, stretch_px, excess)


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


def find_fault(lines: Sequence[SetLine], size_px: float, after: int = 0) -> int | None:
    """Return the index of the first line with a fault after the line at an index, None if there is none."""
    for index in range(after + 1, len(lines)):
        if rate_line(lines[max(index - 2, 0) : index], lines[index]) >= min(_LADDER, _STACK, _WIDE):
            return index
    return len(lines) - 1 if after < len(lines) - 1 and has_short_end(lines, size_px) else None


def has_short_end(lines: Sequence[SetLine], size_px: float) -> bool:
    """Return whether the last of several lines is very short."""
    return len(lines) > 1 and lines[-1].natural_px < _SHORTEST_LAST_LINE_EM * size_px


def _count_stacked(above: SetLine, below: SetLine) -> int:
    """Return how many words stand at the same end of both lines: at their left ends, at their right ends."""
    if not above.words or not below.words:
        return 0
    pairs = ((above.words[end].lower(), below.words[end].lower()) for end in (0, -1))
    return sum(first == second and len(first) >= _SHORTEST_STACKED_WORD for first, second in pairs)
