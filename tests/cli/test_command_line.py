"""Test the command line: exit codes, output, and which files it changes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from onrecord.cli import check_command, command_line
from onrecord.cli.messages import ProgressLine
from onrecord.model import Book, SourceLocation, iterate_passages
from onrecord.model.problems import Problem
from onrecord.model.rule import Rule
from onrecord.pipeline import build
from onrecord.pipeline.formats import FORMATS, Format
from onrecord.proof import InterviewReport, Report
from tests.support.paths import ROOT

pytestmark = pytest.mark.usefixtures("lent_workers")


@pytest.fixture
def work_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a working directory with the sample book in `book/`."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("ONRECORD_HOME", raising=False)
    assert command_line.main(["new", "book"]) == 0
    return tmp_path


@pytest.fixture
def quick_formats(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[Problem]]:
    """Replace the formats with fast ones; the proof reports the problems put in here."""
    faults: dict[str, list[Problem]] = {"pdf": [], "epub": [], "html": []}

    def make_format(name: str) -> Format:
        head = {"pdf": b"%PDF-", "epub": b"PK\x03\x04mimetypeapplication/epub+zip", "html": b"<!doctype html>"}[name]

        def make_files(book: Book, _folder: Path, _print_edition: object, _runner: object) -> dict[str, bytes]:
            words = "".join(
                passage.text for interview in book.interviews for passage in iterate_passages(interview)
            ).encode()
            return {"index.html": head, "one.html": head + words} if name == "html" else {"": head + words}

        def prove_files(book: Book, files: Mapping[str, bytes], _reader: object, _folder: object) -> Report:
            pages = [data for file, data in files.items() if not file.startswith("editions/")]
            assert all(data.startswith(head) for data in pages)
            interviews = tuple(InterviewReport(interview.slug, 10, 10, "p. 1", "p. 2") for interview in book.interviews)
            return Report(name, tuple(faults[name]), interviews)

        return Format(FORMATS[name].suffix, name, make_files, prove_files, lambda _book, _folder: ())

    monkeypatch.setattr(build, "print_book", lambda *_args, **_options: (None, ()))
    for name in faults:
        monkeypatch.setitem(FORMATS, name, make_format(name))
    return faults


def read_tree(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


# --- usage ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([], "commands:"),
        (["pfd"], "there is no command “pfd”; did you mean “pdf”?"),
        (["zzz"], "there is no command “zzz”; the commands are pdf, epub"),
        (["pdf", "--jobs", "0"], "“0” is not a number of workers; write --jobs 2"),
        (["pdf", "docx"], "“docx” is not a format; write pdf, epub, html"),
        (["pdf", "--colour"], "--colour"),
        (["pdf", "--bo=x"], "--bo"),
        (["check", "--jobs", "2"], "--jobs"),
        (["new"], "DIR"),
    ],
)
def test_wrong_usage_is_exit_code_2(words: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The message is on the error stream and says what would be right."""
    assert command_line.main(words) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert message in err


def test_help_names_every_command_and_no_other(capsys: pytest.CaptureFixture[str]) -> None:
    assert command_line.main(["--help"]) == 0
    out = capsys.readouterr().out
    listed = [line.split()[0] for line in out.splitlines() if line.startswith("    ") and line[4] != " "]
    assert listed == list(command_line.COMMANDS)


@pytest.mark.parametrize("name", command_line.COMMANDS)
def test_each_command_has_help(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert command_line.main([name, "--help"]) == 0
    assert command_line.COMMANDS[name].purpose[1:] in " ".join(capsys.readouterr().out.split())


# --- reading --------------------------------------------------------------------------------------


def test_the_sample_book_has_no_problem(work_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command_line.main(["check"]) == 0
    assert capsys.readouterr().out.endswith("No error in 1 interview of “A Book of Interviews”.\n")
    assert not (work_folder / "dist").exists()


def test_problems_are_all_printed_with_paths_that_can_be_opened(
    work_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The exit code is 1, each problem names its line, and nothing is delivered."""
    path = work_folder / "book" / "interviews" / "first-questions.md"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("**E:** Like", "**EE:** Like").replace("byline:", "bylin:"), encoding="utf-8")
    capsys.readouterr()
    assert command_line.main(["all"]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert "book/interviews/first-questions.md:4: error[key-is-known]" in err.replace(os.sep, "/")
    assert "error[speaker-is-cast]" in err
    assert "  | **EE:** Like this?" in err
    assert "errors" in err.splitlines()[-1]
    assert "Nothing was delivered." in err.splitlines()[-1]
    assert not (work_folder / "dist").exists()


def test_a_missing_book_is_a_problem_not_a_fault(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command_line.main(["check", "--book", str(tmp_path / "none")]) == 1
    assert "book.yaml" in capsys.readouterr().err


def test_the_outline_is_json_for_scripts(work_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The keys are the documented ones, and every turn of the sample book is there."""
    capsys.readouterr()
    assert command_line.main(["outline", "--json"]) == 0
    outline = json.loads(capsys.readouterr().out)
    assert {"version", "slug", "title", "language", "parts"} <= set(outline)
    (interview,) = outline["parts"][0]["interviews"]
    assert {"slug", "title", "standfirst", "byline", "language", "disclaimer", "people", "turns"} <= set(interview)
    assert [turn["kind"] for turn in interview["turns"]] == [
        "introduction",
        "question",
        "answer",
        "question",
        "answer",
        "question",
        "answer",
        "heading",
        "question",
        "answer",
        "question",
        "answer",
    ]
    assert set(interview["turns"][0]) == {"n", "kind", "speaker", "text"}


def test_the_outline_is_readable_for_people(work_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each turn has the address that the editions print: the second answer to a question is A1-2."""
    path = work_folder / "book" / "interviews" / "first-questions.md"
    path.write_text(path.read_text("utf-8").replace("\n## The result", "\n**OR:** Indeed.\n\n## The result"), "utf-8")
    assert command_line.main(["outline"]) == 0
    text = capsys.readouterr().out
    assert text.startswith("A Book of Interviews (en), 1 interview\n\nfirst-questions  First Questions\n")
    assert "\n  A3-2        On Record: Indeed. (1 word)\n  heading     The result (2 words)\n" in text


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["check", "--foo"], "onrecord check: unrecognized arguments: --foo\n  hint: onrecord check --help\n"),
        (["approve"], "onrecord approve: say which interview: approve SLUG\n  hint: onrecord approve --help\n"),
        (["--foo"], "onrecord: unrecognized arguments: --foo\n  hint: onrecord --help\n"),
    ],
)
def test_wrong_usage_names_the_help_of_the_command(
    words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command_line.main(words) == 2
    assert capsys.readouterr().err == said


def test_interviews_to_release_may_stand_between_commas(work_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """As with `--only`; the option may also stand several times."""
    path = work_folder / "book" / "interviews" / "first-questions.md"
    path.write_text(path.read_text("utf-8").replace("language: en\n", "language: en\nstatus: draft\n"), "utf-8")
    (path.parent / "second.md").write_text(path.read_text("utf-8"), "utf-8")
    for words in (["--release", "first-questions,second"], ["--release=second", "--release=first-questions"]):
        assert command_line.main(["check", *words]) == 0
        assert "so it is left out" not in capsys.readouterr().err
    assert command_line.main(["check", "--release", ","]) == 2


# --- building -------------------------------------------------------------------------------------


def test_a_build_delivers_proved_copies_and_their_record(
    work_folder: Path, quick_formats: dict[str, list[Problem]], capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert command_line.main(["all"]) == 0
    out, err = capsys.readouterr()
    assert sorted(path.name for path in (work_folder / "dist").iterdir()) == [
        "my-book",
        "my-book.epub",
        "my-book.pdf",
        "my-book.proof.json",
    ]
    assert Path("dist/my-book/index.html").as_posix() in out.replace(os.sep, "/")
    assert err == ""
    record = json.loads((work_folder / "dist" / "my-book.proof.json").read_bytes())
    web = ["editions/my-book.epub", "editions/my-book.pdf", "index.html", "one.html"]
    assert sorted(record["files"]) == ["my-book.epub", "my-book.pdf", *(f"my-book/{name}" for name in web)]


def test_several_formats_may_be_named(work_folder: Path, quick_formats: dict[str, list[Problem]]) -> None:
    assert command_line.main(["epub", "html", "epub"]) == 0
    assert not (work_folder / "dist" / "my-book.pdf").exists()
    assert (work_folder / "dist" / "my-book" / "index.html").exists()


def test_the_record_keeps_other_editions_until_their_files_change(
    work_folder: Path, quick_formats: dict[str, list[Problem]]
) -> None:
    """A format of an earlier build stays in the record while its file is unchanged."""

    def list_formats() -> list[str]:
        record = json.loads((work_folder / "dist" / "my-book.proof.json").read_bytes())
        return [edition["format"] for edition in record["editions"]]

    assert command_line.main(["pdf", "epub"]) == 0
    assert command_line.main(["html"]) == 0
    assert list_formats() == ["epub", "html", "pdf"]
    (work_folder / "dist" / "my-book.pdf").write_bytes(b"%PDF- something else")
    assert command_line.main(["html"]) == 0
    assert list_formats() == ["epub", "html"]
    (work_folder / "dist" / "my-book.proof.json").write_text('{"files": 3}', encoding="utf-8")
    assert command_line.main(["html"]) == 0
    assert list_formats() == ["html"]


def test_a_copy_that_fails_its_proof_leaves_the_old_edition(
    work_folder: Path, quick_formats: dict[str, list[Problem]], capsys: pytest.CaptureFixture[str]
) -> None:
    """If one format fails its proof, none is delivered; the message names the line."""
    assert command_line.main(["all"]) == 0
    before = read_tree(work_folder / "dist")
    place = SourceLocation("interviews/first-questions.md", 4)
    quick_formats["epub"].append(Problem(place, Rule.BYLINE_TO_THE_LETTER, "The byline is not in the EPUB."))
    path = work_folder / "book" / "interviews" / "first-questions.md"
    path.write_text(path.read_text(encoding="utf-8").replace("editions", "edition"), encoding="utf-8")
    capsys.readouterr()
    assert command_line.main(["all"]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert "first-questions.md:4: error[byline-to-the-letter]" in err
    assert "  | byline: An editor in conversation" in err
    assert read_tree(work_folder / "dist") == before


def test_prove_finds_the_copies_and_writes_nothing(
    work_folder: Path, quick_formats: dict[str, list[Problem]], capsys: pytest.CaptureFixture[str]
) -> None:
    """Prove all copies, or those named: a file, a page of the web edition, its folder."""
    assert command_line.main(["prove"]) == 1
    assert "copy-exists" in capsys.readouterr().err
    assert command_line.main(["all"]) == 0
    before = read_tree(work_folder / "dist")
    capsys.readouterr()
    assert command_line.main(["prove"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 6
    assert command_line.main(["prove", "dist/my-book.pdf", "dist/my-book", "dist/my-book/one.html"]) == 0
    assert read_tree(work_folder / "dist") == before
    place = SourceLocation("interviews/first-questions.md", 20)
    quick_formats["pdf"].append(Problem(place, Rule.NOTHING_IS_LOST_IN_READING, "A word is gone."))
    assert command_line.main(["prove", "dist/my-book.epub"]) == 0
    assert command_line.main(["prove"]) == 1


@pytest.mark.parametrize(("name", "rule"), [("gone.pdf", "copy-can-be-read"), ("book/book.yaml", "copy-is-an-edition")])
def test_prove_reports_files_that_are_not_copies(
    work_folder: Path, name: str, rule: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command_line.main(["prove", name]) == 1
    assert f"error[{rule}]" in capsys.readouterr().err


def test_build_py_uses_the_folder_of_the_project(
    work_folder: Path, quick_formats: dict[str, list[Problem]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With build.py, book/ and dist/ are in the project, whatever the current directory."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    monkeypatch.setenv("ONRECORD_HOME", str(work_folder))
    assert command_line.main(["html"]) == 0
    assert (work_folder / "dist" / "my-book" / "index.html").exists()
    assert not list(elsewhere.iterdir())


# --- new ------------------------------------------------------------------------------------------


def test_new_changes_no_existing_file(work_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Refuse a folder that is not empty and a file of that name; use an empty folder."""
    before = read_tree(work_folder)
    assert command_line.main(["new", "book"]) == 1
    assert "new-folder-is-empty" in capsys.readouterr().err
    assert command_line.main(["new", "book/book.yaml"]) == 1
    assert read_tree(work_folder) == before
    (work_folder / "empty").mkdir()
    assert command_line.main(["new", "empty"]) == 0
    books = [read_tree(work_folder / name) for name in ("empty", "book")]
    lines = [set(book.pop("book.yaml").splitlines()) for book in books]
    assert books[0] == books[1]
    assert all(line.startswith(b"identifier: urn:uuid:") for line in lines[0] ^ lines[1])
    assert len(lines[0] ^ lines[1]) == 2


# --- when it goes wrong ---------------------------------------------------------------------------


def _make_raising_command(error: BaseException) -> Any:
    def command(*_: object, **__: object) -> int:
        raise error

    return command


def test_an_internal_error_is_exit_code_70(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Print the traceback for developers and an apology for the editor."""
    monkeypatch.setattr(check_command, "check_book", _make_raising_command(ZeroDivisionError("oh")))
    assert command_line.main(["check"]) == 70
    out, err = capsys.readouterr()
    assert out == ""
    assert "ZeroDivisionError: oh" in err
    assert "fault of On Record" in err


def test_what_a_build_asks_first_loads_little() -> None:
    """A book that has not changed is delivered before manuscript, model, editions and proof are imported."""
    code = (
        "import sys, onrecord.cli.build_command; print(*(name for name in sys.modules if name.startswith('onrecord')))"
    )
    result = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    names = set(result.stdout.split())
    assert "onrecord.pipeline.current_delivery" in names
    assert not names & {
        f"onrecord.{name}" for name in ("model.book", "model.text", "pipeline.build", "packs.selection")
    }
    assert len(names) < 50


def test_ctrl_c_is_exit_code_130(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(check_command, "check_book", _make_raising_command(KeyboardInterrupt()))
    assert command_line.main(["check"]) == 130
    assert "Traceback" not in capsys.readouterr().err


def _run(words: list[str], cwd: Path, **environment: str) -> subprocess.CompletedProcess[bytes]:
    names = {**os.environ, "PYTHONPATH": str(ROOT), **environment}
    command = [sys.executable, "-m", "onrecord", *words]
    return subprocess.run(command, cwd=cwd, env=names, capture_output=True, check=False)


def test_output_is_utf_8_in_any_locale(tmp_path: Path) -> None:
    """Output is UTF-8 even if the locale asks for ASCII."""
    process = _run(
        ["schema", "book"], tmp_path, LC_ALL="C", PYTHONCOERCECLOCALE="0", PYTHONUTF8="0", PYTHONIOENCODING="ascii"
    )
    assert process.returncode == 0
    assert "one of On Record’s, or one in fonts/".encode() in process.stdout


@pytest.mark.skipif(os.name == "nt", reason="pipes of a POSIX shell")
def test_a_new_book_is_named_without_commands_for_the_terminal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert command_line.main(["new", "book\x1b[31m\u202e"]) == 0
    printed = capsys.readouterr().out
    assert "wrote book" in printed
    assert not {"\x1b", "\u202e"} & {*printed}


def _run_in_shell(redirection: str, words: list[str], cwd: Path) -> subprocess.CompletedProcess[str]:
    command = ["sh", "-c", f'exec "$@" {redirection}', "sh", sys.executable, "-P", "-m", "onrecord", *words]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.skipif(sys.platform == "win32", reason="a POSIX shell")
@pytest.mark.parametrize(
    ("closed", "words"), [(">&-", ["new", "other"]), ("<&- >&- 2>&-", ["outline"])], ids=["one", "all"]
)
def test_closed_standard_streams_are_no_fault(work_folder: Path, closed: str, words: list[str]) -> None:
    """Nothing is printed into a file that takes the number of a stream."""
    before = {path: path.read_bytes() for path in (work_folder / "book").rglob("*") if path.is_file()}
    done = _run_in_shell(closed, words, work_folder)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert {path: path.read_bytes() for path in (work_folder / "book").rglob("*") if path.is_file()} == before


@pytest.mark.skipif(sys.platform == "win32", reason="a POSIX shell")
def test_an_import_without_standard_input_asks_nothing(work_folder: Path) -> None:
    """Whether to ask is decided before a file is looked for; an empty folder needs no worker."""
    (work_folder / "talks").mkdir()
    done = _run_in_shell("<&-", ["import", "talks", "--to", "book/interviews"], work_folder)
    assert "there is no file to import in this folder" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_closed_pipe_prints_no_traceback(tmp_path: Path) -> None:
    """`new book | head -0` ends without a traceback."""
    read, write = os.pipe()
    os.close(read)
    process = subprocess.run(
        [sys.executable, "-m", "onrecord", "new", "book"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": ""},
        stdout=write,
        stderr=subprocess.PIPE,
        check=False,
    )
    os.close(write)
    assert process.stderr == b""
    assert process.returncode == 141


# --- progress -------------------------------------------------------------------------------------


def test_a_pipe_gets_no_progress(capsys: pytest.CaptureFixture[str]) -> None:
    with ProgressLine() as progress:
        progress("set", 1, 2, "one")
    assert capsys.readouterr().err == ""


def test_a_terminal_shows_progress(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """One line shows the verb, count, interview and time left; it is erased at the end."""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    clock = iter([0.0, 30.0, 60.0])
    monkeypatch.setattr("onrecord.cli.messages.time.monotonic", lambda: next(clock))
    with ProgressLine() as progress:
        for count in (0, 1, 2):
            progress("set", count, 4, "an interview\x1b[2J")
    lines = capsys.readouterr().err.split("\r\033[K")
    assert lines[1:] == [
        "set  0 of 4  an interview\N{REPLACEMENT CHARACTER}[2J",
        "set  1 of 4  an interview\N{REPLACEMENT CHARACTER}[2J  1:30 left",
        "set  2 of 4  an interview\N{REPLACEMENT CHARACTER}[2J  1:00 left",
        "",
    ]


@pytest.mark.parametrize("command", ["html", "clean"])
def test_a_cache_that_is_a_file_is_refused(work_folder: Path, capsys: pytest.CaptureFixture[str], command: str) -> None:
    """The file is not changed, and the message names it as it was typed."""
    file = work_folder / "notes.txt"
    file.write_text("mine", encoding="utf-8")
    assert command_line.main([command, "--book", "book", "--cache", str(file)]) == 74
    messages = capsys.readouterr().err
    assert messages.startswith(f"On Record cannot work here: {file} is a file; the cache must be a folder\n")
    assert "hint: name another one: --cache DIR" in messages
    assert file.read_text(encoding="utf-8") == "mine"


def test_clean_names_a_folder_without_a_book(work_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A cache is deleted even if its book is gone."""
    assert command_line.main(["clean", "--book", "typo"]) == 1
    assert "error[book-is-there]: there is no book.yaml in typo" in capsys.readouterr().err
    (work_folder / "typo/.onrecord/cache").mkdir(parents=True)
    assert command_line.main(["clean", "--book", "typo"]) == 0
    assert command_line.main(["clean", "--book", "book"]) == 0


def test_an_out_folder_that_cannot_be_written_is_exit_code_74(
    work_folder: Path, quick_formats: dict[str, list[Problem]], capsys: pytest.CaptureFixture[str]
) -> None:
    """A file stands where the folder should be, so that root cannot write there either."""
    (work_folder / "dist").write_bytes(b"mine")
    capsys.readouterr()
    assert command_line.main(["html"]) == 74
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("On Record cannot work here: ")
    assert "hint: give another folder: --out DIR" in err
    assert (work_folder / "dist").read_bytes() == b"mine"
