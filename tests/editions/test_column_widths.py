"""The columns of a table share the page by their words, and never take more than all of it."""

from __future__ import annotations

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
