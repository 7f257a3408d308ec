"""The people of a book, each once, with all that they did in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from onrecord.model import Asset, Book, Interview, Part, Person, Portrait
from onrecord.model.names import divide_name, fold_name, get_name_key, name_person_page
from onrecord.model.value import ByIdentity
from onrecord.runtime.interface_texts import InterfaceLanguage, get_language

_LONGEST_STANDFIRST = 120  # letters of one that stands in the contents


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one person did in one interview, in the words of a list of people.

    `facts` is a sentence about the person at that time, with its stop; "" if there is none, or if the entry before says
    the same. `gap` follows it. `role` begins with a capital and ends with a colon, `stop` ends the entry.
    """

    facts: str
    gap: str
    role: str
    stop: str
    interview: Interview


@dataclass(frozen=True, slots=True)
class Contributor:
    """A person of the book, with an entry for each role in each interview, and the first picture in the book."""

    name: str
    entries: tuple[Contribution, ...]
    picture: Portrait | None = None

    @property
    def page(self) -> str:
        """Return the file name of the person's page in the web edition."""
        return name_person_page(self.name)


def describe_guests(interview: Interview) -> str:
    """Return the line below a title in the contents: the guests, and the range of an extract.

    It is "" if the title says the same.
    """
    names = list_guest_names(interview)
    if interview.extract is None:
        return "" if names == interview.title.text else names
    return get_language(interview.language).names.comma.join(filter(None, (names, interview.extract.stretch)))


def describe_entry(interview: Interview) -> str:
    """Return what print has below a title in the contents: guests, or a short standfirst if the title names them."""
    is_named = not interview.extract and list_guest_names(interview) == interview.title.text
    if is_named and interview.standfirst and len(interview.standfirst.text) <= _LONGEST_STANDFIRST:
        return interview.standfirst.text
    return describe_guests(interview)


def list_guest_names(interview: Interview) -> str:
    """Return the guests' names, with the commas of the interview's language."""
    return get_language(interview.language).names.comma.join(person.name for person in interview.guests)


TEMPLATE_FUNCTIONS = {"describe_entry": describe_entry, "divide_name": divide_name}  # of templates for print


def list_contributors(book: Book) -> tuple[Contributor, ...]:
    """Return all people of the interviews' casts, sorted by surname."""
    return _list_contributors(ByIdentity(book.parts), book.language)


@lru_cache(maxsize=2)  # each edition asks for them
def _list_contributors(parts: ByIdentity[tuple[Part, ...]], language: str) -> tuple[Contributor, ...]:
    """Return all people of the interviews in the parts of a book in this language, sorted by surname."""
    entries: dict[str, list[Contribution]] = {}
    spellings: dict[str, str] = {}  # the first spelling of each name
    pictures: dict[str, Portrait] = {}
    for interview in (interview for part in parts.value for interview in part.interviews):
        for person in interview.people:
            name = spellings.setdefault(fold_name(person.name), person.name)
            entries.setdefault(name, []).append(_describe_contribution(person, interview, language))
            if person.picture:
                pictures.setdefault(name, person.picture)
    names = sorted(entries, key=get_name_key)
    return tuple(
        Contributor(name, tuple(_leave_out_repeated_facts(entries[name])), pictures.get(name)) for name in names
    )


def collect_portraits(people: Iterable[Contributor]) -> dict[str, Asset]:
    """Return the pictures of these people by their file names."""
    assets = [contributor.picture.asset for contributor in people if contributor.picture]
    return {asset.name: asset for asset in assets}


def _describe_contribution(person: Person, interview: Interview, language: str) -> Contribution:
    """Return what a person did in an interview: affiliation and note as a sentence, then the role."""
    known = get_language(language)
    stop = known.stop.rstrip()
    facts = _join_facts(person, known)
    facts = f"{_capitalize(facts.removesuffix(stop))}{stop}" if facts else ""
    role = _capitalize(person.role_name or known.texts[person.role.value])
    return Contribution(facts, known.stop.removeprefix(stop) if facts else "", f"{role}{known.colon}", stop, interview)


def _join_facts(person: Person, known: InterfaceLanguage) -> str:
    """Return affiliation and note as a sentence, or as two if the note begins like one: with a capital."""
    gap = known.stop if person.note[:1].isupper() else known.semicolon
    return gap.join(filter(None, (person.affiliation, person.note)))


def _leave_out_repeated_facts(entries: Sequence[Contribution]) -> Iterator[Contribution]:
    """Yield the entries of one person, each without facts that the entry before it has."""
    facts = ""
    for entry in entries:
        yield replace(entry, facts="", gap="") if entry.facts == facts else entry
        facts = entry.facts


def _capitalize(text: str) -> str:
    """Return the text with a capital at its beginning."""
    return text[:1].upper() + text[1:]
