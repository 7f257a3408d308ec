"""Proves the web edition: every page is parsed again with lxml and compared with the book."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import lxml.html

from onrecord.model import Book, Interview
from onrecord.problems import Problem
from onrecord.proof import citations, packs, references
from onrecord.proof.article import hiding_selectors, interviews_in, name_of, read_article, text_outside
from onrecord.proof.compare import HINT, compare, missing
from onrecord.proof.front import front_matter
from onrecord.proof.letters import short
from onrecord.proof.promise import promised
from onrecord.proof.report import InterviewReport, Report

_COPY = "the web edition"
_OWN_PAGES = ("index.html", "contents.html", "contributors.html")


def prove_html(book: Book, files: Mapping[str, bytes]) -> Report:
    """Compare the files of the web edition (posix names) with `book`."""
    pages = {name: parsed(data) for name, data in files.items() if name.endswith(".html")}
    hidden = hiding_selectors("\n".join(text_of(data) for name, data in files.items() if name.endswith(".css")))
    problems: list[Problem] = []
    reports = []
    for interview in book.interviews:
        found, report = _interview(book, interview, pages, hidden)
        problems += found
        page = pages.get(f"{interview.slug}.html")
        if page is not None:
            problems += citations.cited(book, interview, page, files)
        reports.append(report)
    problems += _strangers(book, pages)
    problems += front_matter(book, _sections(pages, hidden), _COPY)
    texts = ((name, text_outside(page, hidden)) for name, page in sorted(pages.items()))
    stated = list(_stated(pages.get("index.html"))) if book.pack else []
    problems += [*packs.marked(book, texts, stated, _COPY), *packs.extracts(book)]
    return Report("html", tuple(problems), tuple(reports))


def _interview(
    book: Book, interview: Interview, pages: Mapping[str, Any], hidden: frozenset[str]
) -> tuple[tuple[Problem, ...], InterviewReport]:
    name = f"{interview.slug}.html"
    promise = promised(interview)
    articles = interviews_in(pages[name]) if name in pages else []
    right = [article for article in articles if article.get("id") == interview.slug]
    if not right:
        return missing(promise, _COPY)
    found = read_article(right[0], name, promise.owners, hidden)
    problems, report = compare(promise, found, _COPY)
    problems = (*problems, *references.on_screen(book, interview, found, _COPY))
    return (*problems, *_more(interview, articles, text_outside(pages[name], hidden, furniture=False))), report


def _more(interview: Interview, articles: list[Any], outside: str) -> Iterator[Problem]:
    """What an interview's page holds beside the interview and the way to other pages."""
    if any(char.isalnum() for char in outside):
        sentence = f"{_COPY}: the page of the interview “{interview.slug}” says “{short(outside)}” beside the interview"
        yield Problem(interview.place, "nothing-is-added", sentence, HINT)
    if len(articles) > 1:
        sentence = f"{_COPY}: the page of the interview “{interview.slug}” holds {len(articles)} interviews"
        yield Problem(interview.place, "nothing-is-added", sentence, HINT)


def _strangers(book: Book, pages: Mapping[str, Any]) -> Iterator[Problem]:
    """Pages of no interview, and interviews on pages that are not theirs."""
    own = {f"{interview.slug}.html" for interview in book.interviews}
    for name, page in sorted(pages.items()):
        if name not in own and name not in _OWN_PAGES:
            yield Problem(book.place, "nothing-is-added", f"{_COPY} has a page “{name}” that is not in the book", HINT)
        elif name not in own and interviews_in(page):
            yield Problem(book.place, "nothing-is-added", f"{_COPY} holds an interview on the page “{name}”", HINT)


def _sections(pages: Mapping[str, Any], hidden: frozenset[str]) -> dict[str, str]:
    """The letters of the site's own pages; the cover page holds title, imprint and contents."""
    texts = {name: text_outside(pages[name], hidden) for name in _OWN_PAGES if name in pages}
    cover = texts.get("index.html", "")
    return {
        "title": cover,
        "imprint": cover,
        "contents": texts.get("contents.html", cover),
        "contributors": texts.get("contributors.html", ""),
        "items": cover,
    }


def _stated(page: Any) -> Iterator[str]:
    """Who may read it, by the metadata of a page."""
    for element in page.iter() if page is not None else ():
        if name_of(element) == "meta" and element.get("name") == "dcterms.accessRights":
            yield element.get("content") or ""


def parsed(data: bytes) -> Any:
    """A page, as a browser takes it."""
    parser = lxml.html.HTMLParser(encoding="utf-8", no_network=True, huge_tree=False)
    return lxml.html.document_fromstring(data or b"<html></html>", parser=parser)


def text_of(data: bytes) -> str:
    return data.decode("utf-8", "replace")
