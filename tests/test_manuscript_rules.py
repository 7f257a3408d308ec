"""Every rule has a folder with a broken book and the exact message an editor sees."""

from __future__ import annotations

from pathlib import Path

import pytest

from onrecord import checks, manuscript
from onrecord.problems import in_order, quoted

BROKEN = Path(__file__).parent / "broken"


def said(folder: Path) -> str:
    book, problems = manuscript.survey(folder)
    found = quoted(in_order((*problems, *(checks.check(book) if book else ()))), folder)
    return "".join(f"{problem}\n" for problem in found)


@pytest.mark.parametrize("folder", sorted(BROKEN.iterdir()), ids=lambda folder: folder.name)
def test_a_broken_book_is_refused_in_these_words(folder: Path, accept: bool) -> None:
    """File, line, rule, sentence and hint, word for word; the folder is named after its rule."""
    expected = folder / "expected.txt"
    found = said(folder)
    if accept:
        expected.write_text(found, encoding="utf-8")
    assert found == expected.read_text(encoding="utf-8")
    assert f"[{folder.name}]" in found or folder.name.startswith("text-is-utf-8-")
