"""The feet of facing pages: a page is run some lines short where the page beside it ends short."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from onrecord.editions.pdf.pages.geometry import get_book_geometry
from onrecord.editions.pdf.typeset import page_feet
from onrecord.editions.pdf.typeset.weasyprint_adapter import set_part
from onrecord.model import Trim
from tests.editions.pdf.test_line_grid import A5, QUESTION, SENTENCE, read_lines

LEADING = get_book_geometry(Trim.A5).leading_pt


def write_conversation(seed: int, *, turns: int = 70) -> str:
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


def measure_feet(html: str) -> list[float]:
    """Return how far the feet of full facing pages are apart, in lines."""
    pages = [[y for y, _ in page] for page in read_lines(replace(A5, html=html))]
    pairs = zip(pages[1:-1:2], pages[2:-1:2], strict=False)
    return [abs(min(left) - min(right)) / LEADING for left, right in pairs]


def test_the_feet_of_facing_pages_are_near_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """Four of five spreads, of about half without a second look; no words are lost, no page is much too short."""
    html = write_conversation(1, turns=70)
    feet = measure_feet(html)
    assert len(feet) >= 8
    assert sum(distance < 1.1 for distance in feet) >= 0.8 * len(feet)
    monkeypatch.setattr(page_feet, "_rate", lambda *_: 0.0)
    plain = measure_feet(html)
    assert sum(distance < 1.1 for distance in plain) <= 0.6 * len(plain)


def test_every_word_stands_once_and_in_order() -> None:
    """Pages that are made again hold what they held, or pass it on."""
    html = write_conversation(3, turns=25)
    text = " ".join(text for page in read_lines(replace(A5, html=html)) for _, text in page)
    numbers = [word for word in text.split() if word.isdecimal()]
    assert numbers == [str(number) for number in range(25) for _ in range(2)]


def test_the_same_pages_are_made_each_time() -> None:
    part = replace(A5, html=write_conversation(5, turns=25))
    assert set_part(part).packed == set_part(part).packed


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
