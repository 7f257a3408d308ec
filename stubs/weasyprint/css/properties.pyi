from typing import NamedTuple

class Dimension(NamedTuple):
    value: float
    unit: str | None

ZERO_PIXELS: Dimension
INITIAL_VALUES: dict[str, object]
INHERITED: set[str]
KNOWN_PROPERTIES: set[str]
TABLE_WRAPPER_BOX_PROPERTIES: set[str]
