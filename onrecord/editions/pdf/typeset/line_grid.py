"""Keep the lines of facing pages at the same heights, which WeasyPrint 70 does not.

A block with the CSS property `block-step-size` ends at a whole number of steps below the first line of its page (CSS
Rhythmic Sizing 1 §3.1). So whatever stands in it (a title, a table, a picture), the text after it goes on in the grid
of lines. A block with `align-content: end` stands at the foot of its page. A line as high as those of the text has
their baseline, in whatever face and size it is set. A letter that another face lends makes no line higher.

Private names used: `layout.block.block_container_layout`, `layout.inline.get_next_linebox` and `split_text_box`.
"""

from __future__ import annotations

from functools import cache
from math import ceil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from weasyprint.formatting_structure.boxes import Box, LineBox, ParentBox, TextBox
    from weasyprint.layout import LayoutContext
    from weasyprint.layout.block import _BlockLayout
    from weasyprint.layout.inline import _SplitText

_ROUNDING_PX = 0.05


@cache
def keep_grid() -> None:
    """Patch WeasyPrint so that blocks with `--grid` end in the line grid; a second call changes nothing."""
    from weasyprint.layout import block

    original = block.block_container_layout

    def block_container_layout(context: LayoutContext, box: Box, *args: object, **options: object) -> _BlockLayout:
        """Return WeasyPrint's layout of the box, its height rounded up to end in the grid if it ends on this page."""
        if box.is_for_root_element:
            context.grid_top = box.position_y
        layout = original(context, box, *args, **options)
        new_box, resume_at, *_ = layout
        step = box.style["block_step_size"].value
        if new_box is not None and resume_at is None:
            if step > 0:
                _end_in_grid(new_box, context.grid_top, step)
            if "end" in box.style["align_content"]:
                _move_to_foot(new_box, context.page_bottom)
        return layout

    block.block_container_layout = block_container_layout


@cache
def align_baselines() -> None:
    """Give all lines as high as those of the text the baseline of the text; a second call changes nothing."""
    from weasyprint.layout import inline

    original = inline.get_next_linebox

    def get_next_linebox(context: LayoutContext, linebox: Box, *args: object) -> tuple[LineBox | None, object]:
        """Return WeasyPrint's next line, its text moved up or down to the baseline of the text."""
        line, resume_at = original(context, linebox, *args)
        if line is not None:
            align_line(line)
        return line, resume_at

    inline.get_next_linebox = get_next_linebox


@cache
def ignore_lent_letters() -> None:
    """Patch WeasyPrint to measure text by its first face (CSS 2.1 §10.8.1); a second call changes nothing.

    WeasyPrint measures all faces of a line, so that a Chinese word, which a face of its own draws, makes a line higher
    by a part of a point, and all lines below it on the page leave the grid.
    """
    from weasyprint.layout import inline

    original = inline.split_text_box

    def split_text_box(context: LayoutContext, box: TextBox, *args: object, **options: object) -> _SplitText:
        """Return WeasyPrint's part of the text for this line, with the baseline that it has without lent letters."""
        split = original(context, box, *args, **options)
        part = split[0]
        if part is not None:
            align_lent_letters(part)
        return split

    inline.split_text_box = split_text_box


def align_line(line: LineBox) -> None:
    """Move the text of a laid-out line up or down to the baseline of the text, if it is as high as its lines."""
    from weasyprint.text import line_break

    height, baseline = line_break.strut(line.style.root_style)
    if abs(line.height - height) < _ROUNDING_PX and line.baseline != baseline:
        for child in line.children:
            if child.is_in_normal_flow():
                child.translate(dy=baseline - line.baseline)
        line.baseline = baseline


def align_lent_letters(part: TextBox) -> None:
    """Give a part of a text on a line the baseline that it has without letters that another face lends."""
    from weasyprint.text import line_break

    if not part.text.isascii() and part.style["line_height"] != "normal":
        _, baseline = line_break.strut(part.style)
        shift = baseline - part.baseline
        part.margin_top += shift
        part.margin_bottom -= shift
        part.baseline = baseline


def _move_to_foot(box: ParentBox, foot: float) -> None:
    """Move what the box holds down to the foot of its page (`align-content`; CSS Box Alignment 3 §5.1)."""
    growth = foot - (box.border_box_y() + box.border_height())
    if growth > 0:
        box.height += growth
        for child in box.children:
            child.translate(dy=growth)


def _end_in_grid(box: ParentBox, top: float, step: float) -> None:
    """Make the box higher so that it ends a whole number of steps below `top`.

    The space is added below what it holds; above and below, if the box has a line at its lower edge.
    """
    height = box.border_box_y() + box.border_height() - top
    growth = ceil((height - _ROUNDING_PX) / step) * step - height
    box.height += growth
    if box.border_bottom_width:
        for child in box.children:
            child.translate(dy=growth / 2)
