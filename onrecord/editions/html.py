"""The web edition: a static site that works from a folder, without scripts and without the network.

One small script makes it easier to copy a citation; without it the citation is shown.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from markupsafe import Markup as Safe

from onrecord import __version__, citation, contributors, faces, styles, words
from onrecord.editions.briefing import brief
from onrecord.markup import Markup, PageMarks
from onrecord.model import Answer, Book, Figure, Interview, Question, Role, all_blocks, passages, walk_blocks
from onrecord.pages import END, Pagination

_SCRIPT = Path(__file__).parent / "cite.js"


def make(book: Book, folder: Path, pagination: Pagination | None = None) -> dict[str, bytes]:
    """The site's files: relative posix names and their bytes; `index.html` is the first page.

    It shows where the pages of the print edition begin, if there is one.
    """
    site = _Site(book, folder, pagination)
    files = {name: text.encode() for name, text in site.pages()}
    files |= site.records()
    files["style.css"] = site.stylesheet().encode()
    files["cite.js"] = _SCRIPT.read_bytes()
    files |= {f"images/{block.asset.name}": block.asset.data for block in _figures(book)}
    text = "".join(data.decode() for name, data in files.items() if name.endswith(".html"))
    files |= {f"fonts/{face.name}": face.data(text) for face in faces.SCREEN_FACES}
    return files


def _figures(book: Book) -> Iterator[Figure]:
    for interview in book.interviews:
        yield from (block for block in walk_blocks(all_blocks(interview)) if isinstance(block, Figure))


class _Site:
    """Fills the templates of one site."""

    def __init__(self, book: Book, folder: Path, pagination: Pagination | None) -> None:
        self._book = book
        self._folder = folder
        self._markup = Markup(folder)
        self._people = contributors.of(book)
        self._marks = PageMarks(pagination, "html")

    def stylesheet(self) -> str:
        rules = (face.rule("font-display: swap") for face in faces.SCREEN_FACES)
        return "".join(rules) + styles.read("tokens", self._folder) + styles.read("web", self._folder)

    def pages(self) -> Iterator[tuple[str, str]]:
        book = self._book
        yield self._page("index.html", "index.html", book.title, _book_description(book), _book_data(book), "website")
        interviews = book.interviews
        for index, interview in enumerate(interviews):
            before = interviews[index - 1] if index else None
            after = interviews[index + 1] if index + 1 < len(interviews) else None
            article = self._markup.interview(interview, book, "html", pages=self._marks.of(interview.slug))
            yield self._page(
                f"{interview.slug}.html", "interview.html", interview.title.text, _description(interview),
                _interview_data(interview, book), "article", language=interview.language, before=before, after=after,
                article=article, records=() if book.pack else citation.MEDIA_TYPES, slug=interview.slug,
                citation=citation.citation(interview, book), citations=_citations(interview, book, article),
            )  # fmt: skip
        if self._people:
            title = _words(book, book.language)["contributors"]
            yield self._page(
                "contributors.html",
                "contributors.html",
                title,
                _short(", ".join(person.name for person in self._people)),
                _book_data(book),
                "website",
                contributors=self._people,
            )

    def records(self) -> dict[str, bytes]:
        """A record of each interview in each format, by file name."""
        book = self._book
        if book.pack:  # it is read in a room; the book is cited
            return {}
        return {
            f"{interview.slug}{ending}": data
            for interview in book.interviews
            for ending, data in citation.records(interview, book, self._printed(interview)).items()
        }

    def _printed(self, interview: Interview) -> tuple[str, ...]:
        """The numbers of the interview's pages in print; a blank one is no page of it."""
        return tuple(page.label for page in self._marks.of(interview.slug) if page.letters < END)

    def _page(
        self, name: str, template: str, heading: str, description: str, data: dict[str, Any], kind: str, **values: Any
    ) -> tuple[str, str]:
        book = self._book
        language = values.pop("language", book.language)
        defaults = {"before": None, "after": None, "records": ()}
        title = heading if heading == book.title else f"{heading} – {book.title}"
        html = self._markup.page(
            f"html/{template}", **{**defaults, **values}, book=book, name=name, title=title, heading=heading, kind=kind,
            description=description, language=language, words=_words(book, language), version=__version__, briefing=brief(book),
            date=words.day(book.date, language), has_contributors=bool(self._people), marks=self._marks, data=_embedded(data),
        )  # fmt: skip
        return name, html


@dataclass(frozen=True)
class _Cited:
    """A turn and how it is cited."""

    turn: Question | Answer
    citation: citation.Citation


def _citations(interview: Interview, book: Book, article: str) -> tuple[_Cited, ...]:
    """Every turn of the interview with its citation, which names the page that the turn begins on."""
    pages = _pages_of_turns(article)
    return tuple(
        _Cited(turn, citation.citation(interview, book, pages[turn.id], turn.id, turn.address))
        for turn in interview.turns
    )


_STEPS = re.compile(r'<(?:div|span) class="pagebreak" [^>]*aria-label="([^"]+)"|<section class="turn \w+" id="([^"]+)"')


def _pages_of_turns(article: str) -> Mapping[str, str]:
    """The printed page on which each turn begins: the last mark in front of it, "" where there are none."""
    pages, page = {}, ""
    for label, turn in _STEPS.findall(article):
        if turn:
            pages[turn] = page
        page = label or page
    return pages


def _embedded(data: dict[str, Any]) -> Safe:
    """JSON that can stand inside a script element: no character of it can end the element."""
    text = json.dumps(data, ensure_ascii=False, indent=1)
    for char in "<>&":
        text = text.replace(char, f"\\u{ord(char):04x}")
    return Safe(text)  # noqa: S704  just escaped


def _words(book: Book, language: str) -> dict[str, str]:
    return words.words_of_pack(language, late=book.pack.supplement is not None) if book.pack else words.words(language)


def _book_description(book: Book) -> str:
    """What the desk says of the book, or what is in it."""
    return _short(book.description or book.subtitle or "; ".join(one.title.text for one in book.interviews))


def _description(interview: Interview) -> str:
    """The standfirst, the byline, or the first words."""
    printed = interview.standfirst or interview.byline
    words = (passage.text for passage in passages(interview) if passage.kind == "text")
    return _short(printed.text if printed else next(words, ""))


def _short(text: str) -> str:
    """The text on one line, cut between words where it is too long for a list of search results."""
    text = " ".join(text.split())
    return text if len(text) <= 300 else text[:299].rsplit(" ", 1)[0] + "…"


def _book_data(book: Book) -> dict[str, Any]:
    """schema.org Book."""
    data: dict[str, Any] = {
        "@context": "https://schema.org", "@type": "Book", "name": book.title, "inLanguage": book.language,
        "datePublished": book.date.isoformat(),
    }  # fmt: skip
    if book.editors:
        data["editor"] = [{"@type": "Person", "name": name} for name in book.editors]
    if book.publisher:
        data["publisher"] = {"@type": "Organization", "name": book.publisher}
    if book.isbn:
        data["isbn"] = book.isbn
    if book.url:
        data["url"] = book.url
    return data


def _interview_data(interview: Interview, book: Book) -> dict[str, Any]:
    """schema.org Article; those who ask are its authors, those who answer contribute and are its subject."""
    guests = [_person(person.name, person.affiliation) for person in interview.guests]
    askers = [_person(person.name, person.affiliation) for person in interview.people if person.role.asks]
    translators = [_person(one.name, one.affiliation) for one in interview.people if one.role is Role.TRANSLATOR]
    others = [
        _person(one.name, one.affiliation) for one in interview.people if one.role in (Role.EDITOR, Role.PHOTOGRAPHER)
    ]
    data: dict[str, Any] = {
        "@context": "https://schema.org", "@type": "Article", "headline": interview.title.text, "genre": "interview",
        "inLanguage": interview.language, "datePublished": (interview.date or book.date).isoformat(),
        "isPartOf": {key: value for key, value in _book_data(book).items() if key != "@context"},
    }  # fmt: skip
    if interview.standfirst:
        data["description"] = interview.standfirst.text
    if interview.byline:
        data["creditText"] = interview.byline.text
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


def _person(name: str, affiliation: str) -> dict[str, Any]:
    person: dict[str, Any] = {"@type": "Person", "name": name}
    if affiliation:
        person["affiliation"] = {"@type": "Organization", "name": affiliation}
    return person
