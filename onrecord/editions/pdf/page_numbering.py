"""The finished print edition, and the numbers of its pages: where each leaf and each turn begins."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import count as count_from

from onrecord.editions.pdf.bind.leaves import BookLeaf, LeafPosition, place_leaves
from onrecord.model import Book
from onrecord.model.changes import Supplement
from onrecord.model.inserted_pages import number_inserted_pages
from onrecord.model.page_numbers import AFTER_LAST_LETTER, LeafSpan, PageStart, Pagination
from onrecord.model.text import format_roman
from onrecord.wording.index_entries import BookPages

_OPENING = ("front.title", "front.contents", "front.imprint")  # the sections of the opening leaf, in order


@dataclass(frozen=True)
class NamedLeaf:
    """A leaf and its name: a slug, `part.1`, `back.contributors`, …"""

    name: str
    leaf: BookLeaf


class PageNumbers(dict[str, str]):
    """Page numbers by name; unknown ones are digits that need as much room."""

    def __missing__(self, key: str) -> str:
        return "000"


@dataclass(frozen=True)
class PrintEdition:
    """The print edition: the file, and where its pages begin."""

    data: bytes
    pagination: Pagination
    large_print: bytes | None = None  # the file in large print
    turn_pages: Mapping[str, str] = field(default_factory=dict)  # slug, and slug.id of a turn -> the page it begins on
    spans: tuple[LeafSpan, ...] = ()  # where each leaf stands in the file; empty for a pack


LabelPages = Callable[[Sequence[NamedLeaf]], tuple[str, ...]]  # returns the number of every page, blank ones included


def label_book_pages(leaves: Sequence[NamedLeaf], note_pages: int = 0, first_number: int = 1) -> tuple[str, ...]:
    """Return the number of every page: roman in the front matter, arabic after it."""
    _, count, front = place_leaves([named.leaf for named in leaves], note_pages)
    return tuple(
        format_roman(index + 1) if index < front else str(index - front + first_number) for index in range(count)
    )


def label_supplement_pages(leaves: Sequence[NamedLeaf], supplement: Supplement, note_pages: int) -> tuple[str, ...]:
    """Return the number of every page: interviews are inserts (23a), all other pages count i, ii, iii.

    A blank page after an interview has the next number of the insert.
    """
    placed, count, _ = place_leaves([named.leaf for named in leaves], note_pages)
    ends = [*(position.index for position in placed[1:]), count]
    sizes = {named.name: end - start.index for named, start, end in zip(leaves, placed, ends, strict=True)}
    insert_labels = number_inserted_pages(supplement, sizes)
    labels: list[str] = []
    roman_numbers = count_from(1)
    for named in leaves:
        labels += insert_labels.get(named.name) or (format_roman(next(roman_numbers)) for _ in range(sizes[named.name]))
    return tuple(labels)


def map_first_pages(leaves: Sequence[NamedLeaf], label_pages: LabelPages) -> dict[str, str]:
    """Return the number of each leaf's first page by name, "" for back matter that is not among the leaves."""
    labels = label_pages(leaves)
    first_pages = {named.name: labels[position.index] for named, position in _locate_leaves(leaves)}
    return {"back.contributors": "", "back.changes": "", "back.index": "", **first_pages}


def map_interview_pages(leaves: Sequence[NamedLeaf], label_pages: LabelPages) -> BookPages:
    """Return where the pages of the leaves begin, with the numbers of all pages."""
    labels = label_pages(leaves)
    starts = {
        named.name: tuple(
            replace(start, label=labels[position.index + named.leaf.find_offset(index)])
            for index, start in enumerate(named.leaf.part.page_starts)
        )
        for named, position in _locate_leaves(leaves)
    }
    return BookPages(starts, labels)


def map_turn_pages(leaves: Sequence[NamedLeaf], label_pages: LabelPages) -> dict[str, str]:
    """Return the number of the page on which each anchor of the leaves (a slug, `slug.a7`) stands."""
    labels = label_pages(leaves)
    turn_pages: dict[str, str] = {}
    for named, position in _locate_leaves(leaves):
        for anchor in named.leaf.part.anchors:
            turn_pages.setdefault(anchor.name, labels[position.index + named.leaf.find_offset(anchor.page)])
    return turn_pages


def find_first_sides(leaves: Sequence[NamedLeaf]) -> dict[str, str]:
    """Return on which side each leaf begins by name: recto or verso."""
    return {named.name: "verso" if position.index % 2 else "recto" for named, position in _locate_leaves(leaves)}


def build_pagination(book: Book, leaves: Sequence[NamedLeaf], labels: Sequence[str], data: bytes) -> Pagination:
    """Return the pages of the bound file `data`; a blank page belongs to the leaf before it."""
    starts: dict[int, tuple[str, PageStart]] = {}
    for named, position in _locate_leaves(leaves):
        sections = _name_sections(named)
        for index, start in enumerate(named.leaf.part.page_starts):
            starts[position.index + named.leaf.find_offset(index)] = sections[index], start
        starts |= _find_empty_pages(named, position.index)
    pages: dict[str, list[PageStart]] = {}
    name = ""
    for index, label in enumerate(labels):
        name, start = starts.get(index, (name, PageStart("", AFTER_LAST_LETTER)))
        pages.setdefault(name, []).append(replace(start, label=label))
    facts = (book.title, book.publisher, book.edition, book.date.isoformat(), book.trim.value)
    source = f"{', '.join(text for text in facts if text)}, {hashlib.sha256(data).hexdigest()[:12]}"
    return Pagination(source, {name: tuple(starts) for name, starts in pages.items()}, tuple(labels))


def _find_empty_pages(named: NamedLeaf, first: int) -> dict[int, tuple[str, PageStart]]:
    """Return the pages of a text beside another one that are empty, by sheet: the other one is longer there."""
    leaf, pages = named.leaf, dict[int, tuple[str, PageStart]]()
    for page, spread in enumerate(leaf.spreads):
        last = leaf.spreads[page - 1] if page else -1
        start = leaf.part.page_starts[page]
        pages |= {first + 2 * empty: (named.name, start) for empty in range(last + 1, spread)}
    return pages


def _locate_leaves(leaves: Sequence[NamedLeaf]) -> Iterator[tuple[NamedLeaf, LeafPosition]]:
    """Return an iterator over pairs of a leaf and its position in the file."""
    positions, _, _ = place_leaves([named.leaf for named in leaves])
    return zip(leaves, positions, strict=True)


def _name_sections(named: NamedLeaf) -> list[str]:
    """Return the section that each page of the leaf belongs to; only the opening has more than one."""
    part = named.leaf.part
    if named.name != "opening":
        return [named.name] * len(part.page_starts)
    first_pages = {anchor.name: anchor.page for anchor in reversed(part.anchors) if anchor.name in _OPENING}
    names, name = [], "front.title"
    for index in range(len(part.page_starts)):
        begun = [section for section in _OPENING if first_pages.get(section) == index]
        name, following = (begun[0], begun[-1]) if begun else (name, name)
        names.append(name)
        name = following
    return names
