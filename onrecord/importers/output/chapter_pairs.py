"""Find which interview of an e-book is the one that an earlier import of another version wrote to a file."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Mapping, Sequence

from onrecord.importers.common.draft import Draft
from onrecord.importers.common.plain_markdown import split_into_tokens

_LEAST_SHARE = 0.5  # of the words of one chapter that are those of the other


def count_draft_words(draft: Draft) -> Counter[str]:
    """Return how often each word occurs in an imported draft, in any order."""
    texts = [draft.title, *(clipping.words for clipping in draft.introduction)]
    texts += [clipping.words for turn in draft.turns for clipping in turn.clippings]
    return Counter(token for text in texts for token in split_into_tokens(text) if token.isalnum())


def measure_similarity(words: Counter[str], others: Counter[str]) -> float:
    """Return which share of the words two chapters have in common: 1 for the same words."""
    return (words & others).total() / max(1, words.total(), others.total())


def find_most_similar(words: Counter[str], chapters: Sequence[Counter[str]]) -> int:
    """Return the index of the chapter whose words are most like these; -1 if none has half of them."""
    likeness = [measure_similarity(words, chapter) for chapter in chapters]
    best = max(range(len(chapters)), key=likeness.__getitem__, default=-1)
    return best if best >= 0 and likeness[best] >= _LEAST_SHARE else -1


def number_chapters(chapters: Sequence[Counter[str]], stored: Mapping[int, Counter[str]]) -> list[int]:
    """Return the number of each e-book chapter: that of the stored one most like it, else a new one.

    `stored` are the words of earlier chapters by their numbers. Without any, chapters are numbered in their order.
    """
    pairs = sorted(
        (
            (-measure_similarity(words, earlier), number, index)
            for index, words in enumerate(chapters)
            for number, earlier in stored.items()
        ),
    )
    numbers: dict[int, int] = {}
    for likeness, number, index in pairs:
        if -likeness >= _LEAST_SHARE and index not in numbers and number not in numbers.values():
            numbers[index] = number
    unused = itertools.count(max(stored, default=0) + 1)
    return [numbers[index] if index in numbers else next(unused) for index in range(len(chapters))]
