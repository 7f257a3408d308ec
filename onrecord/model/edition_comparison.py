"""Compare a book with an earlier edition of it: what is new, changed or gone, piece by piece."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from onrecord.model.approved_text import TextChange, compute_text_digests, find_changed_places, list_short_digests
from onrecord.model.book import Book
from onrecord.model.interview import Interview
from onrecord.model.redirects import EarlierEdition, RecordedInterview, Redirect
from onrecord.model.source_location import SourceLocation
from onrecord.model.value import Value


@dataclass(frozen=True, slots=True)
class EditionChange(Value):
    """A difference from an earlier edition: of a whole interview (`place` is ""), or of a piece of it.

    `title` is that of the interview, "" if the record of the earlier edition has none.
    """

    slug: str
    place: str
    change: TextChange
    location: SourceLocation
    title: str = ""


def list_edition_changes(book: Book, earlier: EarlierEdition) -> tuple[EditionChange, ...]:
    """Return what is new, changed or gone since an earlier edition, in the order of the book.

    An interview whose old address leads to its new one has only another name.
    """
    known = {interview.slug: interview for interview in earlier.interviews}
    slugs = {interview.slug for interview in book.interviews}
    old_names = _find_old_names(book.redirects, known, slugs)
    changes: list[EditionChange] = []
    for interview in book.interviews:
        before = known.get(old_names.get(interview.slug, interview.slug))
        if before:
            changes += _compare_interview(interview, before)
        else:
            change = EditionChange(interview.slug, "", TextChange.NEW, interview.location, interview.title.text)
            changes.append(change)
    renamed = {*old_names.values()}
    titles = {withdrawal.slug: withdrawal.title for withdrawal in book.withdrawals}
    for slug, withdrawn in known.items():
        if slug not in slugs and slug not in renamed:
            title = withdrawn.title or titles.get(slug, "")
            changes.append(EditionChange(slug, "", TextChange.GONE, book.location, title))
    return tuple(changes)


def _find_old_names(redirects: Iterable[Redirect], known: Mapping[str, object], slugs: set[str]) -> dict[str, str]:
    """Return the earlier name of each interview that has another one now."""
    targets = {redirect.old: redirect.new for redirect in redirects if "#" not in redirect.old + redirect.new}
    names: dict[str, str] = {}
    for old in known:
        new, steps = old, 0
        while new in targets and new not in slugs and steps < len(targets):
            new, steps = targets[new], steps + 1
        if new != old and new in slugs and new not in known:
            names.setdefault(new, old)
    return names


def _compare_interview(interview: Interview, before: RecordedInterview) -> Iterator[EditionChange]:
    """Yield the differences of one interview from its earlier edition."""
    after = tuple(list_short_digests(interview).items())
    if after == before.digests:
        return
    places = [digest.location for digest in compute_text_digests(interview)]
    for change, place, index in find_changed_places(before.digests, after):
        yield EditionChange(interview.slug, place, change, places[index], interview.title.text)
