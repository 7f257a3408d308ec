"""Each hostile input ends in time, within memory, with the right exit code, and touches nothing outside the book."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import shlex
import subprocess
import sys
import unicodedata
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest

from onrecord.runtime import folders
from tests.hostile import file_rows, run_rows
from tests.hostile.fork_server import Order, Outcome
from tests.hostile.table import CANARY, HostileInput, write_book
from tests.support.paths import ROOT

TABLE: tuple[HostileInput, ...] = (*file_rows.ROWS, *run_rows.ROWS)
_SERVERS = 2
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="limits and process groups of Linux"),
]


class ForkServer:
    """A process of `fork_server`, used by one thread at a time."""

    def __init__(self, home: Path) -> None:
        environment = {key: value for key, value in os.environ.items() if not key.startswith(("ONRECORD", "GITHUB"))}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.hostile.fork_server"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env=environment | {"XDG_CACHE_HOME": str(home / "cache"), "HOME": str(home), "PYTHONPATH": str(ROOT)},
        )

    def run(self, folder: Path, row: HostileInput) -> Outcome:
        """Run the command of a row in its folder."""
        assert self._process.stdin
        assert self._process.stdout
        order: Order = {"folder": str(folder), "words": shlex.split(row.command), "cpu_s": row.cpu_s}
        print(json.dumps(order), file=self._process.stdin, flush=True)
        outcome: Outcome = json.loads(self._process.stdout.readline())
        return outcome

    def close(self) -> None:
        """End the process."""
        self._process.communicate()


@pytest.fixture(scope="module")
def runs(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Future[Run]]]:
    """Run the rows that are selected, two at a time, while the tests judge those that have ended."""
    home = tmp_path_factory.mktemp("hostile")
    servers: queue.SimpleQueue[ForkServer] = queue.SimpleQueue()
    all_servers = [ForkServer(home) for _ in range(_SERVERS)]
    for server in all_servers:
        servers.put(server)

    def run_row(index: int, row: HostileInput) -> Run:
        server = servers.get()
        try:
            return Run(home / f"{index:03}", row, server)
        finally:
            servers.put(server)

    parameters = [getattr(getattr(test, "callspec", None), "params", {}) for test in request.session.items]
    selected = {values["row"].name for values in parameters if isinstance(values.get("row"), HostileInput)}
    with ThreadPoolExecutor(_SERVERS) as threads:
        rows = [(index, row) for index, row in enumerate(TABLE) if row.name in selected]
        yield {row.name: threads.submit(run_row, index, row) for index, row in rows}
        threads.shutdown(cancel_futures=True)
    for server in all_servers:
        server.close()


class Run:
    """A row that was run: how it ended, what it printed, and which files outside of the book it changed."""

    def __init__(self, folder: Path, row: HostileInput, server: ForkServer) -> None:
        folder.mkdir()
        write_book(folder)
        row.make(folder)
        before = list_states(folder, row)
        self.outcome = server.run(folder, row)
        printed = [folder / name for name in ("stdout", "stderr")]  # a run that is killed at once opens neither
        self.output = b"".join(path.read_bytes() for path in printed if path.exists())
        self.text = self.output.decode("utf-8", "replace")
        self.changes = sorted(name for name, _ in before ^ list_states(folder, row))
        self.leaks = [path for path in iterate_new_files(folder) if CANARY.encode() in folders.read_file(path)]


def list_states(folder: Path, row: HostileInput) -> set[tuple[str, tuple[int, ...]]]:
    """Return each file that the row's command must leave alone, with its size and time."""
    is_output = ("stdout", "stderr", "out", "dist", "new", "book/dist", "book/.onrecord", "book/out")
    writes_book = row.command.split()[0] in ("import", "new")
    states: set[tuple[str, tuple[int, ...]]] = set()
    for path in folder.rglob("*"):
        name = path.relative_to(folder).as_posix()
        if name.startswith(is_output) or path.is_dir() or (writes_book and name.startswith("book/")):
            continue
        state = path.lstat()
        states.add((name, (state.st_size, state.st_mtime_ns, state.st_ino)))
    return states


def iterate_new_files(folder: Path) -> Iterator[Path]:
    """Yield the ordinary files that a run may have written: output, editions, imported files; no cache."""
    for path in folder.rglob("*"):
        name = path.relative_to(folder).as_posix()
        if not name.startswith(("outside", "book/.onrecord")) and path.is_file() and not path.is_symlink():
            yield path


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.name)
def test_a_hostile_input_is_contained(row: HostileInput, runs: dict[str, Future[Run]]) -> None:
    """Exit code, rule, time, memory, files outside, words of those files, printable output, ended processes."""
    run = runs[row.name].result()
    text, outcome = run.text, run.outcome
    print(f"{outcome}\n{text[:6000]}")
    assert outcome["code"] == row.code
    assert [words for words in row.says if words not in text] == []
    assert outcome["cpu_s"] <= row.cpu_s
    assert outcome["memory_mb"] <= row.memory_mb
    assert outcome["left_behind"] == 0
    assert "This is a fault of On Record" not in text
    assert "Traceback" not in text
    assert find_commands(text) == set()
    assert run.changes == []
    assert run.leaks == []


def find_commands(text: str) -> set[str]:
    """Return the characters of an output that a terminal could take for a command, or show out of order."""
    return {char for char in text if unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp") and char != "\n"} | {
        char for char in text if unicodedata.bidirectional(char) in ("RLO", "LRO", "RLE", "LRE", "PDF", "RLI", "LRI")
    }


def test_names_of_rows_are_unique() -> None:
    """A row that has the name of another one would not run."""
    assert len({row.name for row in TABLE}) == len(TABLE)


def test_the_limits_hold(tmp_path: Path) -> None:
    """A check that cannot fail is none: a run that is killed, prints a command or reads outside is noticed."""
    row = HostileInput("slow", lambda _folder: None, "check --book book", 0, cpu_s=-5)
    server = ForkServer(tmp_path)
    with contextlib.closing(server):
        assert Run(tmp_path / "run", row, server).outcome["code"] < 0
    assert find_commands("a\x1b[31m\u202eb\n") == {"\x1b", "\u202e"}
