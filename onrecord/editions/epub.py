"""The e-book: EPUB 3.3, written by EbookLib, with our own navigation and the same bytes each time."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time
from functools import cached_property
from pathlib import Path

from ebooklib import epub
from lxml import etree

from onrecord.editions import cover, opf_metadata, page_cache, styles
from onrecord.editions.markup import Markup, PageMarks
from onrecord.editions.pack_pages import brief
from onrecord.editions.page_cache import Composed, Wanted
from onrecord.model import Book, Division, Interview, Place, plain
from onrecord.model.problems import Problem, Refused
from onrecord.runtime import font_files
from onrecord.runtime.cache import fingerprint
from onrecord.runtime.task_runner import ALONE, Press
from onrecord.wording import contributors, translations
from onrecord.wording.page_numbers import Pagination

_XHTML = "application/xhtml+xml"
_ZIP_TIME = (1980, 1, 1, 0, 0, 0)  # the first moment a ZIP can tell (APPNOTE 4.4.6)


def make(book: Book, folder: Path, pagination: Pagination | None = None, press: Press = ALONE) -> bytes:
    """The book as an EPUB file, with the page numbers of the print edition if there is one."""
    edition = _Edition(book, folder, pagination)
    options = {"mtime": _modified(book), "epub3_pages": False, "epub2_guide": False}
    return _packed(_Writer("", edition.assembled(press), options).files())


def _modified(book: Book) -> datetime:
    return datetime.combine(book.date, time(), UTC)


class _Writer(epub.EpubWriter):
    """EbookLib 0.20 leaves the package without a language (Ace: epub-lang), and stamps its archive with the clock."""

    def files(self) -> dict[str, bytes]:
        """The files of the e-book, as EbookLib writes them into its archive."""
        self.process()
        self.out = _Files({"mimetype": b"application/epub+zip"})
        self._write_container()
        self._write_opf()
        self._write_items()
        return self.out

    def _write_opf_file(self, root: etree._Element) -> None:
        root.set("{http://www.w3.org/XML/1998/namespace}lang", self.book.language)
        super()._write_opf_file(root)


class _Files(dict[str, bytes]):
    """Takes what is written into an archive."""

    def writestr(self, name: str, data: bytes | str) -> None:
        self[name] = data.encode() if isinstance(data, str) else data


def _packed(files: Mapping[str, bytes]) -> bytes:
    """The files with one time, one order and one compression."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as target:
        for name in sorted(files, key=lambda name: (name != "mimetype", name)):
            entry = zipfile.ZipInfo(name, _ZIP_TIME)
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            entry.compress_type = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            target.writestr(entry, files[name], compresslevel=6)
    return out.getvalue()


@dataclass(frozen=True)
class _Entry:
    """A line of the contents."""

    href: str
    title: str
    children: tuple[_Entry, ...] = ()
    language: str = ""  # where it may be another than the book's


@dataclass(frozen=True)
class _Landmark:
    kind: str
    href: str
    title: str


class _Edition:
    """Fills the templates and hands everything to EbookLib."""

    def __init__(self, book: Book, folder: Path, pagination: Pagination | None) -> None:
        self._book = book
        self._folder = folder
        self._markup = Markup(folder)
        self._words = _words(book)
        self._people = contributors.of(book)
        self._epub = epub.EpubBook()
        self._characters: frozenset[str] = frozenset()
        self._pagination = pagination
        self._marks = PageMarks(pagination, "epub")

    def assembled(self, press: Press) -> epub.EpubBook:
        book, out = self._book, self._epub
        out.set_identifier(book.identifier)
        out.set_title(book.title)
        out.set_language(book.language)
        wanted = [Wanted(one, book, self._marks.of(one.slug)) for one in book.interviews]
        composed = page_cache.compose("epub", book, wanted, self._markup, press, _written)
        opf_metadata.describe(out, book, self._pagination, has_figures=bool(composed.pictures))
        out.spine = list(self._spine(composed, self._texts(press)))
        for name, asset in sorted(composed.pictures.items()):
            self._add(f"images/{name}", asset.media_type, asset.data)
        image = self._add("images/cover.png", "image/png", cover.kept(book, press))
        image.properties.append("cover-image")
        self._add("style.css", "text/css", self._stylesheet(press).encode())
        out.toc = [self._ncx(entry) for entry in self._contents]
        out.add_item(epub.EpubNcx())
        return out

    # pages

    def _spine(self, composed: Composed, texts: Mapping[str, str]) -> Iterator[epub.EpubItem]:
        """Every page, in reading order."""
        self._characters = composed.characters.union(*texts.values())
        chapters = {slug: files[".xhtml"] for slug, files in composed.files.items()}
        pages = chapters | {name: text.encode() for name, text in texts.items()}
        contents = ("nav", "imprint") if self._book.pack else ("imprint", "nav")  # as in print
        for name in ("cover", "title-page", *contents, *self._body(), *(["contributors"] if self._people else [])):
            page = self._add(f"{name}.xhtml", _XHTML, pages[name])
            page.properties += ["nav"] if name == "nav" else []
            yield page

    def _body(self) -> Iterator[str]:
        """The names of the pages between the contents and the list of people."""
        for number, part in enumerate(self._book.parts, 1):
            yield from [f"part-{number}"] if part.opens else []
            yield from (interview.slug for interview in part.interviews)

    def _texts(self, press: Press) -> dict[str, str]:
        """The pages around the interviews."""
        outline = page_cache.outline("epub", self._book, self._markup, self._marks)
        if not outline:
            return dict(self._around())
        labels = self._pagination.labels if self._pagination else ()
        return press.store.made(fingerprint(outline, self._contents, labels), lambda: dict(self._around()))

    def _around(self) -> Iterator[tuple[str, str]]:
        own = self._words
        yield self._page("cover", own["cover"])
        yield self._page("title-page", self._book.title)
        yield self._page("imprint", own["imprint"])
        yield self._page(
            "nav", own["contents"], entries=self._contents, landmarks=self._landmarks(), pages=self._page_list()
        )
        for number, part in enumerate(self._book.parts, 1):
            if part.opens:
                _, text = self._page("part", part.title, number=number, part=part)
                yield f"part-{number}", text
        if self._people:
            yield self._page("contributors", own["contributors"], contributors=self._people)

    def _page(self, name: str, title: str, **values: object) -> tuple[str, str]:
        return name, _page(self._markup, name, self._book, title, self._words, marks=self._marks, **values)

    def _add(self, name: str, media_type: str, data: bytes) -> epub.EpubItem:
        uid = "item-" + "".join(char if char.isalnum() else "-" for char in name)
        item = epub.EpubItem(uid=uid, file_name=name, media_type=media_type, content=data)
        item.properties = []
        self._epub.add_item(item)
        return item

    @cached_property
    def _contents(self) -> tuple[_Entry, ...]:
        entries: list[_Entry] = []
        for number, part in enumerate(self._book.parts, 1):
            inside = tuple(_entry(interview) for interview in part.interviews)
            entries += [_Entry(f"part-{number}.xhtml", part.title, inside)] if part.opens else inside
        if self._people:
            entries.append(_Entry("contributors.xhtml", self._words["contributors"]))
        # A supplement that only withdraws has no papers, and a table of contents must have a line.
        return tuple(entries) or (_Entry("title-page.xhtml", self._words["title_page"]),)

    def _landmarks(self) -> tuple[_Landmark, ...]:
        own = self._words
        first = self._contents[0].href
        found = [
            _Landmark("cover", "cover.xhtml", own["cover"]),
            _Landmark("titlepage", "title-page.xhtml", own["title_page"]),
            _Landmark("imprint", "imprint.xhtml", own["imprint"]),
            _Landmark("toc", "nav.xhtml", own["contents"]),
            _Landmark("bodymatter", first, own["start"]),
        ]
        if self._people:
            found.append(_Landmark("contributors", "contributors.xhtml", own["contributors"]))
        return tuple(found)

    def _page_list(self) -> tuple[_Entry, ...]:
        """A line for every printed page, in order."""
        if self._pagination is None:
            return ()
        files = {page.label: _file_of(name) for name, pages in self._pagination.leaves.items() for page in pages}
        return tuple(_Entry(f"{files[label]}#page-{label}", label) for label in self._pagination.labels)

    def _ncx(self, entry: _Entry) -> epub._TocEntry:
        """The contents once more for readers of EPUB 2."""
        uid = "toc-" + "".join(char if char.isalnum() else "-" for char in entry.href)
        link = epub.Link(entry.href, entry.title, uid)
        if not entry.children:
            return link
        return epub.Section(entry.title, entry.href), [self._ncx(child) for child in entry.children]

    # style

    def _stylesheet(self, press: Press) -> str:
        rules = ""
        if self._book.embed_fonts:
            text = "".join(self._characters)
            for face in font_files.SCREEN_FACES:
                self._add(f"fonts/{face.name}", "font/ttf", page_cache.font(face, text, press))
                rules += face.rule("")
        return rules + styles.resolved("epub", self._folder)


def _written(wanted: Wanted, markup: Markup) -> dict[str, bytes]:
    """The chapter of an interview."""
    interview, book = wanted.interview, wanted.book
    article = markup.interview(interview, book, "epub", pages=wanted.starts)
    text = _page(
        markup,
        "interview",
        book,
        interview.title.text,
        _words(book),
        marks=PageMarks(None, "epub"),
        article=article,
        language=interview.language,
    )
    return {".xhtml": text.encode()}


def _words(book: Book) -> dict[str, str]:
    if book.pack is None:
        return translations.words(book.language)
    return translations.words_of_pack(book.language, late=book.pack.supplement is not None)


def _page(markup: Markup, template: str, book: Book, title: str, own: Mapping[str, str], **values: object) -> str:
    """A page of the book. What a template makes is well-formed: one of ours that is not raises here, not in a reader."""
    text = markup.page(
        f"epub/{template}.xhtml",
        **{"language": book.language, **values},
        book=book,
        title=title,
        words=own,
        date=translations.day(book.date, book.language),
        briefing=brief(book),
    )
    try:
        etree.fromstring(text.encode())
    except etree.XMLSyntaxError as mistake:
        if not markup.has_own("epub"):
            raise
        sentence = f"the e-book's page made from this template is not well-formed: {mistake.msg}"
        hint = "close every element and quote every attribute"
        place = Place(f"templates/epub/{template}.xhtml")
        raise Refused([Problem(place, "templates-are-well-formed", sentence, hint)]) from None
    return text


def _file_of(leaf: str) -> str:
    """The file that holds the pages of a leaf."""
    known = {
        "front.title": "title-page",
        "front.imprint": "imprint",
        "front.contents": "nav",
        "back.contributors": "contributors",
    }
    return f"{known.get(leaf, leaf.replace('part.', 'part-'))}.xhtml"


def _entry(interview: Interview) -> _Entry:
    page = f"{interview.slug}.xhtml"
    divisions = (item for item in interview.conversation if isinstance(item, Division))
    language = interview.language
    inside = tuple(_Entry(f"{page}#{one.id}", plain(one.content), language=language) for one in divisions)
    return _Entry(page, interview.title.text, inside, language)
