"""Read, assemble and check a book or a pack of it: the stages before anything is laid out."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from onrecord.manuscript import checks, outline, pack_file, read_book, strange_files
from onrecord.model import Book
from onrecord.model.problems import Problem, Refused, select_errors, sort_problems
from onrecord.packs import clearance, selection
from onrecord.packs.clearance import ReleaseOptions
from onrecord.pipeline.options import WHOLE_BOOK, BuildOptions, Progress, ignore_progress
from onrecord.runtime.environment import EnvironmentProblem
from onrecord.runtime.task_runner import TaskRunner


def load_book(
    folder: Path,
    options: BuildOptions = WHOLE_BOOK,
    runner: TaskRunner | None = None,
    progress: Progress = ignore_progress,
) -> tuple[Book, tuple[Problem, ...]]:
    """Return the checked book, or the pack of it, and its warnings; raise Refused with all problems."""
    return choose_contents(folder, *load_whole_book(folder, runner, progress), options)


def choose_contents(
    folder: Path, whole: Book, warnings: tuple[Problem, ...], options: BuildOptions
) -> tuple[Book, tuple[Problem, ...]]:
    """Return what may go out of the book, or the pack of it, and its warnings; raise Refused with all problems."""
    gate = ReleaseOptions(get_current_time(), options.released)
    if options.pack:
        book, held_back = selection.survey_pack(folder, whole, options.pack, gate, merged=options.merged)
    else:
        book, held_back = clearance.remove_held(whole, gate)
    releases, needless = clearance.list_releases(whole, gate)
    problems = sort_problems((*warnings, *held_back, *needless))
    if book is None or select_errors(problems):
        raise Refused(problems)
    return replace(book, releases=releases), problems


def load_packs(folder: Path) -> tuple[tuple[str, Book | None, tuple[Problem, ...]], ...]:
    """Return what `survey_packs` does of the book in the folder."""
    whole, _ = load_whole_book(folder)
    return survey_packs(folder, whole)


def survey_packs(folder: Path, whole: Book) -> tuple[tuple[str, Book | None, tuple[Problem, ...]], ...]:
    """Return each pack's name, the book that it makes now (None if it cannot be read), and its problems."""
    gate = ReleaseOptions(get_current_time())
    return tuple(
        (name, *selection.survey_pack(folder, whole, name, gate)) for name in pack_file.list_pack_names(folder)
    )


def describe_book(folder: Path, *, as_json: bool, options: BuildOptions = WHOLE_BOOK, out: Path | None = None) -> str:
    """Return the outline of the book as text or JSON; that of a whole book includes what is held back.

    JSON has the printed pages of turns, if the edition in `out` is of the same words.
    """
    book, _ = load_book(folder, options) if options.pack else load_whole_book(folder)
    if not as_json:
        return outline.render_outline_text(book)
    from onrecord.pipeline.delivered_pages import read_delivered_pages

    return outline.render_outline_json(book, read_delivered_pages(book, out) if out else {})


def get_current_time() -> datetime:
    """Return SOURCE_DATE_EPOCH, or the clock; it decides what may go out, and is written into no file.

    Raises EnvironmentProblem if SOURCE_DATE_EPOCH is no time.
    """
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    if not epoch:
        return datetime.now(UTC)
    try:
        if epoch.isascii() and epoch.isdigit():
            return datetime.fromtimestamp(int(epoch), UTC)
    except (OverflowError, ValueError, OSError):
        pass
    sentence = f"SOURCE_DATE_EPOCH is “{epoch[:40]}”, which is no time"
    raise EnvironmentProblem(sentence, "write whole seconds since 1970, or unset it")


def load_whole_book(
    folder: Path, runner: TaskRunner | None = None, progress: Progress = ignore_progress
) -> tuple[Book, tuple[Problem, ...]]:
    """Return the whole book, with the interviews that are held back."""
    book, problems = read_book.survey_book(folder, runner, partial(progress, "read"))
    problems = (*problems, *(checks.check_book(book) if book else ()))
    problems = sort_problems((*problems, *strange_files.find_strange_files(folder, problems)))
    if book is None or select_errors(problems):
        raise Refused(problems)
    return book, problems
