"""Hints name the command as it was called: `python build.py` or `onrecord`."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from onrecord.cli import command_line
from onrecord.cli.exit_codes import ExitCode
from onrecord.editions.pdf import edition
from onrecord.model import SourceLocation
from onrecord.model.problems import Problem, Refused
from onrecord.model.rule import Rule
from tests.support.syntax_trees import list_module_files, list_nodes

pytestmark = pytest.mark.usefixtures("lent_workers")

NAMES = ["python build.py", "onrecord"]


@pytest.fixture(params=NAMES)
def name(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """How the command is called, in a folder with the sample book in `book/`."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("ONRECORD_HOME", raising=False)
    assert command_line.main(["new", "book"]) == ExitCode.DONE
    if request.param == "python build.py":
        monkeypatch.setenv("ONRECORD_HOME", str(tmp_path))
    return str(request.param)


def read_hints(capsys: pytest.CaptureFixture[str]) -> list[str]:
    lines = capsys.readouterr().err.splitlines()
    return [line.removeprefix("  hint: ") for line in lines if line.startswith("  hint: ")]


def test_a_missing_book(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert command_line.main(["check", "--book", "nowhere"]) == ExitCode.PROBLEMS
    assert f"name the folder of the book: --book DIR; or make one with: {name} new DIR" in read_hints(capsys)


def test_an_unknown_interview_of_a_pack(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    packs = Path("book/packs")
    packs.mkdir()
    text = "title: A pack\ndate: 2026-01-31 09:00 +01:00\nagenda: [{title: Talks, interviews: [xyzzy]}]\n"
    (packs / "day.yaml").write_text(text, encoding="utf-8")
    assert command_line.main(["check", "--pack", "day"]) == ExitCode.PROBLEMS
    assert f"{name} outline lists all interviews of the book" in read_hints(capsys)


def test_wrong_usage(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert command_line.main(["pfd"]) == ExitCode.WRONG_USAGE
    assert f"{name} --help" in read_hints(capsys)


def test_a_warning_of_a_build_that_is_not_repeated(
    name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A second call, by the other name, finds everything done; the hint is still right for it."""

    def refuse(*_: object) -> None:
        raise Refused([Problem(SourceLocation("book.yaml"), Rule.BOOK_HAS_INTERVIEWS, "It cannot be printed.")])

    monkeypatch.setattr(edition, "make_pdf", refuse)
    out = ["html", "--book", str(Path("book").absolute()), "--out", str(Path("dist").absolute())]
    assert command_line.main(out) == ExitCode.DONE
    assert f"see all that is wrong: {name} check" in read_hints(capsys)
    if name == "onrecord":
        monkeypatch.setenv("ONRECORD_HOME", str(Path.cwd()))
    else:
        monkeypatch.delenv("ONRECORD_HOME")
    assert command_line.main(out) == ExitCode.DONE
    (other,) = set(NAMES) - {name}
    assert f"see all that is wrong: {other} check" in read_hints(capsys)


def test_no_sentence_has_a_name_of_its_own() -> None:
    """Only the module that knows how the program was called writes it, a note on the test suite, and the manual."""
    texts = dict[str, list[str]]()
    for path in list_module_files():
        if path.name == "reference.py":  # writes chapters of the manual, which calls the program as its readers do
            continue
        if "build.py" not in path.read_text(encoding="utf-8"):  # to parse all modules takes a second
            continue
        nodes = list_nodes(path)
        docstrings = {id(node.value) for node in nodes if isinstance(node, ast.Expr)}
        texts[path.stem] = [
            node.value
            for node in nodes
            if isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and id(node) not in docstrings
            and "build.py" in node.value
        ]
    assert {name: found for name, found in texts.items() if found} == {
        "environment": ["python build.py"],
        "command_line": ["python build.py test runs the test suite, its tools installed first."],
    }
