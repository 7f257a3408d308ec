"""Import files of other formats as source files of a book; each format is one module and one row of READERS.

Read the original into clippings, recognize a draft in them, write the source file, and account for every word of it.
Then the file, its original and a report are stored, or nothing is.
"""

from __future__ import annotations

import contextlib
import re
import traceback
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from functools import partial
from hashlib import sha256
from pathlib import Path

from onrecord.importers.common import attached_pictures, decoding, text_limits
from onrecord.importers.common.draft import Draft, SourceText
from onrecord.importers.output import original_letters, word_audit
from onrecord.importers.output.doubts import Ask, settle_doubts
from onrecord.importers.output.import_report import write_report
from onrecord.importers.output.manuscript_writer import Origin, write_manuscript
from onrecord.importers.output.open_points import list_open_points
from onrecord.importers.output.set_aside import find_lost_speech
from onrecord.importers.output.three_way_merge import Choose, Collision, merge_texts
from onrecord.importers.own_files import is_interview_file
from onrecord.importers.readers import (
    captions,
    epub,
    foreign_front_matter,
    html,
    markdown,
    ohms,
    plain_text,
    recordings,
    rtf,
    timed_turns,
    timed_xml,
    vendor_texts,
    word,
)
from onrecord.importers.recognition.document import recognize_draft
from onrecord.importers.recognition.opening import divide_opening
from onrecord.manuscript.link_guard import refuse_link_out
from onrecord.manuscript.unprinted import REPORT_SUFFIX
from onrecord.manuscript.yaml_config import Problems, parse_settings
from onrecord.model import SourceLocation, slugs
from onrecord.model.problems import Problem, Refused
from onrecord.model.rule import Rule, Severity
from onrecord.runtime.environment import EnvironmentProblem, explain_system_error
from onrecord.runtime.folders import describe_strange_kind, explain_no_file, inside, read_file_itself, write_files
from onrecord.runtime.task_runner import NO_WORKERS, TaskFailure, run_tasks
from onrecord.runtime.work_limits import limit_cpu_time

Progress = Callable[[str, int, int, str], None]  # stage, done, total, what is worked on

READERS: dict[str, Callable[[bytes, str], SourceText]] = {
    ".txt": plain_text.read_plain_text,
    ".text": plain_text.read_plain_text,
    ".md": markdown.read_foreign_markdown,
    ".markdown": markdown.read_foreign_markdown,
    ".html": html.read_html,
    ".htm": html.read_html,
    ".xhtml": html.read_html,
    ".docx": word.read_docx,
    ".odt": word.read_odt,
    ".rtf": rtf.read_rtf,
    ".epub": epub.read_epub,
    ".vtt": captions.read_captions,
    ".srt": captions.read_captions,
    ".sbv": captions.read_captions,
    **dict.fromkeys((".json", ".jsonl", ".json3", ".otr"), recordings.read_recording),
    **dict.fromkeys((".xml", ".ttml", ".dfxp", ".srv3"), timed_xml.read_timed_xml),
}
# How the letters of an original are counted, independently of its reader.
_KINDS: dict[Callable[..., SourceText], str] = {
    plain_text.read_plain_text: "text",
    markdown.read_foreign_markdown: "markdown",
    html.read_html: "page",
    word.read_docx: "docx",
    word.read_odt: "odt",
    epub.read_epub: "epub",
    captions.read_captions: "captions",
}
_MAX_BYTES = {
    **dict.fromkeys((".docx", ".odt", ".epub"), 60_000_000),
    **dict.fromkeys((".html", ".htm", ".json", ".json3", ".otr", ".xml", ".ttml", ".dfxp", ".srv3"), 20_000_000),
}
_CPU_S, _CPU_S_PER_MB, _MOST_CPU_S = 8, 20, 120  # computing time for a file; a normal text takes 3 s per MB
_REFUSED = {
    ".doc": ("a Word file of the old kind", "open it in Word or LibreOffice and save it as .docx"),
    ".pdf": (
        "a PDF, which has lost where paragraphs begin",
        "import the file it was made from, or copy its text into a .txt file",
    ),
    ".pages": ("a Pages file", "export it as Word (.docx)"),
}
_TEXT_SUFFIXES = (".md", ".markdown", ".txt", ".text")
_NAMELESS = frozenset(["index", "_index", "readme", "default", "content"])  # the folder says what such a file is
_MAGIC = ((b"%PDF", ".pdf"), (b"\xd0\xcf\x11\xe0", ".doc"), (b"{\\rtf", ".rtf"))
_MARKDOWN = re.compile(rb"(?m)^(?:\*\*[^*\n]+\*\*|#{1,6} \S)|\]\(https?://")
_MOST_NAMES = 8
_SPLIT_HINT = "split the file, or copy only the text of the interview into a .txt file"
_FIRST_LINES = 2  # of a source file: a problem there is one of the whole file
_NAMED_ORIGINAL = re.compile(r"(?m)^  file: \"?(?P<file>originals/[\w. -]+)\"?\n  sha256: (?P<hash>[0-9a-f]{64})$")
_SOURCE_KEY = re.compile(r"(?m)^source:\n  file: ")


@dataclass(frozen=True, slots=True)
class Imported:
    """The result of one file.

    `state` is new, same (nothing to do), edited (an editor changed it, and the source is still the same: nothing to
    do), merged (with what an editor changed) or different (an editor changed it; it was not touched).
    `accepted`: doubts were written as guessed.
    """

    source: Path
    path: Path
    state: str
    draft: Draft | None = None
    report: Path | None = None
    difference: str = ""
    accepted: bool = False
    collides: bool = False  # the edit and the new source changed the same words
    open_points: tuple[Problem, ...] = ()  # what `check` says, but for doubts

    def lines(self) -> Iterator[str]:
        """Yield what was recognized, what is doubtful and what to do next, for an editor."""
        if self.draft is not None:
            yield _describe_draft(self.draft)
        yield from self._describe_state()
        if self.draft is not None and not self.draft.title:
            yield "no title was found; the file's name stands in for it"
        for problem in self.open_points:
            place = f"line {problem.location.line}: " if problem.location.line > _FIRST_LINES else ""
            yield f"open: {place}{problem.sentence}; {problem.hint}"
        if self.report is not None:
            yield f"original and result side by side: {self.report.name}"

    def _describe_state(self) -> Iterator[str]:
        """Yield what became of the file, and of its doubts."""
        if self.state == "same":
            yield "is the same already; nothing was written"
        elif self.state == "edited":
            yield f"{self.source} has not changed since it was imported; the edited interview stays as it is"
        elif self.state == "merged":
            yield "the corrected source was merged into the edited interview"
        elif self.collides:
            yield f"the edit and {self.source} changed the same words; nothing was written"
            yield "hint: import it at a terminal to choose for each place, or make one of the changes by hand:"
        elif self.state == "different":
            yield f"is there and differs from {self.source} as imported now; it was not touched"
            yield "hint: move it away and import again, or keep it as it is. The difference:"
        elif self.draft is not None and self.draft.doubts and self.accepted:
            yield f"{_count(len(self.draft.doubts), 'doubt')} accepted as guessed (--yes)"
        elif self.draft is not None and self.draft.doubts:
            doubts = _count(len(self.draft.doubts), "doubt")
            yield f"{doubts} marked ::: {{.doubt}} in the file; the build waits until they are settled"


def list_files(paths: Sequence[Path]) -> tuple[list[Path], tuple[Problem, ...]]:
    """Return the files to import, with those in folders, and a warning for the other files of each folder."""
    files: list[Path] = []
    problems: list[Problem] = []
    for path in paths:
        problems += _find_strange_entries(path) if path.is_dir() else ()
        inside_folder = _list_folder(path) if path.is_dir() else [path]
        files += [file for file in inside_folder if _can_be_read(file) or not path.is_dir()]
        if path.is_dir():
            problems += _find_problems_of_folder(path, inside_folder)
    return files, tuple(problems)


def _list_folder(folder: Path) -> list[Path]:
    """Return the files below a folder, but for hidden ones, links and reports of imports."""
    return sorted(
        file
        for file in folder.rglob("*")
        if file.is_file()
        and not file.is_symlink()
        and not any(part.startswith(".") for part in file.relative_to(folder).parts)
        and not file.name.endswith(REPORT_SUFFIX)
    )


def _find_problems_of_folder(folder: Path, files: Sequence[Path]) -> Iterator[Problem]:
    """Yield the problems of a folder: files that cannot be read, or none that can."""
    others = [file.name for file in files if not _can_be_read(file)]
    place = SourceLocation(str(folder))
    if others:
        names = f"{', '.join(others[:_MOST_NAMES])}{' …' if len(others) > _MOST_NAMES else ''}"
        sentence = f"{_count(len(others), 'file')} in this folder cannot be imported: {names}"
        yield decoding.build_warning(
            place, Rule.FORMAT_IS_KNOWN, sentence, f"endings that can be read: {', '.join(READERS)}"
        )
    if len(others) == len(files):
        sentence = "there is no file to import in this folder"
        yield Problem(place, Rule.FILE_IS_READABLE, sentence, "choose another folder")


def _find_strange_entries(folder: Path) -> Iterator[Problem]:
    """Yield a warning for each link, pipe, socket and device below a folder: they are not imported."""
    for entry in sorted(folder.rglob("*")):
        if any(part.startswith(".") for part in entry.relative_to(folder).parts):
            continue
        kind = "a link" if entry.is_symlink() else describe_strange_kind(entry.lstat().st_mode)
        if kind:
            hint = "name its target on the command line, if that is to be imported" if kind == "a link" else "delete it"
            sentence = f"this is {kind} and no file; it is not imported"
            yield decoding.build_warning(SourceLocation(str(entry)), Rule.FILES_ARE_ORDINARY, sentence, hint)


def _can_be_read(file: Path) -> bool:
    """Return whether a file of a folder has an ending that can be read."""
    return file.suffix.lower() in READERS


def _describe_draft(draft: Draft) -> str:
    """Return the counts of questions, answers and words set aside, and who speaks."""
    kinds = [turn.kind for turn in draft.turns]
    counts = [_count(kinds.count("question"), "question"), _count(kinds.count("answer"), "answer")]
    people = [person.name for person in draft.people if person.role.speaks]
    aside = sum(len(clipping.words.split()) for clipping in draft.asides)
    return "; ".join(
        [", ".join(counts), *([", ".join(people)] if people else []), f"{_count(aside, 'word')} set aside"]
    )


def _count(n: int, noun: str) -> str:
    """Return “1 word” or “1,200 words”: the number with its noun."""
    return f"{n:,} {noun}{'' if n == 1 else 's'}"


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
    target = _Target(to, is_dry_run=is_dry_run)
    imported: list[Imported] = []
    attempts = _try_all([_ImportJob(source, target, accept, Path.cwd()) for source in files], workers, progress)
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
            problems.append(_describe_mistake(result.source, error))
            continue
        problems += result.draft.notes if result.draft else ()
    if is_dry_run:
        return tuple(imported), tuple(dict.fromkeys(problems))
    open_points = list_open_points(
        target.book, [result.path for result in imported if result.state in ("new", "merged")]
    )
    listed = (replace(result, open_points=open_points.get(result.path, ())) for result in imported)
    return tuple(listed), tuple(dict.fromkeys(problems))


@dataclass(frozen=True, slots=True)
class _Result:
    """What is to be written of one interview.

    `alternatives` are the texts of the same import with doubts left open, or accepted.
    """

    source: Path
    path: Path
    data: bytes
    original: str
    text: str
    draft: Draft | None
    reading: SourceText | None
    alternatives: tuple[str, ...] = ()
    stored_original: bytes | None = None  # of a source file that brings its original from another book
    bases: tuple[str, ...] = ()  # what the first import wrote, if the file was edited and its source is another now

    @property
    def digest(self) -> str:
        """Return the SHA-256 of the original."""
        return sha256(self.data).hexdigest()


class _Target:
    """The folder that the results are written to: a book's interviews, or any other."""

    def __init__(self, to: Path, *, is_dry_run: bool = False) -> None:
        self.is_dry_run = is_dry_run
        if (to / "book.yaml").is_file():
            to = to / "interviews"
        self.interviews = to
        self.book = to.parent if to.name == "interviews" or (to.parent / "book.yaml").is_file() else to
        self.disclaimers = _read_disclaimers(self.book)

    def refuse_links_out(self, result: _Result) -> None:
        """Raise Refused if a link leads out of the book on the way to a result."""
        pictures = [picture.path for picture in result.reading.pictures] if result.reading is not None else []
        for path in (
            result.path,
            _name_report(result.path),
            *(self.book / name for name in (result.original, *pictures)),
        ):
            refuse_link_out(path, self.book)

    def store(self, result: _Result, choose: Choose | None = None) -> Imported:
        """Write a result, its original, pictures and report; an edited file is merged, and never overwritten."""
        state = "new"
        if result.path.is_file():
            before = result.path.read_text("utf-8", "replace")
            if before == result.text:
                return Imported(result.source, result.path, "same", result.draft)
            if _has_same_source(before, result):
                return Imported(result.source, result.path, "edited", result.draft)
            if before not in result.alternatives:  # an editor changed it
                texts = (result.text, *result.alternatives)
                merged, collisions = _merge(result.bases, before, texts, choose) if result.bases else ("", ())
                if not merged or collisions:
                    return self._describe_difference(result, before, collisions)
                result, state = replace(result, text=merged), "merged"
        files = self._list_files_beside(result)
        report = None
        if result.draft is not None and result.reading is not None:
            report = _name_report(result.path)
            files[report] = write_report(result.reading, result.draft, result.source.name).encode()
        if self.is_dry_run:
            return Imported(result.source, result.path, state, result.draft)
        write_files({**files, result.path: result.text.encode()})
        return Imported(result.source, result.path, state, result.draft, report)

    def _list_files_beside(self, result: _Result) -> dict[Path, bytes]:
        """Return the original and the pictures that are stored with a result, as far as they are not there."""
        original = self.book / result.original
        files = {original: result.data} if result.draft is not None and not original.exists() else {}
        for picture in result.reading.pictures if result.reading is not None else ():
            if not (self.book / picture.path).exists():
                files[self.book / picture.path] = picture.data
        if result.stored_original is not None:
            files[original] = result.stored_original
        return files

    def _describe_difference(self, result: _Result, before: str, collisions: Sequence[Collision]) -> Imported:
        """Return a result as “different”, with the collisions or the diff to the existing file, which stays."""
        if collisions:
            texts = [f"line {c.line}, edited:\n{c.edited}\nnew source:\n{c.new}" for c in collisions]
            return Imported(
                result.source, result.path, "different", result.draft, difference="\n\n".join(texts), collides=True
            )
        diff = word_audit.format_diff(before, result.text, str(result.path), f"{result.source} as imported")
        return Imported(result.source, result.path, "different", result.draft, difference=diff)

    def name_original(self, source: Path, data: bytes) -> str:
        """Return the name of the stored original: its own, with a part of its hash if another file has that name."""
        name = re.sub(r"[^\w.-]+", "-", source.name)
        path = self.book / "originals" / name
        digest = sha256(data).hexdigest()
        refuse_link_out(path, self.book)
        if path.exists() and not (path.is_file() and sha256(path.read_bytes()).hexdigest() == digest):
            name = f"{Path(name).stem}-{digest[:8]}{Path(name).suffix}"
        return f"originals/{name}"


def _merge(
    bases: Sequence[str], edited: str, texts: Sequence[str], choose: Choose | None
) -> tuple[str, tuple[Collision, ...]]:
    """Return the edited file merged with the new import, whose doubts are open or accepted as in the edited file."""
    new = next((text for text in texts if ("::: {.doubt" in text) == ("::: {.doubt" in edited)), texts[0])
    return merge_texts(bases, edited, new, choose)


def _has_same_source(edited: str, result: _Result) -> bool:
    """Return whether a file was edited whose original, which it names, is the one that is imported now."""
    named = _NAMED_ORIGINAL.search(edited)
    return edited not in result.alternatives and named is not None and named["hash"] == result.digest


def _name_report(path: Path) -> Path:
    """Return the path of the import report that belongs to a source file."""
    return path.with_name(f"{path.stem}{REPORT_SUFFIX}")


def _explain_unwritable(error: OSError, path: Path, imported: int) -> EnvironmentProblem:
    """Return the problem that a result cannot be written; `imported` files before it were."""
    addition = f"; {_count(imported, 'file')} before it {'was' if imported == 1 else 'were'} imported"
    hint = "name another folder: --to DIR"
    return explain_system_error(error, str(error.filename or path), addition if imported else "", hint)


def _read_disclaimers(book: Path) -> Mapping[str, str]:
    """Return the named disclaimers of the book."""
    settings = inside(book, "book.yaml")
    try:
        text = read_file_itself(settings, decoding.MAX_TEXT_BYTES).decode() if settings else ""
        section = parse_settings(text, 1, Problems("book.yaml", []))
    except (OSError, UnicodeDecodeError):
        return {}
    return {name: words.text for name, words in section.read_named_texts("disclaimers").items()} if section else {}


@dataclass(frozen=True, slots=True)
class _ImportJob:
    """A file to import, and where to; relative paths are relative to `folder`."""

    source: Path
    target: _Target
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


def _try_all(jobs: Sequence[_ImportJob], workers: Executor, progress: Progress) -> list[list[_Result] | Refused]:
    """Import the files with the workers; a file that fails, or takes too much, is refused, and no other."""
    is_guarded = workers is not NO_WORKERS.executor
    results = run_tasks(
        workers,
        _import_within_limits if is_guarded else _import_here,
        jobs,
        name=lambda job: job.source.name,
        on_progress=partial(progress, "import"),
    )
    return [
        _refuse_failed(job, result) if isinstance(result, TaskFailure) else result
        for job, result in zip(jobs, results, strict=True)
    ]


def _import_within_limits(job: _ImportJob) -> list[_Result] | Refused:
    """Import a file; the computing time is limited. Runs in a worker."""
    with contextlib.chdir(job.folder), limit_cpu_time(job.cpu_limit_s):
        return _import_here(job)


def _import_here(job: _ImportJob) -> list[_Result] | Refused:
    """Import a file without limits."""
    return _try_import(job.source, job.target, job.accept)


def _refuse_failed(job: _ImportJob, failure: TaskFailure) -> Refused:
    """Return the refusal of a file on which its worker stopped or failed."""
    place, error = SourceLocation(str(job.source)), failure.error
    if error is None or isinstance(error, MemoryError | RecursionError):
        sentence = f"the file could not be read within {job.cpu_limit_s} s of computing: {failure.reason}"
        return Refused([Problem(place, Rule.READING_ENDS, sentence, _SPLIT_HINT)])
    return Refused([_describe_mistake(job.source, error, failure.reason)])


def _describe_mistake(source: Path, error: BaseException, reason: str = "") -> Problem:
    """Return the problem that On Record failed on a file."""
    frames = traceback.extract_tb(error.__traceback__)
    where = f", {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    reason = reason or f"{type(error).__name__}: {error}"
    sentence = f"On Record made a mistake here ({reason}{where}); the other files are not concerned"
    hint = f"report it; until it is corrected, {_SPLIT_HINT}"
    return Problem(SourceLocation(str(source)), Rule.ON_RECORD_WORKS, sentence, hint)


def _try_import(source: Path, target: _Target, accept: bool) -> list[_Result] | Refused:
    """Import one file, which may be an e-book of several interviews; return Refused instead of raising it."""
    try:
        return _import_source(source, target, accept)
    except Refused as refused:
        return refused


def _import_source(source: Path, target: _Target, accept: bool) -> list[_Result]:
    """Read a file and recognize its interviews; raise Refused if it cannot be read."""
    data = _read_source(source)
    path = target.interviews / f"{make_slug(source)}.md"
    if source.suffix.lower() in (".md", ".markdown") and (_is_source_file(data) or is_interview_file(data)):
        return [_copy_source_file(source, path, data, target)]
    reader = choose_reader(source, data)
    text_limits.refuse_endless_bytes(data, source)
    interviews = _read_interviews_of_book(data, source) if reader is epub.read_epub else []
    if not interviews:
        reading = divide_opening(_find_turns(reader(data, str(source)), str(source)))
        text_limits.refuse_large_text(reading, str(source))
        if kind := _find_kind(reader):
            original_letters.refuse_lost_letters(data, kind, [reading], str(source))
        result = _make_result(source, path, data, reading, recognize_draft(reading, str(source)), target, accept)
        return [replace(result, bases=_find_bases(result, target))]
    return [
        _make_result(source, path.with_name(f"{path.stem}-{number:02d}.md"), data, reading, draft, target, accept)
        for number, (reading, draft) in enumerate(interviews, 1)
    ]


def _find_bases(result: _Result, target: _Target) -> tuple[str, ...]:
    """Return what the first import of an edited file wrote, without and with its doubts accepted.

    It is imported once more from the original that the file names. None if that is the same original, or is gone.
    """
    edited = result.path.read_text("utf-8", "replace") if result.path.is_file() else result.text
    named = _NAMED_ORIGINAL.search(edited)
    if edited in (result.text, *result.alternatives) or named is None or named["hash"] == result.digest:
        return ()
    original = inside(target.book, named["file"])
    try:
        data = read_file_itself(original, max(_MAX_BYTES.values())) if original is not None else b""
        if original is None or sha256(data).hexdigest() != named["hash"]:
            return ()
        reading = divide_opening(_find_turns(choose_reader(original, data)(data, str(original)), str(original)))
        draft = recognize_draft(reading, str(original))
    except (OSError, Refused):
        return ()
    origin, title = Origin(named["file"], named["hash"]), make_title(result.source)
    return tuple(write_manuscript(draft, origin, title, target.disclaimers, accept=accept) for accept in (False, True))


def _find_turns(reading: SourceText, name: str) -> SourceText:
    """Return the reading of a transcript without what its tool adds, and with the times of its turns."""
    return timed_turns.find_timed_turns(vendor_texts.set_vendor_texts_aside(reading), name)


def _find_kind(reader: Callable[[bytes, str], SourceText]) -> str:
    """Return how the letters of an original are counted that this reader reads; "" if they are not."""
    return _KINDS.get(reader.func if isinstance(reader, partial) else reader, "")


def _is_source_file(data: bytes) -> bool:
    """Return whether the text is a source file of a book already: its front matter names an original."""
    text = data[:64_000].decode("utf-8", "replace")
    end = text.find("\n---\n", 3)
    return text.startswith("---\n") and end >= 0 and _SOURCE_KEY.search(text, 0, end) is not None


def _copy_source_file(source: Path, path: Path, data: bytes, target: _Target) -> _Result:
    """Return the source file of another book as it is, with its original; raise Refused if it is no UTF-8."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        sentence = f"byte 0x{data[error.start]:02X} in this line is not UTF-8; the file is damaged"
        hint = "copy the text again, and save it as “UTF-8”"
        raise decoding.build_refusal(str(source), Rule.TEXT_IS_UTF_8, sentence, hint, line) from error
    name, original = _read_named_original(source, text, target)
    return _Result(source, path, data, name, text, None, None, stored_original=original)


def _read_interviews_of_book(data: bytes, source: Path) -> list[tuple[SourceText, Draft]]:
    """Return the chapters of an e-book that are interviews, if there are several.

    The notes of the last one say what was left out.
    """
    interviews, left_out, left_out_words = list[tuple[SourceText, Draft]](), list[str](), 0
    readings = list(map(divide_opening, epub.read_epub_chapters(data, str(source))))
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
        counts = f"{_count(len(left_out), 'chapter')} without a conversation ({_count(left_out_words, 'word')})"
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


def _make_result(
    source: Path, path: Path, data: bytes, reading: SourceText, draft: Draft, target: _Target, accept: bool
) -> _Result:
    """Write the draft as text, check that no word is lost, and return both."""
    original = target.name_original(source, data)
    title = make_title(source)
    origin = Origin(original, sha256(data).hexdigest())
    text = write_manuscript(draft, origin, title, target.disclaimers, accept=accept)
    _refuse_lost_words(reading, draft, text, source, target)
    draft = _judge_set_aside(draft, source)
    alternatives = (
        (write_manuscript(draft, origin, title, target.disclaimers, accept=not accept),) if draft.doubts else ()
    )
    return _Result(source, path, data, original, text, draft, reading, alternatives)


def _judge_set_aside(draft: Draft, source: Path) -> Draft:
    """Return the draft with warnings about what was set aside inside it; raise Refused if it was surely speech."""
    problems = tuple(find_lost_speech(draft, str(source)))
    if any(problem.severity is Severity.ERROR for problem in problems):
        raise Refused(problems)
    return replace(draft, notes=(*draft.notes, *problems)) if problems else draft


def _refuse_lost_words(reading: SourceText, draft: Draft, text: str, source: Path, target: _Target) -> None:
    """Raise Refused if words of the original are missing in the written text."""
    problems = word_audit.find_unaccounted_words(
        reading, draft, text, make_title(source), target.disclaimers, str(source)
    )
    if problems:
        raise Refused(problems)


def _settle_doubts_of(result: _Result, target: _Target, ask: Ask) -> _Result:
    """Return the result with doubts settled; an editor is not asked about a file that will not be written."""
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


def _read_named_original(source: Path, text: str, target: _Target) -> tuple[str, bytes | None]:
    """Return name and bytes of the original that a source file of another book names; None if it stays there."""
    match = re.search(r"(?m)^  file: \"?(originals/[\w. -]+)\"?$", text)
    name = match[1] if match else ""
    for folder in (source.parent.parent, source.parent) if match else ():
        original, copy = folder.resolve() / name, target.book / name
        refuse_link_out(copy, target.book)
        if inside(folder, name) != original or copy.exists():  # no link is followed, wherever it leads
            continue
        with contextlib.suppress(OSError):  # there is none, or it is no file, or too large
            return name, read_file_itself(original, max(_MAX_BYTES.values()))
    return "", None


def _read_source(source: Path) -> bytes:
    """Return the bytes of the file; raise Refused if it is missing, empty or too large."""
    name = str(source)
    try:
        if reason := explain_no_file(source):
            raise decoding.build_refusal(
                name, Rule.FILE_IS_READABLE, f"the file cannot be read: {reason}", "check its name"
            )
        max_bytes = _MAX_BYTES.get(source.suffix.lower(), decoding.MAX_TEXT_BYTES)
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
        raise decoding.build_refusal(
            name, Rule.FILE_IS_READABLE, f"the file cannot be read: {error.strerror}", "check its name and permissions"
        ) from error
    if not data.strip():
        raise decoding.build_refusal(
            name, Rule.FILE_HAS_WORDS, "the file is empty", "choose the file that holds the text"
        )
    return data


def choose_reader(source: Path, data: bytes) -> Callable[[bytes, str], SourceText]:
    """Return the reader of this format; raise Refused for a format that cannot be read well."""
    suffix = source.suffix.lower()
    suffix = next((kind for magic, kind in _MAGIC if data.startswith(magic)), suffix)
    if suffix in _TEXT_SUFFIXES and foreign_front_matter.has_json_head(data):
        suffix = ".md"
    elif reader := _find_reader_of_content(data):
        return reader
    if suffix in _REFUSED:
        description, hint = _REFUSED[suffix]
        raise decoding.build_refusal(str(source), Rule.FORMAT_IS_KNOWN, f"this is {description}", hint)
    if suffix not in READERS:
        raise decoding.build_refusal(
            str(source),
            Rule.FORMAT_IS_KNOWN,
            f"“{suffix or source.name}” is no format that can be imported",
            f"one of: {', '.join(READERS)}",
        )
    reader = READERS[suffix]
    if suffix in (".txt", ".text") and len(_MARKDOWN.findall(data[:400_000])) >= 2:
        reader = markdown.read_foreign_markdown  # pasted Markdown
    if reader in (html.read_html, markdown.read_foreign_markdown):
        return partial(reader, beside=attached_pictures.build_linked_file_reader(source))
    return reader


def _find_reader_of_content(data: bytes) -> Callable[[bytes, str], SourceText] | None:
    """Return the reader of a format that is known by its content, whatever the file's name is."""
    if recordings.looks_like_json(data):
        return recordings.read_recording
    if captions.has_pairs_of_times(data):
        return captions.read_captions
    root = timed_xml.find_root_name(data)
    if root == "ROOT":
        return ohms.read_ohms
    is_xml = data.lstrip()[:5] == b"<?xml" and root.lower() != "html"
    return timed_xml.read_timed_xml if root in timed_xml.READERS_BY_ROOT or is_xml else None


def make_slug(source: Path) -> str:
    """Return the name of the result: Latin letters, digits and hyphens of the file's name.

    A file with a name like “index.html” has the name of its folder.
    """
    stem = _find_stem(source)
    plain = unicodedata.normalize("NFKD", stem).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:80].strip("-")
    slug = f"the-{slug}" if slugs.is_reserved(slug) else slug
    return slug or f"interview-{sha256(stem.encode()).hexdigest()[:8]}"


def make_title(source: Path) -> str:
    """Return the file's name as words, for a file without a title."""
    words = re.sub(r"[\s._-]+", " ", _find_stem(source)).strip()
    return words[:1].upper() + words[1:] or "Interview"


def _find_stem(source: Path) -> str:
    """Return the name of the file without its ending, or that of its folder if the file's says nothing."""
    stem = source.name.removesuffix("".join(source.suffixes[-1:]))
    folder = source.absolute().parent.name
    return folder if stem.lower() in _NAMELESS and folder else stem
