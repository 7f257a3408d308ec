"""The print edition of a pack: front page with agenda, an opening page for each item, furniture on every page.

Large print is the same pack set again, with marks where the pages of the normal edition begin.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from html import escape
from itertools import count as count_from
from pathlib import Path
from string import ascii_lowercase

from onrecord import __version__, model
from onrecord.editions import styles
from onrecord.editions.markup import PageMarks
from onrecord.editions.pack_pages import brief
from onrecord.editions.pdf.bind.binding import bind
from onrecord.editions.pdf.bind.leaves import Leaf, Placed, places, roman
from onrecord.editions.pdf.bind.pack_running_heads import Furniture
from onrecord.editions.pdf.bind.unbound_document import Bookmark, Copy
from onrecord.editions.pdf.edition import Printed, Progress, _guests, _Named, _Printing
from onrecord.editions.pdf.pages.geometry import pack_geometry
from onrecord.editions.pdf.typeset.weasyprint_adapter import Sheet
from onrecord.model import Book
from onrecord.model.inserted_pages import numbered
from onrecord.model.pack import Pack
from onrecord.runtime import font_files
from onrecord.runtime.task_runner import Press
from onrecord.wording import contributors, markings, translations
from onrecord.wording.page_numbers import Pagination

_MOST_PASSES = 6
_FRONT = "opening"


def printed(book: Book, folder: Path, press: Press, progress: Progress | None) -> Printed:
    """The pack as a PDF, its pages, and the same in large print if it asks for that."""
    assert book.pack is not None
    normal = _Briefing(book, book.pack, folder, press).printed(progress)
    if not book.pack.large_print:
        return normal
    large = _Briefing(book, book.pack, folder, press, normal.pagination).printed(progress)
    return replace(normal, large=large.data)


class _Briefing(_Printing):
    """One run; `normal` are the pages of the normal edition, if this is large print."""

    def __init__(self, book: Book, pack: Pack, folder: Path, press: Press, normal: Pagination | None = None) -> None:
        super().__init__(book, folder, press)
        self._pack = pack
        self._large = normal is not None
        self._page = pack_geometry(book.trim, large_print=self._large)
        sheets = ["print", "pack", *(["large-print"] if self._large else [])]
        self._css = "\n".join([self._page.css(), _furniture_css(self), *(styles.read(name, folder) for name in sheets)])
        self._words = translations.words_of_pack(book.language, late=pack.supplement is not None)
        self._marks = PageMarks(normal, "print")

    def printed(self, progress: Progress | None) -> Printed:
        interviews = self._set_interviews(self._book.interviews, {}, progress)
        front = self._front({})
        for _ in range(_MOST_PASSES):
            body = [
                _Named(_FRONT, front),
                *self._referred([_Named(_FRONT, front), *self._body(interviews)], interviews)[1:],
            ]
            numbers = self._numbers(body)
            people = self._contributors(numbers)
            order = [*body, people] if people else body
            before, front = front, self._front(self._numbers(order))
            order[0] = _Named(_FRONT, front)
            if len(before.part.pages) == len(front.part.pages):
                break
        else:
            raise ValueError("the length of the agenda never settled")
        order = [*(self._opener_numbered(one, self._numbers(order)) for one in order)]
        data = bind(self._copy(order, has_contributors=people is not None), self._font_data(), self._press.store).data
        return Printed(data, self._pagination(order, data), pages=self._pages_of_turns(order))

    # leaves

    def _sheet(
        self,
        html: str,
        title: str,
        head: str,
        *,
        language: str = "",
        side: str = "recto",
        pictures: Iterable[tuple[str, str, bytes]] = (),
    ) -> Sheet:
        return replace(super()._sheet(html, title, "", language=language, side=side, pictures=pictures), head="")

    def _front(self, numbers: Mapping[str, str]) -> Leaf:
        explained = markings.explained(self._pack.markings, self._book.language)
        return self._leaf(
            "briefing",
            "",
            roman_pages=False,
            pack=self._pack,
            numbers=_Numbers(numbers),
            explained=explained,
            briefing=brief(self._book),
            when=translations.moment(self._pack.starts, self._book.language),
            marking=self._marking(),
            large=self._large,
            has_contributors=bool(contributors.of(self._book)),
            measure=self._narrow(self._book.title, 2.5),
        )

    def _opener(self, part: model.Part, number: int, *, begun: bool) -> Leaf:
        return self._item(part, {})

    def _item(self, part: model.Part, numbers: Mapping[str, str]) -> Leaf:
        leaf = self._leaf(
            "item",
            "",
            roman_pages=False,
            part=part,
            number=part.number,
            numbers=_Numbers(numbers),
            measure=self._narrow(part.title, 2.1),
        )
        return replace(leaf, tab=part.number)

    def _opener_numbered(self, one: _Named, numbers: Mapping[str, str]) -> _Named:
        """An item's opening page that says where its interviews begin."""
        kind, _, number = one.name.partition(".")
        return _Named(one.name, self._item(self._book.parts[int(number) - 1], numbers)) if kind == "part" else one

    def _narrow(self, title: str, rem: float) -> str:
        """How wide a heading is set, so that its lines have about one length."""
        if self._large:
            return "none"
        return f"{font_files.balanced_width(title, rem * self._page.text_pt, 500, self._page.measure_pt):.1f}pt"

    # numbers of a supplement's pages

    @property
    def _inserted(self) -> bool:
        """Whether the pages are numbered as inserts; large print counts its own and has these in its margins."""
        return self._pack.supplement is not None and not self._large

    def _labels(self, order: Sequence[_Named]) -> tuple[str, ...]:
        """Papers have the numbers of inserts, blank pages behind them too; all else is i, ii, iii."""
        if not self._inserted or self._pack.supplement is None:
            return super()._labels(order)
        placed, count, _ = places([one.leaf for one in order], self._note_pages())
        ends = [*(place.index for place in placed[1:]), count]
        sizes = {one.name: end - place.index for one, place, end in zip(order, placed, ends, strict=True)}
        papers = numbered(self._pack.supplement, sizes)
        out: list[str] = []
        others = count_from(1)
        for one in order:
            out += papers.get(one.name) or (roman(next(others)) for _ in range(sizes[one.name]))
        return tuple(out)

    def _numbering(self, body: Sequence[_Named]) -> Callable[[Placed, int], str]:
        if not self._inserted:
            return super()._numbering(body)
        labels = self._labels(body)
        return lambda place, more: labels[place.index + more]

    # furniture

    def _folio(self) -> str:
        if self._inserted:
            return self._words["page_in"].format("{page}")
        return self._words["large_page_of" if self._large else "page_of"]

    def _marking(self) -> str:
        return markings.line(self._pack.markings, self._book.language)

    def _head(self, side: str) -> Sheet:
        title, day = (
            escape(text) for text in (self._pack.title, translations.day(self._pack.starts.date(), self._book.language))
        )
        html = f'<p class="occasion"><b>{title}</b> · {day}</p><p class="marking">{escape(self._marking())}</p>'
        return replace(self._sheet("", "head", ""), head=html, head_side=side)

    def _copy(self, order: Sequence[_Named], *, has_contributors: bool) -> Copy:
        book, own = self._book, self._words
        folio = self._folio()
        letters = ascii_lowercase + "-" if self._pack.supplement else ""
        characters = "".join(sorted({*folio.format(page="", pages=""), *"0123456789", *letters} - {" "}))
        faces_, stamped = self._specimens(
            {"folio": characters, "tab": "0123456789", "normal": f"0123456789{letters}", "address": "0123456789QA-"},
        )
        furniture = Furniture(
            recto_head=self._set(self._head("recto"))[0],
            faces=faces_,
            stamped=stamped,
            folio=folio,
            tabs=len(book.parts),
            note_pages=self._pack.note_pages,
            labels=self._labels(order) if self._inserted else (),
        )
        title = f"{book.title} ({own['large_print']})" if self._large else book.title
        return Copy(
            title=title,
            language=book.language,
            authors=_guests(book),
            subject=book.description or book.subtitle,
            publisher=book.publisher,
            date=book.date.isoformat(),
            identifier=book.identifier,
            leaves=tuple(one.leaf for one in order),
            bookmarks=tuple(self._bookmarks(has_contributors)),
            page=self._page,
            folio=stamped["folio"],
            address=stamped["address"],
            stamps=faces_,
            verso_head=self._set(self._head("verso"))[0],
            version=__version__,
            keywords=self._marking(),
            furniture=furniture,
        )

    def _bookmarks(self, has_contributors: bool) -> Iterator[Bookmark]:
        first, *rest = super()._bookmarks(has_contributors)
        yield Bookmark(self._book.title, first.name)
        for bookmark in rest:
            number = bookmark.name.partition("part.")[2]
            yield replace(bookmark, title=f"{number} {bookmark.title}") if number else bookmark


class _Numbers(dict[str, str]):
    """Page numbers by name; before they are known, some digits that need as much room."""

    def __missing__(self, key: str) -> str:
        return "000"


def _furniture_css(briefing: _Briefing) -> str:
    """The page on which the head is laid out: it has no margins of its own."""
    page = briefing._page
    rules = ["@page head-recto { margin: 0 } @page head-verso { margin: 0 }"]
    for side, left, right in (("recto", page.inner, page.outer), ("verso", page.outer, page.inner)):
        rules.append(f".running-head.{side} {{ margin: 12mm {right}mm 0 {left}mm }}")
    return "\n".join(rules)
