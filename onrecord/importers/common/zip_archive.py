"""A zip file from a stranger: what it holds is measured before anything is unpacked, and nothing is written."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from io import BytesIO

import lxml.etree
from lxml.etree import _Element

from onrecord.importers.common import decoding

MAX_UNPACKED = 200_000_000
MAX_PART = 40_000_000
_MAX_PARTS = 5_000
_HINT = "open it in a word processor and save it anew, or copy its text into a .txt file"


class Package:
    """The parts of a DOCX, ODT or EPUB, by name."""

    def __init__(self, data: bytes, name: str) -> None:
        """Raises Refused for what is no zip, is locked, or would unpack to more than MAX_UNPACKED bytes."""
        self._name = name
        try:
            self._zip = zipfile.ZipFile(BytesIO(data))
            parts = self._zip.infolist()
        except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError, RuntimeError) as error:
            raise decoding.refused(
                name, "file-is-whole", "the file is damaged, or not what its name says", _HINT
            ) from error
        if any(part.flag_bits & 1 for part in parts):
            raise decoding.refused(
                name, "file-is-open", "the file is locked with a password", "save it without a password"
            )
        size = sum(part.file_size for part in parts)
        if (
            size > MAX_UNPACKED
            or len(parts) > _MAX_PARTS
            or any(p.file_size > MAX_PART and p.filename.endswith("ml") for p in parts)
        ):
            sentence = (
                f"the file would unpack to {size / 1e6:,.0f} MB in {len(parts):,} parts; no interview is that large"
            )
            raise decoding.refused(name, "file-is-small", sentence, _HINT)

    def names(self) -> list[str]:
        return self._zip.namelist()

    def part(self, name: str) -> bytes:
        """The bytes of a part, b"" if it is not there; no more than was announced is ever unpacked."""
        try:
            with self._zip.open(name) as part:
                return part.read(MAX_PART)
        except KeyError:
            return b""
        except (zipfile.BadZipFile, OSError, EOFError, RuntimeError, NotImplementedError, ValueError) as error:
            raise decoding.refused(self._name, "file-is-whole", f"its part {name[:60]} is damaged", _HINT) from error

    def xml(self, name: str) -> _Element | None:
        """The root of an XML part, None if it is not there; entities are not resolved, nothing is fetched."""
        data = self.part(name)
        if not data:
            return None
        if b"<!DOCTYPE" in data[:4000] and b"<!ENTITY" in data[:100_000]:
            raise decoding.refused(
                self._name, "file-is-plain", f"its part {name[:60]} declares entities, which no document needs", _HINT
            )
        parser = lxml.etree.XMLParser(
            resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True
        )
        try:
            return lxml.etree.fromstring(data, parser)
        except lxml.etree.XMLSyntaxError as error:
            raise decoding.refused(self._name, "file-is-whole", f"its part {name[:60]} is damaged", _HINT) from error


def texts(element: _Element, words: frozenset[str], spaces: frozenset[str], without: frozenset[str]) -> Iterator[str]:
    """The texts of the elements `words` in document order, a space for each of `spaces`, nothing inside `without`."""
    waiting: list[tuple[_Element | str, bool]] = [(element, True)]
    while waiting:
        one, opens = waiting.pop()
        if isinstance(one, str):
            yield one
            continue
        if not isinstance(one.tag, str) or one.tag in without:
            continue
        if one.tag in spaces and opens:
            yield " "
        inner: list[tuple[_Element | str, bool]] = []
        takes = one.tag in words
        if takes and one.text:
            inner.append((one.text, True))
        for child in one:
            inner.append((child, True))
            if takes and child.tail:
                inner.append((child.tail, True))
        if one.tag in spaces:
            inner.append((" ", True))
        waiting += reversed(inner)
