"""Who of the voices asks: by the words of the label, the byline, and what each of them says."""

from __future__ import annotations

import itertools
import math
import re
import statistics
from collections.abc import Mapping, Sequence

from onrecord.importers.common.labels import ANSWERING, ASKING, bare
from onrecord.importers.recognition.speakers import Voice

_WELCOMES = re.compile(
    r"(?i)\b(?:welcome (?:back )?to|thank(?:s| you)[^.?!]{0,30} for (?:joining|coming|being|talking|speaking|your time)|спасибо за (?:беседу|интервью)|merci d’avoir|gracias por (?:acept|recib|conced)|vielen dank für (?:das|ihre))"
)
_WELCOMED = re.compile(
    r"(?i)\b(?:thank(?:s| you)[^.?!]{0,20} for (?:having|inviting|the invitation)|(?:great|good|glad|happy|pleasure) to be (?:here|back|on))"
)


_CLEAR = 3.0  # a score that leaves no question


def decide_who_asks(found: list[Voice], turns: Mapping[str, Sequence[str]], roles: Mapping[str, bool]) -> None:
    """Sets `asks` and `confidence` of each voice; `turns` are the words of each, `roles` what the byline says."""
    if not found:
        return
    scores = {voice.name: _asking(voice, turns, roles, [v.name for v in found]) for voice in found}
    ranked = sorted(found, key=lambda voice: -scores[voice.name])
    top, bottom = scores[ranked[0].name], scores[ranked[-1].name]
    if len(found) == 1:
        ranked[0].asks = top > 0
        ranked[0].confidence = 1 / (1 + math.exp(-abs(top)))
        return
    # However sure the first one is, others may ask as well.
    middle = _widest_gap([max(-_CLEAR, min(_CLEAR, scores[voice.name])) for voice in ranked])
    for voice in found:
        score = scores[voice.name]
        voice.asks = score > middle if len(found) > 2 else voice is ranked[0]
        distance = abs(top - bottom) if len(found) == 2 else 2.5 * abs(score - middle)
        voice.confidence = 1 / (1 + math.exp(-distance))
        if voice.anonymous:
            voice.asks, voice.confidence = score > middle, 0.5
    readers = [voice for voice in found if voice.among_many]
    asking = sum(voice.asks for voice in readers) > 0.5 * len(readers)
    for voice in readers:
        voice.asks, voice.confidence = asking, max(one.confidence for one in readers)


def _widest_gap(ranked: Sequence[float]) -> float:
    """The middle of the widest gap between neighbours: above it are those who ask."""
    pairs = list(itertools.pairwise(ranked))
    high, low = max(pairs, key=lambda pair: pair[0] - pair[1])
    return (high + low) / 2


def _asking(voice: Voice, turns: Mapping[str, Sequence[str]], roles: Mapping[str, bool], names: list[str]) -> float:
    """How much this voice looks like the one who asks; 0 is neither."""
    key, mine = bare(voice.name), turns[voice.name] or [""]
    others = [words for name, one in turns.items() if name != voice.name for words in one] or [""]
    score = 0.0
    if key.rstrip(".") in ASKING:
        score += 6
    elif key.rstrip(".") in ANSWERING:
        score -= 6
    if key in roles:
        score += 5 if roles[key] else -5
    score += 5 * (_questions(mine) - _questions(others))
    score += 0.8 * math.log((_length(others) + 5) / (_length(mine) + 5))
    score += 1.5 * (sum(bool(_WELCOMES.search(words)) for words in mine) > 0)
    score -= 2.5 * (sum(bool(_WELCOMED.search(words)) for words in mine) > 0)
    first = {bare(name).split()[0]: name for name in names if bare(name)}
    called = sum(words.casefold().lstrip("¿¡").startswith(tuple(f"{n}," for n in first)) for words in mine)
    return score + min(1.0, 4 * called / len(mine))


def _questions(turns: Sequence[str]) -> float:
    return sum("?" in words[-160:] or "？" in words[-80:] or "؟" in words[-160:] for words in turns) / len(turns)


def _length(turns: Sequence[str]) -> float:
    return statistics.mean(len(words) for words in turns)
