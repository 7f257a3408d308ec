"""The output formats: what each is called, how it is checked before layout, made of a book, and proved.

Editions are imported when they are used: WeasyPrint alone takes half a second to load.
"""

from __future__ import annotations

import contextlib
import hashlib
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from functools import cache, partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from onrecord import proof
from onrecord.editions import own_design
from onrecord.model.problems import Problem, Refused, select_errors, sort_problems
from onrecord.model.rule import Rule, Severity
from onrecord.pipeline.pdf_reader import LARGE_PRINT, PdfReader, prove_pdf_files
from onrecord.runtime.environment import get_program_name
from onrecord.runtime.frame_room import call_with_room
from onrecord.runtime.task_runner import NO_WORKERS, TaskRunner
from onrecord.runtime.worker_pool import WorkerPool

if TYPE_CHECKING:
    from onrecord.editions.pdf.edition import PrintEdition
    from onrecord.model import Book
    from onrecord.model.page_numbers import Pagination
    from onrecord.pipeline.options import Progress
    from onrecord.proof import Report

_PROOFS = {"epub": "prove_whole_epub", "html": "prove_web_edition"}  # large modules; the PDF is proved by a worker
Files = Mapping[str, bytes]  # relative posix name -> bytes; a PDF or an EPUB is one file called ""


@dataclass(frozen=True, slots=True)
class Format:
    """An output format.

    `suffix` follows the slug in the name of the file that an editor opens; `purpose` stands in `--help`.
    `make` gives its files, `prove` reads them back and compares them with the book (whose folder says which templates
    and styles are the book's own), `validate` gives the problems that show before layout in the book's text, styles,
    templates and fonts. `make_parts` makes the parts again that are no pages, with fonts for these characters.
    """

    suffix: str
    purpose: str
    make: Callable[[Book, Path, PrintEdition | None, TaskRunner], Files]
    prove: Callable[[Book, Files, PdfReader, Path | None], Report]
    validate: Callable[[Book, Path], tuple[Problem, ...]]
    make_parts: Callable[[Book, Path, str, TaskRunner], Files] | None = None


# --- making -----------------------------------------------------------------------------------------


def load_typesetter(fonts: tuple[tuple[str, bytes], ...]) -> None:
    """Load what a worker needs for layout. Runs in a worker."""
    from onrecord.editions.pdf.typeset import weasyprint_adapter

    weasyprint_adapter.load_engine(fonts)


def print_book(
    book: Book, folder: Path, runner: TaskRunner, progress: Progress, *, is_required: bool
) -> tuple[PrintEdition | None, tuple[Problem, ...]]:
    """Return the print edition, whose page numbers the other editions show, and warnings.

    If it is not required and cannot be made, return None and a warning; else raise Refused.
    """
    from onrecord.editions.pdf import edition

    try:
        return edition.make_pdf(book, folder, runner, partial(progress, "set")), ()
    except Refused as refused:
        if is_required:
            raise
        return None, (warn_of_missing_pages(refused),)


def warn_of_missing_pages(refused: Refused) -> Problem:
    """Return the warning that the screens show no page numbers, because print is refused."""
    first = refused.problems[0]
    sentence = f"there are no page numbers, because the book cannot be printed: {first.sentence}"
    hint = f"see all that is wrong: {get_program_name()} check"
    return Problem(first.location, Rule.PAGES_ARE_NUMBERED, sentence, hint, severity=Severity.WARNING)


def make_pdf(_book: Book, _folder: Path, printed: PrintEdition | None, _runner: TaskRunner) -> Files:
    """Return the PDF as "", and large print beside it if the book has it."""
    assert printed is not None
    return {"": printed.data, **({LARGE_PRINT: printed.large_print} if printed.large_print else {})}


def _make_epub(book: Book, folder: Path, printed: PrintEdition | None, runner: TaskRunner) -> Files:
    """Return the EPUB as the only file, with the page list of the print edition if there is one."""
    from onrecord.editions.pdf import cover_pictures

    pagination = printed.pagination if printed else None
    return _make_screens(
        _ScreenJob("epub", book, folder, pagination, runner, cover_pictures.build_cover(book, folder, runner))
    )


def _make_html(book: Book, folder: Path, printed: PrintEdition | None, runner: TaskRunner) -> Files:
    """Return the files of the web edition by relative path, with the page numbers of the print edition."""
    from onrecord.editions.pdf import card_pictures

    pages = make_web_pages(book, folder, printed.pagination if printed else None, runner)
    return {**pages, **card_pictures.draw_share_cards(book, folder, runner)}


def make_web_pages(book: Book, folder: Path, pagination: Pagination | None, runner: TaskRunner) -> Files:
    """Return the files of the web edition by relative path, but no pictures of its pages."""
    return _make_screens(_ScreenJob("html", book, folder, pagination, runner))


def _make_screens(job: _ScreenJob) -> Files:
    """Return the files of the e-book or the web edition; a book's own templates are filled in a guarded worker."""
    if not own_design.has_own_templates(job.folder, job.name):
        return _make_screens_here(job)
    alone = replace(job, runner=TaskRunner(NO_WORKERS.executor, job.runner.cache))
    return own_design.run_guarded(job.runner.executor, job.folder, _make_screens_here, alone)


@dataclass(frozen=True, slots=True)
class _ScreenJob:
    """What the e-book or the web edition is made of: `name` is `epub` or `html`, `cover_picture` that of the e-book."""

    name: str
    book: Book
    folder: Path
    pagination: Pagination | None
    runner: TaskRunner
    cover_picture: bytes = b""


def _make_screens_here(job: _ScreenJob) -> Files:
    """Return the files of the e-book ("" for its only one) or of the web edition."""
    from onrecord.editions import epub, html

    if job.name == "epub":
        return {"": epub.make_epub(job.book, job.folder, job.pagination, job.runner, job.cover_picture)}
    return html.make_html(job.book, job.folder, job.pagination, job.runner)


def _make_epub_parts(book: Book, folder: Path, characters: str, runner: TaskRunner) -> Files:
    """Return style sheet, cover and fonts of the EPUB."""
    from onrecord.editions import epub
    from onrecord.editions.pdf import cover_pictures

    return epub.make_parts(book, folder, characters, runner, cover_pictures.build_cover(book, folder, runner))


def _make_html_parts(book: Book, folder: Path, characters: str, runner: TaskRunner) -> Files:
    """Return style sheet, scripts, fonts and other files of the web edition that are no pages."""
    from onrecord.editions import html

    return html.make_parts(book, folder, characters, runner)


@contextlib.contextmanager
def import_editions(formats: Sequence[str], runner: TaskRunner) -> Iterator[None]:
    """Import what check and layout need in a thread, while the block waits for pandoc to read what was edited.

    Without workers, do nothing.
    """
    names = ["brand_check", "pdf.print_check", "pdf.edition", *(name for name in formats if name != "pdf")]
    thread = threading.Thread(target=_import_editions, args=(names,), daemon=True)
    if isinstance(runner.executor, WorkerPool):
        thread.start()
    try:
        yield
    finally:
        if thread.ident:  # it was started
            thread.join()  # no two threads import from the same library at once


def _import_editions(names: Sequence[str]) -> None:
    """Import these modules; what is missing is said where it is used."""
    with contextlib.suppress(Exception):
        for name in names:
            import_module(f"onrecord.editions.{name}")


@contextlib.contextmanager
def prepare_formats(book: Book, folder: Path, formats: Sequence[str], runner: TaskRunner) -> Iterator[TaskRunner]:
    """Give a runner with which a thread makes ready what needs no printed pages, while the workers set pages."""
    arguments = (_prepare_formats, book, folder, formats, runner)
    thread = threading.Thread(target=call_with_room, args=arguments, daemon=True)
    try:
        yield replace(runner, on_wait=cache(thread.start)) if isinstance(runner.executor, WorkerPool) else runner
    finally:
        if thread.ident:  # it was started
            thread.join()


def _prepare_formats(book: Book, folder: Path, formats: Sequence[str], runner: TaskRunner) -> None:
    """Import what the proofs of these formats need, and draw the cover of the e-book into the cache."""
    from onrecord.editions.pdf import cover_pictures

    with contextlib.suppress(Exception):  # it is raised again where the cover and the proofs are used
        for name in (*(_PROOFS[name] for name in formats if name in _PROOFS), "prove_page_parity"):
            getattr(proof, name)
        if "epub" in formats:
            cover_pictures.build_cover(book, folder, runner)


# --- proving ----------------------------------------------------------------------------------------


def _prove_epub(book: Book, files: Files, pdfs: PdfReader, folder: Path | None = None) -> Report:
    """Return the report of the proof of an EPUB, whose bytes are the only file."""
    has_templates = own_design.has_own_templates(folder, "epub")
    report = proof.prove_whole_epub(book, files[""], pdfs.runner, has_templates=has_templates)
    return _name_own_design(report, book, folder, "epub", "epub")


def _prove_html(book: Book, files: Files, pdfs: PdfReader, folder: Path | None = None) -> Report:
    """Return the report of the proof of a web edition and all its files."""
    from onrecord.editions import html

    scripts = {name: hashlib.sha256(data).hexdigest() for name, data in html.read_scripts(book).items()}
    has_templates = own_design.has_own_templates(folder, "html")
    report = proof.prove_web_edition(book, files, pdfs.runner, has_templates=has_templates, scripts=scripts)
    return _name_own_design(report, book, folder, "html", "web")


def _name_own_design(report: Report, book: Book, folder: Path | None, edition: str, style: str) -> Report:
    """Return the report of an edition for screens with hints that name the book's own design, and lines of its styles.

    Style sheets are read only where there is a problem.
    """
    from onrecord.editions import design_tokens

    if not report.problems or not (files := own_design.list_own_design(folder, edition, style)) or folder is None:
        return report
    return proof.name_own_design(report, files, design_tokens.read_own_sheets(style, folder, book.design))


# --- checking before layout -------------------------------------------------------------------------


def _validate_pdf(book: Book, folder: Path) -> tuple[Problem, ...]:
    """Return the problems and warnings of the print edition that show before layout."""
    from onrecord.editions.pdf import print_check

    return print_check.find_print_problems(book, folder)


def _check_epub_design(book: Book, folder: Path) -> tuple[Problem, ...]:
    """Return the problems of the book's own templates and styles for the EPUB, before layout.

    If the book has any, an EPUB without page numbers is made and proved, too.
    """
    from onrecord.editions import epub, style_check
    from onrecord.editions.pdf import cover_pictures

    problems = (*style_check.find_screen_problems(folder, "epub"), *epub.find_template_problems(book, folder))
    problems += tuple(cover_pictures.find_cover_problems(book, folder))
    if select_errors(problems) or not _has_own_design(folder, "epub", "epub"):
        return problems
    e_book = epub.make_epub(book, folder)
    return (*problems, *_prove_epub(book, {"": e_book}, PdfReader(NO_WORKERS), folder).problems)


def _check_html_design(book: Book, folder: Path) -> tuple[Problem, ...]:
    """Return the problems of templates, styles and recordings in the book's folder for the web edition, before layout.

    If the book has any, a web edition without page numbers is made and proved, too.
    """
    from onrecord.editions import html, players, style_check

    book = replace(book, has_offprints=False, has_cards=False)  # there are no pages yet, and cards say nothing else
    problems = (*style_check.find_screen_problems(folder, "web"), *html.find_template_problems(book, folder))
    problems += players.find_recording_problems(book, folder)
    if select_errors(problems) or not _has_own_design(folder, "html", "web"):
        return problems
    return (*problems, *_prove_html(book, html.make_html(book, folder), PdfReader(NO_WORKERS), folder).problems)


def _has_own_design(folder: Path, edition: str, style: str) -> bool:
    """Return whether the book has templates or style sheets of its own for an edition, which may hide or change words.

    Such an edition is made and proved before layout, without page numbers.
    """
    return bool(own_design.list_own_design(folder, edition, style))


def validate_formats(
    book: Book, folder: Path, formats: Iterable[str], executor: Executor = NO_WORKERS.executor
) -> tuple[Problem, ...]:
    """Return all that shows before layout and concerns these formats, errors and warnings.

    A book's own style sheets and templates are tried in a worker of `executor`, within limits.
    """
    return own_design.run_guarded(executor, folder, _validate_here, (book, folder, tuple(formats)))


def _validate_here(job: tuple[Book, Path, tuple[str, ...]]) -> tuple[Problem, ...]:
    """Return all that shows before layout and concerns the formats of a book in a folder.

    An edition that is made for this has no page numbers, so the interviews of a pack point to a book without pages.
    """
    from onrecord.editions import brand_check, design_tokens, style_check
    from onrecord.packs import selection

    book, folder, formats = job
    book = selection.add_pointers(book, None) if book.pack else book
    problems = [*style_check.find_stray_stylesheets(folder), *design_tokens.find_token_problems(folder, book.design)]
    problems += [*style_check.find_stray_templates(folder), *brand_check.find_brand_problems(book, folder)]
    for name in formats:
        problems += FORMATS[name].validate(book, folder)
    return sort_problems(problems)


FORMATS: dict[str, Format] = {
    "pdf": Format(".pdf", "build the printed book", make_pdf, prove_pdf_files, _validate_pdf),
    "epub": Format(".epub", "build the e-book", _make_epub, _prove_epub, _check_epub_design, _make_epub_parts),
    "html": Format(
        "/index.html", "build the web edition", _make_html, _prove_html, _check_html_design, _make_html_parts
    ),
}


def prove_copies(
    book: Book, copies: Iterable[tuple[str, Files]], pdfs: PdfReader, progress: Progress, folder: Path | None = None
) -> tuple[Report, ...]:
    """Return a report for each copy (format, files) in their order; raise Refused with the problems of all of them.

    PDF files come last: workers still read them.
    """
    copies = list(copies)
    reports: dict[int, Report] = {}
    for index in sorted(range(len(copies)), key=lambda index: copies[index][0] == "pdf"):
        name, files = copies[index]
        progress("prove", len(reports), len(copies), name)
        reports[index] = FORMATS[name].prove(book, files, pdfs, folder)
        pdfs.runner.release_memory(len(book.interviews))  # before the next proof needs some
    problems = [problem for index in range(len(copies)) for problem in reports[index].problems]
    if problems:
        raise Refused(problems)
    return tuple(reports[index] for index in range(len(copies)))


def name_main_file(book: Book, format_name: str) -> str:
    """Return what an editor opens, relative to the out folder."""
    return book.slug + FORMATS[format_name].suffix


def name_delivered_file(book: Book, format_name: str, file: str) -> str:
    """Return the name of a format's file relative to the out folder."""
    if not file:
        return name_main_file(book, format_name)
    return f"{book.slug}{file}" if file == LARGE_PRINT else f"{book.slug}/{file}"
