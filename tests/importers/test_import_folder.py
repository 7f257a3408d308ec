"""Test the import of folders, and imports that only show what they would do."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from onrecord.cli import command_line
from tests.importers.test_import_file import create_book

pytestmark = pytest.mark.usefixtures("lent_workers")

TALK = "Q: Who lights the lamp?\n\nA: The keeper, at dusk.\n\nQ: And then?\n\nA: It goes out.\n"


def write_folder(folder: Path) -> Path:
    """Write two interviews, one in a folder below, and files that are none."""
    (folder / "more").mkdir(parents=True)
    (folder / "lamp.txt").write_text(TALK, "utf-8")
    (folder / "more/pier.md").write_text(TALK, "utf-8")
    (folder / "sound.mp3").write_bytes(b"ID3")
    (folder / ".hidden.txt").write_text(TALK, "utf-8")
    (folder / "old.import.html").write_text("<html></html>", "utf-8")
    (folder / "link.txt").symlink_to(folder / "lamp.txt")
    return folder


def run_import(*arguments: str) -> int:
    return command_line.main(["import", *arguments])


def test_a_folder_is_imported_with_those_below_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Files that cannot be read are named; hidden ones, links and reports are skipped."""
    interviews = create_book(tmp_path / "book") / "interviews"
    assert run_import(str(write_folder(tmp_path / "talks")), "--to", str(interviews), "--yes") == 0
    assert sorted(path.name for path in interviews.glob("*.md")) == ["lamp.md", "pier.md"]
    assert "1 file in this folder cannot be imported: sound.mp3" in capsys.readouterr().err


def test_a_folder_without_anything_to_import_is_an_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "talks").mkdir()
    assert run_import(str(tmp_path / "talks"), "--to", str(create_book(tmp_path / "book"))) == 1
    assert "there is no file to import in this folder" in capsys.readouterr().err


def test_a_dry_run_writes_nothing_and_says_the_same(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    book = create_book(tmp_path / "book")
    folder = write_folder(tmp_path / "talks")
    before = sorted(tmp_path.rglob("*"))
    assert run_import(str(folder), "--to", str(book / "interviews"), "--dry-run") == 0
    assert "2 questions, 2 answers" in capsys.readouterr().out
    assert sorted(tmp_path.rglob("*")) == before


def test_a_dry_run_gives_objects_for_scripts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each file has an object, also one that is refused; a second import would be the same."""
    book = create_book(tmp_path / "book")
    folder = write_folder(tmp_path / "talks")
    (folder / "empty.txt").write_text("", "utf-8")
    arguments = (str(folder), "--to", str(book / "interviews"), "--yes")
    assert run_import(*arguments, "--dry-run", "--json") == 1
    objects = {Path(entry["source"]).name: entry for entry in json.loads(capsys.readouterr().out)}
    assert {name: entry["state"] for name, entry in objects.items()} == {
        "lamp.txt": "new",
        "pier.md": "new",
        "empty.txt": "refused",
        "link.txt": "skipped",
        "talks": "skipped",
    }
    assert objects["lamp.txt"]["questions"] == objects["lamp.txt"]["answers"] == 2
    assert objects["empty.txt"]["problems"][0]["rule"] == "file-has-words"
    run_import(*arguments)
    capsys.readouterr()
    run_import(*arguments, "--dry-run", "--json")
    assert {entry["state"] for entry in json.loads(capsys.readouterr().out)} == {"same", "refused", "skipped"}
