"""The print edition of a pack: a front page with the agenda, a page before each item, heads on every page.

Large print is the same pack set again, with marks where the pages of the normal edition begin.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from string import Formatter, ascii_lowercase

from onrecord import __version__, model
from onrecord.editions.pack_pages import build_pack_brief
from onrecord.editions.page_marks import PageMarks
from onrecord.editions.pdf.bind.binding import bind_document
from onrecord.editions.pdf.bind.leaves import BookLeaf
from onrecord.editions.pdf.bind.pack_running_heads import PackRunningHeads
from onrecord.editions.pdf.bind.unbound_document import UnboundDocument
from onrecord.editions.pdf.description import build_bookmarks, list_guests, name_leaves
from onrecord.editions.pdf.interview_leaves import MOST_PASSES, InterviewSetter, Progress
from onrecord.editions.pdf.page_numbering import (
    LabelPages,
    NamedLeaf,
    PageNumbers,
    PrintEdition,
    build_pagination,
    find_first_sides,
    label_book_pages,
    label_supplement_pages,
    map_first_pages,
    map_interview_pages,
    map_turn_pages,
)
from onrecord.editions.pdf.pages.geometry import PageGeometry, get_pack_geometry
from onrecord.editions.pdf.pages.part import TypesetPart
from onrecord.editions.pdf.running_heads import write_pack_head
from onrecord.editions.pdf.typesetter import Typesetter, adapt_page, join_print_css
from onrecord.model import Book, Openings, Pack
from onrecord.model.dates import get_first_day
from onrecord.model.directions import is_from_right
from onrecord.model.page_numbers import Pagination
from onrecord.runtime.task_runner import TaskRunner
from onrecord.wording import contributors, index_entries, markings, translations

_FRONT = "opening"
_DIGITS = "0123456789"


def print_pack(book: Book, pack: Pack, folder: Path, runner: TaskRunner, progress: Progress | None) -> PrintEdition:
    """Return the pack as a PDF and its pages, with the same in large print if the pack asks for it."""
    normal = _PackPrinter(book, pack, folder, runner).print_edition(progress)
    if not pack.large_print:
        return normal
    large = _PackPrinter(book, pack, folder, runner, normal.pagination).print_edition(progress)
    return replace(normal, large_print=large.data)


class _PackPrinter:
    """One run of the print edition of a pack.

    For large print, `normal_pages` are the pages of the normal edition.
    """

    def __init__(
        self, book: Book, pack: Pack, folder: Path, runner: TaskRunner, normal_pages: Pagination | None = None
    ) -> None:
        self._book = book
        self._pack = pack
        self._press = runner
        self._is_large = normal_pages is not None
        self._marking = markings.format_markings(pack.markings, book.language)
        self._words = translations.get_pack_texts(book.language, late=pack.supplement is not None)
        page = get_pack_geometry(book.trim, large_print=self._is_large, is_mirrored=is_from_right(book.language))
        if not self._is_large:  # its size is the law of clear print
            page = adapt_page(page, folder, book.design)
        names = ["print", "pack", *(["large-print"] if self._is_large else [])]
        page_css = f"{page.build_css()}\n{_build_head_css(page)}"
        css = join_print_css(runner, folder, page_css, book.design, *names)
        marks = PageMarks(normal_pages, "print")
        self._typesetter = Typesetter(
            book, folder, runner, page, css, self._words, marks=marks, has_running_heads=False
        )
        self._interviews = InterviewSetter(book, self._typesetter)
        self._opens_anywhere = book.openings is Openings.ANY
        # Large print counts its own pages, and has the numbers of inserts in its margins.
        supplement = None if self._is_large else pack.supplement
        self._has_inserts = supplement is not None
        self._label_pages: LabelPages = (
            partial(label_supplement_pages, supplement=supplement, note_pages=pack.note_pages)
            if supplement is not None
            else partial(label_book_pages, note_pages=pack.note_pages)
        )

    def print_edition(self, progress: Progress | None) -> PrintEdition:
        """Set all pages of this edition, bind them, and return the PDF file and its pages."""
        self._interviews.set_interviews(progress)
        leaves = self._set_agenda_items(self._set_leaves())
        bound = bind_document(self._describe(leaves), self._typesetter.read_font, self._press.cache)
        pagination = build_pagination(self._book, leaves, self._label_pages(leaves), bound.data)
        return PrintEdition(bound.data, pagination, turn_pages=map_turn_pages(leaves, self._label_pages))

    # leaves

    def _set_leaves(self) -> list[NamedLeaf]:
        """Set all leaves, the front page again until its length stays the same; return them."""
        front = self._set_front({})
        for _ in range(MOST_PASSES):
            body = self._interviews.build_leaves(self._set_opener, opens_anywhere=self._opens_anywhere)
            leaves = self._interviews.settle_references([NamedLeaf(_FRONT, front), *body], self._label_pages)
            leaves += self._set_back_matter(leaves)
            numbered_front = self._set_front(map_first_pages(leaves, self._label_pages))
            leaves[0] = NamedLeaf(_FRONT, numbered_front)
            if len(front.part.pages) == len(numbered_front.part.pages):
                return leaves
            front = numbered_front
        raise ValueError("the length of the agenda never settled")

    def _set_front(self, first_pages: Mapping[str, str]) -> BookLeaf:
        """Set the front page, its agenda with these page numbers, and return its leaf."""
        part = self._typesetter.set_template(
            "briefing",
            pack=self._pack,
            numbers=PageNumbers(first_pages),
            explained=markings.explain_markings(self._pack.markings, self._book.language),
            briefing=build_pack_brief(self._book),
            when=translations.format_date_and_time(self._pack.starts, self._book.language),
            marking=self._marking,
            large=self._is_large,
            has_contributors=bool(contributors.list_contributors(self._book)),
            has_index=bool(index_entries.list_printed_index(self._book)),
        )
        return BookLeaf(part)

    def _set_opener(self, part: model.Part, _number: int, _is_after_interview: bool) -> BookLeaf:
        """Set the opening page of an agenda item without page numbers, and return its leaf."""
        return self._set_agenda_item(part, {}, "recto")

    def _set_agenda_item(self, part: model.Part, first_pages: Mapping[str, str], side: str) -> BookLeaf:
        """Set the opening page of an agenda item with these page numbers for a side; return its leaf."""
        opener = self._typesetter.set_template(
            "item",
            side,
            part=part,
            number=part.number,
            numbers=PageNumbers(first_pages),
        )
        return BookLeaf(opener, opens_anywhere=self._opens_anywhere, tab=part.number)

    def _set_agenda_items(self, leaves: Sequence[NamedLeaf]) -> list[NamedLeaf]:
        """Set the opening pages of agenda items again, with page numbers; return all leaves."""
        first_pages, sides = map_first_pages(leaves, self._label_pages), find_first_sides(leaves)
        numbered_leaves = []
        for named in leaves:
            kind, _, number = named.name.partition(".")
            if kind == "part":
                part = self._book.parts[int(number) - 1]
                named = NamedLeaf(named.name, self._set_agenda_item(part, first_pages, sides[named.name]))
            numbered_leaves.append(named)
        return numbered_leaves

    def _set_back_matter(self, leaves: Sequence[NamedLeaf]) -> list[NamedLeaf]:
        """Set the list of contributors and the index after these leaves and return the leaves of those there are."""
        back: list[NamedLeaf] = []
        values: dict[str, object]
        if people := contributors.list_contributors(self._book):
            values = {"contributors": people, "numbers": map_first_pages(leaves, self._label_pages)}
            back.append(self._set_back_leaf("back.contributors", "contributors", leaves, values))
        pages = map_interview_pages(leaves, self._label_pages)
        if index := index_entries.list_printed_index(self._book, pages):
            values = {"index": index, **index_entries.get_marks(self._book.language)}
            back.append(self._set_back_leaf("back.index", "book-index", [*leaves, *back], values))
        return back

    def _set_back_leaf(
        self, name: str, template: str, leaves: Sequence[NamedLeaf], values: Mapping[str, object]
    ) -> NamedLeaf:
        """Set the pages of a template after these leaves; return their leaf with its name."""
        stand_in = NamedLeaf(name, replace(leaves[-1].leaf, opens_anywhere=self._opens_anywhere))
        side = find_first_sides([*leaves, stand_in])[name]
        part = self._typesetter.set_template(template, side, **values)
        return NamedLeaf(name, BookLeaf(part, opens_anywhere=self._opens_anywhere))

    # heads and feet

    def _set_head(self, side: str) -> TypesetPart:
        """Set the running head of a `side` (recto, verso)."""
        head = write_pack_head(self._pack, self._marking, self._book.language, side)
        source = self._typesetter.make_source("", "head")
        return self._typesetter.set_sources(replace(source, head=head.html, head_side=head.side))[0]

    def _get_folio_pattern(self) -> str:
        """Return the text in the foot, with {page} and, unless pages are inserts, {pages}."""
        words = self._words
        if self._has_inserts:
            return words["page_in"].format("{page}")
        return words["large_page_of" if self._is_large else "page_of"]

    def _describe(self, leaves: Sequence[NamedLeaf]) -> UnboundDocument:
        """Return the document to bind: the leaves, heads, stamps, bookmarks and metadata."""
        book, pack, typesetter = self._book, self._pack, self._typesetter
        folio = self._get_folio_pattern()
        letters = ascii_lowercase + "-" if pack.supplement else ""
        pieces = _divide_pattern(folio)
        words = "" if pieces else folio.format(page="", pages="")
        characters = "".join(sorted({*words, *_DIGITS, *letters} - {" "}))
        fonts, specimens = typesetter.shape_characters(
            {"folio": characters, "tab": _DIGITS, "normal": f"{_DIGITS}{letters}", "address": f"{_DIGITS}QA-"}, pieces
        )
        furniture = PackRunningHeads(
            recto_head=self._set_head("recto"),
            fonts=fonts,
            specimens=specimens,
            folio_pattern=folio,
            tabs=len(book.parts),
            note_pages=pack.note_pages,
            labels=self._label_pages(leaves) if self._has_inserts else (),
        )
        return UnboundDocument(
            title=f"{book.title} ({self._words['large_print']})" if self._is_large else book.title,
            language=book.language,
            authors=list_guests(book),
            subject=book.description or book.subtitle,
            publisher=book.publisher,
            date=get_first_day(book.date).isoformat(),
            identifier=book.identifier,
            leaves=tuple(named.leaf for named in leaves),
            page_labels=tuple(self._label_pages(leaves)),
            names=name_leaves(book, leaves),
            bookmarks=tuple(build_bookmarks(book, self._words, [named.name for named in leaves])),
            page=typesetter.page,
            folio=specimens["folio"],
            address=specimens["address"],
            stamp_fonts=fonts,
            verso_head=self._set_head("verso"),
            version=__version__,
            keywords=self._marking,
            pack_heads=furniture,
        )


def _divide_pattern(folio: str) -> tuple[str, ...]:
    """Return the words of a pattern for page numbers, () if they are drawn letter by letter.

    The face of headings has Latin, Cyrillic and Greek letters; others are drawn in words, from their own faces.
    """
    if max(folio) < _FIRST_OTHER_LETTER:
        return ()
    pieces = (literal.strip() for literal, *_ in Formatter().parse(folio))
    return tuple(dict.fromkeys(piece for piece in pieces if piece))


_FIRST_OTHER_LETTER = "\u0530"  # Armenian, Hebrew, Arabic and all that follow


def _build_head_css(page: PageGeometry) -> str:
    """Return the CSS of the page on which a running head is laid out: without page margins."""
    rules = ["@page head-recto { margin: 0 } @page head-verso { margin: 0 }"]
    for side in ("recto", "verso"):
        is_right = page.is_right_hand(recto=side == "recto")
        left, right = (page.inner_mm, page.outer_mm) if is_right else (page.outer_mm, page.inner_mm)
        rules.append(f".running-head.{side} {{ margin: 10mm {right}mm 0 {left}mm }}")
        if page.is_mirrored:
            rules.append(f"html .running-head.{side} {{ text-align: {'left' if is_right else 'right'} }}")
    return "\n".join(rules)
