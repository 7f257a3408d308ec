"""Texts that run from the left in a book that is read from the right."""

from __future__ import annotations

from pathlib import Path

import pytest

from onrecord import proof
from onrecord.cli import command_line
from onrecord.cli.exit_codes import ExitCode
from onrecord.editions.pdf import edition
from onrecord.finishing.booklet import make_booklet
from onrecord.finishing.print_shop import make_print_shop_file
from onrecord.manuscript.read_book import read_book
from onrecord.proof.reading.normalize import list_letters
from onrecord.proof.reading.painted_text import TextRun
from onrecord.proof.reading.painting import PagePlacement, describe_difference
from onrecord.proof.rules.running_heads import _split_lines
from tests.support.bound import PLACE
from tests.support.sample import RUNNER
from tests.support.translated import LAMP, MENORA, write_interview

HEBREW = "title: נמלים\nslug: harbours\nlanguage: he\ndate: 2026-01-01\ndisclaimer: none\n"
MORE = "\n**And on all other nights?**\n\n" + "The keeper lights lamp 7 at dusk, (every) day (7)… 14 (27). " * 50 + "\n"


@pytest.mark.slow
@pytest.mark.parametrize("settings", ["", "facing: yes\n", "openings: recto\n", "trim: 300 x 420 mm\n"])
def test_an_english_interview_in_a_hebrew_book_is_proved(settings: str, tmp_path: Path) -> None:
    """Pages without a Hebrew letter, too: readers of PDF put the words of such a file in another order."""
    (tmp_path / "interviews").mkdir()
    (tmp_path / "book.yaml").write_text(HEBREW + settings, encoding="utf-8")
    write_interview(tmp_path, "lamp", "en", LAMP + MORE, title="Light? (2027)")
    write_interview(tmp_path, "note", "he", "**What (7)?**\n\nIt is 24 (1950). 5!\n", title="Light (24)")
    write_interview(tmp_path, "menora", "he", MENORA, "translation_of: lamp\npairs: {none: q4-a4}\n")
    book = read_book(tmp_path)
    printed = edition.make_pdf(book, tmp_path, RUNNER)
    assert proof.prove_pdf_file(book, printed.data, printed.data).problems == ()
    booklet = make_booklet(printed.data)
    assert proof.prove_booklet(printed.data, booklet, "he", PLACE) == ()
    shop = make_print_shop_file(printed.data, None)
    assert proof.prove_print_shop(printed.data, shop, PLACE, claims_pdfx=False) == ()


@pytest.mark.parametrize(("moved", "fault"), [("and so...", ""), ("and so..", "has"), ("and so,,,", "has")])
def test_an_ellipsis_of_a_page_from_the_right_may_be_three_stops_to_pdfium(moved: str, fault: str) -> None:
    """In the booklet of such a book, which is no file that is read from the right, it is one sign."""
    runs = [TextRun(text, 0, 10.0, 10.0, 50.0, 20.0, 12.0, 9.0) for text in ("and so…", moved)]
    for expected, actual in (runs, runs[::-1]):
        assert describe_difference([expected], [actual], PagePlacement(), has_guesses=True)[:3] == fault
        assert describe_difference([expected], [actual], PagePlacement())


ARABIC = """\
title: ضوء الميناء
slug: harbours
language: ar
date: 2026-01-31
edition: الطبعة الثانية
publisher: دار الميناء
editors: [سلمى حداد, نور خليل, Anna Keeper]
url: https://example.org/light/
disclaimer: none
"""
PEOPLE = "{name: سامي, role: interviewee}, {name: Anna, role: interviewee, affiliation: The Harbour Board}"


@pytest.mark.slow
def test_lists_and_facts_have_the_commas_of_the_language(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """In contents, imprint, list of people and the foot of web pages."""
    (tmp_path / "interviews").mkdir()
    (tmp_path / "book.yaml").write_text(ARABIC, encoding="utf-8")
    write_interview(tmp_path, "menora", "ar", "**من يضيء المصباح؟**\n\nالحارس.\n", title="Light", people=PEOPLE)
    arguments = ["all", "--book", str(tmp_path), "--out", str(tmp_path / "dist")]
    assert command_line.main(arguments) == ExitCode.DONE, capsys.readouterr().err
    page = (tmp_path / "dist/harbours/index.html").read_text(encoding="utf-8")
    for words in ("سامي، Anna", "الطبعة الثانية، 31 يناير 2026", "ضوء الميناء، دار الميناء</span>، <time"):
        assert words in page


REFRAIN = "يعدّ الحارس السفن عند الغروب، ولا يسأله أحد كم كان"  # long enough that PDFium leaves out the second one
ROW = "| الحارس | 7 | المصباح |\n"
POEM = f"| {REFRAIN}\n| {REFRAIN}\n|             {REFRAIN} {REFRAIN}\n"
LISTS = f"* {REFRAIN}\n  1. {REFRAIN}\n  2. {REFRAIN}\n\n    - {REFRAIN}\n"
TABLE = f"| A | B | C |\n|:--|--:|---|\n{ROW * 50}"


@pytest.mark.slow
def test_blocks_from_the_right_are_proved(tmp_path: Path) -> None:
    """Verse that turns over, lines and entries that are repeated, a long table with Latin letters in its head."""
    (tmp_path / "interviews").mkdir()
    (tmp_path / "book.yaml").write_text(ARABIC, encoding="utf-8")
    note = f"\n\n[^1]: {REFRAIN * 60}\n"
    body = f"**ما هذا؟**\n\n{REFRAIN}.[^1]\n\n{POEM}\n{REFRAIN}\n\n{LISTS}\n{REFRAIN}\n\n{TABLE}\n{REFRAIN}{note}"
    write_interview(tmp_path, "menora", "ar", body, title="Light")
    book = read_book(tmp_path)
    printed = edition.make_pdf(book, tmp_path, RUNNER)
    assert proof.prove_pdf_file(book, printed.data, printed.data).problems == ()


def test_a_sign_above_a_letter_does_not_divide_the_line_of_a_page_number() -> None:
    """“صفحهٔ 1 از 8”: PDFium gives the sign as a text of its own, higher than the line."""
    texts = [("1 از 8", 60.0, 10.0), (" ", 56.0, 10.0), ("\u0654", 50.0, 16.0), ("صفحه", 40.0, 10.0), ("A", 40.0, 30.0)]
    runs = [TextRun(text, 0, x, y, x + 4.0, y + 10.0, y, 9.0) for text, x, y in texts]
    lines = [*_split_lines(runs)]
    assert [sorted(list_letters(line)) for line in lines] == [sorted(list_letters("صفحهٔ 1 از 8")), ["A"]]
