"""The workers of a build, an import and a check."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from importlib import import_module

from onrecord.model import SourceLocation
from onrecord.model.problems import Problem, Refused
from onrecord.model.rule import Rule
from onrecord.runtime import build_identity, fork_server
from onrecord.runtime.cache import Cache
from onrecord.runtime.environment import check_environment
from onrecord.runtime.task_runner import SchedulerUnreachable, TaskRunner
from onrecord.runtime.task_runner import connect_to_dask as connect_to_dask
from onrecord.runtime.worker_pool import WorkerPool, count_cores

_PRELOAD = "onrecord.pipeline.worker_modules"
_TIMEOUT_S, _MEMORY_MB = 600, 4_000  # for one interview
_IMPORT_TIMEOUT_S, _IMPORT_MEMORY_MB = 300, 1_000  # for one file; its computing time is limited, too


@contextlib.contextmanager
def open_task_runner(results: Cache, jobs: int = 0, scheduler: str = "") -> Iterator[TaskRunner]:
    """Provide workers that keep their results in this cache; afterwards they have ended.

    `jobs` is the number of worker processes (0: one per core). With the address of a Dask scheduler (tcp://…),
    interviews are laid out on its workers. Raises Refused if the scheduler cannot be used, and EnvironmentProblem if
    nothing can be laid out on this machine.
    """
    check_environment()
    with contextlib.ExitStack() as stack:
        workers = stack.enter_context(WorkerPool(jobs, timeout_s=_TIMEOUT_S, memory_mb=_MEMORY_MB, preload=_PRELOAD))
        try:
            remote = (
                stack.enter_context(connect_to_dask(scheduler, build_identity.compute_build_identity))
                if scheduler
                else None
            )
        except SchedulerUnreachable as error:
            raise Refused([Problem(SourceLocation("--scheduler"), Rule.SCHEDULER_IS_THERE, *error.args)]) from None
        yield TaskRunner(workers, results, remote)
    results.trim()


def start_fork_server() -> None:
    """Copy this process for the workers of a build, which need not import again what is imported here.

    The copy imports the layout engine meanwhile, so import after this call what only this process needs.
    """
    import_module("onrecord.pipeline.shared_modules")
    fork_server.start_fork_server(_PRELOAD)


def open_import_workers(files: int) -> WorkerPool:
    """Return guarded workers that read foreign files: at most one for each core and each file."""
    return WorkerPool(min(count_cores(), max(1, files)), timeout_s=_IMPORT_TIMEOUT_S, memory_mb=_IMPORT_MEMORY_MB)


def open_design_workers() -> WorkerPool:
    """Return a guarded worker for the style sheets and templates of a book; it starts if the book has any."""
    return WorkerPool(1, timeout_s=_TIMEOUT_S, memory_mb=_MEMORY_MB)
