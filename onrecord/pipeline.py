"""The whole press on one page: read → assemble → check → set → bind → prove → deliver."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from onrecord import checks, delivery, ledger, manuscript, outline, proof
from onrecord.model import Book
from onrecord.problems import Problem, Refused, Severity, errors, in_order
from onrecord.proof import Report
from onrecord.proof.record import summary

if TYPE_CHECKING:
    from onrecord.editions.pdf import Printed

__all__ = ["EDITIONS", "Edition", "Finished", "build", "check", "prove", "read", "understood"]

Files = Mapping[str, bytes]  # relative posix name -> bytes; a PDF or an EPUB is one file called ""
Progress = Callable[[str, int, int, str], None]  # verb, done, total, what


def build(folder: Path, out: Path, formats: Sequence[str], jobs: int, progress: Progress) -> Finished:
    """Afterwards `out` holds the book in these formats, each proved; or nothing changed and Refused tells why."""
    out = out.absolute()
    delivery.recover(out)
    progress("read", 0, 0, str(folder))
    book, warnings = read(folder)  # read, assemble, check
    printed, reservations = _printed(book, folder, jobs, progress, needed="pdf" in formats)  # set, bind
    copies: dict[str, Files] = {}
    for name in formats:
        progress("bind", len(copies), len(formats), name)
        copies[name] = EDITIONS[name].make(book, folder, printed)
    reports = _proved(book, copies.items(), progress)
    if printed:
        _prove_pages(book, printed.data, copies)
    progress("deliver", 0, 0, str(out))
    files = {_path(book, name, file): data for name, found in copies.items() for file, data in found.items()}
    record, data = ledger.recorded(book, out, files, reports)
    delivery.deliver(out, {**files, record: data})
    paths = tuple(out / ledger.name_of(book, name) for name in formats)
    return Finished(paths, reports, (*warnings, *reservations))


def prove(folder: Path, out: Path, paths: Sequence[Path], progress: Progress) -> Finished:
    """The finished copies (those named, or all of the book in `out`) hold the manuscript as it is now, or Refused."""
    out = out.absolute()
    delivery.recover(out)
    progress("read", 0, 0, str(folder))
    book, warnings = read(folder)
    paths = [path.absolute() for path in paths] or ledger.standing(book, out)
    try:
        reports = _proved(book, [ledger.open_copy(path) for path in paths], progress)
    except Refused as refused:
        hint = "the file and the manuscript differ: build again, or bring the manuscript back"
        raise Refused(replace(problem, hint=hint) for problem in refused.problems) from None
    return Finished(tuple(paths), reports, warnings)


def read(folder: Path) -> tuple[Book, tuple[Problem, ...]]:
    """The checked book and its warnings; Refused with all problems if there is an error among them."""
    book, problems = manuscript.survey(folder)
    problems = in_order((*problems, *(checks.check(book) if book else ())))
    if book is None or errors(problems):
        raise Refused(problems)
    return book, problems


def check(folder: Path) -> tuple[Book, tuple[Problem, ...]]:
    """Like `read`, and every character can be printed too."""
    from onrecord.editions import pdf

    book, warnings = read(folder)
    unprintable = pdf.unprintable(book, folder)
    if unprintable:
        raise Refused((*warnings, *unprintable))
    return book, warnings


def understood(folder: Path, *, as_json: bool) -> str:
    """The outline of the book, for scripts or for people."""
    book, _ = read(folder)
    return outline.as_json(book) if as_json else outline.as_text(book)


@dataclass(frozen=True, slots=True)
class Finished:
    """Proved copies, what was found in each, and what an editor should look at."""

    paths: tuple[Path, ...]
    reports: tuple[Report, ...]
    warnings: tuple[Problem, ...]

    def lines(self) -> tuple[tuple[Path, str], ...]:
        """Each copy with a sentence about its proof."""
        return tuple((path, summary([report])) for path, report in zip(self.paths, self.reports, strict=True))


# --- the editions ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Edition:
    """How a format is bound and how it is read back; one cannot be registered without the other."""

    make: Callable[[Book, Path, Printed | None], Files]
    prove: Callable[[Book, Files], Report]


# Editions are imported when they are used: the layout engine alone takes half a second.


def _printed(
    book: Book, folder: Path, jobs: int, progress: Progress, *, needed: bool
) -> tuple[Printed | None, tuple[Problem, ...]]:
    """The print edition, whose pages the others number; where it is not needed it may fail with a warning."""
    from onrecord.editions import pdf

    try:
        return pdf.make(book, folder, jobs, partial(progress, "set")), ()
    except Refused as refused:
        if needed:
            raise
        sentence = f"there are no page numbers, because the book cannot be printed: {refused.problems[0].sentence}"
        hint = "see all that is wrong: python build.py check"
        return None, (
            Problem(refused.problems[0].place, "pages-are-numbered", sentence, hint, severity=Severity.WARNING),
        )


def _make_pdf(_book: Book, _folder: Path, printed: Printed | None) -> Files:
    assert printed is not None
    return {"": printed.data}


def _make_epub(book: Book, folder: Path, printed: Printed | None) -> Files:
    from onrecord.editions import epub

    return {"": epub.make(book, folder, printed.pagination if printed else None)}


def _make_html(book: Book, folder: Path, printed: Printed | None) -> Files:
    from onrecord.editions import html

    return html.make(book, folder, printed.pagination if printed else None)


EDITIONS: dict[str, Edition] = {
    "pdf": Edition(_make_pdf, lambda book, files: proof.prove_pdf(book, files[""])),
    "epub": Edition(_make_epub, lambda book, files: proof.prove_epub(book, files[""])),
    "html": Edition(_make_html, proof.prove_html),
}


def _path(book: Book, name: str, file: str) -> str:
    return f"{book.slug}/{file}" if file else ledger.name_of(book, name)


def _proved(book: Book, copies: Iterable[tuple[str, Files]], progress: Progress) -> tuple[Report, ...]:
    """A report without problems for each copy; Refused with the problems of all if there are any."""
    copies = list(copies)
    reports: list[Report] = []
    for name, files in copies:
        progress("prove", len(reports), len(copies), name)
        reports.append(EDITIONS[name].prove(book, files))
    problems = [problem for report in reports for problem in report.problems]
    if problems:
        raise Refused(problems)
    return tuple(reports)


def _prove_pages(book: Book, printed: bytes, copies: Mapping[str, Files]) -> None:
    """Page 14 is page 14: the page marks of the e-book and of the web stand where the printed pages begin."""
    epub = copies["epub"][""] if "epub" in copies else None
    problems = proof.prove_twins(book, printed, epub, copies.get("html"))
    if problems:
        raise Refused(problems)
