"""Read the article of a saved web page or an old one, and set aside what is around it.

lxml parses the page without network and without entities; pandoc reads the article.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import lxml.etree
import lxml.html
from lxml.html import HtmlElement

from onrecord.importers.common import byline, decoding
from onrecord.importers.common.attached_pictures import PictureAlbum, ReadLinkedFile, read_no_linked_file
from onrecord.importers.common.draft import Clipping, SourceText
from onrecord.importers.common.plain_markdown import split_into_tokens
from onrecord.importers.readers import (
    css_emphasis,
    page_article,
    page_frame,
    page_hidden,
    pandoc_tree,
    picture_placement,
)
from onrecord.importers.readers.hidden_words import refuse_hidden_words
from onrecord.importers.readers.page_elements import (
    BLOCK_TAGS,
    collect_element_words,
    has_blocks,
    is_marked,
    mark_as_aside,
    move_marks_out_of_blocks,
    read_element_texts,
    separate_centred_lines,
    separate_credit_rows,
    separate_labels,
    write_out_check_boxes,
    write_out_formulas,
)
from onrecord.importers.readers.page_footnotes import TYPE, connect_footnotes
from onrecord.importers.readers.page_head import PageHead, find_declared_encoding, read_page_head, strip_site_name
from onrecord.model.rule import Rule
from onrecord.runtime import pandoc

_FORMAT = "html+epub_html_exts-native_spans"
_LONGEST_BYLINE, _MOST_AUTHORS = 300, 4
_MAX_DEPTH = 200
_MAX_ELEMENTS = 60_000
_MAX_ATTRIBUTES = 1_000  # libxml2 compares each with all others
_LONG_TAG = re.compile(r"<[a-zA-Z][^<>]{2000,}")
_DROPPED_TAGS = "script style template noscript iframe object embed canvas link meta"
# pandoc 3.9 reads nothing but <main> where there is one, so all of these become <div>.
_DIVISION_TAGS = "main article section header footer nav aside address center figure figcaption hgroup details summary"
_DIVISIONS = frozenset(_DIVISION_TAGS.split())
_INLINE_TAGS = (
    "html body a b strong i em u s del ins strike sub sup small big tt code kbd samp var q cite abbr dfn time mark"
    " span font img tfoot caption nav aside footer wbr"
)
_KNOWN = BLOCK_TAGS | frozenset(_INLINE_TAGS.split())
_QUESTION_CLASS = re.compile(r"(?i)(?<![a-z])(?:question|interviewer|frage|vopros|pregunta)(?![a-z]*(?:s|naire)\b)")
_HIDDEN_HINT = "delete these words, or copy what is shown on the page into a .txt file and import that"
_COPY_HINT = "copy the text of the interview into a .txt file"


def read_html(data: bytes, name: str, beside: ReadLinkedFile = read_no_linked_file) -> SourceText:
    """Return the article of an imported web page; navigation, comments and the like are set aside.

    Pictures that are in the page, or that `beside` finds, are taken along; others are set aside with their address.
    Raises Refused for a page that is too large or too deep, hides words of its article, or cannot be read by pandoc.
    """
    text, notes = decoding.decode_text(data, name, declared=find_declared_encoding(data))
    page = _parse_page(text, name)
    page_head = read_page_head(page, text)
    class_styles, simple_rules = css_emphasis.read_class_styles(page), page_hidden.read_simple_rules(page)
    has_styles = page.find(".//style") is not None or page.find(".//link[@rel='stylesheet']") is not None
    body = page.find("body")
    if body is None and page.find("head") is not None:
        sentence = "this page has no body; its head is damaged"
        raise decoding.build_refusal(name, Rule.PAGE_IS_READABLE, sentence, _COPY_HINT)
    if body is None:
        body = page
    write_out_formulas(body)
    write_out_check_boxes(body)
    for element in list(body.iter(*_DROPPED_TAGS.split(), lxml.etree.Comment, lxml.etree.ProcessingInstruction)):
        picture_placement.remove_element(element)
    css_emphasis.mark_emphasis(body, class_styles)
    album = PictureAlbum(beside)
    missing_pictures = list(picture_placement.take_pictures_into_album(body, album))
    numbers = [words for words in connect_footnotes(body) if words]
    _separate_parts(body, name)
    page_article.mark_article(body, page_head)
    move_marks_out_of_blocks(body)
    hidden = page_hidden.find_hidden_words(body, simple_rules, is_on_white=not has_styles)
    refuse_hidden_words(name, hidden, _HIDDEN_HINT)
    _reduce_markup(body)
    title = [*_build_title_clippings(page_head, body), *_build_author_clippings(page_head, body)]
    original = split_into_tokens(
        " ".join((*(c.words for c in title), "".join(read_element_texts(body)), *missing_pictures, *numbers))
    )
    article = pandoc_tree.read_clippings(_convert_with_pandoc(body, name), picture=lambda path: path)
    shown = album.select_shown("\n".join(c.text for c in article))
    missing = [
        Clipping(0, "", words, kind="aside", reason="a picture, which was not imported") for words in missing_pictures
    ]
    missing += [Clipping(0, "", words, kind="aside", reason="the number of a footnote") for words in numbers]
    clippings = tuple(replace(c, index=index) for index, c in enumerate((*title, *article, *missing)))
    settings = _collect_settings(page_head, clippings)
    return SourceText(clippings, tuple(original), settings, notes, shown, is_ordered=not numbers)


def _collect_settings(page_head: PageHead, clippings: Sequence[Clipping]) -> dict[str, tuple[str, ...]]:
    """Return the non-empty settings of an imported page's head, replaced by those of clippings."""
    settings = {
        "url": page_head.address,
        "date": page_head.date,
        "language": page_head.language,
        "description": page_head.description,
    }
    settings |= {clipping.reason: clipping.words for clipping in clippings if clipping.kind == "setting"}
    known: dict[str, tuple[str, ...]] = {key: (words,) for key, words in settings.items() if words}
    return known | ({"authors": page_head.authors} if page_head.authors else {})


def _build_title_clippings(page_head: PageHead, body: HtmlElement) -> list[Clipping]:
    """Return the title in a page's head as clippings, unless a heading is it; the site's name is set aside."""
    if not page_head.title or body.find(f".//div[@class='{pandoc_tree.SETTING_CLASS}'][@why='title']") is not None:
        return []
    title = strip_site_name(page_head.title)
    site_name = page_head.title[len(title) :].strip()
    clippings = [Clipping(0, "", title, kind="setting", reason="title")]
    if site_name:
        clippings.append(Clipping(0, "", site_name, kind="aside", reason="the site's name"))
    return clippings


def _build_author_clippings(page_head: PageHead, body: HtmlElement) -> list[Clipping]:
    """Return the authors whom only a page's head names, as byline clippings; [] if the text has one.

    Names of sites and of staffs are no authors.
    """
    has_byline = body.find(f".//div[@class='{pandoc_tree.SETTING_CLASS}'][@why='byline']") is not None
    elements = body.iter("p", "div", "span", "address", "h2", "h3", "h4")
    lines = (
        collect_element_words(element)
        for element in elements
        if not is_marked(element) and not any(map(is_marked, element.iterancestors()))
    )
    names = [name for name in page_head.authors if byline.can_be_person_name(name)]
    if has_byline or not names or any(len(words) < _LONGEST_BYLINE and _names_asker(words) for words in lines):
        return []
    return [Clipping(0, "", ", ".join(names[:_MOST_AUTHORS]), kind="setting", reason="byline")]


def _names_asker(words: str) -> bool:
    """Return whether a line is a byline that says who asked, and not only with whom."""
    people = byline.find_people_in_byline(words) if byline.is_byline(words) else ()
    return bool(people) and any(person.role.asks for person in people)


def _parse_page(text: str, name: str) -> HtmlElement:
    """Return an imported page's root; refuse a page that would take too long or too much memory."""
    if any(len(match.group().split()) > _MAX_ATTRIBUTES for match in _LONG_TAG.finditer(text)):
        sentence = f"one element of this page has more than {_MAX_ATTRIBUTES:,} attributes"
        raise decoding.build_refusal(name, Rule.PAGE_IS_SMALL, sentence, _COPY_HINT)
    parser = lxml.html.HTMLParser(no_network=True, remove_comments=True, remove_pis=True, huge_tree=False)
    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", text)
    try:
        page = lxml.html.document_fromstring(text, parser=parser)
    except (lxml.etree.ParserError, lxml.etree.XMLSyntaxError, ValueError, RecursionError) as error:
        raise decoding.build_refusal(
            name, Rule.PAGE_IS_READABLE, "there is no text in this page", _COPY_HINT
        ) from error
    if _measure_depth(page) > _MAX_DEPTH:
        sentence = f"this page is nested more than {_MAX_DEPTH} levels deep"
        raise decoding.build_refusal(name, Rule.NESTING_IS_SHALLOW, sentence, "copy its text into a .txt file")
    if sum(1 for _ in page.iter()) > _MAX_ELEMENTS:
        sentence = f"this page has more than {_MAX_ELEMENTS:,} elements"
        raise decoding.build_refusal(name, Rule.PAGE_IS_SMALL, sentence, _COPY_HINT)
    return page


def _measure_depth(page: HtmlElement) -> int:
    """Return how many levels deep the elements of an imported page are nested."""
    deepest, waiting = 0, [(page, 1)]
    while waiting:
        element, depth = waiting.pop()
        deepest = max(deepest, depth)
        waiting += [(child, depth + 1) for child in element]
    return deepest


def _separate_parts(body: HtmlElement, name: str) -> None:
    """Separate labels, credits, captions and pictures of an imported page; refuse a page that loses letters."""
    letters = _count_characters(body)
    separate_labels(body)
    separate_credit_rows(body)
    separate_centred_lines(body)
    for caption in picture_placement.move_captions_below_pictures(body):
        mark_as_aside(caption, "the caption of a picture, which was not imported")
    picture_placement.move_pictures_after_paragraphs(body)
    if _count_characters(body) != letters:
        sentence = "words were lost when the pictures of this page were moved"
        raise decoding.build_refusal(name, Rule.IMPORT_LOSES_NOTHING, sentence, "copy its text into a .txt file")


def _count_characters(body: HtmlElement) -> Counter[str]:
    """Return how often each character but white space occurs in the text of an imported page."""
    return Counter("".join("".join(read_element_texts(body)).split()))


def _convert_with_pandoc(body: HtmlElement, name: str) -> list[pandoc.Block]:
    """Return pandoc's blocks of an imported page; raise Refused, naming the file, if it fails."""
    try:
        return pandoc.read_text(lxml.etree.tostring(body, encoding="utf-8", method="html"), _FORMAT)
    except (pandoc.PandocTimeout, *pandoc.PANDOC_ERRORS) as error:
        raise decoding.build_refusal(name, Rule.READING_ENDS, "pandoc could not read this page", _COPY_HINT) from error


def _reduce_markup(body: HtmlElement) -> None:
    """Leave only elements of an imported page that pandoc reads, with the attributes that the import needs.

    A short paragraph with a class like "question" becomes bold, so that it is read as one.
    """
    for element in body.iter():
        if not isinstance(element.tag, str):
            continue
        attributes = _select_attributes(element)
        is_question = _has_question_class(element) and len(element.text_content()) < 600
        element.attrib.clear()
        if is_question:
            css_emphasis.wrap_content(element, "strong")
        element.attrib.update(attributes)
        if element.tag in _DIVISIONS:
            element.tag = "div"
        elif element.tag == "a" and not page_frame.leads_away(element) and not is_marked(element):
            element.tag = "span"
            element.attrib.clear()
        if element.tag not in _KNOWN:
            element.tag = "div" if any(child.tag in BLOCK_TAGS for child in element) else "span"


def _select_attributes(element: HtmlElement) -> dict[str, str]:
    """Return the attributes of an imported page's element that stay: pandoc's, and the import's marks."""
    if element.tag == "img" and not is_marked(element):
        return {"src": element.get("src", ""), "alt": element.get("alt", "")}
    if element.get(TYPE) in ("noteref", "footnote"):
        return {name: text for name in (TYPE, "href", "id") if (text := element.get(name))}
    names = ["class", "why"] if is_marked(element) else ["href", "colspan", "rowspan"]
    return {name: text for name in names if (text := element.get(name))}


def _has_question_class(element: HtmlElement) -> bool:
    """Return whether the page says by a class or an id that a paragraph is a question."""
    if element.tag not in ("p", "div", "li") or has_blocks(element):
        return False
    return bool(_QUESTION_CLASS.search(f"{element.get('class', '')} {element.get('id', '')}"))
