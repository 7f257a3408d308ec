"""Read a range of the sheets of a PDF: its interviews, compared, and what the proof of the whole book needs of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from onrecord.model import Book
from onrecord.model.directions import is_from_right
from onrecord.model.problems import Problem
from onrecord.model.rule import Rule
from onrecord.proof.reading.extracted_text import join_running_text
from onrecord.proof.reading.normalize import PAGE_MARK, mark_page_start
from onrecord.proof.reading.page_ink import PictureLook
from onrecord.proof.reading.pdf_pages import PdfContent, TagElement
from onrecord.proof.reading.printed_texts import expect_printed_interview, remove_codes
from onrecord.proof.reading.tag_tree import TagTreeReader, describe_sheet, find_anchors, iterate_outer_elements
from onrecord.proof.reading.text_block import BOOK_MARGINS, LARGE_PRINT_MARGINS, PACK_MARGINS, Margins
from onrecord.proof.rules import pack_rules
from onrecord.proof.rules.compare import compare_interview
from onrecord.proof.rules.report import HINT, InterviewReport
from onrecord.proof.rules.running_heads import CHANGES, CONTRIBUTORS, INDEX, ArtifactRules
from onrecord.proof.rules.tags_and_links import FrontLink, check_tags_and_links

_COPY = "the PDF"


@dataclass(frozen=True)  # unpickles faster without slots
class ReadInterview:
    """One interview as it was read out of a PDF.

    `text` is its running text with pull quotes in their places, the mark of each sheet where its text begins,
    and the marks of line ends.
    """

    slug: str
    report: InterviewReport
    label: str  # of the page on which it begins
    places: Mapping[str, str]  # id -> "page 14 (sheet 20)"
    references: tuple[str, ...]  # the words that print adds to links between turns
    text: str

    def move(self, places: Mapping[str, str], labels: Mapping[str, str], shift: int) -> ReadInterview:
        """Return the interview as read `shift` pages later, with new places and page labels, given by the old ones."""
        lines = {name: getattr(self.report, name) for name in ("byline", "disclaimer", "rights")}
        (text,) = _move_marks([self.text], shift)
        return replace(
            self,
            report=replace(self.report, **{name: places.get(place, place) for name, place in lines.items()}),
            label=labels.get(self.label, self.label),
            places={name: places.get(place, place) for name, place in self.places.items()},
            text=text,
        )


@dataclass(frozen=True)  # unpickles faster without slots
class PageRange:
    """Consecutive sheets of a PDF.

    By sheet: `labels`, and `names`, the leaves whose words stand on it (slugs, "front.title", "part.1").
    `articles` are the ids of all interviews, in reading order. `sections` are the text blocks of the pages around
    the interviews, by id; `section_tags` what their elements announce; `people`, `index` and `changes` are the blocks
    of the list of people, the index and the page of changes, with marks as in the text of an interview.
    """

    labels: tuple[str, ...]
    names: tuple[frozenset[str], ...]
    articles: tuple[str, ...]
    interviews: tuple[ReadInterview, ...]
    sections: Mapping[str, tuple[str, ...]]
    people: tuple[str, ...]
    index: tuple[str, ...]
    changes: tuple[str, ...]
    problems: tuple[Problem, ...]
    front_links: tuple[FrontLink, ...] = ()  # those of the pages around the interviews
    pictures: tuple[tuple[PictureLook, ...], ...] = ()  # how those of each sheet look
    section_tags: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    is_large: bool = False  # the large print of a pack
    anchors: Mapping[str, tuple[int, float]] = field(default_factory=dict)  # id -> sheet (from 0), top of its words
    spoken: tuple[bool, ...] = ()  # whether lines of a sheet are shaped anew, by sheet
    folio_counts: tuple[int, ...] = ()  # how often the number of a sheet stands on it beside its text, by sheet
    first: int = 0  # the index of the first sheet in the file

    @property
    def names_no_pages(self) -> bool:
        """Return whether only its folios say page numbers, and each page has another one."""
        has_calls = any(".callpage" in name for name in self.anchors)  # notes that name the page of their call
        return not has_calls and not self.problems and len(set(self.labels)) == len(self.labels)

    def move(self, first: int, labels: Sequence[str]) -> PageRange:
        """Return what would be read in the same sheets if they had these numbers and began at index `first`.

        Right only for a range that `names_no_pages`, if its folios say the new numbers.
        """
        places = {
            describe_sheet(old, self.first + index): describe_sheet(new, first + index)
            for index, (old, new) in enumerate(zip(self.labels, labels, strict=True))
        }
        new_labels, shift = dict(zip(self.labels, labels, strict=True)), first - self.first
        people, index, changes = (_move_marks(blocks, shift) for blocks in (self.people, self.index, self.changes))
        return replace(
            self,
            first=first,
            labels=tuple(labels),
            interviews=tuple(interview.move(places, new_labels, shift) for interview in self.interviews),
            people=people,
            index=index,
            changes=changes,
            anchors={name: (sheet + shift, top) for name, (sheet, top) in self.anchors.items()},
        )


def _move_marks(texts: Iterable[str], shift: int) -> tuple[str, ...]:
    """Return texts with the index of each sheet that begins in them greater by `shift`."""
    return tuple(PAGE_MARK.sub(lambda match: mark_page_start(int(match[1]) + shift), text) for text in texts)


def read_page_range(book: Book, paper: PdfContent) -> PageRange:
    """Return what the proof reads on consecutive pages of the PDF, their interviews compared with the book.

    `book` holds the interviews on these sheets; it may be the whole book, or the book without the other interviews.
    """
    reading = TagTreeReader(paper, margins=_expect_margins(book, paper), is_mirrored=is_from_right(book.language))
    page_reading = TagTreeReader(paper)
    page_reading.marked_pages = set()
    articles = [element for element in iterate_outer_elements(paper.root) if element.role == "Art"]
    interviews, problems = _read_interviews(book, articles, reading, page_reading)
    sections: dict[str, list[str]] = {}
    reading.read_sections(paper.root, sections)
    marked_sections: dict[str, list[str]] = {}
    page_reading.read_sections(paper.root, marked_sections)
    problems += _find_hidden_matter(book, reading)
    artifacts = ArtifactRules(book, paper, reading)
    problems += artifacts.check()
    link_problems, front_links = check_tags_and_links(book, paper, articles)
    problems = problems or link_problems  # words that are wrong have their own report
    names: list[set[str]] = [set() for _ in paper.pages]
    for (sheet, _), name in reading.branches.items():
        names[sheet].add(name)
    return PageRange(
        labels=tuple(sheet.label for sheet in paper.pages),
        names=tuple(map(frozenset, names)),
        articles=tuple(article.id for article in articles),
        interviews=tuple(interviews),
        sections={name: tuple(texts) for name, texts in sections.items()},
        section_tags={name: tuple(tags) for name, tags in reading.section_tags.items()},
        people=tuple(marked_sections.get(CONTRIBUTORS, ())),
        index=tuple(marked_sections.get(INDEX, ())),
        changes=tuple(marked_sections.get(CHANGES, ())),
        problems=tuple(problems),
        front_links=front_links,
        is_large=_is_large_print(book, paper),
        anchors={name: (sheet, top) for name, sheet, top in find_anchors(paper, paper.root)},
        pictures=tuple(sheet.pictures for sheet in paper.pages),
        spoken=tuple(sheet.has_shaped_lines for sheet in paper.pages),
        folio_counts=tuple(artifacts.count_folios()),
        first=paper.first,
    )


def _find_hidden_matter(book: Book, reading: TagTreeReader) -> Iterator[Problem]:
    """Yield a problem for words and pictures around the interviews that cannot be seen in the PDF."""
    for fault in reading.section_faults:
        if fault.rule in (Rule.EVERY_WORD_IS_SEEN, Rule.PICTURES_ARE_THERE):
            yield Problem(book.location, fault.rule, f"{_COPY}, {fault.location}: a page {fault.sentence}", HINT)


def _expect_margins(book: Book, paper: PdfContent) -> dict[tuple[float, float], Margins]:
    """Return the margins that pages of this kind of edition must have, by the size of the page."""
    if book.pack is None:
        return BOOK_MARGINS
    return LARGE_PRINT_MARGINS if _is_large_print(book, paper) else PACK_MARGINS


def _is_large_print(book: Book, paper: PdfContent) -> bool:
    """Return whether the PDF is the large print of a pack, by the title in its metadata."""
    return book.pack is not None and pack_rules.is_large_print(book, paper.metadata.get("Title", ""))


def _read_interviews(
    book: Book, articles: list[TagElement], reading: TagTreeReader, page_reading: TagTreeReader
) -> tuple[list[ReadInterview], list[Problem]]:
    """Return the interviews that have an article in the tag tree, compared with the book, and their problems."""
    interviews: list[ReadInterview] = []
    problems: list[Problem] = []
    for interview in book.interviews:
        article = next((article for article in articles if article.id == interview.slug), None)
        if article is None:
            continue
        expected = expect_printed_interview(interview)
        extracted = reading.read_interview(article, expected)
        differences, report = compare_interview(expected, extracted, _COPY)
        problems += differences
        text = remove_codes(join_running_text(page_reading.read_interview(article, expected)), interview)
        label, references = reading.find_page_label(article), tuple(extracted.references)
        interviews.append(ReadInterview(interview.slug, report, label, extracted.locations, references, text))
    return interviews, problems
