"""Find what has changed since a recorded delivery, and where new pages belong."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import SequenceMatcher

from onrecord.model import Book, Interview, Part
from onrecord.model.changes import Change, ChangeKind, Insert, InterviewChange, InterviewPiece
from onrecord.model.inserted_pages import parse_page_label
from onrecord.packs.delivered_pieces import EarlierInterview, PackRecord, iterate_pieces, parse_interviews


def find_changes(record: PackRecord, book: Book) -> tuple[InterviewChange, ...]:
    """Return what changed in a pack since the recorded delivery, by interview.

    They are in the order of the book, withdrawn interviews last. What only stands elsewhere (another place, another
    number, another file name) is not changed.
    """
    earlier = {interview.slug: interview for interview in parse_interviews(record)}
    pairs = _pair_interviews(earlier, book.interviews)
    interview_changes = []
    for interview, before in pairs:
        slug, title = interview.slug, interview.title.text
        if before is None:
            interview_changes.append(InterviewChange(ChangeKind.NEW, slug, title))
        elif piece_changes := tuple(_compare_pieces(before, interview)):
            change = InterviewChange(ChangeKind.CHANGED, slug, title, before.page, before.last, piece_changes)
            interview_changes.append(change)
    paired = {before.slug for _, before in pairs if before}
    withdrawn = (before for slug, before in earlier.items() if slug not in paired)
    return (
        *interview_changes,
        *(InterviewChange(ChangeKind.WITHDRAWN, gone.slug, gone.title, gone.page, gone.last) for gone in withdrawn),
    )


def _pair_interviews(
    earlier: Mapping[str, EarlierInterview], interviews: Sequence[Interview]
) -> list[tuple[Interview, EarlierInterview | None]]:
    """Return each interview with its version in the earlier delivery, or None.

    That has the same file name, or else the same words under another one.
    """
    slugs = {interview.slug for interview in interviews}
    missing = [before for slug, before in earlier.items() if slug not in slugs]
    by_words = {tuple(piece.digest for piece in before.pieces): before for before in missing}
    pairs = []
    for interview in interviews:
        before = earlier.get(interview.slug)
        if before is None:
            before = by_words.pop(tuple(piece.digest for piece, _ in iterate_pieces(interview, {})), None)
        pairs.append((interview, before))
    return pairs


def _compare_pieces(before: EarlierInterview, interview: Interview) -> Iterator[Change]:
    """Yield the changed pieces of an interview; withdrawn ones where they stood before."""
    pieces = list(iterate_pieces(interview, {}))
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
        yield from (Change(ChangeKind.WITHDRAWN, old[index], None) for index in gone if index not in partners.values())
        for index in come:
            piece, text = pieces[index]
            if index not in partners:
                yield Change(ChangeKind.NEW, None, piece, text)
                continue
            was = partners[index]
            question = partners.get(asked_now.get(index, -1))
            # The same words under the question as it reads now are no change; under another question they are.
            if old[was].digest != piece.digest or question != asked_before.get(was):
                yield Change(ChangeKind.CHANGED, old[was], piece, text)


def _find_questions(pieces: Sequence[InterviewPiece]) -> dict[int, int]:
    """Return for the index of each answer the index of the question it answers."""
    questions, last = {}, None
    for index, piece in enumerate(pieces):
        if piece.kind == "question":
            last = index
        elif piece.kind == "answer" and last is not None:
            questions[index] = last
    return questions


_Key = tuple[str, str, str]


def _build_keys(pieces: Sequence[InterviewPiece], asked: Mapping[int, int]) -> list[_Key]:
    """Return for each piece: kind, digest of its text, digest of the question it answers."""
    questions = (pieces[asked[index]].digest if index in asked else "" for index in range(len(pieces)))
    return [(piece.kind, piece.digest, question) for piece, question in zip(pieces, questions, strict=True)]


def _find_moved(
    old: Sequence[_Key], new: Sequence[_Key], blocks: Sequence[tuple[str, int, int, int, int]]
) -> tuple[set[int], set[int]]:
    """Return the old and the new indices of pieces that were moved and not changed."""
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
    old: Sequence[InterviewPiece],
    gone: Sequence[int],
    asked_before: Mapping[int, int],
    new: Sequence[InterviewPiece],
    come: Sequence[int],
    asked_now: Mapping[int, int],
) -> dict[int, int]:
    """Return the old index of the earlier version for each new index that has one.

    Of its kind: with the same words, else asking for the same answer, else with its id, else the next one.
    """
    partners: dict[int, int] = {}
    free = list(gone)

    def have_matched_answers(was: int, now: int) -> bool:
        """Return whether the two questions (old index, new index) have a pair of matched answers."""
        return any(
            asked_now.get(answer) == now and asked_before.get(before) == was for answer, before in partners.items()
        )

    for fits in (
        lambda was, now: old[was].digest == new[now].digest,
        have_matched_answers,
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


def find_inserts(record: PackRecord, book: Book) -> tuple[Insert, ...]:
    """Return the earlier page behind which the pages of each new or changed interview belong.

    The inserts are in the order of the book. What changed belongs behind its earlier self. What is new belongs behind
    what stands before it in its part, or before what follows it there; in a part that was not there, behind the part
    before. Page "" where the earlier delivery has no page numbers.
    """
    earlier = {interview.slug: interview for interview in parse_interviews(record)}
    before = {interview.slug: was for interview, was in _pair_interviews(earlier, book.interviews)}
    fresh = {change.slug for change in find_changes(record, book) if change.kind is not ChangeKind.WITHDRAWN}
    pages = []
    for part in book.parts:
        for index, interview in enumerate(part.interviews):
            if interview.slug in fresh:
                was = before[interview.slug]
                page = was.last if was else _find_page_for_new(book, part, index, before)
                pages.append(Insert(interview.slug, page))
    return tuple(pages)


def _find_page_for_new(book: Book, part: Part, index: int, before: Mapping[str, EarlierInterview | None]) -> str:
    """Return the earlier page behind which the interview at `index` of the part belongs."""

    def find_earlier(interviews: Iterable[Interview]) -> EarlierInterview | None:
        """Return the earlier version of the first interview that has one, or None."""
        return next((was for interview in interviews if (was := before[interview.slug])), None)

    if previous := find_earlier(reversed(part.interviews[:index])):
        return previous.last
    if following := find_earlier(part.interviews[index + 1 :]):
        return _find_page_before(following.page)
    at = book.parts.index(part)
    in_earlier_parts = [interview for earlier_part in book.parts[:at] for interview in earlier_part.interviews]
    if previous := find_earlier(reversed(in_earlier_parts)):
        return previous.last
    following = find_earlier(interview for later_part in book.parts[at + 1 :] for interview in later_part.interviews)
    return _find_page_before(following.page) if following else ""


def _find_page_before(page: str) -> str:
    """Return the number before a page's number; for an insert, the page it was put behind."""
    base, style, number = parse_page_label(page) if page else ("", "", 0)
    return base if style == "a" else str(max(number - 1, 1)) if number else ""


def count_inserts(record: PackRecord) -> tuple[tuple[str, int], ...]:
    """Return each page of the delivery that inserts stand behind, and how many they are.

    ("23", 2) where 23a and 23b stand.
    """
    counts: dict[str, int] = {}
    for interview in parse_interviews(record):
        base, style, number = parse_page_label(interview.last) if interview.last else ("", "", 0)
        if style == "a":
            counts[base] = max(counts.get(base, 0), number)
    return tuple(counts.items())
