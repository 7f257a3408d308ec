"""Compose the pages of people a second time: what each took part in, and the links to them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from onrecord.model import Book, Interview, Portrait
from onrecord.model.names import fold_name, name_person_page
from onrecord.model.problems import Problem
from onrecord.model.rule import Rule
from onrecord.proof.reading.markup_tokens import Token, build_element, isolate_name
from onrecord.proof.reading.normalize import list_pictures, normalize_text, shorten_text
from onrecord.proof.reading.sentences import expect_facts, expect_role
from onrecord.proof.rules.report import HINT
from onrecord.runtime.interface_texts import get_language


def expect_person_pages(book: Book) -> dict[str, str]:
    """Return the names of people by their web page's file name, in the order of the list; {} for a pack."""
    if book.pack:
        return {}
    spellings: dict[str, str] = {}
    for interview in book.interviews:
        for person in interview.people:
            spellings.setdefault(fold_name(person.name), person.name)
    names = sorted(spellings.values(), key=lambda name: (name.split()[-1].casefold(), name.casefold()))
    return {name_person_page(name): name for name in names}


def expect_portraits(book: Book) -> dict[str, Portrait]:
    """Return each person's first picture, by folded name, in the order of the list of people."""
    portraits: dict[str, tuple[str, Portrait]] = {}
    spellings: dict[str, str] = {}
    for interview in book.interviews:
        for person in interview.people:
            name = spellings.setdefault(fold_name(person.name), person.name)
            if person.picture:
                portraits.setdefault(fold_name(name), (name, person.picture))
    order = sorted(portraits, key=lambda key: (portraits[key][0].split()[-1].casefold(), portraits[key][0].casefold()))
    return {key: portraits[key][1] for key in order}


def expect_portrait(portrait: Portrait | None, class_: str | None = None, *, is_lazy: bool = False) -> list[Token]:
    """Return the HTML tokens that a picture of a person must have, [] without one."""
    if portrait is None:
        return []
    asset = portrait.asset
    source, width, height = f"images/{asset.name}", str(asset.width_px), str(asset.height_px)
    loading = "lazy" if is_lazy else None
    return build_element(
        "img", class_=class_, src=source, alt=portrait.alt, width=width, height=height, loading=loading
    )


def check_printed_portraits(book: Book, blocks: Iterable[str], fold: Callable[[str], str]) -> Iterator[Problem]:
    """Yield a problem if the pictures in the printed list of people are announced otherwise than by their texts.

    `blocks` are those of the list, `fold` gives a text the letters of the print edition. An off-print has no list.
    """
    portraits = expect_portraits(book).values() if book.offprint is None else ()
    expected = [fold(normalize_text(portrait.alt)) for portrait in portraits]
    actual = [text for block in blocks for text in list_pictures(block)]
    if actual != expected:
        unexpected = next((text for text in actual if text not in expected), "")
        missing = next((text for text in expected if text not in actual), "")
        fault = (
            f"announces a picture as “{shorten_text(unexpected)}”" if unexpected else f"lacks the picture “{missing}”"
        )
        sentence = f"the PDF: the list of people {fault}"
        yield Problem(book.location, Rule.PICTURES_ARE_THERE, sentence, HINT)


@dataclass(frozen=True, slots=True)
class PersonRole:
    """What is said of a person in an interview, "" if nothing, the role of the person there, and a picture."""

    interview: Interview
    facts: str
    role_name: str  # with the colon
    picture: Portrait | None = None


def collect_roles(book: Book) -> dict[str, list[PersonRole]]:
    """Return what each person took part in, in the order of the book, by the folded name."""
    roles: dict[str, list[PersonRole]] = {}
    for interview in book.interviews:
        for person in interview.people:
            facts, role_name = expect_facts(person, book.language), expect_role(person, book.language)
            roles.setdefault(fold_name(person.name), []).append(PersonRole(interview, facts, role_name, person.picture))
    return roles


def expect_roles_description(roles: Sequence[PersonRole]) -> str:
    """Return a person's interviews and roles as one text, the description that their page must have."""
    return "; ".join(role.interview.title.text for role in roles)


def expect_person(book: Book, name: str, roles: Sequence[PersonRole]) -> Iterator[Token]:
    """Yield the HTML tokens that the page of a person must have below its heading."""
    if portrait := next((role.picture for role in roles if role.picture), None):
        yield from build_element("p", expect_portrait(portrait), class_="portrait")
    yield from build_element("h1", name)
    stop = get_language(book.language).stop.strip()
    lines: list[Token] = []
    last = ""
    for role in roles:
        interview, facts = role.interview, role.facts
        span = build_element("span", isolate_name(facts.rstrip(), book.language), lang=interview.language)
        beginning = [*span, facts[len(facts.rstrip()) :]] if facts and facts != last else []
        title = isolate_name(interview.title.text, book.language)
        link = build_element("a", title, href=f"{interview.slug}.html", lang=interview.language)
        lines += build_element("li", beginning, role.role_name, link, stop)
        last = facts
    yield from build_element("ul", lines, class_="contributions")


def expect_cast(book: Book, interview: Interview, label: str) -> list[Token]:
    """Return the HTML tokens of the links that an interview's page must have to the pages of its people."""
    names: dict[str, str] = {}
    for person in interview.people if book.pack is None else ():
        names.setdefault(fold_name(person.name), person.name)
    if not names:
        return []
    lines = [build_element("li", build_element("a", name, href=name_person_page(name))) for name in names.values()]
    return build_element("nav", build_element("ul", *lines), class_="cast", aria_label=label)
