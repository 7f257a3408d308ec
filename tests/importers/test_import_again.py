"""Test the import of a corrected source into an interview that an editor has changed."""

from __future__ import annotations

from pathlib import Path

import pytest

from onrecord.importers import import_file, result_storage
from onrecord.importers.output.three_way_merge import Choose, Collision, MergeChoice, merge_texts
from onrecord.manuscript import read_book
from tests.importers.test_import_file import create_book
from tests.support.manuscripts import draw_picture

FIRST = "Q: Who lights the lamp?\n\nA: The keeper lights it at dusk, evry day.\n\nQ: And then?\n\nA: It goes out.\n"
CORRECTED = FIRST.replace("evry", "every") + "\nQ: Always?\n\nA: In fog it burns longer.\n"


def import_talk(
    folder: Path, text: str, choose: Choose | None = None, *, is_dry_run: bool = False
) -> result_storage.Imported:
    """Import a text as talk.txt into the book of this folder."""
    (folder / "talk.txt").write_text(text, "utf-8")
    files, book = [folder / "talk.txt"], folder / "book"
    results, problems = import_file.import_files(files, book, accept=True, choose=choose, is_dry_run=is_dry_run)
    assert results, problems
    return results[0]


@pytest.fixture
def edited(tmp_path: Path) -> Path:
    """Return an interview that was imported, and edited since."""
    create_book(tmp_path / "book")
    path = import_talk(tmp_path, FIRST).path
    text = path.read_text("utf-8").replace("Who lights the lamp?", "Who lights the harbour lamp?")
    path.write_text(text.replace('title: "Talk"', 'title: "The Keeper"'), "utf-8")
    return path


def test_a_corrected_source_is_merged_into_an_edited_interview(tmp_path: Path, edited: Path) -> None:
    """Both changes are there, also in one paragraph; the new original is stored beside the old one."""
    edited.write_text(edited.read_text("utf-8").replace("at dusk", "at nightfall"), "utf-8")
    result = import_talk(tmp_path, CORRECTED)
    text = edited.read_text("utf-8")
    assert result.state == "merged"
    assert 'title: "The Keeper"' in text
    assert "Who lights the harbour lamp?" in text
    assert "The keeper lights it at nightfall, every day." in text
    assert "In fog it burns longer." in text
    originals = sorted((tmp_path / "book/originals").iterdir())
    assert [path.read_text("utf-8") for path in originals] == [CORRECTED, FIRST]
    assert f"file: originals/{originals[0].name}" in text
    book, problems = read_book.survey_book(tmp_path / "book")
    assert book is not None, problems
    assert book.interviews[0].title.text == "The Keeper"


def test_a_picture_beside_the_source_is_not_taken_for_an_edit(tmp_path: Path) -> None:
    """The stored original has no picture beside it; the merge once put it in a second time."""
    create_book(tmp_path / "book")
    (tmp_path / "lamp.png").write_bytes(draw_picture())
    source = tmp_path / "talk.md"
    first = "### Who lights the lamp?\n\nThe keeper, evry day: ![](lamp.png)\n\n### And then?\n\nIt goes out.\n"
    for text in (first, first.replace("evry", "every")):
        source.write_text(text, "utf-8")
        (result,), _ = import_file.import_files([source], tmp_path / "book", accept=True)
        edited = result.path.read_text("utf-8").replace("It goes out.", "It goes out at dawn.")
        result.path.write_text(edited, "utf-8")
    assert result.state == "merged"
    assert edited.count("![](images/") == 1
    assert "The keeper, every day:" in edited


def test_the_same_source_changes_nothing(tmp_path: Path, edited: Path) -> None:
    before = edited.read_text("utf-8")
    result = import_talk(tmp_path, FIRST)
    assert result.state == "edited"
    assert not result.difference
    assert "has not changed since it was imported" in " ".join(result.describe())
    assert edited.read_text("utf-8") == before


def test_changes_of_the_same_words_collide_and_nothing_is_written(tmp_path: Path, edited: Path) -> None:
    """Both texts are named with the line; a dry run says the same."""
    before = edited.read_text("utf-8")
    corrected = CORRECTED.replace("the lamp", "the old lamp")
    for is_dry_run in (True, False):
        result = import_talk(tmp_path, corrected, is_dry_run=is_dry_run)
        assert result.state == "different"
        assert result.collides
        assert "Who lights the harbour lamp?" in result.difference
        assert "Who lights the old lamp?" in result.difference
        assert edited.read_text("utf-8") == before
        assert len(list((tmp_path / "book/originals").iterdir())) == 1


@pytest.mark.parametrize(
    ("choice", "words"), [(MergeChoice.EDITED, "harbour lamp"), (MergeChoice.NEW, "old lamp"), (MergeChoice.STOP, "")]
)
def test_the_editor_decides_where_they_collide(tmp_path: Path, edited: Path, choice: MergeChoice, words: str) -> None:
    before = edited.read_text("utf-8")
    asked: list[Collision] = []

    def choose(collision: Collision) -> MergeChoice:
        asked.append(collision)
        return choice

    result = import_talk(tmp_path, CORRECTED.replace("the lamp", "the old lamp"), choose=choose)
    text = edited.read_text("utf-8")
    assert len(asked) == 1
    assert before.split("\n")[asked[0].line - 1] == asked[0].edited.split("\n")[0]
    assert (result.state, text == before) == (("different", True) if choice is MergeChoice.STOP else ("merged", False))
    assert words in text
    assert choice is MergeChoice.STOP or "every day" in text


def test_a_changed_original_is_no_base(tmp_path: Path, edited: Path) -> None:
    """If the stored original is not the one of the first import, nothing is merged."""
    (tmp_path / "book/originals/talk.txt").write_text("something else", "utf-8")
    before = edited.read_text("utf-8")
    assert import_talk(tmp_path, CORRECTED).state == "different"
    assert edited.read_text("utf-8") == before


def test_settled_doubts_stay_settled() -> None:
    """The first import was written with marks of doubts, which the editor deleted."""
    marked = '::: {.doubt ask="Is it?"}\n\nThe lamp.\n\n:::\n\nIt burns.\n'
    accepted = "The lamp.\n\nIt burns.\n"
    merged, collisions = merge_texts((marked, accepted), accepted, accepted.replace("burns", "burned"))
    assert (merged, collisions) == ("The lamp.\n\nIt burned.\n", ())
