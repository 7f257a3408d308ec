"""A build that finds work done before makes the same files as one that finds nothing, whatever happened in between."""

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

from onrecord.pipeline.build import build_book
from onrecord.pipeline.formats import FORMATS
from onrecord.runtime.cache import Cache
from onrecord.runtime.task_runner import TaskRunner
from tests.support.paths import ROOT
from tests.support.sample import PRESS

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


class Counting(Executor):
    """Counts what is given to the workers."""

    def __init__(self) -> None:
        self.given: list[str] = []

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        self.given.append(fn.__name__)
        return PRESS.executor.submit(fn, *args, **kwargs)


def book(folder: Path) -> Path:
    """Four interviews; the second refers to the last by its page."""
    (folder / "interviews").mkdir(parents=True)
    (folder / "book.yaml").write_text("title: The Press\ndate: 2026-01-01\n", encoding="utf-8")
    for number, title in enumerate(("setting", "binding", "proving", "delivering")):
        write(folder, number, title, 40)
    return folder


def write(folder: Path, number: int, title: str, sentences: int) -> None:
    link = " as [delivering](4-delivering#a1) tells" if title == "binding" else ""
    text = INTERVIEW.format(title=title, text=SENTENCE * sentences, link=link)
    (folder / "interviews" / f"{number + 1}-{title}.md").write_text(text, encoding="utf-8")


def built(folder: Path, out: Path, executor: Executor, cache: Path | None) -> Mapping[str, bytes]:
    build_book(folder, out, ALL_FORMATS, TaskRunner(executor, Cache(cache)), lambda *_: None)
    return files_in(out)


def files_in(out: Path) -> Mapping[str, bytes]:
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in sorted(out.rglob("*")) if path.is_file()}


@pytest.fixture(scope="module")
def built_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The book, what was built of it and the cache of that build."""
    home = tmp_path_factory.mktemp("warm")
    built(book(home / "book"), home / "out", PRESS.executor, home / "cache")
    return home


@pytest.fixture
def home(built_once: Path, tmp_path: Path) -> Path:
    """The same, to be changed."""
    shutil.copytree(built_once, tmp_path / "home")
    return tmp_path / "home"


def test_a_warm_build_is_a_cold_one(home: Path) -> None:
    """After an interview grows by pages, only it, what refers to later pages and the contents are set again; the bytes are those
    of a build without a store."""
    folder, cache = home / "book", home / "cache"
    write(folder, 0, "setting", 120)
    counting = Counting()
    warm = built(folder, home / "warm", counting, cache)
    cold = built(folder, home / "cold", PRESS.executor, None)
    assert warm == cold
    assert warm["the-press.pdf"] != files_in(home / "out")["the-press.pdf"]
    assert counting.given.count("set_part") <= 4  # the interview, the one that refers, contents, contributors


def test_one_word_costs_one_interview(home: Path) -> None:
    folder, cache = home / "book", home / "cache"
    path = folder / "interviews" / "3-proving.md"
    path.write_text(path.read_text(encoding="utf-8").replace("A chapter", "An interview", 1), encoding="utf-8")
    counting = Counting()
    warm = built(folder, home / "out", counting, cache)
    assert counting.given.count("set_part") == 1
    assert warm == built(folder, home / "cold", PRESS.executor, None)


def test_what_others_may_do_changes_an_interview_too(tmp_path: Path) -> None:
    """A link to an interview becomes plain words when that is held back, although its own file is what it was."""
    folder, cache = book(tmp_path / "book"), tmp_path / "cache"
    path = folder / "interviews" / "3-proving.md"
    path.write_text(path.read_text(encoding="utf-8") + "\nSee [the last](4-delivering).\n", encoding="utf-8")
    built(folder, tmp_path / "one", PRESS.executor, cache)
    write(folder, 1, "binding without a reference", 40)
    held = folder / "interviews" / "4-delivering.md"
    held.write_text(held.read_text(encoding="utf-8").replace("byline:", "status: draft\nbyline:"), encoding="utf-8")
    warm = built(folder, tmp_path / "two", PRESS.executor, cache)
    assert "the-press/4-delivering.html" not in warm
    assert warm == built(folder, tmp_path / "three", PRESS.executor, None)


def test_nothing_changed_means_nothing_done(home: Path) -> None:
    """But what was tampered with in the out folder, or added to the site, is made good."""
    folder, cache, out = home / "book", home / "cache", home / "out"
    first = files_in(out)
    counting = Counting()
    assert built(folder, out, counting, cache) == first
    assert counting.given == []
    (out / "the-press.epub").write_bytes(b"something else")
    (out / "the-press" / "stranger.html").write_text("a page of nobody's", encoding="utf-8")
    assert built(folder, out, counting, cache) == first


def test_a_picture_a_style_a_template_or_a_font_is_an_input_too(home: Path) -> None:
    """Each changes what is made, although no interview changed."""
    folder, cache, out = home / "book", home / "cache", home / "out"
    before = files_in(out)
    (folder / "styles").mkdir()
    (folder / "styles" / "print.css").write_text(".turn { margin-top: 3mm }", encoding="utf-8")
    after = built(folder, out, PRESS.executor, cache)
    assert after["the-press.pdf"] != before["the-press.pdf"]
    (folder / "styles" / "print.css").unlink()
    assert built(folder, out, PRESS.executor, cache) == before


def test_damaged_entries_are_made_anew(home: Path) -> None:
    """Whatever in the cache is cut, the files are the same."""
    cache = home / "cache"
    for path in cache.glob("??/*"):
        path.write_bytes(path.read_bytes()[:-3])
    assert built(home / "book", home / "again", PRESS.executor, cache) == files_in(home / "out")


def command(folder: Path, out: Path, cache: Path) -> subprocess.Popen[bytes]:
    words = ["-m", "onrecord", "all", "--book", str(folder), "--out", str(out), "--cache", str(cache), "--jobs", "2"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.Popen(
        [sys.executable, *words], env=environment, stdout=subprocess.DEVNULL, start_new_session=True
    )


@pytest.mark.slow
def test_two_builds_at_once_do_no_harm(tmp_path: Path) -> None:
    """In one folder, with one cache: both succeed, and what stands is whole."""
    folder, cache, out = book(tmp_path / "book"), tmp_path / "cache", tmp_path / "out"
    builds = [command(folder, out, cache) for _ in range(2)]
    assert [build.wait(300) for build in builds] == [0, 0]
    assert files_in(out) == built(folder, tmp_path / "cold", PRESS.executor, None)


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="needs signals")
def test_a_kill_at_any_moment_loses_nothing(tmp_path: Path) -> None:
    """After each kill the out folder holds the old edition or the new one, whole; the next build finishes."""
    folder, cache, out = book(tmp_path / "book"), tmp_path / "cache", tmp_path / "out"
    old = built(folder, out, PRESS.executor, cache)
    write(folder, 3, "delivering", 60)
    new = built(folder, tmp_path / "cold", PRESS.executor, None)
    moments = random.Random(7)
    for _ in range(6):
        build = command(folder, out, cache)
        time.sleep(moments.uniform(0.2, 2.5))
        os.killpg(build.pid, signal.SIGKILL)
        build.wait()
        for name in ("the-press.pdf", "the-press.epub"):
            assert (out / name).read_bytes() in (old[name], new[name])
    assert built(folder, out, PRESS.executor, cache) == new
    assert not (out / ".delivery").exists()
    shutil.rmtree(cache)
    assert built(folder, out, PRESS.executor, cache) == new
