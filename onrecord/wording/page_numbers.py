"""Where the printed pages begin, counted in letters, so that every edition finds the same place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

PICTURE = "\ufffc"  # a picture counts as one letter
_WITHOUT_INK = frozenset("\u00ad\u200b\u200c\u200d\u2060\ufeff")
END = 10**9  # more letters than any text has: behind everything


def letters(text: str) -> str:
    """The characters that count: all but white space and those without ink."""
    return "".join(char for char in text if not char.isspace() and char not in _WITHOUT_INK)


@dataclass(frozen=True)  # without slots it is read faster
class PageStart:
    """The beginning of a printed page within its leaf (an interview, the contributors, …).

    `letters` stand before it, `entries` list items and definitions have begun before it. `divides_word`: the
    page before ends in a hyphen that the layout set. A blank page stands behind everything.
    """

    label: str
    letters: int = 0
    entries: int = 0
    divides_word: bool = False


@dataclass(frozen=True, slots=True)
class Pagination:
    """The pages of the print edition: `leaves` by name (a slug, `front.contents`), `labels` of all in order."""

    source: str  # names the print edition, for people
    leaves: Mapping[str, tuple[PageStart, ...]]
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Span:
    """Where a leaf stands in the PDF: its sheets from `first` to before `stop`, its objects from `base` to before `end`."""

    name: str
    first: int
    stop: int
    base: int
    end: int
