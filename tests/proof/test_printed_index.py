"""The printed index: its pages are those of print, and the proof notices each change."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pikepdf
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
from onrecord.model.paper import PageSize
from onrecord.model.rule import Rule
from onrecord.proof.reading.normalize import SOFT_GAP
from onrecord.proof.reading.pdf_pages import read_whole_pdf
from onrecord.proof.rules.printed_book import ReadPages, read_page_ranges, read_printed_pages
from onrecord.proof.rules.printed_index import check_printed_index
from onrecord.wording.index_entries import BookPages
from tests.support.bound import read_words
from tests.support.workers import CACHING_RUNNER

PLACE = SourceLocation("index.yaml")
SMALL_PAGE = PageSize(90, 120)  # a quarter of the text makes as many pages
FRONT = """---
title: The Harbour Light
byline: Ada Moor talks to Ben Quay
people: [{name: Ada Moor, role: interviewer, labels: [AM]}, {name: Ben Quay, role: interviewee, labels: [BQ]}]
---
"""
FILLER = "The keeper goes up at dusk and comes down when it is day, and so it has always been. " * 2
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
            7: "It ends. []{.index heading=Watch range=end}",
            8: "A lantern.",
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
    links: list[tuple[str, str]]  # text and target of each


@pytest.fixture(scope="module")
def bound(tmp_path_factory: pytest.TempPathFactory) -> Bound:
    """The book, set and bound once."""
    folder = tmp_path_factory.mktemp("printed") / "book"
    (folder / "interviews").mkdir(parents=True)
    (folder / "book.yaml").write_text("title: Harbours\ndate: 2026-01-31\ndisclaimer: none\n")
    (folder / "index.yaml").write_text(INDEX)
    (folder / "interviews" / "light.md").write_text(write_text())
    book = replace(read_book(folder), trim=SMALL_PAGE)
    printed = edition.make_pdf(book, folder, CACHING_RUNNER)
    ranges = read_page_ranges(book, printed.data)
    blocks = [block for page_range in ranges for block in page_range.sections["back.index"]]
    links = [(link.text, link.target) for page_range in ranges for link in page_range.front_links]
    in_index = [(text, target) for text, target in links if target.startswith("page.")]
    return Bound(folder, book, printed, read_printed_pages(book, printed.data), blocks, in_index)


def test_print_and_screens_are_proved_together(bound: Bound) -> None:
    """With outline, running heads, contents and page list."""
    assert proof.prove_pdf_file(bound.book, bound.printed.data, bound.printed.data).problems == ()
    pagination = bound.printed.pagination
    e_book = epub.make_epub(bound.book, bound.folder, pagination)
    site = html.make_html(bound.book, bound.folder, pagination)
    assert proof.prove_page_parity(bound.book, bound.printed.data, e_book, site) == ()
    assert proof.prove_whole_epub(bound.book, e_book).problems == ()
    assert proof.prove_web_edition(bound.book, site).problems == ()


def test_places_are_pages(bound: Bound) -> None:
    """A note is on the page of its call; a range has the pages from its beginning to its end."""
    lines = dict(block.replace(SOFT_GAP, "").split(",", 1) for block in bound.blocks if "," in block)
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


def test_an_entry_that_is_read_from_the_right_hangs_at_the_right(tmp_path: Path) -> None:
    """Its first line begins farther to the right than those below it."""
    (tmp_path / "interviews").mkdir()
    (tmp_path / "book.yaml").write_text("title: \u05e0\u05de\u05dc\nlanguage: he\ndate: 2026-01-01\ndisclaimer: none\n")
    name = "\u05e0\u05de\u05dc " * 14
    (tmp_path / "index.yaml").write_text(f'headings: [{{name: "{name.strip()}", aliases: ["\u05e0\u05de\u05dc"]}}]')
    (tmp_path / "interviews" / "light.md").write_text(
        f"{FRONT}\n**AM:** \u05e0\u05de\u05dc?\n\n**BQ:** \u05db\u05df.\n"
    )
    book = read_book(tmp_path)
    printed = edition.make_pdf(book, tmp_path, CACHING_RUNNER)
    (page,) = [
        page for page in read_whole_pdf(printed.data).pages if any("page." in link.target for link in page.links)
    ]
    words = [run for run in page.runs if run.text.count(name[0]) > 2]  # the lines of the entry, not the heads above
    lines: dict[int, float] = {}  # height -> right edge
    for run in words:
        lines[round(run.bottom)] = max(lines.get(round(run.bottom), 0), run.right)
    first, *following = [lines[height] for height in sorted(lines, reverse=True)]
    assert following
    assert all(first - 20 < edge < first - 5 for edge in following), lines


# --- sabotage -----------------------------------------------------------------------------------------

Spoil = Callable[[list[str]], list[str]]
SPOILS: dict[str, Spoil] = {
    "a locator is dropped": lambda blocks: [
        block.rpartition(",")[0] if "Lantern," in block else block for block in blocks
    ],
    "a page is another": lambda blocks: [f"{block}9" if "minutes" in block else block for block in blocks],
    "a range is shorter": lambda blocks: [block.partition("–")[0] if "Watch" in block else block for block in blocks],
    "a heading is changed": lambda blocks: [block.replace("Lantern", "Lamp") for block in blocks],
    "a reference is changed": lambda blocks: [block.replace("see Harbour", "see Watch") for block in blocks],
    "an entry is lost": lambda blocks: [block for block in blocks if "minutes" not in block],
    "an entry is invented": lambda blocks: [*blocks, "Zebra, 3"],
    "two entries have changed places": lambda blocks: [*blocks[:1], *reversed(blocks[1:])],
    "nothing is left": lambda blocks: [],
}


@pytest.mark.parametrize("name", SPOILS)
def test_a_spoiled_index_is_noticed(bound: Bound, name: str) -> None:
    """Whatever is changed in its words."""
    assert list(check_printed_index(bound.book, bound.blocks, bound.links, bound.pages)) == []
    spoiled = SPOILS[name](bound.blocks)
    assert spoiled != bound.blocks
    problems = list(check_printed_index(bound.book, spoiled, bound.links, bound.pages))
    assert [problem.rule for problem in problems] == [Rule.INDEX_IS_TRUE]


def test_each_page_number_leads_to_its_page(bound: Bound) -> None:
    """A range leads to its first page; a destination is the head of the page with that number."""
    numbers = [part for block in bound.blocks for part in re.findall(r"\d+(?:–\d+)?", block)]
    assert [text.replace("\u2060", "") for text, _ in bound.links] == numbers
    assert [target for _, target in bound.links] == [f"page.{text.partition('–')[0]}" for text, _ in bound.links]
    with pikepdf.open(io.BytesIO(bound.printed.data)) as pdf:
        names = pikepdf.NameTree(pdf.Root.Names.Dests)
        for _, target in bound.links:
            sheet = next(page for page in pdf.pages if page.obj.objgen == names[target][0].objgen)
            assert sheet.label == target.removeprefix("page.")


@pytest.mark.parametrize(
    "links",
    [
        lambda links: links[:-1],
        lambda links: [*links, links[0]],
        lambda links: [(links[0][0], links[1][1]), *links[1:]],
        lambda links: [("", links[0][1]), *links[1:]],
        lambda links: [(links[0][0], ""), *links[1:]],
        lambda links: [],
    ],
)
def test_a_wrong_link_of_the_index_is_noticed(
    bound: Bound, links: Callable[[list[tuple[str, str]]], list[tuple[str, str]]]
) -> None:
    """One that is lost, doubled, leads to another page or nowhere."""
    problems = list(check_printed_index(bound.book, bound.blocks, links(bound.links), bound.pages))
    assert [problem.rule for problem in problems] == [Rule.LINKS_ARE_TRUE]


def test_a_page_that_is_not_where_its_name_says_is_noticed(bound: Bound) -> None:
    """The destination `page.2` is on another sheet."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(bound.printed.data)) as pdf:
        names = pikepdf.NameTree(pdf.Root.Names.Dests)
        target = names[bound.links[0][1]]
        target[0] = pdf.pages[0].obj
        pdf.save(out)
    report = proof.prove_pdf_file(bound.book, out.getvalue(), read_words(out.getvalue()))
    assert any("on another page" in problem.sentence for problem in report.problems)


def test_wrong_pages_of_our_own_are_noticed(bound: Bound, monkeypatch: pytest.MonkeyPatch) -> None:
    """The edition counts a letter too many."""
    find_page = BookPages.find_page
    monkeypatch.setattr(BookPages, "find_page", lambda pages, slug, letters: find_page(pages, slug, letters + 1000))
    spoiled = edition.make_pdf(bound.book, bound.folder, CACHING_RUNNER)
    report = proof.prove_pdf(bound.book, read_words(spoiled.data))
    assert Rule.INDEX_IS_TRUE in {problem.rule for problem in report.problems}


def test_a_lost_place_of_our_own_is_noticed(bound: Bound, monkeypatch: pytest.MonkeyPatch) -> None:
    """The edition forgets the last place of a heading."""
    list_pages = BookPages.list_pages
    monkeypatch.setattr(BookPages, "list_pages", lambda pages, places: list_pages(pages, list(places)[:1]))
    spoiled = edition.make_pdf(bound.book, bound.folder, CACHING_RUNNER)
    report = proof.prove_pdf(bound.book, read_words(spoiled.data))
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
    spans_of_pages = pages.list_pages(places)
    assert ", ".join(map(str, spans_of_pages)).replace("\u2060", "") == text
    assert [span.first for span in spans_of_pages] == re.findall(r"(?:^|, )(\d+)", text)
