"""The print edition: set each interview by itself, then bind them with front and back matter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from onrecord import __version__, model
from onrecord.editions import styles
from onrecord.editions.pdf import pack_edition
from onrecord.editions.pdf.bind.binding import bind
from onrecord.editions.pdf.bind.leaves import Leaf
from onrecord.editions.pdf.bind.unbound_document import Copy
from onrecord.editions.pdf.description import build_bookmarks, list_guests
from onrecord.editions.pdf.interview_leaves import InterviewSetter, Progress
from onrecord.editions.pdf.page_numbering import (
    NamedLeaf,
    Printed,
    build_pagination,
    label_book_pages,
    map_first_pages,
)
from onrecord.editions.pdf.pages.geometry import geometry
from onrecord.editions.pdf.pages.part import Part
from onrecord.editions.pdf.pages.printable import unprintable
from onrecord.editions.pdf.typesetter import Typesetter
from onrecord.model import Book
from onrecord.model.problems import Refused
from onrecord.runtime.task_runner import Press
from onrecord.wording import contributors, translations
from onrecord.wording.page_numbers import Span

__all__ = ["Printed", "make"]

_STAMPS = {"folio": "0123456789ivxlc", "address": "0123456789QA-"}


def make(book: Book, folder: Path, press: Press, progress: Progress | None = None) -> Printed:
    """Return the book as a PDF file, tagged, claiming PDF/UA-1 and PDF/A-3a, and its pages.

    Raises `Refused` when a character has no glyph, when the layout engine complains, or when a
    worker is lost.
    """
    problems = unprintable(book, folder)
    if problems:
        raise Refused(problems)
    if book.pack is None:
        return _BookPrinter(book, folder, press).print_book(progress)
    return pack_edition.print_pack(book, book.pack, folder, press, progress)


class _BookPrinter:
    """One run of the print edition of a book."""

    def __init__(self, book: Book, folder: Path, press: Press) -> None:
        page = geometry(book.trim)
        css = f"{page.css()}\n{styles.read('print', folder)}"
        self._book = book
        self._press = press
        self._words = translations.words(book.language)
        self._typesetter = Typesetter(book, folder, press, page, css, self._words)
        self._interviews = InterviewSetter(book, self._typesetter)

    def print_book(self, progress: Progress | None) -> Printed:
        self._interviews.set_interviews(progress)
        body = self._interviews.build_leaves(self._set_opener)
        body = self._interviews.settle_references(body, label_book_pages)
        arabic = [named for named in body if not named.leaf.roman]
        contents, *back = self._set_lists(arabic)
        front = [
            NamedLeaf("opening", Leaf(self._typesetter.set_template("opening"), roman=True, furnished=False)),
            NamedLeaf("front.contents", Leaf(contents, roman=True)),
            *(named for named in body if named.leaf.roman),
        ]
        leaves = [*front, *arabic, *(NamedLeaf("back.contributors", Leaf(part)) for part in back)]
        bound = bind(self._describe(leaves, has_contributors=bool(back)), self._typesetter.read_font, self._press.store)
        locations = zip(leaves, bound.sheets, bound.objects, strict=True)
        spans = tuple(Span(named.name, *pages, *objects) for named, pages, objects in locations)
        pagination = build_pagination(self._book, leaves, label_book_pages(leaves), bound.data)
        return Printed(bound.data, pagination, spans=spans)

    def _set_opener(self, part: model.Part, number: int, is_after_interview: bool) -> Leaf:
        opener = self._typesetter.set_template("part", part=part, number=number)
        return Leaf(opener, roman=not is_after_interview, furnished=False)

    def _set_lists(self, leaves: Sequence[NamedLeaf]) -> list[Part]:
        """Set the contents and, if there are any, the contributors, with the page numbers of these leaves."""
        words, typesetter = self._words, self._typesetter
        first_pages = map_first_pages(leaves, label_book_pages)
        people = contributors.of(self._book)
        back = []
        if people:
            head = words["contributors"]
            back = [typesetter.fill_template("contributors", head, contributors=people, numbers=first_pages)]
            # Their first page depends on the leaves before them alone, so any leaf can stand in for them.
            stand_in = replace(leaves[-1], name="back.contributors")
            first_pages = map_first_pages([*leaves, stand_in], label_book_pages)
        contents = typesetter.fill_template("contents", words["contents"], numbers=first_pages)
        self._press.rest(len(self._book.interviews))
        return typesetter.set_sources(contents, *back)

    def _describe(self, leaves: Sequence[NamedLeaf], *, has_contributors: bool) -> Copy:
        book, typesetter = self._book, self._typesetter
        fonts, specimens = typesetter.shape_characters(_STAMPS)
        (verso_head,) = typesetter.set_sources(typesetter.make_source("", book.title, book.title, side="verso"))
        return Copy(
            title=book.title,
            language=book.language,
            authors=", ".join(book.editors) or list_guests(book),
            subject=book.description or book.subtitle,
            publisher=book.publisher,
            date=book.date.isoformat(),
            identifier=book.identifier,
            leaves=tuple(named.leaf for named in leaves),
            bookmarks=tuple(build_bookmarks(book, self._words, has_contributors=has_contributors)),
            page=typesetter.page,
            folio=specimens["folio"],
            address=specimens["address"],
            stamps=fonts,
            verso_head=verso_head,
            version=__version__,
        )
