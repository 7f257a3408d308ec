"""The record of a proof (`dist/<slug>.proof.json`), its summary for people, and the detection of a file's format."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from json.encoder import encode_basestring

from onrecord.model import Book
from onrecord.model.approved_text import list_short_digests
from onrecord.model.terminal_text import format_count
from onrecord.proof.rules.report import InterviewReport, Report

RECORD_VERSION = 4  # of the record's schema; raised when a field is added, changes its meaning or goes away


@dataclass(frozen=True, slots=True)
class FileRecord:
    """A delivered file as it was proved. The names of the fields are those of the record.

    `parts` are the SHA-256 of what is in it, by name: files of an EPUB, sheets and fonts of a PDF.
    """

    sha256: str
    size: int  # bytes
    parts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FinishedRecord:
    """Files made from a bound edition, such as a booklet. The names of the fields are those of the record."""

    kind: str
    files: tuple[str, ...]
    made_from: str  # SHA-256 of the edition
    proved: str  # what the proof says


def format_record(
    book: Book,
    files: Mapping[str, FileRecord],
    reports: Iterable[Report],
    finished: Iterable[FinishedRecord] = (),
    delivery: Mapping[str, object] | None = None,
) -> bytes:
    """Return the record of a proof (`<slug>.proof.json`) as JSON, the same bytes for the same proof.

    The keys of `files` are POSIX paths relative to the output folder. `delivery` is what a later pack needs to know of
    this one, see `onrecord.packs.delivery_changes`.
    """
    record = {
        "version": RECORD_VERSION,
        "slug": book.slug,
        "title": book.title,
        "edition": book.edition,
        "date": book.date.isoformat(),
        "released": [asdict(release) for release in book.releases],
        "approved": [
            {"slug": interview.slug, "by": interview.approval.by, "date": str(interview.approval.date or "")}
            for interview in book.interviews
            if interview.approval
        ],
        "files": {name: _build_file_entry(files[name]) for name in sorted(files)},
        "editions": [_build_edition_entry(report) for report in sorted(reports, key=lambda report: report.format)],
        **({"titles": _build_titles(book), "texts": _build_texts(book)} if book.pack is None else {}),
        "finished": [asdict(product) for product in sorted(finished, key=lambda product: product.kind)],
        **({"delivery": delivery} if delivery else {}),
    }
    pieces: list[str] = []
    _add_json(pieces.append, record, "\n")
    return "".join((*pieces, "\n")).encode()


def _add_json(add: Callable[[str], object], value: object, margin: str) -> None:
    """Pass the text of a value to `add`, as `json.dumps` writes it with `indent=2` and without escapes.

    Its writer in C makes no indents, and that in Python takes five times as long: a large book has 100,000 lines.
    """
    inner = f"{margin}  "
    if isinstance(value, dict) and value:
        gap = "{" + inner
        for name, member in value.items():
            if type(member) is str:
                add(f"{gap}{encode_basestring(name)}: {encode_basestring(member)}")
            else:
                add(f"{gap}{encode_basestring(name)}: ")
                _add_json(add, member, inner)
            gap = f",{inner}"
        add(margin + "}")
    elif isinstance(value, list | tuple) and value:
        gap = "[" + inner
        for member in value:
            add(gap)
            _add_json(add, member, inner)
            gap = f",{inner}"
        add(f"{margin}]")
    else:
        add(json.dumps(value, ensure_ascii=False))


def _build_titles(book: Book) -> dict[str, str]:
    """Return the title of each interview by slug, for the record of a proof."""
    return {interview.slug: interview.title.text for interview in book.interviews}


def _build_texts(book: Book) -> dict[str, dict[str, str]]:
    """Return the digests of the pieces of text of each interview, by slug and place, for the record of a proof."""
    return {interview.slug: list_short_digests(interview) for interview in book.interviews}


def _build_file_entry(file: FileRecord) -> dict[str, object]:
    """Return what the record of a proof says of a delivered file, as a dictionary for JSON."""
    parts = {"parts": dict(sorted(file.parts.items()))} if file.parts else {}
    return {"sha256": file.sha256, "size": file.size, **parts}


def _build_edition_entry(report: Report) -> dict[str, object]:
    """Return what the record of a proof says of one edition, as a dictionary for JSON."""
    return {
        "format": report.format,
        "proved": report.is_proved,
        "problems": [str(problem) for problem in report.problems],
        "interviews": [_build_interview_entry(interview) for interview in report.interviews],
    }


def _build_interview_entry(interview: InterviewReport) -> dict[str, object]:
    """Return what the record of a proof says of one interview in an edition, as a dictionary for JSON."""
    return {
        "slug": interview.slug,
        "words": {"promised": interview.words_expected, "found": interview.words_found},
        "byline": interview.byline or None,
        "disclaimer": interview.disclaimer or None,
        **({"rights": interview.rights} if interview.rights else {}),
    }


def summarize_reports(reports: Iterable[Report]) -> str:
    """Return a line of text on the result of the proof for each edition, in the order of the formats' names."""
    return "\n".join(_summarize_report(report) for report in sorted(reports, key=lambda report: report.format))


def _summarize_report(report: Report) -> str:
    """Return a line on an edition: that it is not proved, with the number of problems, or what was found complete."""
    name = report.format.upper()
    if not report.is_proved:
        return f"{name}: not proved, {format_count(len(report.problems), 'problem')}"
    words = sum(interview.words_expected for interview in report.interviews)
    interviews = format_count(len(report.interviews), "interview")
    bylines = format_count(sum(bool(interview.byline) for interview in report.interviews), "byline")
    disclaimers = format_count(sum(bool(interview.disclaimer) for interview in report.interviews), "disclaimer")
    rights_count = sum(bool(interview.rights) for interview in report.interviews)
    closing = f"{bylines} and {disclaimers}"
    if rights_count:
        closing = f"{bylines}, {disclaimers} and {format_count(rights_count, 'line')} of rights"
    # all words are there
    return f"{name}: all {words:,} words of {interviews} are there, in order; {closing}, to the letter"


def detect_format(data: bytes) -> str:
    """Return "pdf", "epub", "html", "single" or "register" by the first bytes of a file, "" if it is none of them."""
    head = data[:1024]
    if b"%PDF-" in head:
        return "pdf"
    if head.startswith(b"PK\x03\x04") and b"mimetypeapplication/epub+zip" in head:
        return "epub"
    if head.startswith((b'\xef\xbb\xbf"number","of","name",', b"\xef\xbb\xbfnumber,of,name,")):
        return "register"
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if not text.startswith((b"<!doctype html", b"<html")):
        return ""
    return "single" if b'<html data-edition="single"' in text else "html"
