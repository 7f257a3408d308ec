"""How tests wait: for a condition, never for a second to pass."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from pathlib import Path

LONG_S = 120  # what takes longer hangs, however busy the machine is


def wait_until(condition: Callable[[], object]) -> None:
    """Return when the condition holds; fail if it never does."""
    end = time.monotonic() + LONG_S
    while not condition():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.01)


def is_gone(pid: int) -> bool:
    """Whether the process has ended, asked for its exit code or not (Linux)."""
    return pid not in _running()


def members(session: int) -> list[int]:
    """Return the processes of a session that run (Linux)."""
    return [pid for pid, leader in _running().items() if leader == session]


def _running() -> dict[int, int]:
    """Return the session of each process that runs, if only in one of its threads."""
    sessions: dict[int, int] = {}
    for path in Path("/proc").glob("[0-9]*/task/*/stat"):
        with contextlib.suppress(OSError):  # it has just gone
            state, _parent, _group, session = path.read_text(encoding="utf-8").rpartition(")")[2].split()[:4]
            if state not in "ZX":
                sessions[int(path.parts[2])] = int(session)
    return sessions
