"""Quotation marks by language: what pandoc found to be quoted, as this language prints it."""

from __future__ import annotations

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


def marks(language: str, *, double: bool) -> tuple[str, str]:
    """The opening and the closing mark of a double or a single quotation in this language."""
    found = _MARKS.get(language) or _MARKS.get(language.split("-")[0]) or _ENGLISH
    return (found[0], found[1]) if double else (found[2], found[3])


def spaced(text: str, language: str) -> str:
    """French sets a no-break space before ; : ? ! » and after «; the words stay as they are."""
    if language.split("-")[0] != "fr":
        return text
    for mark in ";:?!»":
        text = text.replace(f" {mark}", f"\u00a0{mark}")
    return text.replace("« ", "«\u00a0")
