"""Check cross-references: a link to a turn shows its address, and in print also the page on which it stands."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from onrecord.model import Book, CrossReference, Interview, find_cross_references
from onrecord.model.problems import Problem
from onrecord.model.rule import Rule
from onrecord.proof.reading.extracted_text import ExtractedInterview
from onrecord.proof.reading.normalize import shorten_text
from onrecord.proof.rules.page_range import ReadInterview
from onrecord.proof.rules.report import HINT
from onrecord.runtime.interface_texts import get_language

_RULE = Rule.REFERENCES_ARE_RIGHT


def check_screen_references(
    book: Book, interview: Interview, extracted: ExtractedInterview, copy: str
) -> Iterator[Problem]:
    """Yield a problem for each cross-reference in the e-book or web edition without the turn's address (“A7”)."""
    return _check_references(book, interview, extracted, copy, lambda _, reference: re.escape(reference.address))


def check_print_references(book: Book, interviews: Mapping[str, ReadInterview], copy: str) -> Iterator[Problem]:
    """Yield a problem for each cross-reference in the PDF without the right page and address (“p. 14 (A7)”)."""

    def build_pattern(interview: Interview, reference: CrossReference) -> str:
        """Return the regular expression of the page and address that must be printed for this cross-reference."""
        word = re.escape(get_language(interview.language).texts["page_short"])
        slug, _, turn = reference.name.partition(".")
        place = interviews[slug].places.get(turn, "") if slug in interviews else ""
        page = re.match(r"page (\S+) ", place)
        return rf"{word}\s?{page.group(1) if page else '?'}\s?\({re.escape(reference.address)}\)"

    for interview in book.interviews:
        if interview.slug in interviews:
            yield from _check_references(book, interview, interviews[interview.slug], copy, build_pattern)


def _check_references(
    book: Book,
    interview: Interview,
    extracted: ExtractedInterview | ReadInterview,
    copy: str,
    build_pattern: Callable[[Interview, CrossReference], str],
) -> Iterator[Problem]:
    """Yield a problem for each cross-reference without its printed address, and each such address without a link."""
    texts = list(extracted.references)
    for reference in find_cross_references(book, interview):
        pattern = build_pattern(interview, reference)
        match = next((text for text in texts if re.fullmatch(pattern, text.strip())), None)
        if match is None:
            sentence = f"{copy}: the link to {reference.name} in “{interview.slug}” does not say where it leads"
            yield Problem(reference.location, _RULE, sentence, HINT)
        else:
            texts.remove(match)
    for text in texts:
        sentence = (
            f"{copy}: interview “{interview.slug}” has a reference “{shorten_text(text)}” that belongs to no link"
        )
        yield Problem(interview.location, _RULE, sentence, HINT)
