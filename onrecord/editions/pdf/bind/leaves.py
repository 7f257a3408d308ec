"""Place the leaves of a document: on right-hand pages, or one after the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from onrecord.editions.pdf.pages.part import TypesetPart


class TurnAddress(NamedTuple):
    """An address ("A7") to print beside the turn with this destination.

    It is not printed where the destination `question` stands on the same page: “Q7” there says enough.
    """

    destination: str
    text: str
    question: str = ""


@dataclass(frozen=True, slots=True)
class BookLeaf:
    """A part in the order of the book, and how its pages are numbered and marked.

    `is_roman`: numbered i, ii, iii. `has_heads`: its pages carry folios and running heads, except the first one.
    `has_opening_folio`: the first one has a folio too. `opens_anywhere`: it may open on a left-hand page. `addresses`
    are those of its turns, for the outer margin. `spreads` of a text that faces
    another one are the spreads on which its pages stand, from 0; `is_first_of_two`: the one with left-hand pages.
    """

    part: TypesetPart
    is_roman: bool = False
    has_heads: bool = True
    has_opening_folio: bool = False
    opens_anywhere: bool = False
    addresses: tuple[TurnAddress, ...] = ()
    tab: int = 0  # in a pack, the number of the agenda item
    spreads: tuple[int, ...] = ()
    is_first_of_two: bool = False

    def find_offset(self, page: int) -> int:
        """Return how many sheets after its first one a page of the leaf (from 0) stands."""
        return 2 * self.spreads[page] if self.spreads else page


@dataclass(frozen=True, slots=True)
class LeafPosition:
    """The position of a leaf: the index of its first page in the file (from 0), and the number of that page."""

    index: int
    number: int


def place_leaves(
    leaves: Sequence[BookLeaf], note_pages: int = 0, first_number: int = 1
) -> tuple[tuple[LeafPosition, ...], int, int]:
    """Return the position of each leaf, the number of all pages, and the number of those with roman numbers.

    A leaf opens on a right-hand page unless it opens anywhere; arabic numbers start at `first_number`. `note_pages`
    follow the last leaf. Of two texts that face each other, the first has left-hand pages and the second right-hand
    pages. A document whose leaves open on right-hand pages has an even number of pages.
    """
    placed, index, first_arabic, page_count = [], 0, None, 0  # of two texts, from the second one on
    for leaf, following in zip(leaves, [*leaves[1:], None], strict=True):
        if leaf.spreads:
            index += leaf.is_first_of_two and index % 2 == 0  # a left-hand page
        else:
            index += 0 if leaf.opens_anywhere else index % 2
        if not leaf.is_roman and first_arabic is None:
            first_arabic = index
        placed.append(LeafPosition(index, index + (1 if leaf.is_roman else first_number - (first_arabic or 0))))
        if leaf.is_first_of_two and following:
            index += 1
            page_count = 2 * (max(*leaf.spreads, *following.spreads) + 1) - 1
        else:
            index += page_count or len(leaf.part.pages)
            page_count = 0
    index += note_pages
    index += 0 if leaves and leaves[-1].opens_anywhere else index % 2
    return tuple(placed), index, first_arabic if first_arabic is not None else index
