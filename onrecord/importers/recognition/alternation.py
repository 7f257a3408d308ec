"""Estimate how regularly two sides alternate in a talk, from the text itself.

In some transcripts each paragraph is a whole turn, so that speakers alternate nearly always; in others one speaker goes
on for many paragraphs. The weights of the classifier know only the average. The correction of a text is added to its
log odds that the same person continues: it is the value that makes the text most probable, if the transitions of the
hidden Markov model are probabilities and the correction has a normal distribution around zero (expectation
maximization; Rabiner 1989, §III C). Only corrections towards more alternation are made: the others would let one side
talk through the whole text.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from onrecord.importers.recognition.hmm import StayScores

SPREAD = 0.5  # the standard deviation of the correction, chosen by benchmarks/speech.py
_ROUNDS, _NEWTON_STEPS, _CONVERGED = 6, 3, 0.01
_MOST = 30.0  # of log odds, so that their exponentials stay in range

_Step = tuple[float, float, float, float]  # how often each side was at a step, and how often it continued


def estimate_alternation(
    odds: Sequence[float], stay_scores: Sequence[StayScores], correction: float = 0.0, *, spread: float = SPREAD
) -> float:
    """Return the correction (0 or less) of the log odds that the same person continues, fitted to the text.

    `odds` are the log odds that each paragraph is a question, `correction` is where to begin, and `spread` is the
    standard deviation of the corrections of all texts.
    """
    if not spread:
        return 0.0
    for _ in range(_ROUNDS):
        before = correction
        steps = list(_compute_step_probabilities(odds, stay_scores, correction))
        for _ in range(_NEWTON_STEPS):
            slope, curve = _compute_derivatives(steps, stay_scores, correction, spread)
            correction = min(0.0, correction + slope / curve)
        if abs(correction - before) < _CONVERGED:
            break
    return correction


def _compute_step_probabilities(
    odds: Sequence[float], stay_scores: Sequence[StayScores], correction: float
) -> Iterator[_Step]:
    """Yield for each step the probability that an answer precedes it and continues, and the same for a question."""
    weights = [math.exp(max(-_MOST, min(_MOST, odd))) for odd in odds]  # of a question, if an answer weighs 1
    stays = [
        (_to_probability(answers + correction), _to_probability(asks + correction)) for answers, asks in stay_scores
    ]
    backward = _compute_backward_weights(weights, stays)
    a, q = 0.1, 0.9 * weights[0]
    for weight, (stay_a, stay_q), (after_a, after_q) in zip(weights[1:], stays, backward[1:], strict=True):
        after_q *= weight
        a_a, a_q = a * stay_a * after_a, a * (1 - stay_a) * after_q
        q_q, q_a = q * stay_q * after_q, q * (1 - stay_q) * after_a
        total = a_a + a_q + q_q + q_a or 1.0
        yield (a_a + a_q) / total, a_a / total, (q_q + q_a) / total, q_q / total
        a, q = a * stay_a + q * (1 - stay_q), (a * (1 - stay_a) + q * stay_q) * weight
        a, q = a / (a + q), q / (a + q)


def _compute_backward_weights(weights: Sequence[float], stays: Sequence[StayScores]) -> list[tuple[float, float]]:
    """Return how well an answer and a question at each paragraph explain all that follows."""
    values = [(0.5, 0.5)]
    for weight, (stay_a, stay_q) in zip(weights[:0:-1], reversed(stays), strict=True):
        a, q = values[-1][0], values[-1][1] * weight
        a, q = stay_a * a + (1 - stay_a) * q, (1 - stay_q) * a + stay_q * q
        values.append((a / (a + q), q / (a + q)))
    return values[::-1]


def _compute_derivatives(
    steps: Sequence[_Step], stay_scores: Sequence[StayScores], correction: float, spread: float
) -> tuple[float, float]:
    """Return the slope of the log probability at this correction, and its curve, which is greater than 0."""
    slope, curve = -correction / spread**2, 1 / spread**2
    for (answers, answers_stay, asks, asks_stay), (stay_a, stay_q) in zip(steps, stay_scores, strict=True):
        for count, stay_count, score in ((answers, answers_stay, stay_a), (asks, asks_stay, stay_q)):
            probability = _to_probability(score + correction)
            slope += stay_count - count * probability
            curve += count * probability * (1 - probability)
    return slope, curve


def _to_probability(log_odds: float) -> float:
    """Return the probability with these log odds, never quite 0 or 1."""
    return 1 / (1 + math.exp(max(-_MOST, min(_MOST, -log_odds))))
