"""Read the text of one interview out of HTML or XHTML: the `<article>` of a page, as a reader meets it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from lxml.etree import _Element

from onrecord.model.rule import Rule
from onrecord.proof.reading.extracted_text import Chunk, ExtractedInterview, Fault
from onrecord.proof.reading.normalize import (
    mark_list_number,
    mark_note_call,
    mark_page_start,
    mark_picture,
    normalize_text,
    replace_noncharacters,
    shorten_text,
)
from onrecord.runtime.interface_texts import get_language

# The elements that begin and end a block, by category.
_SECTIONS = {"address", "article", "aside", "body", "footer", "header", "hgroup", "html", "main", "nav", "search"}
_HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6", "section"}
_GROUPS = {"blockquote", "center", "details", "dialog", "div", "figcaption", "figure", "hr", "p", "pre", "summary"}
_LISTS = {"dd", "dl", "dt", "li", "menu", "ol", "ul"}
_TABLES = {"caption", "table", "tbody", "td", "tfoot", "th", "thead", "tr"}
_FORMS = {"fieldset", "form"}
_REPLACED = {"img"}  # a picture is a chunk of its own
_BLOCKS = frozenset(_SECTIONS | _HEADINGS | _GROUPS | _LISTS | _TABLES | _FORMS | _REPLACED)
_WITHOUT_TEXT = frozenset({"head", "script", "style", "template", "noscript", "title"})
HIDING_STYLE = re.compile(
    r"display:none|visibility:(?:hidden|collapse)|opacity:0(?![.\d])|font-size:0(?![.\d])|content-visibility:hidden"
)

# --- elements ---------------------------------------------------------------------------------------


def get_tag_name(element: _Element) -> str:
    """Return an HTML element's tag without its namespace, "" for a comment or a processing instruction."""
    tag = element.tag
    return _remove_namespace(tag) if isinstance(tag, str) else ""


@lru_cache(maxsize=1024)
def _remove_namespace(tag: str) -> str:
    """Return the name of a tag in small letters, without its namespace."""
    return tag.rpartition("}")[2].lower()


def get_classes(element: _Element) -> list[str]:
    """Return the classes in the HTML element's `class` attribute."""
    classes = element.get("class")
    return classes.split() if classes else []


def hides_itself(element: _Element) -> bool:
    """Return whether an HTML element's own attributes hide it from a reader."""
    if element.get("hidden") is not None:
        return True
    style = element.get("style") or ""
    return bool(style) and HIDING_STYLE.search("".join(style.lower().split())) is not None


def find_hiding_selectors(css: str) -> frozenset[str]:
    """Return the simple selectors (`.note`, `#q1`, `aside.note`) that a style sheet hides on every screen."""
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    css = re.sub(r"@media[^{]*\b(?:print|speech)\b[^{]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}", "", css)
    hiding: set[str] = set()
    for selectors, body in re.findall(r"([^{}]+)\{([^{}]*)\}", css):
        if HIDING_STYLE.search("".join(body.lower().split())):
            hiding.update(selector.strip() for selector in selectors.split(","))
    return frozenset(selector for selector in hiding if re.fullmatch(r"[\w-]*(?:[.#][\w-]+)?", selector))


def matches_selector(element: _Element, selectors: frozenset[str]) -> bool:
    """Return whether one of the simple selectors matches the HTML element."""
    tag = get_tag_name(element)
    marks = [f".{name}" for name in get_classes(element)]
    marks += [f"#{element.get('id')}"] if element.get("id") else []
    return tag in selectors or any(mark in selectors or tag + mark in selectors for mark in marks)


def _is_interview(element: _Element) -> bool:
    """Return whether the element is an `<article class="interview">`."""
    return get_tag_name(element) == "article" and "interview" in get_classes(element)


def find_interview_elements(elements: Iterable[_Element]) -> list[_Element]:
    """Return the `<article class="interview">` elements among those of a page."""
    return [element for element in elements if _is_interview(element)]


def is_page_break(element: _Element) -> bool:
    """Return whether the element marks where a page of the print edition begins (DPUB-ARIA 1.1, doc-pagebreak)."""
    role = element.get("role")
    return role is not None and "doc-pagebreak" in role.split()


def read_page_break_label(element: _Element) -> str:
    """Return the printed page number that a page-break element has as its label."""
    return normalize_text(replace_noncharacters(element.get("aria-label") or ""))


def _read_element_text(element: _Element) -> str:
    """Return the normalized text of an HTML element and of all that is inside it."""
    return normalize_text(replace_noncharacters("".join(element.itertext())))


# --- text outside the interviews --------------------------------------------------------------------


def read_text_outside_interviews(
    page: _Element, hidden: frozenset[str] = frozenset(), *, with_navigation: bool = True
) -> str:
    """Return the normalized visible text of a page that stands in no interview.

    `hidden` are the selectors of `find_hiding_selectors`. Without `with_navigation`, leave out the navigation, head,
    foot and citations of the page too.
    """
    parts: list[str] = []

    def add_texts(element: _Element) -> None:
        """Add the visible text in the element to `parts`, but not that of interviews."""
        name = get_tag_name(element)
        if not name or name in _WITHOUT_TEXT or hides_itself(element) or matches_selector(element, hidden):
            return
        if is_page_break(element) or _is_interview(element) or (not with_navigation and _is_navigation(element)):
            return
        line_end = "\n" if name in _BLOCKS or name == "br" else ""
        parts.append(line_end)
        parts.append(element.text or "")
        for child in element:
            add_texts(child)
            parts.append(child.tail or "")
        parts.append(line_end)

    add_texts(page)
    return normalize_text("".join(parts))


def _is_navigation(element: _Element) -> bool:
    """Return whether an element is a nav, header or footer, or of class “skip” or “citations”."""
    is_landmark = get_tag_name(element) in ("nav", "header", "footer")
    return is_landmark or not {"skip", "citations"}.isdisjoint(get_classes(element))


# --- text of an interview ---------------------------------------------------------------------------


def read_article(
    article: _Element,
    file: str,
    owners: frozenset[str],
    hidden: frozenset[str] = frozenset(),
    numbers: Mapping[_Element, str] | None = None,
) -> ExtractedInterview:
    """Return the text that the proof reads in an interview's `<article>`, by owner id, with the faults found.

    `file` is the name of the page for messages, `owners` the ids of its expected passages, `hidden` the selectors of
    `find_hiding_selectors`, `numbers` those before the items of numbered lists, by item.
    """
    cite_word = get_language(article.get("lang") or "").texts["cite"]
    reader = _ArticleReader(file, owners, hidden, ExtractedInterview(file), cite_word=cite_word, numbers=numbers or {})
    reader.read_element(article, "", f"{file}#{article.get('id') or ''}".rstrip("#"))
    reader.end_chunk()
    return reader.interview


def read_paged_text(article: _Element, file: str, owners: frozenset[str], hidden: frozenset[str]) -> list[Chunk]:
    """Return an interview's running text in HTML, pull quotes in their places, with a mark for each printed page."""
    reader = _ArticleReader(file, owners, hidden, ExtractedInterview(file), is_paged=True)
    reader.read_element(article, "", file)
    reader.end_chunk()
    return reader.interview.chunks


@dataclass(slots=True)
class _ArticleReader:
    """Walks the elements in document order and cuts their text where blocks begin and end.

    The `owner` of an element is the innermost expected id around it, its `where` a place for messages.
    """

    file: str
    owners: frozenset[str]
    hidden: frozenset[str]
    interview: ExtractedInterview
    text_parts: list[str] = field(default_factory=list)  # of the chunk that is being read
    owner: str = ""  # of that chunk
    where: str = ""  # of that chunk
    chunks: list[Chunk] = field(default_factory=list)  # where finished chunks go
    cite_word: str = ""  # of the link to a turn's citation, in the language of the interview
    is_paged: bool = False  # page breaks leave a mark, and pull quotes are read where they stand
    numbers: Mapping[_Element, str] = field(default_factory=dict)  # by list item

    def __post_init__(self) -> None:
        self.chunks = self.interview.chunks

    def read_element(self, element: _Element, owner: str, where: str) -> None:
        """Read an HTML element and all inside, under the id `owner`, at `where` in the file."""
        name = get_tag_name(element)
        if not name or name in _WITHOUT_TEXT or hides_itself(element) or matches_selector(element, self.hidden):
            return
        id_ = element.get("id") or ""
        if id_ in self.owners:
            owner = id_
            self.interview.id_counts[id_] += 1
            self.interview.locations.setdefault(id_, f"{self.file}#{id_}")
        if id_:
            where = f"{self.file}#{id_}"
        is_block = name in _BLOCKS
        if is_block:
            self.end_chunk()
            self.owner, self.where = owner, where
        if number := self.numbers.get(element):
            self.chunks.append(Chunk(mark_list_number(number), owner, where))
        if not self._read_marked(element, name, owner, where) and not self._read_apparatus(element, name, owner, where):
            self._read_inside(element, owner, where)
        if is_block:
            self.end_chunk()

    def end_chunk(self) -> None:
        """Add the text read since the last block boundary to the article's text blocks, if there is any."""
        text = normalize_text("".join(self.text_parts)) if self.text_parts else ""
        self.text_parts.clear()
        if text:
            self.chunks.append(Chunk(text, self.owner, self.where))
            self.interview.last_owner = self.owner

    def _read_inside(self, element: _Element, owner: str, where: str) -> None:
        """Read the text of an HTML element and its children, in document order."""
        if element.text:
            self.text_parts.append(replace_noncharacters(element.text))
        for child in element:
            self.read_element(child, owner, where)
            if child.tail:
                if not self.text_parts:
                    self.owner, self.where = owner, where
                self.text_parts.append(replace_noncharacters(child.tail))

    def _read_marked(self, element: _Element, name: str, owner: str, where: str) -> bool:
        """Read an HTML line end, picture or footnote call; return False for any other element."""
        if name == "br":
            self.text_parts.append("\n")
        elif name == "img":
            alt = normalize_text(replace_noncharacters(element.get("alt") or ""))
            self.chunks.append(Chunk(mark_picture(alt), owner, where))
        elif name == "a" and "noteref" in get_classes(element):
            self.text_parts.append(mark_note_call(self._read_note_link(element, "#fn", "fnref")))
        else:
            return False
        return True

    def _read_apparatus(self, element: _Element, name: str, owner: str, where: str) -> bool:
        """Read an element of an edition's page that is no running text (address, note …); return False for others."""
        classes = get_classes(element)
        if name == "span" and "xref" in classes:
            self.interview.references.append(_read_element_text(element))
        elif name == "a" and "back" in classes:
            self._read_note_link(element, "#fnref", "")
        elif name == "nav" and "versions" in classes:
            pass  # the names of languages, which the proof of markup compares
        elif name == "p" and "address" in classes:
            self._read_address(element, owner, where)
        elif is_page_break(element):
            self.text_parts += [mark_page_start(read_page_break_label(element))] if self.is_paged else []
        elif name == "aside" and "pullquote" in classes and not self.is_paged:
            self._read_pull_quote(element, owner, where)
        elif name == "div" and "footnote" in classes:
            self._read_note(element, where)
        else:
            return False
        return True

    def _read_note_link(self, link: _Element, target_prefix: str, id_prefix: str) -> str:
        """Return the number shown by a footnote's link; note a fault if target or id have another number."""
        number = _read_element_text(link)
        has_right_id = not id_prefix or link.get("id") == id_prefix + number
        if not (number.isdecimal() and link.get("href") == target_prefix + number and has_right_id):
            target = shorten_text(link.get("href") or "", 40)
            sentence = f"has a footnote link “{shorten_text(number, 20)}” that leads to “{target}”"
            self._add_fault(Rule.FOOTNOTES_ARE_LINKED, sentence, self.where)
        return number

    def _read_address(self, element: _Element, owner: str, where: str) -> None:
        """Note the address (“Q7”) and the time beside a turn, and a fault if the address does not link to that turn."""
        text = _read_element_text(element)
        links = [link for link in element.iter() if get_tag_name(link) == "a"]
        for link in [link for link in links if "version" in get_classes(link)]:  # which the proof of markup compares
            links.remove(link)
            text = normalize_text(text.replace(_read_element_text(link), "", 1))
        if len(links) > 1 and self._is_citation_link(links[-1], owner):
            text = text.removesuffix(self.cite_word).rstrip()
            links.pop()
        if len(links) == 2 and "time" in get_classes(links[1]):
            link = links.pop()
            time = _read_element_text(link)
            text = text.removesuffix(time).rstrip()
            self.interview.times.append((owner, time, link.get("href") or ""))
        self.interview.addresses.append((owner, text))
        if [link.get("href") for link in links] != [f"#{owner}"]:
            sentence = f"has an address “{shorten_text(text, 20)}” that does not link to its turn “{owner}”"
            self._add_fault(Rule.ADDRESSES_ARE_RIGHT, sentence, where)

    def _is_citation_link(self, link: _Element, owner: str) -> bool:
        """Return whether a link says “cite” in the interview's language, and leads to the turn's citation."""
        has_right_text = normalize_text("".join(link.itertext())) == self.cite_word
        return has_right_text and "cite" in get_classes(link) and link.get("href") == f"#cite-{owner}"

    def _read_pull_quote(self, element: _Element, owner: str, where: str) -> None:
        """Note a pull quote of the HTML article as one text block of its own."""
        chunks = self._read_separately(element, owner, where)
        self.interview.pull_quotes.append(Chunk(" ".join(chunk.text for chunk in chunks), owner, where))

    def _read_note(self, element: _Element, where: str) -> None:
        """Note a footnote of the HTML article under its number."""
        match = re.fullmatch(r"fn(\d{1,6})", element.get("id") or "")
        chunks = self._read_separately(element, "", where)
        if match is None or int(match.group(1)) in self.interview.notes:
            self.interview.chunks += chunks  # the comparison reports it as text that is not in the manuscript
            return
        number = match.group(1)
        self.interview.notes[int(number)] = chunks
        labels = [normalize_text("".join(link.itertext())) for link in element.iter() if "back" in get_classes(link)]
        if labels != [number]:
            sentence = f"has footnote {number} numbered “{shorten_text(' '.join(labels), 20)}”"
            self._add_fault(Rule.FOOTNOTES_ARE_LINKED, sentence, where)

    def _read_separately(self, element: _Element, owner: str, where: str) -> list[Chunk]:
        """Return the text blocks of an HTML element without adding them to the running text."""
        running_text, self.chunks = self.chunks, []
        self._read_inside(element, owner, where)
        self.end_chunk()
        chunks, self.chunks = self.chunks, running_text
        return chunks

    def _add_fault(self, rule: Rule, sentence: str, where: str) -> None:
        """Note a fault of the HTML article; `where` is its place for messages."""
        self.interview.faults.append(Fault(rule, sentence, where))
