"""The article of a page: which element holds it, and what stands around and inside it that is no part of its text."""

from __future__ import annotations

import re

from lxml.html import HtmlElement

from onrecord.importers.common import boilerplate, byline, features
from onrecord.importers.readers.page_elements import has_blocks, parent_of, set_as, set_aside, words_of
from onrecord.importers.readers.page_head import Head

_AROUND = {
    "nav": "navigation",
    "aside": "beside the text",
    "footer": "foot of the page",
    "form": "a form",
    "button": "a button",
    "select": "a form",
    "menu": "navigation",
    "dialog": "a dialog",
}
_NAMED = (
    (r"\b(?:nav|navbar|navigation|menu|breadcrumbs?|skip(?:-link)?|pagination|pager)\b", "navigation"),
    (r"\b(?:share|sharing|social|sharedaddy|addtoany|follow(?:-us)?|tweet)\b", "share buttons"),
    (r"\b(?:comments?|respond|disqus|discussion)\b", "comments"),
    (
        r"\b(?:related|recommend(?:ed|ations)?|more-stories|read-?(?:more|next)|popular|trending|also-?like"
        r"|(?:rich-?link|bookmark|teaser|link)-?card|rich-?link|teaser)\b",
        "other articles",
    ),
    (
        r"\b(?:newsletter|subscribe|subscription|signup|paywall|promo|advert(?:isement)?|ads?|sponsor(?:ed)?|banner"
        r"|donate|cookie(?:s|-\w+)?|consent|popup|modal)\b",
        "advertising",
    ),
    (r"\b(?:author-(?:box|bio|card|profile)|about-(?:the-)?author)\b", "about the author"),
    (r"\b(?:sidebar|widgets?|site-(?:header|footer)|masthead|topbar|footer|colophon)\b", "page frame"),
    (r"\b(?:tags?|tag-list|post-tags|categories|cat-links)\b", "tags"),
    (r"\b(?:button-wrapper|btn)\b", "a button"),
)
_ROLE = re.compile(r"^(?:navigation|complementary|contentinfo|search|banner|menu|dialog)$")
_PULLED = re.compile(r"(?i)pull-?quote|blockquote--pull")
_HOLDERS = frozenset(["div", "section", "td", "table", "tr", "tbody", "center", "article", "main"])
_NEVER_NAMED = frozenset(
    ["body", "html", "article", "main", "p", "h1", "h2", "a", "span", "em", "strong", "b", "i", "td", "tr", "table"]
)
_WORD = re.compile(r"\w+")
_RUNS = 25  # characters of text outside links: less is a label, a number, a name
_CLOSED = re.compile(r"[.!?…:;。？！؟][\"”’»)\]]*$")


def find(body: HtmlElement, head: Head) -> None:
    """Marks on the page what is its title, what its byline, and everything that is no part of the article's text."""
    measure = _Measure(body)
    article = _article(body, measure)
    core = _core(article, measure, 0.6)
    title = _title(body, article, core, head)
    trusted = _names_are_trusted(article, measure)
    lines = [*([title] if title is not None else ()), *_lines(body, core, title, head)]
    kept = {one for line in (article, *lines) for one in (line, *line.iterancestors())} | {
        one for line in lines for one in line.iter()
    }
    place = _Place(article, core, title)
    gone: set[HtmlElement] = set()
    for element in list(body.iter()):
        if not isinstance(element.tag, str) or element is body or element in gone or element in kept:
            continue
        why = _why_here(element, place, measure, trusted=trusted)
        if why:
            gone |= set(element.iter())
            set_aside(element, why)
    if title is not None:
        set_as(title, "title")


class _Measure:
    """How much text each element of a page holds, measured once from the leaves up."""

    def __init__(self, body: HtmlElement) -> None:
        self.weight: dict[HtmlElement, int] = {}  # running text that is no link and stands in nothing set aside
        self.length: dict[HtmlElement, int] = {}  # all characters
        self.links: dict[HtmlElement, int] = {}
        for element in reversed(list(body.iter())):
            children = list(element)
            direct = (element.text or "").strip(), *((child.tail or "").strip() for child in children)
            own = sum(map(len, direct))
            named = isinstance(element.tag, str)
            runs = own > _RUNS and named and element.tag != "a" and not _why(element)
            self.length[element] = own + sum(self.length[child] for child in children)
            self.weight[element] = (own if runs else 0) + sum(self.weight[child] for child in children)
            self.links[element] = (element.tag == "a") + sum(self.links[child] for child in children)


class _Place:
    """Where an element stands: above the article, before its text, in it, behind it, or elsewhere on the page."""

    def __init__(self, article: HtmlElement, core: HtmlElement, title: HtmlElement | None) -> None:
        self._inside = set(article.iter())
        self._core = set(core.iter())
        order = {element: n for n, element in enumerate(article.getroottree().getroot().iter())}
        self._order, self._first, self._text = order, order[article], order[core]
        self._title = order[title] if title is not None else self._first

    def of(self, element: HtmlElement) -> str:
        if element in self._core:
            return "text"
        if element in self._inside:
            return "before" if self._order[element] < self._text else "behind"
        return "above" if self._title < self._order[element] < self._first else "around"


def _article(body: HtmlElement, measure: _Measure) -> HtmlElement:
    """The smallest element that holds nearly all the paragraphs of the text."""
    weight = measure.weight
    for path in ("//article", "//main", "//*[@itemprop='articleBody']", "//*[@role='main']"):
        found: list[HtmlElement] = [one for one in body.xpath(f".{path}") if weight[one] > 0]
        best = max(found, key=lambda one: weight[one], default=None)
        if best is not None and weight[best] >= 0.5 * weight[body]:
            return best
    return _core(body, measure, 0.85)


def _core(element: HtmlElement, measure: _Measure, share: float) -> HtmlElement:
    """The smallest element inside this one that holds at least this share of its running text."""
    weight = measure.weight
    while True:
        inner = [child for child in element if isinstance(child.tag, str) and child.tag in _HOLDERS]
        heavy = max(inner, key=lambda one: weight[one], default=None)
        if (
            heavy is None
            or weight[heavy] < share * weight[element]
            or (heavy.tag in ("table", "tr", "tbody") and _is_conversation(heavy))
        ):
            return element
        element = heavy


def _is_conversation(table: HtmlElement) -> bool:
    """Whether each row says who speaks and what; a time or a number may stand in front."""
    rows = [list(row) for row in table.iter("tr")]
    columns = {len(row) for row in rows}
    if len(rows) < 4 or len(columns) > 1 or not columns <= {2, 3}:
        return False
    names = [words_of(row[-2]) for row in rows]
    return columns == {2} or (len(set(names)) < len(names) and all(len(name.split()) <= 5 for name in names))


def _names_are_trusted(article: HtmlElement, measure: _Measure) -> bool:
    """Whether classes like "comment" may tell what is no text: not where most of the text stands in them."""
    total, waiting = 0, list(article)
    while waiting:
        one = waiting.pop()
        if isinstance(one.tag, str) and _by_name(one):
            total += measure.weight[one]
        else:
            waiting.extend(one)
    return total <= 0.5 * measure.weight[article]


# --- title and byline -----------------------------------------------------------------------------


def _title(body: HtmlElement, article: HtmlElement, core: HtmlElement, head: Head) -> HtmlElement | None:
    """The page's heading: of the first level, or one that the title in the page's head repeats."""
    found = [
        one
        for one in body.iter("h1", "h2", "h3")
        if words_of(one) and not any(_why(up) for up in one.iterancestors() if up not in (article, core))
    ]
    first = [one for one in found if one.tag == "h1"]
    if first and not (len(first) > 2 and features.asks(words_of(first[0]))):
        inside = [one for one in first if article in one.iterancestors()]
        return (inside or first)[0]
    named = set(_WORD.findall(head.title.casefold()))
    return next((one for one in found[:3] if _share(_WORD.findall(words_of(one).casefold()), named) >= 0.6), None)


def _share(words: list[str], known: set[str]) -> float:
    return sum(word in known for word in words) / max(1, len(words))


def _letters(words: str) -> str:
    return "".join(char for char in words.casefold() if char.isalnum())


def _lines(body: HtmlElement, core: HtmlElement, title: HtmlElement | None, head: Head) -> set[HtmlElement]:
    """Lines around the text that say who made it and when: they are kept."""
    inside, found = set(core.iter()), set[HtmlElement]()
    for element in reversed(list(body.iter("p", "div", "span", "time", "section", "address", "li", "a"))):
        words = words_of(element) if len(element) < 12 else ""
        if not words or len(words) > 300 or any(_by_name(up) for up in element.iterancestors()):
            continue
        alone = not has_blocks(element) or (len(words.split()) <= 8 and not any(one in found for one in element.iter()))
        if (
            head.authors
            and words.casefold().removeprefix("by ") in head.authors
            and _stands_near(element, title, inside)
        ):
            set_as(element, "byline")
            return {element}
        if (
            alone
            and element not in inside
            and (byline.is_byline(words) or (boilerplate.date_in(words) and not head.date))
        ):
            found.add(element)
    return found


def _stands_near(element: HtmlElement, title: HtmlElement | None, inside: set[HtmlElement]) -> bool:
    """Whether a line stands with the title, not in a bar of the site."""
    return element.tag not in ("h1", "h2") and (
        element in inside
        or (title is not None and any(up in set(title.iterancestors()) for up in list(element.iterancestors())[:3]))
    )


# --- what is no part of the text ------------------------------------------------------------------


def _why(element: HtmlElement) -> str:
    """Why an element is not part of the text, by its tag, role, class or id; "" if it may be."""
    tag = element.tag if isinstance(element.tag, str) else ""
    if tag in _NEVER_NAMED:
        return ""
    if tag in _AROUND:
        return _AROUND[tag]
    if _ROLE.match(element.get("role", "")):
        return "page frame"
    if element.get("hidden") is not None or "display:none" in element.get("style", "").replace(" ", ""):
        return "hidden on the page"
    return _by_name(element)


def _by_name(element: HtmlElement) -> str:
    """Why, by class or id alone."""
    if not isinstance(element.tag, str) or element.tag in _NEVER_NAMED:
        return ""
    names = f"{element.get('class', '')} {element.get('id', '')}".replace("_", "-").lower()
    return (
        next((why for pattern, why in _NAMED if re.search(pattern, f"{names.replace('-', ' ')} {names}")), "")
        if names.strip()
        else ""
    )


def _why_here(element: HtmlElement, place: _Place, measure: _Measure, *, trusted: bool) -> str:
    where = place.of(element)
    why = _why(element)
    if not trusted and why and why == _by_name(element):
        why = ""
    if where == "around":
        return why or "around the text"
    if where == "above":
        return why or ("" if measure.weight[element] else "around the text")
    return why or _furniture(element, measure) or (_no_text(element, measure) if where != "text" else _pulled(element))


def _furniture(element: HtmlElement, measure: _Measure) -> str:
    """Why an element inside the article is no part of its text, by its words; "" if it is."""
    if (
        element.tag in ("p", "li", "div", "span", "a")
        and not len(element)
        and boilerplate.is_furniture(element.text or "")
    ):
        return "share buttons"
    if element.tag in ("ul", "ol", "div", "p") and measure.links[element] >= 2 and measure.length[element] < 3_000:
        linked = sum(len(link.text_content().strip()) for link in element.iter("a"))
        share = 0.9 if measure.links[element] > 2 else 0.95
        return (
            "a list of links"
            if linked > share * len(element.text_content().strip()) and not measure.weight[element]
            else ""
        )
    if element.tag == "a" and has_blocks(element):
        return "other articles"
    if (
        element.tag in ("p", "div")
        and not has_blocks(element)
        and measure.length[element] < 400
        and boilerplate.is_plea(words_of(element))
    ):
        return "advertising"
    return ""


def _no_text(element: HtmlElement, measure: _Measure) -> str:
    """Before and behind the text stand labels, numbers and names: no sentence, no byline, no date."""
    words = words_of(element)
    if measure.weight[element] or not words or _CLOSED.search(words) or element.tag in ("img", "figure", "br", "hr"):
        return ""
    if element.tag in ("span", "a", "em", "strong", "b", "i") and parent_of(element).tag in (
        "p",
        "h1",
        "h2",
        "h3",
        "h4",
        "span",
        "li",
    ):
        return ""
    known = (
        byline.is_byline(words)
        or boilerplate.date_in(words)
        or boilerplate.is_rights(words)
        or boilerplate.is_note(words)
    )
    return "" if known or element.find(".//img") is not None else "around the text"


def _pulled(element: HtmlElement) -> str:
    """A pull quote repeats what the text says."""
    if not _PULLED.search(f"{element.get('class', '')} {element.tag if isinstance(element.tag, str) else ''}"):
        return ""
    words = _letters(words_of(element))
    whole = _letters(words_of(element.getroottree().getroot()))
    return "a pull quote, which repeats the text" if len(words) > 10 and whole.count(words) > 1 else ""
