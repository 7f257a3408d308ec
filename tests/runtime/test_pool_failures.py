"""The worker pool: whatever happens to a worker, to the pool or to its user, every future ends and nothing hangs."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from onrecord.cli import watch
from onrecord.cli.watch.view import CurrentView
from onrecord.pipeline.options import BuildOptions
from onrecord.runtime import task_runner, worker_pool
from onrecord.runtime.cache import Cache
from onrecord.runtime.task_runner import TaskRunner
from onrecord.runtime.worker_pool import LostError, PoolError, WorkerPool, WorkersCannotStart
from onrecord.runtime.worker_process import WorkerProcess
from tests.support.paths import ROOT
from tests.support.pool_tasks import (
    crash_with_child,
    die_as_told,
    hang,
    hang_with_child,
    meet,
    return_unreadable,
    same,
    worker_of,
)
from tests.support.waiting import LONG_S, is_gone, wait_until

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="it looks into /proc")


# --- many tasks -----------------------------------------------------------------------------------


@pytest.fixture
def eager_switching() -> Iterator[None]:
    """Let Python switch between threads as often as it can, so that races show."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("eager_switching")
@pytest.mark.parametrize(
    ("count", "deaths", "seed"), [(1_000, 8, 1), pytest.param(10_000, 80, 2, marks=pytest.mark.slow)]
)
def test_each_of_many_tasks_ends_in_its_own_result(count: int, deaths: int, seed: int) -> None:
    """Four threads hand in tasks while workers die: only the tasks that end a worker are lost."""
    choice = random.Random(seed)
    ends = {number: choice.choice(["exits", "is killed"]) for number in choice.sample(range(count), deaths)}
    with WorkerPool(3) as shop, ThreadPoolExecutor(4) as editors:
        values = [(number, ends.get(number, "")) for number in range(count)]
        futures = list(editors.map(lambda value: shop.submit(die_as_told, value), values))
        for number, future in enumerate(futures):
            error = future.exception(timeout=LONG_S)
            assert (type(error) if error else future.result()) == (LostError if number in ends else number)
        assert not shop._state.unfinished


@pytest.mark.usefixtures("eager_switching")
def test_pools_come_and_go() -> None:
    """Orders that come while the first workers start are all done."""
    for _ in range(3):
        with WorkerPool(2) as shop:
            futures = [shop.submit(same, number) for number in range(300)]
            assert [future.result(timeout=LONG_S) for future in futures] == list(range(300))


# --- workers that are lost ------------------------------------------------------------------------


def let_time_pass(shop: WorkerPool) -> None:
    """Let every deadline of the pool pass now."""
    with shop._state.lock:
        shop._state._kill_late_workers(time.monotonic() + shop._state.timeout_s)


def test_a_value_that_hangs_is_stopped_at_its_deadline() -> None:
    with WorkerPool(1, timeout_s=0.5) as shop:
        error = shop.submit(time.sleep, 3600).exception(timeout=LONG_S)
    assert isinstance(error, LostError)
    assert str(error) == "took longer than 0.5 s and was stopped"


def test_a_value_that_hangs_costs_no_other(tmp_path: Path) -> None:
    with WorkerPool(2, timeout_s=600) as shop:
        hanging = shop.submit(hang, tmp_path / "marker")
        others = [shop.submit(same, number) for number in range(20)]
        wait_until((tmp_path / "marker").exists)
        assert [future.result(timeout=LONG_S) for future in others] == list(range(20))
        let_time_pass(shop)
        with pytest.raises(LostError, match="took longer than 600 s and was stopped"):
            hanging.result(timeout=LONG_S)
        assert shop.submit(same, "and on").result(timeout=LONG_S) == "and on"


@LINUX
def test_a_worker_that_reads_no_message_is_stopped_too() -> None:
    """A message that is larger than the connection holds waits for the worker, and not for ever."""
    with WorkerPool(1, timeout_s=600) as shop:
        os.kill(shop.submit(worker_of, 0).result(timeout=LONG_S), signal.SIGSTOP)
        stalled = shop.submit(len, bytes(8_000_000))
        wait_until(stalled.running)
        let_time_pass(shop)
        with pytest.raises(LostError, match="took longer"):
            stalled.result(timeout=LONG_S)
        assert shop.submit(len, bytes(8_000_000)).result(timeout=LONG_S) == 8_000_000


@LINUX
@pytest.mark.parametrize("task", [crash_with_child, hang_with_child])
def test_a_lost_worker_takes_its_children_with_it(task: Callable[[Path], None], tmp_path: Path) -> None:
    with WorkerPool(1, timeout_s=600) as shop:
        future = shop.submit(task, tmp_path / "pids")
        wait_until((tmp_path / "pids").exists)
        if task is hang_with_child:
            let_time_pass(shop)
        with pytest.raises(LostError):
            future.result(timeout=LONG_S)
        for pid in _pids(tmp_path):
            wait_until(partial(is_gone, pid))


@LINUX
def test_workers_end_when_the_process_of_the_pool_is_killed(tmp_path: Path) -> None:
    """With all that they started, in the middle of a value."""
    code = (
        "import sys, pathlib; from onrecord.runtime.worker_pool import WorkerPool; from tests.support import pool_tasks\n"
        "if __name__ == '__main__':\n"
        "    WorkerPool(1).submit(pool_tasks.hang_with_child, pathlib.Path(sys.argv[1])).result()\n"
    )
    with subprocess.Popen([sys.executable, "-c", code, str(tmp_path / "pids")], cwd=ROOT) as process:
        wait_until((tmp_path / "pids").exists)
        process.kill()
    for pid in _pids(tmp_path):
        wait_until(partial(is_gone, pid))


def _pids(folder: Path) -> list[int]:
    return [int(word) for word in (folder / "pids").read_text(encoding="ascii").split()]


@LINUX
def test_a_worker_that_died_idle_costs_no_value() -> None:
    with WorkerPool(1) as shop:
        pid = shop.submit(worker_of, 0).result(timeout=LONG_S)
        os.kill(pid, signal.SIGKILL)
        wait_until(partial(is_gone, pid))
        assert shop.submit(worker_of, 0).result(timeout=LONG_S) != pid


@LINUX
@pytest.mark.parametrize("lost", [0, 1])
def test_a_worker_that_died_idle_leaves_its_value_to_another(lost: int, tmp_path: Path) -> None:
    """Whichever of two idle workers is called, and whichever has died."""
    one, other = tmp_path / "one", tmp_path / "other"
    with WorkerPool(2) as shop:
        meeting = [shop.submit(meet, (one, other)), shop.submit(meet, (other, one))]
        workers = [future.result(timeout=LONG_S) for future in meeting]
        wait_until(lambda: _idle(shop) == 2)
        os.kill(workers[lost], signal.SIGKILL)
        wait_until(partial(is_gone, workers[lost]))
        assert shop.submit(worker_of, 0).result(timeout=LONG_S) != workers[lost]


def _idle(shop: WorkerPool) -> int:
    """Return how many workers wait for an order."""
    with shop._state.lock:
        return len(shop._state.changed._waiters)  # type: ignore[attr-defined]


def test_a_worker_that_is_busy_stays_when_others_rest(tmp_path: Path) -> None:
    with WorkerPool(1) as shop:
        busy = shop.submit(meet, (tmp_path / "one", tmp_path / "other"))
        wait_until((tmp_path / "one").exists)
        shop.stop_idle_workers()
        (tmp_path / "other").touch()
        assert shop.submit(worker_of, 0).result(timeout=LONG_S) == busy.result(timeout=LONG_S)


@LINUX
def test_a_signal_without_a_name_is_named_by_its_number() -> None:
    with WorkerPool(1) as shop:
        error = shop.submit(die_as_told, (1, "ends by a signal without a name")).exception(timeout=LONG_S)
        assert isinstance(error, LostError)
        assert str(error) == f"its worker crashed (signal {signal.SIGRTMIN + 3})"
        assert shop.submit(same, 1).result(timeout=LONG_S) == 1


def test_a_result_that_cannot_be_read_costs_its_own_value_alone() -> None:
    with WorkerPool(1) as shop:
        futures: list[Future[Any]] = [shop.submit(return_unreadable, 0), shop.submit(same, 1)]
        with pytest.raises(ValueError, match="this cannot be read"):
            futures[0].result(timeout=LONG_S)
        assert futures[1].result(timeout=LONG_S) == 1


# --- workers that do not start --------------------------------------------------------------------


def refuse_starts(monkeypatch: pytest.MonkeyPatch, count: int) -> None:
    """Let the system refuse the next processes."""
    begin, refused = WorkerProcess, iter(range(count))

    def start(memory_mb: int) -> WorkerProcess:
        if next(refused, None) is not None:
            raise OSError("no more processes")
        return begin(memory_mb)

    monkeypatch.setattr(worker_pool, "WorkerProcess", start)


def test_a_start_that_fails_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    refuse_starts(monkeypatch, worker_pool._MAX_FAILED_STARTS - 1)
    with WorkerPool(1) as shop:
        assert shop.submit(same, 1).result(timeout=LONG_S) == 1


def test_workers_that_never_start_blame_no_value(monkeypatch: pytest.MonkeyPatch) -> None:
    refuse_starts(monkeypatch, worker_pool._MAX_FAILED_STARTS)
    with WorkerPool(1) as shop:
        with pytest.raises(WorkersCannotStart, match="no more processes"):
            task_runner.run_tasks(shop, same, [1, 2, 3])
        assert task_runner.run_tasks(shop, same, [4]) == [4]


def test_a_worker_that_does_not_start_in_time_is_not_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker_pool, "_START_TIMEOUT_S", 0)
    with WorkerPool(1) as pool, pytest.raises(WorkersCannotStart, match="took longer than 0 s and was stopped"):
        task_runner.run_tasks(pool, same, [1])
    assert pool._state.failed_starts == worker_pool._MAX_FAILED_STARTS


def test_a_system_without_threads_fails_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    def start(_thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    with WorkerPool(1) as shop:
        with monkeypatch.context() as patch:
            patch.setattr(threading.Thread, "start", start)
            with pytest.raises(RuntimeError, match="can't start new thread"):
                shop.submit(same, 1)
        with pytest.raises(PoolError, match="can't start new thread"):
            shop.submit(same, 2)


# --- a pool that fails ----------------------------------------------------------------------------


def sabotage(monkeypatch: pytest.MonkeyPatch, owner: Any, name: str, calls: int) -> None:
    """Let a function of the pool fail once, after so many calls."""
    original, left = getattr(owner, name), [calls]

    def fail(*arguments: Any) -> Any:
        left[0] -= 1
        if left[0] == -1:
            raise ZeroDivisionError(f"sabotage of {name}")
        return original(*arguments)

    monkeypatch.setattr(owner, name, fail)


def hand_in_until_refused(shop: WorkerPool, futures: list[Future[int]]) -> None:
    """Hand in values, ten at a time; the sixth of ten ends its worker."""
    for number in range(2_000):
        futures.append(shop.submit(die_as_told, (number, "exits" if number % 10 == 5 else "")))
        if number % 10 == 9:
            wait(futures, LONG_S)


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
    """In its result, lost with the worker it ended, or with the reason why the pool failed; nothing hangs."""
    sabotage(monkeypatch, owner, name, calls)
    futures: list[Future[int]] = []
    with WorkerPool(2, timeout_s=2 if name == "_kill_late_workers" else 120) as shop:
        with pytest.raises(
            PoolError, match=rf"the worker pool failed \(ZeroDivisionError: sabotage of {name}\)"
        ) as failed:
            hand_in_until_refused(shop, futures)
        assert isinstance(failed.value.__cause__, ZeroDivisionError)
        assert not wait(futures, LONG_S).not_done
    for number, future in enumerate(futures):
        error = future.exception()
        assert error or future.result() == number
        assert not isinstance(error, LostError) or number % 10 == 5 or name == "_kill_late_workers"
        assert not error or isinstance(error, LostError | PoolError)


@pytest.mark.parametrize(
    "name", ["_Worker._start_process", "_Worker._take_call", "_PoolState._kill_late_workers", "_PoolState.finish_call"]
)
def test_a_build_whose_pool_fails_ends_with_exit_code_70(name: str, tmp_path: Path) -> None:
    """With the cause, an apology, and no word about an interview."""
    code = (
        "import sys; from onrecord import cli; from onrecord.runtime import worker_pool\n"
        "calls = []\n"
        f"original = worker_pool.{name}\n"
        "def fail(*arguments):\n"
        "    calls.append(0)\n"
        "    if len(calls) == 1:\n        raise ZeroDivisionError('sabotage')\n"
        "    return original(*arguments)\n"
        "if __name__ == '__main__':\n"
        "    assert cli.main(['new', 'book']) == 0\n"
        f"    worker_pool.{name} = fail\n"
        "    sys.exit(cli.main(['html']))\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    environment.pop("ONRECORD_HOME", None)
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        timeout=LONG_S,
        check=False,
        encoding="utf-8",
    )
    assert done.returncode == 70, done.stderr
    assert "PoolError: the worker pool failed (ZeroDivisionError: sabotage)" in done.stderr
    assert "This is a fault of On Record, not of your manuscript" in done.stderr
    assert "error[" not in done.stderr
    assert not (tmp_path / "dist").exists()


def test_a_run_on_a_pool_that_fails_blames_no_value(monkeypatch: pytest.MonkeyPatch) -> None:
    sabotage(monkeypatch, WorkerProcess, "ask", 2)
    with WorkerPool(1) as shop, pytest.raises(PoolError):
        task_runner.run_tasks(shop, same, range(10))


def test_watching_ends_with_the_pool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing can be shown any more, and no change of the manuscript would help."""

    def preview(*_: object) -> None:
        raise PoolError("the worker pool failed")

    monkeypatch.setattr(watch, "preview_book", preview)
    with pytest.raises(PoolError):
        watch._show_book(
            tmp_path, TaskRunner(WorkerPool(1), Cache(None)), BuildOptions(), CurrentView(), lambda *_: None
        )


# --- a pool that is closed ------------------------------------------------------------------------


@pytest.mark.parametrize("fault", [None, ZeroDivisionError("sabotage")])
def test_closing_ends_every_future_for_whoever_waits(fault: BaseException | None, tmp_path: Path) -> None:
    """Those that wait are cancelled, or fail with the pool; those that run end in PoolError; other threads hear of it."""
    shop = WorkerPool(1)
    running = shop.submit(hang, tmp_path / "marker")
    waiting = [shop.submit(same, number) for number in range(3)]
    cancelled = shop.submit(same, 4)
    assert cancelled.cancel()
    wait_until((tmp_path / "marker").exists)
    with ThreadPoolExecutor(1) as reader:
        ended = reader.submit(wait, [running, *waiting, cancelled], LONG_S)
        wait_until(ended.running)
        shop._state.stop(fault)
        assert not ended.result(timeout=LONG_S).not_done
    assert isinstance(running.exception(), PoolError)
    assert cancelled.cancelled()
    if fault is None:
        assert all(future.cancelled() for future in waiting)
    else:
        assert all(isinstance(future.exception(), PoolError) for future in waiting)
    with pytest.raises(PoolError, match="the worker pool failed" if fault else "the worker pool is closed"):
        shop.submit(same, 5)
    assert not shop._state.unfinished
    shop.stop_idle_workers()
    shop.shutdown()
    shop.shutdown()


@LINUX
def test_closing_ends_every_future_although_a_worker_cannot_be_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with WorkerPool(1) as pool:
        pid = pool.submit(worker_of, 0).result(timeout=LONG_S)
        running, waiting = pool.submit(hang, tmp_path / "marker"), pool.submit(same, 1)
        wait_until((tmp_path / "marker").exists)
        sabotage(monkeypatch, WorkerProcess, "kill", 0)
        with pytest.raises(ZeroDivisionError):
            pool._state.stop(OSError("a fault"))
        assert not wait([running, waiting], LONG_S).not_done
        os.kill(pid, signal.SIGKILL)


def test_closing_blames_no_value_that_runs(tmp_path: Path) -> None:
    """Whether the thread that closes ends its future, or the thread of the worker that was killed."""
    shop = WorkerPool(2)
    futures = [shop.submit(hang, tmp_path / name) for name in ("one", "other")]
    for future, other in (futures, futures[::-1]):
        future.add_done_callback(lambda _, other=other: wait([other], LONG_S))  # type: ignore[misc]
    wait_until(lambda: all(future.running() for future in futures))
    shop.shutdown()
    assert [type(future.exception()) for future in futures] == [PoolError, PoolError]


def test_a_callback_may_use_the_pool_and_close_it() -> None:
    """Two workers whose callbacks both close the pool do not wait for each other."""
    shop = WorkerPool(2)
    more: list[Future[int]] = []
    first = shop.submit(same, 0)
    first.add_done_callback(lambda _: more.extend(shop.submit(same, number) for number in range(200)))
    first.result(timeout=LONG_S)
    wait_until(lambda: len(more) == 200)
    assert [future.result(timeout=LONG_S) for future in more] == list(range(200))
    both, closed = threading.Barrier(2), []

    def close(_future: Future[Any]) -> None:
        both.wait(LONG_S)
        shop.shutdown()
        closed.append(True)

    last = [shop.submit(time.sleep, 0.1) for _ in range(2)]
    for future in last:
        future.add_done_callback(close)
    with shop._state.lock:
        threads = [worker.thread for worker in shop._state.workers]
    for thread in threads:
        thread.join(LONG_S)
        assert not thread.is_alive()
    assert closed == [True, True]
    shop.shutdown()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_callback_that_raises_keeps_no_other_future_from_its_end() -> None:
    """Not even an error that ends the thread of the pool."""

    def leave(_future: Future[Any]) -> None:
        raise SystemExit

    with WorkerPool(1) as shop:
        futures = [shop.submit(same, number) for number in range(20)]
        futures[1].add_done_callback(leave)
        futures[-1].add_done_callback(leave)
        assert not wait(futures, LONG_S).not_done
