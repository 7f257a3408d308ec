"""Cross-references: a link to a turn tells its address, and on paper the page where it stands."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from onrecord.model import Book, CrossReference, Interview, cross_references
from onrecord.model.problems import Problem
from onrecord.proof.reading.extracted_text import Found
from onrecord.proof.reading.normalize import short
from onrecord.proof.rules.compare import HINT
from onrecord.proof.rules.page_range import Heard

_RULE = "references-are-right"


def on_screen(book: Book, interview: Interview, found: Found, copy: str) -> Iterator[Problem]:
    """E-book and web say “A7”."""
    return _judged(book, interview, found, copy, lambda one: re.escape(one.address))


def of_print(book: Book, read: Mapping[str, Heard], copy: str) -> Iterator[Problem]:
    """Paper says “p. 14 (A7)”, and turn A7 begins on page 14."""

    def expected(one: CrossReference) -> str:
        slug, _, identity = one.name.partition(".")
        place = re.match(r"page (\S+) ", read[slug].places.get(identity, "") if slug in read else "")
        return rf"\D{{1,4}}\s?{place.group(1) if place else '?'}\s?\({re.escape(one.address)}\)"

    for interview in book.interviews:
        if interview.slug in read:
            yield from _judged(book, interview, read[interview.slug], copy, expected)


def _judged(
    book: Book, interview: Interview, found: Found | Heard, copy: str, expected: Callable[[CrossReference], str]
) -> Iterator[Problem]:
    left = list(found.references)
    for one in cross_references(book, interview):
        said = next((text for text in left if re.fullmatch(expected(one), text.strip())), None)
        if said is None:
            sentence = f"{copy}: the link to {one.name} in “{interview.slug}” does not tell where it leads"
            yield Problem(one.place, _RULE, sentence, HINT)
        else:
            left.remove(said)
    for text in left:
        sentence = f"{copy}: interview “{interview.slug}” has a reference “{short(text)}” that no link wants"
        yield Problem(interview.place, _RULE, sentence, HINT)
