"""The pages around the interviews, and what is stamped beside them: contents, imprint, running heads, addresses."""

from __future__ import annotations

import re
from dataclasses import replace

from onrecord.editions.pdf.pages.geometry import POINTS_PER_MM, get_book_geometry
from onrecord.model import Trim
from onrecord.model.text import TextLine
from onrecord.proof.reading.painted_text import ARTIFACT
from onrecord.proof.reading.pdf_pages import read_whole_pdf
from onrecord.wording.contributors import describe_entry, divide_name
from tests.editions.pdf.test_line_grid import A5, read_lines
from tests.support.bound import build_sample_pdf
from tests.support.sample import HOW

_ADDRESS = re.compile(r"[QA]\d+(?:-\d+)?")


def test_addresses_stand_on_the_baseline_of_their_line() -> None:
    count = 0
    for page in read_whole_pdf(build_sample_pdf()).pages:
        baselines = [run.baseline for run in page.runs if run.text.strip() and run.content_id >= 0]
        for run in page.runs_by_id.get(ARTIFACT, ()):
            if _ADDRESS.fullmatch(run.text.strip()):
                count += 1
                assert min(abs(baseline - run.baseline) for baseline in baselines) < 0.05, run.text
    assert count >= 5


def test_the_imprint_stands_at_the_foot_of_its_page() -> None:
    page = get_book_geometry(Trim.A5)
    html = '<div class="matter"><section class="imprint"><p>The Harbour Light</p><p>First edition</p></section></div>'
    (lines,) = read_lines(replace(A5, html=html))
    assert 0 < lines[-1][0] - page.bottom_mm * POINTS_PER_MM < page.leading_pt * 1.5


def read_head(title: str) -> str:
    """Return the running head of an interview with this title, as it is printed."""
    *_, page = read_lines(replace(A5, html="<p>Light.</p>", head=title))
    return "".join(text for _, text in page)


def test_a_running_head_is_cut_only_where_it_does_not_fit() -> None:
    """It is measured in its face: narrow letters have more room than wide ones, and it is cut between words."""
    long_title = "Lights of the Harbour and of the Breakwater, as the Keeper Remembers All of Them"
    assert read_head("ill till fill bill " * 4 + "will").replace(" ", "") == "illtillfillbill" * 4 + "will"
    shown = read_head(long_title * 2)
    assert shown.endswith("…")
    assert (long_title * 2).startswith(shown.removesuffix("…").rstrip())
    assert (long_title * 2)[len(shown.removesuffix("…").rstrip())] in " ,"


def test_the_contents_do_not_say_a_name_twice() -> None:
    guests = ", ".join(person.name for person in HOW.guests)
    assert describe_entry(HOW) == guests
    title = TextLine(guests, HOW.title.location)
    assert HOW.standfirst is not None
    named = replace(HOW, title=title)
    expected = HOW.standfirst.text if len(HOW.standfirst.text) <= 120 else ""
    assert describe_entry(named) == expected
    assert describe_entry(replace(named, standfirst=None)) == ""


def test_the_sorted_word_of_a_name_is_the_last_one() -> None:
    assert divide_name("Anna van der Berg") == ("Anna van der ", "Berg")
    assert divide_name("Plato") == ("", "Plato")
