"""Footnotes are numbered as they are printed, and hold paragraphs, lists and quotations."""

from __future__ import annotations

from pathlib import Path

from PIL import Image

from onrecord.manuscript.read_book import read_book
from onrecord.model import Interview, ListBlock, Quotation, find_footnote_calls, iterate_blocks, to_plain_text

FRONT = "---\ntitle: A Title\nbyline: A byline\npeople: [{name: Ada, role: interviewee}]\n---\n"
TABLE = """**How many?**

Few.[^0]

| Winter | Nights[^h] |
|:-------|-------:|
| first[^a] | 61 |

: Nights on the water[^c]

Term[^t]
:   Meaning[^m]

Other[^o]
:   Another[^p]

[^0]: zero
[^h]: head
[^a]: cell
[^c]: caption
[^t]: term
[^m]: meaning
[^o]: other
[^p]: another
"""


def read_interview(folder: Path, body: str) -> Interview:
    (folder / "interviews").mkdir()
    (folder / "book.yaml").write_text("title: A Book\ndisclaimer: none\n", encoding="utf-8")
    (folder / "interviews/talk.md").write_text(FRONT + body, encoding="utf-8")
    return read_book(folder).interviews[0]


def test_the_note_of_a_caption_comes_before_those_of_its_table(tmp_path: Path) -> None:
    """The caption is printed above the table, wherever it is written."""
    interview = read_interview(tmp_path, TABLE)
    words = [to_plain_text(note.blocks[0].content) for note in interview.footnotes]  # type: ignore[union-attr]
    assert words == ["zero", "caption", "head", "cell", "term", "meaning", "other", "another"]
    assert [note.number for note in interview.footnotes] == list(range(1, 9))
    assert sorted(find_footnote_calls(iterate_blocks(interview))) == list(range(1, 9))


def test_a_note_may_hold_lists_and_quotations(tmp_path: Path) -> None:
    body = "**Why?**\n\nSo.[^1]\n\n[^1]: First:\n\n    1. one\n    2. two\n\n    > quoted\n"
    (note,) = read_interview(tmp_path, body).footnotes
    assert [type(block) for block in note.blocks[1:]] == [ListBlock, Quotation]


def test_pictures_with_captions_may_follow_each_other(tmp_path: Path) -> None:
    """Markdown reads them as one list of definitions."""
    (tmp_path / "images").mkdir()
    Image.new("L", (9, 9)).save(tmp_path / "images/a.png")
    picture = "![A lamp.](images/a.png)\n\n: A caption{}\n\n"
    body = f"**Why?**\n\n{picture.format('[^1]')}{picture.format('')}Term\n: Meaning\n\n[^1]: A note.\n"
    blocks = read_interview(tmp_path, body).turns[1].blocks
    assert [type(block).__name__ for block in blocks] == ["Figure", "Figure", "DefinitionList"]
