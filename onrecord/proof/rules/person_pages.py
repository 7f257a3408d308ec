"""Compose the pages of people a second time: what each took part in, and the links to them."""

from __future__ import annotations

from collections.abc import Iterator

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


def describe_person(book: Book, name: str) -> str:
    """Return the titles of a person's interviews, an entry for each role, as one text."""
    return "; ".join(interview.title.text for interview, _, _ in _iterate_roles(book, name))


def expect_person(book: Book, name: str) -> Iterator[Token]:
    """Yield the tokens of what the page of a person says."""
    yield from build_element("h1", name)
    stop = get_language(book.language).stop.strip()
    lines: list[Token] = []
    last = ""
    for interview, facts, role in _iterate_roles(book, name):
        span = build_element("span", facts.rstrip(), lang=interview.language)
        beginning = [*span, facts[len(facts.rstrip()) :]] if facts and facts != last else []
        link = build_element("a", interview.title.text, href=f"{interview.slug}.html", lang=interview.language)
        lines += build_element("li", beginning, role, link, stop)
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


def _iterate_roles(book: Book, name: str) -> Iterator[tuple[Interview, str, str]]:
    """Yield each interview of a person with what is said of the person there, and the role."""
    for interview in book.interviews:
        for person in interview.people:
            if fold_name(person.name) == fold_name(name):
                yield interview, expect_facts(person, book.language), expect_role(person, book.language)
