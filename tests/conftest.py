"""Fixtures and options for all tests."""

from __future__ import annotations

import gc
import itertools
import os
import re
import sys
from pathlib import Path

import pytest

from tests.support.brief_reports import send_brief_reports
from tests.support.cpu_report import CpuReport

# Hundreds of processes of these tests import the package: let each find it compiled, whatever the environment says.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

gc.disable()  # until all tests are collected

_MEMORY_DISK = Path("/dev/shm")
_ROOM_BYTES = 3 * 1024**3  # a run of all tests writes a sixth of it
_FOLDER_NUMBERS = itertools.count(1)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--accept", action="store_true", help="rewrite the expected files; read the difference")
    parser.addoption("--cpu", action="store_true", help="print where the CPU seconds go, by test and file")


def pytest_configure(config: pytest.Config) -> None:
    _write_files_to_memory()
    if config.getoption("dist", "no") == "no" or hasattr(config, "workerinput"):  # tests run in this process
        config.pluginmanager.import_plugin("tests.support.prepared_tests")
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


@pytest.fixture
def tmp_path(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a new folder; that of pytest looks at all earlier ones, for the numbers in their names."""
    name = re.sub(r"\W", "_", request.node.name)[:30]
    folder = tmp_path_factory.getbasetemp() / f"{name}{next(_FOLDER_NUMBERS)}"
    folder.mkdir(mode=0o700)
    return folder
