"""Check the small pages of the web edition that say one thing: each is composed here a second time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from onrecord.model import Book
from onrecord.model.problems import Problem
from onrecord.model.rule import Rule
from onrecord.proof.reading.expected_markup import expect_direction
from onrecord.proof.reading.markup_tokens import (
    ANY_TEXT,
    Token,
    build_element,
    find_difference,
    format_start,
    normalize_tokens,
)
from onrecord.proof.rules.article_markup import describe_difference
from onrecord.proof.rules.report import HINT
from onrecord.runtime.interface_texts import get_language


@dataclass(frozen=True, slots=True)
class _NoticePage:
    """A page that has to be there: its heading, its link, and what stands before the names of files."""

    heading: str
    href: str
    label: str
    root: str = ""


def list_notice_pages(book: Book) -> tuple[str, ...]:
    """Return the names of the pages."""
    return tuple(_expect_pages(book))


def check_notice_pages(book: Book, shells: Mapping[str, Sequence[Token]], *, has_templates: bool) -> Iterator[Problem]:
    """Report pages that say something else than they have to; `shells` are by name of the page.

    Templates of the book may write other pages.
    """
    for name, page in _expect_pages(book).items() if not has_templates else ():
        if name not in shells:
            continue  # which the rule for files reports
        tokens, expected = list(shells[name]), normalize_tokens(_compose(book, page))
        index = find_difference(expected, tokens)
        if index is not None:
            difference = describe_difference(expected, tokens, index)
            sentence = f"the web edition: the page “{name}” {difference}"
            yield Problem(book.location, Rule.MARKUP_IS_TRUE, sentence, HINT)


def _expect_pages(book: Book) -> dict[str, _NoticePage]:
    """Return the pages by name."""
    words = get_language(book.language).texts
    if not book.url or book.pack:
        return {}
    root = urlsplit(book.url).path
    return {"404.html": _NoticePage(words["not_found"], f"{root}index.html#contents", words["contents"], root)}


def _compose(book: Book, page: _NoticePage) -> Iterator[Token]:
    """Yield the tokens of a page."""
    yield format_start("html", {"lang": book.language} | expect_direction(book.language))
    yield "<head>"
    yield from build_element("meta", charset="utf-8")
    yield from _meta("viewport", "width=device-width, initial-scale=1")
    yield from _meta("color-scheme", "light dark")
    yield from build_element("title", f"{page.heading} – {book.title}")
    yield from _meta("generator", ANY_TEXT)
    yield from _meta("robots", "noindex")
    yield from build_element("script", src=f"{page.root}theme.js")
    yield from build_element("link", rel="stylesheet", href=f"{page.root}style.css")
    yield from build_element("link", rel="icon", href=f"{page.root}icon.svg", type="image/svg+xml")
    yield "</head>"
    yield "<body>"
    home = build_element("a", book.title, class_="book", href=f"{page.root}index.html")
    yield from build_element("header", home, class_="site")
    heading, link = build_element("h1", page.heading), build_element("a", page.label, href=page.href)
    yield from build_element("main", heading, build_element("p", link), id="main")
    yield "</body>"
    yield "</html>"


def _meta(name: str, content: str) -> list[Token]:
    """Return the tokens of a `meta` element."""
    return build_element("meta", name=name, content=content)
