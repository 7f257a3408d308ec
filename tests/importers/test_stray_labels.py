"""Test labels that a typist got wrong: the editor is asked, or words would be given to the wrong speaker unnoticed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.importers.test_enclosed_turns import TALK
from tests.importers.test_import_file import import_draft


def write_talk(wrong: str) -> str:
    """Return the talk with labels in capitals; `wrong` replaces the label of the fourth turn."""
    parts = [f"{name.upper()}: {words}" for name, words in TALK]
    parts[3] = f"{wrong}{TALK[3][1]}"
    return "Type\n\n" + "\n\n".join(parts)


@pytest.mark.parametrize("wrong", ["BEN SERIF ", "BEN SERIF; ", "BEN SERIF:", "BEN SERIF. ", "BEN SERIF - "])
def test_a_name_without_its_colon_is_a_doubt_or_a_label(tmp_path: Path, wrong: str) -> None:
    """The words after it are in the turn of the speaker before, so the editor is asked."""
    draft = import_draft(tmp_path, "one.txt", write_talk(wrong))
    speaker = [turn.label for turn in draft.turns if any("My uncle did." in c.words for c in turn.clippings)]
    is_asked = any("My uncle did." in clipping.words for clipping in draft.doubts)
    assert speaker == ["BEN SERIF:"] or is_asked


def test_a_label_inside_a_paragraph_is_a_doubt(tmp_path: Path) -> None:
    """A line end was lost, and an answer stands after its question."""
    draft = import_draft(tmp_path, "one.txt", write_talk("").replace("\n\nMy uncle", " BEN SERIF: My uncle"))
    assert [clipping.words for clipping in draft.doubts] == ["Who taught you? BEN SERIF: My uncle did."]


def test_labels_of_two_speakers_in_each_paragraph_are_doubts(tmp_path: Path) -> None:
    """One of them never begins a paragraph; its name in capitals comes again and again."""
    pairs = zip(TALK[::2], TALK[1::2], strict=True)
    text = "\n\n".join(f"AQ: {question} BS: {answer}" for (_, question), (_, answer) in pairs)
    draft = import_draft(tmp_path, "one.txt", f"Type\n\n{text}")
    assert sum("BS:" in clipping.words for clipping in draft.doubts) == 3


@pytest.mark.parametrize("words", ["Ben Serif, you said so.", "The rule of Ben Serif: wait.", "Serif is a word."])
def test_a_name_in_a_sentence_is_no_doubt(tmp_path: Path, words: str) -> None:
    """People say names, also at the beginning of a paragraph."""
    text = "\n\n".join(f"{name}: {spoken}" for name, spoken in TALK)
    draft = import_draft(tmp_path, "one.txt", f"Type\n\n{text.replace(TALK[1][1], TALK[1][1] + chr(10) * 2 + words)}")
    assert not draft.doubts
