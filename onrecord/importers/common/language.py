"""Detect the language of a text by its script, then by the models of py3langid."""

from __future__ import annotations

import re
from collections import Counter

from onrecord.importers.common.language_models import classify_text

# The script of these has other languages, too.
_SHARED_SCRIPTS = frozenset(("ru", "uk", "be", "bg", "sr", "mk", "kk", "ar", "fa", "he", "hi", "zh"))
_SURE = 0.8  # probability of a language
_FEW_LETTERS = 20
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
    """Return the BCP 47 tag of an imported text's language, or "" if it is not sure."""
    sample = text[:100_000]
    tag, probability = classify_text(sample) if sum(map(str.isalpha, sample[:1_000])) >= _FEW_LETTERS else ("", 0.0)
    by_script = _detect_by_script(sample.lower())
    is_sure = probability >= _SURE and (not by_script or by_script in _SHARED_SCRIPTS)
    return tag if is_sure else by_script


def _detect_by_script(sample: str) -> str:
    """Return the tag of a language whose script few languages use; "" for Latin letters."""
    if sample.isascii():
        return ""
    letter_count = sum(map(str.isalpha, sample)) or 1
    for tag, characters in _SCRIPTS:
        share = len(re.findall(f"[{characters}]", sample)) / letter_count
        if share > (0.05 if tag == "ja" else 0.3):
            return _detect_cyrillic(sample) if tag == "ru" else _detect_arabic(sample) if tag == "ar" else tag
    return ""


def _detect_cyrillic(sample: str) -> str:
    """Return the tag of a Cyrillic text's language, by letters that only some languages have."""
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
