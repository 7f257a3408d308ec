"""Check the citations of the web edition: those of the turns on each page, and the record for reference managers."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import zip_longest

import lxml.html
from lxml.etree import _Element

from onrecord.model import Book, Interview, SourceLocation
from onrecord.model.problems import Problem
from onrecord.model.rule import Rule
from onrecord.proof.reading.article_text import get_classes, get_tag_name, is_page_break, read_page_break_label
from onrecord.proof.reading.citation_records import RECORD_ENDINGS, ExpectedRecords
from onrecord.proof.reading.citation_sentences import expect_citation, expect_citation_markup
from onrecord.proof.reading.expected_recordings import expect_time_mark
from onrecord.proof.reading.markup_tokens import Token, build_element
from onrecord.proof.reading.normalize import normalize_text, shorten_text
from onrecord.proof.rules.report import GENERATED_HINT

_RULE = Rule.CITATIONS_ARE_TRUE
_COPY = "the web edition"
_LONGEST = 160  # letters of a citation in a message
_MIXED = "does not isolate the names that run in another direction, and those alone"


def list_records(interview: Interview) -> list[str]:
    """Return the names of the files for reference managers that a web edition must have of an interview."""
    return [interview.slug + ending for ending in RECORD_ENDINGS]


def check_citations(book: Book, interview: Interview, page: _Element, records: Sequence[bytes]) -> Iterator[Problem]:
    """Yield the problems of the citations on an interview's page and of its records, in the order of `list_records`.

    A pack has neither: readers cite the book.
    """
    if book.pack:
        return
    page_of_turn, _ = _find_printed_pages(page)
    elements = [element for element in page.iter() if "citation" in get_classes(element)]
    cited = [_read_element_text(element) for element in elements]
    lines = {line.get("id"): element for element in elements if (line := element.getparent()) is not None}
    name = f"interview “{interview.slug}”"
    whole = normalize_text(expect_citation(interview, book))
    if whole not in cited:
        yield _build_citation_problem(interview.location, f"{name} is not cited as “{shorten_text(whole, _LONGEST)}”")
    elif not _isolates_names(elements[cited.index(whole)], expect_citation_markup(interview, book)):
        yield _build_citation_problem(interview.location, f"{name}: its citation {_MIXED}")
    for turn in interview.turns:
        time, _ = expect_time_mark(interview, turn, is_epub=False) or ("", "")
        parts = (page_of_turn.get(turn.id, ""), turn.id, turn.address, time)
        if sentence := _describe_wrong_citation(lines.get(f"cite-{turn.id}"), interview, book, parts):
            yield _build_citation_problem(turn.location, f"{name}: {sentence}")
    article = next((part for part in page.iter("article") if part.get("id") == interview.slug), page)
    labels = _find_pages_with_words(article) or [""]
    right = ExpectedRecords(interview, book, labels[0], labels[-1])
    checks = (
        _check_csl_json(right, records[0]),
        _check_bibtex(right, records[1]),
        _check_ris(right, records[2]),
    )
    for record, differences in zip(list_records(interview), checks, strict=True):
        for fault in differences:
            yield _build_citation_problem(interview.location, f"the record “{record}” {fault}")


def _describe_wrong_citation(
    element: _Element | None, interview: Interview, book: Book, parts: tuple[str, str, str, str]
) -> str:
    """Return what is wrong with the citation of a turn, "" if nothing; `parts` are page, id, address and time."""
    address = parts[2]
    line = "" if element is None else _read_element_text(element)
    expected = expect_citation(interview, book, *parts)
    if element is None or not line:
        return f"{address} has no citation"
    if line != normalize_text(expected):
        texts = f"“{shorten_text(line, _LONGEST)}”, not “{shorten_text(expected, _LONGEST)}”"
        return f"the citation of {address} is {texts}"
    if not _isolates_names(element, expect_citation_markup(interview, book, *parts)):
        return f"the citation of {address} {_MIXED}"
    return ""


def _isolates_names(element: _Element, expected: Sequence[Token]) -> bool:
    """Return whether the names in `<bdi>` are those that must be, in the same order."""
    names = [
        token
        for part in element.iter("bdi")
        for token in build_element("bdi", "".join(part.itertext()), attributes=dict(part.items()))
    ]
    starts = [index for index, token in enumerate(expected) if token.startswith("<bdi")]
    return names == [token for start in starts for token in expected[start : start + 3]]


def _read_element_text(element: _Element) -> str:
    """Return the normalized text of an element of a web page and of all that is inside it."""
    return normalize_text("".join(element.itertext()))


def _build_citation_problem(place: SourceLocation, fault: str) -> Problem:
    """Return the problem of a citation of the interview at `place`; `fault` says what is wrong."""
    return Problem(place, _RULE, f"{_COPY}: {fault}", GENERATED_HINT)


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


def _find_pages_with_words(article: _Element) -> list[str]:
    """Return the printed pages on which words or pictures of an interview's article stand: a last page may be blank."""
    labels: list[str] = []
    last = 0  # how many pages are known to be not blank

    def walk(element: _Element) -> None:
        """Note the printed pages of an element and of what is inside it, if they hold words or pictures."""
        nonlocal last
        if is_page_break(element):
            labels.append(read_page_break_label(element))
        else:
            has_words = get_tag_name(element) == "img" or bool((element.text or "").strip())
            last = len(labels) if has_words else last
            for child in element:
                walk(child)
                last = len(labels) if (child.tail or "").strip() else last

    walk(article)
    return labels[:last]


def read_web_page_labels(data: bytes) -> tuple[str, ...]:
    """Return the printed page numbers that the web page of an interview shows, in order."""
    return tuple(_find_printed_pages(lxml.html.document_fromstring(data))[1]) if data.strip() else ()


def _check_csl_json(expected: ExpectedRecords, data: bytes) -> Iterator[str]:
    """Yield the fields of a web edition's CSL-JSON record that are not those expected."""
    try:
        (record,) = json.loads(data)
        fields = dict(record)
    except (ValueError, TypeError, RecursionError):
        yield "cannot be read"
        return
    expected_fields = expected.expect_csl_json()
    for name in sorted({*fields, *expected_fields}):
        if fields.get(name) != expected_fields.get(name):
            actual_value, expected_value = (
                json.dumps(record.get(name), ensure_ascii=False) for record in (fields, expected_fields)
            )
            yield f"says {shorten_text(actual_value)} as “{shorten_text(name)}”, not {shorten_text(expected_value)}"


def _check_bibtex(expected: ExpectedRecords, data: bytes) -> Iterator[str]:
    """Yield how a web edition's BibTeX record differs from the expected one."""
    return _compare_lines(expected.expect_bibtex(), data.decode("utf-8", "replace").split("\n"))


def _check_ris(expected: ExpectedRecords, data: bytes) -> Iterator[str]:
    """Yield how a web edition's RIS record differs from the expected one."""
    return _compare_lines(expected.expect_ris(), data.decode("utf-8", "replace").split("\r\n"))


def _compare_lines(expected: Sequence[str], lines: Sequence[str]) -> Iterator[str]:
    """Yield the first line of a record for reference managers that is not the expected one; its last line ends, too."""
    for line, right in zip_longest(lines, [*expected, ""], fillvalue=""):
        if line != right:
            yield f"says “{shorten_text(line)}”, not “{shorten_text(right)}”"
            return
    if len(lines) != len(expected) + 1:
        yield "has an empty line"
