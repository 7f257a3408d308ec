"""What `check --page` says of printed pages: each kind of fault on a page that has it, and none on a good one."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from onrecord import proof
from onrecord.cli import command_line
from onrecord.cli.exit_codes import ExitCode
from onrecord.model import Book
from onrecord.model.page_numbers import LeafSpan
from onrecord.model.rule import Rule, Severity
from onrecord.proof.reading.citation_sentences import expect_interview_head
from onrecord.proof.reading.painted_text import ARTIFACT, TextRun
from onrecord.proof.reading.pdf_pages import PdfContent, PdfPage, TagElement
from tests.support.sample import BOOK, HOW

SIZE, LEADING, LEFT, RIGHT, TOP = 11.0, 14.0, 50.0, 350.0, 500.0
LINES = 30


def make_line(number: int, text: str, right: float = RIGHT) -> TextRun:
    """Return a line of text, counted from the head of the page."""
    y = TOP - number * LEADING
    return TextRun(text, 1, LEFT, y - 3, right, y + 8, y, SIZE)


def make_page(label: str, lines: list[TextRun] | None = None, count: int = LINES) -> PdfPage:
    """Return a page of full lines, all different, some of them replaced; its head and folio are no text."""
    changed = {run.baseline: run for run in lines or []}
    plain = [make_line(number, f"w{label}{number} the light of line x{label}{number}") for number in range(count)]
    runs = [changed.get(run.baseline, run) for run in plain]
    folio = TextRun(label, ARTIFACT, LEFT, 20, LEFT + 10, 30, 22, SIZE)
    return PdfPage(label, (0, 0, 400, 600), [*runs, folio], {}, set())


def find(*pages: PdfPage) -> list[tuple[Rule, str]]:
    """Return the faults of an interview that stands on these pages, of which the first is a right-hand page."""
    content = PdfContent(list(pages), TagElement("", "", ""))
    book: Book = replace(BOOK, parts=(replace(BOOK.parts[0], interviews=(HOW,)),))
    problems = proof.find_page_faults(book, content, [LeafSpan(HOW.slug, 0, len(pages), 0, 0)])
    assert {problem.severity for problem in problems} <= {Severity.WARNING}
    assert {problem.location for problem in problems} <= {HOW.location}
    return [(problem.rule, problem.sentence) for problem in problems]


def test_full_pages_have_no_fault() -> None:
    """Nor has the last page of an interview, which may end anywhere."""
    assert find(make_page("1"), make_page("2"), make_page("3"), make_page("4", count=3)) == []


def test_a_very_short_last_line_is_named_with_its_words() -> None:
    """It follows a full line; the last line of a table or a list with air around it is none."""
    lines = [make_line(10, "ies.", LEFT + 15), make_line(20, "long enough to stand.", LEFT + 90)]
    ((rule, sentence),) = find(make_page("1", lines), make_page("2"))
    assert rule is Rule.LAST_LINES_ARE_LONG
    assert sentence == "page 1: “ies.” is the last line of a paragraph, after “w19 the light of line x19”"


def test_three_hyphens_in_a_row_are_a_ladder_and_two_are_none() -> None:
    two = [make_line(number, f"a{number} har{number}-") for number in (5, 6)]
    assert find(make_page("1", two), make_page("2")) == []
    ((rule, sentence),) = find(make_page("1", [*two, make_line(7, "the keep-")]), make_page("2"))
    assert rule is Rule.HYPHENS_ARE_FEW
    assert sentence == "page 1: 3 lines in a row end with a hyphen, the last “the keep-”"


def test_a_word_divided_where_the_page_is_turned_is_named() -> None:
    """At the foot of a right-hand page; on a left-hand page both halves are seen at once."""
    hyphen = make_line(LINES - 1, "the break-")
    ((rule, sentence),) = find(make_page("1", [hyphen]), make_page("2", [hyphen]), make_page("3"), make_page("4"))
    assert rule is Rule.PAGES_END_WITH_WORDS
    assert sentence == "page 1: a word is divided where the page is turned: “the break-”"


def test_a_word_that_stands_above_itself_is_named() -> None:
    """At the beginning or the end of two lines; a word of two letters is too small to be seen."""
    lines = [
        make_line(3, "harbour light"),
        make_line(4, "Harbour keeper"),
        make_line(8, "to go"),
        make_line(9, "to stay"),
    ]
    ((rule, sentence),) = find(make_page("1", lines), make_page("2"))
    assert rule is Rule.WORDS_ARE_NOT_STACKED
    assert sentence == "page 1: two lines in a row begin with “harbour”: “harbour light”"


def test_names_of_speakers_may_begin_with_the_same_word() -> None:
    """They begin turns of their own."""
    speaker = HOW.people[1].name
    lines = [make_line(3, f"{speaker.split()[0]} light"), make_line(4, f"{speaker}: At dusk.")]
    assert find(make_page("1", lines), make_page("2")) == []


def test_short_pages_and_uneven_feet_are_named() -> None:
    """Pages 2 and 3 face each other; a difference of one line is none."""
    pages = [make_page("1"), make_page("2", count=LINES - 5), make_page("3"), make_page("4"), make_page("5")]
    beginning = "begins “w20 the light of line x20”"
    assert find(*pages) == [
        (Rule.FEET_ARE_EVEN, f"page 2: the foot stands 5 lines above that of the facing page; the page {beginning}"),
        (Rule.PAGES_ARE_FULL, f"page 2: the page is 5 lines short; it {beginning}"),
    ]
    pages[1] = make_page("2", count=LINES - 1)
    assert find(*pages) == []


def test_a_running_head_that_is_cut_is_named_once() -> None:
    """A head that ends with an ellipsis of its own is whole."""

    def add_head(page: PdfPage, text: str) -> PdfPage:
        head = TextRun(text, ARTIFACT, LEFT, 540, RIGHT, 552, 543, 9.0)
        return replace(page, runs=[*page.runs, head])

    whole = expect_interview_head(HOW)
    cut = whole[: len(whole) // 2].rsplit(" ", 1)[0] + "…"
    pages = [add_head(make_page(label), cut) for label in "13"]
    ((rule, sentence),) = find(*pages)
    assert rule is Rule.RUNNING_HEADS_ARE_WHOLE
    assert sentence.startswith("page 1: the running head is cut, “")
    assert f"{len(whole) - len(cut) + 1} letters too long" in sentence
    assert find(add_head(make_page("1"), whole), add_head(make_page("2"), "1…")) == []


def test_pages_belong_to_a_book(capsys: pytest.CaptureFixture[str]) -> None:
    assert command_line.main(["check", "--page", "--pack", "night"]) == ExitCode.WRONG_USAGE
    assert "--page looks at the pages of a book" in capsys.readouterr().err


@pytest.mark.slow
def test_the_command_lists_what_remains(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """As objects with the keys of all problems; it delivers nothing."""
    command_line.main(["new", str(tmp_path / "book")])
    words = "The keeper lights the lamp at dusk and puts it out at sunrise, as it has always been done here.\n\n"
    path = next((tmp_path / "book" / "interviews").glob("*.md"))
    path.write_text(path.read_text(encoding="utf-8") + f"\n{words * 60}", encoding="utf-8")
    capsys.readouterr()
    assert command_line.main(["check", "--page", "--json", "--book", str(tmp_path / "book")]) == ExitCode.DONE
    problems = json.loads(capsys.readouterr().out)
    assert all(problem["severity"] == "warning" for problem in problems)
    assert not (tmp_path / "dist").exists()
