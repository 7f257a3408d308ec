"""What is made of the proved print editions: booklet, file for the print shop, numbered copies with their papers.

Every file is made and proved against the bound edition on a worker of the press; `pipeline` delivers them with it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Protocol, TypeVar

from onrecord import faces, markings, packs, proof, words
from onrecord.editions.pdf.geometry import copy_number_place, foot_baseline, foot_pt, pack_geometry
from onrecord.finishing.booklet import booklet
from onrecord.finishing.copies import Stamp, StampPlace, print_file, stamped
from onrecord.finishing.lettering import unstampable
from onrecord.finishing.print_shop import Profile, print_shop, printer_profile
from onrecord.ledger import BOOKLET, COPIES, LARGE_PRINT, PRINT_FILE, PRINT_SHOP, RECEIPTS, REGISTER, Further
from onrecord.manuscript import source
from onrecord.model import Book, Place, Trim
from onrecord.press import Failure, Press, run
from onrecord.problems import Problem, Refused
from onrecord.recipients import Copy, Entry, register

J = TypeVar("J", bound="_Named")
R = TypeVar("R")

__all__ = ["Order", "Wanted", "order"]

Progress = Callable[[str, int, int, str], None]  # verb, done, total, what
_TOGETHER = 4  # copies that a worker makes at a time


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for on the command line; numbered copies are asked for by the pack."""

    booklet: bool = False
    print_shop: bool = False
    print_file: bool = False


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be made of a book's editions, with all that it takes: the list of copies, the printer's profile."""

    wanted: Wanted
    copies: tuple[Copy, ...] = ()
    profile: Profile | None = None

    def made(
        self, book: Book, folder: Path, editions: Mapping[str, bytes], press: Press, progress: Progress
    ) -> tuple[Further, ...]:
        """All of it, proved; `editions` are the bound files by the end of their names. Refused with what the proof found."""
        return _Bench(self, book, folder, editions, press, progress).made()

    def judged(
        self, book: Book, folder: Path, editions: Mapping[str, bytes], files: Mapping[Path, bytes], press: Press, progress: Progress
    ) -> tuple[tuple[Path, str, tuple[Problem, ...]], ...]:
        """What each file is that was made earlier, and what is wrong with it against these editions."""
        found = []
        registers = {path: data for path, data in files.items() if proof.format_of(data) == "register"}
        jobs = [self._again(book, folder, editions, path, data) for path, data in files.items() if path not in registers]
        for job, result in zip(jobs, _results(_judged, jobs, press, "prove", progress), strict=True):
            found.append((job.path, *result))
        return (*found, *(_judged_register(self, book, path, data) for path, data in registers.items()))

    def _again(self, book: Book, folder: Path, editions: Mapping[str, bytes], path: Path, data: bytes) -> _Again:
        what = proof.described(book, data)
        copies = self.copies
        if what.kind is not proof.Kind.RECEIPTS:
            copies = tuple(copy for copy in copies if copy.recipient.large_print is what.large)
        return _Again(
            path, what.kind, data, editions.get(LARGE_PRINT if what.large else ""), copies,
            _stamp(book, large=what.large) if copies else None, book.language, _fonts(folder),
        )  # fmt: skip



def order(book: Book, folder: Path, wanted: Wanted) -> Order:
    """The order, ready to be carried out; Refused with everything that stands in its way."""
    problems: list[Problem] = []
    copies, found = packs.copies(folder, book.pack) if book.pack else ((), ())
    problems += found
    problems += _unstampable(book, folder, copies)
    if wanted.print_file and not copies and not found:
        place = book.pack.place if book.pack else book.place
        hint = "add to the pack: recipients: packs/recipients.csv, or take --print-file away"
        problems.append(Problem(place, "copies-are-wanted", "there are no numbered copies to put into one print file", hint))
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


def _unstampable(book: Book, folder: Path, copies: Sequence[Copy]) -> Iterator[Problem]:
    """Names that no face can draw, or that have no room in the foot of a page."""
    paths = faces.stamping(_fonts(folder))
    strange = unstampable(dict.fromkeys(copy.recipient for copy in copies), paths)
    yield from strange
    mute = {problem.place for problem in strange}
    for copy in {copy.recipient: copy for copy in copies}.values():  # the last of each: its number is the widest
        stamp = _stamp(book, large=copy.recipient.large_print)
        try:
            if copy.recipient.place not in mute:
                stamp.line(copy, book.language, paths)
        except ValueError:
            sentence = f"“{copy.recipient.name}” has no room in the foot of a page"
            yield Problem(copy.recipient.place, "names-fit-the-foot", sentence, "shorten the name; it may go on under organisation")


def _fonts(folder: Path) -> tuple[Path, ...]:
    return (folder.resolve() / "fonts",)


def _stamp(book: Book, *, large: bool) -> Stamp:
    """In the place that every page of a pack leaves free: in the foot, at the binding side."""
    page = pack_geometry(book.trim, large_print=large)
    recto, verso = (copy_number_place(page, recto=recto) for recto in (True, False))
    y = foot_baseline(page)
    return Stamp(
        StampPlace(recto.x, y, "left"), StampPlace(verso.x + verso.width, y, "right"), room_mm=recto.width, size_pt=foot_pt(page)
    )


# --- jobs for workers ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _File:
    """A file that was made, by its name behind the slug, with what its proof found."""

    name: str
    data: bytes
    problems: tuple[Problem, ...]


class _Named(Protocol):
    @property
    def name(self) -> str: ...


class _Job(_Named, Protocol):
    def made(self) -> tuple[_File, ...]: ...


@dataclass(frozen=True, slots=True)
class _Fold:
    """A booklet of the bound file."""

    name: str
    original: bytes
    language: str
    place: Place
    fonts: tuple[Path, ...]

    def made(self) -> tuple[_File, ...]:
        data = booklet(self.original, fonts=self.fonts)
        return (_File(self.name, data, proof.prove_booklet(self.original, data, self.language, self.place)),)


@dataclass(frozen=True, slots=True)
class _Trim:
    """A file for the print shop."""

    name: str
    original: bytes
    profile: Profile | None
    place: Place

    def made(self) -> tuple[_File, ...]:
        data = print_shop(self.original, self.profile)
        problems = proof.prove_print_shop(self.original, data, self.place, claims_pdfx=self.profile is not None)
        return (_File(self.name, data, problems),)


@dataclass(frozen=True, slots=True)
class _Number:
    """Some of the numbered copies, each with its booklet if it shall be folded."""

    original: bytes
    copies: tuple[Copy, ...]
    stamp: Stamp
    language: str
    place: Place
    fonts: tuple[Path, ...]
    folded: bool

    @property
    def name(self) -> str:
        return f"{COPIES}/{self.copies[0].file}"

    def made(self) -> tuple[_File, ...]:
        made: list[_File] = []
        for copy, data in stamped(self.original, self.copies, self.stamp, self.fonts):
            problems = proof.prove_copies(self.original, [(copy, data)], self.language, self.place)
            made.append(_File(f"{COPIES}/{copy.file}", data, problems))
            if self.folded:
                name = f"{COPIES}/{copy.file.removesuffix('.pdf')}{BOOKLET}"
                made += _Fold(name, data, self.language, self.place, self.fonts).made()
        return tuple(made)


@dataclass(frozen=True, slots=True)
class _Gather:
    """One print file with all copies of an edition."""

    name: str
    original: bytes
    copies: tuple[Copy, ...]
    stamp: Stamp
    language: str
    place: Place
    fonts: tuple[Path, ...]

    def made(self) -> tuple[_File, ...]:
        data = print_file(self.original, self.copies, self.stamp, self.fonts)
        problems = proof.prove_print_file(self.original, data, self.copies, self.language, self.place)
        return (_File(self.name, data, problems),)


def _made(job: _Job) -> tuple[_File, ...]:
    return job.made()


def _results(task: Callable[[J], R], jobs: Sequence[J], press: Press, verb: str, progress: Progress) -> Iterator[R]:
    """The result of each job, from the workers. The editions are proved: what fails here is no fault of the manuscript."""
    called = {id(job): job.name for job in jobs}
    found = run(press.executor, task, jobs, name=lambda job: called[id(job)], on_progress=partial(progress, verb))
    for result in found:
        if isinstance(result, Failure):
            raise result.error or RuntimeError(result.reason)
        yield result


# --- the bench ----------------------------------------------------------------------------------------


class _Bench:
    """One order and the editions it is carried out on."""

    def __init__(
        self, order: Order, book: Book, folder: Path, editions: Mapping[str, bytes], press: Press, progress: Progress
    ) -> None:
        self.order, self.book, self.folder, self.editions = order, book, folder, editions
        self.press, self.progress = press, progress
        self.place = book.pack.place if book.pack else book.place
        self.fonts = _fonts(folder)
        self.common = (book.language, self.place, self.fonts)

    def made(self) -> tuple[Further, ...]:
        jobs = [*self._fold(), *self._trim(), *self._number(), *self._gather()]
        files = {file.name: file for made in _results(_made, jobs, self.press, "finish", self.progress) for file in made}
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

    def _fold(self) -> Iterator[_Job]:
        """One booklet; where copies are numbered, each of them has its own. Large print is not made smaller."""
        if self.order.wanted.booklet and not self.order.copies:
            yield _Fold(BOOKLET, self.editions[""], *self.common)

    def _trim(self) -> Iterator[_Job]:
        if self.order.wanted.print_shop:
            for name, data in self.editions.items():
                yield _Trim(_behind(name, PRINT_SHOP), data, self.order.profile, self.place)

    def _number(self) -> Iterator[_Job]:
        for name, copies in self._by_edition():
            for first in range(0, len(copies), _TOGETHER):
                folded = self.order.wanted.booklet and not name
                yield _Number(
                    self.editions[name], copies[first : first + _TOGETHER], _stamp(self.book, large=bool(name)), *self.common, folded
                )

    def _gather(self) -> Iterator[_Job]:
        for name, copies in self._by_edition() if self.order.wanted.print_file else ():
            yield _Gather(
                _behind(name, PRINT_FILE), self.editions[name], copies, _stamp(self.book, large=bool(name)), *self.common
            )

    def _by_edition(self) -> Iterator[tuple[str, tuple[Copy, ...]]]:
        """The copies of the normal edition, and those in large print."""
        for name in self.editions:
            copies = tuple(copy for copy in self.order.copies if copy.recipient.large_print is bool(name))
            if copies:
                yield name, copies

    def _papers(self, files: Mapping[str, _File]) -> dict[str, bytes]:
        """Register and receipt sheet of the copies."""
        from onrecord.editions.pdf.receipts import ReceiptSheet, receipts

        book = self.book
        assert book.pack is not None
        entries = [Entry(copy, copy.file, files[f"{COPIES}/{copy.file}"].data) for copy in self.order.copies]
        about = (book.pack.meeting, words.moment(book.pack.starts, book.language), book.pack.venue)
        marking = markings.line(book.pack.markings, book.language)
        trim = Trim.LETTER if book.trim is Trim.LETTER else Trim.A4
        sheet = ReceiptSheet(book.title, tuple(filter(None, about)), book.language, book.date, marking, book.publisher, trim)
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
            return _FOLDED
        if name.endswith(PRINT_SHOP):
            told = f"PDF/X-4 for “{self.order.profile.name}”" if self.order.profile else "only boxes and marks, no PDF/X: book.yaml names no profile"
            return f"for the print shop: 3 mm bleed and crop marks, every word inside the trim; {told}"
        many = _many(len(self.order.copies))
        if name.endswith(PRINT_FILE):
            large = [copy.recipient.large_print for copy in self.order.copies]
            which = " in large print" if name.startswith("-") else "" if not any(large) else " in normal print"
            count = large.count(name.startswith("-"))
            return f"one print file: {'all' if not any(large) else f'{count} of the'} {many}{which}, each from a right-hand page"
        folded = " and its booklet" if self.order.wanted.booklet else ""
        return f"{many}: number and name stand on every page, all else is the proved edition{folded}; register and receipt sheet"


# --- files that were made earlier -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Again:
    """A file that was made earlier, to be proved against the edition as it is bound now."""

    path: Path
    kind: proof.Kind
    data: bytes
    original: bytes | None  # None: there is no such edition now
    copies: tuple[Copy, ...]  # of that edition
    stamp: Stamp | None
    language: str
    fonts: tuple[Path, ...]

    @property
    def name(self) -> str:
        return self.path.name

    def judged(self) -> tuple[str, tuple[Problem, ...]]:
        """A sentence about the file, and its problems."""
        original, data, language, here = self.original, self.data, self.language, Place(str(self.path))
        if original is None:
            return "", (_unmade(here, "this is of the large-print edition, and none is made now"),)
        match self.kind:
            case proof.Kind.PRINT_SHOP:
                claims = b"GTS_PDFXVersion>PDF/X-4<" in data
                found = proof.prove_print_shop(original, data, here, claims_pdfx=claims)
                return f"for the print shop{', PDF/X-4' if claims else ''}: every word of the edition, inside the trim", found
            case proof.Kind.BOOKLET if not self.copies:
                return _FOLDED, proof.prove_booklet(original, data, language, here)
            case proof.Kind.PRINT_FILE if self.copies:
                found = proof.prove_print_file(original, data, self.copies, language, here)
                return f"one print file: {_many(len(self.copies))}, each from a right-hand page", found
            case proof.Kind.RECEIPTS if self.copies:
                return "the receipt sheet: a row for each copy", proof.prove_receipts(data, self.copies, here)
            case proof.Kind.COPY | proof.Kind.BOOKLET if self.copies:
                return self._judged_copy(original, here)
        return "", (_unmade(here, "this was made for numbered copies, and no list of recipients is known"),)

    def _judged_copy(self, original: bytes, here: Place) -> tuple[str, tuple[Problem, ...]]:
        copy = proof.copy_on(self.data, self.copies, self.language)
        if copy is None or self.stamp is None:
            return "", (_unmade(here, "this copy bears no number and name that are on the list of recipients now"),)
        told = copy.stamp(self.language)
        if self.kind is proof.Kind.COPY:
            return f"“{told}”: on every page; all else is the proved edition", proof.prove_copies(original, [(copy, self.data)], self.language, here)  # fmt: skip
        ((_, numbered),) = stamped(original, [copy], self.stamp, self.fonts)
        return f"“{told}”: {_FOLDED}", proof.prove_booklet(numbered, self.data, self.language, here)


def _judged(job: _Again) -> tuple[str, tuple[Problem, ...]]:
    return job.judged()


def _judged_register(order: Order, book: Book, path: Path, data: bytes) -> tuple[Path, str, tuple[Problem, ...]]:
    """The register against the copies that stand beside it."""
    here = Place(str(path))
    missing = [copy.file for copy in order.copies if not (path.parent / copy.file).is_file()]
    if missing:
        return path, "", (Problem(here, "copies-are-registered", f"“{missing[0]}” does not stand beside the register", "bring it back, or build again"),)  # fmt: skip
    copies = [(copy, (path.parent / copy.file).read_bytes()) for copy in order.copies]
    return path, "the register: number, name and digest of every copy beside it", proof.prove_register(data, copies, book.date, here)


def _unmade(here: Place, why: str) -> Problem:
    """A file that cannot be compared with anything that is made now."""
    hint = "name its pack: --pack NAME; or bring back the list it was made with"
    return Problem(here, "copy-is-of-this-book", why, hint)


# --- names and sentences --------------------------------------------------------------------------------

_FOLDED = "a booklet: folded, every page stands where a reader looks for it, letter by letter"


def _many(copies: int) -> str:
    return f"{copies} numbered copies" if copies > 1 else "one numbered copy"


def _behind(edition: str, name: str) -> str:
    """The name of what is made of an edition: `.booklet.pdf`, `-large-print.booklet.pdf`."""
    return edition.removesuffix(".pdf") + name


def _edition(name: str) -> str:
    large = LARGE_PRINT.removesuffix(".pdf")
    return LARGE_PRINT if name.startswith(large) else ""
