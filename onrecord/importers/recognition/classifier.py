"""Tell questions from answers where no label does: score many features and judge the text as a whole.

1. Each paragraph gets a score from its features (`features.of_paragraph`), and each step to the next paragraph a
   score for the same person continuing (`features.of_step`).
2. A hidden Markov model (`hmm`) finds the likeliest sequence of front matter, question, answer and back matter, and
   the probability of each.
3. The words of the clear questions and of the clear answers of this text are compared (`speaker_vocabulary`), the
   scores corrected, and the model run again, a few times.
4. How regularly the sides of a talk alternate is estimated from the text (`alternation`), and 3 is repeated with it.
5. The confidence in a paragraph depends on its neighbours: all scores are reduced, and more so if many questions have
   no question mark, so that a doubt spreads to the paragraphs that depend on it. The result is then sharpened.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from onrecord.importers.common import features
from onrecord.importers.recognition import hmm, speaker_vocabulary
from onrecord.importers.recognition.alternation import SPREAD, estimate_alternation
from onrecord.importers.recognition.hmm import ANSWER, QUESTION

# Log odds of a question against an answer, for `features.of_paragraph`; fitted to half of the interviews of
# benchmarks/import.py.
QUESTION_WEIGHTS = (
    0.8,  # always
    3.2,
    0.8,  # ends in a question mark, or has one near the end
    0.9,
    -1.9,  # the share of sentences that ask; no sentence asks
    -0.5,
    -0.65,  # its length; the length beyond sixty words
    1.0,  # ends in a question mark and is short
    1.15,
    0.4,  # begins with a word that asks; invites to speak
    0.7,  # begins like a reply: a question that begins so replies and asks
    -0.7,
    1.2,  # has words of the first person; of the second person
    -0.3,  # has four words at most
    5.0,  # orders to speak: "Tell us …"
    1.65,  # short, and begins with "you"
    -0.9,  # begins with "Yes", "Right", "Exactly"
    2.0,  # mentions the programme, its listeners, or what was said before
    1.2,  # ends in ", right?"
)
# In a talk, and where a speaker often only shows attention, those who ask say more, and without question marks.
_IN_TALK, _WITH_LISTENER = (0.7, 3.15), (-0.75, 0.65)
# Log odds that the same person continues, for `features.of_step`: the one who answers, the one who asks.
STEP_WEIGHTS = (
    (-0.05, -2.5),  # always
    (-0.4, -1.7),  # the paragraph before ends in a question mark
    (-2.95, -1.5),  # begins with "Yes", "Right", "Exactly"
    (1.3, -0.5),  # begins with "And then", "For example", "They"
    (-0.6, -0.5),  # the paragraph before has four words at most
    (-0.65, 0.25),  # has four words at most
    (0.55, 0.35),  # the paragraph before trails off …
    (0.7, 0.35),  # the length of the paragraph before
    (0.4, 0.5),  # its length
)
# The same for `features.of_text`: how much of a talk it is, how much a speaker only listens, paragraphs per question.
_TEXT_STAYING = (
    (-0.45, 0.3),
    (-0.95, -0.3),
    (0.95, 0.55),
)
_TURN_AFTER_TURN = (-3.2, -3.2)  # where each text is a whole turn
_ADDRESS_STAYS = (12.0, 12.0)  # an address of a page belongs to what stands before it

_FRONT_FIRST, _FRONT_LATER, _FRONT_SPEAKS = 0.8, 0.3, -2.5
_TALK, _ALTERNATION_ROUNDS, _SAME_ALTERNATION = 0.5, 3, 0.05
_TRUST, _TRUST_LOST, _SHARPNESS = 0.65, 0.2, 1.2
_TRUST_IF_MIXED = 0.65  # chosen by benchmarks/speech.py: nine in ten wrong words of captions by sentences are marked


@dataclass(frozen=True, slots=True)
class TalkSettings:
    """What is chosen by benchmarks/speech.py for talks.

    `alternation_spread`: how far a talk may alternate more than the average (`alternation`). `trust`: the factor of all
    scores; the less, the farther a doubt spreads. `sharpness`: the exponent of the odds of a paragraph; the more, the
    fewer doubts.
    """

    alternation_spread: float = SPREAD
    trust: float = 0.55
    sharpness: float = 1.8


def score_question(words: str) -> float:
    """Return the log odds that an imported paragraph is a question rather than an answer."""
    return sum(
        weight * value
        for weight, value in zip(QUESTION_WEIGHTS, features.compute_paragraph_features(words), strict=True)
    )


def classify_paragraphs(
    paragraphs: Sequence[str],
    known_states: Mapping[int, int],
    *,
    are_whole_turns: bool = False,
    can_have_front_matter: bool = True,
    is_talk: bool = False,
    shows_turns: bool = True,
    settings: TalkSettings | None = None,
) -> list[tuple[int, float]]:
    """Return each imported paragraph's state (front matter, question, answer, back matter) and confidence (0 to 1).

    `known_states`: states by the number of the paragraph. `are_whole_turns`: each text is a turn, not a paragraph of
    one. `is_talk`: the words are known to be spoken. `shows_turns`: False if a paragraph may hold words of both sides,
    so that less is certain. `settings`: others for talks than are shipped.
    """
    if not paragraphs:
        return []
    settings = settings or TalkSettings()
    text = features.compute_text_features(paragraphs)
    if is_talk:
        text = (1.0, 1.0, text[2])
    asks = [features.ends_in_unquoted_question(words) for words in paragraphs]
    odds = [
        0.0 if features.is_address(words) else score_question(words) + _compute_text_bonus(text, ends)
        for words, ends in zip(paragraphs, asks, strict=True)
    ]
    stay_scores = [
        _TURN_AFTER_TURN if are_whole_turns else _score_step(*pair, text, asked=ends)
        for pair, ends in zip(itertools.pairwise(paragraphs), asks, strict=False)
    ]
    front_scores = [
        _score_front_matter(i, words, odds[i]) if can_have_front_matter else hmm.NEVER
        for i, words in enumerate(paragraphs)
    ]

    def score_states(vocabulary_odds: Sequence[float]) -> list[hmm.StateValues]:
        """Return the scores of the states of each paragraph, with these odds of its vocabulary."""
        return [
            _score_paragraph(by_features + by_vocabulary, front, known_states.get(i))
            for i, (by_features, by_vocabulary, front) in enumerate(
                zip(odds, vocabulary_odds, front_scores, strict=True)
            )
        ]

    alternates = text[0] >= _TALK and not are_whole_turns
    spread = settings.alternation_spread if alternates else 0.0
    scores, stay_scores = _fit_to_text(paragraphs, score_states, stay_scores, spread)
    path = hmm.find_likeliest_path(scores, stay_scores)
    trust, sharpness = (settings.trust, settings.sharpness) if alternates and shows_turns else (_TRUST, _SHARPNESS)
    trust = (trust - _TRUST_LOST * _measure_unmarked_questions(asks, path)) * (1.0 if shows_turns else _TRUST_IF_MIXED)
    probabilities = hmm.compute_probabilities(scores, stay_scores, trust)
    return [(state, _sharpen(row[state], sharpness)) for state, row in zip(path, probabilities, strict=True)]


def _fit_to_text(
    paragraphs: Sequence[str],
    score_states: Callable[[Sequence[float]], list[hmm.StateValues]],
    stay_scores: list[hmm.StayScores],
    spread: float,
) -> tuple[list[hmm.StateValues], list[hmm.StayScores]]:
    """Return the scores with what the text itself tells: words of each side, and how regularly they alternate.

    `score_states` returns the scores of the states of each paragraph, given the log odds of its vocabulary.
    """
    fitted, alternation = stay_scores, 0.0

    def estimate_sides(vocabulary_odds: Sequence[float]) -> list[tuple[float, float]]:
        """Return how likely each paragraph is a question and an answer, with these odds of its vocabulary."""
        probabilities = hmm.compute_probabilities(score_states(vocabulary_odds), fitted)
        return [(row[QUESTION], row[ANSWER]) for row in probabilities]

    scores = score_states(speaker_vocabulary.learn_question_odds(paragraphs, estimate_sides))
    for _ in range(_ALTERNATION_ROUNDS):
        before, odds = alternation, [row[QUESTION] - row[ANSWER] for row in scores]
        alternation = estimate_alternation(odds, stay_scores, before, spread=spread)
        if abs(alternation - before) < _SAME_ALTERNATION:
            break
        fitted = [(answers + alternation, asks + alternation) for answers, asks in stay_scores]
        scores = score_states(speaker_vocabulary.learn_question_odds(paragraphs, estimate_sides))
    return scores, fitted


def _compute_text_bonus(text: tuple[float, float, float], ends_in_question: bool) -> float:
    """Return what a talk, or a text with a listener, adds to the score of a question."""
    return sum(
        level * (always + more * (not ends_in_question))
        for level, (always, more) in zip(text, (_IN_TALK, _WITH_LISTENER), strict=False)
    )


def _score_step(before: str, words: str, text: tuple[float, float, float], *, asked: bool) -> hmm.StayScores:
    """Return the log odds that the same person goes on from one paragraph to the next: who answers, who asks."""
    if features.is_address(words):
        return _ADDRESS_STAYS
    step = features.compute_step_features(before, words, asked=asked)
    weighted = [*zip(STEP_WEIGHTS, step, strict=True), *zip(_TEXT_STAYING, text, strict=True)]
    return sum(pair[0] * value for pair, value in weighted), sum(pair[1] * value for pair, value in weighted)


def _score_front_matter(i: int, words: str, odds: float) -> float:
    """Return the score of a paragraph as front matter: like an answer, but asks and addresses nobody."""
    return (
        -odds / 2
        + (_FRONT_LATER if i else _FRONT_FIRST)
        + (_FRONT_SPEAKS if features.sounds_spoken(words) or features.ends_with_question_mark(words) else 0.0)
    )


def _score_paragraph(odds: float, front: float, known_state: int | None) -> hmm.StateValues:
    """Return the scores of front matter, question, answer and back matter, which is never guessed."""
    return hmm.KNOWN_STATE_SCORES[known_state] if known_state is not None else (front, odds / 2, -odds / 2, hmm.NEVER)


def _measure_unmarked_questions(asks: Sequence[bool], path: Sequence[int]) -> float:
    """Return the share of questions that have no question mark."""
    marks = [has_mark for has_mark, state in zip(asks, path, strict=True) if state == QUESTION]
    return marks.count(False) / len(marks) if marks else 0.0


def _sharpen(probability: float, sharpness: float) -> float:
    """Return a classifier's probability, moved away from one half."""
    odds: float = (probability / (1 - probability)) ** sharpness if probability < 1 else float("inf")
    return 1 - 1 / (1 + odds)
