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

from onrecord.model import Book, SourceLocation
from onrecord.model.problems import Problem
from onrecord.model.recipients import NumberedCopy
from onrecord.model.rule import Rule
from onrecord.proof.finished.shaped_stamps import contains_stamp
from onrecord.proof.reading import pdf_pages
from onrecord.proof.reading.normalize import is_in_other_script, normalize_text
from onrecord.proof.reading.painting import join_run_texts, read_pdf_cached
from onrecord.proof.reading.pdf_pages import UnreadablePdfError
from onrecord.proof.reading.printed_texts import fold_glyphs
from onrecord.proof.reading.sentences import expect_copy_stamp
from onrecord.proof.rules.report import HINT
from onrecord.runtime.interface_texts import get_language


class FileKind(StrEnum):
    """What a PDF is. EDITION: a bound book, and every file that is none of the others."""

    EDITION = "edition"
    COPY = "copy"
    BOOKLET = "booklet"
    PRINT_SHOP = "print_shop"
    PRINT_FILE = "all_copies"
    COVER = "cover"
    RECEIPTS = "receipts"


@dataclass(frozen=True, slots=True)
class FileDescription:
    """The kind of a file, and whether it was made of the large-print edition."""

    kind: FileKind
    is_large_print: bool = False


def describe_file(book: Book, data: bytes) -> FileDescription:
    """Return which kind of edition a PDF is, and whether it is large print, by its title and keywords."""
    try:
        metadata = pdf_pages.read_metadata(data)
    except UnreadablePdfError:
        return FileDescription(FileKind.EDITION)
    texts, title = get_language(book.language).texts, metadata.get("Title", "")
    is_large = title.endswith(f" ({texts['large_print']})")
    if re.match(re.escape(texts["copy_of"]).replace(r"\{\}", r"\d+"), metadata.get("Keywords", "")):
        return FileDescription(FileKind.COPY, is_large)
    if title == f"{book.title} ({texts['cover']})":
        return FileDescription(FileKind.COVER)
    if title == book.title or is_large:
        return FileDescription(FileKind.EDITION, is_large)
    for kind in (FileKind.BOOKLET, FileKind.PRINT_SHOP, FileKind.PRINT_FILE):
        if match := re.fullmatch(re.escape(texts[kind.value]).replace(r"\{\}", "(.+)"), title):
            return FileDescription(kind, match[1] == f"{book.title} ({texts['large_print']})")
    return FileDescription(FileKind.RECEIPTS if title.startswith(f"{texts['receipts']}: ") else FileKind.EDITION)


def identify_copy(data: bytes, copies: Sequence[NumberedCopy], language: str) -> NumberedCopy | None:
    """Return the numbered copy whose stamp is on the first sheet of a PDF, or None. Raises `UnreadablePdfError`."""
    runs = read_pdf_cached(data).pages[0].runs
    text = _remove_spaces(join_run_texts(runs))
    stamps = [(copy, normalize_text(expect_copy_stamp(copy, language))) for copy in copies]
    matches = [
        copy
        for copy, stamp in stamps
        if _remove_spaces(stamp) in text or (is_in_other_script(stamp) and contains_stamp(runs, stamp, copy.number))
    ]
    return max(matches, key=lambda copy: len(copy.recipient.name), default=None)


def _remove_spaces(text: str) -> str:
    """Return the text without spaces, with one character for all that look alike, to compare stamps."""
    return "".join(fold_glyphs(text).split())


def prove_register(
    data: bytes, copies: Sequence[tuple[NumberedCopy, bytes]], day: date, place: SourceLocation
) -> tuple[Problem, ...]:
    """Return the problems of the register of numbered copies: a row for each copy with the digest of its file."""
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig", "replace"))))
    problems = []
    if len(rows) != len(copies):
        problems.append(f"has {len(rows)} rows for {len(copies)} copies")
    if [copy.number for copy, _ in copies] != [*range(1, max((copy.copy_count for copy, _ in copies), default=0) + 1)]:
        problems.append(f"lists the copies {', '.join(str(copy.number) for copy, _ in copies)}, which are not all")
    for row, (copy, file) in zip(rows, copies, strict=False):
        for key, text in _expect_register_row(copy, file, day).items():
            if str(row.get(key) or "").removeprefix("'") != text.removeprefix("'"):
                problems.append(f"says of copy {copy.number}: {key} “{row.get(key)}” instead of “{text}”")
    return tuple(Problem(place, Rule.COPIES_ARE_REGISTERED, f"the register {fault}", HINT) for fault in problems)


def _expect_register_row(copy: NumberedCopy, file: bytes, day: date) -> dict[str, str]:
    """Return the row that the register must have for a numbered copy, by column name."""
    recipient = copy.recipient
    return {
        "number": str(copy.number),
        "of": str(copy.copy_count),
        "name": recipient.name,
        "organisation": recipient.organisation,
        "file": copy.file_name,
        "large_print": "yes" if recipient.large_print else "no",
        "sha256": hashlib.sha256(file).hexdigest(),
        "date": day.isoformat(),
    }
