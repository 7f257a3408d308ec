"""Test every rule with a broken book and the exact message an editor sees."""

from __future__ import annotations

import itertools
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from onrecord.manuscript import checks, read_book
from onrecord.manuscript import pack_file as pack_files
from onrecord.model.problems import quote_source_lines, sort_problems
from onrecord.packs import selection
from onrecord.packs.clearance import ReleaseOptions
from tests.support.paths import TESTS

NOW = ReleaseOptions(datetime(2026, 1, 31, tzinfo=UTC))
BROKEN = TESTS / "broken"


def list_messages(folder: Path) -> str:
    book, problems = read_book.survey_book(folder)
    if book:
        names = pack_files.list_pack_names(folder)
        pack_problems = (selection.survey_pack(folder, book, name, NOW)[1] for name in names)
        problems = (*problems, *checks.check_book(book), *itertools.chain.from_iterable(pack_problems))
    return "".join(f"{problem}\n" for problem in quote_source_lines(sort_problems(problems), folder))


@pytest.mark.parametrize("folder", sorted(BROKEN.iterdir()), ids=lambda folder: folder.name)
def test_a_broken_book_gets_the_expected_messages(folder: Path, accept: bool) -> None:
    """Compare all words of the message; the folder is named after its rule."""
    expected = folder / "expected.txt"
    messages = list_messages(folder)
    if accept:
        expected.write_text(messages, encoding="utf-8")
    assert messages == expected.read_text(encoding="utf-8")
    assert f"[{re.sub('-in-an?-(pack|interview)$', '', folder.name)}]" in messages or folder.name.startswith(
        "text-is-utf-8-"
    )
