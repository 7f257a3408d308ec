"""Run a piece of work on untrusted input in a worker, with limits of computing time and memory. It knows no books."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from onrecord.runtime.task_runner import NO_WORKERS, TaskFailure, run_tasks
from onrecord.runtime.work_limits import limit_cpu_time, limit_memory

V = TypeVar("V")
R = TypeVar("R")

_diaries: list[Path] = []  # where this process writes down what it works on


class LimitExceeded(Exception):
    """The work took more time or memory than it may: the reason, and what it worked on ("" if that is not known)."""

    def __init__(self, reason: str, subject: str) -> None:
        super().__init__(reason, subject)
        self.reason, self.subject = reason, subject


@dataclass(frozen=True, slots=True)
class Limits:
    """What a piece of work may use: seconds of computing, and memory beyond that of the worker."""

    cpu_s: float
    memory_mb: int


def run_within_limits(executor: Executor, task: Callable[[V], R], value: V, limits: Limits) -> R:
    """Return the task's result, computed in a worker; without workers, here and without limits.

    Raises LimitExceeded if the worker was stopped, and whatever the task raises.
    """
    if executor is NO_WORKERS.executor:
        return task(value)
    with _provide_subject_file() as diary:
        (result,) = run_tasks(executor, _run_job, [_Job(task, value, limits, diary)])
        if not isinstance(result, TaskFailure):
            return result
        if result.error is not None and not isinstance(result.error, MemoryError | RecursionError):
            raise result.error
        raise LimitExceeded(result.reason, _read_subject(diary))


def note_subject(subject: str) -> None:
    """Write down what is worked on now, so that a message can name it if the worker is stopped."""
    for diary in _diaries:
        with contextlib.suppress(OSError):
            diary.write_text(subject, encoding="utf-8", errors="replace")


@dataclass(frozen=True, slots=True)
class _Job(Generic[V, R]):
    """A task, its value and its limits, and the file for what is worked on."""

    task: Callable[[V], R]
    value: V
    limits: Limits
    diary: Path | None


def _run_job(job: _Job[V, R]) -> R:
    """Run a task within its limits. Runs in a worker, which ends if the task computes for longer."""
    _diaries[:] = [job.diary] if job.diary else []
    try:
        with limit_memory(job.limits.memory_mb), limit_cpu_time(job.limits.cpu_s):
            return job.task(job.value)
    finally:
        _diaries.clear()


@contextlib.contextmanager
def _provide_subject_file() -> Iterator[Path | None]:
    """Provide a file that a worker writes and this process reads; None where there is no room for one."""
    with contextlib.ExitStack() as stack:
        try:
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="onrecord-", ignore_cleanup_errors=True))
        except OSError:
            yield None
        else:
            yield Path(folder, "subject")


def _read_subject(diary: Path | None) -> str:
    """Return what a worker worked on when it was stopped, "" if it wrote nothing."""
    try:
        return diary.read_text(encoding="utf-8", errors="replace") if diary else ""
    except OSError:
        return ""
