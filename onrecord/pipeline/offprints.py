"""Build one interview as a publication of its own: an off-print, with the folios that it has in the book."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from onrecord import proof
from onrecord.model import Book, Part
from onrecord.model.book import Offprint
from onrecord.model.facing import map_facing
from onrecord.model.page_numbers import AFTER_LAST_LETTER
from onrecord.model.problems import Problem, Refused, find_closest_word
from onrecord.model.rule import Rule
from onrecord.packs import clearance
from onrecord.pipeline.formats import FORMATS, Files, print_book
from onrecord.pipeline.options import Progress
from onrecord.pipeline.pdf_reader import PdfReader
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
    facing = map_facing(book)
    if slug in (*facing, *facing.values()):
        sentence = f"--only {slug}: print has it beside its translation, on every other page of the book"
        hint = "an off-print cannot have such page numbers; write facing: no, or build the whole book"
        raise Refused([Problem(book.location, Rule.FACING_TEXTS_FOLLOW, sentence, hint)])
    alone = clearance.remove_interviews(book, {name for name in slugs if name != slug})
    return replace(
        alone,
        slug=f"{book.slug}-{slug}",
        identifier=f"urn:onrecord:{book.slug}-{slug}",
        description="",
        parts=(Part("", alone.interviews),),
        offprint=Offprint(book.slug),
        has_offprints=False,
    )


def add_folios(
    book: Book, whole_book: Book, folder: Path, runner: TaskRunner, progress: Progress
) -> tuple[Book, PrintEdition | None]:
    """Return the off-print with the pages of its interview in the whole book, and that book; others as they are."""
    if book.offprint is None:
        return book, None
    whole, _ = print_book(whole_book, folder, runner, progress, is_required=True)
    assert whole is not None
    starts = whole.pagination.leaves[book.interviews[0].slug]
    return _number_pages(book, [start.label for start in starts if start.letters < AFTER_LAST_LETTER]), whole


def _number_pages(book: Book, labels: Sequence[str]) -> Book:
    """Return the off-print with these page numbers; without any of them, as it is."""
    numbers = [int(label) for label in labels if label.isdecimal()]
    if book.offprint is None or not numbers:
        return book
    return replace(book, offprint=replace(book.offprint, first_page=numbers[0], last_page=numbers[-1]))


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


# --- in the web edition -------------------------------------------------------------------------------


def print_for_web(
    book: Book, printed: PrintEdition | None, folder: Path, runner: TaskRunner, progress: Progress
) -> dict[str, bytes]:
    """Return the off-print of each interview by its name in the web edition, if the book offers them."""
    files: dict[str, bytes] = {}
    for interview in book.interviews if printed and book.has_offprints else ():
        starts = printed.pagination.leaves[interview.slug] if printed else ()
        labels = [start.label for start in starts if start.letters < AFTER_LAST_LETTER]
        offprint = _number_pages(reduce_to_interview(book, interview.slug), labels)
        alone, _ = print_book(offprint, folder, runner, progress, is_required=True)
        assert alone is not None
        files[f"{interview.slug}.pdf"] = alone.data
    return files


def prove_in_web(book: Book, files: Files, pdfs: PdfReader, folder: Path) -> tuple[Problem, ...]:
    """Return the problems of the off-prints that a web edition offers: each is proved as `pdf --only` proves it.

    Its page numbers must be those that the page of the interview shows.
    """
    names = [interview.slug for interview in book.interviews if book.has_offprints and f"{interview.slug}.pdf" in files]
    return tuple(problem for slug in names for problem in _prove_one(book, slug, files, pdfs, folder))


def _prove_one(book: Book, slug: str, files: Mapping[str, bytes], pdfs: PdfReader, folder: Path) -> tuple[Problem, ...]:
    """Return the problems of the off-print of one interview in a web edition."""
    data = files[f"{slug}.pdf"]
    offprint = reduce_to_interview(book, slug)
    try:
        labels = proof.list_offprint_pages(offprint, pdfs.read(data))
    except proof.UnreadablePdfError:
        labels = ()
    problems = FORMATS["pdf"].prove(_number_pages(offprint, labels), {"": data}, pdfs, folder).problems
    if problems or labels[:1] == proof.read_web_page_labels(files.get(f"{slug}.html", b""))[:1]:
        return problems
    sentence = f"the web edition: “{slug}.pdf” has other page numbers than the page of its interview shows"
    return (*problems, Problem(book.location, Rule.OFFPRINT_KEEPS_ITS_PAGES, sentence, proof.HINT))
