"""The print edition: set each interview by itself, then bind them with front and back matter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from onrecord import __version__, model
from onrecord.editions import design_tokens
from onrecord.editions.pdf import pack_edition
from onrecord.editions.pdf.bind.binding import bind_document
from onrecord.editions.pdf.bind.leaves import BookLeaf
from onrecord.editions.pdf.bind.unbound_document import UnboundDocument
from onrecord.editions.pdf.description import build_bookmarks, list_guests, name_leaves
from onrecord.editions.pdf.interview_leaves import InterviewSetter, Progress
from onrecord.editions.pdf.page_numbering import (
    NamedLeaf,
    PageNumbers,
    PrintEdition,
    build_pagination,
    find_first_sides,
    label_book_pages,
    map_first_pages,
)
from onrecord.editions.pdf.pages.geometry import get_book_geometry
from onrecord.editions.pdf.pages.part import TypesetPart
from onrecord.editions.pdf.print_check import find_print_problems
from onrecord.editions.pdf.running_heads import write_book_head
from onrecord.editions.pdf.typesetter import Typesetter, adapt_page
from onrecord.model import Book, Openings
from onrecord.model.dates import get_first_day
from onrecord.model.directions import is_from_right
from onrecord.model.page_numbers import LeafSpan
from onrecord.model.problems import Refused, select_errors
from onrecord.runtime.task_runner import TaskRunner
from onrecord.wording import citation, contributors, translations

__all__ = ["PrintEdition", "make_pdf"]

_STAMPS = {"folio": "0123456789ivxlc", "address": "0123456789QA-"}
_SHORT_BOOK = 24  # pages of interviews, counted as if all began on right-hand pages


def make_pdf(book: Book, folder: Path, runner: TaskRunner, progress: Progress | None = None) -> PrintEdition:
    """Return the book as a PDF file, tagged, claiming PDF/UA-1 and PDF/A-3a, and its pages.

    Raises `Refused` when a character has no glyph, when the layout engine complains, or when a
    worker is lost.
    """
    if problems := select_errors(find_print_problems(book, folder)):
        raise Refused(problems)
    if book.pack is None:
        return _BookPrinter(book, folder, runner).print_book(progress)
    return pack_edition.print_pack(book, book.pack, folder, runner, progress)


class _BookPrinter:
    """One run of the print edition of a book."""

    def __init__(self, book: Book, folder: Path, runner: TaskRunner) -> None:
        page = adapt_page(get_book_geometry(book.trim), folder, book.design)
        page = replace(page, is_mirrored=is_from_right(book.language))
        css = design_tokens.join_print_stylesheets(page.build_css(), folder, "print", design=book.design)
        self._book = book
        self._press = runner
        self._words = translations.get_interface_texts(book.language)
        self._typesetter = Typesetter(book, folder, runner, page, css, self._words)
        self._interviews = InterviewSetter(book, self._typesetter)
        self._first_number = book.offprint.first_page if book.offprint else 1
        self._label_pages = partial(label_book_pages, first_number=self._first_number)

    def print_book(self, progress: Progress | None) -> PrintEdition:
        """Set all pages of the book, bind them, and return the PDF file and its pages."""
        self._interviews.set_interviews(progress)
        leaves = self._set_compact_leaves() if self._is_compact() else self._set_spacious_leaves()
        has_contributors = leaves[-1].name == "back.contributors"
        bound = bind_document(
            self._describe(leaves, has_contributors=has_contributors), self._typesetter.read_font, self._press.cache
        )
        locations = zip(leaves, bound.page_ranges, bound.object_ranges, strict=True)
        spans = tuple(LeafSpan(named.name, *pages, *objects) for named, pages, objects in locations)
        pagination = build_pagination(self._book, leaves, self._label_pages(leaves), bound.data)
        return PrintEdition(bound.data, pagination, spans=spans)

    def _is_compact(self) -> bool:
        """Tell whether interviews may begin on any page: if the book says so, or is short and says nothing."""
        openings = Openings.RECTO if self._book.offprint else self._book.openings
        return openings is Openings.ANY or (openings is None and self._interviews.count_pages() < _SHORT_BOOK)

    def _set_spacious_leaves(self) -> list[NamedLeaf]:
        """Return all leaves, each on a right-hand page, those of the front matter with roman numbers."""
        body = self._interviews.build_leaves(self._set_opener)
        body = self._interviews.settle_references(body, self._label_pages)
        arabic = [named for named in body if not named.leaf.is_roman]
        contents, back = self._set_lists(arabic)
        return [
            NamedLeaf("opening", BookLeaf(self._set_opening(), is_roman=True, has_heads=False)),
            *(NamedLeaf("front.contents", BookLeaf(part, is_roman=True)) for part in contents),
            *(named for named in body if named.leaf.is_roman),
            *arabic,
            *(NamedLeaf("back.contributors", BookLeaf(part)) for part in back),
        ]

    def _set_compact_leaves(self) -> list[NamedLeaf]:
        """Return all leaves, one behind the other without blank pages, numbered from the title page on."""
        opening = BookLeaf(self._typesetter.set_template("opening", is_compact=True), has_heads=False)
        contents = self._typesetter.set_template("contents", numbers=PageNumbers())
        body = self._interviews.build_leaves(self._set_compact_opener, opens_anywhere=True)
        front = [NamedLeaf("opening", opening), NamedLeaf("front.contents", BookLeaf(contents, opens_anywhere=True))]
        leaves = self._interviews.settle_references([*front, *body], self._label_pages)
        sides = find_first_sides(leaves)
        for index, part in enumerate(self._book.parts, 1):
            if sides.get(f"part.{index}") == "verso":
                opener = self._typesetter.set_template("part", "verso", part=part, number=index)
                leaves = [
                    replace(named, leaf=replace(named.leaf, part=opener)) if named.name == f"part.{index}" else named
                    for named in leaves
                ]
        (contents,), back = self._set_lists(leaves)
        leaves[1] = NamedLeaf("front.contents", BookLeaf(contents, opens_anywhere=True))
        return [*leaves, *(NamedLeaf("back.contributors", BookLeaf(part, opens_anywhere=True)) for part in back)]

    def _set_opener(self, part: model.Part, number: int, is_after_interview: bool) -> BookLeaf:
        """Set the opening page of a part; return its leaf, roman if no interview precedes it."""
        opener = self._typesetter.set_template("part", part=part, number=number)
        return BookLeaf(opener, is_roman=not is_after_interview, has_heads=False)

    def _set_opening(self) -> TypesetPart:
        """Set the title page and the imprint; an off-print has a cover sheet with its citation."""
        offprint = self._book.offprint
        if offprint is None:
            return self._typesetter.set_template("opening", is_compact=False)
        (interview,) = self._book.interviews
        cited = citation.build_citation(interview, self._book, offprint.pages)
        guests = ", ".join(person.name for person in interview.guests)
        return self._typesetter.set_template("offprint", interview=interview, guests=guests, citation=cited)

    def _set_compact_opener(self, part: model.Part, number: int, _is_after_interview: bool) -> BookLeaf:
        """Set the opening page of a part for a right-hand page; return its leaf, which may begin on any page."""
        opener = self._typesetter.set_template("part", part=part, number=number)
        return BookLeaf(opener, has_heads=False, opens_anywhere=True)

    def _set_lists(self, leaves: Sequence[NamedLeaf]) -> tuple[list[TypesetPart], list[TypesetPart]]:
        """Set the contents and, if there are any, the contributors, with the page numbers of these leaves.

        An off-print has neither.
        """
        if self._book.offprint:
            return [], []
        words, typesetter = self._words, self._typesetter
        # The first page of the contributors depends on the leaves before them alone: any leaf can stand in for them.
        last = [*leaves, replace(leaves[-1], name="back.contributors")]
        sides = find_first_sides(last)
        first_pages = map_first_pages(leaves, label_book_pages)
        people = contributors.list_contributors(self._book)
        back = []
        if people:
            head, side = words["contributors"], sides["back.contributors"]
            back = [typesetter.fill_template("contributors", head, side, contributors=people, numbers=first_pages)]
            first_pages = map_first_pages(last, label_book_pages)
        side = sides.get("front.contents", "recto")
        contents = typesetter.fill_template("contents", words["contents"], side, numbers=first_pages)
        self._press.release_memory(len(self._book.interviews))
        front, *behind = typesetter.set_sources(contents, *back)
        return [front], behind

    def _describe(self, leaves: Sequence[NamedLeaf], *, has_contributors: bool) -> UnboundDocument:
        """Return the document to bind: the leaves, stamps, bookmarks and metadata."""
        book, typesetter = self._book, self._typesetter
        fonts, specimens = typesetter.shape_characters(_STAMPS)
        head = write_book_head(book)
        (verso_head,) = typesetter.set_sources(typesetter.make_source("", book.title, head))
        return UnboundDocument(
            title=book.interviews[0].title.text if book.offprint else book.title,
            language=book.language,
            authors=("" if book.offprint else ", ".join(book.editors)) or list_guests(book),
            subject=book.description or book.subtitle,
            publisher=book.publisher,
            date=get_first_day(book.date).isoformat(),
            identifier=book.identifier,
            leaves=tuple(named.leaf for named in leaves),
            names=name_leaves(book, leaves),
            bookmarks=tuple(build_bookmarks(book, self._words, has_contributors=has_contributors)),
            page=typesetter.page,
            folio=specimens["folio"],
            address=specimens["address"],
            stamp_fonts=fonts,
            verso_head=verso_head,
            version=__version__,
            first_number=self._first_number,
        )
