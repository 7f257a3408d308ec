"""The pages around the interviews, and what is stamped beside them: contents, imprint, running heads, addresses."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from html import unescape
from typing import Any

from fontTools.ttLib import TTFont

from onrecord.editions import styles
from onrecord.editions.pdf.bind.bound_section import _locate_addresses
from onrecord.editions.pdf.bind.leaves import BookLeaf, TurnAddress
from onrecord.editions.pdf.pages.geometry import POINTS_PER_MM, get_book_geometry
from onrecord.editions.pdf.running_heads import write_book_head, write_interview_head
from onrecord.editions.pdf.spine_text import find_spine_name
from onrecord.editions.pdf.typeset.weasyprint_adapter import set_part
from onrecord.editions.share_cards import build_interview_card
from onrecord.model import Part, Person, Role, Trim
from onrecord.model.names import divide_name, get_name_key
from onrecord.model.text import TextLine
from onrecord.proof.reading.citation_sentences import expect_interview_head
from onrecord.proof.reading.painted_text import ARTIFACT
from onrecord.proof.reading.sentences import expect_contributors, expect_facts
from onrecord.proof.rules.running_heads import _is_running_head
from onrecord.runtime import screen_faces
from onrecord.wording.contributors import describe_entry, list_contributors
from tests.editions.pdf.test_line_grid import A5, read_lines
from tests.support.bound import build_sample_pdf, read_pages
from tests.support.printed_sources import read_printed_pages
from tests.support.sample import BOOK, HOW

_ADDRESS = re.compile(r"[QA]\d+(?:-\d+)?")


def test_addresses_stand_on_the_baseline_of_their_line() -> None:
    count = 0
    for page in read_pages(build_sample_pdf()).pages:
        baselines = [run.baseline for run in page.runs if run.text.strip() and run.content_id >= 0]
        for run in page.runs_by_id.get(ARTIFACT, ()):
            if _ADDRESS.fullmatch(run.text.strip()):
                count += 1
                assert min(abs(baseline - run.baseline) for baseline in baselines) < 0.05, run.text
    assert count == 5


def test_an_answer_on_the_page_of_its_question_has_no_address_of_its_own() -> None:
    """It has one after a page turn, and where a question has several answers."""
    artifacts = [run.text for page in read_pages(build_sample_pdf()).pages for run in page.runs_by_id.get(ARTIFACT, ())]
    assert [text for text in artifacts if _ADDRESS.fullmatch(text)] == ["Q1", "A1", "A1-2", "Q2", "Q1"]
    assert locate_addresses("") == {0: ["Q1"]}
    assert locate_addresses("break-before: page") == {0: ["Q1"], 1: ["A1"]}


def locate_addresses(style_of_answer: str) -> dict[int, list[str]]:
    """Return the addresses of a question and its answer by page."""
    html = f'<p id="light.q1">Who?</p><p id="light.a1" style="{style_of_answer}">The keeper.</p>'
    addresses = (TurnAddress("light.q1", "Q1"), TurnAddress("light.a1", "A1", "light.q1"))
    pages = _locate_addresses(BookLeaf(set_part(replace(A5, html=html)), addresses=addresses))
    return {page: [text for text, _ in marks] for page, marks in pages.items()}


def test_the_imprint_stands_at_the_foot_of_its_page() -> None:
    page = get_book_geometry(Trim.A5)
    html = '<div class="matter"><section class="imprint"><p>The Harbour Light</p><p>First edition</p></section></div>'
    (lines,) = read_lines(replace(A5, html=html))
    assert 0 < lines[-1][0] - page.bottom_mm * POINTS_PER_MM < page.leading_pt * 1.5


def read_head_claims(title: str) -> str:
    """Return the running head of an interview with this title, as it is printed on its second right-hand page."""
    page = read_printed_pages(
        replace(A5, html="<p>Light.</p>" + "<p style='break-before: page'>Dark.</p>" * 2, head=title)
    )[2]
    runs = page.runs_by_id[ARTIFACT]
    highest = max(run.baseline for run in runs)
    return "".join(run.text.strip() for run in runs if run.baseline > highest - 1)


def test_a_running_head_is_cut_only_where_it_does_not_fit() -> None:
    """It is measured in its face: narrow letters have more room than wide ones, and it is cut between words."""
    long_title = "Lights of the Harbour and of the Breakwater, as the Keeper Remembers All of Them"
    assert read_head_claims("ill till fill bill " * 4 + "will").replace(" ", "") == "illtillfillbill" * 4 + "will"
    shown = read_head_claims(long_title * 2)
    assert shown.endswith("…")
    assert (long_title * 2).startswith(shown.removesuffix("…").rstrip())
    assert (long_title * 2)[len(shown.removesuffix("…").rstrip())] in " ,"


def test_the_running_head_names_the_person_and_the_short_title() -> None:
    """A title that names all guests stands alone; of many guests the first is named. The proof expects the same."""
    place = HOW.title.location

    def write(title: str, *names: str, short: str = "") -> str:
        people = tuple(Person(name, Role.INTERVIEWEE) for name in names)
        short_title = TextLine(short, place) if short else None
        interview = replace(HOW, title=TextLine(title, place), short_title=short_title, people=people)
        head = unescape(write_interview_head(interview).html)
        assert head == expect_interview_head(interview)
        return head

    assert write("Night Watch", "Mira Lund") == "Mira Lund · Night Watch"
    assert write("Night Watch", "Mira Lund", "Ole Berg") == "Mira Lund and Ole Berg · Night Watch"
    assert write("Night Watch", "A B", "C D", "E F", "G H") == "A B et al. · Night Watch"
    assert write("A long title & more", "Mira Lund", short="Watch") == "Mira Lund · Watch"
    assert write("Mira Lund on the Night", "Mira Lund") == "Mira Lund on the Night"
    assert write("Night Watch") == "Night Watch"
    assert not _is_running_head("Night Watch", ("Mira Lund · Night Watch",))
    assert _is_running_head("Mira Lund · Night…", ("Mira Lund · Night Watch",))
    assert write_book_head(replace(BOOK, short_title="Harbour")).html == "Harbour"


def test_the_list_of_people_says_once_who_somebody_is() -> None:
    """Affiliation and note are a sentence, with one stop; the same sentence does not stand twice."""
    keeper = Person("Ole Berg", Role.INTERVIEWEE, "keeper of the light, Harbour Inc.", (), "")
    cast = (replace(keeper, note="born in 1931"), replace(keeper, role=Role.PHOTOGRAPHER, note="born in 1931"))
    other = (replace(keeper, affiliation="harbour pilot"), Person("Mira Lund", Role.INTERVIEWER))
    interviews = (replace(HOW, people=cast), replace(HOW, slug="b", people=other))
    book = replace(BOOK, parts=(Part("", interviews),))
    entries = [text for _, _, text in expect_contributors(book, None)]
    title = HOW.title.text
    assert entries == [
        f"Keeper of the light, Harbour Inc.; born in 1931. In conversation: {title}.",
        f"Photographer: {title}.",
        f"Harbour pilot. In conversation: {title}.",
        f"Interviewer: {title}.",
    ]
    lines = [
        f"{entry.facts}{entry.gap}{entry.role}{entry.interview.title.text}{entry.stop}"
        for person in list_contributors(book)
        for entry in person.entries
    ]
    assert lines == entries
    alone = replace(book, parts=(Part("", (replace(HOW, people=(keeper,)),)),))
    assert next(text for _, _, text in expect_contributors(alone, None)).startswith(
        "Keeper of the light, Harbour Inc. In"
    )


def test_fonts_of_screens_have_the_figures_that_style_sheets_ask_for() -> None:
    """Old-style and lining, proportional and of one width; a subset has only the features that it is told to keep."""
    face = next(face for face in screen_faces.SCREEN_FACES if face.family == "EB Garamond" and face.style == "normal")
    table: Any = TTFont(io.BytesIO(face.make_subset("In 1987")))["GSUB"]
    tags = {record.FeatureTag for record in table.table.FeatureList.FeatureRecord}
    assert tags >= {"onum", "lnum", "pnum", "tnum"}
    for sheet in ("print", "web"):
        css = styles.read_packaged_stylesheet(sheet)
        assert "font-variant-numeric: var(--text-figures)" in css
        assert "oldstyle-nums" not in css


def test_the_contents_do_not_say_a_name_twice() -> None:
    guests = ", ".join(person.name for person in HOW.guests)
    assert describe_entry(HOW) == guests
    title = TextLine(guests, HOW.title.location)
    assert HOW.standfirst is not None
    named = replace(HOW, title=title)
    expected = HOW.standfirst.text if len(HOW.standfirst.text) <= 120 else ""
    assert describe_entry(named) == expected
    assert describe_entry(replace(named, standfirst=None)) == ""


def test_names_are_listed_with_the_commas_of_the_language() -> None:
    """On covers and in the pictures for messengers as in the contents."""
    guests = tuple(Person(name, Role.INTERVIEWEE) for name in ("سامي", "ليلى"))
    arabic = replace(HOW, people=guests, language="ar")
    assert describe_entry(arabic) == "سامي، ليلى"
    assert build_interview_card(BOOK, arabic).people == "سامي، ليلى"
    assert find_spine_name(replace(BOOK, editors=("Eva", "Anna"), language="ja")) == "Eva、Anna"


def test_the_sorted_word_of_a_name_is_the_last_one_that_is_no_suffix() -> None:
    assert divide_name("Anna van der Berg") == ("Anna van der ", "Berg", "")
    assert divide_name("Plato") == ("", "Plato", "")
    assert divide_name("John Quay, Jr.") == ("John ", "Quay", ", Jr.")
    assert divide_name("Henry Quay III") == ("Henry ", "Quay", " III")
    assert divide_name("II") == ("", "II", "")
    assert min(["Ada Lund", "Ludwig Berg Jr.", "Tom Kay"], key=get_name_key) == "Ludwig Berg Jr."


def test_a_note_that_begins_with_a_capital_is_a_sentence_of_its_own() -> None:
    def describe(note: str) -> str:
        guest = Person("Ada Lund", Role.INTERVIEWEE, affiliation="keeper of the light", note=note)
        book = replace(BOOK, parts=(Part("", (replace(HOW, people=(guest,)),)),))
        (contributor,) = list_contributors(book)
        assert contributor.entries[0].facts + contributor.entries[0].gap == expect_facts(guest, book.language)
        return contributor.entries[0].facts

    assert describe("She has kept it since 1984.") == "Keeper of the light. She has kept it since 1984."
    assert describe("since 1984") == "Keeper of the light; since 1984."
