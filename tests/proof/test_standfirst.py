"""A standfirst keeps its paragraphs, emphasis and links in all editions, and the proof compares its words."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from onrecord.editions import epub, html
from onrecord.editions.pdf import edition
from onrecord.manuscript import outline, read_book
from onrecord.model import Book, Interview, Paragraph, Text, iterate_passages
from onrecord.model.extracts import redirect_links
from onrecord.model.problems import Problem
from onrecord.proof import prove_epub, prove_html, prove_pdf
from tests.support.workers import CACHING_RUNNER

STANDFIRST = """|
  A keeper speaks of *the wire*, of [his log](https://example.org)
  and of [one night](#a1).

  1984. That was "the year".
"""
WRITTEN = (
    "A keeper speaks of <em>the wire</em>, of <a",
    "<p>1984. That was “the year”.</p>",
)


def write_interview(folder: Path, standfirst: str, more: str = "") -> None:
    (folder / "interviews").mkdir(exist_ok=True)
    (folder / "book.yaml").write_text(
        "title: Harbours\ndate: 2026-01-31\ndisclaimer: none\nembed_fonts: no\n", encoding="utf-8"
    )
    front = f"title: The Light\nstandfirst: {standfirst.rstrip()}\n{more or 'byline: By the desk'}\n"
    people = "people: [{name: The Keeper, role: interviewee}]\n"
    text = f"---\n{front}{people}---\n\n**Where?**\n\nHere.\n"
    (folder / "interviews" / "light.md").write_text(text, encoding="utf-8")


def read_interview(folder: Path, standfirst: str, more: str = "") -> tuple[Interview, tuple[Problem, ...]]:
    write_interview(folder, standfirst, more)
    book, problems = read_book.survey_book(folder)
    assert book
    return book.interviews[0], problems


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("book")


@pytest.fixture(scope="module")
def book(folder: Path) -> Book:
    write_interview(folder, STANDFIRST)
    return read_book.read_book(folder)


def drop_second_paragraph(book: Book) -> Book:
    """Return the book without the second paragraph of the standfirst."""
    (part,) = book.parts
    (interview,) = part.interviews
    shorter = replace(interview, marked_standfirst=interview.marked_standfirst[:1])
    return replace(book, parts=(replace(part, interviews=(shorter,)),))


def test_all_editions_print_the_standfirst_as_it_is_marked(book: Book, folder: Path) -> None:
    """A lost paragraph is noticed in each of them."""
    for_print = edition.make_pdf(book, folder, CACHING_RUNNER)
    site = html.make_html(book, folder, for_print.pagination)
    ebook = epub.make_epub(book, folder, for_print.pagination)
    with zipfile.ZipFile(io.BytesIO(ebook)) as archive:
        page = next(archive.read(name).decode() for name in archive.namelist() if name.endswith("light.xhtml"))
    for words in WRITTEN:
        assert words in page
        assert words in site["light.html"].decode()
    reports = (prove_pdf(book, for_print.data), prove_html(book, site), prove_epub(book, ebook))
    assert [report.problems for report in reports] == [(), (), ()]
    shorter = drop_second_paragraph(book)
    lost = edition.make_pdf(shorter, folder, CACHING_RUNNER)
    reports = (
        prove_pdf(book, lost.data),
        prove_html(book, html.make_html(shorter, folder, lost.pagination)),
        prove_epub(book, epub.make_epub(shorter, folder, lost.pagination)),
    )
    assert all(any("1984" in problem.sentence for problem in report.problems) for report in reports)


@pytest.mark.parametrize(
    ("standfirst", "paragraphs"),
    [
        ("One line.", ["One line."]),
        ('"A *marked* line."', ["A marked line."]),
        (">\n  Folded\n  text.\n\n  And more.\n", ["Folded text.", "And more."]),
        ("Plain text\n  goes on.\n\n  And more.\n", ["Plain text goes on.", "And more."]),
        ('"One.\\n\\nTwo."', ["One.", "Two."]),
        ("|\n  One\n  line.\n\n\n  Two.\n", ["One line.", "Two."]),
        ("1984. That was it.", ["1984. That was it."]),
        ("2^10 and 2^20 and $a_b$", ["2^10 and 2^20 and $a_b$"]),
        ('"An \\\\*escaped\\\\* star"', ["An *escaped* star"]),
    ],
)
def test_paragraphs_are_read_from_any_kind_of_yaml_text(standfirst: str, paragraphs: list[str], tmp_path: Path) -> None:
    interview, problems = read_interview(tmp_path, standfirst)
    assert problems == ()
    passages = [passage.text for passage in iterate_passages(interview) if passage.kind == "standfirst"]
    assert passages == paragraphs
    assert str(interview.standfirst) == " ".join(paragraphs)


@pytest.mark.parametrize(
    ("standfirst", "sentence"),
    [
        ("|\n  - a list\n  - of two\n", "holds more than paragraphs"),
        ("A note.[^1]", "calls a footnote"),
        ("|\n  A heading\n  ---\n", "heading"),
        ("A <b>tag</b>", "raw HTML"),
        ("|\n  | a | b |\n  |---|---|\n  | 1 | 2 |\n", "holds more than paragraphs"),
        ('"![A picture](images/a.png)"', "images/a.png"),
    ],
)
def test_what_a_standfirst_cannot_hold_is_an_error(standfirst: str, sentence: str, tmp_path: Path) -> None:
    _, problems = read_interview(tmp_path, standfirst)
    assert any(sentence in problem.sentence and problem.location.line == 3 for problem in problems), problems


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("By *the desk*", "By the desk"),
        ("By **the desk** and _others_", "By the desk and others"),
        ("By [the desk](https://example.org)", "By the desk"),
        ("By the desk [^1] & co.", "By the desk & co."),
        ("By the `desk`", "By the desk"),
        ("By \\*the desk\\*", "By *the desk*"),
        ("By the ~~night~~ desk", "By the night desk"),
    ],
)
def test_markup_in_a_byline_or_disclaimer_is_an_error(typed: str, plain: str, tmp_path: Path) -> None:
    """The hint is the text without marks."""
    for key in ("byline", "disclaimer"):
        _, problems = read_interview(tmp_path, "x", f"{key}: '{typed}'")
        (problem,) = [entry for entry in problems if entry.rule == "text-is-plain"]
        assert problem.hint.endswith(f": {plain}")
        assert problem.location.line == 4


@pytest.mark.parametrize(
    "typed",
    [
        "By the desk * and others *",
        "By snake_case_name",
        "By the desk [sic]",
        "2 * 3 * 4",
        "By the desk*",
        "A & B",
        "a_b",
    ],
)
def test_other_signs_in_a_byline_are_text(typed: str, tmp_path: Path) -> None:
    _, problems = read_interview(tmp_path, "x", f"byline: '{typed}'")
    assert problems == ()


def test_the_outline_has_the_plain_text(book: Book) -> None:
    assert '"standfirst": "A keeper speaks of the wire, of his log and of one night. 1984.' in (
        outline.render_outline_json(book)
    )


def test_links_in_a_standfirst_are_redirected_in_a_pack(book: Book) -> None:
    """A link to a turn that the pack does not have becomes text."""
    (paragraph, _) = redirect_links(book.interviews[0], lambda _: None).marked_standfirst
    assert isinstance(paragraph, Paragraph)
    assert Text("one night") in paragraph.content
