"""Bold and italic type that a page only says in CSS, as word processors export it → the elements that mean it."""

from __future__ import annotations

import re

import lxml.html
from lxml.html import HtmlElement

from onrecord.importers.readers.page_elements import has_blocks

_RULE = re.compile(r"\.([\w-]{1,60})\s*\{([^{}]{0,2000})\}")
_BOLD = re.compile(r"font-weight\s*:\s*(bold|bolder|[6-9]00)\b")
_PLAIN = re.compile(r"font-weight\s*:\s*(normal|lighter|[1-5]00)\b")
_ITALIC = re.compile(r"font-style\s*:\s*(?:italic|oblique)\b")
_MOST_CSS = 500_000


def rules(page: HtmlElement) -> dict[str, str]:
    """The declarations of each class that a style sheet in the page sets by itself; the later one is added."""
    found: dict[str, str] = {}
    for name, declarations in _RULE.findall(
        " ".join(style.text or "" for style in page.iter("style"))[:_MOST_CSS].lower()
    ):
        found[name] = f"{found.get(name, '')};{declarations}"
    return found


def shown(body: HtmlElement, known: dict[str, str]) -> None:
    """Spans and paragraphs that look bold or italic are so; a <b> that looks plain is none."""
    for element in list(body.iter("span", "p", "b", "strong")):
        look = ";".join(
            (
                *(known.get(name, "") for name in element.get("class", "").lower().split()),
                element.get("style", "").lower(),
            )
        )
        if element.tag in ("b", "strong"):
            element.tag = "span" if _PLAIN.search(look) else element.tag
            continue
        if has_blocks(element) or not element.text_content().strip():
            continue
        if _ITALIC.search(look):
            within(element, "em")
        if _BOLD.search(look):
            within(element, "strong")


def within(element: HtmlElement, tag: str) -> None:
    """What the element holds, in an element of its own."""
    inner = lxml.html.Element(tag)
    inner.text, element.text = element.text, None
    inner.extend(list(element))
    element.append(inner)
