from collections.abc import Callable

draw_first_line: Callable[..., object]
draw_text: Callable[..., None]
