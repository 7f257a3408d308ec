"""Prove the EPUB: follow it from container to package to spine, parse each page with lxml, compare it with the book.

The order that counts is the spine's, as in a reading system (EPUB 3.3 §5.7, OCF §4.2.6.3.1).
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from lxml import etree

from onrecord.model import Book
from onrecord.model.problems import Problem
from onrecord.model.rule import Rule
from onrecord.model.scope import resolve_links
from onrecord.proof.reading.article_text import find_interview_elements, read_article, read_text_outside_interviews
from onrecord.proof.reading.epub_archive import EpubArchive, UnreadableEpubError, parse_xml, unpack_epub
from onrecord.proof.reading.expected import expect_interview
from onrecord.proof.reading.list_numbers import count_list_numbers, find_number_changes
from onrecord.proof.reading.markup_tokens import read_tokens
from onrecord.proof.reading.style_harm import find_harmed_words
from onrecord.proof.rules.article_markup import check_article_markup
from onrecord.proof.rules.changes_rules import check_changes_are_listed
from onrecord.proof.rules.compare import compare_interview, report_missing_interview
from onrecord.proof.rules.cross_references import check_screen_references
from onrecord.proof.rules.epub_package import check_package
from onrecord.proof.rules.expected_claims import get_edition_words
from onrecord.proof.rules.extract_rules import check_corrections, check_extracts, check_translation_credits
from onrecord.proof.rules.front_matter import Edition, check_front_matter, check_interview_order
from onrecord.proof.rules.index_rules import INDEX_PAGE, check_screen_index
from onrecord.proof.rules.pack_rules import check_markings
from onrecord.proof.rules.recording_rules import check_time_marks
from onrecord.proof.rules.report import HINT, InterviewReport, Report
from onrecord.proof.rules.web_page import (
    StyleEffects,
    WebPageProof,
    WebPageTask,
    build_web_page_task,
    check_styles,
    prove_web_pages,
    read_style_effects,
)
from onrecord.runtime.task_runner import NO_WORKERS, TaskRunner

_COPY = "the EPUB"
_SUFFIX = ".xhtml"


def prove_epub(book: Book, data: bytes, runner: TaskRunner = NO_WORKERS) -> Report:
    """Return the report of the proof on the words of an EPUB; pages proved before come from the cache."""
    return prove_whole_epub(book, data, runner, is_whole=False)


def prove_whole_epub(
    book: Book,
    data: bytes,
    runner: TaskRunner = NO_WORKERS,
    *,
    has_templates: bool = False,
    is_whole: bool = True,
) -> Report:
    """Return the report of the proof on all of an EPUB, not its words alone; pages proved before come from the cache.

    `has_templates`: the book has templates of its own for it. Without `is_whole`, judge the words alone.
    """
    try:
        archive = unpack_epub(data)
        styles = read_style_effects(archive.css, runner.cache)
        pages = _prove_pages(book, archive.spine, styles, runner)
        contents = _read_contents_text(archive, pages, styles)
    except (UnreadableEpubError, etree.XMLSyntaxError) as error:
        problem = Problem(book.location, Rule.COPY_CAN_BE_READ, f"{_COPY} cannot be opened: {error}", HINT)
        return Report("epub", (problem,), ())
    problems = list(check_interview_order(book, (slug for page in pages for slug in page.articles), _COPY))
    reports: list[InterviewReport] = []
    interview_pages = list(_prove_interview_pages(book, archive.spine, pages, styles))
    interview_proofs = [page for page in interview_pages if page]
    for interview, interview_page in zip(book.interviews, interview_pages, strict=True):
        if interview_page and interview_page.report:
            differences, report = interview_page.problems, interview_page.report
        else:
            differences, report = report_missing_interview(expect_interview(interview), _COPY)
        problems += differences
        reports.append(report)
    page_of_name = {name: page for (name, _), page in zip(archive.spine, pages, strict=True)}
    problems += check_front_matter(book, _collect_sections(page_of_name, contents), Edition.EPUB)
    index_name = f"{INDEX_PAGE}{_SUFFIX}"
    index_page = next(
        (page.shell for name, page in page_of_name.items() if posixpath.basename(name) == index_name), None
    )
    problems += check_screen_index(book, index_page, get_edition_words(book), _COPY, is_epub=True)
    texts = ((posixpath.basename(name), page.outside) for name, page in page_of_name.items())
    access_rights = [value for name, value in archive.metadata if name == "dcterms:accessRights"]
    problems += [*check_markings(book, texts, access_rights, _COPY), *check_extracts(book), *check_corrections(book)]
    problems += check_changes_are_listed(book)
    problems += check_translation_credits(book)
    if is_whole:
        problems += (problem for page in interview_proofs for problem in page.markup_problems)
        problems += check_styles(book, page_of_name, _COPY)
        problems += check_package(book, archive, page_of_name, runner.cache, has_templates=has_templates)
    return Report("epub", tuple(problems), tuple(reports))


def _prove_pages(
    book: Book, spine: Sequence[tuple[str, bytes]], styles: StyleEffects, runner: TaskRunner
) -> list[WebPageProof]:
    """Return the proof of each page in the spine, from the cache or computed on the workers."""
    slugs = {interview.slug: interview for interview in book.interviews}
    slug_of_name = {name: posixpath.basename(name).removesuffix(_SUFFIX) for name, _ in spine}
    interviews = {name: slugs[slug] for name, slug in slug_of_name.items() if slug in slugs}
    return prove_web_pages("epub", book, spine, styles, interviews, {}, _prove_page, runner)


def _prove_page(task: WebPageTask) -> WebPageProof:
    """Return the proof of one page of an EPUB: its text, ids and problems. Runs in a worker."""
    page = parse_xml(task.data)
    elements = list(page.iter())  # lxml makes its objects anew in each walk unless somebody holds them
    articles = find_interview_elements(elements)
    ids = tuple(article.get("id") or "" for article in articles)
    around = [*page.itersiblings(preceding=True), *page.itersiblings()]
    shell = (*("<?>" for _ in around), *read_tokens(page, frozenset(articles)))
    proof = WebPageProof(ids, read_text_outside_interviews(page, task.styles.hidden), shell=shell)
    proof = replace(proof, style_harms=find_harmed_words(page, task.styles.harms))
    interview = task.interview
    article = next((article for article in articles if interview and article.get("id") == interview.slug), None)
    if interview is None or article is None:
        return proof
    expected = expect_interview(interview)
    file = posixpath.basename(task.name)
    extracted = read_article(article, file, expected.owners, task.styles.hidden, count_list_numbers(article))
    extracted.faults += find_number_changes(article, file, task.styles.numbers)
    problems, report = compare_interview(expected, extracted, _COPY)
    times = check_time_marks(interview, extracted, _COPY, is_epub=True)
    problems = (*check_screen_references(task.book, interview, extracted, _COPY), *times, *problems)
    differences = check_article_markup(task.book, interview, article, _COPY, task.versions, is_epub=True)
    markup = () if problems else tuple(differences)
    proof = replace(proof, markup_problems=markup)
    return replace(proof, problems=problems, report=report, leads=resolve_links(task.book, interview))


def _read_contents_text(archive: EpubArchive, pages: Sequence[WebPageProof], styles: StyleEffects) -> str:
    """Return the visible text of an EPUB's contents, "" if there is none."""
    names = [name for name, _ in archive.spine]
    if archive.nav_name in names:
        return dict(zip(names, pages, strict=True))[archive.nav_name].outside
    return read_text_outside_interviews(parse_xml(archive.nav), styles.hidden) if archive.nav_name else ""


def _prove_interview_pages(
    book: Book, spine: Sequence[tuple[str, bytes]], pages: Sequence[WebPageProof], styles: StyleEffects
) -> Iterator[WebPageProof | None]:
    """Yield the proof of the first page that holds each interview, None without such a page.

    A page with another name than its interview was proved without it, and is proved again.
    """
    index_of_slug: dict[str, int] = {}
    for index, page in enumerate(pages):
        for slug in page.articles:
            index_of_slug.setdefault(slug, index)
    for interview in book.interviews:
        if interview.slug not in index_of_slug:
            yield None
            continue
        index = index_of_slug[interview.slug]
        report = pages[index].report
        if report is not None and report.slug == interview.slug:
            yield pages[index]
        else:
            yield _prove_page(build_web_page_task(book, *spine[index], styles, interview))


def _collect_sections(pages: Mapping[str, WebPageProof], contents: str) -> dict[str, str]:
    """Return the text of each section of an EPUB around the interviews; all text for a section without a page."""
    texts = {name: page.outside for name, page in pages.items() if not page.articles}
    whole_text = " ".join(texts.values())
    return {
        "title": _join_page_texts(texts, "title") or whole_text,
        "imprint": _join_page_texts(texts, "imprint") or whole_text,
        "contents": contents,
        "contributors": _join_page_texts(texts, "contributors") or whole_text,
        "items": _join_page_texts(texts, "part-") or whole_text,
    }


def _join_page_texts(texts: dict[str, str], word: str) -> str:
    """Return the text of an EPUB's pages whose file name contains `word`."""
    return " ".join(text for name, text in texts.items() if word in posixpath.basename(name))
