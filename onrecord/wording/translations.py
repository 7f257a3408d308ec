"""The interface texts of the editions (“Contents”, “Question”), and dates, in the language of a book."""

from __future__ import annotations

from datetime import datetime, timedelta

from onrecord.model.dates import AnyDate, PartialDate
from onrecord.runtime.interface_texts import find_language, get_language


def get_interface_texts(language: str) -> dict[str, str]:
    """Return the interface texts in this language, in English if it has none."""
    return dict(get_language(language).texts)


def get_pack_texts(language: str, *, late: bool = False) -> dict[str, str]:
    """Return the interface texts in this language, with those that read otherwise in a pack.

    The contents of a pack are an agenda, but not those of a supplement (`late`).
    """
    texts = get_interface_texts(language)
    return {
        **texts,
        "contents": texts["contents" if late else "agenda"],
        "contributors": texts["whos_who"],
        "imprint": texts["about_pack"],
    }


def format_date_and_time(value: datetime, language: str) -> str:
    """Return date and time with the time zone: “1 December 2026, 09:00 (UTC+1)”."""
    offset = int((value.utcoffset() or timedelta()).total_seconds()) // 60
    hours, minutes = divmod(abs(offset), 60)
    zone = "UTC" if not offset else f"UTC{'+' if offset > 0 else '−'}{hours}{f':{minutes:02d}' if minutes else ''}"
    time = get_interface_texts(language)["time_zone"].format(time=f"{value:%H:%M}", zone=zone)
    return f"{format_date(value.date(), language)}{get_language(language).comma}{time}"


def format_date(value: AnyDate, language: str) -> str:
    """Return the date as written in this language, in ISO 8601 if the language is unknown."""
    known = find_language(language)
    if known is None:
        return value.isoformat()
    if isinstance(value, PartialDate):
        if value.month:
            return known.month_format.format(month=known.months_alone[value.month - 1], year=value.year)
        return known.year_format.format(year=value.year)
    day = known.first_day if value.day == 1 else value.day
    return known.date_format.format(day=day, month=known.months[value.month - 1], year=value.year)
