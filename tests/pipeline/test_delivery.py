"""Delivery: the old edition or the new one, whole, whatever happens on the way."""

from __future__ import annotations

import errno
import itertools
import os
import shutil
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from onrecord.model.problems import Refused
from onrecord.pipeline import delivery
from onrecord.runtime.environment import EnvironmentProblem

OLD = {"book.pdf": b"old pdf", "book.epub": b"old epub", "book/index.html": b"old", "book/gone/a.html": b"old a"}
NEW = {"book.pdf": b"new pdf", "book.epub": b"new epub", "book/index.html": b"new", "book/b.html": b"new b"}


def contents(out: Path) -> dict[str, bytes]:
    """Every file below the folder, hidden ones too."""
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in sorted(out.rglob("*")) if path.is_file()}


def test_a_new_edition_replaces_the_old_one(tmp_path: Path) -> None:
    """Stale pages of a folder go; nothing else stays behind."""
    out = tmp_path / "not" / "yet" / "there"
    delivery.deliver_files(out, OLD)
    assert contents(out) == OLD
    assert delivery.deliver_files(out, NEW) == (out / "book.pdf", out / "book.epub", out / "book")
    assert contents(out) == NEW


def test_other_formats_and_other_files_stay(tmp_path: Path) -> None:
    delivery.deliver_files(tmp_path, OLD)
    (tmp_path / "letter.txt").write_bytes(b"mine")
    delivery.deliver_files(tmp_path, {"book.pdf": b"new pdf"})
    assert contents(tmp_path) == OLD | {"book.pdf": b"new pdf", "letter.txt": b"mine"}


@pytest.mark.parametrize("name", ["../book.pdf", "/book.pdf", ".hidden", "book/../../x", "book/.x", ""])
def test_a_name_outside_the_folder_is_our_bug(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="not a name"):
        delivery.deliver_files(tmp_path, {name: b""})


def test_something_in_the_way_is_named(tmp_path: Path) -> None:
    """A folder where the file should go, and a file where the folder should go: both problems, nothing changed."""
    (tmp_path / "book.pdf").mkdir()
    (tmp_path / "book").write_bytes(b"mine")
    with pytest.raises(Refused) as refused:
        delivery.deliver_files(tmp_path, NEW)
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
        delivery.deliver_files(out, files)
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
        delivery.deliver_files(out, OLD)
        if not _killed_at(n, out, NEW, monkeypatch):
            break
        for name, is_whole in {"book.pdf": (b"old pdf", b"new pdf"), "book.epub": (b"old epub", b"new epub")}.items():
            assert (out / name).read_bytes() in is_whole
        delivery.recover_out(out)
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
            delivery.deliver_files(out, OLD)
            died = _killed_at(n, out, NEW, monkeypatch)
            died_again = _killed_at(m, out, {"book.pdf": b"third pdf"}, monkeypatch)
            delivery.recover_out(out)
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
    delivery.deliver_files(tmp_path, OLD)
    seen: set[bytes] = set()
    done = threading.Event()

    def look() -> None:
        while not done.is_set():
            seen.add((tmp_path / "book" / "index.html").read_bytes())

    reader = threading.Thread(target=look)
    reader.start()
    for edition in (NEW, OLD) * 20:
        delivery.deliver_files(tmp_path, edition)
    done.set()
    reader.join()
    assert seen <= {b"old", b"new"}


# --- left behind by nobody of ours ----------------------------------------------------------------


def _journal(out: Path, data: bytes) -> None:
    """What a received folder holds: a delivery that was never begun here, with something made ready for every name."""
    (out / ".delivery" / "new").mkdir(parents=True)
    (out / ".delivery" / "new" / "book.pdf").write_bytes(b"strange pdf")
    (out / ".delivery" / "journal").write_bytes(data)


def _said(out: Path, reason: str) -> list[str]:
    """The one warning that is wanted."""
    home = f"{out}/.delivery"
    return [
        f"{home}: warning[delivery-is-ours]: this is no unfinished delivery of On Record: {reason}. It was ignored\n"
        f"  hint: delete {home} if it is still there; if a build was interrupted here, build again"
    ]


def _no_name(name: str) -> str:
    return f"its journal names “{name}”, which is no name of a file in this folder"


_DAMAGED = "its journal is damaged"
JOURNALS = {
    "a way out": (b'{"../../outside": 1}', _no_name("../../outside")),
    "a way out of a folder": (b'{"book/../../../outside": 1}', _no_name("book/../../../outside")),
    "the folder above": (b'{"..": 1}', _no_name("..")),
    "the folder itself": (b'{".": 1}', _no_name(".")),
    "a name from the root": (b'{"/etc/passwd": 1}', _no_name("/etc/passwd")),
    "a name below a folder": (b'{"book/index.html": 1}', _no_name("book/index.html")),
    "a drive": (b'{"C:outside": 1}', _no_name("C:outside")),
    "a way of Windows": (b'{"..\\\\outside": 1}', _no_name("..\\\\outside")),
    "a hidden name": (b'{".bashrc": 1}', _no_name(".bashrc")),
    "no name": (b'{"": 1}', _no_name("")),
    "a command for a terminal": (b'{"\\u001b[2Jbook.pdf": 1}', _no_name("\\u001b[2Jbook.pdf")),
    "half a character": (b'{"\\ud800": 1}', _no_name("\\ud800")),
    "an end of text": (b'{"book.pdf\\u0000": 1}', _no_name("book.pdf\\u0000")),
    "a good name before a bad one": (b'{"book.pdf": 1, "../outside": 1}', _no_name("../outside")),
    "a name too long": (b'{"' + b"a" * 5000 + b'": 1}', f"“{'a' * 5000}” in it is not what its journal says"),
    "another file": (b'{"book.pdf": 1}', "“book.pdf” in it is not what its journal says"),
    "a file that is not there": (b'{"letter.txt": 1}', "“letter.txt” in it is not what its journal says"),
    "no number": (b'{"book.pdf": "1"}', _DAMAGED),
    "true": (b'{"book.pdf": true}', _DAMAGED),
    "nothing": (b'{"book.pdf": null}', _DAMAGED),
    "half a number": (b'{"book.pdf": 1.0}', _DAMAGED),
    "a long number": (b'{"book.pdf": ' + b"9" * 5000 + b"}", _DAMAGED),
    "a list": (b'["../../outside"]', _DAMAGED),
    "a text": (b'"../../outside"', _DAMAGED),
    "cut short": (b'{"book.pdf": 1', _DAMAGED),
    "empty": (b"", _DAMAGED),
    "no UTF-8": (b'{"\xff": 1}', _DAMAGED),
    "deep": (b'{"book.pdf": ' + b"[" * 40_000, _DAMAGED),
    "huge": (b'{"book.pdf": 1}' + b" " * 100_000, "its journal cannot be read (it is too large)"),
}


@pytest.mark.parametrize(("data", "reason"), JOURNALS.values(), ids=JOURNALS)
def test_a_journal_that_is_not_ours_moves_nothing(tmp_path: Path, data: bytes, reason: str) -> None:
    """One warning, every file as it was; and the next delivery comes whole."""
    out = tmp_path / "received" / "dist"
    outside = tmp_path / "outside"
    delivery.deliver_files(out, OLD)
    outside.write_bytes(b"mine")
    (out / "outside").write_bytes(b"theirs")
    _journal(out, data)
    before = contents(tmp_path)
    assert [str(problem) for problem in delivery.recover_out(out)] == _said(out, reason)
    assert contents(tmp_path) == before
    delivery.deliver_files(out, NEW)
    assert contents(out) == NEW | {"outside": b"theirs"}
    assert outside.read_bytes() == b"mine"
    assert delivery.recover_out(out) == ()


def _as_folder(journal: Path, _outside: Path) -> str:
    journal.mkdir()
    return "its journal cannot be read (it is no ordinary file)"


def _as_link(journal: Path, outside: Path) -> str:
    journal.symlink_to(outside / "journal")
    return "its journal cannot be read (Too many levels of symbolic links)"


def _as_pipe(journal: Path, _outside: Path) -> str:
    os.mkfifo(journal)
    return "its journal cannot be read (it is no ordinary file)"


def _below_a_link(journal: Path, outside: Path) -> str:
    """All that a delivery needs stands behind the link, with the right identities."""
    (journal.parent / "new").rmdir()
    journal.parent.rmdir()
    journal.parent.symlink_to(outside, target_is_directory=True)
    return "it is a link or a file"


def _as_file(journal: Path, _outside: Path) -> str:
    (journal.parent / "new").rmdir()
    journal.parent.rmdir()
    journal.parent.write_bytes(b"theirs")
    return "it is a link or a file"


def _a_dead_link(journal: Path, outside: Path) -> str:
    (journal.parent / "new").rmdir()
    journal.parent.rmdir()
    journal.parent.symlink_to(outside / "nowhere")
    return "it is a link or a file"


def _new_below_a_link(journal: Path, outside: Path) -> str:
    (journal.parent / "new").rmdir()
    (journal.parent / "new").symlink_to(outside / "new", target_is_directory=True)
    journal.write_bytes((outside / "journal").read_bytes())
    return "“new” in it is no folder"


def _old_below_a_link(journal: Path, outside: Path) -> str:
    new = journal.parent / "new" / "book"
    new.mkdir()
    (journal.parent / "old").symlink_to(outside, target_is_directory=True)
    journal.write_text(f'{{"book": {new.stat().st_ino}}}', encoding="utf-8")
    return "“old” in it is no folder"


def _a_link_made_ready(journal: Path, outside: Path, *, itself: bool = False) -> str:
    new = journal.parent / "new" / "book.pdf"
    new.symlink_to(outside / "new" / "book.pdf")
    journal.write_text(f'{{"book.pdf": {new.stat(follow_symlinks=not itself).st_ino}}}', encoding="utf-8")
    return "“book.pdf” in it is not what its journal says"


def _the_link_made_ready(journal: Path, outside: Path) -> str:
    return _a_link_made_ready(journal, outside, itself=True)


LINKS = (
    _as_folder,
    _as_link,
    _as_pipe,
    _below_a_link,
    _as_file,
    _a_dead_link,
    _new_below_a_link,
    _old_below_a_link,
    _a_link_made_ready,
    _the_link_made_ready,
)


@pytest.mark.skipif(os.name == "nt", reason="links and pipes of POSIX")
@pytest.mark.parametrize("exchange", [True, False], ids=["one rename", "two renames"])
@pytest.mark.parametrize("make", LINKS)
def test_links_and_pipes_in_a_delivery_are_not_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make: Callable[[Path, Path], str], exchange: bool
) -> None:
    """What they lead to stays, to the byte; there is one warning, and the next delivery comes whole."""
    if not exchange:
        monkeypatch.setattr(delivery, "_exchange", lambda one, other: False)
    out, outside = tmp_path / "received" / "dist", tmp_path / "outside"
    delivery.deliver_files(out, OLD)
    (outside / "new").mkdir(parents=True)
    (outside / "new" / "book.pdf").write_bytes(b"mine")
    identity = (outside / "new" / "book.pdf").stat().st_ino
    (outside / "journal").write_text(f'{{"book.pdf": {identity}}}', encoding="utf-8")
    (out / ".delivery" / "new").mkdir(parents=True)
    reason = make(out / ".delivery" / "journal", outside)
    before = contents(outside)
    assert [str(problem) for problem in delivery.recover_out(out)] == _said(out, reason)
    assert {name: (out / name).read_bytes() for name in OLD} == OLD
    assert contents(outside) == before
    delivery.deliver_files(out, NEW)
    assert contents(out) == NEW
    assert contents(outside) == before
    assert delivery.recover_out(out) == ()


def test_a_delivery_that_was_changed_after_its_death_is_not_finished(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not one name of it: whoever put another file into the place of one may have done more."""

    def die(*_: object) -> None:
        raise SystemExit

    delivery.deliver_files(tmp_path, OLD)
    with monkeypatch.context() as patch:
        patch.setattr(delivery, "_swap_in", die)
        with pytest.raises(SystemExit):
            delivery.deliver_files(tmp_path, NEW)
    new = tmp_path / ".delivery" / "new"
    (new / "strange").write_bytes(b"strange epub")
    (new / "strange").replace(new / "book.epub")
    said = [str(problem) for problem in delivery.recover_out(tmp_path)]
    assert said == _said(tmp_path, "“book.epub” in it is not what its journal says")
    assert {name: (tmp_path / name).read_bytes() for name in OLD} == OLD


@pytest.mark.skipif(os.name == "nt", reason="links of POSIX")
@pytest.mark.parametrize("exchange", [True, False], ids=["one rename", "two renames"])
def test_links_where_the_copies_go_are_replaced_and_not_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, exchange: bool
) -> None:
    """A file outside keeps its bytes, its place and its name: not even one with the same bytes gets another name in `out`."""
    if not exchange:
        monkeypatch.setattr(delivery, "_exchange", lambda one, other: False)
    out, outside = tmp_path / "dist", tmp_path / "outside"
    out.mkdir()
    (outside / "site").mkdir(parents=True)
    (outside / "site" / "index.html").write_bytes(NEW["book/index.html"])
    (outside / "book.pdf").write_bytes(b"mine")
    (out / "book").symlink_to(outside / "site", target_is_directory=True)
    (out / "book.pdf").symlink_to(outside / "book.pdf")
    before = contents(outside)
    delivery.deliver_files(out, NEW)
    assert contents(out) == NEW
    assert not any(path.is_symlink() for path in out.rglob("*"))
    assert contents(outside) == before
    assert (outside / "site" / "index.html").stat().st_nlink == 1


def test_a_strange_delivery_that_cannot_be_deleted_is_moved_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Folders in folders without end, or somebody else's: they stop no delivery."""
    _journal(tmp_path, b"{")
    (tmp_path / ".delivery-1").mkdir()
    remove = shutil.rmtree

    def refuse(path: Path) -> None:
        if (path / "journal").is_file() and (path / "journal").read_bytes() == b"{":
            raise RecursionError
        remove(path)

    monkeypatch.setattr(shutil, "rmtree", refuse)
    delivery.deliver_files(tmp_path, NEW)
    strange = {".delivery-2/journal": b"{", ".delivery-2/new/book.pdf": b"strange pdf"}
    assert contents(tmp_path) == NEW | strange


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


@pytest.mark.parametrize(("code", "sentence"), [(errno.ENOSPC, "the disk is full"), (errno.EACCES, "refuses")])
@pytest.mark.parametrize("after", [0, 1, 3])
def test_a_full_or_locked_disk_leaves_the_old_edition(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, sentence: str, after: int
) -> None:
    """The problem says what to do, and no half-written file stays."""
    delivery.deliver_files(tmp_path, OLD)
    monkeypatch.setattr(Path, "write_bytes", _refusing(code, after))
    with pytest.raises(EnvironmentProblem) as refused:
        delivery.deliver_files(tmp_path, NEW)
    assert sentence in refused.value.sentence
    assert "--out" in refused.value.hint
    assert contents(tmp_path) == OLD


def test_a_file_where_the_folder_should_be_is_a_problem(tmp_path: Path) -> None:
    """Works for root too, who may write everywhere else."""
    (tmp_path / "dist").write_bytes(b"mine")
    with pytest.raises(EnvironmentProblem) as refused:
        delivery.deliver_files(tmp_path / "dist", NEW)
    assert "refuses to read or write" in refused.value.sentence


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_without_write_permission_is_a_problem(tmp_path: Path) -> None:
    delivery.deliver_files(tmp_path, OLD)
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(EnvironmentProblem) as refused:
            delivery.deliver_files(tmp_path, NEW)
    finally:
        tmp_path.chmod(0o700)
    assert "refuses to read or write" in refused.value.sentence
    assert contents(tmp_path) == OLD


def test_a_real_full_disk_leaves_the_old_edition(tmp_path: Path) -> None:
    """RLIMIT_FSIZE ends a write in the middle as a full disk does."""
    resource = pytest.importorskip("resource")
    delivery.deliver_files(tmp_path, OLD)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    import signal

    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, before[1]))
    try:
        with pytest.raises(EnvironmentProblem):
            delivery.deliver_files(tmp_path, NEW | {"book.epub": b"x" * 5000})
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, ignored)
    assert contents(tmp_path) == OLD


def test_two_deliveries_at_once_come_one_after_the_other(tmp_path: Path) -> None:
    """Neither finds the other's half-done work."""
    pytest.importorskip("fcntl")
    editions = [{f"book/{i}.html": bytes([edition]) * 10 for i in range(30)} for edition in range(4)]
    threads = [threading.Thread(target=delivery.deliver_files, args=(tmp_path, edition)) for edition in editions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert contents(tmp_path) in editions
