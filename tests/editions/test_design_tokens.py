"""The tokens of a book reach every edition; each colour number stands in one place; a pale accent is a warning."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from onrecord.editions import cover, design_tokens, styles
from onrecord.editions.colors import BLACK, compute_contrast, parse_color
from onrecord.editions.pdf.print_check import check_print_styles
from onrecord.model import SourceLocation, TextLine
from onrecord.model.design import Brand, Design
from onrecord.model.problems import Refused
from onrecord.model.rule import Rule, Severity
from tests.support.paths import ROOT

PACKAGED = ROOT / "styles"
SHEETS = ("print", "pack", "large-print", "epub", "web")
COLOR_NUMBER = re.compile(r"#[0-9a-fA-F]{3,8}\b|\b(?:rgb|hsl)a?\(")


def write_tokens(folder: Path, css: str) -> Path:
    (folder / "styles").mkdir(exist_ok=True)
    (folder / "styles/tokens.css").write_text(css, encoding="utf-8")
    return folder


def test_each_colour_number_stands_once_in_tokens_css() -> None:
    """No other style sheet has a colour number, nor has the code of the editions."""
    numbers = Counter(COLOR_NUMBER.findall((PACKAGED / "tokens.css").read_text(encoding="utf-8")))
    assert set(numbers.values()) == {1}
    code = [
        *PACKAGED.glob("*.css"),
        *(ROOT / "onrecord/editions").rglob("*.py"),
        *(ROOT / "onrecord/finishing").glob("*.py"),
    ]
    others = [path for path in code if path.name not in ("tokens.css", "css_names.py")]
    assert len(others) > 40
    assert [path.name for path in others if COLOR_NUMBER.search(path.read_text(encoding="utf-8"))] == []


def test_the_accent_of_a_book_reaches_every_edition_and_the_cover(tmp_path: Path) -> None:
    """What follows the accent is computed from it; nothing of ours is left."""
    ours = {styles.read_packaged_tokens()[name].value for name in ("--accent", "--accent-rule", "--accent-night")}
    write_tokens(tmp_path, ":root { --accent: #14425c }")
    printed = design_tokens.join_print_stylesheets("", tmp_path, "print", "pack", "large-print")
    assert "--accent: #14425c" in printed
    assert "--accent-rule: #14425c" in printed
    screen = design_tokens.write_screen_tokens(tmp_path)
    night = parse_color(design_tokens.read_color(tmp_path, "--accent-night"))
    assert night is not None
    assert compute_contrast(night, parse_color("#171513") or BLACK) >= 7
    assert screen.endswith("}\n")
    assert "--accent-rule: #14425c" in screen
    e_book = design_tokens.read_screen_stylesheet("epub", tmp_path)
    assert not any(color in printed + e_book for color in ours)
    assert cover.read_cover_colors(tmp_path).accent == "#14425c"


def test_names_are_bold_in_a_face_without_small_capitals(tmp_path: Path) -> None:
    """A style sheet of the book still decides: it is read after that."""
    (tmp_path / "styles").mkdir()
    (tmp_path / "styles/print.css").write_text(".speaker { font-weight: 400 }", encoding="utf-8")
    printed = {
        family: design_tokens.join_print_stylesheets(
            "", tmp_path, "print", design=Design(brand=Brand(text_face=TextLine(family, SourceLocation("book.yaml"))))
        )
        for family in ("Source Serif 4", "Frank Ruhl Libre")
    }
    (rule,) = (
        set(printed["Frank Ruhl Libre"].splitlines())
        - set(printed["Source Serif 4"].splitlines())
        - {line for line in printed["Frank Ruhl Libre"].splitlines() if line.startswith(":root")}
    )
    assert "font-weight: 600; letter-spacing: 0" in rule
    assert printed["Frank Ruhl Libre"].endswith(".speaker { font-weight: 400 }")


def test_every_print_style_that_is_an_accent_uses_the_token() -> None:
    """Text and rules of one colour family follow one token."""
    css = "\n".join((PACKAGED / f"{name}.css").read_text(encoding="utf-8") for name in ("print", "pack", "large-print"))
    assert css.count("var(--accent)") >= 10
    assert css.count("var(--accent-rule)") >= 7


def test_a_book_may_choose_what_else_follows_the_accent(tmp_path: Path) -> None:
    """A token that the book defines is not computed; a token may use another one."""
    write_tokens(tmp_path, ":root { --accent: var(--harbour); --harbour: teal; --accent-night: white }")
    assert design_tokens.read_color(tmp_path, "--accent") == "#008080"
    assert design_tokens.read_color(tmp_path, "--accent-rule") == "#008080"
    assert design_tokens.read_color(tmp_path, "--accent-night") == "#ffffff"


def test_the_e_book_has_no_colour() -> None:
    """E-readers have papers of their own, and rules have the colour of the text."""
    css = re.sub(r"/\*.*?\*/", "", (PACKAGED / "epub.css").read_text(encoding="utf-8"), flags=re.DOTALL)
    declarations = re.findall(r"([\w-]+): ?([^;}]+)", css)
    assert [value.strip() for name, value in declarations if "color" in name or "background" in name] == ["inherit"]
    assert not re.search(r"var\(--(?!text-face|code-face)|#[0-9a-f]{3}|rgb|hsl", css)


@pytest.mark.parametrize(
    ("css", "sentence", "hint"),
    [
        (
            ":root {\n --accent: #f2c14e }",
            "text in --accent #f2c14e is hard to read on a light screen: its contrast is 1.6 : 1",
            "at least 4.5 : 1, for example --accent: #8c702d",
        ),
        (
            ":root {\n --accent-night: #14425c }",
            "text in --accent-night #14425c is hard to read on a dark screen: its contrast is 1.7 : 1",
            "at least 4.5 : 1, for example --accent-night: #668495",
        ),
        (
            ":root {\n --paper: #999 }",
            "text in --accent #7a1717 is hard to read on a light screen: its contrast is 3.8 : 1",
            "at least 4.5 : 1, for example --accent: #631313",
        ),
    ],
)
def test_a_pale_accent_is_a_problem_with_its_line(css: str, sentence: str, hint: str, tmp_path: Path) -> None:
    """Text below 4.5 : 1 is hard to read (WCAG 2.2 §1.4.3); below 2 : 1 the proof would take it for hidden."""
    problem = next(iter(design_tokens.find_token_problems(write_tokens(tmp_path, css))))
    assert (str(problem.location), problem.rule, problem.severity) == (
        "styles/tokens.css:2",
        Rule.ACCENT_CAN_BE_READ,
        Severity.ERROR if "is 1.6 : 1" in sentence else Severity.WARNING,
    )
    assert (problem.sentence, problem.hint) == (sentence, hint)


def test_our_own_tokens_and_a_dark_accent_are_no_problem(tmp_path: Path) -> None:
    """The default look has enough contrast everywhere."""
    assert list(design_tokens.find_token_problems(write_tokens(tmp_path, ":root { --paper: #fdfcfa }"))) == []
    assert list(design_tokens.find_token_problems(write_tokens(tmp_path, ":root { --accent: #14425c }"))) == []


@pytest.mark.parametrize("value", ["rde", "12pt", "oklch(40% 0.1 200)", "rgb(0 0 0 / 50%)", "url(#light)"])
def test_a_colour_token_that_is_no_colour_is_an_error(value: str, tmp_path: Path) -> None:
    """The cover is drawn with it, so its number must be known."""
    (problem,) = design_tokens.find_token_problems(write_tokens(tmp_path, f":root {{\n --accent: {value} }}"))
    assert (str(problem.location), problem.severity) == ("styles/tokens.css:2", Severity.ERROR)
    assert problem.sentence == f"the token --accent is no colour that can be computed: {value}"


def test_a_misspelt_token_is_a_warning_unless_the_book_uses_it(tmp_path: Path) -> None:
    """A book may have tokens of its own."""
    write_tokens(tmp_path, ":root {\n --acent: teal; --harbour: navy }")
    (problem,) = design_tokens.find_token_problems(tmp_path)
    assert (str(problem.location), problem.severity) == ("styles/tokens.css:2", Severity.WARNING)
    assert problem.sentence == "no style sheet uses the token “--acent”; did you mean “--accent”?"
    (tmp_path / "styles/print.css").write_text(".answer { color: var(--acent) }", encoding="utf-8")
    assert list(design_tokens.find_token_problems(tmp_path)) == []


def test_a_print_style_may_use_the_tokens(tmp_path: Path) -> None:
    """Those of tokens.css and its own; others are an error."""
    write_tokens(tmp_path, ":root { --accent: teal; --harbour: navy }")
    sheet = tmp_path / "styles/print.css"
    sheet.write_text(".answer { color: var(--harbour); border-color: var(--accent-rule) }", encoding="utf-8")
    assert check_print_styles(tmp_path) == ()
    sheet.write_text(".answer { color: var(--harbor) }", encoding="utf-8")
    assert [problem.rule for problem in check_print_styles(tmp_path)] == [Rule.TOKENS_ARE_DEFINED]


def test_a_token_without_a_value_is_refused_for_print_with_its_line(tmp_path: Path) -> None:
    """Print uses the same tokens as the e-book."""
    write_tokens(tmp_path, ":root {\n --accent: var(--nobody) }")
    with pytest.raises(Refused) as refused:
        design_tokens.join_print_stylesheets("", tmp_path, "print")
    (problem,) = refused.value.problems
    assert (str(problem.location), problem.rule) == ("styles/tokens.css:2", Rule.TOKENS_ARE_DEFINED)
