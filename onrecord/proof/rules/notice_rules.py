"""Check the small pages of the web edition that say one thing: each is composed here a second time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from onrecord.model import Book
from onrecord.model.problems import Problem
from onrecord.model.rule import Rule
from onrecord.proof.reading.expected_markup import expect_direction
from onrecord.proof.reading.markup_tokens import (
    ANY_TEXT,
    Token,
    build_element,
    build_start_token,
    find_difference,
    normalize_tokens,
)
from onrecord.proof.reading.sentences import expect_date
from onrecord.proof.rules.article_markup import describe_difference
from onrecord.proof.rules.report import HINT
from onrecord.runtime.interface_texts import get_language


@dataclass(frozen=True, slots=True)
class _NoticePage:
    """A page that has to be there. `root` is what stands before the names of files.

    `target` is where it leads by itself, `moved` old ids on it with their new addresses.
    """

    heading: str
    link: tuple[str, str, str]  # address, text and language
    language: str
    lines: tuple[str, ...] = ()
    root: str = ""
    target: str = ""
    moved: str = ""


def list_notice_pages(book: Book) -> tuple[str, ...]:
    """Return the names of the small pages that a web edition must have: `404.html`, redirects, withdrawals."""
    return tuple(_expect_notice_pages(book))


def list_notice_scripts(book: Book) -> tuple[str, ...]:
    """Return the names of the scripts that the small pages of a web edition need."""
    return ("moved.js",) if book.redirects and not book.pack else ()


def expect_moved_ids(book: Book, slug: str) -> str:
    """Return the old ids on the page of an interview with their new addresses, as its script must have them."""
    if book.pack:
        return ""
    targets = _expect_redirects(book)
    moved = [(old.removeprefix(f"{slug}#"), new) for old, new in targets.items() if old.startswith(f"{slug}#")]
    return " ".join(f"{identity} {new}" for identity, new in moved)


def check_notice_pages(book: Book, shells: Mapping[str, Sequence[Token]], *, has_templates: bool) -> Iterator[Problem]:
    """Yield a problem for each small page (`404.html`, redirects …) that is not as expected; `shells` are by page name.

    Templates of the book may write other pages.
    """
    for name, page in _expect_notice_pages(book).items() if not has_templates else ():
        if name not in shells:
            continue  # which the rule for files reports
        tokens, expected = list(shells[name]), normalize_tokens(_expect_notice_tokens(book, page))
        index = find_difference(expected, tokens)
        if index is not None:
            difference = describe_difference(expected, tokens, index)
            sentence = f"the web edition: the page “{name}” {difference}"
            yield Problem(book.location, Rule.MARKUP_IS_TRUE, sentence, HINT)


def _expect_notice_pages(book: Book) -> dict[str, _NoticePage]:
    """Return what the small pages of a web edition must say, by file name: `404.html`, redirects, withdrawals."""
    if book.pack:
        return {}
    words, language, pages = get_language(book.language).texts, book.language, {}
    home = ("index.html#contents", words["contents"], language)
    if book.url:
        pages["404.html"] = _NoticePage(words["not_found"], home, language, root=urlsplit(book.url).path)
    names = {withdrawal.slug: (withdrawal.title, withdrawal.language) for withdrawal in book.withdrawals}
    names |= {interview.slug: (interview.title.text, interview.language) for interview in book.interviews}
    for old, new in _expect_redirects(book).items():
        if "#" not in old:
            link = (new, *names.get(new.partition(".html")[0], home[1:]))
            moved = expect_moved_ids(book, old)
            pages[f"{old}.html"] = _NoticePage(words["moved"], link, language, target=new, moved=moved)
    slugs = {interview.slug for interview in book.interviews}
    for withdrawal in (withdrawal for withdrawal in book.withdrawals if withdrawal.slug not in slugs):
        texts = get_language(withdrawal.language).texts
        comma = get_language(withdrawal.language).comma
        day = expect_date(withdrawal.day, withdrawal.language)
        lines = [f"{texts['sheet_withdrawn']}{comma}{day}", withdrawal.reason]
        link = ("index.html#contents", texts["contents"], withdrawal.language)
        pages[f"{withdrawal.slug}.html"] = _NoticePage(
            withdrawal.title, link, withdrawal.language, tuple(filter(None, lines))
        )
    return pages


def _expect_redirects(book: Book) -> dict[str, str]:
    """Return the page, with the id on it, to which each old address of the web edition must lead.

    It is that of the contents if its interview is held back.
    """
    slugs = {interview.slug for interview in book.interviews} | {withdrawal.slug for withdrawal in book.withdrawals}
    steps, ends = {redirect.old: redirect.new for redirect in book.redirects}, {}
    for old in steps:
        new, count = steps[old], 0
        while new in steps and count <= len(steps):
            new, count = steps[new], count + 1
        slug = new.split("#")[0]
        ends[old] = new.replace(slug, f"{slug}.html", 1) if slug in slugs else "index.html#contents"
    return ends


def _expect_notice_tokens(book: Book, page: _NoticePage) -> Iterator[Token]:
    """Yield the HTML tokens that a small page of the web edition must have."""
    yield build_start_token("html", {"lang": page.language} | expect_direction(page.language))
    yield "<head>"
    yield from build_element("meta", charset="utf-8")
    yield from _build_meta_tokens("viewport", "width=device-width, initial-scale=1")
    yield from _build_meta_tokens("color-scheme", "light dark")
    yield from build_element("title", f"{page.heading} – {book.title}")
    yield from _build_meta_tokens("generator", ANY_TEXT)
    if page.target:
        yield from build_element("script", src="moved.js", data_target=page.target, data_moved=page.moved or None)
        yield from build_element("meta", http_equiv="refresh", content=f"0; url={page.target}")
        if book.url:
            yield from build_element("link", rel="canonical", href=book.url + page.target.partition("#")[0])
    else:
        yield from _build_meta_tokens("robots", "noindex")
    yield from build_element("script", src=f"{page.root}theme.js")
    yield from build_element("link", rel="stylesheet", href=f"{page.root}style.css")
    yield from build_element("link", rel="icon", href=f"{page.root}icon.svg", type="image/svg+xml")
    yield "</head>"
    yield "<body>"
    home = build_element("a", book.title, class_="book", href=f"{page.root}index.html", lang=book.language)
    yield from build_element("header", home, class_="site")
    address, text, language = page.link
    link = build_element("a", text, href=f"{page.root}{address}", lang=language)
    lines = [token for line in page.lines for token in build_element("p", line)]
    yield from build_element("main", build_element("h1", page.heading), lines, build_element("p", link), id="main")
    yield "</body>"
    yield "</html>"


def _build_meta_tokens(name: str, content: str) -> list[Token]:
    """Return the HTML tokens of a `meta` element with this name and content."""
    return build_element("meta", name=name, content=content)
