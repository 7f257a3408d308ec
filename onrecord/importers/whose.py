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
_UNSEEN = 0.2  # how often each word is thought to have been said by each, beside what was heard
_TRUSTED = 0.75  # words are not independent of each other
_ROUNDS, _SETTLED, _SURE = 5, 0.05, 0.995

Chances = Sequence[tuple[float, float]]  # of each paragraph, to be a question, and to be an answer


def learnt(every: Sequence[str], chances: Callable[[Sequence[float]], Chances]) -> list[float]:
    """What the words of each paragraph say for its being a question, in log odds, when they and the reading of the whole agree.

    `chances` is how likely a question or an answer each paragraph is, given what its words say.
    """
    vocabulary, size = _vocabulary(every)
    said = [0.0] * len(every)
    open_ = list(range(len(every)))
    for _ in range(_ROUNDS if size else 0):
        now = chances(said)
        fresh = _likeness(vocabulary, size, now, open_)
        settled = all(abs(new - said[i]) < _SETTLED for i, new in fresh)
        for i, new in fresh:
            said[i] = new
        if settled:
            break
        open_ = [i for i in range(len(every)) if max(now[i]) < _SURE]
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


def _likeness(vocabulary: Sequence[Sequence[int]], size: int, chances: Chances, which: Sequence[int]) -> list[tuple[int, float]]:
    """How much the words of these paragraphs are those of the questions of this text, each one itself left out."""
    asked, answered = [0.0] * size, [0.0] * size
    for words, (asks, answers) in zip(vocabulary, chances, strict=True):
        for word in words:
            asked[word] += asks
            answered[word] += answers
    all_asked, all_answered = math.fsum(asked), math.fsum(answered)
    out = []
    for i in which:
        words, (asks, answers) = vocabulary[i], chances[i]
        rest_asked, rest_answered = all_asked - len(words) * asks, all_answered - len(words) * answers
        unseen, both = _UNSEEN * (rest_asked + rest_answered), asks + answers
        if not words or rest_asked < 0 or rest_answered < 0 or not unseen:
            continue
        more_asked, more_answered = _UNSEEN - asks, _UNSEEN - answers
        ratios = [
            (asked[word] + more_asked) * (rest_answered * (usual := asked[word] + answered[word] - both) + unseen)
            / ((answered[word] + more_answered) * (rest_asked * usual + unseen))
            for word in words
        ]  # fmt: skip
        odds = sum(math.log(math.prod(ratios[at : at + 40])) for at in range(0, len(ratios), 40))
        out.append((i, _TRUSTED * odds / math.sqrt(len(words) + 1)))
    return out
