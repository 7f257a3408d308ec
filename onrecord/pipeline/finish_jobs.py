"""One file or a few that a worker makes of a bound edition, and proves against it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Protocol, TypeVar

from onrecord import proof
from onrecord.editions.pdf.pages.geometry import copy_number_place, foot_baseline, foot_pt, pack_geometry
from onrecord.finishing.booklet import booklet
from onrecord.finishing.copies import Stamp, StampPlace, print_file, stamped
from onrecord.finishing.print_shop import Profile, print_shop
from onrecord.model import Book, Place
from onrecord.model.problems import Problem
from onrecord.model.recipients import NumberedCopy
from onrecord.pipeline.delivery_record import BOOKLET, COPIES
from onrecord.runtime.task_runner import Failure, Press, run

J = TypeVar("J", bound="Named")
R = TypeVar("R")
Progress = Callable[[str, int, int, str], None]  # verb, done, total, what

FOLDED = "a booklet: folded, every page stands where a reader looks for it, letter by letter"


def many(copies: int) -> str:
    return f"{copies} numbered copies" if copies > 1 else "one numbered copy"


def fonts_of(folder: Path) -> tuple[Path, ...]:
    return (folder.resolve() / "fonts",)


def stamp_of(book: Book, *, large: bool) -> Stamp:
    """In the place that every page of a pack leaves free: in the foot, at the binding side."""
    page = pack_geometry(book.trim, large_print=large)
    recto, verso = (copy_number_place(page, recto=recto) for recto in (True, False))
    y = foot_baseline(page)
    return Stamp(
        StampPlace(recto.x, y, "left"),
        StampPlace(verso.x + verso.width, y, "right"),
        room_mm=recto.width,
        size_pt=foot_pt(page),
    )


@dataclass(frozen=True, slots=True)
class File:
    """A file that was made, by its name behind the slug, with what its proof found."""

    name: str
    data: bytes
    problems: tuple[Problem, ...]


class Named(Protocol):
    @property
    def name(self) -> str: ...


class Job(Named, Protocol):
    def made(self) -> tuple[File, ...]: ...


@dataclass(frozen=True, slots=True)
class Fold:
    """A booklet of the bound file."""

    name: str
    original: bytes
    language: str
    place: Place
    fonts: tuple[Path, ...]

    def made(self) -> tuple[File, ...]:
        data = booklet(self.original, fonts=self.fonts)
        return (File(self.name, data, proof.prove_booklet(self.original, data, self.language, self.place)),)


@dataclass(frozen=True, slots=True)
class Trimmed:
    """A file for the print shop."""

    name: str
    original: bytes
    profile: Profile | None
    place: Place

    def made(self) -> tuple[File, ...]:
        data = print_shop(self.original, self.profile)
        problems = proof.prove_print_shop(self.original, data, self.place, claims_pdfx=self.profile is not None)
        return (File(self.name, data, problems),)


@dataclass(frozen=True, slots=True)
class Number:
    """Some of the numbered copies, each with its booklet if it shall be folded."""

    original: bytes
    copies: tuple[NumberedCopy, ...]
    stamp: Stamp
    language: str
    place: Place
    fonts: tuple[Path, ...]
    folded: bool

    @property
    def name(self) -> str:
        return f"{COPIES}/{self.copies[0].file}"

    def made(self) -> tuple[File, ...]:
        made: list[File] = []
        for copy, data in stamped(self.original, self.copies, self.stamp, self.fonts):
            problems = proof.prove_copies(self.original, [(copy, data)], self.language, self.place)
            made.append(File(f"{COPIES}/{copy.file}", data, problems))
            if self.folded:
                name = f"{COPIES}/{copy.file.removesuffix('.pdf')}{BOOKLET}"
                made += Fold(name, data, self.language, self.place, self.fonts).made()
        return tuple(made)


@dataclass(frozen=True, slots=True)
class Gather:
    """One print file with all copies of an edition."""

    name: str
    original: bytes
    copies: tuple[NumberedCopy, ...]
    stamp: Stamp
    language: str
    place: Place
    fonts: tuple[Path, ...]

    def made(self) -> tuple[File, ...]:
        data = print_file(self.original, self.copies, self.stamp, self.fonts)
        problems = proof.prove_print_file(self.original, data, self.copies, self.language, self.place)
        return (File(self.name, data, problems),)


def carry_out(job: Job) -> tuple[File, ...]:
    return job.made()


def results(task: Callable[[J], R], jobs: Sequence[J], press: Press, verb: str, progress: Progress) -> Iterator[R]:
    """The result of each job, from the workers. The editions are proved: what fails here is no fault of the manuscript."""
    called = {id(job): job.name for job in jobs}
    found = run(press.executor, task, jobs, name=lambda job: called[id(job)], on_progress=partial(progress, verb))
    for result in found:
        if isinstance(result, Failure):
            raise result.error or RuntimeError(result.reason)
        yield result
