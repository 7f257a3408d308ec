"""Test selectors of a style sheet on the elements of a page; those that cannot match there are not tried."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import cssselect2
from cssselect2 import ElementWrapper as ElementWrapper
from cssselect2 import parser
from lxml.etree import _Element

from onrecord.proof.reading.article_text import get_tag_name

_STATES = r":(?:hover|focus(?:-visible|-within)?|active|target|visited|link|any-link|checked|open|popover-open)\b"
_STATE = re.compile(rf":not\(\s*{_STATES}\s*\)|{_STATES}")  # that no finished page has, or any may have
_CLASS = re.compile(r"[^ \t\n\r\f]+")


@dataclass(frozen=True, slots=True)
class Selector:
    """One of the selectors of a list: as it is tested on elements, and its parts."""

    compiled: cssselect2.CompiledSelector
    tree: parser.Tree

    def can_match(self, names: ElementNames) -> bool:
        """Return whether the selector may match an element among those with these names."""
        return _can_match(self.tree, names)


@lru_cache(maxsize=1024)
def compile_selectors(text: str) -> tuple[Selector, ...] | None:
    """Return the selectors in a comma-separated list, or None if it is not valid CSS."""
    text = _STATE.sub(":not(on-record-nothing)", text) if ":" in text else text
    try:
        compiled = cssselect2.compile_selector_list(text)
        trees = (selector.parsed_tree for selector in parser.parse(text))
        return tuple(Selector(*pair) for pair in zip(compiled, trees, strict=True))
    except cssselect2.SelectorError:
        return None


@dataclass(frozen=True, slots=True)
class ElementNames:
    """The tags, ids and classes of a set of elements that holds with each element those around it."""

    tags: frozenset[str]
    ids: frozenset[str]
    classes: frozenset[str]


def collect_names(elements: Iterable[_Element]) -> ElementNames:
    """Return the names of HTML elements; with an element, those around it must be among them."""
    elements = list(elements)
    return ElementNames(
        frozenset(map(get_tag_name, elements)),
        frozenset(element.get("id", "") for element in elements),
        frozenset(_CLASS.findall(" ".join(element.get("class", "") for element in elements))),
    )


def wrap_elements(root: _Element, elements: set[_Element]) -> list[ElementWrapper]:
    """Return those elements of a page in the form on which selectors are tested, in their order."""
    is_xml = isinstance(root.tag, str) and root.tag.startswith("{")
    wrap = ElementWrapper.from_xml_root if is_xml else ElementWrapper.from_html_root
    return [element for element in wrap(root).iter_subtree() if element.etree_element in elements]


def _can_match(tree: parser.Tree, names: ElementNames) -> bool:
    """Return whether a part of a selector may match an element with one of the names; True if that is not known."""
    match tree:
        case parser.CombinedSelector():
            is_around = tree.combinator in (" ", ">")  # beside it stand elements whose names are not known
            return _can_match(tree.right, names) and (not is_around or _can_match(tree.left, names))
        case parser.CompoundSelector():
            return all(_can_match(part, names) for part in tree.simple_selectors)
        case parser.MatchesAnySelector() | parser.SpecificityAdjustmentSelector():
            return any(_can_match(selector.parsed_tree, names) for selector in tree.selector_list)
        case parser.ClassSelector():
            return tree.class_name in names.classes
        case parser.IDSelector():
            return tree.ident in names.ids
        case parser.LocalNameSelector():
            return tree.lower_local_name.lower() in names.tags
    return True
