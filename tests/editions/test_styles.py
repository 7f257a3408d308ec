"""Stylesheets: tokens written out for e-readers, and a book's own sheet that reaches nothing outside the book."""

from __future__ import annotations

from pathlib import Path

import pytest

from onrecord.editions import styles
from onrecord.model.problems import Problem, Refused

SHEETS = ("tokens", "web", "epub")


def own(folder: Path, name: str, css: str | bytes) -> Path:
    path = folder / "styles" / f"{name}.css"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(css.encode() if isinstance(css, str) else css)
    return folder


def problem_of(name: str, folder: Path) -> Problem:
    with pytest.raises(Refused) as refused:
        styles.read_resolved_stylesheet(name, folder)
    (problem,) = refused.value.problems
    return problem


def test_the_book_s_own_sheet_stands_behind_ours(tmp_path: Path) -> None:
    """So its rules win."""
    css = styles.read_stylesheet("web", own(tmp_path, "web", ".question { color: teal }"))
    assert css.endswith(".question { color: teal }")
    assert css.startswith(styles.read_stylesheet("web", tmp_path / "nowhere"))


def test_an_e_book_knows_no_custom_properties(tmp_path: Path) -> None:
    """Kindle refuses a book whose sheet has a variable in it."""
    css = styles.read_resolved_stylesheet("epub", tmp_path)
    assert "var(" not in css
    assert "--" not in css
    assert '"EB Garamond"' in css


def test_a_book_changes_a_token_for_every_edition(tmp_path: Path) -> None:
    """Tokens may use tokens; one with a spare value need not exist."""
    own(tmp_path, "tokens", ":root { --both: var(--mine); --mine: teal }")
    own(tmp_path, "epub", "b { color: var(--nobody, var(--both)) }")
    css = styles.read_resolved_stylesheet("epub", tmp_path)
    assert css.endswith("b { color: teal }")
    assert '.byline { font-family: "Source Sans 3"' in css
    assert "1px solid teal" in css


def test_the_colours_of_a_dark_screen_stay_out_of_the_e_book(tmp_path: Path) -> None:
    """A token inside `@media` depends on the screen, and an e-book has one value for all."""
    own(tmp_path, "tokens", "@media (prefers-color-scheme: dark) { :root { --both: white } }")
    assert styles.read_resolved_stylesheet("epub", tmp_path) == styles.read_resolved_stylesheet(
        "epub", tmp_path / "nowhere"
    )


@pytest.mark.parametrize(
    ("tokens", "css", "sentence"),
    [
        ("", "a { }\nb { width: calc(2 * var(--nobody)) }", "there is no design token “--nobody”"),
        (
            ":root { --a: var(--b); --b: var(--a) }",
            "a { }\nb { color: var(--a) }",
            "the token --a is defined by itself",
        ),
    ],
)
def test_a_token_without_a_value_is_a_problem_with_its_line(
    tokens: str, css: str, sentence: str, tmp_path: Path
) -> None:
    """Nobody has to read a traceback, and nothing runs in circles."""
    own(tmp_path, "tokens", tokens)
    problem = problem_of("epub", own(tmp_path, "epub", css))
    assert (str(problem.location), problem.rule, problem.sentence) == (
        "styles/epub.css:2",
        "tokens-are-defined",
        sentence,
    )


@pytest.mark.parametrize("name", SHEETS)
@pytest.mark.parametrize(
    "css",
    [
        'p { }\n@import "https://example.org/a.css";',
        "p { }\n@import url(https://example.org/a.css);",
        "p { }\nb { background: url(//example.org/a.png) }",
        "p { }\nb { background: url( 'file:///etc/passwd' ) }",
        'p { }\n@media print { b { background: URL("../../a.png") } }',
        "p { }\nb { background: -webkit-image-set('a.png' 1x) }",
        "p { }\n:root { --x: image-set('https://example.org/a.png' 1x) }",
        "p { }\n@font-face { font-family: x; src: url(https://example.org/x.woff2) }",
        "p { }\nb { background: \\75 rl(https://example.org/a.png) }",
    ],
)
def test_a_sheet_for_screens_fetches_nothing(name: str, css: str, tmp_path: Path) -> None:
    """Whoever opens a page tells nobody; an e-book holds all that it shows."""
    own(tmp_path, name, css)
    with pytest.raises(Refused) as refused:
        styles.read_stylesheet(name, tmp_path)
    (problem,) = refused.value.problems
    assert (str(problem.location), problem.rule) == (f"styles/{name}.css:2", "styles-fetch-nothing")


def test_what_a_sheet_holds_itself_is_no_fetching(tmp_path: Path) -> None:
    """Pictures written out, places in the page, and words in quotation marks."""
    css = 'b { background: url(data:image/png;base64,AA==); clip-path: url(#a) }\nq::before { content: "url(x)" }'
    assert styles.read_stylesheet("web", own(tmp_path, "web", css)).endswith(css)


def test_a_sheet_cannot_be_a_link_out_of_the_book(tmp_path: Path) -> None:
    """A manuscript from anyone shows no file of the machine."""
    (tmp_path / "secret").write_text("secret", encoding="utf-8")
    book = tmp_path / "book"
    (book / "styles").mkdir(parents=True)
    (book / "styles/epub.css").symlink_to(tmp_path / "secret")
    assert problem_of("epub", book).rule == "styles-are-in-the-book"


def test_a_sheet_is_utf_8(tmp_path: Path) -> None:
    """A wrong encoding is said, a byte-order mark forgiven."""
    assert problem_of("epub", own(tmp_path, "epub", b"\xff\xfea")).rule == "text-is-utf-8"
    assert styles.read_stylesheet("epub", own(tmp_path, "epub", b"\xef\xbb\xbfb { }")).endswith("\nb { }")
