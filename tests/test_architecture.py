"""Imports point one way, and each big library has one home."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "onrecord"

# What each part of the package may import of ours; a part is a module or a folder at the top.
ALLOWED: dict[str, set[str]] = {
    "model": set(),
    "problems": {"model"},
    "pages": set(),
    "words": {"model"},
    "contributors": {"model"},
    "citation": {"model", "words"},
    "cuts": set(),
    "config": {"model", "problems", "cuts"},
    "pandoc": set(),
    "apart": {"model"},
    "store": set(),
    "engine": {""},
    "unchanged": {"engine", "store"},
    "manuscript": {"model", "problems", "config", "pandoc", "press", "store", "engine"},
    "importers": {"model", "problems", "config", "pandoc"},
    "asking": {"importers"},
    "checks": {"model", "problems"},
    "markings": {"model", "words"},
    "extracts": {"model"},
    "gate": {"model", "problems", "extracts"},
    "packs": {"model", "problems", "pages", "words", "manuscript", "checks", "markings", "extracts", "gate", "recipients"},
    "outline": {"model"},
    "styles": {"model", "problems"},
    "faces": set(),
    "recipients": {"model", "problems", "config", "words"},
    "finishing": {"model", "problems", "words", "faces", "recipients"},
    "inserts": {"model"},
    "changes": {"model", "problems", "inserts"},
    "change_sheet": {"model", "words"},
    "markup": {"model", "pages", "words", "problems", "contributors", "styles", "markings"},
    "editions": {
        "model", "pages", "problems", "words", "contributors", "citation", "styles", "faces", "markup", "markings", "press",
        "recipients", "store", "engine", "inserts", "change_sheet", "apart", "",
    },
    "proof": {
        "model", "problems", "pages", "inserts", "change_sheet", "words", "contributors", "markings", "extracts", "recipients", "press",
        "store", "engine", "apart", "",
    },
    "press": {"store", "workshop"},
    "workshop": set(),
    "delivery": {"model", "problems"},
    "ledger": {"model", "problems", "proof"},
    "watching": {"model", "problems", "pages", "pipeline", "proof"},
    "starter": {"model", "problems"},
    "supplement": {"model", "problems", "changes", "manuscript"},
    "bindery": {
        "model", "problems", "words", "markings", "faces", "recipients", "packs", "manuscript", "editions", "finishing", "proof",
        "press", "ledger",
    },
    "pipeline": {
        "model", "problems", "manuscript", "checks", "outline", "editions", "proof", "press", "delivery", "ledger",
        "packs", "gate", "store", "engine", "unchanged", "workshop", "bindery", "supplement", "pages",
    },
    "cli": {"model", "problems", "engine", "workshop", "pipeline", "starter", "importers", "asking", "markings", "watching", ""},
    "__main__": {"cli"},
    "__init__": set(),
}  # fmt: skip

# library -> where alone it may be imported
HOMES: dict[str, str | tuple[str, ...]] = {
    "jinja2": "markup",
    "weasyprint": "editions/pdf",
    "pydyf": "editions/pdf",
    "ebooklib": "editions/epub",
    "pypandoc": "pandoc",
    "yaml": ("config", "cuts"),
    "pypdfium2": "proof",
    "starlette": "watching",
    "uvicorn": "watching",
    "watchfiles": "watching",
    "distributed": "press",
    "pikepdf": ("finishing", "proof/layout"),  # it writes no edition; `layout` looks into editions with it
}


def modules() -> list[Path]:
    return sorted(path.relative_to(PACKAGE) for path in PACKAGE.rglob("*.py"))


@cache
def imports_of(path: Path) -> tuple[str, ...]:
    """Return every dotted name that the module imports, anywhere in it."""
    return tuple(_imports(path))


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse((PACKAGE / path).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path}: write the whole name"
            yield from (f"{node.module}.{name.name}" for name in node.names)


def part_of(path: Path) -> str:
    return path.parts[0].removesuffix(".py")


def ours(name: str) -> str | None:
    """The part that an import names ("" for the package itself), None for other people's."""
    first, *rest = name.split(".")
    if first != "onrecord":
        return None
    known = rest and ((PACKAGE / rest[0]).is_dir() or (PACKAGE / f"{rest[0]}.py").is_file())
    return rest[0] if known else ""


@pytest.mark.parametrize("path", modules(), ids=str)
def test_a_module_imports_only_what_stands_before_it(path: Path) -> None:
    """The right-hand column of the design, read from the code."""
    part = part_of(path)
    assert part in ALLOWED, f"{part} has no line in ALLOWED"
    named = {found for name in imports_of(path) if (found := ours(name)) is not None} - {part}
    assert named <= ALLOWED[part]


@pytest.mark.parametrize("library", HOMES)
def test_a_big_library_has_one_home(library: str) -> None:
    """Nobody else imports it, so replacing it is one folder's work."""
    users = [path for path in modules() if any(name.split(".")[0] == library for name in imports_of(path))]
    homes = HOMES[library]
    homes = (homes,) if isinstance(homes, str) else homes
    assert all(any(f"{path.as_posix().removesuffix('.py')}/".startswith(f"{home}/") for home in homes) for path in users)


@pytest.mark.parametrize("path", [path for path in modules() if part_of(path) == "proof"], ids=str)
def test_the_proof_never_imports_what_it_judges(path: Path) -> None:
    """Neither our editions and markup nor the libraries that write them."""
    writers = {"weasyprint", "pydyf", "ebooklib", "jinja2", "pypandoc", "uharfbuzz"} | ({"pikepdf"} if path.stem != "layout" else set())
    assert not writers & {name.split(".")[0] for name in imports_of(path)}
    assert not {"editions", "markup", "styles", "finishing"} & {ours(name) for name in imports_of(path)}


def test_the_order_has_no_circle() -> None:
    """Following ALLOWED from any part never comes back to it."""

    def reach(part: str, seen: frozenset[str]) -> Iterator[str]:
        for following in ALLOWED.get(part, set()):
            assert following not in seen | {part}, f"{part} and {following} import each other"
            yield following
            yield from reach(following, seen | {part})

    for part in ALLOWED:
        assert part not in set(reach(part, frozenset()))


def test_build_py_needs_the_standard_library_only() -> None:
    """It runs before anything is installed; and an old Python can read it to be told which one is needed."""
    source = (ROOT / "build.py").read_text(encoding="utf-8")
    tree = ast.parse(source, feature_version=(3, 7))
    names = {name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names}
    names |= {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name.split(".")[0] for name in names} <= sys.stdlib_module_names
