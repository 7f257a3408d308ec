"""The print edition: set each interview by itself, then bind them with front and back matter."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property, partial
from pathlib import Path

from onrecord import __version__, model
from onrecord.editions.own_design import run_guarded
from onrecord.editions.pdf import pack_edition
from onrecord.editions.pdf.bind.binding import bind_document
from onrecord.editions.pdf.bind.leaves import BookLeaf
from onrecord.editions.pdf.bind.unbound_document import UnboundDocument
from onrecord.editions.pdf.description import build_bookmarks, list_guests, name_leaves
from onrecord.editions.pdf.interview_leaves import MOST_PASSES, InterviewSetter, Progress
from onrecord.editions.pdf.page_numbering import (
    NamedLeaf,
    PageNumbers,
    PrintEdition,
    build_pagination,
    find_first_sides,
    label_book_pages,
    map_first_pages,
    map_interview_pages,
    map_turn_pages,
)
from onrecord.editions.pdf.pages.geometry import get_book_geometry
from onrecord.editions.pdf.pages.part import TypesetPart
from onrecord.editions.pdf.print_check import find_print_problems
from onrecord.editions.pdf.running_heads import write_book_head
from onrecord.editions.pdf.typeset.weasyprint_adapter import PartSource
from onrecord.editions.pdf.typesetter import Typesetter, adapt_page, join_print_css
from onrecord.model import Book, Openings
from onrecord.model.dates import get_first_day
from onrecord.model.directions import is_from_right
from onrecord.model.page_numbers import LeafSpan
from onrecord.model.problems import Problem, Refused, select_errors
from onrecord.runtime.interface_texts import get_language
from onrecord.runtime.task_runner import TaskRunner
from onrecord.wording import changed_places, citation, contributors, index_entries, translations

__all__ = ["PrintEdition", "make_pdf"]

_STAMPS = {"folio": "0123456789ivxlc", "address": "0123456789QA-"}
# The texts in running heads.
_HEADS = {"back.contributors": "contributors", "back.changes": "edition_changes", "back.index": "book_index"}
_SHORT_BOOK = 24  # pages of interviews, counted as if all began on right-hand pages


def make_pdf(book: Book, folder: Path, runner: TaskRunner, progress: Progress | None = None) -> PrintEdition:
    """Return the book as a PDF file, tagged, claiming PDF/UA-1 and PDF/A-3a, and its pages.

    Raises `Refused` when a character has no glyph, when the layout engine complains, or when a
    worker is lost.
    """
    if problems := select_errors(run_guarded(runner.executor, folder, _find_print_problems, (book, folder))):
        raise Refused(problems)
    if book.pack is None:
        return _BookPrinter(book, folder, runner).print_book(progress)
    return pack_edition.print_pack(book, book.pack, folder, runner, progress)


def _find_print_problems(job: tuple[Book, Path]) -> tuple[Problem, ...]:
    """Return the problems of the print edition that show before layout. Runs in a worker if the book has a design."""
    return find_print_problems(*job)


class _BookPrinter:
    """One run of the print edition of a book."""

    def __init__(self, book: Book, folder: Path, runner: TaskRunner) -> None:
        page = adapt_page(get_book_geometry(book.trim), folder, book.design)
        page = replace(page, is_mirrored=is_from_right(book.language))
        css = join_print_css(runner, folder, page.build_css(), book.design, "print")
        self._book = book
        self._press = runner
        self._words = translations.get_interface_texts(book.language)
        self._typesetter = Typesetter(book, folder, runner, page, css, self._words)
        self._interviews = InterviewSetter(book, self._typesetter)
        self._first_number = book.offprint.first_page if book.offprint else 1
        self._label_pages = partial(label_book_pages, first_number=self._first_number)

    def print_book(self, progress: Progress | None) -> PrintEdition:
        """Set all pages of the book, bind them, and return the PDF file and its pages."""
        self._begin_after_front_matter()
        self._interviews.set_interviews(progress)
        leaves = self._set_compact_leaves() if self._is_compact() else self._set_spacious_leaves()
        bound = bind_document(self._describe(leaves), self._typesetter.read_font, self._press.cache)
        locations = zip(leaves, bound.page_ranges, bound.object_ranges, strict=True)
        spans = tuple(LeafSpan(named.name, *pages, *objects) for named, pages, objects in locations)
        if any(named.leaf.spreads for named in leaves):  # their pages are no consecutive ones
            spans = ()
        pagination = build_pagination(self._book, leaves, self._label_pages(leaves), bound.data)
        return PrintEdition(bound.data, pagination, spans=spans)

    def _begin_after_front_matter(self) -> None:
        """Let the interview of a book of one begin on the side on which it will stand, if the book is a short one.

        It is set again if it is not: one layout is spared nearly always.
        """
        is_spacious = self._book.offprint or self._book.openings not in (None, Openings.ANY)
        if is_spacious or len(self._book.interviews) != 1 or any(part.has_opening_page for part in self._book.parts):
            return
        with contextlib.suppress(Refused):  # what is wrong with the interview is said first
            if sum(len(part.pages) for part in self._compact_front) % 2:
                self._interviews.begin_on_verso(self._book.interviews[0].slug)

    @cached_property
    def _compact_front(self) -> tuple[TypesetPart, TypesetPart]:
        """The title page with imprint, and the contents without page numbers, of a book without blank pages."""
        opening = self._typesetter.set_template("opening", is_compact=True)
        return opening, self._typesetter.set_template("contents", numbers=PageNumbers())

    def _is_compact(self) -> bool:
        """Return whether interviews may begin on any page: if the book says so, or is short and says nothing."""
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
            *back,
        ]

    def _set_compact_leaves(self) -> list[NamedLeaf]:
        """Return all leaves, one after the other without blank pages, numbered from the title page on.

        All are set again if the contents need more or fewer pages with their numbers than without them.
        """
        first, contents = self._compact_front
        opening = BookLeaf(first, has_heads=False)
        for _ in range(MOST_PASSES):
            body = self._interviews.build_leaves(self._set_compact_opener, opens_anywhere=True)
            front = [
                NamedLeaf("opening", opening),
                NamedLeaf("front.contents", BookLeaf(contents, opens_anywhere=True)),
            ]
            leaves = self._turn_openers(self._interviews.settle_references([*front, *body], self._label_pages))
            (numbered_contents,), back = self._set_lists(leaves, opens_anywhere=True)
            leaves[1] = NamedLeaf("front.contents", BookLeaf(numbered_contents, opens_anywhere=True))
            if len(numbered_contents.pages) == len(contents.pages):
                return [*leaves, *back]
            contents = numbered_contents
        raise ValueError("the length of the contents never settled")

    def _turn_openers(self, leaves: Sequence[NamedLeaf]) -> list[NamedLeaf]:
        """Return the leaves; the opening pages of parts that stand on left-hand pages are set for that side."""
        sides, turned = find_first_sides(leaves), list(leaves)
        for index, named in enumerate(leaves):
            kind, _, number = named.name.partition(".")
            if kind == "part" and sides[named.name] == "verso":
                part = self._book.parts[int(number) - 1]
                opener = self._typesetter.set_template("part", "verso", part=part, number=int(number))
                turned[index] = replace(named, leaf=replace(named.leaf, part=opener))
        return turned

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
        guests = get_language(self._book.language).names.comma.join(person.name for person in interview.guests)
        return self._typesetter.set_template("offprint", interview=interview, guests=guests, citation=cited)

    def _set_compact_opener(self, part: model.Part, number: int, _is_after_interview: bool) -> BookLeaf:
        """Set the opening page of a part for a right-hand page; return its leaf, which may begin on any page."""
        opener = self._typesetter.set_template("part", part=part, number=number)
        return BookLeaf(opener, has_heads=False, opens_anywhere=True)

    def _set_lists(
        self, leaves: Sequence[NamedLeaf], *, opens_anywhere: bool = False
    ) -> tuple[list[TypesetPart], list[NamedLeaf]]:
        """Set the contents and the back matter with the page numbers of these leaves; return the leaves of the latter.

        An off-print has neither.
        """
        if self._book.offprint:
            return [], []
        typesetter = self._typesetter
        back: list[NamedLeaf] = []
        sources: list[PartSource] = []
        for name, template, values in self._list_back_matter(leaves):
            back = self._fill_last_leaf(back, typesetter.set_sources(*sources), opens_anywhere=opens_anywhere)
            # The first page of a leaf depends on the leaves before it alone: any leaf can stand in for it.
            stand_in = replace(leaves[-1].leaf, spreads=(), is_first_of_two=False)
            back.append(NamedLeaf(name, stand_in))
            side = find_first_sides([*leaves, *back])[name]
            sources = [typesetter.fill_template(template, self._words[_HEADS[name]], side, **values)]
        numbers = map_first_pages([*leaves, *back], label_book_pages)
        side = find_first_sides(leaves).get("front.contents", "recto")
        contents = typesetter.fill_template("contents", self._words["contents"], side, numbers=numbers)
        self._press.release_memory(self._interviews.set_count)  # before other workers set the long lists
        front, *after = typesetter.set_sources(contents, *sources)
        return [front], self._fill_last_leaf(back, after, opens_anywhere=opens_anywhere)

    def _fill_last_leaf(
        self, back: Sequence[NamedLeaf], parts: Sequence[TypesetPart], *, opens_anywhere: bool
    ) -> list[NamedLeaf]:
        """Return the leaves, in the last of which a part stood in for these parts (one or none)."""
        leaves = [NamedLeaf(back[-1].name, BookLeaf(part, opens_anywhere=opens_anywhere)) for part in parts]
        return [*back[: len(back) - len(leaves)], *leaves]

    def _list_back_matter(self, leaves: Sequence[NamedLeaf]) -> Iterator[tuple[str, str, Mapping[str, object]]]:
        """Yield name, template and values of each leaf after the interviews, which are among these leaves."""
        if people := contributors.list_contributors(self._book):
            numbers = map_first_pages(leaves, label_book_pages)
            yield "back.contributors", "contributors", {"contributors": people, "numbers": numbers}
        if changes := changed_places.list_changed_places(self._book, map_turn_pages(leaves, label_book_pages)):
            numbers = map_first_pages(leaves, label_book_pages)
            yield "back.changes", "edition-changes", {"changes": changes, "numbers": numbers}
        pages = map_interview_pages(leaves, label_book_pages)
        if index := index_entries.list_printed_index(self._book, pages):
            yield "back.index", "book-index", {"index": index, **index_entries.get_marks(self._book.language)}

    def _describe(self, leaves: Sequence[NamedLeaf]) -> UnboundDocument:
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
            page_labels=tuple(self._label_pages(leaves)),
            names=name_leaves(book, leaves),
            bookmarks=tuple(build_bookmarks(book, self._words, [named.name for named in leaves])),
            page=typesetter.page,
            folio=specimens["folio"],
            address=specimens["address"],
            stamp_fonts=fonts,
            verso_head=verso_head,
            version=__version__,
            first_number=self._first_number,
        )
