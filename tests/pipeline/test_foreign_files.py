"""A folder in the out folder is replaced only if a build put everything there."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from onrecord.pipeline.foreign_files import find_foreign_files

RECORD = "lights.proof.json"
NEW = ("lights/index.html", "lights/fonts/a.woff2", "lights.pdf")


def write(out: Path, *names: str) -> None:
    for name in names:
        (out / name).parent.mkdir(parents=True, exist_ok=True)
        (out / name).write_bytes(b"mine")


def find(out: Path) -> list[str]:
    return [problem.sentence for problem in find_foreign_files(out, NEW, RECORD)]


def test_a_folder_that_builds_filled_is_replaced(tmp_path: Path) -> None:
    """Also pages of an earlier edition that the new one has no more, and what file managers leave."""
    assert find(tmp_path) == []
    write(tmp_path, *NEW, "lights/old.html", "lights/.DS_Store", "lights/fonts/._a.woff2", "letter.txt", "other/x.html")
    record: dict[str, dict[str, dict[str, str]]] = {"files": {"lights/index.html": {}, "lights/old.html": {}}}
    (tmp_path / RECORD).write_text(json.dumps(record), encoding="utf-8")
    (tmp_path / "lights/empty").mkdir()
    assert find(tmp_path) == []


@pytest.mark.parametrize("record", [None, "{", "[]", '{"files": []}', '{"files": null}', '{"files": {"lights/a": 1}}'])
def test_files_of_somebody_else_are_named(record: str | None, tmp_path: Path) -> None:
    write(tmp_path, "lights/index.html", "lights/diary.txt", "lights/.git/HEAD", "lights/CNAME", "lights/notes/x.md")
    if record is not None:
        (tmp_path / RECORD).write_text(record, encoding="utf-8")
    assert find(tmp_path) == [
        "The folder “lights” would be replaced, but no build of this book put"
        " “CNAME”, “diary.txt”, “notes/x.md” and 1 more there."
    ]


def test_a_link_counts_as_a_file_and_is_not_followed(tmp_path: Path) -> None:
    write(tmp_path, "elsewhere/diary.txt", "lights/index.html")
    (tmp_path / "lights/photos").symlink_to(tmp_path / "elsewhere")
    assert find(tmp_path) == ["The folder “lights” would be replaced, but no build of this book put “photos” there."]
