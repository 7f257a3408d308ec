"""The same interview in other languages, as its page must offer it: derived from the model a second time.

The pairs of turns are found by a walk along both conversations, not by the model's own pairing: headings and named
pairs meet, everything between them is taken in order, and an answer never meets a question.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from onrecord.model import Answer, Book, Interview, Question
from onrecord.model.interview import TranslationOf
from onrecord.runtime.interface_texts import find_own_name

_MADE_ID = re.compile(r"[qa][0-9]+(-[0-9]+)?")
_HEADING = "heading"
Links = dict[str, str]  # id of a turn -> id of its pair


@dataclass(frozen=True, slots=True)
class ExpectedVersion:
    """An interview in another language: where links to it lead, and the pair of each turn."""

    slug: str
    language: str
    title: str
    is_original: bool
    pairs: tuple[tuple[str, str], ...]

    @property
    def name(self) -> str:
        """Return the name of the version's language in that language."""
        return find_own_name(self.language)

    @property
    def code(self) -> str:
        """Return the tag of the version's language in capitals."""
        return self.language.upper()


def expect_versions(book: Book) -> Mapping[str, tuple[ExpectedVersion, ...]]:
    """Return the other languages of each interview that has some, by slug."""
    whole = book.pack.whole_book if book.pack and book.pack.whole_book else book
    names = {interview.slug: interview for interview in whole.interviews}
    groups: dict[str, list[tuple[Interview, Links, Links]]] = {}  # by the slug of the original
    for translation in whole.interviews:
        of = translation.translation_of
        if of and of.slug in names:
            original = names[of.slug]
            itself = {turn.id: turn.id for turn in original.turns}
            group = groups.setdefault(of.slug, [(original, itself, itself)])
            group.append((translation, *_pair_turns(original, translation, of)))
    by_slug: dict[str, tuple[ExpectedVersion, ...]] = {}
    for interview in book.interviews if groups else ():
        if versions := tuple(_list_versions_of(interview, book, groups)):
            by_slug[interview.slug] = versions
    return by_slug


def _list_versions_of(
    interview: Interview, book: Book, groups: Mapping[str, Sequence[tuple[Interview, Links, Links]]]
) -> Iterator[ExpectedVersion]:
    """Yield an interview's versions in other languages that the book prints, in its order."""
    slug = _find_whole_slug(interview)
    group = next((group for group in groups.values() if any(member.slug == slug for member, _, _ in group)), ())
    to_original = next((links for member, _, links in group if member.slug == slug), {})
    for other in book.interviews:
        for member, from_original, _ in group:
            if member.slug != _find_whole_slug(other) or member.slug == slug:
                continue
            known = {turn.id for turn in other.turns}
            links = {turn.id: from_original.get(to_original.get(turn.id, ""), "") for turn in interview.turns}
            pairs = tuple((turn, partner) for turn, partner in links.items() if partner in known)
            if pairs or not (interview.extract or other.extract):
                is_original = member.translation_of is None
                yield ExpectedVersion(other.slug, other.language, other.title.text, is_original, pairs)


def _find_whole_slug(interview: Interview) -> str:
    """Return the slug of the interview, or for an extract that of the whole interview."""
    return interview.slug if interview.extract is None else interview.extract.whole_slug


# --- pairs of turns ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Step:
    """A turn or a heading of a conversation: its kind, its id, and its mark if it meets only what has the same."""

    kind: str
    id: str
    mark: str = ""
    is_alone: bool = False


def _pair_turns(original: Interview, translation: Interview, of: TranslationOf) -> tuple[Links, Links]:
    """Return the links of a translation's turns to the original's: from the original, and back."""
    marks: tuple[dict[str, str], dict[str, str]] = ({}, {})  # id -> mark, of both; "" for one that stands alone
    groups: list[tuple[set[str], set[str]]] = []
    for name, words in of.pairs:
        ours = set() if name.casefold() == "none" else set(_find_named_turns(name, translation))
        theirs = set() if words.text.casefold() == "none" else set(_find_named_turns(words.text, original))
        meeting = [group for group in groups if ours & group[1] or theirs & group[0]]
        groups = [group for group in groups if group not in meeting]
        groups.append((theirs.union(*(g[0] for g in meeting)), ours.union(*(g[1] for g in meeting))))
    for number, (theirs, ours) in enumerate(groups):
        mark = f"pair {number}" if theirs and ours else ""
        marks[0].update(dict.fromkeys(theirs, mark))
        marks[1].update(dict.fromkeys(ours, mark))
    shared = {turn.id for turn in original.turns} & {turn.id for turn in translation.turns}
    for identity in shared:
        if not _MADE_ID.fullmatch(identity) and identity not in marks[0] and identity not in marks[1]:
            marks[0][identity] = marks[1][identity] = f"id {identity}"
    rows = (_list_steps(original, marks[0]), _list_steps(translation, marks[1]))
    if not _do_headings_match(*rows):
        rows = ([step for step in rows[0] if step.kind != _HEADING], [s for s in rows[1] if s.kind != _HEADING])
    return _pair_steps(*rows)


def _find_named_turns(text: str, interview: Interview) -> Iterator[str]:
    """Yield the ids of the turns that a text of the manuscript names."""
    turns = interview.turns
    places = {turn.address.lower(): index for index, turn in enumerate(turns)}
    places.update({turn.id.lower(): index for index, turn in enumerate(turns)})
    for word in text.lower().replace("–", "-").replace(",", " ").replace(";", " ").split():
        if word in places:
            yield turns[places[word]].id
            continue
        halves = ((word[:index], word[index + 1 :]) for index, char in enumerate(word) if char == "-")
        ends = next(((places[a], places[b]) for a, b in halves if a in places and b in places), (1, 0))
        yield from (turn.id for turn in turns[ends[0] : ends[1] + 1])


def _list_steps(interview: Interview, marks: Mapping[str, str]) -> list[_Step]:
    """Return the turns and headings of a conversation, to pair it with its translation."""
    steps, headings = [], 0
    for entry in interview.conversation:
        if isinstance(entry, Question | Answer):
            mark = marks.get(entry.id)
            steps.append(_Step(entry.kind, entry.id, mark or "", is_alone=mark == ""))
        elif entry.kind == _HEADING:
            headings += 1
            steps.append(_Step(_HEADING, "", f"heading {headings}"))
    return steps


def _do_headings_match(originals: Iterable[_Step], translations: Iterable[_Step]) -> bool:
    """Return whether headings and marked turns of two versions follow alike, so that headings bound pairs."""
    orders = [
        [mark for mark, _ in groupby(step.mark for step in row if step.mark)] for row in (originals, translations)
    ]
    return orders[0] == orders[1] and len(set(orders[0])) == len(orders[0])


def _pair_steps(originals: Sequence[_Step], translations: Sequence[_Step]) -> tuple[Links, Links]:
    """Return the pairs of two versions' turns, walking along both: from the first to the second, and back."""
    forth: Links = {}
    back: Links = {}
    rows = [step for step in originals if not step.is_alone], [step for step in translations if not step.is_alone]
    i = j = 0
    while i < len(rows[0]) and j < len(rows[1]):
        first, second = rows[0][i], rows[1][j]
        if not first.mark and not second.mark:
            if first.kind != second.kind:
                break  # which no book that was checked has
            forth[first.id], back[second.id] = second.id, first.id
            i, j = i + 1, j + 1
        elif first.mark == second.mark:
            size = [_count_same_mark(row, index) for row, index in zip(rows, (i, j), strict=True)]
            for step in range(max(size) if first.kind != _HEADING else 0):
                from_id, to_id = rows[0][i + min(step, size[0] - 1)].id, rows[1][j + min(step, size[1] - 1)].id
                forth.setdefault(from_id, to_id)
                back.setdefault(to_id, from_id)
            i, j = i + size[0], j + size[1]
        elif first.mark:
            j += 1  # has no pair
        else:
            i += 1
    return forth, back


def _count_same_mark(row: Sequence[_Step], start: int) -> int:
    """Return how many steps of a conversation, from `start` on, have the same mark."""
    mark = row[start].mark
    return next((n for n, step in enumerate(row[start:]) if step.mark != mark), len(row) - start)
