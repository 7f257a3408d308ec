"""Find the places of a book that its index names: by marks, and by aliases of headings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from onrecord.model.book import Book
from onrecord.model.index_headings import BookIndex, IndexHeading
from onrecord.model.index_matching import AliasFinder
from onrecord.model.interview import IndexMark, Interview
from onrecord.model.names import fold_name
from onrecord.model.read_texts import NO_LABELS, ReadText, iterate_read_texts
from onrecord.model.source_location import SourceLocation
from onrecord.model.text import IndexRole
from onrecord.model.value import Value

_RangeKey = tuple[str, str]  # heading and sub-heading, folded


@dataclass(frozen=True, slots=True)
class IndexSpot(Value):
    """A place in an interview: its turn ("" before the first one), and the letters of print before it."""

    turn: str
    address: str
    letters: int
    location: SourceLocation
    note: int = 0  # the number of the footnote that it stands in


@dataclass(frozen=True, slots=True)
class IndexPlace(Value):
    """A passage that the index names under a heading: one word or more, or a range from `first` to `last`.

    `words` are those at its beginning; `alias` is the one that found them, "" for a mark.
    """

    heading: str
    sub: str
    slug: str
    first: IndexSpot
    last: IndexSpot
    words: str
    alias: str = ""
    is_range: bool = False


def find_index_places(book: Book, labels: Mapping[str, Mapping[str, str]] | None = None) -> tuple[IndexPlace, ...]:
    """Return the places of all interviews in reading order, none if the book has no index.

    `labels` are what print has before the turns of each interview, by slug and id: letters are counted rightly only
    with them.
    """
    if book.index is None:
        return ()
    finder = AliasFinder(book.index)
    return tuple(
        place
        for interview in book.interviews
        for place in find_places(interview, book.index, finder, (labels or {}).get(interview.slug, NO_LABELS))
    )


def find_places(
    interview: Interview, index: BookIndex, finder: AliasFinder, labels: Mapping[str, str] = NO_LABELS
) -> Iterator[IndexPlace]:
    """Yield the places of an interview that the index names, in reading order."""
    marks: dict[tuple[SourceLocation, int], list[IndexMark]] = {}
    for mark in interview.index_marks:
        marks.setdefault((mark.location, mark.ordinal), []).append(mark)
    texts = [text for text in iterate_read_texts(interview, labels) if text.is_searched]
    for text in texts:
        marked = marks.get((text.location, text.ordinal), [])
        yield from _find_in_text(interview.slug, text, marked, index, finder)
    if interview.index_marks:
        yield from _find_index_ranges(interview, index, texts)


def _find_in_text(
    slug: str, text: ReadText, marks: Sequence[IndexMark], index: BookIndex, finder: AliasFinder
) -> Iterator[IndexPlace]:
    """Yield the places of a text that a mark or an alias names."""
    taken = []
    for mark in marks:
        if mark.role is IndexRole.ENTRY and (names := find_marked_heading(index, mark)):
            spot = _locate_mark(text, mark)
            yield IndexPlace(*_get_key(*names), slug, spot, spot, mark.words)
        if mark.role in (IndexRole.ENTRY, IndexRole.HIDE):
            taken.append((mark.start, mark.stop))
    for match in finder.find(text.text, [span for span in taken if span[0] < span[1]]):
        spot = _locate_character(text, match.start)
        words = " ".join(text.text[match.start : match.stop].split())
        yield IndexPlace(*_get_key(match.heading, match.sub), slug, spot, spot, words, match.alias.text)


def find_marked_heading(index: BookIndex, mark: IndexMark) -> tuple[IndexHeading, IndexHeading | None] | None:
    """Return the heading and the sub-heading that a mark names; None if the index has no such heading."""
    heading = index.find_heading(mark.name)
    if heading is None:
        return None
    if not mark.sub:
        return heading, None
    sub = heading.find_sub(mark.sub)
    return (heading, sub) if sub else None


def _get_key(heading: IndexHeading, sub: IndexHeading | None) -> tuple[str, str]:
    """Return the names of an index heading and a sub-heading."""
    return heading.name.text, sub.name.text if sub else ""


def _locate_character(text: ReadText, offset: int) -> IndexSpot:
    """Return the place in the interview of a character of a text."""
    return IndexSpot(text.turn, text.address, text.count_letters_before(offset), text.location, text.note)


def _locate_mark(text: ReadText, mark: IndexMark, *, at_end: bool = False) -> IndexSpot:
    """Return the place of a mark: its first letter, or its last; a mark without words belongs to the letter before."""
    offset = mark.stop - 1 if at_end or mark.start == mark.stop else mark.start
    return _locate_character(text, max(offset, 0))


# --- ranges -------------------------------------------------------------------------------------------


def pair_ranges(interview: Interview, index: BookIndex) -> Iterator[tuple[IndexMark | None, IndexMark | None]]:
    """Yield begin and end of each index range of an interview, None in the place of a missing one."""
    opened: dict[_RangeKey, list[IndexMark]] = {}
    for mark in interview.index_marks:
        names = find_marked_heading(index, mark)
        if names is None or mark.role not in (IndexRole.BEGIN, IndexRole.END):
            continue
        heading, sub = _get_key(*names)
        begun = opened.setdefault((fold_name(heading), fold_name(sub)), [])
        if mark.role is IndexRole.BEGIN:
            begun.append(mark)
        else:
            yield begun.pop() if begun else None, mark
    yield from ((mark, None) for begun in opened.values() for mark in begun)


def _find_index_ranges(interview: Interview, index: BookIndex, texts: Sequence[ReadText]) -> Iterator[IndexPlace]:
    """Yield the index ranges of an interview; of an extract, what it holds of them."""
    flow = [text for text in texts if not text.note]
    known = {(text.location, text.ordinal): text for text in flow}
    for begin, end in pair_ranges(interview, index):
        if not begin or not end or not (names := find_marked_heading(index, begin)):
            continue
        first, last = (known.get((mark.location, mark.ordinal)) for mark in (begin, end))
        inside = [text for text in flow if begin.location <= text.location <= end.location]
        if not inside:
            continue
        start = _locate_mark(first, begin) if first else _locate_character(inside[0], 0)
        stop = _locate_mark(last, end, at_end=True) if last else _locate_character(inside[-1], len(inside[-1].text) - 1)
        if start.letters <= stop.letters:
            yield IndexPlace(*_get_key(*names), interview.slug, start, stop, begin.words, is_range=True)
