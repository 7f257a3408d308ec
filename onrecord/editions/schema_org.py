"""What the pages of the web edition say of themselves to search engines: a line of description, and schema.org data."""

from __future__ import annotations

import json
from collections.abc import Mapping

from markupsafe import Markup as Safe

from onrecord.model import Book, Interview, Role, passages


def book_description(book: Book) -> str:
    """What the desk says of the book, or what is in it."""
    return short(book.description or book.subtitle or "; ".join(one.title.text for one in book.interviews))


def description(interview: Interview) -> str:
    """The standfirst, the byline, or the first words."""
    printed = interview.standfirst or interview.byline
    words = (passage.text for passage in passages(interview) if passage.kind == "text")
    return short(printed.text if printed else next(words, ""))


def short(text: str) -> str:
    """The text on one line, cut between words where it is too long for a list of search results."""
    text = " ".join(text.split())
    return text if len(text) <= 300 else text[:299].rsplit(" ", 1)[0] + "…"


def book_data(book: Book) -> dict[str, object]:
    """schema.org Book."""
    data: dict[str, object] = {
        "@context": "https://schema.org",
        "@type": "Book",
        "name": book.title,
        "inLanguage": book.language,
        "datePublished": book.date.isoformat(),
    }
    if book.editors:
        data["editor"] = [{"@type": "Person", "name": name} for name in book.editors]
    if book.publisher:
        data["publisher"] = {"@type": "Organization", "name": book.publisher}
    if book.isbn:
        data["isbn"] = book.isbn
    if book.url:
        data["url"] = book.url
    return data


def interview_data(interview: Interview, book: Book) -> dict[str, object]:
    """schema.org Article; those who ask are its authors, those who answer contribute and are its subject."""
    guests = [_person(person.name, person.affiliation) for person in interview.guests]
    askers = [_person(person.name, person.affiliation) for person in interview.people if person.role.asks]
    translators = [_person(one.name, one.affiliation) for one in interview.people if one.role is Role.TRANSLATOR]
    others = [
        _person(one.name, one.affiliation) for one in interview.people if one.role in (Role.EDITOR, Role.PHOTOGRAPHER)
    ]
    data: dict[str, object] = {
        "@context": "https://schema.org",
        "@type": "Article",
        "headline": interview.title.text,
        "genre": "interview",
        "inLanguage": interview.language,
        "datePublished": (interview.date or book.date).isoformat(),
        "isPartOf": {key: value for key, value in book_data(book).items() if key != "@context"},
    }
    if interview.standfirst:
        data["description"] = interview.standfirst.text
    if interview.byline:
        data["creditText"] = interview.byline.text
    if interview.rights:
        data["copyrightNotice"] = interview.rights.text
    if askers or guests:
        data["author"] = [*askers, *guests]
    if guests:
        data["about"] = guests
    if translators:
        data["translator"] = translators
    if others:
        data["contributor"] = others
    if book.publisher:
        data["publisher"] = {"@type": "Organization", "name": book.publisher}
    if interview.source.url:
        data["isBasedOn"] = interview.source.url
    if book.url:
        data["url"] = f"{book.url}{interview.slug}.html"
    return data


def _person(name: str, affiliation: str) -> dict[str, object]:
    person: dict[str, object] = {"@type": "Person", "name": name}
    if affiliation:
        person["affiliation"] = {"@type": "Organization", "name": affiliation}
    return person


def embedded(data: Mapping[str, object]) -> Safe:
    """JSON that can stand inside a script element: no character of it can end the element."""
    text = json.dumps(data, ensure_ascii=False, indent=1)
    for char in "<>&":
        text = text.replace(char, f"\\u{ord(char):04x}")
    return Safe(text)  # noqa: S704  just escaped
