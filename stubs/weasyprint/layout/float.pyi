from collections.abc import Callable

avoid_collisions: Callable[..., tuple[float, float, float]]
