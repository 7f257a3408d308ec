"""Turn bold and italic type in CSS, as word processors export it, into elements."""

from __future__ import annotations

import re

import lxml.html
from lxml.html import HtmlElement

from onrecord.importers.readers.page_elements import has_blocks

_RULE = re.compile(r"\.([\w-]{1,60})\s*\{([^{}]{0,2000})\}")
_BOLD = re.compile(r"font-weight\s*:\s*(bold|bolder|[6-9]00)\b")
_NORMAL_WEIGHT = re.compile(r"font-weight\s*:\s*(normal|lighter|[1-5]00)\b")
_ITALIC = re.compile(r"font-style\s*:\s*(?:italic|oblique)\b")
_MAX_CSS_CHARACTERS = 500_000


def read_class_styles(page: HtmlElement) -> dict[str, str]:
    """Return the CSS declarations of each class in an imported page that has a CSS rule, in small letters."""
    styles: dict[str, str] = {}
    css = " ".join(style.text or "" for style in page.iter("style"))[:_MAX_CSS_CHARACTERS].lower()
    for name, declarations in _RULE.findall(css):
        styles[name] = f"{styles.get(name, '')};{declarations}"
    return styles


def mark_emphasis(body: HtmlElement, known: dict[str, str]) -> None:
    """Wrap text of an imported page that CSS shows bold or italic in <strong> or <em>; unwrap a plain <b>."""
    for element in list(body.iter("span", "p", "b", "strong")):
        class_names = element.get("class", "").lower().split()
        declarations = ";".join((*(known.get(name, "") for name in class_names), element.get("style", "").lower()))
        if element.tag in ("b", "strong"):
            element.tag = "span" if _NORMAL_WEIGHT.search(declarations) else element.tag
            continue
        if has_blocks(element) or not element.text_content().strip():
            continue
        if _ITALIC.search(declarations):
            wrap_content(element, "em")
        if _BOLD.search(declarations):
            wrap_content(element, "strong")


def wrap_content(element: HtmlElement, tag: str) -> None:
    """Put everything that an HTML element holds into one new element inside it."""
    inner = lxml.html.Element(tag)
    inner.text, element.text = element.text, None
    inner.extend(list(element))
    element.append(inner)
