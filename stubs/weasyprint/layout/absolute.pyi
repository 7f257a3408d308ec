from collections.abc import Callable

absolute_block: Callable[..., object]
