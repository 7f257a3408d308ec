"""The pieces of a drafted line: parts of texts and of inline elements, with their places and widths."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from weasyprint.formatting_structure.boxes import InlineBox, LineBox, TextBox
    from weasyprint.text.line_break import Layout

    from onrecord.editions.pdf.typeset.breaks_by_words import MeasuredText
    from onrecord.editions.pdf.typeset.word_widths import WordWidths

Skip = dict[int, "Skip | None"]  # WeasyPrint's: where a line begins


@dataclass(slots=True)
class TextNode:
    """The text of a box, and its words as far as they are measured."""

    box: TextBox
    data: bytes
    font: WordWidths | None
    measured: MeasuredText | None

    @property
    def children(self) -> Sequence[Node]:
        """Return (): a text has no children."""
        return ()


@dataclass(slots=True)
class ParentNode:
    """An inline element or the whole paragraph, and what it holds."""

    box: InlineBox | LineBox
    children: list[Node]


Node = TextNode | ParentNode


@dataclass(slots=True)
class TextPiece:
    """A part of a text on a line."""

    node: TextNode
    x: float
    text: str
    width: float
    height: float
    baseline: float
    layout: Layout | None
    max_width: float | None


@dataclass(slots=True)
class ParentPiece:
    """A part of an inline element on a line, or the line."""

    node: ParentNode
    x: float
    width: float
    children: list[Piece]
    is_start: bool
    is_end: bool


Piece = TextPiece | ParentPiece


@dataclass(slots=True)
class LineDraft:
    """A line: its pieces, where it stands, and how its word spaces are widened."""

    root: ParentPiece
    start: Skip | None
    resume: Skip | None
    x: float
    y: float
    offset_px: float
    width: float  # with wider spaces
    texts: list[str]
    spaces: int
    spacing: float | None  # added to each word space, None if the line is not justified
