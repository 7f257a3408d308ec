"""A worker process and the connection to it. It knows no books and no pool."""

from __future__ import annotations

import atexit
import contextlib
import gc
import multiprocessing
import multiprocessing.resource_tracker as resource_tracker
import os
import pickle
import signal
import sys
import threading
import traceback
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkServerContext, SpawnContext
from multiprocessing.process import BaseProcess
from pathlib import Path

from onrecord.runtime import child_guard
from onrecord.runtime.frame_room import call_with_room
from onrecord.runtime.memory import GC_THRESHOLDS, free_memory
from onrecord.runtime.work_limits import CPU_SIGNAL_NAME

_LARGE_GROWTH_MB = 24  # a worker that has grown so much since its last task frees memory
_YOUNG = 1  # generations of objects that are looked through after each task: those that it has made
_END_S = 10  # a process that has closed its connection ends, and its server says how, within that time under any load
_KILL_S = 10  # a killed process ends within that time; if not, the system cannot end it, and the pool does not wait
_READY = b""
KILLED = "was killed from outside, most likely because the machine ran out of memory"
_reaping = threading.Lock()  # starting a process also collects exit codes of others: never in two threads at once


@atexit.register
def _wait_for_half_started_processes() -> None:
    """Let the last start end, and allow no more: a process whose parent ends meanwhile prints a traceback."""
    _reaping.acquire(timeout=_KILL_S)


class WorkersCannotStart(RuntimeError):
    """A worker ended before it took its first value, or cannot import the task: no value is to blame."""


@dataclass(frozen=True, slots=True)
class TaskResult:
    """What a task returned in a worker; an error travels as itself."""

    value: object


class WorkerProcess:
    """A worker process. One thread uses it; with the pool's lock any thread may kill it.

    With the name of a module as `preload`, it starts (on Linux) as a copy of a process that has imported this module,
    the same one for all such workers: they start in a few milliseconds and share that memory.
    """

    def __init__(self, memory_mb: int, preload: str = "") -> None:
        context = _get_context(preload)
        self._connection, child_connection = context.Pipe()
        arguments = (child_connection, memory_mb, dict(os.environ))  # the other process may have older variables
        self._process: BaseProcess = context.Process(target=_run_tasks, args=arguments, daemon=True)
        self.leads_group = False  # known after its first answer
        try:
            with _reaping:
                if os.name == "posix":  # when it starts, it unblocks signals, also those of the next line
                    resource_tracker.ensure_running()
                with _block_interrupts():
                    self._process.start()
        except BaseException:
            self._connection.close()
            raise
        finally:
            child_connection.close()  # or the end of the process would not be noticed

    def receive(self) -> bytes:
        """Wait for the worker's next answer. Raises EOFError or OSError when the worker has ended."""
        return self._connection.recv_bytes()

    def ask(self, message: bytes) -> bytes:
        """Send a message to the worker; return its answer. Raises EOFError or OSError."""
        with contextlib.suppress(OSError):  # it has ended; `receive` raises
            self._connection.send_bytes(message)
        return self.receive()

    def has_closed(self) -> bool:
        """Return whether the worker ended while idle: only then is its connection readable."""
        try:
            return self._connection.poll()
        except OSError:  # Windows
            return True

    def has_ended(self) -> bool:
        """Return whether the worker, whose connection is closed, ends without being killed; wait for its exit code."""
        return bool(wait([self._process.sentinel], _END_S))

    def kill(self) -> None:
        """Kill the worker and every process that it started."""
        if self.leads_group and self._process.pid:  # the group outlives the process that leads it
            with contextlib.suppress(OSError):
                os.killpg(self._process.pid, signal.SIGKILL)
        self._process.kill()

    def end(self) -> int | None:
        """Kill the worker and every process that it started; return its exit code."""
        self.kill()
        has_ended = wait([self._process.sentinel], _KILL_S)
        with _reaping:
            if has_ended:
                self._process.join()
            code = self._process.exitcode
        self._connection.close()
        return code


def _get_context(preload: str) -> ForkServerContext | SpawnContext:
    """Return how worker processes start. Elsewhere than on Linux, libraries of the system do not survive a fork."""
    if not preload or sys.platform != "linux":
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([preload])
    return context


def describe_end(code: int | None) -> str:
    """Return why a worker ended, from its exit code."""
    if code is None or code >= 0:
        return f"its worker stopped by itself (exit code {code})"
    if code == -getattr(signal, CPU_SIGNAL_NAME, 0):
        return "it took longer, and was stopped"
    if code == -getattr(signal, "SIGKILL", 9):
        return f"its worker {KILLED}"
    try:
        name = signal.Signals(-code).name
    except ValueError:  # the numbers between SIGRTMIN and SIGRTMAX have no names
        name = f"signal {-code}"
    return f"its worker crashed ({name})"


def read_answer(answer: bytes) -> TaskResult | BaseException:
    """Return a worker's unpickled result or error; if it cannot be unpickled, that error."""
    try:
        outcome: TaskResult | BaseException = pickle.loads(answer)  # noqa: S301 - from our own worker
    except Exception as error:
        error.add_note("The answer of a worker could not be read.")
        return error
    return outcome


@contextlib.contextmanager
def _block_interrupts() -> Iterator[None]:
    """Let processes that are started here ignore Ctrl-C: the parent ends them."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    previous = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, previous)


# --- in the worker --------------------------------------------------------------------------------


def _run_tasks(connection: Connection, memory_mb: int, environment: Mapping[str, str]) -> None:
    """Run in a worker process: take tasks from the connection, send back each result, until the connection closes."""
    os.environ.clear()
    os.environ.update(environment)
    if hasattr(os, "setpgid"):
        os.setpgid(0, 0)  # so that it can be killed with everything that it started
    threading.Thread(target=_end_with_parent, daemon=True).start()
    child_guard.end_with_parent()  # the thread cannot run while a library holds Python's lock
    _limit_memory(memory_mb)
    gc.set_threshold(*GC_THRESHOLDS)
    used_mb = _measure_memory_mb()
    with contextlib.suppress(EOFError, OSError):  # the parent has ended
        connection.send_bytes(_READY)
        while True:
            connection.send_bytes(_run_task(connection.recv_bytes()))
            gc.collect(_YOUNG)  # a layout is full of cycles; else they stay until others have as many objects
            if _measure_memory_mb() > used_mb + _LARGE_GROWTH_MB:
                free_memory()
                used_mb = _measure_memory_mb()


def _end_with_parent() -> None:
    """Wait until the parent ends, for whatever reason; then end this process and everything that it started."""
    if parent := multiprocessing.parent_process():
        parent.join()
    if hasattr(os, "setpgid"):
        os.killpg(0, signal.SIGKILL)
    os._exit(1)


def _measure_memory_mb() -> float:
    """Return the memory of this process; 0 where the system does not tell (Linux does)."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
        return pages * os.sysconf("SC_PAGESIZE") / 2**20
    except (OSError, ValueError):
        return 0.0


def _run_task(message: bytes) -> bytes:
    """Run a pickled (task, value); return the pickled result or error. Raises nothing itself."""
    try:
        task, value = pickle.loads(message)  # noqa: S301 - from our own pool
    except MemoryError as error:
        return _pickle_error(error)
    except Exception:
        return pickle.dumps(WorkersCannotStart(traceback.format_exc()))
    try:
        return pickle.dumps(TaskResult(call_with_room(task, value)))
    except BaseException as error:
        return _pickle_error(error)


def _pickle_error(error: BaseException) -> bytes:
    """Return the pickled error with its traceback as a note; an error that cannot be pickled becomes its text."""
    text = "".join(traceback.format_exception(error))
    try:
        error.add_note(f"In a worker:\n{text}")
        message = pickle.dumps(error)
        pickle.loads(message)  # noqa: S301 - some exceptions can be written but not read
    except Exception:
        return pickle.dumps(RuntimeError(text))
    return message


def _limit_memory(memory_mb: int) -> None:
    """Limit this process to `memory_mb` of address space and no core dump, if the system can."""
    try:
        import resource
    except ImportError:  # Windows
        return
    limit = memory_mb * 2**20
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    with contextlib.suppress(ValueError, OSError):  # macOS has the limit but refuses to set it
        resource.setrlimit(resource.RLIMIT_AS, (limit if hard < 0 else min(limit, hard), hard))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
