"""The interface texts of the editions by language (“Contents”, “page 2 of 9”), read from `languages/` and checked.

A language is one TOML file: translators can write comments in it, the standard library reads it, and no word becomes a
number or a truth value unless it is written as one. The texts of markings are in `markings.toml` in all languages, so
that a new marking is written in one place. Editions and proof read the same texts here, and each puts its sentences
together by itself.
"""

from __future__ import annotations

import json
import string
import tomllib
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from onrecord.runtime.cldr_forms import find_cldr_forms

FOLDER = Path(__file__).parents[1] / "languages"
MARKING_TEXTS = FOLDER / "markings.toml"
LANGUAGE_NAMES = FOLDER / "names.json"
_OWN_NAMES = "own"  # of languages in themselves, in that file
FALLBACK = "en"

_WITHOUT_PLACEHOLDER = """
    contents contributors imprint title_page cover disclaimer notes question answer edited_by page page_short pages
    editor_note next previous start landmarks interviewee interviewer moderator translator editor photographer skip
    contributor cite citations copied in_book ed agenda whos_who about_pack item when where public participants named
    large_print explain_embargo explain_participants explain_named offer_large is_large receipts number name
    organisation received changes_end sheet_new sheet_changed sheet_withdrawn change_new change_changed change_withdrawn
    piece_title piece_standfirst piece_byline piece_introduction piece_heading piece_note piece_disclaimer piece_rights
    piece_question piece_answer question_label answer_label approval_ask search close search_more search_none
    search_failed questions light_colors dark_colors copy_link languages download not_found moved
    recording book_index edition_changes piece_footnote list_comma
"""
_WITH_ONE_PLACEHOLDER = """
    approval_until approval_for correction at_time cite_translator index_see index_see_also
    interview_by version embargo pages_in page_in booklet sheet_outside sheet_inside print_shop all_copies
    copies_in_all changes_since after_page before speaker_label search_results
"""
# Every text of a language with its placeholders, in their order.
PLACEHOLDERS: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(_WITHOUT_PLACEHOLDER.split(), ()),
    **dict.fromkeys(("on the record", "Chatham House Rule", "not for quotation"), ()),
    **dict.fromkeys(("explain_Chatham House Rule", "explain_not for quotation"), ()),
    **dict.fromkeys(_WITH_ONE_PLACEHOLDER.split(), ("",)),
    "copy_of": ("", ""),
    "translated_by": ("language", "name"),
    "translated_from": ("language",),
    "time_zone": ("time", "zone"),
    "page_of": ("page", "pages"),
    "large_page_of": ("page", "pages"),
    "extract": ("first", "last", "count"),
    "extract_one": ("first", "count"),
    "extract_only": ("first",),
    "whole_in": ("book",),
    "whole_not_in": ("book",),
    "stands_in": ("book",),
    "not_yet_in": ("book",),
    "booklet_print": ("paper", "sheets"),
    "booklet_one": ("paper",),
}
_DATE_FIELDS = {"date": ("day", "month", "year"), "month": ("month", "year"), "year": ("year",)}
_SECTIONS = {
    "dates": ("months", "months_alone", "first_day", "date", "month", "year"),
    "quotations": ("marks", "inner_marks", "comma_inside"),
    "names": ("pair", "last", "others"),
    "punctuation": ("colon", "comma", "semicolon", "stop"),
    "texts": tuple(PLACEHOLDERS),
}


class InterfaceTextsError(Exception):
    """The file of a language is incomplete or wrong; the message says all that is."""


@dataclass(frozen=True, slots=True)
class NameList:
    """What stands in a row of names: between them, between two alone, before the last, and after the first of many."""

    comma: str
    pair: str
    last: str
    others: str

    def list_separators(self, count: int) -> tuple[str, ...]:
        """Return what stands before each of so many names: nothing before the first one."""
        if count == 2:
            return ("", self.pair)
        return ("", *[self.comma] * (count - 2), self.last)[:count]


@dataclass(frozen=True, slots=True)
class Quotations:
    """The marks around a quoted title, those inside them, and whether a comma after a title stands inside."""

    marks: tuple[str, str]
    inner_marks: tuple[str, str]
    comma_inside: bool


@dataclass(frozen=True, slots=True)
class InterfaceLanguage:
    """The interface texts of one language by name, and how it writes dates, lists of names and quoted titles.

    `date_format` has the fields {day}, {month} and {year}; `months` and `first_day`, the first of each, are in the form
    that it needs. `month_format` and `year_format` are for dates without a day, `months_alone` for their months.
    `colon`, `comma`, `semicolon` and `stop` include their spaces.
    """

    code: str
    months: tuple[str, ...]
    months_alone: tuple[str, ...]
    first_day: str
    date_format: str
    month_format: str
    year_format: str
    colon: str
    comma: str
    semicolon: str
    stop: str
    quotations: Quotations
    names: NameList
    texts: Mapping[str, str]


def has_texts(tag: str) -> bool:
    """Return whether there are interface texts in the language of a BCP 47 tag (“de-AT”)."""
    return tag.split("-")[0].lower() in list_codes()


def find_language(tag: str) -> InterfaceLanguage | None:
    """Return the interface language of a BCP 47 tag, with English texts if it has none; None if it is unknown."""
    return _load_language(tag.split("-")[0].lower()) if has_texts(tag) else _build_language(tag)


def get_language(tag: str) -> InterfaceLanguage:
    """Return the interface language of a BCP 47 tag, English if it is unknown."""
    return find_language(tag) or _load_language(FALLBACK)


@cache
def _build_language(tag: str) -> InterfaceLanguage | None:
    """Return English texts with another language's dates and lists, None if the CLDR does not know these."""
    forms = find_cldr_forms(tag)
    if forms is None:
        return None
    english = _load_language(FALLBACK)
    return replace(
        english,
        months=forms.months,
        months_alone=forms.months_alone,
        date_format=forms.date_format,
        month_format=forms.month_format,
        year_format=forms.year_format,
        names=NameList(forms.comma, forms.pair, forms.last, english.names.others),
    )


def find_language_name(tag: str, interface_tag: str) -> str:
    """Return the name of a language in another one, in English if that has no names; "" if it is unknown."""
    names = _load_language_names()
    known = names.get(interface_tag.split("-")[0].lower()) or names[FALLBACK]
    return known.get(tag.split("-")[0].lower(), "")


def find_own_name(tag: str) -> str:
    """Return the name of a language in itself, its tag if it is unknown."""
    return _load_language_names()[_OWN_NAMES].get(tag.split("-")[0].lower(), tag)


@cache
def _load_language_names() -> Mapping[str, Mapping[str, str]]:
    """Return the names of languages by the language that they are in."""
    data = json.loads(LANGUAGE_NAMES.read_text(encoding="utf-8"))
    return {code: names for code, names in data.items() if isinstance(names, dict)}


def load_languages() -> Mapping[str, InterfaceLanguage]:
    """Return every language of the package by code. Raises InterfaceTextsError if a file is not complete."""
    return MappingProxyType({code: _load_language(code) for code in list_codes()})


@cache
def list_codes() -> tuple[str, ...]:
    """Return the codes of all languages of the package."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.toml") if path != MARKING_TEXTS))


@cache
def _load_language(code: str) -> InterfaceLanguage:
    """Return a language of the package: a book needs few of them, and to read one takes milliseconds."""
    return read_language(FOLDER / f"{code}.toml")


def read_language(path: Path, marking_texts: Path = MARKING_TEXTS) -> InterfaceLanguage:
    """Return the language that a TOML file describes. Raises InterfaceTextsError if it is not complete."""
    data, markings = _read_toml(path), _read_markings(marking_texts)
    if faults := list(_find_faults(data, set(markings))):
        raise InterfaceTextsError(f"{path.name}: {'; '.join(faults)}")
    if faults := list(_find_marking_faults(markings, path.stem)):
        raise InterfaceTextsError(f"{marking_texts.name}: {'; '.join(faults)}")
    dates, quotations, names = data["dates"], data["quotations"], data["names"]
    return InterfaceLanguage(
        code=path.stem,
        months=tuple(dates["months"]),
        months_alone=tuple(dates["months_alone"]),
        first_day=dates["first_day"],
        date_format=dates["date"],
        month_format=dates["month"],
        year_format=dates["year"],
        colon=data["punctuation"]["colon"],
        comma=data["punctuation"]["comma"],
        semicolon=data["punctuation"]["semicolon"],
        stop=data["punctuation"]["stop"],
        quotations=Quotations(
            (quotations["marks"][0], quotations["marks"][1]),
            (quotations["inner_marks"][0], quotations["inner_marks"][1]),
            quotations["comma_inside"],
        ),
        names=NameList(data["texts"]["list_comma"], names["pair"], names["last"], names["others"]),
        texts=MappingProxyType(data["texts"] | {key: by_language[path.stem] for key, by_language in markings.items()}),
    )


def _read_toml(path: Path) -> dict[str, Any]:
    """Return the data of a TOML file. Raises InterfaceTextsError if it cannot be read."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InterfaceTextsError(f"{path.name} cannot be read: {error}") from None


_read_markings = cache(_read_toml)  # all languages share its file


# --- checking ---------------------------------------------------------------------------------------


def _find_faults(data: Mapping[str, Any], marking_keys: Set[str]) -> Iterator[str]:
    """Yield what is missing, too much or of the wrong kind in the file of a language without its `marking_keys`."""
    yield from (f"[{section}] is not known" for section in data.keys() - _SECTIONS)
    for section, all_keys in _SECTIONS.items():
        values, keys = data.get(section, {}), [key for key in all_keys if key not in marking_keys]
        yield from (f"[{section}] has no “{key}”" for key in keys if key not in values)
        yield from (f"[{section}] “{key}” is not known" for key in values if key not in keys)
        for key in values.keys() & set(keys):
            if not _is_valid_text(key, values[key]):
                yield f"[{section}] “{key}” cannot be {values[key]!r}"


def _find_marking_faults(markings: Mapping[str, Any], code: str) -> Iterator[str]:
    """Yield what is not known in the texts of markings, and what one language lacks or has in the wrong kind."""
    for key, by_language in markings.items():
        if key not in PLACEHOLDERS:
            yield f"[{key}] is not known"
        elif code not in by_language:
            yield f"[{key}] has no “{code}”"
        elif not _is_valid_text(key, by_language[code]):
            yield f"[{key}] “{code}” cannot be {by_language[code]!r}"


def _is_valid_text(key: str, value: object) -> bool:
    """Return whether an interface text has the right type, length and placeholders."""
    if key in ("months", "months_alone", "marks", "inner_marks"):
        size = 12 if key.startswith("months") else 2
        return isinstance(value, list) and len(value) == size and all(isinstance(word, str) and word for word in value)
    if key == "comma_inside":
        return isinstance(value, bool)
    if not isinstance(value, str) or not value.strip():
        return False
    expected = _DATE_FIELDS.get(key) or PLACEHOLDERS.get(key, ())
    return sorted(_list_placeholders(value)) == sorted(expected)


def _list_placeholders(text: str) -> list[str]:
    """Return the names of the placeholders in a text, "?" if its braces are not closed."""
    try:
        return [name for _, name, _, _ in string.Formatter().parse(text) if name is not None]
    except ValueError:
        return ["?"]
