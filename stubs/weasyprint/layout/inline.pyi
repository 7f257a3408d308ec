from collections.abc import Callable, Iterator
from typing import Any, Literal, TypeAlias

from weasyprint.formatting_structure.boxes import Box, LineBox, TextBox
from weasyprint.layout import LayoutContext
from weasyprint.text.line_break import Layout

# Layout, bytes set, where the rest begins (None: nowhere), width, height, baseline.
_FirstLine: TypeAlias = tuple[Layout, int, int | None, float, float, float]

_SplitText: TypeAlias = tuple[TextBox | None, int | None, bool]

split_text_box: Callable[..., _SplitText]
split_first_line: Callable[..., _FirstLine]
get_next_linebox: Callable[..., tuple[LineBox | None, object]]
iter_line_boxes: Callable[..., Iterator[tuple[LineBox, object]]]
text_align: Callable[..., float]
justify_line: Callable[[LayoutContext, LineBox, float], None]
split_inline_level: Callable[..., object]
split_inline_box: Callable[..., object]
handle_leader: Callable[[LayoutContext, LineBox, Box], None]
create_layout: Callable[..., Layout]
skip_first_whitespace: Callable[[Box, dict[int, Any] | None], dict[int, Any] | Literal["continue"] | None]
avoid_collisions: Callable[..., tuple[float, float, float]]
can_break_text: Callable[[str, str], bool]
add_word_spacing: Callable[[LayoutContext, LineBox, float, float], float]
line_box_verticality: Callable[[LineBox], tuple[float, float]]
_adjust_line_height: Callable[[Box], None]
