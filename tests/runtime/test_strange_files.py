"""Pipes, sockets, devices and links are named as what they are, and never opened as files."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from onrecord.importers import import_file, import_folders
from onrecord.model.problems import Refused
from onrecord.pipeline import edition_changes, verify
from onrecord.runtime.folders import explain_no_file, read_file_itself


def bind_socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind(str(path))


STRANGE: dict[str, tuple[Callable[[Path], object], str]] = {  # name: what makes it, what is said of it
    "pipe.md": (os.mkfifo, "it is a pipe and no file"),
    "socket.md": (bind_socket, "it is a socket and no file"),
    "zero.md": (lambda path: path.symlink_to("/dev/zero"), "it is a device and no file"),
    "folder.md": (Path.mkdir, "it is a folder"),
    "dangling.md": (lambda path: path.symlink_to("nowhere"), "it is a link that leads nowhere"),
    "missing.md": (lambda _path: None, "there is no such file"),
}


@pytest.fixture(params=STRANGE)
def strange(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, str]:
    """An entry that is no ordinary file, and what is said of it. The name of a socket may have 100 bytes."""
    monkeypatch.chdir(tmp_path)
    make, sentence = STRANGE[request.param]
    make(Path(request.param))
    return Path(request.param), sentence


def test_what_is_no_file_is_named_and_not_opened(strange: tuple[Path, str]) -> None:
    path, sentence = strange
    assert explain_no_file(path) == sentence
    with pytest.raises(OSError, match=r"file|link"):
        read_file_itself(path, 10)


def test_an_ordinary_file_needs_no_explanation(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text("words", encoding="utf-8")
    assert explain_no_file(path) == ""


def test_an_import_says_what_a_file_is_instead(strange: tuple[Path, str]) -> None:
    path, sentence = strange
    if path.is_dir():
        return
    _, (problem,) = import_file.import_files([path], Path("book/interviews"), accept=False)
    assert problem.sentence == f"the file cannot be read: {sentence}"


@pytest.mark.parametrize("read", [verify.read_record, edition_changes.require_record])
def test_a_record_that_is_no_file_is_refused(read: Callable[[Path], object], strange: tuple[Path, str]) -> None:
    with pytest.raises(Refused, match="record-can-be-read"):
        read(strange[0])


def test_an_import_of_a_folder_names_what_it_leaves_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("in").mkdir()
    for name, (make, _) in STRANGE.items():
        make(Path("in") / name)
    Path("in/talk.md").write_text("**Why?**\n\nBecause.\n", encoding="utf-8")
    files, problems = import_folders.list_import_files([Path("in")])
    assert files == [Path("in/talk.md")]
    assert [(problem.location.file, problem.sentence.split(";")[0]) for problem in problems] == [
        ("in/dangling.md", "this is a link and no file"),
        ("in/pipe.md", "this is a pipe and no file"),
        ("in/socket.md", "this is a socket and no file"),
        ("in/zero.md", "this is a link and no file"),
    ]
