"""Prove the EPUB: follow it from container to package to spine, parse each page with lxml, compare it with the book.

The order that counts is the spine's, as in a reading system (EPUB 3.3 §5.7, OCF §4.2.6.3.1).
"""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import unquote

from lxml import etree
from lxml.etree import _Element

from onrecord.model import Book
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
from onrecord.proof.rules.compare import compare_interview, report_missing_interview
from onrecord.proof.rules.cross_references import check_screen_references
from onrecord.proof.rules.extract_rules import check_extracts
from onrecord.proof.rules.front_matter import Edition, check_front_matter, check_interview_order
from onrecord.proof.rules.pack_rules import check_markings
from onrecord.proof.rules.report import HINT, InterviewReport, Report
from onrecord.proof.rules.web_page import (
    StyleEffects,
    WebPageProof,
    WebPageTask,
    build_web_page_task,
    prove_web_pages,
    read_style_effects,
)
from onrecord.runtime.task_runner import NO_WORKERS, TaskRunner

_COPY = "the EPUB"
_SUFFIX = ".xhtml"
_MOST_BYTES = 512 * 1024 * 1024  # unpacked; a book with pictures is smaller, a zip bomb is larger

_DAMAGES = (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError)  # of an archive


class UnreadableEpubError(Exception):
    """The file is no EPUB that a reading system could open; the message says why."""


@dataclass(frozen=True, slots=True)
class EpubArchive:
    """What a reading system takes from an EPUB.

    `spine` holds names and bytes of the pages in reading order, `css` all style sheets. `nav_name` is the
    navigation page, "" if there is none. `metadata` are pairs of property and value from the package.
    """

    spine: tuple[tuple[str, bytes], ...]
    css: str
    nav_name: str
    nav: bytes
    metadata: tuple[tuple[str, str], ...]


def prove_epub(book: Book, data: bytes, runner: TaskRunner = NO_WORKERS) -> Report:
    """Return the report on an EPUB; pages proved before come from the cache."""
    try:
        archive = unpack_epub(data)
        styles = read_style_effects(archive.css)
        pages = _prove_pages(book, archive.spine, styles, runner)
        contents = _read_contents(archive, pages, styles)
    except (UnreadableEpubError, etree.XMLSyntaxError) as error:
        problem = Problem(book.location, Rule.COPY_CAN_BE_READ, f"{_COPY} cannot be opened: {error}", HINT)
        return Report("epub", (problem,), ())
    problems = list(check_interview_order(book, (slug for page in pages for slug in page.articles), _COPY))
    reports: list[InterviewReport] = []
    interview_pages = _find_interview_pages(book, archive.spine, pages, styles)
    for interview, interview_page in zip(book.interviews, interview_pages, strict=True):
        if interview_page and interview_page.report:
            differences, report = interview_page.problems, interview_page.report
        else:
            differences, report = report_missing_interview(expect_interview(interview), _COPY)
        problems += differences
        reports.append(report)
    page_of_name = {name: page for (name, _), page in zip(archive.spine, pages, strict=True)}
    problems += check_front_matter(book, _collect_sections(page_of_name, contents), Edition.EPUB)
    texts = ((posixpath.basename(name), page.outside) for name, page in page_of_name.items())
    access_rights = [value for name, value in archive.metadata if name == "dcterms:accessRights"]
    problems += [*check_markings(book, texts, access_rights, _COPY), *check_extracts(book)]
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
    """Return the text, ids and problems of one page. Runs in a worker."""
    page = parse_xml(task.data)
    articles = find_interview_elements(page)
    ids = tuple(article.get("id") or "" for article in articles)
    proof = WebPageProof(ids, read_text_outside_interviews(page, task.styles.hidden))
    interview = task.interview
    article = next((article for article in articles if interview and article.get("id") == interview.slug), None)
    if interview is None or article is None:
        return proof
    expected = expect_interview(interview)
    file = posixpath.basename(task.name)
    extracted = read_article(article, file, expected.owners, task.styles.hidden, count_list_numbers(article))
    extracted.faults += find_number_changes(article, file, task.styles.numbers)
    problems, report = compare_interview(expected, extracted, _COPY)
    problems = (*check_screen_references(task.book, interview, extracted, _COPY), *problems)
    return replace(proof, problems=problems, report=report, leads=resolve_links(task.book, interview))


def _read_contents(archive: EpubArchive, pages: Sequence[WebPageProof], styles: StyleEffects) -> str:
    """Return the visible text of the navigation page, "" if there is none."""
    names = [name for name, _ in archive.spine]
    if archive.nav_name in names:
        return dict(zip(names, pages, strict=True))[archive.nav_name].outside
    return read_text_outside_interviews(parse_xml(archive.nav), styles.hidden) if archive.nav_name else ""


def _find_interview_pages(
    book: Book, spine: Sequence[tuple[str, bytes]], pages: Sequence[WebPageProof], styles: StyleEffects
) -> Iterator[WebPageProof | None]:
    """Yield for each interview the first page that holds it, or None."""
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
        else:  # the page has another name than its interview, and was proved without it
            yield _prove_page(build_web_page_task(book, *spine[index], styles, interview))


def _collect_sections(pages: Mapping[str, WebPageProof], contents: str) -> dict[str, str]:
    """Return the text of each section around the interviews; of the whole book where a section has no page."""
    texts = {name: page.outside for name, page in pages.items() if not page.articles}
    whole_text = " ".join(texts.values())
    return {
        "title": _join_pages(texts, "title") or whole_text,
        "imprint": _join_pages(texts, "imprint") or whole_text,
        "contents": contents,
        "contributors": _join_pages(texts, "contributors") or whole_text,
        "items": _join_pages(texts, "part-") or whole_text,
    }


def _join_pages(texts: dict[str, str], word: str) -> str:
    """Return the text of the pages whose name contains `word`."""
    return " ".join(text for name, text in texts.items() if word in posixpath.basename(name))


# --- the archive ------------------------------------------------------------------------------------


def unpack_epub(data: bytes) -> EpubArchive:
    """Return spine, styles, navigation and metadata of an EPUB. Raise `UnreadableEpubError`."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(info.file_size for info in archive.infolist()) > _MOST_BYTES:
                raise UnreadableEpubError("it unpacks to more than a book can hold")
            names = archive.namelist()
            if names[:1] != ["mimetype"] or archive.read("mimetype") != b"application/epub+zip":
                raise UnreadableEpubError("its first entry is not the mimetype of an EPUB")
            if len(names) != len(set(names)):
                raise UnreadableEpubError("it holds two files of one name")
            for name in names:
                archive.read(name)  # raises BadZipFile where the bytes of a file do not have its CRC
            return _read_package(archive)
    except (*_DAMAGES, KeyError, etree.XMLSyntaxError, ValueError) as error:
        raise UnreadableEpubError(str(error)) from error


def _read_package(archive: zipfile.ZipFile) -> EpubArchive:
    """Return what the package lists. Raises UnreadableEpubError, KeyError or XMLSyntaxError."""
    container = parse_xml(archive.read("META-INF/container.xml"))
    packages = [element.get("full-path") for element in container.iter() if get_tag_name(element) == "rootfile"]
    if not packages or not packages[0]:
        raise UnreadableEpubError("its container names no package")
    package = parse_xml(archive.read(packages[0]))
    folder = posixpath.dirname(packages[0])
    entries = {element.get("id"): element for element in package.iter() if get_tag_name(element) == "item"}
    paths = {id_: resolve_path(folder, entry.get("href") or "") for id_, entry in entries.items()}
    names = [paths[element.get("idref")] for element in package.iter() if get_tag_name(element) == "itemref"]
    spine = tuple((name, archive.read(name)) for name in names)
    navs = [paths[id_] for id_, entry in entries.items() if "nav" in (entry.get("properties") or "").split()]
    sheets = [paths[id_] for id_, entry in entries.items() if entry.get("media-type") == "text/css"]
    css = "\n".join(archive.read(path).decode("utf-8", "replace") for path in sheets)
    nav = navs[0] if navs else ""
    return EpubArchive(spine, css, nav, archive.read(nav) if nav else b"", tuple(_read_metadata(package)))


def _read_metadata(package: _Element) -> Iterator[tuple[str, str]]:
    """Yield property and value of each `meta` element that has a property."""
    for element in package.iter():
        if get_tag_name(element) == "meta" and element.get("property"):
            yield element.get("property") or "", " ".join((element.text or "").split())


def resolve_path(folder: str, href: str) -> str:
    """Return the path in the archive that a link in a file of `folder` leads to."""
    return posixpath.normpath(posixpath.join(folder, unquote(href)))


def parse_xml(data: bytes) -> _Element:
    """Return the root of a document, with no entity resolved and nothing fetched.

    Raise `UnreadableEpubError` for a document that declares entities, `XMLSyntaxError` for one that is damaged.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    root = etree.fromstring(data, parser)
    declarations = root.getroottree().docinfo.internalDTD
    if declarations is not None and declarations.entities():
        raise UnreadableEpubError("one of its pages declares entities")
    return root
