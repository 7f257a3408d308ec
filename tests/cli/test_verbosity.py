"""How much is printed: `--quiet`, `--verbose`, and the log of a build without a terminal."""

from __future__ import annotations

import argparse
import sys
import threading
from pathlib import Path

import pytest

from onrecord.cli import command_line
from onrecord.cli.exit_codes import ExitCode
from onrecord.cli.messages import ProgressLine
from onrecord.runtime.cache import Cache
from onrecord.runtime.rebuild_reasons import LOGGER, CachedPiece, report_rebuilds
from tests.support.waiting import LONG_S

pytestmark = pytest.mark.usefixtures("lent_workers")

TALK = "---\ntitle: {}\nbyline: The desk\npeople: [{{name: The keeper, role: interviewee}}]\n---\n\n**Why?**\n\n{}\n"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A book of two interviews; the second refers to the first."""
    home = tmp_path / "home"
    (home / "book" / "interviews").mkdir(parents=True)
    settings = "title: Lights\nslug: lights\nlanguage: en\ndate: 2026-01-31\ndisclaimer: none\ntrim: A5\n"
    (home / "book" / "book.yaml").write_text(settings, encoding="utf-8")
    write(home, "first", "A light needs a keeper.")
    write(home, "second", "See [there](first#a1).")
    return home


def write(home: Path, name: str, answer: str) -> None:
    path = home / "book" / "interviews" / f"{name}.md"
    path.write_text(TALK.format(f"The {name}", answer), encoding="utf-8")


def build(home: Path, *words: str) -> int:
    return command_line.main([*words, "--book", str(home / "book"), "--out", str(home / "dist")])


def read_reasons(capsys: pytest.CaptureFixture[str]) -> list[str]:
    return [line for line in capsys.readouterr().err.splitlines() if line.startswith(("read ", "set ", "bind "))]


def test_a_quiet_check_prints_errors_only(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Neither warnings, nor the list of what is not printed."""
    (home / "book" / "notes.txt").write_text("a file that is not read", encoding="utf-8")
    path = home / "book" / "interviews" / "first.md"
    path.write_text(path.read_text("utf-8").replace("byline: The desk\n", ""), encoding="utf-8")
    check = ["check", "--book", str(home / "book")]
    assert command_line.main([*check, "-q"]) == ExitCode.DONE
    assert capsys.readouterr() == ("", "")
    assert command_line.main(check) == ExitCode.DONE
    assert "notes.txt" in capsys.readouterr().out
    write(home, "second", "See [there](nowhere).")
    assert command_line.main([*check, "-q"]) == ExitCode.PROBLEMS
    assert capsys.readouterr().err.count("error[") == 1


def test_verbose_says_what_was_reused_and_why_the_rest_was_made_again(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """In a new cache everything is new; then a file changes, a file and the style change, the pages move."""
    capsys.readouterr()
    assert build(home, "html", "-v") == ExitCode.DONE
    lines = read_reasons(capsys)
    assert "read  interviews/first.md: it is new" in lines
    assert "set  interviews/second.md: it is new" in lines
    assert "bind html  0 of 2 from the cache" in lines

    assert build(home, "html", "-v") == ExitCode.DONE
    assert "nothing changed; the delivered files are those that were proved" in capsys.readouterr().err

    write(home, "first", "A light needs a keeper, and a lamp.")
    assert build(home, "html", "--verbose") == ExitCode.DONE
    lines = read_reasons(capsys)
    assert "read  interviews/first.md: changed: the file" in lines
    assert "read  1 of 2 from the cache" in lines
    assert "set  interviews/first.md: changed: its text, pictures or settings" in lines
    assert "bind html  interviews/first.md: changed: its text, pictures or settings" in lines
    assert not [line for line in lines if "second.md" in line]

    (home / "book" / "styles").mkdir()
    (home / "book" / "styles" / "print.css").write_text("p { text-indent: 2em }\n", encoding="utf-8")
    write(home, "first", "\n\n".join(["A light needs a keeper, and a lamp that is cleaned every day."] * 30))
    assert build(home, "html", "-v") == ExitCode.DONE
    lines = read_reasons(capsys)
    assert "set  interviews/second.md: changed: the style sheet" in lines
    assert not [line for line in lines if line.startswith(("read  interviews/second", "bind html  interviews/second"))]
    assert "read  1 of 2 from the cache" in lines
    assert "set  interviews/first.md: changed: the style sheet, its text, pictures or settings" in lines
    reason = "bind html  interviews/first.md: changed: its text, pictures or settings, the pages that begin in it"
    assert reason in lines

    write(home, "a-new", "A lamp needs oil.")
    assert build(home, "html", "-v") == ExitCode.DONE
    lines = read_reasons(capsys)
    assert "set  interviews/second.md: changed: the page numbers in its cross-references" in lines
    assert "set  contents: changed: its text" in lines
    moved = "changed: its pages, the page that it begins on, its place in the file"
    assert f"bind pdf  interviews/second.md: {moved}" in lines
    assert "bind pdf  1 of 6 from the cache" in lines


def test_a_lost_entry_is_told_from_a_changed_input(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    cache = Cache(tmp_path / "cache")
    with caplog.at_level("INFO", LOGGER.name):
        for is_missing in (True, False, True):
            report_rebuilds(cache, "set", ("a book",), [CachedPiece("one.md", is_missing, {"the file": "1"})], {})
    assert caplog.messages == [
        "set  one.md: it is new",
        "set  0 of 1 from the cache",
        "set  1 of 1 from the cache",
        "set  one.md: it is not in the cache",
        "set  0 of 1 from the cache",
    ]


def test_an_undone_edit_is_compared_with_the_build_before_it(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Although the entry of the first text was never written again."""
    cache = Cache(tmp_path / "cache")
    with caplog.at_level("INFO", LOGGER.name):
        for text, style, is_missing in (("1", "a", True), ("2", "a", True), ("1", "a", False), ("1", "b", True)):
            piece = CachedPiece("one.md", is_missing, {"the file": text})
            report_rebuilds(cache, "set", (), [piece], {"the style": style})
    assert caplog.messages[-2] == "set  one.md: changed: the style"


def test_quiet_prints_errors_only(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """No delivered files, no warnings; an error all the same."""
    path = home / "book" / "interviews" / "draft.md"
    path.write_text(TALK.format("The draft", "Later.").replace("byline", "status: draft\nbyline"), encoding="utf-8")
    assert command_line.main(["check", "--book", str(home / "book")]) == ExitCode.DONE
    assert "warning[" in capsys.readouterr().err
    assert build(home, "html", "--quiet") == ExitCode.DONE
    assert capsys.readouterr() == ("", "")
    assert build(home, "prove", "-q") == ExitCode.DONE
    assert capsys.readouterr() == ("", "")
    bad = home / "book" / "interviews" / "bad.md"
    bad.write_text("---\ntitel: Wrong\n---\n", encoding="utf-8")
    assert build(home, "html", "-q") == ExitCode.PROBLEMS
    bad.unlink()
    path.unlink()
    out, err = capsys.readouterr()
    assert out == ""
    assert "error[" in err
    assert "warning[" not in err


def test_quiet_and_verbose_exclude_each_other(home: Path) -> None:
    assert build(home, "html", "-q", "-v") == ExitCode.WRONG_USAGE


def test_without_verbose_nothing_is_explained(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert build(home, "html") == ExitCode.DONE
    assert capsys.readouterr().err == ""
    assert not LOGGER.handlers


# --- a log without a terminal -------------------------------------------------------------------------


class _Log:
    """An error stream that is no terminal, and tells when a line came."""

    def __init__(self) -> None:
        self.text = ""
        self.has_line = threading.Event()

    def isatty(self) -> bool:
        return False

    def write(self, text: str) -> None:
        self.text += text
        if "\n" in text:
            self.has_line.set()

    def flush(self) -> None:
        pass


def test_a_long_build_without_a_terminal_says_now_and_then_where_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also while one interview takes long; control characters of a title are no commands for a terminal."""
    log = _Log()
    monkeypatch.setattr(sys, "stderr", log)
    with ProgressLine(pulse_s=0.01) as progress:
        progress("set", 3, 8, "The light\x1b[2J")
        assert log.has_line.wait(LONG_S)
    assert log.text.splitlines()[0] == "set  3 of 8  The light\N{REPLACEMENT CHARACTER}[2J"


def test_a_quiet_build_has_no_such_line(monkeypatch: pytest.MonkeyPatch) -> None:
    log = _Log()
    monkeypatch.setattr(sys, "stderr", log)
    before = threading.enumerate()  # the thread of an earlier test may not have ended yet
    with ProgressLine(argparse.Namespace(quiet=True), pulse_s=0.01) as progress:
        progress("set", 3, 8, "The light")
        assert not log.has_line.wait(0.1)
        new = [thread for thread in threading.enumerate() if thread not in before]
        assert not [thread for thread in new if thread.name == "progress"]
