"""Delivery: after any interruption the folder holds the complete old edition or the complete new one."""

from __future__ import annotations

import errno
import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from onrecord.model.problems import Refused
from onrecord.pipeline import delivery
from onrecord.runtime.environment import EnvironmentProblem
from tests.support.killed_delivery import NEW_EDITION, OLD_EDITION, read_files
from tests.support.paths import ROOT


def test_a_new_edition_replaces_the_old_one(tmp_path: Path) -> None:
    """Outdated pages are deleted, and no temporary file stays."""
    out = tmp_path / "not" / "yet" / "there"
    delivery.deliver_files(out, OLD_EDITION)
    assert read_files(out) == OLD_EDITION
    assert delivery.deliver_files(out, NEW_EDITION) == (out / "book.pdf", out / "book.epub", out / "book")
    assert read_files(out) == NEW_EDITION


def test_other_formats_and_other_files_stay(tmp_path: Path) -> None:
    delivery.deliver_files(tmp_path, OLD_EDITION)
    (tmp_path / "letter.txt").write_bytes(b"mine")
    delivery.deliver_files(tmp_path, {"book.pdf": b"new pdf"})
    assert read_files(tmp_path) == OLD_EDITION | {"book.pdf": b"new pdf", "letter.txt": b"mine"}


@pytest.mark.parametrize("name", ["../book.pdf", "/book.pdf", ".hidden", "book/../../x", "book/.x", ""])
def test_a_name_outside_the_folder_is_our_bug(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="not a name"):
        delivery.deliver_files(tmp_path, {name: b""})


def test_an_occupied_name_is_a_problem(tmp_path: Path) -> None:
    """A folder in the place of a file, and a file in the place of a folder; nothing is changed."""
    (tmp_path / "book.pdf").mkdir()
    (tmp_path / "book").write_bytes(b"mine")
    with pytest.raises(Refused) as refused:
        delivery.deliver_files(tmp_path, NEW_EDITION)
    assert [problem.rule for problem in refused.value.problems] == ["out-name-is-free"] * 2
    assert read_files(tmp_path) == {"book": b"mine"}


# --- killed ---------------------------------------------------------------------------------------


def run_killed_deliveries(kind: str, folder: Path) -> list[dict[str, bytes]]:
    """Return what is left after each death, as `tests.support.killed_delivery` prints it."""
    if not hasattr(os, "fork"):
        pytest.skip("the program kills forks of itself")
    command = [sys.executable, "-m", "tests.support.killed_delivery", kind, str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    return [{name: text.encode() for name, text in line.items()} for line in lines]


@pytest.mark.parametrize("exchange", ["", "-by-two-renames"], ids=["one rename", "two renames"])
def test_a_killed_delivery_leaves_the_old_edition_or_the_new(exchange: str, tmp_path: Path) -> None:
    """All files are old up to the commit, and new from then on."""
    editions = run_killed_deliveries(f"deliveries{exchange}", tmp_path)
    assert all(files in (OLD_EDITION, NEW_EDITION) for files in editions)
    names = ["old" if files == OLD_EDITION else "new" for files in editions]
    assert len(names) > 20
    assert names == sorted(names, reverse=True)  # "old" … "new"
    assert {"old", "new"} == set(names)


def test_a_killed_recovery_is_repeated(tmp_path: Path) -> None:
    """The next delivery is complete, too."""
    editions = run_killed_deliveries("recoveries", tmp_path)
    assert len(editions) > 25
    pdfs = {files.pop("book.pdf") for files in editions}
    assert pdfs == {b"old pdf", b"new pdf", b"third pdf"}
    complete = [{k: v for k, v in edition.items() if k != "book.pdf"} for edition in (OLD_EDITION, NEW_EDITION)]
    assert all(files in complete for files in editions)


def test_a_delivery_killed_while_it_deletes_its_staging_folder_needs_no_warning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The journal goes first: one that names files which are gone would look like that of somebody else."""
    delete = shutil.rmtree

    def delete_new_files_and_die(staging: Path, **_: object) -> None:
        delete(staging / "new")
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(shutil, "rmtree", delete_new_files_and_die)
        with pytest.raises(KeyboardInterrupt):
            delivery.deliver_files(tmp_path, NEW_EDITION)
    assert delivery.was_interrupted(tmp_path)
    assert delivery.recover_out(tmp_path) == ()
    assert read_files(tmp_path) == NEW_EDITION


def test_the_folder_is_never_missing_where_the_system_can_exchange(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A reader who reads after each step of a delivery gets the old page, and from some step on the new one."""
    first, second = tmp_path / "one", tmp_path / "other"
    first.mkdir()
    second.mkdir()
    if not delivery._exchange(first, second):
        pytest.skip("this file system cannot exchange two names")
    delivery.deliver_files(tmp_path, OLD_EDITION)
    page = tmp_path / "book" / "index.html"
    seen: list[bytes] = []

    def read_after(function: Callable[..., Any]) -> Callable[..., Any]:
        def call_and_read(*arguments: Any, **options: Any) -> Any:
            result = function(*arguments, **options)
            seen.append(page.read_bytes())
            return result

        return call_and_read

    seen.append(page.read_bytes())
    with monkeypatch.context() as patch:
        patch.setattr(delivery, "_exchange", read_after(delivery._exchange))
        for name in ("rename", "replace", "link", "unlink", "mkdir", "rmdir"):
            patch.setattr(os, name, read_after(getattr(os, name)))
        for edition in (NEW_EDITION, OLD_EDITION):
            delivery.deliver_files(tmp_path, edition)
    assert len(seen) > 20
    changes = [data for data, before in zip(seen, [b"", *seen], strict=False) if data != before]
    assert changes == [b"old", b"new", b"old"]


# --- journals that are not ours -------------------------------------------------------------------


def _write_journal(out: Path, data: bytes) -> None:
    """Write a delivery that was not begun here, with a file prepared for every name."""
    (out / ".delivery" / "new").mkdir(parents=True)
    (out / ".delivery" / "new" / "book.pdf").write_bytes(b"strange pdf")
    (out / ".delivery" / "journal").write_bytes(data)


def _expect_warning(out: Path, reason: str) -> list[str]:
    """Return the expected warning."""
    home = f"{out}/.delivery"
    return [
        f"{home}: warning[delivery-is-ours]: this is no unfinished delivery of On Record: {reason}. It was ignored\n"
        f"  hint: delete {home} if it is still there; if a build was interrupted here, build again"
    ]


def _describe_bad_name(name: str) -> str:
    return f"its journal names “{name}”, which is no name of a file in this folder"


_DAMAGED = "its journal is damaged"
JOURNALS = {
    "a way out": (b'{"../../outside": 1}', _describe_bad_name("../../outside")),
    "a way out of a folder": (b'{"book/../../../outside": 1}', _describe_bad_name("book/../../../outside")),
    "the folder above": (b'{"..": 1}', _describe_bad_name("..")),
    "the folder itself": (b'{".": 1}', _describe_bad_name(".")),
    "a name from the root": (b'{"/etc/passwd": 1}', _describe_bad_name("/etc/passwd")),
    "a name below a folder": (b'{"book/index.html": 1}', _describe_bad_name("book/index.html")),
    "a drive": (b'{"C:outside": 1}', _describe_bad_name("C:outside")),
    "a way of Windows": (b'{"..\\\\outside": 1}', _describe_bad_name("..\\\\outside")),
    "a hidden name": (b'{".bashrc": 1}', _describe_bad_name(".bashrc")),
    "no name": (b'{"": 1}', _describe_bad_name("")),
    "a command for a terminal": (b'{"\\u001b[2Jbook.pdf": 1}', _describe_bad_name("\\u001b[2Jbook.pdf")),
    "half a character": (b'{"\\ud800": 1}', _describe_bad_name("\\ud800")),
    "an end of text": (b'{"book.pdf\\u0000": 1}', _describe_bad_name("book.pdf\\u0000")),
    "a good name before a bad one": (b'{"book.pdf": 1, "../outside": 1}', _describe_bad_name("../outside")),
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
    """There is one warning, no file changes, and the next delivery is complete."""
    out = tmp_path / "received" / "dist"
    outside = tmp_path / "outside"
    delivery.deliver_files(out, OLD_EDITION)
    outside.write_bytes(b"mine")
    (out / "outside").write_bytes(b"theirs")
    _write_journal(out, data)
    before = read_files(tmp_path)
    assert [str(problem) for problem in delivery.recover_out(out)] == _expect_warning(out, reason)
    assert read_files(tmp_path) == before
    delivery.deliver_files(out, NEW_EDITION)
    assert read_files(out) == NEW_EDITION | {"outside": b"theirs"}
    assert outside.read_bytes() == b"mine"
    assert delivery.recover_out(out) == ()


def _make_journal_a_folder(journal: Path, _outside: Path) -> str:
    journal.mkdir()
    return "its journal cannot be read (it is no ordinary file)"


def _make_journal_a_link(journal: Path, outside: Path) -> str:
    journal.symlink_to(outside / "journal")
    return "its journal cannot be read (it is a link)"


def _make_journal_a_pipe(journal: Path, _outside: Path) -> str:
    os.mkfifo(journal)
    return "its journal cannot be read (it is no ordinary file)"


def _make_delivery_a_link(journal: Path, outside: Path) -> str:
    """The target has all that a delivery needs, with the right identities."""
    (journal.parent / "new").rmdir()
    journal.parent.rmdir()
    journal.parent.symlink_to(outside, target_is_directory=True)
    return "it is a link or a file"


def _make_delivery_a_file(journal: Path, _outside: Path) -> str:
    (journal.parent / "new").rmdir()
    journal.parent.rmdir()
    journal.parent.write_bytes(b"theirs")
    return "it is a link or a file"


def _make_delivery_a_dead_link(journal: Path, outside: Path) -> str:
    (journal.parent / "new").rmdir()
    journal.parent.rmdir()
    journal.parent.symlink_to(outside / "nowhere")
    return "it is a link or a file"


def _make_new_a_link(journal: Path, outside: Path) -> str:
    (journal.parent / "new").rmdir()
    (journal.parent / "new").symlink_to(outside / "new", target_is_directory=True)
    journal.write_bytes((outside / "journal").read_bytes())
    return "“new” in it is no folder"


def _make_old_a_link(journal: Path, outside: Path) -> str:
    new = journal.parent / "new" / "book"
    new.mkdir()
    (journal.parent / "old").symlink_to(outside, target_is_directory=True)
    journal.write_text(f'{{"book": {new.stat().st_ino}}}', encoding="utf-8")
    return "“old” in it is no folder"


def _prepare_link(journal: Path, outside: Path, *, is_own_identity: bool = False) -> str:
    new = journal.parent / "new" / "book.pdf"
    new.symlink_to(outside / "new" / "book.pdf")
    journal.write_text(f'{{"book.pdf": {new.stat(follow_symlinks=not is_own_identity).st_ino}}}', encoding="utf-8")
    return "“book.pdf” in it is not what its journal says"


def _prepare_link_by_its_identity(journal: Path, outside: Path) -> str:
    return _prepare_link(journal, outside, is_own_identity=True)


LINKS = (
    _make_journal_a_folder,
    _make_journal_a_link,
    _make_journal_a_pipe,
    _make_delivery_a_link,
    _make_delivery_a_file,
    _make_delivery_a_dead_link,
    _make_new_a_link,
    _make_old_a_link,
    _prepare_link,
    _prepare_link_by_its_identity,
)


@pytest.mark.skipif(os.name == "nt", reason="links and pipes of POSIX")
@pytest.mark.parametrize("exchange", [True, False], ids=["one rename", "two renames"])
@pytest.mark.parametrize("make", LINKS)
def test_links_and_pipes_in_a_delivery_are_not_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make: Callable[[Path, Path], str], exchange: bool
) -> None:
    """Their targets keep every byte; there is one warning, and the next delivery is complete."""
    if not exchange:
        monkeypatch.setattr(delivery, "_exchange", lambda first, second: False)
    out, outside = tmp_path / "received" / "dist", tmp_path / "outside"
    delivery.deliver_files(out, OLD_EDITION)
    (outside / "new").mkdir(parents=True)
    (outside / "new" / "book.pdf").write_bytes(b"mine")
    identity = (outside / "new" / "book.pdf").stat().st_ino
    (outside / "journal").write_text(f'{{"book.pdf": {identity}}}', encoding="utf-8")
    (out / ".delivery" / "new").mkdir(parents=True)
    reason = make(out / ".delivery" / "journal", outside)
    before = read_files(outside)
    assert [str(problem) for problem in delivery.recover_out(out)] == _expect_warning(out, reason)
    assert {name: (out / name).read_bytes() for name in OLD_EDITION} == OLD_EDITION
    assert read_files(outside) == before
    delivery.deliver_files(out, NEW_EDITION)
    assert read_files(out) == NEW_EDITION
    assert read_files(outside) == before
    assert delivery.recover_out(out) == ()


def test_an_interrupted_delivery_that_was_altered_is_not_finished(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """None of its files is used: if one was replaced, others may be, too."""

    def die(*_: object) -> None:
        raise SystemExit

    delivery.deliver_files(tmp_path, OLD_EDITION)
    with monkeypatch.context() as patch:
        patch.setattr(delivery, "_swap_all_or_none", die)  # as if killed
        with pytest.raises(SystemExit):
            delivery.deliver_files(tmp_path, NEW_EDITION)
    new = tmp_path / ".delivery" / "new"
    (new / "strange").write_bytes(b"strange epub")
    (new / "strange").replace(new / "book.epub")
    warnings = [str(problem) for problem in delivery.recover_out(tmp_path)]
    assert warnings == _expect_warning(tmp_path, "“book.epub” in it is not what its journal says")
    assert {name: (tmp_path / name).read_bytes() for name in OLD_EDITION} == OLD_EDITION


@pytest.mark.skipif(os.name == "nt", reason="links of POSIX")
@pytest.mark.parametrize("exchange", [True, False], ids=["one rename", "two renames"])
def test_links_in_the_place_of_files_are_replaced_and_not_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, exchange: bool
) -> None:
    """A file outside keeps bytes, place and name; `out` gets no second name for one with the same bytes."""
    if not exchange:
        monkeypatch.setattr(delivery, "_exchange", lambda first, second: False)
    out, outside = tmp_path / "dist", tmp_path / "outside"
    out.mkdir()
    (outside / "site").mkdir(parents=True)
    (outside / "site" / "index.html").write_bytes(NEW_EDITION["book/index.html"])
    (outside / "book.pdf").write_bytes(b"mine")
    (out / "book").symlink_to(outside / "site", target_is_directory=True)
    (out / "book.pdf").symlink_to(outside / "book.pdf")
    before = read_files(outside)
    delivery.deliver_files(out, NEW_EDITION)
    assert read_files(out) == NEW_EDITION
    assert not any(path.is_symlink() for path in out.rglob("*"))
    assert read_files(outside) == before
    assert (outside / "site" / "index.html").stat().st_nlink == 1


def test_a_foreign_delivery_that_cannot_be_deleted_is_moved_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Deeply nested folders, or folders of another user, stop no delivery."""
    _write_journal(tmp_path, b"{")
    (tmp_path / ".delivery-1").mkdir()
    remove = shutil.rmtree

    def refuse(path: Path) -> None:
        if (path / "journal").is_file() and (path / "journal").read_bytes() == b"{":
            raise RecursionError
        remove(path)

    monkeypatch.setattr(shutil, "rmtree", refuse)
    delivery.deliver_files(tmp_path, NEW_EDITION)
    foreign_files = {".delivery-2/journal": b"{", ".delivery-2/new/book.pdf": b"strange pdf"}
    assert read_files(tmp_path) == NEW_EDITION | foreign_files


# --- refused by the system ------------------------------------------------------------------------


def _refuse_writes(code: int, after: int) -> Callable[..., int]:
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
    delivery.deliver_files(tmp_path, OLD_EDITION)
    monkeypatch.setattr(Path, "write_bytes", _refuse_writes(code, after))
    with pytest.raises(EnvironmentProblem) as refused:
        delivery.deliver_files(tmp_path, NEW_EDITION)
    assert sentence in refused.value.sentence
    assert "--out" in refused.value.hint
    assert read_files(tmp_path) == OLD_EDITION


def test_a_file_where_the_folder_should_be_is_a_problem(tmp_path: Path) -> None:
    """This also works for root, who may write everywhere else."""
    (tmp_path / "dist").write_bytes(b"mine")
    with pytest.raises(EnvironmentProblem) as refused:
        delivery.deliver_files(tmp_path / "dist", NEW_EDITION)
    assert "refuses to read or write" in refused.value.sentence


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_without_write_permission_is_a_problem(tmp_path: Path) -> None:
    delivery.deliver_files(tmp_path, OLD_EDITION)
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(EnvironmentProblem) as refused:
            delivery.deliver_files(tmp_path, NEW_EDITION)
    finally:
        tmp_path.chmod(0o700)
    assert "refuses to read or write" in refused.value.sentence
    assert read_files(tmp_path) == OLD_EDITION


def test_a_real_full_disk_leaves_the_old_edition(tmp_path: Path) -> None:
    """RLIMIT_FSIZE ends a write in the middle, as a full disk does."""
    resource = pytest.importorskip("resource")
    delivery.deliver_files(tmp_path, OLD_EDITION)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    import signal

    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, before[1]))
    try:
        with pytest.raises(EnvironmentProblem):
            delivery.deliver_files(tmp_path, NEW_EDITION | {"book.epub": b"x" * 5000})
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, ignored)
    assert read_files(tmp_path) == OLD_EDITION


def test_simultaneous_deliveries_run_one_after_the_other(tmp_path: Path) -> None:
    """None sees the unfinished files of another."""
    pytest.importorskip("fcntl")
    editions = [{f"book/{i}.html": bytes([edition]) * 10 for i in range(30)} for edition in range(4)]
    threads = [threading.Thread(target=delivery.deliver_files, args=(tmp_path, edition)) for edition in editions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert read_files(tmp_path) in editions
