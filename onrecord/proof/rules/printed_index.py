"""Prove the printed index: each page that it names is the one on which the words stand, and none is missing.

The words of each place are looked for in the text of the printed pages, as the file has it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby, zip_longest
from typing import Protocol

from onrecord.model import Book, SourceLocation
from onrecord.model.problems import Problem
from onrecord.model.rule import Rule
from onrecord.proof.reading.expected_index import (
    ExpectedEntry,
    ExpectedPlace,
    SearchedText,
    expect_index,
    list_searched_texts,
)
from onrecord.proof.reading.extracted_text import LineEndReader
from onrecord.proof.reading.normalize import (
    PAGE_MARK,
    keep_printed_letters,
    mark_note_call,
    normalize_text,
    shorten_text,
)
from onrecord.proof.reading.printed_texts import fold_glyphs
from onrecord.proof.rules.index_rules import unite_spans
from onrecord.proof.rules.report import HINT
from onrecord.runtime.interface_texts import get_language

_COPY = "the PDF"
_NOWHERE = -1  # the sheet of words that are not found


class NumberedPages(Protocol):
    """What must be known of the printed pages: their numbers, and the text of each interview with marks of pages."""

    @property
    def labels(self) -> tuple[str, ...]:
        """Return the page number of each sheet of the PDF."""

    @property
    def texts(self) -> Mapping[str, str]:
        """Return each interview's running text by slug; a page mark in it has the index of its sheet."""


def check_printed_index(
    book: Book, blocks: Sequence[str], links: Sequence[tuple[str, str]], pages: NumberedPages
) -> Iterator[Problem]:
    """Yield a problem for the first entry and for the first link of the printed index that is not as expected.

    `blocks` are its text blocks, `links` the text of each link in it with what it leads to.
    """
    composer = _IndexComposer(book, pages)
    expected = list(composer.compose()) if expect_index(book) else []
    yield from _check_links(book, composer.links, links)
    reader = LineEndReader(" ".join(line for line, _ in expected))
    actual = [reader.read_line_ends(block) for block in blocks]
    for (expected_line, name), actual_line in zip([*expected, ("", "")], [*actual, ""], strict=False):
        if expected_line != actual_line:
            place = _find_heading_source(book, name)
            shown = [shorten_text(text, 80) or "its end" for text in (actual_line, expected_line)]
            sentence = f"{_COPY}: the index has “{shown[0]}” where “{shown[1]}” belongs"
            yield Problem(place, Rule.INDEX_IS_TRUE, sentence, HINT)
            return
    if len(actual) > len(expected):
        sentence = f"{_COPY}: the index also says “{shorten_text(actual[len(expected)], 80)}”"
        yield Problem(book.location, Rule.INDEX_IS_TRUE, sentence, HINT)


def _check_links(
    book: Book, expected: Sequence[tuple[str, str]], links: Sequence[tuple[str, str]]
) -> Iterator[Problem]:
    """Yield a problem for the first link of the printed index with other words or another page than expected."""
    actual = [(_normalize_print(text), target) for text, target in links]
    for expected_link, link in zip_longest(expected, actual, fillvalue=("", "")):
        if expected_link != link:
            fault = (
                f"has no link on page {expected_link[0]}" if not link[1] else f"leads from “{link[0]}” to “{link[1]}”"
            )
            sentence = f"{_COPY}: the index {shorten_text(fault)}"
            yield Problem(book.location, Rule.LINKS_ARE_TRUE, sentence, HINT)
            return


def _find_heading_source(book: Book, name: str) -> SourceLocation:
    """Return the source location of the index heading with this name, or that of the book."""
    headings = book.index.headings if book.index else ()
    return next((heading.name.location for heading in headings if heading.name.text == name), book.location)


class _IndexComposer:
    """Composes the text blocks of the index."""

    def __init__(self, book: Book, pages: NumberedPages) -> None:
        self.book = book
        self.pages = pages
        language = get_language(book.language)
        self.texts, self.semicolon = language.texts, language.semicolon
        self.links: list[tuple[str, str]] = []  # text and target of each page number, in order
        self.interviews = {interview.slug: interview for interview in book.interviews}
        self.finders: dict[str, SheetFinder] = {}  # of the interviews that the index names

    def compose(self) -> Iterator[tuple[str, str]]:
        """Yield each text block that the printed index must have, with the heading that it belongs to, "" for none."""
        yield _normalize_print(self.texts["book_index"]), ""
        for head, entries in expect_index(self.book):
            if head:
                yield _normalize_print(head), ""
            for entry in entries:
                for line in self._compose_entry(entry):
                    yield _normalize_print(line), entry.name

    def _compose_entry(self, entry: ExpectedEntry) -> Iterator[str]:
        """Yield the lines that a heading must have in the printed index: pages, sub-headings, references."""
        comma = self.texts["list_comma"]
        see, see_also = (
            self._expect_references(entry.see, "index_see"),
            self._expect_references(entry.see_also, "index_see_also"),
        )
        yield comma.join(filter(None, (entry.name, self._expect_page_numbers(entry.places), see)))
        for sub in entry.subs:
            yield comma.join((sub.name, self._expect_page_numbers(sub.places)))
        if see_also:
            yield see_also

    def _expect_references(self, references: Sequence[tuple[str, int]], key: str) -> str:
        """Return the words that the printed index must have for references to headings, "" without any."""
        names = self.semicolon.join(name for name, _ in references)
        return self.texts[key].replace("{}", names) if names else ""

    def _expect_page_numbers(self, places: Iterable[ExpectedPlace]) -> str:
        """Return the page numbers that the printed index must give for places, three or more in a row as a range."""
        numbers: list[tuple[str, str]] = []
        for slug, group in groupby(places, key=lambda place: place.slug):
            finder = self._get_finder(slug)
            spans = [finder.find_span(place) for place in group] if finder else []
            numbers += [self._format_page_range(*span) for span in _join_neighbours(unite_spans(spans))]
        numbers = list(dict.fromkeys(numbers))
        self.links += numbers
        return self.texts["list_comma"].join(text for text, _ in numbers)

    def _get_finder(self, slug: str) -> SheetFinder | None:
        """Return what finds words of an interview on the printed pages, None if it is not printed."""
        if slug not in self.finders and slug in self.interviews and slug in self.pages.texts:
            self.finders[slug] = SheetFinder(list_searched_texts(self.interviews[slug]), self.pages.texts[slug])
        return self.finders.get(slug)

    def _format_page_range(self, first: int, last: int) -> tuple[str, str]:
        """Return the words for a first and a last page, and the page to which a link on them leads: the first."""
        names = [self.pages.labels[sheet] if sheet >= 0 else "?" for sheet in (first, last)]
        return (names[0] if names[0] == names[1] else "–".join(names)), f"page.{names[0]}"


def _join_neighbours(spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return spans of pages in the index with neighbours united if they have three pages, or if one is a range."""
    joined: list[tuple[int, int]] = []
    start = 0
    for stop in range(1, len(spans) + 1):
        if stop < len(spans) and spans[stop][0] == spans[stop - 1][1] + 1:
            continue
        run = spans[start:stop]
        count = sum(last - first + 1 for first, last in run)
        joined += [(run[0][0], run[-1][1])] if count > 2 or count > len(run) else run
        start = stop
    return joined


class SheetFinder:
    """Finds the sheets on which the words of an interview are printed. `text` has a mark where each sheet begins."""

    def __init__(self, passages: Sequence[SearchedText], text: str) -> None:
        self._text = text
        first, *pieces = PAGE_MARK.split(text)
        letters, starts = [keep_printed_letters(first)], []
        count = len(letters[0])
        for sheet, words in zip(pieces[::2], pieces[1::2], strict=True):
            starts.append((count, int(sheet)))
            letters.append(keep_printed_letters(words))
            count += len(letters[-1])
        self._offsets = [offset for offset, _ in starts]
        self._sheets = [sheet for _, sheet in starts]
        self._begins: dict[int, int] = {}  # passage -> the letters before it
        printed, end = "".join(letters), 0
        for passage in passages:
            words = _keep_printed_letters(passage.text)
            begin = printed.find(words, end) if not passage.note else _NOWHERE
            if begin >= 0:
                self._begins[passage.number] = begin
                end = begin + len(words)

    def find_span(self, place: ExpectedPlace) -> tuple[int, int]:
        """Return the sheets of the first and last word of an index place; those of a footnote are its call's."""
        if place.first.note:
            return (self._find_call(place.first.note),) * 2
        has_words = place.is_range or place.start < place.stop
        first = self._find_sheet(place.first, place.start if has_words else max(place.start - 1, 0))
        last = self._find_sheet(place.last, place.stop - 1) if place.is_range else first
        return first, max(first, last)

    def _find_sheet(self, passage: SearchedText, offset: int) -> int:
        """Return the sheet on which a character of a passage of the manuscript is printed."""
        begin = self._begins.get(passage.number, _NOWHERE)
        if begin < 0 or not self._sheets:
            return _NOWHERE
        letters = begin + len(_keep_printed_letters(passage.text[:offset]))
        return self._sheets[max(bisect_right(self._offsets, letters) - 1, 0)]

    def _find_call(self, note: int) -> int:
        """Return the sheet on which a footnote is called."""
        before = self._text.partition(mark_note_call(note))[0]
        marks = PAGE_MARK.findall(before)
        return int(marks[-1]) if marks else _NOWHERE


def _keep_printed_letters(text: str) -> str:
    """Return the letters of a text as the proof reads them in print."""
    return keep_printed_letters(_normalize_print(text))


def _normalize_print(text: str) -> str:
    """Return a text as the proof reads it in a printed file: normalized, look-alike glyphs made one."""
    return fold_glyphs(normalize_text(text))
