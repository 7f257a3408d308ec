"""Where the printed pages begin, counted in letters, so that every edition finds the same place."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from onrecord.model.value import Value

PICTURE_LETTER = "\ufffc"  # a picture counts as one letter
_WITHOUT_INK = re.compile("[\\s\u00ad\u200b\u200c\u200d\u2060\ufeff]+")
AFTER_LAST_LETTER = 10**9  # more letters than any text has: a place after all text


def filter_letters(text: str) -> str:
    """Return the characters that count: all but white space and characters without ink."""
    return _WITHOUT_INK.sub("", text)


@dataclass(frozen=True, slots=True)
class PageStart(Value):
    """The beginning of a printed page within its leaf (an interview, the contributors, …).

    `letters` stand before it, `entries` list items and definitions have begun before it. `divides_word`: the
    page before ends in a hyphen that the layout set. A blank page has `END` letters before it.
    """

    label: str
    letters: int = 0
    entries: int = 0
    divides_word: bool = False


@dataclass(frozen=True, slots=True)
class Pagination(Value):
    """The pages of the print edition: `leaves` by name, `labels` of all pages in order.

    The name of a leaf is an interview's slug, or `front.contents`, `part.2`, `back.contributors`. `source` names the
    print edition for readers.
    """

    source: str
    leaves: Mapping[str, tuple[PageStart, ...]]
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LeafSpan(Value):
    """Where a leaf is in the PDF.

    Its pages are `first` to before `stop`, from 0; its objects have the numbers `base` to before `end`.
    """

    name: str
    first: int
    stop: int
    base: int
    end: int
