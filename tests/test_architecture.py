"""Imports point one way, and each big library has one home."""

from __future__ import annotations

import ast
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "onrecord"

# Sub-package -> the sub-packages whose modules it may import. "" is the package itself, which holds the version.
ALLOWED: dict[str, set[str]] = {
    "": {"cli"},
    "model": set(),
    "runtime": {""},
    "wording": {"model"},
    "manuscript": {"model", "runtime"},
    "packs": {"model", "runtime", "wording", "manuscript"},
    "importers": {
        "model",
        "runtime",
        "manuscript",
        "importers.common",
        "importers.readers",
        "importers.recognition",
        "importers.output",
    },
    "importers.common": {"model", "runtime", "manuscript"},
    "importers.readers": {"model", "runtime", "manuscript", "importers.common"},
    "importers.recognition": {"model", "importers.common"},
    "importers.output": {"model", "runtime", "manuscript", "importers.common"},
    "editions": {"", "model", "runtime", "wording"},
    "editions.pdf": {
        "",
        "model",
        "runtime",
        "wording",
        "editions",
        "editions.pdf.pages",
        "editions.pdf.typeset",
        "editions.pdf.bind",
    },
    "editions.pdf.pages": {"model", "runtime", "wording"},
    "editions.pdf.typeset": {"runtime", "wording", "editions.pdf.pages"},
    "editions.pdf.bind": {"model", "runtime", "editions.pdf.pages"},
    "finishing": {"model", "runtime", "wording"},
    "proof": {"model", "runtime", "wording", "proof.reading", "proof.rules", "proof.finished"},
    "proof.reading": {"model", "runtime", "wording"},
    "proof.rules": {"model", "runtime", "wording", "proof.reading"},
    "proof.finished": {"model", "wording", "proof.reading", "proof.rules"},
    "pipeline": {
        "model",
        "runtime",
        "wording",
        "manuscript",
        "packs",
        "editions",
        "editions.pdf",
        "editions.pdf.pages",
        "editions.pdf.typeset",
        "finishing",
        "proof",
    },
    "cli": {
        "",
        "model",
        "runtime",
        "wording",
        "manuscript",
        "pipeline",
        "importers",
        "importers.output",
        "cli.starter",
        "cli.watch",
    },
    "cli.starter": {"model", "runtime"},
    "cli.watch": {"model", "runtime", "wording", "pipeline", "proof.reading"},
}

# Library -> the modules or packages where alone it may be imported.
HOMES: dict[str, tuple[str, ...]] = {
    "jinja2": ("editions.page_templates",),
    "weasyprint": ("editions.pdf.typeset",),
    "pydyf": ("editions.pdf",),
    "ebooklib": ("editions.epub",),
    "pypandoc": ("runtime.pandoc",),
    "yaml": ("manuscript.yaml_config", "manuscript.yaml_events", "manuscript.cut_values"),
    "pypdfium2": ("proof",),
    "starlette": ("cli.watch",),
    "uvicorn": ("cli.watch",),
    "watchfiles": ("cli.watch",),
    "shtab": ("cli",),
    "distributed": ("runtime.task_runner",),
    "pikepdf": ("finishing", "proof.reading.file_partition"),  # the proof looks into editions with it, and writes none
}
WRITERS = {"weasyprint", "pydyf", "ebooklib", "jinja2", "pypandoc", "uharfbuzz"}


@cache
def modules() -> Mapping[str, Path]:
    """Return each module's dotted name below the package with its file."""
    names = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE).with_suffix("").parts
        names[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return names


@cache
def imports_of(module: str) -> frozenset[str]:
    """Return every dotted name that the module imports, anywhere in it."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(modules()[module].read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names.update(name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{module}: write the whole name"
            names.update(f"{node.module}.{name.name}" for name in node.names)
    return frozenset(names)


def package_of(module: str) -> str:
    """Return the sub-package that holds the module's file."""
    return ".".join(modules()[module].relative_to(PACKAGE).parts[:-1])


def our_imports(module: str) -> Iterator[str]:
    """Yield the modules of the package that this one imports."""
    for name in imports_of(module):
        if name.split(".")[0] != "onrecord":
            continue
        below = name.partition(".")[2]
        while below not in modules():
            below = below.rpartition(".")[0]
        if below != module:
            yield below


def find_cycles(edges: Mapping[str, set[str]]) -> list[str]:
    """Return the nodes that can be reached from themselves."""

    def reach(node: str) -> set[str]:
        reached: set[str] = set()
        waiting = [node]
        while waiting:
            for following in edges.get(waiting.pop(), set()) - reached:
                reached.add(following)
                waiting.append(following)
        return reached

    return [node for node in edges if node in reach(node)]


@pytest.mark.parametrize("module", modules())
def test_a_module_imports_only_what_stands_before_it(module: str) -> None:
    """ALLOWED is the table of ARCHITECTURE.md, and the code keeps to it."""
    package = package_of(module)
    assert package in ALLOWED, f"{package} has no line in ALLOWED"
    imported = {package_of(name) for name in our_imports(module)} - {package}
    assert imported <= ALLOWED[package]


def test_every_line_of_the_table_is_used() -> None:
    """What nobody imports any more is not allowed for later."""
    used: dict[str, set[str]] = defaultdict(set)
    for module in modules():
        used[package_of(module)].update(package_of(name) for name in our_imports(module))
    unused = {package: allowed - used[package] for package, allowed in ALLOWED.items() if allowed - used[package]}
    assert unused == {}


def test_packages_import_each_other_in_no_cycle() -> None:
    """Following ALLOWED from any package never comes back to it."""
    assert find_cycles({package: allowed - {""} for package, allowed in ALLOWED.items()}) == []


def test_modules_import_each_other_in_no_cycle() -> None:
    """Inside a package, too, modules have an order."""
    assert find_cycles({module: set(our_imports(module)) for module in modules()}) == []


def test_cycles_are_found() -> None:
    """The search itself can fail."""
    assert find_cycles({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}}) == ["a", "b", "c"]


@pytest.mark.parametrize("library", HOMES)
def test_a_big_library_has_one_home(library: str) -> None:
    """No other module imports it, so replacing it is the work of one place."""
    users = [module for module in modules() if any(name.split(".")[0] == library for name in imports_of(module))]
    assert users, f"{library} is imported nowhere"
    assert all(any(f"{user}.".startswith(f"{home}.") for home in HOMES[library]) for user in users), users


@pytest.mark.parametrize("module", [module for module in modules() if module.split(".")[0] == "proof"])
def test_the_proof_never_imports_what_it_judges(module: str) -> None:
    """Neither our editions nor the libraries that write them."""
    writers = WRITERS | ({"pikepdf"} if module != "proof.reading.file_partition" else set())
    assert not writers & {name.split(".")[0] for name in imports_of(module)}
    assert not {"editions", "finishing"} & {name.split(".")[0] for name in our_imports(module)}


def test_module_names_are_used_once() -> None:
    """A name means one thing; formats and finished files have a module of that name where they are made and proved."""
    formats = {"html", "epub", "pdf", "markdown", "booklet", "copies", "print_shop", "running_heads"}
    homes: dict[str, list[str]] = defaultdict(list)
    for module in modules():
        homes[module.rpartition(".")[2]].append(module)
    assert {name: places for name, places in homes.items() if len(places) > 1 and name not in formats} == {}


def test_build_py_needs_the_standard_library_only() -> None:
    """It runs before anything is installed, and an old Python can read it to say which Python is needed."""
    source = (ROOT / "build.py").read_text(encoding="utf-8")
    tree = ast.parse(source, feature_version=(3, 7))
    names = {name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names}
    names |= {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name.split(".")[0] for name in names} <= sys.stdlib_module_names
