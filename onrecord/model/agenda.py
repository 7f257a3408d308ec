"""What a pack's file says: the choices of its agenda, its markings, and who may have it.

`MARKINGS` is the registry of markings. A new one is a field of `Markings`, a row here and its texts in
`languages/markings.toml`; the recipe is in CONTRIBUTING.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from onrecord.model.source_location import SourceLocation
from onrecord.model.value import Value


class Distribution(StrEnum):
    """Who may have a copy of a pack; the strictest is the last."""

    PUBLIC = "public"
    PARTICIPANTS = "participants"
    NAMED = "named"  # the people on the list of recipients, and nobody else


class Attribution(StrEnum):
    """What a reader of a pack may do with its contents; the strictest is the last."""

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
    """The version of a pack, and what every page says about its use, in that order. `embargo` has a zone."""

    version: str = ""
    embargo: datetime | None = None
    distribution: Distribution = Distribution.PARTICIPANTS
    attribution: Attribution = Attribution.ON_THE_RECORD


@dataclass(frozen=True, slots=True)
class Marking(Value):
    """A kind of marking: a key of a pack's file and a field of `Markings`.

    `meaning` and `example` are for the manual. `choices` are its values; without them it is a date and time.
    `unrestricted` is the value that adds nothing to the name of a file.
    """

    name: str
    meaning: str
    example: str
    choices: type[StrEnum] | None = None
    unrestricted: StrEnum | None = None


MARKINGS: tuple[Marking, ...] = (
    Marking("embargo", "Until when the contents are confidential.", "2026-02-01 09:00 +01:00"),
    Marking("distribution", "Who may have a copy.", "named", Distribution, Distribution.PUBLIC),
    Marking(
        "attribution",
        "What a reader may do with the contents.",
        "not for quotation",
        Attribution,
        Attribution.ON_THE_RECORD,
    ),
)  # in the order of the line


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
    time: str = ""  # “09:15”, or “09:15–09:35”
