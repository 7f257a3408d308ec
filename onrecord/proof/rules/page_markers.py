"""Where a copy of the book says that printed pages begin: the markers of e-book and web, by the letters before them.

A page that was read before is known by its bytes.
"""

from __future__ import annotations

import pickle
import posixpath
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial

from lxml.etree import _Element

from onrecord.model import Book, Interview
from onrecord.model.scope import named
from onrecord.proof.reading.article_text import (
    interviews_in,
    is_hidden,
    is_page_break,
    is_selected,
    label_of,
    read_pages,
)
from onrecord.proof.reading.expected import promised
from onrecord.proof.reading.extracted_text import Chunk
from onrecord.proof.reading.normalize import PAGES, page_start
from onrecord.proof.reading.tag_tree import on_paper
from onrecord.proof.rules import epub as epubs
from onrecord.proof.rules import html as webs
from onrecord.proof.rules.page_range import PEOPLE
from onrecord.runtime import build_identity
from onrecord.runtime.cache import fingerprint
from onrecord.runtime.task_runner import Press

TYPE = "{http://www.idpf.org/2007/ops}type"


@dataclass(frozen=True)  # without slots it is read faster
class Marker:
    """A page break of a copy: the page it names, its id, the file it stands in."""

    label: str
    id: str
    file: str
    is_whole: bool  # it says to everybody what it is


@dataclass(frozen=True)  # without slots it is read faster
class MarkedText:
    """One interview of a copy: its letters without spaces, and how many of them stand before each marker."""

    packed: bytes  # its chunks: there are some dozen, and only who has to tell a problem asks for them
    begins: tuple[int, ...]  # how many letters stand before each chunk
    letters: str
    markers: tuple[tuple[str, int], ...]  # label, letters before it

    @cached_property
    def chunks(self) -> tuple[Chunk, ...]:
        return tuple(Chunk(*one) for one in pickle.loads(self.packed))  # noqa: S301 - `_text` wrote it

    def before(self, at: int) -> str:
        """The text of the chunk in front of letter `at`, spaces kept."""
        chunk, index = self._spot(at)
        return chunk.text[:index]

    def words(self, at: int) -> str:
        """The first words from letter `at` on."""
        if at >= len(self.letters):
            return ""
        chunk, index = self._spot(at)
        following = self.chunks[bisect_right(self.begins, at) :][:2]
        return " ".join([chunk.text[index:], *(one.text for one in following)])

    def chunk_at(self, at: int) -> Chunk | None:
        """The chunk with letter `at`."""
        return self._spot(at)[0] if self.chunks else None

    def rest_of_chunk(self, at: int) -> str:
        """The text of a chunk from letter `at` on."""
        chunk, index = self._spot(at)
        return chunk.text[index:]

    def _spot(self, at: int) -> tuple[Chunk, int]:
        number = bisect_right(self.begins, at) - 1
        chunk, left = self.chunks[number], at - self.begins[number]
        for index, char in enumerate(chunk.text):
            if char != " ":
                if not left:
                    return chunk, index
                left -= 1
        return chunk, len(chunk.text)


@dataclass(frozen=True, slots=True)
class MarkedCopy:
    """What a copy says of pages. `markers` stand in its reading order; `texts` go by slug."""

    name: str
    suffix: str
    markers: tuple[Marker, ...]
    texts: Mapping[str, MarkedText]


@dataclass(frozen=True)  # without slots it is read faster
class _Page:
    """A page of a copy: its markers, the ids of its articles, and the text of the interview or list of people it holds."""

    markers: tuple[Marker, ...]
    articles: tuple[str, ...]
    name: str = ""  # a slug, or PEOPLE
    text: MarkedText | None = None


@dataclass(frozen=True, slots=True)
class _Leaf:
    """A page to be read. `interviews` are those whose text counts; `typed`: it is XHTML, which says epub:type too."""

    file: str
    data: bytes
    hidden: frozenset[str]
    interviews: Mapping[str, Interview]
    typed: bool


def _read(leaf: _Leaf) -> _Page:
    """Read a page; the text of the interviews counts, all else is only a place for markers. Runs in a worker."""
    page = epubs.parsed(leaf.data) if leaf.typed else webs.parsed(leaf.data)
    found = interviews_in(page)
    article = next((one for one in found if one.get("id") in leaf.interviews), None)
    inside = set(article.iter()) if article is not None else set()
    markers: list[Marker] = []
    edges: tuple[list[str], list[str]] = ([], [])
    passed = False
    for element in page.iter():
        passed = passed or element is article
        if is_page_break(element) and not is_hidden(element) and not is_selected(element, leaf.hidden):
            label = label_of(element)
            markers.append(Marker(label, element.get("id") or "", leaf.file, _is_whole(element, label, leaf.typed)))
            if element not in inside:
                edges[passed].append(page_start(label))
    name, text = "", None
    if article is not None:
        name = article.get("id") or ""
        chunks = read_pages(article, leaf.file, promised(leaf.interviews[name]).owners, leaf.hidden)
        ends = [Chunk("".join(edge), "", leaf.file) for edge in edges]
        text = _text([ends[0], *chunks, ends[1]])
    elif posixpath.basename(leaf.file).startswith("contributors."):
        lists = [element for element in page.iter() if element.get("id") == "contributors"]
        name = PEOPLE
        text = _text([c for one in lists[:1] for c in read_pages(one, leaf.file, frozenset(), leaf.hidden)])
    return _Page(tuple(markers), tuple(one.get("id") or "" for one in found), name, text)


def _is_whole(element: _Element, label: str, typed: bool) -> bool:
    said = not typed or "pagebreak" in (element.get(TYPE) or "").split()
    return said and bool(label) and element.get("id") == f"page-{label}"


def marked_copy(
    book: Book, name: str, suffix: str, pages: Sequence[tuple[str, bytes]], hidden: frozenset[str], press: Press
) -> MarkedCopy:
    """What the pages of a copy say, in their order; a page that was read before is known by its bytes."""
    interviews = {interview.slug: interview for interview in book.interviews}
    typed = suffix == ".xhtml"
    about = fingerprint("twins", build_identity.identity(), suffix, sorted(hidden))

    def leaf(file: str, data: bytes, known: Mapping[str, Interview]) -> _Leaf:
        return _Leaf(file, data, hidden, known, typed)

    owned, wanted = [], []
    for file, data in pages:
        slug = posixpath.basename(file).removesuffix(suffix)
        own = {slug: interviews[slug]} if slug in interviews else {}
        key = fingerprint(about, file, data, [named(interview) for interview in own.values()])
        owned.append(set(own))
        wanted.append((key, partial(leaf, file, data, own)))
    found = press.quick(_read, wanted)
    for index, (file, data) in enumerate(pages):
        if not interviews.keys() & set(found[index].articles) <= owned[index]:  # an interview on a page of another name
            found[index] = _read(leaf(file, data, interviews))
    texts: dict[str, MarkedText] = {}
    for page in found:
        if page.text:
            texts.setdefault(page.name, page.text)
    return MarkedCopy(name, suffix, tuple(marker for page in found for marker in page.markers), texts)


def _text(chunks: list[Chunk]) -> MarkedText:
    clean, begins, squeezed, markers, at = [], [], [], [], 0
    for chunk in chunks:
        begin = at
        texts, labels = (PAGES.split(on_paper(chunk.text))[part::2] for part in (0, 1))
        for index, text in enumerate(texts):
            bare = text.replace(" ", "")
            squeezed.append(bare)
            at += len(bare)
            if index < len(labels):
                markers.append((labels[index], at))
        if at > begin:
            clean.append((" ".join("".join(texts).split()), chunk.owner, chunk.where))
            begins.append(begin)
    return MarkedText(pickle.dumps(clean, protocol=5), tuple(begins), "".join(squeezed), tuple(markers))
