"""Addresses are divided after a slash and before other marks, and nothing is added to them but places to do so."""

from __future__ import annotations

import re

import pytest

from onrecord.editions.break_points import (
    WITHOUT_HYPHEN,
    add_break_points,
    has_address,
    is_address,
    is_glued,
    is_inside_long_word,
)

ADDRESS = "https://example.org/the-keeper_of/light.html?utm_source=x&id=42#top"


def test_break_points_stand_after_slashes_and_before_other_marks() -> None:
    divided = add_break_points(f"At {ADDRESS}.", is_print=False).replace("\u200b", "|")
    assert divided == "At https://example|.org/|the|-keeper|_of/|light|.html|?utm|_source|=x|&id|=42|#top."


@pytest.mark.parametrize("is_print", [True, False])
def test_no_character_of_the_address_changes(is_print: bool) -> None:
    assert re.sub("[\u200b\u2060]", "", add_break_points(ADDRESS, is_print=is_print)) == ADDRESS


def test_in_print_no_line_ends_in_a_hyphen_of_the_address() -> None:
    """Unicode allows a line end after a hyphen and a question mark; a word joiner forbids it."""
    assert not re.search("[-?][^\u2060]", add_break_points(ADDRESS + "-a--b", is_print=True))


def test_other_text_stays_as_it_is() -> None:
    for text in ("and/or", "a_b", "well-known", "Mr. @", "12.30 o’clock"):
        assert add_break_points(text, is_print=True) == text
        assert not has_address(text)


def test_an_address_without_a_scheme_is_divided_where_others_are() -> None:
    """A name of a host alone stays whole."""
    divided = add_break_points("At example.org/the-light or example.org.", is_print=False).replace("\u200b", "|")
    assert divided == "At example|.org/|the|-light or example.org."


def test_addresses_and_names_of_files_are_never_hyphenated() -> None:
    text = "Read harbour/lighthouse.md or talks.example/lights, at lanterns.example, 12.30 o’clock, e.g. and/or v1.2."
    undivided = [match.group() for match in re.finditer(WITHOUT_HYPHEN, text)]
    assert undivided == ["harbour/lighthouse.md", "talks.example/lights,", "lanterns.example"]


@pytest.mark.parametrize("text", ["a" * 200_000, "a." * 100_000, "a/" * 100_000, "a-" * 100_000, "a@" * 100_000])
def test_addresses_are_sought_once_from_each_word(text: str) -> None:
    """In a time that grows with the text, not with its square."""
    re.findall(WITHOUT_HYPHEN, text)


def test_a_link_with_words_is_no_address() -> None:
    assert is_address(ADDRESS)
    assert not is_address(f"see {ADDRESS}")


def test_a_mark_inside_a_long_word_is_found() -> None:
    assert is_inside_long_word("a " + "w" * 30, 10)
    assert not is_inside_long_word("a " + "w" * 30, 2)
    assert not is_inside_long_word("short words", 3)
    assert not is_inside_long_word("w" * 30, 0)
    assert not is_inside_long_word("w" * 30 + " a", 30)


def test_only_a_long_word_right_after_other_text_is_glued() -> None:
    assert is_glued("(", "w" * 30)
    assert not is_glued("( ", "w" * 30)
    assert not is_glued("(", "word " * 9)
    assert not is_glued("", "w" * 30)
