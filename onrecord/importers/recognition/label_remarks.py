"""Read what a label says besides the name: “Mara Lind (host)”, “Dr. Mara Lind (Harbour Board)”, “Mara Lind, keeper”."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from onrecord.importers.common.labels import (
    ANSWERING_ROLES,
    ASKING_ROLES,
    capitalize_name,
    is_numbered_speaker,
    is_role_label,
    looks_like_name,
)
from onrecord.importers.common.titles import split_titles

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
_MOST_WORDS, _MOST_PEOPLE = 9, 4
_PERSON = re.compile(r"[^\W\d_][\w.’'-]+(?: [^\W\d_][\w.’'-]*){0,3}")
_SEPARATOR = re.compile(r",|\s*\|\s*|\s+[/–—-]\s+")
_SURNAME_FIRST = re.compile(r"(?P<surname>[^\W\d_][\w’'-]+), (?P<first>[^\W\d_][\w’'.-]+(?: [^\W\d_]\.)?)")
_JOINT = re.compile(r"(?i),? (?:and|und|et|y|e|и|en|och|og) | ?[&+] |, ")
_DEVICE_OWNER = re.compile(
    r"(?i)(?<=\w)[’']s? (?:i(?:phone|pad|mac)|macbook|laptop|computer|pc|phone|galaxy)\b.{0,20}$"
)
_MARKS_AROUND = re.compile(r"^[^\w(\[]+|[/\\=~#<>]+$")
_STRAY_STOP = re.compile(r"(?<=[^\W\d_]{3})\.$")  # not that of “Jr.”


class LabelRemarks(NamedTuple):
    """The name without remarks, an affiliation, whether the label says that its speaker asks, and titles."""

    name: str
    affiliation: str = ""
    asks: bool | None = None
    titles: str = ""


def read_remarks(name: str, forms: Iterable[str]) -> LabelRemarks:
    """Return what the printed forms of an imported speaker label say besides the name."""
    head, remarks = _split_at_comma(name)
    head = _find_name_in_brackets(head, forms := tuple(forms))
    affiliation, asks = "", None
    for remark in (*remarks, *(remark for form in forms for remark in _list_remarks(form))):
        role = remark.casefold().strip(". ")
        if role in ASKING_ROLES or role in ANSWERING_ROLES:
            asks = role in ASKING_ROLES if asks is None else asks
        elif not affiliation and remark != head and _is_affiliation(remark, head):
            affiliation = remark
    printed_titles = (split_titles(_split_at_comma(_BRACKETS.sub("", form))[0]).titles for form in (name, *forms))
    return LabelRemarks(_tidy_name(head), affiliation, asks, max(printed_titles, key=len))


def split_joint_name(name: str) -> tuple[str, ...]:
    """Return the people whom a joint label names: “Mara Lind and Ben Shaw”; () if it names one person."""
    parts = tuple(part.strip() for part in _JOINT.split(_BRACKETS.sub("", name)))
    are_names = all(_PERSON.fullmatch(part) and looks_like_name(part) and not is_role_label(part) for part in parts)
    is_turned_round = len(parts) == 2 and ", " in name and any(" " not in part for part in parts)  # “Lind, Mara”
    return parts if 1 < len(set(parts)) <= _MOST_PEOPLE and are_names and not is_turned_round else ()


def _tidy_name(name: str) -> str:
    """Return an imported name with the surname last, in the usual case, without titles and a stray stop.

    “Lind, Mara” is “Mara Lind”, and so are “mara lind” and “Dr. Mara Lind”.
    """
    name = _DEVICE_OWNER.sub("", _MARKS_AROUND.sub("", name)) if not is_role_label(name) else name
    surname, comma, first = split_titles(name).name.partition(", ")
    name = capitalize_name(f"{surname}{comma}{split_titles(first).name}")
    match = _SURNAME_FIRST.fullmatch(name)
    is_name = match is not None and not is_role_label(match["first"]) and not is_role_label(match["surname"])
    if match is not None and is_name and match["first"][0].isupper() and match["surname"][0].isupper():
        return f"{match['first']} {match['surname']}"
    return _STRAY_STOP.sub("", name)


def _find_name_in_brackets(head: str, forms: Iterable[str]) -> str:
    """Return the name in the brackets of “Interviewer (Mara Lind)”; the head itself if it is no role or number."""
    if not is_role_label(head) and not is_numbered_speaker(_BRACKETS.sub("", head)):
        return head
    names = (name.strip() for form in forms for name in _BRACKETS.findall(form))
    return next((name for name in names if len(name.split()) > 1 and _PERSON.fullmatch(name)), head)


def _list_remarks(form: str) -> Iterator[str]:
    """Yield the remarks of an imported speaker label, in brackets or after a comma."""
    yield from (remark.strip() for remark in _BRACKETS.findall(form))
    yield from _split_at_comma(_BRACKETS.sub("", form))[1]


def _split_at_comma(name: str) -> tuple[str, tuple[str, ...]]:
    """Return a full name and what stands after its comma, stroke or dash; “Lind, Mara” is a name."""
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
