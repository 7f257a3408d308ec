"""Lines of a printed page as the proof reads them: repeated ones, cells from the right, numbers beside names."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from onrecord import proof
from onrecord.editions.pdf import edition
from onrecord.manuscript.read_book import read_book
from onrecord.proof.reading.painted_text import TextRun, _find_left_out_text, _join_surrogates
from onrecord.proof.reading.reading_order import ReadingOrder
from onrecord.proof.rules.running_heads import _split_lines
from tests.support.sample import RUNNER
from tests.support.translated import write_book, write_interview

LINE = TextRun("a refrain", 1, 60, 297, 260, 308, 300, 11)


def place_run(left: float, baseline: float, width: float = 20, text: str = "word") -> TextRun:
    return TextRun(text, 0, left, baseline - 3, left + width, baseline + 8, baseline, 11)


def move_line(down: float = 14, right: float = 0, longer: float = 0, size: float = 11) -> TextRun:
    """Return a line below the refrain of which PDFium gives no letters."""
    end = LINE.right + right + longer
    return replace(LINE, text="", left=LINE.left + right, right=end, baseline=LINE.baseline - down, size=size)


@pytest.mark.parametrize(
    ("line", "text"),
    [
        (move_line(), "a refrain"),
        (move_line(right=8), "a refrain"),
        (move_line(down=0.3), ""),  # painted twice in one place
        (move_line(down=40), ""),
        (move_line(right=20), ""),
        (move_line(longer=1), ""),
        (move_line(size=10), ""),
    ],
)
def test_a_repeated_line_that_pdfium_leaves_out_is_read(line: TextRun, text: str) -> None:
    """It leaves out what has the same glyphs as a line before it that is long and close above."""
    assert _find_left_out_text(line, [LINE]) == text
    assert _find_left_out_text(line, [LINE, *[place_run(300, 200)] * 4]) == text
    assert _find_left_out_text(line, [LINE, *[place_run(300, 200)] * 5]) == ""


def test_cells_from_the_right_are_words_of_their_own() -> None:
    """Those of a table's head that is printed again: each is painted at the left of the one before it."""
    cells = [place_run(300, 500, text="A"), place_run(200, 500, text="B"), place_run(170, 500, text="C")]
    assert list(_split_lines(cells)) == ["A", "B C"]
    assert list(_split_lines([place_run(100, 500, text="on"), place_run(120, 500, text="ly")])) == ["only"]


def test_a_mark_that_is_painted_by_itself_ends_no_line() -> None:
    """The hamza of صفحهٔ, in the page numbers of a pack in Persian, has a higher baseline than its letter."""
    hamza = place_run(105, 500.7, 3, "\u0654")
    word, number = place_run(100, 500, text="صفحه"), place_run(85, 500, 10, text="5")
    assert list(_split_lines([number, hamza, word])) == ["5\u0654 صفحه"]
    assert len(list(_split_lines([hamza, word, number, place_run(85, 480)]))) == 2


@pytest.mark.parametrize(
    ("left", "baseline", "is_in_place"),
    [(120, 500, True), (120, 489, True), (120, 515, False), (60, 500, False), (60, 470, True)],
)
def test_a_list_number_may_stand_beside_a_name_in_a_column(left: float, baseline: float, is_in_place: bool) -> None:
    """Where an answer begins with a list, its number is on the first line of the name, which may have two."""
    order = ReadingOrder()
    order.add_block([(0, place_run(60, 500, 30)), (0, place_run(60, 489, 40))])
    assert order.add_number(0, place_run(left, baseline, 8, "1.")) == is_in_place


@pytest.mark.parametrize(("baseline", "is_in_place"), [(500, True), (489, False), (511, False)])
def test_a_list_number_beside_a_name_is_on_the_line_of_its_words(baseline: float, is_in_place: bool) -> None:
    """Elsewhere it may stand above them; here it would have been moved to another paragraph."""
    order = ReadingOrder()
    order.add_block([(0, place_run(60, 500, 30))])
    number = place_run(120, 500, 8, "1.")
    assert order.add_number(0, number)
    misplaced = [] if is_in_place else [(0, number)]
    assert order.take_numbers(0, place_run(135, baseline)) == misplaced


@pytest.mark.parametrize("text", ["🚢", "🚢🚢", "a🚢b"])
def test_characters_of_two_halves_are_joined(text: str) -> None:
    """PDFium gives both halves, in a file that is read from the right sometimes the second one first."""
    halves = text.encode("utf-16-be")
    units = [chr(high << 8 | low) for high, low in zip(halves[::2], halves[1::2], strict=True)]
    assert _join_surrogates("".join(units)) == text
    assert _join_surrogates("".join(reversed(units))) == text[::-1]
    assert _join_surrogates(units[0]) == ("a" if text[0] == "a" else "\N{REPLACEMENT CHARACTER}")


def test_a_name_in_a_column_stays_with_the_quotation_that_begins_its_answer(tmp_path: Path) -> None:
    """In the style hanging it takes no room: below the last line of a page there is always enough for it."""
    write_book(tmp_path, "", settings="style: hanging\n")
    exchange = "**Ada Moor:** Who?\n\n**Ben Quay:**\n\n> " + "The keeper lights the lamp at dusk. " * 4
    write_interview(tmp_path, "lamp", "en", "The lamp.\n\n" * 2 + f"{exchange}\n\n" * 6)
    (tmp_path / "interviews/lampe.md").unlink()
    book = read_book(tmp_path)
    printed = edition.make_pdf(book, tmp_path, RUNNER)
    assert proof.prove_pdf_file(book, printed.data, printed.data).problems == ()
