"""Deliver files in processes that die in the middle, and print what is left, a line of JSON for each.

It runs as a program of its own: to fork a test process, which has hundreds of megabytes, takes ten times as long.
"""

from __future__ import annotations

import itertools
import json
import os
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
_STEPS = {"open", "os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.replace"}


def read_files(out: Path) -> dict[str, bytes]:
    """Read every file below the folder, hidden ones too."""
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in sorted(out.rglob("*")) if path.is_file()}


def _call_before(function: Callable[..., Any], step: Callable[[], None]) -> Callable[..., Any]:
    def step_and_call(*arguments: Any) -> Any:
        step()
        return function(*arguments)

    return step_and_call


def _deliver_and_die(n: int, out: Path, files: dict[str, bytes]) -> bool:
    """Deliver in a child process that dies before its n-th change of the disk; return False if it did not."""
    child = os.fork()
    if not child:
        steps_left = n

        def step() -> None:
            nonlocal steps_left
            steps_left -= 1
            if steps_left < 0:
                os._exit(9)

        delivery._exchange = _call_before(delivery._exchange, step)
        os.fsync = _call_before(os.fsync, step)
        sys.addaudithook(lambda event, _: step() if event in _STEPS else None)
        delivery.deliver_files(out, files)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9


def kill_deliveries(folder: Path) -> Iterator[dict[str, bytes]]:
    """Deliver a new edition, killed at one step after the other, and yield the recovered files of each."""
    for n in itertools.count():
        out = folder / str(n)
        delivery.deliver_files(out, OLD_EDITION)
        if not _deliver_and_die(n, out, NEW_EDITION):
            return
        for name in ("book.pdf", "book.epub"):
            assert (out / name).read_bytes() in (OLD_EDITION[name], NEW_EDITION[name])
        delivery.recover_out(out)
        yield read_files(out)
        shutil.rmtree(out)


def kill_recoveries(folder: Path) -> Iterator[dict[str, bytes]]:
    """Kill a delivery and the one after it, which recovers the first, and yield the recovered files of each."""
    for n in itertools.count(0, 9):
        for m in itertools.count(0, 5):
            out = folder / f"{n}-{m}"
            delivery.deliver_files(out, OLD_EDITION)
            has_died = _deliver_and_die(n, out, NEW_EDITION)
            has_died_again = _deliver_and_die(m, out, {"book.pdf": b"third pdf"})
            delivery.recover_out(out)
            yield read_files(out)
            shutil.rmtree(out)
            if not has_died_again:  # later steps do not exist
                break
        if not has_died:
            return


def main(what: str, folder: str) -> None:
    """Print what is left after each death, as JSON."""
    os.fsync = lambda fd: None
    kill = {"deliveries": kill_deliveries, "recoveries": kill_recoveries}[what.removesuffix("-by-two-renames")]
    if what.endswith("-by-two-renames"):
        delivery._exchange = lambda first, second: False
    for files in kill(Path(folder)):
        print(json.dumps({name: data.decode() for name, data in files.items()}))


if __name__ == "__main__":
    main(*sys.argv[1:])
