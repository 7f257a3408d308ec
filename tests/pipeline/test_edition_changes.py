"""What is new, changed or gone since an earlier edition."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from onrecord.cli.command_line import main
from onrecord.cli.exit_codes import ExitCode
from onrecord.manuscript import read_book
from onrecord.manuscript.interview_cache import ReadingJob, read_interviews
from onrecord.manuscript.settings import read_settings
from onrecord.model.approved_text import list_short_digests, write_digest_lines
from onrecord.proof.record import format_record
from tests.support.approval_books import write_approval_book


@pytest.fixture
def book(tmp_path: Path) -> Path:
    folder = write_approval_book(tmp_path / "book")
    (tmp_path / "old.proof.json").write_bytes(format_record(read_book.read_book(folder), {}, ()))
    return folder


def change(book: Path, name: str, old: str, new: str) -> None:
    path = book / f"interviews/{name}.md"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def list_changes(book: Path, capsys: pytest.CaptureFixture[str]) -> list[str]:
    capsys.readouterr()
    record = str(book.parent / "old.proof.json")
    assert main(["changes", "--book", str(book), "--since", record]) == ExitCode.DONE
    return capsys.readouterr().out.splitlines()[:-1]


def test_an_edition_without_changes_has_none(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Other line ends and emphasis are no changes."""
    change(book, "keeper", "with a match\nthat", "with a *match* that")
    assert list_changes(book, capsys) == []


def test_each_answer_that_changed_is_named(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With its line; a question that is new changes none after it."""
    change(book, "keeper", "at dusk", "at sunset")
    change(book, "keeper", "A tin of", "A box of")
    change(book, "panel", "**D:** Who comes first?", "**D:** New?\n\n**F:** Yes.\n\n**D:** Who comes first?")
    assert list_changes(book, capsys) == [
        "keeper: A1 is changed (interviews/keeper.md:19)",
        "keeper: note 1 is changed (interviews/keeper.md:63)",
        "panel: Q1 is new (interviews/panel.md:10)",
        "panel: A1 is new (interviews/panel.md:12)",
    ]


def test_interviews_can_be_new_or_gone(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (book / "interviews/panel.md").rename(book / "interviews/talk.md")
    assert list_changes(book, capsys) == ["talk is new", "panel is gone"]


def test_a_script_gets_the_same(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    change(book, "keeper", "### And who puts it out?\n\nNobody: it goes out", "It goes out")
    record = str(book.parent / "old.proof.json")
    assert main(["changes", "--book", str(book), "--since", record, "--json"]) == ExitCode.DONE
    changes = json.loads(capsys.readouterr().out)
    assert [(entry["place"], entry["change"]) for entry in changes] == [("A1-2", "changed"), ("A2", "gone")]
    assert set(changes[0]) == {"slug", "place", "change", "file", "line"}


@pytest.mark.parametrize("text", ["", "{", "[]", '{"version": 2}', '{"texts": [1]}', '{"texts": {"a": 1}}'])
def test_a_file_that_is_no_record_is_refused(text: str, book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    record = book.parent / "other.json"
    record.write_text(text, encoding="utf-8")
    assert main(["changes", "--book", str(book), "--since", str(record)]) == ExitCode.PROBLEMS
    assert "record-can-be-read" in capsys.readouterr().err


def test_a_missing_record_is_named_as_it_was_typed(
    book: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The path of `--since` is relative to the current folder, not to the book's."""
    monkeypatch.chdir(book.parent)
    assert main(["changes", "--book", book.name, "--since", "records/old.proof.json"]) == ExitCode.PROBLEMS
    assert capsys.readouterr().err.startswith("records/old.proof.json: error[record-can-be-read]")


def test_the_digests_are_made_when_an_interview_is_read(book: Path) -> None:
    """So a build need not go through the texts of all interviews for its record."""
    job = ReadingJob(book, book / "interviews/keeper.md", read_settings(book).build_defaults())
    (result,) = read_interviews([job], None, None)
    assert result.interview
    assert result.interview.inventory
    assert result.interview.inventory.digests == write_digest_lines(result.interview)
    assert list(list_short_digests(result.interview))[:4] == ["title", "standfirst", "byline", "introduction"]
