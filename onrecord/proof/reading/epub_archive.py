"""Read an EPUB as a reading system does: from container to package to spine (EPUB 3.3 §5.7, OCF §4.2.6.3.1)."""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote

from lxml import etree
from lxml.etree import _Element

from onrecord.proof.reading.article_text import get_tag_name

_MOST_BYTES = 512 * 1024 * 1024  # unpacked; a book with pictures is smaller, a zip bomb is larger
_DAMAGES = (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError)  # of an archive


class UnreadableEpubError(Exception):
    """The file is no EPUB that a reading system could open; the message says why."""


@dataclass(frozen=True, slots=True)
class EpubArchive:
    """What a reading system takes from an EPUB.

    `spine` holds names and bytes of the pages in reading order, `css` all style sheets. `nav_name` is the
    navigation page, "" if there is none. `metadata` are pairs of property and value from the package. `files` are all
    files of the archive, `package_name` is the package among them.
    """

    spine: tuple[tuple[str, bytes], ...]
    css: str
    nav_name: str
    nav: bytes
    metadata: tuple[tuple[str, str], ...]
    files: Mapping[str, bytes] = field(default_factory=dict)
    package_name: str = ""


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
            files = {name: archive.read(name) for name in names}  # raises BadZipFile where a file has another CRC
            return _read_package(files)
    except (*_DAMAGES, KeyError, etree.XMLSyntaxError, ValueError) as error:
        raise UnreadableEpubError(str(error)) from error


def _read_package(files: Mapping[str, bytes]) -> EpubArchive:
    """Return what the package document of an EPUB lists. Raises UnreadableEpubError, KeyError or XMLSyntaxError."""
    container = parse_xml(files["META-INF/container.xml"])
    packages = [element.get("full-path") for element in container.iter() if get_tag_name(element) == "rootfile"]
    if not packages or not packages[0]:
        raise UnreadableEpubError("its container names no package")
    package = parse_xml(files[packages[0]])
    folder = posixpath.dirname(packages[0])
    entries = {element.get("id"): element for element in package.iter() if get_tag_name(element) == "item"}
    paths = {id_: resolve_path(folder, entry.get("href") or "") for id_, entry in entries.items()}
    names = [paths[element.get("idref")] for element in package.iter() if get_tag_name(element) == "itemref"]
    spine = tuple((name, files[name]) for name in names)
    navs = [paths[id_] for id_, entry in entries.items() if "nav" in (entry.get("properties") or "").split()]
    sheets = [paths[id_] for id_, entry in entries.items() if entry.get("media-type") == "text/css"]
    css = "\n".join(files[path].decode("utf-8", "replace") for path in sheets)
    nav = navs[0] if navs else ""
    return EpubArchive(spine, css, nav, files[nav] if nav else b"", tuple(_read_metadata(package)), files, packages[0])


def _read_metadata(package: _Element) -> Iterator[tuple[str, str]]:
    """Yield property and value of each `meta` element of an EPUB's package that has a property."""
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
