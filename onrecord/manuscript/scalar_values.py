"""Convert the text of a setting into a date, a moment, a time, a number, a flag or paragraphs.

Each `parse_` function raises ValueError if the text is none.
"""

from __future__ import annotations

import re
from datetime import date, datetime

from onrecord.manuscript.file_problems import find_unprintable
from onrecord.model.dates import AnyDate, PartialDate, get_first_day

_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)(?::00)?(?: ?(Z|UTC|[+-]\d\d:\d\d))?")
_TIME = re.compile(r"([0-9]{1,3}):([0-5][0-9]):([0-5][0-9])")
FLAGS = {"yes": True, "true": True, "on": True, "no": False, "false": False, "off": False}


def parse_date(text: str) -> date:
    """Return the day that is written as `2026-01-31`; raise ValueError for anything else."""
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        raise ValueError(text)
    return date.fromisoformat(text)


def parse_any_date(text: str) -> AnyDate:
    """Return the day, month or year that is written as `2026-01-31`, `2026-01` or `2026`."""
    partial = re.fullmatch(r"(\d{4})(?:-(\d\d))?", text, re.ASCII)
    if partial is None:
        return parse_date(text)
    value = PartialDate(int(partial[1]), int(partial[2] or 0))
    get_first_day(value)  # raises ValueError for month 13, as for the year 0
    if partial[2] == "00":
        raise ValueError(text)
    return value


def parse_moment(text: str) -> datetime:
    """Return the moment that is written as `2026-01-31 09:00 +01:00`; raise ValueError for anything else.

    T, seconds and blanks may be there or not; without a zone the result is naive.
    """
    match = _MOMENT.fullmatch(text)
    if not match:
        raise ValueError(text)
    day, time, zone = match.groups()
    return datetime.fromisoformat(f"{day}T{time}{'+00:00' if zone in ('Z', 'UTC') else zone or ''}")


def parse_time(text: str) -> int:
    """Return the seconds of a time in a recording that is written as `00:12:41`."""
    time = _TIME.fullmatch(text)
    if time is None:
        raise ValueError(text)
    hours, minutes, seconds = (int(part) for part in time.groups())
    return hours * 3600 + minutes * 60 + seconds


def parse_count(text: str, most: int) -> int:
    """Return a whole number from 0 to `most`; raise ValueError for anything else."""
    if not text.isascii() or not text.isdecimal() or int(text[:9]) > most:
        raise ValueError(text)
    return int(text)


def parse_flag(text: str) -> bool:
    """Return whether a text says yes, False if it says no; raise ValueError for anything else."""
    if text.lower() not in FLAGS:
        raise ValueError(text)
    return FLAGS[text.lower()]


def join_paragraphs(text: str, *, is_literal: bool) -> str:
    """Return a text of several lines with an empty line between its paragraphs, without unprintable characters.

    In a text after `|` (`is_literal`) an empty line ends a paragraph; in any other YAML makes a line end of it.
    """
    for char in find_unprintable(text):
        text = text.replace(char, "")
    paragraphs = re.split(r"\n[ \t]*\n\s*" if is_literal else r"\s*\n\s*", text.strip())
    return "\n\n".join(paragraph.rstrip() for paragraph in paragraphs)
