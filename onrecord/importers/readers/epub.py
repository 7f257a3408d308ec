"""Read the chapters of an EPUB as one page (EPUB 3.3 §5.7), with its pictures."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator
from functools import partial
from urllib.parse import unquote

from lxml.etree import _Element

from onrecord.importers.common import decoding
from onrecord.importers.common.draft import SourceText
from onrecord.importers.common.zip_archive import ZipPackage
from onrecord.importers.readers import html
from onrecord.model.rule import Rule

_CONTAINER = "{urn:oasis:names:tc:opendocument:xmlns:container}"
_OPF = "{http://www.idpf.org/2007/opf}"
_MAX_CHAPTERS = 300
_MAX_TEXT_BYTES = 4_000_000  # of all chapters, without tags
_BODY_START = re.compile(rb"(?i)<body\b[^<>]*>")
_TAG = re.compile(rb"<[^<>]*>")


def read_epub(data: bytes, name: str) -> SourceText:
    """Return all chapters of an imported EPUB in reading order as one text.

    `read_epub_chapters` gives them one by one.
    """
    package, parts = _open_package(data, name)
    folders = dict.fromkeys(posixpath.dirname(part) for part in parts)

    def read_linked_part(address: str) -> bytes:
        """Return a linked file of the EPUB, looked up from each chapter's folder; b"" if there is none."""
        return next(filter(None, (_read_linked_part(package, folder, address) for folder in folders)), b"")

    return html.read_html(_write_page(_read_body(package, part) for part in parts), name, read_linked_part)


def read_epub_chapters(data: bytes, name: str) -> Iterator[SourceText]:
    """Yield each chapter of an imported EPUB that holds words, in reading order."""
    package, parts = _open_package(data, name)
    for part in parts[:_MAX_CHAPTERS]:
        body = _read_body(package, part)
        if re.search(rb"\w", _TAG.sub(b"", body)):
            folder = posixpath.dirname(part)
            yield html.read_html(_write_page([body]), name, partial(_read_linked_part, package, folder))


def _open_package(data: bytes, name: str) -> tuple[ZipPackage, list[str]]:
    """Return an imported EPUB's package and its chapters' names; raise Refused if it is no EPUB."""
    package = ZipPackage(data, name)
    container = package.read_xml("META-INF/container.xml")
    root_file = container.find(f".//{_CONTAINER}rootfile") if container is not None else None
    path = root_file.get("full-path", "") if root_file is not None else ""
    publication = package.read_xml(path) if path else None
    if publication is None:
        raise decoding.build_refusal(name, Rule.FILE_IS_WHOLE, "this is not an EPUB", "copy its text into a .txt file")
    chapters = _list_chapters(publication, path)
    _refuse_long_book(package, chapters, name)
    return package, chapters


def _refuse_long_book(package: ZipPackage, chapters: Iterable[str], name: str) -> None:
    """Raise Refused if an EPUB's chapters hold more text than can be read in reasonable time."""
    size = 0
    for part in chapters:
        size += len(_TAG.sub(b"", _read_body(package, part)))
        if size > _MAX_TEXT_BYTES:
            sentence = f"its chapters hold more than {_MAX_TEXT_BYTES / 1e6:.0f} MB of text"
            hint = "export only the chapters that are interviews"
            raise decoding.build_refusal(name, Rule.FILE_IS_SMALL, sentence, hint)


def _list_chapters(publication: _Element, path: str) -> list[str]:
    """Return the names of an EPUB's chapters in reading order, without the table of contents."""
    folder = posixpath.dirname(path)
    manifest = {entry.get("id"): entry for entry in publication.iter(f"{_OPF}item")}
    chapter_names = []
    for reference in publication.iter(f"{_OPF}itemref"):
        entry = manifest.get(reference.get("idref"))
        if entry is not None and "nav" not in entry.get("properties", "").split():
            chapter_names.append(posixpath.normpath(posixpath.join(folder, unquote(entry.get("href", "")))))
    return list(dict.fromkeys(chapter_names))  # no chapter may stand in the spine twice (EPUB 3.3 §5.7.3)


def _read_linked_part(package: ZipPackage, folder: str, address: str) -> bytes:
    """Return the bytes of the EPUB part to which a chapter in this folder links."""
    return package.read_part(posixpath.normpath(posixpath.join(folder, unquote(address.split("#")[0]))))


def _read_body(package: ZipPackage, part: str) -> bytes:
    """Return the HTML inside the `body` of an EPUB part, b"" without one."""
    data = package.read_part(part)
    start, end = _BODY_START.search(data), data.lower().rfind(b"</body>")
    return data[start.end() : end] if start and end >= start.end() else b""


def _write_page(bodies: Iterable[bytes]) -> bytes:
    """Return one HTML page whose article holds these body contents in order."""
    head = b"<meta charset='utf-8'><link rel='stylesheet'>"  # each chapter may have one, which decides its background
    return b"<html><head>" + head + b"</head><body><article>" + b"\n".join(bodies) + b"</article></body></html>"
