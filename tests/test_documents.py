"""What the documents for developers name is there."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
DOCUMENTS = ("ARCHITECTURE.md", "README.md", "SECURITY.md", "docs/decisions.md", "docs/speed.md")
# CONTRIBUTING.md is performed by another test
_FOLDERS = (".ci", "onrecord", "tests", "benchmarks", "styles", "docs", "book")
_PATH = re.compile(r"(?:[\w.-]+/)+[\w-]+(?:\.\w+)?/?|[\w-]+\.(?:py|css|lua|toml)")
_BLOCK = re.compile(r"^```.*?^```$", re.DOTALL | re.MULTILINE)


@cache
def list_paths() -> tuple[str, ...]:
    """Return the paths of all files and folders of the repository, each after a slash; folders end in one."""
    files = [path for folder in _FOLDERS for path in (ROOT / folder).rglob("*") if "__pycache__" not in path.parts]
    paths = (path.relative_to(ROOT).as_posix() + ("/" if path.is_dir() else "") for path in files)
    return tuple(f"/{path}" for path in (*paths, *(f"{folder}/" for folder in _FOLDERS)))


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_path_in_a_document_exists(name: str) -> None:
    """A path may leave out its beginning and `.py`: `rules/web_shell`, `paragraphs.py`."""
    text = _BLOCK.sub("", (ROOT / name).read_text(encoding="utf-8"))
    named = {word for word in re.findall(r"`([^`\n]+)`", text) if _PATH.fullmatch(word)}
    ends = {word: (f"/{word}", f"/{word}.py", f"/{word}/") for word in named}
    assert sorted(word for word in named if not any(path.endswith(ends[word]) for path in list_paths())) == []


def test_every_name_after_a_module_is_defined_there() -> None:
    """`runtime/pandoc.py` (`TIMEOUT_S`)."""
    text = "".join((ROOT / name).read_text(encoding="utf-8") for name in DOCUMENTS)
    pairs = re.findall(r"`([\w/]+\.py)` \(`(\w+)`\)", text)
    pairs += [(file, name) for name, file in re.findall(r"`(\w+)` \(`([\w/]+\.py)`", text)]
    pairs += [(file, name) for name, file in re.findall(r"\(`(\w+)` in `([\w/]+\.py)`\)", text)]
    assert len(pairs) > 10
    files = {file: next(path for path in list_paths() if path.endswith(f"/{file}")) for file, _ in pairs}
    texts = {file: (ROOT / path[1:]).read_text(encoding="utf-8") for file, path in files.items()}
    assert [(file, name) for file, name in pairs if not re.search(rf"\b{name}\b", texts[file])] == []
