"""The tag tree of the printed book, compared with a file that a person has read."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from onrecord.editions.pdf import edition
from onrecord.manuscript import read_book
from tests.support.paths import TESTS
from tests.support.sample import RUNNER

EXPECTED = TESTS / "expected" / "structure.txt"

SOURCE = """---
title: How It Is Read
byline: The desk asks On Record
people:
  - {name: The desk, role: interviewer, labels: [DESK]}
  - {name: On Record, role: interviewee, labels: [OR]}
---

**DESK:** Does a page break divide a paragraph?

**OR:** Not for a listener.[^1] LONG

- one
- two

[^1]: A note is read after the paragraph that calls it.

| | For |
|---|---|
| print | |

::: note
The desk went to look.
:::
"""


@pytest.fixture
def tag_tree(tmp_path: Path) -> str:
    (tmp_path / "interviews").mkdir()
    (tmp_path / "book.yaml").write_text(
        "title: Read Aloud\ndate: 2026-01-31\ndisclaimer: none\nopenings: recto\n", encoding="utf-8"
    )
    text = SOURCE.replace("LONG", "It stays one paragraph, however long it is. " * 70)
    (tmp_path / "interviews" / "one.md").write_text(text, encoding="utf-8")
    data = edition.make_pdf(read_book.read_book(tmp_path), tmp_path, RUNNER).data
    with pikepdf.open(BytesIO(data)) as file:
        pages = {page.objgen: index for index, page in enumerate(file.pages)}
        return "\n".join(_format_tree(file.Root.StructTreeRoot.K[0], pages, 0)) + "\n"


def _format_tree(element: Any, pages: dict[Any, int], depth: int) -> Iterator[str]:
    """Yield role, id, title, alternative text and number of sheets of each element, indented."""
    kids = list(element.get("/K", []))
    sheets = sorted({index for kid in kids for index in _list_sheets(kid, element, pages)})
    attributes = [str(element.get(key)) for key in ("/ID", "/T", "/Alt", "/Lang") if key in element]
    marks = f" [{len(sheets)} sheets]" if len(sheets) > 1 else ""
    yield f"{'  ' * depth}{str(element.S)[1:]}{' ' + ' | '.join(attributes) if attributes else ''}{marks}"
    for kid in kids:
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            yield from _format_tree(kid, pages, depth + 1)


def _list_sheets(kid: Any, element: Any, pages: dict[Any, int]) -> Iterator[int]:
    if isinstance(kid, int):
        yield pages[element.Pg.objgen]
    elif kid.get("/Type") == "/MCR":
        yield pages[kid.Pg.objgen]


def test_the_tag_tree_is_that_of_a_conversation(tag_tree: str, accept: bool) -> None:
    """A paragraph on two pages is one element, its Note follows, and every turn has its speaker as title."""
    if accept:
        EXPECTED.write_text(tag_tree, encoding="utf-8")
    assert tag_tree == EXPECTED.read_text(encoding="utf-8")
    assert "P [" in tag_tree
    assert "Note one.fn1" in tag_tree
