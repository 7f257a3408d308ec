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
        imports = {*map(list_imported_names, iterate_nodes(path, ast.Import, ast.ImportFrom))}
        assert imports == {*map(list_imported_names, iterate_imports(path))}, path


def list_imported_names(statement: ast.AST) -> tuple[str, ...]:
    """Return the module and the names of a statement that imports."""
    assert isinstance(statement, ast.Import | ast.ImportFrom)
    return str(getattr(statement, "module", "")), *(alias.name for alias in statement.names)
