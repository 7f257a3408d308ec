"""A warm process that runs each command line in a child with limits: to start Python for each would take minutes.

    python -m tests.hostile.fork_server

Reads an `Order` as JSON from each line, and answers it with an `Outcome`. The output of a command is in `stdout` and
`stderr` in its folder.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import resource
import select
import signal
import sys
from pathlib import Path
from typing import TypedDict

_WALL_S = 90  # nothing that ends needs so long; it stops a run that sleeps
_ADDRESS_SPACE_MB = 3_000  # more than the memory in use: libraries reserve what they never touch
_SUBREAPER = 36  # PR_SET_CHILD_SUBREAPER: processes that a run leaves behind become ours
_ENDING_S = 3


class Order(TypedDict):
    """A command line to run in a folder, and its limit of processor time."""

    folder: str
    words: list[str]
    cpu_s: float


class Outcome(TypedDict):
    """How a run ended: `code` is -N after signal N; `left_behind` counts processes that still ran."""

    code: int
    cpu_s: float
    memory_mb: float
    left_behind: int


def run(order: Order) -> Outcome:
    """Run one command line in a child of this process; return when it and all its children have ended."""
    pid = os.fork()
    if pid == 0:
        _run_in_child(order)
    watch = os.pidfd_open(pid)
    if not select.select([watch], [], [], _WALL_S)[0]:
        os.kill(pid, signal.SIGKILL)
    os.close(watch)
    _, status, usage = os.wait4(pid, 0)
    left_behind, cpu_s = _end_orphans()
    return {
        "code": os.waitstatus_to_exitcode(status),
        "cpu_s": round(usage.ru_utime + usage.ru_stime + cpu_s, 2),
        "memory_mb": round(usage.ru_maxrss / 1024),
        "left_behind": left_behind,
    }


def _run_in_child(order: Order) -> None:
    """Run the command line with limits; never returns."""
    code = 120
    try:
        resource.setrlimit(resource.RLIMIT_CPU, (int(order["cpu_s"]) + 5, int(order["cpu_s"]) + 10))
        resource.setrlimit(resource.RLIMIT_AS, (_ADDRESS_SPACE_MB << 20, _ADDRESS_SPACE_MB << 20))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        os.chdir(order["folder"])
        for name, stream in (("stdout", sys.stdout), ("stderr", sys.stderr)):
            stream.flush()
            with Path(name).open("wb") as file:
                os.dup2(file.fileno(), stream.fileno())
        from onrecord.cli import command_line

        code = command_line.main(order["words"])
        sys.stdout.flush()
        sys.stderr.flush()
    finally:
        os._exit(code)


def _end_orphans() -> tuple[int, float]:
    """Wait for processes that the run left; kill those that stay. Return their number and the time that all used."""
    count, cpu_s, waited_s = 0, 0.0, 0.0
    with contextlib.suppress(ChildProcessError):
        while True:
            pid, _, usage = os.wait4(-1, os.WNOHANG)
            if pid:
                cpu_s += usage.ru_utime + usage.ru_stime
            elif waited_s < _ENDING_S:  # workers end with their parent, within a moment
                select.select([], [], [], 0.02)
                waited_s += 0.02
            else:
                count += _kill_children()
    return count, cpu_s


def _kill_children() -> int:
    """Kill each child of this process; return how many there were."""
    children = Path(f"/proc/self/task/{os.getpid()}/children").read_text(encoding="ascii").split()
    for child in children:
        os.kill(int(child), signal.SIGKILL)
    return len(children)


def main() -> None:
    """Import what commands import, then serve orders until the input ends."""
    from onrecord.cli import command_line

    command_line.build_parser("onrecord")
    ctypes.CDLL(None).prctl(_SUBREAPER, 1, 0, 0, 0)
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    for line in sys.stdin:
        print(json.dumps(run(json.loads(line))), file=answers, flush=True)


if __name__ == "__main__":
    main()
