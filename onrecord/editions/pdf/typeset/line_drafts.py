"""Draft the lines of plain paragraphs: where they end and how wide they are, without boxes.

A paragraph is plain if it holds text, and inline elements without space or lines around them. WeasyPrint copies all
boxes of a line to see where it ends; a second look at a paragraph sets a third of its lines in vain. Here the same
steps (`split_inline_box` and what it calls) are made with places and widths alone, in the same order, so that every
number is the same to the last bit. A text whose lines are not certain by its words is split by WeasyPrint. `line_boxes`
makes the boxes of a draft, if it is printed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from onrecord.editions.pdf.typeset.box_speedups import Speedup
from onrecord.editions.pdf.typeset.breaks_by_words import MeasuredText, WordLine, make_layout, take_known_text
from onrecord.editions.pdf.typeset.line_pieces import (
    LineDraft,
    Node,
    ParentNode,
    ParentPiece,
    Piece,
    Skip,
    TextNode,
    TextPiece,
)
from onrecord.editions.pdf.typeset.word_shapes import is_latin
from onrecord.editions.pdf.typeset.word_widths import find_widths

if TYPE_CHECKING:
    from weasyprint.formatting_structure.boxes import Box, LineBox, TextBox
    from weasyprint.layout import LayoutContext

_EPSILON = 1 + 1e-9  # WeasyPrint's
_ROUNDING_PX = 0.001
_LONGEST_PX = 65_536
_SPACING = (
    *(f"margin_{side}" for side in ("left", "right")),
    *(f"padding_{side}" for side in ("left", "right", "top", "bottom")),
    *(f"border_{side}_width" for side in ("left", "right", "top", "bottom")),
)

_PLAIN_VALUES = (("position", "static"), ("float", "none"), ("direction", "ltr"), ("white_space", "normal"))


class _NotPlain(Exception):
    """A line that WeasyPrint must set."""


_Split = tuple[Piece | None, Skip | None, str | None, str | None]  # the piece, what follows, first and last letter


@dataclass(slots=True)
class LineDrafter:
    """Drafts the lines of a paragraph, each from where it begins."""

    context: LayoutContext
    box: LineBox
    root: ParentNode
    _first_x: float = field(default=0.0)  # of the text of the line that is being drafted
    _has_text: bool = False

    def draft_line(self, start: Skip | None, containing_block: Box, slack_px: float) -> LineDraft | None:
        """Return the line that begins at `start`, so much longer or shorter than its measure; None if it is not plain.

        The box of the paragraph has its place.
        """
        from weasyprint.layout.inline import avoid_collisions, skip_first_whitespace

        box = self.box
        skip = skip_first_whitespace(box, start)
        if skip == "continue" or self.context.excluded_shapes:
            return None
        box.width = box.height = 0
        x, y, room = avoid_collisions(self.context, box, containing_block, outer=False)
        box.position_x, box.position_y = x, y
        self._has_text = False
        try:
            root, resume, _, _ = self._split_parent(self.root, x + box.text_indent, x + room + slack_px, skip, x)
            self._remove_last_space(root)
        except _NotPlain:
            return None
        return self._align(root, start, resume, (x, y), room, slack_px)

    def _align(
        self,
        root: ParentPiece,
        start: Skip | None,
        resume: Skip | None,
        place: tuple[float, float],
        room: float,
        slack_px: float,
    ) -> LineDraft | None:
        """Return the line aligned as its style says, None if it has no text."""
        texts = list(_iterate_texts(root))
        if not texts:
            return None
        spaces = sum(text.count(" ") + text.count("\u00a0") for text in texts)
        x, y = place
        extra, offset = _find_offset(root, room, slack_px, is_last=resume is None)
        line = LineDraft(root, start, resume, x, y, x + offset - x, root.width, texts, spaces, None)
        if extra is not None and spaces:
            line.spacing = extra / spaces
            advance = 0.0
            for text in texts:
                if count := text.count(" ") + text.count("\u00a0"):
                    advance += line.spacing * count
            line.width += advance
        return line

    def _split_parent(self, node: ParentNode, x: float, max_x: float, skip: Skip | None, left: float) -> _ParentSplit:
        """Return what of an inline element fits on a line (as WeasyPrint's split_inline_box)."""
        max_x *= _EPSILON
        run = _Run(node, skip, max_x)
        index, inner = (0, None) if skip is None else next(iter(skip.items()))
        resume: Skip | None = None
        for number in range(index, len(node.children)):
            child = node.children[number]
            piece, remainder, first, last = self._split(child, x, max_x, inner)
            inner = None
            run.note_letters(child, first, last)
            if piece is not None:
                end = piece.x + piece.width
                if end > max_x and end - self._measure_last_space(piece) > max_x:
                    resume = self._break_waiting(run)
                    if resume:
                        break
                x = end
                run.waiting.append((number, piece))
            if remainder is not None:
                run.pieces += run.waiting
                resume = {number: remainder}
                break
        else:
            run.pieces += run.waiting
        children = [piece for _, piece in run.pieces]
        width = children[-1].x + children[-1].width - left if children else 0.0
        return ParentPiece(node, left, width, children, skip is None, resume is None), resume, run.first, run.last

    def _split(self, node: Node, x: float, max_x: float, skip: Skip | None) -> _Split:
        """Return what of a text or an inline element fits on a line (as WeasyPrint's split_inline_level)."""
        if isinstance(node, ParentNode):
            return self._split_parent(node, x, max_x, skip, x)
        if not self._has_text:
            self._has_text, self._first_x = True, x
        start = next(iter(skip)) if skip else 0
        text = node.box.text
        if start == len(node.data):
            return None, None, text[0] if text else None, text[-1] if text else None
        piece, resume = self._split_text(node, x, max_x - x, start)
        last = text[-1] if resume is None else node.data[:resume].decode()[-1]
        return piece, None if resume is None else {resume: None}, text[0], last

    def _split_text(
        self, node: TextNode, x: float, max_width: float, start: int
    ) -> tuple[TextPiece | None, int | None]:
        """Return what of a text fits on a line, and where the text goes on."""
        from weasyprint.layout.inline import split_first_line
        from weasyprint.text.ffi import FROM_UNITS

        line = None
        if 0 < max_width <= _LONGEST_PX:
            line = self._take_line(node, start, max_width)
        if line is not None and node.font is not None:
            resume = None if line.resume is None else start + line.resume
            height, baseline = node.font.height, node.font.baseline
            width = line.width * FROM_UNITS
            return TextPiece(node, x, line.text, width, height, baseline, None, max_width), resume
        letters = node.data[start:]
        layout, length, end, width, height, baseline = split_first_line(
            letters.decode(),
            node.box.style,
            self.context,
            max_width,
            0,
            is_line_start=x <= self._first_x + _ROUNDING_PX,
        )
        if end is not None and letters[length:end].strip(b" "):
            raise _NotPlain
        piece = None if length <= 0 else TextPiece(node, x, layout.text, width, height, baseline, layout, max_width)
        return piece, None if end is None else start + end

    def _take_line(self, node: TextNode, start: int, max_width: float) -> WordLine | None:
        """Return a line of a text by the widths of its words, None if they do not say where it ends."""
        if node.measured is not None:
            return node.measured.take_line(start, self.context, max_width, can_hang=True)
        if node.font is not None and not start:
            return take_known_text(node.box.text, node.font, max_width)
        return None

    def _break_waiting(self, run: _Run) -> Skip | None:
        """Break what does not fit at its last break, or before it (as WeasyPrint's _break_waiting_children)."""
        waiting = list(run.waiting)
        while waiting:
            number, piece = waiting.pop()
            if not _can_break(piece):
                continue
            skip = run.skip[number] if run.skip and number in run.skip else None
            max_x = piece.x + piece.width - 1
            while max_x > piece.x:
                part, resume, _, _ = self._split(piece.node, piece.x, max_x, skip)
                if resume:
                    run.pieces += waiting
                    run.pieces += [(number, part)] if part is not None else []
                    return {number: resume}
                max_x -= 1
        return {run.pieces[-1][0] + 1: None} if run.pieces else None

    def _measure_text(self, node: TextNode, text: str) -> float:
        """Return the width of a text in one line."""
        from weasyprint.layout.inline import split_first_line

        _, _, resume, width, _, _ = split_first_line(text, node.box.style, self.context, None, 0)
        if resume is not None:
            raise _NotPlain
        return width

    def _measure_last_space(self, piece: Piece) -> float:
        """Return the width of the space at the end of a piece (as WeasyPrint's trailing_whitespace_size)."""
        while isinstance(piece, ParentPiece):
            if not piece.children:
                return 0.0
            piece = piece.children[-1]
        if not piece.text.endswith(" "):
            return 0.0
        bare = piece.text.rstrip(" ")
        if not bare:
            raise _NotPlain
        return self._measure_text(piece.node, piece.text) - self._measure_text(piece.node, bare)

    def _remove_last_space(self, root: ParentPiece) -> None:
        """Take the space at the end of a line away (as WeasyPrint's remove_last_whitespace)."""
        ancestors = []
        piece: Piece = root
        while isinstance(piece, ParentPiece):
            ancestors.append(piece)
            if not piece.children:
                return
            piece = piece.children[-1]
        bare = piece.text.rstrip(" ")
        if bare == piece.text:
            return
        if piece.layout is None:
            piece.layout = make_layout(piece.text, piece.max_width, 0)
        width = self._measure_text(piece.node, bare) if bare else 0
        space = piece.width - width if bare else piece.width
        piece.text, piece.width = bare, width
        for ancestor in ancestors:
            ancestor.width -= space


def make_drafter(context: LayoutContext, box: LineBox, containing_block: Box) -> LineDrafter | None:
    """Return what drafts the lines of a paragraph, None if it is not plain."""
    if len(_known_modules) < len(SPEEDUPS):
        return None
    root = _make_node(box, containing_block)
    return LineDrafter(context, box, root) if isinstance(root, ParentNode) else None


def _make_node(box: Box, containing_block: Box) -> Node | None:
    """Return the node of a box, None if it is not plain; set the used lengths of the boxes in it."""
    from weasyprint.formatting_structure.boxes import InlineBox, LineBox, TextBox
    from weasyprint.layout.percent import resolve_percentages

    if type(box) is not LineBox:
        resolve_percentages(box, containing_block)
    if box.is_leader or not _is_bare(box):
        return None
    if type(box) is TextBox:
        return _make_text_node(box)
    if type(box) is not InlineBox and type(box) is not LineBox:
        return None
    children = [_make_node(child, containing_block) for child in box.children]
    plain = [child for child in children if child is not None]
    return ParentNode(box, plain) if len(plain) == len(children) else None


def _is_bare(box: Box) -> bool:
    """Return whether a box stands in the text without space or a line around it (kept with its style if it can be)."""
    style = box.style
    is_bare = getattr(style, "_is_bare_text_by_onrecord", None)
    if is_bare is None:
        is_bare = (
            all(style[name] == value for name, value in _PLAIN_VALUES)
            and style["font_size"] > 0
            and not any(getattr(box, name) for name in _SPACING)
        )
        if getattr(style, "_used_by_onrecord", None) is not None:  # the lengths are the same for all its boxes
            style._is_bare_text_by_onrecord = is_bare
    return is_bare


def _make_text_node(box: TextBox) -> TextNode:
    """Return the node of a text; it is measured by its words if its style allows it."""
    style = box.style
    is_plain = (
        style["letter_spacing"] == "normal" and not style["word_spacing"] and style["hyphenate_limit_chars"][0] >= 2
    )
    font = find_widths(style) if is_plain else None
    measured = MeasuredText(box.text, style, font) if font and is_latin(box.text) else None
    return TextNode(box, box.text.encode(), font, measured)


_ParentSplit = tuple[ParentPiece, Skip | None, str | None, str | None]


@dataclass(slots=True)
class _Run:
    """The children of an element that are on the line, and those after the last place where it may break."""

    node: ParentNode
    skip: Skip | None
    max_x: float
    pieces: list[tuple[int, Piece]] = field(default_factory=list)
    waiting: list[tuple[int, Piece]] = field(default_factory=list)
    first: str | None = None  # letter
    last: str | None = None  # letter, a space if one has collapsed there

    def note_letters(self, child: Node, first: str | None, last: str | None) -> None:
        """Note the first and the last letter of a child, and whether the line may break before it."""
        from weasyprint.layout.inline import can_break_text

        has_both = self.last is not None and first is not None
        if has_both and can_break_text(f"{self.last}{first}", child.box.style["lang"]):
            self.pieces += self.waiting
            self.waiting = []
        if self.first is None:
            self.first = first
        self.last = " " if child.box.trailing_collapsible_space else last


def _find_offset(line: ParentPiece, room: float, slack_px: float, *, is_last: bool) -> tuple[float | None, float]:
    """Return by how much the word spaces of a line are to be wider together, None if they are not, and its offset."""
    style = line.node.box.style
    if slack_px > 0 and room < line.width <= room + slack_px * 1.001:
        return room - line.width, 0
    if line.width >= room:
        return None, 0
    align = style["text_align_all"]
    if is_last and style["text_align_last"] != "auto":
        align = style["text_align_last"]
    space = room - line.width
    if align == "justify":
        return space, 0
    return None, {"center": space / 2, "end": space, "right": space}.get(str(align), 0)


def _can_break(piece: Piece) -> bool:
    """Return whether a line may break in a piece (as WeasyPrint's can_break_inside)."""
    from weasyprint.layout.inline import can_break_text

    if isinstance(piece, TextPiece):
        return can_break_text(piece.text, piece.node.box.style["lang"])
    return any(map(_can_break, piece.children))


def _iterate_texts(piece: ParentPiece) -> Iterator[str]:
    """Yield the texts of a line."""
    for child in piece.children:
        if isinstance(child, TextPiece):
            yield child.text
        else:
            yield from _iterate_texts(child)


_known_modules: set[str] = set()  # those of WeasyPrint that are the ones this was written for


SPEEDUPS = tuple(
    Speedup(module, sha256, partial(_known_modules.add, module))
    for module, sha256 in (
        ("weasyprint.layout.inline", "0e7c1569330f5473"),
        ("weasyprint.layout.preferred", "a7973703cd8ac5fa"),
        ("weasyprint.formatting_structure.boxes", "8ffd28ab74a149f0"),
        ("weasyprint.text.line_break", "1f5a855ad992e0be"),
    )
)
