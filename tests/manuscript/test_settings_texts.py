"""Commas in settings, and dates without a day."""

from __future__ import annotations

from pathlib import Path

import pytest

from onrecord.manuscript.book_keys import BOOK_KEYS
from onrecord.manuscript.interview_keys import INTERVIEW_KEYS
from onrecord.manuscript.settings import read_settings
from onrecord.manuscript.source import split_front_matter
from onrecord.manuscript.yaml_config import Problems, parse_settings
from onrecord.model.dates import AnyDate, get_first_day, get_last_day
from onrecord.wording.translations import format_date

DIVIDED_TEXTS = {
    "{name: Smith, John, role: interviewee}": ['put the text in quotes: name: "Smith, John"'],
    "{name: Smith, role: interviewee, affiliation: Pilots, Cooks, and Co}": [
        'put the text in quotes: affiliation: "Pilots, Cooks, and Co"'
    ],
    "{name: Smith, John, Jr., role: interviewee}": ['put the text in quotes: name: "Smith, John, Jr."'],
    '{name: "Smith, John", role: interviewee}': [],
    "{nmae: Smith, role: interviewee}": ["did you mean “name”? A key of your own stands under more: {nmae: …}"],
}


@pytest.mark.parametrize(("person", "hints"), DIVIDED_TEXTS.items())
def test_a_comma_between_braces_gets_a_hint_with_quotation_marks(person: str, hints: list[str]) -> None:
    problems = Problems("interviews/light.md", [])
    section = parse_settings(f"people:\n  - {person}", 1, problems, INTERVIEW_KEYS)
    assert section is not None
    for entry in section.read_sections("people", ""):
        entry.refuse_unknown_keys()
    assert [problem.hint for problem in problems.entries] == hints


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("'Keeper's light'", '"Keeper\'s light"'),
        ('"The "light""', "'The \"light\"'"),
        ('The "light": a story', "'The \"light\": a story'"),
        ("*light*", '"*light*"'),
        ("> light", '"> light"'),
        ("@light", '"@light"'),
        ("%light", '"%light"'),
    ],
)
def test_a_text_that_is_no_yaml_gets_a_hint_with_quotation_marks(text: str, typed: str) -> None:
    """What the hint says can be read, and loses no character."""
    problems = Problems("book.yaml", [f"title: {text}"])
    assert parse_settings(f"title: {text}", 1, problems, BOOK_KEYS) is None
    assert [problem.hint for problem in problems.entries] == [f"put the text in quotes: title: {typed}"]
    section = parse_settings(f"title: {typed}", 1, Problems("book.yaml", []), BOOK_KEYS)
    assert section is not None
    assert section.read_text("title") == (text[1:-1] if text[0] in "'\"" else text)


_OR_QUOTES = "; or, if it continues the text above, put the whole text in quotes"
MISTAKES = {
    "title: A\n  subtitle: B": (
        2,
        f"begin the line with no space, like the line above to which it belongs{_OR_QUOTES}",
    ),
    "a:\n- b: C\n   d: E": (3, f"begin the line with 2 spaces, like the line above to which it belongs{_OR_QUOTES}"),
    "a:\n  - b: C\n  d: E": (3, "begin the line with 4 spaces or no space, like the line above to which it belongs"),
    "a:\n  b: C\n d: E": (3, "begin the line with 2 spaces or no space, like the line above to which it belongs"),
    "a:\n  - b\n - c": (3, "begin the line with 2 spaces, like the line above to which it belongs"),
    "a: B that\n  goes on: here": (2, "put the whole text in quotes, from where it begins"),
    "a: - b": (1, "begin the list on the next line"),
    'a: "B\nc: D\ne: F': (1, "close the quotation mark, and double one that stands inside: 'It''s'"),
    "a: [b, c\nd: E": (2, "close the bracket that opens in line 1: [one, two]"),
    "a:\n- {b: C\n- {d: E}": (3, "close the bracket that opens in line 2: {name: …, role: interviewee}"),
}


@pytest.mark.parametrize(("text", "line", "hint"), [(text, *mistake) for text, mistake in MISTAKES.items()])
def test_a_mistake_of_indent_or_brackets_gets_a_hint_that_helps(text: str, line: int, hint: str) -> None:
    """Quotation marks around a value do not help there; an open mark is reported where it opens."""
    problems = Problems("book.yaml", text.split("\n"))
    assert parse_settings(text, 1, problems) is None
    assert [(problem.location.line, problem.hint) for problem in problems.entries] == [(line, hint)]


@pytest.mark.parametrize("text", ["\n---\ntitle: A\n---\n", "\n \n---\n", "title: A\n", ""])
def test_empty_lines_above_the_front_matter_are_named(text: str) -> None:
    problems = Problems("interviews/light.md", text.split("\n"))
    assert split_front_matter(text, problems) is None
    assert ("delete the empty lines" in problems.entries[0].hint) == text.startswith("\n")


@pytest.mark.parametrize("word", ["no", "None", "false"])
def test_a_book_whose_default_disclaimer_is_no_gets_the_word_to_type(word: str, tmp_path: Path) -> None:
    (tmp_path / "book.yaml").write_text(f"title: A\ndisclaimer: {word}\n", encoding="utf-8")
    (problem,) = read_settings(tmp_path).problems.entries
    assert problem.hint == "if there is none, write: disclaimer: none"


LISTS = {
    "Anna, Ben": ["Anna", "Ben"],
    "Anna": ["Anna"],
    "[Anna, Ben]": ["Anna", "Ben"],
    '"Smith, John"': ["Smith, John"],
    '["Smith, John", Ben]': ["Smith, John", "Ben"],
    "Anna, Ben,": ["Anna", "Ben"],
    "\n  - Smith, John\n  - Ben": ["Smith, John", "Ben"],
}


@pytest.mark.parametrize(("written", "texts"), LISTS.items())
def test_texts_may_be_listed_with_commas(written: str, texts: list[str]) -> None:
    problems = Problems("book.yaml", [])
    section = parse_settings(f"editors: {written}", 1, problems, BOOK_KEYS)
    assert section is not None
    assert [words.text for words in section.read_texts("editors")] == texts
    assert problems.entries == []


def read_date(written: str) -> AnyDate | None:
    section = parse_settings(f"date: {written}", 1, Problems("book.yaml", []), BOOK_KEYS)
    assert section is not None
    return section.read_any_date("date")


PRINTED = [
    ("1979", "en", "1979"),
    ("1979", "ru", "1979 г."),
    ("1979-05", "en", "May 1979"),
    ("1979-05", "de", "Mai 1979"),
    ("1979-05", "fr", "mai 1979"),
    ("1979-05", "es", "mayo de 1979"),
    ("1979-05", "ru", "май 1979 г."),
    ("1979-05", "tlh", "1979-05"),
    ("1979-05-03", "en", "3 May 1979"),
]


@pytest.mark.parametrize(("written", "language", "printed"), PRINTED)
def test_a_date_is_printed_as_it_is_known(written: str, language: str, printed: str) -> None:
    value = read_date(written)
    assert value is not None
    assert value.isoformat() == written
    assert format_date(value, language) == printed


DAYS = {
    "1979": ("1979-01-01", "1979-12-31"),
    "1980-02": ("1980-02-01", "1980-02-29"),
    "1979-05-03": ("1979-05-03", "1979-05-03"),
}


@pytest.mark.parametrize(("written", "days"), DAYS.items())
def test_a_date_has_a_first_and_a_last_day(written: str, days: tuple[str, str]) -> None:
    value = read_date(written)
    assert value is not None
    assert (get_first_day(value).isoformat(), get_last_day(value).isoformat()) == days


@pytest.mark.parametrize("written", ["1979-13", "1979-00", "0000", "79", "1979-5", "May 1979", "1979-02-30", "197９"])
def test_other_dates_are_refused(written: str) -> None:
    assert read_date(written) is None
