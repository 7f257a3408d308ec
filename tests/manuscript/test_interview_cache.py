"""Test that cached interviews equal those read again, and the garbage collection."""

from __future__ import annotations

import gc
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest

from onrecord.manuscript import interview_file, read_book
from onrecord.runtime.cache import Cache
from onrecord.runtime.task_runner import TaskRunner
from tests.support.paths import ROOT, TESTS

BOOKS = (ROOT / "book", TESTS / "broken" / "pictures-stand-still")  # the second has a picture and a warning
SMALL = ROOT / "onrecord" / "cli" / "starter" / "book"


@pytest.fixture
def executor() -> Iterator[Executor]:
    with ThreadPoolExecutor(1) as pool:
        yield pool


@pytest.mark.parametrize("folder", BOOKS, ids=lambda folder: folder.name)
def test_cached_interviews_equal_those_of_a_first_reading(
    folder: Path, tmp_path: Path, executor: Executor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The book, places and warnings are the same, and no file is read for it."""
    expected = read_book.survey_book(folder)
    runner = TaskRunner(executor, Cache(tmp_path))
    assert read_book.survey_book(folder, runner) == expected
    monkeypatch.setattr(interview_file, interview_file.read_interview.__name__, None)
    cached = read_book.survey_book(folder, TaskRunner(executor, Cache(tmp_path)))
    assert cached == expected
    assert cached[0]
    assert all(interview.reading_key for interview in cached[0].interviews)


@pytest.mark.usefixtures("garbage_collection")
@pytest.mark.parametrize("searching", [True, False])
def test_reading_leaves_the_garbage_collector_as_it_was(
    searching: bool, tmp_path: Path, executor: Executor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also when the cache cannot be used. A collection among all that tests have made would take a second."""
    monkeypatch.setattr(gc, "collect", lambda: 0)
    (gc.enable if searching else gc.disable)()
    try:
        read_book.survey_book(SMALL, TaskRunner(executor, Cache(tmp_path)))
        assert gc.isenabled() is searching
        with pytest.raises(AttributeError):
            read_book.survey_book(SMALL, TaskRunner(executor, None))  # type: ignore[arg-type]
        assert gc.isenabled() is searching
    finally:
        gc.unfreeze()
        gc.enable()


@pytest.mark.parametrize(("count", "is_alone"), [(16, True), (17, False)])
def test_few_interviews_are_read_with_one_pandoc(count: int, is_alone: bool, tmp_path: Path) -> None:
    """Each worker that reads has a pandoc of its own, of 165 MB."""
    interviews = tmp_path / "interviews"
    interviews.mkdir()
    (tmp_path / "book.yaml").write_text("title: Lights\nlanguage: en\ndate: 2026-01-01\n", encoding="utf-8")
    for number in range(count):
        (interviews / f"light-{number}.md").write_text("# Not an interview yet\n", encoding="utf-8")
    used: list[bool] = []
    with ThreadPoolExecutor(1, initializer=partial(used.append, True)) as pool:
        _, problems = read_book.survey_book(tmp_path, TaskRunner(pool, Cache(None)))
        gc.unfreeze()
    assert problems
    assert bool(used) is not is_alone


GARBAGE = """
import gc, pathlib, sys, weakref
from onrecord.manuscript import read_book
from onrecord.runtime.cache import Cache
from onrecord.runtime.task_runner import NO_WORKERS, TaskRunner

class Circle:
    def __init__(self):
        self.itself = self

gc.disable()
garbage = weakref.ref(Circle())
for _ in range(2):
    print("there" if garbage() else "gone")
    read_book.survey_book(pathlib.Path(sys.argv[1]), TaskRunner(NO_WORKERS.executor, Cache(None)))
print("there" if garbage() else "gone")
"""


def test_the_next_reading_collects_the_garbage_of_the_last(tmp_path: Path) -> None:
    """Otherwise a book that is edited all day would fill the memory. A new process has little to search through."""
    (tmp_path / "interviews").mkdir()
    (tmp_path / "interviews" / "light.md").write_text("# Not an interview yet\n", encoding="utf-8")
    (tmp_path / "book.yaml").write_text("title: Lights\n", encoding="utf-8")
    command = [sys.executable, "-c", GARBAGE, str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["there", "there", "gone"]
