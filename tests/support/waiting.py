"""Wait for a condition, never for a time."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from pathlib import Path

LONG_S = 120  # a condition that takes longer will never hold, however busy the machine is


def wait_until(condition: Callable[[], object]) -> None:
    """Return when the condition holds; fail if it never does."""
    end = time.monotonic() + LONG_S
    while not condition():
        assert time.monotonic() < end, "the condition never held"
        time.sleep(0.01)


def is_gone(pid: int) -> bool:
    """Return whether the process has ended, even if its exit code was not read (Linux)."""
    return not _find_running(str(pid))


def list_session_processes(session: int) -> list[int]:
    """Return the running processes of a session (Linux)."""
    return [pid for pid, leader in _find_running("[0-9]*").items() if leader == session]


def _find_running(pids: str) -> dict[int, int]:
    """Return the session of each process whose id matches, and of which at least one thread runs."""
    sessions: dict[int, int] = {}
    for path in Path("/proc").glob(f"{pids}/task/*/stat"):
        with contextlib.suppress(OSError):  # the process has just ended
            state, _parent, _group, session = path.read_text(encoding="utf-8").rpartition(")")[2].split()[:4]
            if state not in "ZX":
                sessions[int(path.parts[2])] = int(session)
    return sessions
