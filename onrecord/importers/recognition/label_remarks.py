"""Read what a label says besides the name: “Mara Lind (host)”, “Mara Lind (Harbour Board)”, “Mara Lind, keeper”."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from onrecord.importers.common.labels import ANSWERING_ROLES, ASKING_ROLES, is_role_label, looks_like_name

_BRACKETS = re.compile(r"\s*[(\[（]([^()\[\]（）]{1,80})[)\]）]")
_PRONOUNS = re.compile(
    r"(?i)(?:she|he|they|ze|xe|her|him|hers|his|them|theirs?|any pronouns|sie|er|elle|il|iel|ella|él|ele|ela|dey)"
    r"(?:\s?[/|,]\s?\w+)*"
)
_NO_AFFILIATION = re.compile(
    r"(?i)(?:\d.*|.*\d:\d\d.*|[\W_]+|unverified|external|extern|guest|you|me|via .*|by .*|cont(?:inued|[’']d|\.)?|"
    r"off|o\.?s\.?|v\.?o\.?|on (?:phone|screen)|phone|inaudible|laugh\w*|crosstalk|translat\w+|interpreter|jr\.?|sr\.?|"
    r"ph\.?\s?d\.?|m\.?d\.?|esq\.?|mba|m\.?a\.?|i{1,3}|iv)"
)
_MOST_WORDS = 9
_SEPARATOR = re.compile(r",|\s*\|\s*|\s+[/–—-]\s+")
_SURNAME_FIRST = re.compile(r"(?P<surname>[^\W\d_][\w’'-]+), (?P<first>[^\W\d_][\w’'.-]+(?: [^\W\d_]\.)?)")
_STRAY_STOP = re.compile(r"(?<=[^\W\d_]{3})\.$")  # not that of “Jr.”


class LabelRemarks(NamedTuple):
    """The name without remarks, an affiliation, and whether the label says that its speaker asks."""

    name: str
    affiliation: str = ""
    asks: bool | None = None


def read_remarks(name: str, forms: Iterable[str]) -> LabelRemarks:
    """Return what the printed forms of a speaker's label say besides the name."""
    head, remarks = _split_at_comma(name)
    affiliation, asks = "", None
    for remark in (*remarks, *(remark for form in forms for remark in _list_remarks(form))):
        role = remark.casefold().strip(". ")
        if role in ASKING_ROLES or role in ANSWERING_ROLES:
            asks = role in ASKING_ROLES if asks is None else asks
        elif not affiliation and _is_affiliation(remark, head):
            affiliation = remark
    return LabelRemarks(_tidy_name(head), affiliation, asks)


def _tidy_name(name: str) -> str:
    """Return a name with the surname last and without a stray stop: “Lind, Mara” is “Mara Lind”."""
    match = _SURNAME_FIRST.fullmatch(name)
    is_name = match is not None and not is_role_label(match["first"]) and not is_role_label(match["surname"])
    if match is not None and is_name and match["first"][0].isupper() and match["surname"][0].isupper():
        return f"{match['first']} {match['surname']}"
    return _STRAY_STOP.sub("", name)


def _list_remarks(form: str) -> Iterator[str]:
    """Yield the remarks of a label, in brackets or behind a comma."""
    yield from (remark.strip() for remark in _BRACKETS.findall(form))
    yield from _split_at_comma(_BRACKETS.sub("", form))[1]


def _split_at_comma(name: str) -> tuple[str, tuple[str, ...]]:
    """Return a full name and what stands behind its comma, stroke or dash; “Lind, Mara” is a name."""
    head, *remarks = _SEPARATOR.split(name, maxsplit=1)
    remark = "".join(remarks).strip()
    if not remark or len(head.split()) < 2 or not looks_like_name(head) or is_role_label(head):
        return name, ()
    return (name, ()) if _NO_AFFILIATION.fullmatch(remark) and not is_role_label(remark) else (head, (remark,))


def _is_affiliation(remark: str, name: str) -> bool:
    """Return whether a remark says where somebody works or what as; initials of the name are none."""
    initials = "".join(word[0] for word in name.split()).casefold()
    return (
        len(remark.split()) <= _MOST_WORDS
        and len(remark) > 1
        and remark.casefold() != initials
        and not _PRONOUNS.fullmatch(remark)
        and not _NO_AFFILIATION.fullmatch(remark)
    )
