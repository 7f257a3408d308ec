"""Proves how the web edition says to cite: each turn by its words, its page and its address, in the page and in the records."""

from __future__ import annotations

import json
from collections.abc import Iterator

from lxml.etree import _Element

from onrecord.model import Book, Interview
from onrecord.model.problems import Problem
from onrecord.proof.reading.article_text import classes_of, is_page_break, label_of, name_of
from onrecord.proof.reading.normalize import letters, short
from onrecord.proof.rules.compare import HINT

_RULE = "citations-are-true"
_COPY = "the web edition"


def record_of(interview: Interview) -> str:
    """The name of the record that is proved: of the three it says the most."""
    return f"{interview.slug}.csl.json"


def cited(book: Book, interview: Interview, page: _Element, record: bytes) -> Iterator[Problem]:
    """Problems of the citations on an interview's page, and of its record for reference managers."""
    pages, printed = _pages(page)
    lines = {
        element.get("id"): letters("".join(element.itertext())) for element in page.iter() if name_of(element) == "li"
    }
    linked = any("cite" in classes_of(element) for element in page.iter())
    for turn in interview.turns if linked else ():
        line = lines.get(f"cite-{turn.id}", "")
        lost = [
            part for part in _parts(book, interview, pages.get(turn.id, ""), turn.address) if letters(part) not in line
        ]
        if lost:
            what = (
                f"the citation of {turn.address} has lost “{short(lost[0])}”"
                if line
                else f"{turn.address} has no citation"
            )
            yield Problem(turn.place, _RULE, f"{_COPY}: interview “{interview.slug}”: {what}", HINT)
    if linked:
        yield from _record(interview, printed, record)


def _parts(book: Book, interview: Interview, page: str, address: str) -> Iterator[str]:
    """What a turn's citation must say."""
    title = interview.title.text
    yield (
        title
        if interview.language.split("-")[0] in ("de", "fr", "es", "ru")
        else title.replace("“", "‘").replace("”", "’")
    )
    yield from (person.name for person in interview.guests[: 3 if len(interview.guests) <= 3 else 1])
    yield book.title
    yield str(book.date.year)
    yield f", {page}, {address}" if page else f", {address}"


def _pages(page: _Element) -> tuple[dict[str, str], list[str]]:
    """The printed page on which each turn of an interview's page begins, and all pages that hold some of it."""
    begins: dict[str, str] = {}
    labels: list[str] = []
    for element in page.iter():
        if is_page_break(element):
            labels.append(label_of(element))
        elif name_of(element) == "section" and "turn" in classes_of(element):
            begins[element.get("id") or ""] = labels[-1] if labels else ""
    return begins, labels


def _record(interview: Interview, printed: list[str], record: bytes) -> Iterator[Problem]:
    """The CSL-JSON record names the interview, its guests and its first page."""

    def problem(what: str) -> Problem:
        return Problem(interview.place, _RULE, f"{_COPY}: the record “{record_of(interview)}” {what}", HINT)

    try:
        (item,) = json.loads(record)
        names = [name.get("literal") or f"{name['given']} {name['family']}" for name in item.get("author", [])]
        said = (item["type"], item["title"], item.get("page", "").split("-")[0])
    except (ValueError, TypeError, KeyError, AttributeError):
        yield problem("cannot be read")
        return
    wanted = ("interview", interview.title.text, printed[0] if printed else "")
    for have, want in zip(said, wanted, strict=True):
        if have != want:
            yield problem(f"says “{short(have)}”, not “{short(want)}”")
    for person, name in zip(interview.guests, names, strict=False):
        if not person.name.startswith(name):  # a suffix (“Jr.”) stands apart
            yield problem(f"names “{short(name)}”, not “{short(person.name)}”")
    if len(names) != len(interview.guests):
        yield problem(f"names {len(names)} people, not {len(interview.guests)}")
