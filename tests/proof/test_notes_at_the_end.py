"""A footnote without room on its page is printed at the end of the interview, with the page of its call."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from onrecord.editions.article_inlines import InlineWriter
from onrecord.editions.pdf import edition, interview_leaves
from onrecord.manuscript import read_book
from onrecord.model import Book
from onrecord.model.rule import Rule
from onrecord.proof import prove_pdf
from tests.support.bound import change_pdf, read_page_texts, read_words
from tests.support.workers import CACHING_RUNNER

HEAD = """---
title: Notes
byline: The desk asks the keeper
people: [{name: The keeper, role: interviewee}]
---
"""
BODY = f"""{HEAD}
**How long?**

A short note.[^short] A long note.[^long] {"Words fill the page. " * 30}

**And what is in it?**

A list.[^list]

[^short]: In short.

[^long]: {"A word or two. " * 50}

[^list]: All of it:

    1. oil,
    2. wicks.

    > And matches.
"""


def write_book(folder: Path, text: str, settings: str = "") -> Book:
    """Write a book of one interview on small pages, and read it."""
    (folder / "interviews").mkdir()
    (folder / "book.yaml").write_text(
        f"title: Harbours\ndate: 2026-01-31\ndisclaimer: none\ntrim: 90 x 120 mm\n{settings}", encoding="utf-8"
    )
    (folder / "interviews" / "notes.md").write_text(text, encoding="utf-8")
    return read_book.read_book(folder)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("book")


@pytest.fixture(scope="module")
def book(folder: Path) -> Book:
    return write_book(folder, BODY, "openings: recto\n")


@pytest.fixture(scope="module")
def data(book: Book, folder: Path) -> bytes:
    """The book in print."""
    return edition.make_pdf(book, folder, CACHING_RUNNER).data


def find_faults(book: Book, folder: Path) -> list[str]:
    problems = prove_pdf(book, edition.make_pdf(book, folder, CACHING_RUNNER).data).problems
    return [f"{problem.rule}: {problem.sentence}" for problem in problems]


def test_a_long_note_is_printed_at_the_end_and_says_where_it_is_called(book: Book, data: bytes) -> None:
    assert not prove_pdf(book, data).problems
    texts = [" ".join(text.split()) for text in read_page_texts(data)]
    (page,) = (number for number, text in enumerate(texts) if "2 (p. 1) A word or two." in text)
    assert "How long?" not in texts[page]
    assert any("3 All of it: oil, wicks. And matches." in text for text in texts)


def test_a_wrong_page_at_a_note_is_caught(book: Book, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(interview_leaves, "map_turn_pages", lambda *_: {"notes.fnref2": "2"})
    (fault,) = find_faults(book, folder)
    assert fault.startswith("footnotes-are-linked: ")
    assert "says of footnote 2 “(p. 2)”, which is called on page 1" in fault


def test_a_note_at_the_end_without_its_page_is_caught(
    book: Book, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(InlineWriter, "write_page_of_call", lambda *_: "")
    (fault,) = find_faults(book, folder)
    assert "has footnote 2, which is called on page 1" in fault


def test_tags_are_compared_where_notes_stand_at_the_end(book: Book, data: bytes) -> None:
    def spoil(file: pikepdf.Pdf) -> None:
        elements: Any = [part for part in file.objects if isinstance(part, pikepdf.Dictionary) and "/S" in part]
        paragraph = next(part for part in elements if part.S == "/P" and part.P.get("/T", "") == "Question 2")
        paragraph.Lang = pikepdf.String("fr")

    assert Rule.MARKUP_IS_TRUE in [
        problem.rule for problem in prove_pdf(book, read_words(change_pdf(data, spoil))).problems
    ]


def test_the_call_of_a_note_at_the_end_leads_to_it(book: Book, data: bytes) -> None:
    def spoil(file: pikepdf.Pdf) -> None:
        links: Any = [link for page in file.pages for link in page.obj.get("/Annots", [])]
        (call,) = [link for link in links if str(link.get("/Dest", "")) == "notes.fn2"]
        call.Dest = pikepdf.String("notes.fn1")

    assert Rule.LINKS_ARE_TRUE in [
        problem.rule for problem in prove_pdf(book, read_words(change_pdf(data, spoil))).problems
    ]


def test_a_call_stands_on_the_line_of_its_word(tmp_path: Path) -> None:
    """WeasyPrint would break a line, and a page, between a word and the call of its note."""
    calls = " ".join(f"Boat {number} came in.[^n{number}]" for number in range(1, 21))
    notes = "\n\n".join(f"[^n{number}]: In the book." for number in range(1, 21))
    book = write_book(tmp_path, f"{HEAD}\n**How many?**\n\n{calls}\n\n{notes}\n")
    data = edition.make_pdf(book, tmp_path, CACHING_RUNNER).data
    lines = [line for page in read_page_texts(data) for line in page.splitlines()]
    assert sum("came" in line for line in lines) > 4
    assert [line for line in lines if re.match(r"\s*\d+ ?Boat", line)] == []


def test_a_divided_word_of_a_repeated_table_head_is_one_of_the_head(tmp_path: Path) -> None:
    """The head of a table is printed again on the next page, its words divided at line ends."""
    heads = "Classification | Administration | Recommendation | Communication"
    rows = "\n".join(f"| {' | '.join(['entry'] * 4)} |" for _ in range(20))
    book = write_book(tmp_path, f"{HEAD}\n**Which?**\n\nThese.\n\n| {heads} |\n|{'---|' * 4}\n{rows}\n")
    assert find_faults(book, tmp_path) == []
    pages = read_page_texts(edition.make_pdf(book, tmp_path, CACHING_RUNNER).data)
    assert sum("Classifica" in page for page in pages) > 1
