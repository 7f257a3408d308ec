from collections.abc import Sequence
from typing import Any

from weasyprint.formatting_structure.boxes import Box

class LayoutContext:
    footnotes: list[Box]
    # By table box, then by whether margins count: smallest and largest width of the table, and of its columns …
    tables: dict[Box, dict[bool, Sequence[Any]]]
    def layout_footnote(self, footnote: Box) -> bool: ...
    def report_footnote(self, footnote: Box) -> None: ...
