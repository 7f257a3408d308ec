"""A hidden Markov model of a conversation, with one state for each paragraph.

The states are front matter, question, answer and back matter. The Viterbi algorithm finds the likeliest path, the
forward-backward algorithm the probability of each state of each paragraph (Rabiner 1989, §III). Both take time in
proportion to the number of paragraphs.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

FRONT, QUESTION, ANSWER, AFTER = range(4)
NEVER, _LEAST = -1e9, -60.0

StateValues = tuple[float, float, float, float]  # one number for each state
StayScores = tuple[float, float]  # log odds that the same person continues: the one who answers, the one who asks

# The scores of a paragraph whose state is known, by state.
KNOWN_STATE_SCORES: tuple[StateValues, ...] = (
    (0.0, NEVER, NEVER, NEVER),
    (NEVER, 0.0, NEVER, NEVER),
    (NEVER, NEVER, 0.0, NEVER),
    (NEVER, NEVER, NEVER, 0.0),
)

_MOST = 200.0  # a greater score is made smaller, with those beside it
_START: StateValues = (math.log(0.5), math.log(0.45), math.log(0.05), NEVER)
_END: StateValues = (NEVER, math.log(0.03), math.log(0.6), math.log(0.4))
_FRONT_STAYS, _RARE_STEP = 0.5, -4.5


def find_likeliest_path(scores: Sequence[StateValues], stay_scores: Sequence[StayScores]) -> list[int]:
    """Return the state of each paragraph in the likeliest path (Viterbi).

    `scores` are the log odds of each state of each paragraph, `stay_scores` those of each step to the next paragraph.
    """
    f, q, a, b = (start + score for start, score in zip(_START, scores[0], strict=True))
    previous_states: list[tuple[int, int, int, int]] = []
    for (to_f, to_q, to_a, to_b), (answers, asks) in zip(scores[1:], stay_scores, strict=True):
        from_q = max((f, FRONT), (q + asks, QUESTION), (a, ANSWER))
        from_a = max((f + _RARE_STEP, FRONT), (q, QUESTION), (a + answers, ANSWER))
        from_b = max((a + _RARE_STEP, ANSWER), (b, AFTER))
        previous_states.append((FRONT, from_q[1], from_a[1], from_b[1]))
        f, q, a, b = f + _FRONT_STAYS + to_f, from_q[0] + to_q, from_a[0] + to_a, from_b[0] + to_b
    last = [score + end for score, end in zip((f, q, a, b), _END, strict=True)]
    path = [last.index(max(last))]
    for states in reversed(previous_states):
        path.append(states[path[-1]])
    return path[::-1]


def compute_probabilities(
    scores: Sequence[StateValues], stay_scores: Sequence[StayScores], trust: float = 1.0
) -> list[StateValues]:
    """Return the probability of each state of each paragraph (forward-backward).

    `trust` (0 to 1) is a factor of all scores: the lower it is, the less certain is the result. No state is quite
    impossible, so that contradicting scores still give probabilities.
    """
    front_stays, rare = math.exp(trust * _FRONT_STAYS), math.exp(trust * _RARE_STEP)
    weights = [_compute_weights(row, trust) for row in scores]
    steps = [
        (math.exp(min(_MOST, trust * answers)), math.exp(min(_MOST, trust * asks))) for answers, asks in stay_scores
    ]
    first = (math.exp(max(_LEAST, start)) * weight for start, weight in zip(_START, weights[0], strict=True))
    f, q, a, b = _normalize(*first)
    forward = [(f, q, a, b)]
    for (to_f, to_q, to_a, to_b), (answers, asks) in zip(weights[1:], steps, strict=True):
        f, q, a, b = _normalize(
            f * front_stays * to_f,
            (f + q * asks + a) * to_q,
            (f * rare + q + a * answers) * to_a,
            (a * rare + b) * to_b,
        )
        forward.append((f, q, a, b))
    f, q, a, b = _normalize(*_compute_weights(_END))
    last = forward[-1]
    probabilities = [_normalize(last[FRONT] * f, last[QUESTION] * q, last[ANSWER] * a, last[AFTER] * b)]
    for before, (to_f, to_q, to_a, to_b), (answers, asks) in zip(
        forward[-2::-1], weights[:0:-1], steps[::-1], strict=True
    ):
        f, q, a, b = f * to_f, q * to_q, a * to_a, b * to_b
        f, q, a, b = _normalize(f * front_stays + q + a * rare, q * asks + a, q + a * answers + b * rare, b)
        probabilities.append(_normalize(before[0] * f, before[1] * q, before[2] * a, before[3] * b))
    return probabilities[::-1]


def _compute_weights(scores: StateValues, trust: float = 1.0) -> StateValues:
    """Return the weights of the states from their scores; less trust makes them more alike."""
    f, q, a, b = scores
    exp, least = math.exp, _LEAST
    # Only their ratio counts: one paragraph of 100,000 words has scores whose exponential is no number.
    excess = max(0.0, trust * max(scores) - _MOST)
    return (
        exp(max(least, trust * f - excess)),
        exp(max(least, trust * q - excess)),
        exp(max(least, trust * a - excess)),
        exp(max(least, trust * b - excess)),
    )


def _normalize(f: float, q: float, a: float, b: float) -> StateValues:
    """Return the four values of states divided by their sum."""
    total = f + q + a + b or 1.0
    return f / total, q / total, a / total, b / total
