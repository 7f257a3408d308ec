"""While workers set pages, the process that waits for them makes ready what needs no printed pages."""

from __future__ import annotations

import threading
from functools import partial
from pathlib import Path

import pytest

from onrecord.editions.pdf import cover_pictures
from onrecord.pipeline import formats
from onrecord.runtime.cache import Cache
from onrecord.runtime.task_runner import NO_WORKERS, TaskRunner
from onrecord.runtime.worker_pool import WorkerPool
from tests.support import sample


@pytest.mark.parametrize(("chosen", "covers"), [(("pdf", "epub"), 1), (("pdf", "html"), 0)])
def test_the_cover_is_drawn_once_beside_the_main_thread(
    chosen: tuple[str, ...], covers: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads: list[threading.Thread] = []
    monkeypatch.setattr(cover_pictures, "build_cover", lambda *_: threads.append(threading.current_thread()))
    with WorkerPool(1) as pool:
        runner = TaskRunner(pool, Cache(tmp_path / "cache"))
        with formats.prepare_formats(sample.BOOK, tmp_path, chosen, runner) as printing:
            assert printing.on_wait
            printing.on_wait()
            printing.on_wait()
    assert len(threads) == covers
    assert threading.main_thread() not in threads


def test_what_fails_there_is_left_to_the_main_thread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(cover_pictures, "build_cover", fail)
    monkeypatch.setattr(threading, "excepthook", lambda details: pytest.fail(f"it is printed: {details}"))
    with (
        WorkerPool(1) as pool,
        formats.prepare_formats(sample.BOOK, tmp_path, ("epub",), TaskRunner(pool, Cache(None))) as printing,
    ):
        assert printing.on_wait
        printing.on_wait()


def test_nothing_is_made_ready_if_no_worker_has_something_to_do(tmp_path: Path) -> None:
    """Without workers this process does not wait, and a stage that comes from the cache does not, either."""
    with formats.prepare_formats(sample.BOOK, tmp_path, ("epub",), NO_WORKERS) as printing:
        assert printing is NO_WORKERS
    waits: list[str] = []
    runner = TaskRunner(NO_WORKERS.executor, Cache(tmp_path / "cache"), on_wait=lambda: waits.append("once"))
    for _ in range(2):
        assert runner.run_cached(str, [("0" * 64, lambda: 7)]) == ["7"]
    assert waits == ["once"]


def test_the_largest_of_the_last_values_are_begun_first() -> None:
    begun: list[int] = []

    def begin(value: int) -> int:
        begun.append(value)
        return value

    inputs = [("", partial(int, number)) for number in range(50)]
    runner = TaskRunner(NO_WORKERS.executor, Cache(None))
    assert runner.run_cached(begin, inputs, measure=lambda value: value) == [*range(50)]
    assert begun == [*range(18), *range(49, 17, -1)]
