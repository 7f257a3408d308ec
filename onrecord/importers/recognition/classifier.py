"""How questions are told from answers when no label says it: many small signs, weighed over the whole text.

1. Each paragraph gets a score from what it shows (`signs.of_paragraph`), and each step from one paragraph to the
   next a score for the same one going on (`signs.of_step`).
2. A `chain` of states (front matter, question, answer, what stands behind) gives the likeliest reading of the whole and
   how sure each step of it is.
3. Whoever asks has other words than whoever answers. The words of the clear questions and of the clear answers of
   *this* text are compared (`whose`), the scores corrected, and the chain run again, a few times.
4. How sure a paragraph is depends on those around it: no sign and no step is quite believed, the less the more of the
   questions have no question mark, so that doubt reaches what hangs on it; then the result is made sharper again.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence

from onrecord.importers.common import features
from onrecord.importers.recognition import hmm, speaker_vocabulary
from onrecord.importers.recognition.hmm import ANSWER, BEHIND, FRONT, QUESTION

__all__ = ["ANSWER", "BEHIND", "FRONT", "QUESTION", "score", "told"]

# Question against answer, in log odds, for `signs.of_paragraph`; fitted to half of the interviews of benchmarks/import.py.
ASKING = (
    0.8,  # in any case
    3.2,
    0.8,  # ends in a question mark, or has one near the end
    0.9,
    -1.9,  # how many of the sentences ask; none does
    -0.5,
    -0.65,  # how long it is; beyond sixty words
    1.0,  # ends in a question mark and is short
    1.15,
    0.4,  # opens with a word that asks; invites to speak
    0.7,  # opens as replies do: where it asks, it replies and asks
    -0.7,
    1.2,  # speaks of me; speaks of you
    -0.3,  # has four words at most
    5.0,  # orders to speak: "Tell us …"
    1.65,  # short, and opens with "you"
    -0.9,  # opens with "Yes", "Right", "Exactly"
    2.0,  # speaks of the programme, of its listeners, of what was said before
    1.2,  # ends in ", right?"
)
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
_STAYING_OF_TEXT = (
    (-0.45, 0.3),
    (-0.95, -0.3),
    (0.95, 0.55),
)  # in a talk; where somebody listens; paragraphs for each question
_TURN_AFTER_TURN = (-3.2, -3.2)  # where each text is a whole turn

_FRONT_FIRST, _FRONT_LATER, _FRONT_SPEAKS = 0.8, 0.3, -2.5
_BELIEVED, _BELIEVED_LESS, _SHARPER = 0.65, 0.2, 1.2


def score(words: str) -> float:
    """How much these words look like a question rather than an answer, in log odds."""
    return sum(weight * value for weight, value in zip(ASKING, features.of_paragraph(words), strict=True))


def told(
    words: Sequence[str], forced: Mapping[int, int], *, turns: bool = False, front: bool = True, talk: bool = False
) -> list[tuple[int, float]]:
    """The state of each paragraph, and how sure it is (0 to 1); `forced` states are known.

    `turns`: each text is a whole turn, not a paragraph of one. `front`: text may stand before the first question.
    `talk`: the words are known to be spoken.
    """
    if not words:
        return []
    text = features.of_text(words)
    if talk:
        text = (1.0, 1.0, text[2])
    asked = [features.ends_in_question(one) for one in words]
    odds = [score(one) + _in_this_text(text, ends) for one, ends in zip(words, asked, strict=True)]
    pairs = zip(itertools.pairwise(words), asked, strict=False)
    stays = [_TURN_AFTER_TURN if turns else _stays(features.of_step(*pair, asked=ends), text) for pair, ends in pairs]
    before = [_as_front(i, one, odds[i]) if front else hmm.NEVER for i, one in enumerate(words)]

    def shown(said: Sequence[float]) -> list[hmm.Row]:
        """What each paragraph shows of each state, when its words say this much for a question."""
        return [_shown(o + w, f, forced.get(i)) for i, (o, w, f) in enumerate(zip(odds, said, before, strict=True))]

    said = speaker_vocabulary.learnt(
        words, lambda said: [(row[QUESTION], row[ANSWER]) for row in hmm.chances(shown(said), stays)]
    )
    path = hmm.likeliest(shown(said), stays)
    sure = hmm.chances(shown(said), stays, _BELIEVED - _BELIEVED_LESS * _unmarked(asked, path))
    return [(state, _sharper(row[state])) for state, row in zip(path, sure, strict=True)]


def _in_this_text(text: tuple[float, float, float], asked: bool) -> float:
    return sum(
        level * (always + more * (not asked))
        for level, (always, more) in zip(text, (_IN_TALK, _WHERE_HEARD), strict=False)
    )


def _stays(step: Sequence[float], text: tuple[float, float, float]) -> hmm.Stays:
    shown = [*zip(STAYING, step, strict=True), *zip(_STAYING_OF_TEXT, text, strict=True)]
    return sum(pair[0] * value for pair, value in shown), sum(pair[1] * value for pair, value in shown)


def _as_front(i: int, words: str, odds: float) -> float:
    """Text before the first question is like an answer, but asks nothing and speaks to nobody."""
    return (
        -odds / 2
        + (_FRONT_LATER if i else _FRONT_FIRST)
        + (_FRONT_SPEAKS if features.speaks(words) or features.asks(words) else 0.0)
    )


def _shown(odds: float, front: float, known: int | None) -> hmm.Row:
    """What stands behind a conversation is always known, never guessed."""
    return hmm.ONLY[known] if known is not None else (front, odds / 2, -odds / 2, hmm.NEVER)


def _unmarked(asked: Sequence[bool], path: Sequence[int]) -> float:
    """How many of the questions have no question mark, from 0 to 1."""
    marks = [mark for mark, state in zip(asked, path, strict=True) if state == QUESTION]
    return marks.count(False) / len(marks) if marks else 0.0


def _sharper(sure: float) -> float:
    odds: float = (sure / (1 - sure)) ** _SHARPER if sure < 1 else float("inf")
    return 1 - 1 / (1 + odds)
