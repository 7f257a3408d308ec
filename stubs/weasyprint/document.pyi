from collections.abc import Hashable

from weasyprint.formatting_structure.boxes import PageBox
from weasyprint.pdf.fonts import Font

class Page:
    width: float
    height: float
    anchors: dict[str, tuple[float, ...]]  # left, top …
    _page_box: PageBox

class Document:
    pages: list[Page]
    fonts: dict[Hashable, Font]
    def write_pdf(self) -> bytes: ...
