"""The feet of facing pages: a page is run some lines short where the page beside it ends short."""

from __future__ import annotations

import contextlib
import random
from collections.abc import Sequence
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from onrecord.editions.pdf.pages.geometry import get_book_geometry
from onrecord.editions.pdf.typeset import page_feet
from onrecord.editions.pdf.typeset.weasyprint_adapter import set_part
from onrecord.model import Trim
from tests.editions.pdf.test_line_grid import A5, QUESTION, SENTENCE, read_lines

LEADING = get_book_geometry(Trim.A5).leading_pt


def write_conversation(seed: int, *, turns: int) -> str:
    """Return questions of up to three lines, with answers of different lengths."""
    choices = random.Random(seed)
    words = SENTENCE.split()
    pieces = []
    for number in range(turns):
        question = " ".join(words[: choices.randint(3, 15)] * choices.randint(1, 2))
        answer = " ".join((words * 8)[: choices.randint(15, 130)])
        pieces.append(
            f"{QUESTION.format(f'{number} {question}?')}<div class='turn answer'><p>{number} {answer}.</p></div>"
        )
    return "".join(pieces)


CONVERSATION = write_conversation(6, turns=40)


def read_conversation() -> list[list[tuple[float, str]]]:
    """Return the lines of each page of the conversation."""
    return list(read_lines(replace(A5, html=CONVERSATION)))


@pytest.fixture(scope="module")
def pages() -> list[list[tuple[float, str]]]:
    return read_conversation()


def measure_feet(pages: Sequence[Sequence[tuple[float, str]]]) -> list[float]:
    """Return how far the feet of full facing pages are apart, in lines."""
    heights = [[y for y, _ in page] for page in pages]
    pairs = zip(heights[1:-1:2], heights[2:-1:2], strict=False)
    return [abs(min(left) - min(right)) / LEADING for left, right in pairs]


def test_the_feet_of_facing_pages_are_near_each_other(
    pages: list[list[tuple[float, str]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those of all four spreads; without the rating of several pages together, of two at most."""
    feet = measure_feet(pages)
    assert len(feet) == 4
    assert max(feet) < 1.1
    monkeypatch.setattr(page_feet, "_rate", lambda *_: 0.0)
    assert sum(distance < 1.1 for distance in measure_feet(read_conversation())) <= 2


def test_every_word_stands_once_and_in_order(pages: list[list[tuple[float, str]]]) -> None:
    """Pages that are made again hold what they held, or pass it on."""
    text = " ".join(text for page in pages for _, text in page)
    numbers = [word for word in text.split() if word.isdecimal()]
    assert numbers == [str(number) for number in range(40) for _ in range(2)]


def test_the_same_pages_are_made_each_time() -> None:
    """One of these four pages is laid out a second time, otherwise than at first."""
    part = replace(A5, html=write_conversation(6, turns=12))
    assert set_part(part).packed == set_part(part).packed


def test_the_last_paragraphs_of_a_page_are_tried_in_other_lengths(monkeypatch: pytest.MonkeyPatch) -> None:
    """From the last one up, and no more of them than the limit: each trial costs time."""
    paragraphs = [SimpleNamespace(lines=[SimpleNamespace(box=object())] * 2) for _ in range(9)]
    tried: list[SimpleNamespace] = []
    monkeypatch.setattr(page_feet, "get_paragraphs", lambda _: dict(enumerate(paragraphs)))
    monkeypatch.setattr(page_feet, "_iterate_lines", lambda _: [paragraph.lines[0].box for paragraph in paragraphs])

    def note_paragraph(paragraph: SimpleNamespace) -> tuple[()]:
        tried.append(paragraph)
        return ()

    monkeypatch.setattr(page_feet, "list_lengths", note_paragraph)
    maker: Any = SimpleNamespace(_context=None, _open_flow=contextlib.nullcontext)
    page: Any = SimpleNamespace(children=[None])
    assert list(page_feet._PageMaker.list_lengths(maker, page)) == []
    assert tried == paragraphs[:3:-1]


SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="300" height="250"><rect width="300" height="250"/></svg>'
FIGURE = '<figure{}><img src="book:/images/light.svg" alt="A light"/><figcaption>Our light.</figcaption></figure>'


@pytest.mark.parametrize(
    ("attributes", "empty_lines", "is_shrunk"), [("", 13, True), ("", 8, False), (' class="qr"', 13, False)]
)
def test_a_picture_that_would_leave_a_hole_is_made_smaller(attributes: str, empty_lines: int, is_shrunk: bool) -> None:
    """By 30 % at most; a code keeps its size."""
    html = "<p>A line.</p>" * (32 - empty_lines) + FIGURE.format(attributes) + "<p>A line.</p>" * 40
    source = replace(A5, html=html, pictures=(("light.svg", "image/svg+xml", SVG.encode()),))
    first, *_ = read_lines(source)
    assert ("Our light." in [text for _, text in first]) is is_shrunk
