"""Footnotes for which their page has no room are found, so that they can be printed elsewhere."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from onrecord.editions.pdf.typeset.paragraphs import SetParagraph
from onrecord.editions.pdf.typeset.weasyprint_adapter import set_part
from tests.editions.pdf.test_line_grid import A5, fill_lines

if TYPE_CHECKING:
    from weasyprint.formatting_structure.boxes import Box, LineBox
    from weasyprint.layout import LayoutContext

LINE = "These words fill the lines of a paragraph until a page is full and another one has to begin. "


def write_note(number: int, words: int) -> str:
    return f'<span class="footnote" id="fn{number}" data-number="{number}">{"word " * words}</span>'


def find_unfit(html: str) -> tuple[int, ...]:
    return set_part(replace(A5, html=html)).unfit_notes


def test_a_note_that_fits_stands_on_the_page_of_its_call() -> None:
    """The line of the call moves to the next page with it."""
    for lines in range(2, 9):
        html = f"{fill_lines(24)}<p>{'A line.<br>' * lines}And{write_note(1, 60)} more. {LINE * 4}</p>"
        assert not find_unfit(html), lines


def test_a_note_longer_than_a_page_is_unfit() -> None:
    assert find_unfit(f"<p>{LINE}{write_note(1, 700)}</p><p>{LINE}{write_note(2, 5)}</p>") == (1,)


def test_notes_of_one_line_that_fill_more_than_a_page_are_unfit() -> None:
    """The first ones stay."""
    unfit = find_unfit(f"<p>{''.join(f'a{write_note(n, 70)} ' for n in range(1, 11))}</p>")
    assert unfit
    assert unfit[-1] == 10
    assert 1 not in unfit


def test_a_note_that_leaves_half_a_page_empty_is_unfit() -> None:
    assert find_unfit(f"{fill_lines(18)}<p>{'A line.<br>' * 2}And{write_note(1, 340)} more. {LINE * 4}</p>") == (1,)


@pytest.mark.parametrize("tag", ["td", "th", "caption", "li", "blockquote"])
def test_notes_inside_other_blocks_are_found_on_their_page(tag: str) -> None:
    cell = f"<{tag}>Words{write_note(1, 20)}.</{tag}>"
    table = f"<table>{cell}<tr><td>x</td></tr></table>" if tag == "caption" else f"<table><tr>{cell}</tr></table>"
    assert not find_unfit(table if tag in ("td", "th", "caption") else f"<p>x</p>{cell}")


def test_each_note_is_set_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """WeasyPrint lays out all notes of a page again for each further one; their lines stay."""
    built: list[str | None] = []
    original = SetParagraph.__init__

    def count(paragraph: SetParagraph, context: LayoutContext, box: LineBox, containing_block: Box) -> None:
        built.append(box.element_tag)
        original(paragraph, context, box, containing_block)

    monkeypatch.setattr(SetParagraph, "__init__", count)
    notes = "".join(f"<p>{LINE}{write_note(number, 20)}</p>" for number in range(1, 7))
    assert not find_unfit(notes)
    assert len([tag for tag in built if tag == "span"]) == 6
