"""Where the leaves of a copy go: each opens on a right-hand page, front matter is numbered i, ii, iii."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from onrecord.editions.pdf.pages.part import Part


@dataclass(frozen=True, slots=True)
class Leaf:
    """A part at its place in the book.

    `roman`: numbered i, ii, iii. `furnished`: its pages carry folios and running heads, but for the
    first one. `addresses` are the turns to mark in the outer margin: destination -> "Q7".
    """

    part: Part
    roman: bool = False
    furnished: bool = True
    opening_folio: bool = False
    addresses: tuple[tuple[str, str], ...] = ()
    tab: int = 0  # in a pack, the number of the agenda item


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a leaf begins: sheet index of its first page (from 0) and that page's number."""

    index: int
    number: int


def places(leaves: Sequence[Leaf], note_pages: int = 0) -> tuple[tuple[Placed, ...], int, int]:
    """Where each leaf begins when every leaf opens on a right-hand page; all pages, roman pages.

    The arabic numbers start at 1 on a right-hand page. `note_pages` follow the last leaf.
    """
    placed, index, first_arabic = [], 0, None
    for leaf in leaves:
        index += index % 2
        if not leaf.roman and first_arabic is None:
            first_arabic = index
        placed.append(Placed(index, index + 1 - (0 if leaf.roman else first_arabic or 0)))
        index += len(leaf.part.pages)
    index += note_pages
    index += index % 2
    return tuple(placed), index, first_arabic if first_arabic is not None else index


def roman(value: int) -> str:
    """Lower-case roman numeral."""
    out = ""
    for size, letters in (
        (100, "c"),
        (90, "xc"),
        (50, "l"),
        (40, "xl"),
        (10, "x"),
        (9, "ix"),
        (5, "v"),
        (4, "iv"),
        (1, "i"),
    ):
        out += letters * (value // size)
        value %= size
    return out
