"""Where work is done and what is kept of it: tasks over many values, on any executor, out of a store. Knows no books."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future, as_completed
from dataclasses import dataclass
from typing import ParamSpec, TypeVar
from urllib.parse import urlsplit

from onrecord.runtime.cache import Store
from onrecord.runtime.worker_pool import LostError, PoolError, WorkersCannotStart, Workshop, give_back

__all__ = ["ALONE", "Failure", "Press", "UnreachableError", "run", "scheduler"]

P = ParamSpec("P")
V = TypeVar("V")
R = TypeVar("R")

_MANY = 200  # values: those who made them, and this process, hold much that nobody needs any more
_FEW = 64  # small tasks that are done before a worker has loaded what it needs for them


@dataclass(frozen=True, slots=True)
class Failure:
    """What became of a value without a result: `error` if the task raised it, None if its worker was lost."""

    name: str
    reason: str
    error: BaseException | None = None


class UnreachableError(Exception):
    """Workers elsewhere cannot be used: a sentence, and what to type."""


def run(
    executor: Executor,
    task: Callable[[V], R],
    values: Sequence[V],
    *,
    name: Callable[[V], str] = str,
    on_progress: Callable[[int, int, str], None] | None = None,
) -> list[R | Failure]:
    """The task's result or a Failure for each value, in the order of the values.

    `task` and the values must be picklable. `on_progress(done, total, name)` is called as values
    finish, in the order they do.
    """
    return _collected(
        [executor.submit(task, value) for value in values], [name(value) for value in values], on_progress
    )


def _collected(
    futures: Sequence[Future[R]], names: Sequence[str], on_progress: Callable[[int, int, str], None] | None
) -> list[R | Failure]:
    """What becomes of these calls, in their order."""
    results: dict[int, R | Failure] = {}
    index_of = {id(future): index for index, future in enumerate(futures)}
    try:
        for future in as_completed(futures):
            index = index_of[id(future)]
            error = future.exception()
            if isinstance(error, PoolError | WorkersCannotStart):  # a fault of ours, for no value to answer
                raise error
            results[index] = future.result() if error is None else _failure(names[index], error)
            if on_progress:
                on_progress(len(results), len(futures), names[index])
    except BaseException:
        for future in futures:
            future.cancel()
        raise
    return [results[index] for index in range(len(futures))]


@dataclass(frozen=True, slots=True)
class Press:
    """Where work is done, and what is kept of it.

    `executor` does what reads files of this machine; `far` does tasks whose values hold all that they need.
    """

    executor: Executor
    store: Store
    far: Executor | None = None

    def made(
        self,
        task: Callable[[V], R],
        wanted: Sequence[tuple[str, Callable[[], V]]],
        *,
        name: Callable[[int], str] = str,
        on_progress: Callable[[int, int, str], None] | None = None,
    ) -> list[R | Failure]:
        """The task's result for each wanted (key, value), out of the store or made now and kept, in their order.

        A value is asked for only where its result is not in the store; "" is the key of what is never kept.
        Failures are not kept. `name` tells what to call the value with that index.
        """
        executor = self.far or self.executor
        absent = [index for index, (key, _) in enumerate(wanted) if not self.store.has(key)]
        futures = {index: executor.submit(task, wanted[index][1]()) for index in absent}
        results: list[R | Failure | None] = []
        for index, (key, make) in enumerate(wanted):  # while workers are at it
            found = None if index in futures else self.store.get(key)
            if found is None and index not in futures:  # it is damaged
                futures[index] = executor.submit(task, make())
            results.append(found)
        known = len(wanted) - len(futures)

        def progress(done: int, total: int, what: str) -> None:
            if on_progress:
                on_progress(known + done, known + total, what)

        made = _collected([*futures.values()], [name(index) for index in futures], progress)
        for index, result in zip(futures, made, strict=True):
            results[index] = result
            if wanted[index][0] and not isinstance(result, Failure):
                self.store.put(wanted[index][0], result)
        return [result for result in results if result is not None]

    def quick(
        self,
        task: Callable[[V], R],
        wanted: Sequence[tuple[str, Callable[[], V]]],
        holds: Callable[[int, R], bool] = lambda _index, _result: True,
    ) -> list[R]:
        """Like `made`, for small tasks: a few are done here, and what fails on a worker is, so that its error is raised.

        `holds` tells whether the result that was kept for the value with that index is still true.
        """
        results: list[R | None] = [self.store.get(key) if key else None for key, _ in wanted]
        missing = [index for index, found in enumerate(results) if found is None or not holds(index, found)]
        values = [wanted[index][1]() for index in missing]
        few = len(missing) <= _FEW
        made: list[R | Failure] = (
            [task(value) for value in values] if few else run(self.executor, task, values, name=lambda _value: "")
        )
        for index, value, result in zip(missing, values, made, strict=True):
            results[index] = done = task(value) if isinstance(result, Failure) else result
            if wanted[index][0]:
                self.store.put(wanted[index][0], done)
        return [result for result in results if result is not None]

    def prepare(self, task: Callable[[V], object], value: V) -> None:
        """A worker of this machine begins with this task, before there is anything to do."""
        if isinstance(self.executor, Workshop):
            self.executor.prepare(task, value)

    def rest(self, values: int) -> None:
        """A stage of so many values is over: after many, workers without work go home, and this process gives memory back."""
        if values <= _MANY:
            return
        if isinstance(self.executor, Workshop):
            self.executor.rest()
        give_back()


class _Here(Executor):
    """Does each call at once, in this process."""

    def submit(self, fn: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> Future[R]:
        future: Future[R] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        return future


ALONE = Press(_Here(), Store(None))  # without workers, and keeps nothing


def _knock(address: str) -> None:
    """Somebody listens there. Asked first, because a Dask client that never connected can hang when it goes."""
    place = urlsplit(address)
    try:
        if place.scheme != "tcp" or not place.hostname or not place.port:
            raise ValueError("it is no address like tcp://10.0.0.5:8786")
        socket.create_connection((place.hostname, place.port), timeout=10).close()
    except (OSError, ValueError) as error:
        raise UnreachableError(f"there is no scheduler at {address} ({error})", "start one: dask scheduler") from None


def _failure(name: str, error: BaseException) -> Failure:
    if isinstance(error, LostError):
        return Failure(name, str(error))
    reason = "needed more memory than it may use" if isinstance(error, MemoryError) else _summary(error)
    return Failure(name, reason, error)


@contextlib.contextmanager
def scheduler(address: str, identity: Callable[[], str]) -> Iterator[Executor]:
    """Dask workers as an executor. `identity` must be the same on each of them as here.

    Raises UnreachableError if there is no scheduler, no worker, or another version on one of them.
    """
    try:
        import distributed
    except ImportError:
        raise UnreachableError("Dask is not installed", 'pip install "onrecord[dask]"') from None
    _knock(address)
    with distributed.Client(address, timeout="10s", set_as_default=False) as client:  # type: ignore[no-untyped-call]
        try:
            found = client.run(identity)
        except Exception as error:  # whatever a machine without On Record says
            raise UnreachableError(
                f"a worker of {address} cannot run On Record: {error}", "install it there too"
            ) from None
        if not found:
            raise UnreachableError(f"{address} has no workers", f"start some: dask worker {address}")
        if other := [worker for worker, name in found.items() if name != identity()]:
            raise UnreachableError(
                f"{other[0]} has another version of On Record, or of a library", "install the same there"
            )
        yield client.get_executor(pure=False)


def _summary(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}".removesuffix(": ")
