"""Fixtures and options for all tests."""

from __future__ import annotations

import contextlib
import gc
import itertools
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from onrecord.manuscript import interview_cache
from tests.support.brief_reports import send_brief_reports
from tests.support.cpu_report import CpuReport
from tests.support.shared_results import RESULTS, share_results
from tests.support.workers import IMPORTS, RUNNER, lend_workers

# Hundreds of processes of these tests import the package: let each find it compiled, whatever the environment says.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

gc.disable()  # until all tests are collected

_MEMORY_DISK = Path("/dev/shm")
_ROOM_BYTES = 3 * 1024**3  # a run of all tests writes a sixth of it
_FOLDER_NUMBERS = itertools.count(1)
_PAUSE_GARBAGE_COLLECTION = interview_cache._pause_garbage_collection


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--accept", action="store_true", help="rewrite the expected files; read the difference")
    parser.addoption("--cpu", action="store_true", help="print where the CPU seconds go, by test and file")


def pytest_configure(config: pytest.Config) -> None:
    _write_files_to_memory()
    if config.getoption("--cpu"):
        config.pluginmanager.register(CpuReport(config))


def _write_files_to_memory() -> None:
    """Put the folders of tests where no disk is waited for, if there is room and programs can be run."""
    if sys.platform != "linux" or not _MEMORY_DISK.is_dir():
        return
    disk = os.statvfs(_MEMORY_DISK)
    if disk.f_bavail * disk.f_frsize > _ROOM_BYTES and not disk.f_flag & (os.ST_NOEXEC | os.ST_RDONLY):
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(_MEMORY_DISK))


def pytest_sessionstart(session: pytest.Session) -> None:
    send_brief_reports(session.config)


def pytest_collection_finish() -> None:
    """Exclude all that stays until the end from garbage collection, and begin with it."""
    gc.freeze()
    gc.enable()


def pytest_sessionfinish() -> None:
    """Collect garbage once; pytest and Python's exit would look through all objects again."""
    gc.collect()
    gc.freeze()


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
def shared_results(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Share what takes long and occurs in many tests with the other processes of this run."""
    base = tmp_path_factory.getbasetemp()
    RESULTS.folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "results"
    with pytest.MonkeyPatch.context() as patch:
        share_results(patch.setattr)
        yield


@pytest.fixture
def tmp_path(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a new folder; that of pytest looks at all earlier ones, for the numbers in their names."""
    name = re.sub(r"\W", "_", request.node.name)[:30]
    folder = tmp_path_factory.getbasetemp() / f"{name}{next(_FOLDER_NUMBERS)}"
    folder.mkdir(mode=0o700)
    return folder


@pytest.fixture(scope="session", autouse=True)
def paused_garbage_collection() -> Iterator[None]:
    """Read manuscripts without garbage collection: it takes 0.1 s each time in these tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(interview_cache, "_pause_garbage_collection", contextlib.nullcontext)
        yield


@pytest.fixture
def garbage_collection(monkeypatch: pytest.MonkeyPatch) -> None:
    """Collect garbage as a build does."""
    monkeypatch.setattr(interview_cache, "_pause_garbage_collection", _PAUSE_GARBAGE_COLLECTION)
