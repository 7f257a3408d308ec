"""The same source gives the same bytes in any place, at any time and with any number of workers."""

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

# The manual has pictures, tables, footnotes, code and three languages.
BOOK = ROOT / "docs"


def build_environment(**changes: str) -> dict[str, str]:
    """Return the environment of this process without the variables under test."""
    dropped = ("SOURCE_DATE_EPOCH", "PYTHONHASHSEED", "TZ", "LANG", "LANGUAGE", "ONRECORD_HOME")
    variables = {key: value for key, value in os.environ.items() if key not in dropped and not key.startswith("LC_")}
    return {**variables, "PYTHONPATH": str(ROOT), **changes}


def find_another_locale() -> str:
    """Return a locale that formats and sorts differently, if this machine has one."""
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


def build_book(home: Path, jobs: int, umask: int, settings: Mapping[str, str]) -> dict[str, bytes]:
    """Build a copy of the book in `home` in its own process, and return every delivered file."""
    shutil.copytree(BOOK, home / "book", copy_function=shutil.copy)  # new times for every file
    command = [sys.executable, "-m", "onrecord", "all", "--book", "book", "--out", "out", "--jobs", str(jobs)]
    done = subprocess.run(
        command,
        cwd=home,
        env=build_environment(**settings),
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
def first_build(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Build the manual with one worker and the plainest settings."""
    settings = {"LC_ALL": "C", "TZ": "UTC", "PYTHONHASHSEED": "0"}
    files = build_book(tmp_path_factory.mktemp("first"), 1, 0o022, settings)
    finished = time.time()
    while time.time() < finished + 2.1:  # ZIP and PDF store times in steps of up to two seconds
        time.sleep(0.1)
    return files


OTHER_SETTINGS = {
    "two workers": (2, 0o022, {"LC_ALL": "C", "TZ": "UTC", "PYTHONHASHSEED": "0"}),
    "everything else": (
        2,
        0o077,
        {"LC_ALL": find_another_locale(), "TZ": "Pacific/Kiritimati", "PYTHONHASHSEED": "4242", "PYTHONUTF8": "0"},
    ),
    "no hash seed": (1, 0o000, {"LC_ALL": "POSIX", "TZ": "America/St_Johns", "PYTHONHASHSEED": "random"}),
}


@pytest.mark.slow
@pytest.mark.parametrize(("jobs", "umask", "settings"), OTHER_SETTINGS.values(), ids=OTHER_SETTINGS)
def test_a_book_has_the_same_bytes_in_other_surroundings(
    jobs: int, umask: int, settings: Mapping[str, str], first_build: Mapping[str, bytes], tmp_path: Path
) -> None:
    """Folder, time, time zone, locale, hash seed and umask differ."""
    home = tmp_path / "a much longer path, with spaces and ünïcode"
    home.mkdir()
    files = build_book(home, jobs, umask, settings)
    assert list(files) == list(first_build)
    assert [name for name, data in files.items() if data != first_build[name]] == []


@pytest.mark.slow
def test_no_file_holds_the_place_of_its_build(first_build: Mapping[str, bytes]) -> None:
    """Neither the folder's name nor the user's."""
    assert {name.rpartition(".")[2] for name in first_build} >= {"pdf", "epub", "html", "json", "css"}
    for name, data in first_build.items():
        assert str(ROOT).encode() not in data, name
        assert b"pytest" not in data.replace(b"python build.py test", b""), name
