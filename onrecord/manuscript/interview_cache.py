"""Read the interviews of a book in workers, or from the cache if nothing has changed."""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import file_digest
from pathlib import Path

from onrecord.manuscript import interview_file
from onrecord.manuscript.file_problems import Problems
from onrecord.manuscript.interview_file import INTERVIEWS_FOLDER
from onrecord.manuscript.pictures import Pictures
from onrecord.manuscript.settings import BookDefaults
from onrecord.model import Interview, build_inventory, slugs
from onrecord.model.approved_text import write_digest_lines
from onrecord.model.interview import Inventory
from onrecord.model.problems import select_errors
from onrecord.model.rule import Rule
from onrecord.model.value import ByIdentity
from onrecord.runtime import build_identity
from onrecord.runtime.cache import Cache
from onrecord.runtime.fingerprints import compute_fingerprint
from onrecord.runtime.project import Project
from onrecord.runtime.rebuild_reasons import CachedPiece, report_rebuilds
from onrecord.runtime.task_runner import TaskFailure, TaskRunner, run_tasks

Progress = Callable[[int, int, str], None]  # done, total, what

_FEW = 16  # interviews that are read here, while the first worker loads the layout engine


@dataclass(frozen=True)
class ReadingJob:
    """What reading an interview needs: the book's folder, the file, the book's settings."""

    folder: Path
    path: Path
    house: BookDefaults

    def hash_file(self, home: Path | None) -> str | None:
        """Return the SHA-256 of the interview's file; None if there is no such file.

        `home` is the folder of the interviews with all links resolved, so that only a link must be followed.
        """
        path = home / self.path.name if home and not self.path.is_symlink() else self._find_file()
        return _hash_file(path) if path else None

    def _find_file(self) -> Path | None:
        """Return the path of the interview's file, links resolved; None if it is outside the book's folder."""
        return Project(self.folder).find(f"{INTERVIEWS_FOLDER}/{self.path.name}")


@dataclass
class ReadingResult:
    """What was read from the file of an interview.

    `file_hashes`: the other files that were read, as their path in the book's folder and their SHA-256.
    """

    path: Path
    problems: Problems
    interview: Interview | None = None
    file_hashes: tuple[tuple[str, str], ...] = ()

    @property
    def slug(self) -> str:
        """Return the slug that the name of the interview's file makes."""
        return slugs.make_slug(self.path.stem)


def read_interviews(
    readings: Sequence[ReadingJob], runner: TaskRunner | None, progress: Progress | None
) -> list[ReadingResult]:
    """Return each file's interview and problems, from the cache or read on workers, in the order of `readings`."""
    if runner is None:
        return [_read_file(reading) for reading in readings]
    digests = _hash_files(readings)
    keys = _build_cache_keys(readings, digests)
    with _pause_garbage_collection():
        files = [_load_reading(runner.cache, key, reading.folder) for key, reading in zip(keys, readings, strict=True)]
    missing = [index for index, file in enumerate(files) if file is None]
    _report_rebuilds(runner.cache, readings, digests, files)
    changed = [readings[index] for index in missing]
    if len(changed) <= _FEW:
        results: list[ReadingResult | TaskFailure] = [_read_file(reading) for reading in changed]
    else:
        results = run_tasks(
            runner.executor, _read_file, changed, name=lambda reading: reading.path.name, on_progress=progress
        )
    for index, result in zip(missing, results, strict=True):
        file = _report_failure(readings[index], result) if isinstance(result, TaskFailure) else result
        files[index] = file
        if key := keys[index]:
            if file.interview:
                file.interview = replace(file.interview, reading_key=compute_fingerprint(key, file.file_hashes))
            if not select_errors(file.problems.entries):
                runner.cache.put(key, file)
    return [file for file in files if file is not None]


def _hash_files(readings: Sequence[ReadingJob]) -> list[str | None]:
    """Return the SHA-256 of the file of each reading; None where there is no file in the book's folder."""
    home = Project(readings[0].folder).find(INTERVIEWS_FOLDER) if readings else None
    return [reading.hash_file(home) for reading in readings]


def _build_cache_keys(readings: Sequence[ReadingJob], digests: Sequence[str | None]) -> list[str | None]:
    """Return the cache key of what is read from each file with these hashes; None where there is no such file."""
    identity = build_identity.compute_build_identity()
    houses = {ByIdentity(reading.house) for reading in readings}  # one, as a rule
    shared = {house: compute_fingerprint("read", identity, house.value) for house in houses}
    return [
        compute_fingerprint(shared[ByIdentity(reading.house)], reading.path.name, digest) if digest else None
        for reading, digest in zip(readings, digests, strict=True)
    ]


def _report_rebuilds(
    cache: Cache,
    readings: Sequence[ReadingJob],
    digests: Sequence[str | None],
    files: Sequence[ReadingResult | None],
) -> None:
    """Say why each file is read again that is not in the cache."""
    if not readings:
        return
    pieces = [
        CachedPiece(f"{INTERVIEWS_FOLDER}/{reading.path.name}", file is None, {"the file": digest})
        for reading, digest, file in zip(readings, digests, files, strict=True)
    ]
    otherwise = "it had errors, a picture, a recording or its original changed, or it is not in the cache"
    scope = (str(readings[0].folder.absolute()),)
    report_rebuilds(cache, "read", scope, pieces, {"the settings of the book": readings[0].house}, otherwise)


@contextlib.contextmanager
def _pause_garbage_collection() -> Iterator[None]:
    """Switch garbage collection off, and keep what is made meanwhile out of later ones.

    What is made here stays as long as the book, and holds no cycles. Python would search all of it for cycles again
    and again: 1,200 readings from the cache would take twice as long, and every later search would go through them too.
    """
    if gc.get_freeze_count():  # an earlier reading of this process, under `watch`
        gc.unfreeze()
        gc.collect()
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if was_enabled:
            gc.enable()


def _load_reading(cache: Cache, key: str | None, folder: Path) -> ReadingResult | None:
    """Return the cached reading of an interview, None if its pictures, recordings or original have changed."""
    file: ReadingResult | None = cache.get(key) if key else None
    if file is None:
        return None
    for name, digest in file.file_hashes:
        path = Project(folder).find(name)
        if path is None or (_hash_file(path) or "") != digest:
            return None
    return file


def _report_failure(reading: ReadingJob, failure: TaskFailure) -> ReadingResult:
    """Return a result with the problem that ended the worker reading an interview; raise exceptions of our code."""
    if failure.error is not None:
        raise failure.error
    problems = Problems(f"{INTERVIEWS_FOLDER}/{reading.path.name}", [])
    hint = "look for very long paragraphs, tables or words in it"
    problems.add(0, Rule.READING_ENDS, f"the interview could not be read: {failure.reason}", hint)
    return ReadingResult(reading.path, problems)


def _hash_file(path: Path) -> str | None:
    """Return the SHA-256 of an ordinary file; None if there is none."""
    try:
        if not path.is_file():
            return None
        with path.open("rb") as file:
            return file_digest(file, "sha256").hexdigest()
    except OSError:
        return None


def _read_file(reading: ReadingJob) -> ReadingResult:
    """Return the interview in a manuscript file with its problems. Runs in a worker."""
    pictures = Pictures(reading.folder)
    interview, problems = interview_file.read_interview(reading.folder, reading.path, reading.house, pictures)
    others = [interview.source.file, *(part.file for part in interview.recordings)] if interview else []
    hashes = {**pictures.file_hashes, **{name: _hash_file(reading.folder / name) or "" for name in others if name}}
    problems.lines = []  # each problem quotes its own line
    return ReadingResult(
        reading.path,
        problems,
        replace(interview, inventory=_build_inventory(interview)) if interview else None,
        tuple(sorted(hashes.items())),
    )


def _build_inventory(interview: Interview) -> Inventory:
    """Return the summary of an interview for the cache, with the digests of its pieces."""
    return replace(build_inventory(interview), digests=write_digest_lines(interview))


def list_interview_files(folder: Path, problems: Problems) -> list[Path]:
    """Return the files of the book's interviews, by name.

    A book without any is a problem, unless it has other problems already.
    """
    home = folder / INTERVIEWS_FOLDER
    paths = sorted(path for path in home.glob("*.md") if not path.name.startswith(".")) if home.is_dir() else []
    if not paths and not problems.entries:
        problems.add(
            0,
            Rule.BOOK_HAS_INTERVIEWS,
            f"there is no interview in {INTERVIEWS_FOLDER}/",
            f"put the first one there: {INTERVIEWS_FOLDER}/first-interview.md",
        )
    return paths
