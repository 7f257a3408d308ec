"""Compose the pages of people a second time: what each took part in, and the links to them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from onrecord.model import Book, Interview
from onrecord.model.names import fold_name, name_person_page
from onrecord.proof.reading.markup_tokens import Token, build_element
from onrecord.proof.reading.sentences import expect_facts, expect_role
from onrecord.runtime.interface_texts import get_language


def list_person_pages(book: Book) -> dict[str, str]:
    """Return the name of each person by that of the page, in the order of the list of people; a pack has none."""
    if book.pack:
        return {}
    spellings: dict[str, str] = {}
    for interview in book.interviews:
        for person in interview.people:
            spellings.setdefault(fold_name(person.name), person.name)
    names = sorted(spellings.values(), key=lambda name: (name.split()[-1].casefold(), name.casefold()))
    return {name_person_page(name): name for name in names}


@dataclass(frozen=True, slots=True)
class PersonRole:
    """What is said of a person in an interview, "" if nothing, and the role of the person there."""

    interview: Interview
    facts: str
    role_name: str  # with the colon


def collect_roles(book: Book) -> dict[str, list[PersonRole]]:
    """Return what each person took part in, in the order of the book, by the folded name."""
    roles: dict[str, list[PersonRole]] = {}
    for interview in book.interviews:
        for person in interview.people:
            facts, role_name = expect_facts(person, book.language), expect_role(person, book.language)
            roles.setdefault(fold_name(person.name), []).append(PersonRole(interview, facts, role_name))
    return roles


def describe_roles(roles: Sequence[PersonRole]) -> str:
    """Return the titles of a person's interviews, an entry for each role, as one text."""
    return "; ".join(role.interview.title.text for role in roles)


def expect_person(book: Book, name: str, roles: Sequence[PersonRole]) -> Iterator[Token]:
    """Yield the tokens of what the page of a person says."""
    yield from build_element("h1", name)
    stop = get_language(book.language).stop.strip()
    lines: list[Token] = []
    last = ""
    for role in roles:
        interview, facts = role.interview, role.facts
        span = build_element("span", facts.rstrip(), lang=interview.language)
        beginning = [*span, facts[len(facts.rstrip()) :]] if facts and facts != last else []
        link = build_element("a", interview.title.text, href=f"{interview.slug}.html", lang=interview.language)
        lines += build_element("li", beginning, role.role_name, link, stop)
        last = facts
    yield from build_element("ul", lines, class_="contributions")


def expect_cast(book: Book, interview: Interview, label: str) -> list[Token]:
    """Return the tokens of the links from an interview to the pages of its people, each once."""
    names: dict[str, str] = {}
    for person in interview.people if book.pack is None else ():
        names.setdefault(fold_name(person.name), person.name)
    if not names:
        return []
    lines = [build_element("li", build_element("a", name, href=name_person_page(name))) for name in names.values()]
    return build_element("nav", build_element("ul", *lines), class_="cast", aria_label=label)
