"""Read and write times in a recording."""

from __future__ import annotations

import re

_CLOCK_FORM = re.compile(r"(?:(?P<hours>\d{1,3})[:;])?(?P<minutes>\d{1,3})[:;](?P<seconds>\d{1,2})(?:[.,:;]\d{1,9})?")
_UNIT_FORM = re.compile(
    r"(?:(?P<hours>\d{1,3})h\s?)?(?:(?P<minutes>\d{1,3})m(?:in)?\s?)?(?P<seconds>\d{1,5})(?:\.\d{1,9})?s", re.IGNORECASE
)
_TIME_OF_DAY = re.compile(r"(?i)\d{1,2}:\d\d(?::\d\d)?\s?[ap]\.?m\.?")
_MOST_HOURS = 999


def read_time(text: str) -> int | None:
    """Return the whole seconds of a time like 0:04, 00:12:41.5, 75:30, 1h2m3s or 12.5s; None if it is none."""
    time = _CLOCK_FORM.fullmatch(text.strip()) or _UNIT_FORM.fullmatch(text.strip())
    if time is None:
        return None
    hours, minutes, seconds = (int(time[part] or 0) for part in ("hours", "minutes", "seconds"))
    if (seconds > 59 and time["minutes"]) or (time["hours"] and minutes > 59):
        return None
    return hours * 3600 + minutes * 60 + seconds


def format_time(seconds: float) -> str:
    """Return a recording time in seconds as 00:12:41; "" for one that no recording has."""
    if not 0 <= seconds < (_MOST_HOURS + 1) * 3600:
        return ""
    whole = int(seconds)
    return f"{whole // 3600:02d}:{whole // 60 % 60:02d}:{whole % 60:02d}"


def is_time_of_day(text: str) -> bool:
    """Return whether an imported time says by “am” or “pm” that it is one of a clock."""
    return bool(_TIME_OF_DAY.fullmatch(text.strip()))
