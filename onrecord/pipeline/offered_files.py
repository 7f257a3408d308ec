"""Put the PDF and the e-book into the web edition that is built with them, for readers to take along."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from onrecord.model import Book
from onrecord.model.book import OfferedFile
from onrecord.model.problems import Problem
from onrecord.pipeline.formats import FORMATS, Files
from onrecord.pipeline.pdf_reader import PdfReader

_OFFERED = ("pdf", "epub")


def offer_files(book: Book, copies: Mapping[str, Files]) -> Book:
    """Return the book with the editions that its web edition offers: those that are bound, unless it offers none.

    A pack offers none: who may read it gets the file that is meant for them.
    """
    if not _may_offer(book):
        return replace(book, offered=())
    return replace(book, offered=tuple(OfferedFile(name, len(copies[name][""])) for name in _OFFERED if name in copies))


def list_offered_files(book: Book, copies: Mapping[str, Files]) -> dict[str, bytes]:
    """Return the offered editions by their names in the web edition."""
    return {file.name_file(book.slug): copies[file.format][""] for file in book.offered}


def read_offered_files(book: Book, files: Files) -> Book:
    """Return the book with the editions that the files of a web edition hold."""
    held = {name: files.get(OfferedFile(name, 0).name_file(book.slug)) for name in _OFFERED}
    sizes = {name: len(data) for name, data in held.items() if data is not None and _may_offer(book)}
    return replace(book, offered=tuple(OfferedFile(name, size) for name, size in sizes.items()))


def prove_offered_files(
    book: Book, files: Files, copies: Mapping[str, Files], pdfs: PdfReader, folder: Path
) -> tuple[Problem, ...]:
    """Return the problems of the editions that a web edition holds; one that is among `copies` is proved with those."""
    problems: list[Problem] = []
    for file in book.offered:
        data = files.get(file.name_file(book.slug), b"")
        if file.format not in copies or copies[file.format][""] != data:
            problems += FORMATS[file.format].prove(book, {"": data}, pdfs, folder).problems
    return tuple(problems)


def list_offered_kinds(book: Book) -> tuple[str, ...]:
    """Return the formats that the web edition of the book may offer."""
    return _OFFERED if _may_offer(book) else ()


def _may_offer(book: Book) -> bool:
    """Return whether the web edition of the book offers other editions."""
    return book.has_downloads and book.pack is None
