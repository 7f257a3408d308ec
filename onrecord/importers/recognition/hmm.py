"""The chain of states of a conversation: front matter, question, answer, what stands behind, from paragraph to paragraph.

Its likeliest way is found by the algorithm of Viterbi, how likely each state of each paragraph is, all ways taken
together, forward and backward (Rabiner 1989, §III). Both take time in proportion to the number of paragraphs.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

FRONT, QUESTION, ANSWER, BEHIND = range(4)
NEVER, _LEAST = -1e9, -60.0

Row = tuple[float, float, float, float]  # one number for each state
Stays = tuple[float, float]  # how much speaks for the same one going on, in log odds: one who answers, one who asks

# A state that is known, and no other.
ONLY: tuple[Row, ...] = (
    (0.0, NEVER, NEVER, NEVER),
    (NEVER, 0.0, NEVER, NEVER),
    (NEVER, NEVER, 0.0, NEVER),
    (NEVER, NEVER, NEVER, 0.0),
)

_START: Row = (math.log(0.5), math.log(0.45), math.log(0.05), NEVER)
_END: Row = (NEVER, math.log(0.03), math.log(0.6), math.log(0.4))
_FRONT_STAYS, _SELDOM = 0.5, -4.5


def likeliest(shown: Sequence[Row], stays: Sequence[Stays]) -> list[int]:
    """The state of each paragraph in the likeliest way. `shown` is what each paragraph shows of each state, in log odds."""
    f, q, a, b = (start + one for start, one in zip(_START, shown[0], strict=True))
    came: list[tuple[int, int, int, int]] = []
    for (to_f, to_q, to_a, to_b), (answers, asks) in zip(shown[1:], stays, strict=True):
        from_q = max((f, FRONT), (q + asks, QUESTION), (a, ANSWER))
        from_a = max((f + _SELDOM, FRONT), (q, QUESTION), (a + answers, ANSWER))
        from_b = max((a + _SELDOM, ANSWER), (b, BEHIND))
        came.append((FRONT, from_q[1], from_a[1], from_b[1]))
        f, q, a, b = f + _FRONT_STAYS + to_f, from_q[0] + to_q, from_a[0] + to_a, from_b[0] + to_b
    last = [one + end for one, end in zip((f, q, a, b), _END, strict=True)]
    path = [last.index(max(last))]
    for step in reversed(came):
        path.append(step[path[-1]])
    return path[::-1]


def chances(shown: Sequence[Row], stays: Sequence[Stays], believed: float = 1.0) -> list[Row]:
    """How likely each state of each paragraph is, from 0 to 1; the less is `believed`, the less sure is all of it.

    Nothing is quite impossible, so that what contradicts itself is read somehow.
    """
    goes_on, seldom = math.exp(believed * _FRONT_STAYS), math.exp(believed * _SELDOM)
    weights = [_weights(row, believed) for row in shown]
    steps = [(math.exp(believed * answers), math.exp(believed * asks)) for answers, asks in stays]
    f, q, a, b = _shares(*(math.exp(max(_LEAST, start)) * one for start, one in zip(_START, weights[0], strict=True)))
    ahead = [(f, q, a, b)]
    for (to_f, to_q, to_a, to_b), (answers, asks) in zip(weights[1:], steps, strict=True):
        f, q, a, b = _shares(
            f * goes_on * to_f,
            (f + q * asks + a) * to_q,
            (f * seldom + q + a * answers) * to_a,
            (a * seldom + b) * to_b,
        )
        ahead.append((f, q, a, b))
    f, q, a, b = _shares(*_weights(_END))
    out = [_shares(*(one * other for one, other in zip(ahead[-1], (f, q, a, b), strict=True)))]
    for before, (to_f, to_q, to_a, to_b), (answers, asks) in zip(
        ahead[-2::-1], weights[:0:-1], steps[::-1], strict=True
    ):
        f, q, a, b = f * to_f, q * to_q, a * to_a, b * to_b
        f, q, a, b = _shares(f * goes_on + q + a * seldom, q * asks + a, q + a * answers + b * seldom, b)
        out.append(_shares(before[0] * f, before[1] * q, before[2] * a, before[3] * b))
    return out[::-1]


def _weights(row: Row, believed: float = 1.0) -> Row:
    f, q, a, b = row
    exp, least = math.exp, _LEAST
    return (
        exp(max(least, believed * f)),
        exp(max(least, believed * q)),
        exp(max(least, believed * a)),
        exp(max(least, believed * b)),
    )


def _shares(f: float, q: float, a: float, b: float) -> Row:
    total = f + q + a + b or 1.0
    return f / total, q / total, a / total, b / total
