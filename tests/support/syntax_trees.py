"""The syntax trees of the package's modules, each parsed and walked through once for all tests of a process."""

from __future__ import annotations

import ast
import contextlib
import gc
import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TypeVar, cast

Node = TypeVar("Node", bound=ast.AST)

_LEAVES = frozenset({int, str, type(None), ast.Load, ast.Store})
_IMPORT = re.compile(r"^[ \t]*((?:import|from) [^(\n]*(?:\([^)]*\))?)", re.MULTILINE)

PACKAGE = Path(__file__).parents[2] / "onrecord"


@cache
def list_module_files() -> tuple[Path, ...]:
    """Return the file of each module of the package."""
    return tuple(sorted(PACKAGE.rglob("*.py")))


@cache
def read_syntax_tree(path: Path) -> ast.Module:
    """Return the syntax tree of a module."""
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def parse_module_files() -> tuple[Path, ...]:
    """Return the file of each module of the package, all parsed: garbage is searched for among them only once."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        for path in list_module_files():
            read_syntax_tree(path)
    finally:
        if was_enabled:
            gc.enable()
    return list_module_files()


def iterate_imports(path: Path) -> Iterator[ast.Import | ast.ImportFrom]:
    """Yield the statements of a module that begin a line and import; its other lines are not parsed."""
    for statement in _IMPORT.findall(path.read_text(encoding="utf-8")):
        with contextlib.suppress(SyntaxError):  # a line of a docstring that begins with “from”
            yield from (node for node in ast.parse(statement).body if isinstance(node, ast.Import | ast.ImportFrom))


@cache
def list_nodes(path: Path) -> tuple[ast.AST, ...]:
    """Return all nodes of a module in the order of `ast.walk`, but for the contexts of names."""
    nodes: list[ast.AST] = [read_syntax_tree(path)]
    for node in nodes:  # it grows
        for value in node.__dict__.values():
            if type(value) in _LEAVES:
                continue
            if isinstance(value, list):
                nodes += [part for part in value if isinstance(part, ast.AST)]
            elif isinstance(value, ast.AST):
                nodes.append(value)
    return tuple(nodes)


@cache
def _sort_nodes(path: Path) -> dict[type[ast.AST], list[ast.AST]]:
    """Return the nodes of a module by their type."""
    nodes = defaultdict(list)
    for node in list_nodes(path):
        nodes[type(node)].append(node)
    return dict(nodes)


def iterate_nodes(path: Path, *types: type[Node]) -> Iterator[Node]:
    """Yield the nodes of these types in a module, one type after the other."""
    for node_type in types:
        yield from cast("list[Node]", _sort_nodes(path).get(node_type, []))
