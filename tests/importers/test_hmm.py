"""The chain of states, compared with all ways written out, and what is learnt from a text's own words."""

from __future__ import annotations

import itertools
import math
import random

import pytest

from onrecord.importers.recognition import classifier, hmm, speaker_vocabulary
from onrecord.importers.recognition.hmm import ANSWER, QUESTION

STATES = range(4)
# What a step costs from state to state, but for the one who goes on.
_STEPS = {(0, 0): 0.5, (0, 1): 0.0, (0, 2): -4.5, (1, 2): 0.0, (2, 1): 0.0, (2, 3): -4.5, (3, 3): 0.0}


def weight(way: tuple[int, ...], shown: list[hmm.StateValues], stays: list[hmm.StayScores]) -> float:
    """What speaks for one way through the states, in log odds."""
    start, end = (
        [math.log(0.5), math.log(0.45), math.log(0.05), hmm.NEVER],
        [hmm.NEVER, math.log(0.03), math.log(0.6), math.log(0.4)],
    )
    steps = [
        {**_STEPS, (ANSWER, ANSWER): answers, (QUESTION, QUESTION): asks}.get(pair, hmm.NEVER)
        for pair, (answers, asks) in zip(itertools.pairwise(way), stays, strict=True)
    ]
    return math.fsum(
        [start[way[0]], end[way[-1]], *steps, *(row[state] for row, state in zip(shown, way, strict=True))]
    )


@pytest.mark.parametrize("seed", range(5))
def test_the_chain_finds_what_all_ways_written_out_give(seed: int) -> None:
    """The likeliest of them, and how many of them, by weight, go through each state."""
    chance = random.Random(seed)
    shown: list[hmm.StateValues] = [
        (chance.gauss(0, 2), chance.gauss(0, 2), chance.gauss(0, 2), chance.choice([hmm.NEVER, 0.0])) for _ in range(5)
    ]
    stays = [(chance.gauss(0, 2), chance.gauss(-1, 2)) for _ in range(4)]
    ways = {way: weight(way, shown, stays) for way in itertools.product(STATES, repeat=5)}
    assert tuple(hmm.find_likeliest_path(shown, stays)) == max(ways, key=ways.__getitem__)
    shares = {way: math.exp(max(-700.0, one)) for way, one in ways.items()}
    for i, row in enumerate(hmm.compute_probabilities(shown, stays)):
        for state in STATES:
            through = math.fsum(share for way, share in shares.items() if way[i] == state)
            assert row[state] == pytest.approx(through / math.fsum(shares.values()), abs=1e-6)


def test_less_belief_is_less_sure() -> None:
    shown: list[hmm.StateValues] = [(hmm.NEVER, 3.0, -3.0, hmm.NEVER), (hmm.NEVER, -2.0, 2.0, hmm.NEVER)]
    full, half = (hmm.compute_probabilities(shown, [(0.0, 0.0)], believed)[1][ANSWER] for believed in (1.0, 0.5))
    assert full > half > 0.5


def test_what_contradicts_itself_is_read_somehow() -> None:
    """A question that is known to stand behind what stands behind the conversation: no chance is not a number."""
    told = classifier.classify_paragraphs(["Whatever."] * 3, {0: hmm.BEHIND, 1: QUESTION, 2: ANSWER})
    assert all(0.0 <= sure <= 1.0 for _, sure in told)


ASKED = ["The desk would hear of the page", "The desk would hear of the margin", "The desk would hear of the cover"]
ANSWERED = [
    "Every page is counted twice by the press",
    "Every margin is counted twice by the press",
    "Every cover is counted twice by the press",
]


def test_words_of_clear_questions_speak_for_a_question() -> None:
    """Two pairs are known; of the third nothing is known but its words. What stands in one paragraph only says nothing."""
    texts = [*itertools.chain(*zip(ASKED, ANSWERED, strict=True)), "Nobody knows"]
    known = [(1.0, 0.0), (0.0, 1.0), (1.0, 0.0), (0.0, 1.0), (0.5, 0.5), (0.5, 0.5), (0.5, 0.5)]
    odds = speaker_vocabulary.learn_question_odds(texts, lambda _: known)
    assert odds[4] > 1.0
    assert odds[5] < -1.0
    assert odds[6] == 0.0


def test_a_paragraph_does_not_speak_for_itself() -> None:
    """What it says is compared with all the others, however sure its own reading is."""
    texts = ["alone alone", "other words", "alone together", "other day"]
    odds = speaker_vocabulary.learn_question_odds(texts, lambda _: [(1.0, 0.0), (1.0, 0.0), (0.0, 1.0), (0.0, 1.0)])
    assert odds[0] < 0.0
