"""The syntax trees of the package's modules, each parsed and walked through once for all tests of a process."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

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
def list_nodes(path: Path) -> tuple[ast.AST, ...]:
    """Return all nodes of a module, as `ast.walk` gives them."""
    return tuple(ast.walk(read_syntax_tree(path)))
