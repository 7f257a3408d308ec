from collections.abc import Callable, Iterator
from typing import TypeAlias

from weasyprint.formatting_structure.boxes import Box, LineBox, ParentBox

# Abort, stop, where to go on, position, new footnotes, how many lines are left.
_LineboxLayout: TypeAlias = tuple[bool, bool, object, float, list[Box], int | None]

# The box as laid out, where to go on, what follows, margins, whether they collapse, how many lines are left.
_BlockLayout: TypeAlias = tuple[ParentBox | None, object, object, list[float], bool, int | None]

# The table as laid out, where to go on, what follows, margins, whether they collapse.
_TableLayout: TypeAlias = tuple[ParentBox | None, object, object, list[float], bool]

iter_line_boxes: Callable[..., Iterator[tuple[LineBox, object]]]
_linebox_layout: Callable[..., _LineboxLayout]
block_container_layout: Callable[..., _BlockLayout]
block_replaced_box_layout: Callable[..., object]
block_level_layout: Callable[..., object]
_in_flow_layout: Callable[..., object]
table_layout: Callable[..., _TableLayout]
