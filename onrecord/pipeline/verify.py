"""Compare finished files with the record that was delivered beside them: byte for byte, and part by part."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from onrecord.model import SourceLocation
from onrecord.model.problems import Problem, Refused
from onrecord.model.rule import Rule, Severity
from onrecord.pipeline.delivery_record import open_copy
from onrecord.proof import list_parts
from onrecord.runtime.folders import read_file_itself

RECORD_SUFFIX = ".proof.json"
_MOST_RECORD_BYTES = 64 * 1024 * 1024
_MOST_NAMES = 8  # that a sentence lists


class FileState(StrEnum):
    """How a finished file compares with a record."""

    DELIVERED = "delivered"  # byte for byte a file that the record names
    OTHER_BYTES = "other bytes"  # of the name of one, but with other bytes
    UNRECORDED = "unrecorded"  # there is no record beside it, or the record does not name it


@dataclass(frozen=True, slots=True)
class RecordedFile:
    """A file that a record names: its SHA-256, and those of its parts by name (empty in older records)."""

    name: str
    sha256: str
    parts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ProofRecord:
    """A record as it was read: the files that it names, and for each edition what was proved, as a sentence.

    `released` are the slugs that `--release` let out.
    """

    path: Path
    data: bytes
    slug: str
    title: str
    files: tuple[RecordedFile, ...]
    editions: Mapping[str, str]
    released: tuple[str, ...] = ()

    def list_web_files(self) -> dict[str, RecordedFile]:
        """Return the files of the web edition, by their names in its folder."""
        prefix = f"{self.slug}/"
        return {file.name.removeprefix(prefix): file for file in self.files if file.name.startswith(prefix)}


@dataclass(frozen=True, slots=True)
class Comparison:
    """How a file compares with a record. `name` is that in the record, `differences` says what differs."""

    state: FileState
    name: str = ""
    differences: tuple[str, ...] = ()
    record: ProofRecord | None = None

    def describe_differences(self) -> str:
        """Return what differs as words for a sentence, the first few by name."""
        hidden = len(self.differences) - _MOST_NAMES
        more = [f"and {hidden} more"] if hidden > 0 else []
        return ", ".join([*self.differences[:_MOST_NAMES], *more])


NO_COMPARISON = Comparison(FileState.UNRECORDED)


def find_record(path: Path, format_name: str) -> Path | None:
    """Return the record beside a finished file, or beside the folder that holds it; None if there is none.

    Where several books are delivered to one folder, the record has the longest slug that the file's name begins with.
    """
    place = path if path.is_dir() else path.parent if format_name == "html" else path
    folders = (place.parent, place.parent.parent)  # the second for numbered copies, in a folder of their own
    for folder, name in zip(folders, (place.name, place.parent.name), strict=True):
        records = [record for record in folder.glob(f"*{RECORD_SUFFIX}") if record.is_file()]
        slugs = sorted((record.name.removesuffix(RECORD_SUFFIX) for record in records), key=len, reverse=True)
        for slug in slugs:
            if name == slug or name.startswith((f"{slug}.", f"{slug}-")):
                return folder / f"{slug}{RECORD_SUFFIX}"
    return None


def read_record(path: Path) -> ProofRecord:
    """Return a record; raise Refused if it cannot be read or is none."""
    try:
        data = read_file_itself(path, _MOST_RECORD_BYTES)
        record = json.loads(data)
        files = tuple(
            RecordedFile(str(name), str(entry["sha256"]), dict(entry.get("parts", ())))
            for name, entry in record["files"].items()
        )
        editions = {str(edition["format"]): _describe_edition(edition) for edition in record["editions"]}
        released = tuple(str(release["slug"]) for release in record.get("released", ()))
        return ProofRecord(path, data, str(record["slug"]), str(record["title"]), files, editions, released)
    except OSError as error:
        reason = error.strerror or str(error)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        reason = "it is no record of a proof, or it is damaged"
    hint = f"name the file that ends in {RECORD_SUFFIX}, as it was delivered"
    sentence = f"The record cannot be read ({reason})."
    raise Refused([Problem(SourceLocation(str(path)), Rule.RECORD_CAN_BE_READ, sentence, hint)])


def _describe_edition(edition: Mapping[str, Any]) -> str:
    """Return what was proved of an edition when it was delivered."""
    interviews = edition["interviews"]
    words = sum(int(interview["words"]["promised"]) for interview in interviews)
    count = f"{len(interviews):,} {'interview' if len(interviews) == 1 else 'interviews'}"
    if not edition["proved"]:
        return "it was not proved"
    return f"when it was delivered, all {words:,} words of {count} were proved"


def compare_with_record(path: Path, format_name: str, files: Mapping[str, bytes], record: ProofRecord) -> Comparison:
    """Return how a finished file, or the files of a web edition, compare with a record."""
    if format_name == "html":
        return _compare_folder(files, record)
    digest = hashlib.sha256(files[""]).hexdigest()
    for file in record.files:
        if file.sha256 == digest:
            return Comparison(FileState.DELIVERED, file.name, record=record)
    known = _find_by_name(path, format_name, record)
    if known is None:
        return Comparison(FileState.UNRECORDED, record=record)
    differences = _compare_parts(known.parts, list_parts(files[""]))
    return Comparison(FileState.OTHER_BYTES, known.name, differences, record)


def compare_beside(path: Path, format_name: str, files: Mapping[str, bytes]) -> Comparison:
    """Return how a finished file compares with the record beside it. Raises Refused for a damaged record."""
    record = find_record(path, format_name)
    if record is None:
        return Comparison(FileState.UNRECORDED)
    return compare_with_record(path, format_name, files, read_record(record))


def _find_by_name(path: Path, format_name: str, record: ProofRecord) -> RecordedFile | None:
    """Return the recorded file of this name, or the only one of this format for a file that was renamed."""
    for file in record.files:
        if file.name in (path.name, f"{path.parent.name}/{path.name}"):
            return file
    if any(name.startswith(f"{record.slug}.") for name in (path.name, path.parent.name)):
        return None  # a booklet or a copy of an earlier build, not a renamed edition
    of_format = [file for file in record.files if file.name.endswith(f".{format_name}") and "/" not in file.name]
    return of_format[0] if len(of_format) == 1 else None


def _compare_folder(files: Mapping[str, bytes], record: ProofRecord) -> Comparison:
    """Return how the files of a web edition compare with the record."""
    recorded = {name: file.sha256 for name, file in record.list_web_files().items()}
    if not recorded:
        return Comparison(FileState.UNRECORDED, record=record)
    differences = _compare_parts(recorded, {name: hashlib.sha256(data).hexdigest() for name, data in files.items()})
    state = FileState.OTHER_BYTES if differences else FileState.DELIVERED
    return Comparison(state, f"{record.slug}/", differences, record)


def _compare_parts(recorded: Mapping[str, str], present: Mapping[str, str]) -> tuple[str, ...]:
    """Return what differs, in words: parts that are changed, missing or added."""
    return (
        *(f"“{name}” is changed" for name in recorded if name in present and present[name] != recorded[name]),
        *(f"“{name}” is missing" for name in recorded if name not in present),
        *(f"“{name}” is added" for name in present if name not in recorded),
    )


# --- sentences --------------------------------------------------------------------------------------


def warn_of_other_bytes(path: Path, comparison: Comparison) -> Iterator[Problem]:
    """Yield a warning if a file is not byte for byte the one that its record names."""
    place = SourceLocation(str(path))
    if comparison.state is FileState.OTHER_BYTES:
        differences = comparison.describe_differences() or "no part of it that carries words; the file was saved again"
        sentence = f"these are not the bytes that were delivered as “{comparison.name}”. What differs: {differences}"
        hint = "its words are proved below; only the delivered file is the one that the record vouches for"
        yield Problem(place, Rule.FILE_IS_THE_DELIVERED_ONE, sentence, hint, severity=Severity.WARNING)
    elif comparison.record is not None and comparison.state is FileState.UNRECORDED:
        sentence = f"the record “{comparison.record.path.name}” does not name this file"
        hint = "name the file as it was delivered, or build again"
        yield Problem(place, Rule.FILE_IS_THE_DELIVERED_ONE, sentence, hint, severity=Severity.WARNING)


def verify_file(path: Path, record_path: Path) -> str:
    """Return a sentence on a file that is one that the record names, byte for byte; raise Refused otherwise.

    The manuscript is not needed: what was proved is what the record says.
    """
    record = read_record(record_path)
    format_name, files = open_copy(path)
    comparison = compare_with_record(path, format_name, files, record)
    if comparison.state is not FileState.DELIVERED:
        raise Refused(_refuse_file(path, comparison))
    proved = record.editions.get(_name_format(comparison.name), "it was made of a proved edition")
    return f"this is “{comparison.name}” of “{record.title}”, byte for byte; {proved}"


def _name_format(name: str) -> str:
    """Return the format of an edition by its name in the record; "" for what was made of one."""
    if name.endswith("/"):
        return "html"
    stem, _, suffix = name.rpartition(".")
    return suffix if "." not in stem and "/" not in stem else ""


def _refuse_file(path: Path, comparison: Comparison) -> Iterable[Problem]:
    """Return the problem of a file that is none of the record's files."""
    assert comparison.record is not None
    place, record = SourceLocation(str(path)), comparison.record.path.name
    if comparison.state is FileState.UNRECORDED:
        sentence = f"the record “{record}” names no file with these bytes, and none of this name"
    else:
        differences = comparison.describe_differences() or "the bytes between its parts"
        sentence = (
            f"these are not the bytes of “{comparison.name}” in the record “{record}”. What differs: {differences}"
        )
    hint = "ask the publisher for the file; with the manuscript, prove says whether its words stand"
    return [Problem(place, Rule.FILE_IS_THE_DELIVERED_ONE, sentence, hint)]


__all__ = [
    "NO_COMPARISON",
    "Comparison",
    "FileState",
    "ProofRecord",
    "compare_beside",
    "find_record",
    "read_record",
    "verify_file",
    "warn_of_other_bytes",
]
