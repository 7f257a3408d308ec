"""Limit the processor time and the memory of work on untrusted input.

`limit_work` raises in a process that goes on; `limit_cpu_time` lets the system end a worker, whatever library it is in.
"""

from __future__ import annotations

import contextlib
import ctypes
import signal
import threading
import time
from collections.abc import Iterator

# Its default action ends the process. It counts this process only, not what it starts, and no time that it waits.
CPU_SIGNAL_NAME = "SIGPROF"

_CHECK_S = 0.05
_AGAIN_S = 0.3
_limiting = threading.RLock()  # the limit of memory belongs to the process


class TookTooLong(Exception):
    """The work used more processor time than it may."""


@contextlib.contextmanager
def limit_work(cpu_s: float, memory_mb: int) -> Iterator[None]:
    """Raise TookTooLong or MemoryError in this thread when the work inside exceeds its limits.

    `memory_mb` is what it may allocate beyond what this process has; limited where the system can (Linux). One long
    call of a C function is stopped only when it returns.
    """
    with _limiting, limit_memory(memory_mb), _limit_time(cpu_s):
        yield


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


@contextlib.contextmanager
def limit_memory(memory_mb: int) -> Iterator[None]:
    """Limit the address space to `memory_mb` more than there is, if the system can."""
    try:
        import resource
        from pathlib import Path

        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    except (ImportError, OSError, ValueError):  # Windows, macOS
        yield
        return
    limit = pages * resource.getpagesize() + memory_mb * 2**20
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    known = [number for number in (limit, soft, hard) if number >= 0]  # -1: there is no limit
    resource.setrlimit(resource.RLIMIT_AS, (min(known), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


@contextlib.contextmanager
def _limit_time(cpu_s: float) -> Iterator[None]:
    """Raise TookTooLong in this thread after `cpu_s` seconds of its processor time."""
    worker = threading.get_ident()
    ended, changing = threading.Event(), threading.Lock()
    start = _read_clock(worker)

    def watch() -> None:
        """Stop the work at its limit, and again a little later if something caught that; until it has ended."""
        limit = start + cpu_s
        while not ended.wait(_CHECK_S):
            if _read_clock(worker) > limit:
                limit = _read_clock(worker) + _AGAIN_S
                with changing:
                    if not ended.is_set():
                        _raise_in_thread(worker, TookTooLong)

    watcher = threading.Thread(target=watch, name="work limit", daemon=True)
    watcher.start()
    try:
        yield
    finally:
        with changing:
            ended.set()
            _raise_in_thread(worker, None)  # one that was set, but not yet raised


def _read_clock(thread: int) -> float:
    """Return the processor time of a thread in seconds, or the time of day where the system does not tell."""
    if hasattr(time, "pthread_getcpuclockid"):
        return time.clock_gettime(time.pthread_getcpuclockid(thread))
    return time.monotonic()


def _raise_in_thread(thread: int, error: type[BaseException] | None) -> None:
    """Let a thread raise this exception at its next step; None takes back one that waits."""
    waiting = ctypes.py_object(error) if error else None
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), waiting)
