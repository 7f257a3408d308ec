"""Import files of other formats as source files of a book.

Read the original into clippings, recognize a draft in them, write the source file, and account for every word of it.
Then the file, its original and a report are stored, or nothing is.
"""

from __future__ import annotations

import contextlib
import re
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from onrecord.importers.common import decoding, text_limits
from onrecord.importers.common.draft import Draft, SourceText
from onrecord.importers.common.plain_markdown import split_into_tokens
from onrecord.importers.output import chapter_pairs, original_letters, word_audit
from onrecord.importers.output.doubts import Ask, settle_doubts
from onrecord.importers.output.manuscript_writer import Origin, write_manuscript
from onrecord.importers.output.open_points import list_open_points
from onrecord.importers.output.set_aside import find_lost_speech
from onrecord.importers.output.three_way_merge import Choose
from onrecord.importers.reader_choice import MAX_BYTES, choose_reader, find_letter_count_kind
from onrecord.importers.readers import epub, repeated_heads, timed_turns, vendor_texts
from onrecord.importers.ready_interviews import is_interview_file
from onrecord.importers.recognition.document import recognize_draft
from onrecord.importers.recognition.opening import split_opening_credits
from onrecord.importers.result_storage import (
    Imported,
    ImportResult,
    ImportTarget,
    find_edited_original,
    make_slug,
    make_title,
    read_named_original,
    read_original_of,
)
from onrecord.model import SourceLocation
from onrecord.model.problems import Problem, Refused
from onrecord.model.rule import Rule, Severity
from onrecord.model.terminal_text import format_count
from onrecord.runtime.environment import EnvironmentProblem, explain_system_error, find_shortage
from onrecord.runtime.folders import explain_no_file
from onrecord.runtime.task_runner import NO_WORKERS, TaskFailure, run_tasks
from onrecord.runtime.work_limits import limit_cpu_time

Progress = Callable[[str, int, int, str], None]  # stage, done, total, what is worked on

_CPU_S, _CPU_S_PER_MB, _MOST_CPU_S = 8, 20, 120  # computing time for a file; a normal text takes 3 s per MB
_SPLIT_HINT = "split the file, or copy only the text of the interview into a .txt file"
_SOURCE_KEY = re.compile(r"(?m)^source:\n  file: ")


def import_files(
    files: Sequence[Path],
    to: Path,
    *,
    accept: bool,
    progress: Progress = lambda *_: None,
    ask: Ask | None = None,
    choose: Choose | None = None,
    workers: Executor = NO_WORKERS.executor,
    is_dry_run: bool = False,
) -> tuple[tuple[Imported, ...], tuple[Problem, ...]]:
    """Import each file into folder `to`; return the results, and the problems of files that could not be imported.

    With `ask`, doubts are put to the editor before a file is written; what stays open is marked. With `choose`, the
    editor decides where an edit and a corrected source collide. A dry run writes
    nothing. Raises EnvironmentProblem if the system refuses to write: of the file where that happens nothing is left.
    """
    target = ImportTarget(to, is_dry_run=is_dry_run)
    imported: list[Imported] = []
    attempts = _import_all([_ImportJob(source, target, accept, Path.cwd()) for source in files], workers, progress)
    problems = [problem for attempt in attempts if isinstance(attempt, Refused) for problem in attempt.problems]
    sources: dict[Path, Path] = {}
    for result in [result for attempt in attempts if not isinstance(attempt, Refused) for result in attempt]:
        first_source = sources.setdefault(result.path, result.source)
        if first_source != result.source:
            sentence = f"{first_source} would be written to {result.path.name} too"
            problems.append(
                Problem(SourceLocation(str(result.source)), Rule.SLUGS_ARE_UNIQUE, sentence, "rename one of the two")
            )
            continue
        try:
            target.refuse_links_out(result)
            settled = _settle_doubts_of(result, target, ask) if ask is not None and not accept else result
            imported.append(replace(target.store(settled, choose), accepted=accept))
        except Refused as refused:
            problems += refused.problems
            continue
        except OSError as error:
            raise _explain_unwritable(error, result.path, len(imported)) from error
        except Exception as error:  # whatever it is, the other files are imported
            problems.append(_describe_own_fault(result.source, error))
            continue
        problems += result.draft.notes if result.draft else ()
    if is_dry_run:
        return tuple(imported), tuple(dict.fromkeys(problems))
    open_points = list_open_points(
        target.book, [result.path for result in imported if result.state in ("new", "merged")]
    )
    listed = (replace(result, open_points=open_points.get(result.path, ())) for result in imported)
    return tuple(listed), tuple(dict.fromkeys(problems))


def _explain_unwritable(error: OSError, path: Path, imported: int) -> EnvironmentProblem:
    """Return the problem that an import's result cannot be written; `imported` files before it were."""
    addition = f"; {format_count(imported, 'file')} before it {'was' if imported == 1 else 'were'} imported"
    hint = "name another folder: --to DIR"
    return explain_system_error(error, str(error.filename or path), addition if imported else "", hint)


@dataclass(frozen=True, slots=True)
class _ImportJob:
    """A file to import, and where to; relative paths are relative to `folder`."""

    source: Path
    target: ImportTarget
    accept: bool
    folder: Path

    @property
    def cpu_limit_s(self) -> int:
        """Return how many seconds of computing the file may take."""
        try:
            size_mb = self.source.stat().st_size / 1e6
        except OSError:
            size_mb = 0
        return min(_MOST_CPU_S, int(_CPU_S + _CPU_S_PER_MB * size_mb))


def _import_all(
    jobs: Sequence[_ImportJob], workers: Executor, progress: Progress
) -> list[list[ImportResult] | Refused]:
    """Import the files with the workers; return results, or why a file that fails or takes too much is refused."""
    is_guarded = workers is not NO_WORKERS.executor
    results = run_tasks(
        workers,
        _import_file_in_worker if is_guarded else _import_without_limits,
        jobs,
        name=lambda job: job.source.name,
        on_progress=partial(progress, "import"),
    )
    return [
        _refuse_failed(job, result) if isinstance(result, TaskFailure) else result
        for job, result in zip(jobs, results, strict=True)
    ]


def _import_file_in_worker(job: _ImportJob) -> list[ImportResult] | Refused:
    """Import a file in a worker with a limit of computing time; return its interviews, or why it is refused."""
    with contextlib.chdir(job.folder), limit_cpu_time(job.cpu_limit_s):
        return _import_without_limits(job)


def _import_without_limits(job: _ImportJob) -> list[ImportResult] | Refused:
    """Import a file in a worker without limits, for processes that have no limit of computing time."""
    return _try_import(job.source, job.target, job.accept)


def _refuse_failed(job: _ImportJob, failure: TaskFailure) -> Refused:
    """Return the refusal of a file on which its worker stopped or failed."""
    place, error = SourceLocation(str(job.source)), failure.error
    if error is None or isinstance(error, MemoryError | RecursionError):
        sentence = f"the file could not be read within {job.cpu_limit_s} s of computing: {failure.reason}"
        return Refused([Problem(place, Rule.READING_ENDS, sentence, _SPLIT_HINT)])
    return Refused([_describe_own_fault(job.source, error, failure.reason)])


def _describe_own_fault(source: Path, error: BaseException, reason: str = "") -> Problem:
    """Return the problem that On Record itself failed on an imported file."""
    frames = traceback.extract_tb(error.__traceback__)
    where = f", {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    reason = reason or f"{type(error).__name__}: {error}"
    sentence = f"On Record made a mistake here ({reason}{where}); the other files are not concerned"
    hint = f"report it; until it is corrected, {_SPLIT_HINT}"
    return Problem(SourceLocation(str(source)), Rule.ON_RECORD_WORKS, sentence, hint)


def _try_import(source: Path, target: ImportTarget, accept: bool) -> list[ImportResult] | Refused:
    """Import one file, which may be an e-book of several interviews; return Refused instead of raising it."""
    try:
        return _import_source(source, target, accept)
    except Refused as refused:
        return refused


def _import_source(source: Path, target: ImportTarget, accept: bool) -> list[ImportResult]:
    """Read a file and recognize its interviews; raise Refused if it cannot be read."""
    data = _read_source(source)
    path = target.interviews / f"{make_slug(source)}.md"
    if source.suffix.lower() in (".md", ".markdown") and (_is_source_file(data) or is_interview_file(data)):
        return [_copy_source_file(source, path, data, target)]
    reader = choose_reader(source, data)
    text_limits.refuse_endless_bytes(data, source)
    interviews = _read_interviews_of_book(data, source) if reader is epub.read_epub else []
    if not interviews:
        reading = split_opening_credits(_find_turns(reader(data, str(source)), str(source)))
        text_limits.refuse_large_text(reading, str(source))
        if kind := find_letter_count_kind(reader):
            original_letters.refuse_lost_letters(data, kind, [reading], str(source))
        result = _build_result(source, path, data, reading, recognize_draft(reading, str(source)), target, accept)
        return [replace(result, bases=_find_first_imports(result, target))]
    return _import_chapters(source, path, data, interviews, target, accept)


class _StoredChapter(NamedTuple):
    """An interview of an e-book that an earlier import wrote: its words then, and the texts as they were written."""

    words: Counter[str]
    bases: tuple[str, ...]


def _import_chapters(
    source: Path,
    path: Path,
    data: bytes,
    interviews: Sequence[tuple[SourceText, Draft]],
    target: ImportTarget,
    accept: bool,
) -> list[ImportResult]:
    """Return an import's result for each interview of an e-book; one imported before keeps its file's number."""
    stored = dict(_list_stored_chapters(path, sha256(data).hexdigest(), target))
    words = [chapter_pairs.count_draft_words(draft) for _, draft in interviews]
    numbers = chapter_pairs.number_chapters(words, {number: chapter.words for number, chapter in stored.items()})
    results = []
    for number, (reading, draft) in sorted(zip(numbers, interviews, strict=True), key=lambda pair: pair[0]):
        file = path.with_name(f"{path.stem}-{number:02d}.md")
        result = _build_result(source, file, data, reading, draft, target, accept)
        results.append(replace(result, bases=stored[number].bases if number in stored else ()))
    missing = [f"{path.stem}-{number:02d}.md" for number in stored if number not in numbers]
    last = results[-1].draft
    if missing and last is not None:
        sentence = f"no chapter of this book is like {', '.join(missing)} any more; nothing was changed there"
        hint = "delete the file, or leave it as it is"
        note = decoding.build_warning(SourceLocation(str(source)), Rule.CHAPTERS_ARE_INTERVIEWS, sentence, hint)
        results[-1] = replace(results[-1], draft=replace(last, notes=(*last.notes, note)))
    return results


def _list_stored_chapters(path: Path, digest: str, target: ImportTarget) -> Iterator[tuple[int, _StoredChapter]]:
    """Yield number and content of each source file that an earlier import of an e-book of this name wrote.

    Its chapter is looked for in the original that the file names. An original that is imported now gives no bases.
    """
    books: dict[str, list[tuple[SourceText, Draft]]] = {}
    for file in sorted(path.parent.glob(f"{path.stem}-*.md")):
        match = re.fullmatch(rf"{re.escape(path.stem)}-(\d{{2,3}})\.md", file.name)
        text = file.read_text("utf-8", "replace") if match else ""
        original = read_original_of(text, target.book) if match else None
        if match is None or original is None:
            continue
        origin, place, data = original
        if origin.sha256 not in books:
            books[origin.sha256] = _read_earlier_book(data, place)
        drafts = [draft for _, draft in books[origin.sha256]]
        words = Counter(token for token in split_into_tokens(text.partition("\n---\n")[2]) if token.isalnum())
        index = chapter_pairs.find_most_similar(words, list(map(chapter_pairs.count_draft_words, drafts)))
        if index >= 0:
            title = make_title(place)
            bases = tuple(
                write_manuscript(drafts[index], origin, title, target.disclaimers, accept=is_accepted)
                for is_accepted in (False, True)
                if origin.sha256 != digest
            )
            yield int(match[1]), _StoredChapter(chapter_pairs.count_draft_words(drafts[index]), bases)


def _read_earlier_book(data: bytes, place: Path) -> list[tuple[SourceText, Draft]]:
    """Return the interviews of an e-book stored by an earlier import; [] if it cannot be read any more."""
    try:
        return _read_interviews_of_book(data, place)
    except Refused:
        return []


def _find_first_imports(result: ImportResult, target: ImportTarget) -> tuple[str, ...]:
    """Return what the first import of a file edited since wrote, without and with its doubts accepted.

    It is imported once more from the original that the file names. None if that is the same original, or is gone.
    """
    edited_original = find_edited_original(result, target.book)
    if edited_original is None:
        return ()
    origin, path, data = edited_original
    reader = choose_reader(result.source.parent / path.name, data)  # pictures stand beside the imported file
    try:
        reading = split_opening_credits(_find_turns(reader(data, str(path)), str(path)))
        draft = recognize_draft(reading, str(path))
    except (OSError, Refused):
        return ()
    title = make_title(result.source)
    return tuple(write_manuscript(draft, origin, title, target.disclaimers, accept=accept) for accept in (False, True))


def _find_turns(reading: SourceText, name: str) -> SourceText:
    """Return an imported transcript without what its tool adds, and with times and names of its turns recognized."""
    timed = timed_turns.find_timed_turns(vendor_texts.set_vendor_texts_aside(reading), name)
    return repeated_heads.find_repeated_heads(timed)


def _is_source_file(data: bytes) -> bool:
    """Return whether a file to import is a source file of a book already: its front matter names an original."""
    text = data[:64_000].decode("utf-8", "replace")
    end = text.find("\n---\n", 3)
    return text.startswith("---\n") and end >= 0 and _SOURCE_KEY.search(text, 0, end) is not None


def _copy_source_file(source: Path, path: Path, data: bytes, target: ImportTarget) -> ImportResult:
    """Return the source file of another book as it is, with its original; raise Refused if it is no UTF-8."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        sentence = f"byte 0x{data[error.start]:02X} in this line is not UTF-8; the file is damaged"
        hint = "copy the text again, and save it as “UTF-8”"
        raise decoding.build_refusal(str(source), Rule.TEXT_IS_UTF_8, sentence, hint, line) from error
    name, original = read_named_original(source, text, target)
    return ImportResult(source, path, data, name, text, None, None, stored_original=original)


def _read_interviews_of_book(data: bytes, source: Path) -> list[tuple[SourceText, Draft]]:
    """Return the chapters of an imported e-book that are interviews, if there are several.

    The notes of the last one say what was left out.
    """
    interviews, left_out, left_out_words = list[tuple[SourceText, Draft]](), list[str](), 0
    readings = list(map(split_opening_credits, epub.read_epub_chapters(data, str(source))))
    for reading in readings:
        draft = recognize_draft(reading, str(source))
        kinds = [turn.kind for turn in draft.turns]
        if kinds.count("question") >= 2 and kinds.count("answer") >= 2:
            interviews.append((reading, draft))
        else:
            words = draft.title or " ".join(c.words for c in reading.clippings)
            left_out.append(f"“{words[:40].strip()}”")
            left_out_words += sum(token.isalnum() for token in reading.original_tokens)
    if len(interviews) < 2:
        return []
    original_letters.refuse_lost_letters(data, "epub", readings, str(source))
    if left_out:
        names = f"{', '.join(left_out[:12])}{' …' if len(left_out) > 12 else ''}"
        counts = (
            f"{format_count(len(left_out), 'chapter')} without a conversation ({format_count(left_out_words, 'word')})"
        )
        sentence = f"{counts} did not come along: {names}"
        note = decoding.build_warning(
            SourceLocation(str(source)),
            Rule.CHAPTERS_ARE_INTERVIEWS,
            sentence,
            "copy what you need into an introduction",
        )
        reading, draft = interviews[-1]
        interviews[-1] = (reading, replace(draft, notes=(*draft.notes, note)))
    return interviews


def _build_result(
    source: Path, path: Path, data: bytes, reading: SourceText, draft: Draft, target: ImportTarget, accept: bool
) -> ImportResult:
    """Write an imported draft as a source file's text, check that no word is lost, and return both."""
    original = target.choose_original_name(source, data)
    title = make_title(source)
    origin = Origin(original, sha256(data).hexdigest())
    text = write_manuscript(draft, origin, title, target.disclaimers, accept=accept)
    _refuse_lost_words(reading, draft, text, source, target)
    draft = _warn_of_set_aside(draft, source)
    alternatives = (
        (write_manuscript(draft, origin, title, target.disclaimers, accept=not accept),) if draft.doubts else ()
    )
    return ImportResult(source, path, data, original, text, draft, reading, alternatives)


def _warn_of_set_aside(draft: Draft, source: Path) -> Draft:
    """Return the draft with warnings about text set aside inside it; raise Refused if it was surely speech."""
    problems = tuple(find_lost_speech(draft, str(source)))
    if any(problem.severity is Severity.ERROR for problem in problems):
        raise Refused(problems)
    return replace(draft, notes=(*draft.notes, *problems)) if problems else draft


def _refuse_lost_words(reading: SourceText, draft: Draft, text: str, source: Path, target: ImportTarget) -> None:
    """Raise Refused if words of the original are missing in the written text."""
    problems = word_audit.find_unaccounted_words(
        reading, draft, text, make_title(source), target.disclaimers, str(source)
    )
    if problems:
        raise Refused(problems)


def _settle_doubts_of(result: ImportResult, target: ImportTarget, ask: Ask) -> ImportResult:
    """Return an import's result with doubts settled by `ask`; not asked for files that will not be written."""
    before = result.path.read_text("utf-8", "replace") if result.path.is_file() else result.text
    if result.draft is None or result.reading is None or not result.draft.doubts:
        return result
    if before != result.text:
        return replace(result, text=before) if before in result.alternatives else result
    draft = settle_doubts(result.draft, ask)
    origin = Origin(result.original, sha256(result.data).hexdigest())
    text = write_manuscript(draft, origin, make_title(result.source), target.disclaimers, accept=False)
    _refuse_lost_words(result.reading, draft, text, result.source, target)
    return replace(result, draft=draft, text=text, alternatives=(*result.alternatives, result.text))


def _read_source(source: Path) -> bytes:
    """Return the bytes of the file to import; raise Refused if it is missing, empty or too large."""
    name = str(source)
    try:
        if reason := explain_no_file(source):
            raise decoding.build_refusal(
                name, Rule.FILE_IS_READABLE, f"the file cannot be read: {reason}", "check its name"
            )
        max_bytes = MAX_BYTES.get(source.suffix.lower(), decoding.MAX_TEXT_BYTES)
        if source.stat().st_size > max_bytes:
            size = source.stat().st_size / 1e6
            raise decoding.build_refusal(
                name,
                Rule.FILE_IS_SMALL,
                f"the file has {size:.0f} MB; a file of this kind may have {max_bytes / 1e6:.0f} MB",
                "split it, or export only the text of the interview",
            )
        data = source.read_bytes()
    except OSError as error:
        if shortage := find_shortage(error):  # the file is not to blame
            raise shortage from error
        raise decoding.build_refusal(
            name, Rule.FILE_IS_READABLE, f"the file cannot be read: {error.strerror}", "check its name and permissions"
        ) from error
    if not data.strip():
        raise decoding.build_refusal(
            name, Rule.FILE_HAS_WORDS, "the file is empty", "choose the file that holds the text"
        )
    return data
