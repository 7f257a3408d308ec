"""Check the printed pages around the interviews: every word, role and language on them, and nothing else.

Each section is composed here a second time from the model: title page, imprint, contents, openings of parts and agenda
items, list of people, the pages of a pack. The index has rules of its own (`printed_index`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from onrecord.model import Book, Interview, Pack, Part, Person, Portrait
from onrecord.model.book import Offprint
from onrecord.model.names import fold_name
from onrecord.model.problems import Problem
from onrecord.model.rule import Rule
from onrecord.proof.reading.citation_sentences import expect_citation
from onrecord.proof.reading.extracted_text import LineEndReader
from onrecord.proof.reading.normalize import mark_picture, normalize_text, shorten_text
from onrecord.proof.reading.printed_texts import fold_glyphs
from onrecord.proof.reading.sentences import (
    expect_change_sheet,
    expect_contributors,
    expect_disclaimers,
    expect_edition,
    expect_editors,
    expect_explanations,
    expect_facts,
    expect_guests,
    expect_marking,
    expect_moment,
    expect_printed_isbn,
)
from onrecord.proof.reading.tag_tree import OUTSIDE_SECTIONS, format_tag
from onrecord.proof.rules.changes_rules import expect_printed_changes, has_changes
from onrecord.proof.rules.expected_claims import get_pack_words
from onrecord.proof.rules.index_rules import has_index
from onrecord.proof.rules.person_pages import expect_portraits
from onrecord.proof.rules.report import HINT
from onrecord.proof.rules.running_heads import CHANGES, CONTRIBUTORS, INDEX
from onrecord.runtime.interface_texts import get_language

_COPY = "the PDF"
_OUTER_TAG = "Div"  # of elements that hold whole sections
_LONGEST_SUMMARY = 120  # letters of a standfirst in the contents
_SHOWN_BEFORE, _SHOWN = 12, 40  # letters of a message before and after the first that is wrong


@dataclass(frozen=True, slots=True)
class PrintedLine:
    """Words of a section, and what the elements announce that begin with them; `picture` stands before them."""

    tags: tuple[str, ...]
    text: str
    picture: str = ""  # its mark


def check_surrounding_pages(
    book: Book,
    sections: Mapping[str, Sequence[str]],
    tags: Mapping[str, Sequence[str]],
    labels: Mapping[str, str],
    *,
    is_large: bool,
) -> Iterator[Problem]:
    """Yield at most one problem for each section of the PDF around the interviews: other words, roles or languages.

    `sections` are the text blocks by section, `tags` what their elements announce; `labels` are the pages on which
    leaves and turns (`keeper.a1`) begin.
    """
    composed = dict(_MatterComposer(book, labels, is_large=is_large).compose())
    composed.pop(INDEX, None)
    for name in [*composed, *(name for name in sections if name not in composed and name != INDEX)]:
        lines = composed.get(name, [])
        if difference := _find_line_difference(lines, sections.get(name, ()), tags.get(name, ())):
            rule, sentence = difference
            yield Problem(book.location, rule, f"{_COPY}: the section “{shorten_text(name)}” {sentence}", HINT)
    for tag in [tag for tag in tags.get(OUTSIDE_SECTIONS, ()) if tag != _OUTER_TAG][:1]:
        sentence = f"{_COPY}: an element around sections announces a {tag} where a {_OUTER_TAG} belongs"
        yield Problem(book.location, Rule.MARKUP_IS_TRUE, sentence, HINT)


def _find_line_difference(
    lines: Sequence[PrintedLine], blocks: Sequence[str], tags: Sequence[str]
) -> tuple[Rule, str] | None:
    """Return rule and words of the first difference of a PDF section from its expected lines, or None."""
    words = fold_glyphs(" ".join(line.picture + normalize_text(line.text) for line in lines))
    reader = LineEndReader(words)
    expected_text, actual_text = (_join_without_spaces(text) for text in ([words], map(reader.read_line_ends, blocks)))
    if expected_text != actual_text:
        place = next(
            (index for index, pair in enumerate(zip(expected_text, actual_text, strict=False)) if pair[0] != pair[1]),
            -1,
        )
        place = min(len(expected_text), len(actual_text)) if place < 0 else place
        shown = [
            text[max(place - _SHOWN_BEFORE, 0) : place + _SHOWN] or "nothing" for text in (actual_text, expected_text)
        ]
        return Rule.NOTHING_IS_ADDED, f"says “{shown[0]}” where “{shown[1]}” belongs"
    expected = [tag for line in lines for tag in line.tags]
    for index in range(max(len(expected), len(tags))):
        actual_tag, expected_tag = (row[index] if index < len(row) else "nothing" for row in (tags, expected))
        if actual_tag != expected_tag:
            return Rule.MARKUP_IS_TRUE, f"announces a {actual_tag} where a {expected_tag} belongs"
    return None


def _join_without_spaces(texts: Iterable[str]) -> str:
    """Return the characters of texts without spaces, which the layout of a page changes."""
    return "".join("".join(texts).split())


class _MatterComposer:
    """Composes the sections of one printed edition."""

    def __init__(self, book: Book, labels: Mapping[str, str], *, is_large: bool) -> None:
        self.book = book
        self.labels = labels
        self.is_large = is_large
        late = book.pack is not None and book.pack.supplement is not None
        self.words = get_pack_words(book.language, late=late) if book.pack else get_language(book.language).texts

    def compose(self) -> Iterator[tuple[str, list[PrintedLine]]]:
        """Yield each section that the PDF must have around the interviews, with its lines."""
        book = self.book
        if book.pack:
            yield "front.title", list(self._compose_briefing(book.pack))
            yield "front.contents", list(self._compose_agenda())
            yield "front.imprint", list(self._compose_about(book.pack))
        elif book.offprint:
            yield "front.title", list(self._compose_cover_sheet(book.offprint))
            yield "front.imprint", list(self._compose_imprint())
            return
        else:
            if "front.half-title" in self.labels:
                yield "front.half-title", [*_start_element("Sect"), _build_line("P", book.title)]
            yield "front.title", list(self._compose_title_page())
            yield "front.imprint", list(self._compose_imprint())
            yield "front.contents", list(self._compose_contents())
        for number, part in enumerate(book.parts, 1):
            if part.has_opening_page:
                yield f"part.{number}", list(self._compose_part(part))
        if any(interview.people for interview in book.interviews):
            yield CONTRIBUTORS, list(self._compose_people())
        if has_changes(book):
            lines = (PrintedLine(line.tags, line.text) for line in expect_printed_changes(book, self.labels))
            yield CHANGES, [*self._compose_section_start("edition_changes"), *lines]

    def _compose_section_start(self, key: str) -> Iterator[PrintedLine]:
        """Yield the beginning of a section that a screen reader must announce in the PDF."""
        yield from _start_element("Sect", title=self.words[key])

    # books

    def _compose_title_page(self) -> Iterator[PrintedLine]:
        """Yield the lines that the title page of a PDF must have."""
        book = self.book
        yield from self._compose_section_start("title_page")
        yield _build_line("H1", book.title)
        yield from _build_paragraphs(book.subtitle, expect_editors(book), book.publisher)

    def _compose_cover_sheet(self, offprint: Offprint) -> Iterator[PrintedLine]:
        """Yield the lines that the cover sheet of an off-print must have."""
        (interview,) = self.book.interviews
        language = self._get_other_language(interview)
        yield from self._compose_section_start("title_page")
        yield _build_line("H1", interview.title.text, language)
        guests = get_language(self.book.language).names.comma.join(person.name for person in interview.guests)
        yield from _build_paragraphs(guests, self._format_book_title())
        yield _build_line("P", expect_citation(interview, self.book, offprint.pages), language)

    def _compose_imprint(self) -> Iterator[PrintedLine]:
        """Yield the lines that the imprint of a PDF must have."""
        book = self.book
        yield from self._compose_section_start("imprint")
        isbn = f"ISBN {number}" if (number := expect_printed_isbn(book)) and not book.offprint else ""
        yield from _build_paragraphs(
            self._format_book_title(), expect_editors(book), book.publisher, expect_edition(book), book.rights, isbn
        )
        yield from self._compose_disclaimers("H2")

    def _compose_disclaimers(self, role: str) -> Iterator[PrintedLine]:
        """Yield the disclaimers that the imprint of a PDF must have below their heading."""
        if disclaimers := expect_disclaimers(self.book):
            yield _build_line(role, self.words["disclaimer"])
            yield from _build_paragraphs(*(disclaimer.text for disclaimer in disclaimers))

    def _format_book_title(self) -> str:
        """Return title and subtitle of the book."""
        book = self.book
        return f"{book.title}. {book.subtitle}" if book.subtitle else book.title

    def _compose_contents(self) -> Iterator[PrintedLine]:
        """Yield the lines that the contents of a PDF must have."""
        yield from self._compose_section_start("contents")
        yield _build_line("H1", self.words["contents"])
        for part in self.book.parts:
            yield from [_build_line("H2", part.title)] if part.title else []
            yield from self._compose_contents_list(part)
        if back := list(self._compose_back_entries()):
            yield from _start_element("TOC")
            yield from back

    def _compose_contents_list(self, part: Part) -> Iterator[PrintedLine]:
        """Yield the entries that the contents must have for the interviews of a part, as a list."""
        yield from _start_element("TOC")
        for interview in part.interviews:
            yield from self._compose_contents_entry(interview)

    def _compose_contents_entry(self, interview: Interview) -> Iterator[PrintedLine]:
        """Yield title, page and people that the contents must have for an interview."""
        tags = (format_tag("TOCI", self._get_other_language(interview)), "Link")
        yield PrintedLine(tags, f"{interview.title.text} {self.labels.get(interview.slug, '')}")
        guests = expect_guests(interview)
        summary = interview.standfirst.text if interview.standfirst else ""
        is_named = guests == interview.title.text
        has_summary = is_named and not interview.extract and 0 < len(summary) <= _LONGEST_SUMMARY
        yield PrintedLine((), summary if has_summary else "" if is_named else guests)

    def _compose_back_entries(self) -> Iterator[PrintedLine]:
        """Yield the entries that the contents must have for the list of people, the page of changes and the index."""
        has_people = any(interview.people for interview in self.book.interviews)
        for name, key, is_there in (
            (CONTRIBUTORS, "contributors", has_people),
            (CHANGES, "edition_changes", has_changes(self.book)),
            (INDEX, "book_index", has_index(self.book)),
        ):
            if is_there:
                yield PrintedLine(("TOCI", "Link"), f"{self.words[key]} {self.labels.get(name, '')}")

    def _compose_part(self, part: Part) -> Iterator[PrintedLine]:
        """Yield the lines that the page opening a part, or an item of the agenda, must have in a PDF."""
        yield from _start_element("Sect", title=part.title)
        if not self.book.pack:
            yield _build_line("H1", part.title)
            return
        yield _build_line("P", f"{self.words['item']} {part.number}")
        yield _build_line("H1", part.title)
        yield from _build_paragraphs(part.time, part.note)
        if part.interviews:
            yield from _start_element("Sect")
            yield from self._compose_contents_list(part)

    def _compose_people(self) -> Iterator[PrintedLine]:
        """Yield the lines that the list of people in a PDF must have."""
        book, last_name, last_facts = self.book, "", dict[str, str]()
        yield from self._compose_section_start("contributors")
        yield _build_line("H1", self.words["contributors"])
        yield from _start_element("L")
        portraits, people = expect_portraits(book), dict[tuple[str, str], list[Person]]()
        for interview in book.interviews:
            for person in interview.people:
                people.setdefault((interview.slug, fold_name(person.name)), []).append(person)
        for name, interview, entry in expect_contributors(book, self.labels):
            if name != last_name:
                yield _build_name_line(name, portraits.get(fold_name(name)))
            last_name = name
            language = self._get_other_language(interview)
            phrase = (format_tag("Span", language),) if language else ()
            facts = expect_facts(people[interview.slug, fold_name(name)].pop(0), book.language)
            has_facts = bool(facts) and facts != last_facts.get(name)
            last_facts[name] = facts
            yield PrintedLine(("LI", "LBody", *(phrase if has_facts else ()), "Link", *phrase), entry)

    def _get_other_language(self, interview: Interview) -> str:
        """Return the language of an interview, "" if it is that of the book."""
        return "" if interview.language == self.book.language else interview.language

    # packs

    def _compose_briefing(self, pack: Pack) -> Iterator[PrintedLine]:
        """Yield the lines that the front page of a pack must have in print."""
        book, words = self.book, self.words
        yield from self._compose_section_start("title_page")
        yield _build_line("H1", book.title)
        yield from _build_paragraphs(pack.meeting, f"{words['when']} {expect_moment(pack.starts, book.language)}")
        yield from _build_paragraphs(f"{words['where']} {pack.venue}" if pack.venue else "", pack.objective)
        if pack.supplement:
            heading, *rows = expect_change_sheet(pack.supplement, book.language)
            yield _build_line("H2", heading)
            yield from _build_paragraphs(*rows)

    def _compose_agenda(self) -> Iterator[PrintedLine]:
        """Yield the lines that the agenda of a pack must have in print."""
        yield from self._compose_section_start("contents")
        yield _build_line("H2", self.words["contents"])
        if items := list(self._compose_agenda_items()):  # a supplement that only withdraws has none
            yield from _start_element("TOC")
            yield from items

    def _compose_agenda_items(self) -> Iterator[PrintedLine]:
        """Yield the lines that the list of items in a pack's agenda must have."""
        for part in self.book.parts:
            if part.number:
                label = self.labels.get(f"part.{part.number}", "")
                yield PrintedLine(("TOCI", "Link"), f"{part.number} {part.title} {label}")
                yield PrintedLine((), part.time)
            for interview in part.interviews:
                yield from self._compose_contents_entry(interview)
        yield from self._compose_back_entries()

    def _compose_about(self, pack: Pack) -> Iterator[PrintedLine]:
        """Yield the lines that a pack must print about its use."""
        book, words = self.book, self.words
        yield from self._compose_section_start("imprint")
        yield _build_line("H2", words["imprint"])
        yield _build_line("P", expect_marking(pack, book.language))
        yield from _build_paragraphs(*expect_explanations(pack, book.language))
        offer = words["is_large"] if self.is_large else words["offer_large"] if pack.large_print else ""
        yield from _build_paragraphs(offer, book.publisher, book.rights)
        yield from self._compose_disclaimers("H3")


def _start_element(role: str, *, title: str = "") -> Iterator[PrintedLine]:
    """Yield the start of an expected PDF element without words of its own."""
    yield PrintedLine((format_tag(role, title=title),), "")


def _build_line(role: str, text: str, language: str = "") -> PrintedLine:
    """Return an expected printed line that is an element of its own in the tag tree."""
    return PrintedLine((format_tag(role, language),), text)


def _build_name_line(name: str, portrait: Portrait | None) -> PrintedLine:
    """Return the expected line of a name in the list of people, with the picture of the person."""
    if portrait is None:
        return PrintedLine(("LI", "LBody"), name)
    alt = normalize_text(portrait.alt)
    return PrintedLine(("LI", "LBody", format_tag("Figure", alt=portrait.alt)), name, mark_picture(alt))


def _build_paragraphs(*texts: str) -> Iterator[PrintedLine]:
    """Yield an expected printed paragraph for each text that is not empty."""
    yield from (_build_line("P", text) for text in texts if text)
