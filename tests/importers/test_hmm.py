"""Test the hidden Markov model against an enumeration, and the speaker vocabulary."""

from __future__ import annotations

import itertools
import math
import random

import pytest

from onrecord.importers.recognition import classifier, hmm, speaker_vocabulary
from onrecord.importers.recognition.hmm import ANSWER, QUESTION

STATES = range(4)
# The log odds of each step between states, except those of staying in a turn.
_STEPS = {(0, 0): 0.5, (0, 1): 0.0, (0, 2): -4.5, (1, 2): 0.0, (2, 1): 0.0, (2, 3): -4.5, (3, 3): 0.0}


def sum_log_odds(path: tuple[int, ...], values: list[hmm.StateValues], stays: list[hmm.StayScores]) -> float:
    """Return the log odds of one path through the states."""
    start, end = (
        [math.log(0.5), math.log(0.45), math.log(0.05), hmm.NEVER],
        [hmm.NEVER, math.log(0.03), math.log(0.6), math.log(0.4)],
    )
    steps = [
        {**_STEPS, (ANSWER, ANSWER): answers, (QUESTION, QUESTION): asks}.get(pair, hmm.NEVER)
        for pair, (answers, asks) in zip(itertools.pairwise(path), stays, strict=True)
    ]
    return math.fsum(
        [start[path[0]], end[path[-1]], *steps, *(row[state] for row, state in zip(values, path, strict=True))]
    )


@pytest.mark.parametrize("seed", range(5))
def test_the_model_agrees_with_an_enumeration_of_all_paths(seed: int) -> None:
    """The likeliest path and the probability of each state are the same."""
    generator = random.Random(seed)
    values: list[hmm.StateValues] = [
        (generator.gauss(0, 2), generator.gauss(0, 2), generator.gauss(0, 2), generator.choice([hmm.NEVER, 0.0]))
        for _ in range(5)
    ]
    stays = [(generator.gauss(0, 2), generator.gauss(-1, 2)) for _ in range(4)]
    path_log_odds = {path: sum_log_odds(path, values, stays) for path in itertools.product(STATES, repeat=5)}
    assert tuple(hmm.find_likeliest_path(values, stays)) == max(path_log_odds, key=path_log_odds.__getitem__)
    shares = {path: math.exp(max(-700.0, log_odds)) for path, log_odds in path_log_odds.items()}
    for i, row in enumerate(hmm.compute_probabilities(values, stays)):
        for state in STATES:
            through = math.fsum(share for path, share in shares.items() if path[i] == state)
            assert row[state] == pytest.approx(through / math.fsum(shares.values()), abs=1e-6)


def test_less_belief_gives_a_lower_probability() -> None:
    values: list[hmm.StateValues] = [(hmm.NEVER, 3.0, -3.0, hmm.NEVER), (hmm.NEVER, -2.0, 2.0, hmm.NEVER)]
    full, half = (hmm.compute_probabilities(values, [(0.0, 0.0)], belief)[1][ANSWER] for belief in (1.0, 0.5))
    assert full > half > 0.5


def test_contradictory_evidence_gives_valid_probabilities() -> None:
    """A question is known to come after the end of the conversation: no result is NaN."""
    paragraphs = classifier.classify_paragraphs(["Whatever."] * 3, {0: hmm.AFTER, 1: QUESTION, 2: ANSWER})
    assert all(0.0 <= probability <= 1.0 for _, probability in paragraphs)


ASKED = ["The desk would hear of the page", "The desk would hear of the margin", "The desk would hear of the cover"]
ANSWERED = [
    "Every page is counted twice by the press",
    "Every margin is counted twice by the press",
    "Every cover is counted twice by the press",
]


def test_words_of_clear_questions_indicate_a_question() -> None:
    """Two pairs are known, the third only by its words. A word in one paragraph is ignored."""
    texts = [*itertools.chain(*zip(ASKED, ANSWERED, strict=True)), "Nobody knows"]
    known = [(1.0, 0.0), (0.0, 1.0), (1.0, 0.0), (0.0, 1.0), (0.5, 0.5), (0.5, 0.5), (0.5, 0.5)]
    odds = speaker_vocabulary.learn_question_odds(texts, lambda _: known)
    assert odds[4] > 1.0
    assert odds[5] < -1.0
    assert odds[6] == 0.0


def test_a_paragraph_is_not_evidence_for_itself() -> None:
    """Its words are compared with all other paragraphs, however sure its own kind is."""
    texts = ["alone alone", "other words", "alone together", "other day"]
    odds = speaker_vocabulary.learn_question_odds(texts, lambda _: [(1.0, 0.0), (1.0, 0.0), (0.0, 1.0), (0.0, 1.0)])
    assert odds[0] < 0.0
