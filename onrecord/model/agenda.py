"""What a pack's file says: the choices of its agenda, its markings, and who may have it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from onrecord.model.text import SourceLocation
from onrecord.model.value import Value


class Distribution(StrEnum):
    """Who may have a copy of a pack."""

    PUBLIC = "public"
    PARTICIPANTS = "participants"
    NAMED = "named"  # the people on the list of recipients, and nobody else


class Attribution(StrEnum):
    """What a reader of a pack may do with its contents."""

    ON_THE_RECORD = "on the record"
    CHATHAM_HOUSE = "Chatham House Rule"
    NOT_FOR_QUOTATION = "not for quotation"


class InterviewOrder(StrEnum):
    """The order of interviews that were chosen by a search, not by name."""

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
    """The interviews of an agenda item: a named one (`slug`, and `turns` for an extract), or all that match."""

    location: SourceLocation
    slug: str = ""
    turns: str = ""  # "a2-a3"
    person: str = ""
    tag: str = ""
    since: date | None = None
    until: date | None = None
    search: str = ""
    order: InterviewOrder = InterviewOrder.BOOK


@dataclass(frozen=True, slots=True)
class AgendaItem(Value):
    """An item of the agenda before its interviews are chosen."""

    title: str
    note: str
    choices: tuple[Choice, ...]
    location: SourceLocation
