from collections.abc import Callable

COMPUTER_FUNCTIONS: dict[str, Callable[..., object]]
length: Callable[..., object]
