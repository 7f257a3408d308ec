"""The worker pool: every future ends and no call hangs when a worker, the pool or the caller fails."""

from __future__ import annotations

import errno
import math
import os
import pickle
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from onrecord.cli import command_line, watch
from onrecord.cli.exit_codes import ExitCode
from onrecord.cli.watch.view import CurrentView
from onrecord.pipeline import build
from onrecord.pipeline.options import BuildOptions
from onrecord.runtime import task_runner, worker_pool
from onrecord.runtime.cache import Cache
from onrecord.runtime.environment import EnvironmentProblem
from onrecord.runtime.task_runner import TaskRunner
from onrecord.runtime.worker_pool import LostError, PoolError, WorkerPool
from onrecord.runtime.worker_process import WorkerProcess
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


def open_pool(jobs: int, *, timeout_s: float = 120) -> WorkerPool:
    """Return a pool whose workers (on Linux) are copies of one process: they start fast, and fail as all others do."""
    return WorkerPool(jobs, timeout_s=timeout_s, preload=PRELOAD)


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


def expire_deadlines(pool: WorkerPool) -> None:
    """Let every deadline of the pool pass now."""
    with pool._state.lock:
        pool._state._kill_late_workers(time.monotonic() + pool._state.timeout_s)


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


# --- workers that do not start --------------------------------------------------------------------


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
