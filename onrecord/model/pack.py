"""What a meeting reads: a pack of interviews with its agenda, its markings and who may have it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from onrecord.model.paper import Trim
from onrecord.model.text import Place, Words
from onrecord.model.value import Value

if TYPE_CHECKING:
    from onrecord.model.book import Book
    from onrecord.model.changes import Supplement


class Distribution(StrEnum):
    """Who may have a copy of a pack."""

    PUBLIC = "public"
    PARTICIPANTS = "participants"
    NAMED = "named"  # the people on the list of recipients, and nobody else


class Attribution(StrEnum):
    """What a reader of a pack may do with what it says."""

    ON_THE_RECORD = "on the record"
    CHATHAM_HOUSE = "Chatham House Rule"
    NOT_FOR_QUOTATION = "not for quotation"


class Order(StrEnum):
    """How interviews that were found, not named, follow each other."""

    BOOK = "book"
    OLDEST = "oldest"
    NEWEST = "newest"
    TITLE = "title"
    PERSON = "person"


@dataclass(frozen=True, slots=True)
class Markings(Value):
    """What every page of a pack says about itself. `embargo` has a zone."""

    distribution: Distribution = Distribution.PARTICIPANTS
    attribution: Attribution = Attribution.ON_THE_RECORD
    embargo: datetime | None = None
    version: str = ""


@dataclass(frozen=True, slots=True)
class Choice(Value):
    """Interviews of an agenda item: one that is named (`slug`, and `turns` for an extract), or all that match."""

    place: Place
    slug: str = ""
    turns: str = ""  # "a2-a3"
    person: str = ""
    tag: str = ""
    since: date | None = None
    until: date | None = None
    search: str = ""
    order: Order = Order.BOOK


@dataclass(frozen=True, slots=True)
class AgendaItem(Value):
    title: str
    note: str
    choices: tuple[Choice, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Pack(Value):
    """What a meeting reads: `packs/<name>.yaml`. `starts` has a zone; `recipients` is a path in the book's folder.

    `whole` is the book that its interviews are chosen from, as soon as they are chosen.
    """

    name: str
    slug: str
    title: str
    meeting: str
    starts: datetime
    venue: str
    objective: str
    agenda: tuple[AgendaItem, ...]
    place: Place
    markings: Markings = Markings()
    paper: Trim = Trim.A5
    large_print: bool = False
    note_pages: int = 0
    recipients: str = ""
    supplement_of: Words | None = None  # the name of an earlier pack, or its slug
    merged: bool = False  # all of it with continuous numbers, though it is a supplement
    supplement: Supplement | None = None
    whole: Book | None = field(default=None, repr=False)
