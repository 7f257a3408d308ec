"""Prove finished files again, against the manuscript as it is now."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from onrecord import proof
from onrecord.model import Book, SourceLocation
from onrecord.model.problems import Problem, Refused
from onrecord.model.rule import Severity
from onrecord.packs import clearance
from onrecord.packs.clearance import ReleaseOptions
from onrecord.pipeline import delivery_record, offered_files, offprints, single_web
from onrecord.pipeline.build import add_page_pointers, recover_delivery, reduce_to_supplement
from onrecord.pipeline.current_delivery import Finished
from onrecord.pipeline.formats import FORMATS, Files, make_pdf, print_book, prove_copies
from onrecord.pipeline.load import choose_contents, get_current_time, load_whole_book
from onrecord.pipeline.options import WHOLE_BOOK, BuildOptions, Progress
from onrecord.pipeline.parts_again import compare_parts
from onrecord.pipeline.pdf_reader import PdfReader
from onrecord.pipeline.verify import NO_COMPARISON, Comparison, FileState, compare_beside, warn_of_other_bytes
from onrecord.proof import Report
from onrecord.proof.record import summarize_reports
from onrecord.runtime.task_runner import TaskRunner

BYTE_VERDICTS = {
    FileState.DELIVERED: "byte for byte the delivered file",
    FileState.OTHER_BYTES: "other bytes than the delivered file, as the warning says",
    FileState.UNRECORDED: "no record to compare its bytes with",
}
_VERSION_HINT = "another version of On Record made the file, or the book's styles have changed since; build again"
_HINT = "the file and the manuscript differ: build again, or bring the manuscript back"


@dataclass(frozen=True, slots=True)
class ProvedFile:
    """A finished file, and what its proof found.

    `format` is "pdf", "epub", "html", "single" or "register"; "" for a file that no build delivers. `report` is that
    of an edition; `sentence` describes a file that was made of one. `comparison` is that with the record beside it.
    """

    path: Path
    format: str
    problems: tuple[Problem, ...] = ()
    report: Report | None = None
    sentence: str = ""
    comparison: Comparison = NO_COMPARISON

    @property
    def is_proved(self) -> bool:
        """Return whether the examined file has no problem."""
        return not self.problems


def prove_files(
    folder: Path,
    out: Path,
    paths: Sequence[Path],
    runner: TaskRunner,
    progress: Progress,
    options: BuildOptions = WHOLE_BOOK,
) -> Finished:
    """Prove the named files, or all of the book in `out`; raise Refused with what differs from the manuscript."""
    files, warnings = examine_files(folder, out, paths, runner, progress, options)
    return conclude_proof(files, warnings)


def conclude_proof(files: Sequence[ProvedFile], warnings: tuple[Problem, ...]) -> Finished:
    """Return what was proved; raise Refused with the problems of all files."""
    if problems := [problem for file in files for problem in file.problems]:
        raise Refused((*warnings, *problems))
    editions = [(file, summarize_reports([file.report])) for file in files if file.report]
    others = [(file, file.sentence) for file in files if not file.report]
    lines = [
        (file.path, "; ".join(filter(None, (sentence, BYTE_VERDICTS[file.comparison.state]))))
        for file, sentence in (*editions, *others)
    ]
    return Finished(tuple(lines), warnings)


def examine_files(
    folder: Path,
    out: Path,
    paths: Sequence[Path],
    runner: TaskRunner,
    progress: Progress,
    options: BuildOptions = WHOLE_BOOK,
) -> tuple[tuple[ProvedFile, ...], tuple[Problem, ...]]:
    """Return each named file, or all of the book in `out`, with its problems, and warnings.

    Raises Refused if the manuscript has errors, or if there is no file.
    """
    with recover_delivery(folder, out) as recovered:
        files, warnings = _examine(folder, out.absolute(), paths, runner, progress, options)
    return files, (*recovered, *warnings)


def _examine(
    folder: Path, out: Path, paths: Sequence[Path], runner: TaskRunner, progress: Progress, options: BuildOptions
) -> tuple[tuple[ProvedFile, ...], tuple[Problem, ...]]:
    """Prove the given files, or all delivered files, against the manuscript; return each with its problems."""
    progress("read", 0, 0, str(folder))
    manuscript, warnings = load_whole_book(folder, runner, progress)
    book, warnings = choose_contents(folder, manuscript, warnings, options)
    held = ReleaseOptions(get_current_time(), options.released).find_held(manuscript, book.pack)
    whole_book = book
    book = offprints.reduce_to_interview(book, options.only) if options.only else book
    book, whole = offprints.add_folios(book, whole_book, folder, runner, progress)
    book, _ = add_page_pointers(reduce_to_supplement(book, folder, out), folder, runner, progress, options)
    paths = delivery_record.expand_copy_folders(path.absolute() for path in paths)
    paths = paths or delivery_record.find_delivered_files(book, out)
    results: dict[Path, ProvedFile] = {}
    comparisons: dict[Path, Comparison] = {}
    editions: dict[Path, tuple[str, Files]] = {}
    finished: dict[Path, tuple[str, bytes]] = {}
    for path in dict.fromkeys(paths):
        try:
            format_name, files = delivery_record.open_copy(path)
            comparisons[path] = compare_beside(path, format_name, files)
        except Refused as refused:
            results[path] = ProvedFile(path, "", refused.problems)
            continue
        if _is_finished(book, format_name, files):
            finished[path] = format_name, files[""]
        else:
            editions[path] = format_name, files
    pdfs = PdfReader(runner)
    for number, (path, (format_name, copy)) in enumerate(editions.items()):
        progress("prove", number, len(editions), format_name)
        shown = offered_files.read_offered_files(book, copy) if format_name == "html" else book
        report = FORMATS[format_name].prove(shown, copy, pdfs, folder)
        if format_name == "html":
            others = dict(editions.values())
            further = offprints.prove_in_web(book, copy, pdfs, folder)
            further += offered_files.prove_offered_files(shown, copy, others, pdfs, folder)
            report = replace(report, problems=(*report.problems, *further))
        if format_name == "pdf":
            folios = offprints.compare_folios(book, whole_book, copy[""], whole, pdfs)
            report = replace(report, problems=(*report.problems, *folios))
        if not report.problems:
            parts = compare_parts(book, format_name, copy, folder, runner)
            if comparisons[path].state is FileState.DELIVERED:
                warnings = (*warnings, *map(_warn_of_other_version, parts))
            else:
                report = replace(report, problems=parts)
        results[path] = ProvedFile(path, format_name, _give_hint(report.problems), report)
    results |= _prove_single_files(book, folder, finished, runner, progress)
    if printed := {path: file for path, file in finished.items() if file[0] != "single"}:
        results |= _prove_finished(book, folder, printed, runner, progress, options)
    changed = (warn for path, comparison in comparisons.items() for warn in warn_of_other_bytes(path, comparison))
    warnings = (*warnings, *changed)
    proved = (results[path] for path in dict.fromkeys(paths))
    compared = (replace(file, comparison=comparisons.get(file.path, file.comparison)) for file in proved)
    return tuple(_report_missing_releases(file, held) for file in compared), warnings


def _report_missing_releases(file: ProvedFile, held: Container[str]) -> ProvedFile:
    """Return what was proved; if releases of the build are missing, that is the only problem of the file."""
    record = file.comparison.record
    unreleased = [slug for slug in record.released if slug in held] if record and file.problems else []
    if not unreleased:
        return file
    return replace(file, problems=(clearance.report_unreleased(SourceLocation(str(file.path)), unreleased),))


def _warn_of_other_version(problem: Problem) -> Problem:
    """Return the warning that a part of a delivered file is now made otherwise."""
    return replace(problem, severity=Severity.WARNING, hint=_VERSION_HINT)


def _give_hint(problems: Sequence[Problem]) -> tuple[Problem, ...]:
    """Return the problems; the general hint of the proof becomes one for delivered files."""
    return tuple(replace(problem, hint=_HINT) if problem.hint == proof.HINT else problem for problem in problems)


def _is_finished(book: Book, format_name: str, files: Files) -> bool:
    """Return whether a file was made of an edition, by its content: booklet, copy, register."""
    if format_name == "pdf":
        return proof.describe_file(book, files[""]).kind is not proof.FileKind.EDITION
    return format_name in ("register", "single")


def _prove_single_files(
    book: Book, folder: Path, files: Mapping[Path, tuple[str, bytes]], runner: TaskRunner, progress: Progress
) -> dict[Path, ProvedFile]:
    """Prove the files that hold a whole web edition; return each result."""
    results = {}
    for path, (format_name, data) in files.items():
        if format_name == "single":
            place = SourceLocation(str(path))
            sentence, problems = single_web.prove_earlier_file(book, folder, data, runner, progress, place)
            results[path] = ProvedFile(path, format_name, _give_hint(problems), sentence=sentence)
    return results


def _prove_finished(
    book: Book,
    folder: Path,
    files: Mapping[Path, tuple[str, bytes]],
    runner: TaskRunner,
    progress: Progress,
    options: BuildOptions,
) -> dict[Path, ProvedFile]:
    """Prove the files made of an edition (booklets, copies, register); return each result.

    Prints and proves the edition again and compares each file with it. If that is refused, every file gets those
    problems.
    """
    from onrecord.pipeline import finish

    try:
        finishing = finish.plan_finishing(book, folder, options.finishing)
        printed, _ = print_book(book, folder, runner, progress, is_required=True)
        editions = make_pdf(book, folder, printed, runner)
        prove_copies(book, [("pdf", editions)], PdfReader(runner), progress, folder)
    except Refused as refused:
        problems = _give_hint(refused.problems)
        return {path: ProvedFile(path, format_name, problems) for path, (format_name, _) in files.items()}
    data = {path: data for path, (_, data) in files.items()}
    results = finishing.prove_earlier_files(book, folder, editions, data, runner, progress)
    return {
        path: ProvedFile(path, files[path][0], _give_hint(problems), sentence=sentence)
        for path, sentence, problems in results
    }
