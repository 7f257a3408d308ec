"""What a book keeps of earlier editions: old addresses, interviews that were withdrawn, and digests of the texts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from onrecord.model.dates import AnyDate
from onrecord.model.source_location import SourceLocation
from onrecord.model.value import Value


@dataclass(frozen=True, slots=True)
class Redirect(Value):
    """An old address and where it leads: the slug of an interview, or slug and id of a turn (`light#a3`)."""

    old: str
    new: str
    location: SourceLocation


@dataclass(frozen=True, slots=True)
class Withdrawal(Value):
    """What the notice at the web address of a withdrawn interview says; `reason` may be ""."""

    slug: str
    title: str
    language: str
    day: date
    reason: str


@dataclass(frozen=True, slots=True)
class RecordedInterview(Value):
    """An interview of an earlier edition: the digest of each piece by its place. An old record has no titles."""

    slug: str
    title: str
    digests: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class EarlierEdition(Value):
    """What the record of a proof says of an earlier edition; "" or None for what an old record does not say."""

    slug: str
    title: str
    edition: str
    date: AnyDate | None
    interviews: tuple[RecordedInterview, ...]
    location: SourceLocation
