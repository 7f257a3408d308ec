"""Eight faults of the layout engine stay corrected, and we notice when they are corrected there."""

from __future__ import annotations

import hashlib
import importlib
import itertools
from dataclasses import replace
from pathlib import Path

import pytest

from onrecord.editions.pdf.typeset.weasyprint_adapter import set_part
from tests.editions.pdf.test_line_grid import A5, LOW_PAGE, fill_lines, read_boxes, read_lines
from tests.support.printed_sources import read_printed_pages

# Modules of the layout engine in which we replace functions, and the first digits of the SHA-256 of the files that we
# read when we wrote the replacements.
REPLACED_IN = {
    "weasyprint.draw.text": "c9a450aa209277e7",
    "weasyprint.layout.absolute": "240e268cec1e66dd",
    "weasyprint.layout.block": "9457dca0528c378f",
    "weasyprint.layout.inline": "0e7c1569330f5473",
    "weasyprint.layout.table": "3a5b6442410f18e6",
    "weasyprint.text.fonts": "59d74d0c161349b8",
}


@pytest.mark.parametrize("module", REPLACED_IN)
def test_the_functions_that_are_replaced_are_those_that_were_read(module: str) -> None:
    """With another version of the layout engine, read what changed in this module before the digest is renewed."""
    source = Path(str(importlib.import_module(module).__file__)).read_bytes()
    assert hashlib.sha256(source).hexdigest().startswith(REPLACED_IN[module])


def count_pages(html: str, rules: str) -> int:
    return len(list(read_boxes(replace(A5, html=html, rules=rules))))


def set_lines(html: str, rules: str = "") -> list[str]:
    """Return the text of each line, as it is laid out."""
    pages = read_lines(replace(A5, html=html, rules=rules))
    rows = (row for page in pages for _, row in itertools.groupby(page, key=lambda run: round(run[0], 1)))
    return [" ".join(text for _, text in row) for row in rows]


WIDTHS = (*range(66, 72), 116, *range(200, 207))  # of columns; in some, a line fits only without its last space

BOTH_LINE_SETTERS = pytest.mark.parametrize(
    "rules", ["", "html { text-wrap: wrap }"], ids=["lines set here", "lines set by WeasyPrint"]
)


@BOTH_LINE_SETTERS
@pytest.mark.parametrize("inner", ["<em style='font-style: normal'>{}</em>", '<a href="https://example.org/">{}</a>'])
def test_a_line_that_fits_without_its_last_space_is_not_broken(inner: str, rules: str) -> None:
    """In columns of all these widths, a text with an element breaks where it does without."""
    text = "<p style='width: {}px; text-indent: 0'>It keeps its line ends, as you see, and {} blocks is for this.</p>"
    plain, styled = (
        set_lines("".join(text.format(width, words) for width in WIDTHS), rules)
        for words in ("One of the three", inner.format("One of the three"))
    )
    assert styled == plain


def test_a_note_is_printed_when_its_line_moves_other_notes() -> None:
    """No note of a page is lost, at whatever height near the foot of the page its reference stands."""
    line = "These words fill the lines of a paragraph until a page is full and another one has to begin. "
    note = '<span class="footnote" id="{}">{}</span>'
    for lines in range(4, 10):
        first = f"<p>{line}{note.format('one', 'The first note.')}</p>"
        last = f"<p>{line}{note.format('two', 'The second note.')} {line * 4}</p>"
        part = set_part(replace(A5, rules=LOW_PAGE, html=f"{first}{fill_lines(lines)}{last}<p>end</p>"))
        assert {"one", "two"} <= {name for name, _ in part.ids}, lines


def measure_words(html: str, rules: str = "") -> list[tuple[str, float, float]]:
    """Return the text boxes of a layout, and where they begin and end, in points."""
    return [
        (text, left, right) for page in read_boxes(replace(A5, html=html, rules=rules)) for _, text, left, right in page
    ]


LONG_WORD = "w" * 80


@pytest.mark.parametrize(
    "html",
    [
        f"<p>See {LONG_WORD} there.</p>",
        f"<section class='question'><p>{LONG_WORD}</p></section>",
        f"<h2 class='division'>{LONG_WORD}</h2>",
        f"<p>A note<span class='footnote'>{LONG_WORD}</span>.</p>",
        f"<p>(\u200b<code>{LONG_WORD}</code>)</p>",
        f"<table><caption>{LONG_WORD}</caption><tr><td>{LONG_WORD}</td><td><code>{LONG_WORD}</code></td></tr></table>",
        "<table class='dense'><tr>" + f"<td>{LONG_WORD[:24]}</td>" * 20 + "</tr></table>",
        f"<pre><code>{LONG_WORD * 3}</code></pre>",
        f"<p>{LONG_WORD}\u200b<span class='pagebreak' id='normal.7'>\u2060</span>{LONG_WORD}</p>",
        f"<p><span class='pagebreak' id='normal.7'></span>{LONG_WORD}</p>",
    ],
    ids=[
        "text",
        "question",
        "heading",
        "note",
        "code in brackets",
        "table",
        "20 columns",
        "code block",
        "after a mark",
        "at a mark",
    ],
)
@BOTH_LINE_SETTERS
def test_a_word_longer_than_its_line_is_broken_inside_the_text_block(html: str, rules: str) -> None:
    words = measure_words(html, rules)
    assert sum(text.count("w") for text, _, _ in words) >= 80
    left, right = (18 * 72 / 25.4, (148 - 20) * 72 / 25.4)
    assert all(left - 1 < start and end < right + 2 for _, start, end in words), words


@pytest.mark.parametrize(
    ("html", "rules", "word"),
    [
        ("<strong>m m m m m <span style='hyphens: manual'>lantern</span> is lit</strong>", "", "lantern"),
        (
            "<strong>m m m m m <span style='hyphens: manual'>lantern</span> is lit</strong>",
            "html { text-wrap: wrap }",
            "lantern",
        ),
        ("<strong dir='rtl'>של של של של של <span>ירושלים</span> של</strong>", "", "ירושלים"),
    ],
    ids=["lines set here", "lines set by WeasyPrint", "from the right"],
)
def test_a_short_word_is_not_divided_after_words_of_the_same_element(html: str, rules: str, word: str) -> None:
    """At the end of a line it moves to the next line; it is not broken as a word that is too long."""
    widths = range(60, 130, 5)
    lines = set_lines("".join(f"<p style='width: {width}px'>{html}</p>" for width in widths), rules)
    assert sum(line.count(word) for line in lines) == len(widths)


def test_a_face_without_small_capitals_draws_small_letters() -> None:
    """Large capitals in their place would be read as capitals: one glyph stands for both letters."""
    style = "font-family: 'Frank Ruhl Libre'; font-variant-caps: small-caps"
    (page,) = read_printed_pages(replace(A5, html=f'<p style="{style}">Anna Navarra</p>'))
    assert [run.text for run in page.runs if run.content_id >= 0] == ["Anna Navarra"]


def test_a_name_beside_the_last_line_of_a_page_is_whole() -> None:
    name = '<p><span class="speaker">Maria van der Meer:</span>Yes.</p>'
    turn = f'<div class="hanging-names"><section class="turn answer">{name}</section></div>'
    source = replace(A5, rules=LOW_PAGE, html="<p>A line.</p>" * 11 + turn + "<p>A line.</p>")
    first, second = ([run.text for run in page.runs if run.content_id >= 0] for page in read_printed_pages(source))
    assert {"Maria", "Meer:"} <= {word for text in first for word in text.split()}
    assert second == ["A line."]


def test_a_word_that_fits_in_its_column_is_whole() -> None:
    """Beside a long text, the column of short words keeps the room of its longest word."""
    text = "This is what the key means in the book, in many words. " * 9
    words = measure_words(f"<table><tr><td><code>disclaimer</code></td><td>{text}</td></tr></table>")
    assert "disclaimer" in [word for word, _, _ in words]


WORDS = "These words fill the lines of a low page. "


def test_a_row_longer_than_a_page_is_divided_below_the_head_of_its_table() -> None:
    row = f"<tr><td>{WORDS * 30}</td><td>{WORDS * 2}</td></tr>"
    html = f"<p>{WORDS}</p><table><thead><tr><th>Lamp</th><th>Oil</th></tr></thead><tbody>{row * 2}</tbody></table>"
    pages = [[text for _, text in page] for page in read_lines(replace(A5, rules=LOW_PAGE, html=html))]
    heads = [page.count("Lamp") for page in pages if len(page) > 3]
    assert len(heads) > 2
    assert set(heads) == {1}


@pytest.mark.parametrize("name", ["h1", "h2", "figure"])
def test_the_mark_of_a_page_never_stands_alone_on_a_page(name: str) -> None:
    """It counts as no content where what follows may not be parted from it and fits on no page."""
    mark = '<div class="pagebreak" id="normal.7"></div>'
    block = f"<{name} style='break-inside: avoid; break-after: avoid'>{WORDS * 30}</{name}><p>{WORDS}</p>"
    rules = LOW_PAGE + ".pagebreak { break-after: avoid }"
    assert count_pages(mark + block, rules) == count_pages(block, rules)
    assert count_pages(f"<p>{WORDS}</p>{mark}{block}", rules) == count_pages(f"<p>{WORDS}</p>{block}", rules)
