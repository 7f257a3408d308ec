"""While workers set pages, the process that waits for them makes ready what needs no printed pages."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import pytest

from onrecord.editions.pdf import cover_pictures
from onrecord.pipeline import formats
from onrecord.runtime import task_runner
from onrecord.runtime.cache import Cache
from onrecord.runtime.task_runner import NO_WORKERS, TaskRunner
from onrecord.runtime.worker_pool import PoolError, WorkerPool
from tests.support import sample

T = TypeVar("T")


@pytest.mark.parametrize(("chosen", "covers"), [(("pdf", "epub"), 1), (("pdf", "html"), 0)])
def test_the_cover_is_drawn_once_beside_the_main_thread(
    chosen: tuple[str, ...], covers: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads: list[threading.Thread] = []
    monkeypatch.setattr(cover_pictures, "build_cover", lambda *_: threads.append(threading.current_thread()))
    with WorkerPool(1) as pool:
        runner = TaskRunner(pool, Cache(tmp_path / "cache"))
        with formats.prepare_formats(sample.BOOK, tmp_path, chosen, runner) as printing:
            assert printing.on_wait
            printing.on_wait()
            printing.on_wait()
    assert len(threads) == covers
    assert threading.main_thread() not in threads


def test_what_fails_there_is_left_to_the_main_thread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(cover_pictures, "build_cover", fail)
    monkeypatch.setattr(threading, "excepthook", lambda details: pytest.fail(f"it is printed: {details}"))
    with (
        WorkerPool(1) as pool,
        formats.prepare_formats(sample.BOOK, tmp_path, ("epub",), TaskRunner(pool, Cache(None))) as printing,
    ):
        assert printing.on_wait
        printing.on_wait()


def test_nothing_is_made_ready_if_no_worker_has_something_to_do(tmp_path: Path) -> None:
    """Without workers this process does not wait, and a stage that comes from the cache does not, either."""
    with formats.prepare_formats(sample.BOOK, tmp_path, ("epub",), NO_WORKERS) as printing:
        assert printing is NO_WORKERS
    waits: list[str] = []
    runner = TaskRunner(NO_WORKERS.executor, Cache(tmp_path / "cache"), on_wait=lambda: waits.append("once"))
    for _ in range(2):
        assert runner.run_cached(str, [("0" * 64, lambda: 7)]) == ["7"]
    assert waits == ["once"]


def test_the_largest_of_the_last_values_are_begun_first() -> None:
    begun: list[int] = []

    def begin(value: int) -> int:
        begun.append(value)
        return value

    inputs = [("", partial(int, number)) for number in range(50)]
    runner = TaskRunner(NO_WORKERS.executor, Cache(None))
    assert runner.run_cached(begin, inputs, measure=lambda value: value) == [*range(50)]
    assert begun == [*range(18), *range(49, 17, -1)]


class _ImmediateExecutor(Executor):
    """Calls each function at once; it is no executor of this process for the runner, but one with workers."""

    def submit(self, fn: Callable[..., T], /, *args: object, **_kwargs: object) -> Future[T]:
        future: Future[T] = Future()
        future.set_result(fn(*args))
        return future


@pytest.mark.parametrize("count", [0, 1, 31, 32, 33, 64, 65, 100])
def test_small_values_are_made_in_groups_and_their_results_are_in_order(count: int) -> None:
    made: list[int] = []
    computed: list[int] = []

    def make(number: int) -> int:
        made.append(number)
        return number

    def compute(number: int) -> int:
        computed.append(number)
        return number * 2

    runner = TaskRunner(_ImmediateExecutor(), Cache(None))
    results = runner.run_small_cached(compute, [("", partial(make, number)) for number in range(count)])
    assert results == [number * 2 for number in range(count)]
    assert made == computed == [*range(count)]


def test_no_value_is_made_long_before_it_is_computed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each waits with all that it refers to: at most two groups of a large stage do so."""
    most, waiting = [0], [0]
    original = task_runner._collect_results

    def collect(futures: Sequence[Future[object]], *arguments: Any) -> list[object]:
        most[0] = max(most[0], waiting[0])
        results = original(futures, *arguments)
        waiting[0] -= len(futures)
        return list(results)

    def make() -> int:
        waiting[0] += 1
        return 1

    monkeypatch.setattr(task_runner, "_collect_results", collect)
    runner = TaskRunner(_ImmediateExecutor(), Cache(None))
    assert runner.run_small_cached(str, [("", make)] * 1000) == ["1"] * 1000
    assert waiting == [0]
    assert most[0] <= 2 * task_runner._GROUP


def test_values_of_the_next_group_are_cancelled_if_the_pool_fails() -> None:
    executor = _FailingExecutor()
    runner = TaskRunner(executor, Cache(None))
    with pytest.raises(PoolError):
        runner.run_small_cached(str, [("", int)] * 100)
    assert len(executor.futures) == 2 * task_runner._GROUP
    assert all(future.done() for future in executor.futures)


class _FailingExecutor(Executor):
    """Fails its first call; the others wait for ever."""

    def __init__(self) -> None:
        self.futures: list[Future[Any]] = []

    def submit(self, _fn: Callable[..., T], /, *_args: object, **_kwargs: object) -> Future[T]:
        future: Future[T] = Future()
        if not self.futures:
            future.set_exception(PoolError("closed"))
        self.futures.append(future)
        return future
