"""The rules of a style sheet, parsed once for all that the proof looks for in it."""

from __future__ import annotations

from functools import lru_cache

import tinycss2
from tinycss2 import ast

GROUP_RULES = ("media", "supports", "layer", "container", "scope", "starting-style")  # hold rules, at the same level
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
