"""Check the pages around the interviews: title, disclaimers, contents, agenda items, list of people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import pairwise
from types import MappingProxyType

from onrecord.model import Book, Pack, SourceLocation
from onrecord.model.book import Offprint
from onrecord.model.facing import map_facing
from onrecord.model.problems import Problem
from onrecord.model.rule import Rule
from onrecord.proof.reading.citation_sentences import expect_citation
from onrecord.proof.reading.normalize import normalize_text, shorten_text
from onrecord.proof.reading.sentences import (
    expect_change_sheet,
    expect_contributors,
    expect_disclaimers,
    expect_edition,
    expect_editors,
    expect_explanations,
    expect_guests,
    expect_marking,
    expect_moment,
    expect_printed_isbn,
)
from onrecord.proof.rules.report import GENERATED_HINT, HINT
from onrecord.runtime.interface_texts import get_language

_LONGEST_SUMMARY = 120  # letters of a standfirst in the printed contents
NO_LABELS: Mapping[str, str] = MappingProxyType({})
_PAGE_NAMES = {
    "title": "title page",
    "imprint": "imprint",
    "contents": "contents",
    "contributors": "list of people",
    "items": "agenda items",
}


class Edition(Enum):
    """The editions, which say different things around the interviews."""

    PDF = "the PDF"
    EPUB = "the EPUB"
    HTML = "the web edition"


@dataclass(frozen=True, slots=True)
class ExpectedLine:
    """Words that a section must contain, their place in the source, the rule, and a name for messages.

    `is_generated`: the edition puts them together; they are not copied from the manuscript.
    """

    section: str  # a key of _PAGE_NAMES
    place: SourceLocation
    rule: Rule
    text: str
    name: str
    is_generated: bool = False


def check_front_matter(
    book: Book,
    sections: Mapping[str, str],
    edition: Edition,
    labels: Mapping[str, str] = NO_LABELS,
    normalize: Callable[[str], str] = normalize_text,
) -> Iterator[Problem]:
    """Yield a problem for each line that is missing in an edition's sections around the interviews.

    `sections` is their normalized text: "title", "imprint", "contents", "contributors", "items". Sections that
    share a page may have the same text. `labels` are the printed pages on which leaves begin, by name. `normalize` is
    applied to the expected words.
    """
    copy = edition.value
    for line in expect_lines(book, edition, labels):
        if normalize(line.text) not in sections.get(line.section, ""):
            words, page = shorten_text(normalize_text(line.text)), _PAGE_NAMES[line.section]
            hint = GENERATED_HINT if line.is_generated else HINT
            yield Problem(line.place, line.rule, f"{copy} has lost {line.name} “{words}” from its {page}", hint)
    yield from _check_order_of_contents(book, sections.get("contents", ""), copy, normalize)


def expect_sections(book: Book, edition: Edition, labels: Mapping[str, str] = NO_LABELS) -> dict[str, str]:
    """Return by section id the text that each section around the interviews must contain, in order."""
    texts: dict[str, list[str]] = {section: [] for section in _PAGE_NAMES}
    for line in expect_lines(book, edition, labels):
        texts[line.section].append(normalize_text(line.text))
    return {section: " ".join(words) for section, words in texts.items()}


def expect_lines(book: Book, edition: Edition, labels: Mapping[str, str]) -> Iterator[ExpectedLine]:
    """Yield each line that the sections around the interviews must contain."""
    yield ExpectedLine("title", book.location, Rule.TITLE_PAGE_IS_TRUE, book.title, "the book's title")
    if book.subtitle:
        yield ExpectedLine("title", book.location, Rule.TITLE_PAGE_IS_TRUE, book.subtitle, "the book's subtitle")
    for disclaimer in expect_disclaimers(book):
        rule = Rule.DISCLAIMER_TO_THE_LETTER
        yield ExpectedLine("imprint", disclaimer.location, rule, disclaimer.text, "the disclaimer")
    if book.rights:
        yield ExpectedLine("imprint", book.location, Rule.IMPRINT_IS_TRUE, book.rights, "the rights")
    if book.offprint and edition is Edition.PDF:
        yield from _expect_offprint_lines(book, book.offprint)
        return
    yield from _expect_contents_lines(book, edition)
    if book.pack:
        yield from _expect_pack_lines(book, book.pack, edition)
    else:
        yield from _expect_book_lines(book)
        if edition is Edition.PDF:
            yield from _expect_publisher_lines(book)
    yield from _expect_people_lines(book, edition, labels)


def _expect_offprint_lines(book: Book, offprint: Offprint) -> Iterator[ExpectedLine]:
    """Yield the lines that the cover sheet and imprint of an off-print must contain: title, citation, date."""
    (interview,) = book.interviews
    rule = Rule.TITLE_PAGE_IS_TRUE
    yield ExpectedLine("title", interview.title.location, rule, interview.title.text, "the title")
    cited = expect_citation(interview, book, offprint.pages)
    yield ExpectedLine("title", interview.location, Rule.CITATIONS_ARE_TRUE, cited, "the citation", is_generated=True)
    yield from (line for line in _expect_book_lines(book) if line.section == "imprint")


def _expect_contents_lines(book: Book, edition: Edition) -> Iterator[ExpectedLine]:
    """Yield the lines that the contents must have; in print with a standfirst if the title is the guest's name."""
    rule = Rule.CONTENTS_ARE_WHOLE
    for part in book.parts:
        if part.title:
            yield ExpectedLine("contents", book.location, rule, part.title, "the part")
    for interview in book.interviews:
        title, guests = interview.title, expect_guests(interview)
        yield ExpectedLine("contents", title.location, rule, title.text, "the title")
        if guests:
            yield ExpectedLine("contents", title.location, rule, guests, "the people below a title", is_generated=True)
        summary = interview.standfirst.text if interview.standfirst else ""
        if guests == title.text and edition is Edition.PDF and 0 < len(summary) <= _LONGEST_SUMMARY:
            yield ExpectedLine("contents", title.location, rule, summary, "the standfirst below a title")


def _expect_book_lines(book: Book) -> Iterator[ExpectedLine]:
    """Yield the lines that title page and imprint of a book must have, and those of a pack not."""
    if book.editors:
        rule, text = Rule.TITLE_PAGE_IS_TRUE, expect_editors(book)
        yield ExpectedLine("title", book.location, rule, text, "the line of the editors", is_generated=True)
    yield ExpectedLine(
        "imprint", book.location, Rule.IMPRINT_IS_TRUE, expect_edition(book), "the date", is_generated=True
    )
    if isbn := expect_printed_isbn(book):
        text = f"ISBN {isbn}"
        yield ExpectedLine("imprint", book.location, Rule.IMPRINT_IS_TRUE, text, "the ISBN", is_generated=True)


def _expect_publisher_lines(book: Book) -> Iterator[ExpectedLine]:
    """Yield the publisher, whom the printed book must have on its title page and in its imprint."""
    if book.publisher:
        yield ExpectedLine("title", book.location, Rule.TITLE_PAGE_IS_TRUE, book.publisher, "the publisher")
        yield ExpectedLine("imprint", book.location, Rule.IMPRINT_IS_TRUE, book.publisher, "the publisher")


def _expect_people_lines(book: Book, edition: Edition, labels: Mapping[str, str]) -> Iterator[ExpectedLine]:
    """Yield the name of each person, then the words of each entry, that the list of people must have."""
    rule, previous_name = Rule.CONTRIBUTORS_ARE_NAMED, ""
    for name, interview, entry in expect_contributors(book, labels if edition is Edition.PDF else None):
        if name != previous_name:
            yield ExpectedLine("contributors", interview.location, rule, name, "the name")
        yield ExpectedLine("contributors", interview.location, rule, entry, "the entry", is_generated=True)
        previous_name = name


def _expect_pack_lines(book: Book, pack: Pack, edition: Edition) -> Iterator[ExpectedLine]:
    """Yield the lines about the meeting that title page, agenda pages and the page about the pack must contain."""
    rule = Rule.MEETING_IS_TOLD
    time = expect_moment(pack.starts, book.language)
    yield ExpectedLine("title", pack.location, rule, time, "the time of the meeting")
    for text, name in ((pack.venue, "the place of the meeting"), (pack.objective, "the objective")):
        if text:
            yield ExpectedLine("title", pack.location, rule, text, name)
    for point in pack.agenda:
        yield ExpectedLine("items", point.location, rule, point.title, "the title of an agenda item")
        if point.time:
            yield ExpectedLine("items", point.location, rule, point.time, "the time of an agenda item")
            if edition is Edition.PDF:
                yield ExpectedLine("contents", point.location, rule, point.time, "the time of an agenda item")
        if point.note:
            yield ExpectedLine("items", point.location, rule, point.note, "the note of an agenda item")
    if pack.supplement:
        text = " ".join(expect_change_sheet(pack.supplement, book.language))
        yield ExpectedLine("title", pack.location, Rule.CHANGES_ARE_TOLD, text, "the change sheet")
    rule = Rule.EVERY_PAGE_IS_MARKED
    for text in expect_explanations(pack, book.language):
        yield ExpectedLine("imprint", pack.location, rule, text, "what a marking asks for", is_generated=True)
    if edition is Edition.PDF:
        yield from _expect_printed_pack_lines(book, pack)


def _expect_printed_pack_lines(book: Book, pack: Pack) -> Iterator[ExpectedLine]:
    """Yield the lines that only the print edition of a pack must have: its marking in full, numbers of agenda items."""
    marking = expect_marking(pack, book.language)
    heading = get_language(book.language).texts["item"]
    rule = Rule.EVERY_PAGE_IS_MARKED
    yield ExpectedLine("imprint", pack.location, rule, marking, "the marking", is_generated=True)
    for part in book.parts:
        if part.number:
            text = f"{heading} {part.number} {part.title}"
            yield ExpectedLine("items", pack.location, Rule.MEETING_IS_TOLD, text, "the number", is_generated=True)


def _check_order_of_contents(
    book: Book, contents: str, copy: str, normalize: Callable[[str], str]
) -> Iterator[Problem]:
    """Yield a problem for titles that the contents list in another order than the book; missing ones aside."""
    end = 0
    for interview in book.interviews:
        title = normalize(interview.title.text)
        start = contents.find(title, end)
        if start >= 0:
            end = start + len(title)
        elif title in contents:
            sentence = f"{copy} lists “{shorten_text(title)}” in another place of its contents than the book"
            yield Problem(interview.title.location, Rule.ORDER_IS_KEPT, sentence, HINT)


def check_leaf_order(
    book: Book, names: Sequence[frozenset[str]], copy: str, back_matter: Sequence[str]
) -> Iterator[Problem]:
    """Yield a problem for the first leaf of a printed edition that begins before the leaf that must precede it.

    `names` are the leaves whose words stand on each sheet. Title page and imprint come first, each part or agenda item
    opens before its interviews, `back_matter` comes last. A translation on facing pages keeps to its original.
    """
    first_sheets: dict[str, int] = {}
    for sheet, sheet_names in enumerate(names):
        for name in sheet_names:
            first_sheets.setdefault(name, sheet)
    facing = map_facing(book)
    front = ("contents", "imprint") if book.pack else ("imprint", "contents")
    order = ["front.half-title", "front.title", *(f"front.{name}" for name in front)]
    for number, part in enumerate(book.parts, 1):
        order += (f"part.{number}", *(interview.slug for interview in part.interviews if interview.slug not in facing))
    starts = [(name, first_sheets[name] + 1) for name in (*order, *back_matter) if name in first_sheets]
    for (previous, previous_sheet), (name, sheet) in pairwise(starts):
        if sheet < previous_sheet:
            sentence = f"{copy}: “{name}” begins on sheet {sheet}, before “{previous}” on sheet {previous_sheet}"
            yield Problem(book.location, Rule.ORDER_IS_KEPT, sentence, HINT)
            return


def check_interview_order(book: Book, slugs: Iterable[str], copy: str) -> Iterator[Problem]:
    """Yield a problem for each interview that an edition holds twice, out of order, or that is not in the book."""
    counts = Counter(slugs)
    expected = [interview.slug for interview in book.interviews if interview.slug in counts]
    for interview in book.interviews:
        if counts[interview.slug] > 1:
            sentence = f"{copy} holds the interview “{interview.slug}” {counts[interview.slug]} times"
            yield Problem(interview.location, Rule.NOTHING_IS_ADDED, sentence, HINT)
    for slug in sorted(counts.keys() - set(expected)):
        sentence = f"{copy} holds an interview “{shorten_text(slug)}” that is not in the book"
        yield Problem(book.location, Rule.NOTHING_IS_ADDED, sentence, HINT)
    known = set(expected)
    order = [slug for slug in counts if slug in known]
    if order != expected:
        slug = next(slug for slug, right in zip(order, expected, strict=True) if slug != right)
        place = next(interview.location for interview in book.interviews if interview.slug == slug)
        sentence = f"{copy} holds the interviews in another order than the book: {', '.join(order[:10])}"
        yield Problem(place, Rule.ORDER_IS_KEPT, sentence, HINT)
