"""Old addresses of the web edition that lead to new ones, and interviews that were withdrawn with a notice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from onrecord.model.text import SourceLocation
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
