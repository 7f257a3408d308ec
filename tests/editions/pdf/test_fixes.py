"""Two faults of the layout engine stay corrected, and we notice when they are corrected there."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from onrecord.editions import styles
from onrecord.editions.pdf.pages.geometry import get_book_geometry
from onrecord.editions.pdf.typeset.weasyprint_adapter import PartSource, set_part
from onrecord.model import Trim

SOURCE = PartSource(
    html="",
    css=get_book_geometry(Trim.A5).build_css() + styles.read_stylesheet("print", Path("nowhere")),
    language="en",
    title="A test",
)


def count_pages(html: str) -> int:
    return len(set_part(replace(SOURCE, html=html)).pages)


@pytest.mark.parametrize("inner", ["<em>One of the three</em>", '<a href="https://example.org/">One of the three</a>'])
def test_a_line_that_fits_without_its_last_space_is_not_broken(inner: str) -> None:
    """Sixty such paragraphs take two lines each; with a wrong break they need another page."""
    text = "It keeps its line ends, as you see, and it is neither justified nor hyphenated. {} blocks is for this."
    plain = "<p>first</p>" + f"<p>{text.format('One of the three')}</p>" * 60
    styled = "<p>first</p>" + f"<p>{text.format(inner)}</p>" * 60
    assert count_pages(styled) == count_pages(plain)


def test_a_note_is_printed_when_its_line_moves_other_notes() -> None:
    """No note of a page is lost, at whatever height its reference stands."""
    line = "These words fill the lines of a paragraph until a page is full and another one has to begin. "
    note = '<span class="footnote" id="{}">{}</span>'
    for lines in range(20, 34):
        first = f"<p>{line}{note.format('one', 'The first note.')}</p>"
        last = f"<p>{line}{note.format('two', 'The second note.')} {line * 4}</p>"
        part = set_part(replace(SOURCE, html=f"{first}{'<p>A line.</p>' * lines}{last}<p>end</p>"))
        assert {"one", "two"} <= {name for name, _ in part.ids}, lines
