"""Compare names as people do: ’ and ', capitals and blanks make no other name."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable

from onrecord.model.slugs import make_slug

_SINGLE_MARKS = re.compile("[‘’‚‛′ʼ`´]")
_DOUBLE_MARKS = re.compile("[“”„‟″«»]")
NAME_SUFFIX = re.compile(r"(?:Jr|Sr)\.?|I{2,3}|IV")  # after a surname, which names are sorted by


def fold_name(name: str) -> str:
    """Return a name in the form in which names are compared: without case and with one kind of sign."""
    text = _DOUBLE_MARKS.sub('"', _SINGLE_MARKS.sub("'", unicodedata.normalize("NFC", name)))
    return " ".join(text.split()).casefold()


def divide_name(name: str) -> tuple[str, str, str]:
    """Return a name in three parts: what stands before the word that it is sorted by, that word, and what follows it.

    It is the last word that is no suffix (Jr., III).
    """
    words = name.split()
    place = len(words) - 1
    while place > 0 and NAME_SUFFIX.fullmatch(words[place].rstrip(",")):
        place -= 1
    before, after = (" ".join(part) for part in (words[:place], words[place + 1 :]))
    word = words[place] if words else ""
    comma = "," if after and word.endswith(",") else ""
    return f"{before} " if before else "", word.removesuffix(comma), f"{comma} {after}" if after else ""


def get_name_key(name: str) -> tuple[str, str]:
    """Return what sorts a name in a list of people: the word that `divide_name` finds, then all of the name."""
    return divide_name(name)[1].casefold(), name.casefold()


def list_spellings(names: Iterable[str]) -> list[str]:
    """Return each name once, in the first of its spellings."""
    spellings: dict[str, str] = {}
    for name in names:
        spellings.setdefault(fold_name(name), name)
    return list(spellings.values())


def name_person_page(name: str) -> str:
    """Return the name of the web page of a person, which no interview can have.

    Spellings that `fold_name` takes for the same have the same page, all others another one: what is lost in plain
    letters is told apart by a digest.
    """
    folded = fold_name(name)
    slug = make_slug(folded)
    is_plain = slug == folded.replace(" ", "-")
    digest = "" if is_plain else f"-{hashlib.sha256(folded.encode()).hexdigest()[:6]}"
    return f"person_{slug}{digest}.html"
