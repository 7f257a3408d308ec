"""Proves the web edition: every page is parsed again with lxml and compared with the book."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import lxml.html
from lxml.etree import _Element

from onrecord.model import Book, Interview
from onrecord.model.problems import Problem
from onrecord.model.scope import leads
from onrecord.proof.reading.article_text import interviews_in, name_of, read_article, text_outside
from onrecord.proof.reading.expected import promised
from onrecord.proof.reading.list_numbers import changed_numbers, list_numbers
from onrecord.proof.reading.normalize import short
from onrecord.proof.rules import citations, cross_references, pack_rules
from onrecord.proof.rules.compare import HINT, compare, missing
from onrecord.proof.rules.front_matter import front_matter
from onrecord.proof.rules.report import InterviewReport, Report
from onrecord.proof.rules.web_page import Case, Screen, read_screens, styles_of
from onrecord.runtime.task_runner import ALONE, Press

_COPY = "the web edition"
_OWN_PAGES = ("index.html", "contents.html", "contributors.html")


def prove_html(book: Book, files: Mapping[str, bytes], press: Press = ALONE) -> Report:
    """Compare the files of the web edition (posix names) with `book`; a page that was proved before is known by its bytes."""
    screens = _screens(book, files, press)
    problems: list[Problem] = []
    reports = []
    for interview in book.interviews:
        screen = screens.get(f"{interview.slug}.html")
        found, report = (
            (screen.problems, screen.report) if screen and screen.report else missing(promised(interview), _COPY)
        )
        problems += found
        reports.append(report)
    problems += _strangers(book, screens)
    problems += front_matter(book, _sections(screens), _COPY)
    texts = ((name, screen.outside) for name, screen in sorted(screens.items()))
    stated = screens["index.html"].stated if "index.html" in screens else ()
    problems += [*pack_rules.marked(book, texts, stated, _COPY), *pack_rules.extracts(book)]
    return Report("html", tuple(problems), tuple(reports))


def _screens(book: Book, files: Mapping[str, bytes], press: Press) -> dict[str, Screen]:
    """What is found on each page."""
    styles = styles_of("\n".join(text_of(data) for name, data in files.items() if name.endswith(".css")))
    pages = [(name, data) for name, data in files.items() if name.endswith(".html")]
    own = {f"{interview.slug}.html": interview for interview in book.interviews}
    records = {name: files.get(citations.record_of(interview), b"") for name, interview in own.items()}
    found = read_screens("html", book, pages, styles, own, records, _judged, press)
    return {name: screen for (name, _), screen in zip(pages, found, strict=True)}


def _judged(case: Case) -> Screen:
    """What is found on a page. Runs in a worker."""
    page = parsed(case.data)
    articles = interviews_in(page)
    names = tuple(article.get("id") or "" for article in articles)
    screen = Screen(names, text_outside(page, case.styles.hidden), tuple(_stated(page)))
    if case.interview is None:
        return screen
    problems, report = _interview(case, case.interview, page, articles)
    problems += tuple(citations.cited(case.book, case.interview, page, case.record))
    return replace(screen, problems=problems, report=report, leads=leads(case.book, case.interview))


def _interview(
    case: Case, interview: Interview, page: _Element, articles: list[_Element]
) -> tuple[tuple[Problem, ...], InterviewReport]:
    promise = promised(interview)
    right = [article for article in articles if article.get("id") == interview.slug]
    if not right:
        return missing(promise, _COPY)
    found = read_article(right[0], case.name, promise.owners, case.styles.hidden, list_numbers(right[0]))
    found.oddities += changed_numbers(right[0], case.name, case.styles.numbers)
    problems, report = compare(promise, found, _COPY)
    problems = (*problems, *cross_references.on_screen(case.book, interview, found, _COPY))
    return (*problems, *_more(interview, articles, text_outside(page, case.styles.hidden, furniture=False))), report


def _more(interview: Interview, articles: list[_Element], outside: str) -> Iterator[Problem]:
    """What an interview's page holds beside the interview and the way to other pages."""
    if any(char.isalnum() for char in outside):
        sentence = f"{_COPY}: the page of the interview “{interview.slug}” says “{short(outside)}” beside the interview"
        yield Problem(interview.place, "nothing-is-added", sentence, HINT)
    if len(articles) > 1:
        sentence = f"{_COPY}: the page of the interview “{interview.slug}” holds {len(articles)} interviews"
        yield Problem(interview.place, "nothing-is-added", sentence, HINT)


def _strangers(book: Book, screens: Mapping[str, Screen]) -> Iterator[Problem]:
    """Pages of no interview, and interviews on pages that are not theirs."""
    own = {f"{interview.slug}.html" for interview in book.interviews}
    for name, screen in sorted(screens.items()):
        if name not in own and name not in _OWN_PAGES:
            yield Problem(book.place, "nothing-is-added", f"{_COPY} has a page “{name}” that is not in the book", HINT)
        elif name not in own and screen.articles:
            yield Problem(book.place, "nothing-is-added", f"{_COPY} holds an interview on the page “{name}”", HINT)


def _sections(screens: Mapping[str, Screen]) -> dict[str, str]:
    """The letters of the site's own pages; the cover page holds title, imprint and contents."""
    texts = {name: screens[name].outside for name in _OWN_PAGES if name in screens}
    cover = texts.get("index.html", "")
    return {
        "title": cover,
        "imprint": cover,
        "contents": texts.get("contents.html", cover),
        "contributors": texts.get("contributors.html", ""),
        "items": cover,
    }


def _stated(page: _Element) -> Iterator[str]:
    """Who may read it, by the metadata of a page."""
    for element in page.iter():
        if name_of(element) == "meta" and element.get("name") == "dcterms.accessRights":
            yield element.get("content") or ""


def parsed(data: bytes) -> _Element:
    """A page, as a browser takes it."""
    parser = lxml.html.HTMLParser(encoding="utf-8", no_network=True, huge_tree=False)
    return lxml.html.document_fromstring(data or b"<html></html>", parser=parser)


def text_of(data: bytes) -> str:
    return data.decode("utf-8", "replace")
