"""The start page that a web edition must have: cover, links to the other editions, contents and imprint."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from onrecord.model import Book, Interview
from onrecord.proof.reading.markup_tokens import Token, build_element, isolate_name
from onrecord.proof.reading.sentences import expect_guests
from onrecord.proof.rules.changes_rules import CHANGES_PAGE, has_changes
from onrecord.proof.rules.index_rules import INDEX_PAGE
from onrecord.proof.rules.shared_matter import expect_editors_line, expect_imprint_lines, expect_pack_facts


def expect_start_page(book: Book, words: Mapping[str, str], *, has_index: bool) -> Iterator[Token]:
    """Yield the HTML tokens that the first web page must have: cover, contents and imprint."""
    yield from build_element(
        "section",
        build_element("h1", book.title, id="book-title"),
        build_element("p", book.subtitle, class_="subtitle") if book.subtitle else [],
        expect_editors_line(book, words),
        build_element("p", book.publisher, class_="people") if book.publisher else [],
        expect_pack_facts(book, words),
        _expect_downloads(book, words),
        class_="cover",
        id="cover",
        aria_labelledby="book-title",
    )
    lines = build_element("h2", words["contents"], class_="section", id="contents-title")
    for part in book.parts:
        title = f"{part.number} {part.title}" if part.number else part.title
        lines += build_element("h3", title, class_="part") if title else []
        lines += build_element("p", part.time, class_="item-time") if part.time else []
        lines += build_element("p", part.note, class_="item-note") if part.note else []
        if part.interviews:
            lines += build_element(
                "ol", *(_expect_contents_line(line, book.language) for line in part.interviews), class_="list"
            )
    pages = [(f"{CHANGES_PAGE}.html", "edition_changes")] if has_changes(book) else []
    pages += [(f"{INDEX_PAGE}.html", "book_index")] if has_index else []
    links = [build_element("li", build_element("a", words[key], href=page)) for page, key in pages]
    lines += build_element("ul", *links, class_="list back") if links else []
    yield from build_element("nav", lines, class_="contents", id="contents", aria_labelledby="contents-title")
    yield from build_element(
        "section",
        build_element("h2", words["imprint"], class_="section", id="imprint-title"),
        *expect_imprint_lines(book, with_publisher=False),
        class_="imprint",
        id="imprint",
        aria_labelledby="imprint-title",
    )


def _expect_downloads(book: Book, words: Mapping[str, str]) -> list[Token]:
    """Return the HTML tokens of the links that a page must have to other editions, with the size of each."""
    links: list[Token] = []
    for file in book.offered:
        thousands = (file.size + 999) // 1000
        size = f"{thousands} kB" if thousands < 10_000 else f"{thousands / 1000:.0f} MB"
        name, shown = f"editions/{book.slug}.{file.format}", build_element("span", size, class_="size")
        attributes = {"href": name, "type": file.media_type, "download": ""}
        links += [" ", *build_element("a", f"{file.kind} ", shown, attributes=attributes)]
    return build_element("p", words["download"], links, class_="downloads") if links else []


def _expect_contents_line(interview: Interview, language: str) -> list[Token]:
    """Return the HTML tokens that an interview must have in the contents of the web edition."""
    title = isolate_name(interview.title.text, language)
    link = build_element("a", title, href=f"{interview.slug}.html", lang=interview.language)
    guests = expect_guests(interview)
    guests = guests if guests != interview.title.text else ""
    return build_element(
        "li", link, [" ", *build_element("span", isolate_name(guests, language), class_="who")] if guests else []
    )
