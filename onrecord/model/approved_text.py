"""What somebody approved: a digest of each turn, so that a later change is seen and its place is said."""

from __future__ import annotations

import difflib
import hashlib
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from onrecord.model.interview import Approval, Division, EditorNote, Interview
from onrecord.model.passages import Passage, iterate_block_passages, to_plain_text
from onrecord.model.source_location import SourceLocation
from onrecord.model.text import Block
from onrecord.model.value import Value


@dataclass(frozen=True, slots=True)
class TextDigest(Value):
    """The SHA-256 of a piece of an interview: its place (“A3”, “byline”, “note 2”), and where it stands."""

    place: str
    sha256: str
    location: SourceLocation


SHORT_DIGEST = 16  # hexadecimal digits: enough to see a change


class TextChange(StrEnum):
    """What became of a piece of an interview."""

    CHANGED = "changed"
    NEW = "new"
    GONE = "gone"


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
    """Return one SHA-256 of the words and facts of an interview that an approval covers, to find later changes."""
    lines = (f"{digest.place} {digest.sha256}\n" for digest in compute_text_digests(interview))
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def _iterate_pieces(interview: Interview) -> Iterator[tuple[str, list[Passage], SourceLocation]]:
    """Yield the place, passages and source location of each piece of an interview that an approval covers."""
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
    """Yield place, passages and location of each turn, heading and editor's note that an approval covers."""
    headings = notes = 0
    for entry in interview.conversation:
        match entry:
            case Division(content=content):
                headings += 1
                text = to_plain_text(content)
                yield f"heading {headings}", [Passage("heading", text, entry.location)], entry.location
            case EditorNote(is_approved=False):
                continue
            case EditorNote(blocks=blocks):
                notes += 1
                yield f"editor's note {notes}", _read_blocks(blocks), entry.location
            case _:
                label = [Passage("label", entry.label, entry.location)] if entry.label else []
                yield entry.address, [*label, *_read_blocks(entry.blocks)], entry.location


def _read_blocks(blocks: Iterable[Block]) -> list[Passage]:
    """Return the passages of blocks, for their digest."""
    return list(iterate_block_passages(blocks, ""))


def _hash_passages(passages: Iterable[Passage]) -> str:
    """Return the SHA-256 of the words of passages, a line for each; runs of blanks are one blank."""
    lines = (" ".join(passage.numbered_text.split()) for passage in passages)
    return hashlib.sha256(unicodedata.normalize("NFC", "\n".join(lines)).encode()).hexdigest()


def write_digest_lines(interview: Interview) -> str:
    """Return a line for each piece of the interview: the beginning of its SHA-256, and its place."""
    return "\n".join(f"{digest.sha256[:SHORT_DIGEST]} {digest.place}" for digest in compute_text_digests(interview))


def list_short_digests(interview: Interview) -> dict[str, str]:
    """Return the beginning of each piece's SHA-256 by its place, in order."""
    lines = interview.inventory.digests if interview.inventory else ""
    pairs = (line.split(" ", 1) for line in (lines or write_digest_lines(interview)).split("\n"))
    return {place: digest for digest, place in pairs}


def find_changed_places(
    before: Sequence[tuple[str, str]], after: Sequence[tuple[str, str]]
) -> Iterator[tuple[TextChange, str, int]]:
    """Yield what became of pieces: the change, the place, and the index in `after` where it is or would be.

    Both list place and digest of each piece, in order: a piece after a new one is no change.
    """
    digests, others = [digest for _, digest in before], [digest for _, digest in after]
    for kind, i, j, k, m in difflib.SequenceMatcher(None, digests, others, autojunk=False).get_opcodes():
        if kind == "equal":
            continue
        shared = min(j - i, m - k)
        yield from ((TextChange.CHANGED, after[index][0], index) for index in range(k, k + shared))
        yield from ((TextChange.NEW, after[index][0], index) for index in range(k + shared, m))
        yield from ((TextChange.GONE, place, min(k, len(after) - 1)) for place, _ in before[i + shared : j])


_SENTENCES = {
    TextChange.CHANGED: "the approved text changed at {}",
    TextChange.NEW: "{} is new since the text was approved",
    TextChange.GONE: "{} of the approved text is no longer there",
}


def find_changes_since_approval(interview: Interview, approval: Approval) -> tuple[ApprovedTextChange, ...]:
    """Return how the interview differs from what was approved, place by place."""
    now = compute_text_digests(interview)
    changes = find_changed_places(approval.digests, [(digest.place, digest.sha256) for digest in now])
    return tuple(
        ApprovedTextChange(_SENTENCES[change].format(place), now[index].location) for change, place, index in changes
    )
