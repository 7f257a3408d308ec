"""Build one interview as a publication of its own: an off-print, with the folios that it has in the book."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from onrecord import proof
from onrecord.model import Book, Part
from onrecord.model.book import Offprint
from onrecord.model.page_numbers import AFTER_LAST_LETTER
from onrecord.model.problems import Problem, Refused, find_closest_word
from onrecord.model.rule import Rule
from onrecord.packs import clearance
from onrecord.pipeline.formats import PdfReader, print_book
from onrecord.pipeline.options import Progress
from onrecord.runtime.task_runner import TaskRunner

if TYPE_CHECKING:
    from onrecord.editions.pdf.edition import PrintEdition


def reduce_to_interview(book: Book, slug: str) -> Book:
    """Return the off-print of an interview, with page numbers from 1; raise Refused if the book does not have it."""
    slugs = [interview.slug for interview in book.interviews]
    if slug not in slugs:
        near = find_closest_word(slug, slugs)
        hint = f"did you mean “{near}”?" if near else f"the interviews are: {', '.join(slugs)}"
        sentence = f"--only {slug}: there is no such interview, or it is held back"
        raise Refused([Problem(book.location, Rule.INTERVIEW_EXISTS, sentence, hint)])
    alone = clearance.remove_interviews(book, {name for name in slugs if name != slug})
    return replace(
        alone,
        slug=f"{book.slug}-{slug}",
        identifier=f"urn:onrecord:{book.slug}-{slug}",
        description="",
        parts=(Part("", alone.interviews),),
        offprint=Offprint(book.slug),
    )


def add_folios(
    book: Book, whole_book: Book, folder: Path, runner: TaskRunner, progress: Progress
) -> tuple[Book, PrintEdition | None]:
    """Return the off-print with the pages of its interview in the whole book, and that book; others as they are."""
    if book.offprint is None:
        return book, None
    whole, _ = print_book(whole_book, folder, runner, progress, is_required=True)
    assert whole is not None
    (interview,) = book.interviews
    starts = whole.pagination.leaves[interview.slug]
    numbers = [int(start.label) for start in starts if start.letters < AFTER_LAST_LETTER]
    return replace(book, offprint=replace(book.offprint, first_page=numbers[0], last_page=numbers[-1])), whole


def prove_folios(
    book: Book, whole_book: Book, printed: PrintEdition | None, whole: PrintEdition | None, pdfs: PdfReader
) -> None:
    """Raise Refused if an off-print has other folios than the whole book, as both are read back."""
    if printed and (problems := compare_folios(book, whole_book, printed.data, whole, pdfs)):
        raise Refused(problems)


def compare_folios(
    book: Book, whole_book: Book, data: bytes, whole: PrintEdition | None, pdfs: PdfReader
) -> tuple[Problem, ...]:
    """Return a problem if the PDF of an off-print has other folios than the whole book; both are read back."""
    if whole is None:
        return ()
    pdfs.start(whole.data, whole_book, whole.spans)
    try:
        return proof.prove_offprint(book, whole_book, pdfs.read(data), pdfs.read(whole.data))
    except proof.UnreadablePdfError:
        return ()  # which the proof of the off-print itself reports
