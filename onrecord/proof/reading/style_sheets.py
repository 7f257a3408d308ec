"""The rules of a style sheet, parsed once for all that the proof looks for in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

import tinycss2
from tinycss2 import ast

GROUP_RULES = ("media", "supports", "layer", "container", "scope", "starting-style")  # hold rules, at the same level
_NAMED_RULES = {"page": "@page"}  # at-rules that problems name before a declaration
DEEPEST_LEVEL = 30  # of rules inside rules and of properties that name others; the proof refuses a deeper one


@lru_cache(maxsize=2)  # a sheet is looked at several times in a row
def parse_style_sheet(css: str) -> tuple[ast.Node, ...]:
    """Return the rules of a style sheet; brackets that stand too deep inside each other are a RecursionError."""
    return tuple(tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True))


@lru_cache(maxsize=1024)
def parse_rule_contents(rule: ast.QualifiedRule | ast.AtRule) -> tuple[ast.Node, ...]:
    """Return the declarations and nested rules inside a CSS rule."""
    return tuple(tinycss2.parse_blocks_contents(rule.content or (), skip_comments=True, skip_whitespace=True))


def nest_selector(selector: str, outer: str) -> str:
    """Return a CSS rule's selector, nested inside a CSS rule with the selector `outer` (CSS Nesting 1)."""
    if not outer:
        return selector
    parent = f":is({outer})"
    return selector.replace("&", parent) if "&" in selector else f"{parent} {selector}"


@dataclass(frozen=True, slots=True)
class PlacedDeclaration:
    """A declaration of a style sheet: as problems quote it, its name, and its line."""

    quotation: str
    name: str
    line: int


def find_declarations(css: str) -> tuple[PlacedDeclaration, ...]:
    """Return the declarations of a style sheet with their lines; () if its brackets are nested too deeply."""
    try:
        return tuple(_place_declarations(parse_style_sheet(css), "", 0))
    except RecursionError:
        return ()


def _place_declarations(nodes: Iterable[ast.Node], outer: str, depth: int) -> Iterator[PlacedDeclaration]:
    """Yield the declarations of these rules; `outer` is the selector around them, "" in a rule without one."""
    for node in nodes if depth <= DEEPEST_LEVEL else ():
        if isinstance(node, ast.Declaration):
            yield _place_declaration(node, outer)
        elif isinstance(node, ast.QualifiedRule):
            selector = nest_selector(tinycss2.serialize(node.prelude).strip(), outer)
            yield from _place_declarations(parse_rule_contents(node), selector, depth + 1)
        elif isinstance(node, ast.AtRule) and node.lower_at_keyword == "counter-style":
            quotation = f"* {{ all: @counter-style {tinycss2.serialize(node.prelude).strip()} }}"
            yield PlacedDeclaration(quotation, "@counter-style", node.source_line)
        elif isinstance(node, ast.AtRule) and node.content is not None:
            inner = outer if node.lower_at_keyword in GROUP_RULES else _NAMED_RULES.get(node.lower_at_keyword, "")
            yield from _place_declarations(parse_rule_contents(node), inner, depth + 1)


def _place_declaration(node: ast.Declaration, outer: str) -> PlacedDeclaration:
    """Return a declaration with its line; `outer` is the selector around it. Any `local(…)` is quoted as `local()`."""
    value = tinycss2.serialize(node.value).strip().lower()
    if not outer and node.lower_name == "src" and "local(" in value:
        value = "local()"
    quotation = f"{node.lower_name}: {value}"
    return PlacedDeclaration(f"{outer} {{ {quotation} }}" if outer else quotation, node.name, node.source_line)
