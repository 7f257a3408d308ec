"""The single worker of a test process: it starts once, and the builds of many tests use it."""

from __future__ import annotations

import contextlib
import pickle
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor, Future
from types import MappingProxyType
from typing import Any, ParamSpec, TypeVar

import pytest

from onrecord.editions.pdf.pages.part import TypesetPart
from onrecord.editions.pdf.typeset.weasyprint_adapter import set_part, shape_specimens
from onrecord.pipeline import workspace
from onrecord.runtime.cache import Cache
from onrecord.runtime.fingerprints import compute_fingerprint
from onrecord.runtime.task_runner import NO_WORKERS, TaskRunner
from onrecord.runtime.worker_pool import WorkerPool
from tests.support.pool_tasks import prepare_imports, share_results
from tests.support.shared_results import RESULTS

P = ParamSpec("P")
R = TypeVar("R")


class LayoutExecutor(Executor):
    """Submits calls to a pool, but lays the same source out only once in a run: most pages occur in many tests."""

    def __init__(self, pool: WorkerPool) -> None:
        self._pool = pool

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        if fn not in (set_part, shape_specimens):
            return self._pool.submit(fn, *args, **kwargs)
        key = compute_fingerprint(fn.__name__, *args)
        if (layout := RESULTS.get(key)) is None:
            future = self._pool.submit(fn, *args)
            future.add_done_callback(lambda done: None if done.exception() else RESULTS.put(key, done.result()))
            return future
        known: Future[Any] = Future()
        known.set_result(layout)
        return known

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        self._pool.shutdown(wait, cancel_futures=cancel_futures)


class LayoutCache(Cache):
    """Cache the layouts for all tests of this run, and nothing that is derived from a layout."""

    def __init__(self) -> None:
        super().__init__(None)

    def has(self, key: str) -> bool:
        return RESULTS.has(key)

    def get(self, key: str) -> Any:
        return RESULTS.get(key)

    def put(self, key: str, value: Any) -> None:
        if isinstance(value, TypesetPart) or (isinstance(value, tuple) and isinstance(value[0], TypesetPart)):
            RESULTS.put(key, value)


class MemoryCache(Cache):
    """Cache everything for the tests of this process."""

    def __init__(self, entries: Mapping[str, bytes] = MappingProxyType({})) -> None:
        super().__init__(None)
        self.entries = dict(entries)

    def copy(self) -> MemoryCache:
        return MemoryCache(self.entries)

    def clear(self) -> int:
        self.entries.clear()
        return 0

    def has(self, key: str) -> bool:
        return key in self.entries

    def get(self, key: str) -> Any:
        return pickle.loads(self.entries[key]) if key in self.entries else None

    def put(self, key: str, value: object) -> None:
        if key:
            self.entries[key] = pickle.dumps(value)


class SharingPool(WorkerPool):
    """A pool whose worker shares with the tests what it makes."""

    def submit(self, fn: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> Future[R]:
        self.prepare(share_results, RESULTS.folder)
        return super().submit(fn, *args, **kwargs)


# One worker, because two pytest processes use two cores. prepared_tests.py ends it after the tests.
RUNNER = TaskRunner(LayoutExecutor(SharingPool(1)), Cache(None))
# The same worker, for tests that need not even make the source of a page that was laid out.
CACHING_RUNNER = TaskRunner(RUNNER.executor, LayoutCache())
# For the proof of spoiled files: it reads only the pages that are spoiled, as it does in a build.
PROVING_RUNNER = TaskRunner(NO_WORKERS.executor, MemoryCache())


class ImportPool(WorkerPool):
    """A pool whose worker keeps its pandoc from one import to the next, and gets the models of languages unpacked."""

    def submit(self, fn: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> Future[R]:
        self.prepare(prepare_imports, (60.0, RESULTS.folder))
        return super().submit(fn, *args, **kwargs)


# For tests of imports with the limits that they have for a user, in a worker that also starts only once.
IMPORTS = ImportPool(1, timeout_s=workspace._IMPORT_TIMEOUT_S, memory_mb=workspace._IMPORT_MEMORY_MB)


@contextlib.contextmanager
def lend_workers(imports: Executor = NO_WORKERS.executor) -> Iterator[None]:
    """Make builds of the command line use the worker that runs already, and its imports this process or `imports`."""

    @contextlib.contextmanager
    def lend_pool(*_: Any, memory_mb: int, **__: Any) -> Iterator[Any]:
        yield imports if memory_mb == workspace._IMPORT_MEMORY_MB else RUNNER.executor

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(workspace, "WorkerPool", lend_pool)
        yield
