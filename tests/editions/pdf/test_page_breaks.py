"""A long question is divided between two pages, and leaves no page shorter than its lines make necessary."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.editions.pdf.test_line_grid import A5, read_lines

QUESTION = "Pilots and clerks ask how the lights of the harbour are counted, night by night. " * 12
ANSWER = "Every night somebody writes down the names, the hours and the lights. " * 12
_BOTTOM_PT, _LEADING_PT = 26.31 * 72 / 25.4, 14.5


@pytest.mark.parametrize("lines", range(12, 32, 3))
def test_a_question_of_fifteen_lines_is_divided(lines: int) -> None:
    """At least two of its lines stand on each page; the first page is at most two lines short."""
    html = (
        f"<p>{'A line.<br>' * lines}</p><section class='turn question'><p>{QUESTION}</p></section>"
        f"<section class='turn answer'><p>{ANSWER}</p></section>"
    )
    pages = [*read_lines(replace(A5, html=html))]
    assert min(height for height, _ in pages[0]) < _BOTTOM_PT + 3 * _LEADING_PT
    question_lines = [sum(text in QUESTION and text not in ANSWER for _, text in page) for page in pages[:2]]
    assert sum(question_lines) > 10
    assert [count for count in question_lines if count < 2] in ([], [0])
