"""The command `approve`: what it prints, what it asks and what it writes."""

from __future__ import annotations

from pathlib import Path

import pytest

from onrecord.cli import prompts
from onrecord.cli.approve_command import Decision
from onrecord.cli.command_line import main
from onrecord.cli.exit_codes import ExitCode
from tests.support.approval_books import KEEPER, write_approval_book
from tests.support.returned_documents import DocumentEditor

NOW = "1795000000"  # 2026-11-18


@pytest.fixture
def book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", NOW)
    folder = write_approval_book(tmp_path / "book")
    assert main(["approve", "keeper", "--book", str(folder), "--to", "The Keeper"]) == ExitCode.DONE
    return folder


def return_document(book: Path, *edits: tuple[str, str], tracks: bool = True) -> Path:
    """Return the path of a document that came back with words replaced."""
    editor = DocumentEditor((book / "approval/keeper.docx").read_bytes(), tracks=tracks)
    for old, new in edits:
        editor.replace(old, new)
    return editor.save(book.parent / "back.docx")


def read_manuscript(book: Path) -> str:
    return (book / "interviews/keeper.md").read_text(encoding="utf-8")


def test_without_a_terminal_changes_are_shown_and_not_written(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = return_document(book, ("dusk", "sunset"))
    capsys.readouterr()
    assert main(["approve", "--book", str(book), "--take", str(path)]) == ExitCode.DONE
    out = capsys.readouterr().out
    assert (
        "A1 (line 19): The Keeper, 2026-11-20\n    “dusk” becomes “sunset”\n    in: The keeper lights it at dusk,"
        in out
    )
    assert "Nothing written" in out
    assert read_manuscript(book) == KEEPER


def test_yes_takes_tracked_changes_and_records_the_approval(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = return_document(book, ("dusk", "sunset"), ("Night", "Day"))
    assert main(["approve", "--book", str(book), "--take", str(path), "--yes"]) == ExitCode.DONE
    assert "Recorded as approved by The Keeper" in capsys.readouterr().out
    assert "at sunset" in read_manuscript(book)
    approval = (book / "approval/keeper.yaml").read_text(encoding="utf-8")
    assert 'by: "The Keeper"\ndate: 2026-11-18\n' in approval


def test_silent_changes_are_loud_and_no_approval(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """--yes leaves them out; with --untracked they are taken, and still nobody has approved them."""
    path = return_document(book, ("dusk", "sunset"), tracks=False)
    arguments = ["approve", "--book", str(book), "--take", str(path), "--yes"]
    assert main(arguments) == ExitCode.DONE
    captured = capsys.readouterr()
    assert "warning[changes-are-tracked]: at A1, NOT TRACKED: nobody is named: “dusk” becomes “sunset”" in captured.err
    assert read_manuscript(book) == KEEPER
    assert main([*arguments, "--untracked"]) == ExitCode.DONE
    assert "some changes were not tracked" in capsys.readouterr().out
    assert "at sunset" in read_manuscript(book)
    assert not (book / "approval/keeper.yaml").exists()


@pytest.mark.parametrize("silent", [("one tin", "no tin"), ("a match", "a spark")])
def test_changes_that_were_taken_are_not_taken_again(
    silent: tuple[str, str], book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The second call takes what the first one left out, also in the same paragraph; a third has nothing to do."""
    path = return_document(book, ("dusk", "sunset"))
    editor = DocumentEditor(path.read_bytes(), tracks=False)
    editor.replace(*silent)
    editor.save(path)
    arguments = ["approve", "--book", str(book), "--take", str(path), "--yes"]
    assert main(arguments) == ExitCode.DONE
    assert "at sunset" in read_manuscript(book)
    assert silent[1] not in read_manuscript(book)
    for head in ("1 change in", "0 changes in"):
        capsys.readouterr()
        assert main([*arguments, "--untracked"]) == ExitCode.DONE
        captured = capsys.readouterr()
        assert f"keeper: {head}" in captured.out
        assert "taken before" in captured.out
        assert "Not recorded as approved, because some changes were not tracked" in captured.out
        assert "changes-are-written" not in captured.err
    assert silent[1] in read_manuscript(book)


def test_each_change_is_asked_for(
    book: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A refused change is not written, and then nobody has approved the text."""
    path = return_document(book, ("dusk", "sunset"), ("Night", "Day"), ("one tin", "no tin"))
    answers = iter((Decision.REFUSE, Decision.TAKE, Decision.TAKE))
    questions: list[str] = []

    def answer(question: str, *_: object) -> Decision:
        questions.append(question)
        return next(answers)

    monkeypatch.setattr(prompts, "is_interactive", lambda: True)
    monkeypatch.setattr(prompts, "ask_for_key", answer)
    assert main(["approve", "--book", str(book), "--take", str(path)]) == ExitCode.DONE
    assert questions[0].startswith("Change 1 of 3. title (line 2): The Keeper")
    assert "t = take   r = refuse   a = take all that follow   s = stop" in questions[0]
    assert 'The Light "at" Night' in read_manuscript(book)
    assert "at sunset" in read_manuscript(book)
    assert "Not recorded as approved, because 1 change is not taken" in capsys.readouterr().out


def test_stopping_writes_nothing(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = return_document(book, ("dusk", "sunset"), ("Night", "Day"))
    answers = iter((Decision.TAKE, Decision.STOP))
    monkeypatch.setattr(prompts, "is_interactive", lambda: True)
    monkeypatch.setattr(prompts, "ask_for_key", lambda *_: next(answers))
    assert main(["approve", "--book", str(book), "--take", str(path)]) == ExitCode.DONE
    assert read_manuscript(book) == KEEPER


def test_a_change_that_cannot_be_written_is_a_problem(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With what to type by hand; the other changes are written."""
    editor = DocumentEditor((book / "approval/keeper.docx").read_bytes())
    editor.replace("dusk", "sunset")
    editor.join("And who puts")
    path = editor.save(book.parent / "back.docx")
    assert main(["approve", "--book", str(book), "--take", str(path), "--yes"]) == ExitCode.PROBLEMS
    captured = capsys.readouterr()
    assert "error[changes-are-written]: a change at Q2 is not written, because Q2 and A2 were joined" in captured.err
    assert "hint: by hand: runs on into the next paragraph" in captured.err
    assert "1 change written into interviews/keeper.md" in captured.out
    assert "at sunset" in read_manuscript(book)


def test_a_file_without_changes_is_an_approval(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = return_document(book)
    assert main(["approve", "--book", str(book), "--take", str(path)]) == ExitCode.DONE
    assert "Recorded as approved by The Keeper" in capsys.readouterr().out
    assert read_manuscript(book) == KEEPER


def test_an_approval_can_be_recorded_by_hand(book: Path) -> None:
    """For a yes on the telephone."""
    assert main(["approve", "keeper", "--book", str(book), "--by", "The Keeper"]) == ExitCode.DONE
    assert (book / "approval/keeper.yaml").exists()


@pytest.mark.parametrize(
    "words",
    [[], ["keeper", "--yes"], ["keeper", "--take", "x", "--until", "2026-01-01"], ["keeper", "--until", "soon"]],
)
def test_options_that_do_not_go_together_are_refused(words: list[str]) -> None:
    assert main(["approve", *words]) == ExitCode.WRONG_USAGE


def test_an_unknown_interview_is_named(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["approve", "keper", "--book", str(book)]) == ExitCode.PROBLEMS
    error = capsys.readouterr().err
    assert "did you mean “keeper”?" in error
    assert "book.yaml: error[interview-exists]" in error


def test_a_file_that_cannot_be_taken_is_named_as_it_was_typed(
    book: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The path is relative to the current folder, not to the book's, and this is no fault of the machine."""
    monkeypatch.chdir(book.parent)
    Path("damaged.docx").write_bytes(b"no ZIP archive")
    cases = (
        ("missing.docx", "missing.docx: error[file-is-readable]: the file cannot be read: there is no such file"),
        ("book", "book: error[file-is-readable]: the file cannot be read: it is a folder"),
        ("damaged.docx", "damaged.docx: error[file-is-whole]"),
    )
    for name, message in cases:
        assert main(["approve", "keeper", "--book", "book", "--take", name]) == ExitCode.PROBLEMS
        assert capsys.readouterr().err.startswith(message)
