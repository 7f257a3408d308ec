"""Find what a style sheet does that hides, covers, changes or adds words, on any medium.

A declaration is judged by itself, without the cascade: a rule that could hide words of an element is a difference even
if another rule overrides it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import tinycss2
from lxml.etree import _Element
from tinycss2 import ast

from onrecord.proof.reading.article_text import get_classes, get_tag_name
from onrecord.proof.reading.style_colours import ColourReader, Variables
from onrecord.proof.reading.style_effects import Effect, cuts_overflow, judge_declaration, paints_area, read_lengths
from onrecord.proof.reading.style_selectors import ElementWrapper, collect_names, compile_selectors, wrap_elements
from onrecord.proof.reading.style_sheets import (
    DEEPEST_LEVEL,
    GROUP_RULES,
    nest_selector,
    parse_rule_contents,
    parse_style_sheet,
)

# Classes of what holds no words of an author.
_APART = frozenset({"address", "pagebreak", "page-number", "citations", "skip", "status", "site", "turning"})
_APART |= {"questions", "outline", "player"}
_INLINE = frozenset({"a", "b", "code", "em", "s", "span", "strong", "sub", "sup"})
_WIDEST_MARGINS = {"%": 30, "mm": 60, "cm": 6, "in": 2.4, "px": 230, "pt": 170, "em": 14, "rem": 14}
_LEAST_PAPER = {"mm": 70, "cm": 7, "in": 2.8, "px": 260, "pt": 200}
_VARIABLE = re.compile(r"var\(\s*(--[\w-]+)\s*\)")  # without a value in its place
# Fonts of systems that show letters as they are read, and how a sheet calls those that stand in for a font of ours.
_SYSTEM_FONT = re.compile(
    "(Georgia|Gelasio|Times New Roman|Liberation (Serif|Sans|Mono)|Tinos|Noto Serif|DejaVu (Serif|Sans|Sans Mono)|"
    "Arial|Arimo|Roboto|Consolas|Menlo|Courier New|Cousine)( Regular| Bold)?( Italic| Oblique)?"
)
_STAND_IN = re.compile(r"\"[^\"]+ \(([^\"()]+)\)\"")
_FACE_LIMITS = {  # of descriptors of a font, in per cent
    "size-adjust": (50.0, 200.0),
    **dict.fromkeys(("ascent-override", "descent-override", "line-gap-override"), (0.0, 300.0)),
}
_REMOTE = re.compile(r"^\s*(?:\w+:)?//|^\s*(?:https?|ftp|file|javascript):", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class StyleHarm:
    """A declaration that does harm to words in the elements of its selector, and what it does.

    Without a selector it concerns the whole sheet.
    """

    selector: str
    declaration: str
    effect: str

    def __str__(self) -> str:
        where = f"{self.selector} {{ {self.declaration} }}" if self.selector else self.declaration
        return f"“{where}” {self.effect}"


def find_style_harms(css: str) -> tuple[StyleHarm, ...]:
    """Return the declarations of a style sheet that could hide, cover, change or add words."""
    try:
        nodes = parse_style_sheet(css)
        variables = _read_variables(nodes)
        sheet = _SheetReader(variables, ColourReader(variables))
        return tuple(dict.fromkeys(sheet.read_nodes(nodes, "", 0)))
    except RecursionError:
        return (StyleHarm("", "brackets inside brackets", "cannot be understood"),)


def find_harmed_words(root: _Element, harms: Sequence[StyleHarm]) -> tuple[str, ...]:
    """Return as sentences the CSS harms that concern elements with words, or elements around them."""
    if not harms:
        return ()
    words = _Words(root, *_find_word_holders(root))
    return tuple(str(harm) for harm in harms if not harm.selector or words.are_harmed_by(harm))


def _find_word_holders(root: _Element) -> tuple[set[_Element], set[_Element]]:
    """Return the elements that hold words or pictures or stand around such, and those that hold them directly."""
    holders: set[_Element] = set()

    def add_holders(element: _Element) -> None:
        """Add the elements inside that hold words or pictures."""
        if not isinstance(element.tag, str) or not _APART.isdisjoint(get_classes(element)):
            return
        if get_tag_name(element) in ("head", "script", "style"):
            return
        texts = [element.text or "", *(child.tail or "" for child in element)]
        if any(text.strip() for text in texts) or get_tag_name(element) == "img":
            holders.add(element)
        for child in element:
            add_holders(child)

    add_holders(root)
    return holders | {ancestor for element in holders for ancestor in element.iterancestors()}, holders


class _Words:
    """The elements of a page that hold words or pictures directly (`holders`), and with those around them."""

    def __init__(self, root: _Element, carriers: set[_Element], holders: set[_Element]) -> None:
        self._root = root
        self._carriers = carriers
        self._holders = holders
        self._names = collect_names(carriers)

    @cached_property
    def _wrapped(self) -> list[ElementWrapper]:
        """Return the elements in the form on which selectors are tested."""
        return wrap_elements(self._root, self._carriers)

    def are_harmed_by(self, harm: StyleHarm) -> bool:
        """Return whether the CSS harm concerns one of the elements; a selector that cannot be tested concerns all."""
        selectors = compile_selectors(harm.selector)
        if selectors is None:
            return True
        possible = [selector.compiled for selector in selectors if selector.can_match(self._names)]
        return bool(possible) and any(
            selector.test(element)
            for element in self._wrapped
            if self._is_open_to(harm, element.etree_element)
            for selector in possible
        )

    def _is_open_to(self, harm: StyleHarm, element: _Element) -> bool:
        """Return whether a harm of this kind would do something to the words of an HTML element."""
        if harm.effect in (Effect.STRUCK, Effect.MOVED) and element not in self._holders:
            return False
        if harm.effect == Effect.STRUCK and get_tag_name(element) == "s":
            return False
        return not (harm.effect == Effect.CLOSE and get_tag_name(element) in _INLINE)


def _read_variables(nodes: Iterable[ast.Node]) -> Variables:
    """Return every value that each CSS custom property has anywhere, in order."""
    variables: dict[str, list[str]] = {}

    def add_variables(nodes: Iterable[ast.Node], depth: int) -> None:
        """Add the custom properties of the nodes to `variables`."""
        for node in nodes:
            if isinstance(node, ast.Declaration) and node.name.startswith("--"):
                variables.setdefault(node.name, []).append(tinycss2.serialize(node.value).strip())
            elif (
                isinstance(node, ast.QualifiedRule | ast.AtRule) and node.content is not None and depth < DEEPEST_LEVEL
            ):
                add_variables(parse_rule_contents(node), depth + 1)

    add_variables(nodes, 0)
    return {name: tuple(dict.fromkeys(values)) for name, values in variables.items()}


@dataclass(frozen=True, slots=True)
class _SheetReader:
    """Reads a style sheet for declarations that do harm."""

    variables: Variables
    colours: ColourReader

    def read_nodes(self, nodes: Iterable[ast.Node], outer: str, depth: int) -> Iterator[StyleHarm]:
        """Yield the harms to words in CSS rules; `outer` is the selector of the rule around them."""
        nodes = list(nodes)
        if depth > DEEPEST_LEVEL:
            yield StyleHarm("", "rules inside rules", "cannot be understood")
            return
        declarations = {
            node.lower_name: tinycss2.serialize(node.value).strip().lower()
            for node in nodes
            if isinstance(node, ast.Declaration)
        }
        yield from self._judge_declarations(outer, declarations)
        for node in nodes:
            yield from _find_remote_addresses(node)
            if isinstance(node, ast.QualifiedRule):
                selector = nest_selector(tinycss2.serialize(node.prelude).strip(), outer)
                yield from self.read_nodes(parse_rule_contents(node), selector, depth + 1)
            elif isinstance(node, ast.AtRule):
                yield from self._read_at_rule(node, outer, depth)

    def _read_at_rule(self, rule: ast.AtRule, outer: str, depth: int) -> Iterator[StyleHarm]:
        """Yield the harms to words of a CSS at-rule: of an import, and in groups."""
        name = rule.lower_at_keyword
        if name == "import":
            yield StyleHarm("", f"@import {tinycss2.serialize(rule.prelude).strip()}", Effect.LOADED)
        elif name == "page" and rule.content is not None:
            yield from _judge_page_rule(rule)
        elif rule.content is not None and (name in GROUP_RULES or name == "font-face"):
            if name == "font-face":
                yield from _judge_face(rule)
            yield from self.read_nodes(parse_rule_contents(rule), outer if name in GROUP_RULES else "", depth + 1)

    def _judge_declarations(self, selector: str, declarations: Mapping[str, str]) -> Iterator[StyleHarm]:
        """Yield the harms to words of the declarations of one CSS rule."""
        if not selector:
            return
        pseudo = re.search(r"::?(before|after|first-letter|first-line|marker|backdrop)", selector)
        for name, value in declarations.items():
            value = value.replace("!important", "").strip()
            effect = judge_declaration(name, value) or self.colours.judge_colour(name, value, declarations)
            effect = (
                effect or self._judge_variables(name, value) or self.colours.judge_background(name, value, declarations)
            )
            if not effect and cuts_overflow(name, value, declarations):
                effect = Effect.HIDDEN
            if effect == Effect.ADDED and not pseudo and value.startswith("url("):
                effect = Effect.COVERED
            if effect:
                yield StyleHarm(selector, f"{name}: {value}", effect)
        if pseudo and declarations.get("position") in ("absolute", "fixed") and paints_area(declarations):
            yield StyleHarm(selector, f"position: {declarations['position']}", Effect.COVERED)

    def _judge_variables(self, name: str, value: str) -> str:
        """Return the harm of a CSS value with a custom property that nothing defines: browsers use another value."""
        names = () if name.startswith("--") else _VARIABLE.findall(value)
        return Effect.CHANGED if any(variable not in self.variables for variable in names) else ""


def _judge_page_rule(rule: ast.AtRule) -> Iterator[StyleHarm]:
    """Yield the harms of a CSS rule for printed pages: margins that leave no room, or no paper."""
    for node in parse_rule_contents(rule):
        if isinstance(node, ast.Declaration):
            name, value = node.lower_name, tinycss2.serialize(node.value).strip().lower()
            lengths = read_lengths(value)
            is_wide = name.startswith("margin") and any(
                not 0 <= size <= _WIDEST_MARGINS.get(unit, 0) for size, unit in lengths if size
            )
            if is_wide or (name == "size" and any(size < _LEAST_PAPER.get(unit, 0.0) for size, unit in lengths)):
                yield StyleHarm("", f"@page {{ {name}: {value} }}", Effect.HIDDEN)


def _judge_face(rule: ast.AtRule) -> Iterator[StyleHarm]:
    """Yield the harms of a font: it is an unknown one of the system, stands for ours, or is tiny or huge."""
    declarations = [node for node in parse_rule_contents(rule) if isinstance(node, ast.Declaration)]
    families = [tinycss2.serialize(node.value).strip() for node in declarations if node.lower_name == "font-family"]
    stand_in = _STAND_IN.fullmatch(families[-1]) if families else None
    for node in declarations:
        functions = [
            token
            for token in _iterate_tokens(node.value)
            if isinstance(token, ast.FunctionBlock) and token.lower_name == "local"
        ]
        names = [tinycss2.serialize(token.arguments).strip().strip("\"'") for token in functions]
        is_plain = all(_SYSTEM_FONT.fullmatch(name) for name in names)
        if names and not (stand_in and _SYSTEM_FONT.fullmatch(stand_in[1]) and is_plain):
            yield StyleHarm("", "src: local()", Effect.LOADED)
        if node.lower_name in _FACE_LIMITS:
            value = tinycss2.serialize(node.value).strip().lower()
            least, most = _FACE_LIMITS[node.lower_name]
            share = re.fullmatch(r"([\d.]+)%", value)
            if value != "normal" and not (share and least <= float(share[1]) <= most):
                yield StyleHarm("", f"{node.lower_name}: {value}", Effect.SMALL)


def _find_remote_addresses(node: ast.Node) -> Iterator[StyleHarm]:
    """Yield a harm for each address in a CSS declaration that leads out of the edition."""
    if not isinstance(node, ast.Declaration):
        return
    for token in _iterate_tokens(node.value):
        address = ""
        if isinstance(token, ast.URLToken | ast.StringToken):
            address = token.value
        if _REMOTE.search(address) or (isinstance(token, ast.URLToken) and address.startswith("/")):
            yield StyleHarm("", f"{node.lower_name}: url({address})", Effect.LOADED)


def _iterate_tokens(tokens: Iterable[ast.Node]) -> Iterator[ast.Node]:
    """Yield all tokens of a CSS value, also those inside functions and brackets."""
    for token in tokens:
        yield token
        inner = getattr(token, "arguments", None) or getattr(token, "content", None)
        if isinstance(inner, list):
            yield from _iterate_tokens(inner)
