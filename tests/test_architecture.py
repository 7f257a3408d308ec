"""Imports follow one direction, and each big library is imported in one place."""

from __future__ import annotations

import ast
import re
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import pytest

from tests.support.paths import TESTS
from tests.support.syntax_trees import PACKAGE, iterate_imports, list_module_files

ROOT = PACKAGE.parent

# Sub-package -> the sub-packages whose modules it may import. "" is the package itself, which holds the version.
ALLOWED: dict[str, set[str]] = {
    "": {"cli", "runtime"},
    "model": set(),
    "runtime": {""},
    "wording": {"model", "runtime"},
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
    "approval": {"model", "runtime", "wording", "manuscript", "importers.common"},
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
    "editions.pdf.pages": {"model", "runtime"},
    "editions.pdf.typeset": {"model", "runtime", "editions.pdf.pages"},
    "editions.pdf.bind": {"model", "runtime", "editions.pdf.pages"},
    "finishing": {"model", "runtime", "wording"},
    "proof": {"model", "runtime", "proof.reading", "proof.rules", "proof.finished"},
    "proof.reading": {"model", "runtime"},
    "proof.rules": {"model", "runtime", "proof.reading"},
    "proof.finished": {"model", "runtime", "proof.reading", "proof.rules"},
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
        "approval",
        "cli.starter",
        "cli.watch",
    },
    "cli.starter": {"model", "runtime"},
    "cli.watch": {"model", "runtime", "pipeline", "proof.reading"},
}

# Library -> the only modules or packages that may import it.
HOMES: dict[str, tuple[str, ...]] = {
    "jinja2": ("editions.page_templates",),
    "weasyprint": ("editions.pdf.typeset",),
    "pydyf": ("editions.pdf",),
    "ebooklib": ("editions.epub",),
    "pypandoc": ("runtime.pandoc",),
    "yaml": ("manuscript.yaml_config", "manuscript.section_nodes", "manuscript.yaml_events", "manuscript.cut_values"),
    "pypdfium2": ("proof", "editions.pdf.page_pictures"),
    "starlette": ("cli.watch",),
    "uvicorn": ("cli.watch",),
    "watchfiles": ("cli.watch",),
    "shtab": ("cli",),
    "distributed": ("runtime.task_runner",),
    # The proof looks into editions with it, and writes none.
    "pikepdf": (
        "finishing",
        "proof.reading.file_partition",
        "proof.reading.outer_objects",
        "proof.reading.section_objects",
        "proof.reading.part_digests",
        "proof.pdf_parts",
        "proof.reading.pdf_description",
        "proof.reading.tag_objects",
        "proof.reading.painted_glyphs",
        "proof.reading.embedded_objects",
        "proof.rules.spoken_lines",
    ),
    "barcode": ("editions.pdf.isbn_bars",),
    "bidi": ("proof.reading.reshaping",),
    "segno": ("editions.players",),
    "zxingcpp": ("proof.rules.printed_codes",),
    "cryptography": ("pipeline.signatures",),
    "pyuca": ("runtime.collation",),
    "babel": ("runtime.cldr_forms",),
    "icu4py": ("model.word_count",),
    "merge3": ("importers.output.three_way_merge",),
    "chardet": ("importers.common.encoding_guess",),
    "py3langid": ("importers.common.language_models",),
    # Second readings of captions, for the count of an import.
    "webvtt": ("importers.output.original_letters",),
    "pysubs2": ("importers.output.original_letters",),
}
WRITERS = {"weasyprint", "pydyf", "ebooklib", "jinja2", "pypandoc", "uharfbuzz", "segno"}


@cache
def list_modules() -> Mapping[str, Path]:
    """Return each module's dotted name below the package with its file."""
    names = {}
    for path in list_module_files():
        parts = path.relative_to(PACKAGE).with_suffix("").parts
        names[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return names


@cache
def list_imports(module: str) -> frozenset[str]:
    """Return every dotted name that the module imports, anywhere in it."""
    names: set[str] = set()
    for statement in iterate_imports(list_modules()[module]):
        if isinstance(statement, ast.Import):
            names.update(name.name for name in statement.names)
        else:
            assert not statement.level, f"{module}: write the whole name"
            names.update(f"{statement.module}.{name.name}" for name in statement.names)
    return frozenset(names)


def get_package(module: str) -> str:
    """Return the sub-package that holds the module's file."""
    return ".".join(list_modules()[module].relative_to(PACKAGE).parts[:-1])


def iterate_own_imports(module: str) -> Iterator[str]:
    """Yield the modules of the package that this one imports."""
    for name in list_imports(module):
        if name.split(".")[0] != "onrecord":
            continue
        below = name.partition(".")[2]
        while below not in list_modules():
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


def test_a_module_imports_only_what_the_table_allows() -> None:
    """ALLOWED is the table of ARCHITECTURE.md."""
    assert {get_package(module) for module in list_modules()} <= set(ALLOWED)
    forbidden = {
        module: imported
        for module in list_modules()
        if (
            imported := {get_package(name) for name in iterate_own_imports(module)}
            - {get_package(module)}
            - ALLOWED[get_package(module)]
        )
    }
    assert forbidden == {}


def test_every_line_of_the_table_is_used() -> None:
    """An import that no module needs any more is not allowed."""
    used: dict[str, set[str]] = defaultdict(set)
    for module in list_modules():
        used[get_package(module)].update(get_package(name) for name in iterate_own_imports(module))
    unused = {package: allowed - used[package] for package, allowed in ALLOWED.items() if allowed - used[package]}
    assert unused == {}


def test_the_table_has_no_cycle() -> None:
    """Following ALLOWED from any package never leads back to it."""
    assert find_cycles({package: allowed - {""} for package, allowed in ALLOWED.items()}) == []


def test_the_imports_of_modules_have_no_cycle() -> None:
    """Modules of one package have an order, too."""
    assert find_cycles({module: set(iterate_own_imports(module)) for module in list_modules()}) == []


def test_cycles_are_found() -> None:
    """Without this, the two tests above could not fail."""
    assert find_cycles({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}}) == ["a", "b", "c"]


@pytest.mark.parametrize("library", HOMES)
def test_a_big_library_is_imported_in_one_place(library: str) -> None:
    """Replacing the library then means work in one place."""
    users = [module for module in list_modules() if any(name.split(".")[0] == library for name in list_imports(module))]
    assert users, f"{library} is imported nowhere"
    assert all(any(f"{user}.".startswith(f"{home}.") for home in HOMES[library]) for user in users), users


def list_forbidden_imports(module: str) -> set[str]:
    """Return the editions and libraries that this module of the proof imports and must not."""
    writers = WRITERS | ({"pikepdf"} if module not in HOMES["pikepdf"] else set())
    # WeasyPrint shapes with Pango; the proof shapes the same words a second time, and draws letters with whole faces.
    writers -= {"uharfbuzz"} if module in ("proof.reading.reshaping", "proof.reading.face_outlines") else set()
    libraries = writers & {name.split(".")[0] for name in list_imports(module)}
    return libraries | {"editions", "finishing"} & {name.split(".")[0] for name in iterate_own_imports(module)}


def test_the_proof_imports_neither_editions_nor_their_libraries() -> None:
    """It must not share code with what it proves."""
    modules = [module for module in list_modules() if module.split(".")[0] == "proof"]
    assert len(modules) > 50
    assert {module: names for module in modules if (names := list_forbidden_imports(module))} == {}


def test_one_guard_says_what_is_inside_the_folder_of_a_book() -> None:
    """It is `Project`. The other modules compare paths of templates in a traceback, and --keep with --out."""
    comparing = {
        name for name, path in list_modules().items() if ".is_relative_to(" in path.read_text(encoding="utf-8")
    }
    assert comparing <= {
        "runtime.folders",
        "editions.page_templates",
        "importers.common.attached_pictures",  # pictures beside a foreign page
        "cli.watch",
        "cli.build_command",
    }
    users = {name for name in list_modules() if "onrecord.runtime.folders.inside" in list_imports(name)}
    # The out folder, the folder of a source, and folders inside that of a book.
    assert users <= {"pipeline.delivery_record", "importers.result_storage", "manuscript.strange_files"}


def test_module_names_are_used_once() -> None:
    """Formats and finished files are the exception: they are built and proved in modules of the same name."""
    formats = {"html", "epub", "pdf", "markdown", "running_heads"}
    formats |= {"booklet", "copies", "print_cover", "print_shop", "single_file"}
    homes: dict[str, list[str]] = defaultdict(list)
    for module in list_modules():
        homes[module.rpartition(".")[2]].append(module)
    assert {name: places for name, places in homes.items() if len(places) > 1 and name not in formats} == {}


def test_build_py_needs_the_standard_library_only() -> None:
    """It runs before anything is installed, and an old Python must be able to read it."""
    source = (ROOT / "build.py").read_text(encoding="utf-8")
    tree = ast.parse(source, feature_version=(3, 7))
    names = {name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names}
    names |= {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name.split(".")[0] for name in names} <= sys.stdlib_module_names


def test_no_test_loads_at_collection_what_few_tests_need() -> None:
    """Each process of a run collects all tests: the layout engine alone takes 0.5 s, and starts a compiler."""
    large = re.compile(r"(?m)^(?:import|from) (?:weasyprint|hypothesis|outloud|distributed)\b")
    assert [path.name for path in TESTS.rglob("*.py") if large.search(path.read_text(encoding="utf-8"))] == []
