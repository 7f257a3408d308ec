"""Worker processes of this machine that may hang, die or grow without harming the rest. Knows no books.

`Workshop` is a `concurrent.futures.Executor`. `ProcessPoolExecutor` gives up on everything when one worker
dies, and cannot stop a worker that hangs; here each call ends in its result or its own error.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import math
import multiprocessing
import os
import pickle
import signal
import sys
import threading
import time
import traceback
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

__all__ = ["SELDOM", "LostError", "WorkersCannotStart", "Workshop", "cores", "give_back"]

P = ParamSpec("P")
P1 = TypeVar("P1")
R = TypeVar("R")

_MUCH_MB = 24  # of memory more than before: time to look what is still needed
_START_S = 120  # a worker that has not begun to listen by then never will
_READY = b""
SELDOM = (100_000, 50, 100)  # thresholds of the collector: looking for cycles all the time takes a tenth of it


class LostError(RuntimeError):
    """The worker of a value hung or died; the message says which."""


class WorkersCannotStart(RuntimeError):
    """A worker ended before it took its first value, or cannot import the task: no value is to blame."""


def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1


# --- on this side ---------------------------------------------------------------------------------


class Workshop(Executor):
    """Up to `jobs` worker processes (0: one per core), hired when there is something to do.

    `timeout_s` counts per value; `memory_mb` bounds each worker's address space where the system
    can (Linux). A call has one argument.
    """

    def __init__(self, jobs: int = 0, *, timeout_s: float = 120, memory_mb: int = 2048) -> None:
        self._crew = _Crew(jobs or cores(), timeout_s, memory_mb)

    def submit(self, fn: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> Future[R]:
        """Queue one call; its Future ends in the result, the task's own error, or LostError."""
        if kwargs or len(args) != 1:
            raise TypeError("a task of the workshop takes one value")
        future: Future[R] = Future()
        self._crew.take(_Order(pickle.dumps((fn, args[0])), future))
        return future

    def prepare(self, fn: Callable[[P1], object], value: P1) -> None:
        """Hire a worker, if there is none, that begins with this call; what comes meanwhile waits for it."""
        self._crew.take(_Order(pickle.dumps((fn, value)), Future(), is_start=True))

    def rest(self) -> None:
        """Workers without work go home with all that they have loaded; others come when there is something to do."""
        self._crew.rest()

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Send the workers home; what is not finished is cancelled."""
        self._crew.close()


@dataclass(frozen=True, slots=True)
class _Order:
    message: bytes
    future: Future[Any]
    is_start: bool = False  # soon over: nobody else need be hired because of it


@dataclass(frozen=True, slots=True)
class _Done:
    result: Any


_Starting = object()  # a worker that does not listen yet


class _Worker:
    """A process and what it is doing now: starting, idle (None), or an order."""

    def __init__(self, memory_mb: int) -> None:
        context = multiprocessing.get_context("spawn")
        self.connection, theirs = context.Pipe()
        self.process: SpawnProcess = context.Process(target=_serve, args=(theirs, memory_mb), daemon=True)
        with _without_interrupts():
            self.process.start()
        theirs.close()  # or the end of the process would go unnoticed
        self.doing: object = _Starting
        self.deadline = time.monotonic() + _START_S

    @property
    def is_soon_free(self) -> bool:
        return self.doing in (None, _Starting) or (isinstance(self.doing, _Order) and self.doing.is_start)

    def take(self, order: _Order, timeout_s: float) -> None:
        self.doing = order
        self.deadline = time.monotonic() + timeout_s
        with contextlib.suppress(OSError):  # it is gone; reading from it will say how
            self.connection.send_bytes(order.message)

    def rest(self) -> None:
        self.doing = None
        self.deadline = math.inf

    def end(self) -> int | None:
        """Stop it and all it started; its exit code if it had ended by itself."""
        self.process.join(0.2)
        code = self.process.exitcode
        with contextlib.suppress(OSError):
            if hasattr(os, "killpg") and self.process.pid and os.getpgid(self.process.pid) == self.process.pid:
                os.killpg(self.process.pid, signal.SIGKILL)
        self.process.kill()
        self.process.join()
        self.connection.close()
        return code


class _Crew:
    """The workers and what waits for them; a thread of its own hands out the orders."""

    def __init__(self, jobs: int, timeout_s: float, memory_mb: int) -> None:
        self.jobs = jobs
        self.timeout_s = timeout_s
        self.memory_mb = memory_mb
        self.waiting: deque[_Order] = deque()
        self.workers: list[_Worker] = []
        self.bell, self.ring = multiprocessing.Pipe(duplex=False)
        self.lock = threading.Lock()
        self.closed = False
        self.resting = False
        self.thread: threading.Thread | None = None

    def take(self, order: _Order) -> None:
        with self.lock:
            if self.closed:
                raise RuntimeError("the workshop is closed")
            self.waiting.append(order)
            if self.thread is None:
                self.thread = threading.Thread(target=self._work, name="workshop", daemon=True)
                self.thread.start()
        self.ring.send_bytes(b"!")

    def rest(self) -> None:
        with self.lock:
            if self.thread is None or self.closed:
                return
            self.resting = True
        self.ring.send_bytes(b"!")

    def close(self) -> None:
        with self.lock:
            if self.closed:
                return
            self.closed = True
            thread = self.thread
        if thread is not None:
            self.ring.send_bytes(b"!")
            thread.join()
        for end in (self.bell, self.ring):
            end.close()

    def _work(self) -> None:
        try:
            while not self.closed:
                if self.resting:
                    self.resting = False
                    for worker in [one for one in self.workers if one.doing is None]:
                        worker.process.kill()
                        self._dismiss(worker)
                self._hire()
                for worker in self.workers:
                    while worker.doing is None and self.waiting:
                        order = self.waiting.popleft()
                        if order.future.set_running_or_notify_cancel():
                            worker.take(order, self.timeout_s)
                self._hear()
        finally:
            self._go_home()

    def _hire(self) -> None:
        idle = sum(worker.is_soon_free for worker in self.workers)
        wanted = sum(not order.is_start for order in self.waiting) or min(len(self.waiting), 1)
        for _ in range(min(self.jobs - len(self.workers), wanted - idle)):
            self.workers.append(_Worker(self.memory_mb))

    def _hear(self) -> None:
        """Wait until something happens, and see to it."""
        until = min((worker.deadline for worker in self.workers), default=math.inf)
        patience = None if until == math.inf else max(0.0, until - time.monotonic())
        speaking = wait([self.bell, *(worker.connection for worker in self.workers)], patience)
        if self.bell in speaking:
            self.bell.recv_bytes()
        for worker in list(self.workers):
            if worker.connection in speaking:
                self._answer(worker)
            elif time.monotonic() >= worker.deadline:
                self._lose(worker, f"took longer than {self.timeout_s:g} s and was stopped")

    def _answer(self, worker: _Worker) -> None:
        try:
            message = worker.connection.recv_bytes()
        except (EOFError, OSError):
            self._lose(worker)
            return
        if worker.doing is _Starting:
            worker.rest()
            return
        outcome = pickle.loads(message)  # noqa: S301 - from our own worker
        order = worker.doing
        assert isinstance(order, _Order)
        worker.rest()
        if isinstance(outcome, _Done):
            order.future.set_result(outcome.result)
        else:
            order.future.set_exception(outcome)
            if isinstance(outcome, MemoryError):
                self._dismiss(worker)  # what it still holds would count against the next value

    def _lose(self, worker: _Worker, reason: str = "") -> None:
        order, code = worker.doing, self._dismiss(worker)
        if isinstance(order, _Order):
            order.future.set_exception(LostError(reason or _death(code)))
        elif order is _Starting:  # nobody else will start either
            while self.waiting:
                waiting = self.waiting.popleft()
                if waiting.future.set_running_or_notify_cancel():
                    waiting.future.set_exception(WorkersCannotStart(reason or _death(code)))

    def _dismiss(self, worker: _Worker) -> int | None:
        self.workers.remove(worker)
        return worker.end()

    def _go_home(self) -> None:
        for worker in self.workers:
            worker.process.kill()
        for worker in self.workers:
            worker.end()
        orders = [*self.waiting, *(worker.doing for worker in self.workers)]
        for order in orders:
            if isinstance(order, _Order) and not order.future.cancel() and not order.future.done():
                order.future.set_exception(LostError("the build was stopped"))
        self.workers.clear()
        self.waiting.clear()


def _death(code: int | None) -> str:
    """Why a worker ended, from its exit code."""
    if code is None or code >= 0:
        return f"its worker stopped by itself (exit code {code})"
    if code == -getattr(signal, "SIGKILL", 9):
        return "its worker was killed from outside, most likely because the machine ran out of memory"
    return f"its worker crashed ({signal.Signals(-code).name})"


@contextlib.contextmanager
def _without_interrupts() -> Iterator[None]:
    """Processes started here never see Ctrl-C: this side does, and ends them."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


# --- in the worker --------------------------------------------------------------------------------


def _serve(connection: Connection, memory_mb: int) -> None:
    """Take calls from the connection and answer each, until it closes."""
    if hasattr(os, "setpgid"):
        os.setpgid(0, 0)  # so that it can be ended with all that it started
    _limit_memory(memory_mb)
    gc.set_threshold(*SELDOM)
    held_mb = _held_mb()
    with contextlib.suppress(EOFError, OSError):  # the other side is gone, so nobody wants the rest
        connection.send_bytes(_READY)
        while True:
            connection.send_bytes(_answer(connection.recv_bytes()))
            if _held_mb() > held_mb + _MUCH_MB:
                give_back()
                held_mb = _held_mb()


def give_back() -> None:
    """What this process no longer needs goes back to the system; Python and the C library would keep it for later."""
    gc.collect()
    if (trim := getattr(ctypes.CDLL(None), "malloc_trim", None)) is not None:  # glibc
        trim(0)


def _held_mb() -> float:
    """The memory that the process holds, where the system tells (Linux)."""
    try:
        return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGESIZE") / 2**20
    except (OSError, ValueError):
        return 0.0


def _answer(message: bytes) -> bytes:
    try:
        task, value = pickle.loads(message)  # noqa: S301 - from our own press
    except Exception:
        return pickle.dumps(WorkersCannotStart(traceback.format_exc()))
    try:
        return pickle.dumps(_Done(task(value)))
    except BaseException as error:
        return _raised(error)


def _raised(error: BaseException) -> bytes:
    """The error with its traceback as a note; one that cannot travel becomes its text."""
    told = "".join(traceback.format_exception(error))
    try:
        error.add_note(f"In a worker:\n{told}")
        message = pickle.dumps(error)
        pickle.loads(message)  # noqa: S301 - some exceptions can be written and not read
    except Exception:
        return pickle.dumps(RuntimeError(told))
    return message


def _limit_memory(memory_mb: int) -> None:
    try:
        import resource
    except ImportError:  # Windows
        return
    limit = memory_mb * 2**20
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    with contextlib.suppress(ValueError, OSError):  # macOS knows the limit and refuses to set it
        resource.setrlimit(resource.RLIMIT_AS, (limit if hard < 0 else min(limit, hard), hard))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
