"""The worker pool: each task ends in its result or in its own failure, whatever its worker does."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from onrecord.model.problems import Refused
from onrecord.model.rule import Rule
from onrecord.runtime import task_runner, worker_pool
from onrecord.runtime.cache import Cache
from onrecord.runtime.task_runner import TaskFailure
from onrecord.runtime.worker_pool import LostError
from tests.support.default_signals import restore_default_signals
from tests.support.open_pools import open_pool
from tests.support.paths import ROOT
from tests.support.pool_tasks import (
    describe_worker,
    double_value,
    end_worker,
    fill_memory,
    finish_first_task_last,
    get_worker,
    get_worker_pid,
    leave_ring,
    misbehave,
)
from tests.support.waiting import LONG_S, list_session_processes, wait_until


def run_tasks_in_pool(
    task: Any, values: Any, *, jobs: int, timeout_s: float = 120, memory_mb: int = 2048, **options: Any
) -> Any:
    with open_pool(jobs, timeout_s=timeout_s, memory_mb=memory_mb) as pool:
        return task_runner.run_tasks(pool, task, values, **options)


def test_results_come_in_the_order_of_the_values(tmp_path: Path) -> None:
    """A slow first task does not move after the quick ones, and two workers share the work."""
    results = run_tasks_in_pool(finish_first_task_last, [(number, tmp_path) for number in range(6)], jobs=2)
    assert [result[0] for result in results if not isinstance(result, TaskFailure)] == [0, 1, 2, 3, 4, 5]
    workers = {result[1] for result in results if not isinstance(result, TaskFailure)}
    assert len(workers) == 2
    assert os.getpid() not in workers


def test_no_tasks_start_no_worker() -> None:
    assert run_tasks_in_pool(double_value, [], jobs=2) == []


def test_one_job_runs_in_a_worker_too() -> None:
    (result,) = run_tasks_in_pool(get_worker, [1], jobs=1)
    assert not isinstance(result, TaskFailure)
    assert result[1] != os.getpid()


def test_progress_counts_to_the_total() -> None:
    messages: list[tuple[int, int, str]] = []
    run_tasks_in_pool(
        double_value, [7, 8], jobs=1, name=lambda value: f"n{value}", on_progress=lambda *news: messages.append(news)
    )
    assert messages == [(1, 2, "n7"), (2, 2, "n8")]


def test_a_lost_worker_fails_one_task() -> None:
    """A worker that exits, crashes, is killed or grows too large fails its task; all others are done."""
    values = ["one", "exits", "two", "crashes", "is killed", "grows", "three"]
    results = run_tasks_in_pool(misbehave, values, jobs=2, memory_mb=2000)
    assert [result for result in results if not isinstance(result, TaskFailure)] == ["ONE", "TWO", "THREE"]
    lost = {result.name: result.reason for result in results if isinstance(result, TaskFailure)}
    assert lost == {
        "exits": "its worker stopped by itself (exit code 3)",
        "crashes": "its worker crashed (SIGSEGV)",
        "is killed": "its worker was killed from outside, most likely because the machine ran out of memory",
        "grows": "needed more memory than it may use",
    }


def test_a_task_that_hangs_fails() -> None:
    """The reason names the time limit."""
    assert run_tasks_in_pool(misbehave, ["hangs"], jobs=1, timeout_s=0.05) == [
        TaskFailure("hangs", "took longer than 0.05 s and was stopped")
    ]


def test_an_exception_of_a_task_is_returned() -> None:
    """Refused keeps its problems, other errors their traceback; an error that cannot be pickled keeps its text."""
    refused, failed, strange, result = run_tasks_in_pool(
        misbehave, ["is refused", "fails", "cannot travel", "returns what cannot travel"], jobs=1
    )
    assert isinstance(refused, TaskFailure)
    assert isinstance(refused.error, Refused)
    assert refused.error.problems[0].rule == Rule.NOTHING_IS_LOST_IN_READING
    assert isinstance(failed, TaskFailure)
    assert failed.reason == "ValueError: no such face"
    assert isinstance(failed.error, ValueError)
    assert "misbehave" in failed.error.__notes__[0]
    assert isinstance(strange, TaskFailure)
    assert "_CannotTravel" in str(strange.error)
    assert isinstance(result, TaskFailure)


def test_a_task_that_cannot_be_imported_is_our_bug(monkeypatch: pytest.MonkeyPatch) -> None:
    """The workers cannot start, and no task fails."""
    module = ModuleType("only_in_this_process")
    exec("def task(value):\n    return value\n", module.__dict__)
    monkeypatch.setitem(sys.modules, module.__name__, module)
    with pytest.raises(worker_pool.WorkersCannotStart, match=module.__name__):
        run_tasks_in_pool(module.task, [1, 2], jobs=2)


@pytest.mark.skipif(os.name == "nt", reason="signals to a process group are a POSIX matter")
def test_ctrl_c_ends_the_workers() -> None:
    """An interrupt is raised as KeyboardInterrupt, without output, and leaves no process behind."""
    code = (
        "import signal\n"
        "from onrecord.runtime import task_runner, worker_pool; from tests.support.pool_tasks import misbehave\n"
        "def show(*_):\n    print('one is done', flush=True)\n"
        "if __name__ == '__main__':\n"
        "    signal.signal(signal.SIGINT, signal.default_int_handler)\n"  # a background job of a shell ignores it
        "    try:\n"
        "        values = ['one', 'hangs', 'hangs']\n"
        "        task_runner.run_tasks(worker_pool.WorkerPool(2), misbehave, values, on_progress=show)\n"
        "    except KeyboardInterrupt:\n        print('stopped', flush=True)\n"
    )
    root = ROOT
    with subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=root,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env={**os.environ, "PYTHONPATH": str(root)},
        preexec_fn=restore_default_signals,
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == "one is done\n"
        assert sys.platform != "linux" or len(list_session_processes(process.pid)) > 1
        os.killpg(process.pid, signal.SIGINT)
        out, err = process.communicate(timeout=LONG_S)
    assert (out, err) == ("stopped\n", "")
    wait_until(lambda: sys.platform != "linux" or not list_session_processes(process.pid))


def test_workers_stay_for_the_next_run() -> None:
    """The second run uses the worker of the first."""
    with open_pool(1) as pool:
        (first,), (second,) = (task_runner.run_tasks(pool, get_worker, [1]) for _ in range(2))
    assert not isinstance(first, TaskFailure)
    assert not isinstance(second, TaskFailure)
    assert first[1] == second[1]


def test_a_short_task_is_a_short_call(monkeypatch: pytest.MonkeyPatch) -> None:
    with open_pool(1) as pool:
        monkeypatch.setattr(pool, "submit_short", task_runner.NO_WORKERS.executor.submit)
        assert task_runner.run_tasks(pool, str, [7], is_short=True) == ["7"]
    assert task_runner.run_tasks(task_runner.NO_WORKERS.executor, str, [7], is_short=True) == ["7"]


def test_a_short_call_starts_no_further_worker() -> None:
    """It waits for the only one; calls that are not short get one each, as far as there are jobs."""
    with open_pool(3) as pool:
        short = [pool.submit_short(get_worker_pid, number) for number in range(4)]
        assert len(pool._state.workers) == 1
        assert len({future.result() for future in short}) == 1
        long = [pool.submit(get_worker_pid, number) for number in range(4)]
        assert len(pool._state.workers) > 1
        assert all(future.result() for future in long)


def test_idle_workers_can_be_stopped_between_runs() -> None:
    with open_pool(1) as pool:
        pool.stop_idle_workers()  # there are none yet
        before = _list_workers(task_runner.run_tasks(pool, get_worker, [1]))
        pool.stop_idle_workers()
        after = _list_workers(task_runner.run_tasks(pool, get_worker, [0, 2]))
        assert len(after) == 1
        assert not before & after
        assert not any(Path(f"/proc/{worker}").exists() for worker in before)


def test_a_worker_frees_the_cycles_that_a_task_leaves() -> None:
    """A layout is full of them, and Python looks for them only when there are very many."""
    with open_pool(1) as pool:
        assert [pool.submit(leave_ring, None).result() for _ in range(3)] == [0, 0, 0]


@pytest.mark.parametrize(("count", "are_kept"), [(20, True), (2_000, False)])
def test_workers_are_restarted_only_after_a_large_stage(
    count: int, are_kept: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    freed = []
    monkeypatch.setattr(task_runner, "free_memory", lambda: freed.append(True))  # to look through all tests takes long
    with open_pool(1) as pool:
        before = _list_workers(task_runner.run_tasks(pool, get_worker, [1]))
        task_runner.TaskRunner(pool, Cache(None)).release_memory(count)
        after = _list_workers(task_runner.run_tasks(pool, get_worker, [0, 2]))
        assert bool(before & after) == are_kept
    assert bool(freed) != are_kept


def _list_workers(results: list[Any]) -> set[int]:
    return {worker for _, worker in results}


@pytest.mark.skipif(sys.platform != "linux", reason="only /proc tells how much memory a process uses")
def test_a_worker_frees_the_memory_of_its_last_task() -> None:
    with open_pool(1) as pool:
        results = task_runner.run_tasks(pool, fill_memory, [50, 1, 50, 1, 1])
    first, *later = (result for result in results if not isinstance(result, TaskFailure))
    assert max(later) < first + 30


def test_any_executor_can_run_tasks() -> None:
    """`run_tasks` needs nothing but `concurrent.futures`."""
    with ThreadPoolExecutor(2) as executor:
        assert task_runner.run_tasks(executor, double_value, [1, 2, 3]) == [2, 4, 6]


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere no worker is a copy")
def test_workers_with_a_preloaded_module_are_copies_that_fail_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """They are copies of one process and see the environment of now; one that is killed is replaced."""
    with open_pool(2) as pool:
        parents = set()
        for word in ("old", "new"):
            monkeypatch.setenv("ONRECORD_TEST_WORD", word)
            parent, seen = pool.submit(describe_worker, "ONRECORD_TEST_WORD").result(timeout=LONG_S)
            assert seen == word
            parents.add(parent)
            with pytest.raises(LostError, match="its worker was killed from outside"):
                pool.submit(end_worker, (1, "is killed")).result(timeout=LONG_S)
        assert len(parents) == 1
        assert os.getpid() not in parents


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="it looks into /proc")
def test_what_workers_of_a_build_preload_starts_no_thread() -> None:
    """A copy of a process has none of its threads and would wait for them."""
    program = (
        "import os, sys; import onrecord.pipeline.worker_modules\n"
        "print('weasyprint.pdf' in sys.modules, len(os.listdir('/proc/self/task')))"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["True", "1"]
