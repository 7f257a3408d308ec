from pyphen import Pyphen
from collections.abc import Sequence
from typing import Any

from weasyprint.formatting_structure.boxes import Box, LineBox, _Style

class LayoutContext:
    dictionaries: dict[tuple[str, int, int, int], Pyphen]
    footnotes: list[Box]
    grid_top: float  # ours
    page_bottom: float
    paragraphs: dict[LineBox, Any]  # ours
    excluded_shapes: list[Box]
    current_page: int
    # By table box, then by whether margins count: smallest and largest width of the table, and of its columns …
    tables: dict[Box, dict[bool, Sequence[Any]]]
    def style_for(self, element: object, pseudo_type: str) -> _Style | None: ...
    def layout_footnote(self, footnote: Box) -> bool: ...
    def report_footnote(self, footnote: Box) -> None: ...
