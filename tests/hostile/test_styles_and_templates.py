"""A book's own styles and templates fetch nothing, read nothing else and run nothing."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from onrecord.model.problems import Refused
from tests.support.hostile import QUESTION, build_and_read, list_rules, write_interview

LOADING_STYLES = (
    "@import url(http://127.0.0.1:PORT/a.css);",
    '@import "http://127.0.0.1:PORT/a.css";',
    "p { background: url(http://127.0.0.1:PORT/a.png) }",
    "p::before { content: url(file:///etc/passwd) }",
    "p { background: url(../../secret.png) }",
    "@font-face { font-family: x; src: url(http://127.0.0.1:PORT/x.ttf) } p { font-family: x }",
)


@pytest.mark.parametrize("css", LOADING_STYLES)
@pytest.mark.parametrize(("sheet", "kind"), [("web", "html"), ("epub", "epub"), ("tokens", "html"), ("tokens", "epub")])
def test_styles_of_the_book_load_nothing_on_screens(
    css: str, sheet: str, kind: str, folder: Path, listener: socket.socket
) -> None:
    """They are refused with file and line."""
    css = css.replace("PORT", str(listener.getsockname()[1]))
    (folder / f"styles/{sheet}.css").write_text(f"p {{ color: red }}\n{css}\n", encoding="utf-8")
    with pytest.raises(Refused) as refused:
        build_and_read(folder, (kind,))
    assert [str(problem.location) for problem in refused.value.problems] == [f"styles/{sheet}.css:2"]


@pytest.mark.parametrize("sheet", ["web", "epub", "print", "tokens"])
def test_deep_brackets_in_styles_are_a_problem(sheet: str, folder: Path) -> None:
    """Parsing them must not end in a RecursionError."""
    (folder / f"styles/{sheet}.css").write_text("p { }\nb { color: " + "(" * 3000 + " }", encoding="utf-8")
    with pytest.raises(Refused) as refused:
        build_and_read(folder, ("epub", "html", "pdf"))
    assert list_rules(refused.value.problems) == {"styles-are-shallow"}


@pytest.mark.slow
@pytest.mark.parametrize("css", LOADING_STYLES)
def test_styles_of_the_book_load_nothing_in_print(css: str, folder: Path, listener: socket.socket) -> None:
    """The fetcher refuses, and a message of the layout engine is a problem."""
    css = css.replace("PORT", str(listener.getsockname()[1]))
    (folder / "styles/print.css").write_text(css, encoding="utf-8")
    with pytest.raises(Refused) as refused:
        build_and_read(folder, ("pdf",))
    assert list_rules(refused.value.problems) <= {"layout-is-clean", "styles-fetch-nothing"}


@pytest.mark.parametrize(
    "text",
    [
        "{{ nothing }}",
        "{{ book.__class__.__mro__ }}",
        "{% include '/etc/passwd' %}",
        "{% if %}",
        "{{ 1 // 0 }}",
        "{% include '../../secret.md' %}",
        "{% include 'html/index.html' %}",
    ],
)
def test_templates_of_the_book_stay_in_their_sandbox(text: str, folder: Path) -> None:
    """A mistake or an attack is a problem with the template's name."""
    (folder / "templates/html").mkdir(parents=True)
    (folder / "templates/html/index.html").write_text(f"<p>\n{text}\n</p>", encoding="utf-8")
    with pytest.raises(Refused) as refused:
        build_and_read(folder, ("html",))
    assert {problem.location.file for problem in refused.value.problems} == {"templates/html/index.html"}


@pytest.mark.parametrize("name", ["templates/html/index.html", "styles/web.css"])
def test_styles_and_templates_cannot_be_links_out_of_the_book(name: str, folder: Path) -> None:
    """No other file of the machine gets into a book."""
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).symlink_to(folder.parent / "secret.md")
    with pytest.raises(Refused) as refused:
        build_and_read(folder, ("html",))
    assert {problem.location.file for problem in refused.value.problems} == {name}


def test_a_style_that_the_layout_engine_fails_with_is_named(folder: Path) -> None:
    """WeasyPrint 70 understands this rule and raises a TypeError for a list."""
    write_interview(folder, f"{QUESTION}* A wick.\n* Oil.\n")
    (folder / "styles/print.css").write_text("li::marker { content: '-' }\n", encoding="utf-8")
    with pytest.raises(Refused) as refused:
        build_and_read(folder, ("pdf",))
    (problem,) = refused.value.problems
    assert (problem.location.file, problem.rule) == ("styles/print.css", "layout-is-clean")
    assert "fails with the styles of this book (TypeError" in problem.sentence
