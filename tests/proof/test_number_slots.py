"""What a page says apart from the numbers of printed pages: the same for other numbers, and for nothing else."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from onrecord.editions import html
from onrecord.model import Book, TextLine
from onrecord.model.page_numbers import AFTER_LAST_LETTER, PageStart, Pagination
from onrecord.proof.reading.number_slots import GeneralPage, generalize_page
from onrecord.proof.rules import html as html_rules
from onrecord.proof.rules import page_markers
from onrecord.proof.rules.citations import list_records
from onrecord.proof.rules.html import prove_web_edition
from onrecord.proof.rules.page_markers import read_marked_copy
from onrecord.proof.rules.search_rules import read_search_lines
from onrecord.proof.rules.web_page import WebPageProof, WebPageTask
from onrecord.runtime.cache import Cache
from onrecord.runtime.task_runner import NO_WORKERS, TaskRunner
from tests.support.sample import BOOK, HOW

PAGE = f"{HOW.slug}.html"
HERE, MOVED = ("7", "8", "9"), ("117", "118", "119")
Files = Mapping[str, bytes]


def make_site(folder: Path, labels: tuple[str, ...], book: Book = BOOK) -> Files:
    """Return a web edition in which the first interview has these printed pages; the last one is blank."""
    starts = tuple(PageStart(label, 30 * number) for number, label in enumerate(labels[:-1]))
    pages = {HOW.slug: (*starts, PageStart(labels[-1], AFTER_LAST_LETTER))}
    return html.make_html(book, folder, Pagination("a print edition", pages, labels))


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> Mapping[tuple[str, ...], Files]:
    folder = tmp_path_factory.mktemp("book")
    return {labels: make_site(folder, labels) for labels in (HERE, MOVED)}


@pytest.fixture
def runner(tmp_path: Path) -> TaskRunner:
    return TaskRunner(NO_WORKERS.executor, Cache(tmp_path / "cache"))


def generalize(files: Files, book: Book = BOOK) -> GeneralPage:
    lines, _ = read_search_lines(book, files, Cache(None))
    return generalize_page(files[PAGE], [files[name] for name in list_records(HOW)], lines[HOW.slug])


def test_pages_that_moved_say_the_same_apart_from_their_numbers(sites: Mapping[tuple[str, ...], Files]) -> None:
    here, moved = generalize(sites[HERE]), generalize(sites[MOVED])
    assert (here.labels, moved.labels) == (HERE, MOVED)
    assert here.pieces == moved.pieces
    assert not any(re.search("117|118|119", str(piece)) for piece in moved.pieces)


@pytest.mark.parametrize("name", [PAGE, *list_records(HOW), "search-1.js"])
def test_each_wrong_number_makes_another_page(name: str, sites: Mapping[tuple[str, ...], Files]) -> None:
    """Each number in turn becomes that of another page of the interview, or of none."""
    files = sites[MOVED]
    right, found = generalize(files), [*re.finditer(rb"\b11[789]\b", files[name])]
    assert found
    for number in found:
        for wrong in {b"117", b"118", b"119", b"120"} - {number[0]}:
            spoiled = files[name][: number.start()] + wrong + files[name][number.end() :]
            assert generalize({**files, name: spoiled}).pieces != right.pieces, (number, wrong)


def test_a_number_that_an_author_wrote_stays(tmp_path: Path) -> None:
    """Neither a title that has the form of a mark, nor one that has the form of a citation's end, is replaced."""
    address = HOW.turns[0].address
    title = TextLine(f'From page 117, {address} id="page-117" aria-label="117">', HOW.title.location)
    interviews = (replace(HOW, title=title, short_title=None, reading_key=""), *BOOK.interviews[1:])
    book = replace(BOOK, parts=(replace(BOOK.parts[0], interviews=interviews),))
    pieces = [generalize(make_site(tmp_path, labels, book), book).pieces for labels in (HERE, MOVED)]
    assert pieces[0] == pieces[1]
    page = str(pieces[0][0])
    assert page.count(f"From page 117, {address} ") == page.count("From page") > len(HOW.turns)


@pytest.mark.parametrize(
    "page",
    [
        b'<div class="pagebreak" role="doc-pagebreak" id="page-7" aria-label="8">',
        b'<div class="pagebreak" role="doc-pagebreak" id="page-7" aria-label="7">' * 2,
        b'<div class="pagebreak" role="doc-pagebreak" id="page-7" aria-label="7">\0',
        b'<div class="pagebreak" role="doc-pagebreak" id="page-vii" aria-label="vii">',
    ],
)
def test_pages_with_other_marks_stay_as_they_are(page: bytes) -> None:
    assert generalize_page(page) == GeneralPage((page, b""))


@pytest.mark.parametrize("line", [b"", b"7", b"[]", b'["a",{"b":[1,2,["7"]]}]', b'["a",[["q1","Q1","7","",-1]]]', b"["])
def test_lines_of_the_search_in_other_forms_stay_as_they_are(line: bytes) -> None:
    page = b'<div class="pagebreak" role="doc-pagebreak" id="page-7" aria-label="7">'
    assert generalize_page(page, (), line).pieces[-1] == line


def test_moved_pages_are_not_proved_again(
    sites: Mapping[tuple[str, ...], Files], runner: TaskRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    proved: list[str] = []
    prove_page = html_rules._prove_page

    def prove_and_record(task: WebPageTask) -> WebPageProof:
        proved.append(task.name)
        return prove_page(task)

    monkeypatch.setattr(html_rules, "_prove_page", prove_and_record)
    assert not prove_web_edition(BOOK, sites[HERE], runner).problems
    assert PAGE in proved
    proved.clear()
    assert not prove_web_edition(BOOK, sites[MOVED], runner).problems
    assert PAGE not in proved
    spoiled = {**sites[MOVED], PAGE: sites[MOVED][PAGE].replace(b", 118, ", b", 117, ", 1)}
    assert spoiled[PAGE] != sites[MOVED][PAGE]
    for _ in range(2):  # what is wrong stays wrong
        assert prove_web_edition(BOOK, spoiled, runner).problems


def test_marks_of_moved_pages_are_read_with_their_numbers(
    sites: Mapping[tuple[str, ...], Files], runner: TaskRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From the cache comes what is read anew, but for marks that stand there twice."""
    extra = b'<p><span role="doc-pagebreak" id="page-%b" aria-label="%b"></span></p></article>'
    for suffix in ((), (HERE[0], MOVED[0])):
        here, moved = (
            sites[labels][PAGE].replace(b"</article>", extra % ((labels[0].encode(),) * 2) if suffix else b"</article>")
            for labels in (HERE, MOVED)
        )
        fresh = read_marked_copy(BOOK, "", ".html", [(PAGE, moved)], frozenset(), NO_WORKERS)
        read_marked_copy(BOOK, "", ".html", [(PAGE, here)], frozenset(), runner)
        assert read_marked_copy(BOOK, "", ".html", [(PAGE, moved)], frozenset(), runner) == fresh
        assert [marker.label for marker in fresh.markers[:3]] == [*MOVED]
    monkeypatch.setattr(page_markers, "_read_page", None)
    read_marked_copy(BOOK, "", ".html", [(PAGE, sites[HERE][PAGE])], frozenset(), runner)
