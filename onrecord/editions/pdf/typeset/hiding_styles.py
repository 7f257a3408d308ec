"""Find where a book's style sheet for print hides words, before layout: the cascade of the properties that can."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import cssselect2
import lxml.html
import tinycss2
from cssselect2.compiler import CompiledSelector
from lxml.etree import _Element
from tinycss2 import ast, color4

from onrecord.editions.pdf.typeset.style_faults import is_for_print


@dataclass(frozen=True, slots=True)
class ConcealedWords:
    """Words that a rule of a style sheet hides: the sheet, the line, the declaration, and some of the words."""

    sheet: str
    line: int
    declaration: str
    words: str


@dataclass(frozen=True, slots=True)
class _Declaration:
    """A declaration of one of the properties that can hide words; `sheet` is "" for one of ours."""

    sheet: str
    line: int
    name: str
    text: str
    is_important: bool
    is_hiding: bool


_Rule = tuple[tuple[CompiledSelector, ...], tuple[_Declaration, ...]]


class HidingRules:
    """The declarations of style sheets that decide whether words are seen; later sheets win.

    `sheets` are pairs of a name, "" for ours, and CSS without `var()`.
    """

    def __init__(self, sheets: Iterable[tuple[str, str]]) -> None:
        self._matcher: cssselect2.Matcher[tuple[_Declaration, ...]] = cssselect2.Matcher()
        self.has_any = False
        for selectors, declarations in (rule for sheet, css in sheets for rule in _read_rules(sheet, css)):
            self.has_any |= any(declaration.sheet and declaration.is_hiding for declaration in declarations)
            for selector in selectors:
                if selector.pseudo_element is None and not selector.never_matches:
                    self._matcher.add_selector(selector, declarations)

    def find_hidden_words(self, html: str) -> Iterator[ConcealedWords]:
        """Yield each element of the page that holds words and that a book's style sheet hides."""
        parser = lxml.html.HTMLParser(remove_comments=True, remove_pis=True)
        root = lxml.html.document_fromstring(f"<html><body>{html}</body></html>", parser=parser)
        for element in cssselect2.ElementWrapper.from_html_root(root).iter_subtree():
            hiding = self._find_hiding_declaration(element)
            words = _join_words(element.etree_element) if hiding else ""
            if hiding and any(char.isalnum() for char in words):
                yield ConcealedWords(hiding.sheet, hiding.line, hiding.text, words)

    def _find_hiding_declaration(self, element: cssselect2.ElementWrapper) -> _Declaration | None:
        """Return the declaration of a book that hides the element after the cascade, None if there is none."""
        winners: dict[str, _Declaration] = {}
        for _, _, _, declarations in self._matcher.match(element):  # in the order of the cascade
            for declaration in declarations:
                before = winners.get(declaration.name)
                if before is None or declaration.is_important or not before.is_important:
                    winners[declaration.name] = declaration
        return next((winner for winner in winners.values() if winner.is_hiding and winner.sheet), None)


@lru_cache(maxsize=16)  # ours are the same for every book and edition
def _read_rules(sheet: str, css: str) -> tuple[_Rule, ...]:
    """Return the rules of a style sheet that have to do with hiding."""
    return tuple(_list_rules(sheet, tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True)))


def _list_rules(sheet: str, rules: Sequence[ast.Node]) -> Iterator[_Rule]:
    """Yield those of these rules, and of the rules inside `@media` and `@layer`, that have to do with hiding."""
    for rule in rules:
        if isinstance(rule, ast.AtRule) and rule.content is not None:
            if rule.lower_at_keyword == "layer" or (rule.lower_at_keyword == "media" and is_for_print(rule.prelude)):
                inner = tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True)
                yield from _list_rules(sheet, inner)
        elif isinstance(rule, ast.QualifiedRule) and (declarations := tuple(_list_declarations(sheet, rule.content))):
            with contextlib.suppress(cssselect2.SelectorError):  # reported elsewhere
                yield tuple(cssselect2.compile_selector_list(rule.prelude)), declarations


def _list_declarations(sheet: str, content: Sequence[ast.Node]) -> Iterator[_Declaration]:
    """Yield the declarations that decide whether words are seen, shorthands taken apart."""
    # Imported here: it takes half a second, and few books have a style sheet of their own.
    from weasyprint.css.validation import preprocess_declarations

    for node in tinycss2.parse_blocks_contents(content, skip_comments=True, skip_whitespace=True):
        if not isinstance(node, ast.Declaration):
            continue
        text = f"{node.lower_name}: {tinycss2.serialize(node.value).strip()}"
        for name, value, _ in preprocess_declarations("book:/", [node]):
            if name in _TESTS:
                is_hiding = _TESTS[name](value)
                yield _Declaration(sheet, node.source_line, name, text, bool(node.important), is_hiding)


def _is_zero(value: object) -> bool:
    """Return whether a number, or a length in any unit, is 0."""
    number = getattr(value, "value", value)
    return isinstance(number, int | float) and number == 0


def _is_transparent(value: object) -> bool:
    """Return whether a colour, as the layout engine leaves it unread, cannot be seen at all."""
    color = color4.parse_color(value.serialize()) if isinstance(value, ast.Node) else None
    return isinstance(color, color4.Color) and [*color][-1] == 0


# The properties that can hide words, under the names of the layout engine.
_TESTS: Mapping[str, Callable[[object], bool]] = {
    "display": lambda value: value in ("none", ("none",)),
    "visibility": lambda value: value in ("hidden", "collapse"),
    "opacity": _is_zero,
    "font_size": _is_zero,
    "color": _is_transparent,
}


def _join_words(element: _Element) -> str:
    """Return the words in an element, with single spaces."""
    return " ".join("".join(element.itertext()).split())
