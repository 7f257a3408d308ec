"""Find the words of an article that its own elements hide from readers.

What the element itself says is certain. What a class or an id says in the page's own style sheet counts only on a page
without scripts, as a word processor writes it: a script may show it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

import tinycss2
from lxml.html import HtmlElement
from tinycss2 import ast

from onrecord.importers.readers import pandoc_tree
from onrecord.importers.readers.hidden_words import (
    WHITE,
    HiddenWords,
    is_like_background,
    is_too_small,
    is_transparent_color,
    parse_color,
)
from onrecord.importers.readers.page_elements import collect_element_words

_DECLARATION = re.compile(r"([\w-]{1,40})\s*:\s*([^;]{1,200})")
_SIZE = re.compile(r"([\d.]{1,8})(?![\d.])\s*(px|pt|em|rem|%)?(?![\w%])")
_POINTS_OF_PX = 0.75
_NORMAL_PT = 12.0
_FAR = re.compile(r"-(?:\d{4,}px|\d{3,}(?:em|rem|vw|vh|pt|%))")
_SIDES = ("left", "top", "right", "bottom", "text-indent", "margin-left", "margin-top")
_NOTHING = re.compile(r"(?:0+(?:\.0+)?|0*\.0[0-4]\d*|[0-4]%)(?:px|em|rem|pt)?\s*(?:!.*)?$")  # of an opacity or a length
_TINY = re.compile(r"(?:0+(?:\.\d+)?|1|1\.0+)(?:px|pt)?\s*(?:!.*)?$")
_CLIP = re.compile(r"rect\(\s*(?:0(?:px)?|1px)(?:[\s,]+(?:0(?:px)?|1px)){3}\s*\)")
_INSET = re.compile(r"inset\(\s*(?:100|[5-9]\d)%")
_SIMPLE_SELECTOR = re.compile(r"[.#][\w-]{1,60}")
_MAX_CSS_CHARACTERS = 200_000
_UNKNOWN = "?"
_COUNTED = ("p", "h1", "h2", "h3", "h4", "h5", "h6", "li", "td", "th", "dt", "dd", "blockquote", "div")


class _Look(NamedTuple):
    """How the words of an element look, with what it inherits."""

    is_removed: bool = False
    is_invisible: bool = False
    is_transparent: bool = False
    is_out_of_sight: bool = False
    is_colorless: bool = False
    size_pt: float = _NORMAL_PT
    color: str = ""
    background: str = _UNKNOWN


def find_hidden_words(body: HtmlElement, rules: Mapping[str, str], *, is_on_white: bool) -> Iterator[HiddenWords]:
    """Yield an imported page's hidden words that would become words of the interview, in order.

    `rules` are those of `read_simple_rules`. `is_on_white`: the page has no style sheet, so that its background is
    white unless an element says otherwise.
    """
    number = 0
    waiting: list[tuple[HtmlElement | str, _Look, str]] = [
        (body, _Look(background=WHITE if is_on_white else _UNKNOWN), "the text")
    ]
    while waiting:
        node, look, place = waiting.pop()
        if isinstance(node, str):
            if reason := _explain_hidden(look):
                yield HiddenWords(place, node, reason)
            continue
        if not isinstance(node.tag, str) or node.get("class") == pandoc_tree.ASIDE_CLASS:
            continue
        look = _inherit_look(look, node, _collect_declarations(node, rules))
        if node.tag in _COUNTED and (words := collect_element_words(node)):
            number += 1
            place = f"paragraph {number}" if words else place
        parts: list[tuple[HtmlElement | str, _Look, str]] = [(node.text or "", look, place)]
        for child in node:
            parts += [(child, look, place), (child.tail or "", look, place)]
        waiting += reversed([part for part in parts if not isinstance(part[0], str) or part[0]])


def read_simple_rules(page: HtmlElement) -> dict[str, str]:
    """Return the declarations of each class (".name") and id ("#name") in the style sheets of a page without scripts.

    Rules for some screens, states or places of elements are left out.
    """
    css = " ".join(style.text or "" for style in page.iter("style")).lower()
    if not css or len(css) > _MAX_CSS_CHARACTERS or next(page.iter("script"), None) is not None:
        return {}
    rules: dict[str, str] = {}
    for rule in tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True):
        if isinstance(rule, ast.QualifiedRule):
            for selector in tinycss2.serialize(rule.prelude).split(","):
                if _SIMPLE_SELECTOR.fullmatch(name := selector.strip()):
                    rules[name] = f"{rules.get(name, '')};{tinycss2.serialize(rule.content)}"
    return rules


def _collect_declarations(element: HtmlElement, rules: Mapping[str, str]) -> dict[str, str]:
    """Return the CSS declarations of an element by property: of its classes, its id and its own style."""
    names = [f".{name}" for name in element.get("class", "").lower().split()] if rules else []
    names += [f"#{element.get('id', '').lower()}"] if rules else []
    style = ";".join((*(rules.get(name, "") for name in names), element.get("style", "").lower()))
    return {name: value.strip() for name, value in _DECLARATION.findall(style)}


def _is_out_of_sight(declarations: Mapping[str, str]) -> bool:
    """Return whether a style moves a page's element off the page, cuts all of it away, or leaves it no room."""
    if any(_FAR.match(declarations.get(side, "")) for side in _SIDES):
        return True
    if _CLIP.match(declarations.get("clip", "")) or _INSET.match(declarations.get("clip-path", "")):
        return True
    transform = declarations.get("transform", "").replace(" ", "")
    if transform.startswith(("scale(0)", "scale(0,", "scalex(0)", "scaley(0)")):
        return True
    lengths = [declarations.get(name, "") for name in ("width", "height", "max-width", "max-height", "line-height")]
    return "hidden" in declarations.get("overflow", "") and any(_TINY.match(length) for length in lengths)


def _is_transparent(declarations: Mapping[str, str]) -> bool:
    """Return whether a style makes a page's element as good as transparent."""
    filtered = re.match(r"opacity\(([^)]*)\)", declarations.get("filter", ""))
    opacities = [declarations.get("opacity", ""), filtered[1] if filtered else ""]
    return any(opacity and _NOTHING.match(opacity) for opacity in opacities)


def _read_type_size(text: str, size_pt: float) -> float | None:
    """Return a CSS size of type in points, inside type of another size; None for no number."""
    size = _SIZE.match(text)
    number = float(size[1].strip(".") or 0) if size else 0.0
    if size is None or (number and not size[2]):
        return None
    factors = {"px": _POINTS_OF_PX, "em": size_pt, "rem": _NORMAL_PT, "%": size_pt / 100}
    return number * factors.get(size[2] or "pt", 1.0)


def _inherit_look(look: _Look, element: HtmlElement, declarations: Mapping[str, str]) -> _Look:
    """Return the look of an element's words: that of its parent, changed by its style and attributes."""
    if element.get("hidden") is not None:
        look = look._replace(is_removed=True)
    color = element.get("color", "") if element.tag == "font" else ""
    background = element.get("bgcolor", "")
    if declarations:
        look = _apply_style(look, declarations)
        color = declarations.get("color", color)
        background = declarations.get("background-color", declarations.get("background", background))
    if color:
        color = color.replace("!important", "")
        look = look._replace(color=parse_color(color), is_colorless=is_transparent_color(color))
    if background and background.strip() not in ("transparent", "none", "inherit"):
        look = look._replace(background=parse_color(background.replace("!important", "")) or _UNKNOWN)
    return look


def _apply_style(look: _Look, declarations: Mapping[str, str]) -> _Look:
    """Return the look changed by the declarations of an element's style, except its colours."""
    if declarations.get("display", "").startswith("none"):
        look = look._replace(is_removed=True)
    if declarations.get("content-visibility", "").startswith("hidden"):
        look = look._replace(is_removed=True)
    if _is_transparent(declarations):
        look = look._replace(is_transparent=True)
    if _is_out_of_sight(declarations):
        look = look._replace(is_out_of_sight=True)
    if visibility := declarations.get("visibility", ""):
        look = look._replace(is_invisible=visibility.startswith(("hidden", "collapse")))
    if "font-size" in declarations:
        size_pt = _read_type_size(declarations["font-size"], look.size_pt)
        look = look._replace(size_pt=_NORMAL_PT if size_pt is None else size_pt)
    return look


def _explain_hidden(look: _Look) -> str:
    """Return what hides a page's words of this look, "" if they are visible."""
    if look.is_removed:
        return "not displayed"
    if look.is_out_of_sight:
        return "off the page, or without room"
    if look.is_invisible or look.is_transparent or look.is_colorless:
        return "invisible"
    if is_too_small(look.size_pt):
        return f"in {look.size_pt:g} pt type"
    if look.background != _UNKNOWN and is_like_background(look.color, look.background):
        return "white on white" if look.background == WHITE else "in the colour of their background"
    return ""
