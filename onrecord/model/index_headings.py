"""The headings of a book's index, as `index.yaml` says them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from onrecord.model.names import fold_name
from onrecord.model.source_location import SourceLocation
from onrecord.model.text import TextLine
from onrecord.model.value import Value


class HeadingKind(StrEnum):
    """What a heading names."""

    PERSON = "person"
    PLACE = "place"
    ORGANISATION = "organisation"
    SUBJECT = "subject"


@dataclass(frozen=True, slots=True)
class IndexHeading(Value):
    """A heading, or a sub-heading, which has no sub-headings and no references of its own.

    `aliases` are words of the text that are entries by themselves; one that ends in `*` finds each word that begins
    so. `sort` stands in for the name where headings are sorted. A heading with `see` has no places.
    """

    name: TextLine
    kind: HeadingKind = HeadingKind.SUBJECT
    aliases: tuple[TextLine, ...] = ()
    sort: str = ""
    see: tuple[TextLine, ...] = ()
    see_also: tuple[TextLine, ...] = ()
    subs: tuple[IndexHeading, ...] = ()

    def find_sub(self, name: str) -> IndexHeading | None:
        """Return the sub-heading of this name, None if there is none."""
        return next((sub for sub in self.subs if fold_name(sub.name.text) == fold_name(name)), None)


@dataclass(frozen=True, slots=True)
class BookIndex(Value):
    """The index of a book: its headings in the order of the file."""

    headings: tuple[IndexHeading, ...]
    location: SourceLocation

    def find_heading(self, name: str) -> IndexHeading | None:
        """Return the heading that is called so, or has these words as an alias; None if there is none."""
        folded = fold_name(name)
        named = (heading for heading in self.headings if fold_name(heading.name.text) == folded)
        return next(named, next((heading for heading in self.headings if has_alias(heading, folded)), None))

    def iterate_levels(self) -> Iterator[tuple[IndexHeading, IndexHeading | None]]:
        """Yield each heading with None, and after it each of its sub-headings: (heading, sub-heading)."""
        for heading in self.headings:
            yield heading, None
            yield from ((heading, sub) for sub in heading.subs)


def has_alias(heading: IndexHeading, folded: str) -> bool:
    """Return whether these words, folded by `fold_name`, are an alias of the heading."""
    return any(fold_name(alias.text) == folded for alias in heading.aliases)
