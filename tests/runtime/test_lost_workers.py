"""The worker pool: every call ends in its own result when workers hang or die."""

from __future__ import annotations

import os
import pickle
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from onrecord.runtime import worker_pool
from onrecord.runtime.worker_pool import LostError, WorkerPool
from onrecord.runtime.worker_process import WorkerProcess
from tests.support.open_pools import expire_deadlines, open_pool
from tests.support.paths import ROOT
from tests.support.pool_tasks import (
    PRELOAD,
    crash_with_child,
    describe_worker,
    end_worker,
    get_worker_pid,
    hang,
    hang_with_child,
    meet,
    return_unreadable,
    return_value,
)
from tests.support.waiting import LONG_S, is_gone, wait_until

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="it looks into /proc")


# --- many tasks -----------------------------------------------------------------------------------


@pytest.fixture
def frequent_thread_switches() -> Iterator[None]:
    """Let Python switch between threads as often as it can, so that races show."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("frequent_thread_switches")
@pytest.mark.parametrize(
    ("count", "deaths", "seed"), [(400, 8, 1), pytest.param(10_000, 80, 2, marks=pytest.mark.slow)]
)
def test_each_of_many_tasks_ends_in_its_own_result(count: int, deaths: int, seed: int) -> None:
    """Four threads submit tasks while workers die; only the tasks that end a worker are lost."""
    choice = random.Random(seed)
    ends = {number: choice.choice(["exits", "is killed"]) for number in choice.sample(range(count), deaths)}
    with open_pool(3) as pool, ThreadPoolExecutor(4) as threads:
        values = [(number, ends.get(number, "")) for number in range(count)]
        futures = list(threads.map(lambda value: pool.submit(end_worker, value), values))
        for number, future in enumerate(futures):
            error = future.exception(timeout=LONG_S)
            assert (type(error) if error else future.result()) == (LostError if number in ends else number)
        assert not pool._state.unfinished


@pytest.mark.usefixtures("frequent_thread_switches")
def test_tasks_submitted_while_workers_start_are_done() -> None:
    for _ in range(3):
        with open_pool(2) as pool:
            futures = [pool.submit(return_value, number) for number in range(100)]
            assert [future.result(timeout=LONG_S) for future in futures] == list(range(100))


# --- workers that are lost ------------------------------------------------------------------------


def test_a_task_that_hangs_is_stopped_at_its_deadline() -> None:
    with open_pool(1, timeout_s=0.05) as pool:
        error = pool.submit(time.sleep, 3600).exception(timeout=LONG_S)
    assert isinstance(error, LostError)
    assert str(error) == "took longer than 0.05 s and was stopped"


def test_the_time_in_which_the_program_was_stopped_does_not_count(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl-Z stops the program, not its workers: their answers wait for it."""
    stopped_s = [0.0]
    monkeypatch.setattr(worker_pool, "time", SimpleNamespace(monotonic=lambda: time.monotonic() + stopped_s[0]))
    with open_pool(1, timeout_s=600) as pool:
        busy = pool.submit(meet, (tmp_path / "one", tmp_path / "other"))
        wait_until((tmp_path / "one").exists)
        (worker,) = pool._state.workers
        with pool._state.lock:
            deadline = worker.deadline
            stopped_s[0] = 3600
            pool._state.closing.notify_all()
        wait_until(lambda: worker.deadline > deadline + 3600)
        (tmp_path / "other").touch()
        busy.result(timeout=LONG_S)


def test_a_task_that_hangs_fails_alone(tmp_path: Path) -> None:
    with open_pool(2, timeout_s=600) as pool:
        hanging = pool.submit(hang, tmp_path / "marker")
        others = [pool.submit(return_value, number) for number in range(20)]
        wait_until((tmp_path / "marker").exists)
        assert [future.result(timeout=LONG_S) for future in others] == list(range(20))
        expire_deadlines(pool)
        with pytest.raises(LostError, match="took longer than 600 s and was stopped"):
            hanging.result(timeout=LONG_S)
        assert pool.submit(return_value, "and on").result(timeout=LONG_S) == "and on"


@LINUX
def test_a_worker_that_reads_no_messages_is_stopped() -> None:
    """A message larger than the buffer of the pipe blocks only until the deadline."""
    with open_pool(1, timeout_s=600) as pool:
        os.kill(pool.submit(get_worker_pid, 0).result(timeout=LONG_S), signal.SIGSTOP)
        stalled = pool.submit(len, bytes(8_000_000))
        wait_until(stalled.running)
        expire_deadlines(pool)
        with pytest.raises(LostError, match="took longer"):
            stalled.result(timeout=LONG_S)
        assert pool.submit(len, bytes(8_000_000)).result(timeout=LONG_S) == 8_000_000


@LINUX
@pytest.mark.parametrize("task", [crash_with_child, hang_with_child])
def test_the_children_of_a_lost_worker_are_killed(task: Callable[[Path], None], tmp_path: Path) -> None:
    with open_pool(1, timeout_s=600) as pool:
        future = pool.submit(task, tmp_path / "pids")
        wait_until((tmp_path / "pids").exists)
        if task is hang_with_child:
            expire_deadlines(pool)
        with pytest.raises(LostError):
            future.result(timeout=LONG_S)
        for pid in _read_pids(tmp_path):
            wait_until(partial(is_gone, pid))


@LINUX
@pytest.mark.parametrize("preload", ["", PRELOAD])
def test_workers_end_when_the_process_of_the_pool_is_killed(preload: str, tmp_path: Path) -> None:
    """With all their child processes, in the middle of a task; and with the process of which they are copies."""
    code = (
        "import sys, pathlib\n"
        "from onrecord.runtime.worker_pool import WorkerPool; from tests.support.pool_tasks import hang_with_child\n"
        "if __name__ == '__main__':\n"
        f"    WorkerPool(1, preload={preload!r}).submit(hang_with_child, pathlib.Path(sys.argv[1])).result()\n"
    )
    with subprocess.Popen([sys.executable, "-c", code, str(tmp_path / "pids")], cwd=ROOT) as process:
        wait_until((tmp_path / "pids").exists)
        process.kill()
    for pid in _read_pids(tmp_path):
        wait_until(partial(is_gone, pid))


def _read_pids(folder: Path) -> list[int]:
    return [int(word) for word in (folder / "pids").read_text(encoding="ascii").split()]


@LINUX
def test_a_worker_that_died_idle_fails_no_task() -> None:
    with open_pool(1) as pool:
        pid = pool.submit(get_worker_pid, 0).result(timeout=LONG_S)
        os.kill(pid, signal.SIGKILL)
        wait_until(partial(is_gone, pid))
        assert pool.submit(get_worker_pid, 0).result(timeout=LONG_S) != pid


@LINUX
@pytest.mark.parametrize("lost", [0, 1])
def test_another_worker_does_the_task_of_one_that_died_idle(lost: int, tmp_path: Path) -> None:
    """Whichever of two idle workers is called, and whichever has died."""
    first, second = tmp_path / "one", tmp_path / "other"
    with open_pool(2) as pool:
        futures = [pool.submit(meet, (first, second)), pool.submit(meet, (second, first))]
        workers = [future.result(timeout=LONG_S) for future in futures]
        wait_until(lambda: _count_idle_workers(pool) == 2)
        os.kill(workers[lost], signal.SIGKILL)
        wait_until(partial(is_gone, workers[lost]))
        assert pool.submit(get_worker_pid, 0).result(timeout=LONG_S) != workers[lost]


def _count_idle_workers(pool: WorkerPool) -> int:
    """Return how many workers wait for a task."""
    with pool._state.lock:
        return len(pool._state.changed._waiters)  # type: ignore[attr-defined]


@LINUX
def test_a_worker_that_died_between_two_tasks_fails_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its next task already waits when it has done the first one; another worker does it."""
    with open_pool(1) as pool:
        with pool._state.lock:  # no task begins before both wait
            has_closed, answers = WorkerProcess.has_closed, iter([False, True])
            monkeypatch.setattr(WorkerProcess, "has_closed", lambda process: next(answers, None) or has_closed(process))
            for future in (futures := [Future[int](), Future[int]()]):
                call = worker_pool._Call(pickle.dumps((get_worker_pid, 0)), future)
                pool._state.waiting.append(call)
                pool._state.unfinished.add(call)
            pool._state.start_workers()
        first, second = (future.result(timeout=LONG_S) for future in futures)
    assert first != second


@LINUX
def test_how_a_worker_ended_is_known_however_late_its_server_says_so() -> None:
    """On a busy machine the process that starts workers may not run for a while."""
    with open_pool(1) as pool:
        server, _ = pool.submit(describe_worker, "").result(timeout=LONG_S)
        try:
            os.kill(server, signal.SIGSTOP)
            future = pool.submit(end_worker, (1, "is killed"))
            time.sleep(0.3)  # the worker has closed its connection long before
            assert not future.done()
        finally:
            os.kill(server, signal.SIGCONT)
        with pytest.raises(LostError, match="its worker was killed from outside"):
            future.result(timeout=LONG_S)


def test_a_busy_worker_stays_when_idle_ones_are_stopped(tmp_path: Path) -> None:
    with open_pool(1) as pool:
        busy = pool.submit(meet, (tmp_path / "one", tmp_path / "other"))
        wait_until((tmp_path / "one").exists)
        pool.stop_idle_workers()
        (tmp_path / "other").touch()
        assert pool.submit(get_worker_pid, 0).result(timeout=LONG_S) == busy.result(timeout=LONG_S)


@LINUX
def test_a_signal_without_a_name_is_reported_by_its_number() -> None:
    with open_pool(1) as pool:
        error = pool.submit(end_worker, (1, "ends by a signal without a name")).exception(timeout=LONG_S)
        assert isinstance(error, LostError)
        assert str(error) == f"its worker crashed (signal {signal.SIGRTMIN + 3})"
        assert pool.submit(return_value, 1).result(timeout=LONG_S) == 1


def test_a_result_that_cannot_be_unpickled_fails_its_task_alone() -> None:
    with open_pool(1) as pool:
        futures: list[Future[Any]] = [pool.submit(return_unreadable, 0), pool.submit(return_value, 1)]
        with pytest.raises(ValueError, match="this cannot be read"):
            futures[0].result(timeout=LONG_S)
        assert futures[1].result(timeout=LONG_S) == 1
