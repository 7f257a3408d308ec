"""A build with a cache makes the same files as a build without, whatever happened between the builds."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Executor, Future
from pathlib import Path
from typing import Any

import pytest

from onrecord.model.problems import Refused
from onrecord.pipeline.build import build_book
from onrecord.pipeline.formats import FORMATS
from onrecord.runtime.cache import Cache
from onrecord.runtime.task_runner import TaskRunner
from tests.support.paths import ROOT
from tests.support.sample import RUNNER

ALL_FORMATS = tuple(FORMATS)
INTERVIEW = """---
title: {title}
byline: The desk asks about {title}
people: [{{name: The press, role: interviewee}}]
disclaimer: none
---

**What does {title} do?**

{text}

**And then?**

It goes on{link}.
"""
SENTENCE = "A chapter is set on its own, and bound again when another one grows. "


class CountingExecutor(Executor):
    """An executor that records the names of submitted functions."""

    def __init__(self) -> None:
        self.submitted: list[str] = []

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        self.submitted.append(fn.__name__)
        return RUNNER.executor.submit(fn, *args, **kwargs)


def write_book(folder: Path) -> Path:
    """Write three interviews; the second refers to the last by its page."""
    (folder / "interviews").mkdir(parents=True)
    settings = "title: The Press\ndate: 2026-01-01\ntrim: 90 x 140 mm\nopenings: recto\n"
    (folder / "book.yaml").write_text(settings, encoding="utf-8")
    for number, title in enumerate(("setting", "binding", "delivering")):
        write_interview(folder, number, title, 2)
    return folder


def write_interview(folder: Path, number: int, title: str, sentences: int) -> None:
    link = " as [delivering](3-delivering#a1) tells" if title == "binding" else ""
    text = INTERVIEW.format(title=title, text=SENTENCE * sentences, link=link)
    (folder / "interviews" / f"{number + 1}-{title}.md").write_text(text, encoding="utf-8")


def build_files(
    folder: Path, out: Path, executor: Executor, cache: Path | None, formats: tuple[str, ...] = ALL_FORMATS
) -> Mapping[str, bytes]:
    build_book(folder, out, formats, TaskRunner(executor, Cache(cache)), lambda *_: None)
    return read_files(out)


def read_files(out: Path) -> Mapping[str, bytes]:
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in sorted(out.rglob("*")) if path.is_file()}


@pytest.fixture(scope="module")
def first_build(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the book once, and keep its files and its cache."""
    home = tmp_path_factory.mktemp("warm")
    build_files(write_book(home / "book"), home / "out", RUNNER.executor, home / "cache")
    return home


@pytest.fixture
def home(first_build: Path, tmp_path: Path) -> Path:
    """Copy the first build, so that a test can change it."""
    shutil.copytree(first_build, tmp_path / "home")
    return tmp_path / "home"


def test_a_build_with_a_cache_makes_the_same_files(home: Path) -> None:
    """After an interview grows by pages, only it, its references and the contents are laid out again."""
    folder, cache = home / "book", home / "cache"
    write_interview(folder, 0, "setting", 32)
    executor = CountingExecutor()
    warm = build_files(folder, home / "warm", executor, cache)
    cold = build_files(folder, home / "cold", RUNNER.executor, None)
    assert warm == cold
    assert warm["the-press.pdf"] != read_files(home / "out")["the-press.pdf"]
    assert executor.submitted.count("set_part") == 4  # two interviews, contents, contributors


def test_a_changed_word_lays_out_one_interview(home: Path) -> None:
    folder, cache = home / "book", home / "cache"
    path = folder / "interviews" / "1-setting.md"
    path.write_text(path.read_text(encoding="utf-8").replace("A chapter", "An interview", 1), encoding="utf-8")
    executor = CountingExecutor()
    warm = build_files(folder, home / "out", executor, cache)
    assert executor.submitted.count("set_part") == 1
    assert warm == build_files(folder, home / "cold", RUNNER.executor, None)


def test_a_withheld_interview_changes_those_that_link_to_it(home: Path) -> None:
    """A link to a withheld interview becomes plain words."""
    folder = home / "book"
    draft = folder / "interviews" / "3-delivering.md"
    draft.write_text(draft.read_text(encoding="utf-8").replace("byline:", "status: draft\nbyline:"), encoding="utf-8")
    warm = build_files(folder, home / "warm", RUNNER.executor, home / "cache")
    assert "the-press/3-delivering.html" not in warm
    assert b"as delivering tells" in warm["the-press/2-binding.html"]
    assert warm == build_files(folder, home / "cold", RUNNER.executor, None)


def test_an_unchanged_book_is_not_built_again(home: Path) -> None:
    """But changed files in the output folder are corrected, and added ones are named."""
    folder, cache, out = home / "book", home / "cache", home / "out"
    first = read_files(out)
    executor = CountingExecutor()
    assert build_files(folder, out, executor, cache) == first
    assert executor.submitted == []
    (out / "the-press.epub").write_bytes(b"something else")
    assert build_files(folder, out, executor, cache) == first
    stranger = out / "the-press" / "stranger.html"
    stranger.write_text("a page of nobody's", encoding="utf-8")
    with pytest.raises(Refused, match=r"stranger\.html"):
        build_files(folder, out, executor, cache)
    assert read_files(out) == {**first, "the-press/stranger.html": stranger.read_bytes()}


def test_a_changed_style_changes_the_files(home: Path) -> None:
    """No interview changed."""
    folder, cache, out = home / "book", home / "cache", home / "out"
    before = read_files(out)
    (folder / "styles").mkdir()
    (folder / "styles" / "print.css").write_text(".turn { margin-top: 3mm }", encoding="utf-8")
    after = build_files(folder, out, RUNNER.executor, cache, ("pdf",))
    assert after["the-press.pdf"] != before["the-press.pdf"]
    (folder / "styles" / "print.css").unlink()
    assert build_files(folder, out, RUNNER.executor, cache) == before


def test_damaged_cache_entries_are_ignored_and_rebuilt(home: Path) -> None:
    """The files are the same, whatever is cut off in the cache."""
    cache = home / "cache"
    for path in cache.glob("??/*"):
        path.write_bytes(path.read_bytes()[:-3])
    assert build_files(home / "book", home / "again", RUNNER.executor, cache) == read_files(home / "out")


def start_build(folder: Path, out: Path, cache: Path) -> subprocess.Popen[bytes]:
    words = ["-m", "onrecord", "all", "--book", str(folder), "--out", str(out), "--cache", str(cache), "--jobs", "2"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.Popen(
        [sys.executable, *words], env=environment, stdout=subprocess.DEVNULL, start_new_session=True
    )


@pytest.mark.slow
def test_two_builds_can_run_at_once(tmp_path: Path) -> None:
    """In one folder, with one cache: both succeed, and the files are complete."""
    folder, cache, out = write_book(tmp_path / "book"), tmp_path / "cache", tmp_path / "out"
    builds = [start_build(folder, out, cache) for _ in range(2)]
    assert [build.wait(300) for build in builds] == [0, 0]
    # Not built in this process: its fonts are compressed less.
    assert start_build(folder, tmp_path / "cold", tmp_path / "empty").wait(300) == 0
    assert read_files(out) == read_files(tmp_path / "cold")


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="needs signals")
def test_a_killed_build_leaves_a_complete_edition(tmp_path: Path) -> None:
    """The output folder holds the old edition or the new one; the next build finishes."""
    folder, cache, out = write_book(tmp_path / "book"), tmp_path / "cache", tmp_path / "out"
    old = build_files(folder, out, RUNNER.executor, cache)
    write_interview(folder, 2, "delivering", 40)
    new = build_files(folder, tmp_path / "cold", RUNNER.executor, None)
    moments = random.Random(7)
    for _ in range(6):
        build = start_build(folder, out, cache)
        time.sleep(moments.uniform(0.2, 2.5))
        os.killpg(build.pid, signal.SIGKILL)
        build.wait()
        for name in ("the-press.pdf", "the-press.epub"):
            assert (out / name).read_bytes() in (old[name], new[name])
    assert build_files(folder, out, RUNNER.executor, cache) == new
    assert not (out / ".delivery").exists()
    shutil.rmtree(cache)
    assert build_files(folder, out, RUNNER.executor, cache) == new
