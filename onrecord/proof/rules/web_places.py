"""The pages that the web edition must have, each with its interview and those before and after."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from onrecord.model import Book, Interview
from onrecord.model.names import fold_name
from onrecord.proof.reading.expected_versions import ExpectedVersion, expect_versions
from onrecord.proof.rules.changes_rules import CHANGES_PAGE
from onrecord.proof.rules.index_rules import INDEX_PAGE
from onrecord.proof.rules.person_pages import PersonRole, collect_roles, expect_person_pages

PEOPLE_PAGE = "contributors.html"
INDEX_PAGE_NAME = f"{INDEX_PAGE}.html"
CHANGES_PAGE_NAME = f"{CHANGES_PAGE}.html"


@dataclass(frozen=True, slots=True)
class PagePlace:
    """The name of a page, its interview if it has one, the interviews before and after it, and its other languages."""

    name: str
    interview: Interview | None = None
    before: Interview | None = None
    after: Interview | None = None
    versions: tuple[ExpectedVersion, ...] = ()
    person: str = ""
    roles: tuple[PersonRole, ...] = ()  # of that person


def expect_page_places(book: Book) -> Iterator[PagePlace]:
    """Yield the place of each web page in the book: its interview and those before and after."""
    row, versions = (None, *book.interviews, None), expect_versions(book)
    for before, interview, after in zip(row, row[1:], row[2:], strict=False):
        if interview:
            others = versions.get(interview.slug, ())
            yield PagePlace(f"{interview.slug}.html", interview, before, after, others)
    yield PagePlace("index.html")
    yield PagePlace(PEOPLE_PAGE)
    roles = collect_roles(book)
    for name, person in expect_person_pages(book).items():
        yield PagePlace(name, person=person, roles=tuple(roles[fold_name(person)]))
    yield from (PagePlace(CHANGES_PAGE_NAME), PagePlace(INDEX_PAGE_NAME))
