"""What is read on a stretch of sheets: the words of its interviews, judged, and all that the whole book must know of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from onrecord.model import Book
from onrecord.model.problems import Problem
from onrecord.proof.reading.pdf_pages import Paper
from onrecord.proof.reading.tag_tree import Reading, elements_of, promised_on_paper
from onrecord.proof.rules.compare import compare
from onrecord.proof.rules.report import InterviewReport
from onrecord.proof.rules.running_heads import Furniture

_COPY = "the PDF"
PEOPLE = "back.contributors"


@dataclass(frozen=True)  # without slots it is read faster
class Heard:
    """One interview as it was read. `text` is its running text, pull quotes in their places, with the mark of each
    sheet where its text begins, and of line ends."""

    slug: str
    report: InterviewReport
    label: str  # of the page on which it begins
    places: Mapping[str, str]  # id -> "page 14 (sheet 20)"
    references: tuple[str, ...]  # what paper adds to links between turns
    text: str


@dataclass(frozen=True)  # without slots it is read faster
class Stretch:
    """Some sheets of a PDF. `labels` and `names` (whose words stand on it: slugs, "front.title", "part.1") are by sheet.

    `articles` are the ids of all interviews met, in reading order. `sections` are the blocks of the pages around
    them, `people` those of the list of people, marked like the text of an interview.
    """

    labels: tuple[str, ...]
    names: tuple[frozenset[str], ...]
    articles: tuple[str, ...]
    heard: tuple[Heard, ...]
    sections: Mapping[str, tuple[str, ...]]
    people: tuple[str, ...]
    problems: tuple[Problem, ...]


def stretch(book: Book, paper: Paper) -> Stretch:
    """Read the sheets, whose interviews are those of `book`: the whole one, or one that holds no others."""
    reading, by_page = Reading(paper), Reading(paper, begun=set())
    articles = [element for element in elements_of(paper.root) if element.role == "Art"]
    problems: list[Problem] = []
    heard = []
    for interview in book.interviews:
        article = next((article for article in articles if article.id == interview.slug), None)
        if article is None:
            continue
        promise = promised_on_paper(interview)
        found = reading.interview(article, promise)
        more, report = compare(promise, found, _COPY)
        problems += more
        text = " ".join(chunk.text for chunk in by_page.interview(article, promise).chunks)
        heard.append(Heard(interview.slug, report, reading.label(article), found.places, tuple(found.references), text))
    sections: dict[str, list[str]] = {}
    reading.section(paper.root, sections)
    blocks: dict[str, list[str]] = {}
    by_page.section(paper.root, blocks)
    problems += Furniture(book, paper, reading).problems()
    names: list[set[str]] = [set() for _ in paper.sheets]
    for (sheet, _), name in reading.whose.items():
        names[sheet].add(name)
    return Stretch(
        labels=tuple(sheet.label for sheet in paper.sheets),
        names=tuple(map(frozenset, names)),
        articles=tuple(article.id for article in articles),
        heard=tuple(heard),
        sections={name: tuple(texts) for name, texts in sections.items()},
        people=tuple(blocks.get(PEOPLE, ())),
        problems=tuple(problems),
    )
