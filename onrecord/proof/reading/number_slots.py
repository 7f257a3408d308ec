"""Tell what a web or e-book page says apart from the numbers of the printed pages that it names.

When an interview moves to other printed pages, its files change in these numbers alone. What is left of two versions is
the same only if each number stands in the same places and names the same page of the interview (its first, its second
…) in both. So a proof that compares numbers with one another, and no number with anything else, is right for both
versions or for none. That a number is the one in print is proved elsewhere, of every version.

A number counts as one only where nothing that an author wrote can stand: in a tag, in a line of a file for reference
managers, in a list of the search index, or before the address in a citation, after names and titles. If it could be
read in two ways, it stays as it is: then the version is one of its own.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

_MARK = re.compile(
    rb'<(?:div|span) class="pagebreak" role="doc-pagebreak"(?: epub:type="pagebreak")? '
    rb'id="page-([0-9]+)" aria-label="([0-9]+)">(?:<span class="page-number">([0-9]+)</span>)?'
)
_CITATION = re.compile(
    rb'<li id="cite-[^"]+"><a class="back" href="#[^"]+">([^<]+)</a> <span class="citation">(.*)</span></li>'
)
_COMMA = "(?:, |، |，|、)".encode()
_NUMBER_BEFORE = re.compile(rb"(?<![0-9])([0-9]+)(?=" + _COMMA + rb"(?:<bdi[^>]*>)?([^\s<>,.]+))")
_RECORD_LINES = tuple(
    re.compile(pattern)
    for pattern in (
        rb'\n    "page": "([0-9]+)(?:-([0-9]+))?",?\n',
        rb"\n  pages = \{([0-9]+)(?:--([0-9]+))?\},\n",
        rb"\r\nSP  - ([0-9]+)\r\n(?:EP  - ([0-9]+)\r\n)?",
    )
)


@dataclass(frozen=True, slots=True)
class GeneralPage:
    """A page and what belongs to it, with a slot in place of each page number, and the numbers in their order."""

    pieces: tuple[bytes | str, ...]
    labels: tuple[str, ...] = ()


def generalize_page(page: bytes, records: Sequence[bytes] = (), search_line: bytes = b"") -> GeneralPage:
    """Return the page, its files for reference managers and its line in the search index with slots for page numbers.

    Nothing is replaced if the page has no marks of printed pages with numbers, or one that contradicts itself.
    """
    marks = [*_MARK.finditer(page)]
    labels = [mark[1] for mark in marks]
    is_clear = all({*filter(None, mark.groups())} == {mark[1]} for mark in marks) and len({*labels}) == len(labels)
    if not labels or not is_clear or any(b"\0" in data for data in (page, *records, search_line)):
        return GeneralPage((page, *records, search_line))
    slots = {label: b"\0%d\0" % index for index, label in enumerate(labels)}
    page = _fill_slots(page, _find_page_numbers(page, marks, slots), slots)
    lines = [_fill_slots(record, _find_record_numbers(record, slots), slots) for record in records]
    return GeneralPage((page, *lines, _generalize_line(search_line, slots)), tuple(label.decode() for label in labels))


def _find_page_numbers(
    page: bytes, marks: Sequence[re.Match[bytes]], slots: Mapping[bytes, bytes]
) -> list[tuple[int, int]]:
    """Return where the page numbers in the marks and citations of a page begin and end, in order."""
    spans = [mark.span(number) for mark in marks for number in range(1, 4) if mark[number]]
    for citation in _CITATION.finditer(page):
        start, end = citation.span(2)
        start = max(start, page.rfind(b")", start, end))  # after the names and titles, which authors write
        numbers = [
            number.span(1)
            for number in _NUMBER_BEFORE.finditer(page, start, end)
            if number[2] == citation[1] and number[1] in slots
        ]
        spans += numbers if len(numbers) == 1 else []
    return sorted(spans)


def _find_record_numbers(record: bytes, slots: Mapping[bytes, bytes]) -> list[tuple[int, int]]:
    """Return where first and last page number stand in a file for reference managers, if one line names them."""
    lines = [line for pattern in _RECORD_LINES for line in pattern.finditer(record)]
    if len(lines) != 1 or not {number for number in lines[0].groups() if number} <= slots.keys():
        return []
    return [lines[0].span(number) for number in (1, 2) if lines[0][number]]


def _fill_slots(data: bytes, spans: Sequence[tuple[int, int]], slots: Mapping[bytes, bytes]) -> bytes:
    """Return the data with slots in place of the page numbers that stand there."""
    pieces, done = [], 0
    for start, end in spans:
        pieces += [data[done:start], slots[data[start:end]]]
        done = end
    return b"".join((*pieces, data[done:]))


def _generalize_line(line: bytes, slots: Mapping[bytes, bytes]) -> bytes | str:
    """Return the line of an interview in the search index, with slots in its lists of pages."""
    try:
        *head, turns = json.loads(line)
        if not all(isinstance(turns, list) and isinstance(turn[2], list) for turn in turns):
            return line
        general_turns = [[*turn[:2], [*_replace_labels(turn[2], slots)], *turn[3:]] for turn in turns]
    except (ValueError, TypeError, LookupError, RecursionError):
        return line
    return json.dumps([*head, general_turns])


def _replace_labels(pages: Sequence[object], slots: Mapping[bytes, bytes]) -> Iterator[object]:
    """Yield a list of printed pages and offsets with slots in place of its page numbers."""
    for page in pages:
        yield slots.get(page.encode(), b"").decode() or page if isinstance(page, str) else page
