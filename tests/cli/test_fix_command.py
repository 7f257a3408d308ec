"""The command `fix` writes what has only one right spelling, and nothing else."""

from __future__ import annotations

import os
import re
import uuid
from pathlib import Path

import pytest

from onrecord.cli import command_line, fix_command
from onrecord.model.problems import Correction
from onrecord.pipeline import correct
from onrecord.pipeline.correct import FileCorrection, correct_lines, find_corrected_files

INTERVIEW = """---\r
title: The Harbour Light\r
byline: Interview #4 by the desk\r
people: [{name: Keeper #1, role: interviewee}]\r
---\r
\r
**What is the lamp for?**\r
\r
It burns  at night.  \r
"""
SETTINGS = "title: Harbours\ndate: 2026-01-31\ndisclaimer: none\n"
CORRECTED = INTERVIEW.replace("Interview #4 by the desk", '"Interview #4 by the desk"').replace(
    "Keeper #1", '"Keeper #1"'
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "interviews").mkdir()
    (tmp_path / "book.yaml").write_text(f"{SETTINGS}identifier: urn:uuid:{uuid.UUID(int=1)}\n", encoding="utf-8")
    (tmp_path / "interviews" / "light.md").write_bytes(INTERVIEW.encode())
    return tmp_path


def read_interview(folder: Path) -> str:
    return (folder / "interviews" / "light.md").read_bytes().decode()


def test_corrections_are_written_and_nothing_else(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Line ends, blanks and permissions stay; afterwards `check` is content and `fix` has nothing to do."""
    path = folder / "interviews" / "light.md"
    path.chmod(0o640)
    assert command_line.main(["check", "--book", str(folder)]) == 1
    assert "(`fix` types it for you)" in capsys.readouterr().err
    assert command_line.main(["fix", "--book", str(folder), "--yes"]) == 0
    out = capsys.readouterr().out
    assert "-byline: Interview #4 by the desk\n" in out
    assert '+byline: "Interview #4 by the desk"\n' in out
    assert out.endswith("2 corrections written in 1 file.\n")
    assert read_interview(folder) == CORRECTED
    assert os.name == "nt" or path.stat().st_mode & 0o777 == 0o640
    assert sorted(entry.name for entry in path.parent.iterdir()) == ["light.md"]
    assert command_line.main(["check", "--book", str(folder)]) == 0
    assert command_line.main(["fix", "--book", str(folder), "--yes"]) == 0
    assert "There is nothing that `fix` can correct" in capsys.readouterr().out


@pytest.mark.parametrize("words", [["--dry-run"], []])
def test_nothing_is_written_unless_somebody_agrees(
    words: list[str], folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without a terminal nobody can agree."""
    assert command_line.main(["fix", "--book", str(folder), *words]) == 0
    out = capsys.readouterr().out
    assert '+byline: "Interview #4 by the desk"' in out
    assert "2 corrections found, nothing written" in out
    assert read_interview(folder) == INTERVIEW


@pytest.mark.parametrize(("typed", "is_written"), [("y\n", True), ("n\n", False), ("\n", False), ("", False)])
def test_an_editor_at_a_terminal_is_asked(
    typed: str, is_written: bool, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fix_command, "is_interactive", lambda: True)
    monkeypatch.setattr("sys.stdin.readline", lambda: typed, raising=False)
    assert command_line.main(["fix", "--book", str(folder)]) == 0
    assert read_interview(folder) == (CORRECTED if is_written else INTERVIEW)


def test_a_file_that_has_changed_meanwhile_stays(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    files = find_corrected_files(folder)
    (folder / "interviews" / "light.md").write_text("another text", encoding="utf-8")
    monkeypatch.setattr(fix_command, "find_corrected_files", lambda *_: files)
    assert command_line.main(["fix", "--book", str(folder), "--yes"]) == 1
    assert "interviews/light.md has changed meanwhile" in capsys.readouterr().err
    assert read_interview(folder) == "another text"


def test_a_comment_that_may_be_meant_is_not_corrected(folder: Path) -> None:
    path = folder / "interviews" / "light.md"
    path.write_text(INTERVIEW.replace("Interview #4", "Interview # fourth"), encoding="utf-8")
    (file,) = find_corrected_files(folder)
    assert len(file.reasons) == 1
    assert b"byline: Interview # fourth by the desk" in file.after


def test_a_finder_corrects_what_no_problem_says(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It finds nothing in the corrected book."""

    def find_slug(book: Path, _: object) -> list[FileCorrection]:
        has_slug = "slug:" in (book / "book.yaml").read_text(encoding="utf-8")
        return [] if has_slug else [FileCorrection("book.yaml", Correction(2, 1, ("slug: harbours",)), "no slug")]

    monkeypatch.setattr(correct, "FINDERS", (find_slug,))
    (folder / "book.yaml").write_text(SETTINGS, encoding="utf-8")
    (file,) = find_corrected_files(folder)
    assert file.after == b"title: Harbours\nslug: harbours\ndate: 2026-01-31\ndisclaimer: none\n"
    assert file.reasons == ("no slug",)


@pytest.mark.parametrize(
    ("before", "lines_before"),
    [
        (SETTINGS, 1),
        (f"# our settings\n{SETTINGS}", 2),
        (f"\ufeff{SETTINGS}".replace("\n", "\r\n"), 1),
        ('title: "Harbours,\n  and lights"\nslug: harbours\n', 2),
        ("date: 2026-01-31\ntitle: Harbours\n", 0),
    ],
)
def test_a_book_without_an_identifier_gets_one(before: str, lines_before: int, folder: Path) -> None:
    """It is a new one each time, all other bytes stay, and it is found only once."""
    (folder / "interviews" / "light.md").unlink()
    (folder / "book.yaml").write_bytes(before.encode())
    (file,), (another,) = find_corrected_files(folder), find_corrected_files(folder)
    lines = file.after.decode().splitlines(keepends=True)
    added = lines.pop(lines_before)
    assert re.fullmatch(r"identifier: urn:uuid:[0-9a-f-]{36}\r?\n", added)
    assert "".join(lines) == before
    assert file.reasons == (f"book.yaml:{lines_before + 1}: the book has no identifier of its own",)
    assert another.after != file.after
    correct.write_corrected_file(folder, file)
    assert find_corrected_files(folder) == []


@pytest.mark.parametrize(
    "settings", ["{title: Harbours, disclaimer: none}\n", "identifier:\ntitle: Harbours\n", "a: [\n"]
)
def test_settings_without_a_place_for_an_identifier_stay(settings: str, folder: Path) -> None:
    """Those in braces, those that cannot be read, and those with the key."""
    (folder / "interviews" / "light.md").unlink()
    (folder / "book.yaml").write_text(settings, encoding="utf-8")
    assert find_corrected_files(folder) == []


@pytest.mark.parametrize(
    ("before", "correction", "after"),
    [
        ("a\nb\nc", Correction(2, 2, ("B",)), "a\nB\nc"),
        ("a\r\nb", Correction(2, 2, ("B", "C")), "a\r\nB\r\nC"),
        ("a\nb\n", Correction(1, 2, ("A",)), "A\n"),
        ("a\rb\r", Correction(2, 1, ("new",)), "a\rnew\rb\r"),
        ("a\n\nb\n", Correction(1, 1, ("A", "")), "A\n\n\nb\n"),
        ("a", Correction(1, 1, ("A", "B")), "A\nB"),
        ("a\nb\n", Correction(1, 1, ()), "b\n"),
        ("\ufeffa\n", Correction(2, 1, ("new",)), "\ufeffa\nnew\n"),
    ],
)
def test_lines_are_corrected(before: str, correction: Correction, after: str) -> None:
    """All other bytes stay: line ends of any kind, a byte order mark, a missing last line end."""
    assert correct_lines(before.encode(), [correction]) == after.encode()


def test_a_folder_without_a_book_gets_the_hint_where_the_book_is(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The editor is in the folder of the book, names a file of it, or a folder in it, or mistypes the name."""
    monkeypatch.chdir(folder)
    cases = {
        "book": "--book .",
        "book.yaml": "--book .",
        str(folder / "interviews"): f"--book {folder}",
        str(folder.parent / "absent" / "book"): "--book .",
    }
    for name, hint in cases.items():
        for command in ("fix", "check"):
            assert command_line.main([command, "--book", name]) == 1
            assert f"\n  hint: name the folder of the book: {hint}\n" in capsys.readouterr().err
    monkeypatch.chdir(folder / "interviews")
    assert command_line.main(["fix", "--book", "absent"]) == 1
    assert "name the folder of the book: --book DIR; or make one with: onrecord new DIR" in capsys.readouterr().err
