"""Count the numbers that a browser shows before list items, and find the styles that change them.

The numbers are counted from the attributes `start`, `reversed`, `type` and `value` (HTML §4.4.5 and §4.4.8). The proof
does not compute what a style sheet makes of them: any rule that changes the markers or the count of a numbered list is
a difference.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

import cssselect2
import tinycss2
from lxml.etree import _Element
from tinycss2 import ast

from onrecord.model import format_list_number
from onrecord.proof.reading.article_text import HIDING_STYLE, get_classes, get_tag_name
from onrecord.proof.reading.extracted_text import LIST_NUMBERS_RULE, Fault
from onrecord.proof.reading.normalize import replace_noncharacters, shorten_text
from onrecord.proof.reading.style_sheets import (
    DEEPEST_LEVEL,
    GROUP_RULES,
    nest_selector,
    parse_rule_contents,
    parse_style_sheet,
)

_LISTS = ("ol", "ul", "menu", "dir")
_STYLES = {"1": "decimal", "a": "lower-alpha", "A": "upper-alpha", "i": "lower-roman", "I": "upper-roman"}
_BULLETS = ("none", "disc", "circle", "square")
_INTEGER = re.compile(r"[ \t\n\f\r]*([+-]?[0-9]{1,10})")

# --- numbers ----------------------------------------------------------------------------------------


def count_list_numbers(article: _Element) -> dict[_Element, str]:
    """Return the number before each `li` of the article as a browser shows it ("1984.").

    Items with a bullet are not in it.
    """
    numbers: dict[_Element, str] = {}
    for element in article.iter(*(f"{{*}}{name}" for name in _LISTS)):
        numbers.update(_number_items(element))
    return numbers


def _number_items(element: _Element) -> Iterator[tuple[_Element, str]]:
    """Yield each numbered item of an HTML list with the number shown before it; no bullets."""
    list_items = list(_iterate_items(element))
    is_reversed = element.get("reversed") is not None
    start = _parse_integer(element.get("start"))
    number = start if start is not None else len(list_items) if is_reversed else 1
    is_numbered = get_tag_name(element) == "ol"
    style = _STYLES.get(element.get("type") or "", "decimal") if is_numbered else ""
    mark = ")" if _BRACKETED in get_classes(element) else "."
    for list_item in list_items:
        value = _parse_integer(list_item.get("value"))
        number = number if value is None else value
        item_type = list_item.get("type") or ""
        item_style = "" if item_type.lower() in _BULLETS else _STYLES.get(item_type, style)
        if item_style:
            yield list_item, format_list_number(number, item_style, mark)
        number += -1 if is_reversed else 1


def _iterate_items(element: _Element) -> Iterator[_Element]:
    """Yield the items of an HTML list that are shown, but not those of lists inside it."""
    for child in element:
        name = get_tag_name(child)
        if name == "li" and child.get("hidden") is None:
            yield child
        if name not in _LISTS:
            yield from _iterate_items(child)


def _parse_integer(text: str | None) -> int | None:
    """Return the integer at the beginning of an attribute, or None (HTML §2.3.4.1)."""
    digits = _INTEGER.match(text or "")
    return int(digits.group(1)) if digits else None


# --- style sheets -----------------------------------------------------------------------------------

_BRACKETED = "bracketed"  # class of a list whose numbers end in a bracket, and the counter style that draws them
_BRACKETED_STYLE = 'system:extendsdecimal;suffix:")"'
_COUNTERS = ("counter-reset", "counter-set", "counter-increment")
_MARKERS = ("list-style", "list-style-type", "list-style-image")
_OTHER_PROPERTIES = ("display", "all", "content", "visibility", "opacity", "color", "font-size")
_PROPERTIES = frozenset({*_COUNTERS, *_MARKERS, *_OTHER_PROPERTIES})
_HARMLESS = {
    "list-style": {"decimal", "inside", "outside"},
    "list-style-type": {"decimal"},
    "list-style-image": {"none"},
}


@dataclass(frozen=True, slots=True)
class NumberRule:
    """A declaration that may change list numbers, for the elements of the selector."""

    selector: str
    name: str
    value: str

    def __str__(self) -> str:
        return f"{self.selector} {{ {self.name}: {self.value} }}"


_UNKNOWN = NumberRule("*", "all", "brackets inside brackets")
_LIST, _ITEM = "list", "item"  # roles of elements: a numbered list, an item of one
# A rule that changes numbers at elements of a role, with the selectors for which it does; None: every element.
_RoleRule: TypeAlias = "tuple[NumberRule, Sequence[cssselect2.CompiledSelector] | None]"


def find_number_rules(css: str) -> tuple[NumberRule, ...]:
    """Return the declarations of a style sheet that may change list numbers, on any medium."""
    try:
        nodes = parse_style_sheet(css)
        return tuple(dict.fromkeys(_collect_declarations(nodes, "", 0)))
    except RecursionError:
        return (_UNKNOWN,)


def _collect_declarations(nodes: Iterable[ast.Node], outer: str, depth: int) -> Iterator[NumberRule]:
    """Yield the declarations that may change list numbers; `_UNKNOWN` for too deep nesting.

    `outer` is the selector of the rule around them, "" at the top (CSS Nesting 1).
    """
    if depth > DEEPEST_LEVEL:
        yield _UNKNOWN
        return
    for node in nodes:
        if isinstance(node, ast.Declaration):
            if outer and node.lower_name in _PROPERTIES:
                yield NumberRule(outer, node.lower_name, tinycss2.serialize(node.value).strip().lower())
        elif isinstance(node, ast.QualifiedRule):
            selector = nest_selector(tinycss2.serialize(node.prelude).strip(), outer)
            yield from _collect_declarations(parse_rule_contents(node), selector, depth + 1)
        elif isinstance(node, ast.AtRule) and node.lower_at_keyword == "counter-style":
            text = "".join(tinycss2.serialize(node.content or ()).split()).rstrip(";")
            if text != _BRACKETED_STYLE or tinycss2.serialize(node.prelude).strip() != _BRACKETED:
                yield NumberRule("*", "all", f"@counter-style {tinycss2.serialize(node.prelude).strip()}")
        elif isinstance(node, ast.AtRule) and node.content is not None and node.lower_at_keyword in GROUP_RULES:
            yield from _collect_declarations(parse_rule_contents(node), outer, depth + 1)


def find_number_changes(article: _Element, page: str, rules: Sequence[NumberRule]) -> list[Fault]:
    """Return a fault for each style that changes the numbers of the article's lists.

    `rules` are those of the style sheets; the rules in the page are added here.
    """
    lists = list(article.iter("{*}ol"))
    if not lists:
        return []
    root = article.getroottree().getroot()
    texts = ["".join(element.itertext()) for element in root.iter("{*}style")]
    all_rules = (*rules, *(rule for text in texts for rule in find_number_rules(text)))
    rules_by_role = {role: list(_select_rules(all_rules, role)) for role in (_LIST, _ITEM, "")}
    changes = dict.fromkeys(
        change for element in _wrap_elements(root, lists) for change in _find_changes(element, rules_by_role)
    )
    sentence = "has a style that changes the numbers of its lists"
    return [
        Fault(LIST_NUMBERS_RULE, f"{sentence}: “{shorten_text(replace_noncharacters(change), 80)}”", page)
        for change in changes
    ]


def _wrap_elements(root: _Element, lists: Iterable[_Element]) -> list[cssselect2.ElementWrapper]:
    """Return HTML lists and all elements inside them in the form on which selectors are tested."""
    inside = {element for outer in lists for element in outer.iter()}
    is_xml = isinstance(root.tag, str) and root.tag.startswith("{")
    wrap = cssselect2.ElementWrapper.from_xml_root if is_xml else cssselect2.ElementWrapper.from_html_root
    return [element for element in wrap(root).iter_subtree() if element.etree_element in inside]


def _find_changes(element: cssselect2.ElementWrapper, rules: Mapping[str, Sequence[_RoleRule]]) -> Iterator[str]:
    """Yield as text each style or attribute that changes a list number at this HTML element; `rules` are by role."""
    tag = get_tag_name(element.etree_element)
    role = _ITEM if tag == "li" and _is_in_numbered_list(element.etree_element) else _LIST if tag == "ol" else ""
    if role == _ITEM and element.etree_element.get("hidden") is not None:
        yield "<li hidden>"
    is_bracketed = role == _LIST and _BRACKETED in get_classes(element.etree_element)
    for rule, selectors in rules[role]:
        if is_bracketed and (rule.name, rule.value) == ("list-style-type", _BRACKETED):
            continue
        if selectors is None or any(selector.test(element) for selector in selectors):
            yield str(rule)
    style = element.etree_element.get("style") or ""
    for node in tinycss2.parse_blocks_contents(style, skip_comments=True, skip_whitespace=True) if style else ():
        if isinstance(node, ast.Declaration):
            rule = NumberRule(tag, node.lower_name, tinycss2.serialize(node.value).strip().lower())
            if _affects_numbers(rule, role, ""):
                yield f'style="{rule.name}: {rule.value}"'


def _is_in_numbered_list(list_item: _Element) -> bool:
    """Return whether the list around the HTML item is numbered."""
    outer = next((ancestor for ancestor in list_item.iterancestors() if get_tag_name(ancestor) in _LISTS), None)
    return outer is not None and get_tag_name(outer) == "ol"


def _select_rules(rules: Iterable[NumberRule], role: str) -> Iterator[_RoleRule]:
    """Yield the rules that change or hide numbers at each element of a role that they match, with these selectors."""
    for rule in rules:
        alternatives = _compile_selector(rule.selector)
        if alternatives is None:
            if _affects_numbers(rule, role, ""):
                yield rule, None  # a selector that cannot be tested is taken to match every element
        elif selectors := [
            selector for selector in alternatives if _affects_numbers(rule, role, selector.pseudo_element or "")
        ]:
            yield rule, selectors


@lru_cache(maxsize=256)
def _compile_selector(selector: str) -> list[cssselect2.CompiledSelector] | None:
    """Return the selectors in a comma-separated list, or None if it is not valid CSS."""
    try:
        return cssselect2.compile_selector_list(selector)
    except cssselect2.SelectorError:
        return None


def _affects_numbers(rule: NumberRule, role: str, pseudo: str) -> bool:
    """Return whether a CSS declaration changes or hides list numbers.

    `role` is _LIST or _ITEM where the element is one, "" where it stands inside one. `pseudo` is the pseudo-element
    that the rule matches, "" for the element itself.
    """
    if rule.name in _COUNTERS:
        return "list-item" in rule.value or (bool(role) and not pseudo)
    if pseudo == "marker":
        hides = HIDING_STYLE.search(f"{rule.name}:{''.join(rule.value.split())}") is not None
        return (
            hides or (rule.name == "content" and rule.value != "normal") or _is_transparent(rule) or rule.name == "all"
        )
    if pseudo:
        return bool(role) and rule.name == "content" and "counter" in rule.value
    if rule.name in _MARKERS:
        return bool(role) and not set(rule.value.replace("!important", "").split()) <= _HARMLESS[rule.name]
    if rule.name == "display":
        return role == _ITEM and "list-item" not in rule.value
    return bool(role) and rule.name == "all"


def _is_transparent(rule: NumberRule) -> bool:
    """Return whether a CSS declaration makes text transparent."""
    return rule.name == "color" and "transparent" in rule.value
