"""The worker pool: every future ends and no call hangs when the pool fails or is closed."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from onrecord.cli import command_line, watch
from onrecord.cli.exit_codes import ExitCode
from onrecord.cli.watch.view import CurrentView
from onrecord.pipeline import build
from onrecord.pipeline.options import BuildOptions
from onrecord.runtime import task_runner, worker_pool
from onrecord.runtime.cache import Cache
from onrecord.runtime.task_runner import TaskRunner
from onrecord.runtime.worker_pool import LostError, PoolError, WorkerPool
from onrecord.runtime.worker_process import WorkerProcess
from tests.support.open_pools import open_pool
from tests.support.pool_tasks import (
    end_worker,
    get_worker_pid,
    hang,
    return_value,
)
from tests.support.waiting import LONG_S, wait_until

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="it looks into /proc")


# --- a pool that fails ----------------------------------------------------------------------------


def sabotage(monkeypatch: pytest.MonkeyPatch, owner: Any, name: str, calls: int) -> None:
    """Make a function of the pool fail once, after `calls` calls."""
    original, calls_left = getattr(owner, name), [calls]

    def fail(*arguments: Any) -> Any:
        calls_left[0] -= 1
        if calls_left[0] == -1:
            raise ZeroDivisionError(f"sabotage of {name}")
        return original(*arguments)

    monkeypatch.setattr(owner, name, fail)


def submit_until_refused(pool: WorkerPool, futures: list[Future[int]]) -> None:
    """Submit tasks, ten at a time; the sixth of ten ends its worker. After the tenth, deadlines are looked at."""
    for number in range(2_000):
        futures.append(pool.submit(end_worker, (number, "exits" if number % 10 == 5 else "")))
        if number % 10 == 9:
            wait(futures, LONG_S)
            with pool._state.lock:
                pool._state.closing.notify()


@pytest.mark.parametrize("calls", [0, 1])
@pytest.mark.parametrize(
    ("owner", "name"),
    [
        (worker_pool._Worker, "_start_process"),
        (worker_pool._Worker, "_take_call"),
        (worker_pool._Worker, "_run_next_call"),
        (worker_pool._PoolState, "finish_call"),
        (worker_pool._Worker, "_explain_end"),
        (worker_pool._Worker, "_end_process"),
        (worker_pool._PoolState, "_kill_late_workers"),
        (WorkerProcess, "ask"),
        (WorkerProcess, "kill"),
        (worker_pool, "read_answer"),
    ],
)
def test_a_pool_that_fails_ends_every_future(
    owner: Any, name: str, calls: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With its result, lost with its worker, or with the reason why the pool failed."""
    sabotage(monkeypatch, owner, name, calls)
    futures: list[Future[int]] = []
    with open_pool(2) as pool:
        with pytest.raises(
            PoolError, match=rf"the worker pool failed \(ZeroDivisionError: sabotage of {name}\)"
        ) as failed:
            submit_until_refused(pool, futures)
        assert isinstance(failed.value.__cause__, ZeroDivisionError)
        assert not wait(futures, LONG_S).not_done
    for number, future in enumerate(futures):
        error = future.exception()
        assert error or future.result() == number
        assert not isinstance(error, LostError) or number % 10 == 5
        assert not error or isinstance(error, LostError | PoolError)


@pytest.mark.parametrize(
    "name", ["_Worker._start_process", "_Worker._take_call", "_PoolState._kill_late_workers", "_PoolState.finish_call"]
)
def test_a_build_whose_pool_fails_ends_with_exit_code_70(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The output has the cause and an apology, and names no interview."""
    monkeypatch.setattr(build, "load_typesetter", return_value)  # the pool fails before something is laid out
    monkeypatch.chdir(tmp_path)
    assert command_line.main(["new", "book"]) == 0
    owner, _, function = name.partition(".")
    sabotage(monkeypatch, getattr(worker_pool, owner), function, 0)
    assert command_line.main(["html", "--jobs", "1"]) == 70
    messages = capsys.readouterr().err
    assert f"PoolError: the worker pool failed (ZeroDivisionError: sabotage of {function})" in messages
    assert "This is a fault of On Record, not of your manuscript" in messages
    assert "error[" not in messages
    assert not (tmp_path / "dist").exists()


def test_a_build_whose_pool_fails_for_lack_of_memory_blames_the_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """One sentence instead of a traceback."""
    error = PoolError("the worker pool failed (MemoryError)")
    error.__cause__ = MemoryError()

    def run(_options: object) -> ExitCode:
        raise error

    clean = replace(command_line.COMMANDS["clean"], run=run)
    monkeypatch.setattr(command_line, "COMMANDS", {**command_line.COMMANDS, "clean": clean})
    assert command_line.main(["clean", "--book", str(tmp_path)]) == 74
    assert "there is not enough memory" in capsys.readouterr().err


def test_a_failing_pool_fails_no_single_task(monkeypatch: pytest.MonkeyPatch) -> None:
    sabotage(monkeypatch, WorkerProcess, "ask", 2)
    with open_pool(1) as pool, pytest.raises(PoolError):
        task_runner.run_tasks(pool, return_value, range(10))


def test_watching_ends_when_the_pool_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without workers, no change of the manuscript can be shown."""

    def preview(*_: object) -> None:
        raise PoolError("the worker pool failed")

    monkeypatch.setattr(watch, "preview_book", preview)
    with pytest.raises(PoolError):
        watch._show_book(
            tmp_path, TaskRunner(open_pool(1), Cache(None)), BuildOptions(), CurrentView(), lambda *_: None
        )


# --- a pool that is closed ------------------------------------------------------------------------


@pytest.mark.parametrize("fault", [None, ZeroDivisionError("sabotage")])
def test_closing_ends_every_future_for_all_threads(fault: BaseException | None, tmp_path: Path) -> None:
    """Waiting futures are cancelled or fail with the pool; running ones end in PoolError."""
    pool = open_pool(1)
    running = pool.submit(hang, tmp_path / "marker")
    waiting = [pool.submit(return_value, number) for number in range(3)]
    cancelled = pool.submit(return_value, 4)
    assert cancelled.cancel()
    wait_until((tmp_path / "marker").exists)
    with ThreadPoolExecutor(1) as thread_pool:
        ended = thread_pool.submit(wait, [running, *waiting, cancelled], LONG_S)
        wait_until(ended.running)
        pool._state.stop(fault)
        assert not ended.result(timeout=LONG_S).not_done
    assert isinstance(running.exception(), PoolError)
    assert cancelled.cancelled()
    if fault is None:
        assert all(future.cancelled() for future in waiting)
    else:
        assert all(isinstance(future.exception(), PoolError) for future in waiting)
    with pytest.raises(PoolError, match="the worker pool failed" if fault else "the worker pool is closed"):
        pool.submit(return_value, 5)
    assert not pool._state.unfinished
    pool.stop_idle_workers()
    pool.shutdown()
    pool.shutdown()


@LINUX
def test_closing_ends_every_future_although_a_worker_cannot_be_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The pool ends its futures first, so no caller waits for a process that does not end."""
    with open_pool(1) as pool:
        pid = pool.submit(get_worker_pid, 0).result(timeout=LONG_S)
        running, waiting = pool.submit(hang, tmp_path / "marker"), pool.submit(return_value, 1)
        wait_until((tmp_path / "marker").exists)
        sabotage(monkeypatch, WorkerProcess, "kill", 0)
        with pytest.raises(ZeroDivisionError):
            pool._state.stop(OSError("a fault"))
        assert not wait([running, waiting], LONG_S).not_done
        os.kill(pid, signal.SIGKILL)


def test_closing_reports_no_running_task_as_lost(tmp_path: Path) -> None:
    """Either the closing thread or the thread of the killed worker may end the future."""
    pool = open_pool(2)
    futures = [pool.submit(hang, tmp_path / name) for name in ("one", "other")]
    for future, other in (futures, futures[::-1]):
        future.add_done_callback(lambda _, other=other: wait([other], LONG_S))  # type: ignore[misc]
    wait_until(lambda: all(future.running() for future in futures))
    pool.shutdown()
    assert [type(future.exception()) for future in futures] == [PoolError, PoolError]


def test_a_callback_may_use_the_pool_and_close_it() -> None:
    """Two workers whose callbacks both close the pool do not wait for each other."""
    pool = open_pool(2)
    later: list[Future[int]] = []
    first = pool.submit(return_value, 0)
    first.add_done_callback(lambda _: later.extend(pool.submit(return_value, number) for number in range(200)))
    first.result(timeout=LONG_S)
    wait_until(lambda: len(later) == 200)
    assert [future.result(timeout=LONG_S) for future in later] == list(range(200))
    barrier, closed = threading.Barrier(2), []

    def close(_future: Future[Any]) -> None:
        barrier.wait(LONG_S)
        pool.shutdown()
        closed.append(True)

    closing = [pool.submit(time.sleep, 0.1) for _ in range(2)]
    for future in closing:
        future.add_done_callback(close)
    with pool._state.lock:
        threads = [worker.thread for worker in pool._state.workers]
    for thread in threads:
        thread.join(LONG_S)
        assert not thread.is_alive()
    assert closed == [True, True]
    pool.shutdown()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_callback_that_raises_stops_no_other_future() -> None:
    """Not even an error that ends the thread of the pool."""

    def raise_exit(_future: Future[Any]) -> None:
        raise SystemExit

    with open_pool(1) as pool:
        futures = [pool.submit(return_value, number) for number in range(20)]
        futures[1].add_done_callback(raise_exit)
        futures[-1].add_done_callback(raise_exit)
        assert not wait(futures, LONG_S).not_done
