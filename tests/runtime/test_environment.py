"""What the machine lacks or refuses ends a command with exit code 74, and blames no line of the manuscript."""

from __future__ import annotations

import ctypes
import errno
import importlib.metadata
import os
import pickle
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pypandoc
import pytest

from onrecord.cli import check_command, command_line
from onrecord.cli.exit_codes import ExitCode
from onrecord.editions.pdf import interview_leaves
from onrecord.editions.pdf.typeset import weasyprint_adapter
from onrecord.importers import import_file
from onrecord.manuscript.source import read_source_text
from onrecord.pipeline import workspace
from onrecord.runtime import environment, font_files, pandoc
from onrecord.runtime.cache import Cache
from onrecord.runtime.environment import EnvironmentProblem, find_environment_problem, find_shortage
from onrecord.runtime.task_runner import NO_WORKERS, TaskRunner
from onrecord.runtime.worker_pool import WorkerPool
from tests.support.paths import ROOT


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Path:
    """A folder with the sample book in `book/`, whose builds lay out in this process."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("ONRECORD_HOME", raising=False)
    assert command_line.main(["new", "book"]) == ExitCode.DONE
    monkeypatch.setattr(workspace, "TaskRunner", lambda *_: TaskRunner(NO_WORKERS.executor, Cache(None)))
    capsys.readouterr()
    return tmp_path


def _raise(error: Exception) -> Callable[..., Any]:
    def fail(*_: object, **__: object) -> None:
        raise error

    return fail


def _assert_blames_the_machine(err: str, sentence: str) -> None:
    assert sentence in err
    assert "hint: " in err
    assert "error[" not in err
    assert "Traceback" not in err


@pytest.mark.parametrize("command", ["pdf", "epub", "html", "all", "prove"])
def test_another_weasyprint_is_named_before_anything_begins(
    command: str, desk: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Even a broken manuscript is not read."""
    (desk / "book" / "book.yaml").write_text("titel: Wrong\n", encoding="utf-8")
    monkeypatch.setattr(importlib.metadata, "version", lambda _: "71.2")
    assert command_line.main([command]) == ExitCode.SYSTEM
    out, err = capsys.readouterr()
    assert out == ""
    _assert_blames_the_machine(err, "On Record needs WeasyPrint 70, and this is 71.2")
    assert not (desk / "dist").exists()


def test_another_weasyprint_that_only_shows_when_it_is_loaded_blames_no_interview(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A build with a real worker, and for it a package in front of ours that says it is version 69."""
    fake = tmp_path / "fake" / "weasyprint"
    fake.mkdir(parents=True)
    (fake / "__init__.py").write_text('VERSION = "69.0"\n', encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert command_line.main(["new", "book"]) == ExitCode.DONE
    monkeypatch.setitem(sys.modules, "weasyprint", None)  # this process imports neither
    monkeypatch.syspath_prepend(fake.parent)
    monkeypatch.setattr(workspace, "_PRELOAD", "")  # or the worker may be a copy of a process that has ours
    assert command_line.main(["all", "--jobs", "1"]) == ExitCode.SYSTEM
    _assert_blames_the_machine(capsys.readouterr().err, "On Record needs WeasyPrint 70, and this is 69.0")


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the loader says it itself")
def test_a_missing_pango_is_named(
    desk: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(environment, "_can_load", lambda file: "pango" not in file)
    assert command_line.main(["html"]) == ExitCode.SYSTEM
    _assert_blames_the_machine(capsys.readouterr().err, "this cannot be loaded: Pango, PangoFT2")


@pytest.mark.parametrize("command", ["html", "check"])
def test_missing_fonts_are_named(
    command: str, desk: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(font_files, "PACKAGES", (*font_files.PACKAGES, "fontpkg_of_nobody"))
    assert command_line.main([command]) == ExitCode.SYSTEM
    _assert_blames_the_machine(capsys.readouterr().err, "the fonts of the package fontpkg-of-nobody are not installed")


@pytest.mark.parametrize(
    ("error", "code", "sentence"),
    [
        (
            OSError(errno.ENOSPC, "No space left on device", "/cache/x"),
            ExitCode.SYSTEM,
            "the disk is full at “/cache/x”",
        ),
        (PermissionError(errno.EACCES, "Permission denied", "/x"), ExitCode.SYSTEM, "refuses to read or write “/x”"),
        (EnvironmentProblem("there are no fonts", "install some"), ExitCode.SYSTEM, "there are no fonts"),
        (ZeroDivisionError("oh"), ExitCode.OUR_BUG, "On Record failed while it laid out “First Questions”"),
        (FileNotFoundError(errno.ENOENT, "gone"), ExitCode.OUR_BUG, "This is a fault of On Record"),
    ],
    ids=str,
)
def test_what_fails_while_an_interview_is_laid_out(
    error: Exception,
    code: ExitCode,
    sentence: str,
    desk: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """It is the machine's fault or ours; nobody has to look for long paragraphs."""
    monkeypatch.setattr(interview_leaves, "set_part", _raise(error))
    assert command_line.main(["pdf"]) == code
    err = capsys.readouterr().err
    assert sentence in err
    assert "error[" not in err
    assert "long paragraphs" not in err
    assert ("Traceback" in err) == (code == ExitCode.OUR_BUG)


def test_a_layout_without_enough_memory_names_its_interview(
    desk: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(interview_leaves, "set_part", _raise(MemoryError()))
    assert command_line.main(["pdf"]) == ExitCode.PROBLEMS
    err = capsys.readouterr().err
    assert "error[interviews-are-set]: “First Questions” could not be laid out: needed more memory" in err


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device of Linux")
def test_output_that_finds_no_room_is_exit_code_74(tmp_path: Path) -> None:
    """`new book > file` on a full disk: one sentence, no traceback."""
    names = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": ""}
    with open("/dev/full", "wb") as full:
        command = [sys.executable, "-m", "onrecord", "new", "book"]
        done = subprocess.run(command, cwd=tmp_path, env=names, stdout=full, stderr=subprocess.PIPE, check=False)
    assert done.returncode == ExitCode.SYSTEM
    assert done.stderr.decode().startswith("On Record cannot work here: the disk is full\n")
    assert b"Traceback" not in done.stderr


def test_a_command_that_the_system_refuses_is_exit_code_74(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(check_command, "check_book", _raise(PermissionError(errno.EACCES, "Permission denied", "/x")))
    assert command_line.main(["check"]) == ExitCode.SYSTEM
    _assert_blames_the_machine(capsys.readouterr().err, "the system refuses to read or write “/x” (Permission denied)")


def test_a_problem_crosses_a_process_whole() -> None:
    problem = pickle.loads(pickle.dumps(EnvironmentProblem("there are no fonts", "install some")))
    assert (problem.sentence, problem.hint) == ("there are no fonts", "install some")
    assert find_environment_problem(problem) is problem


def test_this_machine_has_what_is_needed() -> None:
    """Or none of the other tests means anything; the adapter takes the version that is checked."""
    environment.check_environment()
    weasyprint_adapter.load_engine(())


@pytest.mark.parametrize(
    "error",
    [
        MemoryError(),
        RuntimeError("can't start new thread"),
        ImportError("x.so: failed to map segment from shared object"),
        OSError("libpango-1.0.so.0: cannot allocate memory in static TLS block"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_too_little_memory_is_no_fault_of_ours(
    error: Exception, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """As under `ulimit -v`; another error of the same class stays one."""

    clean = replace(command_line.COMMANDS["clean"], run=_raise(error))
    monkeypatch.setattr(command_line, "COMMANDS", {**command_line.COMMANDS, "clean": clean})
    assert command_line.main(["clean", "--book", str(tmp_path)]) == ExitCode.SYSTEM
    said = capsys.readouterr().err
    assert "there is not enough memory" in said
    assert "hint: close other programs" in said
    assert find_shortage(type(error)("something else")) is None or isinstance(error, MemoryError)


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (ImportError("x.so: cannot open shared object file: Too many open files"), "refuses to read or write"),
        (OSError("libpango-1.0.so.0: Too many open files"), "refuses to read or write"),
        (FileNotFoundError(errno.ENOENT, "No usable temporary directory found in ['/tmp']"), "no folder for temporary"),
    ],
)
def test_too_few_open_files_are_no_fault_of_ours(
    error: Exception, sentence: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """As under `ulimit -n 5`, also where the error has no number, or another one."""
    clean = replace(command_line.COMMANDS["clean"], run=_raise(error))
    monkeypatch.setattr(command_line, "COMMANDS", {**command_line.COMMANDS, "clean": clean})
    assert command_line.main(["clean", "--book", str(tmp_path)]) == ExitCode.SYSTEM
    message = capsys.readouterr().err
    assert sentence in message
    assert "allow more open files: ulimit -n 1024" in message


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limit")
def test_too_few_open_files_are_said_before_anything_begins(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """As under `ulimit -n 14`; Python would print a traceback of what starts the workers."""
    import resource

    monkeypatch.setattr(resource, "getrlimit", lambda _: (14, 14))
    assert command_line.main(["prove"]) == ExitCode.SYSTEM
    assert capsys.readouterr().err == (
        "On Record cannot work here: only 14 files may be open at once\n  hint: allow more open files: ulimit -n 1024\n"
    )
    monkeypatch.setattr(resource, "getrlimit", lambda _: (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    environment.check_open_files()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limit")
def test_no_more_workers_start_than_files_may_be_open(monkeypatch: pytest.MonkeyPatch) -> None:
    """As under `ulimit -n 39`: 16 workers would need more, and Python would print a traceback of what starts them."""
    import resource

    for limit, expected in ((14, 1), (39, 4), (1024, 16), (resource.RLIM_INFINITY, 16)):
        monkeypatch.setattr(resource, "getrlimit", {resource.RLIMIT_NOFILE: (limit, limit)}.get)
        assert WorkerPool(16)._state.jobs == expected


def test_a_library_is_not_missing_when_too_many_files_are_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ctypes, "CDLL", _raise(OSError("libpango-1.0.so.0: Too many open files")))
    with pytest.raises(EnvironmentProblem, match=r"hint: .*ulimit -n 1024"):
        environment._can_load("libpango-1.0.so.0")


@pytest.mark.parametrize("read", [lambda path: read_source_text(path, "one.md"), import_file._read_source])
def test_a_file_is_not_blamed_when_too_many_are_open(
    read: Callable[[Path], object], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """As under `ulimit -n 12`."""
    monkeypatch.setattr(Path, "open", _raise(OSError(errno.EMFILE, "Too many open files")))
    (path := tmp_path / "one.md").touch()
    with pytest.raises(EnvironmentProblem, match=r"hint: .*ulimit -n 1024"):
        read(path)


def test_a_pandoc_that_cannot_be_started_is_no_fault_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is missing, or ends as it starts, which is no fault of a text either."""
    with monkeypatch.context() as missing:
        missing.setattr(pandoc, "_PROGRAM", "nowhere")
        missing.setattr(pypandoc, "get_pandoc_path", _raise(OSError("No pandoc was found: either install it")))
        with pytest.raises(EnvironmentProblem, match=r"cannot be started \(No pandoc was found\)"):
            pandoc._find_binary.__wrapped__()
    monkeypatch.setattr(pandoc, "_find_binary", lambda: "/bin/false")
    monkeypatch.setattr(pandoc, "_readers", threading.local())
    with pytest.raises(EnvironmentProblem, match=r"cannot be started \(it ended with exit code"):
        pandoc.read_text(b"Light.", "commonmark")
    with pytest.raises(EnvironmentProblem, match="cannot be started"):
        pandoc.read_version.__wrapped__()


def test_the_pandoc_of_the_wheel_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also if the machine has another one, whose version is in no key of the cache."""
    monkeypatch.setenv("PYPANDOC_PANDOC", "/bin/false")
    assert pandoc._find_binary.__wrapped__() == str(Path(pypandoc.__file__).parent / "files" / pandoc._PROGRAM)
