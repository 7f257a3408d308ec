"""Fixtures of the processes that run tests. The process of xdist that only waits for them is spared these imports."""

from __future__ import annotations

import contextlib
import gc
import os
from collections.abc import Iterator

import pytest

from onrecord.editions import cover
from onrecord.manuscript import interview_cache
from onrecord.runtime.screen_faces import ScreenFace
from tests.support import sample
from tests.support.language_model import share_language_model
from tests.support.shared_results import RESULTS, draw_cover_once, make_subset_once, share_results
from tests.support.workers import IMPORTS, RUNNER, lend_workers

_PAUSE_GARBAGE_COLLECTION = interview_cache._pause_garbage_collection


@pytest.fixture(scope="module")
def lent_workers() -> Iterator[None]:
    """Let the command line use the worker that runs already: starting one takes a second."""
    with lend_workers():
        yield


@contextlib.contextmanager
def use_same_fonts_and_cover() -> Iterator[None]:
    """Give every web edition and e-book fonts of one letter and the same cover: the proof asks only what they are."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ScreenFace, "make_subset", lambda face, _text: make_subset_once(face, "A"))
        patch.setattr(cover, "draw_cover", lambda _book, colors, look: draw_cover_once(sample.BOOK, colors, look))
        yield


@pytest.fixture(scope="module")
def same_fonts_and_cover() -> Iterator[None]:
    """Give them the same fonts and cover in all tests of a file."""
    with use_same_fonts_and_cover():
        yield


@pytest.fixture(scope="session", autouse=True)
def prepared_session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Prepare all tests. It is one fixture, because pytest takes time for each of them before each test."""
    os.environ.pop("ONRECORD_HOME", None)  # run as `onrecord`: `build.py test` names the checkout as the home of books
    gc.set_threshold(200_000, 50, 1000)  # search for garbage rarely
    base = tmp_path_factory.getbasetemp()
    RESULTS.folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "results"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda _file: None)  # files of tests need not outlive a power cut
        # Do not pause garbage collection while manuscripts are read: it takes 0.1 s each time in these tests.
        patch.setattr(interview_cache, "_pause_garbage_collection", contextlib.nullcontext)
        share_results(patch.setattr)
        share_language_model(patch.setattr)
        yield
    IMPORTS.shutdown()  # a thread that waits for a worker can crash Python's exit
    RUNNER.executor.shutdown()


@pytest.fixture
def garbage_collection(monkeypatch: pytest.MonkeyPatch) -> None:
    """Collect garbage as a build does."""
    monkeypatch.setattr(interview_cache, "_pause_garbage_collection", _PAUSE_GARBAGE_COLLECTION)
