"""The elements of a page: which are blocks, what words they hold, and how one is set aside or named before pandoc reads it."""

from __future__ import annotations

import re
from collections.abc import Iterator

import lxml.html
from lxml.html import HtmlElement

from onrecord.importers.readers import pandoc_tree

BLOCKS = frozenset(
    [
        "p",
        "div",
        "section",
        "article",
        "main",
        "header",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "ul",
        "ol",
        "li",
        "dl",
        "dt",
        "dd",
        "table",
        "tr",
        "td",
        "th",
        "tbody",
        "thead",
        "blockquote",
        "pre",
        "figure",
        "figcaption",
        "hr",
        "br",
        "center",
        "address",
    ]
)
_JOINED = re.compile(r"[^\W\d_A-ZÀ-ÞА-ЯЁ][A-ZÀ-ÞА-ЯЁ]|\d[^\W\d_]")
_OF_A_ROW = re.compile(
    r"(?i)(?<![a-z])(?:byline|author|posted-on|entry-date|categories|cat-links|date|published|dateline"
    r"|pubdate)(?![a-z])"
)
_WITHIN_WORDS = frozenset(["span", "a", "time", "button", "select"])


def texts(element: HtmlElement) -> Iterator[str]:
    """The texts of an element, with a space where a block begins or ends."""
    if not isinstance(element.tag, str):
        return
    if element.tag in BLOCKS or element.tag == "img":
        yield " "
    if element.tag == "img":
        yield element.get("alt", "")
    if element.text:
        yield element.text
    for child in element:
        yield from texts(child)
        if child.tail:
            yield child.tail
    if element.tag in BLOCKS:
        yield " "


def words_of(element: HtmlElement) -> str:
    return " ".join("".join(texts(element)).split())


def parent_of(element: HtmlElement) -> HtmlElement:
    """Return the parent of an element that is not the root of its page."""
    parent = element.getparent()
    assert parent is not None
    return parent


def has_blocks(element: HtmlElement) -> bool:
    return any(child.tag in BLOCKS for child in element.iterdescendants())


def parted(body: HtmlElement) -> None:
    """Labels that a page shows apart stand apart: "<span>Interview</span>The desk …" has no space of its own."""
    for element in list(body.iter("span", "a", "time", "small")):
        words, tail = element.text_content(), element.tail or ""
        before = element.getprevious()
        ahead = (before.tail if before is not None else parent_of(element).text) or ""
        if _JOINED.search(f"{words[-1:]}{tail[:1]}"):
            element.tail = f" {tail}"
        if _JOINED.search(f"{ahead[-1:]}{words[:1]}"):
            if before is not None:
                before.tail = f"{ahead} "
            else:
                parent_of(element).text = f"{ahead} "


def rows_apart(body: HtmlElement) -> None:
    """The parts of a row that says who wrote a page and when are lines each."""
    for element in list(body.iter("span", "time")):
        row = parent_of(element)
        named = _OF_A_ROW.search(element.get("class", "").replace("_", "-")) and row.tag in (
            "div",
            "header",
            "section",
            "address",
        )
        said = [row.text or "", *(other.tail or "" for other in row)]
        if named and not any(char.isalnum() for text in said for char in text):
            element.tag = "div"


def lines_apart(body: HtmlElement) -> None:
    """Centred lines, as old pages set their titles and bylines, are paragraphs each."""
    for element in list(body.iter("center", "p", "div", "td")):
        centred = element.tag == "center" or element.get("align", "").lower() == "center"
        for line_end in element.findall(".//br") if centred and len(words_of(element)) < 600 else ():
            behind = lxml.html.Element("br")
            line_end.addnext(behind)
            behind.tail, line_end.tail = line_end.tail, None


def set_aside(element: HtmlElement, why: str) -> None:
    """Makes the element one block of words that the reader of clippings sets aside."""
    parent = element.getparent()
    if element.tag in _WITHIN_WORDS and parent is not None and parent.tag in ("p", "span", "h1", "h2", "h3"):
        _emptied(element, "span", words_of(element))  # inside a paragraph nothing can be set aside; its words stay
    else:
        _named(element, pandoc_tree.ASIDE, why, " ".join(" ".join(texts(element)).split()))


def set_as(element: HtmlElement, key: str) -> None:
    """Makes the element the page's title, or its byline."""
    _named(element, pandoc_tree.SETTING, key, words_of(element))


def _named(element: HtmlElement, name: str, why: str, words: str) -> None:
    _emptied(element, "div", words)
    element.set("class", name)
    element.set("why", why)


def _emptied(element: HtmlElement, tag: str, words: str) -> None:
    tail = element.tail
    element.clear()
    element.tag, element.text, element.tail = tag, words, tail


def is_named(element: HtmlElement) -> bool:
    return element.get("class") in (pandoc_tree.ASIDE, pandoc_tree.SETTING, pandoc_tree.CAPTION)
