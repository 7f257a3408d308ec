"""The single worker of a test process: it starts once, and the builds of many tests use it."""

from __future__ import annotations

import contextlib
import pickle
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from onrecord.editions.pdf.pages.part import TypesetPart
from onrecord.pipeline import workspace
from onrecord.runtime.cache import Cache
from onrecord.runtime.folders import read_file, write_file
from onrecord.runtime.task_runner import TaskRunner
from onrecord.runtime.worker_pool import WorkerPool


class LayoutCache(Cache):
    """Cache the layouts for all tests of this run, and nothing that is derived from a layout.

    conftest.py sets the folder, which the processes of a run share.
    """

    def __init__(self) -> None:
        super().__init__(None)
        self.folder: Path | None = None
        self._layouts: dict[str, bytes] = {}

    def has(self, key: str) -> bool:
        return key in self._layouts or bool(self.folder and (self.folder / key).exists())

    def get(self, key: str) -> Any:
        if key not in self._layouts and self.has(key):
            self._layouts[key] = read_file(self._find(key))
        return pickle.loads(self._layouts[key]) if key in self._layouts else None

    def put(self, key: str, value: Any) -> None:
        if isinstance(value, TypesetPart) or (isinstance(value, tuple) and isinstance(value[0], TypesetPart)):
            self._layouts[key] = pickle.dumps(value)
            if self.folder:
                write_file(self._find(key), self._layouts[key])

    def _find(self, key: str) -> Path:
        assert self.folder
        return self.folder / key


# One worker, because two pytest processes use two cores. conftest.py ends it after the tests.
RUNNER = TaskRunner(WorkerPool(1), Cache(None))
# The same worker, for tests that are not about layout: most of their pages also occur in the books of other tests.
LAYOUTS = LayoutCache()
CACHING_RUNNER = TaskRunner(RUNNER.executor, LAYOUTS)


@contextlib.contextmanager
def lend_workers() -> Iterator[None]:
    """Make the builds of the command line use this worker, so that they do not start and end workers."""

    @contextlib.contextmanager
    def lend_pool(*_: Any, **__: Any) -> Iterator[Any]:
        yield RUNNER.executor

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(workspace, "WorkerPool", lend_pool)
        yield
