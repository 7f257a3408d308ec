"""A book with one interview, whose answer is the lists that a test types."""

from __future__ import annotations

from pathlib import Path

from onrecord.manuscript import read_book
from onrecord.model import Book
from onrecord.model.problems import Problem

_HEAD = """---
title: The Harbour Light
byline: The desk asks On Record
people: [{name: On Record, role: interviewee}]
---

**When was the light built?**

"""
FIRST_LINE = _HEAD.count("\n") + 1  # of the lists


def read_lists(folder: Path, lists: str) -> tuple[Book | None, list[Problem]]:
    """Write the book into the folder; return it with its problems."""
    (folder / "interviews").mkdir()
    (folder / "book.yaml").write_text(
        "title: Harbours\ndate: 2026-01-31\ndisclaimer: none\nembed_fonts: no\n", encoding="utf-8"
    )
    (folder / "interviews" / "light.md").write_text(f"{_HEAD}{lists}\n", encoding="utf-8")
    book, problems = read_book.survey_book(folder)
    return book, [problem for problem in problems if "people" not in problem.rule]
