"""Prove the index of an edition: every place that it must name is there, is named rightly, and no other is.

E-book and web edition name turns and lead to them; the page is composed here a second time from the model.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from onrecord.model import Book, Interview, SourceLocation
from onrecord.model.problems import Problem
from onrecord.model.rule import Rule
from onrecord.proof.reading.expected_index import ExpectedEntry, ExpectedGroup, ExpectedPlace, expect_index
from onrecord.proof.reading.markup_tokens import Token, build_element, normalize_tokens, read_attributes
from onrecord.proof.reading.normalize import shorten_text
from onrecord.proof.rules.report import HINT
from onrecord.runtime.interface_texts import get_language

INDEX_PAGE = "book-index"
_FOLLOWING = 2  # texts that a message shows


def has_index(book: Book) -> bool:
    """Return whether the editions of a book must have an index."""
    return bool(expect_index(book))


def expect_index_description(book: Book) -> str:
    """Return the expected description of the web page of the register: the headings of its entries in one line."""
    return "; ".join(entry.name for _, entries in expect_index(book) for entry in entries)


def expect_index_section(book: Book, words: Mapping[str, str], *, is_epub: bool) -> list[Token]:
    """Return the HTML tokens that the index must have in an e-book or web edition."""
    composer = _SectionComposer(book, words, is_epub=is_epub)
    types = {"epub:type": "index"} if is_epub else {}
    return build_element(
        "section",
        build_element("h1", words["book_index"], id="book-index-title"),
        *(composer.compose_group(group) for group in expect_index(book)),
        class_="book-index",
        id=INDEX_PAGE,
        role="doc-index",
        aria_labelledby="book-index-title",
        attributes=types,
    )


def check_screen_index(
    book: Book, tokens: Sequence[Token] | None, words: Mapping[str, str], copy: str, *, is_epub: bool
) -> Iterator[Problem]:
    """Yield a problem for what the index in an e-book or web edition's page (`tokens`) lacks, adds or says wrongly.

    Templates of the book may have other elements around the words and links.
    """
    if not has_index(book):
        return
    expected = _keep_words_and_links(normalize_tokens(expect_index_section(book, words, is_epub=is_epub)))
    actual = _keep_words_and_links(_cut_index_section(tokens or ()))
    pairs = zip([*expected, ""], [*actual, ""], strict=False)
    index = next(
        (number for number, (expected_words, actual_words) in enumerate(pairs) if expected_words != actual_words), None
    )
    if index is None or (index == len(expected) == len(actual)):
        return
    expected_words, actual_words = (
        " ".join(texts[index : index + _FOLLOWING]) or "its end" for texts in (expected, actual)
    )
    sentence = (
        f"{copy}: the index has “{shorten_text(actual_words, 80)}” where “{shorten_text(expected_words, 80)}” belongs"
    )
    place = _find_heading_source(book, expected[:index], index)
    yield Problem(place, Rule.INDEX_IS_TRUE, sentence, HINT)


def _find_heading_source(book: Book, before: Sequence[str], index: int) -> SourceLocation:
    """Return the source location of the index heading that stands last in these texts, or that of the book."""
    headings = {heading.name.text: heading.name.location for heading in (book.index.headings if book.index else ())}
    return next((headings[text] for text in reversed(before) if text in headings), book.location)


def _cut_index_section(tokens: Sequence[Token]) -> list[Token]:
    """Return the HTML tokens of a page from the start tag of the index on."""
    start = next((number for number, token in enumerate(tokens) if _is_index(token)), len(tokens))
    depth = 0
    for number in range(start, len(tokens)):
        token = tokens[number]
        depth += -1 if token.startswith("</") else 1 if token.startswith("<") else 0
        if depth == 0:
            return list(tokens[start : number + 1])
    return list(tokens[start:])


def _is_index(token: Token) -> bool:
    """Return whether an HTML token is the start tag of the index."""
    return token.startswith("<") and read_attributes(token).get("id") == INDEX_PAGE


def _keep_words_and_links(tokens: Iterable[Token]) -> list[str]:
    """Return of HTML tokens only the words, the targets of links, and the ids that links lead to."""
    selected = []
    for token in tokens:
        if not token.startswith("<"):
            selected += [text] if (text := " ".join(token.split())) else []
        elif not token.startswith("</"):
            attributes = read_attributes(token)
            selected += [f"→ {attributes['href']}"] if "href" in attributes else []
            selected += [f"#{name}"] if (name := attributes.get("id", "")).startswith("index-") else []
    return selected


class _SectionComposer:
    """Composes the entries of an index on a screen."""

    def __init__(self, book: Book, words: Mapping[str, str], *, is_epub: bool) -> None:
        self.interviews = {interview.slug: interview for interview in book.interviews}
        self.words = words
        self.is_epub = is_epub
        self.suffix = ".xhtml" if is_epub else ".html"
        language = get_language(book.language)
        self.colon, self.semicolon = language.colon, language.semicolon

    def compose_group(self, group: ExpectedGroup) -> list[Token]:
        """Return the HTML tokens that the index must have for a letter and the entries below it."""
        head, entries = group
        title = build_element("h2", head, class_="letter") if head else []
        return [*title, *build_element("ul", *map(self._compose_entry, entries), class_="headings")]

    def _compose_entry(self, entry: ExpectedEntry) -> list[Token]:
        """Return the HTML tokens that the index must have for a heading with its places and sub-headings."""
        name = build_element("span", entry.name, class_="heading")
        see = self._compose_references("span", "index_see", entry.see)
        subs = [
            build_element("li", build_element("span", sub.name, class_="heading"), self._compose_places(sub.places))
            for sub in entry.subs
        ]
        return build_element(
            "li",
            name,
            [self.words["list_comma"], *see] if see else [],
            self._compose_places(entry.places),
            build_element("ul", *subs, class_="subs") if subs else [],
            self._compose_references("p", "index_see_also", entry.see_also),
            id=f"index-{entry.number}",
        )

    def _compose_references(self, tag: str, key: str, references: Sequence[tuple[str, int]]) -> list[Token]:
        """Return the HTML tokens that the index must have for references to other headings, [] if there are none."""
        if not references:
            return []
        before, _, after = self.words[key].partition("{}")
        links: list[Token] = []
        for name, number in references:
            links += [self.semicolon] if links else []
            links += build_element("a", name, href=f"#index-{number}")
        return build_element(tag, before, links, after, class_="see")

    def _compose_places(self, places: Sequence[ExpectedPlace]) -> list[Token]:
        """Return the HTML tokens that the index must have for the places of a heading, by interview."""
        lines = [
            self._compose_line(self.interviews[slug], list(group))
            for slug, group in groupby(places, key=lambda place: place.slug)
        ]
        return build_element("ul", *lines, class_="places") if lines else []

    def _compose_line(self, interview: Interview, places: Sequence[ExpectedPlace]) -> list[Token]:
        """Return the HTML tokens that the index must have for the places in one interview: title, then turns."""
        title, page = interview.title.text, f"{interview.slug}{self.suffix}"
        languages = {"lang": interview.language} | ({"xml:lang": interview.language} if self.is_epub else {})
        is_at_head = any(place.first.turn < 0 for place in places)
        name = build_element("a", title, href=page, attributes=languages)
        pieces = list(name if is_at_head else build_element("span", title, attributes=languages))
        turns = interview.turns
        separator = self.colon
        for first, last in unite_spans([(max(place.first.turn, 0), place.last.turn) for place in places]):
            address = turns[first].address if first == last else f"{turns[first].address}–{turns[last].address}"
            pieces += [separator, *build_element("a", address, href=f"{page}#{turns[first].id}")]
            separator = self.words["list_comma"]
        return build_element("li", pieces)


def unite_spans(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return these ranges of numbers in order, overlapping ones united, without ranges that end before they begin."""
    united: list[tuple[int, int]] = []
    for first, last in sorted(spans):
        if last < first:
            continue
        if united and first <= united[-1][1]:
            united[-1] = (united[-1][0], max(united[-1][1], last))
        else:
            united.append((first, last))
    return united
