"""Reads one interview out of HTML or XHTML: the `<article>` of a page, as a reader meets it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from lxml.etree import _Element

from onrecord.proof.reading.extracted_text import Chunk, Found, Oddity
from onrecord.proof.reading.normalize import call, from_a_copy, letters, list_number, page_start, picture, short
from onrecord.wording import translations

_BLOCKS = frozenset(
    {
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "caption",
        "center",
        "dd",
        "details",
        "dialog",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hgroup",
        "hr",
        "html",
        "img",
        "li",
        "main",
        "menu",
        "nav",
        "ol",
        "p",
        "pre",
        "search",
        "section",
        "summary",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
    }
)
_SILENT = frozenset({"head", "script", "style", "template", "noscript", "title"})
HIDING = re.compile(
    r"display:none|visibility:(?:hidden|collapse)|opacity:0(?![.\d])|font-size:0(?![.\d])|content-visibility:hidden"
)


def name_of(element: _Element) -> str:
    """The tag without its namespace; "" for a comment or an instruction."""
    tag = element.tag
    return tag.rpartition("}")[2].lower() if isinstance(tag, str) else ""


def classes_of(element: _Element) -> list[str]:
    return (element.get("class") or "").split()


def is_hidden(element: _Element) -> bool:
    """Whether a reader of the page never sees the element, by what stands on itself."""
    if element.get("hidden") is not None:
        return True
    style = element.get("style") or ""
    return bool(style) and HIDING.search("".join(style.lower().split())) is not None


def hiding_selectors(css: str) -> frozenset[str]:
    """The simple selectors (`.note`, `#q1`, `aside.note`) that a style sheet hides on every screen."""
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    css = re.sub(r"@media[^{]*\b(?:print|speech)\b[^{]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}", "", css)
    found: set[str] = set()
    for selectors, body in re.findall(r"([^{}]+)\{([^{}]*)\}", css):
        if HIDING.search("".join(body.lower().split())):
            found.update(selector.strip() for selector in selectors.split(","))
    return frozenset(selector for selector in found if re.fullmatch(r"[\w-]*(?:[.#][\w-]+)?", selector))


def is_selected(element: _Element, selectors: frozenset[str]) -> bool:
    """Whether one of the simple selectors means the element."""
    tag = name_of(element)
    marks = [f".{name}" for name in classes_of(element)]
    marks += [f"#{element.get('id')}"] if element.get("id") else []
    return tag in selectors or any(mark in selectors or tag + mark in selectors for mark in marks)


def interviews_in(page: _Element) -> list[_Element]:
    """The `<article class="interview">` elements of a page."""
    return [element for element in page.iter() if name_of(element) == "article" and "interview" in classes_of(element)]


def is_page_break(element: _Element) -> bool:
    """Whether the element marks where a page of the print edition begins (DPUB-ARIA 1.1, doc-pagebreak)."""
    return "doc-pagebreak" in (element.get("role") or "").split()


def label_of(element: _Element) -> str:
    """The page number that a page break tells."""
    return letters(from_a_copy(element.get("aria-label") or ""))


def text_outside(page: _Element, hidden: frozenset[str] = frozenset(), *, furniture: bool = True) -> str:
    """The visible letters of a page that stand in no interview; `furniture`: its navigation, head and foot too."""
    out: list[str] = []

    def walk(element: _Element) -> None:
        name = name_of(element)
        if name and name not in _SILENT and not is_hidden(element) and not is_selected(element, hidden):
            if is_page_break(element) or (name == "article" and "interview" in classes_of(element)):
                return
            if not furniture and (
                name in ("nav", "header", "footer") or {"skip", "citations"} & {*classes_of(element)}
            ):
                return
            block = name in _BLOCKS or name == "br"
            out.append("\n" if block else "")
            out.append(element.text or "")
            for child in element:
                walk(child)
                out.append(child.tail or "")
            out.append("\n" if block else "")

    walk(page)
    return letters("".join(out))


def read_article(
    article: _Element,
    page: str,
    owners: frozenset[str],
    hidden: frozenset[str] = frozenset(),
    numbers: Mapping[_Element, str] | None = None,
) -> Found:
    """One interview: `page` is the file it stands in, `owners` the ids that its passages were promised under.

    `numbers` are those before the items of numbered lists.
    """
    cite = translations.words(article.get("lang") or "")["cite"]
    reader = _Reader(page, owners, hidden, Found(page), cite=cite, numbers=numbers or {})
    reader.walk(article, "", f"{page}#{article.get('id') or ''}".rstrip("#"))
    reader.flush()
    return reader.found


def read_pages(article: _Element, file: str, owners: frozenset[str], hidden: frozenset[str]) -> list[Chunk]:
    """The running text of an interview with its pull quotes in their places, and the mark of every page break."""
    reader = _Reader(file, owners, hidden, Found(file), paged=True)
    reader.walk(article, "", file)
    reader.flush()
    return reader.found.chunks


@dataclass(slots=True)
class _Reader:
    """Walks the elements in order and cuts their text where blocks begin and end."""

    page: str
    owners: frozenset[str]
    hidden: frozenset[str]
    found: Found
    parts: list[str] = field(default_factory=list)
    owner: str = ""
    where: str = ""
    sink: list[Chunk] = field(default_factory=list)
    cite: str = ""  # the word of the link to a turn's citation
    paged: bool = False  # page breaks leave a mark, and pull quotes are read where they stand
    numbers: Mapping[_Element, str] = field(default_factory=dict)  # by list item

    def __post_init__(self) -> None:
        self.sink = self.found.chunks

    def walk(self, element: _Element, owner: str, where: str) -> None:
        name = name_of(element)
        if not name or name in _SILENT or is_hidden(element) or is_selected(element, self.hidden):
            return
        id_ = element.get("id") or ""
        if id_ in self.owners:
            owner = id_
            self.found.ids[id_] += 1
            self.found.places.setdefault(id_, f"{self.page}#{id_}")
        if id_:
            where = f"{self.page}#{id_}"
        block = name in _BLOCKS
        if block:
            self.flush()
            self.owner, self.where = owner, where
        if number := self.numbers.get(element):
            self.sink.append(Chunk(list_number(number), owner, where))
        if not self._special(element, name, owner, where):
            self._content(element, owner, where)
        if block:
            self.flush()

    def flush(self) -> None:
        """End the chunk that is being read."""
        text = letters("".join(self.parts)) if self.parts else ""
        self.parts.clear()
        if text:
            self.sink.append(Chunk(text, self.owner, self.where))
            self.found.last = self.owner

    def _content(self, element: _Element, owner: str, where: str) -> None:
        if element.text:
            self.parts.append(from_a_copy(element.text))
        for child in element:
            self.walk(child, owner, where)
            if child.tail:
                if not self.parts:
                    self.owner, self.where = owner, where
                self.parts.append(from_a_copy(child.tail))

    def _special(self, element: _Element, name: str, owner: str, where: str) -> bool:
        """Whether the element is something else than running text; it is read if so."""
        classes = classes_of(element)
        if name == "br":
            self.parts.append("\n")
        elif name == "img":
            self.sink.append(Chunk(picture(letters(from_a_copy(element.get("alt") or ""))), owner, where))
        elif name == "a" and "noteref" in classes:
            self.parts.append(call(self._number(element, "#fn", "fnref")))
        elif name == "span" and "xref" in classes:
            self.found.references.append(letters(from_a_copy("".join(element.itertext()))))
        elif name == "a" and "back" in classes:
            self._number(element, "#fnref", "")
        elif name == "p" and "address" in classes:
            self._address(element, owner, where)
        elif is_page_break(element):
            self.parts += [page_start(label_of(element))] if self.paged else []
        elif name == "aside" and "pullquote" in classes and not self.paged:
            self._aside(element, owner, where)
        elif name == "div" and "footnote" in classes:
            self._note(element, where)
        else:
            return False
        return True

    def _number(self, link: _Element, target: str, own: str) -> str:
        """The number a note's link shows; it must lead where it says."""
        number = letters(from_a_copy("".join(link.itertext())))
        right = link.get("href") == target + number and (not own or link.get("id") == own + number)
        if not (number.isdecimal() and right):
            sentence = f"has a footnote link “{short(number, 20)}” that leads to “{short(link.get('href') or '', 40)}”"
            self.found.oddities.append(Oddity("footnotes-are-linked", sentence, self.where))
        return number

    def _address(self, element: _Element, owner: str, where: str) -> None:
        text = letters(from_a_copy("".join(element.itertext())))
        links = [link for link in element.iter() if name_of(link) == "a"]
        if len(links) == 2 and self._is_cite(links[1], owner):
            text = text.removesuffix(self.cite).rstrip()
            links.pop()
        self.found.addresses.append((owner, text))
        if [link.get("href") for link in links] != [f"#{owner}"]:
            sentence = f"has an address “{short(text, 20)}” that does not link to its turn “{owner}”"
            self.found.oddities.append(Oddity("addresses-are-right", sentence, where))

    def _is_cite(self, link: _Element, owner: str) -> bool:
        """Whether the link says “cite” in the language of the interview, and leads to the turn's citation."""
        said = letters("".join(link.itertext())) == self.cite
        return said and "cite" in classes_of(link) and link.get("href") == f"#cite-{owner}"

    def _aside(self, element: _Element, owner: str, where: str) -> None:
        """Read a pull quote apart: one chunk."""
        read = self._apart(element, owner, where)
        self.found.pulls.append(Chunk(" ".join(chunk.text for chunk in read), owner, where))

    def _note(self, element: _Element, where: str) -> None:
        """Read a footnote apart, under its number."""
        number = re.fullmatch(r"fn(\d{1,6})", element.get("id") or "")
        read = self._apart(element, "", where)
        if number is None or int(number.group(1)) in self.found.notes:
            self.found.chunks += read  # text that nobody promised
        else:
            self.found.notes[int(number.group(1))] = read
            back = [letters("".join(link.itertext())) for link in element.iter() if "back" in classes_of(link)]
            if back != [number.group(1)]:
                sentence = f"has footnote {number.group(1)} numbered “{short(' '.join(back), 20)}”"
                self.found.oddities.append(Oddity("footnotes-are-linked", sentence, where))

    def _apart(self, element: _Element, owner: str, where: str) -> list[Chunk]:
        sink, self.sink = self.sink, []
        self._content(element, owner, where)
        self.flush()
        read, self.sink = self.sink, sink
        return read


def texts_of(page: _Element, name: str) -> Iterator[str]:
    """The letters of each element with the tag `name`."""
    for element in page.iter():
        if name_of(element) == name:
            yield letters("".join(element.itertext()))
