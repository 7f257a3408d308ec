"""The code stays readable: names, docstrings, line lengths, complexity."""

from __future__ import annotations

import ast

from tests import figures
from tests.support.syntax_trees import iterate_imports, iterate_nodes, parse_module_files


def test_no_figure_exceeds_its_limit() -> None:
    """`python -m tests.figures -v` names the places."""
    exceeded = {
        figure.name: (figure.value, figure.places[:10]) for figure in figures.measure_all() if figure.is_exceeded
    }
    assert exceeded == {}


def test_every_import_begins_a_line() -> None:
    """So test_architecture.py finds all of them without parsing the modules."""
    for path in parse_module_files():
        imports = [*iterate_nodes(path, ast.Import), *iterate_nodes(path, ast.ImportFrom)]
        assert {*map(ast.dump, imports)} == {*map(ast.dump, iterate_imports(path))}, path
