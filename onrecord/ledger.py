"""What the out folder holds of a book, and the record of what was proved about it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from onrecord.model import Book, Place
from onrecord.problems import Problem, Refused
from onrecord.proof import InterviewReport, Report
from onrecord.proof.record import FileRecord, as_json, format_of

__all__ = ["LARGE_PRINT", "SUFFIXES", "hashes", "name_of", "open_copy", "recorded", "standing"]

LARGE_PRINT = "-large-print.pdf"  # what a pack's PDF has beside it, behind the slug
SUFFIXES = {"pdf": ".pdf", "epub": ".epub", "html": "/index.html"}


def name_of(book: Book, format_: str) -> str:
    """What an editor opens, relative to the out folder."""
    return book.slug + SUFFIXES[format_]


def standing(book: Book, out: Path) -> tuple[Path, ...]:
    """The finished copies of the book in `out`; Refused if there is none."""
    names = [*(name_of(book, format_) for format_ in SUFFIXES), *([book.slug + LARGE_PRINT] if book.pack else [])]
    paths = tuple(out / name for name in names if (out / name).is_file())
    if not paths:
        sentence = f"There is no finished copy of “{book.slug}” in “{out}”."
        raise Refused([Problem(Place(str(out)), "copy-exists", sentence, "build one first, or name the file to prove")])
    return paths


def open_copy(path: Path) -> tuple[str, dict[str, bytes]]:
    """The format of a finished copy and its files ("" is the only file of a PDF or an EPUB).

    The web edition is named by its folder or by any page at its top. Refused if it is none of ours.
    """
    try:
        if path.is_dir():
            return "html", _tree(path)
        data = path.read_bytes()
    except OSError as error:
        sentence = f"The copy cannot be opened ({error.strerror or error})."
        raise Refused([Problem(Place(str(path)), "copy-can-be-read", sentence, "look at the name again")]) from error
    format_ = format_of(data)
    if not format_:
        sentence = "This is neither a PDF nor an EPUB nor a web edition."
        raise Refused([Problem(Place(str(path)), "copy-is-an-edition", sentence, "name a file that a build delivered")])
    return format_, _tree(path.parent) if format_ == "html" else {"": data}


def _tree(folder: Path) -> dict[str, bytes]:
    paths = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def recorded(book: Book, out: Path, files: Mapping[str, bytes], reports: Sequence[Report]) -> tuple[str, bytes]:
    """The name and the bytes of the record: of these files, and of other editions that stand in `out` as proved."""
    name = f"{book.slug}.proof.json"
    records = {file: _record(data) for file, data in files.items()}
    fresh = {report.format for report in reports}
    kept = []
    for report, others in _earlier(out / name):
        if report.format not in fresh and all(_record_of(out / file) == record for file, record in others.items()):
            kept.append(report)
            records |= others
    return name, as_json(book, records, [*reports, *kept])


def hashes(name: str, data: bytes) -> dict[str, str]:
    """SHA-256 of the record of that name, and of every file it names."""
    files = json.loads(data)["files"]
    return {name: hashlib.sha256(data).hexdigest(), **{file: found["sha256"] for file, found in files.items()}}


def _record(data: bytes) -> FileRecord:
    return FileRecord(hashlib.sha256(data).hexdigest(), len(data))


def _record_of(path: Path) -> FileRecord | None:
    try:
        return _record(path.read_bytes())
    except OSError:
        return None


def _earlier(path: Path) -> Iterable[tuple[Report, dict[str, FileRecord]]]:
    """The editions of an earlier record, each with its files; none if there is no record or it is damaged."""
    try:
        record = json.loads(path.read_bytes())
        files = {name: FileRecord(found["sha256"], found["size"]) for name, found in record["files"].items()}
        reports = [_report(edition) for edition in record["editions"] if edition["proved"]]
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return []
    formats = {name: _format_by_name(name) for name in files}
    grouped = [(report, {name: files[name] for name in files if formats[name] == report.format}) for report in reports]
    return [(report, group) for report, group in grouped if group]


def _format_by_name(name: str) -> str:
    return "html" if "/" in name else name.rpartition(".")[2]


def _report(edition: Mapping[str, Any]) -> Report:
    return Report(edition["format"], (), tuple(_interview(found) for found in edition["interviews"]))


def _interview(found: Mapping[str, Any]) -> InterviewReport:
    words = found["words"]
    return InterviewReport(
        found["slug"], words["promised"], words["found"], found["byline"] or "", found["disclaimer"] or ""
    )
