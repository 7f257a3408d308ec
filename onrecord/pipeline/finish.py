"""Make files of the proved print editions: booklet, file for the print shop, numbered copies with their papers.

Every file is made in a worker and proved there against the bound edition; the build delivers them with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from onrecord import proof
from onrecord.editions.own_design import has_own_design, run_guarded
from onrecord.finishing.copy_register import DeliveredCopy, write_register
from onrecord.finishing.lettering import find_unstampable_names, find_unstampable_words
from onrecord.finishing.print_shop import PrinterProfile, read_printer_profile
from onrecord.model import Book, Trim
from onrecord.model.dates import get_first_day
from onrecord.model.problems import Problem, Refused, select_errors
from onrecord.model.recipients import NumberedCopy
from onrecord.model.rule import Rule
from onrecord.packs import selection
from onrecord.pipeline.delivery_record import (
    BOOKLET,
    COPIES,
    COVER,
    PRINT_FILE,
    PRINT_SHOP,
    RECEIPTS,
    REGISTER,
    FinishedGroup,
)
from onrecord.pipeline.finish_jobs import (
    FOLDED,
    BookletJob,
    CopiesJob,
    CoverJob,
    FinishedFile,
    FinishJob,
    PrintFileJob,
    PrintShopJob,
    count_copies,
    list_book_font_folders,
    place_copy_stamp,
    run_finish_job,
    run_jobs,
)
from onrecord.pipeline.options import FinishOptions, Progress
from onrecord.pipeline.pdf_reader import LARGE_PRINT
from onrecord.pipeline.reverify import EarlierFile, prove_earlier_file, prove_earlier_register
from onrecord.runtime import face_choice
from onrecord.runtime.project import Project
from onrecord.runtime.task_runner import TaskRunner
from onrecord.wording import markings, translations

__all__ = ["FinishPlan", "plan_finishing"]

_COPIES_PER_JOB = 4


@dataclass(frozen=True, slots=True)
class FinishPlan:
    """What to make of a book's editions, with all that it needs: the numbered copies, the printer's profile."""

    options: FinishOptions
    copies: tuple[NumberedCopy, ...] = ()
    profile: PrinterProfile | None = None

    def make_files(
        self, book: Book, folder: Path, editions: Mapping[str, bytes], runner: TaskRunner, progress: Progress
    ) -> tuple[FinishedGroup, ...]:
        """Return all files, proved; raise Refused with what the proof found.

        `editions` are the bound files by the end of their names.
        """
        return _Finishing(self, book, folder, editions, runner, progress).make_all()

    def prove_earlier_files(
        self,
        book: Book,
        folder: Path,
        editions: Mapping[str, bytes],
        files: Mapping[Path, bytes],
        runner: TaskRunner,
        progress: Progress,
    ) -> tuple[tuple[Path, str, tuple[Problem, ...]], ...]:
        """Compare files that were made earlier with these editions: path, a sentence, and problems of each."""
        registers = {path: data for path, data in files.items() if proof.detect_format(data) == "register"}
        jobs = [
            self._describe_earlier_file(book, folder, editions, path, data)
            for path, data in files.items()
            if path not in registers
        ]
        results = run_jobs(prove_earlier_file, jobs, runner, "prove", progress)
        return (
            *((job.path, *result) for job, result in zip(jobs, results, strict=True)),
            *(
                prove_earlier_register(self.copies, get_first_day(book.date), path, data)
                for path, data in registers.items()
            ),
        )

    def _describe_earlier_file(
        self, book: Book, folder: Path, editions: Mapping[str, bytes], path: Path, data: bytes
    ) -> EarlierFile:
        """Return what is needed to prove a finished file of an earlier build again: its kind, edition and copies."""
        description = proof.describe_file(book, data)
        copies = self.copies
        if description.kind is not proof.FileKind.RECEIPTS:
            copies = tuple(copy for copy in copies if copy.recipient.large_print is description.is_large_print)
        return EarlierFile(
            path,
            description.kind,
            data,
            editions.get(LARGE_PRINT if description.is_large_print else ""),
            copies,
            place_copy_stamp(book, large_print=description.is_large_print) if copies else None,
            book,
            list_book_font_folders(folder),
        )


def plan_finishing(book: Book, folder: Path, options: FinishOptions) -> FinishPlan:
    """Return what to make, ready to start; raise Refused with everything that prevents it."""
    problems: list[Problem] = []
    copies, list_problems = selection.read_copies(folder, book.pack) if book.pack else ((), ())
    problems += list_problems
    problems += _find_unstampable_words(book, folder, copies, options) or _find_unstampable_names(book, folder, copies)
    if options.print_file and not copies and not list_problems:
        place = book.pack.location if book.pack else book.location
        sentence = "there are no numbered copies to put into one print file"
        hint = "add to the pack: recipients: packs/recipients.csv, or take --print-file away"
        problems.append(Problem(place, Rule.COPIES_ARE_WANTED, sentence, hint))
    if options.cover:
        from onrecord.editions.pdf import print_cover

        problems += select_errors(tuple(print_cover.find_cover_problems(book, folder)))
    profile = None
    if (options.print_shop or options.cover) and book.profile:
        try:
            profile = _read_profile(book, folder)
        except Refused as refused:
            problems += refused.problems
    if problems:
        raise Refused(problems)
    return FinishPlan(options, copies, profile)


def _read_profile(book: Book, folder: Path) -> PrinterProfile:
    """Return the printer's colour profile that the book names; raise Refused if it is unusable."""
    assert book.profile is not None
    path = Project(folder).find(book.profile.text)
    data = path.read_bytes() if path and path.is_file() else b""
    return read_printer_profile(data, book.profile.location)


def _find_unstampable_words(
    book: Book, folder: Path, copies: Sequence[NumberedCopy], options: FinishOptions
) -> list[Problem]:
    """Return a problem for each of our sentences that is stamped and has a character that no font has."""
    texts = translations.get_interface_texts(book.language)
    keys = [*(["copy_of"] if copies else []), *(["booklet_print", "booklet_one"] if options.booklet else [])]
    words = {re.sub(r"\{\w*\}", "", texts[key]): None for key in keys}
    paths = face_choice.list_stamp_fonts(list_book_font_folders(folder)) if words else ()
    return [problem for text in words for problem in find_unstampable_words(text, book.location, paths)]


def _find_unstampable_names(book: Book, folder: Path, copies: Sequence[NumberedCopy]) -> Iterator[Problem]:
    """Yield a problem for each name that no font can draw, or that does not fit into the foot of a page."""
    if not copies:
        return
    paths = face_choice.list_stamp_fonts(list_book_font_folders(folder))
    problems = find_unstampable_names(dict.fromkeys(copy.recipient for copy in copies), paths)
    yield from problems
    without_glyphs = {problem.location for problem in problems}
    for copy in {copy.recipient: copy for copy in copies}.values():  # the last copy of each: its number is the widest
        stamp = place_copy_stamp(book, large_print=copy.recipient.large_print)
        try:
            if copy.recipient.location not in without_glyphs:
                stamp.shape_line(copy, book.language, paths)
        except ValueError:
            sentence = f"“{copy.recipient.name}” has no room in the foot of a page"
            hint = "shorten the name; it may go on under organisation"
            yield Problem(copy.recipient.location, Rule.NAMES_FIT_THE_FOOT, sentence, hint)


class _Finishing:
    """A plan together with the editions that it is carried out on."""

    def __init__(
        self,
        plan: FinishPlan,
        book: Book,
        folder: Path,
        editions: Mapping[str, bytes],
        runner: TaskRunner,
        progress: Progress,
    ) -> None:
        self.plan, self.book, self.folder, self.editions = plan, book, folder, editions
        self.runner, self.progress = runner, progress
        self.place = book.pack.location if book.pack else book.location
        self.fonts = list_book_font_folders(folder)

    def make_all(self) -> tuple[FinishedGroup, ...]:
        """Make and prove all finished files: booklets, print-shop files, copies, print files and their papers."""
        jobs = [
            *self._list_booklet_jobs(),
            *self._list_print_shop_jobs(),
            *self._list_copies_jobs(),
            *self._list_print_file_jobs(),
        ]
        if self.plan.options.cover:
            jobs.append(CoverJob(COVER, self.editions[""], self.book, self.folder, self.plan.profile))
        results = run_jobs(run_finish_job, jobs, self.runner, "finish", self.progress)
        files = {file.name: file for result in results for file in result}
        problems = [problem for file in files.values() for problem in file.problems]
        papers = self._make_papers(files) if self.plan.copies else {}
        if papers:
            copies = [(copy, files[f"{COPIES}/{copy.file_name}"].data) for copy in self.plan.copies]
            problems += proof.prove_identifiers(list(self.editions.values()), copies, self.place)
            receipts, language = papers[RECEIPTS], self.book.language
            problems += proof.prove_receipts(receipts, self.plan.copies, language, self.place, self.fonts, self.book)
            problems += proof.prove_register(papers[REGISTER], copies, get_first_day(self.book.date), self.place)
        if problems:
            raise Refused(dict.fromkeys(problems))
        return tuple(self._group_files(files, papers))

    # jobs

    def _list_booklet_jobs(self) -> Iterator[FinishJob]:
        """Yield one booklet; where copies are numbered, each has its own. Large print is not reduced in size."""
        if self.plan.options.booklet and not self.plan.copies:
            yield BookletJob(BOOKLET, self.editions[""], self.book.language, self.place, self.fonts)

    def _list_print_shop_jobs(self) -> Iterator[FinishJob]:
        """Yield a job for the print-shop file of each print edition, if the options ask for it."""
        if self.plan.options.print_shop:
            for edition, data in self.editions.items():
                yield PrintShopJob(_add_suffix(edition, PRINT_SHOP), data, self.plan.profile, self.place)

    def _list_copies_jobs(self) -> Iterator[FinishJob]:
        """Yield the jobs that stamp the numbered copies, a bounded number of copies in each."""
        for edition, copies in self._group_copies():
            stamp = place_copy_stamp(self.book, large_print=bool(edition))
            booklets = self.plan.options.booklet and not edition
            for first in range(0, len(copies), _COPIES_PER_JOB):
                group = copies[first : first + _COPIES_PER_JOB]
                data, language = self.editions[edition], self.book.language
                yield CopiesJob(data, group, stamp, language, self.place, self.fonts, booklets)

    def _list_print_file_jobs(self) -> Iterator[FinishJob]:
        """Yield a job for the print file that joins all copies, if the options ask for it."""
        for edition, copies in self._group_copies() if self.plan.options.print_file else ():
            stamp = place_copy_stamp(self.book, large_print=bool(edition))
            name, data = _add_suffix(edition, PRINT_FILE), self.editions[edition]
            yield PrintFileJob(name, data, copies, stamp, self.book.language, self.place, self.fonts)

    def _group_copies(self) -> Iterator[tuple[str, tuple[NumberedCopy, ...]]]:
        """Yield the copies of the normal edition, and those in large print."""
        for edition in self.editions:
            copies = tuple(copy for copy in self.plan.copies if copy.recipient.large_print is bool(edition))
            if copies:
                yield edition, copies

    def _make_papers(self, files: Mapping[str, FinishedFile]) -> dict[str, bytes]:
        """Return the register and the receipt sheet of the numbered copies, by file name."""
        from onrecord.editions.pdf.receipts import ReceiptSheet, print_receipts, run_receipt_job

        book = self.book
        assert book.pack is not None
        entries = [
            DeliveredCopy(copy, copy.file_name, files[f"{COPIES}/{copy.file_name}"].data) for copy in self.plan.copies
        ]
        meeting = (
            book.pack.meeting,
            translations.format_date_and_time(book.pack.starts, book.language),
            book.pack.venue,
        )
        marking = markings.format_markings(book.pack.markings, book.language)
        trim = Trim.LETTER if book.trim is Trim.LETTER else Trim.A4
        sheet = ReceiptSheet(
            book.title,
            tuple(filter(None, meeting)),
            book.language,
            get_first_day(book.date),
            marking,
            book.publisher,
            trim,
        )
        job = (sheet, self.plan.copies, self.folder)
        if has_own_design(self.folder):
            receipts = run_guarded(self.runner.executor, self.folder, run_receipt_job, job)
        else:
            receipts = print_receipts(*job, self.runner)
        return {REGISTER: write_register(entries, get_first_day(book.date)), RECEIPTS: receipts}

    # what is said about the files

    def _group_files(self, files: Mapping[str, FinishedFile], papers: Mapping[str, bytes]) -> Iterator[FinishedGroup]:
        """Yield the finished files as the proof record lists them: each alone, all copies as one group."""
        copies = {name: file.data for name, file in files.items() if name.startswith(f"{COPIES}/")}
        for name, file in files.items():
            if name not in copies:
                proved = file.proved or self._describe(name)
                yield FinishedGroup(name, {name: file.data}, _find_edition(name), proved, file.warnings)
        if copies or papers:
            yield FinishedGroup(COPIES, {**copies, **papers}, "", self._describe(COPIES))

    def _describe(self, name: str) -> str:
        """Return a sentence that says what the file is and what its proof found."""
        if name.endswith(BOOKLET):
            return FOLDED
        if name.endswith(PRINT_SHOP):
            claim = (
                f"PDF/X-4 for “{self.plan.profile.name}”"
                if self.plan.profile
                else "only boxes and marks, no PDF/X: book.yaml names no profile"
            )
            return f"for the print shop: 3 mm bleed and crop marks, every word inside the trim; {claim}"
        copies = count_copies(len(self.plan.copies))
        if name.endswith(PRINT_FILE):
            return f"one print file: {self._describe_print_file(copies, is_large=name.startswith('-'))}"
        booklets = "; a booklet of each in normal print" if self.plan.options.booklet else ""
        return (
            f"{copies}: number and name stand on every page, all else is the proved edition{booklets}; "
            "register and receipt sheet"
        )

    def _describe_print_file(self, copies: str, *, is_large: bool) -> str:
        """Return the sentence of the proof record on which copies a print file holds."""
        large_print = [copy.recipient.large_print for copy in self.plan.copies]
        if not any(large_print):
            return f"all {copies}{' in large print' if is_large else ''}, each from a right-hand page"
        print_size = "in large print" if is_large else "in normal print"
        return f"{large_print.count(is_large)} of the {copies} {print_size}, each from a right-hand page"


def _add_suffix(edition: str, name: str) -> str:
    """Return the name of what is made of an edition: `.booklet.pdf`, `-large-print.booklet.pdf`."""
    return edition.removesuffix(".pdf") + name


def _find_edition(name: str) -> str:
    """Return the edition that a finished file was made of: LARGE_PRINT, or "" for normal."""
    return LARGE_PRINT if name.startswith(LARGE_PRINT.removesuffix(".pdf")) else ""
