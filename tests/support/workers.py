"""The one worker of a test process: it starts once, and the builds of many tests use it."""

from __future__ import annotations

import contextlib
import pickle
from collections.abc import Iterator
from typing import Any

import pytest

from onrecord.editions.pdf.pages.part import TypesetPart
from onrecord.pipeline import workspace
from onrecord.runtime.cache import Cache
from onrecord.runtime.task_runner import TaskRunner
from onrecord.runtime.worker_pool import WorkerPool


class Layouts(Cache):
    """Keep what was laid out for all tests of this process, and nothing that is made of it or said about it."""

    def __init__(self) -> None:
        super().__init__(None)
        self._layouts: dict[str, bytes] = {}

    def has(self, key: str) -> bool:
        return key in self._layouts

    def get(self, key: str) -> Any:
        return pickle.loads(self._layouts[key]) if key in self._layouts else None

    def put(self, key: str, value: Any) -> None:
        if isinstance(value, TypesetPart) or (isinstance(value, tuple) and isinstance(value[0], TypesetPart)):
            self._layouts[key] = pickle.dumps(value)


# One, so that two pytest processes keep two cores busy. conftest.py ends it with the tests.
PRESS = TaskRunner(WorkerPool(1), Cache(None))
# The same worker for books whose layout is not the subject: most of their pages stand in other books, too.
KEEPING = TaskRunner(PRESS.executor, Layouts())


@contextlib.contextmanager
def lend_workers() -> Iterator[None]:
    """Make the builds of the command line use the worker of PRESS, instead of starting and ending their own."""

    @contextlib.contextmanager
    def workshop(*_: Any, **__: Any) -> Iterator[Any]:
        yield PRESS.executor

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(workspace, "WorkerPool", workshop)
        yield
