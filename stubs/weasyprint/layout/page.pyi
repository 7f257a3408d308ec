from collections.abc import Iterator

from weasyprint.formatting_structure.boxes import Box, PageBox
from weasyprint.layout import LayoutContext

def make_margin_boxes(context: LayoutContext, page: PageBox, state: object) -> Iterator[Box]: ...
