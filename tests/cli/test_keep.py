"""`--keep DIR`: what the proof refused can be looked at, and is never among what is delivered."""

from __future__ import annotations

from pathlib import Path

import pytest

from onrecord.cli import command_line
from onrecord.cli.exit_codes import ExitCode
from onrecord.editions import html
from onrecord.pipeline import build

pytestmark = pytest.mark.usefixtures("lent_workers")


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Path:
    """A folder with the sample book in `book/`; it is not printed, which takes time and is not the subject."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("ONRECORD_HOME", raising=False)
    assert command_line.main(["new", "book"]) == ExitCode.DONE
    monkeypatch.setattr(build, "print_book", lambda *_args, **_options: (None, ()))
    capsys.readouterr()
    return tmp_path


@pytest.fixture
def without_byline(desk: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The web edition loses the byline on its way."""
    original = html.make_html

    def make(*arguments: object) -> dict[str, bytes]:
        files = original(*arguments)  # type: ignore[arg-type]
        return {name: data.replace(b"An editor in conversation", b"Nobody") for name, data in files.items()}

    monkeypatch.setattr(html, "make_html", make)
    return desk


def test_refused_editions_are_kept_with_their_problems(
    without_byline: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """All that was bound, under its own names; the same exit code and problems; dist/ has nothing."""
    assert command_line.main(["epub", "html", "--keep", "refused"]) == ExitCode.PROBLEMS
    out, err = capsys.readouterr()
    assert out == ""
    problems = (without_byline / "refused" / "problems.txt").read_text(encoding="utf-8")
    assert "error[" in problems
    assert "  | byline: An editor in conversation" in problems
    assert problems in err
    assert "in refused, with problems.txt. They are not proved: give them to nobody." in err
    assert "Nothing was delivered." in err
    page = without_byline / "refused" / "my-book" / "first-questions.html"
    assert b"Nobody" in page.read_bytes()
    assert (without_byline / "refused" / "my-book.epub").read_bytes().startswith(b"PK")
    assert not (without_byline / "dist").exists()


def test_without_the_option_nothing_is_kept(without_byline: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command_line.main(["html"]) == ExitCode.PROBLEMS
    assert "They are not proved" not in capsys.readouterr().err
    assert {path.name for path in without_byline.iterdir()} == {"book"}


def test_a_build_that_is_proved_keeps_nothing(desk: Path) -> None:
    assert command_line.main(["html", "--keep", "refused"]) == ExitCode.DONE
    assert not (desk / "refused").exists()


def test_a_manuscript_with_errors_has_nothing_to_keep(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (desk / "book" / "book.yaml").write_text("titel: Wrong\n", encoding="utf-8")
    assert command_line.main(["html", "--keep", "refused"]) == ExitCode.PROBLEMS
    err = capsys.readouterr().err
    assert "error[" in err
    assert "No edition was bound, so nothing was kept." in err
    assert not (desk / "refused").exists()


@pytest.mark.parametrize(
    ("folder", "sentence"),
    [
        ("dist", "name a folder outside of"),
        ("dist/refused", "name a folder outside of"),
        ("book/../dist/refused", "name a folder outside of"),
        ("book", "book is not empty"),
        ("book/book.yaml", "is not empty"),
    ],
)
def test_a_wrong_folder_is_refused_before_the_build(
    folder: str, sentence: str, desk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command_line.main(["html", "--keep", folder]) == ExitCode.WRONG_USAGE
    assert sentence in capsys.readouterr().err
    assert not (desk / "dist").exists()


def test_problems_are_printed_although_the_folder_cannot_be_written(
    without_byline: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Below a file there is no folder, for root either."""
    (without_byline / "file").write_bytes(b"mine")
    assert command_line.main(["html", "--keep", "file/refused"]) == ExitCode.SYSTEM
    err = capsys.readouterr().err
    assert "error[" in err
    assert "Traceback" not in err
