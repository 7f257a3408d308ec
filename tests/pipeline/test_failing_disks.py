"""A build, a pack with numbered copies, and `fix`, on a disk that refuses one call after the other."""

from __future__ import annotations

from pathlib import Path

import pytest

from onrecord.cli import command_line
from onrecord.cli.exit_codes import ExitCode
from tests.runtime.test_system_faults import fail_each_call, is_system_fault

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("lent_workers")]

SETTINGS = "title: Lights\nslug: lights\nlanguage: en\ndate: 2026-01-31\ndisclaimer: none\n"
TALK = """---
title: The lamp
byline: The desk
people: [{name: The keeper, role: interviewee}]
---

**Who lights the lamp?**

The keeper "does".
"""
PACK = """title: Papers
date: 2026-02-01 09:00 +00:00
distribution: named
recipients: packs/people.csv
agenda: [{title: Lamps, interviews: [lamp]}]
"""
PEOPLE = "name,organisation\nReading room,Desk\nSecond floor,Desk\n"


def write_book(folder: Path) -> dict[str, bytes]:
    """Write a book with a pack for two recipients; return its files."""
    files = {
        "book.yaml": SETTINGS,
        "interviews/lamp.md": TALK,
        "packs/papers.yaml": PACK,
        "packs/people.csv": PEOPLE,
    }
    for name, text in files.items():
        path = folder / "book" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return {name: text.encode() for name, text in files.items()}


def read_book(folder: Path, names: dict[str, bytes]) -> dict[str, bytes]:
    return {name: (folder / "book" / name).read_bytes() for name in names}


def list_delivered(folder: Path) -> set[str]:
    """Return all files in the out folder, hidden ones too."""
    out = folder / "dist"
    return {path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file()}


@pytest.mark.parametrize(
    "words", [("html", "epub"), ("pdf", "--pack", "papers", "--booklet", "--print-file")], ids=["screens", "pack"]
)
def test_a_build_delivers_everything_or_nothing(
    words: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Entries of the cache that cannot be written cost nothing but time; the manuscript is never touched."""
    before: dict[str, bytes] = {}
    complete: list[set[str]] = []

    def build(folder: Path) -> int:
        return command_line.main([*words, "--book", str(folder / "book"), "--out", str(folder / "dist")])

    def check(folder: Path, code: object, failing: int) -> None:
        said = capsys.readouterr().err
        delivered = list_delivered(folder)
        assert read_book(folder, before) == before
        if code == ExitCode.DONE:
            complete.append(delivered)
            assert delivered == complete[0], failing
        else:
            assert code == ExitCode.SYSTEM, said
            assert is_system_fault(said), said
            assert delivered == set(), failing

    count = fail_each_call(build, check, tmp_path, lambda folder: before.update(write_book(folder)), stride=7)
    assert count > 20
    assert len(complete) > 3


def test_fix_writes_a_whole_file_or_none(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before: dict[str, bytes] = {}
    ends: list[object] = []

    def check(folder: Path, code: object, _failing: int) -> None:
        said = capsys.readouterr().err
        ends.append(code)
        after = read_book(folder, before)
        if code == ExitCode.DONE:
            assert b"identifier: urn:uuid:" in after["book.yaml"]
        else:
            assert code == ExitCode.SYSTEM, said
            assert is_system_fault(said), said
            assert after == before

    def act(folder: Path) -> int:
        return command_line.main(["fix", "--yes", "--book", str(folder / "book")])

    fail_each_call(act, check, tmp_path, lambda folder: before.update(write_book(folder)))
    assert set(ends) == {ExitCode.DONE, ExitCode.SYSTEM}
