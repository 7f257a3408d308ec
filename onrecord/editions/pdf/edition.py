"""The print edition: sets each interview on its own, then binds them with front and back matter."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from html import escape
from pathlib import Path
from typing import TypeVar

from onrecord import __version__, model
from onrecord.editions import styles
from onrecord.editions.markup import Markup, PageMarks
from onrecord.editions.pdf.bind.binding import bind
from onrecord.editions.pdf.bind.leaves import Leaf, Placed, places, roman
from onrecord.editions.pdf.bind.unbound_document import Bookmark, Copy
from onrecord.editions.pdf.pages.geometry import PageGeometry, geometry
from onrecord.editions.pdf.pages.part import Part, Specimen
from onrecord.editions.pdf.pages.printable import font_folders, unprintable
from onrecord.editions.pdf.typeset.weasyprint_adapter import Characters, Sheet, set_part, specimens
from onrecord.model import (
    Book,
    CrossReference,
    Division,
    Figure,
    Interview,
    Passage,
    Place,
    Question,
    all_blocks,
    block_passages,
    cross_references,
    plain,
    walk_blocks,
)
from onrecord.model.problems import Problem, Refused
from onrecord.runtime import build_identity, font_files
from onrecord.runtime.cache import fingerprint
from onrecord.runtime.task_runner import Failure, Press
from onrecord.wording import contributors, translations
from onrecord.wording.page_numbers import END, PageStart, Pagination, Span

Progress = Callable[[int, int, str], None]
T = TypeVar("T")

_TITLE_REM, _TITLE_WEIGHT = 1.82, 500  # as in styles/print.css
_MOST_PASSES = 6
_OPENING = ("front.title", "front.contents", "front.imprint")  # what one leaf holds, in order
_STAMPS = {"folio": "0123456789ivxlc", "address": "0123456789QA-"}


def make(book: Book, folder: Path, press: Press, progress: Progress | None = None) -> Printed:
    """The book as a PDF file, tagged, claiming PDF/UA-1 and PDF/A-3a, and its pages.

    Raises `Refused` when a character has no glyph, when the layout engine complains, or when a
    worker is lost.
    """
    problems = unprintable(book, folder)
    if problems:
        raise Refused(problems)
    if book.pack is None:
        return _Printing(book, folder, press).printed(progress)
    from onrecord.editions.pdf import pack_edition

    return pack_edition.printed(book, folder, press, progress)


@dataclass(frozen=True)
class _Named:
    """A leaf and its name: a slug, `part.1`, `back.contributors`, …"""

    name: str
    leaf: Leaf


@dataclass(frozen=True)
class Printed:
    """The print edition: the file, and where its pages begin."""

    data: bytes
    pagination: Pagination
    large: bytes | None = None  # the same in large print
    pages: Mapping[str, str] = field(default_factory=dict)  # slug, and slug.id of a turn -> the page it begins on
    spans: tuple[Span, ...] = ()  # where each leaf stands in the file; not told of a pack


class _Printing:
    """One run of the print edition."""

    def __init__(self, book: Book, folder: Path, press: Press) -> None:
        self._book = book
        self._press = press
        self._markup = Markup(folder)
        self._page: PageGeometry = geometry(book.trim)
        self._css = f"{self._page.css()}\n{styles.read('print', folder)}"
        self._files = font_files.font_files(font_folders(folder))
        self._fonts = tuple((path.name, path.read_bytes()) for path in font_files.font_files([folder / "fonts"]))
        self._words = translations.words(book.language)
        self._marks = PageMarks(None, "print")

    def printed(self, progress: Progress | None) -> Printed:
        interviews = self._set_interviews(self._book.interviews, {}, progress)
        body = self._body(interviews)
        body = self._referred(body, interviews)
        front = [_Named("opening", self._leaf("opening", "", roman_pages=True, furnished=False))]
        front += [one for one in body if one.leaf.roman]
        rest = [one for one in body if not one.leaf.roman]
        numbers = self._numbers(
            [*rest, replace(rest[-1], name="back.contributors")]
        )  # wherever it ends, it begins there
        people = self._contributors_sheet(self._numbers(rest))
        listed = self._matter("contents", self._words["contents"], numbers=numbers if people else self._numbers(rest))
        self._press.rest(len(interviews))
        contents, *back = self._set(listed, *([people] if people else []))
        rest += [_Named("back.contributors", Leaf(part)) for part in back]
        order = (front[0], _Named("front.contents", Leaf(contents, roman=True)), *front[1:], *rest)
        bound = bind(self._copy(order, has_contributors=bool(back)), self._font_data(), self._press.store)
        placed = zip(order, bound.sheets, bound.objects, strict=True)
        spans = tuple(Span(one.name, *sheets, *objects) for one, sheets, objects in placed)
        return Printed(bound.data, self._pagination(order, bound.data), spans=spans)

    def _referred(self, body: list[_Named], interviews: dict[str, Part]) -> list[_Named]:
        """The body with the true page numbers in its cross-references, set again until they hold."""
        referring = [one for one in self._book.interviews if self._references[one.slug]]
        told: dict[str, str] = {}
        for _ in range(_MOST_PASSES if referring else 0):
            found = self._pages_of_turns([one for one in body if not one.leaf.roman])
            if found == told:
                break
            told = found
            interviews |= self._set_interviews(referring, told, None)
            leaves = {one.name: one.leaf for one in body}
            body = [_Named(name, replace(leaf, part=interviews.get(name, leaf.part))) for name, leaf in leaves.items()]
        else:
            if referring:
                raise ValueError("the page numbers of the cross-references never settled")
        return body

    def _copy(self, order: Sequence[_Named], *, has_contributors: bool) -> Copy:
        book = self._book
        fonts, stamps = self._specimens(_STAMPS)
        (verso,) = self._set(self._sheet("", book.title, book.title, side="verso"))
        return Copy(
            title=book.title,
            language=book.language,
            authors=", ".join(book.editors) or _guests(book),
            subject=book.description or book.subtitle,
            publisher=book.publisher,
            date=book.date.isoformat(),
            identifier=book.identifier,
            leaves=tuple(one.leaf for one in order),
            bookmarks=tuple(self._bookmarks(has_contributors)),
            page=self._page,
            folio=stamps["folio"],
            address=stamps["address"],
            stamps=fonts,
            verso_head=verso,
            version=__version__,
        )

    def _pagination(self, order: Sequence[_Named], data: bytes) -> Pagination:
        """The pages of the bound copy; a blank one belongs to the leaf before it."""
        placed, _, _ = places([one.leaf for one in order], self._note_pages())
        starts: dict[int, tuple[str, PageStart]] = {}
        for one, place in zip(order, placed, strict=True):
            names = _sections(one)
            for index, start in enumerate(one.leaf.part.starts):
                starts[place.index + index] = names[index], start
        leaves: dict[str, list[PageStart]] = {}
        labels = self._labels(order)
        name = ""
        for index, label in enumerate(labels):
            name, start = starts.get(index, (name, PageStart("", END)))
            leaves.setdefault(name, []).append(replace(start, label=label))
        book = self._book
        told = (book.title, book.publisher, book.edition, book.date.isoformat(), book.trim.value)
        source = f"{', '.join(text for text in told if text)}, {hashlib.sha256(data).hexdigest()[:12]}"
        return Pagination(source, {name: tuple(pages) for name, pages in leaves.items()}, labels)

    def _labels(self, order: Sequence[_Named]) -> tuple[str, ...]:
        """The number of every page, of blank ones too."""
        _, count, front = places([one.leaf for one in order], self._note_pages())
        return tuple(roman(index + 1) if index < front else str(index - front + 1) for index in range(count))

    def _note_pages(self) -> int:
        return self._book.pack.note_pages if self._book.pack else 0

    # setting

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
        return Sheet(
            html=html,
            css=self._css,
            language=language or self._book.language,
            title=title,
            pictures=tuple(pictures),
            fonts=self._fonts,
            head=escape(_shortened(head, self._page)),
            head_side=side,
        )

    def _interview_sheet(self, interview: Interview, numbers: Mapping[str, str]) -> Sheet:
        html = self._markup.interview(
            interview, self._book, "print", f"{interview.slug}.", self._marks.of(interview.slug), numbers
        )
        figures = (block for block in walk_blocks(all_blocks(interview)) if isinstance(block, Figure))
        assets = {block.asset.name: block.asset for block in figures}
        pictures = [(asset.name, asset.media_type, asset.data) for _, asset in sorted(assets.items())]
        title = interview.title.text
        sheet = self._sheet(html, title, title, language=interview.language, pictures=pictures)
        return replace(sheet, rules=self._balanced(title))

    def _balanced(self, title: str) -> str:
        """Lines of about one length for the title; the layout engine knows no `text-wrap: balance`."""
        width = font_files.balanced_width(title, _TITLE_REM * self._page.text_pt, _TITLE_WEIGHT, self._page.measure_pt)
        return f".opening .title {{ max-width: {width:.1f}pt }}"

    def _set_interviews(
        self, interviews: Sequence[Interview], numbers: Mapping[str, str], progress: Progress | None
    ) -> dict[str, Part]:
        """The part of each interview, by slug; what was set before, as it is now, comes out of the store."""
        wanted = [self._wanted(interview, numbers) for interview in interviews]
        results = self._press.made(
            set_part, wanted, name=lambda index: interviews[index].title.text, on_progress=progress
        )
        problems: list[Problem] = []
        parts: dict[str, Part] = {}
        for interview, (key, _), result in zip(interviews, wanted, results, strict=True):
            if isinstance(result, Failure):
                problems.append(
                    Problem(
                        interview.place,
                        "interviews-are-set",
                        f"“{interview.title}” could not be laid out: {result.reason}",
                        "look for very long paragraphs, tables or words in it",
                    )
                )
            else:
                problems += _complaints(result, interview.place)
                parts[interview.slug] = replace(result, key=key)
        if problems:
            raise Refused(problems)
        return parts

    def _wanted(self, interview: Interview, numbers: Mapping[str, str]) -> tuple[str, Callable[[], Sheet]]:
        """The name of all that the interview's sheet is made of, and the sheet, which is made only if it is asked for."""
        if not interview.reading:
            sheet = self._interview_sheet(interview, numbers)
            return fingerprint("set", build_identity.identity(), sheet), lambda: sheet
        told = [(one.name, one.address, numbers.get(one.name)) for one in self._references[interview.slug]]
        key = fingerprint(self._style_key, interview.reading, interview.pointer, told, self._marks.of(interview.slug))
        return key, partial(self._interview_sheet, interview, numbers)

    @cached_property
    def _references(self) -> Mapping[str, tuple[CrossReference, ...]]:
        """The links of each interview that tell a page number."""
        return {one.slug: tuple(cross_references(self._book, one)) for one in self._book.interviews}

    @cached_property
    def _style_key(self) -> str:
        return fingerprint("set", build_identity.identity(), self._css, self._fonts, self._page, self._book.language)

    def _set(self, *sheets: Sheet) -> list[Part]:
        """Parts that belong to the whole book; Refused if the layout engine complains."""
        keys = [fingerprint("set", build_identity.identity(), sheet) for sheet in sheets]
        made = self._press.made(
            set_part, [(key, partial(_itself, sheet)) for key, sheet in zip(keys, sheets, strict=True)]
        )
        parts = [replace(_there(part), key=key) for key, part in zip(keys, made, strict=True)]
        if problems := [problem for part in parts for problem in _complaints(part, self._book.place)]:
            raise Refused(problems)
        return parts

    def _specimens(self, texts: Mapping[str, str]) -> tuple[Part, dict[str, Specimen]]:
        """How to stamp these characters: class name -> characters."""
        wanted = Characters(self._css, tuple(texts.items()), self._fonts)
        (found,) = self._press.made(
            specimens, [(fingerprint("stamp", build_identity.identity(), wanted), lambda: wanted)]
        )
        return _there(found)

    def _leaf(self, template: str, head: str, *, roman_pages: bool, furnished: bool = True, **values: object) -> Leaf:
        (part,) = self._set(self._matter(template, head, **values))
        return Leaf(part, roman=roman_pages, furnished=furnished)

    def _matter(self, template: str, head: str, **values: object) -> Sheet:
        """Pages around the interviews."""
        html = self._markup.page(
            f"print/{template}.html",
            book=self._book,
            words=self._words,
            marks=self._marks,
            date=translations.day(self._book.date, self._book.language),
            **values,
        )
        return self._sheet(html, template, head)

    # the book's order

    def _body(self, interviews: dict[str, Part]) -> list[_Named]:
        found: list[_Named] = []
        begun = False
        for number, part in enumerate(self._book.parts, 1):
            if part.opens:
                found.append(_Named(f"part.{number}", self._opener(part, number, begun=begun)))
            for interview in part.interviews:
                begun = True
                addresses = tuple((f"{interview.slug}.{turn.id}", turn.address) for turn in interview.turns)
                leaf = Leaf(interviews[interview.slug], addresses=addresses, tab=part.number)
                found.append(_Named(interview.slug, leaf))
        return found

    def _opener(self, part: model.Part, number: int, *, begun: bool) -> Leaf:
        return self._leaf("part", "", roman_pages=not begun, furnished=False, part=part, number=number)

    def _numbers(self, body: Sequence[_Named]) -> dict[str, str]:
        """The printed number of the page on which each of them begins."""
        placed, _, _ = places([one.leaf for one in body])
        number = self._numbering(body)
        found = {one.name: number(place, 0) for one, place in zip(body, placed, strict=True)}
        return {"back.contributors": "", **found}

    def _numbering(self, body: Sequence[_Named]) -> Callable[[Placed, int], str]:
        """How the page is numbered that stands so many pages behind the beginning of a leaf."""
        return lambda place, more: str(place.number + more)

    def _pages_of_turns(self, body: Sequence[_Named]) -> dict[str, str]:
        """The printed number of the page on which each named place of the interviews begins."""
        placed, _, _ = places([one.leaf for one in body])
        number = self._numbering(body)
        found: dict[str, str] = {}
        for one, place in zip(body, placed, strict=True):
            for anchor in one.leaf.part.anchors:
                found.setdefault(anchor.name, number(place, anchor.page))
        return found

    def _contributors_sheet(self, numbers: dict[str, str]) -> Sheet | None:
        people = contributors.of(self._book)
        return (
            self._matter("contributors", self._words["contributors"], contributors=people, numbers=numbers)
            if people
            else None
        )

    def _contributors(self, numbers: dict[str, str]) -> _Named | None:
        sheet = self._contributors_sheet(numbers)
        return _Named("back.contributors", Leaf(self._set(sheet)[0])) if sheet else None

    def _bookmarks(self, has_contributors: bool) -> Iterator[Bookmark]:
        yield Bookmark(self._words["title_page"], "front.title")
        yield Bookmark(self._words["contents"], "front.contents")
        for number, part in enumerate(self._book.parts, 1):
            children = tuple(_bookmark(interview) for interview in part.interviews)
            if part.opens:
                yield Bookmark(part.title, f"part.{number}", children)
            else:
                yield from children
        if has_contributors:
            yield Bookmark(self._words["contributors"], "back.contributors")

    def _font_data(self) -> Callable[[str], bytes]:
        known = {font_files.digest(path): path for path in self._files}
        return lambda sha256: known[sha256].read_bytes()


def _sections(one: _Named) -> list[str]:
    """The name under which each page of the leaf is known; the opening holds title pages and imprint."""
    pages = len(one.leaf.part.starts)
    if one.name != "opening":
        return [one.name] * pages
    begins = {anchor.name: anchor.page for anchor in reversed(one.leaf.part.anchors) if anchor.name in _OPENING}
    found, name = [], "front.title"
    for index in range(pages):
        new = [section for section in _OPENING if begins.get(section) == index]
        name, after = (new[0], new[-1]) if new else (name, name)
        found.append(name)
        name = after
    return found


def _itself(sheet: Sheet) -> Sheet:
    return sheet


def _there(result: T | Failure) -> T:
    """The result; what cannot be made without a manuscript's fault is ours."""
    if isinstance(result, Failure):
        raise result.error or RuntimeError(result.reason)
    return result


def _complaints(part: Part, place: Place) -> list[Problem]:
    found = [
        Problem(place, "layout-is-clean", f"the layout engine says: {complaint}", "look at the styles/ of this book")
        for complaint in part.complaints
    ]
    if part.missing:
        listed = " ".join(f"{char!r} (U+{ord(char):04X})" for char in part.missing)
        found.append(
            Problem(
                place,
                "glyphs-exist",
                f"no font has {listed}",
                "take the character away, or put a font that has it into fonts/",
            )
        )
    return found


def _bookmark(interview: Interview) -> Bookmark:
    """An interview with its divisions and questions, closed until someone opens it."""
    top: list[Bookmark] = []
    inside: list[Bookmark] | None = None
    for item in interview.conversation:
        if isinstance(item, Division):
            inside = []
            top.append(Bookmark(plain(item.content), f"{interview.slug}.{item.id}"))
        elif isinstance(item, Question):
            words = " ".join(" ".join(passage.numbered_text for passage in _question_words(item)).split())
            entry = Bookmark(f"{item.address} {_cut(words, 90)}", f"{interview.slug}.{item.id}")
            if inside is None:
                top.append(entry)
            else:
                top[-1] = Bookmark(top[-1].title, top[-1].name, (*top[-1].children, entry))
    return Bookmark(interview.title.text, interview.slug, tuple(top))


def _question_words(question: Question) -> Iterator[Passage]:
    return block_passages(question.blocks, "")


def _cut(text: str, length: int) -> str:
    """At most `length` characters, cut between words."""
    return text if len(text) <= length else text[: length - 1].rsplit(" ", 1)[0].rstrip(" ,;:–—-") + "…"


def _shortened(head: str, page: PageGeometry) -> str:
    """A running head that fits the measure: 2.1 characters of the small italic to an em of the text."""
    return _cut(head, int(page.measure_pt / page.text_pt * 2.1))


def _guests(book: Book) -> str:
    return ", ".join(dict.fromkeys(person.name for interview in book.interviews for person in interview.guests))
