"""The printed index: its pages are those of print, and the proof notices each change."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from onrecord import proof
from onrecord.editions import epub, html
from onrecord.editions.pdf import edition
from onrecord.editions.pdf.edition import PrintEdition
from onrecord.editions.pdf.print_check import find_print_problems
from onrecord.manuscript.read_book import read_book
from onrecord.model import Book, SourceLocation, TextLine
from onrecord.model.index_headings import BookIndex, IndexHeading
from onrecord.model.index_places import IndexPlace, IndexSpot
from onrecord.model.page_numbers import PageStart
from onrecord.model.rule import Rule
from onrecord.proof.rules.pdf import ReadPages, read_page_ranges, read_printed_pages
from onrecord.proof.rules.printed_index import check_printed_index
from onrecord.wording.index_entries import BookPages
from tests.support.workers import CACHING_RUNNER

PLACE = SourceLocation("index.yaml")
FRONT = """---
title: The Harbour Light
byline: Ada Moor talks to Ben Quay
people: [{name: Ada Moor, role: interviewer, labels: [AM]}, {name: Ben Quay, role: interviewee, labels: [BQ]}]
---
"""
FILLER = "The keeper goes up at dusk and comes down when it is day, and so it has always been. " * 9
INDEX = """
headings:
  - {name: Lantern, aliases: [lantern]}
  - {name: Harbour Board, aliases: [harbour board], see_also: [Lantern], sub: [{name: minutes, aliases: [minutes]}]}
  - {name: Port authority, see: Harbour Board}
  - {name: Watch}
  - {name: נמל, aliases: [נמל]}
"""


def write_text() -> str:
    """Return an interview of several pages with words for the index on some of them."""
    turns = []
    for number in range(1, 13):
        words = {
            2: "The lantern is new.[^1]",
            3: "The harbour\nboard pays. []{.index heading=Watch range=begin}",
            5: "The lantern again, and נמל.",
            7: "A lantern. []{.index heading=Watch range=end}",
            9: "The *harbour* board has minutes.",
            11: "The lantern, at last.",
        }.get(number, "")
        turns.append(f"**AM:** What of night {number}?\n\n**BQ:** {words} {FILLER}\n\n{FILLER}")
    return FRONT + "\n" + "\n\n".join(turns) + "\n\n[^1]: A note about the harbour board.\n"


@dataclass(frozen=True)
class Bound:
    """A book, its print edition, and what the proof reads in it."""

    folder: Path
    book: Book
    printed: PrintEdition
    pages: ReadPages
    blocks: list[str]


@pytest.fixture(scope="module")
def bound(tmp_path_factory: pytest.TempPathFactory) -> Bound:
    """The book, set and bound once."""
    folder = tmp_path_factory.mktemp("printed") / "book"
    (folder / "interviews").mkdir(parents=True)
    (folder / "book.yaml").write_text("title: Harbours\nlanguage: en\ndate: 2026-01-01\ndisclaimer: none\n")
    (folder / "index.yaml").write_text(INDEX)
    (folder / "interviews" / "light.md").write_text(write_text())
    book = read_book(folder)
    printed = edition.make_pdf(book, folder, CACHING_RUNNER)
    ranges = read_page_ranges(book, printed.data)
    blocks = [block for page_range in ranges for block in page_range.sections["back.index"]]
    return Bound(folder, book, printed, read_printed_pages(book, printed.data), blocks)


def test_print_and_screens_are_proved_together(bound: Bound) -> None:
    """With outline, running heads, contents and page list."""
    assert proof.prove_pdf_file(bound.book, bound.printed.data, bound.printed.data).problems == ()
    pagination = bound.printed.pagination
    e_book = epub.make_epub(bound.book, bound.folder, pagination)
    site = html.make_html(bound.book, bound.folder, pagination)
    assert proof.prove_page_parity(bound.book, bound.printed.data, e_book, site) == ()
    assert proof.prove_e_book(bound.book, e_book).problems == ()
    assert proof.prove_web_edition(bound.book, site).problems == ()


def test_places_are_pages(bound: Bound) -> None:
    """A note is on the page of its call; a range has the pages from its beginning to its end."""
    lines = dict(block.split(",", 1) for block in bound.blocks if "," in block)
    assert set(lines) == {"Harbour Board", "minutes", "Lantern", "Port authority", "Watch", "נמל"}
    texts = bound.pages.texts["light"]
    assert texts
    first, last = lines["Watch"].strip().split("–")
    assert int(first) < int(last)
    assert lines["minutes"].strip() in lines["Harbour Board"]
    assert len(lines["Lantern"].split(",")) == 4


def test_an_index_leaves_the_pages_of_the_book_as_they_are(bound: Bound) -> None:
    """Without it each interview has the same lines on the same pages."""
    plain = edition.make_pdf(replace(bound.book, index=None), bound.folder, CACHING_RUNNER)
    starts = plain.pagination.leaves["light"], bound.printed.pagination.leaves["light"]
    assert starts[0] == starts[1]


def test_a_heading_that_no_font_has_is_found_before_layout(bound: Bound) -> None:
    """With its line in index.yaml."""
    heading = IndexHeading(TextLine("\u4e0a\u6d77", SourceLocation("index.yaml", 3)))
    book = replace(bound.book, index=BookIndex((heading,), PLACE))
    problems = find_print_problems(book, bound.folder)
    assert [(problem.rule, problem.location.line) for problem in problems] == [(Rule.GLYPHS_EXIST, 3)]


# --- sabotage -----------------------------------------------------------------------------------------

Spoil = Callable[[list[str]], list[str]]
SPOILS: dict[str, Spoil] = {
    "a locator is dropped": lambda blocks: [
        block.rpartition(",")[0] if "Lantern," in block else block for block in blocks
    ],
    "a page is another": lambda blocks: [f"{block}9" if "minutes" in block else block for block in blocks],
    "a range is shorter": lambda blocks: [block.partition("–")[0] if "Watch" in block else block for block in blocks],
    "a heading is changed": lambda blocks: [block.replace("Lantern", "Lamp") for block in blocks],
    "a reference is changed": lambda blocks: [block.replace("see Harbour Board", "see Watch") for block in blocks],
    "an entry is lost": lambda blocks: [block for block in blocks if "minutes" not in block],
    "an entry is invented": lambda blocks: [*blocks, "Zebra, 3"],
    "two entries have changed places": lambda blocks: [*blocks[:1], *reversed(blocks[1:])],
    "nothing is left": lambda blocks: [],
}


@pytest.mark.parametrize("name", SPOILS)
def test_a_spoiled_index_is_noticed(bound: Bound, name: str) -> None:
    """Whatever is changed in its words."""
    assert list(check_printed_index(bound.book, bound.blocks, bound.pages)) == []
    spoiled = SPOILS[name](bound.blocks)
    assert spoiled != bound.blocks
    problems = list(check_printed_index(bound.book, spoiled, bound.pages))
    assert [problem.rule for problem in problems] == [Rule.INDEX_IS_TRUE]


def test_wrong_pages_of_our_own_are_noticed(bound: Bound, monkeypatch: pytest.MonkeyPatch) -> None:
    """The edition counts a letter too many."""
    find_page = BookPages.find_page
    monkeypatch.setattr(BookPages, "find_page", lambda pages, slug, letters: find_page(pages, slug, letters + 2000))
    spoiled = edition.make_pdf(bound.book, bound.folder, CACHING_RUNNER)
    report = proof.prove_pdf(bound.book, spoiled.data)
    assert Rule.INDEX_IS_TRUE in {problem.rule for problem in report.problems}


def test_a_lost_place_of_our_own_is_noticed(bound: Bound, monkeypatch: pytest.MonkeyPatch) -> None:
    """The edition forgets the last place of a heading."""
    write_pages = BookPages.write_pages
    monkeypatch.setattr(
        BookPages, "write_pages", lambda pages, places, comma: write_pages(pages, list(places)[:1], comma)
    )
    spoiled = edition.make_pdf(bound.book, bound.folder, CACHING_RUNNER)
    report = proof.prove_pdf(bound.book, spoiled.data)
    assert Rule.INDEX_IS_TRUE in {problem.rule for problem in report.problems}


# --- pages --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("spans", "text"),
    [
        ([(1, 1), (3, 3)], "1, 3"),
        ([(1, 1), (2, 2)], "1, 2"),
        ([(1, 1), (2, 2), (3, 3)], "1–3"),
        ([(1, 1), (1, 1), (5, 7), (6, 6), (8, 8)], "1, 5–8"),
        ([(4, 5), (2, 2)], "2, 4–5"),
    ],
)
def test_pages_that_follow_each_other_are_a_range(spans: list[tuple[int, int]], text: str) -> None:
    """From three on, or beside a range that is one already."""
    pages = BookPages({"light": [PageStart(str(n), n * 10) for n in range(10)]}, [str(n) for n in range(10)])

    def spot(page: int) -> IndexSpot:
        """Return a place on a page."""
        return IndexSpot("a1", "A1", page * 10 + 3, PLACE)

    places = [IndexPlace("Lamp", "", "light", spot(first), spot(last), "lamp") for first, last in spans]
    assert pages.write_pages(places, ", ").replace("\u2060", "") == text
