"""Let WeasyPrint take the lines of paragraphs from `SetParagraph`.

Private names used: `layout.inline.iter_line_boxes`, `layout.block._linebox_layout`, and
`formatting_structure.build.create_anonymous_boxes`.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, cast

from onrecord.editions.pdf.typeset import line_slack
from onrecord.editions.pdf.typeset.paragraphs import SetParagraph

if TYPE_CHECKING:
    from weasyprint.formatting_structure.boxes import Box, LineBox
    from weasyprint.layout import LayoutContext
    from weasyprint.layout.block import _LineboxLayout

_SAME_PX = 0.01  # the measures of left-hand and right-hand pages differ by rounding


@cache
def set_paragraphs() -> None:
    """Make WeasyPrint set paragraphs as `text-wrap` says; a second call changes nothing."""
    line_slack.allow_slack()
    _name_note_lines()
    _place_paragraphs()
    _remove_hyphens_at_feet()


def _place_paragraphs() -> None:
    """Take the lines of plain paragraphs from `SetParagraph`, others as WeasyPrint sets them."""
    from weasyprint.layout import block, inline
    from weasyprint.layout.percent import resolve_one_percentage, resolve_percentages

    original = inline.iter_line_boxes

    def iter_line_boxes(
        context: LayoutContext,
        box: LineBox,
        position_y: float,
        bottom_space: float,
        skip_stack: object,
        containing_block: Box,
        *args: object,
    ) -> Iterator[tuple[LineBox, object]]:
        """Yield each line with the place where the next one begins."""
        *_, first_letter_style, first_line_style = args
        paragraphs = get_paragraphs(context)
        paragraph = paragraphs.get(box)
        is_wanted = box.style["text_wrap"] != "wrap" and not (first_letter_style or first_line_style)
        if not is_wanted or context.excluded_shapes or (paragraph is None and not _is_plain(box)):
            yield from original(context, box, position_y, bottom_space, skip_stack, containing_block, *args)
            return
        if paragraph is None or abs(paragraph.width - containing_block.width) > _SAME_PX:
            resolve_percentages(box, containing_block)
            resolve_one_percentage(box, "text_indent", containing_block.width)
            box.position_y = position_y
            paragraph = paragraphs[box] = _set_paragraph(context, box, containing_block)
        yield from paragraph.place_lines(skip_stack, position_y)

    inline.iter_line_boxes = block.iter_line_boxes = iter_line_boxes


def _name_note_lines() -> None:
    """Let copies of a paragraph of a footnote have the same name: the element of the note, and a number."""
    from weasyprint.formatting_structure import build
    from weasyprint.formatting_structure.boxes import FootnoteAreaBox, LineBox

    original = build.create_anonymous_boxes

    def create_anonymous_boxes(box: Box) -> Box:
        """Return WeasyPrint's box with anonymous boxes, the paragraphs of its footnotes named."""
        result: Box = original(box)
        if isinstance(result, FootnoteAreaBox):
            for note in result.all_children():
                lines = [child for child in note.descendants() if isinstance(child, LineBox)]
                for number, line in enumerate(lines):
                    line.note_place = (note.element, number)
        return result

    build.create_anonymous_boxes = create_anonymous_boxes


def _set_paragraph(context: LayoutContext, box: LineBox, containing_block: Box) -> SetParagraph:
    """Return a new paragraph, or that of a footnote, which a copy of its box was set as before."""
    place = getattr(box, "note_place", None)
    if place is None:
        return SetParagraph(context, box, containing_block)
    if not hasattr(context, "note_paragraphs"):
        context.note_paragraphs = {}
    paragraphs: dict[object, SetParagraph] = context.note_paragraphs
    paragraph = paragraphs.get(place)
    if paragraph is None or abs(paragraph.width - containing_block.width) > _SAME_PX:
        paragraph = paragraphs[place] = SetParagraph(context, box, containing_block)
    paragraph.move_to(box, containing_block)
    return paragraph


def get_paragraphs(context: LayoutContext) -> dict[LineBox, SetParagraph]:
    """Return the paragraphs of a document that have been set, by the box of their lines."""
    if not hasattr(context, "paragraphs"):
        context.paragraphs = {}
    paragraphs: dict[LineBox, SetParagraph] = context.paragraphs
    return paragraphs


def _is_plain(box: Box) -> bool:
    """Return whether a paragraph holds text only, and nothing that is moved."""
    from weasyprint.formatting_structure.boxes import InlineBox, LineBox, TextBox

    return box.style["direction"] == "ltr" and all(
        type(child) in (LineBox, InlineBox, TextBox)
        and not child.is_leader
        and child.style["position"] == "static"
        and child.style["float"] == "none"
        for child in box.descendants()
    )


def _remove_hyphens_at_feet() -> None:
    """Set a line again that ends with a hyphen at the foot of a right-hand page."""
    from weasyprint.layout import block

    original = block._linebox_layout

    def linebox_layout(
        context: LayoutContext, box: Box, index: int, child: LineBox, new_children: list[LineBox], *args: object
    ) -> _LineboxLayout:
        """Return WeasyPrint's layout of the lines on this page."""
        layout = original(context, box, index, child, new_children, *args)
        abort, stop, _, position_y, new_footnotes, max_lines = layout
        paragraph = get_paragraphs(context).get(child)
        is_broken = stop and not abort and not new_footnotes and new_children
        if not is_broken or paragraph is None or not _is_recto(context, child):
            return layout
        if paragraph.remove_hyphen(new_children):
            new_children.clear()
            return original(context, box, index, child, new_children, *args)
        count = paragraph.count_hyphenated(new_children)
        if not 0 < count <= len(new_children) - cast("int", box.style["orphans"]):
            return layout
        position_y -= sum(line.height for line in new_children[-count:])
        del new_children[-count:]
        return abort, stop, {index: new_children[-1].resume_at}, position_y, [], max_lines

    block._linebox_layout = linebox_layout


def _is_recto(context: LayoutContext, box: Box) -> bool:
    """Return whether the page that is being set is a right-hand page."""
    begins_left = box.style.root_style["break_before"] in ("left", "verso")
    return bool(context.current_page % 2) != begins_left
