"""The recipes of CONTRIBUTING.md work as they are written."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.paths import ROOT

_STEP = re.compile(
    r"(?:New file `(?P<new>[^`]+)`[^\n]*|In `(?P<file>[^`]+)`, (?P<where>after|before) `(?P<anchor>[^`]+)`:|Run:)"
    r"[^`]*?\n```\w+\n(?P<code>.*?)```",
    re.DOTALL,
)


def read_recipes() -> dict[str, str]:
    """Return the text of each recipe that ends in a command, by its name."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    sections = re.split(r"^## ", text, flags=re.MULTILINE)
    recipes = {section.partition("\n")[0]: section for section in sections if section.startswith("Recipe: ")}
    return {name: section for name, section in recipes.items() if "\nRun:\n" in section}


def insert_code(text: str, step: re.Match[str]) -> str:
    """Return the text of a file with the code of a step before or after the one line that the step names."""
    lines = text.split("\n")
    anchor, code, is_after = step["anchor"], step["code"], step["where"] == "after"
    assert lines.count(anchor) == 1, f"{step['file']}: the line {anchor!r} is there {lines.count(anchor)} times"
    index = lines.index(anchor) + is_after
    lines[index:index] = (code.rstrip("\n") if is_after else code[:-1]).split("\n")
    return "\n".join(lines)


def run_console(code: str, folder: Path) -> None:
    """Run the commands and look for the lines below each of them in its output."""
    environment = {**os.environ, "PYTHONPATH": str(folder)}
    environment.pop("ONRECORD_HOME", None)
    for block in code.split("$ ")[1:]:
        command, *expected = block.rstrip("\n").split("\n")
        words = shlex.split(command)
        words = [sys.executable, "-m", *words] if words[0] == "onrecord" else words
        done = subprocess.run(words, cwd=folder, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
        for line in expected:
            assert line in done.stdout + done.stderr, f"{command}\n{done.stdout}{done.stderr}"


@pytest.mark.parametrize("recipe", read_recipes())
def test_a_recipe_names_lines_that_are_there(recipe: str) -> None:
    """The commands of the recipe are run by the slow test only."""
    texts: dict[str, str] = {}
    for step in _STEP.finditer(read_recipes()[recipe]):
        if step["new"]:
            texts[step["new"]] = step["code"]
        elif name := step["file"]:
            text = texts[name] if name in texts else (ROOT / name).read_text(encoding="utf-8")
            texts[name] = insert_code(text, step)
    assert texts


@pytest.mark.slow
@pytest.mark.parametrize("recipe", read_recipes())
def test_a_recipe_works_as_it_is_written(recipe: str, tmp_path: Path) -> None:
    """In a copy of the package, with at most five files of it touched."""
    shutil.copytree(ROOT / "onrecord", tmp_path / "onrecord", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "styles", tmp_path / "styles")
    touched = set()
    for step in _STEP.finditer(read_recipes()[recipe]):
        if step["new"]:
            path = tmp_path / step["new"]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(step["code"], encoding="utf-8")
            touched.add(step["new"])
        elif step["file"]:
            path = tmp_path / step["file"]
            path.write_text(insert_code(path.read_text(encoding="utf-8"), step), encoding="utf-8")
            touched.add(step["file"])
        else:
            run_console(step["code"], tmp_path)
    assert len([name for name in touched if name.startswith("onrecord/")]) <= 5


def test_the_recipes_are_found() -> None:
    """A recipe that is not recognized would not be performed."""
    names = {"an importer", "a rule", "a language of the interface", "an output format", "a pack marking"}
    assert {f"Recipe: {name}" for name in names | {"an interview style", "a theme"}} == set(read_recipes())
