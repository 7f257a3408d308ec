"""A pool of worker processes that may hang, crash or grow without harming the rest. It knows no books.

`WorkerPool` is a `concurrent.futures.Executor`. `ProcessPoolExecutor` fails completely when one worker dies, and cannot
stop a worker that hangs; here each call ends in its result or its own error.
"""

from __future__ import annotations

import contextlib
import math
import os
import pickle
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import Executor, Future, InvalidStateError
from dataclasses import dataclass
from functools import partial
from typing import Any, ParamSpec, TypeVar

from onrecord.runtime.environment import EnvironmentProblem, count_possible_workers, find_shortage
from onrecord.runtime.fork_server import kill_fork_server
from onrecord.runtime.worker_process import (
    KILLED,
    TaskResult,
    WorkerProcess,
    WorkersCannotStart,
    describe_end,
    read_answer,
)

__all__ = [
    "LostError",
    "PoolError",
    "WorkerPool",
    "WorkersCannotStart",
    "count_cores",
]

P = ParamSpec("P")
V = TypeVar("V")
R = TypeVar("R")

_START_TIMEOUT_S = 120  # a worker, or the process that starts it, that has not answered by then never will
_PAUSE_S = 0.2  # after which a fork server that takes no more connections has ended, and another one starts
_STOPPED_S = 5  # a thread that wakes up so much too late was stopped with its process, as by Ctrl-Z
_MAX_FAILED_STARTS = 5  # in a row: the system may kill one for lack of memory, but not all


class LostError(RuntimeError):
    """The worker of a value hung or died; the message says which."""


class PoolError(RuntimeError):
    """The pool failed or was closed before the call was done: no value is to blame."""


def count_cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1


class WorkerPool(Executor):
    """Up to `jobs` worker processes (0: one per core), started when there is something to do.

    `timeout_s` is the time limit of each value; `memory_mb` limits each worker's address space where the system can
    (Linux). `preload` is a module that each worker has imported when it starts (Linux). A call has one argument.
    """

    def __init__(self, jobs: int = 0, *, timeout_s: float = 120, memory_mb: int = 2048, preload: str = "") -> None:
        workers = count_possible_workers(jobs or count_cores())
        self._state = _PoolState(workers, timeout_s, partial(WorkerProcess, memory_mb, preload))

    def submit(self, fn: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> Future[R]:
        """Queue one call; its Future ends in the result, the task's own error, LostError or PoolError."""
        if kwargs or len(args) != 1:
            raise TypeError("a task of the worker pool takes one value")
        future: Future[R] = Future()
        self._state.add_call(_Call(pickle.dumps((fn, args[0])), future))
        return future

    def submit_short(self, fn: Callable[[V], R], value: V) -> Future[R]:
        """Queue a call that takes no longer than to start a worker: none starts for it, unless all are at long calls.

        Calls that come meanwhile wait for it.
        """
        future: Future[R] = Future()
        self._state.add_call(_Call(pickle.dumps((fn, value)), future, is_short=True))
        return future

    def prepare(self, fn: Callable[[V], object], value: V) -> None:
        """Start a worker, if there is none, with this call."""
        self.submit_short(fn, value)

    def stop_idle_workers(self) -> None:
        """End idle workers with everything that they have loaded; others start when there is something to do."""
        self._state.stop_idle_workers()

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the workers; a waiting call is cancelled, a running one ends in PoolError."""
        self._state.close()


@dataclass(frozen=True, slots=True, eq=False)
class _Call:
    """A call that was submitted. A short one ends soon, so no further worker starts because of it."""

    message: bytes
    future: Future[Any]
    is_short: bool = False

    def start(self) -> bool:
        """Mark the call as running; return False if it was cancelled."""
        try:
            return self.future.set_running_or_notify_cancel()
        except RuntimeError:  # another thread has ended it
            return False


class _PoolState:
    """The calls and workers of a pool, shared by their threads.

    Each worker has a thread (`_Worker.run`). One more thread kills processes that are late, so no task and no half-sent
    message can block a thread for ever. When any of these threads fails, the pool is closed and every unfinished call
    ends in PoolError.

    All attributes that change, here and in `_Worker`, are read and written with `lock`. Futures are ended without it,
    because their callbacks may call the pool.
    """

    def __init__(self, jobs: int, timeout_s: float, start_process: Callable[[], WorkerProcess]) -> None:
        self.jobs = jobs
        self.timeout_s = timeout_s
        self.start_process = start_process
        self.lock = threading.Lock()
        self.changed = threading.Condition(self.lock)  # for idle workers: there is a call, or they must end
        self.closing = threading.Condition(self.lock)  # for the thread that watches deadlines
        self.waiting: deque[_Call] = deque()  # not started
        self.unfinished: set[_Call] = set()  # the future has not ended
        self.workers: set[_Worker] = set()
        self.watcher: threading.Thread | None = None
        self.stop_count = 0  # how often idle workers were told to end
        self.failed_starts = 0  # since a worker last started
        self.is_closed = False
        self.failure: BaseException | None = None  # why it is closed, if nobody closed it

    def add_call(self, call: _Call) -> None:
        """Queue the call. Raises PoolError when the pool is closed."""
        try:
            with self.lock:
                if self.is_closed:
                    raise _make_pool_error(self.failure)
                self.waiting.append(call)
                self.unfinished.add(call)
                self.start_workers()
                self.changed.notify()
        except PoolError:
            raise
        except RuntimeError as error:  # the system has no thread for another worker
            self.stop(error)
            raise

    def stop_idle_workers(self) -> None:
        """End the workers that are idle."""
        with self.lock:
            self.stop_count += 1
            self.changed.notify_all()

    def close(self) -> None:
        """End all calls, workers and threads. If a callback of a future calls it, the threads end after it."""
        self.stop()
        with self.lock:
            threads = [worker.thread for worker in self.workers]
            threads += [self.watcher] if self.watcher else []
        if threading.current_thread() not in threads:  # two workers would wait for each other
            for thread in threads:
                thread.join()

    # with the lock held

    def start_workers(self) -> None:
        """Start the threads of as many workers as the waiting calls need."""
        if self.is_closed or len(self.workers) >= self.jobs:
            return
        needed = sum(not call.is_short for call in self.waiting) or min(len(self.waiting), 1)
        needed -= sum(worker.is_free for worker in self.workers)
        for _ in range(min(self.jobs - len(self.workers), needed)):
            worker = _Worker(self)
            worker.thread.start()
            self.workers.add(worker)
        if self.watcher is None:
            watcher = threading.Thread(target=self._watch_deadlines, name="worker pool deadlines", daemon=True)
            watcher.start()
            self.watcher = watcher

    def _kill_late_workers(self, now: float) -> None:
        """Kill each worker whose deadline has passed, or the server that did not start it; its thread notices."""
        for worker in self.workers:
            if worker.deadline <= now:
                worker.is_late = True
                worker.deadline = math.inf
                if worker.process:
                    worker.process.kill()
                else:
                    kill_fork_server()

    def _postpone_deadlines(self, seconds: float) -> None:
        """Move all deadlines by the time in which this process was stopped: answers may have waited for it."""
        for worker in self.workers:
            worker.deadline += seconds

    def _start_waiting_calls(self) -> list[_Call]:
        """Empty the queue; return the calls that were not cancelled, marked as running."""
        calls = [call for call in self.waiting if call.start()]
        self.unfinished -= set(self.waiting) - set(calls)
        self.waiting.clear()
        return calls

    # without the lock

    def stop(self, failure: BaseException | None = None) -> None:
        """Close the pool, end every call and kill every worker; their threads do the rest."""
        # Whatever raises, the stack ends every call, after the lock is released.
        with contextlib.ExitStack() as stack, self.lock:
            if self.is_closed:
                return
            self.is_closed, self.failure = True, failure
            cancelled = set() if failure else set(self.waiting)
            if failure:
                self._start_waiting_calls()
            self.waiting.clear()
            for call in cancelled:
                stack.callback(self._cancel_call, call)
            for call in self.unfinished - cancelled:
                stack.callback(self.finish_call, call, _make_pool_error(failure))
            self.changed.notify_all()
            self.closing.notify_all()
            for worker in self.workers:
                if worker.process:
                    worker.process.kill()

    def _cancel_call(self, call: _Call) -> None:
        """Cancel the call's future, tell those who wait for it, and forget the call."""
        call.future.cancel()
        call.start()  # notifies callers that wait for several futures
        with self.lock:
            self.unfinished.discard(call)

    def finish_call(self, call: _Call, outcome: TaskResult | BaseException) -> None:
        """End the call's future, unless the pool has ended it before."""
        with contextlib.suppress(InvalidStateError):
            if isinstance(outcome, TaskResult):
                call.future.set_result(outcome.value)
            else:
                call.future.set_exception(outcome)
        with self.lock:
            self.unfinished.discard(call)

    def note_failed_start(self, worker: _Worker, error: BaseException) -> None:
        """Count a failed start; after too many in a row, or a late one, end all waiting calls: no worker will start."""
        with self.lock:
            self.failed_starts += _MAX_FAILED_STARTS if worker.is_late else 1
            calls = self._start_waiting_calls() if self.failed_starts >= _MAX_FAILED_STARTS else []
        self._finish_calls(calls, error)

    def _finish_calls(self, calls: Iterable[_Call], error: BaseException) -> None:
        """End the future of every call in `error`, even if ending one of them raises."""
        with contextlib.ExitStack() as stack:
            for call in calls:
                stack.callback(self.finish_call, call, error)

    def make_loss_error(self, reason: str) -> LostError | PoolError:
        """Return the error of a call whose worker has ended: its value may be to blame, unless the pool is closed."""
        with self.lock:
            return _make_pool_error(self.failure) if self.is_closed else LostError(reason)

    def _watch_deadlines(self) -> None:
        """Kill workers that are late, until the pool is closed. Runs in a thread of its own."""
        try:
            with self.lock:
                while not self.is_closed:
                    now = time.monotonic()
                    self._kill_late_workers(now)
                    next_deadline = min((worker.deadline for worker in self.workers), default=math.inf)
                    # A deadline that is set meanwhile cannot pass before this wait is over.
                    longest_s = min(next_deadline - now, self.timeout_s, _START_TIMEOUT_S)
                    self.closing.wait(longest_s)
                    waited_s = time.monotonic() - now
                    if waited_s > longest_s + _STOPPED_S:
                        self._postpone_deadlines(waited_s)
        except BaseException as error:
            self.stop(error)


class _Worker:
    """A worker of a pool: its process, what it does now, and the thread that talks to it.

    The attributes are read and written with the pool's lock. `is_free`: it starts, is idle, or runs a short call.
    `stop_count` is that of the pool when it became idle.
    """

    def __init__(self, pool: _PoolState) -> None:
        self.pool = pool
        self.thread = threading.Thread(target=self.run, name="worker pool", daemon=True)
        self.process: WorkerProcess | None = None  # while it may be killed
        self.is_free = True
        self.deadline = math.inf
        self.is_late = False
        self.stop_count = 0

    def run(self) -> None:
        """Start a process, run the waiting calls in it, and end it."""
        pool = self.pool
        try:
            try:
                if process := self._start_process():
                    while self._run_next_call(process):
                        pass
            finally:
                self._end_process()
            with pool.lock:
                pool.workers.remove(self)
                pool.start_workers()
                pool.changed.notify(len(pool.waiting))  # for calls that this worker was notified of and left
        except BaseException as error:
            pool.stop(error)

    def _start_process(self) -> WorkerProcess | None:
        """Start the process and return it when it has answered; None if it never will."""
        pool = self.pool
        with pool.lock:
            self.deadline = time.monotonic() + _START_TIMEOUT_S
        try:
            process = pool.start_process()
        except (EOFError, ConnectionError):  # the process that forks workers was refused one, or was killed
            time.sleep(_PAUSE_S)
            reason = f"did not answer within {_START_TIMEOUT_S} s" if self.is_late else "has ended"
            pool.note_failed_start(self, _make_start_problem(f"the process that starts them {reason}"))
            return None
        except OSError as error:
            pool.note_failed_start(self, find_shortage(error) or _make_start_problem(error.strerror or str(error)))
            return None
        with pool.lock:
            self.process = process
            self.deadline = time.monotonic() + _START_TIMEOUT_S
            if pool.is_closed:
                process.kill()
        try:
            process.receive()
        except (EOFError, OSError):
            reason = self._explain_end(process, _START_TIMEOUT_S)
            is_outside = self.is_late or reason.endswith(KILLED)
            problem = _make_start_problem(f"the last one {reason.removeprefix('its worker ')}")
            pool.note_failed_start(self, problem if is_outside else WorkersCannotStart(reason))
            return None
        with pool.lock:
            process.leads_group = hasattr(os, "killpg")
            self.deadline, self.stop_count = math.inf, pool.stop_count
            pool.failed_starts = 0
        return process

    def _run_next_call(self, process: WorkerProcess) -> bool:
        """Wait for a call and run it; return False when the worker must end."""
        pool = self.pool
        call = self._take_call(process)
        if call is None:
            return False
        try:
            answer = process.ask(call.message)
        except (EOFError, OSError):
            pool.finish_call(call, pool.make_loss_error(self._explain_end(process, pool.timeout_s)))
            return False
        with pool.lock:  # before its future ends: a callback may call `stop_idle_workers`
            self.is_free, self.deadline, self.stop_count = True, math.inf, pool.stop_count
            is_killed = self.is_late
        outcome = read_answer(answer)
        pool.finish_call(call, outcome)
        # After a MemoryError, what the worker still holds would count against its next value.
        return not is_killed and not isinstance(outcome, MemoryError)

    def _take_call(self, process: WorkerProcess) -> _Call | None:
        """Wait for the next call that was not cancelled; return None if the worker must end."""
        pool = self.pool
        with pool.lock:
            while not pool.is_closed and self.stop_count == pool.stop_count:
                if process.has_closed():  # its next value is not to blame
                    break
                while pool.waiting:
                    call = pool.waiting.popleft()
                    if call.start():
                        self.is_free = call.is_short
                        self.deadline = time.monotonic() + pool.timeout_s
                        return call
                    pool.unfinished.discard(call)
                pool.changed.wait()
            self.is_free = False
            return None

    def _explain_end(self, process: WorkerProcess, limit_s: float) -> str:
        """End a process that does not answer; return why it stopped."""
        has_ended = process.has_ended()
        code = self._end_process()
        with self.pool.lock:
            is_late = self.is_late
        if is_late:
            return f"took longer than {limit_s:g} s and was stopped"
        return describe_end(code if has_ended else None)

    def _end_process(self) -> int | None:
        """End the process, if there still is one; return its exit code."""
        with self.pool.lock:
            process, self.process = self.process, None
            self.is_free, self.deadline = False, math.inf
        return process.end() if process else None


def _make_start_problem(reason: str) -> EnvironmentProblem:
    """Return the problem that the machine lets no worker start, for a reason outside our code."""
    return EnvironmentProblem(f"no worker can start: {reason}", "close other programs and try again")


def _make_pool_error(failure: BaseException | None) -> PoolError:
    """Return a PoolError caused by `failure`; None means that the pool was closed."""
    if failure is None:
        return PoolError("the worker pool is closed")
    error = PoolError(f"the worker pool failed ({type(failure).__name__}: {failure})".replace(": )", ")"))
    error.__cause__ = failure
    return error
