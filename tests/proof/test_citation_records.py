"""The records for reference managers are compared with records that the proof composes by itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from onrecord.model import Book, Interview, Person, Role, TextLine
from onrecord.proof.reading.citation_records import ExpectedRecords, divide_name
from onrecord.proof.rules.citations import _check_bibtex, _check_csl_json, _check_ris
from onrecord.wording.citation import _divide_name, build_citation_records
from tests.support.proof_copies import at
from tests.support.sample import BOOK

NAMES = ["The Keeper", "Ludwig van der Berg", "Ana de la Cruz", "Jo Day Jr.", "A. B. Moor III", "desk@night", "O’Hara"]
NAMES += [
    "Department 7",
    "Quay & Sons",
    "Ivo al-Hadi",
    "Ada",
    "Мария Светлова",
    "李 海",
    "Ben of the Harbour",
    "Jo Jr.",
]
EDITION = replace(
    BOOK,
    publisher="Light & Sons",
    edition="2nd_ed. 50 %",
    url="https://example.org/{b}~/",
    editors=("Ben van Quay", "Light & Sons"),
    subtitle="A {Second} Look",
    date=date(2026, 1, 2),
)


def read_records(book: Book, interview: Interview) -> tuple[ExpectedRecords, tuple[bytes, bytes, bytes]]:
    records = build_citation_records(interview, book, ("3", "4", "9"))
    return ExpectedRecords(interview, book, "3", "9"), (records[".csl.json"], records[".bib"], records[".ris"])


def find_differences(expected: ExpectedRecords, records: tuple[bytes, bytes, bytes]) -> list[str]:
    csl, bib, ris = records
    return [*_check_csl_json(expected, csl), *_check_bibtex(expected, bib), *_check_ris(expected, ris)]


@pytest.mark.parametrize("name", NAMES)
def test_names_are_divided_as_the_editions_divide_them(name: str) -> None:
    assert divide_name(name) == _divide_name(name)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("role", list(Role))
def test_records_of_all_kinds_of_people_are_those_expected(name: str, role: Role) -> None:
    interview = replace(
        EDITION.interviews[0],
        people=(Person(name, role, "Quay & Sons"), Person("The Keeper", Role.INTERVIEWEE)),
        byline=TextLine("Harbour FM’s exclusive interview with the keeper", at(4)),
    )
    assert find_differences(*read_records(EDITION, interview)) == []
    assert find_differences(*read_records(BOOK, interview)) == []


def test_every_line_of_a_record_is_compared() -> None:
    expected, records = read_records(EDITION, EDITION.interviews[0])
    for number, record in enumerate(records):
        lines = record.split(b"\n")
        for index, line in enumerate(lines):
            if line.strip(b"\r ,[]{}"):
                spoiled = [*lines[:index], line.replace(b"2026", b"1926") if b"2026" in line else b"x" + line]
                changed = b"\n".join([*spoiled, *lines[index + 1 :]])
                copies = (*records[:number], changed, *records[number + 1 :])
                assert find_differences(expected, (copies[0], copies[1], copies[2])), line


def test_a_record_that_is_cut_or_longer_is_found() -> None:
    expected, (csl, bib, ris) = read_records(EDITION, EDITION.interviews[0])
    for cut in ((csl[:-4], bib, ris), (csl, bib[:-2], ris), (csl, bib, ris[:-2]), (csl, bib + b"\n", ris)):
        assert find_differences(expected, cut)
