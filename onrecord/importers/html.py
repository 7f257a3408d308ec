"""Saved web pages and old hand-written HTML → clippings: the article, and what stands around it set aside.

lxml takes the page apart without network and without entities of its own; pandoc reads the article.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import lxml.etree
import lxml.html

from onrecord import pandoc
from onrecord.importers import byline, decoding, frame, placing, tree
from onrecord.importers.draft import Clipping, Reading
from onrecord.importers.pictures import Album, Beside, nothing_beside
from onrecord.importers.plaintext import tokens

_MAX_DEPTH = 200
_MAX_ELEMENTS = 60_000
_MAX_ATTRIBUTES = 1_000  # libxml2 compares each with all others
_LONG_TAG = re.compile(r"<[a-zA-Z][^<>]{2000,}")
_DROPPED = ("script", "style", "template", "noscript", "iframe", "object", "embed", "svg", "math", "canvas", "link", "meta")
_AROUND = {
    "nav": "navigation", "aside": "beside the text", "footer": "foot of the page", "form": "a form", "button": "a button",
    "select": "a form", "menu": "navigation", "dialog": "a dialog",
}  # fmt: skip
_BLOCKS = frozenset(
    ["p", "div", "section", "article", "main", "header", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "dl", "dt", "dd", "table", "tr", "td", "th", "tbody", "thead", "blockquote", "pre", "figure", "figcaption", "hr", "br", "center", "address"]
)
_NAMED = (
    (r"\b(?:nav|navbar|navigation|menu|breadcrumbs?|skip(?:-link)?|pagination|pager)\b", "navigation"),
    (r"\b(?:share|sharing|social|sharedaddy|addtoany|follow(?:-us)?|tweet)\b", "share buttons"),
    (r"\b(?:comments?|respond|disqus|discussion)\b", "comments"),
    (r"\b(?:related|recommend(?:ed|ations)?|more-stories|read-?(?:more|next)|popular|trending|also-?like)\b", "other articles"),
    (r"\b(?:newsletter|subscribe|subscription|signup|paywall|promo|advert(?:isement)?|ads?|sponsor(?:ed)?|banner|donate|cookie(?:s|-\w+)?|consent|popup|modal)\b", "advertising"),
    (r"\b(?:sidebar|widgets?|site-(?:header|footer)|masthead|topbar|footer|colophon)\b", "page frame"),
    (r"\b(?:tags?|tag-list|post-tags|categories|cat-links)\b", "tags"),
)  # fmt: skip
_ROLE = re.compile(r"^(?:navigation|complementary|contentinfo|search|banner|menu|dialog)$")


def read(data: bytes, name: str, beside: Beside = nothing_beside) -> Reading:
    """The article of a page; navigation, share buttons, comments and the like are set aside and listed.

    Pictures that are in the page, or are found `beside` it, come along; others are listed with their address.
    """
    text, notes = decoding.decoded(data, name, declared=declared(data))
    page = _page(text, name)
    settings = _metadata(page, text)
    body = page.find("body") if page.find("body") is not None else page
    for element in list(body.iter(*_DROPPED, lxml.etree.Comment, lxml.etree.ProcessingInstruction)):
        placing.remove(element)
    album = Album(beside)
    pictures = list(placing.taken_along(body, album))
    letters = _letters(body)
    for caption in placing.captions(body):
        _mark(caption, "the caption of a picture, which was not imported")
    placing.behind_paragraphs(body)
    if _letters(body) != letters:
        raise decoding.refused(name, "import-loses-nothing", "moving the pictures of this page lost words", "copy its text into a .txt file")
    measure = _Measure(body)
    article = _article(body, measure)
    _set_aside_around(body, article, measure)
    _strip(body)
    heading = _title(page, body)
    others = [*heading, *(Clipping(0, "", words, kind="aside", why="a picture, which was not imported") for words in pictures)]
    original = tokens(" ".join((*(c.words for c in heading), *_texts(body), *pictures)))
    try:
        blocks = pandoc.tree(lxml.etree.tostring(body, encoding="utf-8", method="html"), "html-smart-tex_math_dollars-native_spans")
    except (pandoc.TooSlow, *pandoc.GaveUp) as error:
        hint = "copy the text of the interview into a .txt file"
        raise decoding.refused(name, "reading-ends", "the HTML reader gave up on this page", hint) from error
    read_ = tree.clippings(blocks, picture=lambda path: path)
    shown = album.shown_in("\n".join(c.text for c in read_))
    found = [*heading, *read_, *others[len(heading) :]]
    if heading:
        settings["title"] = (heading[0].words,)
    return Reading(tuple(replace(c, index=i) for i, c in enumerate(found)), tuple(original), settings, notes, shown)


def _letters(body: Any) -> Counter[str]:
    return Counter(char for text in _texts(body) for char in text if not char.isspace())


def _title(page: Any, body: Any) -> list[Clipping]:
    """The title in the page's head, where the text has no heading of the first level; the site's name is set aside."""
    element = page.find(".//title")
    words = " ".join((element.text_content() if element is not None else "").split())
    if not words or body.find(".//h1") is not None:
        return []
    parts = re.split(r"\s+[|–—·»-]\s+", words)
    site = words[len(parts[0]) :].strip()
    found = [Clipping(0, "", parts[0], kind="setting", why="title")]
    return found + ([Clipping(0, "", site, kind="aside", why="the site's name")] if site else [])


def declared(data: bytes) -> str:
    """The encoding that the page names (HTML Living Standard §4.2.5.4), "" if none."""
    found = re.search(rb"(?i)<meta[^>]+charset=[\"']?([\w-]+)", data[:4096]) or re.search(rb"(?i)<\?xml[^>]+encoding=[\"']([\w-]+)", data[:200])
    return found.group(1).decode("ascii").lower() if found else ""


def _page(text: str, name: str) -> Any:
    if any(len(found.group().split()) > _MAX_ATTRIBUTES for found in _LONG_TAG.finditer(text)):
        raise decoding.refused(name, "page-is-small", f"one element of this page has more than {_MAX_ATTRIBUTES:,} attributes", "copy the text of the interview into a .txt file")
    parser = lxml.html.HTMLParser(no_network=True, remove_comments=True, remove_pis=True, huge_tree=False)
    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", text)
    try:
        page = lxml.html.document_fromstring(text, parser=parser)
    except (lxml.etree.ParserError, lxml.etree.XMLSyntaxError, ValueError, RecursionError) as error:
        raise decoding.refused(name, "page-is-readable", "there is no text in this page", "copy the text of the interview into a .txt file") from error
    if _depth(page) > _MAX_DEPTH:
        raise decoding.refused(name, "nesting-is-shallow", f"this page is nested more than {_MAX_DEPTH} levels deep", "copy its text into a .txt file")
    if sum(1 for _ in page.iter()) > _MAX_ELEMENTS:
        raise decoding.refused(name, "page-is-small", f"this page has more than {_MAX_ELEMENTS:,} elements", "copy the text of the interview into a .txt file")
    return page


def _depth(page: Any) -> int:
    deepest, waiting = 0, [(page, 1)]
    while waiting:
        element, depth = waiting.pop()
        deepest = max(deepest, depth)
        waiting += [(child, depth + 1) for child in element]
    return deepest


def _metadata(page: Any, text: str) -> dict[str, tuple[str, ...]]:
    """What the head says: address, date, language. Words that are printed too are found in the page itself."""
    settings: dict[str, tuple[str, ...]] = {}
    addresses = [*page.xpath("//link[@rel='canonical']/@href"), *page.xpath("//meta[@property='og:url']/@content")]
    address = next((str(one).strip() for one in addresses if re.match(r"https?://\S+$", str(one).strip())), "")
    if not address:
        saved = re.search(r"<!-- saved from url=\(\d+\)(https?://\S+)", text[:4000])
        address = saved.group(1) if saved else ""
    if address:
        settings["url"] = (address,)
    times = page.xpath("//meta[@property='article:published_time' or @name='date' or @itemprop='datePublished' or @name='dc.date' or @name='DC.date.issued']/@content")
    times += page.xpath("//time/@datetime")
    day = next((found for one in times if (found := frame.date_in(str(one)))), "")
    if day:
        settings["date"] = (day,)
    language = str(page.get("lang") or page.get("{http://www.w3.org/XML/1998/namespace}lang") or "")
    if re.fullmatch(r"[a-z]{2}(-[A-Z]{2})?", language):
        settings["language"] = (language,)
    return settings


# --- the article ----------------------------------------------------------------------------------


class _Measure:
    """How much text each element of a page holds, measured once from the leaves up."""

    def __init__(self, body: Any) -> None:
        self.weight: dict[Any, int] = {}  # running text that is no link and stands in nothing set aside
        self.length: dict[Any, int] = {}  # all characters
        self.links: dict[Any, int] = {}
        for element in reversed(list(body.iter())):
            children = list(element)
            direct = (element.text or "").strip(), *((child.tail or "").strip() for child in children)
            own = sum(map(len, direct))
            named = isinstance(element.tag, str)
            runs = own > 25 and named and element.tag != "a" and not _why(element)
            self.length[element] = own + sum(self.length[child] for child in children)
            self.weight[element] = (own if runs else 0) + sum(self.weight[child] for child in children)
            self.links[element] = (element.tag == "a") + sum(self.links[child] for child in children)


def _article(body: Any, measure: _Measure) -> Any:
    """The smallest element that holds nearly all the paragraphs of the text."""
    weight = measure.weight
    for path in ("//article", "//main", "//*[@itemprop='articleBody']", "//*[@role='main']"):
        found = [one for one in body.xpath(f".{path}") if weight[one] > 0]
        best = max(found, key=lambda one: weight[one], default=None)
        if best is not None and weight[best] >= 0.5 * weight[body]:
            return best
    best = body
    while True:
        inner = [child for child in best if isinstance(child.tag, str) and child.tag in _HOLDERS]
        heavy = max(inner, key=lambda one: weight[one], default=None)
        if heavy is None or weight[heavy] < 0.85 * weight[best] or (heavy.tag in ("table", "tr", "tbody") and _is_conversation(heavy)):
            return best
        best = heavy


_HOLDERS = frozenset(["div", "section", "td", "table", "tr", "tbody", "center", "article", "main"])


def _is_conversation(table: Any) -> bool:
    rows = list(table.iter("tr"))
    return len(rows) > 3 and all(len(list(row)) == 2 for row in rows)


def _why(element: Any) -> str:
    """Why an element is not part of the text, by its tag, role, class or id; "" if it may be."""
    tag = element.tag if isinstance(element.tag, str) else ""
    if tag in ("body", "html", "article", "main", "p", "h1", "h2", "a", "span", "em", "strong", "b", "i", "td", "tr", "table"):
        return ""
    if tag in _AROUND:
        return _AROUND[tag]
    if _ROLE.match(element.get("role", "")):
        return "page frame"
    if element.get("hidden") is not None or "display:none" in element.get("style", "").replace(" ", ""):
        return "hidden on the page"
    names = f"{element.get('class', '')} {element.get('id', '')}".replace("_", "-").lower()
    for pattern, why in _NAMED:
        if re.search(pattern, names.replace("-", " ") + " " + names):
            return why
    return ""


def _set_aside_around(body: Any, article: Any, measure: _Measure) -> None:
    """Marks everything around the article, and what is not text inside it, for setting aside."""
    keep = {article, *article.iterancestors()}
    title = _title_above(body, article)
    inside = set(article.iter())
    if title is not None:
        keep |= {title, *title.iterancestors()}
        inside |= set(title.iter())
    gone: set[Any] = set()
    for element in list(body.iter()):
        if not isinstance(element.tag, str) or element is body or element in gone or element in keep:
            continue
        why = _furniture(element, measure) if element in inside else _around(element, measure)
        if why and (element not in inside or measure.length[element] < 0.5 * measure.length[article]):
            gone |= set(element.iter())
            _mark(element, why)


def _around(element: Any, measure: _Measure) -> str:
    """Why an element outside the article is set aside; "" for a line that is a byline or a date."""
    if element.tag in ("p", "div", "span", "time") and measure.length[element] < 300:
        text = " ".join(element.text_content().split())
        if frame.date_in(text) or byline.is_byline(text):
            return ""
    return _why(element) or "around the text"


def _furniture(element: Any, measure: _Measure) -> str:
    """Why an element inside the article is no part of its text; "" if it is."""
    why = _why(element)
    if why:
        return why
    if element.tag in ("p", "li", "div", "span", "a") and not len(element) and frame.is_furniture(element.text or ""):
        return "share buttons"
    if element.tag in ("ul", "ol", "div", "p") and measure.links[element] >= 3 and measure.length[element] < 3_000:
        linked = sum(len(link.text_content().strip()) for link in element.iter("a"))
        return "a list of links" if linked > 0.9 * len(element.text_content().strip()) else ""
    return ""


def _title_above(body: Any, article: Any) -> Any:
    """The page's heading, when it stands outside the article."""
    if article.xpath(".//h1"):
        return None
    found = [one for one in body.xpath(".//h1") if one.text_content().strip() and not any(_why(up) in ("navigation", "comments", "other articles") for up in one.iterancestors())]
    return found[0] if found else None


def _mark(element: Any, why: str) -> None:
    """Makes the element one block of words that the reader of clippings sets aside."""
    words = " ".join(" ".join(_texts(element)).split())
    tail = element.tail
    inline = element.tag in ("span", "a", "time", "button", "select")
    element.clear()
    element.tail = tail
    element.tag = "div"
    if words and inline and element.getparent() is not None and element.getparent().tag in ("p", "span", "h1", "h2", "h3"):
        element.tag = "span"  # inside a paragraph nothing can be set aside; its words stay
        element.text = words
        return
    element.set("class", tree.ASIDE)
    element.set("why", why)
    element.text = words


def _strip(body: Any) -> None:
    """Takes all attributes away but the targets of links and our own marks."""
    for element in body.iter():
        if not isinstance(element.tag, str):
            continue
        kept = {key: element.get(key) for key in ("href", "colspan", "rowspan") if element.get(key)}
        if element.tag == "img":
            kept = {"src": element.get("src", ""), "alt": element.get("alt", "")}
        if element.get("class") == tree.CAPTION:
            kept = {"class": tree.CAPTION}
        if element.get("class") == tree.ASIDE:
            kept = {"class": tree.ASIDE, "why": element.get("why", "")}
        asks = element.tag in ("p", "div", "li") and _ASKING.search(f"{element.get('class', '')} {element.get('id', '')}") and not _has_blocks(element)
        element.attrib.clear()
        if asks and len(element.text_content()) < 600:
            _embolden(element)
        element.attrib.update(kept)
        if element.tag in _DIVISIONS:
            element.tag = "div"
        if element.tag not in _KNOWN:
            element.tag = "div" if any(child.tag in _BLOCKS for child in element) else "span"


def _has_blocks(element: Any) -> bool:
    return any(child.tag in _BLOCKS for child in element.iterdescendants())


def _embolden(element: Any) -> None:
    """The page says by a class that this paragraph asks; here bold type says it."""
    bold = lxml.html.Element("strong")
    bold.text, element.text = element.text, None
    bold.extend(list(element))
    element.append(bold)


# pandoc 3.9 reads nothing but <main> where there is one; all of these are <div> to us.
_DIVISIONS = frozenset(["main", "article", "section", "header", "footer", "nav", "aside", "address", "center", "figure", "figcaption", "hgroup", "details", "summary"])
_ASKING = re.compile(r"(?i)(?<![a-z])(?:question|interviewer|frage|vopros|pregunta)(?![a-z]*(?:s|naire)\b)")
_KNOWN = _BLOCKS | frozenset(
    ["html", "body", "a", "b", "strong", "i", "em", "u", "s", "del", "ins", "strike", "sub", "sup", "small", "big", "tt", "code", "kbd", "samp", "var", "q", "cite", "abbr", "dfn", "time", "mark", "span", "font", "img", "tfoot", "caption", "nav", "aside", "footer", "wbr"]
)


def _texts(element: Any) -> Iterator[str]:
    """The texts of an element, with a space where a block begins or ends."""
    if not isinstance(element.tag, str):
        return
    if element.tag in _BLOCKS or element.tag == "img":
        yield " "
    if element.tag == "img":
        yield element.get("alt", "")
    if element.text:
        yield element.text
    for child in element:
        yield from _texts(child)
        if child.tail:
            yield child.tail
    if element.tag in _BLOCKS:
        yield " "
