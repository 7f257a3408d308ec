"""Prove the web edition: parse every page again with lxml and compare it with the book."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from lxml import etree
from lxml.etree import _Element

from onrecord.model import Book, Interview
from onrecord.model.problems import Problem
from onrecord.model.rule import Rule
from onrecord.model.scope import resolve_links
from onrecord.proof.reading.article_text import (
    find_interview_elements,
    get_tag_name,
    read_article,
    read_text_outside_interviews,
)
from onrecord.proof.reading.expected import expect_interview
from onrecord.proof.reading.list_numbers import count_list_numbers, find_number_changes
from onrecord.proof.reading.markup_tokens import find_activity, read_tokens
from onrecord.proof.reading.normalize import shorten_text
from onrecord.proof.reading.style_harm import find_harmed_words
from onrecord.proof.rules.article_markup import check_article_markup
from onrecord.proof.rules.changes_rules import CHANGES_PAGE, check_changes_are_listed
from onrecord.proof.rules.citations import check_citations, list_records
from onrecord.proof.rules.compare import compare_interview, report_missing_interview
from onrecord.proof.rules.cross_references import check_screen_references
from onrecord.proof.rules.edition_files import check_web_files
from onrecord.proof.rules.expected_claims import get_edition_words
from onrecord.proof.rules.extract_rules import check_corrections, check_extracts, check_translation_credits
from onrecord.proof.rules.front_matter import Edition, check_front_matter
from onrecord.proof.rules.index_rules import INDEX_PAGE, check_screen_index
from onrecord.proof.rules.notice_rules import check_notice_pages, list_notice_pages
from onrecord.proof.rules.pack_rules import check_markings
from onrecord.proof.rules.person_pages import expect_person_pages
from onrecord.proof.rules.recording_rules import check_players, check_time_marks
from onrecord.proof.rules.report import HINT, InterviewReport, Report
from onrecord.proof.rules.search_rules import check_search_line, read_search_lines
from onrecord.proof.rules.web_page import (
    Companions,
    WebPageProof,
    WebPageTask,
    check_styles,
    prove_web_pages,
    read_style_effects,
)
from onrecord.proof.rules.web_shell import check_web_shell
from onrecord.runtime.task_runner import NO_WORKERS, TaskRunner

_COPY = "the web edition"
_NO_SCRIPTS: Mapping[str, str] = {}
_INDEX_PAGE = f"{INDEX_PAGE}.html"
_BOOK_PAGES = ("index.html", "contents.html", "contributors.html", f"{CHANGES_PAGE}.html", _INDEX_PAGE)


def prove_html(book: Book, files: Mapping[str, bytes], runner: TaskRunner = NO_WORKERS) -> Report:
    """Return the proof's report on the words of a web edition's files, by posix name; reuses cached page proofs."""
    return prove_web_edition(book, files, runner, is_whole=False)


def prove_web_edition(
    book: Book,
    files: Mapping[str, bytes],
    runner: TaskRunner = NO_WORKERS,
    *,
    has_templates: bool = False,
    is_whole: bool = True,
    scripts: Mapping[str, str] = _NO_SCRIPTS,
) -> Report:
    """Return the report of the proof on all of a web edition's files, by posix name; reuses cached page proofs.

    `has_templates`: the book has templates of its own for it. Without `is_whole`, judge the words alone. `scripts` are
    the SHA-256 digests of our scripts by name, as far as they are known.
    """
    search_lines, search_problems = read_search_lines(book, files, runner.cache)
    pages = _prove_pages(book, files, search_lines, runner)
    problems: list[Problem] = list(search_problems) if is_whole else []
    reports = []
    for interview in book.interviews:
        page = pages.get(f"{interview.slug}.html")
        if page and page.report:
            differences, report = page.problems, page.report
        else:
            differences, report = report_missing_interview(expect_interview(interview), _COPY)
        problems += differences
        reports.append(report)
    problems += _check_page_names(book, pages)
    problems += check_front_matter(book, _collect_sections(pages), Edition.HTML)
    index_page = pages[_INDEX_PAGE].shell if _INDEX_PAGE in pages else None
    problems += check_screen_index(book, index_page, get_edition_words(book), _COPY, is_epub=False)
    texts = ((name, page.outside) for name, page in sorted(pages.items()))
    access_rights = pages["index.html"].access_rights if "index.html" in pages else ()
    problems += [*check_markings(book, texts, access_rights, _COPY), *check_extracts(book), *check_corrections(book)]
    problems += check_changes_are_listed(book)
    problems += check_translation_credits(book)
    if is_whole:
        problems += check_web_files(book, files, scripts, runner.cache)
        shells = {name: page.shell for name, page in pages.items()}
        problems += (problem for page in pages.values() for problem in page.markup_problems)
        problems += check_styles(book, pages, _COPY)
        problems += check_web_shell(book, pages, runner.cache, has_templates=has_templates)
        problems += check_notice_pages(book, shells, has_templates=has_templates)
    return Report("html", tuple(problems), tuple(reports))


def _prove_pages(
    book: Book, files: Mapping[str, bytes], search_lines: Mapping[str, bytes], runner: TaskRunner
) -> dict[str, WebPageProof]:
    """Return the proof of each HTML page of a web edition by file name, from the cache or from workers."""
    css = "\n".join(decode_text(data) for name, data in files.items() if name.endswith(".css"))
    styles = read_style_effects(css, runner.cache)
    pages = [(name, data) for name, data in files.items() if name.endswith(".html")]
    interviews = {f"{interview.slug}.html": interview for interview in book.interviews}
    companions = {
        name: Companions(
            tuple(files.get(record, b"") for record in list_records(interview)), search_lines.get(interview.slug, b"")
        )
        for name, interview in interviews.items()
    }
    proofs = prove_web_pages("html", book, pages, styles, interviews, companions, _prove_page, runner)
    return {name: proof for (name, _), proof in zip(pages, proofs, strict=True)}


def _prove_page(task: WebPageTask) -> WebPageProof:
    """Return the proof of one page of a web edition: its text, ids and problems. Runs in a worker."""
    page = parse_html_page(task.data)
    elements = list(page.iter())  # lxml makes its objects anew in each walk unless somebody holds them
    articles = find_interview_elements(elements)
    ids = tuple(article.get("id") or "" for article in articles)
    outside = read_text_outside_interviews(page, task.styles.hidden)
    shell = tuple(read_tokens(page, frozenset(articles)))
    proof = WebPageProof(ids, outside, tuple(_read_access_rights(page)), shell=shell, activity=find_activity(shell))
    proof = replace(proof, style_harms=find_harmed_words(page, task.styles.harms))
    if task.interview is None:
        return proof
    problems, report = _prove_interview(task, task.interview, page, articles)
    article = next((article for article in articles if article.get("id") == task.interview.slug), None)
    if article is not None and not problems:
        markup = tuple(check_article_markup(task.book, task.interview, article, _COPY, task.versions, is_epub=False))
        markup += tuple(check_search_line(task.interview, page, task.companions.search))
        proof = replace(proof, markup_problems=markup)
    if task.interview.slug in ids:
        problems += tuple(check_citations(task.book, task.interview, page, task.companions.records))
    return replace(proof, problems=problems, report=report, leads=resolve_links(task.book, task.interview))


def _prove_interview(
    task: WebPageTask, interview: Interview, page: _Element, articles: list[_Element]
) -> tuple[tuple[Problem, ...], InterviewReport]:
    """Return the problems of an interview's page in a web edition, and the report on the interview."""
    expected = expect_interview(interview)
    article = next((article for article in articles if article.get("id") == interview.slug), None)
    if article is None:
        return report_missing_interview(expected, _COPY)
    extracted = read_article(article, task.name, expected.owners, task.styles.hidden, count_list_numbers(article))
    extracted.faults += find_number_changes(article, task.name, task.styles.numbers)
    problems, report = compare_interview(expected, extracted, _COPY)
    problems = (*problems, *check_screen_references(task.book, interview, extracted, _COPY))
    problems += (
        *check_time_marks(interview, extracted, _COPY, is_epub=False),
        *check_players(interview, article, _COPY),
    )
    outside = read_text_outside_interviews(page, task.styles.hidden, with_navigation=False)
    return (*problems, *_check_rest_of_page(interview, articles, outside)), report


def _check_rest_of_page(interview: Interview, articles: list[_Element], outside: str) -> Iterator[Problem]:
    """Yield a problem if a page of a web edition has text or interviews besides its own and the navigation."""
    if any(char.isalnum() for char in outside):
        sentence = (
            f"{_COPY}: the page of the interview “{interview.slug}” says “{shorten_text(outside)}” beside the interview"
        )
        yield Problem(interview.location, Rule.NOTHING_IS_ADDED, sentence, HINT)
    if len(articles) > 1:
        sentence = f"{_COPY}: the page of the interview “{interview.slug}” holds {len(articles)} interviews"
        yield Problem(interview.location, Rule.NOTHING_IS_ADDED, sentence, HINT)


def _check_page_names(book: Book, pages: Mapping[str, WebPageProof]) -> Iterator[Problem]:
    """Yield a problem for each web page that is not in the book, and for interviews on its index pages."""
    interview_pages = {f"{interview.slug}.html" for interview in book.interviews}
    book_pages = {*_BOOK_PAGES, *list_notice_pages(book), *expect_person_pages(book)}
    for name, page in sorted(pages.items()):
        if name in interview_pages:
            continue
        if name not in book_pages:
            yield Problem(
                book.location, Rule.NOTHING_IS_ADDED, f"{_COPY} has a page “{name}” that is not in the book", HINT
            )
        elif page.articles:
            yield Problem(
                book.location, Rule.NOTHING_IS_ADDED, f"{_COPY} holds an interview on the page “{name}”", HINT
            )


def _collect_sections(pages: Mapping[str, WebPageProof]) -> dict[str, str]:
    """Return the text of a web edition's sections around the interviews; the cover page holds three of them."""
    texts = {name: pages[name].outside for name in _BOOK_PAGES if name in pages}
    cover = texts.get("index.html", "")
    return {
        "title": cover,
        "imprint": cover,
        "contents": texts.get("contents.html", cover),
        "contributors": texts.get("contributors.html", ""),
        "items": cover,
    }


def _read_access_rights(page: _Element) -> Iterator[str]:
    """Yield who may read a page of the web edition, according to its metadata."""
    for element in page.iter():
        if get_tag_name(element) == "meta" and element.get("name") == "dcterms.accessRights":
            yield element.get("content") or ""


def parse_html_page(data: bytes) -> _Element:
    """Return the root of an HTML page of an edition, parsed as leniently as a browser does."""
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, huge_tree=False)
    root: _Element | None = etree.fromstring(data, parser)
    return root if root is not None else etree.Element("html")  # there was nothing in it


def decode_text(data: bytes) -> str:
    """Return an edition's bytes decoded as UTF-8; invalid bytes become U+FFFD."""
    return data.decode("utf-8", "replace")
