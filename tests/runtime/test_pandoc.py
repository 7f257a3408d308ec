"""The resident pandoc process reads many documents, ends when idle, and is replaced after a kill."""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from onrecord.runtime import pandoc
from onrecord.runtime.pandoc import end_idle_processes


def _is_running(process: subprocess.Popen[bytes] | None) -> bool:
    return process is not None and process.poll() is None


def test_one_process_reads_many_documents() -> None:
    reader = pandoc._PandocProcess()
    reader.read(b"One.\n", "markdown")
    first = reader._process
    reader.read(b"Two.\n", "markdown")
    assert _is_running(first)
    assert reader._process is first
    reader.stop()


def test_an_idle_process_is_ended_and_the_next_document_gets_a_new_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pandoc, "IDLE_S", 0.1)
    reader = pandoc._PandocProcess()
    first = reader._process = reader._start_process()
    reader.read(b"One.\n", "markdown")
    first.wait(60)
    assert b"Two" in reader.read(b"Two.\n", "markdown")
    assert reader._process is not first
    reader.stop()
    reader.stop()  # a second call changes nothing


def test_idle_processes_are_ended_at_once_when_a_book_is_read() -> None:
    reader = pandoc._PandocProcess()
    reader.read(b"One.\n", "markdown")
    process = reader._process
    assert process
    end_idle_processes()  # of `pandoc` itself: tests that build books replace it
    process.wait(60)
    assert b"Two" in reader.read(b"Two.\n", "markdown")
    reader.stop()


def test_a_process_that_was_killed_while_idle_is_replaced() -> None:
    """A system short of memory may kill an idle process."""
    reader = pandoc._PandocProcess()
    read = reader.read(b"A word.\n", "commonmark")
    assert reader._process
    reader._process.kill()
    reader._process.wait()
    assert reader.read(b"A word.\n", "commonmark") == read


def test_a_killed_process_leaves_no_file_behind(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    reader = pandoc._PandocProcess()
    reader.read(b"A word.\n", "commonmark")
    assert reader._process
    reader._process.kill()
    reader._process.wait()
    assert not list(tmp_path.iterdir())


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the system does not tell")
@pytest.mark.parametrize(("heap", "most_mb"), [(pandoc._HEAP, 70), (pandoc._HEAP_IN_WORKER, 45)])
def test_a_process_that_has_read_long_texts_holds_little_memory(
    heap: tuple[str, ...], most_mb: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As pandoc is built, it would hold 80 MB."""
    monkeypatch.setattr(pandoc, "_HEAP", heap)
    reader = pandoc._PandocProcess()
    for _ in range(3):
        reader.read(b"The *harbour* light turns every ten seconds.\n\n" * 250, "commonmark_x+sourcepos")
    assert reader._process
    memory = Path(f"/proc/{reader._process.pid}/smaps_rollup").read_text(encoding="ascii")
    reader.stop()
    match = re.search(r"^Anonymous: +(\d+) kB", memory, re.MULTILINE)
    assert match
    assert int(match[1]) / 1024 < most_mb
