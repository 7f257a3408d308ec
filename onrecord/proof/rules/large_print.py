"""Prove large print against the normal edition: the number of each normal page stands beside its first line."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from posixpath import commonprefix

from onrecord.model import Book, Interview
from onrecord.model.problems import Problem
from onrecord.model.rule import Rule
from onrecord.proof.reading.extracted_text import join_running_text
from onrecord.proof.reading.normalize import (
    LINE_END_HYPHEN,
    LINE_END_MINUS,
    PAGE_MARK,
    begins_with_picture,
    keep_printed_letters,
    shorten_text,
)
from onrecord.proof.reading.painted_text import ARTIFACT, TextRun
from onrecord.proof.reading.pdf_pages import PdfContent, PdfPage, TagElement
from onrecord.proof.reading.printed_texts import expect_printed_interview
from onrecord.proof.reading.reading_order import PlacedRun
from onrecord.proof.reading.tag_tree import TagTreeReader, iterate_outer_elements
from onrecord.proof.rules.printed_book import PrintedBook, ReadPages, get_whole_content, read_printed_pages
from onrecord.proof.rules.report import HINT
from onrecord.proof.rules.running_heads import INDEX

_NUMBER = re.compile(r"\d+[a-z]*|[ivxlc]+")  # 23, 23a of a supplement, iv
_TAB_BAND_PT = 36  # from the edge of the paper; the tabs of agenda items stand in it
_SLACK = 0.5  # of the size of the type, up or down; beside another line a number is at least 1.2 away
_LEADING = 2.0  # of the size of the type, at most, from line to line


@dataclass(frozen=True, slots=True)
class _Spot:
    """Where a number stands in the margin, and the size of its type."""

    sheet: int
    baseline: float
    size: float
    neighbours: int = 0  # how many numbers and addresses stand close above it; it had to give way to them


def prove_normal_pages(book: Book, normal: PrintedBook, large: PrintedBook) -> tuple[Problem, ...]:
    """Return the problems of the normal edition's page numbers in the margin of the large-print PDF.

    Each number must stand once, beside the line with which the page begins in the normal edition. Those of the pages
    around the interviews must stand in order.
    """
    assert book.pack is not None
    pages, paper = read_printed_pages(book, normal), get_whole_content(large)
    expected = {pages.labels[sheet] for sheet, names in enumerate(pages.names) if names}
    numbers = list(find_normal_numbers(paper))
    counts = Counter(run.text.strip() for _, run in numbers)
    problems = [
        f"the number of page {label} stands {counts[label]} times in the margin"
        for label in sorted(expected | set(counts), key=lambda label: (len(label), label))
        if counts[label] != (label in expected)
    ]
    spots = {
        run.text.strip(): _Spot(sheet, run.baseline, run.size, _count_notes_above(run, paper.pages[sheet]))
        for sheet, run in numbers
    }
    for interview in book.interviews:
        problems += _find_misplaced_numbers(interview, pages, paper, spots)
    problems = problems or list(_find_disordered_numbers(pages, spots))
    copy = "the large-print PDF"
    return tuple(
        Problem(book.pack.location, Rule.NORMAL_PAGES_ARE_MARKED, f"{copy}: {fault}", HINT) for fault in problems
    )


def find_normal_numbers(paper: PdfContent) -> Iterator[PlacedRun]:
    """Yield each page number of the normal edition in the margin of the large-print PDF, with its sheet's index."""
    for index, sheet in enumerate(paper.pages):
        for run in sheet.runs_by_id.get(ARTIFACT, []):
            if _is_normal_number(run, sheet):
                yield index, run


def _is_normal_number(run: TextRun, sheet: PdfPage) -> bool:
    """Return whether a run outside the tag tree is a page number of the normal edition in a large-print margin.

    The folio, “large print 3 of 9”, is one line of several runs.
    """
    left, _, right, _ = sheet.box
    is_number = bool(_NUMBER.fullmatch(run.text.strip())) and not run.unseen_reason
    if not is_number or min(run.left - left, right - run.right) <= _TAB_BAND_PT:
        return False
    return not any(
        abs(neighbour.baseline - run.baseline) < 1 and neighbour is not run for neighbour in sheet.runs_by_id[ARTIFACT]
    )


def _count_notes_above(number: TextRun, sheet: PdfPage) -> int:
    """Return how many numbers and addresses stand above a number in its margin, without a free line between."""
    baselines = sorted(
        run.baseline for run in sheet.runs_by_id[ARTIFACT] if run.left < number.right and run.right > number.left
    )
    count, baseline = 0, number.baseline
    for above in baselines:
        if 0 < above - baseline <= _LEADING * number.size:
            count, baseline = count + 1, above
    return count


def _find_disordered_numbers(pages: ReadPages, spots: Mapping[str, _Spot]) -> Iterator[str]:
    """Yield, as a sentence, each normal page number that stands before the number of the page before it.

    The pages of the index are not checked, because they have columns.
    """
    last, before = "", _Spot(-1, 0, 0)
    for label, names in zip(pages.labels, pages.names, strict=True):
        spot = spots.get(label)
        if spot is None or INDEX in names:
            continue
        is_above = spot.sheet == before.sheet and spot.baseline > before.baseline + _LEADING * spot.size
        if spot.sheet < before.sheet or is_above:
            yield f"the number of page {label} stands before that of page {last}"
        last, before = label, spot


# --- the places of the numbers ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _PageStart:
    """Where a page of the normal edition begins in the letters of an interview."""

    label: str
    offset: int  # letters before it
    earliest: int  # where the word begins that the page break divides, else the same
    has_picture: bool  # it begins with a picture
    words: str  # with which it begins


@dataclass(frozen=True, slots=True)
class _Line:
    """Where the letters from `offset` on stand in large print: sheet, baseline and size of the type."""

    offset: int
    sheet: int
    baseline: float
    size: float


@dataclass(frozen=True, slots=True)
class _LargeInterview:
    """The letters of an interview in large print, and the lines on which they stand, in reading order."""

    letters: str
    lines: tuple[_Line, ...]

    def find_line(self, offset: int) -> _Line | None:
        """Return the printed line of the letter at `offset` of a large-print interview, None after the last letter."""
        if not 0 <= offset < len(self.letters):
            return None
        return self.lines[bisect_right(self.lines, offset, key=lambda line: line.offset) - 1]


def _find_misplaced_numbers(
    interview: Interview, pages: ReadPages, paper: PdfContent, spots: Mapping[str, _Spot]
) -> Iterator[str]:
    """Yield in words each normal page number that is not beside the large-print line where its page begins."""
    article = next(
        (
            element
            for element in iterate_outer_elements(paper.root)
            if element.role == "Art" and element.id == interview.slug
        ),
        None,
    )
    text = pages.texts.get(interview.slug, "")
    if article is None or not text:
        return
    large = _read_large_interview(interview, paper, article)
    letters = keep_printed_letters(text)
    if letters != large.letters:
        start = len(commonprefix([letters, large.letters]))
        words = letters[start : start + 20] or large.letters[start : start + 20]
        yield f"interview “{interview.slug}” has not the letters of the normal edition from “{words}” on"
        return
    for start_of_page in _find_page_starts(text, pages.labels):
        spot = spots.get(start_of_page.label)
        if spot and not _is_beside(spot, start_of_page, large):
            words = shorten_text(start_of_page.words.strip(), 40)
            yield f"the number of page {start_of_page.label} does not stand beside “{words}”"


def _read_large_interview(interview: Interview, paper: PdfContent, article: TagElement) -> _LargeInterview:
    """Return the letters of an interview in large print with their lines, read as those of the normal edition."""
    runs: list[tuple[int, TextRun | None]] = []
    reader = TagTreeReader(paper, marked_pages=set(), marked_runs=runs)
    text = join_running_text(reader.read_interview(article, expect_printed_interview(interview)))
    _, *pieces = PAGE_MARK.split(text)
    lines, letters = [], ""
    for index, words in zip(pieces[::2], pieces[1::2], strict=True):
        sheet, run = runs[int(index)]
        if run:
            lines.append(_Line(len(letters), sheet, run.baseline, run.size))
        letters += keep_printed_letters(words)
    return _LargeInterview(letters, tuple(lines))


def _find_page_starts(text: str, labels: Sequence[str]) -> Iterator[_PageStart]:
    """Yield where each page begins in the running text of the normal edition."""
    before, *pieces = PAGE_MARK.split(text)
    offset = len(keep_printed_letters(before))
    for sheet, words in zip(pieces[::2], pieces[1::2], strict=True):
        is_divided = before.endswith((LINE_END_HYPHEN, LINE_END_MINUS))
        word_begin = keep_printed_letters(before.rsplit(maxsplit=1)[-1]) if is_divided else ""
        yield _PageStart(
            labels[int(sheet)], offset, offset - len(word_begin), begins_with_picture(words.lstrip()), words
        )
        offset += len(keep_printed_letters(words))
        before += words


def _is_beside(spot: _Spot, start: _PageStart, large: _LargeInterview) -> bool:
    """Return whether a normal page number stands beside the large-print line on which its page begins.

    In the gap above that line it is right, too; where the page begins with a picture, the picture stands there.
    """
    lines = {large.find_line(offset) for offset in (start.earliest, start.offset)} - {None}
    before = large.find_line(start.earliest - 1)
    if not lines:  # a picture is the last of the interview
        return before is None or _is_below_line(spot, before, 0)
    return any(_is_at_line(spot, line, before, has_picture=start.has_picture) for line in lines if line)


def _is_at_line(spot: _Spot, line: _Line, before: _Line | None, *, has_picture: bool) -> bool:
    """Return whether a normal page number stands at a large-print line or above it, but below the line before."""
    depth = (line.baseline - spot.baseline) / line.size  # how far below the line
    if spot.sheet != line.sheet:
        return has_picture and spot.sheet < line.sheet and (before is None or _is_below_line(spot, before, -_SLACK))
    if depth > _SLACK + _LEADING * spot.neighbours:
        return False
    if abs(depth) < _SLACK:
        return True
    is_first = before is None or before.sheet != line.sheet
    return has_picture or depth > -_LEADING if is_first else before is not None and _is_below_line(spot, before, _SLACK)


def _is_below_line(spot: _Spot, line: _Line, slack: float) -> bool:
    """Return whether a number is below a line by more than `slack` of its size; a later sheet is below."""
    if spot.sheet != line.sheet:
        return spot.sheet > line.sheet
    return line.baseline - spot.baseline > slack * line.size
