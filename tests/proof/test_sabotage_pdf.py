"""Spoiled PDFs: each fault is caught, and the interview's own line is named.

One book holds all spoiled interviews, so that it is laid out once; faults of different lines share one. The second half
spoils the bytes of a correct PDF with pikepdf.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from dataclasses import replace
from functools import reduce
from pathlib import Path

import pikepdf
import pytest

from onrecord.editions.pdf import edition
from onrecord.model import Interview, SourceLocation
from onrecord.model.problems import Problem
from onrecord.proof import PdfContent, PrintedBook, Report, prove_pdf
from tests.support.bound import change_page_content, read_changed_pages
from tests.support.proof_copies import BOOK, FIRST, SECOND, book_of
from tests.support.proof_sabotage import SABOTAGES, Sabotage, move_to_file
from tests.support.workers import CACHING_RUNNER

_MOVES = ("swapped", "doubled", "added")  # words stand at other lines: the only faults of their interviews


def do_collide(first: Sabotage, second: Sabotage) -> bool:
    """Return whether two sabotages must spoil different interviews: the same line, or two parts that are lost."""
    return first.line == second.line or (first.name.endswith("lost") and second.name.endswith("lost"))


def group_sabotages() -> list[list[Sabotage]]:
    """Return the sabotages in groups that one interview can have at once."""
    groups: list[list[Sabotage]] = []
    shared: list[list[Sabotage]] = []
    for sabotage in SABOTAGES:
        if sabotage.name.endswith(_MOVES) or "rights stand" in sabotage.name:
            groups.append([sabotage])
        elif group := next(
            (group for group in shared if not any(do_collide(sabotage, other) for other in group)), None
        ):
            group.append(sabotage)
        else:
            shared.append([sabotage])
    return groups + shared


_GROUPS = {f"ada{number}": group for number, group in enumerate(group_sabotages())}
_SLUGS = {sabotage.name: slug for slug, group in _GROUPS.items() for sabotage in group}


_question, _answer = FIRST.turns[:2]
_SHORT = replace(FIRST, conversation=(_question, _answer))  # up to line 24, and the footnotes
_SHORTEST = replace(FIRST, conversation=(_question, replace(_answer, blocks=_answer.blocks[:1])))  # up to line 14


def choose_interview(slug: str) -> Interview:
    """Return the interview that a group spoils: as short as the lines of its faults allow."""
    lines = [sabotage.line for sabotage in _GROUPS[slug]]
    if any("answers" in sabotage.name for sabotage in _GROUPS[slug]):
        return move_to_file(FIRST, slug)
    shorter = _SHORTEST if max(lines) < _answer.location.line else _SHORT
    has_all = not any(24 < line < 53 for line in lines)
    return move_to_file(shorter if has_all else FIRST, slug)


def spoil_interview(interview: Interview, group: list[Sabotage]) -> Interview:
    """Return the interview with all faults of a group."""
    return reduce(lambda spoiled, sabotage: sabotage.spoil(spoiled), group, interview)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("book")


@pytest.fixture(scope="module")
def spoiled_report(folder: Path) -> Report:
    """The report on a book in which every interview but the first and the last is spoiled."""
    interviews = [choose_interview(slug) for slug in _GROUPS]
    book = book_of(FIRST, *interviews, SECOND)
    bad = [spoil_interview(interview, group) for interview, group in zip(interviews, _GROUPS.values(), strict=True)]
    return prove_pdf(book, edition.make_pdf(book_of(FIRST, *bad, SECOND), folder, CACHING_RUNNER).data)


@pytest.fixture(scope="module")
def correct_pdf(folder: Path) -> bytes:
    return edition.make_pdf(BOOK, folder, CACHING_RUNNER).data


def select_problems(report: Report, slug: str) -> list[Problem]:
    return [problem for problem in report.problems if problem.location.file == f"interviews/{slug}.md"]


@pytest.mark.parametrize("sabotage", SABOTAGES, ids=str)
def test_a_spoiled_pdf_is_caught(spoiled_report: Report, sabotage: Sabotage) -> None:
    """The proof names the line of the source that the copy lost or changed, and the page."""
    slug = _SLUGS[sabotage.name]
    problems = select_problems(spoiled_report, slug)
    place = SourceLocation(f"interviews/{slug}.md", sabotage.line)
    named = [problem for problem in problems if problem.location == place and problem.rule == sabotage.rule]
    assert any(sabotage.says in problem.sentence for problem in named), problems
    others = (f"“{slug}”", "contents", "list of people")
    assert all(any(words in problem.sentence for words in others) for problem in problems)


def test_interviews_that_are_not_spoiled_are_not_reported(spoiled_report: Report) -> None:
    assert not select_problems(spoiled_report, "ada")
    assert not select_problems(spoiled_report, "charles")


def test_a_correct_pdf_is_proved(correct_pdf: bytes) -> None:
    report = prove_pdf(BOOK, correct_pdf)
    assert not report.problems
    first, second = report.interviews
    assert first.words_expected == first.words_found > 100
    assert first.byline == "page 1 (sheet 7)"
    assert second.disclaimer.startswith("page 3 ")


def test_a_lost_interview_is_caught(folder: Path) -> None:
    report = prove_pdf(BOOK, edition.make_pdf(book_of(FIRST), folder, CACHING_RUNNER).data)
    assert (SECOND.location, "every-interview-is-there") in {(p.location, p.rule) for p in report.problems}


def test_interviews_in_another_order_are_caught(folder: Path) -> None:
    report = prove_pdf(BOOK, edition.make_pdf(book_of(SECOND, FIRST), folder, CACHING_RUNNER).data)
    assert "order-is-kept" in {problem.rule for problem in report.problems}


# --- spoiled bytes ----------------------------------------------------------------------------------

_FIRST_PAGE = 6  # sheet of the opening of the first interview, from 0


def read_changed_page(data: bytes, change: Callable[[bytes], bytes]) -> PdfContent:
    """Return what the proof reads in the PDF after the content of the first interview's opening was changed."""
    return read_changed_pages(change_page_content(data, _FIRST_PAGE, change), data, [_FIRST_PAGE])


def find_marked_content(content: bytes, mcid: int) -> re.Match[bytes]:
    """Find a marked-content sequence of a page: its start, operators and end."""
    match = re.search(rb"(/\w+\s<</MCID %d>>\sBDC\n)(.*?)(\nEMC)" % mcid, content, re.DOTALL)
    assert match
    return match


def change_marked_content(mcid: int, change: Callable[[bytes], bytes]) -> Callable[[bytes], bytes]:
    """Return a function that changes the operators of a marked-content sequence."""

    def spoil(content: bytes) -> bytes:
        match = find_marked_content(content, mcid)
        return content[: match.start(2)] + change(match.group(2)) + content[match.end(2) :]

    return spoil


_BYLINE = 2  # marked content ids on the first page
_QUESTION = 7


def find_faults(data: PrintedBook) -> set[tuple[int, str]]:
    return {(problem.location.line, problem.rule) for problem in prove_pdf(BOOK, data).problems}


def test_glyphs_removed_from_a_line_are_caught(correct_pdf: bytes) -> None:
    """Four glyphs fewer in the first question."""
    cut = read_changed_page(
        correct_pdf,
        change_marked_content(_QUESTION, lambda ops: re.sub(rb"(?:<[0-9a-f]{4}>-?[\d.]+ ?){4}", b"", ops, count=1)),
    )
    assert (12, "every-word-is-there") in find_faults(cut)


@pytest.mark.parametrize(
    "trick",
    [
        lambda ops: ops.replace(b"BT", b"BT 3 Tr", 1) + b"\n0 Tr",
        lambda ops: re.sub(rb"[\d.]+ [\d.]+ [\d.]+ rg", b"1 1 1 rg", ops),
        lambda ops: b"q 1 0 0 1 2000 0 cm\n" + ops + b"\nQ",
        lambda ops: b"q 1 0 0 1 0 -900 cm\n" + ops + b"\nQ",
        lambda ops: b"q .01 0 0 .01 100 100 cm\n" + ops + b"\nQ",
        lambda ops: b"",
    ],
    ids=["invisible", "white", "off-to-the-right", "below-the-page", "tiny", "gone"],
)
def test_an_invisible_byline_is_lost(correct_pdf: bytes, trick: Callable[[bytes], bytes]) -> None:
    """It is still in the tag tree, but not visible on the page."""
    assert (4, "byline-to-the-letter") in find_faults(
        read_changed_page(correct_pdf, change_marked_content(_BYLINE, trick))
    )


def test_the_message_gives_the_reason(correct_pdf: bytes) -> None:
    hidden = read_changed_page(
        correct_pdf, change_marked_content(_BYLINE, lambda ops: ops.replace(b"BT", b"BT 3 Tr", 1) + b"\n0 Tr")
    )
    problems = [problem for problem in prove_pdf(BOOK, hidden).problems if problem.rule == "every-word-is-seen"]
    assert any("painted with invisible ink" in problem.sentence for problem in problems)


@pytest.mark.parametrize(
    ("move", "says"), [(b"250 0", "right of the text block"), (b"-60 0", "left of"), (b"0 -210", "above")]
)
def test_words_in_a_margin_are_caught(correct_pdf: bytes, move: bytes, says: str) -> None:
    """They are on the paper, and in no place where a reader looks for them."""
    moved = read_changed_page(
        correct_pdf, change_marked_content(_BYLINE, lambda ops: b"q 1 0 0 1 " + move + b" cm\n" + ops + b"\nQ")
    )
    problems = prove_pdf(BOOK, moved).problems
    assert any(problem.rule == "words-stand-in-the-text-block" and says in problem.sentence for problem in problems)


def test_a_byline_outside_the_tag_tree_is_lost(correct_pdf: bytes) -> None:
    """Screen readers do not read what is outside the tag tree."""
    changed = read_changed_page(correct_pdf, lambda content: content.replace(b"<</MCID %d>>" % _BYLINE, b"<<>>", 1))
    faults = find_faults(changed)
    assert (4, "byline-to-the-letter") in faults
    assert (0, "nothing-is-added") in faults


def test_words_painted_outside_the_tag_tree_are_caught(correct_pdf: bytes) -> None:
    def double(content: bytes) -> bytes:
        return content + b"\nq 1 0 0 1 0 -200 cm\n" + find_marked_content(content, _QUESTION).group(2) + b"\nQ"

    assert find_faults(read_changed_page(correct_pdf, double)) == {(0, "nothing-is-added")}


def test_words_painted_as_an_artifact_are_caught(correct_pdf: bytes) -> None:
    def double(content: bytes) -> bytes:
        operators = find_marked_content(content, _QUESTION).group(2)
        return content + b"\n/Artifact BMC q 1 0 0 1 0 -200 cm\n" + operators + b"\nQ EMC"

    assert (0, "nothing-is-added") in find_faults(read_changed_page(correct_pdf, double))


def test_lines_that_change_places_on_the_page_are_caught(correct_pdf: bytes) -> None:
    """The tag tree is unchanged; on the page the answer comes first."""

    def lift(ops: bytes) -> bytes:
        return b"q 1 0 0 1 0 250 cm\n" + ops + b"\nQ"

    assert "order-is-kept" in {
        rule for _, rule in find_faults(read_changed_page(correct_pdf, change_marked_content(12, lift)))
    }


def test_a_wrong_page_label_is_caught(correct_pdf: bytes) -> None:
    """The printed folio and the page number in the viewer must agree."""
    with pikepdf.open(io.BytesIO(correct_pdf)) as document:
        document.Root.PageLabels = pikepdf.Dictionary(Nums=pikepdf.Array([0, pikepdf.Dictionary(S=pikepdf.Name.D)]))
        out = io.BytesIO()
        document.save(out)
    rules = {rule for _, rule in find_faults(out.getvalue())}
    assert {"folios-are-right", "contents-are-whole"} <= rules


def test_a_missing_tag_tree_is_caught(correct_pdf: bytes) -> None:
    with pikepdf.open(io.BytesIO(correct_pdf)) as document:
        del document.Root.StructTreeRoot
        out = io.BytesIO()
        document.save(out)
    assert (0, "every-interview-is-there") in find_faults(out.getvalue())


def test_swapped_branches_of_the_tag_tree_are_caught(correct_pdf: bytes) -> None:
    """The pages are unchanged; a screen reader reads the answers in another order."""
    with pikepdf.open(io.BytesIO(correct_pdf)) as document:
        top = document.Root.StructTreeRoot.K
        top = top[0] if isinstance(top, pikepdf.Array) else top
        article = next(kid for kid in top.K if kid.S == "/Art")
        kids = [kid for kid in article.K if kid.S == "/Sect"]
        places = [index for index, kid in enumerate(article.K) if kid.S == "/Sect"]
        article.K[places[1]], article.K[places[3]] = kids[3], kids[1]
        out = io.BytesIO()
        document.save(out)
    assert "order-is-kept" in {rule for _, rule in find_faults(out.getvalue())}


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7\n", b"no PDF at all"])
def test_a_broken_pdf_is_a_problem_not_a_crash(data: bytes) -> None:
    (problem,) = prove_pdf(BOOK, data).problems
    assert problem.rule == "copy-can-be-read"


def test_a_cut_pdf_is_not_proved(correct_pdf: bytes) -> None:
    assert not prove_pdf(BOOK, correct_pdf[: len(correct_pdf) // 2]).is_proved
