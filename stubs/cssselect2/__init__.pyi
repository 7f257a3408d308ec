from collections.abc import Iterable, Iterator
from typing import Generic, TypeVar

from lxml.etree import _Element
from tinycss2.ast import Node

T = TypeVar("T")

class SelectorError(ValueError): ...

class ElementWrapper:
    etree_element: _Element
    parent: ElementWrapper | None
    @classmethod
    def from_xml_root(cls, root: _Element) -> ElementWrapper: ...
    @classmethod
    def from_html_root(cls, root: _Element) -> ElementWrapper: ...
    def iter_subtree(self) -> Iterator[ElementWrapper]: ...

class CompiledSelector:
    pseudo_element: str | None
    never_matches: bool
    def test(self, element: ElementWrapper) -> bool: ...

def compile_selector_list(input: str | Iterable[Node]) -> list[CompiledSelector]: ...

class Matcher(Generic[T]):
    def add_selector(self, selector: CompiledSelector, payload: T) -> None: ...
    def match(self, element: ElementWrapper) -> list[tuple[tuple[int, int, int], int, str | None, T]]: ...
