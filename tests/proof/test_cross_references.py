"""A link to a turn shows the address of the turn, and in print its page; the proof checks both."""

from __future__ import annotations

from pathlib import Path

import pytest

from onrecord.editions import epub, html
from onrecord.editions.pdf import edition, interview_leaves
from onrecord.manuscript import read_book
from onrecord.model import Book
from onrecord.proof import prove_epub, prove_html, prove_pdf
from tests.support.bound import read_words
from tests.support.workers import CACHING_RUNNER

pytestmark = pytest.mark.usefixtures("same_fonts_and_cover")

FRONT = "---\ntitle: {}\nbyline: The desk asks On Record\npeople: [{{name: On Record, role: interviewee}}]\n---\n"


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Book:
    folder = tmp_path_factory.mktemp("book")
    (folder / "interviews").mkdir()
    (folder / "book.yaml").write_text("title: Harbours\ndate: 2026-01-31\ndisclaimer: none\n", encoding="utf-8")
    first = "**Where does it lead?**\n\nTo the end, [see](two#a2); and to [this question](#q1).\n"
    long = "".join(f"A paragraph that fills the page, number {number}.\n\n" for number in range(60))
    second = f"**One?**\n\n{long}\n\n**Two?**\n\nThe end[^1].\n\n[^1]: A note refers to [nothing](#a1) in print.\n"
    (folder / "interviews" / "one.md").write_text(FRONT.format("One") + first, encoding="utf-8")
    (folder / "interviews" / "two.md").write_text(FRONT.format("Two") + second, encoding="utf-8")
    return read_book.read_book(folder)


def test_print_shows_the_page_and_screens_show_the_address(book: Book, tmp_path: Path) -> None:
    """“see p. 7 (A2)” in print; “see A2” as a link in the e-book and on the web."""
    print_edition = edition.make_pdf(book, tmp_path, CACHING_RUNNER)
    report = prove_pdf(book, print_edition.data)
    assert report.is_proved, report.problems
    starts = print_edition.pagination.leaves["two"]
    assert int(starts[-2].label if starts[-1].letters > 10**6 else starts[-1].label) > 4
    files = html.make_html(book, tmp_path, print_edition.pagination)
    assert b'<a href="two.html#a2">see<span class="xref"> A2</span></a>' in files["one.html"]
    assert b'<a href="#q1">this question<span class="xref"> Q1</span></a>' in files["one.html"]
    assert b"A1</span>" not in files["two.html"]
    assert prove_html(book, files).is_proved
    assert prove_epub(book, epub.make_epub(book, tmp_path, print_edition.pagination)).is_proved


def test_a_reference_to_the_wrong_turn_is_caught(book: Book, tmp_path: Path) -> None:
    """The proof names the line of the link."""
    files = html.make_html(book, tmp_path)
    files["one.html"] = files["one.html"].replace(b'"xref"> A2', b'"xref"> A1')
    problems = prove_html(book, files).problems
    assert any(problem.rule == "references-are-right" and problem.location.line for problem in problems)


def test_a_wrong_page_number_is_caught(book: Book, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A reference printed with the page of another turn is reported."""
    monkeypatch.setattr(interview_leaves, "map_turn_pages", lambda *_: {"two.a2": "2", "one.q1": "1"})
    data = edition.make_pdf(book, tmp_path, CACHING_RUNNER).data
    problems = prove_pdf(book, read_words(data)).problems
    assert [problem.rule for problem in problems] == ["references-are-right"] * len(problems)
    assert problems
