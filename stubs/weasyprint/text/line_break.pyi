from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from weasyprint.formatting_structure.boxes import _Style
from weasyprint.text.ffi import _CData

class _Run:
    data: _GlyphItem
    next: _Run

class _GlyphItem:
    item: Any
    glyphs: Any

class _Line:
    runs: Sequence[_Run]

class Layout:
    text: str
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
