"""Whose words they are: what a paragraph shares with the clear questions of its own text, and with its clear answers.

Whoever asks has other words than whoever answers, and other pairs of words. Nobody knows them beforehand: they are
learnt from the paragraphs whose reading is likely, and say something of those whose reading is not.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import pairwise

_WORD = re.compile(r"\w+(?:[’']\w+)?")
_SPOKEN_TO = re.compile(r",\s([^\W\d_a-zа-яё]\w+)[.?!,]|^(?:[^\W\d_]+,? )?([^\W\d_a-zа-яё]\w+)(?:,| [-–—]) ")
_MOST = 400  # of one paragraph, so that none outweighs the text
_UNSEEN = 0.35  # how often each word is thought to have been said by each, beside what was heard
_ROUNDS, _SETTLED, _SURE, _SAME = 5, 0.05, 0.995, 0.001

Chances = Sequence[tuple[float, float]]  # of each paragraph, to be a question, and to be an answer


def learnt(every: Sequence[str], chances: Callable[[Sequence[float]], Chances]) -> list[float]:
    """What the words of each paragraph say for its being a question, in log odds, when they and the reading of the whole agree.

    `chances` is how likely a question or an answer each paragraph is, given what its words say.
    """
    vocabulary, size = _vocabulary(every)
    said, known = [0.0] * len(every), _Known(size)
    open_: Sequence[int] = range(len(every))
    for _ in range(_ROUNDS if size else 0):
        now = chances(said)
        known.take(vocabulary, now)
        moved = []
        for i in open_:
            before, said[i] = said[i], known.odds(vocabulary[i], *now[i])
            if abs(said[i] - before) >= _SETTLED:
                moved.append(i)
        if not moved:
            break
        open_ = [i for i in moved if max(now[i]) < _SURE]
    return said


def _vocabulary(every: Sequence[str]) -> tuple[list[list[int]], int]:
    """Of each paragraph, by number, the words, the pairs of words and the names it speaks to that stand in others too; how many there are."""
    found = [_said(one) for one in every]
    in_how_many = Counter(word for one in found for word in one)
    number = {word: i for i, word in enumerate(word for word, count in in_how_many.items() if count > 1)}
    return [[number[word] for word in one if word in number] for one in found], len(number)


def _said(words: str) -> list[str]:
    single = _WORD.findall(words.lower())
    names = [f", {(inside or first).lower()}" for inside, first in _SPOKEN_TO.findall(words)]
    return list(dict.fromkeys([*names, *single, *map(" ".join, pairwise(single))]))[:_MOST]


class _Known:
    """How often each word stands in questions, and how often in answers, as far as the reading goes."""

    def __init__(self, size: int) -> None:
        self.asked, self.answered = [0.0] * size, [0.0] * size
        self.all_asked = self.all_answered = 0.0
        self._taken: list[tuple[float, float]] = []

    def take(self, vocabulary: Sequence[Sequence[int]], chances: Chances) -> None:
        """Counts the words of the paragraphs whose chances are others than when they were taken."""
        self._taken = self._taken or [(0.0, 0.0)] * len(vocabulary)
        for i, (words, (asks, answers)) in enumerate(zip(vocabulary, chances, strict=True)):
            more_asked, more_answered = asks - self._taken[i][0], answers - self._taken[i][1]
            if abs(more_asked) + abs(more_answered) < _SAME:
                continue
            self._taken[i] = asks, answers
            self.all_asked += len(words) * more_asked
            self.all_answered += len(words) * more_answered
            for word in words:
                self.asked[word] += more_asked
                self.answered[word] += more_answered

    def odds(self, words: Sequence[int], asks: float, answers: float) -> float:
        """How much these words are those of the questions, in log odds, a paragraph with these chances itself left out."""
        rest_asked, rest_answered = self.all_asked - len(words) * asks, self.all_answered - len(words) * answers
        unseen, both = _UNSEEN * (rest_asked + rest_answered), asks + answers
        if not words or min(rest_asked, rest_answered, unseen) <= 0:
            return 0.0
        asked, answered, more_asked, more_answered = self.asked, self.answered, _UNSEEN - asks, _UNSEEN - answers
        ratios = [
            (asked[word] + more_asked)
            * (rest_answered * (usual := asked[word] + answered[word] - both) + unseen)
            / ((answered[word] + more_answered) * (rest_asked * usual + unseen))
            for word in words
        ]
        odds = sum(math.log(math.prod(ratios[at : at + 40])) for at in range(0, len(ratios), 40))
        return odds / math.sqrt(len(words) + 1)  # words are not independent of each other
