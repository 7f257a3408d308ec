"""Score paragraphs by the vocabulary of the speakers, learned from the text itself.

The person who asks uses other words, and other pairs of words, than the person who answers, and says more or less at a
time. They are learned from paragraphs that are clearly questions or answers, and then count for the paragraphs that are
not clear.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import pairwise

_WORD = re.compile(r"\w+(?:[’']\w+)?")
_ADDRESSEE = re.compile(r",\s([^\W\d_a-zа-яё]\w+)[.?!,]|^(?:[^\W\d_]+,? )?([^\W\d_a-zа-яё]\w+)(?:,| [-–—]) ")
_MAX_TERMS = 400  # of one paragraph, so that none outweighs the text
_SMOOTHING = 0.35  # added to the count of each term on each side
_MAX_ROUNDS, _CONVERGED, _CERTAIN, _UNCHANGED = 5, 0.05, 0.995, 0.001

SideProbabilities = Sequence[tuple[float, float]]  # of each paragraph: the probabilities of a question and of an answer


def learn_question_odds(
    paragraphs: Sequence[str], classify: Callable[[Sequence[float]], SideProbabilities]
) -> list[float]:
    """Return the log odds that each paragraph's words are a question's, learnt from this text.

    `classify` returns the probabilities of each paragraph, given such log odds. Both are computed in turn until the
    log odds change little.
    """
    terms, term_count = _number_terms(paragraphs)
    odds, counts = [0.0] * len(paragraphs), _TermCounts(term_count)
    unsettled: Sequence[int] = range(len(paragraphs))
    for _ in range(_MAX_ROUNDS if term_count else 0):
        probabilities = classify(odds)
        counts.update(terms, probabilities)
        changed = []
        for i in unsettled:
            before, odds[i] = odds[i], counts.compute_odds(terms[i], *probabilities[i])
            if abs(odds[i] - before) >= _CONVERGED:
                changed.append(i)
        if not changed:
            break
        unsettled = [i for i in changed if max(probabilities[i]) < _CERTAIN]
    return odds


def _number_terms(paragraphs: Sequence[str]) -> tuple[list[list[int]], int]:
    """Return the terms of each paragraph that also occur in others, as numbers, and how many terms there are."""
    terms = [_extract_terms(words) for words in paragraphs]
    frequencies = Counter(term for paragraph in terms for term in paragraph)
    number = {term: i for i, term in enumerate(term for term, count in frequencies.items() if count > 1)}
    return [[number[term] for term in paragraph if term in number] for paragraph in terms], len(number)


def _extract_terms(words: str) -> list[str]:
    """Return the different words, pairs of words and names of people spoken to in a paragraph."""
    single = _WORD.findall(words.lower())
    names = [f", {(inside or first).lower()}" for inside, first in _ADDRESSEE.findall(words)]
    length = f"#{len(single).bit_length()}"  # each class is twice as long as the one before; no word has a #
    return list(dict.fromkeys([length, *names, *single, *map(" ".join, pairwise(single))]))[:_MAX_TERMS]


class _TermCounts:
    """How often each term occurs in questions and in answers, weighted by the probabilities of the paragraphs."""

    def __init__(self, size: int) -> None:
        self.asked, self.answered = [0.0] * size, [0.0] * size
        self.all_asked = self.all_answered = 0.0
        self._counted: list[tuple[float, float]] = []

    def update(self, terms: Sequence[Sequence[int]], probabilities: SideProbabilities) -> None:
        """Count again the terms of the paragraphs whose probabilities have changed."""
        self._counted = self._counted or [(0.0, 0.0)] * len(terms)
        for i, (paragraph, (asks, answers)) in enumerate(zip(terms, probabilities, strict=True)):
            more_asked, more_answered = asks - self._counted[i][0], answers - self._counted[i][1]
            if abs(more_asked) + abs(more_answered) < _UNCHANGED:
                continue
            self._counted[i] = asks, answers
            self.all_asked += len(paragraph) * more_asked
            self.all_answered += len(paragraph) * more_answered
            for term in paragraph:
                self.asked[term] += more_asked
                self.answered[term] += more_answered

    def compute_odds(self, terms: Sequence[int], asks: float, answers: float) -> float:
        """Return the log odds that these are the terms of a question.

        The paragraph itself, which was counted with the probabilities `asks` and `answers`, is left out.
        """
        others_asked = self.all_asked - len(terms) * asks
        others_answered = self.all_answered - len(terms) * answers
        smoothing, both = _SMOOTHING * (others_asked + others_answered), asks + answers
        if not terms or min(others_asked, others_answered, smoothing) <= 0:
            return 0.0
        asked, answered, more_asked, more_answered = self.asked, self.answered, _SMOOTHING - asks, _SMOOTHING - answers
        ratios = [
            (asked[term] + more_asked)
            * (others_answered * (frequency := asked[term] + answered[term] - both) + smoothing)
            / ((answered[term] + more_answered) * (others_asked * frequency + smoothing))
            for term in terms
        ]
        # Products of 40 ratios need fewer logarithms than a sum of all, and stay in the range of a float.
        odds = sum(math.log(math.prod(ratios[start : start + 40])) for start in range(0, len(ratios), 40))
        return odds / math.sqrt(len(terms) + 1)  # terms are not independent of each other
