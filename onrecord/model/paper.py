"""The paper that a book is printed on."""

from __future__ import annotations

from enum import StrEnum


class Trim(StrEnum):
    """The size of the cut page."""

    A5 = "A5"
    A4 = "A4"
    LETTER = "Letter"
    SIX_BY_NINE = "6x9"

    @property
    def size_mm(self) -> tuple[float, float]:
        """Width and height in millimetres."""
        return {"A5": (148.0, 210.0), "A4": (210.0, 297.0), "Letter": (215.9, 279.4), "6x9": (152.4, 228.6)}[self.value]
