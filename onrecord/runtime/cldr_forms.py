"""How a language writes dates and lists of names: data of the CLDR, read with Babel.

The languages with interface texts of ours have these in their files, in the forms that their sentences need; a test
compares them with the CLDR. All other languages have them from here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from babel import Locale

_FIELDS = {"d": "{day}", "dd": "{day}", "MMMM": "{month}", "LLLL": "{month}", "y": "{year}", "yyyy": "{year}"}
_TOKENS = re.compile(r"'(?P<text>(?:[^']|'')*)'|(?P<field>([A-Za-z])\3*)")
_MONTHS = ("format", "stand-alone")  # with a day, and alone
_ERA = re.compile(r"\s*G+\s*(?=y)|\s*G+")


@dataclass(frozen=True, slots=True)
class CldrForms:
    """The forms of a language; the formats have the fields {day}, {month} and {year}."""

    months: tuple[str, ...]
    months_alone: tuple[str, ...]
    date_format: str
    month_format: str
    year_format: str
    comma: str
    pair: str
    last: str


@cache
def find_cldr_forms(tag: str) -> CldrForms | None:
    """Return the forms of the language of a BCP 47 tag, None if the CLDR does not know it, or has no such forms."""
    locale = _find_locale(tag)
    if locale is None:
        return None
    skeletons = locale.datetime_skeletons
    date_format = _convert_pattern(str(locale.date_formats["long"].pattern), {"{day}", "{month}", "{year}"})
    month_format = _convert_pattern(str(skeletons["yMMMM"].pattern), {"{month}", "{year}"})
    year_format = _convert_pattern(str(skeletons["y"].pattern), {"{year}"})
    months = {form: tuple(locale.months[form]["wide"][number] for number in range(1, 13)) for form in _MONTHS}
    has_names = not any(name.startswith("M0") for name in months["format"])
    if not (date_format and month_format and year_format and has_names):
        return None
    names = locale.list_patterns["standard"]
    between = (names[key].removeprefix("{0}").removesuffix("{1}") for key in ("middle", "2", "end"))
    return CldrForms(months["format"], months["stand-alone"], date_format, month_format, year_format, *between)


def find_text_direction(tag: str) -> str:
    """Return “ltr” or “rtl” for the language of a BCP 47 tag, "" if the CLDR does not know it."""
    locale = _find_locale(tag)
    return str(locale.text_direction) if locale else ""


def _find_locale(tag: str) -> Locale | None:
    """Return the data of a language: of its region or script if there are some, else of itself."""
    from babel import Locale, UnknownLocaleError  # loads in 30 ms, which most books do not need

    language, *others = tag.split("-")
    for name in (tag, "-".join([language, *others[:1]]), language):
        try:
            return Locale.parse(name, sep="-")
        except (UnknownLocaleError, ValueError, TypeError):
            continue
    return None


def _convert_pattern(pattern: str, fields: set[str]) -> str:
    """Return a pattern of the CLDR (“d. MMMM y”) with named fields, "" if it has other fields than these."""
    used: set[str] = set()

    def convert(match: re.Match[str]) -> str:
        """Return a CLDR date field by its name in On Record's patterns, a quoted text as it is."""
        if match["field"] is None:
            return match["text"].replace("''", "'") or "'"
        used.add(_FIELDS.get(match["field"], match["field"]))
        return _FIELDS.get(match["field"], "")

    converted = _TOKENS.sub(convert, _ERA.sub(" ", pattern).replace("M月", "MMMM"))
    return " ".join(converted.split()) if used == fields else ""
