"""The same interview in other languages: the original and its translations, as far as the book has them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from onrecord.model.book import Book
from onrecord.model.interview import Interview
from onrecord.model.turn_pairs import pair_turns
from onrecord.model.value import Value


@dataclass(frozen=True, slots=True)
class Version(Value):
    """An interview in another language. `turns` are pairs of ids: a turn of this interview, and its pair there."""

    slug: str
    language: str
    title: str
    is_original: bool
    turns: tuple[tuple[str, str], ...]

    def find(self, turn: str) -> str:
        """Return the id of the pair of a turn, "" if it has none."""
        return dict(self.turns).get(turn, "")


@dataclass(frozen=True, slots=True)
class _Family(Value):
    """An original with its translations, and for each the ids of its turns by those of the original, and back."""

    members: tuple[Interview, ...]  # the original first
    from_original: tuple[tuple[tuple[str, str], ...], ...]
    to_original: tuple[tuple[tuple[str, str], ...], ...]


def list_versions(book: Book) -> Mapping[str, tuple[Version, ...]]:
    """Return the other versions of each interview that has some, by its slug, in the order of the book.

    Those of a pack are the interviews and extracts that it holds, with the turns that both hold.
    """
    whole = book.pack.whole_book if book.pack and book.pack.whole_book else book
    families = list(_iterate_families(whole))
    if not families:
        return {}
    printed: dict[str, list[Interview]] = {}  # by the slug of the whole interview
    for interview in book.interviews:
        printed.setdefault(interview.extract.whole_slug if interview.extract else interview.slug, []).append(interview)
    order = {interview.slug: index for index, interview in enumerate(book.interviews)}
    versions: dict[str, list[Version]] = {}
    for family in families:
        for member, interview in _iterate_printed(family, printed):
            for other_member, other in _iterate_printed(family, printed):
                if member != other_member and (version := _connect(family, member, interview, other_member, other)):
                    versions.setdefault(interview.slug, []).append(version)
    return {slug: tuple(sorted(group, key=lambda version: order[version.slug])) for slug, group in versions.items()}


def _iterate_families(book: Book) -> Iterator[_Family]:
    """Yield each original interview that has translations, with these."""
    interviews = {interview.slug: interview for interview in book.interviews}
    translations: dict[str, list[Interview]] = {}
    for interview in book.interviews:
        if interview.translation_of and interview.translation_of.slug in interviews:
            translations.setdefault(interview.translation_of.slug, []).append(interview)
    for slug, members in translations.items():
        original = interviews[slug]
        pairings = [pair_turns(original, translation) for translation in members]
        itself = tuple((turn.id, turn.id) for turn in original.turns)
        yield _Family(
            (original, *members),
            (itself, *(tuple(pairing.map_originals().items()) for pairing in pairings)),
            (itself, *(tuple(pairing.map_turns().items()) for pairing in pairings)),
        )


def _iterate_printed(family: _Family, printed: Mapping[str, Iterable[Interview]]) -> Iterator[tuple[int, Interview]]:
    """Yield what is printed of a family: the index of the member, and the interview or extract."""
    for index, member in enumerate(family.members):
        for interview in printed.get(member.slug, ()):
            yield index, interview


def _connect(family: _Family, member: int, interview: Interview, other_member: int, other: Interview) -> Version | None:
    """Return the other interview as a version of this one; None if two extracts have no pair of turns."""
    back, on = dict(family.to_original[member]), dict(family.from_original[other_member])
    known = {turn.id for turn in other.turns}
    partners = ((turn.id, on.get(back.get(turn.id, ""), "")) for turn in interview.turns)
    turns = tuple((turn, partner) for turn, partner in partners if partner in known)
    if not turns and (interview.extract or other.extract):
        return None
    return Version(other.slug, other.language, other.title.text, other_member == 0, turns)
