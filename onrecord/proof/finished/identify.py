"""Identify files made after binding by what they say about themselves, and prove the register of copies."""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from onrecord.model import Book, Place
from onrecord.model.problems import Problem
from onrecord.model.recipients import NumberedCopy
from onrecord.proof.reading import pdf_pages
from onrecord.proof.reading.ink import read_once, text_of
from onrecord.proof.reading.normalize import letters
from onrecord.proof.reading.pdf_pages import UnreadableError
from onrecord.proof.reading.tag_tree import on_paper
from onrecord.proof.rules.report import HINT
from onrecord.wording import translations
from onrecord.wording.markings import format_copy_stamp


class Kind(StrEnum):
    """What a PDF is. EDITION: a bound book, and every file that is none of the others."""

    EDITION = "edition"
    COPY = "copy"
    BOOKLET = "booklet"
    PRINT_SHOP = "print_shop"
    PRINT_FILE = "all_copies"
    RECEIPTS = "receipts"


@dataclass(frozen=True, slots=True)
class Described:
    """The kind of a file, and whether it was made of the large-print edition."""

    kind: Kind
    large: bool = False


def described(book: Book, data: bytes) -> Described:
    """Return what a PDF is, by its title and keywords in the book's language."""
    try:
        metadata = pdf_pages.about(data)
    except UnreadableError:
        return Described(Kind.EDITION)
    texts, title = translations.words(book.language), metadata.get("Title", "")
    is_large = title.endswith(f" ({texts['large_print']})")
    if re.match(re.escape(texts["copy_of"]).replace(r"\{\}", r"\d+"), metadata.get("Keywords", "")):
        return Described(Kind.COPY, is_large)
    if title == book.title or is_large:
        return Described(Kind.EDITION, is_large)
    for kind in (Kind.BOOKLET, Kind.PRINT_SHOP, Kind.PRINT_FILE):
        if match := re.fullmatch(re.escape(texts[kind.value]).replace(r"\{\}", "(.+)"), title):
            return Described(kind, match[1] == f"{book.title} ({texts['large_print']})")
    return Described(Kind.RECEIPTS if title.startswith(f"{texts['receipts']}: ") else Kind.EDITION)


def copy_on(data: bytes, copies: Sequence[NumberedCopy], language: str) -> NumberedCopy | None:
    """Return the copy whose stamp the first sheet of the file bears, if any. Raise `UnreadableError`."""
    text = _remove_spaces(text_of(read_once(data).sheets[0].runs))
    matches = [copy for copy in copies if _remove_spaces(letters(format_copy_stamp(copy, language))) in text]
    return max(matches, key=lambda copy: len(copy.recipient.name), default=None)


def _remove_spaces(text: str) -> str:
    return "".join(on_paper(text).split())


def prove_register(
    data: bytes, copies: Sequence[tuple[NumberedCopy, bytes]], day: date, place: Place
) -> tuple[Problem, ...]:
    """Return the problems of the register: a row for each copy, in order, with the digest of its file."""
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig", "replace"))))
    problems = []
    if len(rows) != len(copies):
        problems.append(f"has {len(rows)} rows for {len(copies)} copies")
    for row, (copy, file) in zip(rows, copies, strict=False):
        for key, text in _list_register_fields(copy, file, day).items():
            if str(row.get(key) or "").removeprefix("'") != text.removeprefix("'"):
                problems.append(f"says of copy {copy.number}: {key} “{row.get(key)}” instead of “{text}”")
    return tuple(Problem(place, "copies-are-registered", f"the register {what}", HINT) for what in problems)


def _list_register_fields(copy: NumberedCopy, file: bytes, day: date) -> dict[str, str]:
    recipient = copy.recipient
    return {
        "number": str(copy.number),
        "of": str(copy.of),
        "name": recipient.name,
        "organisation": recipient.organisation,
        "file": copy.file,
        "large_print": "yes" if recipient.large_print else "no",
        "sha256": hashlib.sha256(file).hexdigest(),
        "date": day.isoformat(),
    }
