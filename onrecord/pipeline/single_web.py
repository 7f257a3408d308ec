"""Make the web edition in one file of the proved site, and prove one that was made earlier."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from onrecord import proof
from onrecord.finishing.single_file import make_single_file
from onrecord.model import Book, SourceLocation
from onrecord.model.book import OfferedFile
from onrecord.model.problems import Problem, Refused
from onrecord.model.rule import Rule, Severity
from onrecord.pipeline import offprints
from onrecord.pipeline.delivery_record import SINGLE, FinishedGroup
from onrecord.pipeline.formats import FORMATS, Files, print_book, prove_copies
from onrecord.pipeline.offered_files import list_offered_kinds
from onrecord.pipeline.options import Progress
from onrecord.pipeline.pdf_reader import PdfReader
from onrecord.runtime.task_runner import TaskRunner
from onrecord.wording import contributors

_MOST_BYTES = 100_000_000  # a browser needs several times as much memory
_MOST_BYTES_OF_MAIL = 15_000_000  # 20 MB are usual for a message, and an attachment grows by a third
_HINT = "give readers the folder or the address of the web edition, or make the pictures smaller"


def make_group(book: Book, files: Files) -> FinishedGroup:
    """Return the one file, proved; raise Refused with what the proof found, or if it is too large."""
    data = _make(book, files)
    place = book.location
    if len(data) > _MOST_BYTES:
        sentence = f"the web edition in one file would have {_format_size(data)}; {_MOST_BYTES // 1_000_000} MB may be"
        raise Refused([Problem(place, Rule.SINGLE_FILE_CAN_BE_OPENED, sentence, _HINT)])
    if problems := proof.prove_single_file(book, files, data, place):
        raise Refused(problems)
    warnings = []
    if len(data) > _MOST_BYTES_OF_MAIL:
        sentence = f"the web edition in one file has {_format_size(data)}: too large for many mail servers"
        problem = Problem(place, Rule.SINGLE_FILE_CAN_BE_SENT, sentence, _HINT, severity=Severity.WARNING)
        warnings.append(problem)
    return FinishedGroup(SINGLE, {SINGLE: data}, "", _describe(data), tuple(warnings))


def prove_earlier_file(
    book: Book, folder: Path, data: bytes, runner: TaskRunner, progress: Progress, place: SourceLocation
) -> tuple[str, tuple[Problem, ...]]:
    """Compare a file that was made earlier with the site as it is made now: a sentence, and the problems."""
    try:
        printed, _ = print_book(book, folder, runner, progress, is_required=False)
        book = replace(
            book, has_offprints=book.has_offprints and printed is not None, offered=_read_offered(book, data)
        )
        files = {
            **FORMATS["html"].make(book, folder, printed, runner),
            **offprints.print_for_web(book, printed, folder, runner, progress),
            **{file.name_file(book.slug): b"" for file in book.offered},  # only the links to them are in the file
        }
        prove_copies(book, [("html", files)], PdfReader(runner), progress, folder)
    except Refused as refused:
        return "", refused.problems
    return _describe(data), proof.prove_single_file(book, files, data, place)


def _make(book: Book, files: Mapping[str, bytes]) -> bytes:
    """Return the one file: the first page, the interviews, the people, the changes, the index."""
    people = contributors.list_contributors(book)
    interviews = (f"{interview.slug}.html" for interview in book.interviews)
    lists = ("edition-changes.html", "book-index.html")
    pages = ["index.html", *interviews, "contributors.html", *(person.page for person in people), *lists]
    return make_single_file(files, pages, book.url or f"{book.slug}/")


def _describe(data: bytes) -> str:
    """Return what the file is and what was proved of it."""
    return f"the web edition in one file, {_format_size(data)}: every page of the proved site, element by element"


def _format_size(data: bytes) -> str:
    """Return the size of a file: “740 kB”, “1.4 MB”."""
    size = len(data)
    return f"{-(-size // 1000)} kB" if size < 1_000_000 else f"{size / 1_000_000:.1f} MB"


def _read_offered(book: Book, data: bytes) -> tuple[OfferedFile, ...]:
    """Return the editions that the first page of the file offers, with the sizes that it says."""
    offered = []
    for kind in list_offered_kinds(book):
        name = re.escape(OfferedFile(kind, 0).name_file(book.slug))
        match = re.search(
            rf'href="[^"]*{name}"[^>]*download>[^<]*<span class="size">(\d+) (kB|MB)<', data.decode("utf-8", "replace")
        )
        if match:
            offered.append(OfferedFile(kind, int(match[1]) * (1000 if match[2] == "kB" else 1_000_000)))
    return tuple(offered)
