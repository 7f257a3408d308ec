"""Test how regularly two sides of a talk alternate, against an enumeration and in a talk without names."""

from __future__ import annotations

import itertools
import math

import pytest

from onrecord.importers.common import features
from onrecord.importers.recognition import classifier, hmm
from onrecord.importers.recognition.alternation import estimate_alternation

STAYS = [(0.4, -0.6), (-0.2, 0.3), (0.5, 0.1), (0.2, -0.4), (0.3, 0.2)]


def weigh_text(odds: list[float], stays: list[hmm.StayScores], correction: float, spread: float) -> float:
    """Return the log probability of the text with this correction, by all sequences of its sides."""
    total = 0.0
    for path in itertools.product((0, 1), repeat=len(odds)):
        weight = (0.1, 0.9)[path[0]] * math.prod(math.exp(odd) for odd, side in zip(odds, path, strict=True) if side)
        for (before, after), stay in zip(itertools.pairwise(path), stays, strict=True):
            probability = 1 / (1 + math.exp(-stay[before] - correction))
            weight *= probability if before == after else 1 - probability
        total += weight
    return math.log(total) - correction**2 / (2 * spread**2)


@pytest.mark.parametrize(
    "odds", [[3.0, -3.0, 0.2, -2.0, 2.5, -3.0], [2.0, -1.0, 1.0, -2.0, 0.0, -1.0]], ids=["clear", "less clear"]
)
def test_the_correction_makes_the_text_most_probable(odds: list[float]) -> None:
    correction = estimate_alternation(odds, STAYS, spread=1.0)
    best = max((step / 100 for step in range(-500, 1)), key=lambda value: weigh_text(odds, STAYS, value, 1.0))
    assert correction < -0.3
    assert correction == pytest.approx(best, abs=0.05)


def test_one_side_never_takes_the_whole_text() -> None:
    """Where one side goes on and on, the weights stay as they are."""
    assert estimate_alternation([3.0, -3.0, -3.0, -3.0, -3.0, -3.0], STAYS) == 0.0
    assert estimate_alternation([1.0], []) == 0.0
    assert estimate_alternation([900.0, -900.0, 900.0, -900.0], [(800.0, -800.0)] * 3) <= 0.0


# Each paragraph is a turn.
TALK = (
    "Welcome to the show. How did you come to keep the harbour light?",
    "Yeah, so I grew up beside it, you know, and when I was ten my father let me clean the lens.",
    "And what does a keeper do all night?",
    "Well, I trim the lamp, I write the log, and I watch the fog come in from the sea.",
    "So the log is a kind of memory of the harbour, with every ship that came in and every storm that passed.",
    "Exactly. I still have all of ours, back to the year when the tower was built.",
    "Right. Do you ever read in them?",
    "Yeah, I do. When I want to know what my grandfather saw, I open his book.",
    "I think it is a pity that most towers have no keeper now, and that a switch does all of that work.",
    "Yeah. I mean, a switch never sees a boat without a lamp. We did, twice in my time.",
    "What would you tell somebody who wants to begin?",
    "I would say: learn to sleep by day. The rest comes with the years, you know.",
)


def test_a_statement_between_two_answers_is_a_question_where_turns_alternate() -> None:
    odds = [4.0, -4.0] * 8
    odds[6] = -1.0  # of a statement; the average speaker rather goes on
    stays = [(1.0, 0.5)] * 15

    def classify(correction: float) -> list[int]:
        """Return the states of the paragraphs."""
        scores = [(hmm.NEVER, odd / 2, -odd / 2, hmm.NEVER) for odd in odds]
        return hmm.find_likeliest_path(scores, [(a + correction, q + correction) for a, q in stays])

    assert classify(0.0)[6] == hmm.ANSWER
    assert classify(estimate_alternation(odds, stays, spread=2.0)) == [hmm.QUESTION, hmm.ANSWER] * 8


def test_the_address_of_a_page_belongs_to_what_stands_before_it() -> None:
    paragraphs = [*TALK[:2], "https://example.org/lights", *TALK[2:4], "The log: https://example.org/log", *TALK[4:]]
    states = [state for state, _ in classifier.classify_paragraphs(paragraphs, {}, is_talk=True)]
    q, a = hmm.QUESTION, hmm.ANSWER
    assert states == [q, a, a, q, a, a, *[q, a] * 4]
    assert not features.is_address("Look at https://example.org. It has all of them.")
