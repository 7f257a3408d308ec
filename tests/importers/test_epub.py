"""Importing e-books: one interview, or one file for each chapter that is one."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pypandoc

from onrecord.importers import import_file
from tests.importers.test_import_file import book, kinds
from tests.importers.test_word import _with

CHAPTERS = """---
title: Two talks
---

# A word before

This book says how an import works. It holds two talks.

# How an import works

**What does an import keep?**

Every word. We count them.

**And if a word is lost?**

Then nothing is written.

# What a doubt is

**Who settles a doubt?**

The desk does. A program should not.

**And until then?**

Until then the build waits. Does it mind? It does not.
"""


def epub(markdown: str = CHAPTERS) -> bytes:
    command = [pypandoc.get_pandoc_path(), "-f", "markdown-smart", "-t", "epub", "--split-level=1", "-o", "-"]
    return subprocess.run(command, input=markdown.encode(), capture_output=True, check=True).stdout


def test_each_chapter_that_is_an_interview_is_a_file_of_its_own(tmp_path: Path) -> None:
    """In the order of the book; what is no interview is named. Importing it again changes nothing."""
    home = book(tmp_path / "book")
    (tmp_path / "talks.epub").write_bytes(epub())
    done, problems = import_file.import_files([tmp_path / "talks.epub"], home, accept=False)
    assert [(one.path.name, one.draft and one.draft.title, one.draft and kinds(one.draft)) for one in done] == [
        ("talks-01.md", "How an import works", "QAQA"),
        ("talks-02.md", "What a doubt is", "QAQA"),
    ]
    assert [problem.rule for problem in problems] == ["chapters-are-interviews"]
    assert re.search(r"chapters? without a conversation \(\d+ words\) did not come along", problems[0].sentence)
    assert "“A word before" in problems[0].sentence
    again, _ = import_file.import_files([tmp_path / "talks.epub"], home, accept=False)
    assert [one.state for one in again] == ["same", "same"]


def test_paths_out_of_the_package_lead_nowhere(tmp_path: Path) -> None:
    """A manifest that names `../../` finds nothing and writes nothing."""
    container = '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles><rootfile full-path="../../etc/passwd"/></rootfiles></container>'
    home = book(tmp_path / "book")
    (tmp_path / "one.epub").write_bytes(_with(epub(), "META-INF/container.xml", container))
    done, problems = import_file.import_files([tmp_path / "one.epub"], home, accept=False)
    assert not done
    assert [problem.rule for problem in problems] == ["file-is-whole"]
    assert sorted(path.name for path in home.rglob("*")) == ["book.yaml"]
