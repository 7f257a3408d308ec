from collections.abc import Callable
from typing import TypeAlias

from weasyprint.formatting_structure.boxes import Box

# Abort, stop, where to go on, position, new footnotes, how many lines are left.
_LineboxLayout: TypeAlias = tuple[bool, bool, object, float, list[Box], int | None]

_linebox_layout: Callable[..., _LineboxLayout]
