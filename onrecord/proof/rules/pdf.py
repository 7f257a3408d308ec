"""Prove the printed book: read the PDF's tag tree as a screen reader does, and its pages as a person sees them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from onrecord.model import Book, find_cross_references
from onrecord.model.problems import Problem
from onrecord.model.rule import Rule
from onrecord.proof.reading import pdf_pages
from onrecord.proof.reading.bound_file import BoundFile
from onrecord.proof.reading.embedded_objects import DamagedObjectsError, name_damages, open_pdf_objects
from onrecord.proof.reading.extracted_text import LineEndReader
from onrecord.proof.reading.normalize import normalize_text, shorten_text
from onrecord.proof.reading.pdf_description import read_objects
from onrecord.proof.reading.printed_texts import expect_printed_interview, fold_glyphs
from onrecord.proof.rules.changes_rules import check_changes_are_listed, check_printed_changes
from onrecord.proof.rules.compare import report_missing_interview
from onrecord.proof.rules.cross_references import check_print_references
from onrecord.proof.rules.extract_rules import (
    check_corrections,
    check_extracts,
    check_pointers,
    check_translation_credits,
)
from onrecord.proof.rules.facing_rules import check_facing_pages
from onrecord.proof.rules.front_matter import (
    Edition,
    check_front_matter,
    check_interview_order,
    check_leaf_order,
    expect_sections,
)
from onrecord.proof.rules.page_range import PageRange, ReadInterview
from onrecord.proof.rules.pdf_file import check_pdf_file
from onrecord.proof.rules.person_pages import check_printed_portraits
from onrecord.proof.rules.printed_book import PrintedBook, ReadPages, read_page_ranges, read_printed_pages
from onrecord.proof.rules.printed_codes import check_printed_codes
from onrecord.proof.rules.printed_index import check_printed_index
from onrecord.proof.rules.printed_look import check_bound_look, check_printed_look
from onrecord.proof.rules.report import HINT, Report
from onrecord.proof.rules.running_heads import CHANGES, CONTRIBUTORS, INDEX
from onrecord.proof.rules.spoken_lines import check_spoken_lines
from onrecord.proof.rules.surrounding_pages import check_surrounding_pages
from onrecord.proof.rules.tags_and_links import FrontLink, check_front_links
from onrecord.runtime.cache import Cache
from onrecord.runtime.interface_texts import get_language

_COPY = "the PDF"
_SECTION_IDS = {
    "title": "front.title",
    "imprint": "front.imprint",
    "contents": "front.contents",
    "contributors": CONTRIBUTORS,
}
_NO_CACHE = Cache(None)
_LEADERS = re.compile(r"[\s.·…]*")


def prove_pdf(book: Book, printed: PrintedBook, *, has_templates: bool = False) -> Report:
    """Return the report of the proof on a PDF's words; `has_templates`: the book has its own print templates."""
    try:
        ranges = read_page_ranges(book, printed)
    except pdf_pages.UnreadablePdfError as error:
        problem = Problem(book.location, Rule.COPY_CAN_BE_READ, f"{_COPY} cannot be opened: {error}", HINT)
        return Report("pdf", (problem,), ())
    slugs = (slug for page_range in ranges for slug in page_range.articles)
    problems: list[Problem] = list(check_interview_order(book, slugs, _COPY))
    interviews = {interview.slug: interview for page_range in ranges for interview in page_range.interviews}
    reports = []
    for interview in book.interviews:
        if interview.slug in interviews:
            reports.append(interviews[interview.slug].report)
        else:
            missing, report = report_missing_interview(expect_printed_interview(interview), _COPY)
            problems += missing
            reports.append(report)
    problems += (problem for page_range in ranges for problem in page_range.problems)
    problems += check_print_references(book, interviews, _COPY)
    names = [names for page_range in ranges for names in page_range.names]
    problems += check_facing_pages(book, names, interviews)
    problems += () if has_templates else check_leaf_order(book, names, _COPY, (CONTRIBUTORS, CHANGES, INDEX))
    labels = _find_first_labels(ranges)
    labels |= _find_turn_labels(interviews)
    problems += _check_surrounding_pages(book, ranges, labels, has_templates=has_templates)
    texts = {name: _read_leaf(ranges, name) for name in (INDEX, CHANGES)}
    problems += check_printed_index(book, *texts[INDEX], read_printed_pages(book, ranges))
    problems += (*check_changes_are_listed(book), *check_printed_changes(book, *texts[CHANGES], labels))
    people = [block for page_range in ranges for block in page_range.sections.get(CONTRIBUTORS, ())]
    problems += check_printed_portraits(book, people, fold_glyphs)
    problems += (*check_extracts(book), *check_corrections(book), *check_translation_credits(book))
    return Report("pdf", tuple(problems), tuple(reports))


def _check_surrounding_pages(
    book: Book, ranges: Sequence[PageRange], labels: Mapping[str, str], *, has_templates: bool
) -> list[Problem]:
    """Return the problems of a PDF's pages around the interviews: what they lack, or else what they add."""
    sections = _collect_sections(book, ranges, labels)
    problems = list(
        check_front_matter(book, sections, Edition.PDF, labels, lambda words: fold_glyphs(normalize_text(words)))
    )
    problems += _check_contents_numbers(book, sections["contents"], labels)
    if problems or has_templates:
        return problems
    blocks = _join_section_texts(page_range.sections for page_range in ranges)
    tags = _join_section_texts(page_range.section_tags for page_range in ranges)
    is_large = any(page_range.is_large for page_range in ranges)
    return list(check_surrounding_pages(book, blocks, tags, labels, is_large=is_large))


def _join_section_texts(parts: Iterable[Mapping[str, Sequence[str]]]) -> dict[str, list[str]]:
    """Return the text blocks of each section by its id, those of all page ranges joined."""
    joined: dict[str, list[str]] = {}
    for part in parts:
        for name, texts in part.items():
            joined.setdefault(name, []).extend(texts)
    return joined


def prove_pdf_file(
    book: Book,
    data: bytes,
    printed: PrintedBook,
    *,
    is_large: bool = False,
    has_templates: bool = False,
    font_folders: Sequence[Path] = (),
    cache: Cache = _NO_CACHE,
    file: BoundFile | None = None,
) -> Report:
    """Return the report of the proof on a PDF: on its words, and on what the file says of itself.

    `printed` is what was read in it, `file` what it says of itself, None if that is to be read here. `is_large` tells
    whether it is the large print of a pack, `has_templates` whether the book has templates of its own for print.
    `font_folders` hold the fonts of the book besides those of our packages; the cache remembers which pictures and
    fonts were compared.
    """
    try:
        ranges = read_page_ranges(book, printed)
    except pdf_pages.UnreadablePdfError:
        return prove_pdf(book, printed)  # says why
    report = prove_pdf(book, ranges, has_templates=has_templates)
    problems = (
        *report.problems,
        *check_front_links(book, _list_matter_links(ranges)),
        *_check_objects(book, data, ranges, file, is_large=is_large, font_folders=font_folders, cache=cache),
        *check_spoken_lines(book, data, ranges, font_folders),
        *check_printed_codes(book, data, ranges),
    )
    return Report(report.format, problems, report.interviews)


def _check_objects(
    book: Book,
    data: bytes,
    ranges: Sequence[PageRange],
    file: BoundFile | None,
    *,
    is_large: bool,
    font_folders: Sequence[Path],
    cache: Cache,
) -> Iterator[Problem]:
    """Yield the problems of a PDF's objects: of what the file says of itself, of its letters and its pictures."""
    try:
        if file:
            with name_damages():
                objects, looks = file.objects, list(check_bound_look(book, file, ranges, font_folders, cache))
        else:
            with open_pdf_objects(data) as pdf:  # once: to open a large book takes as long as half of what follows
                objects, looks = read_objects(pdf), list(check_printed_look(book, pdf, ranges, font_folders, cache))
    except DamagedObjectsError as error:
        sentence = f"{_COPY} has damaged objects: {shorten_text(str(error))}"
        yield Problem(book.location, Rule.COPY_CAN_BE_READ, sentence, HINT)
        return
    yield from check_pdf_file(book, objects, ranges, is_large=is_large)
    yield from looks


def prove_pointers(book: Book, whole: PrintedBook) -> tuple[Problem, ...]:
    """Return the problems of the lines in a pack that name pages of the whole book.

    `whole` is the print edition of that book.
    """
    assert book.pack is not None
    assert book.pack.whole_book is not None
    try:
        pages = read_printed_pages(book.pack.whole_book, whole)
    except pdf_pages.UnreadablePdfError as error:
        sentence = f"{_COPY} of the whole book cannot be opened: {error}"
        return (Problem(book.location, Rule.COPY_CAN_BE_READ, sentence, HINT),)
    labels: dict[str, list[str]] = {}
    for label, names in zip(pages.labels, pages.names, strict=True):
        for name in names:
            labels.setdefault(name, []).append(label)
    return tuple(check_pointers(book, labels))


def prove_offprint(book: Book, whole_book: Book, offprint: PrintedBook, whole: PrintedBook) -> tuple[Problem, ...]:
    """Return the problems of an off-print's page numbers: they must be those of the interview in the whole book."""
    (interview,) = book.interviews
    in_book, alone = (
        _list_interview_labels(read_printed_pages(edition, printed), interview.slug)
        for edition, printed in ((whole_book, whole), (book, offprint))
    )
    refers = any(
        not reference.name.startswith(f"{interview.slug}.")
        for other in whole_book.interviews
        if other.slug == interview.slug
        for reference in find_cross_references(whole_book, other)
    )
    # A link to another interview has lost the page after it, so that a later page may begin elsewhere.
    if in_book and (in_book == alone or (refers and in_book[:1] == alone[:1])):
        return ()
    sentence = f"{_COPY}: the off-print has the pages {', '.join(alone)}, and in the book they are {', '.join(in_book)}"
    return (Problem(interview.location, Rule.OFFPRINT_KEEPS_ITS_PAGES, sentence, HINT),)


def list_offprint_pages(book: Book, offprint: PrintedBook) -> tuple[str, ...]:
    """Return the page labels that the interview has in an off-print (PDF). Raise `UnreadablePdfError`."""
    return tuple(_list_interview_labels(read_printed_pages(book, offprint), book.interviews[0].slug))


def _list_interview_labels(pages: ReadPages, slug: str) -> list[str]:
    """Return the labels of the printed pages on which words of an interview stand."""
    return [label for label, names in zip(pages.labels, pages.names, strict=True) if slug in names]


def _find_first_labels(ranges: Sequence[PageRange]) -> dict[str, str]:
    """Return the page label on which each leaf of the PDF begins: interviews, agenda items, the list of people."""
    labels: dict[str, str] = {}
    for page_range in ranges:
        for label, names in zip(page_range.labels, page_range.names, strict=True):
            for name in names:
                labels.setdefault(name, label)
        labels |= {interview.slug: interview.label for interview in page_range.interviews if interview.label}
    return labels


def _find_turn_labels(interviews: Mapping[str, ReadInterview]) -> dict[str, str]:
    """Return the page label on which each printed turn begins, by `slug.id`."""
    return {
        f"{slug}.{identity}": match[1]
        for slug, interview in interviews.items()
        for identity, place in interview.places.items()
        if (match := re.match(r"page (\S+) ", place))
    }


def _collect_sections(book: Book, ranges: Sequence[PageRange], labels: Mapping[str, str]) -> dict[str, str]:
    """Return the text of a PDF's pages around the interviews by section, line ends read as the book has them."""
    texts = _join_section_texts(page_range.sections for page_range in ranges)
    sections = {}
    for section, words in expect_sections(book, Edition.PDF, labels).items():
        settler = LineEndReader(fold_glyphs(words))
        is_known = section in _SECTION_IDS
        names = [_SECTION_IDS[section]] if is_known else [f"part.{part.number}" for part in book.parts]
        sections[section] = " ".join(settler.read_line_ends(text) for name in names for text in texts.get(name, ()))
    return sections


def _list_matter_links(ranges: Sequence[PageRange]) -> list[FrontLink]:
    """Return the links of a PDF's pages around the interviews, in order."""
    return [link for page_range in ranges for link in page_range.front_links]


def _read_leaf(ranges: Sequence[PageRange], name: str) -> tuple[list[str], list[tuple[str, str]]]:
    """Return the text blocks of a leaf after the interviews, and text and target of its links, in order."""
    blocks = [block for page_range in ranges for block in page_range.sections.get(name, ())]
    return blocks, [(link.text, link.target) for link in _list_matter_links(ranges) if link.section == name]


def _check_contents_numbers(book: Book, contents: str, labels: Mapping[str, str]) -> Iterator[Problem]:
    """Yield a problem for each line of the printed contents that lacks the page on which its text begins."""
    lines = [(interview.slug, interview.title.text, interview.title.location) for interview in book.interviews]
    if CONTRIBUTORS in labels:
        texts = get_language(book.language).texts
        lines.append((CONTRIBUTORS, texts["whos_who" if book.pack else "contributors"], book.location))
    if CHANGES in labels:
        lines.append((CHANGES, get_language(book.language).texts["edition_changes"], book.location))
    if INDEX in labels:
        lines.append((INDEX, get_language(book.language).texts["book_index"], book.location))
    times = {}
    if book.pack:
        lines += [(f"part.{part.number}", f"{part.number} {part.title}", book.location) for part in book.parts]
        times = {f"part.{part.number}": part.time for part in book.parts}
    for name, text, place in lines:
        title, label = fold_glyphs(normalize_text(text)), labels.get(name, "")
        time = fold_glyphs(normalize_text(times.get(name, "")))
        if label and title in contents and not _has_page_number(contents, title, label, time):
            sentence = f"{_COPY}: the contents do not give page {label} for “{shorten_text(title)}”"
            yield Problem(place, Rule.CONTENTS_ARE_WHOLE, sentence, HINT)


def _has_page_number(contents: str, title: str, label: str, time: str) -> bool:
    """Return whether the title is followed, somewhere in the printed contents, by this page number.

    After that may be the time of an agenda item; in a line that runs from the right no gap is read before it.
    """
    start = contents.find(title)
    while start >= 0:
        leaders = _LEADERS.match(contents, start + len(title))
        end = (leaders.end() if leaders else start) + len(label)
        is_whole = not contents[end : end + 1].isdigit() or bool(time and contents.startswith(time, end))
        if contents[end - len(label) : end] == label and is_whole:
            return True
        start = contents.find(title, start + 1)
    return False
