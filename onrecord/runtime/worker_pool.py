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
from concurrent.futures import Executor, Future, InvalidStateError
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

__all__ = ["SELDOM", "LostError", "PoolError", "WorkersCannotStart", "Workshop", "cores", "give_back"]

P = ParamSpec("P")
P1 = TypeVar("P1")
R = TypeVar("R")

_MUCH_MB = 24  # of memory more than before: time to look what is still needed
_START_S = 120  # a worker that has not begun to listen by then never will
_STARTS = 5  # that fail one after another: the system may have killed one for want of memory, not all
_END_S = 2  # a process that has closed its connection ends within that time
_KILL_S = 10  # one that is killed does; if not, the system cannot end it, and nobody waits for it
_READY = b""
SELDOM = (100_000, 50, 100)  # thresholds of the collector: looking for cycles all the time takes a tenth of it
_reaping = threading.Lock()  # to start a process collects the exit codes of others too: never both at once


class LostError(RuntimeError):
    """The worker of a value hung or died; the message says which."""


class WorkersCannotStart(RuntimeError):
    """A worker ended before it took its first value, or cannot import the task: no value is to blame."""


class PoolError(RuntimeError):
    """The pool failed or was closed before the call was done: no value is to blame."""


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
        """Queue one call; its Future ends in the result, the task's own error, LostError or PoolError."""
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
        """End the workers; a call that waits is cancelled, one that runs ends in PoolError."""
        self._crew.close()


@dataclass(frozen=True, slots=True, eq=False)
class _Order:
    message: bytes
    future: Future[Any]
    is_start: bool = False  # soon over: nobody else need be hired because of it

    def begin(self) -> bool:
        """Mark the order as running, or tell those who wait that it was cancelled and return False."""
        try:
            return self.future.set_running_or_notify_cancel()
        except RuntimeError:  # somebody else has ended it
            return False


@dataclass(frozen=True, slots=True)
class _Done:
    result: Any


class _Process:
    """A worker process and the connection to it. One thread uses it; with the pool's lock any thread may kill it."""

    def __init__(self, memory_mb: int) -> None:
        context = multiprocessing.get_context("spawn")
        self._connection, theirs = context.Pipe()
        self._process: SpawnProcess = context.Process(target=_serve, args=(theirs, memory_mb), daemon=True)
        self.leads_group = False  # known when it has answered for the first time
        try:
            with _reaping, _without_interrupts():
                self._process.start()
        except BaseException:
            self._connection.close()
            raise
        finally:
            theirs.close()  # or the end of the process would go unnoticed

    def hear(self) -> bytes:
        """Wait for its next answer. Raises EOFError or OSError when it is gone."""
        return self._connection.recv_bytes()

    def ask(self, message: bytes) -> bytes:
        """Send a message and wait for the answer. Raises like `hear`."""
        with contextlib.suppress(OSError):  # it is gone; `hear` says so
            self._connection.send_bytes(message)
        return self.hear()

    def is_gone(self) -> bool:
        """Whether it ended while nobody asked it: only its end makes an idle connection readable."""
        try:
            return self._connection.poll()
        except OSError:  # Windows
            return True

    def has_ended(self) -> bool:
        """Whether it ended by itself, now or in a moment."""
        return bool(wait([self._process.sentinel], _END_S))

    def kill(self) -> None:
        """Kill it and all that it started."""
        if self.leads_group and self._process.pid:  # the group outlives the process that leads it
            with contextlib.suppress(OSError):
                os.killpg(self._process.pid, signal.SIGKILL)
        self._process.kill()

    def end(self) -> int | None:
        """Kill it and all that it started, and return its exit code."""
        self.kill()
        has_ended = wait([self._process.sentinel], _KILL_S)
        with _reaping:
            if has_ended:
                self._process.join()
            code = self._process.exitcode
        self._connection.close()
        return code


class _Worker:
    """What the pool knows of a worker: the thread that speaks with its process, and what it is at. See `_Crew.lock`."""

    def __init__(self, live: Callable[[_Worker], None]) -> None:
        self.thread = threading.Thread(target=live, args=(self,), name="workshop", daemon=True)
        self.process: _Process | None = None  # while it may be killed
        self.is_free = True  # it starts, is idle, or does an order that is soon over
        self.deadline = math.inf  # of what it does now
        self.is_late = False
        self.rests = 0  # how often the pool had rested when it became idle


class _Crew:
    """The workers and what waits for them.

    Each worker has a thread that starts its process, hands it one order after another, and ends it. One more
    thread kills processes that are late, so no task and no half-sent message can hold up a thread for ever. When any
    of these threads fails, the pool is closed and every order that has not ended ends in PoolError.

    All attributes that change, here and in `_Worker`, are read and written with `lock`. Futures are ended without
    it, since their callbacks may call the pool.
    """

    def __init__(self, jobs: int, timeout_s: float, memory_mb: int) -> None:
        self.jobs = jobs
        self.timeout_s = timeout_s
        self.memory_mb = memory_mb
        self.lock = threading.Lock()
        self.changed = threading.Condition(self.lock)  # for idle workers: there is an order, or they are to end
        self.closing = threading.Condition(self.lock)  # for the thread that watches deadlines
        self.waiting: deque[_Order] = deque()  # not begun
        self.unfinished: set[_Order] = set()  # taken, and the future has not ended
        self.workers: set[_Worker] = set()
        self.watcher: threading.Thread | None = None
        self.rests = 0
        self.failed_starts = 0  # since a worker has last begun to listen
        self.is_closed = False
        self.fault: BaseException | None = None  # why it is closed, if nobody closed it

    def take(self, order: _Order) -> None:
        """Queue the order. Raises PoolError when the pool is closed."""
        try:
            with self.lock:
                if self.is_closed:
                    raise _pool_error(self.fault)
                self.waiting.append(order)
                self.unfinished.add(order)
                self._hire()
                self.changed.notify()
        except PoolError:
            raise
        except RuntimeError as error:  # the system has no thread for another worker
            self._stop(error)
            raise

    def rest(self) -> None:
        """End the workers that are idle."""
        with self.lock:
            self.rests += 1
            self.changed.notify_all()

    def close(self) -> None:
        """End all orders, workers and threads. From a callback of a future, the threads end after it."""
        self._stop()
        with self.lock:
            threads = [worker.thread for worker in self.workers]
            threads += [self.watcher] if self.watcher else []
        if threading.current_thread() not in threads:  # two workers would wait for each other
            for thread in threads:
                thread.join()

    # With the lock held.

    def _hire(self) -> None:
        """Start the threads of as many workers as the waiting orders need."""
        if self.is_closed or len(self.workers) >= self.jobs:
            return
        needed = sum(not order.is_start for order in self.waiting) or min(len(self.waiting), 1)
        needed -= sum(worker.is_free for worker in self.workers)
        for _ in range(min(self.jobs - len(self.workers), needed)):
            worker = _Worker(self._live)
            worker.thread.start()
            self.workers.add(worker)
        if self.watcher is None:
            watcher = threading.Thread(target=self._watch, name="workshop deadlines", daemon=True)
            watcher.start()
            self.watcher = watcher

    def _kill_late(self, now: float) -> None:
        """Kill each process whose deadline has passed; its thread hears of it and ends the order."""
        for worker in self.workers:
            if worker.process and worker.deadline <= now:
                worker.is_late = True
                worker.deadline = math.inf
                worker.process.kill()

    def _begin_waiting(self) -> list[_Order]:
        """Take all orders out of the queue, and return those that nobody cancelled, begun."""
        orders = [order for order in self.waiting if order.begin()]
        self.unfinished -= set(self.waiting) - set(orders)
        self.waiting.clear()
        return orders

    # Without the lock.

    def _stop(self, fault: BaseException | None = None) -> None:
        """Close the pool, end every order and kill every worker; their threads do the rest."""
        with self.lock:
            if self.is_closed:
                return
            self.is_closed, self.fault = True, fault
            cancelled = [] if fault else list(self.waiting)
            if fault:
                self._begin_waiting()
            self.waiting.clear()
            running = self.unfinished - set(cancelled)
            for worker in self.workers:
                if worker.process:
                    worker.process.kill()
            self.changed.notify_all()
            self.closing.notify_all()
        with contextlib.ExitStack() as stack:  # a callback that raises keeps no other order from its end
            for order in cancelled:
                stack.callback(self._cancel, order)
            for order in running:
                stack.callback(self._finish, order, _pool_error(fault))

    def _cancel(self, order: _Order) -> None:
        order.future.cancel()
        order.begin()  # tells those who wait for several futures
        with self.lock:
            self.unfinished.discard(order)

    def _finish(self, order: _Order, outcome: _Done | BaseException) -> None:
        """End the order's future, if the pool has not ended it before."""
        with contextlib.suppress(InvalidStateError):
            if isinstance(outcome, _Done):
                order.future.set_result(outcome.result)
            else:
                order.future.set_exception(outcome)
        with self.lock:
            self.unfinished.discard(order)

    def _watch(self) -> None:
        """Kill workers that are late, until the pool is closed. Runs in a thread of its own."""
        try:
            with self.lock:
                while not self.is_closed:
                    now = time.monotonic()
                    self._kill_late(now)
                    until = min((worker.deadline for worker in self.workers), default=math.inf)
                    # A deadline that is set meanwhile cannot pass before this wait is over.
                    self.closing.wait(min(until - now, self.timeout_s, _START_S))
        except BaseException as error:
            self._stop(error)

    def _live(self, worker: _Worker) -> None:
        """The life of a worker: start a process, do what waits, end. Runs in a thread of its own."""
        try:
            try:
                if process := self._start(worker):
                    while self._work(worker, process):
                        pass
            finally:
                self._end(worker)
            with self.lock:
                self.workers.remove(worker)
                self._hire()
                self.changed.notify(len(self.waiting))  # for what this worker was called and left behind
        except BaseException as error:
            self._stop(error)

    def _start(self, worker: _Worker) -> _Process | None:
        """Start the worker's process and return it when it listens; None if it never will."""
        try:
            process = _Process(self.memory_mb)
        except OSError as error:
            self._miss_start(f"it could not be started ({error})")
            return None
        with self.lock:
            worker.process = process
            worker.deadline = time.monotonic() + _START_S
            if self.is_closed:
                process.kill()
        try:
            process.hear()
        except (EOFError, OSError):
            self._miss_start(self._bury(worker, process, _START_S))
            return None
        with self.lock:
            process.leads_group = hasattr(os, "killpg")
            worker.deadline, worker.rests = math.inf, self.rests
            self.failed_starts = 0
        return process

    def _miss_start(self, reason: str) -> None:
        """Count a failed start; after too many, end all that waits, because nobody else will start either."""
        with self.lock:
            self.failed_starts += 1
            orders = self._begin_waiting() if self.failed_starts >= _STARTS else []
        with contextlib.ExitStack() as stack:
            for order in orders:
                stack.callback(self._finish, order, WorkersCannotStart(reason))

    def _work(self, worker: _Worker, process: _Process) -> bool:
        """Wait for an order and do it; False when the worker is to end."""
        order = self._next(worker, process)
        if order is None:
            return False
        try:
            answer = process.ask(order.message)
        except (EOFError, OSError):
            self._finish(order, self._loss(self._bury(worker, process, self.timeout_s)))
            return False
        with self.lock:  # before its future ends: who is told that it is done may call `rest`
            worker.is_free, worker.deadline, worker.rests = True, math.inf, self.rests
            is_killed = worker.is_late
        outcome = _outcome(answer)
        self._finish(order, outcome)
        # What a worker without memory still holds would count against its next value.
        return not is_killed and not isinstance(outcome, MemoryError)

    def _next(self, worker: _Worker, process: _Process) -> _Order | None:
        """Wait for the next order that nobody has cancelled; None if the worker is to end."""
        with self.lock:
            while not self.is_closed and worker.rests == self.rests:
                while self.waiting:
                    order = self.waiting.popleft()
                    if order.begin():
                        worker.is_free = order.is_start
                        worker.deadline = time.monotonic() + self.timeout_s
                        return order
                    self.unfinished.discard(order)
                self.changed.wait()
                if process.is_gone():  # its next value is not to blame
                    break
            worker.is_free = False
            return None

    def _bury(self, worker: _Worker, process: _Process, limit_s: float) -> str:
        """End a worker that is gone, and return why it went."""
        has_ended = process.has_ended()
        code = self._end(worker)
        with self.lock:
            is_late = worker.is_late
        return f"took longer than {limit_s:g} s and was stopped" if is_late else _death(code if has_ended else None)

    def _loss(self, reason: str) -> LostError | PoolError:
        """Return the error for an order whose worker is gone: with a pool that closed, no value is to blame."""
        with self.lock:
            return _pool_error(self.fault) if self.is_closed else LostError(reason)

    def _end(self, worker: _Worker) -> int | None:
        """End the worker's process, if it has one still, and return its exit code."""
        with self.lock:
            process, worker.process = worker.process, None
            worker.is_free, worker.deadline = False, math.inf
        return process.end() if process else None


def _pool_error(fault: BaseException | None) -> PoolError:
    if fault is None:
        return PoolError("the worker pool is closed")
    error = PoolError(f"the worker pool failed ({type(fault).__name__}: {fault})".replace(": )", ")"))
    error.__cause__ = fault
    return error


def _outcome(answer: bytes) -> _Done | BaseException:
    """Return what the worker answered; if it cannot be read here, the error of reading it."""
    try:
        outcome: _Done | BaseException = pickle.loads(answer)  # noqa: S301 - from our own worker
    except Exception as error:
        error.add_note("The answer of a worker could not be read.")
        return error
    return outcome


def _death(code: int | None) -> str:
    """Why a worker ended, from its exit code."""
    if code is None or code >= 0:
        return f"its worker stopped by itself (exit code {code})"
    if code == -getattr(signal, "SIGKILL", 9):
        return "its worker was killed from outside, most likely because the machine ran out of memory"
    try:
        name = signal.Signals(-code).name
    except ValueError:  # the numbers between SIGRTMIN and SIGRTMAX have no names
        name = f"signal {-code}"
    return f"its worker crashed ({name})"


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
    threading.Thread(target=_end_with_parent, daemon=True).start()
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


def _end_with_parent() -> None:
    """Wait until the process of the pool ends, however it does; then end this one and all that it started."""
    if parent := multiprocessing.parent_process():
        parent.join()
    if hasattr(os, "setpgid"):
        os.killpg(0, signal.SIGKILL)
    os._exit(1)


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
    except MemoryError as error:
        return _raised(error)
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
