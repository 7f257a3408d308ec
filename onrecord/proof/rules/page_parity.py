"""Prove page parity: page 14 of the print edition is page 14 in EPUB and web edition.

The words of each printed page must stand between the same two markers. The printed pages are read out
of the PDF, the markers out of the copies; where both have the same letters, a page begins in the right
place if as many letters stand before it. Notes are not counted, because print has them at the foot of
the page; pictures and pull quotes are. A word that a page break divides belongs to the later page: its
marker stands before the word.
"""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from lxml import etree

from onrecord.model import Book, Interview, SourceLocation
from onrecord.model.facing import map_facing
from onrecord.model.problems import Problem
from onrecord.model.rule import Rule
from onrecord.proof.reading.article_text import find_hiding_selectors
from onrecord.proof.reading.epub_archive import UnreadableEpubError, parse_xml, unpack_epub
from onrecord.proof.reading.expected import expect_interview
from onrecord.proof.reading.extracted_text import Chunk
from onrecord.proof.reading.normalize import (
    LINE_END_HYPHEN,
    LINE_END_MINUS,
    PAGE_MARK,
    SOFT_GAP,
    mark_page_start,
    normalize_text,
    shorten_text,
)
from onrecord.proof.reading.pdf_pages import UnreadablePdfError
from onrecord.proof.reading.printed_texts import fold_glyphs
from onrecord.proof.rules.changes_rules import CHANGES_PAGE
from onrecord.proof.rules.html import decode_text
from onrecord.proof.rules.index_rules import INDEX_PAGE
from onrecord.proof.rules.page_list import check_page_list, check_page_metadata
from onrecord.proof.rules.page_markers import MarkedCopy, MarkedText, PageMarker, read_marked_copy
from onrecord.proof.rules.printed_book import PrintedBook, ReadPages, read_printed_pages, remove_line_ends
from onrecord.proof.rules.report import HINT
from onrecord.proof.rules.running_heads import CHANGES, CONTRIBUTORS, INDEX
from onrecord.runtime.task_runner import NO_WORKERS, TaskRunner

_PIECES = re.compile(f"([{LINE_END_HYPHEN}{LINE_END_MINUS}]|{mark_page_start(r'[0-9]+')})")
_SECTION_FILES = {  # the second part of a leaf's name -> its file in the EPUB, and in the web edition
    "imprint": ("imprint.xhtml", "index.html"),
    "contents": ("nav.xhtml", "index.html"),
    "contributors": ("contributors.xhtml", "contributors.html"),
    "changes": (f"{CHANGES_PAGE}.xhtml", f"{CHANGES_PAGE}.html"),
    "index": (f"{INDEX_PAGE}.xhtml", f"{INDEX_PAGE}.html"),
}


def prove_page_parity(
    book: Book,
    printed: PrintedBook,
    epub: bytes | None,
    web: Mapping[str, bytes] | None,
    runner: TaskRunner = NO_WORKERS,
) -> tuple[Problem, ...]:
    """Return the problems of page markers in an EPUB and a web edition, compared with the PDF."""
    try:
        pages = read_printed_pages(book, printed)
    except UnreadablePdfError as error:
        return (Problem(book.location, Rule.COPY_CAN_BE_READ, f"the PDF cannot be opened: {error}", HINT),)
    problems: list[Problem] = []
    if epub is not None:
        problems += _prove_epub_pages(book, pages, epub, runner)
    if web is not None:
        problems += MarkerRules(book, pages, _read_web_copy(book, web, runner)).check()
    return tuple(problems)


# --- the copies -------------------------------------------------------------------------------------


def _read_web_copy(book: Book, files: Mapping[str, bytes], runner: TaskRunner) -> MarkedCopy:
    """Return the page markers and texts of the web edition's pages, in the order of the book."""
    css = "\n".join(decode_text(data) for name, data in files.items() if name.endswith(".css"))
    book_order = ["index.html", *(f"{interview.slug}.html" for interview in book.interviews)]
    names = {name for name in files if name.endswith(".html")}
    ordered = [*(name for name in book_order if name in names), *sorted(names - set(book_order))]
    pages = [(name, files[name]) for name in ordered]
    return read_marked_copy(book, "the web edition", ".html", pages, find_hiding_selectors(css), runner)


def _prove_epub_pages(book: Book, pages: ReadPages, data: bytes, runner: TaskRunner) -> Iterator[Problem]:
    """Yield the problems of an EPUB's page markers, page list and page metadata."""
    try:
        archive = unpack_epub(data)
        copy = read_marked_copy(book, "the EPUB", ".xhtml", archive.spine, find_hiding_selectors(archive.css), runner)
        nav = parse_xml(archive.nav) if archive.nav_name else None
    except (UnreadableEpubError, etree.XMLSyntaxError) as error:
        yield Problem(book.location, Rule.COPY_CAN_BE_READ, f"the EPUB cannot be opened: {error}", HINT)
        return
    yield from MarkerRules(book, pages, copy).check()
    yield from check_page_list(book, pages.labels, copy, nav, archive.nav_name)
    yield from check_page_metadata(book, copy, archive)


# --- markers ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Alignment:
    """Where the sheets of a printed interview begin in the text of a copy.

    `starts`: by sheet, how many letters stand before it, and whether a page break divides a word there.
    `difference`: how many letters are the same in both before they differ, None if they do not.
    """

    starts: Mapping[int, tuple[int, bool]]
    difference: int | None = None


@dataclass(frozen=True, slots=True)
class MarkerRules:
    """Checks the markers of one copy against the printed pages."""

    book: Book
    pages: ReadPages
    copy: MarkedCopy

    def check(self) -> Iterator[Problem]:
        """Yield all problems of the page markers of an e-book or web edition."""
        yield from self._check_labels()
        yield from self._check_order()
        alignments = {slug: self._align_interview(slug) for slug in self.pages.texts}
        for interview in self.book.interviews:
            yield from self._check_interview(interview, alignments.get(interview.slug, _Alignment({})))
        yield from self._check_list(CONTRIBUTORS, self.pages.people, "list of people")
        yield from self._check_list(CHANGES, self.pages.changes, "page of changes")
        yield from self._check_list(INDEX, self.pages.index, "index")
        yield from self._check_pages_without_text({sheet for text in alignments.values() for sheet in text.starts})

    # labels and order

    def _check_labels(self) -> Iterator[Problem]:
        """Yield a problem for printed pages without exactly one whole marker, and for markers of no page."""
        counts = Counter(marker.label for marker in self.copy.markers)
        for sheet, label in enumerate(self.pages.labels):
            if not counts[label]:
                yield self._build_marker_problem(
                    self._find_sheet_source(sheet), "", f"there is no marker for page {label}"
                )
            elif counts[label] > 1:
                yield self._build_marker_problem(
                    self._find_sheet_source(sheet), "", f"there are {counts[label]} markers for page {label}"
                )
        labels = frozenset(self.pages.labels)
        for marker in self.copy.markers:
            if marker.label not in labels:
                fault = f"a marker names page “{shorten_text(marker.label, 20)}”, which is not in print"
                yield self._build_marker_problem(self.book.location, marker.file, fault)
            elif not marker.is_complete:
                fault = f"the marker of page {marker.label} does not say that it is page-{marker.label}"
                yield self._build_marker_problem(
                    self._find_sheet_source(self.pages.labels.index(marker.label)), marker.file, fault
                )

    def _check_order(self) -> Iterator[Problem]:
        """Yield a problem for page markers out of order; in the web edition, within each file but index.html.

        Of two texts that face each other in print, each has every other page.
        """
        numbers = {label: number for number, label in enumerate(self.pages.labels)}
        facing = map_facing(self.book)
        last, file = -1, ""
        for marker in self.copy.markers:
            is_new = marker.file != file or marker.file == "index.html"
            if is_new and (self.copy.suffix == ".html" or facing.get(_get_slug(marker.file)) == _get_slug(file)):
                last = -1
            file = marker.file
            number = numbers.get(marker.label, last)
            if number < last:
                fault = f"the marker of page {marker.label} stands after that of page {self.pages.labels[last]}"
                yield self._build_marker_problem(self._find_sheet_source(number), marker.file, fault)
            last = max(number, last)

    # interviews

    def _align_interview(self, slug: str) -> _Alignment:
        """Return where printed sheets begin in the copy's text of an interview; nowhere if the copy lacks it."""
        text = self.copy.texts.get(slug)
        return _align_letters(self.pages.texts[slug], text.letters) if text else _Alignment({})

    def _check_interview(self, interview: Interview, alignment: _Alignment) -> Iterator[Problem]:
        """Yield the problems of page markers in an interview, and its first letter that differs from print."""
        text = self.copy.texts.get(interview.slug)
        if text is None or interview.slug not in self.pages.texts:
            fault = f"there is no interview “{interview.slug}” to compare page by page"
            yield self._build_marker_problem(interview.location, "", fault)
            return
        for sheet, (offset, is_divided) in alignment.starts.items():
            if fault := self._describe_wrong_start(text, self.pages.labels[sheet], offset, is_divided=is_divided):
                yield self._build_text_problem(interview, text, offset, fault)
        if alignment.difference is not None:
            label = self.pages.labels[max(alignment.starts, default=0)]
            words = _shorten(text.get_words_from(alignment.difference))
            fault = f"the words of page {label} are not those in print from “{words}” on"
            yield self._build_text_problem(interview, text, alignment.difference, fault)

    def _describe_wrong_start(self, text: MarkedText, label: str, offset: int, *, is_divided: bool) -> str:
        """Return what is wrong with the marker of a page that begins in print at `offset`, "" if nothing."""
        stands_at = next((marked for name, marked in text.markers if name == label), None)
        if stands_at is None:
            if any(marker.label == label for marker in self.copy.markers):
                words = _shorten(text.get_words_from(offset))
                return f"page {label}, which begins with “{words}”, has its marker elsewhere"
            return ""
        if stands_at == offset and not is_divided:
            return ""
        right_offsets = _find_right_offsets(text, offset, is_divided=is_divided)
        if stands_at in right_offsets:
            return ""
        begin, right = _shorten(text.get_words_from(stands_at)), _shorten(text.get_words_from(min(right_offsets)))
        return f"page {label} begins with “{begin}”, in print it begins with “{right}”"

    # other pages

    def _check_list(self, leaf: str, blocks: Sequence[str], name: str) -> Iterator[Problem]:
        """Yield a problem for page markers in the list of people, or in the index, not before their page's first words.

        If the page begins inside an entry, the marker may stand before the next entry. Letters cannot be counted
        as in interviews, because print adds page numbers to the entries.
        """
        text = self.copy.texts.get(leaf)
        offsets = dict(text.markers) if text else {}
        for number, block in enumerate(blocks):
            before, *pieces = PAGE_MARK.split(block)
            for sheet, words in zip(pieces[::2], pieces[1::2], strict=True):
                label = self.pages.labels[int(sheet)]
                if text is None or label not in offsets or (number == 0 and not before):
                    continue
                beginnings = [words, *(blocks[number + 1 : number + 2] if before else ())]
                marked = text.get_text_from(offsets[label]) if text.chunks else ""
                prefix = remove_line_ends(marked) or "nothing"
                if not any(remove_line_ends(beginning).startswith(prefix) for beginning in beginnings):
                    fault = (
                        f"page {label} of the {name} begins with “{_shorten(marked)}”, "
                        f"in print it begins with “{_shorten(beginnings[-1])}”"
                    )
                    yield self._build_marker_problem(self.book.location, "", fault)

    def _check_pages_without_text(self, sheets_with_text: set[int]) -> Iterator[Problem]:
        """Yield a problem for misplaced markers of pages where no interview's text begins."""
        markers = {marker.label: marker for marker in self.copy.markers}
        sheets = {label: sheet for sheet, label in enumerate(self.pages.labels)}
        first_of_body = min((n for n, names in enumerate(self.pages.names) if self._is_body(names)), default=0)
        for sheet, label in enumerate(self.pages.labels):
            marker = markers.get(label)
            if marker is None or sheet in sheets_with_text:
                continue
            files = {file for name in self.pages.names[sheet] for file in self._list_allowed_files(name)}
            file = posixpath.basename(marker.file)
            if files and file not in files:
                fault = f"the marker of page {label} stands in {file}, not in {' or '.join(sorted(files))}"
                yield self._build_marker_problem(self._find_sheet_source(sheet), "", fault)
            elif sheet >= first_of_body and not self._is_empty_page(marker, markers, sheets):
                fault = f"page {label} has words, in print it has none of an interview’s text"
                yield self._build_marker_problem(self._find_sheet_source(sheet), file, fault)

    def _is_body(self, names: frozenset[str]) -> bool:
        """Return whether one of these leaves of a sheet is an interview or the opening of a part."""
        return any(name in self.pages.texts or name.startswith("part.") for name in names)

    def _list_allowed_files(self, name: str) -> set[str]:
        """Return the files in which the marker of a page with words of the leaf `name` may stand."""
        is_web = self.copy.suffix == ".html"
        kind, _, section = name.partition(".")
        if name in self.pages.texts:
            return {name + self.copy.suffix}
        if kind == "part" and section.isdecimal() and 0 < int(section) <= len(self.book.parts):
            first_interviews = self.book.parts[int(section) - 1].interviews[:1]
            first_files = (interview.slug + ".html" for interview in first_interviews)
            return {"index.html", *first_files} if is_web else {f"part-{section}.xhtml"}
        return {_SECTION_FILES.get(section, ("title-page.xhtml", "index.html"))[is_web]}

    def _is_empty_page(self, marker: PageMarker, markers: Mapping[str, PageMarker], sheets: Mapping[str, int]) -> bool:
        """Return whether no interview text is between the marker and the next one or the file's end."""
        text = self.copy.texts.get(_get_slug(marker.file))
        if text is None:
            return True
        offsets = dict(text.markers)
        start = offsets.get(marker.label, len(text.letters))
        sheet = sheets[marker.label]
        later = [label for label in offsets if sheets.get(label, -1) > sheet and markers[label].file == marker.file]
        ends = [offsets[label] for label in sorted(later, key=sheets.__getitem__)[:1]]
        return start == (ends[0] if ends else len(text.letters))

    # problems

    def _build_text_problem(self, interview: Interview, text: MarkedText, offset: int, fault: str) -> Problem:
        """Return a problem at the source of the words that stand at `offset` in the copy."""
        chunk = text.find_chunk(offset)
        place = _find_source(interview, chunk) if chunk else interview.location
        return self._build_marker_problem(
            place, chunk.location if chunk else "", f"interview “{interview.slug}”: {fault}"
        )

    def _find_sheet_source(self, sheet: int) -> SourceLocation:
        """Return the source location of the interview that the sheet belongs to, or the book's."""
        names = self.pages.names[sheet]
        return next(
            (interview.location for interview in self.book.interviews if interview.slug in names), self.book.location
        )

    def _build_marker_problem(self, place: SourceLocation, where: str, fault: str) -> Problem:
        """Return a problem of a copy's page markers; `place` is in the source, `where` in the copy, or ""."""
        copy = f"{self.copy.name}, {where}" if where else self.copy.name
        return Problem(place, Rule.PAGES_ARE_TWINS, f"{copy}: {fault}", HINT)


@lru_cache(maxsize=4096)  # most interviews have the same letters in e-book and web edition
def _align_letters(printed: str, copy: str) -> _Alignment:
    """Return where each sheet of the printed text begins among the letters of the copy."""
    starts: dict[int, tuple[int, bool]] = {}
    offset, is_divided = 0, False
    for piece in _PIECES.split(printed.replace(" ", "").replace(SOFT_GAP, "")):
        if piece in (
            LINE_END_HYPHEN,
            LINE_END_MINUS,
        ):  # inserted at a line end, or one of the author's that stood there
            is_divided = not copy.startswith("-", offset)
            offset += not is_divided
        elif start := PAGE_MARK.fullmatch(piece):
            starts[int(start.group(1))] = (offset, is_divided)
        elif piece:
            if not copy.startswith(piece, offset):
                common = posixpath.commonprefix([piece, copy[offset : offset + len(piece)]])
                return _Alignment(starts, offset + len(common))
            offset += len(piece)
            is_divided = False
    return _Alignment(starts, offset if offset != len(copy) else None)


def _find_right_offsets(text: MarkedText, offset: int, *, is_divided: bool) -> set[int]:
    """Return where the marker of a page that begins at `offset` may stand: there, or before a divided word."""
    before = text.get_text_before(offset) if 0 < offset < len(text.letters) else ""
    run = re.search(r"[^ ]*$", before)
    word = re.search(r"[\w’']*$", before)
    start_of_run, start_of_word = (offset - len(match.group()) if match else offset for match in (run, word))
    return {start_of_run, start_of_word} if is_divided else {start_of_run, offset}


def _find_source(interview: Interview, chunk: Chunk) -> SourceLocation:
    """Return the line of the manuscript whose words a text block of an e-book or web edition holds."""
    chunk_letters = _remove_spaces(chunk.text)
    turns = {turn.id: turn.location for turn in interview.turns}
    for piece in expect_interview(interview).passages:
        if piece.owner == chunk.owner and piece.passage.kind != "label":
            passage_letters = _remove_spaces(piece.text)
            if passage_letters in chunk_letters or chunk_letters in passage_letters:
                return piece.passage.location
    return turns.get(chunk.owner, interview.location)


def _get_slug(file: str) -> str:
    """Return the name of a page in a copy without folder and suffix: the slug of the interview on it."""
    return posixpath.splitext(posixpath.basename(file))[0]


def _remove_spaces(text: str) -> str:
    """Return the text normalized, look-alike characters made one, and without spaces, to compare copies."""
    return fold_glyphs(normalize_text(text)).replace(" ", "")


def _shorten(text: str) -> str:
    """Return the quoted beginning of a text for a problem's message, “nothing” if the text is empty."""
    return shorten_text(text, 40) or "nothing"
