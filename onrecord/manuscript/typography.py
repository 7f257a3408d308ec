"""Quotation marks, apostrophes and blanks as each language prints them."""

from __future__ import annotations

import re
from collections.abc import Iterable

from onrecord.model import Inline, LineBreak, Text

# Outer pair, inner pair. Sources: Unicode CLDR, delimiters; for French the thin space is a no-break space.
_ENGLISH = ("“", "”", "‘", "’")
_GERMAN = ("„", "“", "‚", "‘")
_FRENCH = ("«\u00a0", "\u00a0»", "“", "”")
_RUSSIAN = ("«", "»", "„", "“")
_SPANISH = ("«", "»", "“", "”")
_POLISH = ("„", "”", "«", "»")
_SWEDISH = ("”", "”", "’", "’")
_MARKS = {
    "en": _ENGLISH,
    "tr": _ENGLISH,
    "nl": ("‘", "’", "“", "”"),
    "pt-BR": _ENGLISH,
    "de": _GERMAN,
    "cs": _GERMAN,
    "sk": _GERMAN,
    "sl": _GERMAN,
    "bg": ("„", "“", "’", "’"),
    "is": _GERMAN,
    "lt": _GERMAN,
    "et": ("„", "“", "«", "»"),
    "sr": ("„", "”", "’", "’"),
    "de-CH": ("«", "»", "‹", "›"),
    "it-CH": ("«", "»", "‹", "›"),
    "fr-CH": ("«", "»", "‹", "›"),
    "fr": _FRENCH,
    "ru": _RUSSIAN,
    "uk": _RUSSIAN,
    "be": _RUSSIAN,
    "kk": ("«", "»", "“", "”"),
    "es": _SPANISH,
    "it": _SPANISH,
    "pt": _SPANISH,
    "ca": _SPANISH,
    "el": _SPANISH,
    "no": ("«", "»", "‘", "’"),
    "nb": ("«", "»", "‘", "’"),
    "nn": ("«", "»", "‘", "’"),
    "hy": _SPANISH,
    "pl": _POLISH,
    "ro": ("„", "”", "«", "»"),
    "hu": ("„", "”", "»", "«"),
    "hr": ("„", "”", "‚", "’"),
    "sv": _SWEDISH,
    "fi": _SWEDISH,
    "da": ("“", "”", "‘", "’"),
}


def choose_quotation_marks(language: str, *, double: bool) -> tuple[str, str]:
    """Return the opening and the closing quotation mark, double or single, of the language."""
    quartet = _MARKS.get(language) or _MARKS.get(language.split("-")[0]) or _ENGLISH
    return (quartet[0], quartet[1]) if double else (quartet[2], quartet[3])


def set_apostrophes(text: str) -> str:
    """Return the text with curly apostrophes inside words."""
    return re.sub(r"(?<=\w)'(?=\w)", "’", text)


def join_texts(content: Iterable[Inline], language: str) -> tuple[Inline, ...]:
    """Return the inlines with neighbouring texts joined.

    Runs of spaces become one; spaces at punctuation are those of the language.
    """
    joined: list[Inline] = []
    for inline in content:
        if isinstance(inline, Text) and joined and isinstance(joined[-1], Text):
            joined[-1] = Text(joined[-1].text + inline.text)
        else:
            joined.append(inline)
    return tuple(
        Text(_set_spaces(re.sub(" {2,}", " ", inline.text), language)) if isinstance(inline, Text) else inline
        for inline in joined
    )


def trim_blanks(content: tuple[Inline, ...]) -> tuple[Inline, ...]:
    """Return the inlines without spaces at both ends and around forced line ends."""
    trimmed: list[Inline] = []
    for index, inline in enumerate(content):
        if not isinstance(inline, Text):
            trimmed.append(inline)
            continue
        text = inline.text
        if index == 0 or isinstance(content[index - 1], LineBreak):
            text = text.lstrip(" ")
        if index + 1 == len(content) or isinstance(content[index + 1], LineBreak):
            text = text.rstrip(" ")
        if text:
            trimmed.append(Text(text))
    return tuple(trimmed)


def _set_spaces(text: str, language: str) -> str:
    """Set a no-break space before ; : ? ! » and after « in French; other text stays as it is."""
    if language.split("-")[0] != "fr":
        return text
    for mark in ";:?!»":
        text = text.replace(f" {mark}", f"\u00a0{mark}")
    return text.replace("« ", "«\u00a0")
