"""Limit the computing time of a worker process. The system ends the process, whatever library it is in."""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Iterator

# Its default action ends the process. It counts this process only, not what it starts, and no time that it waits.
CPU_SIGNAL_NAME = "SIGPROF"


@contextlib.contextmanager
def limit_cpu_time(seconds: float) -> Iterator[None]:
    """End this process if the block computes for longer; only for workers. Does nothing on Windows."""
    if not hasattr(signal, "setitimer"):
        yield
        return
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
