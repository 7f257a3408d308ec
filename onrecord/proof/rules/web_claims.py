"""What the head of a web page must say of its page: title, description, links, Open Graph."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from onrecord.model import Book, Distribution, Interview
from onrecord.proof.reading.expected_versions import ExpectedVersion
from onrecord.proof.reading.markup_tokens import Token, build_start_token, escape_text, normalize_tokens
from onrecord.proof.reading.sentences import expect_marking, expect_markings
from onrecord.proof.rules.card_rules import expect_card_claims
from onrecord.proof.rules.changes_rules import expect_changes_intro
from onrecord.proof.rules.expected_claims import (
    expect_description,
    expect_people_description,
    get_pack_words,
    shorten_description,
)
from onrecord.proof.rules.index_rules import expect_index_description
from onrecord.proof.rules.notice_rules import expect_moved_ids
from onrecord.proof.rules.person_pages import expect_roles_description
from onrecord.proof.rules.web_places import CHANGES_PAGE_NAME, INDEX_PAGE_NAME, PEOPLE_PAGE, PagePlace
from onrecord.runtime.interface_texts import get_language

RecordType = tuple[str, str, str]  # the ending of the file's name, the label of its link, its media type
# The pages of lists: the text that is the heading, and what describes the page.
_LISTS: Mapping[str, tuple[str, Callable[[Book], str]]] = {
    PEOPLE_PAGE: ("contributors", expect_people_description),
    CHANGES_PAGE_NAME: ("edition_changes", expect_changes_intro),
    INDEX_PAGE_NAME: ("book_index", lambda book: shorten_description(expect_index_description(book))),
}


@dataclass(frozen=True, slots=True)
class HeadClaims:
    """Composes what the head of one web page must say, in the language of the page."""

    book: Book
    place: PagePlace
    language: str
    words: Mapping[str, str]  # the interface texts in this language

    def expect_claims(self, record_types: Sequence[RecordType]) -> Iterator[str]:
        """Yield what the head of the web page must say, as HTML tokens; its title with its text.

        `record_types` are those of the files for reference managers that the page offers.
        """
        book, name = self.book, self.place.name
        heading, description, kind = self._expect_page_facts()
        title = heading if heading == book.title else f"{heading} – {book.title}"
        yield f"<title>{''.join(normalize_tokens([escape_text(title)]))}"
        yield build_start_token("meta", {"charset": "utf-8"})
        yield _expect_meta("viewport", "width=device-width, initial-scale=1")
        yield _expect_meta("color-scheme", "light dark")
        yield from (
            [_expect_meta("description", description), _expect_open_graph("description", description)]
            if description
            else []
        )
        if book.pack:
            yield _expect_meta("dcterms.accessRights", expect_marking(book.pack, book.language))
            if expect_markings(book.pack).distribution is not Distribution.PUBLIC:
                yield _expect_meta("robots", "noindex")
        yield build_start_token("link", {"rel": "stylesheet", "href": "style.css"})
        if self.place.interview and (moved := expect_moved_ids(book, self.place.interview.slug)):
            yield build_start_token("script", {"src": "moved.js", "data-moved": moved})
        yield build_start_token("script", {"src": "theme.js"})
        yield from (build_start_token("script", {"src": name, "defer": "defer"}) for name in ("site.js", "search.js"))
        graph = {"title": heading, "type": kind, "site_name": book.title, "locale": self.language.replace("-", "_")}
        yield from (_expect_open_graph(key, value) for key, value in graph.items())
        if book.url:
            yield build_start_token("link", {"rel": "canonical", "href": f"{book.url}{name}"})
            yield _expect_open_graph("url", f"{book.url}{name}")
        for property_, content in expect_card_claims(book, self.place.interview).items():
            yield (
                _expect_open_graph(property_, content)
                if property_ != "twitter:card"
                else _expect_meta(property_, content)
            )
        yield build_start_token("link", {"rel": "icon", "href": "icon.svg", "type": "image/svg+xml"})
        if book.url and not book.pack:
            feed = {"type": "application/atom+xml", "href": "feed.xml", "title": book.title}
            yield build_start_token("link", {"rel": "alternate", **feed})
        yield from _expect_neighbour_links(self.place)
        yield from _expect_alternates(self.place.versions, f"{book.url}{name}", self.language, book.url)
        if self.place.interview:
            yield from _expect_record_links(self.place.interview, record_types)
        if name == "index.html":
            yield from _expect_edition_links(book)

    def _expect_page_facts(self) -> tuple[str, str, str]:
        """Return the heading, the description and the kind that the web page's head must state."""
        if self.place.interview:
            return self.place.interview.title.text, expect_description(self.book, self.place.interview), "article"
        if page := _LISTS.get(self.place.name):
            return self.words[page[0]], page[1](self.book), "website"
        if self.place.person:
            titles = shorten_description(expect_roles_description(self.place.roles))
            return self.place.person, titles, "profile"
        return self.book.title, expect_description(self.book), "website"


def _expect_alternates(versions: Sequence[ExpectedVersion], address: str, language: str, url: str) -> Iterator[Token]:
    """Yield the links for search engines that a web page must have to itself and to other languages, if any."""
    pages = {version.language: f"{url}{version.slug}.html" for version in versions}
    for code, href in {**pages, language: address}.items() if versions else ():
        yield build_start_token("link", {"rel": "alternate", "hreflang": code, "href": href})


def _expect_record_links(interview: Interview, records: Sequence[tuple[str, str, str]]) -> Iterator[Token]:
    """Yield the tokens of the links that a page's head must have to its files for reference managers."""
    for ending, label, media_type in records:
        href = f"{interview.slug}{ending}"
        yield build_start_token("link", {"rel": "alternate", "type": media_type, "href": href, "title": label})


def _expect_neighbour_links(place: PagePlace) -> Iterator[Token]:
    """Yield the tokens of the links that a page's head must have to the interviews before and after."""
    for relation, neighbour in (("prev", place.before), ("next", place.after)):
        if neighbour:
            yield build_start_token("link", {"rel": relation, "href": f"{neighbour.slug}.html"})


def _expect_edition_links(book: Book) -> Iterator[Token]:
    """Yield the tokens of the links that a page's head must have to other editions."""
    for file in book.offered:
        where = {"type": file.media_type, "href": f"editions/{book.slug}.{file.format}", "title": file.kind}
        yield build_start_token("link", {"rel": "alternate", **where})


def get_words(book: Book, language: str) -> Mapping[str, str]:
    """Return the interface texts of an edition in a language; a pack has others for some."""
    if book.pack is None:
        return get_language(language).texts
    return get_pack_words(language, late=book.pack.supplement is not None)


def _expect_meta(name: str, content: str) -> Token:
    """Return the HTML token of a `meta` element with this name and content."""
    return build_start_token("meta", {"name": name, "content": content})


def _expect_open_graph(name: str, content: str) -> Token:
    """Return the HTML token of a `meta` element of the Open Graph protocol."""
    return build_start_token("meta", {"property": f"og:{name}", "content": content})
