"""Find what a style sheet does that hides, covers, changes or adds words, on any medium.

A declaration is judged by itself, without the cascade: a rule that could hide words of an element is a difference even
if another rule overrides it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import tinycss2
import tinycss2.color4
from lxml.etree import _Element
from tinycss2 import ast

from onrecord.proof.reading.article_text import get_classes, get_tag_name
from onrecord.proof.reading.style_selectors import ElementWrapper, collect_names, compile_selectors, wrap_elements
from onrecord.proof.reading.style_sheets import parse_rule_contents, parse_style_sheet

_GROUPS = ("media", "supports", "layer", "container", "scope", "starting-style")
_DEEPEST = 30
_LENGTH = re.compile(r"(-?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)(%|[a-z]+)?")
_SMALLEST_SIZES = {"px": 6.0, "pt": 4.5, "em": 0.4, "rem": 0.4, "%": 40.0, "": 0.001}  # of letters, by unit
_LARGEST_MOVES = {"px": 400.0, "pt": 300.0, "em": 25.0, "rem": 25.0, "%": 99.0, "vw": 50.0, "vh": 50.0}
_LEAST_CONTRAST = 1.8  # WCAG 2.2 contrast ratio; the palest text of our own has 4.5
_LEAST_OPACITY = 0.4
# Classes of what holds no words of an author.
_APART = frozenset({"address", "pagebreak", "page-number", "citations", "skip", "status", "site", "turning"})
_APART |= {"questions", "outline", "player"}
_INLINE = frozenset({"a", "b", "code", "em", "s", "span", "strong", "sub", "sup"})
_SIZES = tuple(f"{limit}{side}" for limit in ("", "max-") for side in ("width", "height", "inline-size", "block-size"))
_SIDES = ("", "-left", "-right", "-top", "-bottom", "-inline", "-block", "-inline-start", "-inline-end", "-block-start")
_EDGES = tuple(f"inset{axis}{edge}" for axis in ("-inline", "-block") for edge in ("-start", "-end"))
_MOVES = (
    *("left", "right", "top", "bottom", "inset", "inset-inline", "inset-block", *_EDGES, "translate", "text-indent"),
    *("word-spacing", *(f"margin{side}" for side in _SIDES)),
)
_VERTICAL = ("margin-top", "margin-bottom", "margin-block", "margin-block-start", "margin-block-end")
_PULLED_UP = {"px": 32.0, "pt": 24.0, "em": 2.0, "rem": 2.0, "lh": 1.5, "rlh": 1.5}
_WIDEST_MARGINS = {"%": 30, "mm": 60, "cm": 6, "in": 2.4, "px": 230, "pt": 170, "em": 14, "rem": 14}
_LEAST_PAPER = {"mm": 70, "cm": 7, "in": 2.8, "px": 260, "pt": 200}
_LINE = {"px": 5.0, "pt": 4.0, "em": 0.3, "rem": 0.3, "": 100.0}
_LINES = ("text-decoration-thickness", "text-decoration", "outline", "outline-width")
_THICKEST = {**dict.fromkeys(_LINES, _LINE), "text-underline-offset": {"px": 1.0, "pt": 1.0, "em": 0.1, "rem": 0.1}}
_THICKEST |= {"outline-offset": {"px": 6.0, "pt": 5.0, "em": 0.4, "rem": 0.4}}
_FORBIDDEN = {  # property -> values that do no harm; every other one does
    "visibility": ("visible", "inherit", "initial"),
    "content-visibility": ("visible", "auto"),
    "clip": ("auto",),
    "clip-path": ("none",),
    "mask": ("none",),
    "mask-image": ("none",),
    "-webkit-mask": ("none",),
    "-webkit-mask-image": ("none",),
    "text-transform": ("none", "inherit", "initial"),
    "-webkit-text-security": ("none",),
    "-webkit-text-fill-color": ("currentcolor", "inherit"),
    "unicode-bidi": ("normal", "isolate", "embed", "plaintext", "inherit"),
    "transform": ("none",),
    "scale": ("none", "1"),
    "rotate": ("none", "0"),
    "writing-mode": ("horizontal-tb", "inherit"),
    "text-orientation": ("mixed",),
    "mix-blend-mode": ("normal",),
    "-webkit-text-stroke": ("0",),
    "-webkit-text-stroke-width": ("0",),
    "order": ("0",),
    "zoom": ("1", "normal"),
    "offset-path": ("none",),
    "offset": ("none",),
    "float": ("none", "left", "right", "inline-start", "inline-end", "footnote"),
    "animation": ("none",),
    "animation-name": ("none",),
    "line-clamp": ("none",),
    "-webkit-line-clamp": ("none",),
    "text-overflow": ("clip",),
    "contain": ("none", "layout", "style", "paint", "content"),
    "text-emphasis": ("none", "filled dot"),  # the marks of emphasis in Chinese and Japanese
    "text-emphasis-style": ("none", "filled dot"),
    "hyphenate-character": ("auto",),
    "quotes": ("none", "auto"),
}
_VARIABLE = re.compile(r"var\(\s*(--[\w-]+)\s*\)")  # without a value in its place
_UNRESOLVED = frozenset(
    {"inherit", "unset", "revert", "currentcolor", "canvastext", "linktext", "visitedtext", "initial"}
)
_UNRESOLVED |= {"buttontext", "fieldtext", "marktext", "highlighttext", "activetext"}
_CUTS = ("hidden", "clip")  # values of overflow
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
        sheet = _SheetReader(_read_variables(nodes))
        return tuple(dict.fromkeys(sheet.read_nodes(nodes, "", 0)))
    except RecursionError:
        return (StyleHarm("", "brackets inside brackets", "cannot be understood"),)


def find_harmed_words(root: _Element, harms: Sequence[StyleHarm]) -> tuple[str, ...]:
    """Return as sentences the CSS harms that concern elements with words, or elements around them."""
    if not harms:
        return ()
    words = _Words(root, *_find_word_holders(root))
    return tuple(str(harm) for harm in harms if not harm.selector or words.suffer(harm))


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

    def suffer(self, harm: StyleHarm) -> bool:
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
        if harm.effect in (_STRUCK, _MOVED) and element not in self._holders:
            return False
        if harm.effect == _STRUCK and get_tag_name(element) == "s":
            return False
        return not (harm.effect == _CLOSE and get_tag_name(element) in _INLINE)


# --- reading ----------------------------------------------------------------------------------------

_HIDDEN, _PALE, _STRUCK = "hides words", "shows words as pale as the paper", "strikes words out"
_MOVED = "moves words out of their place"
_ADDED, _CHANGED, _LOADED = "adds words", "changes how words read", "loads something from elsewhere"
_COVERED, _SMALL, _CLOSE = "covers words", "makes words too small to read", "sets lines on each other"

_Variables = Mapping[str, tuple[str, ...]]


def _read_variables(nodes: Iterable[ast.Node]) -> _Variables:
    """Return every value that each CSS custom property has anywhere, in order."""
    variables: dict[str, list[str]] = {}

    def add_variables(nodes: Iterable[ast.Node], depth: int) -> None:
        """Add the custom properties of the nodes to `variables`."""
        for node in nodes:
            if isinstance(node, ast.Declaration) and node.name.startswith("--"):
                variables.setdefault(node.name, []).append(tinycss2.serialize(node.value).strip())
            elif isinstance(node, ast.QualifiedRule | ast.AtRule) and node.content is not None and depth < _DEEPEST:
                add_variables(parse_rule_contents(node), depth + 1)

    add_variables(nodes, 0)
    return {name: tuple(dict.fromkeys(values)) for name, values in variables.items()}


@dataclass(frozen=True, slots=True)
class _SheetReader:
    """Reads a style sheet for declarations that do harm."""

    variables: _Variables

    def read_nodes(self, nodes: Iterable[ast.Node], outer: str, depth: int) -> Iterator[StyleHarm]:
        """Yield the harms to words in CSS rules; `outer` is the selector of the rule around them."""
        nodes = list(nodes)
        if depth > _DEEPEST:
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
                selector = _nest_selector(tinycss2.serialize(node.prelude).strip(), outer)
                yield from self.read_nodes(parse_rule_contents(node), selector, depth + 1)
            elif isinstance(node, ast.AtRule):
                yield from self._read_at_rule(node, outer, depth)

    def _read_at_rule(self, rule: ast.AtRule, outer: str, depth: int) -> Iterator[StyleHarm]:
        """Yield the harms to words of a CSS at-rule: of an import, and in groups."""
        name = rule.lower_at_keyword
        if name == "import":
            yield StyleHarm("", f"@import {tinycss2.serialize(rule.prelude).strip()}", _LOADED)
        elif name == "page" and rule.content is not None:
            yield from _judge_page_rule(rule)
        elif rule.content is not None and (name in _GROUPS or name == "font-face"):
            if name == "font-face":
                yield from _judge_face(rule)
            yield from self.read_nodes(parse_rule_contents(rule), outer if name in _GROUPS else "", depth + 1)

    def _judge_declarations(self, selector: str, declarations: Mapping[str, str]) -> Iterator[StyleHarm]:
        """Yield the harms to words of the declarations of one CSS rule."""
        if not selector:
            return
        pseudo = re.search(r"::?(before|after|first-letter|first-line|marker|backdrop)", selector)
        for name, value in declarations.items():
            value = value.replace("!important", "").strip()
            effect = _judge_declaration(name, value) or self._judge_colour(name, value, declarations)
            effect = effect or self._judge_variables(name, value) or self._judge_background(name, value, declarations)
            if not effect and _cuts_overflow(name, value, declarations):
                effect = _HIDDEN
            if effect == _ADDED and not pseudo and value.startswith("url("):
                effect = _COVERED
            if effect:
                yield StyleHarm(selector, f"{name}: {value}", effect)
        if pseudo and declarations.get("position") in ("absolute", "fixed") and _paints_area(declarations):
            yield StyleHarm(selector, f"position: {declarations['position']}", _COVERED)

    def _judge_variables(self, name: str, value: str) -> str:
        """Return the harm of a CSS value with a custom property that nothing defines: browsers use another value."""
        names = () if name.startswith("--") else _VARIABLE.findall(value)
        return _CHANGED if any(variable not in self.variables for variable in names) else ""

    def _judge_background(self, name: str, value: str, declarations: Mapping[str, str]) -> str:
        """Return the harm of a background as dark as the words on it, whose colour another rule sets, or ""."""
        if name not in ("background", "background-color") or "color" in declarations:
            return ""
        if value == "currentcolor":
            return _PALE
        inks, backgrounds = self._resolve_colours("var(--ink)") or [(0.0, 0.0, 0.0, 1.0)], self._resolve_colours(value)
        if any(background[3] < _LEAST_OPACITY for background in backgrounds):
            return ""
        if len(inks) == len(backgrounds):
            pairs = list(zip(inks, backgrounds, strict=True))
        else:
            pairs = [(ink, background) for background in backgrounds for ink in inks[:1]]
        return _PALE if any(_measure_contrast(ink, behind) < _LEAST_CONTRAST for ink, behind in pairs) else ""

    def _judge_colour(self, name: str, value: str, declarations: Mapping[str, str]) -> str:
        """Return the harm of a CSS colour that cannot be told from what is behind it, or ""."""
        if name != "color":
            return ""
        if not self._resolve_colours(value) and value not in _UNRESOLVED and not value.startswith("var("):
            return _PALE
        behind = declarations.get("background-color") or declarations.get("background") or "var(--paper)"
        backgrounds = self._resolve_colours(behind) or [(1.0, 1.0, 1.0, 1.0)]
        for index, colour in enumerate(colours := self._resolve_colours(value)):
            background = backgrounds[index] if len(colours) == len(backgrounds) else backgrounds[0]
            is_alone = len(colours) > 1 or len(backgrounds) > 1
            pale = _measure_contrast(colour, background) < _LEAST_CONTRAST
            if colour[3] < _LEAST_OPACITY or (pale and (len(colours) == len(backgrounds) or not is_alone)):
                return _PALE
            if pale and _is_unreadable_colour(colour, backgrounds, is_fixed=len(colours) == 1):
                return _PALE
        return ""

    def _resolve_colours(self, value: str, depth: int = 0) -> list[tuple[float, float, float, float]]:
        """Return the colours that a CSS value can have: red, green, blue, alpha (0 to 1)."""
        match = re.fullmatch(r"var\(\s*(--[\w-]+)\s*(?:,.*)?\)", value)
        if match and depth < _DEEPEST:
            values = self.variables.get(match.group(1), ())
            return [colour for inner in values for colour in self._resolve_colours(inner.lower(), depth + 1)]
        colour: Any = tinycss2.color4.parse_color(value)
        if colour is None or isinstance(colour, str):
            return []
        try:
            red, green, blue = colour.to("srgb").coordinates
        except (ValueError, NotImplementedError, TypeError):
            return []
        return [(red or 0.0, green or 0.0, blue or 0.0, colour.alpha)]


def _is_unreadable_colour(
    colour: tuple[float, float, float, float],
    backgrounds: Sequence[tuple[float, float, float, float]],
    *,
    is_fixed: bool,
) -> bool:
    """Return whether a colour cannot be read: a fixed one on one of the papers, one of several on none."""
    is_pale = [_measure_contrast(colour, background) < _LEAST_CONTRAST for background in backgrounds]
    return any(is_pale) if is_fixed else all(is_pale)


def _measure_contrast(first: Sequence[float], second: Sequence[float]) -> float:
    """Return the contrast ratio of two colours (WCAG 2.2)."""

    def compute_luminance(colour: Sequence[float]) -> float:
        """Return the relative luminance of a colour (WCAG 2.2)."""
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in colour[:3]]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    high, low = sorted((compute_luminance(first), compute_luminance(second)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def _judge_page_rule(rule: ast.AtRule) -> Iterator[StyleHarm]:
    """Yield the harms of a CSS rule for printed pages: margins that leave no room, or no paper."""
    for node in parse_rule_contents(rule):
        if isinstance(node, ast.Declaration):
            name, value = node.lower_name, tinycss2.serialize(node.value).strip().lower()
            lengths = _read_lengths(value)
            is_wide = name.startswith("margin") and any(
                not 0 <= size <= _WIDEST_MARGINS.get(unit, 0) for size, unit in lengths if size
            )
            if is_wide or (name == "size" and any(size < _LEAST_PAPER.get(unit, 0.0) for size, unit in lengths)):
                yield StyleHarm("", f"@page {{ {name}: {value} }}", _HIDDEN)


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
            yield StyleHarm("", "src: local()", _LOADED)
        if node.lower_name in _FACE_LIMITS:
            value = tinycss2.serialize(node.value).strip().lower()
            least, most = _FACE_LIMITS[node.lower_name]
            share = re.fullmatch(r"([\d.]+)%", value)
            if value != "normal" and not (share and least <= float(share[1]) <= most):
                yield StyleHarm("", f"{node.lower_name}: {value}", _SMALL)


def _find_remote_addresses(node: ast.Node) -> Iterator[StyleHarm]:
    """Yield a harm for each address in a CSS declaration that leads out of the edition."""
    if not isinstance(node, ast.Declaration):
        return
    for token in _iterate_tokens(node.value):
        address = ""
        if isinstance(token, ast.URLToken | ast.StringToken):
            address = token.value
        if _REMOTE.search(address) or (isinstance(token, ast.URLToken) and address.startswith("/")):
            yield StyleHarm("", f"{node.lower_name}: url({address})", _LOADED)


def _iterate_tokens(tokens: Iterable[ast.Node]) -> Iterator[ast.Node]:
    """Yield all tokens of a CSS value, also those inside functions and brackets."""
    for token in tokens:
        yield token
        inner = getattr(token, "arguments", None) or getattr(token, "content", None)
        if isinstance(inner, list):
            yield from _iterate_tokens(inner)


def _nest_selector(selector: str, outer: str) -> str:
    """Return a CSS rule's selector, nested inside a CSS rule with the selector `outer`."""
    if not outer:
        return selector
    parent = f":is({outer})"
    return selector.replace("&", parent) if "&" in selector else f"{parent} {selector}"


# --- judging ----------------------------------------------------------------------------------------


def _judge_declaration(name: str, value: str) -> str:
    """Return what a CSS declaration does to words, "" if it does no harm."""
    if name in _FORBIDDEN:
        is_harmless = value in _FORBIDDEN[name]
        return "" if is_harmless else _CHANGED if name in ("text-transform", "unicode-bidi", "order") else _HIDDEN
    for judge in (_judge_presence, _judge_size, _judge_place, _judge_look):
        if effect := judge(name, value):
            return effect
    return ""


def _judge_presence(name: str, value: str) -> str:
    """Return how a CSS declaration keeps something from being shown, "" if it does not."""
    if name == "display" and "none" in value.split():
        return _HIDDEN
    if name == "opacity" and (number := _read_number(value)) is not None and number < _LEAST_OPACITY:
        return _HIDDEN
    if name == "content" and value not in ("none", "normal", '""', "''", "initial"):
        return _ADDED
    return _CHANGED if name == "all" else ""


def _read_number(value: str) -> float | None:
    """Return a CSS number or percentage as a number, None if the value is neither."""
    match = re.fullmatch(r"([\d.]+)(%?)", value)
    return float(match.group(1)) / (100 if match.group(2) else 1) if match and match.group(1) != "." else None


def _judge_size(name: str, value: str) -> str:
    """Return how a CSS declaration makes letters too small or too close, "" if it does not."""
    lengths = _read_lengths(value)
    if name in ("font-size", "font") and any(size < _SMALLEST_SIZES.get(unit, 0.001) for size, unit in lengths):
        return _SMALL
    if name == "line-height" and any(
        size < {"": 0.8, "em": 0.8, "rem": 0.6, "%": 80.0, "px": 9.0, "pt": 7.0}.get(unit, 0.0)
        for size, unit in lengths
    ):
        return _CLOSE
    if name == "letter-spacing" and any(
        size < {"em": -0.12, "rem": -0.12, "px": -2.0, "pt": -1.5}.get(unit, 0.0) for size, unit in lengths
    ):
        return _SMALL
    if name == "word-spacing" and any(
        size < {"em": -0.12, "rem": -0.12, "px": -2.0, "pt": -1.5}.get(unit, 0.0) for size, unit in lengths
    ):
        return _CHANGED
    is_nothing = any(size < {"px": 6.0, "pt": 5.0}.get(unit, 0.4) and unit != "%" for size, unit in lengths)
    return _HIDDEN if name in _SIZES and lengths and is_nothing else ""


def _judge_place(name: str, value: str) -> str:
    """Return how a CSS declaration moves something off the paper, or out of its order, "" if it does not."""
    if name in _MOVES and any(
        abs(size) > _LARGEST_MOVES.get(unit, float("inf"))
        and (size < 0 or name not in ("margin", "right", "left", *_EDGES))
        for size, unit in _read_lengths(value)
    ):
        return _HIDDEN
    if name == "text-indent" and any(
        size < 0 and unit in ("em", "rem") and size < -6 for size, unit in _read_lengths(value)
    ):
        return _HIDDEN
    if name in ("flex-direction", "flex-flow") and "reverse" in value:
        return _CHANGED
    if name == "position":
        return _HIDDEN if value == "fixed" else _MOVED if value == "absolute" else ""
    if name in _VERTICAL and any(size < -_PULLED_UP.get(unit, float("inf")) for size, unit in _read_lengths(value)):
        return _CLOSE
    if name in ("grid-area", "grid-row", "grid-column") and re.fullmatch(r"\d+( / \d+){1,3}", value):
        return _MOVED
    if name in ("column-width", "columns") and any(
        size < {"px": 60.0, "pt": 45.0, "em": 4.0, "rem": 4.0}.get(unit, 0.0) for size, unit in _read_lengths(value)
    ):
        return _SMALL
    return _HIDDEN if name == "z-index" and value.startswith("-") else ""


def _judge_look(name: str, value: str) -> str:
    """Return how CSS filters or lines through words harm them, "" if they do not."""
    if name in ("filter", "backdrop-filter", "-webkit-filter"):
        harmless = re.fullmatch(r"none|(?:brightness|contrast|saturate|grayscale|sepia)\([\d.%]*\)", value)
        amount = re.search(r"(brightness|contrast)\(([\d.]+)(%?)\)", value)
        is_dim = amount is not None and float(amount.group(2)) / (100 if amount.group(3) else 1) < 0.5
        return _HIDDEN if harmless is None or is_dim else ""
    limits = _THICKEST.get(name, {})
    if any(
        abs(size) > limits.get(unit, float("inf")) and (size > 0) == (name in _LINES)
        for size, unit in _read_lengths(value)
    ):
        return _COVERED
    if name in ("text-decoration", "text-decoration-line") and "line-through" in value:
        return _STRUCK
    return ""


def _read_lengths(value: str) -> list[tuple[float, str]]:
    """Return the lengths in a CSS value with their units, "" for plain numbers; those inside functions too."""
    bare = re.sub(r"#[0-9a-f]+|var\([^)]*\)|[a-z-]*[a-z]\d+", " ", value)
    return [(float(number), unit or "") for number, unit in _LENGTH.findall(bare)]


def _cuts_overflow(name: str, value: str, declarations: Mapping[str, str]) -> bool:
    """Return whether a declaration limits the height, or line length, of what its CSS rule hides beyond it."""
    is_limited = name in ("height", "max-height", "block-size", "max-block-size")
    if name in ("width", "max-width", "inline-size", "max-inline-size"):
        is_limited = declarations.get("white-space", "") in ("nowrap", "pre")
    overflow = " ".join(declarations.get(f"overflow{axis}", "") for axis in ("", "-x", "-y", "-block", "-inline"))
    return is_limited and bool(_read_lengths(value)) and any(cut in overflow.split() for cut in _CUTS)


def _paints_area(declarations: Mapping[str, str]) -> bool:
    """Return whether a CSS rule paints an area: a background, a border or a shadow."""
    values = [value for name, value in declarations.items() if name.startswith(("background", "border", "box-shadow"))]
    return any(value not in ("none", "transparent", "0") for value in values)
