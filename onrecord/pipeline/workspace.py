"""The task runner of a build and the cache that it uses."""

from __future__ import annotations

import contextlib
import os
import shlex
from collections.abc import Iterator
from pathlib import Path

from onrecord.manuscript.link_guard import refuse_link_out
from onrecord.model import SourceLocation
from onrecord.model.problems import Problem, Refused
from onrecord.model.rule import Rule
from onrecord.runtime import build_identity, fork_server
from onrecord.runtime.cache import Cache
from onrecord.runtime.environment import EnvironmentProblem, check_environment
from onrecord.runtime.task_runner import SchedulerUnreachable, TaskRunner
from onrecord.runtime.task_runner import connect_to_dask as connect_to_dask
from onrecord.runtime.worker_pool import WorkerPool, count_cores

CACHE = Path(".onrecord", "cache")  # below the book's folder
_PRELOAD = "onrecord.pipeline.worker_modules"
_TIMEOUT_S, _MEMORY_MB = 600, 4_000  # for one interview
_IMPORT_TIMEOUT_S, _IMPORT_MEMORY_MB = 300, 1_000  # for one file; its computing time is limited, too


@contextlib.contextmanager
def open_task_runner(
    folder: Path, jobs: int = 0, cache: Path | None = None, scheduler: str = ""
) -> Iterator[TaskRunner]:
    """Provide workers and cache for the book in `folder`; afterwards the workers have ended.

    `jobs` is the number of worker processes (0: one per core). The cache is in `cache`, or in the book's `.onrecord/`.
    With the address of a Dask scheduler (tcp://…), interviews are laid out on its workers. Raises Refused if the
    scheduler or the cache cannot be used, and EnvironmentProblem if nothing can be laid out on this machine.
    """
    check_environment()
    results = _open_cache(folder, cache)
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
    """Copy this process for the workers of a build: they need not import again what is imported here."""
    fork_server.start_fork_server(_PRELOAD)


def open_import_workers(files: int) -> WorkerPool:
    """Return guarded workers that read foreign files: at most one for each core and each file."""
    return WorkerPool(min(count_cores(), max(1, files)), timeout_s=_IMPORT_TIMEOUT_S, memory_mb=_IMPORT_MEMORY_MB)


def open_design_workers() -> WorkerPool:
    """Return a guarded worker for the style sheets and templates of a book; it starts if the book has any."""
    return WorkerPool(1, timeout_s=_TIMEOUT_S, memory_mb=_MEMORY_MB)


def clear_cache(folder: Path, cache: Path | None = None) -> int:
    """Delete the cache of the book in `folder`; return how many bytes it had."""
    return _open_cache(folder, cache).clear()


def _open_cache(folder: Path, cache: Path | None) -> Cache:
    """Return the cache in `cache`, or that of the book.

    Raises Refused if it cannot be there, or if it is not ours to write or delete.
    """
    home = cache or folder / CACHE
    place = SourceLocation("--cache" if cache else str(home.absolute()))
    refuse_link_out(home, folder, "--cache")
    if os.path.exists(home) and not os.path.isdir(home):  # noqa: PTH110, PTH112 - a Path raises where it may not look
        raise EnvironmentProblem(f"{home} is a file; the cache must be a folder", "name another one: --cache DIR")
    results = Cache(home)
    if results.is_foreign():
        sentence = f"{home} is not empty, and it is no cache of On Record; nothing in it was changed"
        raise Refused([Problem(place, Rule.CACHE_IS_OURS, sentence, _suggest_cache(home, cache))])
    return results


def _suggest_cache(home: Path, cache: Path | None) -> str:
    """Return the hint for a cache folder that is not On Record's: name another, or delete it."""
    if cache:
        return f"name a folder that is new or empty: --cache {shlex.quote(str(home / 'onrecord'))}"
    return f"delete {home} yourself, or name another folder: --cache DIR"
