"""EPUB → clippings: the chapters of the spine as one page (EPUB 3.3 §5.7), without its pictures and its contents."""

from __future__ import annotations

import posixpath
import re
from typing import Any
from urllib.parse import unquote

from onrecord.importers import decoding, html
from onrecord.importers.draft import Reading
from onrecord.importers.package import Package

_CONTAINER = "{urn:oasis:names:tc:opendocument:xmlns:container}"
_OPF = "{http://www.idpf.org/2007/opf}"
_BODY = re.compile(rb"(?is)<body[^>]*>(.*)</body>")


def read(data: bytes, name: str) -> Reading:
    """All chapters in reading order; an interview in a book of several has to be cut out by hand."""
    package = Package(data, name)
    container = package.xml("META-INF/container.xml")
    path = next((one.get("full-path", "") for one in container.iter(f"{_CONTAINER}rootfile")), "") if container is not None else ""
    root = package.xml(path) if path else None
    if root is None:
        raise decoding.refused(name, "file-is-whole", "this is no EPUB", "copy its text into a .txt file")
    bodies = [found.group(1) for part in _spine(root, path) if (found := _BODY.search(package.part(part)))]
    return html.read(b"<html><head><meta charset='utf-8'></head><body><article>" + b"\n".join(bodies) + b"</article></body></html>", name)


def _spine(root: Any, path: str) -> list[str]:
    """The names of the chapters' parts in reading order, without the contents."""
    items = {item.get("id"): item for item in root.iter(f"{_OPF}item")}
    found = []
    for reference in root.iter(f"{_OPF}itemref"):
        item = items.get(reference.get("idref"))
        if item is not None and "nav" not in item.get("properties", "").split():
            found.append(posixpath.normpath(posixpath.join(posixpath.dirname(path), unquote(item.get("href", "")))))
    return found
