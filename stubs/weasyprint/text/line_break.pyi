from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from weasyprint.formatting_structure.boxes import _Style
from weasyprint.layout import LayoutContext
from weasyprint.layout.inline import _FirstLine
from weasyprint.text.ffi import _CData, _GlyphString

class _Run(_CData):
    data: _GlyphItem
    next: _Run

class _GlyphItem:
    item: Any
    glyphs: _GlyphString

class _Line(_CData):
    runs: Sequence[_Run]

class Layout:
    text: str
    def deactivate(self) -> None: ...
    def reactivate(self, style: _Style) -> None: ...
    def get_first_line(self) -> tuple[_Line, int | None]: ...
    setup: ClassVar[Callable[[Layout, _Style], None]]
    justification_spacing: float
    max_width: float | None
    layout: _CData
    language: _CData
    style: _Style
    first_line_direction: int
    ascent: float | None
    underline_position: float | None
    strikethrough_position: float | None

def get_font_description(style: _Style) -> _CData: ...
def line_size(line: _CData, style: _Style) -> tuple[float, float]: ...
def strut(style: _Style) -> tuple[float, float]: ...
def create_layout(
    text: str, style: _Style, context: LayoutContext | None, max_width: float | None, justification_spacing: float
) -> Layout: ...
def first_line_metrics(
    first_line: _CData,
    text: str,
    layout: Layout,
    resume_at: int | None,
    space_collapse: bool,
    style: _Style,
    hyphenated: bool = False,
    hyphenation_character: str | None = None,
) -> _FirstLine: ...
def get_next_word_boundaries(text: str, lang: str) -> tuple[int, int] | None: ...
def split_first_line(
    text: str,
    style: _Style,
    context: LayoutContext,
    max_width: float | None,
    justification_spacing: float,
    is_line_start: bool = True,
    minimum: bool = False,
) -> _FirstLine: ...
def can_break_text(text: str, lang: str | None) -> bool: ...
