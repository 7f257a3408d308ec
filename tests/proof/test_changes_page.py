"""The page “Changes in this edition”: what it says in each edition, and that the proof notices each lost line."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from onrecord import proof
from onrecord.editions import epub, html
from onrecord.editions.markup import PageRenderer
from onrecord.editions.page_marks import PageMarks
from onrecord.editions.pdf import edition
from onrecord.manuscript import read_book
from onrecord.manuscript.unprinted import list_unprinted
from onrecord.model import Book, edition_comparison
from onrecord.model.book import Offprint
from onrecord.model.problems import Problem
from onrecord.pipeline import single_web
from onrecord.proof.record import format_record
from onrecord.proof.rules.changes_rules import (
    check_changes_are_listed,
    check_printed_changes,
    expect_printed_changes,
    list_changes_lines,
)
from onrecord.proof.rules.pdf import _find_turn_labels
from onrecord.proof.rules.printed_book import read_page_ranges
from onrecord.runtime.interface_texts import load_languages
from onrecord.wording import translations
from onrecord.wording.changed_places import list_changed_places
from tests.support.approval_books import write_approval_book
from tests.support.workers import CACHING_RUNNER, PROVING_RUNNER

pytestmark = pytest.mark.usefixtures("same_fonts_and_cover")

RECORD = "records/first.proof.json"
PAGE = "edition-changes.html"
CAPTAIN = "---\ntitle: Der Kapitän\nlanguage: de\nbyline: Die Redaktion spricht\n---\n\n**Wer fährt?**\n\nNiemand.\n"


@dataclass(frozen=True)
class Printed:
    """A book with changes, its PDF, and what is read of its page of changes."""

    folder: Path
    book: Book
    data: bytes
    blocks: list[str]
    links: list[tuple[str, str]]
    labels: dict[str, str]  # pages of interviews and turns


def write_second_edition(folder: Path) -> Path:
    """Write a book that has a new interview, one that is gone, and one with new, changed and lost pieces."""
    write_approval_book(folder)
    (folder / "interviews/pilot.md").write_text(CAPTAIN.replace("Kapitän", "Lotse"), encoding="utf-8")
    settings = folder / "book.yaml"
    settings.write_text(settings.read_text() + "edition: First edition\n")
    (folder / "records").mkdir()
    (folder / RECORD).write_bytes(format_record(read_book.read_book(folder), {}, ()))
    text = (folder / "interviews/keeper.md").read_text(encoding="utf-8")
    for old, new in (
        ("The desk in conversation", "The whole desk in conversation"),
        ("## The lamp", "## The brass lamp"),
        ("at dusk", "at sunset"),
        ("A tin of", "A box of"),
        ("An editor's note.", "A note."),
        ("### And who puts it out?", "### And why?\n\nBecause.\n\n### And who puts it out?"),
    ):
        assert old in text
        text = text.replace(old, new)
    (folder / "interviews/keeper.md").write_text(text, encoding="utf-8")
    (folder / "interviews/captain.md").write_text(CAPTAIN, encoding="utf-8")
    (folder / "interviews/pilot.md").unlink()
    changes = f"edition: Second edition\nchanges_since: {RECORD}\n"
    settings.write_text(settings.read_text().replace("edition: First edition\n", changes))
    return folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of that book, to be copied by tests that change it."""
    return write_second_edition(tmp_path_factory.mktemp("changes") / "book")


@pytest.fixture(scope="module")
def printed(folder: Path) -> Printed:
    """The book, set and bound once."""
    book = read_book.read_book(folder)
    data = edition.make_pdf(book, folder, CACHING_RUNNER).data
    ranges = read_page_ranges(book, data)
    blocks = [block for page_range in ranges for block in page_range.sections["back.changes"]]
    links = [link for page_range in ranges for link in page_range.front_links if link.section == "back.changes"]
    interviews = {interview.slug: interview for page_range in ranges for interview in page_range.interviews}
    labels = {interview.slug: interview.label for interview in interviews.values()} | _find_turn_labels(interviews)
    return Printed(folder, book, data, blocks, [(link.text, link.target) for link in links], labels)


@pytest.fixture(scope="module")
def site(printed: Printed) -> dict[str, bytes]:
    return html.make_html(printed.book, printed.folder)


def check_print(printed: Printed, blocks: list[str], links: list[tuple[str, str]]) -> list[Problem]:
    return list(check_printed_changes(printed.book, blocks, links, printed.labels))


def test_the_page_says_what_has_changed(printed: Printed) -> None:
    """By interview, with pages in print: what was changed, added and withdrawn."""
    texts = [" ".join(re.sub("[\ufdd0-\ufdef]", " ", block).split()) for block in printed.blocks]
    pages = re.compile(r", page \d+")
    assert [pages.sub("", text) for text in texts] == [
        "Changes in this edition",
        "What has changed since “First edition, 31 January 2026”",
        "Der Kapitän",
        "New.",
        "The Light “at” Night",
        "Changed: Byline; Heading 1; A1; Editor’s note 1; Footnote 1.",
        "New: Q2; A2.",
        "Der Lotse",
        "Withdrawn.",
        "All else is as it was.",
    ]
    assert sum(len(pages.findall(text)) for text in texts) == len(printed.links) == 6
    assert [target for _, target in printed.links] == [
        "captain",
        "keeper",
        "keeper.division-1",
        "keeper.a1",
        "keeper.q2",
        "keeper.a2",
    ]


@pytest.mark.parametrize(
    ("name", "spoil", "slug"),
    [
        ("_compare_interview", lambda changes: changes[:-1], "keeper"),
        ("_compare_interview", lambda changes: changes[1:], "keeper"),
        ("find_changed_places", lambda changes: changes[:-1], "keeper"),
        ("_find_old_names", lambda _names: {"captain": "pilot"}, "captain"),
    ],
)
def test_a_broken_comparison_of_editions_is_refused(
    name: str, spoil: Callable[[Any], Any], slug: str, printed: Printed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The editions and the list that the proof expects come from the same code; the proof counts digests, too."""
    assert list(check_changes_are_listed(replace(printed.book))) == []
    original = getattr(edition_comparison, name)

    def compare(*values: Any) -> Any:
        result = original(*values)
        return spoil(result if isinstance(result, dict) else list(result))

    monkeypatch.setattr(edition_comparison, name, compare)
    problems = list(check_changes_are_listed(replace(printed.book)))
    assert slug in " ".join(problem.sentence for problem in problems)


def test_all_editions_are_proved(printed: Printed, site: dict[str, bytes]) -> None:
    """With contents, bookmarks, page list and sitemap; and made again they have the same bytes."""
    book = printed.book
    assert proof.prove_pdf_file(book, printed.data, printed.data).problems == ()
    assert proof.prove_web_edition(book, site, PROVING_RUNNER).problems == ()
    assert html.make_html(book, printed.folder)[PAGE] == site[PAGE]
    assert b'href="edition-changes.html"' in site["index.html"]
    pagination = edition.make_pdf(book, printed.folder, CACHING_RUNNER).pagination
    e_book, paged = epub.make_epub(book, printed.folder, pagination), html.make_html(book, printed.folder, pagination)
    assert proof.prove_whole_epub(book, e_book).problems == ()
    assert proof.prove_page_parity(book, printed.data, e_book, paged) == ()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"<dd>New.</dd>\n", b""),
        (b">A1</a>", b">A2</a>"),
        (b"keeper.html#", b"captain.html#"),
        (b"Withdrawn", b"New"),
        (b"All else is as it was.", b""),
        (b"First edition, 31", b"First edition, 30"),
        (b"Footnote 1", b"Footnote 2"),
        (b"</dl>", b"<dt>More</dt></dl>"),
    ],
)
def test_a_spoiled_page_is_noticed_on_screens(printed: Printed, site: dict[str, bytes], old: bytes, new: bytes) -> None:
    assert old in site[PAGE]
    spoiled = {**site, PAGE: site[PAGE].replace(old, new, 1)}
    assert proof.prove_web_edition(printed.book, spoiled, PROVING_RUNNER).problems


def test_a_lost_page_is_noticed(printed: Printed, site: dict[str, bytes]) -> None:
    lost = {name: data for name, data in site.items() if name != PAGE}
    assert proof.prove_web_edition(printed.book, lost, PROVING_RUNNER).problems


Spoil = Callable[[list[str]], list[str]]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda blocks: blocks[:-1],
        lambda blocks: [*blocks, "More"],
        lambda blocks: [block for block in blocks if not block.startswith("Withdrawn")],
        lambda blocks: [block.replace("A1", "A2") for block in blocks],
        lambda blocks: [*blocks[:2], *reversed(blocks[2:])],
        lambda blocks: [re.sub(r"page \d+", "page 99", block) for block in blocks],
        lambda blocks: [],
    ],
)
def test_a_spoiled_page_is_noticed_in_print(printed: Printed, spoil: Spoil) -> None:
    assert check_print(printed, printed.blocks, printed.links) == []
    spoiled = spoil(printed.blocks)
    assert spoiled != printed.blocks
    assert [problem.rule.value for problem in check_print(printed, spoiled, printed.links)] == ["changes-are-told"]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda links: links[1:],
        lambda links: [*links, links[0]],
        lambda links: [(links[0][0], links[1][1]), *links[1:]],
        lambda links: [(links[0][0], ""), *links[1:]],
    ],
)
def test_a_wrong_link_is_noticed_in_print(
    printed: Printed, spoil: Callable[[list[tuple[str, str]]], list[tuple[str, str]]]
) -> None:
    problems = check_print(printed, printed.blocks, spoil(printed.links))
    assert [problem.rule.value for problem in problems] == ["links-are-true"]


def test_a_line_that_our_own_code_drops_is_noticed(
    printed: Printed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The edition forgets what is new."""
    changes = list_changed_places(printed.book)
    assert changes
    short = replace(changes, interviews=changes.interviews[1:])
    monkeypatch.setattr("onrecord.wording.changed_places.list_changed_places", lambda *_: short)
    assert proof.prove_web_edition(printed.book, html.make_html(printed.book, tmp_path)).problems
    assert proof.prove_whole_epub(printed.book, epub.make_epub(printed.book, tmp_path)).problems


@pytest.mark.parametrize("language", sorted(load_languages()))
def test_edition_and_proof_agree_in_every_language(printed: Printed, language: str) -> None:
    book = replace(printed.book, language=language)
    changes = list_changed_places(book)
    assert changes
    lines = [changes.since]
    for changed in changes.interviews:
        lines.append(changed.title)
        lines += [
            row.lead + changes.semicolon.join(place.text for place in row.places) + changes.stop for row in changed.rows
        ]
    assert [*lines, changes.closing] == list(list_changes_lines(book))


@pytest.mark.parametrize("language", sorted(load_languages()))
def test_edition_and_proof_agree_on_the_printed_page_in_every_language(printed: Printed, language: str) -> None:
    """With the pages, and the comma of the language before them."""
    book = replace(printed.book, language=language)
    markup = PageRenderer(printed.folder).render_page(
        "print/edition-changes.html",
        book=book,
        marks=PageMarks(None, "print"),
        words=translations.get_interface_texts(language),
        changes=list_changed_places(book, printed.labels),
        numbers=printed.labels,
    )
    elements = re.findall(r"<(h1|p|dt|dd)>(.*?)</\1>", markup, re.DOTALL)
    texts = [re.sub("<[^>]*>|[\u2066-\u2069]", "", content) for _, content in elements]
    assert [unescape(text) for text in texts] == [line.text for line in expect_printed_changes(book, printed.labels)]


def test_packs_and_off_prints_have_no_such_page(printed: Printed) -> None:
    part = replace(printed.book.parts[0], interviews=printed.book.interviews[1:2])
    alone = replace(printed.book, parts=(part,), offprint=Offprint("light"))
    assert list_changed_places(alone) is None
    assert proof.prove_pdf(alone, edition.make_pdf(alone, printed.folder, CACHING_RUNNER).data).problems == ()


def test_an_interview_with_another_name_is_the_same(folder: Path, tmp_path: Path) -> None:
    """If its old address leads to the new one."""
    home = shutil.copytree(folder, tmp_path / "book")
    (home / "interviews/captain.md").write_text(CAPTAIN.replace("Kapitän", "Lotse"), encoding="utf-8")
    settings = (home / "book.yaml").read_text()
    (home / "book.yaml").write_text(f"{settings}redirects: {{pilot: captain}}\n")
    lines = list(list_changes_lines(read_book.read_book(home)))
    assert not [line for line in lines if "Lotse" in line or "Withdrawn" in line]


@pytest.mark.parametrize(
    ("path", "change", "sentence"),
    [
        ("records/other.json", {}, "there is no file “records/other.json” in the book's folder"),
        ("../first.proof.json", {}, "there is no file “../first.proof.json” in the book's folder"),
        (RECORD, {"slug": "other", "title": "Another Book"}, "this is the record of another book, “Another Book”"),
        (RECORD, {"texts": None}, "this is no record of a proof"),
        ("book.yaml", {}, "this is no record of a proof"),
    ],
)
def test_a_record_that_cannot_be_compared_is_an_error(
    folder: Path, tmp_path: Path, path: str, change: dict[str, object], sentence: str
) -> None:
    home = shutil.copytree(folder, tmp_path / "book")
    record = json.loads((home / RECORD).read_text(encoding="utf-8")) | change
    (home / RECORD).write_text(json.dumps(record), encoding="utf-8")
    settings = (home / "book.yaml").read_text().replace(f"changes_since: {RECORD}", f"changes_since: {path}")
    (home / "book.yaml").write_text(settings)
    _, problems = read_book.survey_book(home)
    (problem,) = [problem for problem in problems if problem.rule.value == "record-can-be-read"]
    line = settings[: settings.index("changes_since")].count("\n") + 1
    assert (problem.sentence, problem.location.line) == (sentence, line)
    assert "records/first.proof.json" in problem.hint


def test_an_edition_without_changes_has_no_page_and_says_so(tmp_path: Path) -> None:
    """An old record, without titles and date, can be compared, too."""
    folder = write_approval_book(tmp_path / "book")
    (folder / "records").mkdir()
    record = json.loads(format_record(read_book.read_book(folder), {}, ()))
    old = {key: record[key] for key in ("version", "slug", "title", "texts")}
    (folder / RECORD).write_text(json.dumps(old), encoding="utf-8")
    settings = folder / "book.yaml"
    settings.write_text(f"{settings.read_text()}changes_since: {RECORD}\n")
    book = read_book.read_book(folder)
    assert list_changed_places(book) is None
    assert [str(entry) for entry in list_unprinted(folder, book) if "changes" in str(entry)] == [
        f"page of changes: {RECORD} (nothing has changed since that edition)"
    ]
    path = folder / "interviews/keeper.md"
    path.write_text(path.read_text(encoding="utf-8").replace("at dusk", "at dawn"), encoding="utf-8")
    changes = list_changed_places(read_book.read_book(folder))
    assert changes
    assert changes.since == "What has changed since “The Harbour Light”"


def test_the_web_edition_in_one_file_has_the_page(printed: Printed, site: dict[str, bytes]) -> None:
    """The link to it leads into the file, and a file without it is refused."""
    (data,) = single_web.make_group(printed.book, site).files.values()
    assert b'id="edition-changes"' in data
    assert b'href="#edition-changes"' in data
    other_files = {name: content for name, content in site.items() if name != "edition-changes.html"}
    (shorter,) = single_web.make_group(printed.book, other_files).files.values()
    problems = proof.prove_single_file(printed.book, site, shorter, printed.book.location)
    assert "edition-changes.html" in problems[0].sentence
