from collections.abc import Mapping
from typing import Protocol, TypeAlias

from lxml.etree import _Element

class Link:
    href: str
    title: str
    uid: str | None
    def __init__(self, href: str, title: str, uid: str | None = None) -> None: ...

class Section:
    title: str
    href: str
    def __init__(self, title: str, href: str = "") -> None: ...

_TocEntry: TypeAlias = Link | tuple[Section, list[_TocEntry]]

class EpubItem:
    id: str | None
    file_name: str
    media_type: str
    content: bytes
    properties: list[str]  # set by those who add an item
    def __init__(
        self,
        uid: str | None = None,
        file_name: str = "",
        media_type: str = "",
        content: bytes | None = None,
        manifest: bool = True,
    ) -> None: ...

class EpubNcx(EpubItem):
    def __init__(self, uid: str = "ncx", file_name: str = "toc.ncx") -> None: ...

class EpubBook:
    language: str
    spine: list[EpubItem]
    toc: list[_TocEntry]
    def set_identifier(self, uid: str) -> None: ...
    def set_title(self, title: str) -> None: ...
    def set_direction(self, direction: str) -> None: ...
    def set_language(self, lang: str) -> None: ...
    def add_metadata(
        self, namespace: str | None, name: str, value: str, others: Mapping[str, str] | None = None
    ) -> None: ...
    def set_unique_metadata(
        self, namespace: str | None, name: str, value: str, others: Mapping[str, str] | None = None
    ) -> None: ...
    def add_item(self, item: EpubItem) -> EpubItem: ...

class _Archive(Protocol):
    # What the writer needs of a ZipFile.

    def writestr(self, name: str, data: bytes | str, /) -> None: ...

class EpubWriter:
    book: EpubBook
    out: _Archive
    def __init__(self, name: str, book: EpubBook, options: Mapping[str, object] | None = None) -> None: ...
    def process(self) -> None: ...
    def _write_container(self) -> None: ...
    def _write_opf(self) -> None: ...
    def _write_opf_file(self, root: _Element) -> None: ...
    def _write_items(self) -> None: ...
