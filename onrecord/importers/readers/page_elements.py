"""Read the words of a page's elements, and separate and mark them before pandoc."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

import lxml.html
from lxml.html import HtmlElement

from onrecord.importers.readers import pandoc_tree
from onrecord.importers.readers.formula_text import write_formula

_BLOCK_TAGS = (
    "p div section article main header h1 h2 h3 h4 h5 h6 ul ol li dl dt dd table tr td th tbody thead blockquote pre"
    " figure figcaption hr br center address"
)
BLOCK_TAGS = frozenset(_BLOCK_TAGS.split())
_JOINED = re.compile(r"[^\W\d_A-ZÀ-ÞА-ЯЁ][A-ZÀ-ÞА-ЯЁ]|\d[^\W\d_]")  # "InterviewThe desk", "12May"
_CREDIT_CLASS = re.compile(
    r"(?i)(?<![a-z])(?:byline|author|posted-on|entry-date|categories|cat-links|date|published|dateline|pubdate)"
    r"(?![a-z])"
)
_INLINE_TAGS = frozenset(["span", "a", "time", "button", "select"])
_CLOSED_TAGS = frozenset(["ul", "ol", "dl", "blockquote", "table"])  # each becomes one part of the text


def read_element_texts(element: HtmlElement) -> Iterator[str]:
    """Yield the texts inside an element of an imported page and of its pictures, with spaces at edges of blocks."""
    if not isinstance(element.tag, str):
        return
    if element.tag in BLOCK_TAGS or element.tag == "img":
        yield " "
    if element.tag == "img":
        yield element.get("alt", "")
    if element.text:
        yield element.text
    for child in element:
        yield from read_element_texts(child)
        if child.tail:
            yield child.tail
    if element.tag in BLOCK_TAGS:
        yield " "


def collect_element_words(element: HtmlElement) -> str:
    """Return the words of an element on one line, with the alternative texts of its pictures."""
    return " ".join("".join(read_element_texts(element)).split())


def get_parent(element: HtmlElement) -> HtmlElement:
    """Return the parent of an HTML element that is not the root of its page."""
    parent = element.getparent()
    assert parent is not None
    return parent


def has_blocks(element: HtmlElement) -> bool:
    """Return whether a block stands anywhere inside the HTML element."""
    return any(child.tag in BLOCK_TAGS for child in element.iterdescendants())


def separate_labels(body: HtmlElement) -> None:
    """Put a space around labels in an imported page that only its layout separates.

    An example is "<span>Interview</span>The desk …".
    """
    for element in list(body.iter("span", "a", "time", "small")):
        words, tail = element.text_content(), element.tail or ""
        previous = element.getprevious()
        before = (previous.tail if previous is not None else get_parent(element).text) or ""
        if _JOINED.search(f"{words[-1:]}{tail[:1]}"):
            element.tail = f" {tail}"
        if _JOINED.search(f"{before[-1:]}{words[:1]}"):
            if previous is not None:
                previous.tail = f"{before} "
            else:
                get_parent(element).text = f"{before} "


def separate_credit_rows(body: HtmlElement) -> None:
    """Make each part of an imported page's row that says who wrote it and when a line of its own."""
    for element in list(body.iter("span", "time")):
        row = get_parent(element)
        is_credit = _CREDIT_CLASS.search(element.get("class", "").replace("_", "-"))
        if not is_credit or row.tag not in ("div", "header", "section", "address"):
            continue
        between = [row.text or "", *(child.tail or "" for child in row)]
        is_one_of_several = sum(child.get("class") == element.get("class") for child in row) > 1  # joint authors
        if not is_one_of_several and not any(char.isalnum() for text in between for char in text):
            element.tag = "div"


def separate_centred_lines(body: HtmlElement) -> None:
    """Make each centred line of an imported page a paragraph: old pages set their titles and bylines so."""
    for element in list(body.iter("center", "p", "div", "td")):
        is_centred = element.tag == "center" or element.get("align", "").lower() == "center"
        if not is_centred or len(collect_element_words(element)) >= 600:
            continue
        for line_end in element.findall(".//br"):
            second = lxml.html.Element("br")
            line_end.addnext(second)
            second.tail, line_end.tail = line_end.tail, None


def write_out_formulas(body: HtmlElement) -> None:
    """Replace each MathML formula of an imported page by text, and ruby's reading by one in brackets."""
    for copy in body.xpath(".//*[contains(@class, 'katex-html') and @aria-hidden]"):
        copy.drop_tree()  # KaTeX shows each formula twice
    for formula in list(body.iter("math")):
        _replace_content(formula, "span", _write_whole_formula(formula))
    for ruby in list(body.iter("ruby")):
        if ruby.find(".//rp") is None:
            for reading in list(ruby.iter("rt")):
                reading.text = f"（{reading.text_content()}）" if reading.text_content().strip() else None


def _write_whole_formula(formula: HtmlElement) -> str:
    """Return the formula as a line of text; as it stands if words are in it that belong to no formula."""
    words = write_formula(formula)
    parts = list(map(str, formula.xpath(".//text()[not(ancestor::annotation or ancestor::annotation-xml)]")))
    has_all = not Counter(filter(str.isalnum, "".join(parts))) - Counter(filter(str.isalnum, words))
    return words if has_all else " ".join(" ".join(parts).split())


def write_out_check_boxes(body: HtmlElement) -> None:
    """Replace each check box of an imported page by its state: [x] or [ ]."""
    for box in list(body.iter("input")):
        if box.get("type", "").lower() == "checkbox" and next(box.iterancestors("form"), None) is None:
            is_checked = box.get("checked") is not None
            _replace_content(box, "span", "[x] " if is_checked else "[ ] ")


def move_marks_out_of_blocks(body: HtmlElement) -> None:
    """Move what is set aside, or is a setting, in front of the list, table or quotation that it stands in.

    Captions of tables move after their table. Neither is then divided from its place by the words around it.
    """
    for element in [element for element in body.iter() if isinstance(element.tag, str) and is_marked(element)]:
        around = [up for up in element.iterancestors() if up.tag in _CLOSED_TAGS]
        if around and element.get("class") != pandoc_tree.CAPTION_CLASS:
            element.drop_tree()
            element.tail = None
            around[-1].addprevious(element)
    for caption in list(body.iter("caption")):
        table = next(caption.iterancestors("table"), None)
        if table is not None:
            caption.drop_tree()
            caption.tail = None
            caption.tag = "div"
            caption.set("class", pandoc_tree.CAPTION_CLASS)
            table.addnext(caption)


def mark_as_aside(element: HtmlElement, why: str) -> None:
    """Make the page's element a block that becomes a clipping of kind "aside", for this reason.

    Inside a paragraph nothing can be set aside: there the words stay in the text.
    """
    parent = element.getparent()
    if element.tag in _INLINE_TAGS and parent is not None and parent.tag in ("p", "span", "h1", "h2", "h3"):
        _replace_content(element, "span", collect_element_words(element))
    else:
        _mark_element(element, pandoc_tree.ASIDE_CLASS, why, " ".join(" ".join(read_element_texts(element)).split()))


def mark_as_setting(element: HtmlElement, key: str) -> None:
    """Mark the page's element as the title, or as the byline."""
    _mark_element(element, pandoc_tree.SETTING_CLASS, key, collect_element_words(element))


def _mark_element(element: HtmlElement, class_name: str, why: str, words: str) -> None:
    """Replace the page's element by a `div` of this class, with the reason and the words."""
    _replace_content(element, "div", words)
    element.set("class", class_name)
    element.set("why", why)


def _replace_content(element: HtmlElement, tag: str, words: str) -> None:
    """Make the page's element one of this tag that holds these words and nothing else."""
    tail = element.tail
    element.clear()
    element.tag, element.text, element.tail = tag, words, tail


def is_marked(element: HtmlElement) -> bool:
    """Return whether the page's element is marked as set aside, title, byline or caption."""
    return element.get("class") in (pandoc_tree.ASIDE_CLASS, pandoc_tree.SETTING_CLASS, pandoc_tree.CAPTION_CLASS)
