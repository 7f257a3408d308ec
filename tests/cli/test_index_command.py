"""The command `index`: what it shows, proposes, and adds to index.yaml."""

from __future__ import annotations

from pathlib import Path

import pytest

from onrecord.cli import main
from onrecord.cli.exit_codes import ExitCode
from onrecord.manuscript.index_suggestions import _may_be_same_name

INTERVIEW = """---
title: The Harbour Light
byline: Ada Moor talks to Ben Quay
people: [{name: Ada Moor, role: interviewer}, {name: Ben Quay, role: interviewee}]
tags: [night work]
---

**Who lights the lamp at Queen's Dock?**

The keeper does, and Moor saw it at Queens Dock. There is night work at Queen's Dock, and at
[the pier]{.index heading=Pier}. The Sea-Rose lies beside the Sea Rose. Pilots know a Pilot.
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A book that has no index yet, although a word is marked."""
    (tmp_path / "interviews").mkdir()
    (tmp_path / "book.yaml").write_text("title: Harbours\nlanguage: en\ndate: 2026-01-01\ndisclaimer: none\n")
    (tmp_path / "interviews" / "light.md").write_text(INTERVIEW)
    return tmp_path


def run(folder: Path, capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    """Run `index`; return the exit code and what it printed."""
    code = main(["index", "--book", str(folder), *words])
    printed = capsys.readouterr()
    return code, printed.out, printed.err


def test_people_tags_and_names_are_proposed(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """As lines of index.yaml, with the number of their places; nothing is written."""
    code, text, _ = run(folder, capsys, "--suggest")
    assert code == ExitCode.DONE
    assert '  - {name: "Moor, Ada", kind: person, aliases: ["Moor"]}  # 1 place\n' in text
    assert '  - {name: "Quay, Ben", kind: person}  # 0 places\n' in text
    assert '  - {name: "Night work", aliases: ["night work"]}  # 1 place\n' in text
    assert '  - {name: "Queen’s Dock", aliases: ["Queen’s Dock"]}  # 2 places\n' in text
    assert "“Queen’s Dock” (2), “Queens Dock” (1)" in text
    assert "“Sea-Rose” (1), “Sea Rose” (1)" in text
    assert not (folder / "index.yaml").exists()


def test_what_an_editor_names_is_added(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """They come after the headings that are there, and are not proposed again."""
    (folder / "index.yaml").write_text("headings:\n    - Pier\n")
    assert run(folder, capsys, "--take", "moor, ada", "--take", "Night work")[0] == ExitCode.DONE
    assert (folder / "index.yaml").read_text() == (
        "headings:\n    - Pier\n"
        '    - {name: "Moor, Ada", kind: person, aliases: ["Moor"]}\n'
        '    - {name: "Night work", aliases: ["night work"]}\n'
    )
    assert "Moor, Ada" not in run(folder, capsys, "--suggest")[1]
    assert "Pier: light A1\n" in run(folder, capsys)[1]


def test_a_name_that_is_not_proposed_is_refused(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Then nothing is added."""
    code, _, said = run(folder, capsys, "--take", "Night work", "--take", "Moor, Ad")
    assert code == ExitCode.PROBLEMS
    assert "“Moor, Ad” is not proposed\n  hint: did you mean “Moor, Ada”?" in said
    assert not (folder / "index.yaml").exists()


def test_a_file_that_cannot_be_continued_stays_as_it_is(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Headings in brackets have no line to add; of a damaged file its own problems are named."""
    for text, message in (
        ("headings: [Pier]\n", "index.yaml:1: error[yaml-is-readable]: no line can be added after these headings"),
        ("Pier\n", "index.yaml:1: error[yaml-is-readable]: these lines are not settings"),
    ):
        (folder / "index.yaml").write_text(text)
        code, _, said = run(folder, capsys, "--take", "Night work")
        assert code == ExitCode.PROBLEMS
        assert message in said
        assert (folder / "index.yaml").read_text() == text


def test_what_is_proposed_makes_entries(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An alias without words of its own is not proposed, nor is the address of a turn; `check` then warns of none."""
    path = folder / "interviews" / "light.md"
    path.write_text(
        path.read_text()
        + "\nMrs Moor said so in A1, and A1 says it, too. We know the Old Pier, and it is an Old Pier.\n"
    )
    (folder / "index.yaml").write_text("headings:\n  - {name: Piers, aliases: [the Old Pier]}\n")
    text = run(folder, capsys, "--suggest")[1]
    assert '"A1"' not in text
    assert '{name: "Old Pier", aliases: ["Old Pier"]}  # 1 place\n' in text
    names = ("Moor, Ada", "Quay, Ben", "Night work", "Old Pier")
    assert run(folder, capsys, *(word for name in names for word in ("--take", name)))[0] == ExitCode.DONE
    assert main(["check", "--book", str(folder)]) == ExitCode.PROBLEMS  # the mark of the fixture has no heading
    (folder / "index.yaml").write_text((folder / "index.yaml").read_text() + "  - Pier\n")
    assert main(["check", "--book", str(folder)]) == ExitCode.DONE
    assert "index-aliases-find-words" not in capsys.readouterr().err


def test_headings_without_words_are_listed_apart(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """They are no entries: nothing is printed for them. A heading may have places only below it."""
    (folder / "index.yaml").write_text(
        'headings:\n  - {name: "Quay, Ben", sub: [notes]}\n  - {name: Docks, sub: [{name: old, aliases: [keeper]}]}\n'
    )
    text = run(folder, capsys)[1]
    assert text.startswith("Docks\n  old: light A1\n\n")
    assert text.endswith("no words for them: “Quay, Ben”, “Quay, Ben: notes”\n")


def test_a_book_without_an_index_says_what_to_do(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It names the option that proposes headings."""
    assert "index --suggest" in run(folder, capsys)[1]


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("Queens Dock", "Queen’s Dock", True),
        ("Sea-Rose", "Sea Rose", True),
        ("Müller", "Muller", True),
        ("Harbour", "Harbor", True),
        ("Pilot", "Pilots", False),
        ("Ada", "Ade", False),
        ("Moore", "Boore", False),
        ("Гавань", "Гаванъ", False),
    ],
)
def test_spellings_differ_in_a_sign_or_a_letter_inside(first: str, second: str, same: bool) -> None:
    """Another beginning or ending is another word."""
    assert _may_be_same_name(first, second) is same
