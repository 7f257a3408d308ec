"""The interface texts of the editions (“Contents”, “Question”), and dates, in the language of a book.

A language is a module beside this one and a row in `LANGUAGES`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from onrecord.model.dates import AnyDate, PartialDate
from onrecord.wording.english import ENGLISH
from onrecord.wording.french import FRENCH
from onrecord.wording.german import GERMAN
from onrecord.wording.interface_language import InterfaceLanguage
from onrecord.wording.russian import RUSSIAN
from onrecord.wording.spanish import SPANISH

LANGUAGES: Mapping[str, InterfaceLanguage] = {
    "en": ENGLISH,
    "de": GERMAN,
    "fr": FRENCH,
    "es": SPANISH,
    "ru": RUSSIAN,
}


def find_language(language: str) -> InterfaceLanguage | None:
    """Return the interface language of a BCP 47 tag (“de-AT”), None if there is none."""
    return LANGUAGES.get(language.split("-")[0])


def get_interface_texts(language: str) -> dict[str, str]:
    """Return the interface texts in this language, in English if it has none."""
    return {**ENGLISH.texts, **(find_language(language) or ENGLISH).texts}


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
    return f"{format_date(value.date(), language)}, {time}"


def format_date(value: AnyDate, language: str) -> str:
    """Return the date as written in this language, in ISO 8601 if the language is unknown."""
    known = find_language(language)
    if known is None:
        return value.isoformat()
    if isinstance(value, PartialDate):
        months = (known.months_alone or known.months).split()
        if value.month:
            return known.month_format.format(month=months[value.month - 1], year=value.year)
        return known.year_format.format(year=value.year)
    month = known.months.split()[value.month - 1]
    return known.date_format.format(day=value.day, month=month, year=value.year)
