"""The people of a book, each once, with all that they did in it."""

from __future__ import annotations

from dataclasses import dataclass

from onrecord.model import Book, Interview, Role
from onrecord.model.names import fold_name

_LONGEST_STANDFIRST = 120  # letters of one that stands in the contents


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


def describe_entry(interview: Interview) -> str:
    """Return what print has below a title in the contents: guests, or a short standfirst if the title names them."""
    is_named = not interview.extract and ", ".join(person.name for person in interview.guests) == interview.title.text
    if is_named and interview.standfirst and len(interview.standfirst.text) <= _LONGEST_STANDFIRST:
        return interview.standfirst.text
    return describe_guests(interview)


def divide_name(name: str) -> tuple[str, str]:
    """Return a name in two parts: what stands before the word that it is sorted by, and that word."""
    before, space, last = name.strip().rpartition(" ")
    return before + space, last


TEMPLATE_FUNCTIONS = {"describe_entry": describe_entry, "divide_name": divide_name}  # of templates for print


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
