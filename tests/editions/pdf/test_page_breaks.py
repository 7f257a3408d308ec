"""A long question is divided between two pages, and leaves no page shorter than its lines make necessary."""

from __future__ import annotations

from dataclasses import replace

import pytest

from onrecord.editions.pdf.typeset.weasyprint_adapter import _get_engine
from onrecord.proof.reading.pdf_pages import read_whole_pdf
from tests.editions.pdf.test_fixes import SOURCE

QUESTION = "Pilots and clerks ask how the lights of the harbour are counted, night by night. " * 12
ANSWER = "Every night somebody writes down the names, the hours and the lights. " * 12
_BOTTOM_PT, _LEADING_PT, _ANSWER_PT = 26.31 * 72 / 25.4, 14.5, 10


@pytest.mark.parametrize("lines", range(12, 32, 3))
def test_a_question_of_fifteen_lines_is_divided(lines: int) -> None:
    """At least two of its lines stand on each page; the first page is at most two lines short."""
    html = (
        f"<p>{'A line.<br>' * lines}</p><section class='turn question'><p>{QUESTION}</p></section>"
        f"<section class='turn answer'><p>{ANSWER}</p></section>"
    )
    pages = read_whole_pdf(_get_engine(()).render(replace(SOURCE, html=html)).write_pdf()).pages
    first = [run for run in pages[0].runs if run.text.strip()]
    assert min(run.baseline for run in first) < _BOTTOM_PT + 3 * _LEADING_PT
    question_lines = [{round(run.baseline) for run in page.runs if run.size < _ANSWER_PT} for page in pages[:2]]
    assert [len(baselines) for baselines in question_lines if len(baselines) < 2] in ([], [0])
