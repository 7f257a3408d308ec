"""Let WeasyPrint set a line that is a little longer or shorter than its measure.

Private names used: `layout.inline.get_next_linebox`, `split_inline_box`, `text_align` and `justify_line`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from onrecord.editions.pdf.typeset.set_lines import SetLine, describe_box

if TYPE_CHECKING:
    from weasyprint.formatting_structure.boxes import Box, LineBox
    from weasyprint.layout import LayoutContext


@dataclass
class _Slack:
    """How much longer than its measure the line that is being set may be; below 0, how much shorter it must be."""

    px: float = 0.0


_SLACK = _Slack()


def set_boxes(
    context: LayoutContext, box: LineBox, containing_block: Box, start: object, slack_px: float
) -> SetLine | None:
    """Return the line that begins at `start` as WeasyPrint sets it, None if nothing is left to set."""
    from weasyprint.layout import inline

    _SLACK.px = slack_px
    try:
        line, resume = inline.get_next_linebox(
            context, box, box.position_y, 0, start, containing_block, [], [], None, None
        )
    finally:
        _SLACK.px = 0.0
    return None if line is None else describe_box(start, resume, line, line.position_x - box.position_x)


def allow_slack() -> None:
    """Let a line be longer or shorter than its measure by the slack; a longer one gets narrower word spaces."""
    from weasyprint.formatting_structure.boxes import LineBox
    from weasyprint.layout import inline

    split, align = inline.split_inline_box, inline.text_align

    def split_inline_box(context: LayoutContext, box: Box, position_x: float, max_x: float, *args: object) -> object:
        """Return WeasyPrint's part of the box for this line, which may be longer or shorter than its measure."""
        slack = _SLACK.px if isinstance(box, LineBox) else 0.0
        return split(context, box, position_x, max_x + slack, *args)

    def text_align(context: LayoutContext, line: LineBox, available_width: float, last: bool) -> float:
        """Return how far to move the line; narrow the word spaces of one that is too long by its slack."""
        if _SLACK.px > 0 and available_width < line.width <= available_width + _SLACK.px * 1.001:
            inline.justify_line(context, line, available_width - line.width)
            return 0
        return align(context, line, available_width, last)

    inline.split_inline_box = split_inline_box
    inline.text_align = text_align
