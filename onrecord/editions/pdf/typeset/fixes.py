"""Fix eight faults of WeasyPrint 70: broken lines, words, names, tables, pages; footnotes lost, false capitals.

A test shows each. Private names used: `layout.inline.split_first_line`, `split_inline_level` and `split_inline_box`,
`layout.block._linebox_layout`, `_in_flow_layout`, `block_level_layout` and `table_layout`,
`layout.table.auto_table_layout`, the widths in `LayoutContext.tables`, `layout.absolute.absolute_block` and
`text.fonts.PANGO_VARIANT`.
"""

from __future__ import annotations

from functools import cache
from math import inf
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import Sequence

    from weasyprint.formatting_structure.boxes import Box, ParentBox, _Style
    from weasyprint.layout import LayoutContext
    from weasyprint.layout.block import _LineboxLayout, _TableLayout
    from weasyprint.layout.inline import _FirstLine

_ROUNDING_PX = 0.001


@cache
def apply_fixes() -> None:
    """Fix faults of WeasyPrint in this process; a second call changes nothing."""
    _let_last_space_hang()
    _break_words_at_line_starts_only()
    _keep_footnotes_of_last_lines()
    _fit_tables_to_their_page()
    _divide_rows_below_their_head()
    _fill_pages_below_marks()
    _draw_real_small_capitals_only()
    _keep_names_whole()


def _let_last_space_hang() -> None:
    """Patch WeasyPrint to keep a line together whose last space does not fit.

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


def _break_words_at_line_starts_only() -> None:
    """Patch WeasyPrint to break a too long word only where nothing stands before it on its line.

    WeasyPrint means to do so, but takes an empty element, as the mark of a page, for text, and does not see the text
    that stands before the word in the same element: it divides a short word in two without a hyphen.
    """
    from weasyprint.formatting_structure.boxes import InlineBox, LineBox, TextBox
    from weasyprint.layout import inline

    split_level, split_box = inline.split_inline_level, inline.split_inline_box
    place = 9  # of the children of the line after the first two arguments
    starts: list[float] = []  # where the first box of each line begins that is being laid out, of the outermost first

    def split_inline_box(context: LayoutContext, box: Box, *args: object) -> object:
        """Return WeasyPrint's part of the box for this line; note for its children where a line begins."""
        if not isinstance(box, LineBox):
            return split_box(context, box, *args)
        starts.append(inf)
        try:
            return split_box(context, box, *args)
        finally:
            starts.pop()

    def split_inline_level(context: LayoutContext, box: Box, *args: object) -> object:
        """Return WeasyPrint's part of the box for this line, with children before it only if it is not the first."""
        if starts and not isinstance(box, InlineBox):
            position = cast("float", args[0])
            starts[-1] = min(starts[-1], position)
            if isinstance(box, TextBox):
                is_first = position <= starts[-1] + _ROUNDING_PX
                args = (*args[:place], [] if is_first else [(0, box)], *args[place + 1 :])
        return split_level(context, box, *args)

    inline.split_inline_box = split_inline_box
    inline.split_inline_level = split_inline_level


def _keep_footnotes_of_last_lines() -> None:
    """Patch WeasyPrint to print the footnotes of a line for which earlier footnotes had to make room.

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


def _fit_tables_to_their_page() -> None:
    """Patch WeasyPrint to narrow a table that is wider than its page, at its widest columns.

    WeasyPrint makes no column narrower than its longest word, and lets the table leave the page. With the fix the
    widest columns become as narrow as needed, and `overflow-wrap` breaks the words that they have no room for.
    """
    from weasyprint.layout import table as tables

    original = tables.auto_table_layout

    def auto_table_layout(context: LayoutContext, box: Box, containing_block: tuple[float, float]) -> None:
        """Lay the columns out as WeasyPrint does, the widest of them narrower if they do not fit."""
        table = box.get_wrapped_table()
        tables.table_and_columns_preferred_widths(context, box, outer=False)
        edges = (table.padding_left, table.padding_right, table.border_left_width, table.border_right_width)
        margins = (margin for margin in (box.margin_left, box.margin_right) if margin != "auto")
        room = containing_block[0] - sum(edges) - sum(margins)
        for is_outer, (smallest, largest, widths, *others) in context.tables[table].items():
            if widths and smallest > room * (1 + 1e-9):
                limited = _limit_widths(widths, room - (smallest - sum(widths)))
                context.tables[table][is_outer] = room, max(largest, room), limited, *others
        original(context, box, containing_block)

    tables.auto_table_layout = auto_table_layout


def _divide_rows_below_their_head() -> None:
    """Patch WeasyPrint to divide a row that has no room on a page below the head of its table.

    WeasyPrint prints such a row whole if it may not be divided, and leaves out the head of the table on that page.
    """
    from weasyprint.layout import block

    original = block.table_layout

    def table_layout(
        context: LayoutContext,
        table: ParentBox,
        bottom_space: float,
        start: dict[int, dict[int, object] | None] | None,  # what of the table stands on earlier pages
        *args: object,
    ) -> _TableLayout:
        """Return WeasyPrint's layout of the table, its first row divided if there would be no head above it."""
        layout = original(context, table, bottom_space, start, *args)
        if layout[0] is None or _has_head(layout[0]) or not _has_head(table):
            return layout
        (group, rows), *_ = start.items() if start else [(1, None)]
        row = _list_rows(table.children[group])[min(rows or (0,))]
        row.style = row.style.copy()
        row.style["break_inside"] = "auto"
        return original(context, table, bottom_space, start, *args)

    block.table_layout = table_layout


def _fill_pages_below_marks() -> None:
    """Patch WeasyPrint to take a page that only holds marks of pages, which are empty blocks, for an empty page.

    WeasyPrint leaves such a page when what follows does not fit on it whole, even if it fits on no page.
    """
    from weasyprint.layout import block

    original, original_flow = block.block_level_layout, block._in_flow_layout
    is_empty_place = 3  # of `page_is_empty` after the first two arguments
    firsts: list[Box] = []  # the boxes that are being laid out below marks at the top of a page, the outermost first

    def in_flow_layout(
        context: LayoutContext, box: Box, index: int, child: Box, above: list[Box], page_is_empty: bool, *args: object
    ) -> object:
        """Return WeasyPrint's layout of a child; note whether only marks are above it on its page."""
        if not page_is_empty or not above or not all(map(_is_mark, above)):
            return original_flow(context, box, index, child, above, page_is_empty, *args)
        firsts.append(child)
        try:
            return original_flow(context, box, index, child, above, page_is_empty, *args)
        finally:
            firsts.pop()

    def block_level_layout(context: LayoutContext, box: Box, *args: object, **options: object) -> object:
        """Return WeasyPrint's layout of a block, on a page that counts as empty if only marks are above it."""
        if firsts and firsts[-1] is box:
            args = (*args[:is_empty_place], True, *args[is_empty_place + 1 :])
        return original(context, box, *args, **options)

    block._in_flow_layout = in_flow_layout
    block.block_level_layout = block_level_layout


def _is_mark(box: Box) -> bool:
    """Return whether the box is the mark of a page of the normal edition, a block without words."""
    return box.element is not None and box.element.get("class") == "pagebreak"


def _list_rows(group: Box) -> Sequence[Box]:
    """Return the rows of a group of rows."""
    return cast("ParentBox", group).children


def _has_head(table: ParentBox) -> bool:
    """Return whether the table begins with rows that are its head."""
    return bool(table.children) and table.children[0].is_header


def _draw_real_small_capitals_only() -> None:
    """Patch WeasyPrint to ask for small capitals only as a feature of the face, as it does besides.

    It also asks Pango for the variant, and where a face has none Pango draws small letters with its large capitals: the
    glyph of an A then stands for both letters in the whole file, so that “Anna” is read as “AnnA”.
    """
    from weasyprint.text import fonts

    fonts.PANGO_VARIANT = dict.fromkeys(fonts.PANGO_VARIANT, fonts.PANGO_VARIANT["normal"])


def _keep_names_whole() -> None:
    """Patch WeasyPrint to keep a box that stands beside the text on one page, if it has `break-inside: avoid`.

    WeasyPrint prints the second line of a name on the next page if the first stands beside the last line of a page.
    """
    from weasyprint.layout import absolute

    original = absolute.absolute_block

    def absolute_block(
        context: LayoutContext, box: Box, block: Box, fixed: object, bottom_space: float, *args: object
    ) -> object:
        """Return WeasyPrint's layout of the box, as if its page had no end if it may not be broken."""
        space = -inf if box.style["break_inside"] == "avoid" else bottom_space
        return original(context, box, block, fixed, space, *args)

    absolute.absolute_block = absolute_block


def _limit_widths(widths: list[float], room: float) -> list[float]:
    """Return the widths, the largest ones limited so that all together take up the room."""
    limit, remaining = 0.0, room
    for index, width in enumerate(sorted(widths)):
        limit = max(remaining, 0.0) / (len(widths) - index)
        if width > limit:
            break
        remaining -= width
    return [min(width, limit) for width in widths]
