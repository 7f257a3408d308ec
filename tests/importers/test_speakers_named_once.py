"""Test that whatever looks like a label in a conversation is a turn, or a doubt."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.importers.test_import_file import import_draft

FRAME = (
    "**Ada:** How?\n\n**Ben:** With ink.\n\n{}\n\n**Ada:** Why?\n\n**Ben:** Just so.\n\n**Ada:** And?\n\n**Ben:** No.\n"
)


@pytest.mark.parametrize("label", ["Nora", "Nora Pier", "Dr. Nora Pier", "Нора"])
def test_an_unknown_label_in_a_turn_is_a_turn_or_a_doubt(tmp_path: Path, label: str) -> None:
    """It is never part of the turn before in silence."""
    draft = import_draft(tmp_path, "nora.md", FRAME.format(f"{label}: I use the press."))
    doubts = [clipping.words for clipping in draft.doubts]
    assert any(turn.label == f"{label}:" for turn in draft.turns) or f"{label}: I use the press." in doubts


@pytest.mark.parametrize(
    "words", ["Note: it dries.", "Two inks: black and red.", "Black: the first ink.", "At 10:30 it dries."]
)
def test_other_words_with_a_colon_are_no_doubt(tmp_path: Path, words: str) -> None:
    draft = import_draft(tmp_path, "nora.md", FRAME.format(words))
    assert draft.doubts == ()
    assert words in [clipping.words for clipping in draft.turns[1].clippings]


@pytest.mark.parametrize("words", ["Facebook.", "Sign up for the free newsletter, I said.", "Share this."])
@pytest.mark.parametrize("form", ["Ada Pier: {}", "Ada Pier:\n\n{}"])
def test_a_labelled_turn_is_no_button_and_no_advertising(tmp_path: Path, form: str, words: str) -> None:
    turns = [
        "Ada Pier: How?",
        "Bo Quay: With ink.",
        form.format(words),
        "Bo Quay: So.",
        "Ada Pier: And?",
        "Bo Quay: No.",
    ]
    draft = import_draft(tmp_path, "turns.txt", "\n\n".join(turns))
    assert words in [clipping.words for turn in draft.turns for clipping in turn.clippings]
