"""Docstrings name things that exist."""

from __future__ import annotations

import ast
import itertools
import re
from collections.abc import Iterator
from pathlib import Path

from tests.support.syntax_trees import iterate_nodes, list_module_files, parse_module_files

_NAME_IN_BACKTICKS = re.compile(r"`([a-z][a-z0-9_]*)`")


def iterate_names(path: Path) -> Iterator[str]:
    """Yield every name in a module, and the words of its short texts."""
    yield from (node.id for node in iterate_nodes(path, ast.Name))
    yield from (node.attr for node in iterate_nodes(path, ast.Attribute))
    yield from (node.arg for node in iterate_nodes(path, ast.arg))
    yield from (node.name for node in iterate_nodes(path, ast.FunctionDef))
    yield from (node.name for node in iterate_nodes(path, ast.ClassDef))
    for alias in iterate_nodes(path, ast.alias):
        yield from (alias.asname or alias.name).split(".")
    for text in iterate_nodes(path, ast.Constant):
        if isinstance(text.value, str) and len(text.value) < 80:
            yield from re.findall(r"\w+", text.value)


def find_unknown_names(path: Path) -> list[str]:
    """Return the words in backticks, in the docstrings of a module's classes and functions, that name nothing in it."""
    definitions: list[ast.ClassDef | ast.FunctionDef] = [*iterate_nodes(path, ast.ClassDef)]
    definitions += iterate_nodes(path, ast.FunctionDef)
    quoted = [
        (node, words)
        for node in definitions
        if (words := set(_NAME_IN_BACKTICKS.findall(ast.get_docstring(node) or "")))
    ]
    names = set(iterate_names(path)) | MODULE_NAMES if quoted else set[str]()
    unknown = []
    for node, words in quoted:
        unknown += [f"{path.name}:{node.lineno} {node.name}: `{word}`" for word in sorted(words - names)]
    return unknown


MODULE_NAMES = {part for path in list_module_files() for part in path.with_suffix("").parts}


def test_a_docstring_names_only_what_is_there() -> None:
    """A field or parameter that was renamed is renamed in the docstring, too."""
    assert list(itertools.chain.from_iterable(map(find_unknown_names, parse_module_files()))) == []
