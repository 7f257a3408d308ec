"""A problem whose cause is a style of the book's own names the line of its style sheet."""

from __future__ import annotations

from pathlib import Path

import pytest

from onrecord.editions.design_tokens import read_own_sheets
from onrecord.model import SourceLocation
from onrecord.model.problems import Problem
from onrecord.model.rule import Rule
from onrecord.proof import Report, name_own_design
from onrecord.proof.reading.list_numbers import find_number_rules
from onrecord.proof.reading.normalize import shorten_text
from onrecord.proof.reading.style_harm import find_style_harms
from onrecord.proof.reading.style_sheets import find_declarations
from onrecord.proof.rules.report import HINT

PLACE = SourceLocation("book.yaml")
FILE = "styles/web.css"
HARMS = (
    '.byline::before {\n  content: "Not "\n}',
    ".turn { color: black;\n  flex-direction: row-reverse }",
    "@media (min-width: 30em) {\n  .answer { order: 2 } }",
    ".turn {\n  & p { order: 2 !important } }",
    "@font-face { font-family: X;\n  src: local('Wingdings') }",
    "@font-face { font-family: X;\n  size-adjust: 10% }",
    "@page {\n  margin: 100% }",
    f"{', '.join(f'.turn .answer p.of-the-kind-{number}' for number in range(9))} {{\n  display: none }}",
)


def write_report(*sentences: str) -> Report:
    """Return the report of a web edition with problems that blame On Record."""
    problems = (Problem(PLACE, Rule.EVERY_WORD_IS_SEEN, sentence, HINT, "a line") for sentence in sentences)
    return Report("html", tuple(problems), ())


@pytest.mark.parametrize("css", HARMS)
def test_a_style_that_harms_words_is_a_problem_of_its_line(css: str) -> None:
    """The declaration stands on the second line; other problems may follow from it."""
    (harm,) = find_style_harms(css)
    report = write_report(f"its style {shorten_text(str(harm), 160)}, first on the page “x”", "a word is lost")
    placed, consequence = name_own_design(report, [FILE], {"styles/tokens.css": ":root { --x: 0 }", FILE: css}).problems
    assert (placed.location, placed.line) == (SourceLocation(FILE, 2), "")
    assert placed.hint == f"delete: {harm.declaration.split(':')[0].split()[-1]}: …"
    assert consequence.location == PLACE
    assert consequence.hint == f"correct first the problems of {FILE}: they may be the cause of this one"


@pytest.mark.parametrize("css", ["\nol { list-style: upper-roman }", "\n@counter-style x { symbols: 'Not' }"])
def test_a_style_that_changes_list_numbers_is_a_problem_of_its_line(css: str) -> None:
    (rule,) = find_number_rules(css)
    (problem,) = name_own_design(write_report(f"has a style: “{rule}”"), [FILE], {FILE: css}).problems
    assert problem.location == SourceLocation(FILE, 2)


def test_a_style_that_is_in_no_sheet_of_the_book_gets_no_line() -> None:
    """The hint names the files that may be the cause."""
    (harm,) = find_style_harms(HARMS[0])
    (problem,) = name_own_design(write_report(str(harm)), [FILE], {FILE: HARMS[1]}).problems
    assert problem.location == PLACE
    assert problem.hint.startswith(f"Nothing was delivered. Build again without the book's own {FILE}:")


def test_hints_that_do_not_blame_on_record_stay() -> None:
    report = Report("html", (Problem(PLACE, Rule.EVERY_WORD_IS_SEEN, "its style", "delete it"),), ())
    assert name_own_design(report, [FILE], {FILE: HARMS[0]}) is report


def test_the_sheets_of_an_e_book_have_the_values_of_its_tokens(tmp_path: Path) -> None:
    """An e-book holds no tokens, so problems quote their values; lines stay, and a sheet with problems is left out."""
    styles = tmp_path / "styles"
    styles.mkdir()
    (styles / "tokens.css").write_text(":root { --paper: #fff }\n", encoding="utf-8")
    for name in ("epub", "web"):
        (styles / f"{name}.css").write_text("\n.byline { color: var(--paper) }\n", encoding="utf-8")
    (harm,) = find_style_harms(read_own_sheets("epub", tmp_path)["styles/epub.css"])
    assert str(harm).startswith("“.byline { color: #fff }”")
    assert "var(--paper)" in read_own_sheets("web", tmp_path)[FILE]
    (styles / "web.css").write_text("p { background: url(https://example.org/x.png) }\n", encoding="utf-8")
    assert list(read_own_sheets("web", tmp_path)) == ["styles/tokens.css"]


def test_rules_that_are_nested_too_deeply_have_no_lines() -> None:
    assert find_declarations("a {" * 900 + "order: 1" + "}" * 900) == ()
