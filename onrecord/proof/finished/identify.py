"""Tells what a file is that was made after binding, by what it says of itself; and proves the register of copies."""

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
from onrecord.proof.rules.compare import HINT
from onrecord.wording import translations
from onrecord.wording.markings import format_copy_stamp


class Kind(StrEnum):
    """What a PDF of ours is. EDITION: a bound book; and whatever is none of the others."""

    EDITION = "edition"
    COPY = "copy"
    BOOKLET = "booklet"
    PRINT_SHOP = "print_shop"
    PRINT_FILE = "all_copies"
    RECEIPTS = "receipts"


@dataclass(frozen=True, slots=True)
class Described:
    """`large`: made of the large-print edition."""

    kind: Kind
    large: bool = False


def described(book: Book, data: bytes) -> Described:
    """What the file says it is in its title and keywords, in the words of the book's language."""
    try:
        about = pdf_pages.about(data)
    except UnreadableError:
        return Described(Kind.EDITION)
    own, title = translations.words(book.language), about.get("Title", "")
    large = title.endswith(f" ({own['large_print']})")
    if re.match(re.escape(own["copy_of"]).replace(r"\{\}", r"\d+"), about.get("Keywords", "")):
        return Described(Kind.COPY, large)
    if title == book.title or large:
        return Described(Kind.EDITION, large)
    for kind in (Kind.BOOKLET, Kind.PRINT_SHOP, Kind.PRINT_FILE):
        if found := re.fullmatch(re.escape(own[kind.value]).replace(r"\{\}", "(.+)"), title):
            return Described(kind, found[1] == _large(book.title, own))
    return Described(Kind.RECEIPTS if title.startswith(f"{own['receipts']}: ") else Kind.EDITION)


def _large(title: str, own: dict[str, str]) -> str:
    return f"{title} ({own['large_print']})"


def copy_on(data: bytes, copies: Sequence[NumberedCopy], language: str) -> NumberedCopy | None:
    """The one of these copies whose stamp the first sheet of the file bears. Raises `UnreadableError`."""
    first = read_once(data).sheets[0]
    text = "".join(on_paper(text_of(first.runs)).split())
    found = [copy for copy in copies if "".join(on_paper(letters(format_copy_stamp(copy, language))).split()) in text]
    return max(found, key=lambda copy: len(copy.recipient.name), default=None)


def prove_register(
    data: bytes, copies: Sequence[tuple[NumberedCopy, bytes]], day: date, place: Place
) -> tuple[Problem, ...]:
    """What is wrong with the register: a row for each copy, in order, whose digest is that of the copy's file."""
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig", "replace"))))
    problems = []
    if len(rows) != len(copies):
        problems.append(f"has {len(rows)} rows for {len(copies)} copies")
    for row, (copy, file) in zip(rows, copies, strict=False):
        who = copy.recipient
        wanted = {
            "number": str(copy.number),
            "of": str(copy.of),
            "name": who.name,
            "organisation": who.organisation,
            "file": copy.file,
            "large_print": "yes" if who.large_print else "no",
            "sha256": hashlib.sha256(file).hexdigest(),
            "date": day.isoformat(),
        }
        for key, text in wanted.items():
            if str(row.get(key) or "").removeprefix("'") != text.removeprefix("'"):
                problems.append(f"says of copy {copy.number}: {key} “{row.get(key)}” instead of “{text}”")
    return tuple(Problem(place, "copies-are-registered", f"the register {what}", HINT) for what in problems)
