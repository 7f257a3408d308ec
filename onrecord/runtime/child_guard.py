"""Let child processes end with this one, also when it is killed, and limit what they compute.

On Linux the kernel kills the child (PR_SET_PDEATHSIG). Elsewhere a worker watches its pipe to the parent in a thread
(see `worker_process`) and kills its process group, in which pandoc is.
"""

from __future__ import annotations

import ctypes
import math
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

_SET_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG, linux/prctl.h
# Runs before the program, in its process: prctl holds across exec. If the parent has ended already, so does this.
_LAUNCHER = (
    "import ctypes, os, sys; ctypes.CDLL(None).prctl(1, 9); "
    "os.getppid() == int(sys.argv[1]) or sys.exit(1); os.execv(sys.argv[2], sys.argv[2:])"
)


def end_with_parent() -> None:
    """Have the kernel kill this process a second after the thread that started it ended (Linux).

    Meanwhile a thread of this process can kill what it started. The C function `alarm` is called with the number of
    the signal as its seconds: SIGHUP is 1. It runs while a library holds Python's lock, as no handler of Python does.
    """
    if sys.platform == "linux":
        library = ctypes.CDLL(None)
        library.signal.argtypes, library.signal.restype = (ctypes.c_int, ctypes.c_void_p), ctypes.c_void_p
        library.signal(int(signal.SIGHUP), ctypes.cast(library.alarm, ctypes.c_void_p))
        library.prctl(_SET_DEATH_SIGNAL, int(signal.SIGHUP))


def guard_command(command: Sequence[str]) -> list[str]:
    """Return a command that runs `command` and is killed when the thread that starts it ends (Linux)."""
    if sys.platform != "linux" or not sys.executable:
        return list(command)
    return [sys.executable, "-I", "-S", "-c", _LAUNCHER, str(os.getpid()), *command]


def allow_more_cpu_time(pid: int, seconds: float) -> None:
    """Let a running child compute for so many seconds more (Linux); then the kernel kills it."""
    if sys.platform != "linux":
        return
    import resource

    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
        used = sum(map(int, fields[11:13])) / os.sysconf("SC_CLK_TCK")
        _, hard = resource.getrlimit(resource.RLIMIT_CPU)
        limit = math.ceil(used + seconds)
        resource.prlimit(pid, resource.RLIMIT_CPU, (limit if hard < 0 else min(limit, hard), hard))
    except (OSError, ValueError, IndexError):  # it has just ended, or /proc is not there
        return
