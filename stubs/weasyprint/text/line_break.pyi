from collections.abc import Callable
from typing import ClassVar

from weasyprint.formatting_structure.boxes import Style
from weasyprint.text.ffi import CData

class Layout:
    setup: ClassVar[Callable[[Layout, Style], None]]
    layout: CData
    language: CData
    style: Style
    first_line_direction: int
    ascent: float | None
    underline_position: float | None
    strikethrough_position: float | None

def get_font_description(style: Style) -> CData: ...
