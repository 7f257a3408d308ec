"""What stands around the interviews in a web edition is compared once, and again when anything of it changes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from onrecord.editions import html
from onrecord.model import Book, TextLine
from onrecord.model.rule import Rule
from onrecord.proof.rules import web_places, web_shell
from onrecord.proof.rules.html import prove_web_edition
from onrecord.proof.rules.web_page import WebPageProof
from onrecord.runtime.cache import Cache
from onrecord.runtime.task_runner import TaskRunner
from tests.support.sample import BOOK
from tests.support.workers import RUNNER

FIRST, SECOND = BOOK.interviews
PAGE = f"{FIRST.slug}.html"


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    return html.make_html(BOOK, tmp_path_factory.mktemp("book"))


@pytest.fixture
def runner(tmp_path: Path) -> TaskRunner:
    return TaskRunner(RUNNER.executor, Cache(tmp_path / "cache"))


@pytest.fixture
def compared(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The pages that are compared from now on."""
    names: list[str] = []
    check_page = web_shell._check_page

    def check_and_record(book: Book, place: web_places.PagePlace, page: WebPageProof, **options: bool) -> object:
        names.append(place.name)
        return check_page(book, place, page, **options)

    monkeypatch.setattr(web_shell, "_check_page", check_and_record)
    return names


def prove(book: Book, files: dict[str, bytes], runner: TaskRunner) -> list[tuple[Rule, str]]:
    report = prove_web_edition(book, files, runner)
    return [(problem.rule, problem.sentence) for problem in report.problems]


def test_pages_that_were_right_are_not_compared_again(
    files: dict[str, bytes], runner: TaskRunner, compared: list[str]
) -> None:
    assert prove(BOOK, files, runner) == []
    assert PAGE in compared
    compared.clear()
    assert prove(BOOK, files, runner) == []
    assert PAGE not in compared
    assert "index.html" in compared


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data.replace(b'rel="next"', b'rel="prev"', 1),
        lambda data: data.replace(b"</header>", b"<p>News</p></header>", 1),
        lambda data: data.replace(b"</footer>", b'<img src="https://example.org/x.png" alt=""></footer>', 1),
    ],
)
def test_a_changed_page_is_compared_again(
    change: Callable[[bytes], bytes], files: dict[str, bytes], runner: TaskRunner
) -> None:
    assert prove(BOOK, files, runner) == []
    changed = change(files[PAGE])
    assert changed != files[PAGE]
    assert prove(BOOK, files | {PAGE: changed}, runner)


def test_pages_are_compared_again_when_the_book_around_them_changes(
    files: dict[str, bytes], runner: TaskRunner
) -> None:
    """The title of the interview beside it stands on a page whose bytes and whose interview are as they were."""
    assert prove(BOOK, files, runner) == []
    renamed = replace(SECOND, title=TextLine("Another title", SECOND.title.location))
    book = replace(BOOK, parts=(replace(BOOK.parts[0], interviews=(FIRST, renamed)), *BOOK.parts[1:]))
    sentences = [sentence for _, sentence in prove(book, files, runner)]
    assert any(f"“{PAGE}”" in sentence for sentence in sentences)


def test_a_page_that_was_wrong_is_wrong_again(files: dict[str, bytes], runner: TaskRunner) -> None:
    wrong = files | {PAGE: files[PAGE].replace(b'rel="next"', b'rel="prev"', 1)}
    first = prove(BOOK, wrong, runner)
    assert first
    assert prove(BOOK, wrong, runner) == first
