"""Read the page markers of e-book and web edition: where a printed page begins, by the letters before the marker.

Pages that were read before come from the cache.
"""

from __future__ import annotations

import json
import posixpath
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial

from lxml.etree import _Element

from onrecord.model import Book, Interview
from onrecord.model.scope import make_cache_key
from onrecord.proof.reading.article_text import (
    find_interview_elements,
    hides_itself,
    is_page_break,
    matches_selector,
    read_page_break_label,
    read_paged_text,
)
from onrecord.proof.reading.epub_archive import parse_xml
from onrecord.proof.reading.expected import expect_interview
from onrecord.proof.reading.extracted_text import Chunk
from onrecord.proof.reading.normalize import PAGE_MARK, mark_page_start
from onrecord.proof.reading.number_slots import generalize_page
from onrecord.proof.reading.printed_texts import fold_glyphs
from onrecord.proof.rules.changes_rules import CHANGES_PAGE
from onrecord.proof.rules.html import parse_html_page
from onrecord.proof.rules.index_rules import INDEX_PAGE
from onrecord.proof.rules.page_keys import PageKeys
from onrecord.proof.rules.running_heads import CHANGES, CONTRIBUTORS, INDEX
from onrecord.runtime import build_identity
from onrecord.runtime.fingerprints import compute_fingerprint
from onrecord.runtime.task_runner import TaskRunner

EPUB_TYPE = "{http://www.idpf.org/2007/ops}type"


@dataclass(frozen=True)  # unpickles faster without slots
class PageMarker:
    """A page break of a copy: the page it names, its id, the file it stands in."""

    label: str
    id: str
    file: str
    is_complete: bool  # has id, label and, in an EPUB, epub:type


@dataclass(frozen=True)  # unpickles faster without slots
class MarkedText:
    """The text of an interview or list of people in a copy: its letters without spaces, and its markers.

    All offsets count these letters.
    """

    packed: str  # the chunks as JSON: they are many, and only divided words and problems need them
    begins: tuple[int, ...]  # offset of each chunk
    letters: str
    markers: tuple[tuple[str, int], ...]  # label, offset

    @cached_property
    def chunks(self) -> tuple[Chunk, ...]:
        """Return the text blocks of the marked text, spaces included."""
        return tuple(Chunk(*fields) for fields in json.loads(self.packed))

    def get_text_before(self, offset: int) -> str:
        """Return a text block's words before the letter at `offset` of an interview."""
        chunk, index = self._locate_letter(offset)
        return chunk.text[:index]

    def get_text_from(self, offset: int) -> str:
        """Return a text block's words from the letter at `offset` of an interview on."""
        chunk, index = self._locate_letter(offset)
        return chunk.text[index:]

    def get_words_from(self, offset: int) -> str:
        """Return the text from the letter at `offset` to the end of the second next block, or ""."""
        if offset >= len(self.letters):
            return ""
        following = self.chunks[bisect_right(self.begins, offset) :][:2]
        return " ".join([self.get_text_from(offset), *(chunk.text for chunk in following)])

    def find_chunk(self, offset: int) -> Chunk | None:
        """Return the text block that holds the letter at `offset`; None if there is no text."""
        return self._locate_letter(offset)[0] if self.chunks else None

    def _locate_letter(self, offset: int) -> tuple[Chunk, int]:
        """Return the text block that holds the letter at `offset`, and the index of the letter in it."""
        number = bisect_right(self.begins, offset) - 1
        chunk, letters_before = self.chunks[number], offset - self.begins[number]
        for index, char in enumerate(chunk.text):
            if char != " ":
                if not letters_before:
                    return chunk, index
                letters_before -= 1
        return chunk, len(chunk.text)


@dataclass(frozen=True, slots=True)
class MarkedCopy:
    """The markers of a copy in its reading order, and its texts by slug."""

    name: str
    suffix: str
    markers: tuple[PageMarker, ...]
    texts: Mapping[str, MarkedText]


@dataclass(frozen=True)  # unpickles faster without slots
class _MarkedPage:
    """A page of a copy: its markers, the ids of its articles, the text of its interview or list of people."""

    markers: tuple[PageMarker, ...]
    articles: tuple[str, ...]
    name: str = ""  # a slug, CONTRIBUTORS, CHANGES or INDEX
    text: MarkedText | None = None
    labels: tuple[str, ...] = ()  # the page numbers in it that may change

    def has_numbers(self, labels: tuple[str, ...]) -> bool:
        """Return whether the page was read with these page numbers, or can be renumbered: each is one whole marker."""
        marked = tuple(marker.label for marker in self.markers if marker.label in self.labels and marker.is_complete)
        return labels == self.labels or marked == self.labels

    def renumber(self, labels: tuple[str, ...]) -> _MarkedPage:
        """Return what is read on the same page with these page numbers in place of its own."""
        if labels == self.labels:
            return self
        new = dict(zip(self.labels, labels, strict=True))
        markers = [
            replace(marker, label=new[marker.label], id=f"page-{new[marker.label]}") if marker.label in new else marker
            for marker in self.markers
        ]
        numbers = [(new.get(label, label), offset) for label, offset in self.text.markers] if self.text else []
        text = self.text and replace(self.text, markers=tuple(numbers))
        return replace(self, markers=tuple(markers), text=text, labels=labels)


@dataclass(frozen=True, slots=True)
class _MarkerTask:
    """A page to read. `interviews` are those whose text is needed, by slug."""

    file: str
    data: bytes
    hidden: frozenset[str]
    interviews: Mapping[str, Interview]
    is_xhtml: bool
    labels: tuple[str, ...] = ()

    def is_visible_break(self, element: _Element) -> bool:
        """Return whether the element is a page break that nothing hides."""
        return is_page_break(element) and not hides_itself(element) and not matches_selector(element, self.hidden)

    def build_marker(self, element: _Element) -> PageMarker:
        """Return the marker for a page-break element: page number, id and file."""
        label, id_ = read_page_break_label(element), element.get("id") or ""
        has_type = not self.is_xhtml or "pagebreak" in (element.get(EPUB_TYPE) or "").split()
        return PageMarker(label, id_, self.file, has_type and bool(label) and id_ == f"page-{label}")


def _read_page(task: _MarkerTask) -> _MarkedPage:
    """Return the page markers, article ids and needed texts of an e-book or web page. Runs in a worker."""
    page = parse_xml(task.data) if task.is_xhtml else parse_html_page(task.data)
    elements = list(page.iter())  # lxml makes its objects anew in each walk unless somebody holds them
    articles = find_interview_elements(elements)
    article = next((article for article in articles if article.get("id") in task.interviews), None)
    inside = set(article.iter()) if article is not None else set()
    markers: list[PageMarker] = []
    outer_marks: tuple[list[str], list[str]] = ([], [])  # of the markers before the article, and of those after it
    has_passed_article = False
    for element in elements:
        has_passed_article = has_passed_article or element is article
        if task.is_visible_break(element):
            markers.append(task.build_marker(element))
            if element not in inside:
                outer_marks[has_passed_article].append(mark_page_start(markers[-1].label))
    name, text = "", None
    if article is not None:
        name = article.get("id") or ""
        text = _read_marked_article(task, article, name, outer_marks)
    elif posixpath.basename(task.file).startswith("contributors."):
        name, text = CONTRIBUTORS, _read_marked_section(task, page, "contributors")
    elif posixpath.basename(task.file).startswith(f"{CHANGES_PAGE}."):
        name, text = CHANGES, _read_marked_section(task, page, CHANGES_PAGE)
    elif posixpath.basename(task.file).startswith(f"{INDEX_PAGE}."):
        name, text = INDEX, _read_marked_section(task, page, INDEX_PAGE)
    ids = tuple(article.get("id") or "" for article in articles)
    return _MarkedPage(tuple(markers), ids, name, text, task.labels)


def _read_marked_article(
    task: _MarkerTask, article: _Element, slug: str, outer_marks: tuple[list[str], list[str]]
) -> MarkedText:
    """Return an interview's text with its page markers; those around the article stand at its ends."""
    chunks = read_paged_text(article, task.file, expect_interview(task.interviews[slug]).owners, task.hidden)
    before, after = (Chunk("".join(marks), "", task.file) for marks in outer_marks)
    return _build_marked_text([before, *chunks, after])


def _read_marked_section(task: _MarkerTask, page: _Element, name: str) -> MarkedText:
    """Return the text and the page markers of the list of people, or of the index; empty without one."""
    section = next((element for element in page.iter() if element.get("id") == name), None)
    return _build_marked_text([] if section is None else read_paged_text(section, task.file, frozenset(), task.hidden))


def read_marked_copy(
    book: Book, name: str, suffix: str, pages: Sequence[tuple[str, bytes]], hidden: frozenset[str], runner: TaskRunner
) -> MarkedCopy:
    """Return page markers and texts of an e-book or web edition, whose pages are given in reading order.

    `hidden` are the selectors that its style sheets hide.
    """
    interviews = {interview.slug: interview for interview in book.interviews}
    key_of_copy = compute_fingerprint("page markers", build_identity.compute_build_identity(), suffix, sorted(hidden))

    def build_task(
        file: str, data: bytes, needed: Mapping[str, Interview], labels: tuple[str, ...] = ()
    ) -> _MarkerTask:
        """Return the task of reading one page file, whose texts of `needed` (by slug) are wanted."""
        return _MarkerTask(file, data, hidden, needed, suffix == ".xhtml", labels)

    slugs, tasks, labels_of_pages = [], [], []
    keys = PageKeys(runner.cache, key_of_copy)
    for file, data in pages:
        slug = posixpath.basename(file).removesuffix(suffix)
        needed = {slug: interviews[slug]} if slug in interviews else {}
        facts = [make_cache_key(interview) for interview in needed.values()]
        key, labels = compute_fingerprint(key_of_copy, file, data, facts), tuple[str, ...]()
        if needed:
            key, labels = keys.find(key, (file, facts), partial(generalize_page, data))
        slugs.append(set(needed))
        labels_of_pages.append(labels)
        tasks.append((key, partial(build_task, file, data, needed, labels)))
    read_pages = runner.run_small_cached(
        _read_page, tasks, lambda index, page: page.has_numbers(labels_of_pages[index])
    )
    keys.remember()
    marked_pages = [page.renumber(labels) for page, labels in zip(read_pages, labels_of_pages, strict=True)]
    for index, (file, data) in enumerate(pages):
        if not interviews.keys() & set(marked_pages[index].articles) <= slugs[index]:  # an interview on another page
            marked_pages[index] = _read_page(build_task(file, data, interviews))
    texts: dict[str, MarkedText] = {}
    for page in marked_pages:
        if page.text:
            texts.setdefault(page.name, page.text)
    return MarkedCopy(name, suffix, tuple(marker for page in marked_pages for marker in page.markers), texts)


def _build_marked_text(chunks: list[Chunk]) -> MarkedText:
    """Return the text of these blocks, their page marks taken out and listed by letter offset."""
    fields, begins, letters, markers, offset = [], [], [], [], 0
    for chunk in chunks:
        begin = offset
        texts, labels = (PAGE_MARK.split(fold_glyphs(chunk.text))[part::2] for part in (0, 1))
        for index, text in enumerate(texts):
            letters.append(text.replace(" ", ""))
            offset += len(letters[-1])
            if index < len(labels):
                markers.append((labels[index], offset))
        if offset > begin:
            fields.append((" ".join("".join(texts).split()), chunk.owner, chunk.location))
            begins.append(begin)
    return MarkedText(json.dumps(fields, ensure_ascii=False), tuple(begins), "".join(letters), tuple(markers))
