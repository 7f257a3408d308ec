"""The manual and the README quote the program as it is."""

from __future__ import annotations

import ast
import contextlib
import io
import re
from collections.abc import Collection
from pathlib import Path

import pytest

from benchmarks import press_figures
from onrecord.cli import command_line
from onrecord.editions import styles
from onrecord.manuscript import read_book
from onrecord.model.problems import quote_source_lines
from tests.support.paths import ROOT
from tests.support.syntax_trees import iterate_nodes, list_module_files

CHAPTERS = sorted((ROOT / "docs" / "interviews").glob("*.md"))
PAGES = [*CHAPTERS, ROOT / "README.md"]
MESSAGES = (ROOT / "docs" / "interviews" / "when-something-goes-wrong.md").read_text(encoding="utf-8")
QUOTED = re.findall(r"^```\n(harbour/.*?)^```", MESSAGES, re.MULTILINE | re.DOTALL)


def _read_samples() -> dict[str, str]:
    """Return the sample interview and the sample `book.yaml` of the manual, by file name."""
    chapter = (ROOT / "docs" / "interviews" / "writing-an-interview.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```(?:markdown|yaml)\n(.*?)^```", chapter, re.MULTILINE | re.DOTALL)
    return {
        "interviews/pilot.md": next(block for block in blocks if block.startswith("---\ntitle:")),
        "book.yaml": next(block for block in blocks if block.startswith("title:") and "parts:" in block),
    }


def _join_lines_to_paragraphs(text: str) -> str:
    return " ".join(text.split())


_BETWEEN_LITERALS = re.compile(r"""["']\s+[rf]?["']""")


def _find_parts_without_string(parts: Collection[str]) -> set[str]:
    """Return the parts that are in no literal text of a module; parse only modules that may hold one of them."""
    missing = set(parts)
    for path in list_module_files():
        source = _BETWEEN_LITERALS.sub("", path.read_text(encoding="utf-8").lower())
        if any(part in source for part in missing):
            strings = "\n".join(str(node.value).lower() for node in iterate_nodes(path, ast.Constant))
            missing = {part for part in missing if part not in strings}
    return missing


@pytest.mark.parametrize("message", QUOTED, ids=lambda message: re.findall(r"\[([\w-]+)\]", message)[0])
def test_the_quoted_messages_are_those_of_the_program(message: str, tmp_path: Path) -> None:
    """The line that a message quotes is put into the samples of the manual, then the book is checked."""
    place, line_number = re.findall(r"\Aharbour/(\S+):(\d+): ", message)[0]
    quoted_line = re.findall(r"^  \| (.*)", message, re.MULTILINE)[0]
    folder = tmp_path / "harbour"
    for name, text in _read_samples().items():
        lines = text.split("\n")
        if name == place:
            lines[int(line_number) - 1] = quoted_line
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("\n".join(lines), encoding="utf-8")
    _, problems = read_book.survey_book(folder)
    actual = [_join_lines_to_paragraphs(str(problem)) for problem in quote_source_lines(problems, folder)]
    assert any(printed.endswith(_join_lines_to_paragraphs(message).removeprefix("harbour/")) for printed in actual), (
        actual
    )


def test_the_manual_quotes_messages() -> None:
    assert len(QUOTED) >= 4


def test_the_questions_about_messages_quote_the_program() -> None:
    """Words between two values of a message, such as “is lost when this line is read”, are in the package."""
    section = MESSAGES.split("## The most common messages")[1].split("\n## ")[0]
    headings = re.findall(r"^\*\*.*\"\.?\*\*|^\*\*.*\".*\"", section, re.MULTILINE)
    quotations = [words for heading in headings for words in re.findall(r'"([^"]+)"', heading)]
    assert len(quotations) >= 12
    parts = {
        part.strip()
        for quotation in quotations
        for part in re.split(r"…|[:,]|\S*\d\S*", quotation.lower().rstrip("."))
        if len(part.split()) > 1
    }
    assert _find_parts_without_string(parts) == set()


def test_the_manual_and_the_readme_list_every_command() -> None:
    first_hour = (ROOT / "docs" / "interviews" / "first-hour.md").read_text(encoding="utf-8")
    readme = (ROOT / "README.md").read_text(encoding="utf-8").split("## What you get")[1].split("\n* ")[0]
    assert set(re.findall(r"^\| `(\w+)` \|", first_hour, re.MULTILINE)) == set(command_line.COMMANDS)
    assert (len(command_line.COMMANDS), "\nNineteen. The first four build editions.\n" in first_hour) == (19, True)
    in_readme = set(re.findall(r"^python build\.py (\w+)", readme, re.MULTILINE))
    assert in_readme | {"epub", "html"} == set(command_line.COMMANDS)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_files_that_a_page_names_exist(page: Path) -> None:
    names = re.findall(r"`((?:onrecord|benchmarks|book/packs)/[\w./-]+)`", page.read_text(encoding="utf-8"))
    assert [name for name in names if not (ROOT / name).exists()] == []


@pytest.fixture(scope="module")
def known_options() -> frozenset[str]:
    """Return the options of all commands, and the names that a style sheet can use."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        for name in command_line.COMMANDS:
            assert command_line.main([name, "--help"]) == 0
    options = re.findall(r"--[\w-]+", printed.getvalue())
    return frozenset(options) | {"--all"} | styles.read_packaged_tokens().keys()  # --all is of `build.py test`


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_names_only_options_that_exist(page: Path, known_options: frozenset[str]) -> None:
    words = re.findall(r"(?<![\w-])--[a-z][\w-]*", page.read_text(encoding="utf-8"))
    assert set(words) <= known_options


def test_the_figures_of_the_manual_are_those_that_were_measured() -> None:
    """After `press.py --save`: python -m benchmarks.press_figures."""
    page = press_figures.PAGE.read_text(encoding="utf-8")
    assert press_figures.put_figures_into_page(page, press_figures.load_figures()) == page
    assert "| all three, one word edited |" in press_figures.format_table(press_figures.load_figures())
