"""Fixtures and options for all tests."""

from __future__ import annotations

import contextlib
import gc
import os
import sys
from collections.abc import Iterator

import pytest

from onrecord.editions import cover
from onrecord.manuscript import interview_cache
from onrecord.model import Book
from tests.support.workers import IMPORTS, LAYOUTS, RUNNER, lend_workers

# Hundreds of processes of these tests import the package: let each find it compiled, whatever the environment says.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

gc.disable()  # until all tests are collected

_PAUSE_GARBAGE_COLLECTION = interview_cache._without_search_for_garbage


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--accept", action="store_true", help="rewrite the expected files; read the difference")


def pytest_collection_finish() -> None:
    """Exclude all that stays until the end from garbage collection, and begin with it."""
    gc.freeze()
    gc.enable()


@pytest.fixture
def accept(request: pytest.FixtureRequest) -> bool:
    """Return whether expected files are to be rewritten."""
    return bool(request.config.getoption("--accept"))


@pytest.fixture(scope="module")
def lent_workers() -> Iterator[None]:
    """Let the command line use the worker that runs already: starting one takes a second."""
    with lend_workers():
        yield


@pytest.fixture(scope="session", autouse=True)
def plain_environment() -> None:
    """Run as `onrecord` and not as `python build.py test`, which names the checkout as the home of the books."""
    os.environ.pop("ONRECORD_HOME", None)


@pytest.fixture(scope="session", autouse=True)
def cheap_files_and_memory() -> Iterator[None]:
    """Do not wait for disks, and search for garbage rarely: files of tests need not outlive a power cut."""
    gc.set_threshold(200_000, 50, 1000)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda _file: None)
        yield


@pytest.fixture(scope="session", autouse=True)
def ending_workers() -> Iterator[None]:
    """End the workers after the last test: a thread that waits for one can crash Python's exit."""
    yield
    IMPORTS.shutdown()
    RUNNER.executor.shutdown()


@pytest.fixture(scope="session", autouse=True)
def shared_layouts(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Share the layouts of the sample books with the other processes of this run."""
    base = tmp_path_factory.getbasetemp()
    LAYOUTS.folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "layouts"


@pytest.fixture(scope="session", autouse=True)
def cover_cache() -> Iterator[None]:
    """Draw each cover once: it takes 0.15 s and depends on four texts and four colours (see test_epub.py)."""
    draw_cover, cached_covers = cover.draw_cover, dict[object, bytes]()

    def draw_cover_once(book: Book, colors: cover.CoverColors, look: cover.CoverLook = cover.HOUSE_LOOK) -> bytes:
        key = (book.title, book.subtitle, book.editors, book.publisher, cover.list_initials(book), colors, look)
        if key not in cached_covers:
            cached_covers[key] = draw_cover(book, colors, look)
        return cached_covers[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cover, "draw_cover", draw_cover_once)
        yield


@pytest.fixture(scope="session", autouse=True)
def paused_garbage_collection() -> Iterator[None]:
    """Read manuscripts without garbage collection: it takes 0.1 s each time in these tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(interview_cache, "_without_search_for_garbage", contextlib.nullcontext)
        yield


@pytest.fixture
def garbage_collection(monkeypatch: pytest.MonkeyPatch) -> None:
    """Collect garbage as a build does."""
    monkeypatch.setattr(interview_cache, "_without_search_for_garbage", _PAUSE_GARBAGE_COLLECTION)
