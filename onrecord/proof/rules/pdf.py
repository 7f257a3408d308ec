"""Proves the printed book: the PDF's tag tree is read as a screen reader would, its paint as an eye would."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from onrecord.model import Book
from onrecord.model.problems import Problem
from onrecord.proof.reading import pdf_pages
from onrecord.proof.reading.extracted_text import Settler
from onrecord.proof.reading.normalize import letters, short
from onrecord.proof.reading.pdf_pages import Paper
from onrecord.proof.reading.tag_tree import on_paper, promised_on_paper
from onrecord.proof.rules import cross_references, pack_rules
from onrecord.proof.rules.compare import HINT, missing
from onrecord.proof.rules.front_matter import around, front_matter, order
from onrecord.proof.rules.page_range import PEOPLE, Heard, Stretch, stretch
from onrecord.proof.rules.report import Report

_COPY = "the PDF"
_IDS = {
    "title": "front.title",
    "imprint": "front.imprint",
    "contents": "front.contents",
    "contributors": PEOPLE,
}

Printed = (
    bytes | Paper | tuple[Stretch, ...]
)  # a PDF: the file, its sheets, or what was read on them, one behind the other


def prove_pdf(book: Book, printed: Printed) -> Report:
    """Compare a PDF with `book`."""
    try:
        read = read_on(book, printed)
    except pdf_pages.UnreadableError as error:
        problem = Problem(book.place, "copy-can-be-read", f"{_COPY} cannot be opened: {error}", HINT)
        return Report("pdf", (problem,), ())
    problems: list[Problem] = list(order(book, (slug for one in read for slug in one.articles), _COPY))
    heard = {found.slug: found for one in read for found in one.heard}
    reports = []
    for interview in book.interviews:
        found = heard.get(interview.slug)
        if found is None:
            more, report = missing(promised_on_paper(interview), _COPY)
            problems += more
            reports.append(report)
        else:
            reports.append(found.report)
    problems += (problem for one in read for problem in one.problems)
    problems += cross_references.of_print(book, heard, _COPY)
    sections = _sections(book, read)
    problems += front_matter(book, sections, _COPY, lambda words: on_paper(letters(words)))
    problems += _contents_numbers(book, sections["contents"], heard)
    problems += pack_rules.extracts(book)
    return Report("pdf", tuple(problems), tuple(reports))


@dataclass(frozen=True, slots=True)
class Pages:
    """The printed book page by page: see `Stretch`; `texts` is the running text of each interview."""

    labels: tuple[str, ...]
    texts: Mapping[str, str]
    people: tuple[str, ...]
    names: tuple[frozenset[str], ...]


def paper_of(data: Printed) -> Paper:
    """The sheets of a PDF, read now if nobody has; a book that was read leaf by leaf has none. Raises `UnreadableError`."""
    if isinstance(data, tuple):
        raise TypeError("of a book that was read leaf by leaf, the sheets are not kept")
    return data if isinstance(data, Paper) else pdf_pages.read(data)


def read_on(book: Book, printed: Printed) -> tuple[Stretch, ...]:
    """What is read on the sheets of a PDF. Raises `UnreadableError`."""
    return printed if isinstance(printed, tuple) else (stretch(book, paper_of(printed)),)


def pages_of(book: Book, printed: Printed) -> Pages:
    """A PDF page by page. Raises `UnreadableError`."""
    read = read_on(book, printed)
    return Pages(
        tuple(label for one in read for label in one.labels),
        {found.slug: found.text for one in read for found in one.heard},
        tuple(block for one in read for block in one.people),
        tuple(names for one in read for names in one.names),
    )


def prove_pointers(book: Book, whole: Printed) -> tuple[Problem, ...]:
    """The problems of the lines in which a pack's interviews say where they stand in the book, printed as `whole`."""
    assert book.pack is not None
    assert book.pack.whole is not None
    pages = pages_of(book.pack.whole, whole)
    labels: dict[str, list[str]] = {}
    for label, names in zip(pages.labels, pages.names, strict=True):
        for name in names:
            labels.setdefault(name, []).append(label)
    return tuple(pack_rules.pointers(book, labels))


def _sections(book: Book, read: Sequence[Stretch]) -> dict[str, str]:
    """The letters of the pages around the interviews, line ends read by what they must say."""
    texts: dict[str, list[str]] = {}
    for one in read:
        for name, blocks in one.sections.items():
            texts.setdefault(name, []).extend(blocks)
    out = {}
    for section, words in around(book).items():
        settler = Settler(on_paper(words))
        names = [_IDS[section]] if section in _IDS else [f"part.{part.number}" for part in book.parts]
        out[section] = " ".join(settler.settle(text) for name in names for text in texts.get(name, ()))
    return out


_LEADERS = re.compile(r"[\s.·…]*")


def _contents_numbers(book: Book, contents: str, heard: Mapping[str, Heard]) -> Iterator[Problem]:
    """The contents send a reader to the page where the interview begins."""
    for interview in book.interviews:
        title, label = (
            on_paper(letters(interview.title.text)),
            heard[interview.slug].label if interview.slug in heard else "",
        )
        if label and title in contents and not _sends(contents, title, label):
            sentence = f"{_COPY}: the contents do not send to page {label} for “{short(title)}”"
            yield Problem(interview.title.place, "contents-are-whole", sentence, HINT)


def _sends(contents: str, title: str, label: str) -> bool:
    """Whether the title stands somewhere with the page number behind it."""
    at = contents.find(title)
    while at >= 0:
        leaders = _LEADERS.match(contents, at + len(title))
        end = (leaders.end() if leaders else at) + len(label)
        if contents[end - len(label) : end] == label and not contents[end : end + 1].isdigit():
            return True
        at = contents.find(title, at + 1)
    return False
