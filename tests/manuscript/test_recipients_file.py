"""Test recipients.csv: spreadsheet formats, mistakes, and formulas in the register."""

from __future__ import annotations

import csv
import hashlib
import io
from datetime import date

import pytest

from onrecord.finishing.copy_register import DeliveredCopy, write_register
from onrecord.finishing.lettering import find_unstampable_names
from onrecord.manuscript.recipients_file import read_recipients
from onrecord.model import SourceLocation
from onrecord.model.recipients import NumberedCopy, Recipient, number_copies
from onrecord.runtime import face_choice
from onrecord.wording.markings import format_copy_stamp

FILE = "packs/recipients.csv"


def list_table_rows(text: str) -> list[tuple[str, str, int, bool]]:
    recipients, problems = read_recipients(text.encode(), FILE)
    assert problems == ()
    return [
        (recipient.name, recipient.organisation, recipient.copies, recipient.large_print) for recipient in recipients
    ]


def list_problems(data: str | bytes) -> list[tuple[int, str]]:
    _, problems = read_recipients(data.encode() if isinstance(data, str) else data, FILE)
    assert all(problem.hint for problem in problems)
    return [(problem.location.line, problem.rule) for problem in problems]


@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_what_spreadsheets_save_is_read(mark: str, separator: str, line_end: str) -> None:
    """Read byte order marks, commas, semicolons, tabs, and empty rows at the end."""
    rows = [
        ["Name", "Organisation", "Copies", "Large print"],
        ["The night desk", '"Harbour, office; ""East"""', "3", "no"],
        ["Читальный зал", "", "", "yes"],
        ["", "", "", ""],
    ]
    text = mark + line_end.join(separator.join(row) for row in rows) + line_end
    assert list_table_rows(text) == [
        ("The night desk", 'Harbour, office; "East"', 3, False),
        ("Читальный зал", "", 1, True),
    ]


def test_a_list_of_names_is_enough() -> None:
    assert list_table_rows("name\nThe desk\nThe reader\n") == [("The desk", "", 1, False), ("The reader", "", 1, False)]


def test_the_columns_may_stand_in_any_order() -> None:
    assert list_table_rows("copies,name\n2,The desk\n") == [("The desk", "", 2, False)]


def test_problems_name_the_line_of_the_file() -> None:
    """A quoted cell over two lines does not shift the lines of later problems."""
    assert list_problems('name,organisation\nThe desk,"one\ntwo"\nThe reader,x,y\n') == [
        (2, "cells-are-one-line"),
        (4, "rows-are-whole"),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", [(0, "recipients-are-there")]),
        ("\n\n", [(0, "recipients-are-there")]),
        ("name,copies\n", [(1, "recipients-are-there")]),
        ("The desk,1\nThe reader,2\n", [(1, "columns-are-named")]),
        ("organisation,copies\nx,1\n", [(1, "columns-are-named")]),
        ("name,organisatoin\nThe desk,x\n", [(1, "columns-are-known")]),
        ("name,name\nThe desk,x\n", [(1, "columns-stand-once")]),
        ("name,copies\nThe desk,1,no\n", [(2, "rows-are-whole")]),
        ("name,copies\nThe desk\n", [(2, "rows-are-whole")]),
        ("name,copies\n,2\n", [(2, "recipients-are-named")]),
        ("name,copies\nThe desk,two\n", [(2, "copies-are-a-number")]),
        ("name,copies\nThe desk,0\n", [(2, "copies-are-a-number")]),
        ("name,copies\nThe desk,-1\n", [(2, "copies-are-a-number")]),
        ("name,copies\nThe desk,٣\n", [(2, "copies-are-a-number")]),
        ("name,copies\nThe desk,600\nThe reader,400\n", [(2, "copies-can-be-counted")]),
        ("name,large_print\nThe desk,maybe\n", [(2, "flag-is-yes-or-no")]),
        ("name\nThe desk\nThe reader\nthe desk\n", [(4, "recipients-stand-once")]),
        ("name\nThe\u200e \u202edesk\n", [(2, "directions-are-closed")]),
        ("name\nThe \u202edesk\u202c\n", [(2, "directions-are-closed")]),
        ("name\nThe \x07desk\n", [(2, "characters-are-printable")]),
        (f"name\n{'x' * 121}\n", [(2, "names-are-short")]),
        ('name\n"The desk\n', [(2, "table-is-readable")]),
        ('name\n"The" desk\n', [(2, "table-is-readable")]),
        (b"name\nThe desk\nJos\xe9\n", [(3, "text-is-utf-8")]),
        (b"\xff\xfen\0a\0m\0e\0", [(1, "text-is-utf-8")]),
        (b"name\n" + b"x\n" * 600_000, [(0, "recipients-are-few")]),
    ],
)
def test_every_mistake_is_a_problem_with_its_line(text: str | bytes, expected: list[tuple[int, str]]) -> None:
    """Each problem has a hint."""
    assert list_problems(text) == expected


def test_a_misspelt_column_gets_the_nearest_name() -> None:
    _, problems = read_recipients(b"name,organisatoin\nThe desk,x\n", FILE)
    assert problems[0].hint == "did you mean “organisation”?"


def test_copies_are_numbered_through() -> None:
    """Copies follow the order of the file; three copies get three numbers."""
    copies = number_copies([_make_recipient("The desk", copies=3), _make_recipient("The reader")])
    assert [(copy.number, copy.copy_count, copy.recipient.name) for copy in copies] == [
        (1, 4, "The desk"),
        (2, 4, "The desk"),
        (3, 4, "The desk"),
        (4, 4, "The reader"),
    ]
    assert format_copy_stamp(copies[3], "en") == "Copy 4 of 4 · The reader"
    assert format_copy_stamp(copies[3], "ru") == "Экземпляр 4 из 4 · The reader"


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("The night desk", "007-the-night-desk.pdf"),
        ("Bücher & Söhne", "007-bucher-sohne.pdf"),
        ("Читальный зал", "007.pdf"),
        ("../../etc/passwd", "007-etc-passwd.pdf"),
        ("x" * 90, f"007-{'x' * 40}.pdf"),
    ],
)
def test_file_names_are_plain(name: str, file: str) -> None:
    """Names suit mail and every system; the number alone tells copies apart."""
    assert NumberedCopy(7, 50, _make_recipient(name)).file_name == file


def test_the_register_holds_no_formula() -> None:
    """What a spreadsheet would run is text in the register, and no character is lost."""
    names = ["=1+1", "+41 desk", "-2", "@SUM(A1)", "＝1", 'a"b,c']
    entries = [
        DeliveredCopy(copy, copy.file_name, b"pdf") for copy in number_copies(_make_recipient(name) for name in names)
    ]
    data = write_register(entries, date(2026, 1, 31))
    assert data.startswith(b"\xef\xbb\xbf")
    head, *rows = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""))
    assert head == ["number", "of", "name", "organisation", "large_print", "file", "sha256", "date"]
    assert [row[2].removeprefix("'") for row in rows] == names
    assert not any(cell[:1] in "=+-@＝" for row in rows for cell in row if cell)
    assert {row[6] for row in rows} == {hashlib.sha256(b"pdf").hexdigest()}
    assert {row[7] for row in rows} == {"2026-01-31"}


def test_a_name_without_glyphs_is_a_problem_on_its_line() -> None:
    """A script without a face is refused before; one that runs to the left, and invisible joiners, are not."""
    names = ("The desk", "Žižek Архив Αρχείο", "読者", "קורא", "نگه\u200cبان", "🧑\u200d✈\ufe0f")
    recipients, _ = read_recipients("\n".join(("name", *names)).encode(), FILE)
    problems = find_unstampable_names(recipients, face_choice.list_stamp_fonts(()))
    assert [(problem.location.line, problem.rule) for problem in problems] == [(4, "glyphs-exist")]


def _make_recipient(name: str, copies: int = 1) -> Recipient:
    return Recipient(name, SourceLocation(FILE, 2), copies=copies)
