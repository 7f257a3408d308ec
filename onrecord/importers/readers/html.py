"""Saved web pages and old hand-written HTML → clippings: the article, and what stands around it set aside.

lxml takes the page apart without network and without entities of its own; pandoc reads the article.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import lxml.etree
import lxml.html
from lxml.html import HtmlElement

from onrecord.importers.common import decoding
from onrecord.importers.common.attached_pictures import Album, Beside, nothing_beside
from onrecord.importers.common.draft import Clipping, Reading
from onrecord.importers.common.plain_markdown import tokens
from onrecord.importers.readers import css_emphasis, page_article, pandoc_tree, picture_placement
from onrecord.importers.readers.page_elements import (
    BLOCKS,
    has_blocks,
    is_named,
    lines_apart,
    parted,
    rows_apart,
    set_aside,
    texts,
)
from onrecord.importers.readers.page_head import Head, declared, head, without_site
from onrecord.runtime import pandoc

_MAX_DEPTH = 200
_MAX_ELEMENTS = 60_000
_MAX_ATTRIBUTES = 1_000  # libxml2 compares each with all others
_LONG_TAG = re.compile(r"<[a-zA-Z][^<>]{2000,}")
_DROPPED = (
    "script",
    "style",
    "template",
    "noscript",
    "iframe",
    "object",
    "embed",
    "svg",
    "math",
    "canvas",
    "link",
    "meta",
)


def read(data: bytes, name: str, beside: Beside = nothing_beside) -> Reading:
    """The article of a page; navigation, share buttons, comments and the like are set aside and listed.

    Pictures that are in the page, or are found `beside` it, come along; others are listed with their address.
    """
    text, notes = decoding.decoded(data, name, declared=declared(data))
    page = _page(text, name)
    said = head(page, text)
    known = css_emphasis.rules(page)
    inner = page.find("body")
    body = page if inner is None else inner
    for element in list(body.iter(*_DROPPED, lxml.etree.Comment, lxml.etree.ProcessingInstruction)):
        picture_placement.remove(element)
    css_emphasis.shown(body, known)
    album = Album(beside)
    pictures = list(picture_placement.taken_along(body, album))
    letters = _letters(body)
    parted(body)
    rows_apart(body)
    lines_apart(body)
    for caption in picture_placement.captions(body):
        set_aside(caption, "the caption of a picture, which was not imported")
    picture_placement.behind_paragraphs(body)
    if _letters(body) != letters:
        raise decoding.refused(
            name,
            "import-loses-nothing",
            "moving the pictures of this page lost words",
            "copy its text into a .txt file",
        )
    page_article.find(body, said)
    _strip(body)
    heading = _title(said, body)
    others = [
        *heading,
        *(Clipping(0, "", words, kind="aside", why="a picture, which was not imported") for words in pictures),
    ]
    original = tokens(" ".join((*(c.words for c in heading), "".join(texts(body)), *pictures)))
    try:
        blocks = pandoc.tree(
            lxml.etree.tostring(body, encoding="utf-8", method="html"), "html-smart-tex_math_dollars-native_spans"
        )
    except (pandoc.TooSlow, *pandoc.GaveUp) as error:
        hint = "copy the text of the interview into a .txt file"
        raise decoding.refused(name, "reading-ends", "the HTML reader gave up on this page", hint) from error
    read_ = pandoc_tree.clippings(blocks, picture=lambda path: path)
    shown = album.shown_in("\n".join(c.text for c in read_))
    found = [*heading, *read_, *others[len(heading) :]]
    return Reading(
        tuple(replace(c, index=i) for i, c in enumerate(found)), tuple(original), _settings(said, found), notes, shown
    )


def _settings(said: Head, found: Sequence[Clipping]) -> dict[str, tuple[str, ...]]:
    settings = {"url": said.address, "date": said.date, "language": said.language}
    settings |= {c.why: c.words for c in found if c.kind == "setting"}
    return {key: (value,) for key, value in settings.items() if value}


def _letters(body: HtmlElement) -> Counter[str]:
    return Counter(char for text in texts(body) for char in text if not char.isspace())


def _title(head: Head, body: HtmlElement) -> list[Clipping]:
    """The title in the page's head, where no heading of the text is one; the site's name is set aside."""
    if not head.title or body.find(f".//div[@class='{pandoc_tree.SETTING}'][@why='title']") is not None:
        return []
    title = without_site(head.title)
    site = head.title[len(title) :].strip()
    found = [Clipping(0, "", title, kind="setting", why="title")]
    return found + ([Clipping(0, "", site, kind="aside", why="the site's name")] if site else [])


def _page(text: str, name: str) -> HtmlElement:
    if any(len(found.group().split()) > _MAX_ATTRIBUTES for found in _LONG_TAG.finditer(text)):
        raise decoding.refused(
            name,
            "page-is-small",
            f"one element of this page has more than {_MAX_ATTRIBUTES:,} attributes",
            "copy the text of the interview into a .txt file",
        )
    parser = lxml.html.HTMLParser(no_network=True, remove_comments=True, remove_pis=True, huge_tree=False)
    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", text)
    try:
        page = lxml.html.document_fromstring(text, parser=parser)
    except (lxml.etree.ParserError, lxml.etree.XMLSyntaxError, ValueError, RecursionError) as error:
        raise decoding.refused(
            name, "page-is-readable", "there is no text in this page", "copy the text of the interview into a .txt file"
        ) from error
    if _depth(page) > _MAX_DEPTH:
        raise decoding.refused(
            name,
            "nesting-is-shallow",
            f"this page is nested more than {_MAX_DEPTH} levels deep",
            "copy its text into a .txt file",
        )
    if sum(1 for _ in page.iter()) > _MAX_ELEMENTS:
        raise decoding.refused(
            name,
            "page-is-small",
            f"this page has more than {_MAX_ELEMENTS:,} elements",
            "copy the text of the interview into a .txt file",
        )
    return page


def _depth(page: HtmlElement) -> int:
    deepest, waiting = 0, [(page, 1)]
    while waiting:
        element, depth = waiting.pop()
        deepest = max(deepest, depth)
        waiting += [(child, depth + 1) for child in element]
    return deepest


def _strip(body: HtmlElement) -> None:
    """Takes all attributes away but the targets of links and our own marks."""
    for element in body.iter():
        if not isinstance(element.tag, str):
            continue
        kept = {key: element.get(key) for key in ("href", "colspan", "rowspan") if element.get(key)}
        if element.tag == "img":
            kept = {"src": element.get("src", ""), "alt": element.get("alt", "")}
        if is_named(element):
            kept = {key: element.get(key) for key in ("class", "why") if element.get(key)}
        asks = (
            element.tag in ("p", "div", "li")
            and _ASKING.search(f"{element.get('class', '')} {element.get('id', '')}")
            and not has_blocks(element)
        )
        element.attrib.clear()
        if asks and len(element.text_content()) < 600:
            css_emphasis.within(element, "strong")  # the page says by a class that this paragraph asks
        element.attrib.update(kept)
        if element.tag in _DIVISIONS:
            element.tag = "div"
        if element.tag not in _KNOWN:
            element.tag = "div" if any(child.tag in BLOCKS for child in element) else "span"


# pandoc 3.9 reads nothing but <main> where there is one; all of these are <div> to us.
_DIVISIONS = frozenset(
    [
        "main",
        "article",
        "section",
        "header",
        "footer",
        "nav",
        "aside",
        "address",
        "center",
        "figure",
        "figcaption",
        "hgroup",
        "details",
        "summary",
    ]
)
_ASKING = re.compile(r"(?i)(?<![a-z])(?:question|interviewer|frage|vopros|pregunta)(?![a-z]*(?:s|naire)\b)")
_KNOWN = BLOCKS | frozenset(
    [
        "html",
        "body",
        "a",
        "b",
        "strong",
        "i",
        "em",
        "u",
        "s",
        "del",
        "ins",
        "strike",
        "sub",
        "sup",
        "small",
        "big",
        "tt",
        "code",
        "kbd",
        "samp",
        "var",
        "q",
        "cite",
        "abbr",
        "dfn",
        "time",
        "mark",
        "span",
        "font",
        "img",
        "tfoot",
        "caption",
        "nav",
        "aside",
        "footer",
        "wbr",
    ]
)
