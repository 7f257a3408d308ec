"""The lines of facing pages stand at the same heights, whatever stands between them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from onrecord.editions import design_tokens, styles
from onrecord.editions.pdf.pages.geometry import PageGeometry, get_book_geometry, get_pack_geometry
from onrecord.editions.pdf.typeset.weasyprint_adapter import PartSource, _get_engine, set_part
from onrecord.model import Trim
from tests.support.printed_sources import read_printed_pages

NOWHERE = Path("nowhere")
SENTENCE = "The keeper lights the lamp at dusk and puts it out when the first boat has left the harbour. "
PARAGRAPH, SHORT_PARAGRAPH = (f'<div class="turn answer"><p>{SENTENCE * count}</p></div>' for count in (4, 1))
PIXEL = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="71" height="33"><rect width="71" height="33" fill="#888"/></svg>'
)
PICTURES = (("light.svg", "image/svg+xml", PIXEL.encode()),)
QUESTION = '<div class="turn question"><p>{}</p></div>'
BLOCKS = {
    "a short question": QUESTION.format("Who lights the lamp?"),
    "a question of two paragraphs": QUESTION.format(f"{SENTENCE}</p><p>Who lights it?"),
    "speakers": '<div class="turn answer"><p><span class="speaker">KEEPER:</span> At dusk.</p></div>' * 3,
    "code": f"<p>{SENTENCE} <code>lamp --on</code> {SENTENCE} <code>lamp --off</code> {SENTENCE}</p>",
    "a listing": "<pre><code>lamp --on\nlamp --off\nlamp</code></pre>",
    "a list": "<ul><li>the lamp</li><li>the bell<ul><li>of brass</li></ul></li></ul>",
    "a quotation": f"<blockquote><p>{SENTENCE}</p></blockquote>",
    "a table": "<table><caption>Lights</caption><thead><tr><th>Name</th></tr></thead><tr><td>North</td></tr></table>",
    "a picture": '<figure><img src="book:/images/light.svg" alt="A light"/><figcaption>A light</figcaption></figure>',
    "a pull quote": f'<div class="pullquote">{SENTENCE}</div>',
    "an editor's note": f'<div class="editor-note"><p>{SENTENCE}</p></div>',
    "a division": '<h2 class="division">At night</h2>',
    "a heading": '<div class="turn answer"><h4>At night</h4></div>',
    "a rule": "<hr/>",
    "verse": '<div class="verse"><span class="line">The lamp</span><span class="line">is out.</span></div>',
    "another script": "<p>The word χαῖρε and the word мгновение in a line of text.</p>",
    "a lent letter": "<p>The port and the sign ⚓, ราตรี, नमस्ते in a line.</p>",
    "an opening": (
        '<div class="opening"><h1 class="title">The Harbour Light</h1>'
        f'<p class="standfirst">{SENTENCE}</p><p class="byline">The desk talks to the keeper</p></div>'
    ),
}
PAGES: dict[str, tuple[PageGeometry, tuple[str, ...]]] = {  # with the style sheets besides that of print
    "A5": (get_book_geometry(Trim.A5), ()),
    "6x9": (get_book_geometry(Trim.SIX_BY_NINE), ()),
    "a pack": (get_pack_geometry(Trim.A4), ("pack",)),
    "large print": (get_pack_geometry(Trim.A4, large_print=True), ("pack", "large-print")),
}
_CSS = design_tokens.join_print_stylesheets(get_book_geometry(Trim.A5).build_css(), NOWHERE, "print")
A5 = PartSource(html="", css=_CSS, language="en", title="A test", pictures=PICTURES)
_POINTS = 72 / 96  # of a pixel of CSS


def make_source(page: PageGeometry, *sheets: str) -> PartSource:
    """Return a source for another page, with these style sheets: the one of print is parsed once for all."""
    return replace(A5, rules="\n".join([page.build_css(), *(styles.read_stylesheet(name, NOWHERE) for name in sheets)]))


def read_boxes(source: PartSource) -> Iterator[list[tuple[float, str, float, float]]]:
    """Yield the runs of text on each page, from the top, as they are laid out: height, text, left and right end."""
    for page in _get_engine(()).render(source).pages:
        runs: Iterator[Any] = (box for box in page._page_box.descendants() if hasattr(box, "text"))
        yield [
            (
                _POINTS * (page.height - run.position_y - run.baseline),
                run.text.strip(),
                _POINTS * run.position_x,
                _POINTS * (run.position_x + run.width),
            )
            for run in runs
            if run.text.strip()
        ]


def read_lines(source: PartSource) -> Iterator[list[tuple[float, str]]]:
    """Yield the height of each run of text on each page, and the text, from the top, as it is laid out."""
    for page in read_boxes(source):
        yield [(height, text) for height, text, _, _ in page]


ALL_BLOCKS = PARAGRAPH + "".join(
    block + SHORT_PARAGRAPH.replace("The keeper", f"W{index}", 1) for index, block in enumerate(BLOCKS.values())
)


@cache
def lay_out_blocks(trim: str) -> list[list[tuple[float, str, float, float]]]:
    """Lay out all kinds of blocks, a paragraph after each, and return the runs of text on each page."""
    page, sheets = PAGES[trim]
    return list(read_boxes(replace(make_source(page, *sheets), html=ALL_BLOCKS)))


def test_a_pdf_prints_the_lines_at_the_places_of_the_layout() -> None:
    """So other tests of lines may read the layout. In it, bullets have no text, and letters are wider."""
    for laid_out, page in zip(lay_out_blocks("A5"), read_printed_pages(replace(A5, html=ALL_BLOCKS)), strict=True):
        runs = [run for run in page.runs if run.content_id >= 0]
        printed = [(run.baseline, run.text, run.left, run.right) for run in runs]
        first, second = (
            sorted(char for _, text, *_ in lines for char in text if char.isalnum()) for lines in (laid_out, printed)
        )
        assert first == second
        rows = [{row[0]: row for row in measure_rows(lines)} for lines in (laid_out, printed)]
        for some, others in (rows, rows[::-1]):
            for height, (_, left, right) in some.items():
                _, other_left, other_right = min(others.values(), key=lambda row: abs(row[0] - height))
                assert min(abs(height - other) for other in others) < 0.1
                assert abs(left - other_left) < 2
                assert abs(right - other_right) < 1


def measure_rows(boxes: Iterable[tuple[float, str, float, float]]) -> Iterator[tuple[float, float, float]]:
    """Yield the height of each line, and where its first letter begins and its last one ends."""
    rows = defaultdict[float, list[tuple[float, float]]](list)
    for height, text, left, right in boxes:
        if any(map(str.isalnum, text)):
            rows[round(height, 1)].append((left, right))
    for height, row in rows.items():
        yield height, min(left for left, _ in row), max(right for _, right in row)


@pytest.mark.parametrize("trim", PAGES)
def test_text_goes_on_in_the_grid_after_every_block(trim: str) -> None:
    """All pages begin at the same height, so that one grid holds for all of them."""
    page, _ = PAGES[trim]
    lines = [(height, text) for boxes in lay_out_blocks(trim) for height, text, *_ in boxes]
    for index, name in enumerate(BLOCKS):
        distance = (lines[0][0] - next(y for y, text in lines if text.startswith(f"W{index} "))) % page.leading_pt
        assert min(distance, page.leading_pt - distance) < 0.1, name


@pytest.mark.parametrize("trim", PAGES)
def test_a_name_on_its_own_line_stands_directly_above_its_words(trim: str) -> None:
    page, sheets = PAGES[trim]
    turn = '<section class="turn {0}"><p class="label"><b class="speaker">A {0}</b></p><p>The {0}.</p></section>'
    html = f'<div class="stacked-names">{turn.format("question")}{turn.format("answer")}</div>'
    (lines,) = read_lines(replace(make_source(page, *sheets), html=html))
    assert [text for _, text in lines] == ["A question", "The question.", "A answer", "The answer."]
    (name, words, next_name, next_words) = (y for y, _ in lines)
    assert name - words == pytest.approx(next_name - next_words) == pytest.approx(page.leading_pt)
    assert words - next_name == pytest.approx(2 * page.leading_pt)


@pytest.mark.parametrize("name", ["speakers", "code", "a short question", "another script", "a quotation", "a list"])
def test_lines_stand_on_the_baselines_of_the_text(name: str) -> None:
    """Also those with a label or code in another face, and questions."""
    (lines,) = read_lines(replace(A5, html=PARAGRAPH + BLOCKS[name] + PARAGRAPH))
    leading = get_book_geometry(Trim.A5).leading_pt
    distances = [(lines[0][0] - y) % leading for y, _ in lines]
    assert max(min(distance, leading - distance) for distance in distances) < 0.1


LOW_PAGE = f"@page {{ size: 148mm {210 - 20 * 14.5 * 25.4 / 72}mm }}"  # of 12 lines instead of 32


def fill_lines(count: int) -> str:
    """Return an empty block as high as so many lines."""
    return f'<div style="height: {count}rlh"></div>'


def count_question_lines(question: str, line_count: int) -> list[int]:
    """Return how many lines of a question stand on each low page; `line_count` lines of text stand above it."""
    filler = f'<div class="turn answer"><p>Light.</p>{fill_lines(line_count - 1)}</div>' if line_count else ""
    answer = f'<div class="turn answer"><p>Answer: {SENTENCE.lower() * 2}</p></div>'
    pages = read_lines(replace(A5, rules=LOW_PAGE, html=filler + QUESTION.format(question) + answer))
    return [len({y for y, text in page if text.startswith("Lamp")}) for page in pages]


@pytest.mark.parametrize("lines", [3, 5])
def test_a_question_leaves_no_hole(lines: int) -> None:
    """Up to three lines stay whole; longer ones break with two lines on each side."""
    question = "<br/>".join(["Lamp"] * lines)
    divisions = {tuple(count_question_lines(question, above)) for above in range(3, 12)}
    assert all(count in (0, lines) or 2 <= count <= lines - 2 for counts in divisions for count in counts)
    assert any(counts.count(0) < len(counts) - 1 for counts in divisions) == (lines > 3)


def test_a_wrong_step_is_reported() -> None:
    values = ("1rlh 2rlh", "-1rlh", "big", "none")
    rules = "".join(f"#p{number} {{ block-step-size: {value} }}" for number, value in enumerate(values))
    html = "".join(f'<p id="p{number}">Light.</p>' for number in range(len(values)))
    part = set_part(PartSource(html, rules, "en", "A test"))
    complaints = [complaint for complaint in part.complaints if "block-step-size" in complaint]
    assert [[value in complaint for complaint in complaints] for value in values] == [
        [True, False, False],
        [False, True, False],
        [False, False, True],
        [False, False, False],
    ]
