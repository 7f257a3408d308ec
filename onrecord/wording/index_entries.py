"""The entries of a book's index as editions print them: sorted, with pages for print and addresses for screens."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import groupby

from onrecord.model import Book, Interview, TextLine
from onrecord.model.directions import direct_block, is_from_right
from onrecord.model.index_headings import IndexHeading
from onrecord.model.index_places import IndexPlace, find_index_places
from onrecord.model.names import fold_name
from onrecord.model.page_numbers import AFTER_LAST_LETTER, PageStart
from onrecord.model.value import ByIdentity
from onrecord.runtime.collation import find_head, make_sort_key
from onrecord.runtime.interface_texts import get_language
from onrecord.wording import turn_labels

_FEWEST_JOINED = 3  # pages one after another that become a range: 98–101
_Places = Mapping[tuple[str, str], Sequence[IndexPlace]]  # by the names of heading and sub-heading


@dataclass(frozen=True, slots=True)
class Locator:
    """A turn, or a range of turns, by the id and the address of the first: `text` is “A2” or “A2–A5”."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class InterviewLocators:
    """The places of an interview. `is_at_head`: there is one before its first turn."""

    interview: Interview
    is_at_head: bool
    locators: tuple[Locator, ...]


@dataclass(frozen=True, slots=True)
class Reference:
    """A heading that another one refers to, and its number in the index."""

    name: str
    number: int


@dataclass(frozen=True, slots=True)
class PageSpan:
    """A page, or a range of pages, as it is printed (“98–101”), and the number of its first page."""

    text: str
    first: str

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class IndexEntry:
    """A heading or sub-heading with its places: `pages` in print, `interviews` on screens.

    `number` counts the headings from 1; a sub-heading has 0.
    """

    name: str
    number: int = 0
    pages: tuple[PageSpan, ...] = ()
    interviews: tuple[InterviewLocators, ...] = ()
    see: tuple[Reference, ...] = ()
    see_also: tuple[Reference, ...] = ()
    subs: tuple[IndexEntry, ...] = ()


@dataclass(frozen=True, slots=True)
class LetterGroup:
    """The entries below one letter, "" for those that begin with a sign."""

    head: str
    entries: tuple[IndexEntry, ...]


def list_printed_index(book: Book, pages: BookPages | None = None) -> tuple[LetterGroup, ...]:
    """Return the index of a book, none if it prints none; with the pages of print, or with addresses."""
    index = book.printed_index
    if index is None:
        return ()
    places = _find_places_cached(ByIdentity(book))
    placed = [heading for heading in index.headings if _has_places(heading, places)]
    shown = {fold_name(heading.name.text) for heading in placed}
    referring = (heading for heading in index.headings if any(fold_name(name.text) in shown for name in heading.see))
    headings = _sort_headings((*placed, *referring), book.language)
    writer = _EntryWriter(book, places, headings, pages)
    entries = [(heading, writer.write_entry(heading)) for heading in headings]
    groups = groupby(entries, key=lambda entry: find_head(entry[0].sort or entry[0].name.text, book.language))
    return tuple(LetterGroup(head, tuple(entry for _, entry in group)) for head, group in groups)


@lru_cache(maxsize=2)
def _find_places_cached(key: ByIdentity[Book]) -> _Places:
    """Return the index places of a book by heading and sub-heading; several editions ask for them."""
    book = key.value
    labels = {interview.slug: turn_labels.write_labels(interview) for interview in book.interviews}
    return _group_places(find_index_places(book, labels))


def get_marks(language: str) -> dict[str, str]:
    """Return the signs of a language that templates need: what stands before places, and between references."""
    known = get_language(language)
    return {"colon": known.colon, "semicolon": known.semicolon}


def _group_places(places: Iterable[IndexPlace]) -> dict[tuple[str, str], list[IndexPlace]]:
    """Return the index places of each heading and sub-heading."""
    groups: dict[tuple[str, str], list[IndexPlace]] = {}
    for place in places:
        groups.setdefault((place.heading, place.sub), []).append(place)
    return groups


def _has_places(heading: IndexHeading, places: _Places) -> bool:
    """Return whether the heading or one of its sub-headings has places."""
    names = ("", *(sub.name.text for sub in heading.subs))
    return any((heading.name.text, name) in places for name in names)


def _sort_headings(headings: Iterable[IndexHeading], language: str) -> list[IndexHeading]:
    """Return index headings in the order of a language."""
    return sorted(headings, key=lambda heading: make_sort_key(heading.sort or heading.name.text, language))


# --- pages --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class BookPages:
    """Where the printed pages of interviews begin, by slug, and the labels of all pages in order."""

    leaves: Mapping[str, Sequence[PageStart]]
    labels: Sequence[str]
    _numbers: Mapping[str, int] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Index the labels."""
        object.__setattr__(self, "_numbers", {label: number for number, label in enumerate(self.labels)})

    def find_page(self, slug: str, letters: int) -> int:
        """Return the index of the page that holds the letter of an interview which has `letters` letters before it."""
        starts = [start for start in self.leaves[slug] if start.letters < AFTER_LAST_LETTER]
        index = bisect_right([start.letters for start in starts], letters) - 1
        return self._numbers[starts[max(index, 0)].label]

    def list_pages(self, places: Iterable[IndexPlace]) -> tuple[PageSpan, ...]:
        """Return the pages of places: “14”, “98–101”. Three pages of an interview in a row are a range, too."""
        spans: list[tuple[int, int]] = []
        for _, group in groupby(places, key=lambda place: place.slug):
            of_interview = [self._find_span(place) for place in group]
            spans += _join_pages(sorted(of_interview))
        return tuple(dict.fromkeys(self._write_span(*span) for span in spans))

    def _find_span(self, place: IndexPlace) -> tuple[int, int]:
        """Return the first and the last page of a place."""
        return self.find_page(place.slug, place.first.letters), self.find_page(place.slug, place.last.letters)

    def _write_span(self, first: int, last: int) -> PageSpan:
        """Return “14”, or “98–101”, which no line end divides."""
        return PageSpan("–\u2060".join(dict.fromkeys((self.labels[first], self.labels[last]))), self.labels[first])


def _join_pages(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return sorted spans with those that meet as one, and with runs of single pages as a range."""
    joined: list[tuple[int, int]] = []
    for first, last in spans:
        if joined and first <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], last))
        else:
            joined.append((first, last))
    runs: list[list[tuple[int, int]]] = []
    for span in joined:
        if runs and runs[-1][-1][1] + 1 == span[0]:
            runs[-1].append(span)
        else:
            runs.append([span])
    return [span for run in runs for span in _join_run(run)]


def _join_run(run: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return a run of spans without pages between them as one, if it has three pages or a range."""
    first, last = run[0][0], run[-1][1]
    is_range = last - first + 1 >= _FEWEST_JOINED or any(start < stop for start, stop in run)
    return [(first, last)] if is_range else run


# --- entries ------------------------------------------------------------------------------------------


class _EntryWriter:
    """Writes the entries of one index."""

    def __init__(self, book: Book, places: _Places, headings: Sequence[IndexHeading], pages: BookPages | None) -> None:
        self._book = book
        self._places = places
        self._pages = pages
        self._numbers = {fold_name(heading.name.text): number for number, heading in enumerate(headings, 1)}
        self._names = {fold_name(heading.name.text): heading.name.text for heading in headings}

    def write_entry(self, heading: IndexHeading) -> IndexEntry:
        """Return the entry of a heading, with its sub-headings in their order."""
        name = heading.name.text
        subs = (sub for sub in heading.subs if (name, sub.name.text) in self._places)
        ordered = _sort_headings(subs, self._book.language)
        return IndexEntry(
            self._isolate(name),
            self._numbers[fold_name(name)],
            *self._locate(name, ""),
            see=self._find_references(heading.see),
            see_also=self._find_references(heading.see_also),
            subs=tuple(
                IndexEntry(self._isolate(sub.name.text), 0, *self._locate(name, sub.name.text)) for sub in ordered
            ),
        )

    def _locate(self, name: str, sub: str) -> tuple[tuple[PageSpan, ...], tuple[InterviewLocators, ...]]:
        """Return the pages of a heading, or its addresses by interview."""
        places = self._places.get((name, sub), ())
        if self._pages:
            return self._pages.list_pages(places), ()
        interviews = {interview.slug: interview for interview in self._book.interviews}
        groups = groupby(places, key=lambda place: place.slug)
        return (), tuple(_list_locators(interviews[slug], list(group)) for slug, group in groups)

    def _isolate(self, name: str) -> str:
        """Return a name for print; a mark after one from the other direction keeps the order of its pages."""
        language = self._book.language
        if self._pages is None or not direct_block(name, language):
            return name
        return name + ("\u200f" if is_from_right(language) else "\u200e")

    def _find_references(self, names: Iterable[TextLine]) -> tuple[Reference, ...]:
        """Return the headings of these names that are in this edition's index."""
        folded = (fold_name(name.text) for name in names)
        return tuple(Reference(self._names[name], self._numbers[name]) for name in folded if name in self._numbers)


def _list_locators(interview: Interview, places: Sequence[IndexPlace]) -> InterviewLocators:
    """Return the addresses of places of an interview: each turn once, and none that lies in a range."""
    order = {turn.id: number for number, turn in enumerate(interview.turns)}
    spans = sorted((order.get(place.first.turn, -1), order.get(place.last.turn, -1)) for place in places)
    is_at_head = any(first < 0 for first, _ in spans)
    joined: list[tuple[int, int]] = []
    for first, last in spans:
        if last < 0:
            continue
        if joined and first <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], last))
        else:
            joined.append((max(first, 0), last))
    locators = []
    for first, last in joined:
        begin, end = interview.turns[first], interview.turns[last]
        locators.append(Locator(begin.id, "–".join(dict.fromkeys((begin.address, end.address)))))
    return InterviewLocators(interview, is_at_head, tuple(locators))
