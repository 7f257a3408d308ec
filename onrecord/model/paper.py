"""The paper that a book is printed on."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from onrecord.model.value import Value

_NUMBER = r"(\d{1,3}(?:\.\d{1,3})?)"
_SIZE = re.compile(rf"{_NUMBER}\s*(mm|cm|in)?\s*[x×]\s*{_NUMBER}\s*(mm|cm|in)", re.IGNORECASE)
_THICKNESS = re.compile(r"(\d{0,4}[.,]?\d{1,4})\s*(?:mm)?", re.IGNORECASE)
_MM = {"mm": 1.0, "cm": 10.0, "in": 25.4}
SMALLEST_MM, LARGEST_MM = (90.0, 120.0), (300.0, 420.0)
THINNEST_PAPER_MM, THICKEST_PAPER_MM = 0.03, 0.6  # from bible paper to thin board


class Openings(StrEnum):
    """On which pages interviews may begin: on right-hand pages, or on any page."""

    RECTO = "recto"
    ANY = "any"


class Trim(StrEnum):
    """The size of the cut page."""

    A5 = "A5"
    A4 = "A4"
    LETTER = "Letter"
    SIX_BY_NINE = "6x9"

    @property
    def size_mm(self) -> tuple[float, float]:
        """Return width and height of the trimmed page in millimetres."""
        return {"A5": (148.0, 210.0), "A4": (210.0, 297.0), "Letter": (215.9, 279.4), "6x9": (152.4, 228.6)}[self.value]


@dataclass(frozen=True, slots=True)
class PageSize(Value):
    """A size of the cut page that has no name."""

    width_mm: float
    height_mm: float

    @property
    def size_mm(self) -> tuple[float, float]:
        """Return width and height of the page in millimetres."""
        return self.width_mm, self.height_mm

    @property
    def value(self) -> str:
        """Return the page size as the setting `trim:` has it."""
        return f"{self.width_mm:g} x {self.height_mm:g} mm"


AnyTrim = Trim | PageSize


def parse_trim(text: str) -> AnyTrim | None:
    """Return the trim that a text names: “A5”, “130 x 200 mm”, “5.5 x 8.5 in”; None if it names none."""
    named = {trim.value.casefold(): trim for trim in Trim}
    if text.casefold() in named:
        return named[text.casefold()]
    match = _SIZE.fullmatch(text.strip())
    if match is None:
        return None
    width, width_unit, height, unit = match.groups()
    sides = (float(width) * _MM[(width_unit or unit).lower()], float(height) * _MM[unit.lower()])
    size = PageSize(round(sides[0], 1), round(sides[1], 1))
    return next((trim for trim in Trim if trim.size_mm == size.size_mm), size)


def fits_press(trim: AnyTrim) -> bool:
    """Return whether a page of this size has room for the text and its margins, and is no poster."""
    (width, height), (least_width, least_height), (most_width, most_height) = trim.size_mm, SMALLEST_MM, LARGEST_MM
    return least_width <= width <= most_width and least_height <= height <= most_height


def parse_thickness_mm(text: str) -> float | None:
    """Return the thickness of a sheet of paper that a text names: “0.11”, “0,11 mm”; None if it names none."""
    match = _THICKNESS.fullmatch(text.strip())
    return float(match[1].replace(",", ".")) if match else None


def compute_spine_mm(page_count: int, paper_thickness_mm: float) -> float:
    """Return how thick a block of so many pages is: two of them are on a sheet of paper."""
    return round(-(-page_count // 2) * paper_thickness_mm, 2)
