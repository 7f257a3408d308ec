"""Prove the web edition in one file: it holds every page of the proved site, element by element, and nothing else.

The site is proved by itself. Here each page is parsed again, and its ids and addresses are changed as the one file has
them; then elements, attributes and texts must be the same, and so must style sheet, scripts, fonts and pictures.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Mapping
from itertools import zip_longest

import lxml.html
from lxml.etree import _Element

from onrecord.model import Book, SourceLocation
from onrecord.model.problems import Problem
from onrecord.model.rule import Rule
from onrecord.proof.reading.article_text import get_tag_name
from onrecord.proof.reading.normalize import shorten_text
from onrecord.proof.rules.changes_rules import CHANGES_PAGE
from onrecord.proof.rules.html import parse_html_page
from onrecord.proof.rules.index_rules import INDEX_PAGE
from onrecord.proof.rules.notice_rules import list_notice_pages
from onrecord.proof.rules.person_pages import expect_person_pages
from onrecord.proof.rules.report import HINT

_FIRST_PAGE = "index.html"
_IDS = ("id", "for", "headers", "aria-labelledby", "aria-describedby", "aria-details", "aria-controls")
_ADDRESSES = ("href", "src", "poster")
_HELD = {
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".gif": "image/gif",
    ".webp": "image/webp",
    ".svg": "image/svg+xml",
    ".csl.json": "application/vnd.citationstyles.csl+json",
    ".bib": "application/x-bibtex",
    ".ris": "application/x-research-info-systems",
}
_LEFT_OUT = ("alternate", "prev", "next")  # links of the head, by relation
_CHANGED = re.compile(r"(?<![\w.#-])(main|nav|h[1-6])(?=[\s,>{:+~.\[)])")
_LOWER = {f"h{level}": f"h{min(level + 1, 6)}" for level in range(1, 7)}
_Node = tuple[str, dict[str, str], str, str]  # tag, attributes, the text in it, the text after it


def prove_single_file(
    book: Book, files: Mapping[str, bytes], data: bytes, place: SourceLocation
) -> tuple[Problem, ...]:
    """Return the problems of the web edition in one file, made of the proved edition with these `files` by name."""
    differences = _Comparison(book, files).find_differences(_parse_large_page(data))
    return tuple(
        Problem(place, Rule.SINGLE_FILE_IS_THE_SITE, f"the web edition in one file {fault}", HINT)
        for fault in differences
    )


def _parse_large_page(data: bytes) -> _Element:
    """Return the root of an HTML page of any size."""
    parser = lxml.html.HTMLParser(encoding="utf-8", no_network=True, huge_tree=True)
    return lxml.html.document_fromstring(data or b"<html></html>", parser=parser)


class _Comparison:
    """Compares one file with the site whose pages it holds."""

    def __init__(self, book: Book, files: Mapping[str, bytes]) -> None:
        self.files = files
        interviews = [f"{interview.slug}.html" for interview in book.interviews]
        lists = (f"{CHANGES_PAGE}.html", f"{INDEX_PAGE}.html")
        names = [_FIRST_PAGE, *interviews, "contributors.html", *expect_person_pages(book), *lists]
        self.pages = [name for name in names if name in files]
        notices = list_notice_pages(book)  # what old and wrong addresses of the site say
        self.forgotten = [name for name in files if name.endswith(".html") and name not in (*names, *notices)]
        self.elsewhere = book.url or f"{book.slug}/"

    def find_differences(self, root: _Element) -> Iterator[str]:
        """Yield the first difference of each part of the one file from what it must be: head, pages, scripts."""
        head, body = root.find("head"), root.find("body")
        if head is None or body is None or root.get("data-edition") != "single":
            yield "has no head or no pages"
            return
        first = parse_html_page(self.files[_FIRST_PAGE])
        if {**root.attrib, "data-edition": None} != {**first.attrib, "data-edition": None} or len(root) != 2:
            yield "has another root element than the first page"
        nodes = [node for element in head for node in _read_nodes(element)]
        yield from _find_node_difference("head", self._expect_head(first), nodes)
        main = body[0] if len(body) and body[0].tag == "main" else body
        for name, page in zip_longest(self.pages, main):
            if page is None:
                yield f"lacks the page “{name}”"
            elif name is None:
                yield f"has more than its pages: “{_describe_node(next(_read_nodes(page)))}”"
            else:
                yield from _find_node_difference(f"page “{name}”", self._expect_page(name), list(_read_nodes(page)))
        yield from (f"lacks the page “{name}”" for name in self.forgotten)
        nodes = [node for element in body[1:] for node in _read_nodes(element)]
        yield from _find_node_difference("end", self._expect_end(), nodes)
        texts = (body.text, main.text, *(element.tail for element in (*body, *main)))
        between = "".join(text or "" for text in texts).strip()
        if between or body.attrib or main.attrib:
            yield f"says “{shorten_text(between)}” beside its pages"

    # the head and the end

    def _expect_head(self, first: _Element) -> list[_Node]:
        """Return the elements that the one file must have in its head, made of those of the site's first page."""
        head = first.find("head")
        return [node for element in (head if head is not None else ()) for node in self._expect_in_head(element)]

    def _expect_in_head(self, element: _Element) -> Iterator[_Node]:
        """Yield what the one file must have in its head for an element of the first page's head."""
        relation, source = element.get("rel") or "", element.get("src")
        if source == "theme.js":
            yield from _expect_script({}, self._get_file_text(source))
        elif relation == "stylesheet":
            yield from [("style", {}, self._expect_style(), ""), _build_end_node("style")]
        elif relation == "icon":
            href = self._build_data_address(element.get("href") or "")
            yield from [("link", {**dict(_list_attributes(element)), "href": href}, "", ""), _build_end_node("link")]
        elif not source and relation not in _LEFT_OUT:
            yield from _read_nodes(element)

    def _expect_end(self) -> list[_Node]:
        """Return the elements that the one file must have after its pages: texts for the search, and scripts."""
        names = sorted(
            (name for name in self.files if re.fullmatch(r"search-\d+\.js", name)), key=lambda name: name[7:]
        )
        names.sort(key=len)
        nodes: list[_Node] = []
        for name in names:
            text = self._get_file_text(name).replace("<", "\\u003c")
            nodes += _expect_script({"type": "text/plain", "data-file": name}, text)
        for name in ("site.js", "search.js"):
            nodes += _expect_script({}, self._get_file_text(name))
        return nodes

    def _get_file_text(self, name: str) -> str:
        """Return the text of a web edition's file as it must stand in a script or style element of the one file."""
        return self.files.get(name, b"").decode("utf-8", "replace")

    def _expect_style(self) -> str:
        """Return the style sheet with its fonts in it, as the one file must have it."""
        style = _CHANGED.sub(r".\1", self.files.get("style.css", b"").decode("utf-8", "replace"))
        for name, data in self.files.items():
            if name.startswith("fonts/"):
                held = f"url(data:font/woff2;base64,{base64.b64encode(data).decode()})"
                style = style.replace(f"url({name})", held).replace(f'url("{name}")', held)
        return style.replace("</", "<\\/")

    # a page

    def _expect_page(self, name: str) -> list[_Node]:
        """Return the elements that a page of the web edition must be in the one file."""
        page = parse_html_page(self.files[name])
        body = page.find("body")
        attributes = {"class": "page", "id": _format_section_id(name), "dir": page.get("dir") or "ltr"}
        attributes |= {"lang": page.get("lang") or ""} if page.get("lang") else {}
        nodes = list(_read_nodes(body)) if body is not None else [("body", {}, "", "")]
        first: _Node = ("div", attributes, nodes[0][2], "")
        return [first, *(self._expect_node(name, node) for node in nodes[1:-1]), _build_end_node("div")]

    def _expect_node(self, page: str, node: _Node) -> _Node:
        """Return an element of a page as the one file must have it: with the changed ids and addresses."""
        tag, attributes, text, tail = node
        changed = {}
        for name, value in attributes.items():
            changed[name] = value
            if name in _IDS:
                changed[name] = " ".join(f"{_format_section_id(page)}/{word}" for word in value.split())
            elif name in _ADDRESSES:
                changed[name] = self._expect_address(page, value)
        if "download" in changed and changed.get("href", "").startswith("data:"):
            changed["download"] = attributes.get("href", "")
        if tag in ("main", "nav", *_LOWER):
            changed["class"] = f"{tag} {changed.get('class', '')}".rstrip()
        if tag == "nav" or (
            tag == "section" and "role" not in changed and {"aria-label", "aria-labelledby"} & {*changed}
        ):
            changed["role"] = "group"
        if tag == "section" and changed.get("role") == "doc-endnotes":  # a landmark of each page
            changed["role"] = "group"
        names = {"main": "div", "nav": "div", **(_LOWER if page != _FIRST_PAGE else {})}
        bare = tag.removeprefix("/")
        return tag.replace(bare, names.get(bare, bare)), changed, text, tail

    def _expect_address(self, page: str, address: str) -> str:
        """Return the address in the one file for an address on a page of the web edition."""
        file, mark, place = address.partition("#")
        if (file or page) in self.pages:
            return "/".join(filter(None, (f"#{_format_section_id(file or page)}", place)))
        if file in self.files:
            return (
                self._build_data_address(file)
                if file.endswith(tuple(_HELD))
                else f"{self.elsewhere}{file}{mark}{place}"
            )
        return address

    def _build_data_address(self, name: str) -> str:
        """Return the `data:` address that holds the bytes of a file of the web edition (RFC 2397)."""
        kind = next(kind for ending, kind in _HELD.items() if name.endswith(ending))
        return f"data:{kind};base64,{base64.b64encode(self.files[name]).decode()}"


def _format_section_id(page: str) -> str:
    """Return the id of the section that a page of the web edition becomes in the one file."""
    return page.removesuffix(".html")


def _build_end_node(tag: str) -> _Node:
    """Return the node for the end of an element."""
    return f"/{tag}", {}, "", ""


def _expect_script(attributes: dict[str, str], text: str) -> list[_Node]:
    """Return the nodes of a script element whose text stands in the one file."""
    return [("script", attributes, text, ""), _build_end_node("script")]


def _list_attributes(element: _Element) -> Iterator[tuple[str, str]]:
    """Yield name and value of each attribute of an HTML element."""
    for name, value in element.attrib.items():
        yield str(name), str(value)


def _read_nodes(element: _Element) -> Iterator[_Node]:
    """Yield a node for an element and all inside it, with the text in it and after it, and for the end of each."""
    if not isinstance(element.tag, str):
        yield "!", {}, str(element.text or ""), ""
        return
    tag = get_tag_name(element)
    yield tag, dict(_list_attributes(element)), element.text or "", ""
    for child in element:
        yield from _read_nodes(child)
        if child.tail:
            yield "", {}, "", child.tail
    yield _build_end_node(tag)


def _find_node_difference(where: str, expected: list[_Node], nodes: list[_Node]) -> Iterator[str]:
    """Yield how the first unexpected node of the one file differs; `where` names the part of the file."""
    for right, node in zip_longest(expected, nodes):
        if right != node:
            yield f"differs from the site in its {where}: “{_describe_node(node)}” instead of “{_describe_node(right)}”"
            return


def _describe_node(node: _Node | None) -> str:
    """Return the words for an element or a text in a message, “its end” for None."""
    if node is None:
        return "its end"
    tag, attributes, text, tail = node
    written = "".join(f' {name}="{shorten_text(value, 60)}"' for name, value in attributes.items())
    start = f"<{tag}{written}>" if tag else ""
    return f"{start}{shorten_text(text, 60)}{shorten_text(tail, 60)}"
