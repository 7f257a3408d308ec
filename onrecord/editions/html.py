"""The web edition: a static site that works from a folder and without the network.

Its scripts search, remember a choice of colours, and copy links and citations; everything can be read without them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from onrecord import __version__
from onrecord.editions import (
    design_tokens,
    matched_faces,
    notice_pages,
    page_cache,
    players,
    schema_org,
    search_texts,
    share_cards,
    site_files,
    styles,
)
from onrecord.editions.interview_article import ArticleContext
from onrecord.editions.markup import CollectingRenderer, PageRenderer
from onrecord.editions.pack_pages import build_pack_brief, select_words
from onrecord.editions.page_cache import ComposedPages, PageInputs
from onrecord.editions.page_marks import PageMarks
from onrecord.model import Answer, Book, Interview, Question, iterate_block_passages
from onrecord.model.book import OfferedFile
from onrecord.model.names import list_spellings, name_person_page
from onrecord.model.page_numbers import AFTER_LAST_LETTER, Pagination
from onrecord.model.problems import Problem
from onrecord.model.versions import Version, list_versions
from onrecord.runtime import screen_faces
from onrecord.runtime.fingerprints import compute_fingerprint
from onrecord.runtime.interface_texts import find_own_name, get_language
from onrecord.runtime.task_runner import NO_WORKERS, TaskRunner
from onrecord.wording import changed_places, citation, contributors, index_entries, translations

_SCRIPTS = Path(__file__).parent / "scripts"
_PAGE = ".html"
_MOVED = "moved.js"  # the script of old addresses, which few sites have
_LONGEST_QUESTION = 100  # characters of a question in the list of a page's questions


def make_html(
    book: Book, folder: Path, pagination: Pagination | None = None, runner: TaskRunner = NO_WORKERS
) -> dict[str, bytes]:
    """Return the site's files by relative POSIX name; `index.html` is the first page.

    The site shows where the pages of the print edition begin, if `pagination` is given.
    """
    site = _Site(book, folder, pagination, PageRenderer(folder, runner.cache))
    composed = site.compose_interviews(runner)
    pages = site.fill_other_pages(runner)
    characters = "".join(composed.characters.union(*pages.values()))
    files_of_interviews = {
        f"{slug}{ending}": data
        for slug, files in composed.files.items()
        for ending, data in files.items()
        if ending not in (search_texts.ENDING, search_texts.WORDS_ENDING)
    }
    return {
        **{name: text.encode() for name, text in pages.items()},
        **files_of_interviews,
        **search_texts.write_search_files(
            [files[search_texts.ENDING] for files in composed.files.values()],
            [files[search_texts.WORDS_ENDING] for files in composed.files.values()],
        ),
        **players.read_recordings(book, folder),
        **{f"images/{name}": asset.data for name, asset in {**composed.pictures, **site.portraits}.items()},
        **site.make_parts(characters, runner),
    }


def make_parts(book: Book, folder: Path, characters: str, runner: TaskRunner = NO_WORKERS) -> dict[str, bytes]:
    """Return the files that are neither pages nor made of an interview: style sheet, scripts, fonts and so on.

    `characters` are those of all pages: the fonts have no others.
    """
    return _Site(book, folder, None).make_parts(characters, runner)


def read_scripts(book: Book) -> dict[str, bytes]:
    """Return the JavaScript files of the web edition by name."""
    has_moved = bool(book.redirects) and book.pack is None
    paths = (path for path in sorted(_SCRIPTS.glob("*.js")) if has_moved or path.name != _MOVED)
    return {path.name: path.read_bytes() for path in paths}


def find_template_problems(book: Book, folder: Path) -> tuple[Problem, ...]:
    """Return what is wrong with the book's templates: every page is filled, without printed pages."""
    markup = CollectingRenderer(folder)
    if markup.has_book_templates("html"):
        site = _Site(book, folder, None, markup)
        site.compose_interviews(NO_WORKERS)
        site.fill_other_pages(NO_WORKERS)
    return tuple(markup.problems)


class _Site:
    """The pages of one site."""

    def __init__(
        self, book: Book, folder: Path, pagination: Pagination | None, markup: PageRenderer | None = None
    ) -> None:
        self._book = book
        self._folder = folder
        self._markup = markup or PageRenderer(folder)
        self._people = contributors.list_contributors(book)
        self.portraits = contributors.collect_portraits(self._people)
        self._index = index_entries.list_printed_index(book)
        self._changes = changed_places.list_changed_places(book)
        self._marks = PageMarks(pagination, "html")

    def make_parts(self, characters: str, runner: TaskRunner) -> dict[str, bytes]:
        """Return the web edition's files that are neither pages nor made of an interview."""
        faces = self._split_faces(characters)
        return {
            "style.css": self._write_stylesheet(faces).encode(),
            **read_scripts(self._book),
            **site_files.build_site_files(self._book, self._folder),
            **page_cache.build_fonts(faces, characters, runner),
        }

    def _split_faces(self, characters: str) -> tuple[screen_faces.ScreenFace, ...]:
        """Return the faces, each in two files if most pages need but the first: those of an English book do."""
        if any(map(screen_faces.is_other_letter, "".join(select_words(self._book, self._book.language).values()))):
            return self.faces
        return tuple(part for face in self.faces for part in face.split_letters(characters))

    def _write_stylesheet(self, faces: tuple[screen_faces.ScreenFace, ...]) -> str:
        """Return the style sheet of the site, with these fonts."""
        rules = (face.format_css("font-display: swap") for face in faces)
        return "".join(rules) + matched_faces.add_matched_faces(self._build_css, self.faces)

    @cached_property
    def _build_css(self) -> str:
        """Return the design tokens and the style sheet of the web edition, without fonts."""
        tokens = design_tokens.write_screen_tokens(self._folder, self._book.design)
        return tokens + styles.read_stylesheet("web", self._folder, self._book.design.theme)

    @cached_property
    def faces(self) -> tuple[screen_faces.ScreenFace, ...]:
        """Return the fonts that the web edition's style sheet names."""
        families = self._book.design.brand.families
        return screen_faces.list_screen_faces(self._build_css, families, self._folder)

    @cached_property
    def first_fonts(self) -> tuple[str, ...]:
        """Return the files of the fonts that web pages load first: nearly every page needs them."""
        families = dict(re.findall(r'--(text|label)-face:\s*"([^"]+)"', self._build_css))  # the last one of each holds
        kinds = (("text", "normal"), ("text", "italic"), ("label", "normal"))
        chosen = (self._find_face(families.get(use, ""), style) for use, style in kinds)
        return tuple(dict.fromkeys(face.name for face in chosen if face))

    def _find_face(self, family: str, style: str) -> screen_faces.ScreenFace | None:
        """Return the first font of a family in a style; None if the site has none."""
        return next((face for face in self.faces if (face.family, face.style) == (family, style)), None)

    def compose_interviews(self, runner: TaskRunner) -> ComposedPages:
        """Return the page of each interview and its records for reference managers."""
        row, versions = (None, *self._book.interviews, None), list_versions(self._book)
        nearby = page_cache.list_nearby_parts(self._book)
        page_inputs = [
            PageInputs(
                interview,
                self._book,
                self._marks.find_pages(interview.slug),
                before,
                after,
                has_contributors=bool(self._people),
                has_index=bool(self._index),
                nearby=nearby[interview.slug],
                versions=versions.get(interview.slug, ()),
                fonts=self.first_fonts,
            )
            for before, interview, after in zip(row, row[1:], row[2:], strict=False)
            if interview
        ]
        return page_cache.compose_pages("html", self._book, page_inputs, self._markup, runner, _write_interview_files)

    def fill_other_pages(self, runner: TaskRunner) -> dict[str, str]:
        """Return all pages but the interviews by name, from the cache if nothing has changed that they show.

        The first page also says how large the other editions are, so it changes more often than the rest.
        """
        key = page_cache.build_outline_key("html", self._book, self._markup, self._marks)
        if not key:
            return dict((self._fill_first_page(), *self._iterate_other_pages()))
        key = compute_fingerprint(key, self._index, self._changes, self.first_fonts)
        offered = [(file.format, *shown) for file, *shown in self._list_offered()]
        first_page = runner.cache.get_or_compute(compute_fingerprint(key, offered), self._fill_first_page)
        return dict((first_page, *runner.cache.get_or_compute(key, lambda: dict(self._iterate_other_pages())).items()))

    def _fill_first_page(self) -> tuple[str, str]:
        """Return name and HTML of the page with title, contents and the other editions."""
        book = self._book
        description, has_changes, offered = schema_org.describe_book(book), bool(self._changes), self._list_offered()
        return self._fill_page("index.html", book.title, description, offered=offered, has_changes=has_changes)

    def _list_offered(self) -> tuple[tuple[OfferedFile, str, str], ...]:
        """Return the other editions that the site offers, each with its place in the site and its size in words."""
        book = self._book
        return tuple((file, file.name_file(book.slug), format_size(file.size)) for file in book.offered)

    def _iterate_other_pages(self) -> Iterator[tuple[str, str]]:
        """Yield the file name and HTML of each page of a web edition that is not an interview's: index, people …"""
        book = self._book
        yield from notice_pages.write_notice_pages(book, self._markup)
        if self._people:
            title = select_words(book, book.language)["contributors"]
            names = schema_org.shorten_text(
                get_language(book.language).names.comma.join(person.name for person in self._people)
            )
            yield self._fill_page("contributors.html", title, names, contributors=self._people)
        for contributor in self._people if book.pack is None else ():
            titles = schema_org.shorten_text("; ".join(entry.interview.title.text for entry in contributor.entries))
            page = (contributor.page, contributor.name, titles)
            yield self._fill_page(*page, template="person.html", kind="profile", contributor=contributor)
        if self._changes:
            title = select_words(book, book.language)["edition_changes"]
            yield self._fill_page("edition-changes.html", title, self._changes.since, changes=self._changes)
        if self._index:
            title = select_words(book, book.language)["book_index"]
            names = schema_org.shorten_text("; ".join(entry.name for group in self._index for entry in group.entries))
            yield self._fill_page(
                "book-index.html", title, names, index=self._index, **index_entries.get_marks(book.language)
            )

    def _fill_page(
        self,
        name: str,
        heading: str,
        description: str,
        template: str = "",
        kind: str = "website",
        **values: object,
    ) -> tuple[str, str]:
        """Return `name` and the page filled from a template, by default that of its name."""
        html = _fill_template(
            self._markup,
            template or name,
            self._book,
            name,
            heading,
            description,
            schema_org.build_book_data(self._book),
            kind=kind,
            card=share_cards.build_book_card(self._book) if share_cards.has_cards(self._book) else None,
            has_contributors=bool(self._people),
            has_index=bool(self._index),
            marks=self._marks,
            fonts=self.first_fonts,
            **values,
        )
        return name, html


def format_size(size: int) -> str:
    """Return a size in bytes for readers: “740 kB”, “12 MB”."""
    kilobytes = -(-size // 1000)
    return f"{kilobytes} kB" if kilobytes < 10_000 else f"{round(kilobytes / 1000)} MB"


def _list_record_formats(book: Book) -> tuple[tuple[str, str, str], ...]:
    """Return end of name, name for readers and media type of each file that the page of an interview offers."""
    return (*citation.RECORD_FORMATS, *([(".pdf", "PDF", "application/pdf")] if book.has_offprints else []))


def _write_interview_files(inputs: PageInputs, markup: PageRenderer) -> dict[str, bytes]:
    """Return the page of an interview, its citation records and its line for the search, by file name extension.

    A pack has no records for reference managers: readers cite the book.
    """
    interview, book = inputs.interview, inputs.book
    context = ArticleContext(inputs.page_starts, versions=inputs.versions)
    article = markup.render_interview(interview, book, "html", context)
    # A blank page in print is no page of the interview.
    printed_pages = tuple(page.label for page in inputs.page_starts if page.letters < AFTER_LAST_LETTER)
    records = {} if book.pack else citation.build_citation_records(interview, book, printed_pages)
    page = _fill_template(
        markup,
        "interview.html",
        book,
        f"{interview.slug}{_PAGE}",
        interview.title.text,
        schema_org.describe_interview(interview),
        schema_org.build_interview_data(interview, book, inputs.versions),
        kind="article",
        moved=notice_pages.list_moved_ids(book, interview.slug),
        cast={}
        if book.pack
        else {name: name_person_page(name) for name in list_spellings(person.name for person in interview.people)},
        card=share_cards.build_interview_card(book, interview) if share_cards.has_cards(book) else None,
        language=interview.language,
        before=inputs.before,
        after=inputs.after,
        article=article,
        records=_list_record_formats(book) if records else (),
        slug=interview.slug,
        citation=citation.build_citation(interview, book),
        citations=_cite_turns(interview, book, article),
        has_contributors=inputs.has_contributors,
        has_index=inputs.has_index,
        questions=tuple(_list_questions(interview)),
        nearby=inputs.nearby,
        fonts=inputs.fonts,
        versions=tuple(_list_version_names(version) for version in inputs.versions),
        marks=PageMarks(None, "html"),
    )
    line = search_texts.write_search_line(interview, article)
    words = search_texts.write_word_beginnings(line)
    return {_PAGE: page.encode(), **records, search_texts.ENDING: line, search_texts.WORDS_ENDING: words}


def _list_version_names(version: Version) -> tuple[str, str, str]:
    """Return slug, language and the language's own name of the interview in another language."""
    return version.slug, version.language, find_own_name(version.language)


def _list_questions(interview: Interview) -> Iterator[tuple[str, str, str]]:
    """Yield id, address and first words of each question, if there are some to choose from."""
    questions = [turn for turn in interview.turns if isinstance(turn, Question)]
    for question in questions if len(questions) > 1 else ():
        passages = iterate_block_passages(question.blocks, question.id)
        texts = (passage.text for passage in passages if passage.kind != "alt")
        words = schema_org.shorten_text(" ".join(texts), _LONGEST_QUESTION)
        yield question.id, question.address, re.sub(r"[\s.,;:–—…]*…$", "…", words)


def _fill_template(
    markup: PageRenderer,
    template: str,
    book: Book,
    name: str,
    heading: str,
    description: str,
    data: Mapping[str, object],
    **values: object,
) -> str:
    """Return a page of the site, filled from a template; `data` is for search engines."""
    language = str(values.pop("language", book.language))
    lists = ("records", "questions", "nearby", "offered", "versions", "fonts")
    defaults: dict[str, object] = {"before": None, "after": None, "moved": "", "cast": {}, **dict.fromkeys(lists, ())}
    title = heading if heading == book.title else f"{heading} – {book.title}"
    return markup.render_page(
        f"html/{template}",
        **{**defaults, **values},
        book=book,
        name=name,
        title=title,
        heading=heading,
        description=description,
        language=language,
        words=select_words(book, language),
        version=__version__,
        briefing=build_pack_brief(book),
        date=translations.format_date(book.date, language),
        data=schema_org.embed_json(data),
        describe_guests=contributors.describe_guests,
    )


# --- citations ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _CitedTurn:
    """A turn and its citation, for the template."""

    turn: Question | Answer
    citation: citation.Citation


def _cite_turns(interview: Interview, book: Book, article: str) -> tuple[_CitedTurn, ...]:
    """Return every turn with its citation, which names the page that it begins on, and its time in the recording."""
    pages = _find_pages_of_turns(article)
    return tuple(
        _CitedTurn(
            turn,
            citation.build_citation(
                interview, book, pages[turn.id], turn.id, turn.address, players.find_time(interview, turn)
            ),
        )
        for turn in interview.turns
    )


_PAGE_OR_TURN = re.compile(
    r'<(?:div|span) class="pagebreak" [^>]*aria-label="([^"]+)"|<section class="turn \w+" id="([^"]+)"'
)


def _find_pages_of_turns(article: str) -> Mapping[str, str]:
    """Return the printed page on which each turn begins, by its id.

    It is that of the last page mark before the turn, "" where there is none.
    """
    pages, page = {}, ""
    for label, turn in _PAGE_OR_TURN.findall(article):
        if turn:
            pages[turn] = page
        page = label or page
    return pages
