"""What is not printed is listed, once for each kind; files in interviews/ that are not read are reported."""

from __future__ import annotations

from pathlib import Path

import pytest

from onrecord.manuscript.file_problems import Problems
from onrecord.manuscript.read_book import survey_book
from onrecord.manuscript.unprinted import list_unprinted, report_unread_files
from tests.support.manuscripts import draw_picture

TALK = """---
title: The Lamp
byline: By the harbour office
people: [{name: Ada Moor, role: interviewee}]
---
**Who lights the lamp?**

It lights itself. <!-- since when? -->

![The lamp](images/lamp.png)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for home in ("interviews", "images", "originals", "packs", "styles", ".git"):
        (tmp_path / home).mkdir()
    (tmp_path / "book.yaml").write_text("title: Lamps\ndisclaimer: none\n", encoding="utf-8")
    (tmp_path / "interviews/lamp.md").write_text(TALK, encoding="utf-8")
    (tmp_path / "images/lamp.png").write_bytes(draw_picture())
    return tmp_path


def list_lines(folder: Path) -> list[str]:
    book, _ = survey_book(folder)
    assert book is not None
    return [str(entry) for entry in list_unprinted(folder, book)]


def test_each_kind_is_listed_once_with_its_reason(folder: Path) -> None:
    for number in range(7):
        (folder / f"images/old-{number}.png").write_bytes(b"")
    (folder / "originals/lamp.txt").write_bytes(b"")
    (folder / "notes.txt").write_bytes(b"")
    (folder / "letters").mkdir()
    (folder / ".DS_Store").write_bytes(b"")
    text = TALK.replace("---\n**", "tags: [lamp]\ndate: 1979\nsource: {file: originals/lamp.txt}\n---\n**")
    (folder / "interviews/lamp.md").write_text(text.replace("?**", "?** {t=00:00:07}", 1), encoding="utf-8")
    old = ", ".join(f"images/old-{number}.png" for number in range(5))
    assert list_lines(folder) == [
        f"pictures: {old} and 2 more (no interview shows them)",
        "originals: originals/lamp.txt (kept to compare with)",
        "other files: letters/, notes.txt (On Record does not read them)",
        "tags of interviews: lamp (packs choose by them)",
        "source of interviews: lamp (kept; the web edition links to its url)",
        "date of interviews: lamp (in citations on the web, and for packs)",
        "t= and question= of turns: lamp (`outline --json` gives them)",
        "comments: lamp.md:11 (notes to yourself; `outline` shows them)",
    ]


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("old lamp.png", "images/old%20lamp.png"),
        ("Cafe\u0301.png", "images/Caf\u00e9.png"),
        ("a.png", "./images/a.png"),
    ],
)
def test_a_picture_that_is_shown_is_not_listed_however_it_is_named(name: str, typed: str, folder: Path) -> None:
    (folder / "images/lamp.png").rename(folder / "images" / name)
    text = TALK.replace("images/lamp.png", typed).replace(" <!-- since when? -->", "")
    (folder / "interviews/lamp.md").write_text(text, encoding="utf-8")
    assert list_lines(folder) == []


def test_the_pictures_of_the_cover_are_printed(folder: Path) -> None:
    """No interview shows a cover or the logo of the house."""
    for name in ("cover.png", "logo.png"):
        (folder / "images" / name).write_bytes(draw_picture())
    before = (folder / "book.yaml").read_text(encoding="utf-8")
    settings = f"{before}cover: images/cover.png\nbrand: {{logo: images/logo.png}}\n"
    (folder / "book.yaml").write_text(settings, encoding="utf-8")
    assert not [line for line in list_lines(folder) if line.startswith("pictures:")]


def test_a_book_of_which_everything_is_printed_has_no_list(folder: Path) -> None:
    text = TALK.replace(" <!-- since when? -->", "")
    (folder / "interviews/lamp.md").write_text(text, encoding="utf-8")
    assert list_lines(folder) == []


NEAR_MISSES = {
    "B.MD": "B.md",
    "c.Md": "c.md",
    "d.markdown": "d.md",
    "e.md.txt": "e.md",
    "f.mkd": "f.md",
    "g.md.": "g.md",
    "h.md ": "h.md",
    "i.MD.TXT": "i.md",
}


@pytest.mark.parametrize(("name", "right"), NEAR_MISSES.items())
def test_a_near_miss_is_an_error_with_the_right_name(name: str, right: str, folder: Path) -> None:
    (folder / "interviews" / name).write_bytes(b"")
    problems = Problems("book.yaml", [])
    report_unread_files(folder, problems)
    (problem,) = problems.entries
    assert (problem.rule, problem.severity) == ("interview-files-end-in-md", "error")
    assert (problem.location.file, problem.hint) == (f"interviews/{name}", f"rename it: {right}")


@pytest.mark.parametrize("name", ["d.txt", "page.docx", "md", "read.me", ".draft.md", "lamp.md.bak"])
def test_another_file_is_a_warning(name: str, folder: Path) -> None:
    (folder / "interviews" / name).write_bytes(b"")
    problems = Problems("book.yaml", [])
    report_unread_files(folder, problems)
    assert [(problem.rule, problem.severity) for problem in problems.entries] == [
        ("interviews-hold-interviews", "warning")
    ]


@pytest.mark.parametrize(
    "name", [".DS_Store", "._lamp.md", ".#lamp.md", "lamp.md~", "~$lamp.md", "Thumbs.db", ".a.swp"]
)
def test_files_of_systems_and_editors_are_no_problem(name: str, folder: Path) -> None:
    (folder / "interviews" / name).write_bytes(b"")
    problems = Problems("book.yaml", [])
    report_unread_files(folder, problems)
    assert problems.entries == []


def test_a_folder_is_a_warning_that_counts_its_interviews(folder: Path) -> None:
    (folder / "interviews/outward").mkdir()
    for name in ("a.md", "b.markdown", "c.txt"):
        (folder / "interviews/outward" / name).write_bytes(b"")
    problems = Problems("book.yaml", [])
    report_unread_files(folder, problems)
    assert [problem.sentence for problem in problems.entries] == ["this folder is not read, nor its 2 Markdown files"]


def test_a_disclaimer_that_no_interview_names_is_listed_and_so_is_an_identifier_without_isbn(folder: Path) -> None:
    (folder / "book.yaml").write_text(
        "title: Lamps\ndisclaimer: house\ndisclaimers: {house: Views are personal., old: Nothing was checked.}\n"
        "identifier: urn:nbn:de:101:1-201102033592\n",
        encoding="utf-8",
    )
    lines = list_lines(folder)
    assert "disclaimers: old (no interview names them)" in lines
    assert "keys of book.yaml: identifier (for catalogues and search engines)" in lines


def test_the_report_of_an_import_is_no_strange_file(folder: Path) -> None:
    """Without its interview it is one."""
    (folder / "interviews/lamp.import.html").write_text("<html>", encoding="utf-8")
    (folder / "interviews/gone.import.html").write_text("<html>", encoding="utf-8")
    problems = Problems("", [])
    report_unread_files(folder, problems)
    assert [problem.location.file for problem in problems.entries] == ["interviews/gone.import.html"]
