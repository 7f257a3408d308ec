"""Whatever call the system refuses: one sentence, exit code 74, the old files whole, nothing left over.

Each test counts the calls that change the disk, and then fails each of them in turn.
"""

from __future__ import annotations

import errno
import io
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any

import pytest

from onrecord.cli import command_line
from onrecord.pipeline import delivery
from onrecord.runtime.environment import EnvironmentProblem
from tests.support.killed_delivery import NEW_EDITION, OLD_EDITION, read_files

pytestmark = pytest.mark.usefixtures("lent_workers")

ERRORS = (errno.ENOSPC, errno.EACCES, errno.EROFS, errno.EIO, errno.ENAMETOOLONG)
_CALLS = ("mkdir", "rename", "replace", "fsync", "link")
_MOST_CALLS = 500


class FailingDisk:
    """Counts the calls that change the disk below a folder, and refuses one of them."""

    def __init__(self, folder: Path, failing: int, monkeypatch: pytest.MonkeyPatch) -> None:
        self._folder, self._failing, self.calls = str(folder), failing, 0
        for name in _CALLS:
            monkeypatch.setattr(os, name, self._watch(getattr(os, name)))
        monkeypatch.setattr(os, "open", self._watch(os.open, lambda arguments: bool(arguments[1] & os.O_CREAT)))
        opened = self._watch(io.open, lambda arguments: arguments[1:] and set(arguments[1]) & set("wxa"))
        monkeypatch.setattr(io, "open", lambda *arguments, **options: self._watch_writes(opened(*arguments, **options)))

    def step(self, path: object) -> None:
        """Count a call; raise OSError if it is the failing one."""
        self.calls += 1
        if self.calls == self._failing:
            number = ERRORS[self._failing % len(ERRORS)]
            raise OSError(number, os.strerror(number), str(path))

    def _watch(
        self, function: Callable[..., Any], is_change: Callable[[Any], object] = lambda _arguments: True
    ) -> Callable[..., Any]:
        """Return the function, whose calls below the folder are counted."""

        def call(*arguments: Any, **options: Any) -> Any:
            if is_change(arguments) and (isinstance(arguments[0], int) or self._folder in str(arguments[0])):
                self.step(arguments[0])
            return function(*arguments, **options)

        return call

    def _watch_writes(self, file: IO[Any]) -> IO[Any]:
        """Return the file, whose first write is counted if it is below the folder."""
        if self._folder not in str(file.name) or not file.writable():
            return file
        return _WatchedFile(self, file)  # type: ignore[return-value]


class _WatchedFile:
    """A file whose writes are counted."""

    def __init__(self, disk: FailingDisk, file: IO[Any]) -> None:
        self._disk, self._file = disk, file

    def write(self, data: Any) -> int:
        """Write half of the data, and then perhaps fail."""
        self._file.write(data[: len(data) // 2])
        self._disk.step(self._file.name)
        return self._file.write(data[len(data) // 2 :])

    def __enter__(self) -> _WatchedFile:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


def fail_each_call(
    act: Callable[[Path], object],
    check: Callable[[Path, object, int], None],
    tmp_path: Path,
    prepare: Callable[[Path], object] = lambda _folder: None,
    stride: int = 1,
) -> int:
    """Do it in a new, prepared folder for each call, and let that call fail; return how many calls there are.

    With a `stride` of 7, only each seventh call fails.
    """
    for failing in range(1, _MOST_CALLS, stride):
        folder = tmp_path / f"case-{failing}"
        folder.mkdir()
        prepare(folder)
        with pytest.MonkeyPatch.context() as patch:
            disk = FailingDisk(folder, failing, patch)
            result = act(folder)
        check(folder, result, failing)
        if disk.calls < failing:
            return failing
    raise AssertionError("the calls have no end")


def list_tree(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))


@pytest.fixture
def capture(capsys: pytest.CaptureFixture[str]) -> Iterator[Callable[[], str]]:
    """Return what stands in the error stream since the last call."""
    return lambda: capsys.readouterr().err  # type: ignore[return-value]


def is_system_fault(message: str) -> bool:
    """Return whether the message is one sentence about the machine, with a hint."""
    lines = message.splitlines()
    return len(lines) in (2, 3) and lines[0].startswith("On Record cannot work here: ") and "hint: " in lines[1]


def test_import_writes_all_of_a_file_or_nothing(tmp_path: Path, capture: Callable[[], str]) -> None:
    source = tmp_path / "light.txt"
    source.write_text("Who lights the lamp?\n\nThe keeper.\n\nAnd who puts it out?\n\nNobody.\n", encoding="utf-8")

    def import_file(folder: Path) -> int:
        return command_line.main(["import", str(source), "--to", str(folder / "book/interviews"), "--yes"])

    def check(folder: Path, code: object, _failing: int) -> None:
        message = capture()
        if code == 0:
            assert len(list_tree(folder)) == 6
        else:
            assert code == 74
            assert is_system_fault(message), message
            assert list_tree(folder) == []

    assert fail_each_call(import_file, check, tmp_path) > 10


def test_a_new_book_is_written_whole_or_not_at_all(tmp_path: Path, capture: Callable[[], str]) -> None:
    def create_book(folder: Path) -> int:
        return command_line.main(["new", str(folder / "book")])

    def check(folder: Path, code: object, _failing: int) -> None:
        message = capture()
        if code == 0:
            assert (folder / "book/book.yaml").is_file()
        else:
            assert code == 74
            assert is_system_fault(message), message
            assert list_tree(folder) == []

    assert fail_each_call(create_book, check, tmp_path) > 10


@pytest.mark.parametrize("has_exchange", [True, False], ids=["exchange", "two renames"])
def test_a_delivery_that_is_refused_leaves_the_old_edition(
    has_exchange: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At every call, also after the commit; without hard links and without the exchange of names, too."""
    if not has_exchange:
        monkeypatch.setattr(delivery, "_exchange", lambda first, second: False)

    def deliver(folder: Path) -> object:
        try:
            return delivery.deliver_files(folder, NEW_EDITION)
        except EnvironmentProblem as problem:
            return problem

    def check(folder: Path, result: object, failing: int) -> None:
        is_refused = isinstance(result, EnvironmentProblem)
        assert read_files(folder) == (OLD_EDITION if is_refused else NEW_EDITION), failing

    count = 0
    for failing in range(1, _MOST_CALLS):
        folder = tmp_path / f"out-{failing}"
        delivery.deliver_files(folder, OLD_EDITION)
        with pytest.MonkeyPatch.context() as patch:
            disk = FailingDisk(folder, failing, patch)
            result = deliver(folder)
        check(folder, result, failing)
        assert not (folder / ".delivery").exists(), failing
        count = failing
        if disk.calls < failing:
            break
    assert count > 10


@pytest.mark.parametrize("epoch", ["99999999999999999999", "abc", "-5", "²", "1e9"])
def test_a_time_that_is_none_is_a_fault_of_the_machine(
    epoch: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command_line.main(["new", str(tmp_path / "book")]) == 0
    monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
    assert command_line.main(["check", "--book", str(tmp_path / "book")]) == 74
    assert f"SOURCE_DATE_EPOCH is “{epoch}”, which is no time" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["check", "epub", "outline", "packs", "prove", "new", "import", "html"])
def test_a_name_that_is_too_long_is_a_fault_of_the_machine(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    name = "n" * 300
    (tmp_path / "light.txt").write_text("Who?\n\nThe keeper.\n", encoding="utf-8")
    arguments = {"new": [name], "import": ["light.txt", "--to", name]}.get(command, ["--book", name])
    assert command_line.main([command, *arguments]) in (1, 74)
    message = capsys.readouterr().err
    assert "Traceback" not in message
    assert list_tree(tmp_path) == ["light.txt"]
