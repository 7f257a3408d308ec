"""The server of workers is a copy of the command line that keeps nothing of it but its modules."""

from __future__ import annotations

import os
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

from onrecord.runtime import fork_server, stop_signals
from tests.support.default_signals import restore_default_signals
from tests.support.paths import ROOT
from tests.support.waiting import is_gone, wait_until

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere no worker is a copy")

_PROGRAM = """
import json, os, sys
from multiprocessing import resource_tracker
from pathlib import Path
import tests.support.pool_tasks
from onrecord.runtime import fork_server, stop_signals
from onrecord.runtime.worker_pool import WorkerPool

def print_line(*values):
    os.write(1, (" ".join(map(str, values)) + "\\n").encode())  # at once: two processes write lines

if __name__ == "__main__":
    stop_signals.catch_stop_signals()
    sys.modules["only_in_the_command_line"] = json
    unused = os.open(__file__, os.O_RDONLY)
    print("once")
    fork_server.start_fork_server("loud")
    resource_tracker.ensure_running()  # as each worker that starts does
    print_line(Path(f"/proc/self/task/{os.getpid()}/children").read_text())
    if sys.argv[1:] == ["use"]:
        print_line(*WorkerPool(1, preload="loud").submit(tests.support.pool_tasks.describe_copy, 0).result())
        sys.stdin.read()
    os._exit(0)
"""


def test_workers_have_the_modules_of_the_command_line_and_nothing_else_of_it(
    tmp_path: Path,
) -> None:
    """No open file, no handler of signals, no text that is still to be printed; Ctrl-C is for the parent alone."""
    with _start(tmp_path, "use") as process:
        assert process.stdout
        assert process.stdout.readline() == "once\n"
        lines = [process.stdout.readline() for _ in range(2)]  # two processes write them
        lines.remove("loud is imported\n")
        (server,) = lines[0].split()  # and no tracker of shared resources
        parent, modules, handlers, files, is_blocked = process.stdout.readline().split()
        assert parent == server
        assert modules == "only_in_the_command_line,loud"
        assert handlers == "default"
        assert files == "none"
        assert is_blocked == "True"
        process.kill()
    wait_until(partial(is_gone, int(server)))


def test_a_server_that_no_worker_needs_ends(tmp_path: Path) -> None:
    """It imports its module at once, so that the first worker need not wait for it."""
    with _start(tmp_path) as process:
        assert process.stdout
        lines = process.stdout.read().splitlines()
    assert lines[0] == "once"
    lines.remove("loud is imported")
    wait_until(partial(is_gone, int(lines[1])))


def test_another_program_is_not_copied(monkeypatch: pytest.MonkeyPatch) -> None:
    """Here pytest runs, whose modules tests replace."""
    monkeypatch.setattr(os, "fork", lambda: pytest.fail("pytest is copied"))
    assert not stop_signals.are_caught()
    fork_server.start_fork_server("loud")


def _start(folder: Path, *words: str) -> subprocess.Popen[str]:
    """Start the program; its output can be read line by line."""
    path = folder / "program.py"
    path.write_text(_PROGRAM, encoding="utf-8")
    (folder / "loud.py").write_text("import os; os.write(1, b'loud is imported\\n')", encoding="utf-8")
    return subprocess.Popen(
        [sys.executable, str(path), *words],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        preexec_fn=restore_default_signals,
    )
