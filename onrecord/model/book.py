"""A book: parts with interviews, and what its title page, imprint and paper need.

A briefing pack is a book too. Book and pack name each other, so both stand in this module.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime

from onrecord.model.agenda import AgendaItem, Markings
from onrecord.model.changes import Supplement
from onrecord.model.dates import AnyDate
from onrecord.model.design import HOUSE_DESIGN, Design
from onrecord.model.index_headings import BookIndex
from onrecord.model.interview import Disclaimer, Interview
from onrecord.model.paper import AnyTrim, Openings, Trim
from onrecord.model.redirects import EarlierEdition, Redirect, Withdrawal
from onrecord.model.source_location import SourceLocation
from onrecord.model.text import TextLine
from onrecord.model.value import Value

_DEFAULT_MARKINGS = Markings()


@dataclass(frozen=True, slots=True)
class Part(Value):
    """A run of interviews; a book that is not divided is one part without a title.

    In a pack it is an item of the agenda: it has a number, may have a note, and may have no interview.
    """

    title: str
    interviews: tuple[Interview, ...]
    number: int = 0
    note: str = ""
    time: str = ""  # of an item of the agenda

    @property
    def has_opening_page(self) -> bool:
        """Return whether the part has a page of its own before its interviews."""
        return bool(self.title and (self.interviews or self.number))


@dataclass(frozen=True, slots=True)
class Release(Value):
    """An interview that was built although its file says it may not go out, and the reason on the command line."""

    slug: str
    reason: str


@dataclass(frozen=True, slots=True)
class Offprint(Value):
    """What makes a book an off-print: one interview of a book as a publication of its own, with that book's folios.

    `first_page` and `last_page` are those of the interview in the printed book.
    """

    whole_slug: str
    first_page: int = 1
    last_page: int = 1

    @property
    def pages(self) -> str:
        """Return the pages of the interview in the whole book: “14–19”, or “14”."""
        return "–".join(dict.fromkeys((str(self.first_page), str(self.last_page))))


@dataclass(frozen=True, slots=True)
class OfferedFile(Value):
    """Another edition of the book that its web edition offers: the format, and how large the file is."""

    format: str  # "pdf" or "epub"
    size: int  # bytes

    @property
    def kind(self) -> str:
        """Return the kind of an offered edition: “PDF” or “EPUB”."""
        return self.format.upper()

    @property
    def media_type(self) -> str:
        """Return the media type of an offered edition's format."""
        return {"pdf": "application/pdf", "epub": "application/epub+zip"}[self.format]

    def name_file(self, slug: str) -> str:
        """Return the file name of an offered edition in the web edition of the book with this slug."""
        return f"editions/{slug}.{self.format}"


@dataclass(frozen=True, slots=True)
class Book(Value):
    """A whole book, or the pack that was made of it.

    `has_listed_interviews`: book.yaml names its interviews one by one.
    """

    slug: str
    title: str
    language: str
    date: AnyDate
    parts: tuple[Part, ...]
    location: SourceLocation
    subtitle: str = ""
    short_title: str = ""  # for running heads and the spine; "": the title
    publisher: str = ""
    editors: tuple[str, ...] = ()
    identifier: str = ""  # "urn:isbn:…" or another URN; derived from the slug when book.yaml gives none
    edition: str = ""
    rights: str = ""
    description: str = ""
    url: str = ""  # where the web edition will live, "" or ends in "/"
    trim: AnyTrim = Trim.A5
    openings: Openings | None = None  # None: any page in a short book, right-hand pages in a longer one
    embed_fonts: bool = True  # in the EPUB
    has_listed_interviews: bool = False
    pack: Pack | None = None
    releases: tuple[Release, ...] = ()
    design: Design = HOUSE_DESIGN
    profile: TextLine | None = None  # the file of the printer's ICC profile, relative to the book's folder
    paper_thickness_mm: float = 0.0  # of one sheet, which has two pages; 0: unknown
    back_text: TextLine | None = None  # for the back of the cover, an empty line between its paragraphs
    more: tuple[tuple[str, str], ...] = ()  # keys of the desk's own with their texts
    printed_more: tuple[tuple[str, str], ...] = ()  # keys of `more` of interviews, with the words before their texts
    named_disclaimers: tuple[tuple[str, str], ...] = ()  # names in book.yaml with their texts, used or not
    needs_approval: bool = False  # of every interview
    offprint: Offprint | None = None
    has_offprints: bool = False  # the web edition offers each interview as an off-print
    has_cards: bool = False  # each page of the web edition has a picture for messengers, if the book has a `url`
    has_downloads: bool = True  # the web edition offers the editions that are built with it
    offered: tuple[OfferedFile, ...] = ()  # those that were built
    redirects: tuple[Redirect, ...] = ()
    withdrawals: tuple[Withdrawal, ...] = ()  # also of interviews that no part lists
    index: BookIndex | None = None  # what index.yaml says
    earlier: EarlierEdition | None = None  # the edition of `changes_since`
    typed_identifier: str = ""  # as book.yaml has it: an ISBN with its hyphens

    @property
    def isbn(self) -> str:
        """The ISBN out of an identifier `urn:isbn:…`, "" if the book has another one."""
        return self.identifier.removeprefix("urn:isbn:") if self.identifier.startswith("urn:isbn:") else ""

    @property
    def printed_isbn(self) -> str:
        """The ISBN as it is printed: with the hyphens that were typed (ISO 2108:2017, annex A)."""
        typed = re.sub(r"(?i)^(urn:)?isbn[: ]*", "", self.typed_identifier).strip().replace(" ", "-").upper()
        return typed if typed.replace("-", "") == self.isbn else self.isbn

    @property
    def printed_index(self) -> BookIndex | None:
        """The index that its editions have: a pack's only if the pack asks for it, and none in an off-print."""
        is_asked_for = self.offprint is None and (self.pack is None or self.pack.has_index)
        return self.index if is_asked_for else None

    @property
    def compared_edition(self) -> EarlierEdition | None:
        """The edition from which a page says what has changed; None in packs and off-prints, which have none."""
        return self.earlier if self.pack is None and self.offprint is None else None

    @property
    def interviews(self) -> tuple[Interview, ...]:
        """The interviews of all parts, in the order of the book."""
        return tuple(interview for part in self.parts for interview in part.interviews)

    @property
    def disclaimers(self) -> tuple[Disclaimer, ...]:
        """Each different disclaimer of the book once, in order of first use."""
        disclaimers: dict[str, Disclaimer] = {}
        for interview in self.interviews:
            if interview.disclaimer:
                disclaimers.setdefault(interview.disclaimer.text, interview.disclaimer)
        return tuple(disclaimers.values())


@dataclass(frozen=True, slots=True)
class Pack(Value):
    """What a meeting reads: `packs/<name>.yaml`. `starts` has a zone; `recipients` is a path in the book's folder.

    `whole_book` is the book that the interviews were chosen from, None until they are chosen.
    """

    name: str
    slug: str
    title: str
    meeting: str
    starts: datetime
    venue: str
    objective: str
    agenda: tuple[AgendaItem, ...]
    location: SourceLocation
    markings: Markings = _DEFAULT_MARKINGS
    written_markings: tuple[str, ...] = ()  # the fields of `markings` that the pack's file gives
    earlier_markings: Markings | None = None  # of the pack that a supplement follows, as its file is now
    paper: Trim = Trim.A5
    openings: Openings = Openings.RECTO
    large_print: bool = False
    note_pages: int = 0
    has_index: bool = False
    recipients: str = ""
    supplement_of: TextLine | None = None  # the name of an earlier pack, or its slug
    is_merged: bool = False  # all of it with continuous numbers, though it is a supplement
    supplement: Supplement | None = None
    whole_book: Book | None = field(default=None, repr=False)
