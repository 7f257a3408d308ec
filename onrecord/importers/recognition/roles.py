"""Decide which speakers ask: by the words of the label, the byline, and what each of them says."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass

from onrecord.importers.common.labels import ANSWERING_ROLES, ASKING_ROLES, normalize_name
from onrecord.importers.recognition.label_groups import Speaker

_WELCOMES = re.compile(
    r"(?i)\b(?:welcome (?:back )?to|"
    r"thank(?:s| you)[^.?!]{0,30} for (?:joining|coming|being|talking|speaking|your time)|"
    r"спасибо за (?:беседу|интервью)|merci d’avoir|gracias por (?:acept|recib|conced)|vielen dank für (?:das|ihre))"
)
_WELCOMED = re.compile(
    r"(?i)\b(?:thank(?:s| you)[^.?!]{0,20} for (?:having|inviting|the invitation)|"
    r"(?:great|good|glad|happy|pleasure) to be (?:here|back|on))"
)
_LONGEST_ADDRESS = 100  # characters
_MAX_SCORE = 3.0  # scores beyond it count as this one when the groups are divided


def decide_who_asks(
    speakers: list[Speaker], turns: Mapping[str, Sequence[str]], asks_in_byline: Mapping[str, bool]
) -> None:
    """Set for each speaker of an import whether they ask (`asks`), and the `confidence` in that.

    `turns` are the words of each speaker by name, turn by turn; `asks_in_byline` says by normalized name what the
    byline gives.
    """
    if not speakers:
        return
    totals = _TurnTotals.count_turns([words for texts in turns.values() for words in texts])
    first_names = {normalized.split()[0] for speaker in speakers if (normalized := normalize_name(speaker.name))}
    scores = {
        speaker.name: _score_asking(speaker, turns[speaker.name], totals, asks_in_byline, first_names)
        for speaker in speakers
    }
    ranked = sorted(speakers, key=lambda speaker: -scores[speaker.name])
    top, bottom = scores[ranked[0].name], scores[ranked[-1].name]
    if len(speakers) == 1:
        ranked[0].asks = top > 0
        ranked[0].confidence = _to_confidence(abs(top))
        return
    # Even if one speaker clearly asks, others may ask as well.
    middle = _find_dividing_score([max(-_MAX_SCORE, min(_MAX_SCORE, scores[speaker.name])) for speaker in ranked])
    for speaker in speakers:
        score = scores[speaker.name]
        speaker.asks = score > middle if len(speakers) > 2 else speaker is ranked[0]
        distance = abs(top - bottom) if len(speakers) == 2 else 2.5 * abs(score - middle)
        speaker.confidence = _to_confidence(distance)
        if speaker.is_anonymous:
            speaker.asks, speaker.confidence = score > middle, 0.5
    _give_readers_one_role([speaker for speaker in speakers if speaker.asks_once])


def _give_readers_one_role(readers: Sequence[Speaker]) -> None:
    """Give all readers who each speak once the role that most of them have."""
    is_asking = sum(speaker.asks for speaker in readers) > 0.5 * len(readers)
    confidence = max((reader.confidence for reader in readers), default=0.0)
    for speaker in readers:
        speaker.asks, speaker.confidence = is_asking, confidence


def _to_confidence(distance: float) -> float:
    """Return a distance from the dividing score as a probability (logistic function)."""
    return 1 / (1 + math.exp(-distance))


def _find_dividing_score(ranked: Sequence[float]) -> float:
    """Return the middle of the widest gap between neighbours; the speakers above it ask."""
    high, low = max(itertools.pairwise(ranked), key=lambda pair: pair[0] - pair[1])
    return (high + low) / 2


@dataclass(frozen=True, slots=True)
class _TurnTotals:
    """How many turns there are, how many end with a question, and how many characters they have."""

    turns: int
    questions: int
    characters: int

    @classmethod
    def count_turns(cls, turns: Sequence[str]) -> _TurnTotals:
        """Return the totals of these turns: how many, how many end with a question, how long."""
        return cls(len(turns), sum(map(_ends_with_question, turns)), sum(map(len, turns)))

    def subtract(self, others: _TurnTotals) -> _TurnTotals:
        """Return the totals of the turns that are not in `others`."""
        return _TurnTotals(
            self.turns - others.turns, self.questions - others.questions, self.characters - others.characters
        )

    @property
    def question_share(self) -> float:
        """Return the share of turns that end with a question."""
        return self.questions / max(1, self.turns)

    @property
    def mean_length(self) -> float:
        """Return the mean length of a speaker's turns in characters."""
        return self.characters / max(1, self.turns)


def _score_asking(
    speaker: Speaker,
    speaker_turns: Sequence[str],
    totals: _TurnTotals,
    asks_in_byline: Mapping[str, bool],
    first_names: Set[str],
) -> float:
    """Return how much a speaker is like one who asks; 0 is undecided, a negative score is one who answers."""
    key = normalize_name(speaker.name)
    spoken = _TurnTotals.count_turns(speaker_turns)
    others = totals.subtract(spoken)
    score = 0.0
    if key.rstrip(".") in ASKING_ROLES:
        score += 6
    elif key.rstrip(".") in ANSWERING_ROLES:
        score -= 6
    if key in asks_in_byline:
        score += 5 if asks_in_byline[key] else -5
    score += 5 * (spoken.question_share - others.question_share)
    score += 0.8 * math.log((others.mean_length + 5) / (spoken.mean_length + 5))
    score += 1.5 * any(_WELCOMES.search(words) is not None for words in speaker_turns)
    score -= 2.5 * any(_WELCOMED.search(words) is not None for words in speaker_turns)
    addressing = sum(_begins_with_address(words, first_names) for words in speaker_turns)
    return score + min(1.0, 4 * addressing / max(1, len(speaker_turns)))


def _ends_with_question(words: str) -> bool:
    """Return whether an imported turn has a question mark near the end."""
    return "?" in words[-160:] or "？" in words[-80:] or "؟" in words[-160:]


def _begins_with_address(words: str, first_names: Set[str]) -> bool:
    """Return whether a turn begins with a first name and a comma: “Ada, when was that?”"""
    name, comma, _ = words[:_LONGEST_ADDRESS].casefold().lstrip("¿¡").partition(",")
    return bool(comma) and name in first_names
