"""Spoiled web editions: each fault is caught, and the interview's own line is named."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from onrecord.model import SourceLocation, TextLine
from onrecord.proof import Report, prove_html
from tests.support.proof_copies import BOOK, FIRST, SECOND, book_of, build_web, write_article
from tests.support.proof_sabotage import SABOTAGES, Sabotage


def prove_spoiled_page(change: Callable[[str], str]) -> Report:
    """Change the page “ada” of a web edition, and prove the edition."""
    files = build_web(BOOK)
    page = files["ada.html"].decode()
    assert change(page) != page
    return prove_html(BOOK, {**files, "ada.html": change(page).encode()})


def find_turn(page: str, identity: str) -> str:
    match = re.search(rf'<section class="turn" id="{identity}">.*?</section>', page, re.DOTALL)
    assert match
    return match.group()


@pytest.mark.parametrize("sabotage", SABOTAGES, ids=str)
def test_a_spoiled_page_is_caught(sabotage: Sabotage) -> None:
    """The proof names the line of the source that the copy lost or changed."""
    report = prove_html(BOOK, build_web(book_of(sabotage.spoil(FIRST), SECOND)))
    named = [
        p
        for p in report.problems
        if p.location == SourceLocation("interviews/ada.md", sabotage.line) and p.rule == sabotage.rule
    ]
    assert named, report.problems
    assert any(sabotage.says in problem.sentence for problem in named), named
    assert "“ada”" in named[0].sentence


def test_a_lost_interview_is_caught() -> None:
    files = build_web(BOOK)
    del files["charles.html"]
    (problem,) = prove_html(BOOK, files).problems
    assert problem.location == SECOND.location
    assert problem.rule == "every-interview-is-there"


def test_a_page_of_another_interview_is_caught() -> None:
    """The page holds another interview than its name says."""
    files = build_web(BOOK)
    files["charles.html"] = files["ada.html"]
    assert [(p.location, p.rule) for p in prove_html(BOOK, files).problems] == [
        (SECOND.location, "every-interview-is-there")
    ]


def test_a_page_that_is_not_in_the_book_is_caught() -> None:
    files = {**build_web(BOOK), "old.html": b"<p>old</p>"}
    assert [problem.rule for problem in prove_html(BOOK, files).problems] == ["nothing-is-added"]


@pytest.mark.parametrize(
    "mark",
    ["hidden", 'style="display: none"', 'style="visibility:hidden"', 'style="font-size:0"', 'style="opacity: 0"'],
)
def test_a_hidden_byline_is_a_lost_byline(mark: str) -> None:
    report = prove_spoiled_page(lambda page: page.replace('<p class="byline"', f'<p {mark} class="byline"'))
    assert [(p.location.line, p.rule) for p in report.problems] == [(4, "byline-to-the-letter")]
    assert report.interviews[0].byline == ""


def test_a_disclaimer_hidden_by_the_style_sheet_is_lost() -> None:
    files = {
        **build_web(BOOK),
        "style.css": b"@media print { .site { display: none } } p, .disclaimer { display: none }",
    }
    rules = {problem.rule for problem in prove_html(BOOK, files).problems}
    assert "disclaimer-to-the-letter" in rules


def test_a_style_sheet_for_print_hides_nothing_on_screens() -> None:
    files = {**build_web(BOOK), "style.css": b"@media print { .disclaimer { display: none } .byline{opacity:0} }"}
    assert prove_html(BOOK, files).is_proved


def test_a_byline_out_of_its_place_is_caught() -> None:
    byline = '<p class="byline" id="byline">Interview with The Engine, Analyst; London, 1843.</p>'
    report = prove_spoiled_page(lambda page: page.replace(byline, "").replace("</article>", byline + "</article>"))
    assert (4, "byline-to-the-letter") in {(p.location.line, p.rule) for p in report.problems}


_RIGHTS = '<p id="rights">Copyright © 1843 by the Designer. Used with permission.</p>'


def test_a_second_disclaimer_is_caught() -> None:
    line = '<p id="disclaimer">Views are hers, rather than the Engine’s.</p>'
    report = prove_spoiled_page(lambda page: page.replace(line, line + line))
    assert {(p.location.line, p.rule) for p in report.problems} == {(5, "disclaimer-to-the-letter")}


@pytest.mark.parametrize("again", [_RIGHTS, _RIGHTS.replace(' id="rights"', "")], ids=["whole", "without-its-id"])
def test_a_second_line_of_rights_is_caught(again: str) -> None:
    report = prove_spoiled_page(lambda page: page.replace(_RIGHTS, _RIGHTS + again))
    assert {(p.location.line, p.rule) for p in report.problems} == {(6, "rights-to-the-letter")}


@pytest.mark.parametrize("before", ['<p id="disclaimer">', "</header>", '<section class="turn" id="a2">', "</article>"])
def test_rights_out_of_their_place_are_caught(before: str) -> None:
    report = prove_spoiled_page(
        lambda page: page.replace(_RIGHTS, "").replace(before, _RIGHTS.replace(' id="rights"', "") + before)
    )
    assert (6, "rights-to-the-letter") in {(p.location.line, p.rule) for p in report.problems}
    assert not report.interviews[0].rights


@pytest.mark.parametrize("mark", ["hidden", 'style="display: none"', 'style="opacity: 0"'])
def test_hidden_rights_are_lost_rights(mark: str) -> None:
    report = prove_spoiled_page(lambda page: page.replace('<p id="rights"', f'<p {mark} id="rights"'))
    assert [(p.location.line, p.rule) for p in report.problems] == [(6, "rights-to-the-letter")]


def test_words_outside_their_turn_are_caught() -> None:
    """All words are there, in order, but the second answer has lost its element."""
    report = prove_spoiled_page(lambda page: page.replace('<section class="turn" id="a2">', '<section class="turn">'))
    assert (33, "order-is-kept") in {(p.location.line, p.rule) for p in report.problems}


def test_swapped_turns_are_reported_in_one_sentence() -> None:
    """One cause is one problem, not one for each paragraph."""

    def swap(page: str) -> str:
        first, second = find_turn(page, "a1"), find_turn(page, "a2")
        return page.replace(first, "@").replace(second, first).replace("@", second)

    moved = [p for p in prove_spoiled_page(swap).problems if p.location.line == 14 and p.rule == "order-is-kept"]
    assert len(moved) == 1
    assert "3 more passages in another place" in moved[0].sentence


def test_a_footnote_call_in_another_place_is_caught() -> None:
    call = '<sup><a class="noteref" href="#fn1" id="fnref1">1</a></sup>'
    report = prove_spoiled_page(lambda page: page.replace(call, "").replace("It is not.", "It is not." + call))
    assert {problem.location.line for problem in report.problems} == {14}


def test_a_footnote_call_that_links_to_another_footnote_is_caught() -> None:
    report = prove_spoiled_page(lambda page: page.replace('href="#fn1"', 'href="#fn2"'))
    assert [problem.rule for problem in report.problems] == ["footnotes-are-linked"]


def test_a_wrong_address_is_caught() -> None:
    report = prove_spoiled_page(lambda page: page.replace('<a href="#q2">Q2</a>', '<a href="#q2">Q3</a>'))
    assert [(p.location.line, p.rule) for p in report.problems] == [(31, "addresses-are-right")]


def test_words_beside_the_interview_are_caught() -> None:
    report = prove_spoiled_page(lambda page: page.replace("</article>", "</article><p>Advertisement</p>"))
    assert [problem.rule for problem in report.problems] == ["nothing-is-added"]


@pytest.mark.parametrize(
    ("rights", "line", "rule"),
    [(FIRST.rights, 6, "rights-to-the-letter"), (None, 5, "disclaimer-to-the-letter")],
)
def test_footnotes_after_the_closing_lines_are_caught(rights: TextLine | None, line: int, rule: str) -> None:
    """An interview ends with its rights, or with its disclaimer if it has no rights."""
    book = book_of(replace(FIRST, rights=rights), SECOND)

    def move(page: str) -> str:
        notes = page[page.index('<section class="footnotes">') : page.index("</section>", page.index("footnotes")) + 10]
        return page.replace(notes, "").replace("</article>", notes + "</article>")

    files = build_web(book)
    files["ada.html"] = move(files["ada.html"].decode()).encode()
    assert [(p.location.line, p.rule) for p in prove_html(book, files).problems] == [(line, rule)]


@pytest.mark.parametrize(
    ("old", "rule"),
    [
        ("<li>On Cogs The Designer</li>", "contents-are-whole"),
        ("<p>Views are hers, rather than the Engine’s.</p>", "disclaimer-to-the-letter"),
        ("<h1>Engines</h1>", "title-page-is-true"),
        ("<p>The Desk</p>", "contributors-are-named"),
    ],
)
def test_front_matter_is_proved(old: str, rule: str) -> None:
    files = {
        name: data.replace(old.encode(), b"") if name in ("index.html", "contributors.html") else data
        for name, data in build_web(BOOK).items()
    }
    assert {problem.rule for problem in prove_html(BOOK, files).problems} == {rule}


def test_an_imprint_without_the_rights_of_the_book_is_caught() -> None:
    book = replace(BOOK, rights="All rights reserved.")
    assert not prove_html(book, build_web(book)).problems
    spoiled = build_web(replace(BOOK, rights="No rights reserved."))
    assert [problem.rule for problem in prove_html(book, spoiled).problems] == ["imprint-is-true"]


def test_broken_pages_are_problems_not_crashes() -> None:
    files = {name: b"" if name.endswith(".html") else data for name, data in build_web(BOOK).items()}
    assert not prove_html(BOOK, files).is_proved
    files = dict.fromkeys(build_web(BOOK), b"\xff\xfe<\x00")
    assert not prove_html(BOOK, files).is_proved


def test_the_copies_of_these_tests_follow_the_contract() -> None:
    assert 'id="byline"' in write_article(FIRST)
