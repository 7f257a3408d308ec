"""Separate titles and forms of address from names: “Prof. Dr. Anna Keeper” is Anna Keeper."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

# Forms of address, which say nothing but who is a man and who a woman.
_OF_MEN = "mr|mister|herr|hr|monsieur|señor|sr|signor|sig|г-н|м-р|господин|heer|dhr"
_OF_WOMEN = (
    "mrs|ms|miss|frau|fr|madame|mme|mlle|mademoiselle|señora|señorita|sra|srta|signora|г-жа|госпожа|mevrouw|mevr"
)
_ADDRESS = rf"{_OF_MEN}|{_OF_WOMEN}|mx"
_TITLES_OF_WOMEN = "dame|lady|dra|profa|profesora|senadora|doctora|ministra|professorin|ministerin"
_TITLE = (
    rf"{_TITLES_OF_WOMEN}|dr|doctor|doktor|docteur|prof|professor|professeur|profesor|professore|dott|sir|lord"
    r"|dottoressa|д-р|доктор|проф|профессор|академик|dipl\.?-ing|ing|mag|pd|priv\.?-doz|doz|lic|rev|reverend"
    r"|rabbi|imam|pastor|father|sister|bishop|captain|capt|kapitän|capitaine|capitán|colonel|col|lt|lieutenant|sgt"
    r"|sergeant|maj|gen|admiral|adm|commander|cmdr|ambassador|botschafter(?:in)?|senator|senador|sen|minister|secretary"
    r"|president|judge|justice|governor|gov|mayor|councillor|congressman|congresswoman|representative|rep|hon|the hon"
)
_NO_SURNAME = r"(?!(?:of|de la république|general|elect|at|to|in|for|and|und|et|president|secretary)\b)"
_LEADING = re.compile(
    rf"(?i)(?P<title>(?:{_TITLE}|{_ADDRESS})(?:\s(?:h|hc|habil|med|phil|rer|nat|jur)\.?(?=\s))*)(?:\.\s*|\s+)"
    rf"{_NO_SURNAME}(?=[^\W\d_][\w’'-])"
)
_DEGREES = (
    r"ph\.?\s?d|d\.?phil|m\.?d|mba|m\.?sc|b\.?sc|m\.?a|b\.?a|j\.?d|ll\.?m|ll\.?d|dds|rn|mph|esq|cbe|obe|mbe"
    r"|q\.?c|k\.?c|dipl\.?-ing"
)
_TRAILING = re.compile(rf"(?i)(?P<comma>,)?\s+(?P<degree>{_DEGREES})\.?$")
_SURE_DEGREE = re.compile(r"Ph\.?\s?D|M\.D|MBA|DPhil|CBE|OBE|MBE")  # also without a comma before it
_IS_OF_MAN = re.compile(rf"(?i)(?:{_OF_MEN}|sir|lord)\b")
_IS_OF_WOMAN = re.compile(rf"(?i)(?:{_OF_WOMEN}|{_TITLES_OF_WOMEN})\b")
_IS_ADDRESS = re.compile(rf"(?i)(?:{_ADDRESS})")


class TitledName(NamedTuple):
    """A name, the titles printed with it (no forms of address), and the sex that they say: "m", "f" or ""."""

    name: str
    titles: str = ""
    sex: str = ""


@lru_cache(maxsize=10_000)
def split_titles(words: str) -> TitledName:
    """Return the name without titles; “Mr Field” is Field, “Anna Keeper, PhD” is Anna Keeper."""
    name, titles, sex = words, list[str](), ""
    while match := _LEADING.match(name):
        title = match["title"]
        sex = sex or ("m" if _IS_OF_MAN.match(title) else "f" if _IS_OF_WOMAN.match(title) else "")
        if not _IS_ADDRESS.fullmatch(title):
            titles.append(_format_title(match[0].strip()))
        name = name[match.end() :]
    match = _TRAILING.search(name)
    if match and len(name[: match.start()].split()) > 1 and (match["comma"] or _SURE_DEGREE.match(match["degree"])):
        titles.append(match[0].lstrip(", "))
        name = name[: match.start()]
    return TitledName(name, " ".join(titles), sex)


def _format_title(title: str) -> str:
    """Return a person's title in the usual case: DR. and dr. are Dr."""
    return title.capitalize() if title.isupper() or title.islower() else title
