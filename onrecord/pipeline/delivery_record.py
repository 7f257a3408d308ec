"""What the out folder holds of a book, and the record of what was proved about it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import NotRequired, TypedDict

from onrecord import proof
from onrecord.model import Book, SourceLocation
from onrecord.model.problems import Problem, Refused
from onrecord.model.rule import Rule
from onrecord.pipeline.formats import FORMATS, name_main_file
from onrecord.pipeline.pdf_reader import LARGE_PRINT
from onrecord.proof import InterviewReport, Report, find_excess
from onrecord.proof.record import FileRecord, FinishedRecord, detect_format, format_record
from onrecord.runtime.folders import read_file, resolve_inside

__all__ = [
    "BOOKLET",
    "COPIES",
    "COVER",
    "PRINT_FILE",
    "PRINT_SHOP",
    "RECEIPTS",
    "REGISTER",
    "SINGLE",
    "FinishedGroup",
    "expand_copy_folders",
    "find_delivered_files",
    "find_stale_files",
    "open_copy",
    "read_digests",
    "update_record",
]

# After the slug: what is made of a bound edition.
BOOKLET, PRINT_SHOP, PRINT_FILE, COPIES = ".booklet.pdf", ".print-shop.pdf", ".print-file.pdf", ".copies"
COVER = ".cover.pdf"
SINGLE = ".single.html"
REGISTER, RECEIPTS = f"{COPIES}/register.csv", f"{COPIES}/receipts.pdf"
_WITH_PARTS = (".pdf", ".epub")  # files of which the record also lists the parts
_MOST_BYTES = 1_000_000_000  # of a finished file, or of all files of a web edition
_FURTHER_PDFS = (
    LARGE_PRINT,
    COVER,
    *(end + name for end in ("", LARGE_PRINT.removesuffix(".pdf")) for name in (BOOKLET, PRINT_SHOP, PRINT_FILE)),
)


@dataclass(frozen=True, slots=True)
class FinishedGroup:
    """Proved files made of an edition, by what follows the slug in their names.

    `kind` is the file or folder that an editor opens, `edition` the end of the edition's name ("": normal print),
    `proved` a sentence about the proof. `warnings` are about files that are right as they are.
    """

    kind: str
    files: Mapping[str, bytes]
    edition: str
    proved: str
    warnings: tuple[Problem, ...] = ()


# --- what is in the out folder ------------------------------------------------------------------------


def find_delivered_files(book: Book, out: Path) -> tuple[Path, ...]:
    """Return the delivered files of the book in `out`; raise Refused if there is none."""
    names = [
        *(name_main_file(book, format_name) for format_name in FORMATS),
        *(book.slug + name for name in (*_FURTHER_PDFS, SINGLE)),
    ]
    paths = (*(out / name for name in names if (out / name).is_file()), *_list_copy_files(out / f"{book.slug}{COPIES}"))
    if not paths:
        sentence = f"There is no finished copy of “{book.slug}” in “{out}”."
        raise Refused(
            [
                Problem(
                    SourceLocation(str(out)), Rule.COPY_EXISTS, sentence, "build one first, or name the file to prove"
                )
            ]
        )
    return paths


def _list_copy_files(folder: Path) -> tuple[Path, ...]:
    """Return the files of a folder of numbered copies."""
    return tuple(path for path in sorted(folder.glob("*")) if path.suffix in (".pdf", ".csv"))


def expand_copy_folders(paths: Iterable[Path]) -> tuple[Path, ...]:
    """Return the paths, with the files of each folder of numbered copies in its place."""
    groups = [_list_copy_files(path) if (path / Path(REGISTER).name).is_file() else (path,) for path in paths]
    return tuple(path for group in groups for path in group)


def open_copy(path: Path) -> tuple[str, dict[str, bytes]]:
    """Return the format of a finished copy and its files ("" is the only file of a PDF, an EPUB or a register).

    The web edition is named by its folder or by any page at its top. Raises Refused if it is none of ours.
    """
    try:
        _refuse_large_copy(path)
        if path.is_dir():
            return "html", _refuse_excess(path, "html", _read_tree(path))
        data = read_file(path)
    except OSError as error:
        sentence = f"The copy cannot be opened ({error.strerror or error})."
        raise Refused(
            [Problem(SourceLocation(str(path)), Rule.COPY_CAN_BE_READ, sentence, "look at the name again")]
        ) from error
    format_name = detect_format(data)
    if not format_name:
        sentence = "This is neither a PDF nor an EPUB nor a web edition."
        raise Refused(
            [
                Problem(
                    SourceLocation(str(path)), Rule.COPY_IS_AN_EDITION, sentence, "name a file that a build delivered"
                )
            ]
        )
    return format_name, _refuse_excess(
        path, format_name, _read_tree(path.parent) if format_name == "html" else {"": data}
    )


def _refuse_large_copy(path: Path) -> None:
    """Raise Refused for a file, or a folder of files, that is too large to be an edition."""
    size = 0
    for file in path.rglob("*") if path.is_dir() else (path,):
        size += file.lstat().st_size
        if size > _MOST_BYTES:
            raise _refuse_copy(path, f"it has more than {_MOST_BYTES // 1_000_000} MB")


def _refuse_excess(path: Path, format_name: str, files: dict[str, bytes]) -> dict[str, bytes]:
    """Return the files; raise Refused if they would unpack to more than an edition does."""
    if excess := find_excess(format_name, files):
        raise _refuse_copy(path, excess)
    return files


def _refuse_copy(path: Path, reason: str) -> Refused:
    """Return, to be raised, the refusal of a copy that is not opened for this reason."""
    sentence = f"The copy cannot be opened ({reason})."
    hint = "name a file that a build delivered"
    return Refused([Problem(SourceLocation(str(path)), Rule.COPY_CAN_BE_READ, sentence, hint)])


def _read_tree(folder: Path) -> dict[str, bytes]:
    """Return the bytes of every file below a folder, by its path relative to the folder.

    A link, a pipe or a device is not read: it counts as a file without bytes, so that it is named as one too many.
    """
    paths = (path for path in sorted(folder.rglob("*")) if path.is_symlink() or not path.is_dir())
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() if path.is_file() and not path.is_symlink() else b""
        for path in paths
    }


def find_stale_files(book: Book, out: Path, record: bytes, formats: Sequence[str]) -> tuple[Path, ...]:
    """Return what stands in `out` and was made of earlier editions in these formats: the record lacks it."""
    recorded_names = set(json.loads(record)["files"])
    names = (*(_FURTHER_PDFS if "pdf" in formats else ()), *([SINGLE] if "html" in formats else []))
    candidates = [out / f"{book.slug}{name}" for name in names]
    stale = [path for path in candidates if path.is_file() and path.name not in recorded_names]
    copies = out / f"{book.slug}{COPIES}"
    if "pdf" in formats and copies.is_dir() and not any(name.startswith(f"{copies.name}/") for name in recorded_names):
        stale.append(copies)
    return tuple(stale)


# --- the record ---------------------------------------------------------------------------------------


def update_record(
    book: Book,
    out: Path,
    files: Mapping[str, bytes],
    reports: Sequence[Report],
    further: Sequence[FinishedGroup] = (),
    delivery: Mapping[str, object] | None = None,
    list_parts: Callable[[bytes], dict[str, str]] | None = None,
) -> tuple[str, bytes]:
    """Return name and bytes of the record: of these files, and of all else of the book that is in `out` as proved.

    `list_parts` returns the SHA-256 of each part of a file, as `proof.list_parts` does.
    """
    record_name = f"{book.slug}.proof.json"
    list_parts_once = cache(list_parts or proof.list_parts)  # a web edition may offer the other files of the same build
    records = {
        name: _build_file_record(data, list_parts_once(data) if name.endswith(_WITH_PARTS) else None)
        for name, data in files.items()
    }
    new_formats = {report.format for report in reports}
    earlier = _read_earlier_record(out / record_name)
    earlier_reports = []
    for report, earlier_files in earlier.editions:
        if report.format not in new_formats and _are_unchanged(out, earlier_files):
            earlier_reports.append(report)
            records |= earlier_files
    finished = [_record_finished(book, group, records) for group in further]
    digests = {*(record.sha256 for record in records.values()), _compute_site_digest(book, records)}
    new_kinds = {record.kind for record in finished}
    for finished_record, earlier_files in earlier.finished:
        is_current = finished_record.kind not in new_kinds and finished_record.made_from in digests
        if is_current and _are_unchanged(out, earlier_files):
            finished.append(finished_record)
            records |= earlier_files
    data = format_record(book, records, [*reports, *earlier_reports], finished, delivery or earlier.delivery)
    return record_name, data


def read_digests(record_name: str, record: bytes) -> dict[str, str]:
    """Return the SHA-256 of the record, and of every file that it names."""
    files = json.loads(record)["files"]
    return {
        record_name: hashlib.sha256(record).hexdigest(),
        **{name: file_record["sha256"] for name, file_record in files.items()},
    }


def _record_finished(book: Book, group: FinishedGroup, records: dict[str, FileRecord]) -> FinishedRecord:
    """Return the proof record of one group of finished files, and add their hashes to `records`."""
    files = {f"{book.slug}{name}": _build_file_record(data) for name, data in group.files.items()}
    records |= files
    if group.kind == SINGLE:
        made_from = _compute_site_digest(book, records)
    else:
        made_from = records[f"{book.slug}{group.edition}" if group.edition else name_main_file(book, "pdf")].sha256
    kind = group.kind.lstrip(".-").removesuffix(".pdf").removesuffix(".html")
    return FinishedRecord(kind, tuple(files), made_from, group.proved)


def _compute_site_digest(book: Book, records: Mapping[str, FileRecord]) -> str:
    """Return the SHA-256 of the lines that sha256sum prints for all files of the web edition, sorted by name."""
    lines = (
        f"{record.sha256}  {name}\n" for name, record in sorted(records.items()) if name.startswith(f"{book.slug}/")
    )
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def _are_unchanged(out: Path, records: Mapping[str, FileRecord]) -> bool:
    """Return whether every recorded file is inside `out` with the recorded size and hash."""
    return all(
        resolve_inside(out, name) and _read_file_record(out / name) == replace(record, parts={})
        for name, record in records.items()
    )


def _build_file_record(data: bytes, parts: Mapping[str, str] | None = None) -> FileRecord:
    """Return the SHA-256, the size and the parts of a file's bytes, for the record of a proof."""
    return FileRecord(hashlib.sha256(data).hexdigest(), len(data), parts or {})


def _read_file_record(path: Path) -> FileRecord | None:
    """Return size and hash of a delivered file, or None if it cannot be read."""
    try:
        return _build_file_record(read_file(path))
    except OSError:
        return None


# --- an earlier record --------------------------------------------------------------------------------


class _WordsJson(TypedDict):
    promised: int
    found: int  # a key of the record


class _InterviewJson(TypedDict):
    slug: str
    words: _WordsJson
    byline: str | None
    disclaimer: str | None
    rights: NotRequired[str]


class _EditionJson(TypedDict):
    format: str
    interviews: list[_InterviewJson]


@dataclass(frozen=True, slots=True)
class _EarlierRecord:
    """An earlier record: its editions and what was made of them, each with its files."""

    editions: tuple[tuple[Report, dict[str, FileRecord]], ...] = ()
    finished: tuple[tuple[FinishedRecord, dict[str, FileRecord]], ...] = ()
    delivery: Mapping[str, object] | None = None


def _read_earlier_record(path: Path) -> _EarlierRecord:
    """Return the record of an earlier proof; an empty one if there is none or it is damaged."""
    try:
        record = json.loads(read_file(path))
        files = {
            name: FileRecord(entry["sha256"], entry["size"], dict(entry.get("parts", ())))
            for name, entry in record["files"].items()
        }
        reports = [_parse_report(edition) for edition in record["editions"] if edition["proved"]]
        finished = [
            FinishedRecord(entry["kind"], tuple(entry["files"]), entry["made_from"], entry["proved"])
            for entry in record.get("finished", ())
        ]
        finished_names = {name for entry in finished for name in entry.files}
        formats = {name: _guess_format(name) for name in files if name not in finished_names}
        groups = [
            (report, {name: files[name] for name in formats if formats[name] == report.format}) for report in reports
        ]
        return _EarlierRecord(
            tuple((report, group) for report, group in groups if group),
            tuple((entry, {name: files[name] for name in entry.files}) for entry in finished),
            record.get("delivery"),
        )
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return _EarlierRecord()


def _guess_format(name: str) -> str:
    """Return the format of a delivered file by its name: "html" in a folder, else that of its suffix, or ""."""
    if "/" in name:
        return "html"
    return next((format_name for format_name, row in FORMATS.items() if name.endswith(row.suffix)), "")


def _parse_report(edition: _EditionJson) -> Report:
    """Return the report of a proved edition from the JSON of a proof record."""
    return Report(edition["format"], (), tuple(_parse_interview(interview) for interview in edition["interviews"]))


def _parse_interview(interview: _InterviewJson) -> InterviewReport:
    """Return the report of one interview from the JSON of a proof record."""
    return InterviewReport(
        interview["slug"],
        interview["words"]["promised"],
        interview["words"]["found"],
        interview["byline"] or "",
        interview["disclaimer"] or "",
        interview.get("rights", ""),
    )
