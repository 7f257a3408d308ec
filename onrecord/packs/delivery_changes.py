"""What is new, changed and withdrawn since an earlier delivery, told by its record; and where new pages belong.

The record keeps no words, only digests and counts: what was withdrawn shall not live on in a file beside the book.
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
    kind: str
    id: str
    name: str
    digest: str
    words: int
    page: str


class InterviewRecord(TypedDict):
    slug: str
    title: str
    page: str
    last: str
    pieces: list[PieceRecord]


class Record(TypedDict):
    """What is kept of a delivery, as JSON."""

    version: int
    slug: str
    interviews: list[InterviewRecord]


def record_of(book: Book, pages: Mapping[str, str], last: Mapping[str, str] | None = None) -> Record:
    """What a later delivery needs to know of this one, ready for JSON.

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
                "pieces": [
                    {
                        "kind": one.kind,
                        "id": one.id,
                        "name": one.name,
                        "digest": one.digest,
                        "words": one.words,
                        "page": one.page,
                    }
                    for one in (piece for piece, _ in _pieces(interview, pages))
                ],
            }
            for interview in book.interviews
        ],
    }


@dataclass(frozen=True, slots=True)
class _Earlier:
    slug: str
    title: str
    page: str
    last: str
    pieces: tuple[Piece, ...]


def recorded(data: bytes, file: str) -> Record:
    """A record as it was delivered; Refused if the file is none, or of a version we do not know."""
    hint = "take the file that was delivered with the earlier pack, unchanged"
    try:
        record: Record = json.loads(data)
        _read(record)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        raise Refused(
            [Problem(Place(file), "record-is-whole", "this is no record of an earlier delivery", hint)]
        ) from None
    return record


def _read(record: Record) -> tuple[_Earlier, ...]:
    if record["version"] != VERSION:
        raise ValueError(f"version {record['version']}")
    return tuple(
        _Earlier(
            _text(one["slug"]),
            _text(one["title"]),
            _text(one["page"]),
            _text(one["last"]),
            tuple(map(_piece, one["pieces"])),
        )
        for one in record["interviews"]
    )


def _piece(one: PieceRecord) -> Piece:
    kind, identity, name, digest = map(_text, (one["kind"], one["id"], one["name"], one["digest"]))
    return Piece(kind, identity, name, digest, int(one["words"]), _text(one["page"]))


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("no text")
    return value


# --- an interview in pieces ---------------------------------------------------------------------------


def _pieces(interview: Interview, pages: Mapping[str, str]) -> Iterator[tuple[Piece, str]]:
    """Every piece in reading order, with its words."""
    for kind, text in (
        ("title", interview.title.text),
        ("standfirst", interview.standfirst.text if interview.standfirst else ""),
        ("byline", interview.byline.text if interview.byline else ""),
        ("introduction", _words(interview, interview.introduction)),
    ):
        if text:
            yield _piece_of(kind, "", "", text, pages.get(interview.slug, ""))
    notes = 0
    for item in interview.conversation:
        if not isinstance(item, Question | Answer | Division):
            notes += 1
        identity = item.id if isinstance(item, Question | Answer | Division) else f"note-{notes}"
        name = item.address if isinstance(item, Question | Answer) else ""
        yield _piece_of(
            item.kind, identity, name, _item_words(interview, item), pages.get(f"{interview.slug}.{identity}", "")
        )
    if interview.disclaimer:
        yield _piece_of("disclaimer", "", "", interview.disclaimer.text, "")
    if interview.rights:
        yield _piece_of("rights", "", "", interview.rights.text, "")


def _piece_of(kind: str, identity: str, name: str, text: str, page: str) -> tuple[Piece, str]:
    digest = hashlib.sha256(text.encode()).hexdigest()[:32]
    return Piece(kind, identity, name, digest, len(text.split()), page), text


def _item_words(interview: Interview, item: Item) -> str:
    """What a turn says, by whom, with the footnotes it calls."""
    if isinstance(item, Division):
        return plain(item.content)
    label = item.label if isinstance(item, Question | Answer) else ""
    return "\n".join(filter(None, (label, _words(interview, item.blocks))))


def _words(interview: Interview, blocks: Iterable[Block]) -> str:
    blocks = tuple(blocks)
    notes = {note.number: note.blocks for note in interview.footnotes}
    called = [block for number in footnotes_in(blocks) for block in notes.get(number, ())]
    said: tuple[Passage, ...] = (*block_passages(blocks, ""), *block_passages(called, ""))
    return "\n".join(" ".join(passage.numbered_text.split()) for passage in said)


# --- changes ------------------------------------------------------------------------------------------


def changes(record: Record, book: Book) -> tuple[InterviewChange, ...]:
    """By interview what the book says otherwise than the delivery recorded, in the order of the book, withdrawn last.

    What only stands elsewhere (another place, another number, another file name) is not changed.
    """
    earlier = {one.slug: one for one in _read(record)}
    pairs = _paired(earlier, book.interviews)
    found = []
    for interview, before in pairs:
        if before is None:
            found.append(InterviewChange(Kind.NEW, interview.slug, interview.title.text))
        elif own := tuple(_changes(before, interview)):
            found.append(
                InterviewChange(Kind.CHANGED, interview.slug, interview.title.text, before.page, before.last, own)
            )
    kept = {before.slug for _, before in pairs if before}
    gone = (one for slug, one in earlier.items() if slug not in kept)
    return (*found, *(InterviewChange(Kind.WITHDRAWN, one.slug, one.title, one.page, one.last) for one in gone))


def _paired(
    earlier: Mapping[str, _Earlier], interviews: Sequence[Interview]
) -> list[tuple[Interview, _Earlier | None]]:
    """Each interview with its earlier self: by file name, else by the same words under another one."""
    rest = {slug: one for slug, one in earlier.items() if slug not in {interview.slug for interview in interviews}}
    by_words = {tuple(piece.digest for piece in one.pieces): one for one in rest.values()}
    out = []
    for interview in interviews:
        before = earlier.get(interview.slug)
        if before is None:
            before = by_words.pop(tuple(piece.digest for piece, _ in _pieces(interview, {})), None)
        out.append((interview, before))
    return out


def _changes(before: _Earlier, interview: Interview) -> Iterator[Change]:
    """The changed pieces of one interview in reading order; withdrawn ones where they stood."""
    now = list(_pieces(interview, {}))
    old, new = list(before.pieces), [piece for piece, _ in now]
    asked_before, asked_now = _asked(old), _asked(new)
    keys_before, keys_now = _keys(old, asked_before), _keys(new, asked_now)
    matcher = SequenceMatcher(None, keys_before, keys_now, autojunk=False)
    blocks = [block for block in matcher.get_opcodes() if block[0] != "equal"]
    moved_from, moved_to = _moved(keys_before, keys_now, blocks)
    for _, first, last, start, end in blocks:
        gone = [index for index in range(first, last) if index not in moved_from]
        come = [index for index in range(start, end) if index not in moved_to]
        partner = _partners(old, gone, asked_before, new, come, asked_now)
        yield from (Change(Kind.WITHDRAWN, old[index], None) for index in gone if index not in partner.values())
        for index in come:
            piece, text = now[index]
            if index not in partner:
                yield Change(Kind.NEW, None, piece, text)
                continue
            was = partner[index]
            question = partner.get(asked_now.get(index, -1))
            # The same words under the question as it reads now are no change; under another question they are.
            if old[was].digest != piece.digest or question != asked_before.get(was):
                yield Change(Kind.CHANGED, old[was], piece, text)


def _asked(pieces: Sequence[Piece]) -> dict[int, int]:
    """For the place of each answer, the place of the question it answers."""
    found, last = {}, None
    for index, piece in enumerate(pieces):
        if piece.kind == "question":
            last = index
        elif piece.kind == "answer" and last is not None:
            found[index] = last
    return found


_Key = tuple[str, str, str]


def _keys(pieces: Sequence[Piece], asked: Mapping[int, int]) -> list[_Key]:
    """What makes a piece the same: its kind and words, and for an answer the question: it means nothing without."""
    questions = (pieces[asked[index]].digest if index in asked else "" for index in range(len(pieces)))
    return [(piece.kind, piece.digest, question) for piece, question in zip(pieces, questions, strict=True)]


def _moved(
    old: Sequence[_Key], new: Sequence[_Key], blocks: Sequence[tuple[str, int, int, int, int]]
) -> tuple[set[int], set[int]]:
    """The places of pieces that stand elsewhere now with the same words: before, and now."""
    waiting: dict[_Key, list[int]] = {}
    for _, first, last, _, _ in blocks:
        for index in range(first, last):
            waiting.setdefault(old[index], []).append(index)
    left, come = set(), set()
    for _, _, _, start, end in blocks:
        for index in range(start, end):
            if places := waiting.get(new[index]):
                left.add(places.pop(0))
                come.add(index)
    return left, come


def _partners(
    old: Sequence[Piece],
    gone: Sequence[int],
    asked_before: Mapping[int, int],
    new: Sequence[Piece],
    come: Sequence[int],
    asked_now: Mapping[int, int],
) -> dict[int, int]:
    """For the place of a piece now, the place of what it stands for; none for what is new.

    Of its kind: with the same words, else asking for the same answer, else with its id, else the next one.
    """
    found: dict[int, int] = {}
    free = list(gone)

    def asks_the_same(was: int, now: int) -> bool:
        return any(asked_now.get(answer) == now and asked_before.get(before) == was for answer, before in found.items())

    for fits in (
        lambda was, now: old[was].digest == new[now].digest,
        asks_the_same,
        lambda was, now: old[was].id == new[now].id,
        lambda was, now: True,
    ):
        for now in come:
            was = next((one for one in free if old[one].kind == new[now].kind and fits(one, now)), None)
            if now not in found and was is not None:
                found[now] = was
                free.remove(was)
    return found


# --- where new pages belong --------------------------------------------------------------------------


def inserts(record: Record, book: Book) -> tuple[Insert, ...]:
    """For each new or changed interview, in the order of the book, the earlier page behind which its pages belong.

    What changed belongs behind its earlier self. What is new belongs behind what stands before it in its part, or
    before what follows it there; in a part that was not there, behind the part before. Page "" where the earlier
    delivery has no page numbers.
    """
    earlier = {one.slug: one for one in _read(record)}
    before = {interview.slug: was for interview, was in _paired(earlier, book.interviews)}
    fresh = {change.slug for change in changes(record, book) if change.kind is not Kind.WITHDRAWN}
    found = []
    for part in book.parts:
        for index, interview in enumerate(part.interviews):
            if interview.slug in fresh:
                was = before[interview.slug]
                found.append(Insert(interview.slug, was.last if was else _behind(book, part, index, before)))
    return tuple(found)


def _behind(book: Book, part: Part, index: int, before: Mapping[str, _Earlier | None]) -> str:
    def known(interviews: Iterable[Interview]) -> _Earlier | None:
        return next((was for one in interviews if (was := before[one.slug])), None)

    if previous := known(reversed(part.interviews[:index])):
        return previous.last
    if following := known(part.interviews[index + 1 :]):
        return _page_before(following.page)
    at = book.parts.index(part)
    if previous := known(reversed([one for other in book.parts[:at] for one in other.interviews])):
        return previous.last
    following = known(one for other in book.parts[at + 1 :] for one in other.interviews)
    return _page_before(following.page) if following else ""


def _page_before(page: str) -> str:
    """The page before this one; before an insert, the page that it is behind."""
    base, style, number = parsed(page) if page else ("", "", 0)
    return base if style == "a" else str(max(number - 1, 1)) if number else ""


def taken(record: Record) -> tuple[tuple[str, int], ...]:
    """The pages of a delivery that have inserts, with how many: ("23", 2) where 23a and 23b stand."""
    found: dict[str, int] = {}
    for one in _read(record):
        base, style, number = parsed(one.last) if one.last else ("", "", 0)
        if style == "a":
            found[base] = max(found.get(base, 0), number)
    return tuple(found.items())
