"""Small pages of the web edition that say one thing: that an address leads nowhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from onrecord import __version__
from onrecord.editions.markup import PageRenderer
from onrecord.model import Book
from onrecord.runtime.interface_texts import get_language


@dataclass(frozen=True, slots=True)
class _Notice:
    """What a page says: its heading, and a link. `root` is what stands before the names of files."""

    name: str
    heading: str
    href: str
    label: str
    root: str = ""


def write_notice_pages(book: Book, markup: PageRenderer) -> Iterator[tuple[str, str]]:
    """Yield name and HTML of each page."""
    for notice in _list_notices(book):
        yield (
            notice.name,
            markup.render_page(
                "html/notice.html", book=book, language=book.language, notice=notice, version=__version__
            ),
        )


def _list_notices(book: Book) -> Iterator[_Notice]:
    """Yield the page for addresses that lead nowhere.

    A server shows it at any address, so it names files by their whole path, which `url` gives.
    """
    words = get_language(book.language).texts
    if book.url and not book.pack:
        root = urlsplit(book.url).path
        yield _Notice("404.html", words["not_found"], "index.html#contents", words["contents"], root)
