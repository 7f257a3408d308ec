"""The whole press on one page: read → assemble → check → set → bind → prove → deliver."""

from __future__ import annotations

import contextlib
import os
import shlex
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from onrecord import proof
from onrecord.manuscript import checks, outline, read_book
from onrecord.manuscript import pack_file as pack_files
from onrecord.manuscript.link_guard import refuse_link_out
from onrecord.model import Book, Place
from onrecord.model.problems import Problem, Refused, Severity, errors, in_order
from onrecord.packs import clearance, selection, supplement
from onrecord.packs.clearance import Gate
from onrecord.pipeline import delivery, delivery_record
from onrecord.pipeline.delivery_record import LARGE_PRINT, Wanted
from onrecord.proof import Report
from onrecord.proof.record import summary
from onrecord.runtime import build_identity, up_to_date
from onrecord.runtime.cache import Store
from onrecord.runtime.task_runner import Press, UnreachableError
from onrecord.runtime.task_runner import scheduler as dask
from onrecord.runtime.up_to_date import Standing
from onrecord.runtime.worker_pool import Workshop
from onrecord.wording.page_numbers import Span

if TYPE_CHECKING:
    from onrecord.editions.pdf.edition import Printed

__all__ = [
    "EDITIONS",
    "Edition",
    "Finished",
    "Press",
    "Preview",
    "Wanted",
    "Wish",
    "build",
    "check",
    "clean",
    "packs_of",
    "press_room",
    "preview",
    "prove",
    "read",
    "understood",
]

Files = Mapping[str, bytes]  # relative posix name -> bytes; a PDF or an EPUB is one file called ""
Progress = Callable[[str, int, int, str], None]  # verb, done, total, what


_NOTHING = Wanted()


@dataclass(frozen=True, slots=True)
class Wish:
    """What is wanted of a book: a pack of it ("": the whole), and interviews that go out although they are held.

    `finishing` is what is made of the printed editions. `merged`: of a supplement, everything with continuous numbers.
    """

    pack: str = ""
    released: tuple[str, ...] = ()
    finishing: Wanted = _NOTHING
    merged: bool = False


_WHOLE = Wish()
CACHE = Path(".onrecord", "cache")  # below the book's folder
_TIMEOUT_S, _MEMORY_MB = 600, 4_000  # for one interview


def _silent(_verb: str, _done: int, _total: int, _what: str) -> None:
    """Nobody wants to know."""


@contextlib.contextmanager
def press_room(folder: Path, jobs: int = 0, cache: Path | None = None, scheduler: str = "") -> Iterator[Press]:
    """The press of a book: `jobs` workers (0: one per core), and the store in `cache` or the book's `.onrecord/`.

    With a Dask `scheduler` (tcp://…), interviews are set on its workers. Refused if it, or `cache`, cannot be used.
    """
    store = _store(folder, cache)
    with contextlib.ExitStack() as stack:
        workshop = stack.enter_context(Workshop(jobs, timeout_s=_TIMEOUT_S, memory_mb=_MEMORY_MB))
        try:
            far = stack.enter_context(dask(scheduler, build_identity.identity)) if scheduler else None
        except UnreachableError as error:
            raise Refused([Problem(Place("--scheduler"), "scheduler-is-there", *error.args)]) from None
        yield Press(workshop, store, far)
    store.trim()


def build(
    folder: Path, out: Path, formats: Sequence[str], press: Press, progress: Progress, wish: Wish = _WHOLE
) -> Finished:
    """Afterwards `out` holds the book in these formats, each proved; or nothing changed and Refused tells why."""
    with _recover_out(folder, out) as ignored:
        finished = _build(folder, out.absolute(), formats, press, progress, wish)
    return replace(finished, warnings=(*ignored, *finished.warnings))


def _build(folder: Path, out: Path, formats: Sequence[str], press: Press, progress: Progress, wish: Wish) -> Finished:
    from onrecord.pipeline import finish

    progress("read", 0, 0, str(folder))
    made_from = up_to_date.inputs(folder, out, tuple(formats), wish)
    if finished := _standing(press.store, made_from, out):
        return finished
    press.prepare(_made_ready, ())  # a worker loads the layout engine while the manuscript is read
    book, warnings = read(folder, wish, press, progress)  # read, assemble, check
    entire, book = book, supplement.of(book, folder, out)
    order = finish.order(book, folder, wish.finishing)
    book, doubts = _pointed(book, folder, press, progress, wish)
    printed, reservations = _printed(book, folder, press, progress, needed="pdf" in formats)  # set, bind
    press.rest(len(book.interviews))
    papers = _Papers(press)
    if printed:
        papers.expect(printed.data, book, printed.spans)  # the workers read it back while the others are bound
    copies: dict[str, Files] = {}
    for name in formats:
        progress("bind", len(copies), len(formats), name)
        copies[name] = EDITIONS[name].make(book, folder, printed, press)
    reports = _proved(book, copies.items(), papers, progress)
    if printed:
        _prove_pages(book, papers.of(printed.data), copies, press)
    further = order.made(book, folder, copies["pdf"], press, progress) if "pdf" in formats else ()
    progress("deliver", 0, 0, str(out))
    files = {_path(book, name, file): data for name, found in copies.items() for file, data in found.items()}
    told_later = _delivery(book, entire, printed, folder, out) if book.pack else None
    record, data = delivery_record.recorded(book, out, files, reports, further, told_later)
    files |= {f"{book.slug}{file}": data for one in further for file, data in one.files.items()}
    delivery.deliver(out, {**files, record: data})
    paths = tuple(out / delivery_record.name_of(book, name) for name in formats)
    stale = tuple(_outlived(path) for path in delivery_record.outlived(book, out, data)) if "pdf" in formats else ()
    told = tuple((out / f"{book.slug}{one.kind}", one.proved) for one in further)
    finished = Finished(paths, reports, (*warnings, *doubts, *reservations, *stale), told)
    if not stale and _lasts(book, warnings) and made_from == up_to_date.inputs(folder, out, tuple(formats), wish):
        press.store.put(made_from, (Standing(delivery_record.hashes(record, data)), finished))
    return finished


def _lasts(book: Book, warnings: Sequence[Problem]) -> bool:
    """Whether the same files make the same book tomorrow: it is no supplement of what stands in `out`, and no date holds an interview back."""
    return not (book.pack and book.pack.supplement) and not clearance.ages(book, warnings)


def _delivery(book: Book, entire: Book, printed: Printed | None, folder: Path, out: Path) -> Mapping[str, object]:
    """What a later supplement needs to know of a pack."""
    leaves = printed.pagination.leaves if printed else {}
    last = {name: pages[-1].label for name, pages in leaves.items() if pages}
    return supplement.delivery(book, printed.pages if printed else {}, last, entire, folder, out)


def _outlived(path: Path) -> Problem:
    sentence = f"“{path.name}” was made of an earlier edition of this book and stands beside the new one"
    hint = "build it again with the same option, or delete it"
    return Problem(Place(str(path)), "copies-are-of-this-edition", sentence, hint, severity=Severity.WARNING)


def _standing(store: Store, made_from: str, out: Path) -> Finished | None:
    """What was delivered of this very book before, if it still stands in `out` to the byte."""
    known: tuple[Standing, Finished] | None = store.get(made_from)
    return known[1] if known and known[0].stands(out) else None


def preview(folder: Path, press: Press, wish: Wish = _WHOLE) -> Preview:
    """The web edition and the printed pages as they would be, not proved and not delivered; Refused as in `build`."""
    from onrecord.editions import html

    book, warnings = read(folder, wish, press)
    book, doubts = _pointed(book, folder, press, _silent, wish)
    printed, reservations = _printed(book, folder, press, _silent, needed=False)
    files = html.make(book, folder, printed.pagination if printed else None, press)
    return Preview(book, files, printed, (*warnings, *doubts, *reservations))


def prove(
    folder: Path, out: Path, paths: Sequence[Path], press: Press, progress: Progress, wish: Wish = _WHOLE
) -> Finished:
    """The finished copies (those named, or all of the book in `out`) hold the manuscript as it is now, or Refused."""
    with _recover_out(folder, out) as ignored:
        finished = _prove(folder, out.absolute(), paths, press, progress, wish)
    return replace(finished, warnings=(*ignored, *finished.warnings))


@contextlib.contextmanager
def _recover_out(folder: Path, out: Path) -> Iterator[tuple[Problem, ...]]:
    """Finish an interrupted delivery in `out`; give its warnings, and add them to a refusal.

    Refused if a link in the book's folder leads to an `out` elsewhere.
    """
    out = out.absolute()
    refuse_link_out(out, folder, "--out")
    ignored = delivery.recover(out)
    try:
        yield ignored
    except Refused as refused:
        if not ignored:
            raise
        raise Refused((*ignored, *refused.problems)) from refused


def _prove(folder: Path, out: Path, paths: Sequence[Path], press: Press, progress: Progress, wish: Wish) -> Finished:
    progress("read", 0, 0, str(folder))
    book, warnings = read(folder, wish, press, progress)
    book, _ = _pointed(supplement.of(book, folder, out), folder, press, progress, wish)
    paths = delivery_record.spread(path.absolute() for path in paths) or delivery_record.standing(book, out)
    opened = {path: delivery_record.open_copy(path) for path in paths}
    made = {path: files[""] for path, (format_, files) in opened.items() if _is_made(book, format_, files)}
    editions = {path: found for path, found in opened.items() if path not in made}
    try:
        reports = _proved(book, editions.values(), _Papers(press), progress)
        told = _judged(book, folder, made, press, progress, wish) if made else ()
    except Refused as refused:
        hint = "the file and the manuscript differ: build again, or bring the manuscript back"
        raise Refused(
            replace(one, hint=hint if one.hint == proof.HINT else one.hint) for one in refused.problems
        ) from None
    return Finished(tuple(editions), reports, warnings, told)


def _is_made(book: Book, format_: str, files: Files) -> bool:
    """Whether a finished file was made of a bound edition."""
    if format_ == "pdf":
        return proof.described(book, files[""]).kind is not proof.Kind.EDITION
    return format_ == "register"


def _judged(
    book: Book, folder: Path, files: Mapping[Path, bytes], press: Press, progress: Progress, wish: Wish
) -> tuple[tuple[Path, str], ...]:
    """What was made of the editions says and paints what these do, as the manuscript makes them now."""
    from onrecord.pipeline import finish

    order = finish.order(book, folder, wish.finishing)
    printed, _ = _printed(book, folder, press, progress, needed=True)
    editions = _make_pdf(book, folder, printed, press)
    _proved(book, [("pdf", editions)], _Papers(press), progress)
    found = order.judged(book, folder, editions, files, press, progress)
    if problems := [problem for _, _, more in found for problem in more]:
        raise Refused(problems)
    return tuple((path, sentence) for path, sentence, _ in found)


def read(
    folder: Path, wish: Wish = _WHOLE, press: Press | None = None, progress: Progress = _silent
) -> tuple[Book, tuple[Problem, ...]]:
    """The checked book, or the pack of it, and its warnings; Refused with all problems if there is an error among them."""
    whole, warnings = _whole(folder, press, progress)
    now = Gate(_now(), wish.released)
    chosen, held = (
        selection.survey(folder, whole, wish.pack, now, merged=wish.merged)
        if wish.pack
        else clearance.opened(whole, now)
    )
    releases, needless = clearance.releases(whole, now)
    problems = in_order((*warnings, *held, *needless))
    if chosen is None or errors(problems):
        raise Refused(problems)
    return replace(chosen, releases=releases), problems


def _whole(folder: Path, press: Press | None = None, progress: Progress = _silent) -> tuple[Book, tuple[Problem, ...]]:
    """All of the book, whether it may go out or not."""
    book, problems = read_book.survey(folder, press, partial(progress, "read"))
    problems = in_order((*problems, *(checks.check(book) if book else ())))
    if book is None or errors(problems):
        raise Refused(problems)
    return book, problems


def _now() -> datetime:
    """The clock, or SOURCE_DATE_EPOCH. It decides what may go out, and enters no file."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    return datetime.fromtimestamp(int(epoch), UTC) if epoch.isdigit() else datetime.now(UTC)


def _pointed(
    book: Book, folder: Path, press: Press, progress: Progress, wish: Wish
) -> tuple[Book, tuple[Problem, ...]]:
    """A pack whose interviews say on which pages of the book they stand; any other book as it is."""
    if book.pack is None:
        return book, ()
    whole = selection.printable(book, Gate(_now(), wish.released))
    printed, doubts = _printed(whole, folder, press, progress, needed=False)
    pointed = selection.pointed(book, printed.pagination if printed else None)
    if printed and (problems := proof.prove_pointers(pointed, _Papers(press).of(printed.data))):
        raise Refused(problems)
    return pointed, doubts


def packs_of(folder: Path) -> tuple[tuple[str, Book | None, tuple[Problem, ...]], ...]:
    """Each pack by its name, what it would hold now, and its problems."""
    whole, _ = _whole(folder)
    now = Gate(_now())
    return tuple((name, *selection.survey(folder, whole, name, now)) for name in pack_files.names(folder))


def check(folder: Path, wish: Wish = _WHOLE) -> tuple[Book, tuple[Problem, ...]]:
    """Like `read`; every character can be printed too, and every pack of a whole book is right."""
    from onrecord.editions.pdf.pages.printable import unprintable
    from onrecord.pipeline import finish

    book, warnings = read(folder, wish)
    finish.order(book, folder, Wanted(print_shop=True))
    more = unprintable(book, folder)
    if not wish.pack:
        more = (*more, *(problem for _, _, found in packs_of(folder) for problem in errors(found)))
    if more:
        raise Refused((*warnings, *more))
    return book, warnings


def understood(folder: Path, *, as_json: bool, wish: Wish = _WHOLE) -> str:
    """The outline of the book, for scripts or for people; of a whole book with what may not go out yet, too."""
    book, _ = read(folder, wish) if wish.pack else _whole(folder)
    return outline.as_json(book) if as_json else outline.as_text(book)


def clean(folder: Path, cache: Path | None = None) -> int:
    """Afterwards nothing is kept of earlier builds; how many bytes that was."""
    return _store(folder, cache).clear()


def _store(folder: Path, cache: Path | None) -> Store:
    """Return the store in `cache`, or that of the book.

    Refused if it cannot be there, or if what is there is not ours to delete.
    """
    home = cache or folder / CACHE
    place = Place("--cache" if cache else str(home.absolute()))
    refuse_link_out(home, folder, "--cache")
    if os.path.exists(home) and not os.path.isdir(home):  # noqa: PTH110, PTH112 - a Path raises where it may not look
        sentence = f"{home} is a file; work is kept in a folder"
        raise Refused([Problem(place, "cache-is-a-folder", sentence, "name another one: --cache DIR")])
    store = Store(home)
    if store.is_foreign():
        sentence = f"{home} is not empty, and it is no cache of On Record; nothing in it was changed"
        raise Refused([Problem(place, "cache-is-ours", sentence, _hint_another_cache(home, cache))])
    return store


def _hint_another_cache(home: Path, cache: Path | None) -> str:
    if cache:
        return f"name a folder that is new or empty: --cache {shlex.quote(str(home / 'onrecord'))}"
    return f"delete {home} yourself, or name another folder: --cache DIR"


@dataclass(frozen=True, slots=True)
class Preview:
    """A book while somebody writes it: the files of its web edition, and the print edition if it can be printed."""

    book: Book
    files: Files
    printed: Printed | None
    warnings: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Finished:
    """Proved copies, what was found in each, and what an editor should look at."""

    paths: tuple[Path, ...]
    reports: tuple[Report, ...]
    warnings: tuple[Problem, ...]
    further: tuple[tuple[Path, str], ...] = ()  # what was made of the printed editions

    def lines(self) -> tuple[tuple[Path, str], ...]:
        """Each copy with a sentence about its proof."""
        editions = ((path, summary([report])) for path, report in zip(self.paths, self.reports, strict=True))
        return (*editions, *self.further)


# --- the editions ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Edition:
    """How a format is bound and how it is read back; one cannot be registered without the other."""

    make: Callable[[Book, Path, Printed | None, Press], Files]
    prove: Callable[[Book, Files, _Papers], Report]


class _Papers:
    """PDF files, each read back once on the press."""

    def __init__(self, press: Press) -> None:
        self.press = press
        self._begun: dict[bytes, Future[proof.Printed]] = {}

    def expect(self, data: bytes, book: Book | None = None, spans: tuple[Span, ...] = ()) -> None:
        """Begin to read, leaf by leaf if it is a book that was bound into spans; whoever asks later need not wait so long."""
        if data not in self._begun:
            future = self._begun[data] = Future()
            threading.Thread(target=self._read, args=(data, book, spans, future), daemon=True).start()

    def of(self, data: bytes) -> proof.Printed:
        """What PDFium reads in it; the bytes themselves where it cannot, for the proof to say so."""
        self.expect(data)
        return self._begun[data].result()

    def _read(self, data: bytes, book: Book | None, spans: tuple[Span, ...], future: Future[proof.Printed]) -> None:
        try:
            future.set_result(
                proof.hear(book, data, spans, self.press) if book and spans else proof.read(data, self.press)
            )
        except proof.UnreadableError:
            future.set_result(data)
        except BaseException as error:
            future.set_exception(error)


# Editions are imported when they are used: the layout engine alone takes half a second.


def _made_ready(fonts: tuple[tuple[str, bytes], ...]) -> None:
    """Load what a worker needs to lay out. Runs in a worker."""
    from onrecord.editions.pdf.typeset import weasyprint_adapter

    weasyprint_adapter.make_ready(fonts)


def _printed(
    book: Book, folder: Path, press: Press, progress: Progress, *, needed: bool
) -> tuple[Printed | None, tuple[Problem, ...]]:
    """The print edition, whose pages the others number; where it is not needed it may fail with a warning."""
    from onrecord.editions.pdf import edition

    try:
        return edition.make(book, folder, press, partial(progress, "set")), ()
    except Refused as refused:
        if needed:
            raise
        sentence = f"there are no page numbers, because the book cannot be printed: {refused.problems[0].sentence}"
        hint = "see all that is wrong: python build.py check"
        return None, (
            Problem(refused.problems[0].place, "pages-are-numbered", sentence, hint, severity=Severity.WARNING),
        )


def _make_pdf(_book: Book, _folder: Path, printed: Printed | None, _press: Press) -> Files:
    assert printed is not None
    return {"": printed.data, **({LARGE_PRINT: printed.large} if printed.large else {})}


def _make_epub(book: Book, folder: Path, printed: Printed | None, press: Press) -> Files:
    from onrecord.editions import epub

    return {"": epub.make(book, folder, printed.pagination if printed else None, press)}


def _make_html(book: Book, folder: Path, printed: Printed | None, press: Press) -> Files:
    from onrecord.editions import html

    return html.make(book, folder, printed.pagination if printed else None, press)


def _prove_pdf(book: Book, files: Files, papers: _Papers) -> Report:
    """The PDF, and large print beside it: the same words on other pages."""
    reports = [proof.prove_pdf(book, papers.of(data)) for data in files.values()]
    pages = (
        proof.prove_normal_pages(book, papers.of(files[""]), papers.of(files[LARGE_PRINT]))
        if LARGE_PRINT in files
        else ()
    )
    return replace(reports[0], problems=(*(one for report in reports for one in report.problems), *pages))


EDITIONS: dict[str, Edition] = {
    "pdf": Edition(_make_pdf, _prove_pdf),
    "epub": Edition(_make_epub, lambda book, files, papers: proof.prove_epub(book, files[""], papers.press)),
    "html": Edition(_make_html, lambda book, files, papers: proof.prove_html(book, files, papers.press)),
}


def _path(book: Book, name: str, file: str) -> str:
    if not file:
        return delivery_record.name_of(book, name)
    return f"{book.slug}{file}" if file == LARGE_PRINT else f"{book.slug}/{file}"


def _proved(book: Book, copies: Iterable[tuple[str, Files]], papers: _Papers, progress: Progress) -> tuple[Report, ...]:
    """A report without problems for each copy; Refused with the problems of all if there are any."""
    copies = list(copies)
    found: dict[int, Report] = {}
    for index, (name, files) in sorted(
        enumerate(copies), key=lambda one: one[1][0] == "pdf"
    ):  # workers still read that
        progress("prove", len(found), len(copies), name)
        found[index] = EDITIONS[name].prove(book, files, papers)
    reports = tuple(found[index] for index in range(len(copies)))
    problems = [problem for report in reports for problem in report.problems]
    if problems:
        raise Refused(problems)
    return reports


def _prove_pages(book: Book, printed: proof.Printed, copies: Mapping[str, Files], press: Press) -> None:
    """Page 14 is page 14: the page marks of the e-book and of the web stand where the printed pages begin."""
    epub = copies["epub"][""] if "epub" in copies else None
    problems = proof.prove_twins(book, printed, epub, copies.get("html"), press)
    if problems:
        raise Refused(problems)
