"""The quick question whether a text may run from the right forgets no character that does."""

from __future__ import annotations

import sys
import unicodedata

import pytest

from onrecord.model.bidi_levels import find_levels
from onrecord.model.directions import direct_name, may_run_from_right

# Kinds of characters (UAX #9) that never run from the right in a text from the left that holds only such.
_FROM_LEFT = frozenset(("L", "EN", "ES", "ET", "CS", "NSM", "BN", "B", "S", "WS", "ON", ""))


def test_no_character_that_runs_from_the_right_is_forgotten() -> None:
    others = (char for char in map(chr, range(sys.maxunicode + 1)) if unicodedata.bidirectional(char) not in _FROM_LEFT)
    assert [f"U+{ord(char):04X}" for char in others if not may_run_from_right(char)] == []


@pytest.mark.parametrize("text", ["", "In 1998, (about) 5 %\nand “more”", "naïve café — Ωμέγα, Привет, 日本語"])
def test_a_text_from_the_left_has_one_level(text: str) -> None:
    assert not may_run_from_right(text)
    assert find_levels(text, is_from_right=False) == [0] * len(text)
    assert direct_name(text, "en") == ""


def test_a_text_with_one_letter_from_the_right_is_looked_at_closely() -> None:
    assert find_levels("aא1", is_from_right=False) == [0, 1, 2]
    assert direct_name("אב", "en") == "rtl"
