"""Delivery: the old edition or the new one, whole, whatever happens on the way."""

from __future__ import annotations

import errno
import itertools
import os
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from onrecord.model.problems import Refused
from onrecord.pipeline import delivery

OLD = {"book.pdf": b"old pdf", "book.epub": b"old epub", "book/index.html": b"old", "book/gone/a.html": b"old a"}
NEW = {"book.pdf": b"new pdf", "book.epub": b"new epub", "book/index.html": b"new", "book/b.html": b"new b"}


def contents(out: Path) -> dict[str, bytes]:
    """Every file below the folder, hidden ones too."""
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in sorted(out.rglob("*")) if path.is_file()}


def test_a_new_edition_replaces_the_old_one(tmp_path: Path) -> None:
    """Stale pages of a folder go; nothing else stays behind."""
    out = tmp_path / "not" / "yet" / "there"
    delivery.deliver(out, OLD)
    assert contents(out) == OLD
    assert delivery.deliver(out, NEW) == (out / "book.pdf", out / "book.epub", out / "book")
    assert contents(out) == NEW


def test_other_formats_and_other_files_stay(tmp_path: Path) -> None:
    delivery.deliver(tmp_path, OLD)
    (tmp_path / "letter.txt").write_bytes(b"mine")
    delivery.deliver(tmp_path, {"book.pdf": b"new pdf"})
    assert contents(tmp_path) == OLD | {"book.pdf": b"new pdf", "letter.txt": b"mine"}


@pytest.mark.parametrize("name", ["../book.pdf", "/book.pdf", ".hidden", "book/../../x", "book/.x", ""])
def test_a_name_outside_the_folder_is_our_bug(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="not a name"):
        delivery.deliver(tmp_path, {name: b""})


def test_something_in_the_way_is_named(tmp_path: Path) -> None:
    """A folder where the file should go, and a file where the folder should go: both problems, nothing changed."""
    (tmp_path / "book.pdf").mkdir()
    (tmp_path / "book").write_bytes(b"mine")
    with pytest.raises(Refused) as refused:
        delivery.deliver(tmp_path, NEW)
    assert [problem.rule for problem in refused.value.problems] == ["out-name-is-free"] * 2
    assert contents(tmp_path) == {"book": b"mine"}


# --- killed ---------------------------------------------------------------------------------------

_STEPS = {"open", "os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.replace"}


def _step_before(function: Callable[..., Any], step: Callable[[], None]) -> Callable[..., Any]:
    def counted(*arguments: Any) -> Any:
        step()
        return function(*arguments)

    return counted


def _killed_at(n: int, out: Path, files: dict[str, bytes], monkeypatch: pytest.MonkeyPatch) -> bool:
    """Deliver in a child process that dies just before its n-th change of the disk; False if it got through."""
    child = os.fork()
    if not child:
        left = n

        def step() -> None:
            nonlocal left
            left -= 1
            if left < 0:
                os._exit(9)

        monkeypatch.setattr(delivery, "_exchange", _step_before(delivery._exchange, step))
        monkeypatch.setattr(os, "fsync", _step_before(os.fsync, step))
        sys.addaudithook(lambda event, _: step() if event in _STEPS else None)
        delivery.deliver(out, files)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the test kills a fork of itself")
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
@pytest.mark.parametrize("exchange", [True, False], ids=["one rename", "two renames"])
def test_killed_at_any_step_it_is_the_old_edition_or_the_new(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, exchange: bool
) -> None:
    """After each possible death, and the next start: all old up to the commit, all new from then on."""
    if not exchange:
        monkeypatch.setattr(delivery, "_exchange", lambda one, other: False)
    editions = []
    for n in range(1000):
        out = tmp_path / str(n)
        delivery.deliver(out, OLD)
        if not _killed_at(n, out, NEW, monkeypatch):
            break
        for name, is_whole in {"book.pdf": (b"old pdf", b"new pdf"), "book.epub": (b"old epub", b"new epub")}.items():
            assert (out / name).read_bytes() in is_whole
        delivery.recover(out)
        found = contents(out)
        assert found in (OLD, NEW), n
        editions.append("old" if found == OLD else "new")
    assert len(editions) > 20
    assert editions == sorted(editions, reverse=True)  # "old" … "new"
    assert {"old", "new"} == set(editions)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the test kills a fork of itself")
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_killed_while_recovering_it_recovers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second death on the way back changes nothing: the next delivery still comes whole."""
    for n in itertools.count(0, 7):
        for m in itertools.count(0, 3):
            out = tmp_path / f"{n}-{m}"
            delivery.deliver(out, OLD)
            died = _killed_at(n, out, NEW, monkeypatch)
            died_again = _killed_at(m, out, {"book.pdf": b"third pdf"}, monkeypatch)
            delivery.recover(out)
            found = contents(out)
            pdf = found.pop("book.pdf")
            assert found in [{k: v for k, v in edition.items() if k != "book.pdf"} for edition in (OLD, NEW)]
            assert pdf in (b"old pdf", b"new pdf", b"third pdf")
            if not died_again:  # later steps do not exist
                break
        if not died:
            break
    assert n > 30
    assert m > 20


def test_the_folder_is_never_missing_where_the_system_can_exchange(tmp_path: Path) -> None:
    """A reader who looks all the time finds a whole folder each time."""
    one, other = tmp_path / "one", tmp_path / "other"
    one.mkdir()
    other.mkdir()
    if not delivery._exchange(one, other):
        pytest.skip("this file system cannot exchange two names")
    delivery.deliver(tmp_path, OLD)
    seen: set[bytes] = set()
    done = threading.Event()

    def look() -> None:
        while not done.is_set():
            seen.add((tmp_path / "book" / "index.html").read_bytes())

    reader = threading.Thread(target=look)
    reader.start()
    for edition in (NEW, OLD) * 20:
        delivery.deliver(tmp_path, edition)
    done.set()
    reader.join()
    assert seen <= {b"old", b"new"}


# --- refused by the system ------------------------------------------------------------------------


def _refusing(code: int, after: int) -> Callable[..., int]:
    calls = 0
    write = Path.write_bytes

    def refuse(self: Path, data: bytes) -> int:
        nonlocal calls
        calls += 1
        if calls > after:
            raise OSError(code, os.strerror(code), str(self))
        return write(self, data)

    return refuse


@pytest.mark.parametrize(("code", "rule"), [(errno.ENOSPC, "disk-has-room"), (errno.EACCES, "out-is-writable")])
@pytest.mark.parametrize("after", [0, 1, 3])
def test_a_full_or_locked_disk_leaves_the_old_edition(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, rule: str, after: int
) -> None:
    """The problem says what to do, and no half-written file stays."""
    delivery.deliver(tmp_path, OLD)
    monkeypatch.setattr(Path, "write_bytes", _refusing(code, after))
    with pytest.raises(Refused) as refused:
        delivery.deliver(tmp_path, NEW)
    assert refused.value.problems[0].rule == rule
    assert "--out" in refused.value.problems[0].hint
    assert contents(tmp_path) == OLD


def test_a_file_where_the_folder_should_be_is_a_problem(tmp_path: Path) -> None:
    """Works for root too, who may write everywhere else."""
    (tmp_path / "dist").write_bytes(b"mine")
    with pytest.raises(Refused) as refused:
        delivery.deliver(tmp_path / "dist", NEW)
    assert refused.value.problems[0].rule == "out-is-writable"


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_without_write_permission_is_a_problem(tmp_path: Path) -> None:
    delivery.deliver(tmp_path, OLD)
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(Refused) as refused:
            delivery.deliver(tmp_path, NEW)
    finally:
        tmp_path.chmod(0o700)
    assert refused.value.problems[0].rule == "out-is-writable"
    assert contents(tmp_path) == OLD


def test_a_real_full_disk_leaves_the_old_edition(tmp_path: Path) -> None:
    """RLIMIT_FSIZE ends a write in the middle as a full disk does."""
    resource = pytest.importorskip("resource")
    delivery.deliver(tmp_path, OLD)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    import signal

    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, before[1]))
    try:
        with pytest.raises(Refused):
            delivery.deliver(tmp_path, NEW | {"book.epub": b"x" * 5000})
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, ignored)
    assert contents(tmp_path) == OLD


def test_two_deliveries_at_once_come_one_after_the_other(tmp_path: Path) -> None:
    """Neither finds the other's half-done work."""
    pytest.importorskip("fcntl")
    editions = [{f"book/{i}.html": bytes([edition]) * 10 for i in range(30)} for edition in range(4)]
    threads = [threading.Thread(target=delivery.deliver, args=(tmp_path, edition)) for edition in editions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert contents(tmp_path) in editions
