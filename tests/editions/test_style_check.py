"""A book's own style sheets are checked before anything is laid out, each fault with its file and line."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fontTools.ttLib import TTFont

from onrecord.editions import brand_check, design_tokens, styles
from onrecord.editions.pdf.print_check import check_print_styles, find_print_problems
from onrecord.editions.style_check import find_screen_problems, find_stray_stylesheets
from onrecord.model import SourceLocation, TextLine
from onrecord.model.design import Brand, Design
from onrecord.model.problems import Problem
from onrecord.model.rule import Rule, Severity
from onrecord.runtime import font_files
from tests.support import sample


def write_style(folder: Path, name: str, css: str) -> Path:
    path = folder / f"styles/{name}.css"
    path.parent.mkdir(exist_ok=True)
    path.write_text(css, encoding="utf-8")
    return folder


def describe(problems: tuple[Problem, ...]) -> list[tuple[str, str]]:
    return [(str(problem.location), problem.sentence) for problem in problems]


@pytest.mark.parametrize(
    ("css", "line", "rule", "sentence", "hint"),
    [
        (
            "p { }\n.answer { colour: teal }",
            2,
            "styles-are-understood",
            "no property “colour”; did you mean “color”?",
            "write: color: teal",
        ),
        (
            ".answer {\n  color: rde;\n}",
            2,
            "styles-are-understood",
            "“color” cannot be “rde”; did you mean “red”?",
            "write: color: red",
        ),
        (".answer { margin: }", 1, "styles-are-understood", "the property “margin” has no value", "write: margin: …;"),
        (
            ".answer { color: red\n  margin: 0 }",
            1,
            "styles-are-understood",
            "“color” cannot be “red margin: 0”: a semicolon may be missing",
            "write: color: …;",
        ),
        (
            "@medai print { p { color: red } }",
            1,
            "styles-are-understood",
            "no at-rule “@medai” in print; did you mean “@media”?",
            "write: @media",
        ),
        (
            "@media print {\n  p { colour: red }\n}",
            2,
            "styles-are-understood",
            "no property “colour”; did you mean “color”?",
            "write: color: red",
        ),
        (
            "p >> em { color: red }",
            1,
            "styles-are-understood",
            "the print edition knows no such selector: 'p >> em'",
            "correct it, or delete the rule",
        ),
        (
            "p { }\nhtml { font-family: Helvetica }",
            2,
            "fonts-are-there",
            "no font “Helvetica”",
            "put the font file into fonts/, or choose one of: Amiri, EB Garamond, Frank Ruhl Libre, "
            "Noto Emoji, Noto Sans Armenian, Noto Sans Devanagari, Noto Sans Math, Noto Sans Symbols 2, "
            "Noto Sans Thai, Noto Serif, Source Code Pro, Source Sans 3, Source Serif 4",
        ),
        (
            'html { font: 12pt "EB Garamont", serif }',
            1,
            "fonts-are-there",
            "no font “EB Garamont”; did you mean “EB Garamond”?",
            'write "EB Garamond"',
        ),
        (
            "p { }\n\n@page { size: A5 }",
            3,
            "pages-follow-the-trim",
            "a book's style sheet cannot change the page: its size and margins follow from the trim size",
            "delete it, and name the size in book.yaml: trim: A5 (or A4, Letter, 6x9, 130 x 200 mm)",
        ),
        (
            "p { color: var(--acent) }\n:root { --accent: teal }",
            1,
            "tokens-are-defined",
            "there is no design token “--acent”; did you mean “--accent”?",
            "write var(--accent)",
        ),
        (
            ":root { --wide: teal }\np { width: var(--wide) }",
            2,
            "styles-are-understood",
            "“width” cannot be “teal”",
            "correct the value, or delete the line",
        ),
        (
            "p { background: url(harbour.png) }",
            1,
            "styles-fetch-nothing",
            "the style sheet fetches “harbour.png”, which the edition does not hold",
            "delete it",
        ),
    ],
)
def test_a_fault_in_a_style_for_print_is_one_error_with_its_line(
    css: str, line: int, rule: str, sentence: str, hint: str, tmp_path: Path
) -> None:
    """Once for the file, not once for each interview."""
    (problem,) = check_print_styles(write_style(tmp_path, "print", css))
    assert (str(problem.location), problem.rule) == (f"styles/print.css:{line}", rule)
    assert (problem.sentence, problem.hint, problem.severity) == (sentence, hint, Severity.ERROR)


@pytest.mark.parametrize(
    ("css", "line", "sign"),
    [
        (".question { color: red\n.byline { }\n", 1, "{"),
        ("p { }\n.question { color: red;\n.byline { color: red }\n", 2, "{"),
        ("p { width: calc(1px; }\n.byline { }\n", 1, "{"),
        ("p { }\n/* Names\n.byline { }\n", 2, "/*"),
    ],
)
@pytest.mark.parametrize("name", ["print", "web", "epub", "tokens"])
def test_brackets_without_an_end_are_one_error_with_the_line_where_they_begin(
    name: str, css: str, line: int, sign: str, tmp_path: Path
) -> None:
    """A browser takes in all that follows, in silence."""
    write_style(tmp_path, name, css)
    problems = check_print_styles(tmp_path) if name == "print" else find_screen_problems(tmp_path, name)
    ((place, sentence),) = set(describe(problems))
    assert place == f"styles/{name}.css:{line}"
    assert sentence.startswith(f"the {sign} on this line has no ")


def test_a_sound_style_for_print_has_no_problem(tmp_path: Path) -> None:
    """Nested rules, tokens, several fonts, and rules for screens that print leaves out."""
    css = (
        ":root { --accent: #14425c }\n.question { color: var(--accent); & em { color: var(--none, black) } }\n"
        '@media screen { p { colour: red } }\n@media print { h1 { font-family: "source sans 3", serif } }\n'
        "@layer mine { p { text-indent: 1em } }"
    )
    assert check_print_styles(write_style(tmp_path, "print", css)) == ()


def test_what_does_nothing_in_print_is_a_warning(tmp_path: Path) -> None:
    """It is set aside, and that is said."""
    css = "a { cursor: pointer;\n -moz-hyphens: none }"
    problems = check_print_styles(write_style(tmp_path, "print", css))
    assert describe(problems) == [
        ("styles/print.css:1", "“cursor” does nothing in print"),
        ("styles/print.css:2", "“-moz-hyphens” does nothing in print"),
    ]
    assert {problem.severity for problem in problems} == {Severity.WARNING}


def test_a_font_of_the_book_has_its_name_in_styles(tmp_path: Path) -> None:
    """A packaged font under another name stands in for the book's own."""
    files = font_files.list_font_files(font_files.list_package_folders())
    font: Any = TTFont(str(min(files, key=lambda path: path.stat().st_size)))
    for record in font["name"].names:
        if record.nameID in (1, 16):
            record.string = "Harbour"
    write_style(tmp_path, "print", 'p { font-family: "harbour" }')
    assert [problem.rule for problem in check_print_styles(tmp_path)] == ["fonts-are-there"]
    (tmp_path / "fonts").mkdir()
    font.save(str(tmp_path / "fonts/own.ttf"))
    assert check_print_styles(tmp_path) == ()


@pytest.mark.parametrize("edition", ["web", "epub"])
@pytest.mark.parametrize(
    ("css", "severity", "sentence"),
    [
        ("p { colour: teal }", "error", "no property “colour”; did you mean “color”?"),
        ("p { harbour-light: on }", "warning", "On Record knows no property “harbour-light”"),
        ("p { color: teel }", "error", "no colour “teel”; did you mean “teal”?"),
        ("p { margin: }", "error", "the property “margin” has no value"),
        ("p { a }", "error", "this cannot be read"),
        ("p { margin: 0\npadding: 0 }", "error", "the value of “margin” has a colon in it"),
        ("p..x { margin: 0 }", "error", "“p..x” is no selector"),
        ("@medai print { p { margin: 0 } }", "error", "no at-rule “@medai”; did you mean “@media”?"),
        ("@media print { p { colour: teal } }", "error", "no property “colour”; did you mean “color”?"),
        ("p { color: var(--acent) }", "error", "there is no design token “--acent”; did you mean “--accent”?"),
    ],
)
def test_a_fault_in_a_style_for_screens_has_its_line(
    edition: str, css: str, severity: str, sentence: str, tmp_path: Path
) -> None:
    """What is near a known name is a slip; what is far from all of them may be new."""
    (problem,) = find_screen_problems(write_style(tmp_path, edition, f"b {{ }}\n{css}"), edition)
    assert (str(problem.location), str(problem.severity)) == (f"styles/{edition}.css:2", severity)
    assert problem.sentence.startswith(sentence)


def test_what_browsers_know_is_no_problem(tmp_path: Path) -> None:
    """Their properties are more than those of print."""
    css = (
        "a:hover, :is(a, .wide):focus-visible::after { cursor: pointer; -webkit-hyphens: none; text-wrap: balance }\n"
        ".a { &:hover { color: color-mix(in srgb, red, blue) } > b { inset: 0 } }\n"
        "@keyframes light { from { opacity: 0 } 50% { opacity: 1 } }\n@supports (gap: 1px) { p { gap: 1px } }\n"
        '@page { margin: 2cm; @bottom-center { content: "1" } }\n@container (width > 1em) { p { color: Canvas } }\n'
        ":root { --mine: 1px } p { margin: var(--mine) var(--spare, 2px); animation: light 2s }"
    )
    assert find_screen_problems(write_style(tmp_path, "web", css), "web") == ()


def test_a_token_that_needs_itself_is_an_error_in_its_own_file(tmp_path: Path) -> None:
    """Both lines of the circle are named."""
    write_style(tmp_path, "tokens", ":root {\n  --a: var(--b);\n  --b: var(--a)\n}")
    problems = find_screen_problems(tmp_path, "epub")
    assert describe(problems) == [
        ("styles/tokens.css:2", "the token --a is defined by itself"),
        ("styles/tokens.css:3", "the token --b is defined by itself"),
    ]


def test_a_file_that_no_edition_reads_is_named(tmp_path: Path) -> None:
    """A slip in the name of a file is an error, another file a warning."""
    for name in ("prints", "print", "harbour"):
        write_style(tmp_path, name, "")
    stray = {problem.location.file: (problem.severity, problem.hint) for problem in find_stray_stylesheets(tmp_path)}
    assert stray["styles/prints.css"] == (Severity.ERROR, "rename it: print.css")
    assert stray["styles/harbour.css"][0] is Severity.WARNING
    assert len(stray) == 2


# --- words that a style for print hides -------------------------------------------------------------


def find_hidden(css: str, folder: Path, name: str = "print") -> list[tuple[str, str, str]]:
    problems = find_print_problems(sample.BOOK, write_style(folder, name, css))
    hidden = [problem for problem in problems if problem.rule == Rule.WORDS_ARE_SHOWN]
    return [(str(problem.location), str(problem.severity), problem.sentence) for problem in hidden]


@pytest.mark.parametrize(
    ("css", "declaration"),
    [
        (".question { display: none }", "display: none"),
        ("section.turn.answer > p { visibility: hidden }", "visibility: hidden"),
        ("footer.disclaimer { opacity: 0 }", "opacity: 0"),
        (".opening .byline { font: 0/1 serif }", "font: 0/1 serif"),
        ("h1 { color: rgb(0 0 0 / 0%) }", "color: rgb(0 0 0 / 0%)"),
        ("@media print { .opening .byline { font-size: 0em } }", "font-size: 0em"),
        (":root { --gone: none }\n.title { display: var(--gone) }", "display: none"),
        (".running-head { display: none }", "display: none"),
        (".specimen.folio { visibility: collapse }", "visibility: collapse"),
        (".contents li { display: none }", "display: none"),
        (".title { display: none !important; display: block }", "display: none !important"),
    ],
)
def test_a_print_style_that_hides_words_is_an_error_with_its_line(css: str, declaration: str, tmp_path: Path) -> None:
    """`check` says it, as for e-book and web edition; only layout found it before."""
    (first, *_) = find_hidden(css, tmp_path)
    line = 1 + css.count("\n")
    assert first[:2] == (f"styles/print.css:{line}", "error")
    assert first[2].startswith(f"“{declaration.removesuffix(' !important')}” hides words in print: “")


@pytest.mark.parametrize(
    "css",
    [
        ".question { display: none }\n.question { display: block }",
        ".question { display: none }\nsection.question { display: block }",
        "@media screen { .question { display: none } }",
        ".nothing { display: none }",
        ".dots { display: none }",
        ".question::before { display: none }",
        "hr { visibility: hidden }",
        ".question { opacity: 0.5; font-size: 12pt; color: #333 }",
    ],
)
def test_a_print_style_that_hides_no_words_is_no_problem(css: str, tmp_path: Path) -> None:
    """A later or more specific rule shows the words again; empty elements have none."""
    assert find_hidden(css, tmp_path) == []


@pytest.mark.parametrize("name", ["print", "pack", "large-print"])
def test_a_whole_copy_of_our_style_sheet_is_accepted(name: str, tmp_path: Path) -> None:
    """A desk copies the file and changes a line of it."""
    problems = find_print_problems(sample.BOOK, write_style(tmp_path, name, styles.read_packaged_stylesheet(name)))
    assert [problem for problem in problems if problem.location.file.startswith("styles/")] == []


@pytest.mark.parametrize(("name", "edition"), [("tokens", "web"), ("tokens", "epub"), ("web", "web"), ("epub", "epub")])
def test_a_whole_copy_of_our_style_sheet_for_screens_is_accepted(name: str, edition: str, tmp_path: Path) -> None:
    """Also the design tokens."""
    write_style(tmp_path, name, styles.read_packaged_stylesheet(name))
    assert find_screen_problems(tmp_path, edition) == ()
    assert list(design_tokens.find_token_problems(tmp_path)) == []


def test_each_of_our_style_sheets_is_copied_in_these_tests() -> None:
    """So each of them is checked."""
    sheets = {path.stem for path in (Path(__file__).parents[2] / "styles").glob("*.css")}
    assert sheets == {"print", "pack", "large-print", "tokens", "web", "epub"}


@pytest.mark.parametrize(
    "css", ["@page { margin: 1cm; @footnote { border: 0 } }", "@page :first { @footnote { border: 0 } }", "@page { }"]
)
def test_a_page_that_is_more_than_its_footnotes_is_refused(css: str, tmp_path: Path) -> None:
    """Size and margins follow from the trim size."""
    (problem,) = check_print_styles(write_style(tmp_path, "print", css))
    assert problem.rule == Rule.PAGES_FOLLOW_THE_TRIM


@pytest.mark.parametrize(
    ("family", "title", "warnings"),
    [
        ("EB Garamond", "Lights", []),
        ("Frank Ruhl Libre", "Lights", ["“Frank Ruhl Libre” has no italic here: emphasis is not seen in print"]),
        ("Frank Ruhl Libre", "אורות", []),
    ],
)
def test_a_text_face_without_an_italic_is_a_warning(
    tmp_path: Path, family: str, title: str, warnings: list[str]
) -> None:
    design = Design(brand=Brand(text_face=TextLine(family, SourceLocation("book.yaml", 5))))
    problems = brand_check.find_brand_problems(
        replace(sample.book_of(sample.HOW), title=title, design=design), tmp_path
    )
    assert [problem.sentence for problem in problems] == warnings
