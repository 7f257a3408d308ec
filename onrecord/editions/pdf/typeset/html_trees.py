"""Speed WeasyPrint 70 up: read plain HTML with the XML parser of Python, which is written in C.

What our writers and templates emit is nearly always XML, too. HTML has more rules: it closes a paragraph before a list,
moves text out of tables, and so on. So only pages of few elements that are nested as these rules want it are read so;
all others, and pages that are no XML, are left to tinyhtml5. The trees are the same. See `box_speedups` for the guard.
"""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, cast
from xml.etree import ElementTree

from onrecord.editions.pdf.typeset.box_speedups import Speedup

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_START = "<!DOCTYPE html>"
# Comments, instructions, references by number but of quotation marks, odd line ends, line ends in attributes, and end
# tags of elements that have none in HTML.
_NOT_ALIKE = re.compile(r"""<[!?]|&#(?!3[49];)|\r|="[^"<]*[\n\t]|='|</(?:br|img|meta)""")
_TEXTS = frozenset(("p", "dt", "h1", "h2", "h3", "h4", "h5", "h6"))  # which hold phrases only
_PHRASES = frozenset(
    ("a", "span", "em", "i", "strong", "b", "small", "cite", "code", "q", "sup", "sub", "s", "img", "br")
)
_BLOCKS = frozenset(
    ("body", "article", "section", "header", "footer", "div", "nav", "aside", "figure", "blockquote", "li", "dd")
)
_LISTS = {"ul": frozenset(("li",)), "ol": frozenset(("li",)), "dl": frozenset(("dt", "dd"))}
_EMPTY = ("img", "br", "meta")
_INSIDE_BLOCKS = (_PHRASES | _TEXTS | _BLOCKS | _LISTS.keys()) - {"dt", "dd", "li", "body"}
_NAVIGATION = _INSIDE_BLOCKS | {"li"}  # the contents have <li> in <nav>: there, HTML closes no outer <li>
_CONTENT = {
    **dict.fromkeys(_PHRASES, _PHRASES),
    **dict.fromkeys(_TEXTS, _PHRASES),
    **dict.fromkeys(_BLOCKS, _INSIDE_BLOCKS),
    **_LISTS,
    "nav": _NAVIGATION,
    **dict.fromkeys(_EMPTY, frozenset[str]()),
    "html": frozenset(("head", "body")),
    "head": frozenset(("meta", "title")),
    "title": frozenset[str](),
}


def read_plain_tree(page: str) -> Element | None:
    """Return the tree of a page of HTML; None if it is no XML, or HTML may have another tree for it."""
    if not page.startswith(_START) or _NOT_ALIKE.search(page, len(_START)) or not _closes_elements(page):
        return None
    # A page without declarations has no entities that could grow.
    parser: ElementTree.XMLPullParser[Element] = ElementTree.XMLPullParser(("start",))
    try:
        parser.feed(page)
        parser.close()
    except (ElementTree.ParseError, ValueError):  # the second for letters that are none
        return None
    _, root = cast("tuple[str, Element]", next(parser.read_events()))
    return root if _has_plain_root(root) and all(map(_is_plain, root.iter())) and _has_plain_links(root) else None


def _closes_elements(page: str) -> bool:
    """Return whether only elements without content are closed in their start tag: in HTML others stay open."""
    ends = (match.start() for match in re.finditer("/>", page))
    return all(page.startswith(_EMPTY, page.rfind("<", 0, end) + 1) for end in ends)


def _has_plain_root(root: Element) -> bool:
    """Return whether a page has the elements around its content that HTML wants, and no text between them."""
    if root.tag != "html" or [child.tag for child in root] != ["head", "body"]:
        return False
    head, body = root
    return not any((root.text, head.text, head.tail, body.tail, *(child.tail for child in head)))


def _is_plain(element: Element) -> bool:
    """Return whether HTML leaves the children of an element where they are, and its attributes as they are named."""
    content = _CONTENT.get(element.tag)
    return (
        content is not None
        and all(child.tag in content for child in element)
        and all(name.islower() and "{" not in name for name in element.attrib)
        and not (element.tag in _EMPTY and element.text)
    )


def _has_plain_links(root: Element) -> bool:
    """Return whether no link is in a link: HTML would end the outer one."""
    return root.find(".//a//a") is None


def _read_plain_pages() -> None:
    """Let WeasyPrint read plain pages with the XML parser."""
    import tinyhtml5

    read = tinyhtml5.parse

    def parse(document: object, namespace_html_elements: bool = True, **options: object) -> Element:
        """Return the tree of an HTML document."""
        if not isinstance(document, io.StringIO) or namespace_html_elements or options:
            return read(document, namespace_html_elements, **options)
        page = document.read()
        root = read_plain_tree(page)
        return read(io.StringIO(page), namespace_html_elements) if root is None else root

    tinyhtml5.parse = parse


SPEEDUPS = (Speedup("tinyhtml5.parser", "9655914ae671d668", _read_plain_pages),)
