"""The people of a book, each once, with all that they did in it."""

from __future__ import annotations

from dataclasses import dataclass

from onrecord.model import Book, Interview, Role


@dataclass(frozen=True, slots=True)
class Entry:
    """What one person did in one interview; `affiliation` is the one at that time."""

    role: Role
    affiliation: str
    interview: Interview


@dataclass(frozen=True, slots=True)
class Contributor:
    """A person of the book, with an entry for each role in each interview."""

    name: str
    entries: tuple[Entry, ...]


def of(book: Book) -> tuple[Contributor, ...]:
    """Return everybody in the cast of an interview, sorted by the last word of the name."""
    entries: dict[str, list[Entry]] = {}
    for interview in book.interviews:
        for person in interview.people:
            entries.setdefault(person.name, []).append(Entry(person.role, person.affiliation, interview))
    names = sorted(entries, key=lambda name: (name.split()[-1].casefold(), name.casefold()))
    return tuple(Contributor(name, tuple(entries[name])) for name in names)
