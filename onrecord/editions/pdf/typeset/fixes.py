"""Fix two faults of WeasyPrint 70 that break lines too early and lose footnotes; a test shows each.

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
def apply_fixes() -> None:
    """Fix both faults in this process; a second call changes nothing."""
    _let_last_space_hang()
    _keep_footnotes_of_last_lines()


def _let_last_space_hang() -> None:
    """Keep a line together whose last space does not fit.

    WeasyPrint breaks a text at its first space if all but its last space fits and an inline element follows.
    With the fix the space hangs over the end of the line, as CSS Text 3 §4.1.3 requires.
    """
    from weasyprint.layout import inline

    original = inline.split_first_line

    def split_first_line(
        text: str, style: _Style, context: LayoutContext, max_width: float | None, *args: object, **options: object
    ) -> _FirstLine:
        """Return WeasyPrint's first line, or the whole text if only its last space is too wide."""
        line = original(text, style, context, max_width, *args, **options)
        _, _, resume_index, *_ = line
        bare = text.rstrip(" ")
        if resume_index is None or bare == text or max_width is None or style["white_space"] != "normal":
            return line
        if len(bare) * style["font_size"] >= max_width * 8:  # far too long for one line
            return line
        _, _, bare_resume_index, bare_width, *_ = original(bare, style, context, max_width, *args, **options)
        if bare_resume_index is None and bare_width <= max_width:
            return original(text, style, context, None, *args, **options)
        return line

    inline.split_first_line = split_first_line


def _keep_footnotes_of_last_lines() -> None:
    """Print the footnotes of a line for which earlier footnotes had to make room.

    If the last line of a page fits only when earlier footnotes move to the next page, WeasyPrint keeps the line and
    forgets its own footnotes: their calls are printed, the footnotes nowhere. With the fix they move to the next page.
    """
    from weasyprint.layout import block

    original = block._linebox_layout

    def linebox_layout(
        context: LayoutContext, box: Box, index: int, child: Box, new_children: list[Box], *args: object
    ) -> _LineboxLayout:
        """Return WeasyPrint's layout of a line, with the footnotes that it forgot."""
        layout = original(context, box, index, child, new_children, *args)
        abort, stop, _, _, new_footnotes, _ = layout
        if stop and not abort and context.footnotes:
            called = [descendant.footnote for line in new_children for descendant in line.descendants()]
            for footnote in [note for note in called if note in context.footnotes]:
                context.layout_footnote(footnote)
                context.report_footnote(footnote)
                new_footnotes.append(footnote)
        return layout

    block._linebox_layout = linebox_layout
