"""Print the figures that say how readable the code is, each with its limit; exit 1 if one is exceeded.

    python -m tests.figures

Run it from the top folder with the Python of `.venv`. ARCHITECTURE.md says why these figures are watched.
"""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.support.syntax_trees import PACKAGE, Node, iterate_nodes, parse_module_files, read_syntax_tree

ROOT = Path(__file__).parents[1]
CHECKED = ("onrecord", "tests", "benchmarks", "build.py")

VAGUE_NAMES = frozenset({"one", "own", "found", "told", "kept", "rest", "wanted", "item", "thing", "stuff"})
LONGEST_CLASS = 200
LONGEST_LINE = 120


@dataclass(frozen=True)
class Figure:
    """A figure, its limit, and the places that count, to look at."""

    name: str
    value: float
    limit: float
    places: tuple[str, ...] = ()

    @property
    def is_exceeded(self) -> bool:
        return self.value > self.limit


def iterate_package(*types: type[Node]) -> Iterator[tuple[Path, Node]]:
    """Yield each node of these types in the modules of the package, with its file."""
    return ((path, node) for path in parse_module_files() for node in iterate_nodes(path, *types))


@cache
def read_checked_file(path: Path) -> str:
    return path.read_text(encoding="utf-8")


@cache
def list_checked_files() -> tuple[Path, ...]:
    """Return every Python file that the linter reads."""
    roots = [ROOT / name for name in CHECKED]
    return tuple(sorted(path for root in roots for path in ([root] if root.is_file() else root.rglob("*.py"))))


def describe_place(path: Path, node: ast.AST) -> str:
    return f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 1)}"


# --- names ------------------------------------------------------------------------------------------


def measure_one_word_functions() -> Figure:
    """Measure the share of module-level functions whose name is one word, in per cent."""
    functions = [
        (path, node)
        for path in parse_module_files()
        for node in read_syntax_tree(path).body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    short = [f"{describe_place(path, node)} {node.name}" for path, node in functions if "_" not in node.name.strip("_")]
    return Figure("one-word functions, %", round(100 * len(short) / len(functions), 1), 20, tuple(short))


def iterate_bindings(path: Path) -> Iterator[tuple[ast.AST, str]]:
    """Yield each name that a module binds: variables, parameters, exceptions, imports; not keys of JSON."""
    json_keys = {
        id(field.target)
        for node in iterate_nodes(path, ast.ClassDef)
        if any(getattr(base, "id", "") == "TypedDict" for base in node.bases)
        for field in node.body
        if isinstance(field, ast.AnnAssign)
    }
    for variable in iterate_nodes(path, ast.Name):
        if isinstance(variable.ctx, ast.Store) and id(variable) not in json_keys:
            yield variable, variable.id
    for parameter in iterate_nodes(path, ast.arg):
        yield parameter, parameter.arg
    for handler in iterate_nodes(path, ast.ExceptHandler):
        if handler.name:
            yield handler, handler.name
    for pattern in iterate_nodes(path, ast.MatchAs):
        if pattern.name:
            yield pattern, pattern.name
    for imported in iterate_nodes(path, ast.alias):
        if imported.asname:
            yield imported, imported.asname


def measure_vague_names() -> Figure:
    """Count variables and parameters whose name does not say what they hold."""
    places = [
        f"{describe_place(path, node)} {name}"
        for path in parse_module_files()
        for node, name in iterate_bindings(path)
        if name.lstrip("_") in VAGUE_NAMES
    ]
    return Figure("variables called one, own, found, told, kept, …", len(places), 0, tuple(places))


def measure_shared_class_names() -> Figure:
    """Count names that two classes of different modules share."""
    homes: dict[str, list[str]] = defaultdict(list)
    for path, node in iterate_package(ast.ClassDef):
        homes[node.name].append(describe_place(path, node))
    shared = [f"{name}: {', '.join(places)}" for name, places in sorted(homes.items()) if len(places) > 1]
    return Figure("class names used twice", len(shared), 0, tuple(shared))


# --- shape ------------------------------------------------------------------------------------------


def measure_flat_modules() -> Figure:
    """Count modules that lie in the package itself instead of in a sub-package."""
    flat = [path.name for path in PACKAGE.glob("*.py") if path.stem not in ("__init__", "__main__")]
    return Figure("modules outside sub-packages", len(flat), 0, tuple(flat))


def measure_long_classes() -> Figure:
    """Count classes of more than 200 lines; an enumeration is a table of values, so only its methods count."""
    places = [
        f"{describe_place(path, node)} {node.name}: {count_class_lines(node)} lines"
        for path, node in iterate_package(ast.ClassDef)
        if count_class_lines(node) > LONGEST_CLASS
    ]
    return Figure(f"classes of more than {LONGEST_CLASS} lines", len(places), 0, tuple(places))


def count_class_lines(node: ast.ClassDef) -> int:
    """Return the lines of a class, without the members of an enumeration."""
    lines = (node.end_lineno or 0) - node.lineno + 1
    if any(getattr(base, "id", "").endswith("Enum") for base in node.bases):
        lines -= sum((part.end_lineno or 0) - part.lineno + 1 for part in node.body if isinstance(part, ast.Assign))
    return lines


def measure_untyped_values() -> Figure:
    """Count uses of `Any` in the package."""
    places = [describe_place(path, node) for path, node in iterate_package(ast.Name) if node.id == "Any"]
    places += [describe_place(path, node) for path, node in iterate_package(ast.alias) if node.name == "Any"]
    return Figure("uses of Any", len(places), 59, tuple(places))


def measure_long_lines() -> Figure:
    """Count lines of more than 120 columns, in the package, the tests and the benchmarks."""
    places = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in list_checked_files()
        for number, line in enumerate(read_checked_file(path).splitlines(), 1)
        if len(line) > LONGEST_LINE
    ]
    return Figure(f"lines of more than {LONGEST_LINE} columns", len(places), 0, tuple(places))


_COMMENT_COUNTS = {"noqa": 17, "fmt: skip": 0, "fmt: off": 0, "type: ignore": 30}


def measure_exemptions() -> Iterator[Figure]:
    """Count the comments that switch a check off."""
    texts = {path: read_checked_file(path) for path in list_checked_files() if path != Path(__file__).resolve()}
    for comment, limit in _COMMENT_COUNTS.items():
        pattern = re.compile(rf"#[ \t]*{re.escape(comment)}\b")
        places = tuple(
            f"{path.relative_to(ROOT)}:{text.count(chr(10), 0, match.start()) + 1}"
            for path, text in texts.items()
            for match in pattern.finditer(text)
        )
        yield Figure(f"comments “# {comment}”", len(places), limit, places)


# --- what ruff finds --------------------------------------------------------------------------------


_RUFF_RULES = {
    "D401": "docstrings not in the imperative (D401)",
    "C901": "functions with a complexity above 10 (C901)",
}


def measure_ruff_rules() -> Iterator[Figure]:
    """Count what some rules of ruff find in the package."""
    command = [sys.executable, "-m", "ruff", "check", "--isolated", "--output-format=json"]
    command += [f"--select={','.join(_RUFF_RULES)}", "--config=lint.mccabe.max-complexity=10", "onrecord"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    findings = json.loads(done.stdout)
    for code, name in _RUFF_RULES.items():
        places = tuple(
            f"{Path(finding['filename']).relative_to(ROOT)}:{finding['location']['row']}"
            for finding in findings
            if finding["code"] == code
        )
        yield Figure(name, len(places), 0, places)


def measure_format() -> Figure:
    """Count files that `ruff format` would rewrite."""
    command = [sys.executable, "-m", "ruff", "format", "--check", "--output-format=concise", *CHECKED]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    places = tuple(line for line in done.stdout.splitlines() if "unformatted:" in line)
    return Figure("files that ruff format would rewrite", len(places), 0, places)


# --- all together -----------------------------------------------------------------------------------

_MEASURES: tuple[Callable[[], Figure], ...] = (
    measure_one_word_functions,
    measure_vague_names,
    measure_shared_class_names,
    measure_flat_modules,
    measure_long_classes,
    measure_untyped_values,
    measure_long_lines,
    measure_format,
)


def measure_all() -> Iterator[Figure]:
    """Yield every figure, in the order of the listing."""
    yield from (measure() for measure in _MEASURES)
    yield from measure_ruff_rules()
    yield from measure_exemptions()


def list_common_identifiers(count: int = 12) -> list[tuple[str, int]]:
    """Return the identifiers that the package uses most often."""
    counts: Counter[str] = Counter()
    counts.update(node.id for _, node in iterate_package(ast.Name))
    return counts.most_common(count)


def main(arguments: list[str]) -> int:
    """Print the figures; with `-v` also the places that exceed a limit."""
    figures = list(measure_all())
    for figure in figures:
        mark = "!" if figure.is_exceeded else " "
        print(f"{mark} {figure.value:>7g}  {figure.name} (limit {figure.limit:g})")
        if "-v" in arguments and figure.is_exceeded:
            print("".join(f"            {place}\n" for place in figure.places), end="")
    print("  commonest identifiers:", ", ".join(f"{name} {count}" for name, count in list_common_identifiers()))
    return int(any(figure.is_exceeded for figure in figures))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
