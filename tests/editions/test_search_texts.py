"""The texts that the search of the web edition reads: words, speakers and pages of every turn, in scripts."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from onrecord.editions import html, search_texts
from onrecord.editions.html import make_html
from onrecord.editions.page_cache import NEARBY, list_nearby_parts
from onrecord.manuscript.read_book import read_book
from onrecord.model import Book, Part
from onrecord.model.page_numbers import PageStart, Pagination, filter_letters
from onrecord.proof.rules.html import prove_web_edition
from tests.support import sample
from tests.support.workers import PROVING_RUNNER

BODY = """---
title: "The light"
people: [{name: The desk, role: interviewer}, {name: The keeper, role: interviewee}]
---
**The desk:** What *burns* in “the” lamp?[^oil]

**The keeper:** Oil, since the harbour was built.
It comes by ship.

- whale oil
- `paraffin` & more

**Is it dear?**

It is.

[^oil]: Rape-seed oil.
"""


def make_book(folder: Path, body: str = BODY) -> Book:
    """Return a book of one interview."""
    (folder / "interviews").mkdir()
    (folder / "book.yaml").write_text("title: Harbour\ndisclaimer: none\ndate: 2026-01-31\n", encoding="utf-8")
    (folder / "interviews" / "light.md").write_text(body, encoding="utf-8")
    return read_book(folder)


def read_lines(files: dict[str, bytes]) -> list[Any]:
    """Return the lines of all files with texts, and check that the files are scripts of the right form."""
    lines = []
    names = [name for name in files if name.startswith("search-") and name != "search-words.js"]
    names.sort(key=lambda name: int(name.split("-")[1].split(".")[0]))
    for number, name in enumerate(names, 1):
        head, _, body = files[name].decode().partition(",[")
        assert head == f"addInterviews({number},{len(names)}"
        lines += json.loads("[" + body.removesuffix(");\n"))
    return lines


def test_each_turn_has_its_words_and_its_speaker(tmp_path: Path) -> None:
    """Labels, addresses and the numbers of notes are no words of a turn; a guest who is alone speaks every answer."""
    files = make_html(make_book(tmp_path), tmp_path)
    assert read_lines(files) == [
        [
            "light",
            "en",
            "The light",
            ["The desk", "The keeper"],
            [
                ["q1", "Q1", [], "What burns in “the” lamp?", 0],
                ["a1", "A1", [], "Oil, since the harbour was built. It comes by ship. whale oil paraffin & more", 1],
                ["q2", "Q2", [], "Is it dear?", 0],
                ["a2", "A2", [], "It is.", 1],
                ["fn1", "[1]", [], "Rape-seed oil.", -1],
            ],
        ]
    ]


def test_a_turn_knows_the_pages_that_begin_in_it(tmp_path: Path) -> None:
    """The first is that on which it begins; the others stand after the place in its text."""
    letters = len(filter_letters("The lightThe desk: What burns in “the” lamp?The keeper: Oil, since the "))
    starts = (PageStart("iv"), PageStart("v", letters))
    files = make_html(make_book(tmp_path), tmp_path, Pagination("", {"light": starts}, ("iv", "v")))
    ((*_, (*turns, _)),) = read_lines(files)
    assert [turn[2] for turn in turns] == [["iv"], ["iv", 15, "v"], ["v"], ["v"]]
    assert turns[1][3][15:].startswith("harbour was built")
    assert not prove_web_edition(read_book(tmp_path), files, PROVING_RUNNER).problems


AROUND = """---
title: "The light"
people: [{name: The keeper, role: interviewee}]
corrections: [{date: 2026-02-01, text: It burns gas.}]
---
They met on the *quay*.

## At night

**Who lights it?**

The keeper.[^a]

::: note
Nobody *else*.
:::

[^a]: With a match.
"""


def test_what_stands_around_turns_is_searched_too(tmp_path: Path) -> None:
    """Introduction, headings, notes, corrections and footnotes, each with a place on the page that a link reaches."""
    book = make_book(tmp_path, AROUND)
    starts = (PageStart("iv"), PageStart("v", len(filter_letters("The lightThey met on the "))))
    files = make_html(book, tmp_path, Pagination("", {"light": starts}, ("iv", "v")))
    ((*_, pieces),) = read_lines(files)
    assert pieces == [
        ["title", "", ["iv", 16, "v"], "They met on the quay.", -1],
        ["division-1", "", ["v"], "At night", -1],
        ["q1", "Q1", ["v"], "Who lights it?", -1],
        ["a1", "A1", ["v"], "The keeper.", 0],
        ["a1", "", ["v"], "Nobody else.", -1],
        ["a1", "", ["v"], "Correction, 1 February 2026: It burns gas.", -1],
        ["fn1", "[1]", [], "With a match.", -1],
    ]
    assert not prove_web_edition(book, files, PROVING_RUNNER).problems
    for spoil in (
        change_texts(lambda line: line[4][0].__setitem__(3, "They met on the pier.")),
        change_texts(lambda line: line[4][0].__setitem__(2, ["iv"])),
        change_texts(lambda line: line[4][4].__setitem__(0, "q1")),
        change_texts(lambda line: line[4][4].__setitem__(4, 0)),
        change_texts(lambda line: line[4].pop()),
        change_texts(lambda line: line[4][6].__setitem__(2, ["v"])),
    ):
        spoiled = {**files, "search-1.js": spoil(files["search-1.js"])}
        assert [problem.rule for problem in prove_web_edition(book, spoiled, PROVING_RUNNER).problems] == [
            "search-is-true"
        ]


def test_large_books_are_divided_into_files() -> None:
    """The first one is smaller, so that the first results show soon; no file is empty, and no line is lost."""
    lines = [b'["%d"%s]' % (number, b" " * 100_000) for number in range(40)]
    files = search_texts.write_search_files(lines, [b""] * 40)
    assert [line[0] for line in read_lines(files)] == [str(number) for number in range(40)]
    sizes = [len(files[f"search-{number}.js"]) for number in range(1, len(files))]
    assert sizes[0] < 310_000
    assert all(300_000 < size < 510_000 for size in sizes[1:-1])
    assert read_lines(search_texts.write_search_files([], [])) == []
    assert len(search_texts.write_search_files([b'["%s"]' % (b"x" * 3_000_000)] * 2, [b""] * 2)) == 2


def make_large_site(size: int) -> tuple[Book, dict[str, bytes]]:
    """Return a book of many interviews, and its site; each has a word of its own, and one of another script."""
    first = sample.BOOK.interviews[0]
    (question, *_) = first.turns
    interviews = []
    for number in range(size):
        text = f"Zaño{number:03}X burns, ÉLITE{number} {'and more words ' * 10}灯{chr(0x5000 + number)} ﬁＸ{number}"
        turn = replace(question, blocks=(sample.paragraph(text),), label="")
        interviews.append(
            replace(
                first,
                slug=f"talk-{number}",
                conversation=(turn,),
                introduction=(),
                footnotes=(),
                reading_key="",
            )
        )
    book = replace(sample.BOOK, parts=(Part("", tuple(interviews)),))
    return book, make_html(book, Path("nowhere"))


def test_a_large_book_says_which_files_hold_rare_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """Folded as the search folds them; words that many files have are not listed. The proof makes the list again."""
    for name in ("_MOST_BYTES", "_MOST_BYTES_FIRST"):
        monkeypatch.setattr(search_texts, name, 700)  # two interviews
    book, files = make_large_site(6)
    head, *rows, end = files["search-words.js"].decode().splitlines()
    assert (head, end) == ("addWords([", "]);")
    assert len(rows) == 3
    assert all(f" elite{number} " in rows[number // 2] and f" fix{number} " in rows[number // 2] for number in range(6))
    assert all("burns" not in row and "灯" not in row for row in rows)
    assert not {
        problem.rule
        for problem in prove_web_edition(book, files, PROVING_RUNNER).problems
        if "search" in problem.rule.value
    }
    for old, new in ((b" elite1", b" elite2"), (b" elite1", b""), (b"addWords", b"addWorms")):
        spoiled = {**files, "search-words.js": files["search-words.js"].replace(old, new)}
        assert "search-is-true" in {
            problem.rule for problem in prove_web_edition(book, spoiled, PROVING_RUNNER).problems
        }
    for old, new in ((b'"en","', b'"en",{"'), (b'"en","', b'"en",0,"'), (b'"talk-3","en"', b'"talk-3"')):
        spoiled = {**files, "search-2.js": files["search-2.js"].replace(old, new)}
        assert "search-is-true" in {
            problem.rule for problem in prove_web_edition(book, spoiled, PROVING_RUNNER).problems
        }
    lacking = {name: data for name, data in files.items() if name != "search-words.js"}
    assert {"search-is-true", "files-are-known"} <= {
        p.rule for p in prove_web_edition(book, lacking, PROVING_RUNNER).problems
    }


def change_texts(change: Callable[[list[Any]], None]) -> Callable[[bytes], bytes]:
    """Return a function that changes the first line of a file with texts."""

    def spoil(data: bytes) -> bytes:
        first, *others = data.split(b"\n")
        line = json.loads(others[0].rstrip(b","))
        change(line)
        comma = b"," if others[0].endswith(b",") else b""
        return b"\n".join([first, json.dumps(line, ensure_ascii=False).encode() + comma, *others[1:]])

    return spoil


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    return html.make_html(sample.BOOK, tmp_path_factory.mktemp("book"))


@pytest.mark.parametrize(
    "change",
    [
        change_texts(lambda line: line[4][1].__setitem__(3, line[4][1][3].replace("e", "é", 1))),
        change_texts(lambda line: line[4][1].__setitem__(3, line[4][1][3] + " more")),
        change_texts(lambda line: line[4].pop()),
        change_texts(lambda line: line[4].reverse()),
        change_texts(lambda line: line[4][0].__setitem__(1, "Q9")),
        change_texts(lambda line: line[4][0].__setitem__(2, ["9"])),
        change_texts(lambda line: line[4][0].__setitem__(4, 1 - line[4][0][4])),
        change_texts(lambda line: line.__setitem__(2, "Another title")),
        change_texts(lambda line: line[3].append("Nobody")),
        change_texts(lambda line: line.__setitem__(0, "elsewhere")),
        lambda data: data.replace(b"addInterviews(1,1,", b"addInterviews(1,2,"),
        lambda data: data + b"alert(1)",
        lambda data: data[:-20],
    ],
)
def test_a_search_that_knows_something_else_is_refused(
    site: dict[str, bytes], change: Callable[[bytes], bytes]
) -> None:
    """Words, turns, addresses, pages, speakers, title, people, order, form."""
    data = change(site["search-1.js"])
    assert data != site["search-1.js"]
    problems = prove_web_edition(sample.BOOK, {**site, "search-1.js": data}, PROVING_RUNNER).problems
    assert {problem.rule for problem in problems} & {"search-is-true", "files-are-known"}


def test_the_search_of_the_sample_is_true(site: dict[str, bytes]) -> None:
    """Without this, the tests above could fail for another reason."""
    assert not prove_web_edition(sample.BOOK, site, PROVING_RUNNER).problems
    without = {name: data for name, data in site.items() if name != "search-1.js"}
    assert prove_web_edition(sample.BOOK, without, PROVING_RUNNER).problems


def test_a_page_shows_the_contents_near_it() -> None:
    """All of a small book; of a large one as many as fit, around the interview."""
    assert [part.title for part in list_nearby_parts(sample.BOOK)[sample.HOW.slug]] == [
        "In English",
        "In another language",
    ]
    many = tuple(replace(sample.GERMAN, slug=f"talk-{number}") for number in range(100))
    book = replace(sample.BOOK, parts=(Part("First", many[:50]), Part("Second", many[50:])))
    for place, first in ((0, 0), (19, 0), (50, 30), (99, 60)):
        parts = list_nearby_parts(book)[many[place].slug]
        slugs = [line.slug for part in parts for line in part.interviews]
        assert slugs == [f"talk-{number}" for number in range(first, first + NEARBY)]
