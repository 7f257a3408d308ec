"""The worker pool: what happens when workers do not start."""

from __future__ import annotations

import errno
import math
import os
import signal
import sys
import threading

import pytest

from onrecord.runtime import task_runner, worker_pool
from onrecord.runtime.environment import EnvironmentProblem
from onrecord.runtime.worker_pool import PoolError, WorkerPool
from onrecord.runtime.worker_process import WorkerProcess
from tests.support.open_pools import expire_deadlines, open_pool
from tests.support.pool_tasks import (
    describe_worker,
    return_value,
)
from tests.support.waiting import LONG_S, wait_until

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="it looks into /proc")


def refuse_starts(monkeypatch: pytest.MonkeyPatch, count: int, code: int = 0) -> None:
    """Let the system refuse to start the next `count` processes, with this number of an error."""
    start_process, refused = WorkerProcess, iter(range(count))

    def start(memory_mb: int, preload: str) -> WorkerProcess:
        if next(refused, None) is not None:
            raise OSError(code, "no more processes")
        return start_process(memory_mb, preload)

    monkeypatch.setattr(worker_pool, "WorkerProcess", start)


def test_a_start_that_fails_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    refuse_starts(monkeypatch, worker_pool._MAX_FAILED_STARTS - 1)
    with open_pool(1) as pool:
        assert pool.submit(return_value, 1).result(timeout=LONG_S) == 1


def test_workers_that_never_start_fail_no_task(monkeypatch: pytest.MonkeyPatch) -> None:
    refuse_starts(monkeypatch, worker_pool._MAX_FAILED_STARTS)
    with open_pool(1) as pool:
        with pytest.raises(EnvironmentProblem, match=r"no worker can start: .*no more processes"):
            task_runner.run_tasks(pool, return_value, [1, 2, 3])
        assert task_runner.run_tasks(pool, return_value, [4]) == [4]


def test_workers_for_which_too_few_files_may_be_open_are_no_fault_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    refuse_starts(monkeypatch, worker_pool._MAX_FAILED_STARTS, errno.EMFILE)
    with open_pool(1) as pool, pytest.raises(EnvironmentProblem, match=r"hint: .*ulimit -n 1024"):
        task_runner.run_tasks(pool, return_value, [1])


@pytest.mark.parametrize("error", [EOFError("unexpected EOF"), ConnectionRefusedError(111, "Connection refused")])
def test_workers_whose_server_ends_are_no_fault_of_ours(error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    """The system refused it a process, or killed it; a server that has just ended takes no connection."""

    def start(_memory_mb: int, _preload: str) -> WorkerProcess:
        raise error

    monkeypatch.setattr(worker_pool, "_PAUSE_S", 0)

    monkeypatch.setattr(worker_pool, "WorkerProcess", start)
    with open_pool(1) as pool, pytest.raises(EnvironmentProblem, match="the process that starts them has ended"):
        task_runner.run_tasks(pool, return_value, [1])


@LINUX
def test_a_server_of_workers_that_is_killed_is_replaced() -> None:
    """The next worker may ask for a connection while it ends."""
    with open_pool(1) as pool:
        server, _ = pool.submit(describe_worker, "").result(timeout=LONG_S)
        pool.stop_idle_workers()
        os.kill(server, signal.SIGKILL)
        assert pool.submit(describe_worker, "").result(timeout=LONG_S)[0] != server


@LINUX
def test_a_server_of_workers_that_hangs_is_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever waits for it gets an error at the deadline."""
    with open_pool(1) as pool:
        server, _ = pool.submit(describe_worker, "").result(timeout=LONG_S)
        pool.stop_idle_workers()
        wait_until(lambda: not pool._state.workers)
        os.kill(server, signal.SIGSTOP)
        waiting = pool.submit(return_value, 1)
        wait_until(lambda: [worker for worker in pool._state.workers if worker.deadline < math.inf])
        expire_deadlines(pool)
        with pytest.raises(EnvironmentProblem, match="the process that starts them did not answer within 120 s"):
            waiting.result(timeout=LONG_S)
        assert pool.submit(describe_worker, "").result(timeout=LONG_S)[0] != server


@LINUX
def test_workers_that_are_killed_as_they_start_are_no_fault_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    """As by a system that has no memory left."""
    receive = WorkerProcess.receive

    def receive_killed(process: WorkerProcess) -> bytes:
        process.kill()
        receive(process)
        raise EOFError  # it was quicker than the signal

    monkeypatch.setattr(WorkerProcess, "receive", receive_killed)
    with open_pool(1) as pool, pytest.raises(EnvironmentProblem, match="start: the last one was killed from outside"):
        task_runner.run_tasks(pool, return_value, [1])


def test_a_worker_that_does_not_start_in_time_is_not_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that is no copy takes long enough to start: a copy can answer before its deadline is looked at."""
    monkeypatch.setattr(worker_pool, "_START_TIMEOUT_S", 0)
    with WorkerPool(1) as pool, pytest.raises(EnvironmentProblem, match="can start: the last one took longer than 0 s"):
        task_runner.run_tasks(pool, return_value, [1])
    assert pool._state.failed_starts == worker_pool._MAX_FAILED_STARTS


def test_a_system_without_threads_fails_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    def start(_thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    with open_pool(1) as pool:
        with monkeypatch.context() as patch:
            patch.setattr(threading.Thread, "start", start)
            with pytest.raises(RuntimeError, match="can't start new thread"):
                pool.submit(return_value, 1)
        with pytest.raises(PoolError, match="can't start new thread"):
            pool.submit(return_value, 2)
