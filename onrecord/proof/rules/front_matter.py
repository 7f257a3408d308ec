"""Check the pages around the interviews: title, disclaimers, contents, agenda items, list of people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from onrecord.model import Book, Pack, SourceLocation
from onrecord.model.changes import Supplement
from onrecord.model.problems import Problem
from onrecord.model.rule import Rule
from onrecord.proof.reading.normalize import normalize_text, shorten_text
from onrecord.proof.rules.report import HINT
from onrecord.wording import change_sheet, translations

_PAGE_NAMES = {
    "title": "title page",
    "imprint": "imprint",
    "contents": "contents",
    "contributors": "list of people",
    "items": "agenda items",
}


@dataclass(frozen=True, slots=True)
class ExpectedLine:
    """Words that a section must contain, their place in the source, the rule, and a name for messages."""

    section: str  # a key of _PAGE_NAMES
    place: SourceLocation
    rule: Rule
    text: str
    name: str


def check_front_matter(
    book: Book, sections: Mapping[str, str], copy: str, normalize: Callable[[str], str] = normalize_text
) -> Iterator[Problem]:
    """Report each line that is missing in the sections around the interviews.

    `sections` is their normalized text: "title", "imprint", "contents", "contributors", "items". Sections that
    share a page may have the same text. `normalize` is applied to the expected words.
    """
    for line in _list_lines(book):
        if normalize(line.text) not in sections.get(line.section, ""):
            words, page = shorten_text(normalize_text(line.text)), _PAGE_NAMES[line.section]
            yield Problem(line.place, line.rule, f"{copy} has lost {line.name} “{words}” from its {page}", HINT)
    yield from _check_order_of_contents(book, sections.get("contents", ""), copy, normalize)


def list_expected_sections(book: Book) -> dict[str, str]:
    """Return by section id the text that each section must contain, in order."""
    texts: dict[str, list[str]] = {section: [] for section in _PAGE_NAMES}
    for line in _list_lines(book):
        texts[line.section].append(normalize_text(line.text))
    return {section: " ".join(words) for section, words in texts.items()}


def _list_lines(book: Book) -> Iterator[ExpectedLine]:
    """Yield each line that a section around the interviews must contain."""
    yield ExpectedLine("title", book.location, Rule.TITLE_PAGE_IS_TRUE, book.title, "the book's title")
    if book.subtitle:
        yield ExpectedLine("title", book.location, Rule.TITLE_PAGE_IS_TRUE, book.subtitle, "the book's subtitle")
    for disclaimer in book.disclaimers:
        rule = Rule.DISCLAIMER_TO_THE_LETTER
        yield ExpectedLine("imprint", disclaimer.location, rule, disclaimer.text, "the disclaimer")
    if book.rights:
        yield ExpectedLine("imprint", book.location, Rule.IMPRINT_IS_TRUE, book.rights, "the rights")
    for part in book.parts:
        if part.title:
            yield ExpectedLine("contents", book.location, Rule.CONTENTS_ARE_WHOLE, part.title, "the part")
    for interview in book.interviews:
        title = interview.title
        yield ExpectedLine("contents", title.location, Rule.CONTENTS_ARE_WHOLE, title.text, "the title")
    if book.pack:
        yield from _list_pack_lines(book, book.pack)
    interview_of_name = {
        person.name: interview for interview in reversed(book.interviews) for person in interview.people
    }
    for name, interview in reversed(interview_of_name.items()):
        yield ExpectedLine("contributors", interview.location, Rule.CONTRIBUTORS_ARE_NAMED, name, "the name")


def _list_pack_lines(book: Book, pack: Pack) -> Iterator[ExpectedLine]:
    """Yield the lines about the meeting that title page and agenda pages must contain."""
    rule = Rule.MEETING_IS_TOLD
    time = translations.format_date_and_time(pack.starts, book.language)
    yield ExpectedLine("title", pack.location, rule, time, "the time of the meeting")
    for text, name in ((pack.venue, "the place of the meeting"), (pack.objective, "the objective")):
        if text:
            yield ExpectedLine("title", pack.location, rule, text, name)
    for point in pack.agenda:
        yield ExpectedLine("items", point.location, rule, point.title, "the title of an agenda item")
        if point.note:
            yield ExpectedLine("items", point.location, rule, point.note, "the note of an agenda item")
    if pack.supplement:
        text = _join_change_sheet(book, pack.supplement)
        yield ExpectedLine("title", pack.location, Rule.CHANGES_ARE_TOLD, text, "the change sheet")


def _join_change_sheet(book: Book, supplement: Supplement) -> str:
    """Return the whole expected text of the change sheet, heading and closing line included."""
    sheet = change_sheet.build_change_sheet(supplement, book.language)
    return " ".join([sheet.heading, *(row.text for row in sheet.rows), sheet.closing])


def _check_order_of_contents(
    book: Book, contents: str, copy: str, normalize: Callable[[str], str]
) -> Iterator[Problem]:
    """Report titles that the contents list in another order than the book; not lost ones."""
    end = 0
    for interview in book.interviews:
        title = normalize(interview.title.text)
        start = contents.find(title, end)
        if start >= 0:
            end = start + len(title)
        elif title in contents:
            sentence = f"{copy} lists “{shorten_text(title)}” in another place of its contents than the book"
            yield Problem(interview.title.location, Rule.ORDER_IS_KEPT, sentence, HINT)


def check_interview_order(book: Book, slugs: Iterable[str], copy: str) -> Iterator[Problem]:
    """Report interviews held twice, not in the book, or out of the order of the book."""
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
