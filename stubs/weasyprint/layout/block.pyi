from collections.abc import Callable
from typing import TypeAlias

from weasyprint.formatting_structure.boxes import Box, ParentBox

# Abort, stop, where to go on, position, new footnotes, how many lines are left.
_LineboxLayout: TypeAlias = tuple[bool, bool, object, float, list[Box], int | None]

# The box as laid out, where to go on, what follows, margins, whether they collapse, how many lines are left.
_BlockLayout: TypeAlias = tuple[ParentBox | None, object, object, list[float], bool, int | None]

_linebox_layout: Callable[..., _LineboxLayout]
block_container_layout: Callable[..., _BlockLayout]
