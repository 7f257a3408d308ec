"""The whole press on one page: read → assemble → check → set → bind → prove → deliver."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from onrecord import checks, delivery, manuscript, outline, proof
from onrecord.model import Book, Place
from onrecord.problems import Problem, Refused, errors, in_order, quoted
from onrecord.proof import Report, record

Files = Mapping[str, bytes]  # relative posix name -> bytes
Progress = Callable[[str, int, int, str], None]  # verb, done, total, what


@dataclass(frozen=True, slots=True)
class Delivered:
    """What a build or a proof has to show: the copies, what was found in each, and what to look at."""

    copies: tuple[tuple[Path, Report], ...]
    warnings: tuple[Problem, ...] = ()


def build(folder: Path, out: Path, formats: Sequence[str], jobs: int, progress: Progress) -> Delivered:
    """Afterwards `out` holds the book in these formats, each proved; or nothing changed and Refused tells why."""
    out = out.absolute()
    delivery.recover(out)
    progress("read", 0, 0, str(folder))
    book, warnings = read(folder)  # read, assemble, check
    copies: dict[str, Files] = {}
    for name in formats:
        progress("set and bind", len(copies), len(formats), name)
        copies[name] = EDITIONS[name].make(book, folder, jobs)
    reports: dict[str, Report] = {}
    for name, files in copies.items():
        progress("prove", len(reports), len(copies), name)
        reports[name] = EDITIONS[name].prove(book, files)
    _refuse_unproved(reports.values(), folder)
    progress("deliver", 0, 0, str(out))
    delivery.deliver(out, _everything(book, out, copies, reports))
    return Delivered(tuple((out / EDITIONS[name].shown(book), report) for name, report in reports.items()), warnings)


def prove(folder: Path, out: Path, files: Sequence[Path], progress: Progress) -> Delivered:
    """Compare finished copies (all of the book in `out`, or those named) with the manuscript as it is now."""
    out = out.absolute()
    delivery.recover(out)
    book, warnings = read(folder)
    copies = [_opened(path.absolute()) for path in files or _delivered(book, out)]
    reports = []
    for name, found in copies:
        progress("prove", len(reports), len(copies), name)
        reports.append(EDITIONS[name].prove(book, found))
    _refuse_unproved(reports, folder)
    paths = files or _delivered(book, out)
    return Delivered(tuple(zip(paths, reports, strict=True)), warnings)


def read(folder: Path) -> tuple[Book, tuple[Problem, ...]]:
    """The checked book and its warnings; Refused with all problems if there is an error among them."""
    book, problems = manuscript.survey(folder)
    problems = quoted(in_order((*problems, *(checks.check(book) if book else ()))), folder)
    if book is None or errors(problems):
        raise Refused(problems)
    return book, problems


def understood(folder: Path, *, as_json: bool) -> str:
    """The outline of the book, for scripts or for people."""
    book, _ = read(folder)
    return outline.as_json(book) if as_json else outline.as_text(book)


# --- the editions ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Edition:
    """How a format is made, and how it is read back; one cannot be registered without the other.

    `suffix` is what its name ends in after the book's slug: a file, or "/" for a folder.
    """

    suffix: str
    make: Callable[[Book, Path, int], Files]
    prove: Callable[[Book, Files], Report]

    def shown(self, book: Book) -> str:
        """The name of the copy that somebody opens, relative to the out folder."""
        return f"{book.slug}{self.suffix}" + ("index.html" if self.suffix == "/" else "")


# Editions are imported when they are used: the layout engine alone takes half a second.


def _make_pdf(book: Book, folder: Path, jobs: int) -> Files:
    from onrecord.editions import pdf

    return {"": pdf.make(book, folder, jobs)}


def _make_epub(book: Book, folder: Path, _jobs: int) -> Files:
    from onrecord.editions import epub

    return {"": epub.make(book, folder)}


def _make_html(book: Book, folder: Path, _jobs: int) -> Files:
    from onrecord.editions import html

    return html.make(book, folder)


EDITIONS: dict[str, Edition] = {
    "pdf": Edition(".pdf", _make_pdf, lambda book, files: proof.prove_pdf(book, files[""])),
    "epub": Edition(".epub", _make_epub, lambda book, files: proof.prove_epub(book, files[""])),
    "html": Edition("/", _make_html, proof.prove_html),
}


# --- proving and delivering -----------------------------------------------------------------------


def _refuse_unproved(reports: Iterable[Report], folder: Path) -> None:
    problems = [problem for report in reports for problem in report.problems]
    if errors(problems):
        raise Refused(quoted(in_order(problems), folder))
