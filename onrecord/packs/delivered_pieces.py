"""Record what was delivered of a pack, piece by piece, and read such records.

A record holds no words, only digests and counts: what was withdrawn must not live on in a file beside the book.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypedDict

from onrecord.model import (
    Answer,
    Block,
    Book,
    ConversationEntry,
    Division,
    EditorNote,
    Interview,
    Passage,
    Question,
    SourceLocation,
    find_footnote_calls,
    iterate_block_passages,
    to_plain_text,
)
from onrecord.model.changes import InterviewPiece
from onrecord.model.problems import Problem, Refused
from onrecord.model.rule import Rule
from onrecord.model.word_count import count_words_in

VERSION = 1  # of the record; raised when a field changes its meaning


# --- the record ---------------------------------------------------------------------------------------


class PieceRecord(TypedDict):
    """A piece of an interview as JSON; `page` is the printed page it begins on."""

    kind: str
    id: str
    name: str
    digest: str
    words: int
    page: str


class InterviewRecord(TypedDict):
    """An interview as JSON, with the printed pages it begins and ends on."""

    slug: str
    title: str
    page: str
    last: str
    pieces: list[PieceRecord]


class PackRecord(TypedDict):
    """A delivery as JSON."""

    version: int
    slug: str
    interviews: list[InterviewRecord]


def build_record(book: Book, pages: Mapping[str, str], last: Mapping[str, str] | None = None) -> PackRecord:
    """Return the record of this delivery, ready for JSON, that a later delivery compares with.

    `pages`: "slug" and "slug.id" to the printed page it begins on; `last`: slug to its last page.
    """
    return {
        "version": VERSION,
        "slug": book.slug,
        "interviews": [
            {
                "slug": interview.slug,
                "title": interview.title.text,
                "page": pages.get(interview.slug, ""),
                "last": (last or {}).get(interview.slug, ""),
                "pieces": [_build_piece_record(piece) for piece, _ in iterate_pieces(interview, pages)],
            }
            for interview in book.interviews
        ],
    }


def _build_piece_record(piece: InterviewPiece) -> PieceRecord:
    """Return a piece of an interview in a pack's record as a dictionary for JSON."""
    return {
        "kind": piece.kind,
        "id": piece.id,
        "name": piece.name,
        "digest": piece.digest,
        "words": piece.words,
        "page": piece.page,
    }


@dataclass(frozen=True, slots=True)
class EarlierInterview:
    """An interview as it was delivered."""

    slug: str
    title: str
    page: str
    last: str
    pieces: tuple[InterviewPiece, ...]


def parse_record(data: bytes, file: str) -> PackRecord:
    """Return the record of a delivery that `data` holds as JSON, if its version is known.

    Raises Refused if the file is none, or is of a version that is not known; `file` is its name in the problem.
    """
    hint = "take the file that was delivered with the earlier pack, unchanged"
    try:
        record: PackRecord = json.loads(data)
        parse_interviews(record)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        raise Refused(
            [Problem(SourceLocation(file), Rule.RECORD_IS_WHOLE, "this is not a record of an earlier delivery", hint)]
        ) from None
    return record


def parse_interviews(record: PackRecord) -> tuple[EarlierInterview, ...]:
    """Return the interviews of a record. Raises ValueError or TypeError if it is malformed."""
    if record["version"] != VERSION:
        raise ValueError(f"version {record['version']}")
    return tuple(
        EarlierInterview(
            _require_text(interview["slug"]),
            _require_text(interview["title"]),
            _require_text(interview["page"]),
            _require_text(interview["last"]),
            tuple(map(_read_piece, interview["pieces"])),
        )
        for interview in record["interviews"]
    )


def _read_piece(record: PieceRecord) -> InterviewPiece:
    """Return the piece in a record. Raises KeyError, TypeError or ValueError if malformed."""
    texts = (record["kind"], record["id"], record["name"], record["digest"])
    kind, identity, name, digest = map(_require_text, texts)
    return InterviewPiece(kind, identity, name, digest, int(record["words"]), _require_text(record["page"]))


def _require_text(value: object) -> str:
    """Return `value` if it is a string. Raises TypeError if not."""
    if not isinstance(value, str):
        raise TypeError("no text")
    return value


# --- an interview in pieces ---------------------------------------------------------------------------


def iterate_pieces(interview: Interview, pages: Mapping[str, str]) -> Iterator[tuple[InterviewPiece, str]]:
    """Yield every piece in reading order, with its words."""
    for kind, text in (
        ("title", interview.title.text),
        ("standfirst", interview.standfirst.text if interview.standfirst else ""),
        ("byline", interview.byline.text if interview.byline else ""),
        ("introduction", _join_words(interview, interview.introduction)),
    ):
        if text:
            yield _build_piece(kind, "", "", text, pages.get(interview.slug, ""))
    notes = 0
    for part in interview.conversation:
        if isinstance(part, EditorNote):
            notes += 1
        identity = f"note-{notes}" if isinstance(part, EditorNote) else part.id
        name = part.address if isinstance(part, Question | Answer) else ""
        page = pages.get(f"{interview.slug}.{identity}", "")
        yield _build_piece(part.kind, identity, name, _join_words_of_part(interview, part), page)
    if interview.disclaimer:
        yield _build_piece("disclaimer", "", "", interview.disclaimer.text, "")
    if interview.rights:
        yield _build_piece("rights", "", "", interview.rights.text, "")


def _build_piece(kind: str, identity: str, name: str, text: str, page: str) -> tuple[InterviewPiece, str]:
    """Return a piece of an interview, with digest and word count of `text`, and the text."""
    digest = hashlib.sha256(text.encode()).hexdigest()[:32]
    return InterviewPiece(kind, identity, name, digest, count_words_in(text), page), text


def _join_words_of_part(interview: Interview, part: ConversationEntry) -> str:
    """Return the text of a conversation entry: label, words, and the footnotes it calls."""
    if isinstance(part, Division):
        return to_plain_text(part.content)
    label = part.label if isinstance(part, Question | Answer) else ""
    return "\n".join(filter(None, (label, _join_words(interview, part.blocks))))


def _join_words(interview: Interview, blocks: Iterable[Block]) -> str:
    """Return the text of the blocks and of the footnotes that they call, a line per passage."""
    blocks = tuple(blocks)
    notes = {note.number: note.blocks for note in interview.footnotes}
    note_blocks = [block for number in find_footnote_calls(blocks) for block in notes.get(number, ())]
    all_passages: tuple[Passage, ...] = (*iterate_block_passages(blocks, ""), *iterate_block_passages(note_blocks, ""))
    return "\n".join(" ".join(passage.numbered_text.split()) for passage in all_passages)
