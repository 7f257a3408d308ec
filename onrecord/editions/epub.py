"""The e-book: EPUB 3.3, written by EbookLib, with our own navigation and the same bytes each time."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

from ebooklib import epub
from lxml import etree

from onrecord import __version__, contributors, faces, markings, styles, words
from onrecord.editions import cover
from onrecord.editions.briefing import brief
from onrecord.markup import Markup, PageMarks
from onrecord.model import Book, Division, Figure, Interview, Person, Place, Role, all_blocks, plain, walk_blocks
from onrecord.pages import Pagination
from onrecord.problems import Problem, Refused

_XHTML = "application/xhtml+xml"
_ZIP_TIME = (1980, 1, 1, 0, 0, 0)  # the first moment a ZIP can tell (APPNOTE 4.4.6)


def make(book: Book, folder: Path, pagination: Pagination | None = None) -> bytes:
    """The book as an EPUB file, with the page numbers of the print edition if there is one."""
    edition = _Edition(book, folder, pagination)
    file = io.BytesIO()
    writer = _Writer(file, edition.assembled(), {"mtime": _modified(book), "epub3_pages": False, "epub2_guide": False})
    writer.process()
    writer.write()
    return _repacked(file.getvalue())


def _modified(book: Book) -> datetime:
    return datetime.combine(book.date, time(), UTC)


class _Writer(epub.EpubWriter):  # type: ignore[misc]
    """EbookLib 0.20 leaves the package without a language (Ace: epub-lang)."""

    def _write_opf_file(self, root: Any) -> None:
        root.set("{http://www.w3.org/XML/1998/namespace}lang", self.book.language)
        super()._write_opf_file(root)


def _repacked(data: bytes) -> bytes:
    """The same files with one time, one order and one compression; EbookLib stamps them with the clock."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w") as target:
        for name in sorted(source.namelist(), key=lambda name: (name != "mimetype", name)):
            entry = zipfile.ZipInfo(name, _ZIP_TIME)
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            entry.compress_type = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            target.writestr(entry, source.read(name), compresslevel=9)
    return out.getvalue()


_Values = tuple[str, str, str, dict[str, Any]]  # name, template, title and values of a page


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
        self._words = words.words_of_pack(book.language, late=book.pack.supplement is not None) if book.pack else words.words(book.language)
        self._people = contributors.of(book)
        self._epub = epub.EpubBook()
        self._texts: list[str] = []
        self._pagination = pagination
        self._marks = PageMarks(pagination, "epub")

    def assembled(self) -> Any:
        book, out = self._book, self._epub
        out.set_identifier(book.identifier)
        out.set_title(book.title)
        out.set_language(book.language)
        self._describe()
        out.spine = [self._page(name, template, title, **values) for name, template, title, values in self._pages()]
        figures = {block.asset.name: block.asset for one in book.interviews for block in _figures(one)}
        for name, asset in sorted(figures.items()):
            self._add(f"images/{name}", asset.media_type, asset.data)
        image = self._add("images/cover.png", "image/png", cover.draw(book))
        image.properties.append("cover-image")
        self._add("style.css", "text/css", self._stylesheet().encode())
        out.toc = [self._ncx(entry) for entry in self._contents()]
        out.add_item(epub.EpubNcx())
        return out

    # pages

    def _pages(self) -> Iterator[_Values]:
        """Name, template, title and values of each page, in reading order."""
        book, own = self._book, self._words
        yield "cover", "cover", own["cover"], {}
        yield "title-page", "title-page", book.title, {}
        imprint: _Values = ("imprint", "imprint", own["imprint"], {})
        contents: _Values = (
            "nav", "nav", own["contents"],
            {"entries": self._contents(), "landmarks": self._landmarks(), "pages": self._page_list()},
        )  # fmt: skip
        yield from (contents, imprint) if book.pack else (imprint, contents)  # as in print
        for number, part in enumerate(book.parts, 1):
            if part.opens:
                yield f"part-{number}", "part", part.title, {"number": number, "part": part}
            for interview in part.interviews:
                article = self._markup.interview(interview, book, "epub", pages=self._marks.of(interview.slug))
                yield (
                    interview.slug,
                    "interview",
                    interview.title.text,
                    {"article": article, "language": interview.language},
                )
        if self._people:
            yield "contributors", "contributors", own["contributors"], {"contributors": self._people}

    def _page(self, name: str, template: str, title: str, **values: Any) -> Any:
        book = self._book
        values = {"language": book.language, **values}
        text = self._markup.page(
            f"epub/{template}.xhtml", book=book, title=title, words=self._words,
            date=words.day(book.date, book.language), marks=self._marks, briefing=brief(book), **values,
        )  # fmt: skip
        self._parsed(f"templates/epub/{template}.xhtml", text)
        self._texts.append(text)
        item = self._add(f"{name}.xhtml", _XHTML, text.encode())
        if name == "nav":
            item.properties.append("nav")
        return item

    def _parsed(self, template: str, text: str) -> None:
        """What a template makes is well-formed: one of ours that is not raises here, not in a reader."""
        try:
            etree.fromstring(text.encode())
        except etree.XMLSyntaxError as mistake:
            if not (self._folder / "templates" / "epub").is_dir():
                raise
            sentence = f"the e-book's page made from this template is not well-formed: {mistake.msg}"
            hint = "close every element and quote every attribute"
            raise Refused([Problem(Place(template), "templates-are-well-formed", sentence, hint)]) from None

    def _add(self, name: str, media_type: str, data: bytes) -> Any:
        uid = "item-" + "".join(char if char.isalnum() else "-" for char in name)
        item = epub.EpubItem(uid=uid, file_name=name, media_type=media_type, content=data)
        item.properties = []
        self._epub.add_item(item)
        return item

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
        first = self._contents()[0].href
        found = [
            _Landmark("cover", "cover.xhtml", own["cover"]), _Landmark("titlepage", "title-page.xhtml", own["title_page"]),
            _Landmark("imprint", "imprint.xhtml", own["imprint"]), _Landmark("toc", "nav.xhtml", own["contents"]),
            _Landmark("bodymatter", first, own["start"]),
        ]  # fmt: skip
        if self._people:
            found.append(_Landmark("contributors", "contributors.xhtml", own["contributors"]))
        return tuple(found)

    def _page_list(self) -> tuple[_Entry, ...]:
        """A line for every printed page, in order."""
        if self._pagination is None:
            return ()
        files = {
            page.label: _file_of(name) for name, pages in self._pagination.leaves.items() for page in pages
        }  # fmt: skip
        return tuple(_Entry(f"{files[label]}#page-{label}", label) for label in self._pagination.labels)

    def _ncx(self, entry: _Entry) -> Any:
        """The contents once more for readers of EPUB 2."""
        uid = "toc-" + "".join(char if char.isalnum() else "-" for char in entry.href)
        link = epub.Link(entry.href, entry.title, uid)
        if not entry.children:
            return link
        return epub.Section(entry.title, entry.href), [self._ncx(child) for child in entry.children]

    # style

    def _stylesheet(self) -> str:
        rules = ""
        if self._book.embed_fonts:
            text = "".join(self._texts)
            for face in faces.SCREEN_FACES:
                self._add(f"fonts/{face.name}", "font/ttf", face.data(text))
                rules += face.rule("")
        return rules + styles.resolved("epub", self._folder)

    # metadata

    def _describe(self) -> None:
        """Dublin Core, and EPUB Accessibility 1.1 §2.2: what is stated is true of every book made here."""
        book, out = self._book, self._epub
        for number, (kind, name, role) in enumerate(_credits(book), 1):
            out.add_metadata("DC", kind, name, {"id": f"person-{number}"})
            about = {"refines": f"#person-{number}", "property": "role", "scheme": "marc:relators"}
            out.add_metadata(None, "meta", role, about)
        fields = {
            "publisher": book.publisher, "rights": book.rights, "description": book.description or book.subtitle,
            "date": book.date.isoformat(),
        }  # fmt: skip
        if book.pack:
            marking = markings.line(book.pack.markings, book.language)
            fields["rights"] = f"{book.rights} {marking}".strip()
            out.add_metadata(None, "meta", marking, {"property": "dcterms:accessRights"})
        for name, value in fields.items():
            if value:
                out.add_metadata("DC", name, value)
        has_figures = any(True for one in book.interviews for _ in _figures(one))
        features = ["structuralNavigation", "tableOfContents", "readingOrder", "displayTransformability"]
        summary = (
            "All text can be read by assistive technology; questions and answers are named groups in reading order."
        )
        if self._pagination is not None:
            features += ["pageBreakMarkers", "pageNavigation"]
            summary += " The pages of the print edition are marked and listed."
        if has_figures:
            features.append("alternativeText")
            summary += " Every picture has an alternative text."
        stated = [("accessMode", "textual"), *([("accessMode", "visual")] if has_figures else [])]
        stated += [("accessModeSufficient", "textual"), *(("accessibilityFeature", feature) for feature in features)]
        stated += [("accessibilityHazard", "none"), ("accessibilitySummary", summary)]
        for key, value in stated:
            out.add_metadata(None, "meta", value, {"property": f"schema:{key}"})
        source = self._pagination.source if self._pagination else "none"
        out.add_metadata(None, "meta", source, {"property": "pageBreakSource"})
        out.set_unique_metadata("OPF", "generator", "", {"name": "generator", "content": f"On Record {__version__}"})


# Codes of the MARC relators list for what people did.
_RELATORS = {
    Role.INTERVIEWEE: "ive", Role.INTERVIEWER: "ivr", Role.MODERATOR: "mod", Role.TRANSLATOR: "trl",
    Role.EDITOR: "edt", Role.PHOTOGRAPHER: "pht",
}  # fmt: skip


def _credits(book: Book) -> Iterator[tuple[str, str, str]]:
    """Everybody once, as `creator` or `contributor`, with a relator; without editors the guests are the creators."""
    yield from (("creator", name, "edt") for name in dict.fromkeys(book.editors))
    cast: dict[str, Person] = {}
    for person in (person for one in book.interviews for person in one.people):
        cast.setdefault(person.name, person)
    for person in cast.values():
        if person.name not in book.editors:
            first = not book.editors and person.role is Role.INTERVIEWEE
            yield "creator" if first else "contributor", person.name, _RELATORS[person.role]


def _file_of(leaf: str) -> str:
    """The file that holds the pages of a leaf."""
    known = {
        "front.title": "title-page", "front.imprint": "imprint", "front.contents": "nav", "back.contributors": "contributors",
    }  # fmt: skip
    return f"{known.get(leaf, leaf.replace('part.', 'part-'))}.xhtml"


def _figures(interview: Interview) -> Iterator[Figure]:
    return (block for block in walk_blocks(all_blocks(interview)) if isinstance(block, Figure))


def _entry(interview: Interview) -> _Entry:
    page = f"{interview.slug}.xhtml"
    divisions = (item for item in interview.conversation if isinstance(item, Division))
    language = interview.language
    inside = tuple(_Entry(f"{page}#{one.id}", plain(one.content), language=language) for one in divisions)
    return _Entry(page, interview.title.text, inside, language)
