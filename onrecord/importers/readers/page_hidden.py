"""Find the words of an article that its own elements hide from readers.

Only what the element itself says is certain: a class may be shown by a script, or on another screen.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from lxml.html import HtmlElement

from onrecord.importers.readers import pandoc_tree
from onrecord.importers.readers.hidden_words import WHITE, HiddenWords, is_like_background, is_too_small, parse_color
from onrecord.importers.readers.page_elements import collect_element_words

_DECLARATION = re.compile(r"([\w-]{1,40})\s*:\s*([^;]{1,200})")
_SIZE = re.compile(r"([\d.]{1,8})(?![\d.])\s*(px|pt)?(?![\w%])")
_POINTS_OF_PX = 0.75
_UNKNOWN = "?"
_COUNTED = ("p", "h1", "h2", "h3", "h4", "h5", "h6", "li", "td", "th", "dt", "dd", "blockquote", "div")


class _Look(NamedTuple):
    """How the words of an element look, with what it inherits."""

    is_removed: bool = False
    is_invisible: bool = False
    size_pt: float = 12
    color: str = ""
    background: str = _UNKNOWN


def find_hidden_words(body: HtmlElement, *, is_on_white: bool) -> Iterator[HiddenWords]:
    """Yield the hidden words that would become words of the interview, in order.

    `is_on_white`: the page has no style sheet, so that its background is white unless an element says otherwise.
    """
    number = 0
    waiting: list[tuple[HtmlElement | str, _Look, str]] = [
        (body, _Look(background=WHITE if is_on_white else _UNKNOWN), "the text")
    ]
    while waiting:
        node, look, place = waiting.pop()
        if isinstance(node, str):
            if reason := _find_reason(look):
                yield HiddenWords(place, node, reason)
            continue
        if not isinstance(node.tag, str) or node.get("class") == pandoc_tree.ASIDE_CLASS:
            continue
        look = _inherit(look, node)
        if node.tag in _COUNTED and (words := collect_element_words(node)):
            number += 1
            place = f"paragraph {number}" if words else place
        parts: list[tuple[HtmlElement | str, _Look, str]] = [(node.text or "", look, place)]
        for child in node:
            parts += [(child, look, place), (child.tail or "", look, place)]
        waiting += reversed([part for part in parts if not isinstance(part[0], str) or part[0]])


def _inherit(look: _Look, element: HtmlElement) -> _Look:
    """Return the look of an element's words: that of its parent, changed by its style and attributes."""
    declarations = dict(_DECLARATION.findall(element.get("style", "").lower()))
    if element.get("hidden") is not None or declarations.get("display", "").strip().startswith("none"):
        look = look._replace(is_removed=True)
    visibility = declarations.get("visibility", "").strip()
    if visibility or declarations.get("opacity"):
        is_transparent = re.match(r"0+(\.0+)?\s*(!|$)", declarations.get("opacity", "")) is not None
        look = look._replace(is_invisible=visibility.startswith(("hidden", "collapse")) or is_transparent)
    size = _SIZE.match(declarations.get("font-size", "").strip())
    if size and (size[2] or not float(size[1].strip(".") or 0)):
        look = look._replace(size_pt=float(size[1].strip(".") or 0) * (_POINTS_OF_PX if size[2] == "px" else 1))
    elif "font-size" in declarations and look.size_pt:
        look = look._replace(size_pt=12)  # a share of another size, or a word
    color = declarations.get("color", element.get("color", "") if element.tag == "font" else "")
    background = declarations.get("background-color", declarations.get("background", element.get("bgcolor", "")))
    if color:
        look = look._replace(color=parse_color(color.replace("!important", "")))
    if background and background.strip() not in ("transparent", "none", "inherit"):
        look = look._replace(background=parse_color(background.replace("!important", "")) or _UNKNOWN)
    return look


def _find_reason(look: _Look) -> str:
    """Return what hides words of this look, "" if they are visible."""
    if look.is_removed:
        return "not displayed"
    if look.is_invisible:
        return "invisible"
    if is_too_small(look.size_pt):
        return f"in {look.size_pt:g} pt type"
    if look.background != _UNKNOWN and is_like_background(look.color, look.background):
        return "white on white" if look.background == WHITE else "in the colour of their background"
    return ""
