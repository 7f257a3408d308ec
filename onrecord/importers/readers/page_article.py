"""Find the article of a page with its title and byline, and set aside everything else."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Mapping, Sequence

from lxml.html import HtmlElement

from onrecord.importers.common import boilerplate, byline, features
from onrecord.importers.readers import page_frame
from onrecord.importers.readers.page_elements import collect_element_words, has_blocks, mark_as_aside, mark_as_setting
from onrecord.importers.readers.page_footnotes import TYPE
from onrecord.importers.readers.page_frame import TextAmount
from onrecord.importers.readers.page_head import PageHead

_CONTAINERS = frozenset(["div", "section", "td", "table", "tr", "tbody", "center", "article", "main"])
_WORD = re.compile(r"\w+")
_LONGEST_CREDIT = 14  # words
_CREDIT_START = re.compile(
    r"(?:by|von|par|por|di|door|submitted|written|words|text|texte|texto|posted|published|interview|questions|story"
    r"|автор|текст|photo)\b"
)
_MOST_WORDS_BEFORE_NAME, _MOST_WORDS_WITH_DATE = 4, 8
_POSTED = re.compile(r"(?:posted|published|submitted)\s")
_INTERFACE = re.compile(r"\b(?:follow|min(?:ute)?s? read|share|listen|subscribe|minuten?|lesezeit)\b")
_SHORTEST_RUN = 25  # characters of text outside links: less is a label, a number, a name


def mark_article(body: HtmlElement, head: PageHead) -> None:
    """Mark the title and the byline of an imported page, and set aside what is not in the article."""
    amounts = _measure_text(body)
    article = _find_article(body, amounts)
    core = _find_core(article, amounts, 0.6)
    title = _find_title(body, article, core, head)
    are_classes_trusted = _are_classes_trusted(article, amounts)
    lines = [*([title] if title is not None else ()), *_find_credit_lines(body, core, title, head)]
    protected = {element for line in (article, *lines) for element in (line, *line.iterancestors())}
    protected |= {element for line in lines for element in line.iter()}
    location = _PageLocation(article, core, title)
    removed: set[HtmlElement] = set()
    for element in list(body.iter()):
        if not isinstance(element.tag, str) or element is body or element in removed or element in protected:
            continue
        reason = _explain_exclusion(
            element, location.locate(element), amounts[element], are_classes_trusted=are_classes_trusted
        )
        if reason:
            removed |= set(element.iter())
            mark_as_aside(element, reason)
    if title is not None:
        mark_as_setting(title, "title")


def _explain_exclusion(element: HtmlElement, where: str, amount: TextAmount, *, are_classes_trusted: bool) -> str:
    """Return why an element of an imported page at the place `where` is not in the text; "" if it is."""
    reason = page_frame.explain_by_markup(element)
    if not are_classes_trusted and reason == page_frame.explain_by_class(element):
        reason = ""
    if where == "around":
        return reason or "around the text"
    if where == "above":
        return reason or ("" if amount.running else "around the text")
    reason = reason or page_frame.explain_by_words(element, amount)
    if where == "text":
        return reason or page_frame.explain_pull_quote(element)
    return reason or page_frame.explain_outside_text(element, amount)


# --- where things stand ---------------------------------------------------------------------------


def _measure_text(body: HtmlElement) -> dict[HtmlElement, TextAmount]:
    """Return how much text each element of an imported page holds, measured once from the leaves up."""
    amounts: dict[HtmlElement, TextAmount] = {}
    for element in reversed(list(body.iter())):
        children = [amounts[child] for child in element]
        direct = len((element.text or "").strip()) + sum(len((child.tail or "").strip()) for child in element)
        is_running = (
            direct > _SHORTEST_RUN
            and isinstance(element.tag, str)
            and not page_frame.leads_away(element)
            and not page_frame.explain_by_markup(element)
        )
        amounts[element] = TextAmount(
            running=(direct if is_running else 0) + sum(child.running for child in children),
            total=direct + sum(child.total for child in children),
            links=page_frame.leads_away(element) + sum(child.links for child in children),
        )
    return amounts


class _PageLocation:
    """Tells in which part of the page an element stands."""

    def __init__(self, article: HtmlElement, core: HtmlElement, title: HtmlElement | None) -> None:
        self._article = set(article.iter())
        self._core = set(core.iter())
        self._order = {element: n for n, element in enumerate(article.getroottree().getroot().iter())}
        self._article_start, self._core_start = self._order[article], self._order[core]
        self._title = self._order[title] if title is not None else self._article_start

    def locate(self, element: HtmlElement) -> str:
        """Return where an element of an imported page is: in the "text", "before", "after", "above" or "around" it."""
        if element in self._core:
            return "text"
        if element in self._article:
            return "before" if self._order[element] < self._core_start else "after"
        return "above" if self._title < self._order[element] < self._article_start else "around"


def _find_article(body: HtmlElement, amounts: Mapping[HtmlElement, TextAmount]) -> HtmlElement:
    """Return the smallest element of an imported page that holds nearly all the paragraphs of the text."""
    for path in ("//article", "//main", "//*[@itemprop='articleBody']", "//*[@role='main']"):
        candidates: list[HtmlElement] = body.xpath(f".{path}")
        best = max(candidates, key=lambda element: amounts[element].running, default=None)
        if best is not None and amounts[best].running >= max(1, 0.5 * amounts[body].running):
            return best
    return _find_core(body, amounts, 0.85)


def _find_core(element: HtmlElement, amounts: Mapping[HtmlElement, TextAmount], share: float) -> HtmlElement:
    """Return the smallest element inside with at least this share of an imported page's running text."""
    while True:
        containers = [child for child in element if child.tag in _CONTAINERS and child.get(TYPE) != "footnote"]
        largest = max(containers, key=lambda child: amounts[child].running, default=None)
        if largest is None or amounts[largest].running < max(1, share * amounts[element].running):
            return element
        if largest.tag in ("table", "tr", "tbody") and _is_conversation_table(largest):
            return element
        element = largest


def _is_conversation_table(table: HtmlElement) -> bool:
    """Return whether each row of a page's table says who speaks and what; times and remarks may stand beside it."""
    rows = [list(row) for row in table.iter("tr")]
    column_counts = {len(row) for row in rows}
    if len(rows) < 4 or len(column_counts) > 1 or not column_counts <= {2, 3, 4, 5}:
        return False
    columns = [[collect_element_words(cell) for cell in column] for column in zip(*rows, strict=True)]
    return len(columns) == 2 or any(map(_are_names, columns))


def _are_names(words: Sequence[str]) -> bool:
    """Return whether the cells of a page's column are short, and some words come again, as the names of speakers do."""
    names = [name for name in words if any(map(str.isalpha, name))]
    is_short = all(len(name.split()) <= 5 for name in names)
    return 2 * len(names) > len(words) and len(set(names)) < len(names) and is_short


def _are_classes_trusted(article: HtmlElement, amounts: Mapping[HtmlElement, TextAmount]) -> bool:
    """Return whether elements of an imported page with classes like "comment" may be set aside as no text.

    They may not if more than half of the text is in such elements.
    """
    excluded, waiting = 0, list(article)
    while waiting:
        element = waiting.pop()
        if isinstance(element.tag, str) and page_frame.explain_by_class(element):
            excluded += amounts[element].running
        else:
            waiting.extend(element)
    return excluded <= 0.5 * amounts[article].running


# --- title and byline -----------------------------------------------------------------------------


def _find_title(body: HtmlElement, article: HtmlElement, core: HtmlElement, head: PageHead) -> HtmlElement | None:
    """Return an imported page's heading: an <h1>, or one that its head's title repeats; None if none."""
    headings = [
        heading
        for heading in body.iter("h1", "h2", "h3")
        if collect_element_words(heading)
        and not any(page_frame.explain_by_markup(up) for up in heading.iterancestors() if up not in (article, core))
    ]
    top = [heading for heading in headings if heading.tag == "h1"]
    if top and not (len(top) > 2 and features.ends_with_question_mark(collect_element_words(top[0]))):
        return next((heading for heading in top if article in heading.iterancestors()), top[0])
    words_of_head = set(_WORD.findall(head.title.casefold()))
    return next((heading for heading in headings[:3] if _measure_known_words(heading, words_of_head) >= 0.6), None)


def _measure_known_words(heading: HtmlElement, known: Container[str]) -> float:
    """Return which share of a heading's words is among the known words."""
    words = _WORD.findall(collect_element_words(heading).casefold())
    return sum(word in known for word in words) / max(1, len(words))


def _find_credit_lines(
    body: HtmlElement, core: HtmlElement, title: HtmlElement | None, head: PageHead
) -> set[HtmlElement]:
    """Return the lines around the text that name its authors or its date.

    The line that repeats the author whom the page's head names is marked as the byline, and is the only one.
    """
    inside, lines = set(core.iter()), set[HtmlElement]()
    for element, words in _iterate_short_lines(body):
        is_author = _names_only_authors(words, head.authors)
        if is_author and _stands_near(element, title, inside):
            element = _find_whole_line(element, head.authors)
            mark_as_setting(element, "byline")
            return {element}
        if element in inside or not (byline.is_byline(words) or (boilerplate.read_date_line(words) and not head.date)):
            continue
        is_short = len(words.split()) <= 8 and not any(child in lines for child in element.iter())
        if is_short or not has_blocks(element):
            lines.add(element)
    return lines


def _names_only_authors(words: str, authors: Sequence[str]) -> bool:
    """Return whether a page's line only names authors whom the head knows: “By Jane Roe, Lamp Editor”."""
    if len(words.split()) > _LONGEST_CREDIT or features.ends_with_question_mark(words):
        return False
    folded = words.casefold()
    names = [author.casefold() for author in authors if author.casefold() in folded]
    if not names:
        return False
    start = min(map(folded.find, names))
    most = _MOST_WORDS_WITH_DATE if _POSTED.match(folded) else _MOST_WORDS_BEFORE_NAME
    is_credit = start == 0 or bool(_CREDIT_START.match(folded))
    return len(folded[:start].split()) <= most and is_credit and not _INTERFACE.search(folded)


def _find_whole_line(element: HtmlElement, authors: Sequence[str]) -> HtmlElement:
    """Return the largest element around a name that is a byline as a whole: that of “by <a>Jane Roe</a>”."""
    for up in element.iterancestors("p", "div", "span", "address", "li"):
        words = collect_element_words(up)
        has_parts = any(child.tag in ("p", "div", "time", "h1", "h2", "h3") for child in up.iterdescendants())
        if not _names_only_authors(words, authors) or has_parts:
            break
        element = up
    return element


def _iterate_short_lines(body: HtmlElement) -> Iterator[tuple[HtmlElement, str]]:
    """Yield each short element of a page that may hold credits, and its words, from the page's end."""
    for element in reversed(list(body.iter("p", "div", "span", "time", "section", "address", "li", "a"))):
        words = collect_element_words(element) if len(element) < 12 else ""
        if 0 < len(words) <= 300 and not any(page_frame.explain_by_class(up) for up in element.iterancestors()):
            yield element, words


def _stands_near(element: HtmlElement, title: HtmlElement | None, inside: Container[HtmlElement]) -> bool:
    """Return whether a page's line is in the text or near the title, not in a bar of the site."""
    if element.tag in ("h1", "h2"):
        return False
    if element in inside:
        return True
    return title is not None and any(up in set(title.iterancestors()) for up in list(element.iterancestors())[:3])
