"""Check the citations of the web edition: those of the turns on each page, and the record for reference managers."""

from __future__ import annotations

import json
from collections.abc import Iterator

import lxml.html
from lxml.etree import _Element

from onrecord.model import Book, Interview, SourceLocation
from onrecord.model.problems import Problem
from onrecord.model.rule import Rule
from onrecord.proof.reading.article_text import get_classes, get_tag_name, is_page_break, read_page_break_label
from onrecord.proof.reading.citation_sentences import expect_citation
from onrecord.proof.reading.normalize import normalize_text, shorten_text
from onrecord.proof.rules.report import GENERATED_HINT

_RULE = Rule.CITATIONS_ARE_TRUE
_COPY = "the web edition"
_LONGEST = 160  # letters of a citation in a message


def name_record(interview: Interview) -> str:
    """Return the file name of the interview's CSL-JSON record, the format that is proved."""
    return f"{interview.slug}.csl.json"


def check_citations(book: Book, interview: Interview, page: _Element, record: bytes) -> Iterator[Problem]:
    """Yield the problems of the citations on an interview's page and of its CSL-JSON record.

    A pack has neither: readers cite the book.
    """
    if book.pack:
        return
    page_of_turn, labels = _find_printed_pages(page)
    cited = [_read_text(element) for element in page.iter() if "citation" in get_classes(element)]
    lines = {
        element.get("id"): next((_read_text(part) for part in element.iter() if "citation" in get_classes(part)), "")
        for element in page.iter()
        if get_tag_name(element) == "li"
    }
    name = f"interview “{interview.slug}”"
    whole = normalize_text(expect_citation(interview, book))
    if whole not in cited:
        yield _build(interview.location, f"{name} is not cited as “{shorten_text(whole, _LONGEST)}”")
    for turn in interview.turns:
        line = lines.get(f"cite-{turn.id}", "")
        expected = expect_citation(interview, book, page_of_turn.get(turn.id, ""), turn.id, turn.address)
        if not line:
            yield _build(turn.location, f"{name}: {turn.address} has no citation")
        elif line != normalize_text(expected):
            texts = f"“{shorten_text(line, _LONGEST)}”, not “{shorten_text(expected, _LONGEST)}”"
            yield _build(turn.location, f"{name}: the citation of {turn.address} is {texts}")
    for what in _check_record(interview, labels, record):
        yield _build(interview.location, f"the record “{name_record(interview)}” {what}")


def _read_text(element: _Element) -> str:
    """Return the normalized text of an element and of all that is inside it."""
    return normalize_text("".join(element.itertext()))


def _build(place: SourceLocation, what: str) -> Problem:
    """Return the problem of a citation of the interview at `place`; `what` is wrong."""
    return Problem(place, _RULE, f"{_COPY}: {what}", GENERATED_HINT)


def _find_printed_pages(page: _Element) -> tuple[dict[str, str], list[str]]:
    """Return the printed page on which each turn begins, by id, and all printed pages that hold some of the page."""
    page_of_turn: dict[str, str] = {}
    labels: list[str] = []
    for element in page.iter():
        if is_page_break(element):
            labels.append(read_page_break_label(element))
        elif get_tag_name(element) == "section" and "turn" in get_classes(element):
            page_of_turn[element.get("id") or ""] = labels[-1] if labels else ""
    return page_of_turn, labels


def read_web_labels(data: bytes) -> tuple[str, ...]:
    """Return the printed pages that the page of an interview shows, in order."""
    return tuple(_find_printed_pages(lxml.html.document_fromstring(data))[1]) if data.strip() else ()


def _check_record(interview: Interview, labels: list[str], data: bytes) -> Iterator[str]:
    """Yield what differs in the CSL-JSON record: type, title, first page, guests; or damage."""
    try:
        (record,) = json.loads(data)
        names = [name.get("literal") or f"{name['given']} {name['family']}" for name in record.get("author", [])]
        fields = (record["type"], record["title"], record.get("page", "").split("-")[0])
    except (ValueError, TypeError, KeyError, AttributeError):
        yield "cannot be read"
        return
    expected = ("interview", interview.title.text, labels[0] if labels else "")
    for text, right in zip(fields, expected, strict=True):
        if text != right:
            yield f"says “{shorten_text(text)}”, not “{shorten_text(right)}”"
    for person, name in zip(interview.guests, names, strict=False):
        if not person.name.startswith(name):  # a suffix (“Jr.”) has a field of its own
            yield f"names “{shorten_text(name)}”, not “{shorten_text(person.name)}”"
    if len(names) != len(interview.guests):
        yield f"names {len(names)} people, not {len(interview.guests)}"
