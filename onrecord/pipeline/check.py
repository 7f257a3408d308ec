"""Check a manuscript without building anything."""

from __future__ import annotations

from pathlib import Path

from onrecord.model import Book
from onrecord.model.problems import Problem, Refused, select_errors
from onrecord.pipeline.load import load_book, load_packs
from onrecord.pipeline.options import WHOLE_BOOK, BuildOptions, FinishOptions
from onrecord.runtime.environment import check_fonts


def check_book(folder: Path, options: BuildOptions = WHOLE_BOOK) -> tuple[Book, tuple[Problem, ...]]:
    """Return the checked book and its warnings; raise Refused with every problem.

    Beyond `load_book`, every character can be printed, and every pack of a whole book is right. Raises
    EnvironmentProblem if the fonts are not installed.
    """
    from onrecord.editions.pdf.pages.printable import check_printable
    from onrecord.pipeline import finish

    check_fonts()
    book, warnings = load_book(folder, options)
    finish.plan_finishing(book, folder, FinishOptions(print_shop=True))
    problems = [*check_printable(book, folder)]
    if not options.pack:
        problems += [problem for _, _, pack_problems in load_packs(folder) for problem in select_errors(pack_problems)]
    if problems:
        raise Refused((*warnings, *problems))
    return book, warnings
