"""Docstrings name things that exist."""

from __future__ import annotations

import ast
import itertools
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from tests.support.syntax_trees import list_module_files, list_nodes

_NAME_IN_BACKTICKS = re.compile(r"`([a-z][a-z0-9_]*)`")


def iterate_names(nodes: Iterable[ast.AST]) -> Iterator[str]:
    """Yield every name in a piece of code, and the words of its short texts."""
    for node in nodes:
        if isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.Attribute):
            yield node.attr
        elif isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.alias):
            yield from (node.asname or node.name).split(".")
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from re.findall(r"\w+", node.value) if len(node.value) < 80 else ()


def find_unknown_names(path: Path) -> list[str]:
    """Return the words in backticks, in the docstrings of a module's classes and functions, that name nothing in it."""
    nodes = list_nodes(path)
    names = set(iterate_names(nodes)) | MODULE_NAMES
    unknown = []
    for node in nodes:
        if isinstance(node, ast.ClassDef | ast.FunctionDef) and (docstring := ast.get_docstring(node)):
            words = set(_NAME_IN_BACKTICKS.findall(docstring))
            unknown += [f"{path.name}:{node.lineno} {node.name}: `{word}`" for word in sorted(words - names)]
    return unknown


MODULE_NAMES = {part for path in list_module_files() for part in path.with_suffix("").parts}


def test_a_docstring_names_only_what_is_there() -> None:
    """A field or parameter that was renamed is renamed in the docstring, too."""
    assert list(itertools.chain.from_iterable(map(find_unknown_names, list_module_files()))) == []
