"""The web edition: a static site that works from a folder, without scripts and without the network.

One small script makes it easier to copy a citation; without it the citation is shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from onrecord import __version__
from onrecord.editions import page_cache, schema_org, styles
from onrecord.editions.markup import Markup, PageMarks
from onrecord.editions.pack_pages import brief
from onrecord.editions.page_cache import Composed, Wanted
from onrecord.model import Answer, Book, Interview, Question
from onrecord.runtime import font_files
from onrecord.runtime.task_runner import ALONE, Press
from onrecord.wording import citation, contributors, translations
from onrecord.wording.page_numbers import END, Pagination

_SCRIPT = Path(__file__).parent / "cite.js"
_PAGE = ".html"


def make(book: Book, folder: Path, pagination: Pagination | None = None, press: Press = ALONE) -> dict[str, bytes]:
    """The site's files: relative posix names and their bytes; `index.html` is the first page.

    It shows where the pages of the print edition begin, if there is one.
    """
    site = _Site(book, folder, pagination)
    composed = site.interviews(press)
    pages = site.pages(press)
    characters = "".join(composed.characters.union(*pages.values()))
    return {
        **{name: text.encode() for name, text in pages.items()},
        **{f"{slug}{ending}": data for slug, files in composed.files.items() for ending, data in files.items()},
        "style.css": site.stylesheet().encode(),
        "cite.js": _SCRIPT.read_bytes(),
        **{f"images/{name}": asset.data for name, asset in composed.pictures.items()},
        **{f"fonts/{face.name}": page_cache.font(face, characters, press) for face in font_files.SCREEN_FACES},
    }


class _Site:
    """Fills the templates of one site."""

    def __init__(self, book: Book, folder: Path, pagination: Pagination | None) -> None:
        self._book = book
        self._folder = folder
        self._markup = Markup(folder)
        self._people = contributors.of(book)
        self._marks = PageMarks(pagination, "html")

    def stylesheet(self) -> str:
        rules = (face.rule("font-display: swap") for face in font_files.SCREEN_FACES)
        return "".join(rules) + styles.read("tokens", self._folder) + styles.read("web", self._folder)

    def interviews(self, press: Press) -> Composed:
        """The page of each interview and its records."""
        row = (None, *self._book.interviews, None)
        wanted = [
            Wanted(one, self._book, self._marks.of(one.slug), before, after, listed=bool(self._people))
            for before, one, after in zip(row, row[1:], row[2:], strict=False)
            if one
        ]
        return page_cache.compose("html", self._book, wanted, self._markup, press, _written)

    def pages(self, press: Press) -> dict[str, str]:
        """The pages around the interviews."""
        key = page_cache.outline("html", self._book, self._markup, self._marks)
        return press.store.made(key, lambda: dict(self._pages())) if key else dict(self._pages())

    def _pages(self) -> Iterator[tuple[str, str]]:
        book = self._book
        yield self._page("index.html", book.title, schema_org.book_description(book))
        if self._people:
            title = _words(book, book.language)["contributors"]
            names = schema_org.short(", ".join(person.name for person in self._people))
            yield self._page("contributors.html", title, names, contributors=self._people)

    def _page(self, name: str, heading: str, description: str, **values: object) -> tuple[str, str]:
        data = schema_org.book_data(self._book)
        html = _page(
            self._markup,
            name,
            self._book,
            name,
            heading,
            description,
            data,
            kind="website",
            has_contributors=bool(self._people),
            marks=self._marks,
            **values,
        )
        return name, html


def _written(wanted: Wanted, markup: Markup) -> dict[str, bytes]:
    """The page of an interview, and a record of it in each format; a pack has none: it is read in a room, the book is cited."""
    interview, book = wanted.interview, wanted.book
    article = markup.interview(interview, book, "html", pages=wanted.starts)
    # A blank page in print is no page of the interview.
    printed = tuple(page.label for page in wanted.starts if page.letters < END)
    records = {} if book.pack else citation.records(interview, book, printed)
    page = _page(
        markup,
        "interview.html",
        book,
        f"{interview.slug}{_PAGE}",
        interview.title.text,
        schema_org.description(interview),
        schema_org.interview_data(interview, book),
        kind="article",
        language=interview.language,
        before=wanted.before,
        after=wanted.after,
        article=article,
        records=citation.MEDIA_TYPES if records else (),
        slug=interview.slug,
        citation=citation.citation(interview, book),
        citations=_citations(interview, book, article),
        has_contributors=wanted.listed,
        marks=PageMarks(None, "html"),
    )
    return {_PAGE: page.encode(), **records}


def _page(
    markup: Markup,
    template: str,
    book: Book,
    name: str,
    heading: str,
    description: str,
    data: Mapping[str, object],
    **values: object,
) -> str:
    """A page of the site. `data` is what it tells to search engines."""
    language = str(values.pop("language", book.language))
    defaults = {"before": None, "after": None, "records": ()}
    title = heading if heading == book.title else f"{heading} – {book.title}"
    return markup.page(
        f"html/{template}",
        **{**defaults, **values},
        book=book,
        name=name,
        title=title,
        heading=heading,
        description=description,
        language=language,
        words=_words(book, language),
        version=__version__,
        briefing=brief(book),
        date=translations.day(book.date, language),
        data=schema_org.embedded(data),
    )


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


def _words(book: Book, language: str) -> dict[str, str]:
    return (
        translations.words_of_pack(language, late=book.pack.supplement is not None)
        if book.pack
        else translations.words(language)
    )
