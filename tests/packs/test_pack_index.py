"""A pack has an index of its own if it asks for one."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from onrecord import proof
from onrecord.editions import html
from onrecord.editions.pdf import edition
from onrecord.manuscript.read_book import read_book
from onrecord.model import Book
from onrecord.packs import selection
from onrecord.packs.clearance import ReleaseOptions
from tests.support.workers import CACHING_RUNNER

FRONT = "---\ntitle: {}\nbyline: A talk\npeople: [{{name: Ben Quay, role: interviewee}}]\n---\n\n"
PACK = """
title: The harbour at night
date: 2026-01-31 09:00 UTC
index: yes
large_print: yes
agenda: [{title: The light, interviews: ["light#a2"]}]
"""
INDEX = """
headings:
  - {name: Lamp, aliases: [lamp], see_also: [Rope]}
  - {name: Oil}
  - {name: Rope, aliases: [rope]}
  - {name: Lantern, see: Rope}
"""
LIGHT = """**What burns?**

A lamp. []{.index heading=Oil range=begin}

**And then?**

The lamp again.

**And after that?**

Nothing. []{.index heading=Oil range=end}
"""


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Book]:
    """A pack of one answer from a book of two interviews."""
    folder = tmp_path_factory.mktemp("pack") / "book"
    for name in ("interviews", "packs"):
        (folder / name).mkdir(parents=True)
    (folder / "book.yaml").write_text("title: Harbours\nlanguage: en\ndate: 2026-01-01\ndisclaimer: none\n")
    (folder / "index.yaml").write_text(INDEX)
    (folder / "packs" / "desk.yaml").write_text(PACK)
    (folder / "interviews" / "light.md").write_text(FRONT.format("The Harbour Light") + LIGHT)
    (folder / "interviews" / "rope.md").write_text(FRONT.format("Rope") + "**What holds?**\n\nA rope.\n")
    book, _ = selection.survey_pack(folder, read_book(folder), "desk", ReleaseOptions(datetime(2026, 1, 1, tzinfo=UTC)))
    assert book
    return folder, selection.add_pointers(book, None)


def test_an_index_of_a_pack_is_proved(pack: tuple[Path, Book]) -> None:
    """With the places of its own turns, also in large print; a heading without any is left out."""
    folder, book = pack
    site = html.make_html(book, folder)
    page = site["book-index.html"].decode()
    assert '<a href="light-a2.html#a2">A2</a>' in page
    assert "#a1" not in page
    assert "Oil" in page
    assert "Rope</a>" not in page
    assert "Lantern" not in page
    assert proof.prove_web_edition(book, site).problems == ()
    printed = edition.make_pdf(book, folder, CACHING_RUNNER)
    assert printed.large_print
    assert proof.prove_pdf_file(book, printed.data, printed.data).problems == ()
    large = proof.prove_pdf_file(book, printed.large_print, printed.large_print, is_large=True)
    assert large.problems == ()


def test_a_pack_that_does_not_ask_has_none(pack: tuple[Path, Book]) -> None:
    """It is short, and its agenda leads to everything."""
    folder, book = pack
    assert book.pack
    plain = replace(book, pack=replace(book.pack, has_index=False))
    assert "book-index.html" not in html.make_html(plain, folder)
