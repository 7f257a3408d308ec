"""The columns of a table share the page by their words, and never take more than all of it."""

from __future__ import annotations

from dataclasses import replace

from onrecord.editions.column_widths import compute_column_widths
from onrecord.model import Table, TableCell
from tests.support.sample import paragraph


def make_table(*rows: tuple[str, ...]) -> Table:
    cells = tuple(tuple(TableCell((paragraph(text),)) for text in row) for row in rows)
    return Table((), cells, (), paragraph("x").location)


def test_widths_make_a_hundred_percent() -> None:
    for count in (1, 2, 3, 7, 12, 20):
        widths = compute_column_widths(make_table(tuple("word" for _ in range(count))))
        assert sum(widths) == 100
        assert max(widths) - min(widths) <= 1


def test_a_short_word_beside_a_long_text_keeps_its_room() -> None:
    narrow, wide = compute_column_widths(make_table(("disclaimer", "A long text with many short words. " * 9)))
    assert 15 < narrow < wide


def test_the_widest_columns_are_limited() -> None:
    short, long, short_too = compute_column_widths(make_table(("1000", "w" * 90, "2000")))
    assert short == short_too > 8
    assert long == 100 - short - short_too


def test_a_table_without_rows_has_no_columns() -> None:
    assert compute_column_widths(make_table()) == ()


def test_a_word_of_wide_letters_gets_more_room() -> None:
    """Hebrew letters and capitals are wider than small Latin ones; marks on a letter take no room; a head is bold."""
    text = "many short words " * 9

    def measure(word: str) -> int:
        return compute_column_widths(make_table((word, text)))[0]

    assert measure("משקל") > measure("ways")
    assert measure("WAYS") > measure("ways")
    assert measure("ma\u0301n\u0303y") == measure("many")
    head = replace(make_table(), head=make_table(("weight of it", "x")).body, body=make_table(("1", text)).body)
    assert compute_column_widths(head)[0] > compute_column_widths(make_table(("weight of it", "x"), ("1", text)))[0]


def test_text_without_spaces_may_break_between_its_signs() -> None:
    """A long Chinese text takes no more room than two signs need at least, beside words that do not break."""
    table = make_table(("港口的灯塔很古老" * 20, "unbreakable" * 4, "unbreakable" * 4))
    assert compute_column_widths(table)[0] < 12
