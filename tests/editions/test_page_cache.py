"""What is kept of e-book and web edition: a page is made and proved again when anything of it changed, and only then."""

from __future__ import annotations

import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from onrecord.editions import epub, html, markup
from onrecord.model import Book
from onrecord.pipeline.load import load_book
from onrecord.proof import prove_epub, prove_html
from onrecord.proof.rules import epub as epub_proof
from onrecord.proof.rules import html as html_proof
from onrecord.runtime.cache import Cache
from onrecord.runtime.task_runner import NO_WORKERS, TaskRunner
from onrecord.wording.page_numbers import AFTER_LAST_LETTER, PageStart, Pagination
from tests.proof.test_sabotage_epub import repacked
from tests.support.sample import PRESS

INTERVIEW = """---
title: {title}
byline: The desk asks about {title}
people: [{{name: The {title} desk, role: interviewee, affiliation: On Record}}]
disclaimer: none
---

**What does {title} do?** {{#what}}

It is done in its turn{link}.

**And then?**

It goes on.
"""
TITLES = ("setting", "binding", "proving", "delivering")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Four interviews; the second refers to a turn of the last."""
    folder = tmp_path / "book"
    (folder / "interviews").mkdir(parents=True)
    (folder / "book.yaml").write_text("title: The Press\ndate: 2026-01-01\n", encoding="utf-8")
    for title in TITLES:
        link = ", as [the last](delivering#what) tells" if title == "binding" else ""
        path_of(folder, title).write_text(INTERVIEW.format(title=title, link=link), encoding="utf-8")
    return folder


@pytest.fixture
def runner(tmp_path: Path) -> TaskRunner:
    return TaskRunner(PRESS.executor, Cache(tmp_path / "cache"))


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Counts the interviews that are written for a screen, and those that are compared with a page."""
    counted: Counter[str] = Counter()
    write: Any = markup.PageRenderer.render_interview

    def interview(self: markup.PageRenderer, one: Any, book: Book, edition: str, *args: Any, **values: Any) -> Any:
        counted[edition] += 1
        return write(self, one, book, edition, *args, **values)

    monkeypatch.setattr(markup.PageRenderer, "render_interview", interview)
    for name, module in (("epub proof", epub_proof), ("html proof", html_proof)):
        monkeypatch.setattr(module, "compare_interview", _counted(counted, name, module.compare_interview))
    return counted


def _counted(counted: Counter[str], name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    def counting(*args: Any) -> Any:
        counted[name] += 1
        return function(*args)

    return counting


def path_of(folder: Path, title: str) -> Path:
    return folder / "interviews" / f"{title}.md"


def change(folder: Path, title: str, old: str, new: str) -> None:
    path = path_of(folder, title)
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def read(folder: Path, runner: TaskRunner) -> Book:
    return load_book(folder, runner=runner)[0]


def paged(book: Book, first: int = 1) -> Pagination:
    """A print edition in which every interview has two pages and a blank one."""
    leaves = {}
    for number, one in enumerate(book.interviews):
        page = first + number * 3
        leaves[one.slug] = (
            PageStart(f"{page}"),
            PageStart(f"{page + 1}", 30),
            PageStart(f"{page + 2}", AFTER_LAST_LETTER),
        )
    labels = tuple(page.label for pages in leaves.values() for page in pages)
    return Pagination("a print edition", leaves, labels)


def made(folder: Path, runner: TaskRunner, first: int = 1) -> tuple[bytes, dict[str, bytes]]:
    """Both editions, made and proved."""
    book = read(folder, runner)
    pagination = paged(book, first)
    e_book, web = epub.make_epub(book, folder, pagination, runner), html.make_html(book, folder, pagination, runner)
    assert prove_epub(book, e_book, runner).problems == ()
    assert prove_html(book, web, runner).problems == ()
    return e_book, web


def pages(e_book: bytes) -> Iterator[tuple[str, str]]:
    with zipfile.ZipFile(BytesIO(e_book)) as archive:
        yield from ((name, archive.read(name).decode()) for name in archive.namelist() if name.endswith(".xhtml"))


def test_what_did_not_change_is_neither_made_nor_proved(folder: Path, runner: TaskRunner, work: Counter[str]) -> None:
    first = made(folder, runner)
    assert set(work.values()) == {len(TITLES)}
    work.clear()
    assert made(folder, runner) == first
    assert not work


def test_a_word_costs_one_page_of_each_edition(folder: Path, runner: TaskRunner, work: Counter[str]) -> None:
    """And both are the bytes of an edition that was made of nothing."""
    made(folder, runner)
    change(folder, "proving", "It goes on.", "It goes on and on.")
    work.clear()
    warm = made(folder, runner)
    assert work == {"epub": 1, "html": 1, "epub proof": 1, "html proof": 1}
    assert warm == made(folder, NO_WORKERS)


def test_other_page_numbers_are_filled_in(folder: Path, runner: TaskRunner, work: Counter[str]) -> None:
    """When an earlier interview grows by a page nothing is written again, but every page has other bytes, and is proved."""
    made(folder, runner)
    work.clear()
    warm = made(folder, runner, first=21)
    assert work == {"epub proof": 4, "html proof": 4}
    assert warm == made(folder, NO_WORKERS, first=21)
    assert b'"page": "24-25"' in warm[1]["delivering.csl.json"]
    assert not any(b"slot-" in data for data in warm[1].values())
    assert not any("slot-" in text for _, text in pages(warm[0]))


def test_a_page_that_refers_to_a_turn_follows_its_number(folder: Path, runner: TaskRunner, work: Counter[str]) -> None:
    """“see Q1” becomes “see Q2” although its own file is what it was."""
    made(folder, runner)
    change(folder, "delivering", "**What does", "**Who asks?**\n\nThe desk.\n\n**What does")
    work.clear()
    warm = made(folder, runner)
    assert work == {"epub": 2, "html": 2, "epub proof": 2, "html proof": 2}
    assert b'<span class="xref"> Q2</span>' in warm[1]["binding.html"]
    assert warm == made(folder, NO_WORKERS)


def test_a_neighbour_with_another_title_changes_the_web_page_alone(
    folder: Path, runner: TaskRunner, work: Counter[str]
) -> None:
    """The way to the next interview says its title; the e-book has no such way."""
    made(folder, runner)
    change(folder, "delivering", "title: delivering", "title: Delivering at last")
    work.clear()
    warm = made(folder, runner)
    assert (work["epub"], work["html"]) == (1, 3)  # itself, and those before and behind it
    assert warm == made(folder, NO_WORKERS)


@pytest.mark.parametrize(
    "line",
    [
        "publisher: The Desk",
        "rights: All of them",
        "language: de",
        "url: https://example.org/",
        "editors: [The Editor]",
    ],
)
def test_what_the_book_says_changes_every_page(folder: Path, runner: TaskRunner, line: str) -> None:
    before = made(folder, runner)
    with (folder / "book.yaml").open("a", encoding="utf-8") as file:
        file.write(f"{line}\n")
    after = made(folder, runner)
    assert after != before
    assert after == made(folder, NO_WORKERS)


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("html/interview.html", "{{ article }}", '{{ article }}<hr class="own">'),
        ("html/base.html", '<main id="main">', '<main id="main" class="own">'),
        ("html/index.html", '<section class="cover"', '<section class="cover own"'),
        ("epub/interview.xhtml", "{{ article }}", '{{ article }}<hr class="own"/>'),
        ("epub/base.xhtml", "<title>", '<meta name="robots" content="own"/><title>'),
    ],
)
def test_a_template_of_the_book_changes_its_pages(
    folder: Path, runner: TaskRunner, file: str, old: str, new: str
) -> None:
    """It may ask for anything in the book: then every page is made of it as it is now."""
    before = made(folder, runner)
    text = (Path(markup.__file__).parent / "templates" / file).read_text(encoding="utf-8")
    assert old in text
    for name in (new, new.replace("own", "other")):
        own = folder / "templates" / file
        own.parent.mkdir(parents=True, exist_ok=True)
        own.write_text(text.replace(old, name), encoding="utf-8")
        after = made(folder, runner)
        assert after != before
        assert after == made(folder, NO_WORKERS)
        before = after


def test_a_style_changes_no_page_but_its_sheet(folder: Path, runner: TaskRunner, work: Counter[str]) -> None:
    before = made(folder, runner)
    (folder / "styles").mkdir()
    (folder / "styles" / "web.css").write_text(".turn { margin-top: 3rem }", encoding="utf-8")
    work.clear()
    after = made(folder, runner)
    assert not work
    assert {name for name in after[1] if after[1][name] != before[1][name]} == {"style.css"}


def test_many_pages_are_made_by_workers_as_here(
    folder: Path, runner: TaskRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The bytes and the proofs are the same."""
    monkeypatch.setattr("onrecord.runtime.task_runner._SMALL_STAGE", 0)
    assert made(folder, runner) == made(folder, NO_WORKERS)


# --- sabotage ---------------------------------------------------------------------------------------


def test_damage_in_the_cache_is_made_good(folder: Path, runner: TaskRunner, tmp_path: Path) -> None:
    first = made(folder, runner)
    for path in (tmp_path / "cache").glob("??/*"):
        data = bytearray(path.read_bytes())
        data[len(data) // 2] ^= 1
        path.write_bytes(data)
    assert made(folder, runner) == first
    assert runner.cache.damaged


SPOILED: dict[str, tuple[str, Callable[[bytes], bytes], str]] = {
    "a word": ("setting", lambda data: data.replace(b"It goes on.", b"It goes."), "every-word-is-there"),
    "a byline": (
        "setting",
        lambda data: data.replace(b"The desk asks about", b"They ask about"),
        "byline-to-the-letter",
    ),
    "a reference": ("binding", lambda data: data.replace(b'"xref"> Q1', b'"xref"> Q2'), "references-are-right"),
    "an address": ("proving", lambda data: data.replace(b">A2</a>", b">A1</a>", 1), "addresses-are-right"),
}


@pytest.mark.parametrize("name", SPOILED)
def test_a_page_that_was_altered_is_refused_although_its_proof_was_kept(
    folder: Path, runner: TaskRunner, name: str
) -> None:
    """What is known of a page is known of its bytes alone."""
    e_book, web = made(folder, runner)
    book = read(folder, runner)
    slug, spoil, rule = SPOILED[name]
    assert spoil(web[f"{slug}.html"]) != web[f"{slug}.html"]
    spoiled = {**web, f"{slug}.html": spoil(web[f"{slug}.html"])}
    assert rule in {problem.rule for problem in prove_html(book, spoiled, runner).problems}
    data = repacked(e_book, lambda file, data: spoil(data) if file.endswith(f"/{slug}.xhtml") else data)
    assert rule in {problem.rule for problem in prove_epub(book, data, runner).problems}


def test_pages_that_were_proved_may_not_change_places(folder: Path, runner: TaskRunner) -> None:
    """Each of the two is known, but in the place of the other it is not the page of its interview."""
    e_book, web = made(folder, runner)
    book = read(folder, runner)
    swapped = {**web, "setting.html": web["proving.html"], "proving.html": web["setting.html"]}
    assert {one.rule for one in prove_html(book, swapped, runner).problems} >= {"every-interview-is-there"}
    with zipfile.ZipFile(BytesIO(e_book)) as archive:
        chapters = {title: archive.read(f"EPUB/{title}.xhtml") for title in ("setting", "proving")}
    others = {"EPUB/setting.xhtml": chapters["proving"], "EPUB/proving.xhtml": chapters["setting"]}
    data = repacked(e_book, lambda file, data: others.get(file, data))
    assert {one.rule for one in prove_epub(book, data, runner).problems} >= {"order-is-kept"}
    twice = repacked(e_book, lambda file, data: chapters["setting"] if file == "EPUB/proving.xhtml" else data)
    rules = {one.rule for one in prove_epub(book, twice, runner).problems}
    assert rules >= {"nothing-is-added", "every-interview-is-there"}


def test_a_page_is_not_known_to_a_manuscript_that_changed(folder: Path, runner: TaskRunner) -> None:
    """The same bytes are no proof of other words."""
    e_book, web = made(folder, runner)
    change(folder, "setting", "It goes on.", "It goes further.")
    book = read(folder, runner)
    for report in (prove_epub(book, e_book, runner), prove_html(book, web, runner)):
        assert {one.location.file for one in report.problems} == {"interviews/setting.md"}


def test_a_style_sheet_that_hides_words_is_caught_although_the_pages_are_known(
    folder: Path, runner: TaskRunner
) -> None:
    e_book, web = made(folder, runner)
    book = read(folder, runner)
    hiding = b"\n.byline { display: none }\n"
    assert not prove_html(book, {**web, "style.css": web["style.css"] + hiding}, runner).is_proved
    data = repacked(e_book, lambda file, data: data + hiding if file.endswith(".css") else data)
    assert not prove_epub(book, data, runner).is_proved


def test_a_record_that_was_altered_is_refused(folder: Path, runner: TaskRunner) -> None:
    """The record for reference managers is proved with its page."""
    _, web = made(folder, runner)
    name = "setting.csl.json"
    spoiled = {**web, name: web[name].replace(b"setting desk", b"other desk")}
    (problem, *_) = prove_html(read(folder, runner), spoiled, runner).problems
    assert problem.rule == "citations-are-true"
