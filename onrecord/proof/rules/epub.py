"""Proves the EPUB: opened with zipfile, followed from container to package to spine, parsed with lxml.

The order that counts is the spine's, as in a reading system (EPUB 3.3 §5.7, OCF §4.2.6.3.1).
"""

from __future__ import annotations

import io
import posixpath
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import unquote

from lxml import etree
from lxml.etree import _Element

from onrecord.model import Book
from onrecord.model.problems import Problem
from onrecord.model.scope import leads
from onrecord.proof.reading.article_text import interviews_in, name_of, read_article, text_outside
from onrecord.proof.reading.expected import promised
from onrecord.proof.reading.list_numbers import changed_numbers, list_numbers
from onrecord.proof.rules import cross_references, pack_rules
from onrecord.proof.rules.compare import HINT, compare, missing
from onrecord.proof.rules.front_matter import front_matter, order
from onrecord.proof.rules.report import InterviewReport, Report
from onrecord.proof.rules.web_page import Case, Screen, Styles, case_of, read_screens, styles_of
from onrecord.runtime.task_runner import ALONE, Press

_COPY = "the EPUB"
_PAGE = ".xhtml"
_MOST_BYTES = 512 * 1024 * 1024  # unpacked; a book of pictures is smaller, a bomb is larger


class UnreadableError(Exception):
    """The file is no EPUB that a reading system could open; the message says why."""


@dataclass(frozen=True, slots=True)
class Archive:
    """What a reading system takes from an EPUB: the pages of the spine in order, style sheets, the navigation page ("": none).

    `stated` is the metadata that the package states by `property`.
    """

    spine: tuple[tuple[str, bytes], ...]
    css: str
    nav_name: str
    nav: bytes
    stated: tuple[tuple[str, str], ...]


def prove_epub(book: Book, data: bytes, press: Press = ALONE) -> Report:
    """Compare an EPUB with `book`; a page that was proved before is known by its bytes."""
    try:
        archive = unpacked(data)
        styles = styles_of(archive.css)
        screens = _screens(book, archive.spine, styles, press)
        nav = parsed(archive.nav) if archive.nav_name and archive.nav_name not in dict(archive.spine) else None
    except (UnreadableError, etree.XMLSyntaxError) as error:
        problem = Problem(book.place, "copy-can-be-read", f"{_COPY} cannot be opened: {error}", HINT)
        return Report("epub", (problem,), ())
    found = {name: screen for (name, _), screen in zip(archive.spine, screens, strict=True)}
    contents = (
        text_outside(nav, styles.hidden)
        if nav is not None
        else found[archive.nav_name].outside
        if archive.nav_name
        else ""
    )
    problems: list[Problem] = list(order(book, (slug for screen in screens for slug in screen.articles), _COPY))
    reports: list[InterviewReport] = []
    for interview, screen in zip(book.interviews, _of_interviews(book, archive.spine, screens, styles), strict=True):
        more, report = (
            (screen.problems, screen.report) if screen and screen.report else missing(promised(interview), _COPY)
        )
        problems += more
        reports.append(report)
    problems += front_matter(book, _sections(found, contents), _COPY)
    pages = ((posixpath.basename(name), screen.outside) for name, screen in found.items())
    stated = [value for name, value in archive.stated if name == "dcterms:accessRights"]
    problems += [*pack_rules.marked(book, pages, stated, _COPY), *pack_rules.extracts(book)]
    return Report("epub", tuple(problems), tuple(reports))


def _screens(book: Book, spine: Sequence[tuple[str, bytes]], styles: Styles, press: Press) -> list[Screen]:
    """What is found on each page of the spine."""
    slugs = {interview.slug: interview for interview in book.interviews}
    names = {name: posixpath.basename(name).removesuffix(_PAGE) for name, _ in spine}
    own = {name: slugs[slug] for name, slug in names.items() if slug in slugs}
    return read_screens("epub", book, spine, styles, own, {}, _judged, press)


def _of_interviews(
    book: Book, spine: Sequence[tuple[str, bytes]], screens: Sequence[Screen], styles: Styles
) -> Iterator[Screen | None]:
    """The first page that holds each interview, whatever its name; None if there is none."""
    first: dict[str, int] = {}
    for index, screen in enumerate(screens):
        for slug in screen.articles:
            first.setdefault(slug, index)
    for interview in book.interviews:
        if interview.slug not in first:
            yield None
            continue
        index = first[interview.slug]
        report = screens[index].report
        own = report is not None and report.slug == interview.slug
        yield screens[index] if own else _judged(case_of(book, *spine[index], styles, interview))


def _judged(case: Case) -> Screen:
    """What is found on a page. Runs in a worker."""
    page = parsed(case.data)
    articles = interviews_in(page)
    screen = Screen(tuple(article.get("id") or "" for article in articles), text_outside(page, case.styles.hidden))
    interview = case.interview
    here = next((article for article in articles if interview and article.get("id") == interview.slug), None)
    if interview is None or here is None:
        return screen
    promise = promised(interview)
    file = posixpath.basename(case.name)
    found = read_article(here, file, promise.owners, case.styles.hidden, list_numbers(here))
    found.oddities += changed_numbers(here, file, case.styles.numbers)
    problems, report = compare(promise, found, _COPY)
    problems = (*cross_references.on_screen(case.book, interview, found, _COPY), *problems)
    return replace(screen, problems=problems, report=report, leads=leads(case.book, interview))


# --- the archive ------------------------------------------------------------------------------------


def unpacked(data: bytes) -> Archive:
    """What the package of an EPUB names, as it stands there. Raises `UnreadableError`."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(info.file_size for info in archive.infolist()) > _MOST_BYTES:
                raise UnreadableError("it unpacks to more than a book can hold")
            if archive.namelist()[:1] != ["mimetype"] or archive.read("mimetype") != b"application/epub+zip":
                raise UnreadableError("its first entry is not the mimetype of an EPUB")
            names = archive.namelist()
            if len(names) != len(set(names)):
                raise UnreadableError("it holds two files of one name")
            return _archive(archive)
    except (zipfile.BadZipFile, KeyError, etree.XMLSyntaxError, NotImplementedError, ValueError) as error:
        raise UnreadableError(str(error)) from error


def _archive(archive: zipfile.ZipFile) -> Archive:
    container = parsed(archive.read("META-INF/container.xml"))
    roots = [element.get("full-path") for element in container.iter() if name_of(element) == "rootfile"]
    if not roots or not roots[0]:
        raise UnreadableError("its container names no package")
    opf = parsed(archive.read(roots[0]))
    base = posixpath.dirname(roots[0])
    items = {element.get("id"): element for element in opf.iter() if name_of(element) == "item"}
    path = {id_: joined(base, item.get("href") or "") for id_, item in items.items()}
    spine = []
    for reference in (element for element in opf.iter() if name_of(element) == "itemref"):
        name = path[reference.get("idref")]
        spine.append((name, archive.read(name)))
    navs = [id_ for id_, item in items.items() if "nav" in (item.get("properties") or "").split()]
    styles = [id_ for id_, item in items.items() if item.get("media-type") == "text/css"]
    css = "\n".join(archive.read(path[id_]).decode("utf-8", "replace") for id_ in styles)
    nav = path[navs[0]] if navs else ""
    metas = (element for element in opf.iter() if name_of(element) == "meta" and element.get("property"))
    stated = tuple((element.get("property") or "", " ".join((element.text or "").split())) for element in metas)
    return Archive(tuple(spine), css, nav, archive.read(nav) if nav else b"", stated)


def joined(base: str, href: str) -> str:
    return posixpath.normpath(posixpath.join(base, unquote(href)))


def parsed(data: bytes) -> _Element:
    """The document: no entity is resolved, nothing is fetched. Raises `UnreadableError` or `XMLSyntaxError`."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    root = etree.fromstring(data, parser)
    declarations = root.getroottree().docinfo.internalDTD
    if declarations is not None and declarations.entities():
        raise UnreadableError("one of its pages declares entities")
    return root


# --- around the interviews --------------------------------------------------------------------------


def _sections(screens: Mapping[str, Screen], contents: str) -> dict[str, str]:
    """The letters of the pages around the interviews, by what the page is for."""
    texts = {name: screen.outside for name, screen in screens.items() if not screen.articles}
    everything = " ".join(texts.values())
    return {
        "title": _named(texts, "title") or everything,
        "imprint": _named(texts, "imprint") or everything,
        "contents": contents,
        "contributors": _named(texts, "contributors") or everything,
        "items": _named(texts, "part-") or everything,
    }


def _named(texts: dict[str, str], word: str) -> str:
    return " ".join(text for name, text in texts.items() if word in posixpath.basename(name))
