"""The index of e-book and web edition: what it holds, and that the proof notices each change."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from onrecord import proof
from onrecord.editions import epub, html
from onrecord.manuscript.read_book import read_book
from onrecord.model import Book
from onrecord.model.index_places import find_index_places
from onrecord.model.problems import Problem
from onrecord.model.rule import Rule
from onrecord.proof.reading.expected_index import expect_index
from tests.support.workers import PROVING_RUNNER

FRONT = """---
title: {title}
standfirst: {standfirst}
byline: Ada Moor talks to Ben Quay
people: [{{name: Ada Moor, role: interviewer}}, {{name: Ben Quay, role: interviewee}}]
---
"""
LIGHT = """
**Who lights [the lamp]{.index heading="Pilotage"}?**

The keeper lights it at dusk, for the harbour
board.[^1] []{.index heading=Pilotage range=begin}

[^1]: A note about the balance *sheets* of Queen's Dock.

## Queen's Dock

**And who pays?**

- The [Board](https://example.org). []{.index heading=Pilotage range=end}
- [The harbour board]{.noindex} does not: the harbour board of trade does.

**Who else?**

The men of the harbour; гавани, the 港.
"""
ROPE = """
**What is a rope for?**

For the Queen's Dock.
"""
INDEX = """
headings:
  - Pilotage
  - name: Harbour Board
    kind: organisation
    aliases: [harbour board, the Board]
    see_also: [Pilotage, "Queen's Dock"]
    sub: [minutes, {name: accounts, aliases: [balance sheet*]}]
  - {name: Port authority, see: Harbour Board}
  - {name: Queen's Dock, kind: place, aliases: [Queen's Dock]}
  - {name: "Trade, board of", aliases: [harbour board of trade]}
  - {name: Гавань, aliases: [гаван*]}
  - {name: 港, aliases: [港]}
  - Not used
"""
LINES = [
    ("Harbour Board", [("light", "A1"), ("light", "A2")]),
    ("accounts", [("light", "A1")]),
    ("Pilotage", [("light", "Q1"), ("light", "A1–A2")]),
]


def write_book(folder: Path, index: str = INDEX, light: str = LIGHT) -> Book:
    """Write a book of two interviews with an index, and return it as it is read."""
    (folder / "interviews").mkdir(parents=True)
    (folder / "book.yaml").write_text("title: Harbours\ndate: 2026-01-31\ndisclaimer: none\n")
    (folder / "index.yaml").write_text(index)
    fronts = {"title": "The Harbour Light", "standfirst": "About Queen's Dock."}
    (folder / "interviews" / "light.md").write_text(FRONT.format(**fronts) + light)
    fronts = {"title": "Ledger and Rope", "standfirst": "About rope."}
    (folder / "interviews" / "rope.md").write_text(FRONT.format(**fronts) + ROPE)
    return read_book(folder)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the book."""
    return tmp_path_factory.mktemp("indexed") / "book"


@pytest.fixture(scope="module")
def book(folder: Path) -> Book:
    """A book with an index."""
    return write_book(folder)


@pytest.fixture(scope="module")
def site(book: Book, folder: Path) -> dict[str, bytes]:
    """The web edition of the book."""
    return html.make_html(book, folder)


@pytest.fixture(scope="module")
def e_book(book: Book, folder: Path) -> bytes:
    """The e-book of the book."""
    return epub.make_epub(book, folder)


def test_the_index_is_proved(book: Book, site: dict[str, bytes], e_book: bytes) -> None:
    """In both editions, with their shells, files and navigation."""
    assert proof.prove_web_edition(book, site).problems == ()
    assert proof.prove_whole_epub(book, e_book).problems == ()


def test_headings_are_sorted_below_their_letters(site: dict[str, bytes]) -> None:
    """The script of the book comes first; a heading without places is left out, one that refers is in."""
    page = site["book-index.html"].decode()
    marks = ["H</h2", "Harbour Board", "accounts", "P</h2", "Pilotage", "Port authority", "Q</h2", "Queen’s Dock"]
    marks += ["T</h2", "Trade, board of", "Г</h2", "Гавань", "港"]
    places = [page.index(f">{mark}" if "h2" in mark else f">{mark}</span>") for mark in marks]
    assert places == sorted(places)
    assert "Not used" not in page
    assert "minutes" not in page
    assert 'see <a href="#index-1">Harbour Board</a>' in page
    assert 'see also <a href="#index-2">Pilotage</a>; <a href="#index-4">Queen’s Dock</a>' in page


def test_places_are_turns(site: dict[str, bytes]) -> None:
    """Each once, also as the end of a range; a mention before the first turn links the title."""
    page = site["book-index.html"].decode()
    assert '<a href="light.html#q1">Q1</a>, <a href="light.html#a1">A1–A2</a>' in page
    assert '<a href="light.html" lang="en">The Harbour Light</a>: <a href="light.html#a1">A1</a>' in page
    assert '<span lang="en">Ledger and Rope</span>: <a href="rope.html#a1">A1</a>' in page


def test_both_readings_of_the_index_are_the_same(book: Book) -> None:
    """The proof looks for the words by other means than the editions."""
    read = sorted((place.heading, place.sub, place.slug, place.words) for place in find_index_places(book))
    derived = sorted(
        (heading.name, sub, place.slug, place.words)
        for _, entries in expect_index(book)
        for heading in entries
        for sub, entry in (("", heading), *((sub.name, sub) for sub in heading.subs))
        for place in entry.places
    )
    assert read == derived
    assert len(read) == 12


# --- sabotage -----------------------------------------------------------------------------------------

Spoil = Callable[[str], str]
SPOILS: dict[str, Spoil] = {
    "a place is dropped": lambda page: page.replace(', <a href="light.html#a2">A2</a>', "", 1),
    "a link leads elsewhere": lambda page: page.replace("light.html#a2", "light.html#q2", 1),
    "an address is another": lambda page: page.replace(">A1–A2<", ">A1–A3<", 1),
    "a heading is changed": lambda page: page.replace("Queen’s Dock</span>", "King’s Dock</span>", 1),
    "two headings have changed places": lambda page: (
        page.replace(">Pilotage</span>", ">X</span>", 1)
        .replace(">Port authority</span>", ">Pilotage</span>", 1)
        .replace(">X</span>", ">Port authority</span>", 1)
    ),
    "a reference is dropped": lambda page: page.replace("Port authority</span>, ", "Port authority</span>", 1),
    "a reference leads elsewhere": lambda page: page.replace('href="#index-1"', 'href="#index-3"', 1),
    "an entry is invented": lambda page: page.replace(
        '<ul class="headings">', '<ul class="headings"><li id="index-9"><span class="heading">Rope</span></li>', 1
    ),
    "a letter is another": lambda page: page.replace(">P</h2>", ">Q</h2>", 1),
    "the page is empty": lambda page: page.replace('id="book-index"', 'id="no-index"', 1),
}


def name_rules(problems: tuple[Problem, ...]) -> set[Rule]:
    """Return the rules that problems name."""
    return {problem.rule for problem in problems}


@pytest.mark.parametrize("name", SPOILS)
def test_a_spoiled_index_of_the_web_is_noticed(book: Book, site: dict[str, bytes], name: str) -> None:
    """Whatever is changed on the page."""
    page = site["book-index.html"].decode()
    spoiled = SPOILS[name](page)
    assert spoiled != page
    report = proof.prove_html(book, {**site, "book-index.html": spoiled.encode()}, PROVING_RUNNER)
    assert Rule.INDEX_IS_TRUE in name_rules(report.problems)


@pytest.mark.parametrize("name", SPOILS)
def test_a_spoiled_index_of_an_e_book_is_noticed(book: Book, e_book: bytes, name: str) -> None:
    """By the same rule."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(e_book)) as source, zipfile.ZipFile(out, "w") as target:
        for entry in source.infolist():
            data = source.read(entry)
            if entry.filename.endswith("book-index.xhtml"):
                page = data.decode().replace(".xhtml", ".html")
                spoiled = SPOILS[name](page).replace(".html", ".xhtml").encode()
                assert spoiled != data
                data = spoiled
            target.writestr(entry, data)
    assert Rule.INDEX_IS_TRUE in name_rules(proof.prove_epub(book, out.getvalue(), PROVING_RUNNER).problems)


def test_a_lost_index_is_noticed(book: Book, site: dict[str, bytes]) -> None:
    """And so is a page that no index belongs to."""
    without = {name: data for name, data in site.items() if name != "book-index.html"}
    assert Rule.INDEX_IS_TRUE in name_rules(proof.prove_html(book, without, PROVING_RUNNER).problems)
