"""Dates and lists are those of the CLDR: ours are compared with it, and other languages have theirs from there."""

from __future__ import annotations

import datetime

import pytest

from onrecord.model.directions import is_from_right
from onrecord.runtime.cldr_forms import find_cldr_forms, find_text_direction
from onrecord.runtime.interface_texts import get_language, list_codes
from onrecord.wording.translations import format_date

# Where our texts differ on purpose.
_DIFFERENT = {
    "cs": {"pair", "last"},  # without a space that does not break
    "en": {"date"},  # 24 November 2026: the CLDR's is that of the United States
    "fa": {"months", "months_alone", "last"},  # months with the sign that joins them to the year
    "he": {"months", "date"},  # “ב” stands in the names of the months
    "ko": {"pair", "last"},  # names of people are listed with commas
    "ru": {"year"},  # “2026 г.”, as in a whole date
    "uk": {"year"},
    "zh": {"months", "months_alone", "pair", "last"},  # months in figures, as in the CLDR's dates; names with commas
}


@pytest.mark.parametrize("code", list_codes())
def test_our_dates_and_lists_are_those_of_the_cldr(code: str) -> None:
    """Months in the form that a date needs and alone, the order of day, month and year, two names and the last."""
    ours, cldr = get_language(code), find_cldr_forms(code)
    assert cldr is not None
    pairs = {
        "months": (ours.months, cldr.months),
        "months_alone": (tuple(map(str.lower, ours.months_alone)), tuple(map(str.lower, cldr.months_alone))),
        "date": (ours.date_format, cldr.date_format),
        "month": (ours.month_format, cldr.month_format),
        "year": (ours.year_format, cldr.year_format),
        "pair": (ours.names.pair, cldr.pair),
        "last": (ours.names.last, cldr.last),
    }
    different = {key for key, (our, theirs) in pairs.items() if our != theirs}
    assert different == _DIFFERENT.get(code, set()), {key: pairs[key] for key in different}


def test_other_languages_have_their_dates_and_lists_from_the_cldr() -> None:
    """Only what On Record says by itself is in English there."""
    day = datetime.date(2026, 11, 1)
    texts = {tag: format_date(day, tag) for tag in ("da", "ro", "hu", "th", "sr-Latn", "vi", "pt-BR")}
    assert texts == {
        "da": "1. november 2026",
        "ro": "1 noiembrie 2026",
        "hu": "2026. november 1.",
        "th": "1 พฤศจิกายน 2026",
        "sr-Latn": "1. novembar 2026.",
        "vi": "1 tháng 11, 2026",
        "pt-BR": "1 de novembro de 2026",
    }
    assert (get_language("da").names.pair, get_language("da").texts["contents"]) == (" og ", "Contents")


@pytest.mark.parametrize("tag", ["tlh", "xx", "mn-Mong"])
def test_a_language_that_the_cldr_does_not_know_has_dates_in_figures(tag: str) -> None:
    """It has no names of months there."""
    assert format_date(datetime.date(2026, 11, 1), tag) == "2026-11-01"


TAGS = (
    "ar arc ckb dv fa he ks nqo pa pa-Arab ps sd syr ug ur uz uz-Arab yi az-Arab en ru hi th ka hy ko ja zh ff-Adlm ff"
)


@pytest.mark.parametrize("tag", TAGS.split())
def test_directions_are_those_of_the_cldr(tag: str) -> None:
    """A script in the tag decides."""
    known = find_text_direction(tag)
    assert not known or is_from_right(tag) == (known == "rtl")
