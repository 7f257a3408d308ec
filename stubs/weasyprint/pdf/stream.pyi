import pydyf
from weasyprint.pdf.fonts import Font
from weasyprint.text.ffi import _CData
from weasyprint.formatting_structure.boxes import Box

class Stream(pydyf.Stream):
    _tags: dict[Box, dict[str, int]]
    def add_font(self, pango_font: _CData) -> tuple[Font, float]: ...
