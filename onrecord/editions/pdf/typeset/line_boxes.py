"""Make the boxes of a drafted line as WeasyPrint makes them (`split_inline_box`, `get_next_linebox`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from onrecord.editions.pdf.typeset.breaks_by_words import make_layout
from onrecord.editions.pdf.typeset.line_grid import align_lent_letters, align_line
from onrecord.editions.pdf.typeset.line_pieces import LineDraft, ParentPiece, TextPiece

if TYPE_CHECKING:
    from weasyprint.formatting_structure.boxes import Box, InlineBox, LineBox, TextBox
    from weasyprint.layout import LayoutContext


def make_line_box(line: LineDraft, context: LayoutContext) -> LineBox:
    """Return the laid-out boxes of a drafted line."""
    from weasyprint.formatting_structure.boxes import LineBox
    from weasyprint.layout import inline

    box = _make_parent_box(line.root)
    assert isinstance(box, LineBox)
    if line.spacing is not None:
        inline.add_word_spacing(context, box, line.spacing, 0)
    bottom, top = inline.line_box_verticality(box)
    box.baseline = -top
    box.position_y = top
    box.height = bottom - top
    box.margin_top = box.margin_bottom = 0
    box.translate(line.offset_px, line.y - top)
    box.position_y = line.y
    align_line(box)
    return box


def _make_parent_box(piece: ParentPiece) -> InlineBox | LineBox:
    """Return the box of a line or an inline element, with what it holds."""
    from weasyprint.layout import inline

    children: list[Box] = [
        _make_text_box(child) if isinstance(child, TextPiece) else _make_parent_box(child) for child in piece.children
    ]
    box = piece.node.box.copy_with_children(children)
    box.remove_decoration(start=not piece.is_start, end=not piece.is_end)
    box.position_x = piece.x
    box.width = piece.width
    inline._adjust_line_height(box)
    return box


def _make_text_box(piece: TextPiece) -> TextBox:
    """Return the box of a part of a text (as WeasyPrint's split_text_box)."""
    from weasyprint.text.line_break import strut

    box = piece.node.box.copy()
    box.text, box.width, box.height = piece.text, piece.width, piece.height
    box.pango_layout = piece.layout or make_layout(piece.text, piece.max_width, 0)
    line_height, _ = strut(box.style)
    box.margin_top = box.margin_bottom = (line_height - piece.height) / 2
    box.baseline = piece.baseline + box.margin_top
    box.position_x = piece.x
    align_lent_letters(box)
    return box
