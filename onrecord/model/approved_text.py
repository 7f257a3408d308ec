"""What somebody approved: a digest of each turn, so that a later change is seen and its place is said."""

from __future__ import annotations

import difflib
import hashlib
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from onrecord.model.interview import Approval, Division, EditorNote, Interview
from onrecord.model.passages import Passage, iterate_block_passages, to_plain_text
from onrecord.model.text import Block, SourceLocation
from onrecord.model.value import Value


@dataclass(frozen=True, slots=True)
class TextDigest(Value):
    """The SHA-256 of a piece of an interview: its place (“A3”, “byline”, “note 2”), and where it stands."""

    place: str
    sha256: str
    location: SourceLocation


@dataclass(frozen=True, slots=True)
class ApprovedTextChange(Value):
    """A difference from what was approved: “the approved text changed at A3”."""

    sentence: str
    location: SourceLocation


def compute_text_digests(interview: Interview) -> tuple[TextDigest, ...]:
    """Return the digest of title, standfirst, byline, each turn and each note, in order of the interview."""
    return tuple(
        TextDigest(place, _hash_passages(passages), location)
        for place, passages, location in _iterate_pieces(interview)
    )


def compute_text_fingerprint(interview: Interview) -> str:
    """Return one SHA-256 of all that is approved."""
    lines = (f"{digest.place} {digest.sha256}\n" for digest in compute_text_digests(interview))
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def _iterate_pieces(interview: Interview) -> Iterator[tuple[str, list[Passage], SourceLocation]]:
    """Yield each piece that is approved: its place, its passages, where it stands."""
    yield "title", [Passage("title", interview.title.text, interview.title.location)], interview.title.location
    if interview.standfirst:
        passages = _read_blocks(interview.standfirst_paragraphs)
        yield "standfirst", passages, interview.standfirst.location
    if interview.byline:
        yield "byline", [Passage("byline", interview.byline.text, interview.byline.location)], interview.byline.location
    if interview.introduction:
        yield "introduction", _read_blocks(interview.introduction), interview.introduction[0].location
    yield from _iterate_conversation(interview)
    for note in interview.footnotes:
        yield f"note {note.number}", _read_blocks(note.blocks), note.location


def _iterate_conversation(interview: Interview) -> Iterator[tuple[str, list[Passage], SourceLocation]]:
    """Yield each turn, heading and editor's note."""
    headings = notes = 0
    for entry in interview.conversation:
        match entry:
            case Division(content=content):
                headings += 1
                text = to_plain_text(content)
                yield f"heading {headings}", [Passage("heading", text, entry.location)], entry.location
            case EditorNote(blocks=blocks):
                notes += 1
                yield f"editor's note {notes}", _read_blocks(blocks), entry.location
            case _:
                label = [Passage("label", entry.label, entry.location)] if entry.label else []
                yield entry.address, [*label, *_read_blocks(entry.blocks)], entry.location


def _read_blocks(blocks: Iterable[Block]) -> list[Passage]:
    """Return the passages of blocks."""
    return list(iterate_block_passages(blocks, ""))


def _hash_passages(passages: Iterable[Passage]) -> str:
    """Return the SHA-256 of the words of passages, a line for each; runs of blanks are one blank."""
    lines = (" ".join(passage.numbered_text.split()) for passage in passages)
    return hashlib.sha256(unicodedata.normalize("NFC", "\n".join(lines)).encode()).hexdigest()


def find_changes_since_approval(interview: Interview, approval: Approval) -> tuple[ApprovedTextChange, ...]:
    """Return how the interview differs from what was approved, place by place."""
    now = compute_text_digests(interview)
    before, after = [sha256 for _, sha256 in approval.digests], [digest.sha256 for digest in now]
    changes: list[tuple[str, SourceLocation]] = []
    for kind, i, j, k, m in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            continue
        shared = min(j - i, m - k)
        changed, added = now[k : k + shared], now[k + shared : m]
        changes += [(f"the approved text changed at {digest.place}", digest.location) for digest in changed]
        changes += [(f"{digest.place} is new since the text was approved", digest.location) for digest in added]
        location = now[min(k, len(now) - 1)].location
        gone = [place for place, _ in approval.digests[i + shared : j]]
        changes += [(f"{place} of the approved text is no longer there", location) for place in gone]
    return tuple(ApprovedTextChange(*change) for change in changes)
