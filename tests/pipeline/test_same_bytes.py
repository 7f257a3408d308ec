"""The same source gives the same bytes, wherever, whenever and by how many workers a book is made."""

from __future__ import annotations

import locale
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.support.paths import ROOT

# The manual has all there is: pictures, tables, footnotes, code, three languages.
BOOK = ROOT / "docs"


def environment(**more: str) -> dict[str, str]:
    """This process's, without what a test is about."""
    dropped = ("SOURCE_DATE_EPOCH", "PYTHONHASHSEED", "TZ", "LANG", "LANGUAGE", "ONRECORD_HOME")
    kept = {key: value for key, value in os.environ.items() if key not in dropped and not key.startswith("LC_")}
    return {**kept, "PYTHONPATH": str(ROOT), **more}


def another_locale() -> str:
    """One that writes numbers and sorts in another way, if this machine has any."""
    before = locale.setlocale(locale.LC_ALL)
    try:
        for name in ("de_DE.UTF-8", "tr_TR.UTF-8", "fr_FR.UTF-8", "C.UTF-8"):
            try:
                locale.setlocale(locale.LC_ALL, name)
            except locale.Error:
                continue
            return name
        return "POSIX"
    finally:
        locale.setlocale(locale.LC_ALL, before)


def built(home: Path, jobs: int, umask: int, settings: Mapping[str, str]) -> dict[str, bytes]:
    """Every file that a build in its own process delivers from a copy of the book in `home`."""
    shutil.copytree(BOOK, home / "book", copy_function=shutil.copy)  # new times for every file
    command = [sys.executable, "-m", "onrecord", "all", "--book", "book", "--out", "out", "--jobs", str(jobs)]
    done = subprocess.run(
        command,
        cwd=home,
        env=environment(**settings),
        umask=umask,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    out = home / "out"
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in sorted(out.rglob("*")) if path.is_file()}


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The manual as one worker makes it in the plainest surroundings."""
    settings = {"LC_ALL": "C", "TZ": "UTC", "PYTHONHASHSEED": "0"}
    files = built(tmp_path_factory.mktemp("first"), 1, 0o022, settings)
    made = time.time()
    while time.time() < made + 2.1:  # ZIP and PDF tell time in steps of up to two seconds
        time.sleep(0.1)
    return files


OTHERS = {
    "two workers": (2, 0o022, {"LC_ALL": "C", "TZ": "UTC", "PYTHONHASHSEED": "0"}),
    "everything else": (
        2,
        0o077,
        {"LC_ALL": another_locale(), "TZ": "Pacific/Kiritimati", "PYTHONHASHSEED": "4242", "PYTHONUTF8": "0"},
    ),
    "no hash seed": (1, 0o000, {"LC_ALL": "POSIX", "TZ": "America/St_Johns", "PYTHONHASHSEED": "random"}),
}


@pytest.mark.slow
@pytest.mark.parametrize(("jobs", "umask", "settings"), OTHERS.values(), ids=OTHERS)
def test_a_book_has_the_same_bytes(
    jobs: int, umask: int, settings: Mapping[str, str], first: Mapping[str, bytes], tmp_path: Path
) -> None:
    """In another folder, seconds later, in another zone, locale and order of hashes, with another umask."""
    home = tmp_path / "a much longer path, with spaces and ünïcode"
    home.mkdir()
    second = built(home, jobs, umask, settings)
    assert list(second) == list(first)
    assert [name for name, data in second.items() if data != first[name]] == []


@pytest.mark.slow
def test_no_copy_tells_where_or_when_it_was_made(first: Mapping[str, bytes]) -> None:
    """Neither the folder's name nor that of the machine's user."""
    assert {name.rpartition(".")[2] for name in first} >= {"pdf", "epub", "html", "json", "css"}
    for name, data in first.items():
        assert str(ROOT).encode() not in data, name
        assert b"pytest" not in data.replace(b"python build.py test", b""), name
