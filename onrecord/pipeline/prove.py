"""Prove finished files again, against the manuscript as it is now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from onrecord import proof
from onrecord.model import Book
from onrecord.model.problems import Refused
from onrecord.packs import supplement
from onrecord.pipeline import delivery_record
from onrecord.pipeline.build import Finished, add_page_pointers, recover_delivery
from onrecord.pipeline.formats import Files, PdfReader, make_pdf, print_book, prove_copies
from onrecord.pipeline.load import load_book
from onrecord.pipeline.options import WHOLE_BOOK, BuildOptions, Progress
from onrecord.runtime.task_runner import TaskRunner

_HINT = "the file and the manuscript differ: build again, or bring the manuscript back"


def prove_files(
    folder: Path,
    out: Path,
    paths: Sequence[Path],
    runner: TaskRunner,
    progress: Progress,
    options: BuildOptions = WHOLE_BOOK,
) -> Finished:
    """Prove the named files, or all of the book in `out`; raise Refused with what differs from the manuscript."""
    with recover_delivery(folder, out) as warnings:
        finished = _prove(folder, out.absolute(), paths, runner, progress, options)
    return replace(finished, warnings=(*warnings, *finished.warnings))


def _prove(
    folder: Path, out: Path, paths: Sequence[Path], runner: TaskRunner, progress: Progress, options: BuildOptions
) -> Finished:
    """Prove the given files, or all delivered files, against the manuscript; return the report."""
    progress("read", 0, 0, str(folder))
    book, warnings = load_book(folder, options, runner, progress)
    book, _ = add_page_pointers(supplement.reduce_to_supplement(book, folder, out), folder, runner, progress, options)
    paths = delivery_record.expand_copy_folders(path.absolute() for path in paths)
    paths = paths or delivery_record.find_delivered_files(book, out)
    copies = {path: delivery_record.open_copy(path) for path in paths}
    finished_files = {
        path: files[""] for path, (format_name, files) in copies.items() if _is_finished(book, format_name, files)
    }
    editions = {path: copy for path, copy in copies.items() if path not in finished_files}
    try:
        reports = prove_copies(book, editions.values(), PdfReader(runner), progress)
        further = _prove_finished(book, folder, finished_files, runner, progress, options) if finished_files else ()
    except Refused as refused:
        raise Refused(
            replace(problem, hint=_HINT) if problem.hint == proof.HINT else problem for problem in refused.problems
        ) from None
    return Finished(tuple(editions), reports, warnings, further)


def _is_finished(book: Book, format_name: str, files: Files) -> bool:
    """Tell whether a file was made of a bound edition: a booklet, a copy, a register."""
    if format_name == "pdf":
        return proof.describe_file(book, files[""]).kind is not proof.FileKind.EDITION
    return format_name == "register"


def _prove_finished(
    book: Book, folder: Path, files: Mapping[Path, bytes], runner: TaskRunner, progress: Progress, options: BuildOptions
) -> tuple[tuple[Path, str], ...]:
    """Bind the editions again and compare each finished file with them; return a sentence for each."""
    from onrecord.pipeline import finish

    finishing = finish.plan_finishing(book, folder, options.finishing)
    printed, _ = print_book(book, folder, runner, progress, is_required=True)
    editions = make_pdf(book, folder, printed, runner)
    prove_copies(book, [("pdf", editions)], PdfReader(runner), progress)
    results = finishing.prove_earlier_files(book, folder, editions, files, runner, progress)
    if problems := [problem for _, _, problems_of_file in results for problem in problems_of_file]:
        raise Refused(problems)
    return tuple((path, sentence) for path, sentence, _ in results)
