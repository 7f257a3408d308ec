"""Compare names as people do: ’ and ', capitals and blanks make no other name."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

_SINGLE_MARKS = re.compile("[‘’‚‛′ʼ`´]")
_DOUBLE_MARKS = re.compile("[“”„‟″«»]")


def fold_name(name: str) -> str:
    """Return the form of a name that is compared with others."""
    text = _DOUBLE_MARKS.sub('"', _SINGLE_MARKS.sub("'", unicodedata.normalize("NFC", name)))
    return " ".join(text.split()).casefold()


def list_spellings(names: Iterable[str]) -> list[str]:
    """Return each name once, in the first of its spellings."""
    spellings: dict[str, str] = {}
    for name in names:
        spellings.setdefault(fold_name(name), name)
    return list(spellings.values())
