"""In which direction a language and a text run: the values of the attribute `dir` of HTML."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# All characters that run from the right, Arabic numbers and marks of directions, and some others.
_MAY_RUN_FROM_RIGHT = re.compile(
    "[\u0590-\u08ff\u200f\u202a-\u202e\u2066-\u2069\ufb1d-\ufdff\ufe70-\ufeff"
    "\U00010800-\U00010fff\U0001e800-\U0001efff]"
)
_FROM_RIGHT = frozenset(("ar", "arc", "ckb", "dv", "fa", "he", "iw", "ks", "nqo", "ps", "sd", "syr", "ug", "ur", "yi"))
_SCRIPTS_FROM_RIGHT = frozenset(("arab", "aran", "hebr", "syrc", "thaa", "nkoo", "adlm", "rohg"))


def may_run_from_right(text: str) -> bool:
    """Return whether a text may hold a character that runs from the right; where False, it surely holds none."""
    return not text.isascii() and _MAY_RUN_FROM_RIGHT.search(text) is not None


def is_from_right(language: str) -> bool:
    """Return whether a language (BCP 47) is written from right to left."""
    return _is_written_from_right(language)


@lru_cache(maxsize=256)  # asked for each name on each page
def _is_written_from_right(language: str) -> bool:
    """Return whether the script of a language, as its code names it, runs from right to left."""
    primary, *others = language.lower().split("-")
    scripts = [subtag for subtag in others if len(subtag) == 4 and subtag.isalpha()]
    if scripts:
        return scripts[0] in _SCRIPTS_FROM_RIGHT
    return primary in _FROM_RIGHT


def direct_phrase(language: str, around: str) -> str:
    """Return the direction of a phrase in a language, "" if it and the language around it run from the left.

    A phrase from the right has its direction in a text from the right, too: it may stand in a block from the left.
    """
    if is_from_right(language):
        return "rtl"
    return "ltr" if is_from_right(around) else ""


def direct_block(text: str, around: str, inside: str = "") -> str:
    """Return the direction of a block by its first letter, "" if what is around it runs in the same one.

    That is an element with a direction (`inside`: `rtl` or `ltr`), or else a text in the language `around`.
    """
    is_from_right_around = inside == "rtl" if inside else is_from_right(around)
    for char in text:
        kind = unicodedata.bidirectional(char)
        if kind in ("L", "R", "AL"):
            if (kind != "L") == is_from_right_around:
                return ""
            return "ltr" if kind == "L" else "rtl"
    return ""


def direct_name(text: str, around: str) -> str:
    """Return the direction of a name or title that a text in a language isolates, "" if no letter runs against it.

    Such a name would drag numbers, commas and other names beside it into its own order.
    """
    if not is_from_right(around) and not may_run_from_right(text):
        return ""
    kinds = [kind for kind in map(unicodedata.bidirectional, text) if kind in ("L", "R", "AL")]
    if all((kind != "L") == is_from_right(around) for kind in kinds):
        return ""
    return "ltr" if kinds[0] == "L" else "rtl"


def direct_page(language: str) -> str:
    """Return the direction of a page in a language, "" if it runs from the left, as pages do by themselves."""
    return "rtl" if is_from_right(language) else ""


# On spines of books in these languages one reads from the foot upwards, as their trades are used to; in all others
# downwards, as ISO 6357 has it, so that the title can be read when the book lies on its back.
_SPINES_READ_UPWARDS = frozenset(
    ("bg", "ca", "cs", "de", "el", "es", "fr", "hr", "hu", "it", "pl", "pt", "ro", "ru", "sk", "sl", "sr", "uk")
)


def is_spine_read_upwards(language: str) -> bool:
    """Return whether the text on the spine of a book in this language (BCP 47) begins at its foot."""
    return language.lower().split("-")[0] in _SPINES_READ_UPWARDS
