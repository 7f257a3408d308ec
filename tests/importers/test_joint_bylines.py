"""Test bylines of several people, in the forms of several languages: each person is found, and nobody is invented."""

from __future__ import annotations

import pytest

from onrecord.importers.common import byline
from onrecord.model import Role

JANE, JANE_JOHN = "Jane Roe interviewer", "John Poe interviewer, Jane Roe interviewer"
THREE = f"Ann Lee interviewer, {JANE_JOHN}"
JANE_PICTURES = f"{JANE}, John Poe photographer"
TOLD = f"{JANE}, John Poe interviewee"
BYLINES = {
    "By Jane Roe, John Poe and Ann Lee": THREE,
    "By Jane Roe, John Poe, and Ann Lee": THREE,
    "By Jane Roe, John Poe and the desk": JANE_JOHN,
    "By Jane, John and the desk": "Jane interviewer, John interviewer",
    "By Jane Roe & John Poe": JANE_JOHN,
    "By Jane Roe, lamp editor, and John Poe, reporter": JANE_JOHN,
    "By Jane Roe with John Poe": JANE_JOHN,
    "By JANE ROE": JANE,
    "By Dr. Jane Roe and Prof. John Poe": JANE_JOHN,
    "By Jane Roe and the editors": JANE,
    "By Jane Roe and Reuters": JANE,
    "By Jane Roe, Harbour Master": JANE,
    "By Jane Roe, New Harbour": JANE,
    "Posted by Jane Roe on May 3, 2024": JANE,
    "Story by Jane Roe": JANE,
    "Interview: Jane Roe, John Poe": JANE_JOHN,
    "Interview: Jane Roe, John Poe und Ann Lee": THREE,
    "Interview: Jane Roe; Photos: John Poe": JANE_PICTURES,
    "Interview: Jane Roe | Fotos: John Poe": JANE_PICTURES,
    "Words by Jane Roe. Photography by John Poe": JANE_PICTURES,
    "Words by Jane Roe Photography by John Poe": JANE_PICTURES,
    "Words Jane Roe / Photography John Poe": JANE_PICTURES,
    "Text Jane Roe Fotos John Poe": JANE_PICTURES,
    "Texte : Jane Roe – Photos : John Poe": JANE_PICTURES,
    "Tekst: Jane Roe, foto’s: John Poe": JANE_PICTURES,
    "Text and photos by Jane Roe": JANE,
    "Interview & Fotos: Jane Roe": JANE,
    "Questions: Jane Roe": JANE,
    "Von Jane Roe, John Poe und Ann Lee": THREE,
    "Von Jane Roe und der Redaktion": JANE,
    "Die Fragen stellten Jane Roe und John Poe": JANE_JOHN,
    "Par Jane Roe, John Poe et Ann Lee": THREE,
    "Propos recueillis par Jane Roe, John Poe et la rédaction": JANE_JOHN,
    "Por Jane Roe, John Poe y Ann Lee": THREE,
    "Por: Jane Roe": JANE,
    "Di Jane Roe e John Poe": JANE_JOHN,
    "Intervista di Jane Roe": JANE,
    "a cura di Jane Roe e John Poe": JANE_JOHN,
    "Door Jane Roe en John Poe": JANE_JOHN,
    "Interview door Jane Roe": JANE,
    "Rozmawiali Jane Roe i John Poe": JANE_JOHN,
    "Rozmawiała Jane Roe": JANE,
    "Беседовали Анна Рой, Иван По и Нина Ли": "Анна Рой interviewer, Иван По interviewer, Нина Ли interviewer",
    "Интервью: Анна Рой. Фото: Иван По": "Анна Рой interviewer, Иван По photographer",
    "John Poe, as told to Jane Roe": TOLD,
    "By John Poe as told to Jane Roe": TOLD,
    "John Poe was interviewed by Jane Roe": TOLD,
    "Interview with John Poe by Jane Roe": TOLD,
    "Interview with John Poe, conducted by Jane Roe": TOLD,
    "By Staff": "",
    "By Harbour News Staff": "",
    "By The Pier": "",
}


def describe(words: str) -> str:
    """Return the people whom a byline names, with their roles."""
    return ", ".join(sorted(f"{person.name} {person.role}" for person in byline.find_people_in_byline(words)))


@pytest.mark.parametrize("words", BYLINES)
def test_each_person_of_a_byline_is_found_and_nobody_else(words: str) -> None:
    assert byline.is_byline(words)
    assert describe(words) == ", ".join(sorted(filter(None, BYLINES[words].split(", "))))


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("Jane Roe", ["Jane Roe"]),
        ("Jane Roe, John Poe and the desk", ["Jane Roe", "John Poe"]),
        ("Jane Roe | May 3, 2024", ["Jane Roe"]),
        ("Jane", ["Jane"]),
        ("By the desk", []),
        ("By the editors", []),
        ("By The Pier", []),
        ("Introduction by Jane Roe", []),
    ],
)
def test_an_author_line_names_people_and_no_words_of_a_credit(words: str, names: list[str]) -> None:
    people = byline.find_authors(words)
    assert [person.name for person in people] == names
    assert all(person.role is Role.INTERVIEWER for person in people)
