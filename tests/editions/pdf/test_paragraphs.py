"""A second look at line breaks: short last lines, rows of hyphens, stacked words and hyphens at the foot go away."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

import pytest

from onrecord.editions.pdf.pages.geometry import get_book_geometry
from onrecord.editions.pdf.pages.part import TypesetPart
from onrecord.editions.pdf.typeset.weasyprint_adapter import PartSource, set_part
from onrecord.model import Trim
from tests.editions.pdf.test_line_grid import A5, make_source, read_lines

PLAIN = replace(A5, rules="html { text-wrap: wrap }")
VOCABULARY = (
    "the lamp keeper harbour light boat pilot clerk extraordinarily international considerable navigation breakwater "
    "a of and in was that when evening morning understanding thoroughly reads writes names at by it for remember "
    "lanterns already counting visitors another yesterday lighthouse tidewater evenings whenever"
)
WORDS = VOCABULARY.split()
LONG_WORDS = [*WORDS[9:14], "thoroughly", "breakwater"]


def write_paragraph(seed: int, length: int) -> str:
    chooser = random.Random(seed)
    return " ".join(chooser.choice(WORDS) for _ in range(length)).capitalize() + "."


PARAGRAPHS = [write_paragraph(seed, 40 + seed % 50) for seed in range(40)]
TEXT = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
TWO_PAGES = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS[:24])  # of A4
TWO_SMALL_PAGES = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS[:12])


@cache
def read_pages(source: PartSource) -> list[list[str]]:
    """Return the text of each line of each page."""
    pages = []
    for page in read_lines(source):
        rows = itertools.groupby(page, key=lambda run: round(run[0], 1))
        pages.append([" ".join(text for _, text in runs) for _, runs in rows])
    return pages


def read_letters(source: PartSource) -> str:
    """Return the letters of all pages, without what line ends change."""
    return "".join(char for page in read_pages(source) for line in page for char in line if char.isalnum())


def iterate_paragraphs(lines: list[str]) -> Iterator[list[str]]:
    """Yield the lines of each paragraph."""
    paragraph: list[str] = []
    for line in lines:
        paragraph.append(line)
        if line.endswith("."):
            yield paragraph
            paragraph = []


def count_faults(source: PartSource) -> dict[str, int]:
    pages = read_pages(source)
    faults = dict.fromkeys(("short", "ladder", "stack", "foot"), 0)
    for paragraph in iterate_paragraphs([line for page in pages for line in page]):
        hyphens = "".join("-" if line.endswith("‐") else " " for line in paragraph)
        faults["short"] += len(paragraph) > 1 and len(paragraph[-1]) < 6
        faults["ladder"] += "---" in hyphens
        for above, below in itertools.pairwise(paragraph):
            for end in (0, -1):
                first, second = above.split()[end].lower(), below.split()[end].lower()
                faults["stack"] += first == second and len(first) > 2
    faults["foot"] = sum(page[-1].endswith("‐") for page in pages[::2])
    return faults


def test_a_second_look_leaves_fewer_faults() -> None:
    """The words are chosen so that there are many; no hyphen at all is left at the foot of a right-hand page."""
    plain, pretty = count_faults(replace(PLAIN, html=TEXT)), count_faults(replace(A5, html=TEXT))
    assert min(plain.values()) > 0
    assert sum(pretty.values()) <= sum(plain.values()) * 0.7
    assert pretty["foot"] == 0


@cache
def set_two_pages() -> TypesetPart:
    return set_part(replace(A5, html=TWO_SMALL_PAGES))


def test_a_second_look_changes_no_word() -> None:
    plain, pretty = (read_letters(replace(source, html=TEXT)) for source in (PLAIN, A5))
    assert plain == pretty
    starts = set_two_pages().page_starts
    assert [start.letters for start in starts] == sorted({start.letters for start in starts})


@pytest.mark.parametrize("trim", Trim)
def test_no_size_of_page_loses_a_word(trim: Trim) -> None:
    """The measures of its left-hand and right-hand pages may differ by rounding."""
    text = TWO_PAGES if trim in (Trim.A4, Trim.LETTER) else TWO_SMALL_PAGES
    source = replace(make_source(get_book_geometry(trim)), html=text)
    assert len(read_pages(source)) > 1
    assert read_letters(source) == read_letters(replace(source, rules=f"{source.rules} html {{ text-wrap: wrap }}"))


def test_a_second_look_is_the_same_each_time() -> None:
    assert set_two_pages() == set_part(replace(A5, html=TWO_SMALL_PAGES))


@pytest.mark.parametrize(
    "html",
    [
        "<p>{0} <b>{0}</b> <em>lamp</em>{0}</p>",
        "<p>{0}<br/>{0}<br/>{0}</p>",
        '<p>{0}<span class="footnote" id="fn1" data-number="1"><p>A note.</p></span> {0} {0}</p>',
        "<ul><li>{0}</li><li>{0}</li></ul>",
        "<table><tr><td><p>{0}</p></td><td>{0}</td></tr></table>",
        '<p>{0} <code>lamp</code> <a class="url" href="https://example.org/a">https://example.org/a</a> {0}</p>',
        '<p lang="de">{0} Navigationseinrichtung {0}</p>',
        '<div class="verse"><span class="line">{0}</span><span class="line">{0}</span></div>',
    ],
)
def test_every_kind_of_paragraph_keeps_its_words(html: str) -> None:
    """The second look changes lines of each kind in these two paragraphs."""
    text = "".join(html.format(PARAGRAPHS[number]) for number in (16, 25))
    plain, pretty = (replace(source, html=text) for source in (PLAIN, A5))
    assert sorted(read_letters(plain)) == sorted(read_letters(pretty))
    assert read_pages(plain) != read_pages(pretty)


def read_title(title: str, rules: str = "") -> list[str]:
    html = f'<div class="opening"><h1 class="title">{title}</h1></div>'
    return read_pages(replace(A5, html=html, rules=rules))[0]


def test_the_lines_of_a_title_are_about_equally_long() -> None:
    title = "A Conversation about the Light of the Harbour at Night"
    greedy, balanced = read_title(title, ".opening { text-wrap: wrap }"), read_title(title)
    assert len(greedy) == len(balanced) == 2
    assert abs(len(balanced[0]) - len(balanced[1])) < 8 < abs(len(greedy[0]) - len(greedy[1]))
    assert " ".join(balanced) == title


@pytest.mark.parametrize(
    ("title", "lines"),
    [
        ("Sicherheitsbeleuchtungsanlagen im Hafen", ["Sicherheitsbeleuchtungsanlagen", "im Hafen"]),
        ("Sicherheitsbeleuchtung­sanlagen im Hafen", ["Sicherheitsbeleuchtung\u00ad", "sanlagen im Hafen"]),
        ("港" * 50, ["港" * 25] * 2),
    ],
    ids=["a long word", "with a soft hyphen", "letters between which a line may break"],
)
def test_no_word_of_a_title_is_broken_to_make_its_lines_equally_long(title: str, lines: list[str]) -> None:
    assert read_title(title) == lines


def test_a_wrong_wrap_is_reported() -> None:
    part = set_part(PartSource("<p>Light.</p>", "p { text-wrap: nice }", "en", "A test"))
    assert "text-wrap" in part.complaints[0]


def test_lines_that_end_with_a_forced_break_stay_as_they_are() -> None:
    lines = ["A lamp.", "A lamp.", "A lamp.", "The pier."]
    assert read_pages(replace(A5, html=f"<p>{'<br>'.join(lines)}</p>"))[0] == lines


@pytest.mark.parametrize(("seed", "lines"), [(0, 2), (2, 2), (12, 3), (16, 3)])
def test_no_hyphen_stands_at_a_foot_where_a_paragraph_has_only_begun(seed: int, lines: int) -> None:
    """The page is broken before the paragraph, or earlier, if its few lines there cannot be changed."""
    beginning = "<p>Harbour lamp.</p>" * (get_book_geometry(Trim.A5).lines - lines)
    vocabulary = [*WORDS, *LONG_WORDS]
    choosers = [random.Random(seed + number) for number in range(4)]
    texts = [" ".join(chooser.choice(vocabulary) for _ in range(50)).capitalize() for chooser in choosers]
    pages = read_pages(replace(A5, html=beginning + "".join(f"<p>{text}.</p>" for text in texts)))
    assert len(pages) > 1
    assert not pages[0][-1].endswith("‐")
