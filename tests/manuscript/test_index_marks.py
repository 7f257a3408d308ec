"""Marks for the index are read and taken out of the text; places are found in every part of an interview."""

from __future__ import annotations

from pathlib import Path

import pytest

from onrecord.manuscript.outline import render_outline_json, render_outline_text
from onrecord.manuscript.read_book import read_book
from onrecord.manuscript.unprinted import list_unprinted
from onrecord.model import Book, find_texts, iterate_block_passages, iterate_blocks
from onrecord.model.index_places import find_index_places
from onrecord.model.page_numbers import PICTURE_LETTER, filter_letters
from onrecord.model.read_texts import iterate_read_texts

HEAD = """---
title: The Harbour Light
standfirst: A talk about {standfirst}.
byline: Ada Moor talks to Ben Quay
people: [{{name: Ada Moor, role: interviewer}}, {{name: Ben Quay, role: interviewee}}]
---
"""
BODY = """
An introduction with the *harbour
board* and [Queen's Dock](https://example.org).

**Who lights {lamp}?**

The keeper lights it at dusk.[^1] {begin}

[^1]: A note about a balance sheet.

## The "Queen's Dock" and {more}

**And who pays?**

- The Board{end}.
- {hidden}, says the board.

  : Not a list of meanings.

::: note
A note of the harbour board.
:::

| Lamp | Oil |
|------|-----|
| one  | the harbour board |
"""
MARKS = {
    "standfirst": "[the lamp]{.index heading=Pilotage}",
    "lamp": '[the lamp]{.index heading="pilotage"}',
    "begin": "[]{.index heading=Pilotage range=begin}",
    "more": '[more]{.index heading="Harbour Board" sub=minutes}',
    "end": "[ pays]{.index heading=pilotage range=end}",
    "hidden": "[The harbour board]{.noindex}",
}
PLAIN = {"standfirst": "the lamp", "lamp": "the lamp", "begin": "", "more": "more", "end": " pays"}
PLAIN["hidden"] = "The harbour board"
INDEX = """
headings:
  - Pilotage
  - name: Harbour Board
    kind: organisation
    aliases: [harbour board, the Board]
    see_also: Quay, Ben
    sub: [minutes, {name: accounts, aliases: [balance sheet*]}]
  - {name: Port authority, see: Harbour Board}
  - {name: Queen's Dock, kind: place, aliases: [Queen's Dock]}
  - {name: "Quay, Ben", kind: person, sort: Quay Ben}
"""


def write_book(folder: Path, words: dict[str, str]) -> Book:
    """Write and read a book of one interview."""
    (folder / "interviews").mkdir(parents=True)
    (folder / "book.yaml").write_text("title: Harbours\nlanguage: en\ndate: 2026-01-01\ndisclaimer: none\n")
    (folder / "index.yaml").write_text(INDEX)
    text = (HEAD + BODY.replace("{.", "{{.")).format(**words)
    (folder / "interviews" / "light.md").write_text(text, encoding="utf-8")
    return read_book(folder)


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Book:
    """A book whose only interview has marks in all its parts."""
    return write_book(tmp_path_factory.mktemp("marked") / "book", MARKS)


def test_marks_leave_no_trace_in_the_text(book: Book, tmp_path: Path) -> None:
    """Print would look at a text in pieces in another way, and pages would change."""
    (marked,), (plain,) = book.interviews, write_book(tmp_path / "book", PLAIN).interviews
    assert [text for text, _ in find_texts(iterate_blocks(marked))] == [
        text for text, _ in find_texts(iterate_blocks(plain))
    ]
    assert marked.conversation == plain.conversation
    assert marked.standfirst == plain.standfirst
    assert len(marked.index_marks) == len(MARKS)


def test_places_are_found_in_every_part(book: Book) -> None:
    """In standfirst, introduction, headings, questions, lists, notes, tables and footnotes, across emphasis."""
    places = [
        (place.heading, place.sub, place.words, place.first.address, place.last.address, place.first.note)
        for place in find_index_places(book)
    ]
    board = ("Harbour Board", "")
    assert places == [
        ("Pilotage", "", "the lamp", "", "", 0),
        (*board, "harbour board", "", "", 0),
        ("Queen’s Dock", "", "Queen’s Dock", "", "", 0),
        ("Pilotage", "", "the lamp", "Q1", "Q1", 0),
        ("Harbour Board", "minutes", "more", "Q2", "Q2", 0),
        ("Queen’s Dock", "", "Queen’s Dock", "Q2", "Q2", 0),
        (*board, "The Board", "A2", "A2", 0),
        (*board, "harbour board", "A2", "A2", 0),
        (*board, "harbour board", "A2-2", "A2-2", 0),  # the table after a note is another answer
        ("Harbour Board", "accounts", "balance sheet", "A1", "A1", 1),
        ("Pilotage", "", "", "A1", "A2", 0),
    ]


@pytest.mark.parametrize(
    ("marked", "plain"),
    [
        ("One []{.index heading=A} two", "One two"),
        ("[]{.index heading=A} Two []{.index heading=A}", "Two"),
        ("One []{.index heading=A} []{.index heading=A} two", "One two"),
        ("One[]{.index heading=A} two []{.index heading=A}.", "One two ."),
        ("One [two]{.index heading=A} []{.index heading=A} three", "One two three"),
        ("\"[One]{.index heading=A}\" -- [*two* 'three']{.index heading=A}[^1]", "“One” – two ‘three’"),
    ],
)
def test_a_mark_without_words_leaves_no_gap(tmp_path: Path, marked: str, plain: str) -> None:
    """Blanks before and after it become one; quotation marks and dashes are those of the text without marks."""
    book = tmp_path / "book"
    write_book(book, MARKS)
    note = "\n\n[^1]: A note.\n" if "[^1]" in marked else ""
    text = f"---\ntitle: One\n---\n\n**Why?**\n\n{marked}{note}\n"
    (book / "index.yaml").write_text("headings: [A]")
    (book / "interviews" / "light.md").write_text(text)
    (interview,) = read_book(book).interviews
    (passage,) = iterate_block_passages(interview.turns[1].blocks, "")
    assert passage.text == plain


def test_letters_before_a_place_are_those_of_print(book: Book) -> None:
    """A footnote stands where it is called; pictures count as one letter."""
    texts = list(iterate_read_texts(book.interviews[0]))
    printed = "".join(filter_letters(text.text) for text in texts if not text.note)
    for place in find_index_places(book):
        if place.words and not place.first.note:
            assert printed[place.first.letters :].startswith(filter_letters(place.words))
    (note,) = (place for place in find_index_places(book) if place.first.note)
    assert printed[: note.first.letters + 1].endswith("dusk.")
    assert filter_letters(PICTURE_LETTER) == PICTURE_LETTER


def test_the_outline_gives_the_entries(book: Book, tmp_path: Path) -> None:
    """As JSON for scripts, and in words."""
    text = render_outline_json(book)
    assert '"name": "Harbour Board"' in text
    assert '"see_also": [\n        "Quay, Ben"\n      ]' in text
    assert '"address": "A1",\n          "to": "A2"' in text
    lines = render_outline_text(book)
    assert "  Port authority; see Harbour Board\n" in lines
    assert "  Pilotage: light, light Q1, light A1–A2\n" in lines


def test_a_heading_without_places_is_listed(tmp_path: Path) -> None:
    """`check` names it among what is not printed; one that only refers is printed if its target is."""
    book = write_book(tmp_path / "book", MARKS)
    (unused,) = (entry for entry in list_unprinted(tmp_path / "book", book) if "index" in entry.kind)
    assert unused.names == ("“Quay, Ben”",)
