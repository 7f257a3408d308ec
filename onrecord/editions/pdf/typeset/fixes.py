"""Mends two faults of WeasyPrint 70 that tear lines and lose words; each is shown by a test.

Private names used: `layout.inline.split_first_line` and `layout.block._linebox_layout`.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from weasyprint.formatting_structure.boxes import Box, _Style
    from weasyprint.layout import LayoutContext
    from weasyprint.layout.block import _LineboxLayout
    from weasyprint.layout.inline import _FirstLine


@cache
def mend() -> None:
    """Afterwards this process lays out with both mended; a second call changes nothing."""
    _let_last_space_hang()
    _keep_footnotes_of_last_lines()


def _let_last_space_hang() -> None:
    """Keep a line together whose last space does not fit.

    A text that fits but for the space at its end, with an inline element behind it, is broken at its
    first space. Here the space hangs over the end of the line, as CSS Text 3 §4.1.3 wants it.
    """
    from weasyprint.layout import inline

    original = inline.split_first_line

    def split_first_line(
        text: str, style: _Style, context: LayoutContext, max_width: float | None, *rest: object, **options: object
    ) -> _FirstLine:
        found = original(text, style, context, max_width, *rest, **options)
        bare = text.rstrip(" ")
        broken = found[2] is not None and bare != text
        if (
            broken
            and max_width is not None
            and style["white_space"] == "normal"
            and len(bare) * style["font_size"] < max_width * 8
        ):
            whole = original(bare, style, context, max_width, *rest, **options)
            if whole[2] is None and whole[3] <= max_width:
                return original(text, style, context, None, *rest, **options)
        return found

    inline.split_first_line = split_first_line


def _keep_footnotes_of_last_lines() -> None:
    """Lay out the notes of a line for which earlier notes had to make room.

    Where a page's last line fits only when the notes above it move to the next page, the line is kept and
    its own notes are forgotten: their calls are printed, the notes nowhere. Here they follow to the next page.
    """
    from weasyprint.layout import block

    original = block._linebox_layout

    def linebox_layout(
        context: LayoutContext, box: Box, index: int, child: Box, new_children: list[Box], *rest: object
    ) -> _LineboxLayout:
        found = original(context, box, index, child, new_children, *rest)
        abort, stop, _, _, new_footnotes, _ = found
        if stop and not abort and context.footnotes:
            called = [descendant.footnote for line in new_children for descendant in line.descendants()]
            for footnote in [note for note in called if note in context.footnotes]:
                context.layout_footnote(footnote)
                context.report_footnote(footnote)
                new_footnotes.append(footnote)
        return found

    block._linebox_layout = linebox_layout
