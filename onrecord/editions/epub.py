"""The e-book: EPUB 3.3, written by EbookLib, with our own navigation and the same bytes each time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time
from functools import cached_property
from pathlib import Path

from ebooklib import epub
from lxml import etree

from onrecord.editions import cover, design_tokens, opf_metadata, page_cache, zip_packing
from onrecord.editions.interview_article import ArticleContext
from onrecord.editions.markup import CollectingRenderer, PageRenderer
from onrecord.editions.pack_pages import build_pack_brief, select_words
from onrecord.editions.page_cache import ComposedPages, PageInputs
from onrecord.editions.page_marks import PageMarks
from onrecord.model import Book, Division, Interview, SourceLocation, to_plain_text
from onrecord.model.dates import get_first_day
from onrecord.model.directions import is_from_right
from onrecord.model.page_numbers import Pagination
from onrecord.model.problems import Problem, Refused
from onrecord.model.rule import Rule
from onrecord.model.versions import list_versions
from onrecord.runtime import screen_faces
from onrecord.runtime.fingerprints import compute_fingerprint
from onrecord.runtime.task_runner import NO_WORKERS, TaskRunner
from onrecord.wording import changed_places, contributors, index_entries, translations

_XHTML = "application/xhtml+xml"
_COVER = "images/cover.png"
_PART_TYPES = {"png": "image/png", "css": "text/css", "woff2": "font/woff2"}


def make_epub(
    book: Book,
    folder: Path,
    pagination: Pagination | None = None,
    runner: TaskRunner = NO_WORKERS,
    cover_picture: bytes = b"",
) -> bytes:
    """Return the book as an EPUB file, with the page list of `pagination` if there is one.

    It has the page numbers of the print edition, if `pagination` is given. `cover_picture` is the cover as PNG; without
    one it is drawn here, letter by letter.
    """
    markup = PageRenderer(folder, runner.cache)
    edition = _Edition(book, folder, pagination, markup, cover_picture)
    modified = datetime.combine(get_first_day(book.date), time(), UTC)
    options = {"mtime": modified, "epub3_pages": False, "epub2_guide": False}
    files = _Writer("", edition.assemble(runner), options).write_files()
    return zip_packing.pack_files(files, "mimetype", runner.cache, book.identifier)


def make_parts(
    book: Book, folder: Path, characters: str, runner: TaskRunner = NO_WORKERS, cover_picture: bytes = b""
) -> dict[str, bytes]:
    """Return the EPUB's files that are no pages: the cover, the style sheet and the fonts.

    `characters` are those of all pages: the fonts have no others.
    """
    css = design_tokens.read_screen_stylesheet("epub", folder, book.design, runner.cache)
    faces = screen_faces.list_screen_faces(css, book.design.brand.families, folder) if book.embed_fonts else ()
    return {
        _COVER: cover_picture or cover.build_cover(book, folder, runner),
        **page_cache.build_fonts(faces, characters, runner),
        "style.css": ("".join(face.format_css("") for face in faces) + css).encode(),
    }


def find_template_problems(book: Book, folder: Path) -> tuple[Problem, ...]:
    """Return what is wrong with the book's templates: every page is filled, without printed pages."""
    markup = CollectingRenderer(folder)
    if not markup.has_book_templates("epub"):
        return tuple(markup.problems)
    try:
        _Edition(book, folder, None, markup).assemble(NO_WORKERS)
    except Refused as refused:  # a page that is filled, but not well-formed
        return (*markup.problems, *refused.problems)
    return tuple(markup.problems)


class _Writer(epub.EpubWriter):
    """Writes the files of an e-book.

    EbookLib 0.20 gives the package document no language (Ace: epub-lang), and its archive has the time of the build.
    """

    def write_files(self) -> dict[str, bytes]:
        """Return the files of the e-book, as EbookLib writes them into its archive."""
        self.process()
        self.out = _Files({"mimetype": b"application/epub+zip"})
        self._write_container()
        self._write_opf()
        self._write_items()
        return self.out

    def _write_opf_file(self, root: etree._Element) -> None:
        """Write the package document with its language, which EbookLib leaves out, and with years of four digits."""
        root.set("{http://www.w3.org/XML/1998/namespace}lang", self.book.language)
        for meta in root.iter("{*}meta"):
            if meta.get("property") == "dcterms:modified":
                meta.text = (meta.text or "").rjust(len("0001-01-01T00:00:00Z"), "0")
        super()._write_opf_file(root)


class _Files(dict[str, bytes]):
    """The files of an archive by name; EbookLib writes into it as into a ZipFile."""

    def writestr(self, name: str, data: bytes | str) -> None:
        """Store `data` as the file `name` of the EPUB; text is encoded in UTF-8."""
        self[name] = data.encode() if isinstance(data, str) else data


@dataclass(frozen=True)
class _ContentsEntry:
    """A line of the contents, or of the page list."""

    href: str
    title: str
    children: tuple[_ContentsEntry, ...] = ()
    language: str = ""  # where it may be another than the book's
    people: str = ""
    is_part: bool = False


@dataclass(frozen=True)
class _Landmark:
    kind: str
    href: str
    title: str


class _Edition:
    """One e-book: its pages, pictures, fonts and navigation, added to EbookLib's book."""

    def __init__(
        self,
        book: Book,
        folder: Path,
        pagination: Pagination | None,
        markup: PageRenderer | None = None,
        cover_picture: bytes = b"",
    ) -> None:
        self._book = book
        self._cover = cover_picture
        self._folder = folder
        self._markup = markup or PageRenderer(folder)
        self._words = select_words(book, book.language)
        self._people = contributors.list_contributors(book)
        self._index = index_entries.list_printed_index(book)
        self._changes = changed_places.list_changed_places(book)
        self._epub = epub.EpubBook()
        self._characters: frozenset[str] = frozenset()
        self._pagination = pagination
        self._marks = PageMarks(pagination, "epub")

    def assemble(self, runner: TaskRunner) -> epub.EpubBook:
        """Return EbookLib's book with all pages, pictures, fonts, styles and navigation."""
        book, out = self._book, self._epub
        out.set_identifier(book.identifier)
        out.set_title(book.title)
        out.set_language(book.language)
        if is_from_right(book.language):
            out.set_direction("rtl")
        versions = list_versions(book)
        page_inputs = [
            PageInputs(
                interview,
                book,
                self._marks.find_pages(interview.slug),
                versions=versions.get(interview.slug, ()),
            )
            for interview in book.interviews
        ]
        composed = page_cache.compose_pages("epub", book, page_inputs, self._markup, runner, _write_chapter)
        pictures = {**composed.pictures, **contributors.collect_portraits(self._people)}
        opf_metadata.add_epub_metadata(out, book, self._pagination, has_figures=bool(pictures))
        out.spine = list(self._add_pages(composed, self._fill_other_pages(runner)))
        for name, asset in sorted(pictures.items()):
            self._add_file(f"images/{name}", asset.media_type, asset.data)
        for name, data in make_parts(book, self._folder, "".join(self._characters), runner, self._cover).items():
            file = self._add_file(name, _PART_TYPES[name.rpartition(".")[2]], data)
            file.properties += ["cover-image"] if name == _COVER else []
        out.toc = [_convert_to_ncx(entry) for entry in self._contents]
        out.add_item(epub.EpubNcx())
        return out

    # pages

    def _add_pages(self, composed: ComposedPages, other_pages: Mapping[str, str]) -> Iterator[epub.EpubItem]:
        """Add every page to EbookLib's book, and yield the pages in reading order."""
        self._characters = composed.characters.union(*other_pages.values())
        chapters = {slug: files[".xhtml"] for slug, files in composed.files.items()}
        pages = chapters | {name: text.encode() for name, text in other_pages.items()}
        contents = ("nav", "imprint") if self._book.pack else ("imprint", "nav")  # as in print
        has = {"contributors": self._people, "edition-changes": self._changes, "book-index": self._index}
        back = [name for name, content in has.items() if content]
        for name in ("cover", "title-page", *contents, *self._list_body_pages(), *back):
            page = self._add_file(f"{name}.xhtml", _XHTML, pages[name])
            page.properties += ["nav"] if name == "nav" else []
            yield page

    def _list_body_pages(self) -> Iterator[str]:
        """Yield the names of the pages between the contents and the list of people."""
        for number, part in enumerate(self._book.parts, 1):
            yield from [f"part-{number}"] if part.has_opening_page else []
            yield from (interview.slug for interview in part.interviews)

    def _fill_other_pages(self, runner: TaskRunner) -> dict[str, str]:
        """Return all pages but the interviews by name, from the cache if nothing has changed."""
        key = page_cache.build_outline_key("epub", self._book, self._markup, self._marks)
        if not key:
            return dict(self._iterate_other_pages())
        labels = self._pagination.labels if self._pagination else ()
        key = compute_fingerprint(key, self._contents, labels, self._index, self._changes)
        return runner.cache.get_or_compute(key, lambda: dict(self._iterate_other_pages()))

    def _iterate_other_pages(self) -> Iterator[tuple[str, str]]:
        """Yield the file name and the XHTML of each page of an e-book that is not an interview's: cover, contents …"""
        words = self._words
        yield self._fill_page("cover", words["cover"])
        yield self._fill_page("title-page", self._book.title)
        yield self._fill_page("imprint", words["imprint"])
        navigation = {"entries": self._contents, "landmarks": self._list_landmarks(), "pages": self._build_page_list()}
        yield self._fill_page("nav", words["contents"], **navigation)
        for number, part in enumerate(self._book.parts, 1):
            if part.has_opening_page:
                _, text = self._fill_page("part", part.title, number=number, part=part)
                yield f"part-{number}", text
        if self._people:
            yield self._fill_page("contributors", words["contributors"], contributors=self._people)
        if self._changes:
            yield self._fill_page("edition-changes", words["edition_changes"], changes=self._changes)
        if self._index:
            signs = index_entries.get_marks(self._book.language)
            yield self._fill_page("book-index", words["book_index"], index=self._index, **signs)

    def _fill_page(self, name: str, title: str, **values: object) -> tuple[str, str]:
        """Return `name` and the page filled from the template of that name."""
        return name, _fill_template(self._markup, name, self._book, title, self._words, marks=self._marks, **values)

    def _add_file(self, name: str, media_type: str, data: bytes) -> epub.EpubItem:
        """Add a file to EbookLib's book and return its manifest item."""
        uid = "item-" + _format_uid(name)
        file = epub.EpubItem(uid=uid, file_name=name, media_type=media_type, content=data)
        file.properties = []
        self._epub.add_item(file)
        return file

    # navigation

    @cached_property
    def _contents(self) -> tuple[_ContentsEntry, ...]:
        """Return the lines of the EPUB's table of contents; there is at least one."""
        entries: list[_ContentsEntry] = []
        for number, part in enumerate(self._book.parts, 1):
            chapters = tuple(_build_chapter_entry(interview) for interview in part.interviews)
            entries += (
                [_ContentsEntry(f"part-{number}.xhtml", part.title, chapters, is_part=True)]
                if part.has_opening_page
                else chapters
            )
        if self._people:
            entries.append(_ContentsEntry("contributors.xhtml", self._words["contributors"]))
        if self._changes:
            entries.append(_ContentsEntry("edition-changes.xhtml", self._words["edition_changes"]))
        if self._index:
            entries.append(_ContentsEntry("book-index.xhtml", self._words["book_index"]))
        # A supplement that only withdraws has no interviews, and a table of contents must have a line.
        return tuple(entries) or (_ContentsEntry("title-page.xhtml", self._words["title_page"]),)

    def _list_landmarks(self) -> tuple[_Landmark, ...]:
        """Return the landmarks, from the cover to the contributors if there are any."""
        words = self._words
        landmarks = [
            _Landmark("cover", "cover.xhtml", words["cover"]),
            _Landmark("titlepage", "title-page.xhtml", words["title_page"]),
            _Landmark("imprint", "imprint.xhtml", words["imprint"]),
            _Landmark("toc", "nav.xhtml", words["contents"]),
            _Landmark("bodymatter", self._contents[0].href, words["start"]),
        ]
        if self._people:
            landmarks.append(_Landmark("contributors", "contributors.xhtml", words["contributors"]))
        if self._index:
            landmarks.append(_Landmark("index", "book-index.xhtml", words["book_index"]))
        return tuple(landmarks)

    def _build_page_list(self) -> tuple[_ContentsEntry, ...]:
        """Return a line of the page list for every printed page, () without a print edition."""
        if self._pagination is None:
            return ()
        files = {page.label: _get_file_name(leaf) for leaf, pages in self._pagination.leaves.items() for page in pages}
        return tuple(_ContentsEntry(f"{files[label]}#page-{label}", label) for label in self._pagination.labels)


def _write_chapter(inputs: PageInputs, markup: PageRenderer) -> dict[str, bytes]:
    """Return the page of an interview, under the key ".xhtml"."""
    interview, book = inputs.interview, inputs.book
    context = ArticleContext(inputs.page_starts, versions=inputs.versions)
    article = markup.render_interview(interview, book, "epub", context)
    text = _fill_template(
        markup,
        "interview",
        book,
        interview.title.text,
        select_words(book, book.language),
        marks=PageMarks(None, "epub"),
        article=article,
        language=interview.language,
    )
    return {".xhtml": text.encode()}


def _fill_template(
    markup: PageRenderer, template: str, book: Book, title: str, words: Mapping[str, str], **values: object
) -> str:
    """Return a page of the EPUB, filled from a template and checked to be well-formed.

    Raises Refused if a template of the book makes a page that is not; a fault of ours is raised as it is.
    """
    text = markup.render_page(
        f"epub/{template}.xhtml",
        **{"language": book.language, **values},
        book=book,
        title=title,
        words=words,
        date=translations.format_date(book.date, book.language),
        briefing=build_pack_brief(book),
    )
    try:
        etree.fromstring(text.encode())
    except etree.XMLSyntaxError as mistake:
        if not markup.has_book_templates("epub"):
            raise
        sentence = f"the e-book's page made from this template is not well-formed: {mistake.msg}"
        hint = "close every element and quote every attribute"
        place = SourceLocation(f"templates/epub/{template}.xhtml")
        raise Refused([Problem(place, Rule.TEMPLATES_ARE_WELL_FORMED, sentence, hint)]) from None
    return text


def _get_file_name(leaf: str) -> str:
    """Return the name of the EPUB's file that holds the pages of a leaf."""
    known = {
        "front.title": "title-page",
        "front.imprint": "imprint",
        "front.contents": "nav",
        "back.contributors": "contributors",
        "back.changes": "edition-changes",
        "back.index": "book-index",
    }
    return f"{known.get(leaf, leaf.replace('part.', 'part-'))}.xhtml"


def _build_chapter_entry(interview: Interview) -> _ContentsEntry:
    """Return the line of an interview in the contents, with a line for each of its divisions."""
    page = f"{interview.slug}.xhtml"
    language = interview.language
    divisions = tuple(
        _ContentsEntry(f"{page}#{part.id}", to_plain_text(part.content), language=language)
        for part in interview.conversation
        if isinstance(part, Division)
    )
    return _ContentsEntry(page, interview.title.text, divisions, language, contributors.describe_guests(interview))


def _convert_to_ncx(entry: _ContentsEntry) -> epub._TocEntry:
    """Return a line of the contents in the form for readers of EPUB 2."""
    if entry.children:
        return epub.Section(entry.title, entry.href), [_convert_to_ncx(child) for child in entry.children]
    return epub.Link(entry.href, entry.title, "toc-" + _format_uid(entry.href))


def _format_uid(name: str) -> str:
    """Return the name with a hyphen for every character that an XML id may not have."""
    return "".join(char if char.isalnum() else "-" for char in name)
