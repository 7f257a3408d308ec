"""Which turn of the other text belongs to each turn of a pair, and what an id that both texts have decides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from onrecord.model import Answer, Interview, Question, SourceLocation, TextLine
from onrecord.model.interview import TranslationOf, Turn
from onrecord.model.turn_pairs import Pairing, TurnPair, pair_turns
from onrecord.proof.reading.expected_versions import _pair_turns
from tests.support.sample import BOOK

PLACE = SourceLocation("lamp.md", 1)


def build_turns(names: str) -> tuple[Turn, ...]:
    """Return turns with these ids: questions, but for those that begin with an “a”."""
    return tuple(
        (Answer if name.startswith("a") else Question)(number, name, (), PLACE)
        for number, name in enumerate(names.split(), 1)
    )


def build_interview(names: str) -> Interview:
    """Return an interview of these turns, which says that it translates “lamp”."""
    of = TranslationOf("lamp", PLACE, ())
    return replace(BOOK.interviews[0], slug="lamp", conversation=build_turns(names), translation_of=of)


def list_ids(pairs: Sequence[TurnPair]) -> list[tuple[str, ...]]:
    return [tuple(turn.id for turn in (*pair.originals, *pair.translations)) for pair in pairs]


@pytest.mark.parametrize(
    ("originals", "translations", "forth", "back"),
    [
        ("q1 a1 q2", "q7 a7", {"q1": "q7", "a1": "a7", "q2": "a7"}, {"q7": "q1", "a7": "a1"}),
        ("q1 a1", "q7 a7 q8 a8", {"q1": "q7", "a1": "a7"}, {"q7": "q1", "a7": "a1", "q8": "a1", "a8": "a1"}),
        ("q1", "", {}, {}),
        ("", "q7", {}, {}),
    ],
)
def test_turns_of_a_pair_belong_together_in_their_order(
    originals: str, translations: str, forth: dict[str, str], back: dict[str, str]
) -> None:
    """Those that are left over belong to the last turn on the other side."""
    pairing = Pairing((TurnPair(build_turns(originals), build_turns(translations)),))
    assert pairing.map_originals() == forth
    assert pairing.map_turns() == back


@pytest.mark.parametrize(("originals", "translations"), [("q1 a1 q2", "q7 a7"), ("q1 a1", "q7 a7 q8 a8")])
def test_the_proof_divides_a_named_pair_alike(originals: str, translations: str) -> None:
    """The front matter makes one pair of all turns."""
    original, translation = build_interview(originals), build_interview(translations)
    of = TranslationOf("lamp", PLACE, ((translations, TextLine(originals, PLACE)),))
    pairing = pair_turns(original, replace(translation, translation_of=of))
    assert len(pairing.pairs) == 1
    assert _pair_turns(original, translation, of) == (pairing.map_originals(), pairing.map_turns())


def test_an_id_that_both_texts_have_makes_a_pair() -> None:
    """What was left out before it shifts no pair; an id made of the number of a turn says nothing."""
    pairs = pair_turns(build_interview("q1 a1 oil a2"), build_interview("oil a2")).pairs
    assert list_ids(pairs) == [("oil", "oil"), ("a2", "a2")]
    assert pair_turns(build_interview("q1 a1 q2 a2"), build_interview("q2 a2")).pairs == ()
