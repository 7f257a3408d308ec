"""Find what has changed since a recorded delivery, and where new pages belong."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from onrecord.model import Book, Interview, Part
from onrecord.model.changes import Change, ChangeKind, Insert, InterviewChange, InterviewPiece
from onrecord.model.inserted_pages import parse_page_label
from onrecord.packs.delivered_pieces import EarlierInterview, PackRecord, iterate_pieces, parse_interviews

_Key = tuple[str, str, str]


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
        *(
            InterviewChange(ChangeKind.WITHDRAWN, before.slug, before.title, before.page, before.last)
            for before in withdrawn
        ),
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


@dataclass(frozen=True, slots=True)
class _Version:
    """The pieces of an interview in one delivery; `questions` has the index of the question by that of its answer."""

    pieces: Sequence[InterviewPiece]
    questions: Mapping[int, int]

    def list_keys(self) -> list[_Key]:
        """Return for each piece: kind, digest of its text, digest of the question that it answers."""
        question_digests = (
            self.pieces[self.questions[index]].digest if index in self.questions else ""
            for index in range(len(self.pieces))
        )
        pairs = zip(self.pieces, question_digests, strict=True)
        return [(piece.kind, piece.digest, question) for piece, question in pairs]


def _compare_pieces(before: EarlierInterview, interview: Interview) -> Iterator[Change]:
    """Yield the changed pieces of an interview; withdrawn ones where they stood before."""
    pieces_with_text = list(iterate_pieces(interview, {}))
    old, new = _find_questions(before.pieces), _find_questions([piece for piece, _ in pieces_with_text])
    old_keys, new_keys = old.list_keys(), new.list_keys()
    matcher = SequenceMatcher(None, old_keys, new_keys, autojunk=False)
    blocks = [block for block in matcher.get_opcodes() if block[0] != "equal"]
    moved_from, moved_to = _find_moved(old_keys, new_keys, blocks)
    for _, first, last, start, end in blocks:
        removed = [index for index in range(first, last) if index not in moved_from]
        added = [index for index in range(start, end) if index not in moved_to]
        partners = _find_partners(old, removed, new, added)
        for index in removed:
            if index not in partners.values():
                yield Change(ChangeKind.WITHDRAWN, old.pieces[index], None)
        for index in added:
            piece, text = pieces_with_text[index]
            if index not in partners:
                yield Change(ChangeKind.NEW, None, piece, text)
                continue
            partner = partners[index]
            old_question = partners.get(new.questions.get(index, -1))
            # The same words under the question as it reads now are no change; under another question they are.
            if old.pieces[partner].digest != piece.digest or old_question != old.questions.get(partner):
                yield Change(ChangeKind.CHANGED, old.pieces[partner], piece, text)


def _find_questions(pieces: Sequence[InterviewPiece]) -> _Version:
    """Return the pieces with the questions that their answers belong to."""
    questions, last = {}, None
    for index, piece in enumerate(pieces):
        if piece.kind == "question":
            last = index
        elif piece.kind == "answer" and last is not None:
            questions[index] = last
    return _Version(pieces, questions)


def _find_moved(
    old: Sequence[_Key], new: Sequence[_Key], blocks: Sequence[tuple[str, int, int, int, int]]
) -> tuple[set[int], set[int]]:
    """Return the old and the new indices of pieces that were moved and not changed."""
    removed: dict[_Key, list[int]] = {}
    for _, first, last, _, _ in blocks:
        for index in range(first, last):
            removed.setdefault(old[index], []).append(index)
    moved_from, moved_to = set(), set()
    for _, _, _, start, end in blocks:
        for index in range(start, end):
            if indices := removed.get(new[index]):
                moved_from.add(indices.pop(0))
                moved_to.add(index)
    return moved_from, moved_to


def _find_partners(old: _Version, removed: Sequence[int], new: _Version, added: Sequence[int]) -> dict[int, int]:
    """Return the old index of the earlier version for each new index that has one.

    Of its kind: with the same words, else asking for the same answer, else with its id, else the next one.
    """
    partners: dict[int, int] = {}
    free = list(removed)

    def have_matched_answers(old_index: int, new_index: int) -> bool:
        """Return whether the two questions have a pair of matched answers."""
        return any(
            new.questions.get(answer) == new_index and old.questions.get(old_answer) == old_index
            for answer, old_answer in partners.items()
        )

    for fits in (
        lambda old_index, new_index: old.pieces[old_index].digest == new.pieces[new_index].digest,
        have_matched_answers,
        lambda old_index, new_index: old.pieces[old_index].id == new.pieces[new_index].id,
        lambda old_index, new_index: True,
    ):
        for index in added:
            kind = new.pieces[index].kind
            partner = next((place for place in free if old.pieces[place].kind == kind and fits(place, index)), None)
            if index not in partners and partner is not None:
                partners[index] = partner
                free.remove(partner)
    return partners


# --- where new pages belong --------------------------------------------------------------------------


def find_inserts(record: PackRecord, book: Book) -> tuple[Insert, ...]:
    """Return the earlier page after which the pages of each new or changed interview belong.

    The inserts are in the order of the book. What changed belongs after its earlier self. What is new belongs after
    what stands before it in its part, or before what follows it there; in a part that was not there, after the part
    before. Page "" where the earlier delivery has no page numbers.
    """
    earlier = {interview.slug: interview for interview in parse_interviews(record)}
    versions = {interview.slug: before for interview, before in _pair_interviews(earlier, book.interviews)}
    changed = {change.slug for change in find_changes(record, book) if change.kind is not ChangeKind.WITHDRAWN}
    pages = []
    for part in book.parts:
        for index, interview in enumerate(part.interviews):
            if interview.slug in changed:
                before = versions[interview.slug]
                page = before.last if before else _find_page_for_new(book, part, index, versions)
                pages.append(Insert(interview.slug, page))
    return tuple(pages)


def _find_page_for_new(book: Book, part: Part, index: int, versions: Mapping[str, EarlierInterview | None]) -> str:
    """Return the earlier page after which the interview at `index` of the part belongs."""

    def find_earlier(interviews: Iterable[Interview]) -> EarlierInterview | None:
        """Return the earlier version of the first interview that has one, or None."""
        return next((before for interview in interviews if (before := versions[interview.slug])), None)

    if previous := find_earlier(reversed(part.interviews[:index])):
        return previous.last
    if following := find_earlier(part.interviews[index + 1 :]):
        return _find_page_before(following.page)
    place = book.parts.index(part)
    in_earlier_parts = [interview for earlier_part in book.parts[:place] for interview in earlier_part.interviews]
    if previous := find_earlier(reversed(in_earlier_parts)):
        return previous.last
    following = find_earlier(interview for later_part in book.parts[place + 1 :] for interview in later_part.interviews)
    return _find_page_before(following.page) if following else ""


def _find_page_before(page: str) -> str:
    """Return the number before a page's number; for an insert, the page it was put after."""
    base, style, number = parse_page_label(page) if page else ("", "", 0)
    return base if style == "a" else str(max(number - 1, 1)) if number else ""


def count_inserts(record: PackRecord) -> tuple[tuple[str, int], ...]:
    """Return each page of the delivery that inserts stand after, and how many they are.

    ("23", 2) where 23a and 23b stand.
    """
    counts: dict[str, int] = {}
    for interview in parse_interviews(record):
        base, style, number = parse_page_label(interview.last) if interview.last else ("", "", 0)
        if style == "a":
            counts[base] = max(counts.get(base, 0), number)
    return tuple(counts.items())
