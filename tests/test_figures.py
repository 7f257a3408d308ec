"""The code stays readable: names, docstrings, line lengths, complexity."""

from __future__ import annotations

from tests import figures


def test_no_figure_exceeds_its_limit() -> None:
    """`python -m tests.figures -v` names the places."""
    exceeded = {
        figure.name: (figure.value, figure.places[:10]) for figure in figures.measure_all() if figure.is_exceeded
    }
    assert exceeded == {}
