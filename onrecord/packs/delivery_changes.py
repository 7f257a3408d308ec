"""Find what is new, changed and withdrawn since an earlier delivery, and where new pages belong.

The earlier delivery is known by its record. That holds no words, only digests and counts: what was withdrawn must not
live on in a file beside the book.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TypedDict

from onrecord.model import (
    Answer,
    Block,
    Book,
    Division,
    EditorNote,
    Interview,
    Item,
    Part,
    Passage,
    Place,
    Question,
    block_passages,
    footnotes_in,
    plain,
)
from onrecord.model.changes import Change, Insert, InterviewChange, Piece
from onrecord.model.changes import ChangeKind as Kind
from onrecord.model.inserted_pages import parsed
from onrecord.model.problems import Problem, Refused

__all__ = ["VERSION", "Change", "InterviewChange", "Kind", "changes", "inserts", "record_of", "recorded", "taken"]

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


class Record(TypedDict):
    """A delivery as JSON."""

    version: int
    slug: str
    interviews: list[InterviewRecord]


def record_of(book: Book, pages: Mapping[str, str], last: Mapping[str, str] | None = None) -> Record:
    """Return what a later delivery needs to know of this one, ready for JSON.

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
                "pieces": [_build_piece_record(piece) for piece, _ in _iterate_pieces(interview, pages)],
            }
            for interview in book.interviews
        ],
    }


def _build_piece_record(piece: Piece) -> PieceRecord:
    return {
        "kind": piece.kind,
        "id": piece.id,
        "name": piece.name,
        "digest": piece.digest,
        "words": piece.words,
        "page": piece.page,
    }


@dataclass(frozen=True, slots=True)
class _EarlierInterview:
    """An interview as it was delivered."""

    slug: str
    title: str
    page: str
    last: str
    pieces: tuple[Piece, ...]


def recorded(data: bytes, file: str) -> Record:
    """Return the record of a delivery.

    Raises Refused if the file is none, or is of a version that is not known; `file` is its name in the problem.
    """
    hint = "take the file that was delivered with the earlier pack, unchanged"
    try:
        record: Record = json.loads(data)
        _read_interviews(record)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        raise Refused(
            [Problem(Place(file), "record-is-whole", "this is no record of an earlier delivery", hint)]
        ) from None
    return record


def _read_interviews(record: Record) -> tuple[_EarlierInterview, ...]:
    if record["version"] != VERSION:
        raise ValueError(f"version {record['version']}")
    return tuple(
        _EarlierInterview(
            _require_text(interview["slug"]),
            _require_text(interview["title"]),
            _require_text(interview["page"]),
            _require_text(interview["last"]),
            tuple(map(_read_piece, interview["pieces"])),
        )
        for interview in record["interviews"]
    )


def _read_piece(record: PieceRecord) -> Piece:
    texts = (record["kind"], record["id"], record["name"], record["digest"])
    kind, identity, name, digest = map(_require_text, texts)
    return Piece(kind, identity, name, digest, int(record["words"]), _require_text(record["page"]))


def _require_text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("no text")
    return value


# --- an interview in pieces ---------------------------------------------------------------------------


def _iterate_pieces(interview: Interview, pages: Mapping[str, str]) -> Iterator[tuple[Piece, str]]:
    """Yield every piece in reading order, with its words."""
    for kind, text in (
        ("title", interview.title.text),
        ("standfirst", interview.standfirst.text if interview.standfirst else ""),
        ("byline", interview.byline.text if interview.byline else ""),
        ("introduction", _join_words(interview, interview.introduction)),
    ):
        if text:
            yield _make_piece(kind, "", "", text, pages.get(interview.slug, ""))
    notes = 0
    for part in interview.conversation:
        if isinstance(part, EditorNote):
            notes += 1
        identity = f"note-{notes}" if isinstance(part, EditorNote) else part.id
        name = part.address if isinstance(part, Question | Answer) else ""
        page = pages.get(f"{interview.slug}.{identity}", "")
        yield _make_piece(part.kind, identity, name, _join_words_of_part(interview, part), page)
    if interview.disclaimer:
        yield _make_piece("disclaimer", "", "", interview.disclaimer.text, "")
    if interview.rights:
        yield _make_piece("rights", "", "", interview.rights.text, "")


def _make_piece(kind: str, identity: str, name: str, text: str, page: str) -> tuple[Piece, str]:
    digest = hashlib.sha256(text.encode()).hexdigest()[:32]
    return Piece(kind, identity, name, digest, len(text.split()), page), text


def _join_words_of_part(interview: Interview, part: Item) -> str:
    """Return what a part of the conversation says, its label first, with the footnotes it calls."""
    if isinstance(part, Division):
        return plain(part.content)
    label = part.label if isinstance(part, Question | Answer) else ""
    return "\n".join(filter(None, (label, _join_words(interview, part.blocks))))


def _join_words(interview: Interview, blocks: Iterable[Block]) -> str:
    blocks = tuple(blocks)
    notes = {note.number: note.blocks for note in interview.footnotes}
    note_blocks = [block for number in footnotes_in(blocks) for block in notes.get(number, ())]
    all_passages: tuple[Passage, ...] = (*block_passages(blocks, ""), *block_passages(note_blocks, ""))
    return "\n".join(" ".join(passage.numbered_text.split()) for passage in all_passages)


# --- changes ------------------------------------------------------------------------------------------


def changes(record: Record, book: Book) -> tuple[InterviewChange, ...]:
    """Return the changes since the recorded delivery by interview, in the order of the book, withdrawn last.

    What only stands elsewhere (another place, another number, another file name) is not changed.
    """
    earlier = {interview.slug: interview for interview in _read_interviews(record)}
    pairs = _pair_interviews(earlier, book.interviews)
    interview_changes = []
    for interview, before in pairs:
        slug, title = interview.slug, interview.title.text
        if before is None:
            interview_changes.append(InterviewChange(Kind.NEW, slug, title))
        elif piece_changes := tuple(_compare_pieces(before, interview)):
            change = InterviewChange(Kind.CHANGED, slug, title, before.page, before.last, piece_changes)
            interview_changes.append(change)
    paired = {before.slug for _, before in pairs if before}
    withdrawn = (before for slug, before in earlier.items() if slug not in paired)
    return (
        *interview_changes,
        *(InterviewChange(Kind.WITHDRAWN, gone.slug, gone.title, gone.page, gone.last) for gone in withdrawn),
    )


def _pair_interviews(
    earlier: Mapping[str, _EarlierInterview], interviews: Sequence[Interview]
) -> list[tuple[Interview, _EarlierInterview | None]]:
    """Return each interview with its earlier self: by file name, else by the same words under another one."""
    slugs = {interview.slug for interview in interviews}
    missing = [before for slug, before in earlier.items() if slug not in slugs]
    by_words = {tuple(piece.digest for piece in before.pieces): before for before in missing}
    pairs = []
    for interview in interviews:
        before = earlier.get(interview.slug)
        if before is None:
            before = by_words.pop(tuple(piece.digest for piece, _ in _iterate_pieces(interview, {})), None)
        pairs.append((interview, before))
    return pairs


def _compare_pieces(before: _EarlierInterview, interview: Interview) -> Iterator[Change]:
    """Yield the changed pieces of one interview in reading order; withdrawn ones where they stood."""
    pieces = list(_iterate_pieces(interview, {}))
    old, new = list(before.pieces), [piece for piece, _ in pieces]
    asked_before, asked_now = _find_questions(old), _find_questions(new)
    keys_before, keys_now = _build_keys(old, asked_before), _build_keys(new, asked_now)
    matcher = SequenceMatcher(None, keys_before, keys_now, autojunk=False)
    blocks = [block for block in matcher.get_opcodes() if block[0] != "equal"]
    moved_from, moved_to = _find_moved(keys_before, keys_now, blocks)
    for _, first, last, start, end in blocks:
        gone = [index for index in range(first, last) if index not in moved_from]
        come = [index for index in range(start, end) if index not in moved_to]
        partners = _find_partners(old, gone, asked_before, new, come, asked_now)
        yield from (Change(Kind.WITHDRAWN, old[index], None) for index in gone if index not in partners.values())
        for index in come:
            piece, text = pieces[index]
            if index not in partners:
                yield Change(Kind.NEW, None, piece, text)
                continue
            was = partners[index]
            question = partners.get(asked_now.get(index, -1))
            # The same words under the question as it reads now are no change; under another question they are.
            if old[was].digest != piece.digest or question != asked_before.get(was):
                yield Change(Kind.CHANGED, old[was], piece, text)


def _find_questions(pieces: Sequence[Piece]) -> dict[int, int]:
    """Return for the index of each answer the index of the question it answers."""
    questions, last = {}, None
    for index, piece in enumerate(pieces):
        if piece.kind == "question":
            last = index
        elif piece.kind == "answer" and last is not None:
            questions[index] = last
    return questions


_Key = tuple[str, str, str]


def _build_keys(pieces: Sequence[Piece], asked: Mapping[int, int]) -> list[_Key]:
    """Return what makes a piece the same: its kind and words, and for an answer the words of its question."""
    questions = (pieces[asked[index]].digest if index in asked else "" for index in range(len(pieces)))
    return [(piece.kind, piece.digest, question) for piece, question in zip(pieces, questions, strict=True)]


def _find_moved(
    old: Sequence[_Key], new: Sequence[_Key], blocks: Sequence[tuple[str, int, int, int, int]]
) -> tuple[set[int], set[int]]:
    """Return the old and the new indices of pieces that stand elsewhere now with the same words."""
    waiting: dict[_Key, list[int]] = {}
    for _, first, last, _, _ in blocks:
        for index in range(first, last):
            waiting.setdefault(old[index], []).append(index)
    left, come = set(), set()
    for _, _, _, start, end in blocks:
        for index in range(start, end):
            if indices := waiting.get(new[index]):
                left.add(indices.pop(0))
                come.add(index)
    return left, come


def _find_partners(
    old: Sequence[Piece],
    gone: Sequence[int],
    asked_before: Mapping[int, int],
    new: Sequence[Piece],
    come: Sequence[int],
    asked_now: Mapping[int, int],
) -> dict[int, int]:
    """Return for the index of a piece now the index of what it stands for; none for what is new.

    Of its kind: with the same words, else asking for the same answer, else with its id, else the next one.
    """
    partners: dict[int, int] = {}
    free = list(gone)

    def asks_the_same(was: int, now: int) -> bool:
        return any(
            asked_now.get(answer) == now and asked_before.get(before) == was for answer, before in partners.items()
        )

    for fits in (
        lambda was, now: old[was].digest == new[now].digest,
        asks_the_same,
        lambda was, now: old[was].id == new[now].id,
        lambda was, now: True,
    ):
        for now in come:
            was = next((index for index in free if old[index].kind == new[now].kind and fits(index, now)), None)
            if now not in partners and was is not None:
                partners[now] = was
                free.remove(was)
    return partners


# --- where new pages belong --------------------------------------------------------------------------


def inserts(record: Record, book: Book) -> tuple[Insert, ...]:
    """Return the earlier page behind which the pages of each new or changed interview belong.

    The inserts are in the order of the book. What changed belongs behind its earlier self. What is new belongs behind
    what stands before it in its part, or before what follows it there; in a part that was not there, behind the part
    before. Page "" where the earlier delivery has no page numbers.
    """
    earlier = {interview.slug: interview for interview in _read_interviews(record)}
    before = {interview.slug: was for interview, was in _pair_interviews(earlier, book.interviews)}
    fresh = {change.slug for change in changes(record, book) if change.kind is not Kind.WITHDRAWN}
    pages = []
    for part in book.parts:
        for index, interview in enumerate(part.interviews):
            if interview.slug in fresh:
                was = before[interview.slug]
                page = was.last if was else _find_page_for_new(book, part, index, before)
                pages.append(Insert(interview.slug, page))
    return tuple(pages)


def _find_page_for_new(book: Book, part: Part, index: int, before: Mapping[str, _EarlierInterview | None]) -> str:
    """Return the earlier page behind which the interview at `index` of the part belongs."""

    def find_known(interviews: Iterable[Interview]) -> _EarlierInterview | None:
        return next((was for interview in interviews if (was := before[interview.slug])), None)

    if previous := find_known(reversed(part.interviews[:index])):
        return previous.last
    if following := find_known(part.interviews[index + 1 :]):
        return _find_page_before(following.page)
    at = book.parts.index(part)
    in_earlier_parts = [interview for earlier_part in book.parts[:at] for interview in earlier_part.interviews]
    if previous := find_known(reversed(in_earlier_parts)):
        return previous.last
    following = find_known(interview for later_part in book.parts[at + 1 :] for interview in later_part.interviews)
    return _find_page_before(following.page) if following else ""


def _find_page_before(page: str) -> str:
    """Return the page before this one; before an insert, the page that it is behind."""
    base, style, number = parsed(page) if page else ("", "", 0)
    return base if style == "a" else str(max(number - 1, 1)) if number else ""


def taken(record: Record) -> tuple[tuple[str, int], ...]:
    """Return the pages of a delivery that have inserts, with how many.

    ("23", 2) where 23a and 23b stand.
    """
    counts: dict[str, int] = {}
    for interview in _read_interviews(record):
        base, style, number = parsed(interview.last) if interview.last else ("", "", 0)
        if style == "a":
            counts[base] = max(counts.get(base, 0), number)
    return tuple(counts.items())
