"""Check a manuscript without building anything."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from onrecord import proof
from onrecord.model import Book
from onrecord.model.problems import Problem, Refused, select_errors, sort_problems
from onrecord.pipeline.book_cache import open_cache
from onrecord.pipeline.formats import FORMATS, print_book, validate_formats
from onrecord.pipeline.load import choose_contents, load_whole_book, survey_packs
from onrecord.pipeline.options import WHOLE_BOOK, BuildOptions, FinishOptions, ignore_progress
from onrecord.pipeline.workspace import open_design_workers, open_task_runner
from onrecord.runtime.environment import check_fonts


def find_page_problems(book: Book, folder: Path) -> tuple[Problem, ...]:
    """Return what a typographer would set otherwise on the book's pages, laid out for this; the layout is cached.

    Raises Refused if the book cannot be printed.
    """
    with open_task_runner(open_cache(folder)) as runner:
        printed, _ = print_book(book, folder, runner, ignore_progress, is_required=True)
        assert printed is not None
        content = proof.read_whole_pdf(printed.data, runner, with_ink=False)
    return proof.find_page_faults(book, content, printed.spans)


def check_book(folder: Path, options: BuildOptions = WHOLE_BOOK, reader: str = "") -> tuple[Book, tuple[Problem, ...]]:
    """Return the checked book and its warnings; raise Refused with every problem.

    The book can be read, every format passes what a build checks before layout, and every pack of a whole book is
    right. With the name of an e-reader, it takes the e-book. Raises EnvironmentProblem if the fonts are not installed.
    """
    from onrecord.pipeline import finish

    check_fonts()
    whole, whole_warnings = load_whole_book(folder)
    book, warnings = choose_contents(folder, whole, whole_warnings, options)
    packs = () if options.pack else survey_packs(folder, whole)
    problems = [*warnings, *_validate_designs(book, folder, packs)]
    try:
        has_cover = bool(book.paper_thickness_mm) and book.pack is None
        finish.plan_finishing(book, folder, FinishOptions(print_shop=True, cover=has_cover))
    except Refused as refused:
        problems += refused.problems
    if reader and not select_errors(problems):
        problems += _check_for_reader(book, folder, proof.EReader(reader))
    if select_errors(problems):
        raise Refused(problems)
    return book, sort_problems(problems)


def _validate_designs(
    book: Book, folder: Path, packs: Iterable[tuple[str, Book | None, tuple[Problem, ...]]]
) -> Iterator[Problem]:
    """Yield what shows before layout: of the book, and the errors of these packs, of which `survey_packs` tells."""
    with open_design_workers() as workers:
        yield from validate_formats(book, folder, FORMATS, workers)
        for _, pack, pack_problems in packs:
            errors = select_errors(pack_problems)
            yield from errors
            if pack and not errors:
                yield from select_errors(validate_formats(pack, folder, FORMATS, workers))


def _check_for_reader(book: Book, folder: Path, reader: proof.EReader) -> tuple[Problem, ...]:
    """Return what an e-reader would refuse or show badly of the e-book, which is made for this without pages."""
    from onrecord.editions import epub

    return proof.check_for_reader(book, epub.make_epub(book, folder), reader)
