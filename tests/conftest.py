"""What the tests share."""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Iterator

import pytest

from onrecord.editions import cover
from onrecord.manuscript import interview_cache
from onrecord.model import Book
from tests.support.workers import PRESS, lend_workers

_SEARCH = interview_cache._without_search_for_garbage


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--accept", action="store_true", help="rewrite the expected files; read the difference")


def pytest_collection_finish() -> None:
    """Keep the search for garbage away from all that stays until the end."""
    gc.freeze()


@pytest.fixture
def accept(request: pytest.FixtureRequest) -> bool:
    """Whether expected files are to be rewritten with what was found."""
    return bool(request.config.getoption("--accept"))


@pytest.fixture(scope="module")
def lent_workers() -> Iterator[None]:
    """Builds of the command line use one worker that is there already: starting one takes a second."""
    with lend_workers():
        yield


@pytest.fixture(scope="session", autouse=True)
def worker_ends() -> Iterator[None]:
    """End the worker after the last test: a thread that still waits for it when Python exits can crash it."""
    yield
    PRESS.executor.shutdown()


@pytest.fixture(scope="session", autouse=True)
def covers_drawn_once() -> Iterator[None]:
    """Draw each cover once: it takes 0.15 s and depends on four texts alone, which test_epub.py holds it to."""
    draw, drawn = cover.draw_cover, dict[object, bytes]()

    def draw_once(book: Book) -> bytes:
        texts = (book.title, book.subtitle, book.editors, book.publisher)
        if texts not in drawn:
            drawn[texts] = draw(book)
        return drawn[texts]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cover, "draw_cover", draw_once)
        yield


@pytest.fixture(scope="session", autouse=True)
def no_search_for_garbage() -> Iterator[None]:
    """Read manuscripts without a search for garbage: here it goes through all tests, 0.1 s each time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(interview_cache, "_without_search_for_garbage", contextlib.nullcontext)
        yield


@pytest.fixture
def search_for_garbage(monkeypatch: pytest.MonkeyPatch) -> None:
    """Search as a build does."""
    monkeypatch.setattr(interview_cache, "_without_search_for_garbage", _SEARCH)
