"""Read, assemble and check a book or a pack of it: the stages before anything is laid out."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from onrecord.manuscript import checks, outline, pack_file, read_book
from onrecord.model import Book
from onrecord.model.problems import Problem, Refused, errors, in_order
from onrecord.packs import clearance, selection
from onrecord.packs.clearance import Gate
from onrecord.pipeline.options import WHOLE_BOOK, BuildOptions, Progress, ignore_progress
from onrecord.runtime.task_runner import Press


def load_book(
    folder: Path, options: BuildOptions = WHOLE_BOOK, runner: Press | None = None, progress: Progress = ignore_progress
) -> tuple[Book, tuple[Problem, ...]]:
    """Return the checked book, or the pack of it, and its warnings; raise Refused with all problems."""
    whole, warnings = _load_whole_book(folder, runner, progress)
    gate = Gate(current_time(), options.released)
    if options.pack:
        book, held_back = selection.survey(folder, whole, options.pack, gate, merged=options.merged)
    else:
        book, held_back = clearance.opened(whole, gate)
    releases, needless = clearance.releases(whole, gate)
    problems = in_order((*warnings, *held_back, *needless))
    if book is None or errors(problems):
        raise Refused(problems)
    return replace(book, releases=releases), problems


def load_packs(folder: Path) -> tuple[tuple[str, Book | None, tuple[Problem, ...]], ...]:
    """Return each pack's name, the book that it makes now (None if it cannot be read), and its problems."""
    whole, _ = _load_whole_book(folder)
    gate = Gate(current_time())
    return tuple((name, *selection.survey(folder, whole, name, gate)) for name in pack_file.names(folder))


def describe_book(folder: Path, *, as_json: bool, options: BuildOptions = WHOLE_BOOK) -> str:
    """Return the outline of the book as text or JSON; that of a whole book includes what is held back."""
    book, _ = load_book(folder, options) if options.pack else _load_whole_book(folder)
    return outline.as_json(book) if as_json else outline.as_text(book)


def current_time() -> datetime:
    """Return SOURCE_DATE_EPOCH, or the clock; it decides what may go out, and is written into no file."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    return datetime.fromtimestamp(int(epoch), UTC) if epoch.isdigit() else datetime.now(UTC)


def _load_whole_book(
    folder: Path, runner: Press | None = None, progress: Progress = ignore_progress
) -> tuple[Book, tuple[Problem, ...]]:
    """Return the whole book, with the interviews that are held back."""
    book, problems = read_book.survey(folder, runner, partial(progress, "read"))
    problems = in_order((*problems, *(checks.check(book) if book else ())))
    if book is None or errors(problems):
        raise Refused(problems)
    return book, problems
