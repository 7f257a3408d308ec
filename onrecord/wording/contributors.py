"""The people of a book, each once, with all that they did in it."""

from __future__ import annotations

from dataclasses import dataclass

from onrecord.model import Book, Interview, Role
from onrecord.model.names import fold_name


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one person did in one interview; `affiliation` is the one at that time.

    `role_name` is printed in place of the role, unless it is "".
    """

    role: Role
    role_name: str
    affiliation: str
    interview: Interview


@dataclass(frozen=True, slots=True)
class Contributor:
    """A person of the book, with an entry for each role in each interview."""

    name: str
    entries: tuple[Contribution, ...]


def describe_guests(interview: Interview) -> str:
    """Return what stands below a title in the contents: the guests, and the range of an extract.

    It is "" if the title says the same.
    """
    names = [person.name for person in interview.guests]
    line = ", ".join([*names, interview.extract.stretch] if interview.extract else names)
    return "" if line == interview.title.text else line


def list_contributors(book: Book) -> tuple[Contributor, ...]:
    """Return all people of the interviews' casts, sorted by the last word of the name."""
    entries: dict[str, list[Contribution]] = {}
    spellings: dict[str, str] = {}  # the first spelling of each name
    for interview in book.interviews:
        for person in interview.people:
            name = spellings.setdefault(fold_name(person.name), person.name)
            entry = Contribution(person.role, person.role_name, person.affiliation, interview)
            entries.setdefault(name, []).append(entry)
    names = sorted(entries, key=lambda name: (name.split()[-1].casefold(), name.casefold()))
    return tuple(Contributor(name, tuple(entries[name])) for name in names)
