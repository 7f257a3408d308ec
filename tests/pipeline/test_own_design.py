"""What a book's own style sheets and templates ask for is computed in a worker with limits, and nowhere else."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor, Future
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from onrecord.editions import own_design
from onrecord.editions.pdf.pages.geometry import get_book_geometry
from onrecord.editions.pdf.typesetter import Typesetter, join_print_css
from onrecord.model.problems import Refused
from onrecord.pipeline.formats import FORMATS, make_web_pages, validate_formats
from onrecord.pipeline.load import load_book
from onrecord.pipeline.pdf_reader import PdfReader
from onrecord.runtime.guarded_work import LimitExceeded
from onrecord.runtime.task_runner import NO_WORKERS
from onrecord.wording import translations
from tests.hostile.table import write_book, write_file


class RecordingExecutor(Executor):
    """Runs each call here, and writes down which task it was."""

    def __init__(self) -> None:
        self.tasks: list[str] = []

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        self.tasks.append(args[0].task.__name__)
        future: Future[Any] = Future()
        future.set_result(args[0].task(args[0].value))
        return future


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Write a small book."""
    write_book(tmp_path)
    return tmp_path / "book"


def use_design(folder: Path) -> list[str]:
    """Check a book and make its screens, its print style sheet and a page of print; return what ran in a worker."""
    book, _ = load_book(folder)
    executor = RecordingExecutor()
    runner = replace(NO_WORKERS, executor=executor)
    validate_formats(book, folder, ("html",), executor)
    make_web_pages(book, folder, None, runner)
    FORMATS["epub"].make(book, folder, None, runner)
    page = get_book_geometry(book.trim)
    css = join_print_css(runner, folder, page.build_css(), book.design, "print")
    words = translations.get_interface_texts(book.language)
    Typesetter(book, folder, runner, page, css, words).fill_template("opening", "", is_compact=True)
    return executor.tasks


def test_a_book_without_a_design_needs_no_worker(folder: Path) -> None:
    """Such a build is not slower."""
    assert use_design(folder) == []


def test_style_sheets_are_tried_and_expanded_in_a_worker(folder: Path) -> None:
    """The editions for screens are made of what passed there."""
    write_file(folder / "styles/tokens.css", ":root { --accent: #14425c }\n")
    assert use_design(folder) == ["_validate_here", "_join_print_css"]


@pytest.mark.parametrize("name", ["changes.html", "html/index.html"])
def test_templates_are_filled_in_a_worker(folder: Path, name: str) -> None:
    """One that stands beside the folders of the editions is used by several of them."""
    ours = Path(own_design.__file__).parent / "templates" / name
    write_file(folder / "templates" / name, ours.read_text(encoding="utf-8"))
    screens = ["_make_screens_here"] * (1 if "/" in name else 2)
    print_template = [] if "/" in name else ["_fill_template"]
    assert use_design(folder) == ["_validate_here", *screens, "_join_print_css", *print_template]


@pytest.mark.parametrize(
    ("subject", "place", "rule"),
    [
        ("styles/web.css", "styles/web.css", "styles-are-moderate"),
        ("templates/html/index.html", "templates/html/index.html", "templates-can-be-filled"),
        ("", "styles", "styles-are-moderate"),
    ],
)
def test_a_design_that_is_stopped_is_a_problem_of_its_file(
    folder: Path, monkeypatch: pytest.MonkeyPatch, subject: str, place: str, rule: str
) -> None:
    """The sentence says the limits."""
    write_file(folder / "styles/web.css", "p { color: red }\n")

    def stop(*_: object) -> None:
        raise LimitExceeded("it took longer, and was stopped", subject)

    monkeypatch.setattr(own_design, "run_within_limits", stop)
    with pytest.raises(Refused) as refused:
        own_design.run_guarded(NO_WORKERS.executor, folder, str, "")
    (problem,) = refused.value.problems
    assert (str(problem.location), problem.rule) == (place, rule)
    assert "exceeds 8 s of computing or 420 MB of memory: it took longer" in problem.sentence


def test_a_proof_blames_the_books_own_template_first(folder: Path) -> None:
    """A word that the e-book lost may be the fault of a template, or of the style sheet."""
    book, _ = load_book(folder)
    e_book = FORMATS["epub"].make(book, folder, None, NO_WORKERS)
    renamed = replace(book, title=f"{book.title} and More")
    plain = FORMATS["epub"].prove(renamed, e_book, PdfReader(NO_WORKERS), folder)
    write_file(folder / "templates" / "epub" / "title-page.xhtml", "<section><p>{{ book.title }}</p></section>")
    write_file(folder / "styles" / "epub.css", "p { margin: 0 }")
    report = FORMATS["epub"].prove(renamed, e_book, PdfReader(NO_WORKERS), folder)
    assert "Build again; if" in plain.problems[0].hint
    assert "Build again without the book's own templates/, styles/epub.css" in report.problems[0].hint
