"""What programs read: `check --json`, `check --github`, `prove --json`."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from onrecord.cli import command_line
from onrecord.cli.exit_codes import ExitCode
from onrecord.cli.machine_output import format_workflow_command
from onrecord.model import Book, SourceLocation
from onrecord.model.problems import Problem
from onrecord.model.rule import Rule, Severity
from onrecord.pipeline import build
from onrecord.pipeline.formats import FORMATS, Format
from onrecord.proof import InterviewReport, Report

pytestmark = pytest.mark.usefixtures("lent_workers")

KEYS = ["file", "line", "rule", "severity", "sentence", "hint", "quote"]


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Path:
    """A folder with the sample book in `book/`."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("ONRECORD_HOME", raising=False)
    assert command_line.main(["new", "book"]) == ExitCode.DONE
    capsys.readouterr()
    return tmp_path


@pytest.fixture
def misspelt(desk: Path) -> Path:
    """The same book with a wrong label and an unknown key."""
    path = desk / "book" / "interviews" / "first-questions.md"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("**E:** Like", "**EE:** Like").replace("byline:", "bylin:"), encoding="utf-8")
    return desk


@pytest.fixture
def faults(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[Problem]]:
    """Editions that take no time; what is put in here, the proof finds wrong."""
    faults: dict[str, list[Problem]] = {"pdf": [], "epub": [], "html": []}
    heads = {"pdf": b"%PDF-", "epub": b"PK\x03\x04mimetypeapplication/epub+zip", "html": b"<!doctype html>"}

    def edition(name: str) -> Format:
        def make(_book: Book, _folder: Path, _printed: object, _runner: object) -> dict[str, bytes]:
            return {"index.html" if name == "html" else "": heads[name]}

        def prove(book: Book, _files: Mapping[str, bytes], _pdfs: object, _folder: object) -> Report:
            interviews = tuple(InterviewReport(item.slug, 10, 10, "p. 1", "p. 2") for item in book.interviews)
            return Report(name, tuple(faults[name]), interviews)

        return Format(FORMATS[name].suffix, name, make, prove, lambda _book, _folder: ())

    monkeypatch.setattr(build, "print_book", lambda *_args, **_options: (None, ()))
    for name in faults:
        monkeypatch.setitem(FORMATS, name, edition(name))
    return faults


def read_json(capsys: pytest.CaptureFixture[str]) -> Any:
    return json.loads(capsys.readouterr().out)


# --- check --json -------------------------------------------------------------------------------------


def test_problems_are_json_with_every_key(misspelt: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The same problems that a person reads; nothing on the error stream, nothing else on the output."""
    assert command_line.main(["check", "--json"]) == ExitCode.PROBLEMS
    out, err = capsys.readouterr()
    assert err == ""
    problems = json.loads(out)
    assert all(list(problem) == KEYS for problem in problems)
    by_rule = {problem["rule"]: problem for problem in problems}
    assert by_rule["key-is-known"]["file"] == "book/interviews/first-questions.md"
    assert by_rule["key-is-known"]["line"] == 4
    assert by_rule["key-is-known"]["severity"] == "error"
    assert by_rule["key-is-known"]["quote"].startswith("bylin: ")
    assert by_rule["speaker-is-cast"]["hint"]
    assert command_line.main(["check"]) == ExitCode.PROBLEMS
    printed = capsys.readouterr().err
    assert printed.count(": error[") + printed.count(": warning[") == len(problems)
    assert all(f"[{problem['rule']}]: {problem['sentence']}" in printed for problem in problems)


def test_a_book_without_problems_is_an_empty_list(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command_line.main(["check", "--json"]) == ExitCode.DONE
    assert capsys.readouterr() == ("[]\n", "")
    assert command_line.main(["check", "--github"]) == ExitCode.DONE
    assert capsys.readouterr() == ("", "")


def test_a_problem_of_a_whole_file_has_no_line(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (desk / "book" / "book.yaml").unlink()
    assert command_line.main(["check", "--json"]) == ExitCode.PROBLEMS
    (problem,) = read_json(capsys)
    assert problem["line"] is None
    assert problem["file"].startswith("book")


def test_a_warning_leaves_the_exit_code(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = desk / "book" / "interviews" / "first-questions.md"
    path.write_text(path.read_text("utf-8").replace("---\n", "---\nstatus: draft\n", 1), encoding="utf-8")
    second = path.with_name("second.md")
    second.write_text(path.read_text("utf-8").replace("status: draft\n", ""), encoding="utf-8")
    code = command_line.main(["check", "--json"])
    problems = read_json(capsys)
    assert {problem["severity"] for problem in problems} == {"warning"}, problems
    assert code == ExitCode.DONE


def test_json_and_github_exclude_each_other(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command_line.main(["check", "--json", "--github"]) == ExitCode.WRONG_USAGE
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(("command", "keys"), [("check", KEYS), ("prove", ["path", "format", "proved", "problems"])])
def test_help_names_the_keys(command: str, keys: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert command_line.main([command, "--help"]) == ExitCode.DONE
    text = " ".join(capsys.readouterr().out.split())
    assert all(key in text for key in keys)


# --- check --github -----------------------------------------------------------------------------------


def test_problems_are_workflow_commands(misspelt: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command_line.main(["check", "--github"]) == ExitCode.PROBLEMS
    out, err = capsys.readouterr()
    assert err == ""
    lines = out.splitlines()
    assert all(line.startswith(("::error file=book/", "::warning file=book/")) for line in lines)
    assert any("interviews/first-questions.md,line=4,title=key-is-known::" in line and " — " in line for line in lines)


@pytest.mark.parametrize(
    ("problem", "line"),
    [
        (
            Problem(SourceLocation("a,b:c.md", 7), Rule.DATE_IS_ISO, "50 % of\n::error::it\r", "type this"),
            "::error file=a%2Cb%3Ac.md,line=7,title=date-is-iso::50 %25 of%0A::error::it%0D — type this",
        ),
        (
            Problem(SourceLocation("book.yaml"), Rule.DATE_IS_ISO, "100%0A", severity=Severity.WARNING),
            "::warning file=book.yaml,title=date-is-iso::100%250A",
        ),
        (Problem(SourceLocation("--cache"), Rule.DATE_IS_ISO, "No."), "::error title=date-is-iso::No."),
    ],
)
def test_text_cannot_begin_another_workflow_command(problem: Problem, line: str) -> None:
    """As GitHub's own toolkit escapes it."""
    assert format_workflow_command(problem) == line


# --- prove --json -------------------------------------------------------------------------------------


def test_each_file_says_whether_it_is_proved(
    desk: Path, faults: dict[str, list[Problem]], capsys: pytest.CaptureFixture[str]
) -> None:
    """One with a problem does not hide the others; a file of nobody is in the list, too."""
    assert command_line.main(["all"]) == ExitCode.DONE
    capsys.readouterr()
    assert command_line.main(["prove", "--json"]) == ExitCode.DONE
    files = read_json(capsys)
    assert [(file["format"], file["proved"], file["problems"]) for file in files] == [
        ("pdf", True, []),
        ("epub", True, []),
        ("html", True, []),
    ]
    assert [file["path"] for file in files] == ["dist/my-book.pdf", "dist/my-book.epub", "dist/my-book/index.html"]
    place = SourceLocation("interviews/first-questions.md", 4)
    faults["epub"].append(Problem(place, Rule.BYLINE_TO_THE_LETTER, "The byline is not in the EPUB."))
    before = {path: path.read_bytes() for path in (desk / "dist").rglob("*") if path.is_file()}
    words = ["prove", "--json", "dist/my-book.epub", "gone.pdf", "dist/my-book.pdf"]
    assert command_line.main(words) == ExitCode.PROBLEMS
    out, err = capsys.readouterr()
    assert err == ""
    epub, gone, pdf = json.loads(out)
    assert not epub["proved"]
    assert list(epub["problems"][0]) == KEYS
    assert epub["problems"][0]["quote"].startswith("byline: ")
    assert (gone["path"], gone["format"], gone["proved"]) == ("gone.pdf", "", False)
    assert gone["problems"][0]["rule"] == "copy-can-be-read"
    assert (pdf["path"], pdf["proved"]) == ("dist/my-book.pdf", True)
    assert before == {path: path.read_bytes() for path in (desk / "dist").rglob("*") if path.is_file()}


def test_a_manuscript_with_errors_proves_no_file(misspelt: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command_line.main(["prove", "--json", "my-book.pdf"]) == ExitCode.PROBLEMS
    book, file = read_json(capsys)
    assert (book["path"], book["format"], book["proved"]) == ("book", "book", False)
    assert {problem["rule"] for problem in book["problems"]} >= {"key-is-known", "speaker-is-cast"}
    assert file == {"path": "my-book.pdf", "format": "", "proved": False, "bytes": "unrecorded", "problems": []}


def test_all_files_with_problems_are_printed_for_people_too(
    desk: Path, faults: dict[str, list[Problem]], capsys: pytest.CaptureFixture[str]
) -> None:
    """A name that is wrong no longer keeps the proof of the others back."""
    assert command_line.main(["epub"]) == ExitCode.DONE
    faults["epub"].append(
        Problem(SourceLocation("interviews/first-questions.md", 4), Rule.BYLINE_TO_THE_LETTER, "Gone.")
    )
    capsys.readouterr()
    assert command_line.main(["prove", "gone.pdf", "dist/my-book.epub"]) == ExitCode.PROBLEMS
    err = capsys.readouterr().err.replace(os.sep, "/")
    assert "error[copy-can-be-read]" in err
    assert "error[byline-to-the-letter]" in err
