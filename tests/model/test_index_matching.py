"""Aliases of the index find whole words, as an editor expects it."""

from __future__ import annotations

import pytest

from onrecord.model import SourceLocation, TextLine
from onrecord.model.index_headings import BookIndex, IndexHeading
from onrecord.model.index_matching import AliasFinder

PLACE = SourceLocation("index.yaml", 1)


def make_finder(*aliases: str) -> AliasFinder:
    """Return the finder of an index in which each alias has a heading of its own."""
    lines = [TextLine(alias, PLACE) for alias in aliases]
    return AliasFinder(BookIndex(tuple(IndexHeading(line, aliases=(line,)) for line in lines), PLACE))


def find(text: str, *aliases: str) -> list[str]:
    """Return the words that the aliases find in a text."""
    return [text[match.start : match.stop] for match in make_finder(*aliases).find(text)]


@pytest.mark.parametrize(
    ("alias", "text", "words"),
    [
        ("harbour board", "The Harbour Board and the harbour board.", ["Harbour Board", "harbour board"]),
        ("Board", "The Board met on board.", ["Board"]),
        ("the Board", "The Board asked the Board, not the board.", ["The Board", "the Board"]),
        ("board", "Boarding a boat, overboard, aboard: the board.", ["board"]),
        ("pilot*", "Pilots and pilotage; a co-pilot, no autopilot.", ["Pilots", "pilotage", "pilot"]),
        ("*haven", "Whitehaven has a haven, Havenstreet has none.", ["Whitehaven", "haven"]),
        ("Queen's Dock", "Queen’s Dock, Queen's Dock", ["Queen’s Dock", "Queen's Dock"]),
        ("Moor", "Moor’s lamp and the Moor-Quay talk", ["Moor", "Moor"]),
        ("harbour board", "the harbour\nboard, the harbour\u00a0board", ["harbour\nboard", "harbour\u00a0board"]),
        ("lighthouse", "a light\u00adhouse", ["light\u00adhouse"]),
        ("Гаван*", "В Гавани и за гаванью", ["Гавани"]),
        ("גשר", "גשר, הגשר", ["גשר"]),
        ("*גשר", "גשר, הגשר", ["גשר", "הגשר"]),
        ("海港", "我們的海港很大。", ["海港"]),
        ("हार", "हारी हार", ["हार"]),  # a vowel sign goes on with the word
        ("Pier 4", "Pier 4, Pier 44, Pier 4a", ["Pier 4"]),
        ("C++", "C++ or C", ["C++"]),
        ("(old) pier", "the (old) pier", ["(old) pier"]),
    ],
)
def test_an_alias_finds_whole_words(alias: str, text: str, words: list[str]) -> None:
    """In small letters it finds capitals, too; with capitals only those; `*` stands for the letters at an end."""
    assert find(text, alias) == words


def test_the_longer_alias_wins() -> None:
    """Also when it begins later; of two of one length, the one that is written out."""
    assert find("the harbour board of trade office", "harbour board", "board of trade") == ["board of trade"]
    assert find("the harbour board", "board", "harbour board") == ["harbour board"]
    (match,) = make_finder("pilot*", "pilots").find("pilots")
    assert match.alias.text == "pilots"


def test_words_that_are_taken_are_not_found() -> None:
    """A mark has its own words; those beside it are found."""
    assert [match.start for match in make_finder("lamp").find("lamp lamp", [(0, 4)])] == [5]
