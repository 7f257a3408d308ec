"""What is made of the proved print editions: booklet, file for the print shop, numbered copies with their papers.

Every file is made and proved against the bound edition on a worker of the press; `pipeline` delivers them with it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from onrecord import proof
from onrecord.finishing.copy_register import Entry, register
from onrecord.finishing.lettering import unstampable
from onrecord.finishing.print_shop import Profile, printer_profile
from onrecord.manuscript import source
from onrecord.model import Book, Trim
from onrecord.model.problems import Problem, Refused
from onrecord.model.recipients import NumberedCopy
from onrecord.packs import selection
from onrecord.pipeline.delivery_record import (
    BOOKLET,
    COPIES,
    LARGE_PRINT,
    PRINT_FILE,
    PRINT_SHOP,
    RECEIPTS,
    REGISTER,
    Further,
    Wanted,
)
from onrecord.pipeline.finish_jobs import (
    FOLDED,
    File,
    Fold,
    Gather,
    Job,
    Number,
    Progress,
    Trimmed,
    carry_out,
    fonts_of,
    many,
    results,
    stamp_of,
)
from onrecord.pipeline.reverify import Again, judge, judged_register
from onrecord.runtime import font_files
from onrecord.runtime.task_runner import Press
from onrecord.wording import markings, translations

__all__ = ["Order", "order"]

_TOGETHER = 4  # copies that a worker makes at a time


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be made of a book's editions, with all that it takes: the list of copies, the printer's profile."""

    wanted: Wanted
    copies: tuple[NumberedCopy, ...] = ()
    profile: Profile | None = None

    def made(
        self, book: Book, folder: Path, editions: Mapping[str, bytes], press: Press, progress: Progress
    ) -> tuple[Further, ...]:
        """All of it, proved; `editions` are the bound files by the end of their names. Refused with what the proof found."""
        return _Bench(self, book, folder, editions, press, progress).made()

    def judged(
        self,
        book: Book,
        folder: Path,
        editions: Mapping[str, bytes],
        files: Mapping[Path, bytes],
        press: Press,
        progress: Progress,
    ) -> tuple[tuple[Path, str, tuple[Problem, ...]], ...]:
        """What each file is that was made earlier, and what is wrong with it against these editions."""
        found = []
        registers = {path: data for path, data in files.items() if proof.format_of(data) == "register"}
        jobs = [
            self._again(book, folder, editions, path, data) for path, data in files.items() if path not in registers
        ]
        for job, result in zip(jobs, results(judge, jobs, press, "prove", progress), strict=True):
            found.append((job.path, *result))
        return (*found, *(judged_register(self.copies, book.date, path, data) for path, data in registers.items()))

    def _again(self, book: Book, folder: Path, editions: Mapping[str, bytes], path: Path, data: bytes) -> Again:
        what = proof.described(book, data)
        copies = self.copies
        if what.kind is not proof.Kind.RECEIPTS:
            copies = tuple(copy for copy in copies if copy.recipient.large_print is what.large)
        return Again(
            path,
            what.kind,
            data,
            editions.get(LARGE_PRINT if what.large else ""),
            copies,
            stamp_of(book, large=what.large) if copies else None,
            book.language,
            fonts_of(folder),
        )


def order(book: Book, folder: Path, wanted: Wanted) -> Order:
    """The order, ready to be carried out; Refused with everything that stands in its way."""
    problems: list[Problem] = []
    copies, found = selection.copies(folder, book.pack) if book.pack else ((), ())
    problems += found
    problems += _unstampable(book, folder, copies)
    if wanted.print_file and not copies and not found:
        place = book.pack.place if book.pack else book.place
        hint = "add to the pack: recipients: packs/recipients.csv, or take --print-file away"
        problems.append(
            Problem(place, "copies-are-wanted", "there are no numbered copies to put into one print file", hint)
        )
    profile = None
    if wanted.print_shop and book.profile:
        try:
            profile = _profile(book, folder)
        except Refused as refused:
            problems += refused.problems
    if problems:
        raise Refused(problems)
    return Order(wanted, copies, profile)


def _profile(book: Book, folder: Path) -> Profile:
    assert book.profile is not None
    path = source.inside(folder, book.profile.text)
    data = path.read_bytes() if path and path.is_file() else b""
    return printer_profile(data, book.profile.place)


def _unstampable(book: Book, folder: Path, copies: Sequence[NumberedCopy]) -> Iterator[Problem]:
    """Names that no face can draw, or that have no room in the foot of a page."""
    if not copies:
        return
    paths = font_files.stamping(fonts_of(folder))
    strange = unstampable(dict.fromkeys(copy.recipient for copy in copies), paths)
    yield from strange
    mute = {problem.place for problem in strange}
    for copy in {copy.recipient: copy for copy in copies}.values():  # the last of each: its number is the widest
        stamp = stamp_of(book, large=copy.recipient.large_print)
        try:
            if copy.recipient.place not in mute:
                stamp.line(copy, book.language, paths)
        except ValueError:
            sentence = f"“{copy.recipient.name}” has no room in the foot of a page"
            yield Problem(
                copy.recipient.place,
                "names-fit-the-foot",
                sentence,
                "shorten the name; it may go on under organisation",
            )


# --- the bench ----------------------------------------------------------------------------------------


class _Bench:
    """One order and the editions it is carried out on."""

    def __init__(
        self, order: Order, book: Book, folder: Path, editions: Mapping[str, bytes], press: Press, progress: Progress
    ) -> None:
        self.order, self.book, self.folder, self.editions = order, book, folder, editions
        self.press, self.progress = press, progress
        self.place = book.pack.place if book.pack else book.place
        self.fonts = fonts_of(folder)
        self.common = (book.language, self.place, self.fonts)

    def made(self) -> tuple[Further, ...]:
        jobs = [*self._fold(), *self._trim(), *self._number(), *self._gather()]
        files = {
            file.name: file for made in results(carry_out, jobs, self.press, "finish", self.progress) for file in made
        }
        problems = [problem for file in files.values() for problem in file.problems]
        papers = self._papers(files) if self.order.copies else {}
        if papers:
            copies = [(copy, files[f"{COPIES}/{copy.file}"].data) for copy in self.order.copies]
            problems += proof.prove_identifiers(list(self.editions.values()), copies, self.place)
            problems += proof.prove_receipts(papers[RECEIPTS], self.order.copies, self.place)
            problems += proof.prove_register(papers[REGISTER], copies, self.book.date, self.place)
        if problems:
            raise Refused(dict.fromkeys(problems))
        return tuple(self._told({name: file.data for name, file in files.items()} | papers))

    # what there is to do

    def _fold(self) -> Iterator[Job]:
        """One booklet; where copies are numbered, each of them has its own. Large print is not made smaller."""
        if self.order.wanted.booklet and not self.order.copies:
            yield Fold(BOOKLET, self.editions[""], *self.common)

    def _trim(self) -> Iterator[Job]:
        if self.order.wanted.print_shop:
            for name, data in self.editions.items():
                yield Trimmed(_behind(name, PRINT_SHOP), data, self.order.profile, self.place)

    def _number(self) -> Iterator[Job]:
        for name, copies in self._by_edition():
            for first in range(0, len(copies), _TOGETHER):
                folded = self.order.wanted.booklet and not name
                yield Number(
                    self.editions[name],
                    copies[first : first + _TOGETHER],
                    stamp_of(self.book, large=bool(name)),
                    *self.common,
                    folded,
                )

    def _gather(self) -> Iterator[Job]:
        for name, copies in self._by_edition() if self.order.wanted.print_file else ():
            yield Gather(
                _behind(name, PRINT_FILE),
                self.editions[name],
                copies,
                stamp_of(self.book, large=bool(name)),
                *self.common,
            )

    def _by_edition(self) -> Iterator[tuple[str, tuple[NumberedCopy, ...]]]:
        """The copies of the normal edition, and those in large print."""
        for name in self.editions:
            copies = tuple(copy for copy in self.order.copies if copy.recipient.large_print is bool(name))
            if copies:
                yield name, copies

    def _papers(self, files: Mapping[str, File]) -> dict[str, bytes]:
        """Register and receipt sheet of the copies."""
        from onrecord.editions.pdf.receipts import ReceiptSheet, receipts

        book = self.book
        assert book.pack is not None
        entries = [Entry(copy, copy.file, files[f"{COPIES}/{copy.file}"].data) for copy in self.order.copies]
        about = (book.pack.meeting, translations.moment(book.pack.starts, book.language), book.pack.venue)
        marking = markings.line(book.pack.markings, book.language)
        trim = Trim.LETTER if book.trim is Trim.LETTER else Trim.A4
        sheet = ReceiptSheet(
            book.title, tuple(filter(None, about)), book.language, book.date, marking, book.publisher, trim
        )
        return {REGISTER: register(entries, book.date), RECEIPTS: receipts(sheet, self.order.copies, self.folder)}

    # what is told of it

    def _told(self, files: Mapping[str, bytes]) -> Iterator[Further]:
        copies = {name: data for name, data in files.items() if name.startswith(f"{COPIES}/")}
        for name, data in files.items():
            if name not in copies:
                yield Further(name, {name: data}, _edition(name), self._sentence(name))
        if copies:
            yield Further(COPIES, copies, "", self._sentence(COPIES))

    def _sentence(self, name: str) -> str:
        """What the file is, and what its proof says."""
        if name.endswith(BOOKLET):
            return FOLDED
        if name.endswith(PRINT_SHOP):
            told = (
                f"PDF/X-4 for “{self.order.profile.name}”"
                if self.order.profile
                else "only boxes and marks, no PDF/X: book.yaml names no profile"
            )
            return f"for the print shop: 3 mm bleed and crop marks, every word inside the trim; {told}"
        copies = many(len(self.order.copies))
        if name.endswith(PRINT_FILE):
            large = [copy.recipient.large_print for copy in self.order.copies]
            which = " in large print" if name.startswith("-") else "" if not any(large) else " in normal print"
            count = large.count(name.startswith("-"))
            return f"one print file: {'all' if not any(large) else f'{count} of the'} {copies}{which}, each from a right-hand page"
        folded = "; a booklet of each in normal print" if self.order.wanted.booklet else ""
        return f"{copies}: number and name stand on every page, all else is the proved edition{folded}; register and receipt sheet"


def _behind(edition: str, name: str) -> str:
    """The name of what is made of an edition: `.booklet.pdf`, `-large-print.booklet.pdf`."""
    return edition.removesuffix(".pdf") + name


def _edition(name: str) -> str:
    large = LARGE_PRINT.removesuffix(".pdf")
    return LARGE_PRINT if name.startswith(large) else ""
