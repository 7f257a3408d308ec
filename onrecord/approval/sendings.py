"""Keep what was sent for approval, so that a file that comes back can be compared with it.

`approval/SLUG.json` in the book's folder holds each state that was sent, by its fingerprint. Meanwhile the manuscript
may change.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from onrecord.approval.sent_paragraphs import PLAIN, Cell, Look, SentParagraph
from onrecord.manuscript.approvals import APPROVAL_FOLDER
from onrecord.model import SourceLocation
from onrecord.model.problems import Problem, Refused
from onrecord.model.rule import Rule
from onrecord.runtime import folders

_VERSION = 1
_MOST_BYTES = 50_000_000
_FLAGS = ("emphasis", "strong", "struck", "raised", "lowered", "code")


@dataclass(frozen=True, slots=True)
class Sending:
    """A state of an interview that was sent to somebody."""

    fingerprint: str
    recipient: str
    until: str  # an ISO date, or ""
    sha256: str  # of the document
    paragraphs: tuple[SentParagraph, ...]


def find_sendings_file(folder: Path, slug: str) -> Path:
    """Return the file that keeps what was sent of an interview."""
    return folder / APPROVAL_FOLDER / f"{slug}.json"


def read_sendings(folder: Path, slug: str) -> tuple[Sending, ...]:
    """Return every state that was sent, the oldest first; raise Refused if the file is damaged."""
    path = find_sendings_file(folder, slug)
    if not path.is_file():
        return ()
    try:
        data = json.loads(folders.read_file_itself(path, _MOST_BYTES))
        return tuple(_read_sending(entry) for entry in data["sendings"])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        sentence, hint = "the record of what was sent is damaged", "bring it back from a copy of the book"
        place = SourceLocation(f"{APPROVAL_FOLDER}/{path.name}")
        raise Refused([Problem(place, Rule.SENT_TEXT_IS_KNOWN, sentence, hint)]) from error


def format_sendings(sendings: Sequence[Sending]) -> bytes:
    """Return the file that keeps these states; each fingerprint is kept once, the newest way it was sent."""
    unique = {sending.fingerprint: sending for sending in sendings}
    data = {"version": _VERSION, "sendings": [_describe_sending(sending) for sending in unique.values()]}
    return (json.dumps(data, ensure_ascii=False, indent=1) + "\n").encode()


def _describe_sending(sending: Sending) -> dict[str, object]:
    """Return a sent state of an interview as a dictionary for JSON."""
    return {
        "fingerprint": sending.fingerprint,
        "to": sending.recipient,
        "until": sending.until,
        "sha256": sending.sha256,
        "paragraphs": [_describe_paragraph(paragraph) for paragraph in sending.paragraphs],
    }


def _describe_paragraph(paragraph: SentParagraph) -> dict[str, object]:
    """Return a sent paragraph as a dictionary for JSON; looks are runs of characters."""
    runs = [(_describe_look(look), len(list(group))) for look, group in groupby(paragraph.looks)]
    cell = paragraph.cell
    facts = {
        "place": paragraph.place,
        "style": paragraph.style,
        "text": paragraph.text,
        "speaker": paragraph.speaker,
        "label": paragraph.label_size,
        "marker": paragraph.marker,
        "depth": paragraph.depth,
        "note": paragraph.note,
        "entry": paragraph.entry,
        "cell": [cell.table, cell.row, cell.column, cell.span] if cell else None,
        "looks": [[look, size] for look, size in runs] if any(look for look, _ in runs) else None,
    }
    return {key: value for key, value in facts.items() if value}


def _describe_look(look: Look) -> dict[str, object]:
    """Return a look (bold, italic …) as a dictionary for JSON."""
    flags: dict[str, object] = {name: True for name in _FLAGS if getattr(look, name)}
    further = {"link": list(look.link) if look.link else None, "language": look.language}
    return flags | {key: value for key, value in further.items() if value}


def _read_sending(entry: dict[str, object]) -> Sending:
    """Return the sent state of an interview that JSON describes."""
    paragraphs = entry["paragraphs"]
    if not isinstance(paragraphs, list):
        raise TypeError("the paragraphs are no list")
    recipient, until, sha256 = (str(entry.get(key, "")) for key in ("to", "until", "sha256"))
    fingerprint = str(entry["fingerprint"])
    return Sending(fingerprint, recipient, until, sha256, tuple(_read_paragraph(facts) for facts in paragraphs))


def _read_paragraph(facts: dict[str, object]) -> SentParagraph:
    """Return the sent paragraph that JSON describes."""
    text, runs, cell = str(facts["text"]), facts.get("looks"), facts.get("cell")
    looks = [PLAIN] * len(text)
    if isinstance(runs, list):
        looks = [look for run, size in runs for look in [_read_look(run)] * int(size)]
    if len(looks) != len(text):
        raise ValueError("looks and text differ in length")
    numbers = {key: int(str(facts.get(name, 0))) for key, name in _NUMBERS.items()}
    return SentParagraph(
        str(facts["place"]),
        str(facts["style"]),
        text,
        tuple(looks),
        0,
        speaker=str(facts.get("speaker", "")),
        marker=str(facts.get("marker", "")),
        cell=Cell(*(int(number) for number in cell)) if isinstance(cell, list) else None,
        **numbers,
    )


_NUMBERS = {"label_size": "label", "depth": "depth", "note": "note", "entry": "entry"}


def _read_look(facts: dict[str, object]) -> Look:
    """Return the look (bold, italic …) that JSON describes."""
    link = facts.get("link")
    pair = (str(link[0]), str(link[1])) if isinstance(link, list) else None
    emphasis, strong, struck, raised, lowered, code = (bool(facts.get(name)) for name in _FLAGS)
    return Look(emphasis, strong, struck, raised, lowered, code, pair, str(facts.get("language", "")))
