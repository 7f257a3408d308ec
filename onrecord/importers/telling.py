"""How questions are told from answers when no label says it: many small signs, weighed over the whole text.

1. Each paragraph gets a score from what it shows (`signs.of_paragraph`), and each step from one paragraph to the
   next a score for the same one going on (`signs.of_step`).
2. A chain of states (front matter, question, answer, what stands behind) gives the likeliest reading of the whole and
   how sure each step of it is (forward-backward algorithm, Rabiner 1989 §III).
3. Whoever asks has other words than whoever answers. The words of the clear questions and of the clear answers of
   *this* text are compared, the scores corrected, and the chain run again, a few times.
4. The more of the questions have no question mark, the less all of it is believed.
"""

from __future__ import annotations

import itertools
import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from onrecord.importers import signs

FRONT, QUESTION, ANSWER, BEHIND = range(4)
_STATES = range(4)
_NEVER, _LEAST = -1e9, -60.0
_Rows = list[list[float]]

# Question against answer, in log odds, for `signs.of_paragraph`; fitted to half of the interviews of benchmarks/import.py.
ASKING = (
    0.8,  # in any case
    3.2, 0.8,  # ends in a question mark, or has one near the end
    0.9, -1.9,  # how many of the sentences ask; none does
    -0.5, -0.65,  # how long it is; beyond sixty words
    1.0,  # ends in a question mark and is short
    1.15, 0.4,  # opens with a word that asks; invites to speak
    0.7,  # opens as replies do: where it asks, it replies and asks
    -0.7, 1.2,  # speaks of me; speaks of you
    -0.3,  # has four words at most
    5.0,  # orders to speak: "Tell us …"
    1.65,  # short, and opens with "you"
    -0.9,  # opens with "Yes", "Right", "Exactly"
    2.0,  # speaks of the programme, of its listeners, of what was said before
    1.2,  # ends in ", right?"
)  # fmt: skip
# In a talk, and where somebody only listens: those who ask say more, and without question marks.
_IN_TALK, _WHERE_HEARD = (0.7, 3.15), (-0.75, 0.65)
# The same one goes on, in log odds, for `signs.of_step`: one who answers, one who asks.
STAYING = (
    (-0.05, -2.5),  # in any case
    (-0.4, -1.7),  # what stands before ends in a question mark
    (-2.95, -1.5),  # opens with "Yes", "Right", "Exactly"
    (1.3, -0.5),  # opens with "And then", "For example", "They"
    (-0.6, -0.5),  # what stands before has four words at most
    (-0.65, 0.25),  # has four words at most
    (0.55, 0.35),  # what stands before trails off …
    (0.7, 0.35),  # how long what stands before is
    (0.4, 0.5),  # how long it is
)
_STAYING_OF_TEXT = ((-0.45, 0.3), (-0.95, -0.3), (0.95, 0.55))  # in a talk; where somebody listens; paragraphs for each question
_TURN_AFTER_TURN = (-3.2, -3.2)  # where each text is a whole turn

_START = {FRONT: math.log(0.5), QUESTION: math.log(0.45), ANSWER: math.log(0.05), BEHIND: _NEVER}
_END = {FRONT: _NEVER, QUESTION: math.log(0.03), ANSWER: math.log(0.6), BEHIND: math.log(0.4)}
_FRONT_FIRST, _FRONT_LATER, _FRONT_SPEAKS, _FRONT_STAYS, _SELDOM = 0.8, 0.3, -2.5, 0.5, -4.5

_ROUNDS, _SETTLED, _OWN_WORDS, _DOUBTED_COUNTS, _MOST_WORDS = 6, 0.05, 2.0, 1.0, 120
_BELIEVED, _BELIEVED_LESS = 0.95, 0.5
_WORD = re.compile(r"\w+(?:[’']\w+)?")
_SPOKEN_TO = re.compile(r",\s([^\W\d_a-zа-яё]\w+)[.?!,]")


def score(words: str) -> float:
    """How much these words look like a question rather than an answer, in log odds."""
    return sum(weight * value for weight, value in zip(ASKING, signs.of_paragraph(words), strict=True))


def told(
    words: Sequence[str], forced: Mapping[int, int], *, turns: bool = False, front: bool = True, talk: bool = False
) -> list[tuple[int, float]]:
    """The state of each paragraph, and how sure it is (0 to 1); `forced` states are known.

    `turns`: each text is a whole turn, not a paragraph of one. `front`: text may stand before the first question.
    `talk`: the words are known to be spoken.
    """
    if not words:
        return []
    shown = signs.of_text(words)
    text = (1.0, 1.0, shown[2]) if talk else shown
    odds = [score(one) + _in_this_text(one, text) for one in words]
    steps = [_step(_TURN_AFTER_TURN if turns else _stays(one, following, text)) for one, following in itertools.pairwise(words)]
    before = [_as_front(i, one, odds[i]) if front else _NEVER for i, one in enumerate(words)]
    known = [_known(forced.get(i)) for i in range(len(words))]
    own = _own_of(words, lambda own: _chances(_emitted(odds, own, before, known), steps, 1.0))
    emitted = _emitted(odds, own, before, known)
    path = _best(emitted, steps)
    sure = _chances(emitted, steps, _BELIEVED - _BELIEVED_LESS * _unmarked(words, path))
    return [(state, row[state]) for state, row in zip(path, sure, strict=True)]


def _in_this_text(words: str, text: tuple[float, float, float]) -> float:
    unmarked = not signs.ends_in_question(words)
    return sum(level * (always + more * unmarked) for level, (always, more) in zip(text, (_IN_TALK, _WHERE_HEARD), strict=False))


def _stays(before: str, words: str, text: tuple[float, float, float]) -> tuple[float, float]:
    """How much speaks for the same one going on: one who answers, one who asks."""
    shown = [*zip(STAYING, signs.of_step(before, words), strict=True), *zip(_STAYING_OF_TEXT, text, strict=True)]
    return sum(pair[0] * value for pair, value in shown), sum(pair[1] * value for pair, value in shown)


def _step(stays: tuple[float, float]) -> _Rows:
    """What each step costs, from state to state."""
    answers, asks = stays
    return [
        [_FRONT_STAYS, 0.0, _SELDOM, _NEVER],
        [_NEVER, asks, 0.0, _NEVER],
        [_NEVER, 0.0, answers, _SELDOM],
        [_NEVER, _NEVER, _NEVER, 0.0],
    ]


def _as_front(i: int, words: str, odds: float) -> float:
    """Text before the first question is like an answer, but asks nothing and speaks to nobody."""
    return -odds / 2 + (_FRONT_LATER if i else _FRONT_FIRST) + (_FRONT_SPEAKS if signs.speaks(words) or signs.asks(words) else 0.0)


def _known(state: int | None) -> list[float]:
    """What stands behind a conversation is always known, never guessed."""
    return [0.0, 0.0, 0.0, _NEVER] if state is None else [0.0 if one == state else _NEVER for one in _STATES]


def _emitted(odds: Sequence[float], own: Sequence[float], front: Sequence[float], known: _Rows) -> _Rows:
    return [
        [f + k[FRONT], (o + w) / 2 + k[QUESTION], -(o + w) / 2 + k[ANSWER], k[BEHIND]] if max(k[:3]) > _NEVER else k
        for o, w, f, k in zip(odds, own, front, known, strict=True)
    ]


# --- the words of this text -------------------------------------------------------------------------


def _vocabulary(every: Sequence[str]) -> Iterator[list[str]]:
    """Of each paragraph the words that stand in others too, and the names it speaks to."""
    found = [list(dict.fromkeys([*_WORD.findall(one.lower()), *_names(one)]))[:_MOST_WORDS] for one in every]
    in_how_many = Counter(word for one in found for word in one)
    yield from ([word for word in one if in_how_many[word] > 1] for one in found)


def _names(words: str) -> list[str]:
    return [f", {name.lower()}" for name in _SPOKEN_TO.findall(words)]


def _own_of(words: Sequence[str], chances: Callable[[Sequence[float]], _Rows]) -> list[float]:
    """What the words of this text say of each paragraph, when they and the reading of the whole agree with each other."""
    vocabulary = list(_vocabulary(words))
    own = [0.0] * len(words)
    for _ in range(_ROUNDS):
        before, own = own, _own_words(vocabulary, chances(own))
        if max(abs(one - other) for one, other in zip(before, own, strict=True)) < _SETTLED:
            break
    return own


def _own_words(vocabulary: Sequence[Sequence[str]], chances: _Rows) -> list[float]:
    """How much the words of each paragraph are those of the questions of this text, itself left out."""
    asked, answered = dict[str, float](), dict[str, float]()
    for words, chance in zip(vocabulary, chances, strict=True):
        for word in words:
            asked[word] = asked.get(word, 0.0) + chance[QUESTION]
            answered[word] = answered.get(word, 0.0) + chance[ANSWER]
    all_asked, all_answered = math.fsum(asked.values()), math.fsum(answered.values())
    out = []
    for words, chance in zip(vocabulary, chances, strict=True):
        rest_asked, rest_answered = all_asked - len(words) * chance[QUESTION], all_answered - len(words) * chance[ANSWER]
        rest = rest_asked + rest_answered
        odds = 0.0
        for word in words if rest > 1 else ():
            mine, theirs = max(0.0, asked[word] - chance[QUESTION]), max(0.0, answered[word] - chance[ANSWER])
            usual = (mine + theirs) / rest
            odds += math.log((mine + _DOUBTED_COUNTS) / (rest_asked * usual + _DOUBTED_COUNTS))
            odds -= math.log((theirs + _DOUBTED_COUNTS) / (rest_answered * usual + _DOUBTED_COUNTS))
        out.append(_OWN_WORDS * odds / math.sqrt(len(words) + 1))  # words are not independent of each other
    return out


def _unmarked(words: Sequence[str], path: Sequence[int]) -> float:
    """How many of the questions have no question mark, from 0 to 1."""
    asked = [signs.ends_in_question(one) for one, state in zip(words, path, strict=True) if state == QUESTION]
    return asked.count(False) / len(asked) if asked else 0.0


# --- the chain ----------------------------------------------------------------------------------------


def _weights(logarithms: Iterable[float], believed: float) -> list[float]:
    """Chances from their logarithms; nothing is quite impossible, so that what contradicts itself is read somehow."""
    return [math.exp(max(_LEAST, believed * one)) for one in logarithms]


def _chances(emitted: _Rows, steps: Sequence[_Rows], believed: float) -> _Rows:
    """How likely each state of each paragraph is, all readings taken together."""
    ways = [[_weights(row, believed) for row in step] for step in steps]
    shown = [_weights((one - max(row) for one in row), believed) for row in emitted]
    ahead = [_shares([start * one for start, one in zip(_weights(_START.values(), 1.0), shown[0], strict=True)])]
    for row, way in zip(shown[1:], ways, strict=True):
        f, q, a, b = ahead[-1]
        ahead.append(_shares([(f * way[0][s] + q * way[1][s] + a * way[2][s] + b * way[3][s]) * row[s] for s in _STATES]))
    back = [_shares(_weights(_END.values(), 1.0))]
    for row, way in zip(reversed(shown[1:]), reversed(ways), strict=True):
        f, q, a, b = (one * later for one, later in zip(row, back[-1], strict=True))
        back.append(_shares([step[0] * f + step[1] * q + step[2] * a + step[3] * b for step in way]))
    back.reverse()
    return [_shares([a * b for a, b in zip(one, other, strict=True)]) for one, other in zip(ahead, back, strict=True)]


def _shares(weights: list[float]) -> list[float]:
    total = sum(weights) or 1.0
    return [one / total for one in weights]


def _best(emitted: _Rows, steps: Sequence[_Rows]) -> list[int]:
    """The most likely path (Viterbi)."""
    scores = [_START[s] + emitted[0][s] for s in _STATES]
    back: list[list[int]] = []
    for row, step in zip(emitted[1:], steps, strict=True):
        came = [max(_STATES, key=[scores[a] + step[a][b] for a in _STATES].__getitem__) for b in _STATES]
        scores = [scores[came[b]] + step[came[b]][b] + row[b] for b in _STATES]
        back.append(came)
    path = [max(_STATES, key=[scores[s] + _END[s] for s in _STATES].__getitem__)]
    for came in reversed(back):
        path.append(came[path[-1]])
    return path[::-1]
