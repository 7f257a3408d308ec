"""Proves the EPUB: opened with zipfile, followed from container to package to spine, parsed with lxml.

The order that counts is the spine's, as in a reading system (EPUB 3.3 §5.7, OCF §4.2.6.3.1).
"""

from __future__ import annotations

import io
import posixpath
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from lxml import etree

from onrecord.model import Book
from onrecord.problems import Problem
from onrecord.proof import packs, references
from onrecord.proof.article import hiding_selectors, interviews_in, name_of, read_article, text_outside
from onrecord.proof.compare import HINT, compare, missing
from onrecord.proof.front import front_matter, order
from onrecord.proof.promise import promised
from onrecord.proof.report import InterviewReport, Report

_COPY = "the EPUB"
_MOST_BYTES = 512 * 1024 * 1024  # unpacked; a book of pictures is smaller, a bomb is larger


class UnreadableError(Exception):
    """The file is no EPUB that a reading system could open; the message says why."""


@dataclass(frozen=True, slots=True)
class Package:
    """What a reading system takes from the archive: spine pages in order, style sheets, the navigation page.

    `stated` is the metadata that the package states by `property`.
    """

    spine: tuple[tuple[str, Any], ...]
    css: str
    nav: Any
    nav_name: str
    stated: tuple[tuple[str, str], ...]


def prove_epub(book: Book, data: bytes) -> Report:
    """Compare an EPUB with `book`."""
    try:
        package = opened(data)
    except UnreadableError as error:
        problem = Problem(book.place, "copy-can-be-read", f"{_COPY} cannot be opened: {error}", HINT)
        return Report("epub", (problem,), ())
    hidden = hiding_selectors(package.css)
    articles = [(name, article) for name, page in package.spine for article in interviews_in(page)]
    problems: list[Problem] = list(order(book, (article.get("id") or "" for _, article in articles), _COPY))
    reports: list[InterviewReport] = []
    for interview in book.interviews:
        promise = promised(interview)
        here = [(name, article) for name, article in articles if article.get("id") == interview.slug]
        if here:
            name, article = here[0]
            found = read_article(article, posixpath.basename(name), promise.owners, hidden)
            more, report = compare(promise, found, _COPY)
            problems += references.on_screen(book, interview, found, _COPY)
        else:
            more, report = missing(promise, _COPY)
        problems += more
        reports.append(report)
    problems += front_matter(book, _sections(package, hidden), _COPY)
    pages = ((posixpath.basename(name), text_outside(page, hidden)) for name, page in package.spine)
    stated = [value for name, value in package.stated if name == "dcterms:accessRights"]
    problems += [*packs.marked(book, pages, stated, _COPY), *packs.extracts(book)]
    return Report("epub", tuple(problems), tuple(reports))


# --- the archive ------------------------------------------------------------------------------------


def opened(data: bytes) -> Package:
    """The package of an EPUB. Raises `UnreadableError`."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(info.file_size for info in archive.infolist()) > _MOST_BYTES:
                raise UnreadableError("it unpacks to more than a book can hold")
            if archive.namelist()[:1] != ["mimetype"] or archive.read("mimetype") != b"application/epub+zip":
                raise UnreadableError("its first entry is not the mimetype of an EPUB")
            names = archive.namelist()
            if len(names) != len(set(names)):
                raise UnreadableError("it holds two files of one name")
            return _package(archive)
    except (zipfile.BadZipFile, KeyError, etree.XMLSyntaxError, NotImplementedError, ValueError) as error:
        raise UnreadableError(str(error)) from error


def _package(archive: zipfile.ZipFile) -> Package:
    container = _xml(archive.read("META-INF/container.xml"))
    roots = [element.get("full-path") for element in container.iter() if name_of(element) == "rootfile"]
    if not roots or not roots[0]:
        raise UnreadableError("its container names no package")
    opf = _xml(archive.read(roots[0]))
    base = posixpath.dirname(roots[0])
    items = {element.get("id"): element for element in opf.iter() if name_of(element) == "item"}
    path = {id_: joined(base, item.get("href") or "") for id_, item in items.items()}
    spine = []
    for reference in (element for element in opf.iter() if name_of(element) == "itemref"):
        name = path[reference.get("idref")]
        spine.append((name, _xml(archive.read(name))))
    navs = [id_ for id_, item in items.items() if "nav" in (item.get("properties") or "").split()]
    styles = [id_ for id_, item in items.items() if item.get("media-type") == "text/css"]
    css = "\n".join(archive.read(path[id_]).decode("utf-8", "replace") for id_ in styles)
    nav = path[navs[0]] if navs else ""
    metas = (element for element in opf.iter() if name_of(element) == "meta" and element.get("property"))
    stated = tuple((element.get("property"), " ".join((element.text or "").split())) for element in metas)
    return Package(tuple(spine), css, _xml(archive.read(nav)) if nav else None, nav, stated)


def joined(base: str, href: str) -> str:
    return posixpath.normpath(posixpath.join(base, unquote(href)))


def _xml(data: bytes) -> Any:
    """The parsed document: no entity is resolved, nothing is fetched."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    root = etree.fromstring(data, parser)
    if root.getroottree().docinfo.internalDTD is not None and root.getroottree().docinfo.internalDTD.entities():
        raise UnreadableError("one of its pages declares entities")
    return root


# --- around the interviews --------------------------------------------------------------------------


def _sections(package: Package, hidden: frozenset[str]) -> dict[str, str]:
    """The letters of the pages around the interviews, by what the page is for."""
    texts = {name: text_outside(page, hidden) for name, page in _around(package)}
    everything = " ".join(texts.values())
    nav = text_outside(package.nav, hidden) if package.nav is not None else ""
    return {
        "title": _named(texts, "title") or everything,
        "imprint": _named(texts, "imprint") or everything,
        "contents": nav,
        "contributors": _named(texts, "contributors") or everything,
        "items": _named(texts, "part-") or everything,
    }


def _around(package: Package) -> Iterator[tuple[str, Any]]:
    for name, page in package.spine:
        if not interviews_in(page):
            yield name, page


def _named(texts: dict[str, str], word: str) -> str:
    return " ".join(text for name, text in texts.items() if word in posixpath.basename(name))
