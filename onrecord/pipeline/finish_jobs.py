"""The jobs of finishing: each makes one file or a few of a bound edition in a worker, and proves them against it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from math import inf
from pathlib import Path
from typing import Protocol, TypeVar

from onrecord import proof
from onrecord.editions.pdf.pages.geometry import (
    POINTS_PER_MM,
    PageGeometry,
    find_copy_number_area,
    get_foot_baseline,
    get_foot_size,
    get_pack_geometry,
)
from onrecord.finishing.booklet import make_booklet
from onrecord.finishing.copies import Stamp, StampPlace, make_print_file, stamp_copies
from onrecord.finishing.lettering import fit_line
from onrecord.finishing.print_shop import PrinterProfile, make_print_shop_file
from onrecord.model import Book, SourceLocation
from onrecord.model.directions import is_from_right
from onrecord.model.paper import compute_spine_mm
from onrecord.model.problems import Problem
from onrecord.model.recipients import NumberedCopy
from onrecord.pipeline.delivery_record import BOOKLET, COPIES
from onrecord.pipeline.options import Progress
from onrecord.runtime.face_choice import list_stamp_fonts
from onrecord.runtime.interface_texts import get_language
from onrecord.runtime.task_runner import TaskFailure, TaskRunner, run_tasks

_LONG_NUMBER = "888"  # no page number of three digits is wider
_BOLD_WIDTH = 1.08  # of page numbers, which are semi-bold, as a multiple of the regular face
_GAP_MM = 3.0  # between the number of a copy and that of a page
FOLDED = "a booklet: folded, every page stands where a reader looks for it, letter by letter"


def count_copies(copies: int) -> str:
    """Return the words for a number of numbered copies: “one numbered copy” or “7 numbered copies”."""
    return f"{copies} numbered copies" if copies > 1 else "one numbered copy"


def list_book_font_folders(folder: Path) -> tuple[Path, ...]:
    """Return the folders of a book's own fonts."""
    return (folder.resolve() / "fonts",)


def place_copy_stamp(book: Book, *, large_print: bool) -> Stamp:
    """Return where copies are stamped: in the foot at the binding side, which every page of a pack leaves free.

    The words before the page number are longer in some languages; then there is less room.
    """
    page = get_pack_geometry(book.trim, large_print=large_print, is_mirrored=is_from_right(book.language))
    y = get_foot_baseline(page)
    areas = {recto: find_copy_number_area(page, recto=recto) for recto in (True, False)}
    right, left = areas[not page.is_mirrored], areas[page.is_mirrored]
    places = StampPlace(right.x_mm, y, "left"), StampPlace(left.x_mm + left.width_mm, y, "right")
    recto, verso = reversed(places) if page.is_mirrored else places
    return Stamp(
        recto,
        verso,
        room_mm=min(right.width_mm, _measure_free_foot_mm(book, page, large_print=large_print)),
        size_pt=get_foot_size(page),
    )


def _measure_free_foot_mm(book: Book, page: PageGeometry, *, large_print: bool) -> float:
    """Return the width in the foot of a pack that the longest page number leaves free."""
    texts = get_language(book.language).texts
    text = texts["large_page_of" if large_print else "page_of"].format(page=_LONG_NUMBER, pages=_LONG_NUMBER)
    try:
        folio = fit_line(text, list_stamp_fonts(()), get_foot_size(page), inf, book.language)
    except ValueError:  # no packaged font has the letters, as in Chinese, where the text is short
        return inf
    folio_mm = folio.width_pt * _BOLD_WIDTH / POINTS_PER_MM
    return page.width_mm - page.inner_mm - page.outer_mm - folio_mm - _GAP_MM


@dataclass(frozen=True, slots=True)
class FinishedFile:
    """A file made of an edition: its name after the slug, its bytes, and what its proof found."""

    name: str
    data: bytes
    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...] = ()
    proved: str = ""  # a sentence about it; "": what is said of all files of its kind


class NamedJob(Protocol):
    @property
    def name(self) -> str:
        """Return the name of a finishing job for messages."""


class FinishJob(NamedJob, Protocol):
    def make_files(self) -> tuple[FinishedFile, ...]:
        """Return the finished files, each with the problems that its proof found."""


@dataclass(frozen=True, slots=True)
class BookletJob:
    """Make a booklet of a bound file."""

    name: str
    original: bytes
    language: str
    place: SourceLocation
    fonts: tuple[Path, ...]

    def make_files(self) -> tuple[FinishedFile, ...]:
        """Return the booklet of one print edition, with its proof."""
        data = make_booklet(self.original, fonts=self.fonts)
        problems = proof.prove_booklet(self.original, data, self.language, self.place, self.fonts)
        return (FinishedFile(self.name, data, problems),)


@dataclass(frozen=True, slots=True)
class PrintShopJob:
    """Make a file for the print shop."""

    name: str
    original: bytes
    profile: PrinterProfile | None
    place: SourceLocation

    def make_files(self) -> tuple[FinishedFile, ...]:
        """Return the print-shop file of one print edition, with its proof."""
        data = make_print_shop_file(self.original, self.profile)
        problems = proof.prove_print_shop(self.original, data, self.place, claims_pdfx=self.profile is not None)
        return (FinishedFile(self.name, data, problems),)


@dataclass(frozen=True, slots=True)
class CoverJob:
    """Make the cover of a book for the print shop."""

    name: str
    original: bytes
    book: Book
    folder: Path
    profile: PrinterProfile | None

    def make_files(self) -> tuple[FinishedFile, ...]:
        """Return the print-shop cover, with its proof and a sentence that says how wide its spine is."""
        from onrecord.editions.pdf import print_cover

        book, count = self.book, len(proof.read_page_labels(self.original))
        cover = print_cover.print_cover(book, self.folder, count)
        data = make_print_shop_file(cover.data, self.profile, cover.folds_mm, is_cover=True)
        claims_pdfx = self.profile is not None
        problems = proof.prove_cover(book, count, data, book.location, claims_pdfx=claims_pdfx)
        return (FinishedFile(self.name, data, problems, cover.warnings, describe_cover(book, count)),)


def describe_cover(book: Book, page_count: int) -> str:
    """Return a sentence on the print-shop cover, with the width of its spine."""
    spine = f"spine {compute_spine_mm(page_count, book.paper_thickness_mm):g} mm"
    paper = f"{page_count} pages, paper {book.paper_thickness_mm:g} mm"
    bars = ", barcode" if book.isbn else ", no barcode: book.yaml names no ISBN"
    return f"the cover: {spine} ({paper}); 3 mm bleed, crop and fold marks{bars}; every word in its place"


@dataclass(frozen=True, slots=True)
class CopiesJob:
    """Make some of the numbered copies, each with its booklet if `booklets` is set."""

    original: bytes
    copies: tuple[NumberedCopy, ...]
    stamp: Stamp
    language: str
    place: SourceLocation
    fonts: tuple[Path, ...]
    booklets: bool

    @property
    def name(self) -> str:
        """Return the name of the first copy that the job makes, with its folder."""
        return f"{COPIES}/{self.copies[0].file_name}"

    def make_files(self) -> tuple[FinishedFile, ...]:
        """Return the numbered copies of this group, and their booklets if asked for, each with its proof."""
        files: list[FinishedFile] = []
        for copy, data in stamp_copies(self.original, self.copies, self.stamp, self.fonts):
            problems = proof.prove_copies(self.original, [(copy, data)], self.language, self.place, self.fonts)
            files.append(FinishedFile(f"{COPIES}/{copy.file_name}", data, problems))
            if self.booklets:
                name = f"{COPIES}/{copy.file_name.removesuffix('.pdf')}{BOOKLET}"
                files += BookletJob(name, data, self.language, self.place, self.fonts).make_files()
        return tuple(files)


@dataclass(frozen=True, slots=True)
class PrintFileJob:
    """Make one print file with all copies of an edition."""

    name: str
    original: bytes
    copies: tuple[NumberedCopy, ...]
    stamp: Stamp
    language: str
    place: SourceLocation
    fonts: tuple[Path, ...]

    def make_files(self) -> tuple[FinishedFile, ...]:
        """Return the print file that joins all copies, with its proof."""
        data = make_print_file(self.original, self.copies, self.stamp, self.fonts)
        problems = proof.prove_print_file(self.original, data, self.copies, self.language, self.place, self.fonts)
        return (FinishedFile(self.name, data, problems),)


JobT = TypeVar("JobT", bound=NamedJob)
ResultT = TypeVar("ResultT")


def run_finish_job(job: FinishJob) -> tuple[FinishedFile, ...]:
    """Return the finished files of a job (booklet, copies …), made and proved. Runs in a worker."""
    return job.make_files()


def run_jobs(
    task: Callable[[JobT], ResultT], jobs: Sequence[JobT], runner: TaskRunner, stage: str, progress: Progress
) -> Iterator[ResultT]:
    """Yield the result of each job, made by the workers.

    The editions are proved already, so what a job raises is no fault of the manuscript, and is raised here.
    """
    names = {id(job): job.name for job in jobs}
    results = run_tasks(
        runner.executor, task, jobs, name=lambda job: names[id(job)], on_progress=partial(progress, stage)
    )
    for result in results:
        if isinstance(result, TaskFailure):
            raise result.get_error()
        yield result
