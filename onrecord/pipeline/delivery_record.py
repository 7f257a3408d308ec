"""What the out folder holds of a book, and the record of what was proved about it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NotRequired, TypedDict

from onrecord.model import Book, Place
from onrecord.model.problems import Problem, Refused
from onrecord.proof import InterviewReport, Report
from onrecord.proof.record import FileRecord, FinishedRecord, as_json, format_of
from onrecord.runtime.folders import inside, read_file

__all__ = [
    "BOOKLET",
    "COPIES",
    "LARGE_PRINT",
    "PRINT_FILE",
    "PRINT_SHOP",
    "RECEIPTS",
    "REGISTER",
    "SUFFIXES",
    "Further",
    "Wanted",
    "hashes",
    "name_of",
    "open_copy",
    "outlived",
    "recorded",
    "spread",
    "standing",
]

LARGE_PRINT = "-large-print.pdf"  # what a pack's PDF has beside it, behind the slug
# Behind the slug: what is made of a bound edition.
BOOKLET, PRINT_SHOP, PRINT_FILE, COPIES = ".booklet.pdf", ".print-shop.pdf", ".print-file.pdf", ".copies"
REGISTER, RECEIPTS = f"{COPIES}/register.csv", f"{COPIES}/receipts.pdf"
SUFFIXES = {"pdf": ".pdf", "epub": ".epub", "html": "/index.html"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for beside the editions; numbered copies are asked for by the pack."""

    booklet: bool = False
    print_shop: bool = False
    print_file: bool = False


@dataclass(frozen=True, slots=True)
class Further:
    """What was made of an edition and proved: its files by what stands behind the slug. `proved` is a sentence.

    `kind` is the file, or the folder, that an editor opens; `edition` the end of the edition's name ("": normal print).
    """

    kind: str
    files: Mapping[str, bytes]
    edition: str
    proved: str


def name_of(book: Book, format_: str) -> str:
    """What an editor opens, relative to the out folder."""
    return book.slug + SUFFIXES[format_]


def standing(book: Book, out: Path) -> tuple[Path, ...]:
    """The finished copies of the book in `out`; Refused if there is none."""
    names = [*(name_of(book, format_) for format_ in SUFFIXES), *(book.slug + name for name in _PDFS)]
    paths = (*(out / name for name in names if (out / name).is_file()), *_within(out / f"{book.slug}{COPIES}"))
    if not paths:
        sentence = f"There is no finished copy of “{book.slug}” in “{out}”."
        raise Refused([Problem(Place(str(out)), "copy-exists", sentence, "build one first, or name the file to prove")])
    return paths


_PDFS = (
    LARGE_PRINT,
    *(end + name for end in ("", LARGE_PRINT.removesuffix(".pdf")) for name in (BOOKLET, PRINT_SHOP, PRINT_FILE)),
)


def _within(folder: Path) -> tuple[Path, ...]:
    """The files of a folder of numbered copies."""
    return tuple(path for path in sorted(folder.glob("*")) if path.suffix in (".pdf", ".csv"))


def spread(paths: Iterable[Path]) -> tuple[Path, ...]:
    """The paths, a folder of numbered copies as the files in it."""
    found = [_within(path) if (path / Path(REGISTER).name).is_file() else (path,) for path in paths]
    return tuple(path for group in found for path in group)


def open_copy(path: Path) -> tuple[str, dict[str, bytes]]:
    """The format of a finished copy and its files ("" is the only file of a PDF, an EPUB or a register of copies).

    The web edition is named by its folder or by any page at its top. Refused if it is none of ours.
    """
    try:
        if path.is_dir():
            return "html", _tree(path)
        data = read_file(path)
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


def recorded(
    book: Book,
    out: Path,
    files: Mapping[str, bytes],
    reports: Sequence[Report],
    further: Sequence[Further] = (),
    delivery: Mapping[str, object] | None = None,
) -> tuple[str, bytes]:
    """The name and the bytes of the record: of these files, and of all else of the book that stands in `out` as proved."""
    name = f"{book.slug}.proof.json"
    records = {file: _record(data) for file, data in files.items()}
    fresh = {report.format for report in reports}
    earlier = _earlier(out / name)
    kept = []
    for report, others in earlier.editions:
        if report.format not in fresh and _stand(out, others):
            kept.append(report)
            records |= others
    finished = [_finished(book, one, records) for one in further]
    digests = {record.sha256 for record in records.values()}
    for one, others in earlier.finished:
        if one.kind not in {new.kind for new in finished} and one.made_from in digests and _stand(out, others):
            finished.append(one)
            records |= others
    return name, as_json(book, records, [*reports, *kept], finished, delivery or earlier.delivery)


def _finished(book: Book, one: Further, records: dict[str, FileRecord]) -> FinishedRecord:
    files = {f"{book.slug}{file}": _record(data) for file, data in one.files.items()}
    records |= files
    made_from = records[f"{book.slug}{one.edition}" if one.edition else name_of(book, "pdf")]
    return FinishedRecord(one.kind.lstrip(".-").removesuffix(".pdf"), tuple(files), made_from.sha256, one.proved)


def _stand(out: Path, records: Mapping[str, FileRecord]) -> bool:
    return all(inside(out, file) and _record_of(out / file) == record for file, record in records.items())


def outlived(book: Book, out: Path, record: bytes) -> tuple[Path, ...]:
    """What stands in `out` beside the book's PDF and was made of an earlier edition of it: the record does not name it."""
    known = set(json.loads(record)["files"])
    beside = [out / f"{book.slug}{name}" for name in _PDFS]
    names = [path for path in beside if path.is_file() and path.name not in known]
    copies = out / f"{book.slug}{COPIES}"
    stale = copies.is_dir() and not any(name.startswith(f"{copies.name}/") for name in known)
    return (*names, *([copies] if stale else []))


def hashes(name: str, data: bytes) -> dict[str, str]:
    """SHA-256 of the record of that name, and of every file it names."""
    files = json.loads(data)["files"]
    return {name: hashlib.sha256(data).hexdigest(), **{file: found["sha256"] for file, found in files.items()}}


def _record(data: bytes) -> FileRecord:
    return FileRecord(hashlib.sha256(data).hexdigest(), len(data))


def _record_of(path: Path) -> FileRecord | None:
    try:
        return _record(read_file(path))
    except OSError:
        return None


@dataclass(frozen=True, slots=True)
class _Earlier:
    """An earlier record: its editions and what was made of them, each with its files."""

    editions: tuple[tuple[Report, dict[str, FileRecord]], ...] = ()
    finished: tuple[tuple[FinishedRecord, dict[str, FileRecord]], ...] = ()
    delivery: Mapping[str, object] | None = None


def _earlier(path: Path) -> _Earlier:
    """Nothing if there is no record or it is damaged."""
    try:
        record = json.loads(read_file(path))
        files = {name: FileRecord(found["sha256"], found["size"]) for name, found in record["files"].items()}
        reports = [_report(edition) for edition in record["editions"] if edition["proved"]]
        finished = [
            FinishedRecord(one["kind"], tuple(one["files"]), one["made_from"], one["proved"])
            for one in record.get("finished", ())
        ]
        made = {name for one in finished for name in one.files}
        formats = {name: _format_by_name(name) for name in files if name not in made}
        grouped = [
            (report, {name: files[name] for name in formats if formats[name] == report.format}) for report in reports
        ]
        kept = tuple((report, group) for report, group in grouped if group)
        return _Earlier(
            kept, tuple((one, {name: files[name] for name in one.files}) for one in finished), record.get("delivery")
        )
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return _Earlier()


def _format_by_name(name: str) -> str:
    return "html" if "/" in name else name.rpartition(".")[2]


class _Words(TypedDict):
    promised: int
    found: int


class _InterviewRecord(TypedDict):
    slug: str
    words: _Words
    byline: str | None
    disclaimer: str | None
    rights: NotRequired[str]


class _EditionRecord(TypedDict):
    format: str
    interviews: list[_InterviewRecord]


def _report(edition: _EditionRecord) -> Report:
    return Report(edition["format"], (), tuple(_interview(found) for found in edition["interviews"]))


def _interview(found: _InterviewRecord) -> InterviewReport:
    words = found["words"]
    return InterviewReport(
        found["slug"],
        words["promised"],
        words["found"],
        found["byline"] or "",
        found["disclaimer"] or "",
        found.get("rights", ""),
    )
