"""Runs a task over many values in worker processes that may hang, die or grow without harming the rest.

Knows no books. `concurrent.futures.ProcessPoolExecutor` gives up on everything when one worker
dies, and cannot stop a worker that hangs; here each value ends in its result or its own Failure.
"""

from __future__ import annotations

import contextlib
import math
import multiprocessing
import os
import pickle
import signal
import sys
import time
import traceback
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from typing import Any, TypeVar

__all__ = ["Failure", "WorkersCannotStart", "cores", "run"]

V = TypeVar("V")
R = TypeVar("R")

_START_S = 120  # a worker that has not imported the task's module by then never will
_READY = b""


@dataclass(frozen=True, slots=True)
class Failure:
    """What became of a value without a result: `error` if the task raised it, None if its worker was lost."""

    name: str
    reason: str
    error: BaseException | None = None


class WorkersCannotStart(RuntimeError):
    """A worker ended before it took its first value: the task cannot be imported there."""


def run(
    task: Callable[[V], R],
    values: Sequence[V],
    *,
    jobs: int = 0,
    name: Callable[[V], str] = str,
    timeout_s: float = 120,
    memory_mb: int = 2048,
    on_progress: Callable[[int, int, str], None] | None = None,
) -> list[R | Failure]:
    """The task's result or a Failure for each value, in the order of the values.

    `task` and the values must be picklable. `jobs` workers (0: one per core; one job, too, runs in
    a worker) take values as they become free. `timeout_s` counts per value; `memory_mb` bounds each
    worker's address space where the system can (Linux). `on_progress(done, total, name)` is called
    as values finish, in the order they do.
    """
    results: dict[int, R | Failure] = {}
    crew = _Crew(task, values, jobs or cores(), timeout_s, memory_mb)
    with contextlib.closing(crew):
        for index, outcome in crew.outcomes():
            called = name(values[index])
            results[index] = outcome.result if isinstance(outcome, _Done) else Failure(called, *outcome)
            if on_progress:
                on_progress(len(results), len(values), called)
    return [results[index] for index in range(len(values))]


def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1


# --- on this side ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Done:
    result: Any


_Lost = tuple[str, BaseException | None]  # reason, error


class _Worker:
    """A process with what it is doing now: starting (-1), idle (None), or the value of that index."""

    def __init__(self, task: bytes, memory_mb: int) -> None:
        context = multiprocessing.get_context("spawn")
        self.connection, theirs = context.Pipe()
        self.process: SpawnProcess = context.Process(target=_serve, args=(theirs, memory_mb), daemon=True)
        with _without_interrupts():
            self.process.start()
        theirs.close()  # or the end of the process would go unnoticed
        self.index: int | None = -1
        self.deadline = time.monotonic() + _START_S
        self.send(task)

    def take(self, index: int, value: object, timeout_s: float) -> None:
        self.index = index
        self.deadline = time.monotonic() + timeout_s
        self.send(pickle.dumps(value))

    def send(self, message: bytes) -> None:
        with contextlib.suppress(OSError):  # it is gone; reading from it will say how
            self.connection.send_bytes(message)

    def rest(self) -> None:
        self.index = None
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
    """The workers of one run, hired when there is something to do."""

    def __init__(self, task: object, values: Sequence[Any], jobs: int, timeout_s: float, memory_mb: int) -> None:
        self.task = pickle.dumps(task)
        self.values = values
        self.waiting = deque(range(len(values)))
        self.jobs = jobs
        self.timeout_s = timeout_s
        self.memory_mb = memory_mb
        self.workers: list[_Worker] = []

    def close(self) -> None:
        for worker in self.workers:
            worker.process.kill()
        for worker in self.workers:
            worker.end()
        self.workers.clear()

    def outcomes(self) -> Iterator[tuple[int, _Done | _Lost]]:
        """Each value's index with what became of it, as they finish."""
        while self.waiting or any(worker.index not in (None, -1) for worker in self.workers):
            self.hire()
            for worker in self.workers:
                if worker.index is None and self.waiting:
                    index = self.waiting.popleft()
                    worker.take(index, self.values[index], self.timeout_s)
            yield from self.news()

    def hire(self) -> None:
        starting = sum(worker.index in (None, -1) for worker in self.workers)
        for _ in range(min(self.jobs - len(self.workers), len(self.waiting) - starting)):
            self.workers.append(_Worker(self.task, self.memory_mb))

    def news(self) -> Iterator[tuple[int, _Done | _Lost]]:
        """Wait until something happens, and tell it."""
        until = min(worker.deadline for worker in self.workers)
        patience = None if until == math.inf else max(0.0, until - time.monotonic())
        speaking = wait([worker.connection for worker in self.workers], patience)
        for worker in list(self.workers):
            if worker.connection in speaking:
                yield from self.hear(worker)
            elif time.monotonic() >= worker.deadline:
                yield from self.lose(worker, f"took longer than {self.timeout_s:g} s and was stopped")

    def hear(self, worker: _Worker) -> Iterator[tuple[int, _Done | _Lost]]:
        try:
            message = worker.connection.recv_bytes()
        except (EOFError, OSError):
            yield from self.lose(worker)
            return
        if worker.index == -1:
            if message != _READY:
                raise WorkersCannotStart(message.decode())
            worker.rest()
            return
        assert worker.index is not None
        outcome: _Done | _Lost = pickle.loads(message)  # noqa: S301 - from our own worker
        yield worker.index, outcome
        if not isinstance(outcome, _Done) and isinstance(outcome[1], MemoryError):
            self.dismiss(worker)  # what it still holds would count against the next value
        else:
            worker.rest()

    def lose(self, worker: _Worker, reason: str = "") -> Iterator[tuple[int, _Done | _Lost]]:
        index, code = worker.index, self.dismiss(worker)
        if index == -1:
            raise WorkersCannotStart(reason or _death(code))
        if index is not None:
            yield index, (reason or _death(code), None)

    def dismiss(self, worker: _Worker) -> int | None:
        self.workers.remove(worker)
        return worker.end()


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
    """Take values from the connection and answer each, until it closes."""
    if hasattr(os, "setpgid"):
        os.setpgid(0, 0)  # so that it can be ended with all that it started
    try:
        task = pickle.loads(connection.recv_bytes())  # noqa: S301 - from the process that started us
        _limit_memory(memory_mb)
        connection.send_bytes(_READY)
    except Exception:
        connection.send_bytes(traceback.format_exc().encode())
        return
    with contextlib.suppress(EOFError, OSError):  # the other side is gone, so nobody wants the rest
        while True:
            connection.send_bytes(_answer(task, connection.recv_bytes()))


def _answer(task: Callable[[Any], Any], message: bytes) -> bytes:
    try:
        return pickle.dumps(_Done(task(pickle.loads(message))))  # noqa: S301 - from our own press
    except BaseException as error:
        return _raised(error)


def _raised(error: BaseException) -> bytes:
    """The error as an outcome, with its traceback as a note; one that cannot travel becomes its text."""
    told = "".join(traceback.format_exception(error))
    reason = "needed more memory than it may use" if isinstance(error, MemoryError) else _summary(error)
    try:
        error.add_note(f"In a worker:\n{told}")
        message = pickle.dumps((reason, error))
        pickle.loads(message)  # noqa: S301 - some exceptions can be written and not read
    except Exception:
        return pickle.dumps((reason, RuntimeError(told)))
    return message


def _summary(error: BaseException) -> str:
    return "".join(traceback.format_exception_only(error)).strip()


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
