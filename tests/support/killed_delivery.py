"""Deliver files, and print what is left if the process dies in the middle, a line of JSON for each step.

A copy of the out folder before each change of the disk is what a process leaves that dies there; every tenth time a
process does die there, and must leave the same. It runs as a program of its own: an audit hook stays for ever, and to
fork a test process, which has hundreds of megabytes, takes ten times as long.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from onrecord.pipeline import delivery

OLD_EDITION = {
    "book.pdf": b"old pdf",
    "book.epub": b"old epub",
    "book/index.html": b"old",
    "book/gone/a.html": b"old a",
}
NEW_EDITION = {"book.pdf": b"new pdf", "book.epub": b"new epub", "book/index.html": b"new", "book/b.html": b"new b"}
_STEPS_BETWEEN_DEATHS = 10
_STEPS = {"open", "os.rename", "os.link", "os.remove", "os.mkdir", "os.rmdir", "os.replace"}


def read_files(out: Path) -> dict[str, bytes]:
    """Read every file below the folder, hidden ones too."""
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in sorted(out.rglob("*")) if path.is_file()}


class _Steps:
    """Calls a function before each change of the disk, but for those that the function makes itself."""

    def __init__(self) -> None:
        self.on_step: Callable[[int], None] | None = None
        self._count = 0
        delivery._exchange = self._call_before(delivery._exchange)
        os.fsync = self._call_before(lambda fd: None)
        sys.addaudithook(lambda event, _: self._take_step() if event in _STEPS else None)

    def _call_before(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def step_and_call(*arguments: Any) -> Any:
            self._take_step()
            return function(*arguments)

        return step_and_call

    def _take_step(self) -> None:
        if on_step := self.on_step:
            self.on_step = None
            on_step(self._count)
            self.on_step, self._count = on_step, self._count + 1

    def deliver(self, out: Path, files: dict[str, bytes], on_step: Callable[[int], None]) -> None:
        """Deliver the files, and call the function with the number of each step before it is taken."""
        self._count, self.on_step = 0, on_step
        try:
            delivery.deliver_files(out, files)
        finally:
            self.on_step = None


def _deliver_and_die(steps: _Steps, number: int, out: Path, files: dict[str, bytes]) -> None:
    """Deliver in a child process that dies before the step with this number."""
    child = os.fork()
    if not child:
        steps.deliver(out, files, lambda step: os._exit(9) if step == number else None)
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9


def _copy_folder(source: Path, target: Path) -> Path:
    """Copy an out folder as if it were made here: a journal names each file by its number on the disk."""
    shutil.copytree(source, target)
    numbers = {path.stat().st_ino: (target / path.relative_to(source)).stat().st_ino for path in source.rglob("*")}
    for journal in (target / ".delivery").glob("journal*"):
        text = journal.read_text(encoding="utf-8")
        renumbered = re.sub(r": (\d+)", lambda match: f": {numbers.get(int(match[1]), 0)}", text)
        journal.write_text(renumbered, encoding="utf-8")
    return target


def _list_left_files(out: Path) -> dict[str, bytes]:
    """Return what is in an out folder, without the numbers in a journal."""
    return {name: re.sub(rb"\d+", b"", data) if "journal" in name else data for name, data in read_files(out).items()}


def _copy_at_each_death(
    steps: _Steps, before: Path, files: dict[str, bytes], copies: Path, every: int = 1
) -> Iterator[Path]:
    """Deliver to a copy of a folder; yield copies of what is left after deaths, at last of the whole edition."""
    out = _copy_folder(before, copies / "out")
    left: list[Path] = []

    def copy(step: int) -> None:
        if step % every == 0:
            left.append(_copy_folder(out, copies / str(step)))

    steps.deliver(out, files, copy)
    for path in left[::_STEPS_BETWEEN_DEATHS]:
        dead = _copy_folder(before, copies / f"{path.name}-dead")
        _deliver_and_die(steps, int(path.name), dead, files)
        assert _list_left_files(dead) == _list_left_files(path), path.name
    yield from (*left, out)


def kill_deliveries(steps: _Steps, folder: Path) -> Iterator[dict[str, bytes]]:
    """Deliver a new edition, killed at one step after the other, and yield the recovered files of each."""
    delivery.deliver_files(folder / "before", OLD_EDITION)
    *left, _complete = _copy_at_each_death(steps, folder / "before", NEW_EDITION, folder)
    for out in left:
        for name in ("book.pdf", "book.epub"):
            assert (out / name).read_bytes() in (OLD_EDITION[name], NEW_EDITION[name])
        delivery.recover_out(out)
        yield read_files(out)


def kill_recoveries(steps: _Steps, folder: Path) -> Iterator[dict[str, bytes]]:
    """Kill a delivery and the one after it, which recovers the first, and yield the recovered files of each."""
    delivery.deliver_files(folder / "before", OLD_EDITION)
    for first in _copy_at_each_death(steps, folder / "before", NEW_EDITION, folder, 9):
        for out in _copy_at_each_death(steps, first, {"book.pdf": b"third pdf"}, folder / f"after-{first.name}", 5):
            delivery.recover_out(out)
            yield read_files(out)


def main(kind: str, folder: str) -> None:
    """Print what is left after each death, as JSON."""
    kill = {"deliveries": kill_deliveries, "recoveries": kill_recoveries}[kind.removesuffix("-by-two-renames")]
    if kind.endswith("-by-two-renames"):
        delivery._exchange = lambda first, second: False
    for files in kill(_Steps(), Path(folder)):
        print(json.dumps({name: data.decode() for name, data in files.items()}))


if __name__ == "__main__":
    main(*sys.argv[1:])
