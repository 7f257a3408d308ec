"""Recognize what stands around and inside an article, and is no part of its text."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lxml.html import HtmlElement

from onrecord.importers.common import boilerplate, byline
from onrecord.importers.readers.page_elements import collect_element_words, get_parent, has_blocks

_REASONS_BY_TAG = {
    "nav": "navigation",
    "aside": "beside the text",
    "footer": "foot of the page",
    "form": "a form",
    "button": "a button",
    "select": "a form",
    "menu": "navigation",
    "dialog": "a dialog",
}
_REASONS_BY_CLASS = (
    (r"\b(?:nav|navbar|navigation|menu|breadcrumbs?|skip(?:-link)?|pagination|pager)\b", "navigation"),
    (r"\b(?:share|sharing|social|sharedaddy|addtoany|follow(?:-us)?|tweet)\b", "share buttons"),
    (r"\b(?:comments?|respond|disqus|discussion)\b", "comments"),
    (
        r"\b(?:related-?(?:posts?|articles?|stories|content|links?)?|yarpp|outbrain|taboola|recirc(?:ulation)?"
        r"|most-?read"
        r"|recommend(?:ed|ations)?|more-stories|read-?(?:more|next)|popular|trending|also-?like"
        r"|(?:rich-?link|bookmark|teaser|link)-?card|rich-?link|teaser)\b",
        "other articles",
    ),
    (
        r"\b(?:newsletter|mc4wp|opt-?in|subscribe|subscription|signup|paywall|promo|advert(?:isement)?|ads?"
        r"|sponsor(?:ed)?|banner"
        r"|donate|cookie(?:s|-\w+)?|consent|popup|modal)\b",
        "advertising",
    ),
    (r"\b(?:author-(?:box|bio|card|profile)|about-(?:the-)?author)\b", "about the author"),
    (r"\b(?:sidebar|widgets?|site-(?:header|footer)|masthead|topbar|footer|colophon)\b", "page frame"),
    (r"\b(?:tags?|tag-list|post-tags|categories|cat-links)\b", "tags"),
    (r"\b(?:button-wrapper|btn)\b", "a button"),
)
_FRAME_ROLE = re.compile(r"^(?:navigation|complementary|contentinfo|search|banner|menu|dialog)$")
_PULL_QUOTE = re.compile(r"(?i)pull-?quote|blockquote--pull")
_NEVER_IN_FRAME = frozenset(
    ["body", "html", "article", "main", "p", "h1", "h2", "a", "span", "em", "strong", "b", "i", "td", "tr", "table"]
)
_INLINE_TAGS = frozenset(["span", "a", "em", "strong", "b", "i"])
_TEXT_TAGS = frozenset(["p", "h1", "h2", "h3", "h4", "span", "li"])
_SENTENCE_END = re.compile(r"[.!?…:;。？！؟][\"”’»)\]]*$")
_TIME_ADDRESS = re.compile(r"(?:^|[#?&])(?:t|time|start|ts)=\d|^#\d|^javascript:")


@dataclass(frozen=True, slots=True)
class TextAmount:
    """How much text an element holds, in characters."""

    running: int  # in runs that are no link and stand in nothing that is set aside
    total: int
    links: int  # how many links, not characters


def explain_by_markup(element: HtmlElement) -> str:
    """Return why a page's element is not in the text, by its tag, role, class or id, or ""."""
    tag = element.tag if isinstance(element.tag, str) else ""
    if tag in _NEVER_IN_FRAME:
        return ""
    if tag in _REASONS_BY_TAG:
        return _REASONS_BY_TAG[tag]
    if _FRAME_ROLE.match(element.get("role", "")):
        return "page frame"
    if element.get("hidden") is not None or "display:none" in element.get("style", "").replace(" ", ""):
        return "hidden on the page"
    return explain_by_class(element)


def explain_by_class(element: HtmlElement) -> str:
    """Return why a page's element is not in the text, by its class or id alone, or ""."""
    if not isinstance(element.tag, str) or element.tag in _NEVER_IN_FRAME:
        return ""
    names = f"{element.get('class', '')} {element.get('id', '')}".replace("_", "-").lower()
    if not names.strip():
        return ""
    searched = f"{names.replace('-', ' ')} {names}"
    return next((reason for pattern, reason in _REASONS_BY_CLASS if re.search(pattern, searched)), "")


def explain_by_words(element: HtmlElement, amount: TextAmount) -> str:
    """Return why an element in a page's article is not in its text, by words and links, or ""."""
    tag = element.tag
    if (
        tag in ("p", "li", "div", "span", "a")
        and not len(element)
        and boilerplate.is_interface_label(element.text or "")
        and not _stands_in_list_of_words(element)
    ):
        return "share buttons"
    if tag in ("ul", "ol", "div", "p") and amount.links >= 2 and amount.total < 3_000:
        return "a list of links" if not amount.running and _is_list_of_links(element, amount.links) else ""
    if tag == "a" and has_blocks(element):
        return "other articles"
    if (
        tag in ("p", "div")
        and not has_blocks(element)
        and amount.total < 400
        and boilerplate.is_promotion(collect_element_words(element))
    ):
        return "advertising"
    return ""


def _stands_in_list_of_words(element: HtmlElement) -> bool:
    """Return whether an element is in a page's list, some of whose entries are words that no button has."""
    entry = element if element.tag == "li" else next(element.iterancestors("li"), None)
    if entry is None:
        return False
    entries = list(get_parent(entry).iter("li"))
    return any(
        (words := collect_element_words(sibling))
        and not boilerplate.is_interface_label(words)
        and len("".join(link.text_content() for link in sibling.iter("a")).strip()) < len(words)
        for sibling in entries
    )


def leads_away(element: HtmlElement) -> bool:
    """Return whether a page's element is a link away; a name for a place, or a recording's time, is none."""
    return element.tag == "a" and bool(address := element.get("href", "")) and not _TIME_ADDRESS.search(address)


def _is_list_of_links(element: HtmlElement, link_count: int) -> bool:
    """Return whether nearly all words of a page's element are links."""
    linked = sum(len(link.text_content().strip()) for link in element.iter("a") if leads_away(link))
    share = 0.9 if link_count > 2 else 0.95
    return linked > share * len(element.text_content().strip())


def explain_outside_text(element: HtmlElement, amount: TextAmount) -> str:
    """Return why an element before or after a page's text is not in it, or "".

    Sentences, bylines and dates are in it.

    Labels, numbers and names stand there, too.
    """
    words = collect_element_words(element)
    if amount.running or not words or _SENTENCE_END.search(words) or element.tag in ("img", "figure", "br", "hr"):
        return ""
    if element.tag in _INLINE_TAGS and get_parent(element).tag in _TEXT_TAGS:
        return ""
    is_credit = (
        byline.is_byline(words)
        or boilerplate.read_date_line(words)
        or boilerplate.is_rights(words)
        or boilerplate.is_note(words)
    )
    return "" if is_credit or element.find(".//img") is not None else "around the text"


def explain_pull_quote(element: HtmlElement) -> str:
    """Return why a page's pull quote that repeats the text is set aside; "" for other elements."""
    if not _PULL_QUOTE.search(f"{element.get('class', '')} {element.tag if isinstance(element.tag, str) else ''}"):
        return ""
    letters = _join_letters(collect_element_words(element))
    letters_of_page = _join_letters(collect_element_words(element.getroottree().getroot()))
    is_repeated = len(letters) > 10 and letters_of_page.count(letters) > 1
    return "a pull quote, which repeats the text" if is_repeated else ""


def _join_letters(words: str) -> str:
    """Return the letters and digits of the words, case-folded, without anything between."""
    return "".join(char for char in words.casefold() if char.isalnum())
