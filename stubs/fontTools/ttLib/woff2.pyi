from array import array
from collections.abc import Callable
from types import ModuleType, SimpleNamespace

class _Coordinates:
    array: array[float]  # x and y of each point in turn

brotli: ModuleType | SimpleNamespace
calcIntBounds: Callable[[_Coordinates], tuple[int, int, int, int]]
