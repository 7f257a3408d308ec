"""Proves that page 14 is page 14: the words printed on each page stand between the same two markers in EPUB and HTML.

The printed pages are read out of the PDF, the markers out of the copies; where both have the same
letters, a page begins in the right place when as many letters stand before it. Notes are read
apart, because paper has them at the foot of the page; a picture and a pull quote have their place.
A word that the printer divided belongs to the later page: its marker stands before the word.
"""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from lxml import etree
from lxml.etree import _Element

from onrecord.model import Book, Interview, Place
from onrecord.model.problems import Problem
from onrecord.proof.reading.article_text import hiding_selectors, name_of
from onrecord.proof.reading.expected import promised
from onrecord.proof.reading.extracted_text import Chunk
from onrecord.proof.reading.normalize import HYPHEN, MINUS, PAGES, SOFT, letters, page_start, short
from onrecord.proof.reading.pdf_pages import UnreadableError
from onrecord.proof.reading.tag_tree import on_paper
from onrecord.proof.rules import epub as epubs
from onrecord.proof.rules import html as webs
from onrecord.proof.rules.compare import HINT
from onrecord.proof.rules.page_markers import TYPE, MarkedCopy, MarkedText, Marker, marked_copy
from onrecord.proof.rules.page_range import PEOPLE
from onrecord.proof.rules.pdf import Pages, Printed, pages_of
from onrecord.runtime.task_runner import ALONE, Press

_RULE = "pages-are-twins"
_PIECES = re.compile(f"([{HYPHEN}{MINUS}]|{page_start(r'[0-9]+')})")
_SECTIONS = {  # whose words a printed page holds -> the page of the e-book, and of the web edition
    "imprint": ("imprint.xhtml", "index.html"),
    "contents": ("nav.xhtml", "index.html"),
    "contributors": ("contributors.xhtml", "contributors.html"),
}


def prove_twins(
    book: Book, printed: Printed, epub: bytes | None, web: Mapping[str, bytes] | None, press: Press = ALONE
) -> tuple[Problem, ...]:
    """The problems of the page numbers that an EPUB, and the files of a web edition, took from this PDF."""
    try:
        pages = pages_of(book, printed)
    except UnreadableError as error:
        return (Problem(book.place, "copy-can-be-read", f"the PDF cannot be opened: {error}", HINT),)
    problems: list[Problem] = []
    if epub is not None:
        problems += _of_epub(book, pages, epub, press)
    if web is not None:
        problems += _Judge(book, pages, _web_copy(book, web, press)).problems()
    return tuple(problems)


# --- the copies -------------------------------------------------------------------------------------


def _web_copy(book: Book, files: Mapping[str, bytes], press: Press) -> MarkedCopy:
    css = "\n".join(webs.text_of(data) for name, data in files.items() if name.endswith(".css"))
    own = ["index.html", *(f"{interview.slug}.html" for interview in book.interviews)]
    names = {name for name in files if name.endswith(".html")}
    ordered = [*(name for name in own if name in names), *sorted(names - set(own))]
    pages = [(name, files[name]) for name in ordered]
    return marked_copy(book, "the web edition", ".html", pages, hiding_selectors(css), press)


def _of_epub(book: Book, pages: Pages, data: bytes, press: Press) -> Iterator[Problem]:
    try:
        archive = epubs.unpacked(data)
        copy = marked_copy(book, "the EPUB", ".xhtml", archive.spine, hiding_selectors(archive.css), press)
        nav = epubs.parsed(archive.nav) if archive.nav_name else None
    except (epubs.UnreadableError, etree.XMLSyntaxError) as error:
        yield Problem(book.place, "copy-can-be-read", f"the EPUB cannot be opened: {error}", HINT)
        return
    yield from _Judge(book, pages, copy).problems()
    yield from _page_list(book, pages, copy, nav, archive.nav_name)
    yield from _stated(book, copy, archive)


# --- markers ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Judge:
    """Compares the markers of one copy with the printed pages."""

    book: Book
    pages: Pages
    copy: MarkedCopy

    def problems(self) -> Iterator[Problem]:
        yield from self._labels()
        yield from self._order()
        places = {slug: self._places(slug) for slug in self.pages.texts}
        for interview in self.book.interviews:
            yield from self._interview(interview, *places.get(interview.slug, ({}, None)))
        begun = {sheet for found, _ in places.values() for sheet in found}
        yield from self._people()
        yield from self._others(begun)

    # which there are

    def _labels(self) -> Iterator[Problem]:
        """Every printed page has its marker, once, and no marker names another page."""
        count = Counter(marker.label for marker in self.copy.markers)
        for sheet, label in enumerate(self.pages.labels):
            if not count[label]:
                yield self._problem(self._place(sheet), "", f"there is no marker for page {label}")
            elif count[label] > 1:
                yield self._problem(self._place(sheet), "", f"there are {count[label]} markers for page {label}")
        labels = frozenset(self.pages.labels)
        for marker in self.copy.markers:
            if marker.label not in labels:
                what = f"a marker names page “{short(marker.label, 20)}”, which is not in print"
                yield self._problem(self.book.place, marker.file, what)
            elif not marker.is_whole:
                what = f"the marker of page {marker.label} does not say that it is page-{marker.label}"
                yield self._problem(self._place(self.pages.labels.index(marker.label)), marker.file, what)

    def _order(self) -> Iterator[Problem]:
        """Markers stand in the order of the pages; the first page of a site has an order of its own."""
        numbers = {label: number for number, label in enumerate(self.pages.labels)}
        last, file = -1, ""
        for marker in self.copy.markers:
            if self.copy.suffix == ".html" and (marker.file != file or marker.file == "index.html"):
                last, file = -1, marker.file
            number = numbers.get(marker.label, last)
            if number < last:
                what = f"the marker of page {marker.label} stands behind that of page {self.pages.labels[last]}"
                yield self._problem(self._place(number), marker.file, what)
            last = max(number, last)

    # where they stand

    def _places(self, slug: str) -> tuple[dict[int, tuple[int, bool]], int | None]:
        """Where the sheets of the printed interview begin among the letters of the copy (see `_aligned`)."""
        text = self.copy.texts.get(slug)
        return _aligned(self.pages.texts[slug], text.letters) if text else ({}, None)

    def _interview(
        self, interview: Interview, places: dict[int, tuple[int, bool]], differs: int | None
    ) -> Iterator[Problem]:
        text = self.copy.texts.get(interview.slug)
        if text is None or interview.slug not in self.pages.texts:
            yield self._problem(
                interview.place, "", f"there is no interview “{interview.slug}” to compare page by page"
            )
            return
        for sheet, (at, divided) in places.items():
            label = self.pages.labels[sheet]
            stand = [offset for name, offset in text.markers if name == label]
            if stand and (divided or stand[0] != at) and stand[0] not in (right := _right_places(text, at, divided)):
                begin = _some(text.words(min(right)))
                what = f"page {label} begins with “{_some(text.words(stand[0]))}”, in print it begins with “{begin}”"
                yield self._said(interview, text, at, what)
            elif not stand and any(marker.label == label for marker in self.copy.markers):
                what = f"page {label}, which begins with “{_some(text.words(at))}”, has its marker elsewhere"
                yield self._said(interview, text, at, what)
        if differs is not None:
            label = self.pages.labels[max(places, default=0)]
            what = f"the words of page {label} are not those in print from “{_some(text.words(differs))}” on"
            yield self._said(interview, text, differs, what)

    def _people(self) -> Iterator[Problem]:
        """In the list of people, a marker stands before what goes on on its page, or before the entry after that.

        Paper adds page numbers to an entry, so that the letters of two lists cannot be counted off.
        """
        text = self.copy.texts.get(PEOPLE)
        offsets = dict(text.markers) if text else {}
        blocks = self.pages.people
        for number, block in enumerate(blocks):
            before, *rest = PAGES.split(block)
            for sheet, words in zip(rest[::2], rest[1::2], strict=True):
                label = self.pages.labels[int(sheet)]
                if text is None or label not in offsets or (number == 0 and not before):
                    continue
                begins = [words, *(blocks[number + 1 : number + 2] if before else ())]
                have = text.rest_of_chunk(offsets[label]) if text.chunks else ""
                if not any(_solid(begin).startswith(_solid(have) or "nothing") for begin in begins):
                    what = f"page {label} of the list of people begins with “{_some(have)}”"
                    yield self._problem(self.book.place, "", f"{what}, in print it begins with “{_some(begins[-1])}”")

    def _others(self, begun: set[int]) -> Iterator[Problem]:
        """Pages on which no interview's text begins: those around the interviews, blank ones, notes alone."""
        by_label = {marker.label: marker for marker in self.copy.markers}
        body = min((n for n, names in enumerate(self.pages.names) if self._is_body(names)), default=0)
        for sheet, label in enumerate(self.pages.labels):
            marker = by_label.get(label)
            if marker is None or sheet in begun:
                continue
            names = self.pages.names[sheet]
            files = {file for name in names for file in self._files(name)}
            file = posixpath.basename(marker.file)
            if files and file not in files:
                what = f"the marker of page {label} stands in {file}, not in {' or '.join(sorted(files))}"
                yield self._problem(self._place(sheet), "", what)
            elif sheet >= body and not self._is_silent(sheet, marker, by_label):
                what = f"page {label} has words, in print it has none of an interview’s text"
                yield self._problem(self._place(sheet), file, what)

    def _is_body(self, names: frozenset[str]) -> bool:
        return any(name in self.pages.texts or name.startswith("part.") for name in names)

    def _files(self, name: str) -> set[str]:
        """The files in which the marker of a page with words of `name` may stand."""
        web = self.copy.suffix == ".html"
        kind, _, rest = name.partition(".")
        if name in self.pages.texts:
            return {name + self.copy.suffix}
        if kind == "part" and rest.isdecimal() and 0 < int(rest) <= len(self.book.parts):
            first = (interview.slug + ".html" for interview in self.book.parts[int(rest) - 1].interviews[:1])
            return {"index.html", *first} if web else {f"part-{rest}.xhtml"}
        return {_SECTIONS.get(rest, ("title-page.xhtml", "index.html"))[web]}

    def _is_silent(self, sheet: int, marker: Marker, by_label: Mapping[str, Marker]) -> bool:
        """Whether no text of an interview stands between the marker and the next one, or the end of the file."""
        slug = posixpath.basename(marker.file).removesuffix(self.copy.suffix)
        text = self.copy.texts.get(slug)
        if text is None:
            return True
        offsets = dict(text.markers)
        at = offsets.get(marker.label, len(text.letters))
        later = self.pages.labels[sheet + 1 :][:1]
        following = [offsets[label] for label in later if label in offsets and by_label[label].file == marker.file]
        return at == (following[0] if following else len(text.letters))

    # saying it

    def _said(self, interview: Interview, text: MarkedText, at: int, what: str) -> Problem:
        chunk = text.chunk_at(at)
        place = _place_of(interview, chunk) if chunk else interview.place
        return self._problem(place, chunk.where if chunk else "", f"interview “{interview.slug}”: {what}")

    def _place(self, sheet: int) -> Place:
        """The source of the interview that the sheet belongs to, or the book's."""
        places = (one.place for one in self.book.interviews if one.slug in self.pages.names[sheet])
        return next(places, self.book.place)

    def _problem(self, place: Place, where: str, what: str) -> Problem:
        copy = f"{self.copy.name}, {where}" if where else self.copy.name
        return Problem(place, _RULE, f"{copy}: {what}", HINT)


@lru_cache(maxsize=4096)  # most interviews have the same letters in e-book and web
def _aligned(printed: str, copy: str) -> tuple[dict[int, tuple[int, bool]], int | None]:
    """Where each sheet of `printed` begins among the letters of `copy`.

    By sheet: how many letters stand before it, and whether the printer divided a word there. Then
    where the letters begin to differ, or None.
    """
    places: dict[int, tuple[int, bool]] = {}
    at, divided = 0, False
    for piece in _PIECES.split(printed.replace(" ", "").replace(SOFT, "")):
        if piece in (HYPHEN, MINUS):  # the printer's, or one of the author's at the end of a line
            divided = not copy.startswith("-", at)
            at += not divided
        elif start := PAGES.fullmatch(piece):
            places[int(start.group(1))] = (at, divided)
        elif piece:
            if not copy.startswith(piece, at):
                return places, at + len(posixpath.commonprefix([piece, copy[at : at + len(piece)]]))
            at += len(piece)
            divided = False
    return places, at if at != len(copy) else None


def _right_places(text: MarkedText, at: int, divided: bool) -> set[int]:
    """Where the marker of a page may stand that begins with letter `at`: there, or before the word that goes on."""
    before = text.before(at) if 0 < at < len(text.letters) else ""
    run = re.search(r"[^ ]*$", before)
    word = re.search(r"[\w’']*$", before)
    begin, letter = (at - len(found.group()) if found else at for found in (run, word))
    return {begin, letter} if divided else {begin, at}


def _place_of(interview: Interview, chunk: Chunk) -> Place:
    """The line of the source whose words a chunk of a copy holds."""
    bare = _bare(chunk.text)
    turns = {turn.id: turn.place for turn in interview.turns}
    here = [piece for piece in promised(interview).text if piece.owner == chunk.owner and piece.passage.kind != "label"]
    exact = (piece.passage.place for piece in here if (own := _bare(piece.text)) in bare or bare in own)
    return next(exact, turns.get(chunk.owner, interview.place))


def _bare(text: str) -> str:
    return on_paper(letters(text)).replace(" ", "")


def _solid(text: str) -> str:
    """Letters alone, however they fall into lines."""
    return "".join(char for char in text if char.isalnum())


def _some(text: str) -> str:
    return short(text, 40) or "nothing"


# --- the page list ----------------------------------------------------------------------------------


def _page_list(book: Book, pages: Pages, copy: MarkedCopy, nav: _Element | None, nav_name: str) -> Iterator[Problem]:
    """The list has every printed page in order, and each entry leads to its marker (EPUB Accessibility 1.1 §3.3.3)."""

    def problem(what: str) -> Problem:
        return Problem(book.place, "page-list-is-whole", f"{copy.name}: {what}", HINT)

    navs = [element for element in nav.iter() if _is_page_list(element)] if nav is not None else []
    if len(navs) != 1:
        yield problem(f"it has {len(navs)} page lists" if navs else "it has no page list")
        return
    links = [element for element in navs[0].iter() if name_of(element) == "a"]
    labels = [letters("".join(link.itertext())) for link in links]
    if labels != list(pages.labels):
        number = next((n for n, pair in enumerate(zip(labels, pages.labels, strict=False)) if len(set(pair)) > 1), None)
        number = min(len(labels), len(pages.labels)) if number is None else number
        have, want = (
            f"“{short(some[number], 20)}”" if number < len(some) else "nothing" for some in (labels, pages.labels)
        )
        yield problem(f"its page list has {have} where the print edition has {want}")
    targets = {(marker.file, marker.id): marker.label for marker in copy.markers if marker.id}
    for link, label in zip(links, labels, strict=True):
        path, _, identity = (link.get("href") or "").partition("#")
        file = epubs.joined(posixpath.dirname(nav_name), path) if path else nav_name
        if targets.get((file, identity)) != label:
            yield problem(
                f"its page list sends page {short(label, 20)} to “{short(link.get('href') or '')}”, which is not its marker"
            )


def _is_page_list(element: _Element) -> bool:
    return name_of(element) == "nav" and "page-list" in (element.get(TYPE) or "").split()


_FEATURES = frozenset({"pageBreakMarkers", "pageNavigation"})


def _stated(book: Book, copy: MarkedCopy, archive: epubs.Archive) -> Iterator[Problem]:
    """The package names the print edition its numbers are from, and declares the markers and the list it has."""
    sources = [value for name, value in archive.stated if name == "pageBreakSource"]
    if len(sources) != 1 or sources[0] in ("", "none", book.identifier):
        said = "; ".join(f"“{short(source)}”" for source in sources) or "nothing"
        sentence = (
            f"{copy.name}: its page numbers are from print, but as their source (pageBreakSource) it names {said}"
        )
        yield Problem(book.place, "page-source-is-named", sentence, HINT)
    features = {value for name, value in archive.stated if name == "schema:accessibilityFeature"}
    for feature in sorted(_FEATURES - features):
        sentence = f"{copy.name}: it has page numbers, but does not declare {feature}"
        yield Problem(book.place, "features-are-declared", sentence, HINT)
