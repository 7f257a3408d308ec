"""The one worker of a test process: it starts once, and the builds of many tests use it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import pytest

from onrecord import pipeline
from onrecord.press import Press
from onrecord.store import Store
from onrecord.workshop import Workshop

# One, so that two pytest processes keep two cores busy. It ends with the tests.
PRESS = Press(Workshop(1), Store(None))


@contextlib.contextmanager
def lend_workers() -> Iterator[None]:
    """Make the builds of the command line use the worker of PRESS, instead of starting and ending their own."""

    @contextlib.contextmanager
    def workshop(*_: Any, **__: Any) -> Iterator[Any]:
        yield PRESS.executor

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pipeline, "Workshop", workshop)
        yield
