"""Start the server that forks workers as a copy of this process, which has imported much of what they need.

Python starts that server as a new program, which imports all modules again. Here the same code runs in a copy of the
command line, made before there are threads (Linux). It imports at once what the workers need besides, on another core,
while the command line goes on; then it waits for the first worker.

No tracker of shared resources runs beside it: a build has no named semaphores and no shared memory to clean up after,
and the tracker would be one more copy of all that is imported here, which holds 20 MB.

Private names used: `multiprocessing.util.spawnv_passfds`, by which Python starts the server,
`forkserver._forkserver._forkserver_pid`, its process id, and `resource_tracker._resource_tracker._fd`, the file that
the tracker reads.
"""

from __future__ import annotations

import builtins
import contextlib
import multiprocessing.util
import os
import select
import signal
import stat
import sys
import threading
from collections.abc import Iterable, Sequence
from functools import partial
from importlib import import_module
from multiprocessing import forkserver, resource_tracker
from pathlib import Path
from types import FunctionType
from typing import NoReturn

from onrecord.runtime import stop_signals

_STARTER = "spawnv_passfds"
_SERVER, _SERVER_PID = "_forkserver", "_forkserver_pid"
_TRACKER, _TRACKER_FILE = "_resource_tracker", "_fd"
_STREAMS = (0, 1, 2)


def start_fork_server(preload: str) -> None:
    """Copy this process as the server of workers, which imports this module for all of them.

    Do nothing if another program than our command line runs here, if there are threads, or elsewhere than on Linux:
    the server starts when it is needed, as Python starts it.
    """
    if sys.platform != "linux" or not stop_signals.are_caught() or threading.active_count() > 1:
        return
    for stream in (sys.stdout, sys.stderr):  # or the copy would print what is still to be printed
        with contextlib.suppress(OSError, ValueError):
            stream.flush()
    forkserver.set_forkserver_preload([preload])
    start_program = getattr(multiprocessing.util, _STARTER)
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, ())
    try:
        setattr(multiprocessing.util, _STARTER, partial(_start_copy, preload))
        _replace_tracker()
        signal.pthread_sigmask(signal.SIG_BLOCK, stop_signals.SIGNALS)
        forkserver.ensure_running()
    finally:
        setattr(multiprocessing.util, _STARTER, start_program)
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)


def kill_fork_server() -> None:
    """Kill the server of workers, if there is one, also one that Python started.

    Starts that wait for it raise EOFError; the next start makes a new server.
    """
    if pid := getattr(getattr(forkserver, _SERVER), _SERVER_PID):
        with contextlib.suppress(OSError):
            os.kill(pid, signal.SIGKILL)


def _replace_tracker() -> None:
    """Let what this process and its workers would tell the tracker of shared resources go to the null device.

    Python takes a tracker whose file can be written to for one that runs.
    """
    tracker = getattr(resource_tracker, _TRACKER)
    if getattr(tracker, _TRACKER_FILE) is None:
        setattr(tracker, _TRACKER_FILE, os.open(os.devnull, os.O_WRONLY))


def _start_copy(preload: str, _path: str, arguments: Sequence[str], files: Iterable[int]) -> int:
    """Run the code of a Python command in a copy of this process, with these open files; return its number."""
    numbers = set(files)
    return os.fork() or _run_in_copy(preload, arguments[-1], numbers)


def _run_in_copy(preload: str, code: str, files: set[int]) -> NoReturn:
    """Leave what belongs to the command line, import a module, wait until the files are used, run the code, and end."""
    try:
        for number in [int(file.name) for file in Path("/proc/self/fd").iterdir()]:
            if number not in _STREAMS and number not in files:
                with contextlib.suppress(OSError):
                    os.close(number)
        _reset_signals()
        import_module(preload)
        sockets = {number for number in files if stat.S_ISSOCK(os.fstat(number).st_mode)}
        used = select.select([*files], [], [])[0]
        if sockets & {*used}:  # else the command line has ended without a worker
            FunctionType(compile(code, "<server of workers>", "exec"), {"__builtins__": builtins})()
    finally:
        os._exit(0)


def _reset_signals() -> None:
    """Handle signals as a new Python process does; Ctrl-C stays blocked, because the parent ends its children."""
    for number in signal.valid_signals():
        if callable(signal.getsignal(number)):
            signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, set(stop_signals.SIGNALS) - {signal.SIGINT})
    sys.unraisablehook = sys.__unraisablehook__
