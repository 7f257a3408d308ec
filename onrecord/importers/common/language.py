"""Detect the language of a text by its script, then by its most frequent small words."""

from __future__ import annotations

import re
from collections import Counter

_SMALL_WORDS = {
    "en": "the and of to is in that it you for was with are have this be not but what do we they so",
    "fr": "le la les et est une des que qui dans pour pas sur nous vous avec ce plus au il je mais c’est du",
    "es": "el la los las que y es en una por para con no se del lo como más pero su yo qué hay muy",
    "de": "der die das und ist nicht ich wir ein eine den von zu mit sich auf es dass sie auch aber wie im",
    "it": "il la che di è non per una un sono con più come ma del della i gli anche questo si lo nel",
    "pt": "o a que e é não uma um para com do da os as mais mas por em no na se como eu muito",
    "nl": "de het een en van is dat niet ik we in op te zijn maar met voor er wat hij",
    "pl": "i w nie na się to że jest z do jak ale o po co tak za przez który są",
    "cs": "a je se na v že to z do jako ale jsem by které který jsou pro tak",
    "sv": "och det att som en är på jag för med inte av den vi till har men om",
    "tr": "ve bir bu da de için çok ne ben ama gibi daha olarak var mı biz",
    "ro": "și în de la care nu o pe este cu un mai din sunt ca pentru că am",
}
_WORDS = {tag: frozenset(words.split()) for tag, words in _SMALL_WORDS.items()}
_SCRIPTS = (
    ("ja", "\u3040-\u30ff"),
    ("ko", "\uac00-\ud7af"),
    ("zh", "\u4e00-\u9fff"),
    ("he", "\u0590-\u05ff"),
    ("ar", "\u0600-\u06ff"),
    ("el", "\u0370-\u03ff"),
    ("hy", "\u0530-\u058f"),
    ("ka", "\u10a0-\u10ff"),
    ("hi", "\u0900-\u097f"),
    ("th", "\u0e00-\u0e7f"),
    ("ru", "\u0400-\u04ff"),
)


def detect_language(text: str) -> str:
    """Return the BCP 47 tag of the language, or "" if it is not sure."""
    sample = text[:100_000].lower()
    return _detect_by_script(sample) or _detect_by_words(sample)


def _detect_by_script(sample: str) -> str:
    """Return the language of a script that few languages use; "" for Latin letters."""
    letter_count = sum(map(str.isalpha, sample)) or 1
    for tag, characters in _SCRIPTS:
        share = len(re.findall(f"[{characters}]", sample)) / letter_count
        if share > (0.05 if tag == "ja" else 0.3):
            return _detect_cyrillic(sample) if tag == "ru" else _detect_arabic(sample) if tag == "ar" else tag
    return ""


def _detect_by_words(sample: str) -> str:
    """Return the language whose frequent small words are found most; "" if it is not clear."""
    counts = Counter(re.findall(r"[^\W\d_]+(?:[’'][^\W\d_]+)?", sample))
    scores = {tag: sum(counts[word] for word in words) for tag, words in _WORDS.items()}
    best, second = sorted(scores, key=lambda tag: -scores[tag])[:2]
    share = scores[best] / (counts.total() or 1)
    is_sure = scores[best] >= 3 and share > 0.08 and scores[best] > 1.15 * scores[second]
    return best if is_sure else ""


def _detect_cyrillic(sample: str) -> str:
    """Return the language of a text in Cyrillic, by letters that only some languages have."""
    counts = Counter(sample)
    if counts["ў"]:
        return "be"
    if counts["і"] + counts["ї"] + counts["є"] > counts["ы"] + counts["э"]:
        return "kk" if counts["қ"] + counts["ң"] else "uk"
    if counts["ј"]:
        return "mk" if counts["ѓ"] + counts["ќ"] else "sr"
    return "bg" if counts["ъ"] > 4 * (counts["ы"] + counts["э"] + 1) else "ru"


def _detect_arabic(sample: str) -> str:
    """Return "fa" if over 1 % of the sample are letters of Persian only, else "ar"."""
    return "fa" if sum(map(sample.count, "پچگژ")) > len(sample) * 0.01 else "ar"
