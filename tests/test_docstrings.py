"""Docstrings name things that exist."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.paths import ROOT

_NAME_IN_BACKTICKS = re.compile(r"`([a-z][a-z0-9_]*)`")


def iterate_names(tree: ast.AST) -> Iterator[str]:
    """Yield every name in a piece of code, and the words of its short texts."""
    for node in ast.walk(tree):
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
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = set(iterate_names(tree)) | MODULE_NAMES
    unknown = []
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef | ast.FunctionDef) and (docstring := ast.get_docstring(node)):
            words = set(_NAME_IN_BACKTICKS.findall(docstring))
            unknown += [f"{path.name}:{node.lineno} {node.name}: `{word}`" for word in sorted(words - names)]
    return unknown


MODULES = sorted((ROOT / "onrecord").rglob("*.py"))
MODULE_NAMES = {part for path in MODULES for part in path.with_suffix("").parts}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_docstring_names_only_what_is_there(path: Path) -> None:
    """A field or parameter that was renamed is renamed in the docstring, too."""
    assert find_unknown_names(path) == []
