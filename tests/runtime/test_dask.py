"""Dask workers do the same tasks with nothing of the book but what is sent to them."""

from __future__ import annotations

import pickle
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
from tests.hostile.table import make_png, write_book, write_file, write_interview
from tests.support.paths import ROOT
from tests.support.sample import RUNNER


def test_a_task_for_dask_names_no_folder_of_the_book(tmp_path: Path) -> None:
    """Pictures and fonts are sent as bytes."""
    folder = tmp_path / "the-folder-of-the-book"
    write_book(folder)
    write_interview(folder, "![A light](images/a.png)\n")
    write_file(folder / "book/images/a.png", make_png())
    font = font_files.list_font_files(font_files.list_package_folders())[0]
    write_file(folder / "book/fonts" / font.name, font.read_bytes())
    book = read_book.read_book(folder / "book")
    source = edition._BookPrinter(book, folder / "book", RUNNER)._interviews.make_source(book.interviews[0], {})
    sent = pickle.dumps(source)
    assert make_png() in sent
    assert font.read_bytes() in sent
    assert b"the-folder-of-the-book" not in sent


@pytest.mark.parametrize("address", ["nowhere", "tcp://127.0.0.1:1", "tcp://", "tcp://127.0.0.1:x"])
def test_a_missing_scheduler_is_a_problem(tmp_path: Path, address: str) -> None:
    """The problem has a hint; there is no traceback."""
    with (
        pytest.raises(Refused, match="there is no scheduler at") as refused,
        open_task_runner(Cache(tmp_path), 1, address),
    ):
        pass
    assert [problem.rule for problem in refused.value.problems] == ["scheduler-is-there"]


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    distributed = pytest.importorskip("distributed")
    folder = tmp_path_factory.mktemp("elsewhere")
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, local_directory=str(folder)
    ) as local_cluster:
        yield local_cluster.scheduler_address


@pytest.mark.slow
@pytest.mark.filterwarnings("default")  # Dask's own
def test_dask_workers_make_the_same_bytes(cluster: str, tmp_path: Path) -> None:
    """Compare the sample book laid out on Dask and laid out here."""
    folder = ROOT / "book"
    with task_runner.connect_to_dask(cluster, build_identity.compute_build_identity) as connection:
        remote_edition = edition.make_pdf(
            read_book.read_book(folder), folder, TaskRunner(RUNNER.executor, Cache(None), connection)
        )
    assert remote_edition.data == edition.make_pdf(read_book.read_book(folder), folder, RUNNER).data


@pytest.mark.slow
@pytest.mark.filterwarnings("default")
def test_dask_workers_of_another_version_are_refused(cluster: str) -> None:
    """A book never holds pages of two versions."""
    calls = iter(range(10))
    with (
        pytest.raises(SchedulerUnreachable, match="another version"),
        task_runner.connect_to_dask(cluster, lambda: f"version {next(calls)}"),
    ):
        pass


@pytest.mark.parametrize("address", ["tls://[::1", "tcp://127.0.0.1:99999", "http://127.0.0.1:1", "tcp://", "\x1b[31m"])
def test_an_address_that_is_none_is_a_sentence(address: str) -> None:
    with (
        pytest.raises(SchedulerUnreachable, match="there is no scheduler at"),
        task_runner.connect_to_dask(address, lambda: ""),
    ):
        pass
