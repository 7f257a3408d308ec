"""Verse keeps its lines and their indents."""

from __future__ import annotations

from pathlib import Path

import pytest

from onrecord.manuscript import read_book
from onrecord.model import Interview, LineBlock, to_plain_text, walk_blocks

HEAD = """---
title: The Harbour Light
byline: The desk asks On Record
people: [{name: On Record, role: interviewee}]
---

**How does the song go?**

"""


def read_interview(folder: Path, body: str) -> Interview:
    (folder / "interviews").mkdir()
    (folder / "book.yaml").write_text("title: Harbours\ndate: 2026-01-31\ndisclaimer: none\n", encoding="utf-8")
    (folder / "interviews" / "light.md").write_text(HEAD + body, encoding="utf-8")
    return read_book.read_book(folder).interviews[0]


@pytest.mark.parametrize(
    ("verse", "lines"),
    [
        (
            "::: verse\nThe light,\n    and the dark,\n        and the sea.\n:::",
            [(0, "The light,"), (4, "and the dark,"), (8, "and the sea.")],
        ),
        ("::: verse\n    The light,\nand the dark.\n:::", [(4, "The light,"), (0, "and the dark.")]),
        ("::: verse\n  *The* light,\n\tand the dark.\n:::", [(2, "The light,"), (4, "and the dark.")]),
        ("::: {.verse}\na\n\n      b\n:::", [(0, "a"), (6, "b")]),
        (":::: verse\na\n  b\n::::", [(0, "a"), (2, "b")]),
        ('> ::: verse\n> a\n>    "b"\n> :::', [(0, "a"), (3, "“b”")]),
        ("- x\n- y\n\n  ::: verse\n  a\n    b\n  :::", [(0, "a"), (2, "b")]),
        ("::: verse\na\\\n  b\n:::", [(0, "a"), (2, "b")]),
        ("::: verse\na\n   - b\n:::", [(0, "a"), (3, "- b")]),
    ],
)
def test_the_indents_of_verse_are_kept(verse: str, lines: list[tuple[int, str]], tmp_path: Path) -> None:
    (_, answer) = read_interview(tmp_path, verse + "\n").turns
    blocks = [block for block in walk_blocks(answer.blocks) if isinstance(block, LineBlock)]
    indents = [indent for block in blocks for indent in block.indents or [0] * len(block.lines)]
    texts = [to_plain_text(line) for block in blocks for line in block.lines]
    assert list(zip(indents, texts, strict=True)) == lines


def test_other_text_is_not_touched(tmp_path: Path) -> None:
    """A code block that shows how verse is typed, and text after verse."""
    body = "```\n::: verse\n    a\n:::\n```\n\n::: verse\na\n  b\n:::\n\nText\n    goes on.\n"
    (_, answer) = read_interview(tmp_path, body).turns
    code, verse, text = answer.blocks
    assert getattr(code, "text", "") == "::: verse\n    a\n:::"
    assert isinstance(verse, LineBlock)
    assert to_plain_text(getattr(text, "content", ())) == "Text goes on."
