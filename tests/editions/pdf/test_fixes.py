"""The two faults of the layout engine that we mend stay mended, and are noticed when they go."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from onrecord.editions import styles
from onrecord.editions.pdf.pages.geometry import get_book_geometry
from onrecord.editions.pdf.typeset.weasyprint_adapter import PartSource, set_part
from onrecord.model import Trim

SHEET = PartSource(
    html="",
    css=get_book_geometry(Trim.A5).build_css() + styles.read_stylesheet("print", Path("nowhere")),
    language="en",
    title="A test",
)


def pages(html: str) -> int:
    return len(set_part(replace(SHEET, html=html)).pages)


@pytest.mark.parametrize("inner", ["<em>One of the three</em>", '<a href="https://example.org/">One of the three</a>'])
def test_a_line_that_fits_but_for_its_last_space_is_not_torn(inner: str) -> None:
    """Sixty such paragraphs take two lines each; torn ones take three and need another page."""
    torn = "It keeps its line ends, as you see, and it is neither justified nor hyphenated. {} blocks is for this."
    straight = "<p>first</p>" + f"<p>{torn.format('One of the three')}</p>" * 60
    styled = "<p>first</p>" + f"<p>{torn.format(inner)}</p>" * 60
    assert pages(styled) == pages(straight)


def test_a_note_whose_line_pushed_other_notes_away_is_printed() -> None:
    """Whatever the height at which it is called, no note of a page is lost."""
    line = "These words fill the lines of a paragraph until a page is full and another one has to begin. "
    note = '<span class="footnote" id="{}">{}</span>'
    for lines in range(20, 34):
        first = f"<p>{line}{note.format('one', 'The first note.')}</p>"
        last = f"<p>{line}{note.format('two', 'The second note.')} {line * 4}</p>"
        part = set_part(replace(SHEET, html=f"{first}{'<p>A line.</p>' * lines}{last}<p>end</p>"))
        assert {"one", "two"} <= {name for name, _ in part.ids}, lines
