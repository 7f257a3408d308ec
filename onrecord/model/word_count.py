"""Count words, also where no spaces stand between them (UAX #29).

In Chinese, Japanese, Thai, Lao, Khmer and Burmese, ICU finds the words with its dictionaries, and the syllables of
Tibetan. Everywhere else a word is what stands between two spaces, as editors count.
"""

from __future__ import annotations

import re

# Han, kana and bopomofo, and scripts of South East Asia and Tibet; not Hangul, which has spaces.
_WITHOUT_SPACES = re.compile(
    "[\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff\u1950-\u19df\u1a20-\u1aad\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029"
    "\u3031-\u312f\u31a0-\u31bf\u31f0-\u31ff\u3400-\u9fff\ua9e0-\ua9ff\uaa60-\uaadf\uf900-\ufaff\uff66-\uff9f"
    "\U0001b000-\U0001b16f\U00020000-\U0003ffff]"
)


def count_words_in(text: str) -> int:
    """Return how many words stand in a text, as the word count of ICU has it."""
    words = text.split()
    if not words or not _WITHOUT_SPACES.search(text):
        return len(words)
    return sum(_count_in_token(word) if _WITHOUT_SPACES.search(word) else 1 for word in words)


def _count_in_token(token: str) -> int:
    """Return how many words stand in a text without spaces; signs between them are none."""
    from icu4py.breakers import WordBreaker  # loads in 40 ms, which most books do not need

    return max(1, sum(any(char.isalnum() for char in word) for word in WordBreaker(token, "en")))
