"""The record of a proof: `dist/<slug>.proof.json`, its short human form, and how to know a copy's format."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass

from onrecord.model import Book
from onrecord.proof.rules.report import InterviewReport, Report

VERSION = 1  # of the record's schema; raised when a field changes its meaning or goes away
_NAMES = {"html": "HTML", "epub": "EPUB", "pdf": "PDF"}


@dataclass(frozen=True, slots=True)
class FileRecord:
    """A delivered file as it was proved."""

    sha256: str
    size: int  # bytes


@dataclass(frozen=True, slots=True)
class FinishedRecord:
    """What was made of a bound edition: its files, the digest of the edition, what the proof says."""

    kind: str
    files: tuple[str, ...]
    made_from: str
    proved: str


def as_json(
    book: Book,
    files: Mapping[str, FileRecord],
    reports: Iterable[Report],
    finished: Iterable[FinishedRecord] = (),
    delivery: Mapping[str, object] | None = None,
) -> bytes:
    """The record, the same bytes for the same proof: `files` by posix name relative to the output folder.

    `delivery` is what a later pack needs to know of this one, see `onrecord.changes`.
    """
    record = {
        "version": VERSION,
        "slug": book.slug,
        "title": book.title,
        "released": [asdict(release) for release in book.releases],
        "files": {name: asdict(files[name]) for name in sorted(files)},
        "editions": [_edition(report) for report in sorted(reports, key=lambda report: report.format)],
        "finished": [asdict(one) for one in sorted(finished, key=lambda one: one.kind)],
        **({"delivery": delivery} if delivery else {}),
    }
    return (json.dumps(record, ensure_ascii=False, indent=2) + "\n").encode()


def _edition(report: Report) -> dict[str, object]:
    return {
        "format": report.format,
        "proved": report.proved,
        "problems": [str(problem) for problem in report.problems],
        "interviews": [_interview(interview) for interview in report.interviews],
    }


def _interview(interview: InterviewReport) -> dict[str, object]:
    return {
        "slug": interview.slug,
        "words": {"promised": interview.words_promised, "found": interview.words_found},
        "byline": interview.byline or None,
        "disclaimer": interview.disclaimer or None,
        **({"rights": interview.rights} if interview.rights else {}),
    }


def summary(reports: Iterable[Report]) -> str:
    """A line for each edition."""
    return "\n".join(_line(report) for report in sorted(reports, key=lambda report: report.format))


def _line(report: Report) -> str:
    name = _NAMES.get(report.format, report.format)
    promised = sum(interview.words_promised for interview in report.interviews)
    bylines = sum(bool(interview.byline) for interview in report.interviews)
    disclaimers = sum(bool(interview.disclaimer) for interview in report.interviews)
    rights = sum(bool(interview.rights) for interview in report.interviews)
    closing = f"{_many(bylines, 'byline')} and {_many(disclaimers, 'disclaimer')}"
    if rights:
        closing = (
            f"{_many(bylines, 'byline')}, {_many(disclaimers, 'disclaimer')} and {_many(rights, 'line')} of rights"
        )
    if not report.proved:
        return f"{name}: not proved, {_many(len(report.problems), 'problem')}"
    return (
        f"{name}: all {promised:,} words of {_many(len(report.interviews), 'interview')} are there, in order; "
        f"{closing}, to the letter"
    )


def _many(count: int, name: str) -> str:
    return f"{count:,} {name}{'' if count == 1 else 's'}"


def format_of(data: bytes) -> str:
    """ "pdf", "epub", "html" or "register" by the first bytes of a file; "" when it is none of them."""
    head = data[:1024]
    if b"%PDF-" in head:
        return "pdf"
    if head.startswith(b"PK\x03\x04") and b"mimetypeapplication/epub+zip" in head:
        return "epub"
    if head.startswith(b"\xef\xbb\xbfnumber,of,name,"):
        return "register"
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    return "html" if text.startswith((b"<!doctype html", b"<html")) else ""
