"""Test the import of e-books: one interview, or one file for each chapter that is one."""

from __future__ import annotations

import re
from pathlib import Path

from onrecord.importers import import_file
from tests.importers.test_import_file import create_book, join_kinds
from tests.importers.test_word import make_document, replace_part

CHAPTERS = """---
title: Two talks
---

# A word before

This book says how an import works. It holds two talks.

# How an import works

**What does an import keep?**

Every word. We count them.

**And if a word is lost?**

Then nothing is written.

# What a doubt is

**Who settles a doubt?**

The desk does. A program should not.

**And until then?**

Until then the build waits. Does it mind? It does not.
"""


def make_epub(markdown: str = CHAPTERS) -> bytes:
    return make_document(markdown, "epub", "--split-level=1")


def test_each_chapter_that_is_an_interview_becomes_a_file(tmp_path: Path) -> None:
    """Chapters that are no interviews are named; a second import changes nothing."""
    home = create_book(tmp_path / "book")
    (tmp_path / "talks.epub").write_bytes(make_epub())
    results, problems = import_file.import_files([tmp_path / "talks.epub"], home, accept=False)
    assert [
        (result.path.name, result.draft and result.draft.title, result.draft and join_kinds(result.draft))
        for result in results
    ] == [
        ("talks-01.md", "How an import works", "QAQA"),
        ("talks-02.md", "What a doubt is", "QAQA"),
    ]
    assert [problem.rule for problem in problems] == ["chapters-are-interviews"]
    assert re.search(r"chapters? without a conversation \(\d+ words\) did not come along", problems[0].sentence)
    assert "“A word before" in problems[0].sentence
    second_results, _ = import_file.import_files([tmp_path / "talks.epub"], home, accept=False)
    assert [result.state for result in second_results] == ["same", "same"]


def test_paths_out_of_the_package_are_refused(tmp_path: Path) -> None:
    """A manifest that names `../../` is refused, and nothing is written."""
    container = (
        '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container">'
        '<rootfiles><rootfile full-path="../../etc/passwd"/></rootfiles></container>'
    )
    home = create_book(tmp_path / "book")
    (tmp_path / "one.epub").write_bytes(replace_part(make_epub(), "META-INF/container.xml", container))
    results, problems = import_file.import_files([tmp_path / "one.epub"], home, accept=False)
    assert not results
    assert [problem.rule for problem in problems] == ["file-is-whole"]
    assert sorted(path.name for path in home.rglob("*")) == ["book.yaml"]


LAMPS = """# Lamps

**Who lights the lamp?**

The keeper lights it at dusk, every day of the year.

**And who puts it out?**

Nobody does, for the oil is used up by the morning.
"""
ROPES = LAMPS.replace("Lamps", "Ropes").replace("lights the lamp", "makes the ropes").replace("keeper", "rope maker")
ROPES = ROPES.replace("puts it out", "buys them").replace("the oil is used up by the morning", "boats bring their own")
NETS = ROPES.replace("Ropes", "Nets").replace("makes the ropes", "knots the nets").replace("rope maker", "netter")
NETS = NETS.replace("at dusk, every day of the year", "in winter").replace(
    "boats bring their own", "they are not for sale"
)


def test_chapters_of_a_corrected_e_book_are_merged_into_edited_interviews(tmp_path: Path) -> None:
    """A chapter keeps its file when another comes before it, when it is renamed, and when one goes."""
    home = create_book(tmp_path / "book")
    (tmp_path / "talks.epub").write_bytes(make_epub(LAMPS + "\n" + ROPES))
    results, _ = import_file.import_files([tmp_path / "talks.epub"], home, accept=False)
    interviews = results[0].path.parent
    second = interviews / "talks-02.md"
    second.write_text(second.read_text("utf-8").replace("The rope maker", "The old rope maker"), "utf-8")
    corrected = ROPES.replace("# Ropes", "# Ropes and knots").replace("boats bring their own", "ships bring their own")
    (tmp_path / "talks.epub").write_bytes(make_epub(NETS + "\n" + corrected))
    results, problems = import_file.import_files([tmp_path / "talks.epub"], home, accept=False)
    assert [(result.path.name, result.state) for result in results] == [
        ("talks-02.md", "merged"),
        ("talks-03.md", "new"),
    ]
    merged = second.read_text("utf-8")
    assert 'title: "Ropes and knots"' in merged
    assert "The old rope maker" in merged
    assert "ships bring their own" in merged
    assert "Nets" in (interviews / "talks-03.md").read_text("utf-8")
    assert "Lamps" in (interviews / "talks-01.md").read_text("utf-8")
    assert [p.sentence for p in problems if "any more" in p.sentence] == [
        "no chapter of this book is like talks-01.md any more; nothing was changed there"
    ]
    again, _ = import_file.import_files([tmp_path / "talks.epub"], home, accept=False)
    assert [result.state for result in again] == ["edited", "same"]
