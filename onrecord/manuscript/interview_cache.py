"""The interviews of a book, each read on its own: by workers, or out of the store where nothing has changed."""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import file_digest
from pathlib import Path

from onrecord.manuscript import interview_file, source
from onrecord.manuscript.file_problems import Problems
from onrecord.manuscript.interview_file import FOLDER
from onrecord.manuscript.pictures import Pictures
from onrecord.manuscript.settings import House
from onrecord.model import Interview, inventory, slugs
from onrecord.model.problems import errors
from onrecord.runtime import build_identity
from onrecord.runtime.cache import Store, fingerprint
from onrecord.runtime.task_runner import Failure, Press, run

Progress = Callable[[int, int, str], None]  # done, total, what

_FEW = 2


@dataclass(frozen=True)
class Reading:
    """All that reading an interview needs."""

    folder: Path
    path: Path
    house: House

    def key(self) -> str | None:
        """The name of the file's bytes under these house rules, as this version reads them; None if there is no such file."""
        found = source.inside(self.folder, f"{FOLDER}/{self.path.name}")
        digest = _digest(found) if found else None
        return fingerprint("read", build_identity.identity(), self.path.name, self.house, digest) if digest else None


@dataclass
class File:
    """What was read from a file. `seen`: the other files that were looked at, relative to the book's folder, and the hash of each."""

    path: Path
    problems: Problems
    interview: Interview | None = None
    seen: tuple[tuple[str, str], ...] = ()

    @property
    def slug(self) -> str:
        return slugs.slug_of(self.path.stem)


def read(readings: Sequence[Reading], press: Press | None, progress: Progress | None) -> list[File]:
    """What was read, in this order; without a press all of it is read here and now."""
    if press is None:
        return [_read_file(reading) for reading in readings]
    keys = [reading.key() for reading in readings]
    with _without_search_for_garbage():
        files = [_kept(press.store, key, reading.folder) for key, reading in zip(keys, readings, strict=True)]
    missing = [index for index, file in enumerate(files) if file is None]
    anew = [readings[index] for index in missing]
    if len(anew) <= _FEW:  # an editor saved a file: it is read here, before a worker has started
        made: list[File | Failure] = [_read_file(reading) for reading in anew]
    else:
        made = run(press.executor, _read_file, anew, name=lambda reading: reading.path.name, on_progress=progress)
    for index, result in zip(missing, made, strict=True):
        file = _unread(readings[index], result) if isinstance(result, Failure) else result
        files[index] = file
        if key := keys[index]:
            if file.interview:
                file.interview = replace(file.interview, reading=fingerprint(key, file.seen))
            if not errors(file.problems.found):
                press.store.put(key, file)
    return [file for file in files if file is not None]


@contextlib.contextmanager
def _without_search_for_garbage() -> Iterator[None]:
    """What is made here stays as long as the book, and holds no circles.

    Python would look through all of it again and again: 1,200 kept readings would take twice as long, and every later
    search would go through them too.
    """
    if gc.get_freeze_count():  # an earlier reading of this process: somebody watches
        gc.unfreeze()
        gc.collect()
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if was:
            gc.enable()


def _kept(store: Store, key: str | None, folder: Path) -> File | None:
    """What was read before, if the pictures and the original are still those."""
    file: File | None = store.get(key) if key else None
    if file is None:
        return None
    for name, digest in file.seen:
        path = source.inside(folder, name)
        if path is None or _digest(path) != digest:
            return None
    return file


def _unread(reading: Reading, failure: Failure) -> File:
    """The file of a worker that was lost over it."""
    if failure.error is not None:
        raise failure.error
    problems = Problems(f"{FOLDER}/{reading.path.name}", [])
    hint = "look for very long paragraphs, tables or words in it"
    problems.add(0, "reading-ends", f"the interview could not be read: {failure.reason}", hint)
    return File(reading.path, problems)


def _digest(path: Path) -> str | None:
    """SHA-256 of an ordinary file; None if there is none."""
    try:
        if not path.is_file():
            return None
        with path.open("rb") as file:
            return file_digest(file, "sha256").hexdigest()
    except OSError:
        return None


def _read_file(reading: Reading) -> File:
    """The interview in a file, with its problems. Runs in a worker."""
    pictures = Pictures(reading.folder)
    found, problems = interview_file.read(reading.folder, reading.path, reading.house, pictures)
    original = found.source.file if found else ""
    seen = {**pictures.seen, **({original: _digest(reading.folder / original) or ""} if original else {})}
    problems.lines = []  # each problem has its own
    return File(
        reading.path,
        problems,
        replace(found, inventory=inventory(found)) if found else None,
        tuple(sorted(seen.items())),
    )


def paths(folder: Path, problems: Problems) -> list[Path]:
    """The files of the book's interviews, by name."""
    home = folder / FOLDER
    paths = sorted(path for path in home.glob("*.md") if not path.name.startswith(".")) if home.is_dir() else []
    if not paths and not problems.found:
        problems.add(
            0,
            "book-has-interviews",
            f"there is no interview in {FOLDER}/",
            f"put the first one there: {FOLDER}/first-interview.md",
        )
    return paths
