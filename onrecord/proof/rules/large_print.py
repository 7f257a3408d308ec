"""Prove large print against the normal edition: the number of each normal page stands beside its first line."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping

from onrecord.model import Book, Interview
from onrecord.model.problems import Problem
from onrecord.model.rule import Rule
from onrecord.proof.reading.normalize import PAGE_MARK, mark_note_call, mark_picture, shorten_text
from onrecord.proof.reading.pdf_pages import ARTIFACT, PdfContent, PdfPage, TagElement, TextRun
from onrecord.proof.reading.tag_tree import iterate_elements
from onrecord.proof.rules.pdf import PrintedBook, ReadPages, keep_alphanumeric, read_paper, read_printed_pages
from onrecord.proof.rules.report import HINT

_NOTE_OR_PICTURE = re.compile(f"[{mark_note_call(0)[0]}{mark_picture('')[0]}]")  # the marks of both in running text
_NUMBER = re.compile(r"\d+[a-z]*|[ivxlc]+")  # 23, 23a of a supplement, iv
_LETTERS_OF_BEGINNING = 24  # enough to find where in an interview a page begins
_TAB_BAND_PT = 36  # from the edge of the paper; the tabs of agenda items stand in it


def prove_normal_pages(book: Book, normal: PrintedBook, large: PrintedBook) -> tuple[Problem, ...]:
    """Return the problems of the normal edition's page numbers in a large-print margin.

    Each number must stand once, beside the line with which the page begins in the normal edition.
    """
    assert book.pack is not None
    pages, paper = read_printed_pages(book, normal), read_paper(large)
    expected = {pages.labels[sheet] for sheet, names in enumerate(pages.names) if names}
    numbers = list(_find_normal_numbers(paper))
    counts = Counter(text for _, text, _ in numbers)
    problems = [
        f"the number of page {label} stands {counts[label]} times in the margin"
        for label in sorted(expected | set(counts), key=lambda label: (len(label), label))
        if counts[label] != (label in expected)
    ]
    spots = {text: (sheet, baseline) for sheet, text, baseline in numbers}
    for interview in book.interviews:
        problems += _find_misplaced_numbers(interview, pages, paper, spots)
    copy = "the large-print PDF"
    return tuple(
        Problem(book.pack.location, Rule.NORMAL_PAGES_ARE_MARKED, f"{copy}: {what}", HINT) for what in problems
    )


def _find_normal_numbers(paper: PdfContent) -> Iterator[tuple[int, str, float]]:
    """Yield sheet, text and baseline of each page number of the normal edition in the margin."""
    for index, sheet in enumerate(paper.pages):
        for run in sheet.runs_by_id.get(ARTIFACT, []):
            if _is_normal_number(run, sheet):
                yield index, run.text.strip(), run.baseline


def _is_normal_number(run: TextRun, sheet: PdfPage) -> bool:
    """Tell whether an artifact run is a normal edition's page number in the margin.

    The folio, “large print 3 of 9”, is one line of several runs.
    """
    left, _, right, _ = sheet.box
    is_number = bool(_NUMBER.fullmatch(run.text.strip())) and not run.unseen_reason
    if not is_number or min(run.left - left, right - run.right) <= _TAB_BAND_PT:
        return False
    return not any(
        abs(neighbour.baseline - run.baseline) < 1 and neighbour is not run for neighbour in sheet.runs_by_id[ARTIFACT]
    )


def _find_misplaced_numbers(
    interview: Interview, pages: ReadPages, paper: PdfContent, spots: Mapping[str, tuple[int, float]]
) -> Iterator[str]:
    """Yield in words each normal page number not beside the line where its page begins.

    `spots` are sheet and baseline of each number.
    """
    article = next(
        (element for element in iterate_elements(paper.root) if element.role == "Art" and element.id == interview.slug),
        None,
    )
    text = pages.texts.get(interview.slug, "")
    if article is None or not text:
        return
    marks = _list_text_marks(article)
    runs = [(sheet, run) for sheet, mark in marks for run in paper.pages[sheet].runs_by_id.get(mark, [])]
    large_text, offset = "".join(keep_alphanumeric(run.text) for _, run in runs), 0
    _, *pieces = PAGE_MARK.split(text)
    for sheet, words in zip(pieces[::2], pieces[1::2], strict=True):
        label = pages.labels[int(sheet)]
        first_words = _NOTE_OR_PICTURE.split(words.lstrip(), maxsplit=1)[0]
        beginning = keep_alphanumeric(first_words)[:_LETTERS_OF_BEGINNING]
        if not beginning:  # the page begins with a picture, which has no letters in a PDF
            continue
        offset = max(large_text.find(beginning, offset), offset)
        line, spot = _find_run(runs, offset), spots.get(label)
        if line and spot and (spot[0] != line[0] or abs(spot[1] - line[1].baseline) > 3 * line[1].size):
            yield f"the number of page {label} does not stand beside “{shorten_text(words.strip(), 40)}”"


def _list_text_marks(element: TagElement) -> Iterator[tuple[int, int]]:
    """Yield the marked content of running text: list numbers are not among its letters."""
    for child in element.children():
        if not isinstance(child, TagElement):
            yield child
        elif child.role != "Lbl":
            yield from _list_text_marks(child)


def _find_run(runs: list[tuple[int, TextRun]], offset: int) -> tuple[int, TextRun] | None:
    """Return sheet and run of the letter at `offset`."""
    for sheet, run in runs:
        size = len(keep_alphanumeric(run.text))
        if offset < size:
            return sheet, run
        offset -= size
    return None
