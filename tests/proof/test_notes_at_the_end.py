"""A footnote without room on its page is printed at the end of the interview, with the page of its call."""

from __future__ import annotations

from pathlib import Path

import pytest

from onrecord.editions.article_inlines import InlineWriter
from onrecord.editions.pdf import edition, interview_leaves
from onrecord.manuscript import read_book
from onrecord.model import Book
from onrecord.proof import prove_pdf
from tests.support.bound import read_page_texts
from tests.support.workers import CACHING_RUNNER

BODY = f"""---
title: Notes
byline: The desk asks the keeper
people: [{{name: The keeper, role: interviewee}}]
---
**How long?**

A short note.[^short] A long note.[^long] {"Words fill the page. " * 120}

**And what is in it?**

A list.[^list]

[^short]: In short.

[^long]: {"A word or two. " * 150}

[^list]: All of it:

    1. oil,
    2. wicks.

    > And matches.
"""


@pytest.fixture
def book(tmp_path: Path) -> Book:
    (tmp_path / "interviews").mkdir()
    (tmp_path / "book.yaml").write_text(
        "title: Notes\ndate: 2026-01-31\ndisclaimer: none\nopenings: recto\n", encoding="utf-8"
    )
    (tmp_path / "interviews" / "notes.md").write_text(BODY, encoding="utf-8")
    return read_book.read_book(tmp_path)


def find_faults(book: Book, folder: Path) -> list[str]:
    problems = prove_pdf(book, edition.make_pdf(book, folder, CACHING_RUNNER).data).problems
    return [f"{problem.rule}: {problem.sentence}" for problem in problems]


def test_a_long_note_is_printed_at_the_end_and_says_where_it_is_called(book: Book, tmp_path: Path) -> None:
    data = edition.make_pdf(book, tmp_path, CACHING_RUNNER).data
    assert not prove_pdf(book, data).problems
    texts = [" ".join(text.split()) for text in read_page_texts(data)]
    (page,) = (number for number, text in enumerate(texts) if "2 (p. 1) A word or two." in text)
    assert "How long?" not in texts[page]
    assert any("3 All of it: oil, wicks. And matches." in text for text in texts)


def test_a_wrong_page_at_a_note_is_caught(book: Book, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(interview_leaves, "map_turn_pages", lambda *_: {"notes.fnref2": "2"})
    (fault,) = find_faults(book, tmp_path)
    assert fault.startswith("footnotes-are-linked: ")
    assert "says of footnote 2 “(p. 2)”, which is called on page 1" in fault


def test_a_note_at_the_end_without_its_page_is_caught(
    book: Book, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(InlineWriter, "write_page_of_call", lambda *_: "")
    (fault,) = find_faults(book, tmp_path)
    assert "has footnote 2, which is called on page 1" in fault
