"""Small pages of the web edition that say one thing: nothing is here, this moved, this was withdrawn."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from onrecord import __version__
from onrecord.editions.markup import PageRenderer
from onrecord.model import Book
from onrecord.model.redirects import Withdrawal
from onrecord.runtime.interface_texts import get_language
from onrecord.wording import translations

_CONTENTS = "index.html#contents"


@dataclass(frozen=True, slots=True)
class _Notice:
    """What a page says: its heading, lines, and a link. `root` is what stands before the names of files.

    `target` is where the page leads by itself, `moved` the list for its script.
    """

    name: str
    language: str
    heading: str
    href: str
    label: str
    label_language: str
    lines: tuple[str, ...] = ()
    root: str = ""
    target: str = ""
    moved: str = ""


def write_notice_pages(book: Book, markup: PageRenderer) -> Iterator[tuple[str, str]]:
    """Yield name and HTML of each small page of a web edition: 404, old addresses, withdrawn interviews."""
    for notice in _list_notices(book) if book.pack is None else ():
        values = {"language": notice.language, "notice": notice, "version": __version__}
        yield notice.name, markup.render_page("html/notice.html", book=book, **values)


def list_moved_ids(book: Book, slug: str) -> str:
    """Return the old ids on a page with the addresses that they have now, for its script: “a3 light.html#a4 …”."""
    targets = {redirect.old: redirect.new for redirect in book.redirects if book.pack is None}
    moved = (old for old in targets if old.startswith(f"{slug}#"))
    return " ".join(f"{old.partition('#')[2]} {_get_page_name(book, _follow_redirects(targets, old))}" for old in moved)


def _list_notices(book: Book) -> Iterator[_Notice]:
    """Yield the notices for addresses that lead nowhere, old addresses, and withdrawn interviews.

    A server shows the first one at any address, so it names files by their whole path, which `url` gives.
    """
    words = get_language(book.language).texts
    contents = (_CONTENTS, words["contents"], book.language)
    if book.url:
        yield _Notice("404.html", book.language, words["not_found"], *contents, root=urlsplit(book.url).path)
    targets = {redirect.old: redirect.new for redirect in book.redirects}
    titles = {withdrawal.slug: (withdrawal.title, withdrawal.language) for withdrawal in book.withdrawals}
    titles |= {interview.slug: (interview.title.text, interview.language) for interview in book.interviews}
    for old in (old for old in targets if "#" not in old):
        target = _get_page_name(book, _follow_redirects(targets, old))
        link = (target, *titles.get(target.partition(".html")[0], contents[1:]))
        moved = list_moved_ids(book, old)
        yield _Notice(f"{old}.html", book.language, words["moved"], *link, target=target, moved=moved)
    present = {interview.slug for interview in book.interviews}
    yield from (
        _build_withdrawal_notice(withdrawal) for withdrawal in book.withdrawals if withdrawal.slug not in present
    )


def _build_withdrawal_notice(withdrawal: Withdrawal) -> _Notice:
    """Return the page that stands in place of a withdrawn interview."""
    language = withdrawal.language
    words = get_language(language).texts
    line = (
        f"{words['sheet_withdrawn']}{get_language(language).comma}{translations.format_date(withdrawal.day, language)}"
    )
    lines = (line, withdrawal.reason) if withdrawal.reason else (line,)
    link = (_CONTENTS, words["contents"], language)
    return _Notice(f"{withdrawal.slug}.html", language, withdrawal.title, *link, lines=lines)


def _follow_redirects(targets: Mapping[str, str], old: str) -> str:
    """Return where an old address leads in the end."""
    for _ in targets:
        old = targets.get(old, old)
    return old


def _get_page_name(book: Book, address: str) -> str:
    """Return the web page of an address; that of the contents if its interview is held back."""
    slug, mark, identity = address.partition("#")
    known = {*(interview.slug for interview in book.interviews), *(withdrawal.slug for withdrawal in book.withdrawals)}
    return f"{slug}.html{mark}{identity}" if slug in known else _CONTENTS
