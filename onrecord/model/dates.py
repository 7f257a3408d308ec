"""Dates as people know them: a day, a month, or a year alone."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from onrecord.model.value import Value


@dataclass(frozen=True, slots=True)
class PartialDate(Value):
    """A month, or a year when `month` is 0."""

    year: int
    month: int = 0

    def isoformat(self) -> str:
        """Return “1979-05”, or “1979” (ISO 8601-1 §5.2.2, reduced precision)."""
        return f"{self.year:04}-{self.month:02}" if self.month else f"{self.year:04}"

    def __str__(self) -> str:
        """Return the ISO form, as a day does: templates print it."""
        return self.isoformat()


AnyDate = date | PartialDate


def parse_iso_date(text: str) -> AnyDate | None:
    """Return the date of an ISO form, as `isoformat` writes it; None for any other text."""
    match = re.fullmatch(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", text, re.ASCII)
    if match is None:
        return None
    year, month, day = (int(part or 0) for part in match.groups())
    try:
        return date(year, month, day) if day else PartialDate(date(year, month or 1, 1).year, month)
    except ValueError:
        return None


def get_first_day(value: AnyDate) -> date:
    """Return the first day that a date stands for: the day, or that of the month or year."""
    return date(value.year, value.month or 1, 1) if isinstance(value, PartialDate) else value


def get_last_day(value: AnyDate) -> date:
    """Return the last day that a date stands for: the day, or that of the month or year."""
    if not isinstance(value, PartialDate):
        return value
    month = value.month or 12
    return date(value.year, month, monthrange(value.year, month)[1])
