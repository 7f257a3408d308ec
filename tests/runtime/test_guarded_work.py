"""Work on untrusted input ends at its limits, and the message names what was worked on."""

from __future__ import annotations

import signal
from collections.abc import Iterator

import pytest

from onrecord.runtime.guarded_work import LimitExceeded, Limits, run_within_limits
from onrecord.runtime.task_runner import NO_WORKERS, run_tasks
from onrecord.runtime.worker_pool import WorkerPool
from tests.support.pool_tasks import PRELOAD, allocate, double_value, match_for_ever, read_cpu_limit, refuse


@pytest.fixture(scope="module")
def workers() -> Iterator[WorkerPool]:
    """Start one worker for all tests here."""
    with WorkerPool(1, timeout_s=60, memory_mb=2_000, preload=PRELOAD) as pool:
        yield pool


def test_work_within_its_limits_is_returned(workers: WorkerPool) -> None:
    """An error of the task is raised as it is; a worker is used again, with other limits."""
    limits = Limits(5, 300)
    assert run_within_limits(workers, double_value, 4, limits) == 8
    with pytest.raises(ValueError, match="wrong"):
        run_within_limits(workers, refuse, "wrong", limits)
    assert run_within_limits(workers, allocate, 400, Limits(5, 600)) == 400 * 2**20


@pytest.mark.parametrize(
    ("task", "value", "subject"),
    [(allocate, 800, "styles/large.css"), (match_for_ever, 60, "templates/html/slow.html")],
)
def test_work_beyond_its_limits_is_stopped(workers: WorkerPool, task: object, value: int, subject: str) -> None:
    """Time and memory; the next work is done."""
    assert callable(task)
    with pytest.raises(LimitExceeded) as exceeded:
        run_within_limits(workers, task, value, Limits(0.05, 300))
    assert exceeded.value.subject == subject
    assert run_within_limits(workers, allocate, 100, Limits(5, 300)) == 100 * 2**20


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="this system has no timer of computing time")
def test_a_worker_may_compute_for_the_seconds_of_its_task(workers: WorkerPool) -> None:
    """No longer, and the next task has a limit of its own or none."""
    for seconds in (5, 70):
        limit = run_within_limits(workers, read_cpu_limit, 0, Limits(seconds, 300))
        assert seconds - 1 < limit < seconds + 0.1
    assert run_tasks(workers, read_cpu_limit, [0]) == [0]


def test_without_workers_the_work_is_done_here() -> None:
    """The process itself is never stopped."""
    assert run_within_limits(NO_WORKERS.executor, double_value, 4, Limits(0.01, 1)) == 8
