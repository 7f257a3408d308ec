"""The page cache of e-book and web edition: a page is built and proved again only if it changed."""

from __future__ import annotations

import pickle
import shutil
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from onrecord.editions import cover, epub, html, markup
from onrecord.model import Book
from onrecord.model.book import OfferedFile
from onrecord.model.page_numbers import AFTER_LAST_LETTER, PageStart, Pagination
from onrecord.pipeline.load import load_book
from onrecord.proof import prove_epub, prove_html
from onrecord.proof.rules import epub as epub_proof
from onrecord.proof.rules import html as html_proof
from onrecord.runtime.cache import Cache
from onrecord.runtime.fingerprints import compute_fingerprint
from onrecord.runtime.task_runner import NO_WORKERS, TaskRunner
from tests.proof.test_sabotage_epub import repack
from tests.support.sample import RUNNER
from tests.support.workers import MemoryCache

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
TITLES = ("setting", "proving", "delivering")


@dataclass(frozen=True)
class FirstBuild:
    """A book, the cache after its first build, and the two editions of it."""

    folder: Path
    entries: Mapping[str, bytes]
    editions: tuple[bytes, dict[str, bytes]]


@pytest.fixture(scope="module", autouse=True)
def small_covers() -> Iterator[None]:
    """Draw covers of one colour, computed from all that a cover depends on: pages hold only its address."""

    def draw_small_cover(book: Book, *look: object) -> bytes:
        out = BytesIO()
        red, green, blue, *_ = compute_fingerprint(*cover.list_texts(book), *look).encode()
        Image.new("RGB", (16, 24), (red, green, blue)).save(out, "PNG")
        return out.getvalue()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cover, "draw_cover", draw_small_cover)
        yield


@pytest.fixture(scope="module")
def first_build(tmp_path_factory: pytest.TempPathFactory) -> FirstBuild:
    """Write three interviews, the first of which refers to a turn of the last, and build both editions with a cache."""
    folder = tmp_path_factory.mktemp("pages") / "book"
    (folder / "interviews").mkdir(parents=True)
    (folder / "book.yaml").write_text("title: The Press\ndate: 2026-01-01\n", encoding="utf-8")
    for title in TITLES:
        link = ", as [the last](delivering#what) tells" if title == "setting" else ""
        get_interview_path(folder, title).write_text(INTERVIEW.format(title=title, link=link), encoding="utf-8")
    cache = MemoryCache()
    return FirstBuild(folder, cache.entries, build_editions(folder, TaskRunner(RUNNER.executor, cache)))


@pytest.fixture
def folder(first_build: FirstBuild, tmp_path: Path) -> Path:
    """Copy the book, so that a test can change it."""
    return shutil.copytree(first_build.folder, tmp_path / "book")


@pytest.fixture
def runner(first_build: FirstBuild) -> TaskRunner:
    """Provide the cache as the first build left it."""
    return TaskRunner(RUNNER.executor, MemoryCache(first_build.entries))


@pytest.fixture
def render_counts(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Count the interviews that are rendered for a screen, and those compared with a page."""
    counts: Counter[str] = Counter()
    render_interview: Any = markup.PageRenderer.render_interview

    def count_and_render(
        self: markup.PageRenderer, interview: Any, book: Book, edition: str, *args: Any, **values: Any
    ) -> Any:
        counts[edition] += 1
        return render_interview(self, interview, book, edition, *args, **values)

    monkeypatch.setattr(markup.PageRenderer, "render_interview", count_and_render)
    for name, module in (("epub proof", epub_proof), ("html proof", html_proof)):
        monkeypatch.setattr(module, "compare_interview", _count_calls(counts, name, module.compare_interview))
    return counts


def _count_calls(counts: Counter[str], name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    def count_and_call(*args: Any) -> Any:
        counts[name] += 1
        return function(*args)

    return count_and_call


def get_interview_path(folder: Path, title: str) -> Path:
    return folder / "interviews" / f"{title}.md"


def replace_in_interview(folder: Path, title: str, old: str, new: str) -> None:
    path = get_interview_path(folder, title)
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def read_book(folder: Path, runner: TaskRunner) -> Book:
    return load_book(folder, runner=runner)[0]


def build_pagination(book: Book, first: int = 1) -> Pagination:
    """Build page numbers with two pages and a blank one for every interview."""
    pages_by_slug = {}
    for number, interview in enumerate(book.interviews):
        page = first + number * 3
        pages_by_slug[interview.slug] = (
            PageStart(f"{page}"),
            PageStart(f"{page + 1}", 30),
            PageStart(f"{page + 2}", AFTER_LAST_LETTER),
        )
    labels = tuple(page.label for pages in pages_by_slug.values() for page in pages)
    return Pagination("a print edition", pages_by_slug, labels)


def build_editions(folder: Path, runner: TaskRunner, first: int = 1) -> tuple[bytes, dict[str, bytes]]:
    """Build both editions and prove them."""
    book = read_book(folder, runner)
    return build_e_book(book, folder, runner, first), build_web(book, folder, runner, first)


def build_e_book(book: Book, folder: Path, runner: TaskRunner, first: int = 1) -> bytes:
    """Build the e-book and prove it."""
    e_book = make_e_book(book, folder, runner, first)
    assert prove_epub(book, e_book, runner).problems == ()
    return e_book


def build_web(book: Book, folder: Path, runner: TaskRunner, first: int = 1) -> dict[str, bytes]:
    """Build the web edition and prove it."""
    web = make_web(book, folder, runner, first)
    assert prove_html(book, web, runner).problems == ()
    return web


def build_without_cache(folder: Path, first: int = 1) -> tuple[bytes, dict[str, bytes]]:
    """Build both editions anew, to compare them with editions that are proved."""
    book = read_book(folder, NO_WORKERS)
    return make_e_book(book, folder, NO_WORKERS, first), make_web(book, folder, NO_WORKERS, first)


def make_e_book(book: Book, folder: Path, runner: TaskRunner, first: int = 1) -> bytes:
    return epub.make_epub(book, folder, build_pagination(book, first), runner)


def make_web(book: Book, folder: Path, runner: TaskRunner, first: int = 1) -> dict[str, bytes]:
    return html.make_html(book, folder, build_pagination(book, first), runner)


def read_pages(e_book: bytes) -> Iterator[tuple[str, str]]:
    with zipfile.ZipFile(BytesIO(e_book)) as archive:
        yield from ((name, archive.read(name).decode()) for name in archive.namelist() if name.endswith(".xhtml"))


def test_an_unchanged_page_is_neither_built_nor_proved(
    folder: Path, tmp_path: Path, render_counts: Counter[str]
) -> None:
    """The cache is one of files, as that of a user."""
    runner = TaskRunner(RUNNER.executor, Cache(tmp_path / "new"))
    first = build_editions(folder, runner)
    assert set(render_counts.values()) == {len(TITLES)}
    render_counts.clear()
    assert build_editions(folder, runner) == first
    assert not render_counts


def test_a_changed_word_rebuilds_one_page_of_each_edition(
    folder: Path, runner: TaskRunner, render_counts: Counter[str]
) -> None:
    """The bytes are those of a build without a cache."""
    replace_in_interview(folder, "proving", "It goes on.", "It goes on and on.")
    warm = build_editions(folder, runner)
    assert render_counts == {"epub": 1, "html": 1, "epub proof": 1, "html proof": 1}
    assert warm == build_without_cache(folder)


def test_other_page_numbers_are_filled_in_without_rendering(
    folder: Path, runner: TaskRunner, render_counts: Counter[str]
) -> None:
    """When an earlier interview grows by a page, every page is filled in again, and right as it was."""
    warm = build_editions(folder, runner, first=21)
    assert not render_counts
    assert warm == build_without_cache(folder, first=21)
    assert b'"page": "24-25"' in warm[1]["proving.csl.json"]
    assert not any(b"slot-" in data for data in warm[1].values())
    assert not any("slot-" in text for _, text in read_pages(warm[0]))


def test_a_page_that_refers_to_a_turn_follows_its_number(
    folder: Path, runner: TaskRunner, render_counts: Counter[str]
) -> None:
    """“see Q1” becomes “see Q2” although the file of the page did not change."""
    replace_in_interview(folder, "delivering", "**What does", "**Who asks?**\n\nThe desk.\n\n**What does")
    warm = build_editions(folder, runner)
    assert render_counts == {"epub": 2, "html": 2, "epub proof": 2, "html proof": 2}
    assert b'<span class="xref"> Q2</span>' in warm[1]["setting.html"]
    assert warm == build_without_cache(folder)


def test_a_changed_title_rebuilds_the_web_pages_of_its_neighbours(
    folder: Path, runner: TaskRunner, render_counts: Counter[str]
) -> None:
    """Web pages link to the next interview by its title; e-book pages do not."""
    replace_in_interview(folder, "delivering", "title: delivering", "title: Delivering at last")
    warm = build_editions(folder, runner)
    assert (render_counts["epub"], render_counts["html"]) == (1, 3)  # every page whose contents name it
    assert warm == build_without_cache(folder)


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
def test_a_changed_setting_of_the_book_changes_the_pages(
    first_build: FirstBuild, folder: Path, runner: TaskRunner, line: str
) -> None:
    with (folder / "book.yaml").open("a", encoding="utf-8") as file:
        file.write(f"{line}\n")
    after = build_editions(folder, runner)
    assert after != first_build.editions
    assert after == build_without_cache(folder)


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
    first_build: FirstBuild, folder: Path, runner: TaskRunner, file: str, old: str, new: str
) -> None:
    """It may use any value of the book, so every page is built again."""
    is_epub = file.startswith("epub/")
    build, make = (build_e_book, make_e_book) if is_epub else (build_web, make_web)
    before = first_build.editions[0 if is_epub else 1]
    book = read_book(folder, runner)
    text = (Path(markup.__file__).parent / "templates" / file).read_text(encoding="utf-8")
    assert old in text
    path = folder / "templates" / file
    path.parent.mkdir(parents=True)
    path.write_text(text.replace(old, new), encoding="utf-8")
    changed = build(book, folder, runner)
    assert changed != before
    path.write_text(text.replace(old, new.replace("own", "other")), encoding="utf-8")
    changed_again = make(book, folder, runner)
    assert changed_again != changed
    assert changed_again == make(book, folder, NO_WORKERS)


def test_a_changed_style_changes_only_the_style_sheet(
    first_build: FirstBuild, folder: Path, runner: TaskRunner, render_counts: Counter[str]
) -> None:
    (folder / "styles").mkdir()
    (folder / "styles" / "web.css").write_text(".turn { margin-top: 3rem }", encoding="utf-8")
    after = build_editions(folder, runner)
    assert not render_counts
    before = first_build.editions
    assert {name for name in after[1] if after[1][name] != before[1][name]} == {"style.css"}


def test_workers_build_the_same_pages_as_this_process(
    folder: Path, runner: TaskRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The bytes and the proofs are the same."""
    monkeypatch.setattr("onrecord.runtime.task_runner._SMALL_STAGE", 0)
    assert build_editions(folder, RUNNER) == build_without_cache(folder)


# --- sabotage ---------------------------------------------------------------------------------------


def test_a_damaged_cache_entry_is_ignored_and_rebuilt(first_build: FirstBuild, folder: Path, tmp_path: Path) -> None:
    runner = TaskRunner(RUNNER.executor, Cache(tmp_path / "cache"))
    for key, entry in first_build.entries.items():
        runner.cache.put(key, pickle.loads(entry))
    for path in (tmp_path / "cache").glob("??/*"):
        data = bytearray(path.read_bytes())
        data[len(data) // 2] ^= 1
        path.write_bytes(data)
    assert build_editions(folder, runner) == first_build.editions
    assert runner.cache.damaged >= len(first_build.entries) // 2


SPOILED: dict[str, tuple[str, Callable[[bytes], bytes], str]] = {
    "a word": ("setting", lambda data: data.replace(b"It goes on.", b"It goes."), "every-word-is-there"),
    "a byline": (
        "setting",
        lambda data: data.replace(b"The desk asks about", b"They ask about"),
        "byline-to-the-letter",
    ),
    "a reference": ("setting", lambda data: data.replace(b'"xref"> Q1', b'"xref"> Q2'), "references-are-right"),
    "an address": ("proving", lambda data: data.replace(b">A2</a>", b">A1</a>", 1), "addresses-are-right"),
}


@pytest.mark.parametrize("name", SPOILED)
def test_an_altered_page_is_refused_although_its_proof_was_cached(
    first_build: FirstBuild, folder: Path, runner: TaskRunner, name: str
) -> None:
    """A cached proof counts only for the same bytes."""
    e_book, web = first_build.editions
    book = read_book(folder, runner)
    slug, spoil, rule = SPOILED[name]
    assert spoil(web[f"{slug}.html"]) != web[f"{slug}.html"]
    spoiled = {**web, f"{slug}.html": spoil(web[f"{slug}.html"])}
    assert rule in {problem.rule for problem in prove_html(book, spoiled, runner).problems}
    data = repack(e_book, lambda file, data: spoil(data) if file.endswith(f"/{slug}.xhtml") else data)
    assert rule in {problem.rule for problem in prove_epub(book, data, runner).problems}


def test_proved_pages_must_not_change_places(first_build: FirstBuild, folder: Path, runner: TaskRunner) -> None:
    """Both pages have cached proofs, but each stands in the place of the other."""
    e_book, web = first_build.editions
    book = read_book(folder, runner)
    swapped = {**web, "setting.html": web["proving.html"], "proving.html": web["setting.html"]}
    assert {problem.rule for problem in prove_html(book, swapped, runner).problems} >= {"every-interview-is-there"}
    with zipfile.ZipFile(BytesIO(e_book)) as archive:
        chapters = {title: archive.read(f"EPUB/{title}.xhtml") for title in ("setting", "proving")}
    others = {"EPUB/setting.xhtml": chapters["proving"], "EPUB/proving.xhtml": chapters["setting"]}
    data = repack(e_book, lambda file, data: others.get(file, data))
    assert {problem.rule for problem in prove_epub(book, data, runner).problems} >= {"order-is-kept"}
    twice = repack(e_book, lambda file, data: chapters["setting"] if file == "EPUB/proving.xhtml" else data)
    rules = {problem.rule for problem in prove_epub(book, twice, runner).problems}
    assert rules >= {"nothing-is-added", "every-interview-is-there"}


def test_a_cached_proof_does_not_count_for_a_changed_manuscript(
    first_build: FirstBuild, folder: Path, runner: TaskRunner
) -> None:
    """The bytes of the page are the same, its source is not."""
    e_book, web = first_build.editions
    replace_in_interview(folder, "setting", "It goes on.", "It goes further.")
    book = read_book(folder, runner)
    for report in (prove_epub(book, e_book, runner), prove_html(book, web, runner)):
        assert {problem.location.file for problem in report.problems} == {"interviews/setting.md"}


def test_a_style_sheet_that_hides_words_is_caught_although_the_proofs_are_cached(
    first_build: FirstBuild, folder: Path, runner: TaskRunner
) -> None:
    e_book, web = first_build.editions
    book = read_book(folder, runner)
    hiding = b"\n.byline { display: none }\n"
    assert not prove_html(book, {**web, "style.css": web["style.css"] + hiding}, runner).is_proved
    data = repack(e_book, lambda file, data: data + hiding if file.endswith(".css") else data)
    assert not prove_epub(book, data, runner).is_proved


def test_an_altered_citation_record_is_refused(first_build: FirstBuild, folder: Path, runner: TaskRunner) -> None:
    """The record for reference managers is proved with its page."""
    _, web = first_build.editions
    name = "setting.csl.json"
    spoiled = {**web, name: web[name].replace(b"setting desk", b"other desk")}
    (problem, *_) = prove_html(read_book(folder, runner), spoiled, runner).problems
    assert problem.rule == "citations-are-true"


def test_the_first_page_is_filled_again_for_another_size_of_an_edition(folder: Path, tmp_path: Path) -> None:
    """It is the only page that says how large the other editions are."""
    runner = TaskRunner(RUNNER.executor, Cache(tmp_path / "new"))
    book = read_book(folder, runner)
    (part,) = book.parts
    (interview,) = (interview for interview in part.interviews if interview.slug == "delivering")
    book = replace(book, parts=(replace(part, interviews=(interview,)),))
    for size in (12_000, 15_000, 15_001):
        book = replace(book, offered=(OfferedFile("epub", size),))
        page = html.make_html(book, folder, None, runner)["index.html"]
        assert html.format_size(size).encode() in page
        assert page == html.make_html(book, folder)["index.html"]
