"""Style sheets: design tokens are resolved for e-readers; a sheet of the book loads nothing from outside."""

from __future__ import annotations

import base64
import re
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest

from onrecord import proof
from onrecord.editions import design_tokens, epub, styles
from onrecord.manuscript.read_book import read_book
from onrecord.model.problems import Problem, Refused
from onrecord.runtime.cache import Cache
from onrecord.runtime.task_runner import NO_WORKERS
from tests.support.damaged_fonts import make_small_font
from tests.support.paths import ROOT
from tests.support.translated import write_interview

SHEETS = ("tokens", "web", "epub")


def write_stylesheet(folder: Path, name: str, css: str | bytes) -> Path:
    path = folder / "styles" / f"{name}.css"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(css.encode() if isinstance(css, str) else css)
    return folder


def read_problem(name: str, folder: Path) -> Problem:
    with pytest.raises(Refused) as refused:
        design_tokens.read_screen_stylesheet(name, folder)
    (problem,) = refused.value.problems
    return problem


def test_the_style_sheet_of_the_book_follows_ours(tmp_path: Path) -> None:
    """So its rules win."""
    css = styles.read_stylesheet("web", write_stylesheet(tmp_path, "web", ".question { color: teal }"))
    assert css.endswith(".question { color: teal }")
    assert css.startswith(styles.read_stylesheet("web", tmp_path / "nowhere"))


def test_an_e_book_has_no_custom_properties(tmp_path: Path) -> None:
    """Kindle refuses a book whose style sheet uses a variable."""
    css = design_tokens.read_screen_stylesheet("epub", tmp_path)
    assert "var(" not in css
    assert "--" not in css
    assert '"EB Garamond"' in css


def test_tokens_are_put_into_a_style_sheet_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is cached depends on the sheet and on every token."""
    results, book = Cache(tmp_path / "cache"), tmp_path
    fresh = design_tokens.read_screen_stylesheet("epub", book, results=results)
    monkeypatch.setattr(styles, "_resolve_sheet", lambda *_: "resolved anew")
    assert design_tokens.read_screen_stylesheet("epub", book, results=results) == fresh
    write_stylesheet(book, "tokens", ":root { --text-face: Georgia }")
    assert design_tokens.read_screen_stylesheet("epub", book, results=results).endswith("resolved anew")


def test_a_book_changes_a_token_for_every_edition(tmp_path: Path) -> None:
    """Tokens may use tokens; a token with a fallback need not exist."""
    write_stylesheet(tmp_path, "tokens", ":root { --text-face: var(--mine); --mine: Georgia }")
    write_stylesheet(tmp_path, "epub", "b { font-family: var(--nobody, var(--text-face)) }")
    css = design_tokens.read_screen_stylesheet("epub", tmp_path)
    assert css.endswith("b { font-family: Georgia }")
    assert "body { font-family: Georgia;" in css
    assert 'pre { font-family: "Source Code Pro"' in css


def test_the_colours_of_a_dark_screen_stay_out_of_the_e_book(tmp_path: Path) -> None:
    """A token inside `@media` depends on the screen; an e-book has one value for all screens."""
    write_stylesheet(tmp_path, "tokens", "@media (prefers-color-scheme: dark) { :root { --text-face: serif } }")
    assert design_tokens.read_screen_stylesheet("epub", tmp_path) == design_tokens.read_screen_stylesheet(
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
    """Undefined and circular tokens are named."""
    write_stylesheet(tmp_path, "tokens", tokens)
    problem = read_problem("epub", write_stylesheet(tmp_path, "epub", css))
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
def test_a_style_sheet_for_screens_loads_nothing(name: str, css: str, tmp_path: Path) -> None:
    """An e-book is complete, and a web page sends no request."""
    write_stylesheet(tmp_path, name, css)
    with pytest.raises(Refused) as refused:
        styles.read_stylesheet(name, tmp_path)
    (problem,) = refused.value.problems
    assert (str(problem.location), problem.rule) == (f"styles/{name}.css:2", "styles-fetch-nothing")


def test_internal_addresses_and_embedded_fonts_are_allowed(tmp_path: Path) -> None:
    """Places in the page, words in quotation marks, and fonts in data addresses."""
    font = base64.b64encode(make_small_font()).decode()
    css = (
        'b { clip-path: url(#a) }\nq::before { content: "url(x)" }\n'
        f"@font-face {{ font-family: Mole; src: url(data:font/ttf;base64,{font}) }}\n"
        '@font-face { font-family: Pier; src: url("data:;base64,d09GMgAB") format("woff2") }'
    )
    assert styles.read_stylesheet("web", write_stylesheet(tmp_path, "web", css)).endswith(css)


@pytest.mark.parametrize(
    "address",
    [
        "data:image/png;base64,AA==",
        "DATA:font/woff2;base64,iVBORw0KGgo=",
        "data:font/woff2,wOF2",
        "data:image/svg+xml,<svg/>",
        "data:font/ttf;base64,AAEAAAAB",
        "data:font/ttf;base64,=",
        "data:",
    ],
)
def test_an_embedded_picture_is_refused(address: str, tmp_path: Path) -> None:
    """It would be published with all that is hidden in it; its bytes decide, not the type that it names."""
    problem = read_problem("web", write_stylesheet(tmp_path, "web", f'p {{ }}\nb {{ background: url("{address}") }}'))
    assert (str(problem.location), problem.rule) == ("styles/web.css:2", "styles-fetch-nothing")
    assert "is no font and is published unseen" in problem.sentence


def test_a_token_does_not_hide_an_address(tmp_path: Path) -> None:
    """A string of a token would be an address in some functions."""
    css = ':root { --a: "https://example.org/a.png" }\nb { background: image-set(var(--a) 1x) }'
    problem = read_problem("web", write_stylesheet(tmp_path, "web", css))
    assert (str(problem.location), problem.rule) == ("styles/web.css:2", "styles-fetch-nothing")


def test_a_style_sheet_cannot_be_a_link_out_of_the_book(tmp_path: Path) -> None:
    """A received manuscript cannot show other files of the machine."""
    (tmp_path / "secret").write_text("secret", encoding="utf-8")
    book = tmp_path / "book"
    (book / "styles").mkdir(parents=True)
    (book / "styles/epub.css").symlink_to(tmp_path / "secret")
    assert read_problem("epub", book).rule == "styles-are-in-the-book"


def test_a_style_sheet_must_be_utf_8(tmp_path: Path) -> None:
    """A byte-order mark is allowed."""
    assert read_problem("epub", write_stylesheet(tmp_path, "epub", b"\xff\xfea")).rule == "text-is-utf-8"
    assert styles.read_stylesheet("epub", write_stylesheet(tmp_path, "epub", b"\xef\xbb\xbfb { }")).endswith("\nb { }")


def test_the_web_edition_has_no_side_that_is_not_mirrored() -> None:
    """Margins and paddings are logical, so that a page from the right needs no rules of its own."""
    css = re.sub(r"/\*.*?\*/", "", (ROOT / "styles" / "web.css").read_text(encoding="utf-8"), flags=re.DOTALL)
    assert re.findall(r"(?:margin|padding|border)-(?:left|right)", css) == []
    shorthands = re.findall(r"(?:margin|padding): *([^;}(]+)", css)
    sides = [parts for text in shorthands if len(parts := text.replace("!important", "").split()) == 4]
    assert [parts for parts in sides if parts[1] != parts[3]] == []


def test_scripts_with_high_stacks_have_room_between_lines() -> None:
    """In Tibetan, lines of search results and a title and its subtitle touched each other."""
    css = (ROOT / "styles" / "web.css").read_text(encoding="utf-8")
    rules = re.findall(r":root :is\(([^)]*)\):is\(([^{]*)\) \{ line-height: ([\d.]+) \}", css)
    heights = [float(height) for _, languages, height in rules if ":lang(bo)" in languages]
    assert len(heights) == 3
    assert min(heights) >= 1.4


def test_the_e_book_says_no_direction_in_its_style_sheet(tmp_path: Path) -> None:
    """A reading system knows it from the attribute `dir` alone; so code in a page from the right has one (EPUB 3.3)."""
    css = re.sub(r"/\*.*?\*/", "", (ROOT / "styles" / "epub.css").read_text(encoding="utf-8"), flags=re.DOTALL)
    assert re.findall(r"[;{]\s*(direction|unicode-bidi)\s*:", css) == []
    (tmp_path / "interviews").mkdir()
    (tmp_path / "book.yaml").write_text("title: Lamp\ndate: 2026-01-01\ndisclaimer: none\n", encoding="utf-8")
    for name, language in (("lamp", "en"), ("menora", "he")):
        write_interview(tmp_path, name, language, "**Light?**\n\nYes.\n\n```\nlight(1)\n```\n")
    book = read_book(tmp_path)
    files = epub.make_epub(book, tmp_path)
    with ZipFile(BytesIO(files)) as archive:
        pages = [archive.read(f"EPUB/{name}.xhtml").decode() for name in ("lamp", "menora")]
    assert ["<pre><code>" in page for page in pages] == [True, False]
    assert '<pre dir="ltr"><code>' in pages[1]
    assert not proof.prove_whole_epub(book, files, NO_WORKERS).problems
