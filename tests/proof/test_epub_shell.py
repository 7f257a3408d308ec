"""What stands around the interviews in an e-book is compared once, and again when anything of it changes."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from onrecord.editions import epub
from onrecord.model import Book, TextLine
from onrecord.model.problems import Problem
from onrecord.model.rule import Rule
from onrecord.proof.rules import epub_shell
from onrecord.proof.rules.epub import prove_whole_epub
from onrecord.proof.rules.web_page import WebPageProof
from onrecord.runtime.cache import Cache
from onrecord.runtime.task_runner import TaskRunner
from tests.support.sample import BOOK
from tests.support.workers import RUNNER

PAGE = f"{BOOK.interviews[0].slug}.xhtml"
TITLE_PAGE = "title-page.xhtml"


@pytest.fixture(scope="module")
def e_book(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return epub.make_epub(BOOK, tmp_path_factory.mktemp("book"))


@pytest.fixture
def runner(tmp_path: Path) -> TaskRunner:
    return TaskRunner(RUNNER.executor, Cache(tmp_path / "cache"))


def change_page(e_book: bytes, name: str, old: bytes, new: bytes) -> bytes:
    """Return the e-book with another page."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(e_book)) as source, zipfile.ZipFile(out, "w") as target:
        for info in source.infolist():
            data = source.read(info)
            if info.filename == f"EPUB/{name}":
                assert old in data
                data = data.replace(old, new, 1)
            target.writestr(info, data)
    return out.getvalue()


def test_pages_that_were_right_are_not_compared_again(
    e_book: bytes, runner: TaskRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared: list[str] = []
    check_page = epub_shell._check_page

    def check_and_record(
        book: Book, name: str, page: WebPageProof, expected_page: Sequence[str] | None
    ) -> Problem | None:
        compared.append(name)
        return check_page(book, name, page, expected_page)

    monkeypatch.setattr(epub_shell, "_check_page", check_and_record)
    assert prove_whole_epub(BOOK, e_book, runner).problems == ()
    assert {PAGE, TITLE_PAGE} <= set(compared)
    compared.clear()
    assert prove_whole_epub(BOOK, e_book, runner).problems == ()
    assert not {PAGE, TITLE_PAGE} & set(compared)


def test_contents_and_people_are_compared_again_when_an_interview_has_another_title(
    e_book: bytes, runner: TaskRunner
) -> None:
    """Their bytes are as they were."""
    assert prove_whole_epub(BOOK, e_book, runner).problems == ()
    second = BOOK.interviews[1]
    renamed = replace(second, title=TextLine("Another title", second.title.location))
    parts = tuple(
        replace(part, interviews=tuple(renamed if interview is second else interview for interview in part.interviews))
        for part in BOOK.parts
    )
    sentences = [problem.sentence for problem in prove_whole_epub(replace(BOOK, parts=parts), e_book, runner).problems]
    for name in ("nav.xhtml", "contributors.xhtml", f"{second.slug}.xhtml"):
        assert any(f"the page “{name}”" in sentence for sentence in sentences), name


@pytest.mark.parametrize("name", [PAGE, TITLE_PAGE])
@pytest.mark.parametrize(
    ("new", "rule"), [(b"<p>News</p></body>", Rule.MARKUP_IS_TRUE), (b"<script/></body>", Rule.NOTHING_ACTS)]
)
def test_a_changed_page_is_compared_again_and_stays_wrong(
    name: str, new: bytes, rule: Rule, e_book: bytes, runner: TaskRunner
) -> None:
    assert prove_whole_epub(BOOK, e_book, runner).problems == ()
    changed = change_page(e_book, name, b"</body>", new)
    for _ in range(2):
        assert rule in {problem.rule for problem in prove_whole_epub(BOOK, changed, runner).problems}
