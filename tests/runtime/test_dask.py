"""Beyond one machine: the same tasks on Dask workers that have nothing of the book but what travels to them."""

from __future__ import annotations

import pickle
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from onrecord.editions.pdf import edition
from onrecord.manuscript import read_book
from onrecord.model.problems import Refused
from onrecord.pipeline.workspace import open_task_runner
from onrecord.runtime import build_identity, font_files, task_runner
from onrecord.runtime.cache import Cache
from onrecord.runtime.task_runner import SchedulerUnreachable, TaskRunner
from tests.support.paths import ROOT
from tests.support.sample import PRESS


def test_what_travels_names_no_folder_of_the_book(tmp_path: Path) -> None:
    """A sheet holds its pictures and the book's fonts as bytes."""
    folder = tmp_path / "the-folder-of-the-book"
    shutil.copytree(ROOT / "docs", folder, ignore=shutil.ignore_patterns(".onrecord"))
    (folder / "fonts").mkdir()
    shutil.copy(font_files.list_font_files(font_files.list_package_folders())[0], folder / "fonts")
    printer = edition._BookPrinter(read_book.read_book(folder), folder, PRESS)
    for interview in printer._book.interviews:
        assert b"the-folder-of-the-book" not in pickle.dumps(printer._interviews.make_source(interview, {}))


@pytest.mark.parametrize("address", ["nowhere", "tcp://127.0.0.1:1", "tcp://", "tcp://127.0.0.1:x"])
def test_a_scheduler_that_is_not_there_is_said(tmp_path: Path, address: str) -> None:
    """A problem with a hint, and not a traceback."""
    with pytest.raises(Refused, match="there is no scheduler at"), open_task_runner(tmp_path, 1, None, address):
        pass


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    distributed = pytest.importorskip("distributed")
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, local_directory=str(elsewhere)
    ) as found:
        yield found.scheduler_address


@pytest.mark.slow
@pytest.mark.filterwarnings("default")  # Dask's own
def test_two_workers_elsewhere_make_the_same_bytes(cluster: str, tmp_path: Path) -> None:
    """The book that ships here, set on Dask, is the one set here."""
    folder = ROOT / "book"
    with task_runner.connect_to_dask(cluster, build_identity.compute_build_identity) as far:
        there = edition.make_pdf(read_book.read_book(folder), folder, TaskRunner(PRESS.executor, Cache(None), far))
    assert there.data == edition.make_pdf(read_book.read_book(folder), folder, PRESS).data


@pytest.mark.slow
@pytest.mark.filterwarnings("default")
def test_another_version_elsewhere_is_refused(cluster: str) -> None:
    """Pages of two versions never stand in one book."""
    calls = iter(range(10))
    with (
        pytest.raises(SchedulerUnreachable, match="another version"),
        task_runner.connect_to_dask(cluster, lambda: f"version {next(calls)}"),
    ):
        pass
