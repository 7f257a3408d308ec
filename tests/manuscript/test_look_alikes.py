"""Test which words look like other words."""

from __future__ import annotations

import pytest

from onrecord.manuscript.look_alikes import find_word_fault

HARMLESS = (
    "Zoë",
    "O’Neill",
    "Łukasz",
    "Иванова",
    "Παπαδόπουλος",
    "יעקב",
    "نمی\u200cخواهم",  # a joiner between Arabic letters
    "क्\u200dष",  # after a virama
    "हिन्दी",
    "ไทย",
    "東京タワーです",
    "Tシャツ",
    "한국어漢字",
    "Ёлка",
    "e\u0301tude",
    "x²",
)
FAULTS = {
    "A\u200bda": "holds U+200B ZERO WIDTH SPACE",
    "Ada\u2060": "U+2060 WORD JOINER",
    "Ad\u00ada": "U+00AD SOFT HYPHEN",
    "Ad\u200da": "U+200D ZERO WIDTH JOINER",
    "نم\u200bی": "U+200B",
    "Ad\u3164a": "U+3164 HANGUL FILLER",
    "Ad\u0430": "mixes Cyrillic and Latin letters: U+0430 CYRILLIC SMALL LETTER A",
    "Ив\u0061нова": "mixes Cyrillic and Latin letters: U+0061 LATIN SMALL LETTER A",
    "Αda": "mixes Greek and Latin letters: U+0391 GREEK CAPITAL LETTER ALPHA",
    "Ad\u0561": "U+0561 ARMENIAN SMALL LETTER AYB",
    "Ива\u03bdова": "mixes Cyrillic and Greek letters",
}


@pytest.mark.parametrize("word", HARMLESS)
def test_words_of_one_script_are_harmless(word: str) -> None:
    """Also of scripts that are written together, and joiners that a script needs."""
    assert find_word_fault(word) == ""


@pytest.mark.parametrize(("word", "fault"), FAULTS.items())
def test_a_word_that_looks_like_another_is_named(word: str, fault: str) -> None:
    """The characters are named."""
    assert fault in find_word_fault(word)
