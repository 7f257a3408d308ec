"""Check the icon, the sitemap and the feed of a web edition against the book."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from lxml import etree

from onrecord.model import Book
from onrecord.model.dates import get_first_day
from onrecord.model.problems import Problem
from onrecord.model.rule import Rule
from onrecord.proof.reading.epub_archive import UnreadableEpubError, parse_xml
from onrecord.proof.rules.changes_rules import CHANGES_PAGE, has_changes
from onrecord.proof.rules.expected_claims import expect_description
from onrecord.proof.rules.index_rules import INDEX_PAGE, has_index
from onrecord.proof.rules.person_pages import expect_person_pages
from onrecord.proof.rules.report import HINT

_ICON = re.compile(
    rb'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">'
    rb'(?:<path fill="#[0-9a-f]{6}" d="[MhHvVz\d ]*"/>){2}</svg>\n'
)
_SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
_ATOM = "{http://www.w3.org/2005/Atom}"
_Row = tuple[str, str, tuple[tuple[str, str], ...]]  # of an element: tag, text, attributes


def expect_site_files(book: Book) -> tuple[str, ...]:
    """Return the names of the files that the web edition must have beside its pages: icon, sitemap, feed."""
    return ("icon.svg", "sitemap.xml", "feed.xml") if book.url and not book.pack else ("icon.svg",)


def check_site_files(book: Book, files: Mapping[str, bytes]) -> Iterator[Problem]:
    """Yield a problem for an icon that is none, and for a sitemap or feed that differs from the book."""
    if not _ICON.fullmatch(files.get("icon.svg", b"")):
        yield _build_site_problem(book, "“icon.svg” is not the icon of a book")
    for name, expected in (("sitemap.xml", _expect_sitemap(book)), ("feed.xml", _expect_feed(book))):
        if name in expect_site_files(book) and _read_xml_rows(files.get(name, b"")) != expected:
            yield _build_site_problem(book, f"“{name}” says something else than the book")


def _build_site_problem(book: Book, fault: str) -> Problem:
    """Return a problem of a file of the web edition."""
    return Problem(book.location, Rule.CLAIMS_ARE_TRUE, f"the web edition: {fault}", HINT)


def _read_xml_rows(data: bytes) -> list[_Row]:
    """Return the elements of an XML file of the web edition in order, [] if it cannot be read."""
    try:
        root = parse_xml(data)
    except (etree.XMLSyntaxError, UnreadableEpubError):
        return []
    if root.getprevious() is not None or any((element.tail or "").strip() for element in root.iter()):
        return []  # something stands before the first element, or between two of them
    return [
        (str(element.tag), (element.text or "").strip(), tuple(sorted((str(k), str(v)) for k, v in element.items())))
        for element in root.iter()
    ]


def _expect_sitemap(book: Book) -> list[_Row]:
    """Return the XML elements that the sitemap of a web edition must have."""
    names = ["index", *(interview.slug for interview in book.interviews)]
    names += ["contributors"] if any(interview.people for interview in book.interviews) else []
    names += [page.removesuffix(".html") for page in expect_person_pages(book)]
    names += [CHANGES_PAGE] if has_changes(book) else []
    names += [INDEX_PAGE] if has_index(book) else []
    rows: list[_Row] = [(f"{_SITEMAP}urlset", "", ())]
    for name in names:
        rows += [(f"{_SITEMAP}url", "", ()), (f"{_SITEMAP}loc", f"{book.url}{name}.html", ())]
    return rows


def _expect_feed(book: Book) -> list[_Row]:
    """Return the XML elements that the feed of a web edition must have."""

    def row(tag: str, text: str = "", **attributes: str) -> _Row:
        """Return an expected XML element of the feed with its text and attributes."""
        return f"{_ATOM}{tag}", " ".join(text.split()), tuple(sorted(attributes.items()))

    def begin(tag: str, language: str) -> _Row:
        """Return an expected XML element of the feed that states its language."""
        return f"{_ATOM}{tag}", "", (("{http://www.w3.org/XML/1998/namespace}lang", language),)

    time = "{}T00:00:00Z"
    rows = [begin("feed", book.language), row("title", book.title), row("id", book.url), row("link", href=book.url)]
    rows += [row("link", rel="self", href=f"{book.url}feed.xml")]
    rows += [row("updated", time.format(get_first_day(book.date).isoformat()))]
    for name in book.editors or (book.publisher or book.title,):
        rows += [row("author"), row("name", name)]
    for interview in book.interviews:
        address = f"{book.url}{interview.slug}.html"
        day = get_first_day(interview.date or book.date).isoformat()
        rows += [begin("entry", interview.language), row("title", interview.title.text), row("id", address)]
        rows += [row("link", href=address), row("updated", time.format(day))]
        rows += [row("summary", expect_description(book, interview))]
    return rows
