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
    note_paragraphs: dict[object, Any]  # ours
    picture_heights: dict[Any, float]  # ours
    excluded_shapes: list[Box]
    current_page: int
    made_pages: Any  # ours
    page_maker: list[Any]
    current_page_footnotes: list[Box]
    reported_footnotes: list[Box]
    broken_out_of_flow: dict[Box, object]
    # By table box, then by whether margins count: smallest and largest width of the table, and of its columns …
    tables: dict[Box, dict[bool, Sequence[Any]]]
    def style_for(self, element: object, pseudo_type: str) -> _Style | None: ...
    def create_block_formatting_context(self, root_box: Box | None = None) -> None: ...
    def finish_block_formatting_context(self, root_box: Box | None = None) -> None: ...
    def layout_footnote(self, footnote: Box) -> bool: ...
    def report_footnote(self, footnote: Box) -> None: ...
