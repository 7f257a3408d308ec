"""Read the parts of an untrusted zip file; sizes are checked before it is unpacked."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Mapping
from io import BytesIO

import lxml.etree
from lxml.etree import _Element

from onrecord.importers.common import decoding
from onrecord.model.problems import Refused
from onrecord.model.rule import Rule

MAX_UNPACKED_BYTES = 200_000_000  # bytes
MAX_PART_BYTES = 40_000_000  # bytes
_MAX_PARTS = 5_000
_HINT = "open it in a word processor and save it again, or copy its text into a .txt file"


class ZipPackage:
    """The parts of a DOCX, ODT or EPUB, by name."""

    def __init__(self, data: bytes, name: str) -> None:
        """Open the file; raises Refused for one that is no zip, is locked or too large."""
        self._name = name
        try:
            self._zip = zipfile.ZipFile(BytesIO(data))
            parts = self._zip.infolist()
        except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError, RuntimeError) as error:
            sentence = "the file is damaged, or its name has the wrong ending"
            raise decoding.build_refusal(name, Rule.FILE_IS_WHOLE, sentence, _HINT) from error
        if any(part.flag_bits & 1 for part in parts):
            sentence = "the file is locked with a password"
            raise decoding.build_refusal(name, Rule.FILE_IS_OPEN, sentence, "save it without a password")
        size = sum(part.file_size for part in parts)
        has_large_part = any(part.file_size > MAX_PART_BYTES and part.filename.endswith("ml") for part in parts)
        if size > MAX_UNPACKED_BYTES or len(parts) > _MAX_PARTS or has_large_part:
            sentence = (
                f"the file would unpack to {size / 1e6:,.0f} MB in {len(parts):,} parts; no interview is that large"
            )
            raise decoding.build_refusal(name, Rule.FILE_IS_SMALL, sentence, _HINT)

    def list_part_names(self) -> list[str]:
        """Return the names of all parts of a ZIP package, in the order of the file."""
        return self._zip.namelist()

    def read_part(self, name: str) -> bytes:
        """Return the bytes of a package's part, b"" if there is none; at most MAX_PART_BYTES are unpacked."""
        try:
            with self._zip.open(name) as part:
                return part.read(MAX_PART_BYTES)
        except KeyError:
            return b""
        except (zipfile.BadZipFile, OSError, EOFError, RuntimeError, NotImplementedError, ValueError) as error:
            raise self._build_part_refusal(name, Rule.FILE_IS_WHOLE, "is damaged") from error

    def read_xml(self, name: str) -> _Element | None:
        """Return the root of an XML part of a package, or None; entities and links are not followed."""
        data = self.read_part(name)
        if not data:
            return None
        if b"<!DOCTYPE" in data[:4000] and b"<!ENTITY" in data[:100_000]:
            raise self._build_part_refusal(name, Rule.FILE_IS_PLAIN, "declares entities, which no document needs")
        parser = lxml.etree.XMLParser(
            resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True
        )
        try:
            return lxml.etree.fromstring(data, parser)
        except lxml.etree.XMLSyntaxError as error:
            raise self._build_part_refusal(name, Rule.FILE_IS_WHOLE, "is damaged") from error

    def _build_part_refusal(self, name: str, rule: Rule, problem: str) -> Refused:
        """Return, to be raised, the refusal of the package for a problem of one part."""
        return decoding.build_refusal(self._name, rule, f"its part {name[:60]} {problem}", _HINT)


def replace_parts(package: ZipPackage, parts: Mapping[str, bytes]) -> bytes:
    """Return the ZIP package's bytes with other bytes for some of its parts."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as packed:
        for part in dict.fromkeys(package.list_part_names()):
            packed.writestr(zipfile.ZipInfo(part), parts[part] if part in parts else package.read_part(part))
    return out.getvalue()


def read_xml_texts(
    element: _Element, words: frozenset[str], spaces: frozenset[str], without: frozenset[str]
) -> Iterator[str]:
    """Yield the texts in XML elements with one of the tags `words`, a space for `spaces`, skipping `without`.

    A space stands before and after elements of `spaces`; elements of `without` are skipped with all they hold.
    """
    waiting: list[_Element | str] = [element]
    while waiting:
        node = waiting.pop()
        if isinstance(node, str):
            yield node
        elif isinstance(node.tag, str) and node.tag not in without:
            if node.tag in spaces:
                yield " "
                waiting.append(" ")
            waiting += reversed(list(_read_content(node, has_words=node.tag in words)))


def _read_content(element: _Element, *, has_words: bool) -> Iterator[_Element | str]:
    """Yield the children of an XML element, and the texts between them if they are words."""
    if has_words and element.text:
        yield element.text
    for child in element:
        yield child
        if has_words and child.tail:
            yield child.tail
