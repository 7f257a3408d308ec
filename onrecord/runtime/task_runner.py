"""Run tasks over many values on any executor, with a cache of their results. It knows no books."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future, as_completed
from dataclasses import dataclass
from typing import ParamSpec, TypeVar
from urllib.parse import urlsplit

from onrecord.runtime.cache import Cache
from onrecord.runtime.environment import find_environment_problem
from onrecord.runtime.memory import free_memory
from onrecord.runtime.worker_pool import LostError, PoolError, WorkerPool, WorkersCannotStart

__all__ = [
    "NO_WORKERS",
    "SchedulerUnreachable",
    "TaskFailure",
    "TaskRunner",
    "build_input",
    "connect_to_dask",
    "run_tasks",
]

P = ParamSpec("P")
V = TypeVar("V")
R = TypeVar("R")

_LARGE_STAGE = 200  # values: after that many, workers and this process hold much memory that is no longer needed
_SMALL_STAGE = 64  # small tasks: done here before a worker has loaded what it needs for them
_GROUP = 32  # small values that are made at once
_FIRST, _LAST = 2, 32  # values of a stage that are begun at once, and that are begun by their size
_CONNECT_TIMEOUT_S = 10


@dataclass(frozen=True, slots=True)
class TaskFailure:
    """Why a value has no result: `error` if the task raised it, None if its worker was lost."""

    name: str
    reason: str
    error: BaseException | None = None

    def get_error(self) -> BaseException:
        """Return the error that the task raised; for a lost worker a RuntimeError with the reason."""
        return self.error or RuntimeError(self.reason)


class SchedulerUnreachable(Exception):
    """Workers of a Dask scheduler cannot be used: a sentence, and what to type."""


def run_tasks(
    executor: Executor,
    task: Callable[[V], R],
    values: Sequence[V],
    *,
    name: Callable[[V], str] = str,
    on_progress: Callable[[int, int, str], None] | None = None,
    is_short: bool = False,
) -> list[R | TaskFailure]:
    """Return the task's result or a TaskFailure for each value, in the order of the values.

    `task` and the values must be picklable. `on_progress(done, total, name)` is called as values finish. Short tasks
    take no longer than to start a worker. Raises WorkersCannotStart, PoolError or EnvironmentProblem if the workers or
    the machine, and no value, are to blame.
    """
    submit = _choose_submit(executor, is_short=is_short)
    futures = [submit(task, value) for value in values]
    return _collect_results(futures, [name(value) for value in values], on_progress)


def build_input(key: str, value: V) -> tuple[str, Callable[[], V]]:
    """Return an input of `TaskRunner.run_cached`: the key of a value that is there already, and what returns it."""
    return key, lambda: value


def _choose_submit(executor: Executor, *, is_short: bool) -> Callable[[Callable[[V], R], V], Future[R]]:
    """Return the function that queues a call; for a short one no worker starts, if there is a pool of workers."""
    return executor.submit_short if is_short and isinstance(executor, WorkerPool) else executor.submit


def _collect_results(
    futures: Sequence[Future[R]], names: Sequence[str], on_progress: Callable[[int, int, str], None] | None
) -> list[R | TaskFailure]:
    """Return results and failures of the futures, in order; cancel all if the pool fails."""
    results: dict[int, R | TaskFailure] = {}
    index_of = {id(future): index for index, future in enumerate(futures)}
    try:
        for future in as_completed(futures):
            index = index_of[id(future)]
            error = future.exception()
            if isinstance(error, WorkersCannotStart | PoolError):
                raise error
            if error and (problem := find_environment_problem(error)):
                raise problem from error
            results[index] = future.result() if error is None else _describe_failure(names[index], error)
            if on_progress:
                on_progress(len(results), len(futures), names[index])
    except BaseException:
        for future in futures:
            future.cancel()
        raise
    return [results[index] for index in range(len(futures))]


def _count_on(
    on_progress: Callable[[int, int, str], None], done_before: int, total: int
) -> Callable[[int, int, str], None]:
    """Return a function that passes progress on, with what was done before counted."""
    return lambda done, _total, name: on_progress(done_before + done, total, name)


def _submit_in_groups(
    begun: Mapping[int, Future[R]], missing: Sequence[int], submit: Callable[[int], Future[R]]
) -> Generator[Mapping[int, Future[R]], None, None]:
    """Yield futures by index: those that are begun, then the missing ones in groups, each submitted one group ahead.

    A value needs memory until it is computed, so that not all are made at once. What is not yielded when the iterator
    is closed is cancelled.
    """
    futures, following = begun, dict[int, Future[R]]()
    try:
        for start in range(0, len(missing), _GROUP):
            following = {index: submit(index) for index in missing[start : start + _GROUP]}
            if futures:
                yield futures
            futures, following = following, {}
        yield futures
    finally:
        for future in following.values():
            future.cancel()


@dataclass(frozen=True, slots=True)
class TaskRunner:
    """Runs tasks and caches their results.

    `executor` runs tasks that read files of this machine; `remote` runs those whose values hold all that they need.
    `on_wait` is called when workers have begun something and this process waits for them.
    """

    executor: Executor
    cache: Cache
    remote: Executor | None = None
    on_wait: Callable[[], None] | None = None

    def run_cached(
        self,
        task: Callable[[V], R],
        inputs: Sequence[tuple[str, Callable[[], V]]],
        *,
        name: Callable[[int], str] = str,
        on_progress: Callable[[int, int, str], None] | None = None,
        is_short: bool = False,
        measure: Callable[[V], int] = lambda _value: 0,
    ) -> list[R | TaskFailure]:
        """Return the task's result for each (key, function that makes the value), from the cache or computed now.

        A value is made only if its result is not in the cache; a result with the key "" is never cached, nor is a
        failure. `name` returns how to call the value with an index. Short tasks take no longer than to start a worker.
        Of the last values, those that `measure` finds large are begun first: a long task that begins last leaves the
        other workers idle.
        """
        executor = self.remote or self.executor
        submit = _choose_submit(executor, is_short=is_short)
        missing = [index for index, (key, _) in enumerate(inputs) if not self.cache.has(key)]
        first = max(len(missing) - _LAST, _FIRST)
        begun = {index: submit(task, inputs[index][1]()) for index in missing[:first]}  # workers need something to do
        last = {index: inputs[index][1]() for index in missing[first:]}
        for index in sorted(last, key=lambda index: measure(last[index]), reverse=True):
            begun[index] = submit(task, last[index])
        if begun and self.on_wait:
            self.on_wait()
        return self._map(task, inputs, begun, lambda _missing: executor, name=name, on_progress=on_progress)

    def run_small_cached(
        self,
        task: Callable[[V], R],
        inputs: Sequence[tuple[str, Callable[[], V]]],
        is_current: Callable[[int, R], bool] = lambda _index, _result: True,
    ) -> list[R]:
        """Return results as `run_cached` does, for small tasks: a few of them run here, without workers.

        A task that fails runs again here, so that its error is raised. `is_current` tells whether the cached result of
        the value with an index still holds.
        """

        def choose_executor(missing: int) -> Executor:
            """Return the executor for so many missing results: this process for few, else the workers."""
            return _InlineExecutor() if missing <= _SMALL_STAGE else self.executor

        results = self._map(task, inputs, {}, choose_executor, is_current)
        return [
            task(make_value()) if isinstance(result, TaskFailure) else result
            for (_, make_value), result in zip(inputs, results, strict=True)
        ]

    def _map(
        self,
        task: Callable[[V], R],
        inputs: Sequence[tuple[str, Callable[[], V]]],
        begun: Mapping[int, Future[R]],
        choose_executor: Callable[[int], Executor],
        is_current: Callable[[int, R], bool] = lambda _index, _result: True,
        *,
        name: Callable[[int], str] = str,
        on_progress: Callable[[int, int, str], None] | None = None,
    ) -> list[R | TaskFailure]:
        """Return the result or the failure of each value; cache the results that were not.

        `begun` are those by index that are being computed already; `choose_executor` returns what computes the others
        that are missing, by their number.
        """
        results: list[R | TaskFailure | None] = []
        for index, (key, _) in enumerate(inputs):  # while workers are busy
            cached: R | None = None if index in begun or not key else self.cache.get(key)
            results.append(cached if cached is not None and is_current(index, cached) else None)
        missing = [index for index, result in enumerate(results) if result is None and index not in begun]
        executor = choose_executor(len(missing))
        done_before = len(inputs) - len(begun) - len(missing)

        def submit(index: int) -> Future[R]:
            """Make the value with this index and queue its task."""
            return executor.submit(task, inputs[index][1]())

        with contextlib.closing(_submit_in_groups(begun, missing, submit)) as groups:
            for futures in groups:
                report = on_progress and _count_on(on_progress, done_before, len(inputs))
                computed = _collect_results([*futures.values()], [name(index) for index in futures], report)
                done_before += len(futures)
                for index, new_result in zip(futures, computed, strict=True):
                    results[index] = new_result
                    if inputs[index][0] and not isinstance(new_result, TaskFailure):
                        self.cache.put(inputs[index][0], new_result)
        return [result for result in results if result is not None]

    def prepare(self, task: Callable[[V], object], value: V) -> None:
        """Let a local worker run `task` on `value` early, to import what later tasks need."""
        if isinstance(self.executor, WorkerPool):
            self.executor.prepare(task, value)

    def release_memory(self, count: int) -> None:
        """After a stage of `count` values, if that is many, end idle workers and free the memory of this process."""
        if count > _LARGE_STAGE:
            self.stop_idle_workers()
            free_memory()

    def stop_idle_workers(self) -> None:
        """End the local workers that have nothing to do; others start when there is something."""
        if isinstance(self.executor, WorkerPool):
            self.executor.stop_idle_workers()


class _InlineExecutor(Executor):
    """Runs each call at once, in this process."""

    def submit(self, fn: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> Future[R]:
        """Call the function now; return a finished Future with its result or its error."""
        future: Future[R] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        return future


NO_WORKERS = TaskRunner(_InlineExecutor(), Cache(None))  # runs everything in this process and caches nothing


def _describe_failure(name: str, error: BaseException) -> TaskFailure:
    """Return the failure of the value `name`, with a reason to print."""
    if isinstance(error, LostError):
        return TaskFailure(name, str(error))
    reason = "needed more memory than it may use" if isinstance(error, MemoryError) else _summarize_error(error)
    return TaskFailure(name, reason, error)


def _summarize_error(error: BaseException) -> str:
    """Return the class and the message of an error on one line: “KeyError: 'x'”; the class alone without one."""
    return " ".join(f"{type(error).__name__}: {error}".split()).removesuffix(":")


# --- Dask -------------------------------------------------------------------------------------------


@contextlib.contextmanager
def connect_to_dask(address: str, compute_identity: Callable[[], str]) -> Iterator[Executor]:
    """Provide the workers of a Dask scheduler as an executor.

    `compute_identity` must return the same on each of them as here. Raises SchedulerUnreachable if there is no
    scheduler, no worker, or another version on one of them.
    """
    try:
        import distributed
    except ImportError:
        raise SchedulerUnreachable("Dask is not installed", 'pip install "onrecord[dask]"') from None
    _check_connection(address)  # a client of tls:// uses the certificates of Dask's configuration
    with distributed.Client(address, timeout="10s", set_as_default=False) as client:  # type: ignore[no-untyped-call]
        try:
            identities = client.run(compute_identity)
        except Exception as error:  # whatever a machine without On Record raises
            sentence = f"a worker of {address} cannot run On Record: {error}"
            raise SchedulerUnreachable(sentence, "install it there too") from None
        if not identities:
            raise SchedulerUnreachable(f"{address} has no workers", f"start some: dask worker {address}")
        different = [worker for worker, identity in identities.items() if identity != compute_identity()]
        if different:
            sentence = f"{different[0]} has another version of On Record, or of a library"
            raise SchedulerUnreachable(sentence, "install the same there")
        yield client.get_executor(pure=False)


def _check_connection(address: str) -> None:
    """Check that the scheduler accepts connections; a Dask client that never connected can hang at its end."""
    try:
        url = urlsplit(address)
        if url.scheme not in ("tcp", "tls") or not url.hostname or not url.port:
            raise ValueError("it is no address like tls://10.0.0.5:8786 or tcp://10.0.0.5:8786")
        socket.create_connection((url.hostname, url.port), timeout=_CONNECT_TIMEOUT_S).close()
    except (OSError, ValueError) as error:
        sentence = f"there is no scheduler at {address} ({error})"
        raise SchedulerUnreachable(sentence, "start one: dask scheduler") from None
