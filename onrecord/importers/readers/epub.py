"""EPUB → clippings: the chapters of the spine as one page (EPUB 3.3 §5.7), with its pictures, without its contents."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator
from functools import partial
from urllib.parse import unquote

from lxml.etree import _Element

from onrecord.importers.common import decoding
from onrecord.importers.common.draft import Reading
from onrecord.importers.common.zip_archive import Package
from onrecord.importers.readers import html

_CONTAINER = "{urn:oasis:names:tc:opendocument:xmlns:container}"
_OPF = "{http://www.idpf.org/2007/opf}"
_MOST_CHAPTERS = 300
_BODY = re.compile(rb"(?is)<body[^>]*>(.*)</body>")


def read(data: bytes, name: str) -> Reading:
    """All chapters in reading order as one text; `chapters` gives them one by one."""
    package, parts = _opened(data, name)
    folders = dict.fromkeys(posixpath.dirname(part) for part in parts)

    def beside(address: str) -> bytes:
        return next((found for folder in folders if (found := _part(package, folder, address))), b"")

    return html.read(_page(_body(package, part) for part in parts), name, beside)


def chapters(data: bytes, name: str) -> Iterator[Reading]:
    """Each chapter that holds words by itself, in reading order."""
    package, parts = _opened(data, name)
    for part in parts[:_MOST_CHAPTERS]:
        body = _body(package, part)
        if re.search(rb"\w", re.sub(rb"<[^>]*>", b"", body)):
            yield html.read(_page([body]), name, partial(_part, package, posixpath.dirname(part)))


def _opened(data: bytes, name: str) -> tuple[Package, list[str]]:
    package = Package(data, name)
    container = package.xml("META-INF/container.xml")
    path = (
        next((one.get("full-path", "") for one in container.iter(f"{_CONTAINER}rootfile")), "")
        if container is not None
        else ""
    )
    root = package.xml(path) if path else None
    if root is None:
        raise decoding.refused(name, "file-is-whole", "this is no EPUB", "copy its text into a .txt file")
    return package, _spine(root, path)


def _part(package: Package, folder: str, address: str) -> bytes:
    """What a chapter in this folder of the package calls by this address; never a file outside the package."""
    return package.part(posixpath.normpath(posixpath.join(folder, unquote(address.split("#")[0]))))


def _body(package: Package, part: str) -> bytes:
    found = _BODY.search(package.part(part))
    return found.group(1) if found else b""


def _page(bodies: Iterable[bytes]) -> bytes:
    return (
        b"<html><head><meta charset='utf-8'></head><body><article>" + b"\n".join(bodies) + b"</article></body></html>"
    )


def _spine(root: _Element, path: str) -> list[str]:
    """The names of the chapters' parts in reading order, without the contents."""
    items = {item.get("id"): item for item in root.iter(f"{_OPF}item")}
    found = []
    for reference in root.iter(f"{_OPF}itemref"):
        item = items.get(reference.get("idref"))
        if item is not None and "nav" not in item.get("properties", "").split():
            found.append(posixpath.normpath(posixpath.join(posixpath.dirname(path), unquote(item.get("href", "")))))
    return found
