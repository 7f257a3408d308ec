"""What the editions generate is proved by sentences of the proof's own: each test breaks our generating code.

The manuscript and the proof stay as they are. A proof that asked the broken code what to expect would see nothing.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from onrecord import proof
from onrecord.editions import epub, html, markup
from onrecord.editions.pdf import edition, pack_edition
from onrecord.editions.pdf.bind import stamps
from onrecord.editions.pdf.bind.pack_running_heads import PackRunningHeads
from onrecord.finishing import copies as copy_files
from onrecord.finishing import copy_register
from onrecord.model import (
    Attribution,
    Book,
    Disclaimer,
    Distribution,
    Interview,
    Markings,
    Pack,
    Person,
    Role,
    SourceLocation,
    TextLine,
    Trim,
)
from onrecord.model.changes import Change, ChangeKind, Insert, InterviewChange, InterviewPiece, Supplement
from onrecord.model.dates import PartialDate
from onrecord.model.paper import PageSize
from onrecord.model.recipients import NumberedCopy, Recipient
from onrecord.model.rule import Rule
from onrecord.packs import selection
from onrecord.proof.reading import citation_sentences, sentences
from onrecord.proof.reading.pdf_pages import PdfContent
from onrecord.proof.rules.extract_rules import check_extracts
from onrecord.wording import change_sheet, citation, contributors, markings, translations, turn_labels
from tests.support import sample
from tests.support.bound import read_pages, read_words
from tests.support.proof_copies import FIRST, SECOND, book_of
from tests.support.workers import CACHING_RUNNER, PROVING_RUNNER
from tests.wording.test_languages import LANGUAGES

pytestmark = pytest.mark.usefixtures("same_fonts_and_cover")

HERE = SourceLocation("packs/meeting.yaml", 1)
NINE = datetime(2026, 2, 1, 9, tzinfo=UTC)

_question, _answer = FIRST.turns[:2]
_SHORT = replace(
    FIRST, introduction=(), conversation=(_question, replace(_answer, blocks=_answer.blocks[1:2])), footnotes=()
)
BOOK = replace(
    book_of(_SHORT, SECOND),
    trim=PageSize(148, 105),  # so low that an interview has two pages
    editors=("Ada Moor", "Ben Quay"),
    url="https://example.org/b/",
    publisher="Harbour Press",
    identifier="urn:isbn:9783161484100",
    typed_identifier="ISBN 978-3-16-148410-0",
)
MARKINGS = Markings("2", NINE, Distribution.NAMED, Attribution.NOT_FOR_QUOTATION)
PACK = Pack("m", "m", "Lamps", "The keepers", NINE, "The tower", "", (), HERE, MARKINGS)
COPIES = tuple(NumberedCopy(1 + index, 2, Recipient(name, HERE)) for index, name in enumerate(("Cay", "Dee")))
Break = Callable[[pytest.MonkeyPatch], None]


def build_pack(supplement: Supplement | None = None) -> Book:
    """Build a pack of the shorter interview, or of both as a supplement."""
    parts = BOOK.parts if supplement else (replace(BOOK.parts[0], interviews=BOOK.interviews[1:]),)
    pack = replace(PACK, supplement=supplement, whole_book=BOOK)
    book = replace(BOOK, title="Lamps", pack=pack, parts=parts, trim=Trim.A5)
    return selection.add_pointers(book, None)


def build_supplement() -> Book:
    piece = InterviewPiece("answer", "a1", "A1", "digest", 5, "4")
    first, second = BOOK.interviews
    details = (Change(ChangeKind.CHANGED, piece, piece),)
    changes = (
        InterviewChange(ChangeKind.CHANGED, first.slug, first.title.text, "3", "6", details),
        InterviewChange(ChangeKind.NEW, second.slug, second.title.text),
    )
    return build_pack(Supplement("Lamps in May", changes, (Insert(first.slug, "6"), Insert(second.slug, "8"))))


def read_rules(book: Book, copy: str, folder: Path, read_pdf: Callable[[bytes], PdfContent] = read_words) -> set[str]:
    """Make a copy of the book with the code as it is now; return the rules of the proof's problems."""
    if copy == "html":
        return {p.rule.value for p in proof.prove_html(book, html.make_html(book, folder), PROVING_RUNNER).problems}
    if copy == "epub":
        return {p.rule.value for p in proof.prove_epub(book, epub.make_epub(book, folder), PROVING_RUNNER).problems}
    printed = edition.make_pdf(book, folder, CACHING_RUNNER)
    return {p.rule.value for p in proof.prove_pdf(book, read_pdf(printed.data)).problems}


@pytest.fixture(autouse=True)
def no_known_contributors() -> None:
    """List the contributors of the book anew in each test: the code that lists them is broken in some."""
    contributors._list_contributors.cache_clear()


# --- ways to break our code -------------------------------------------------------------------------


def change_result(owner: object, name: str, change: Callable[[Any], Any]) -> Break:
    """Change what a function of ours returns."""

    def apply(patch: pytest.MonkeyPatch) -> None:
        original = getattr(owner, name)
        patch.setattr(owner, name, lambda *args, **values: change(original(*args, **values)))

    return apply


def change_page(template: str, pattern: str, replacement: str = "") -> Break:
    """Change what a template of ours gives: every match of the pattern."""

    def apply(patch: pytest.MonkeyPatch) -> None:
        original = markup.PageRenderer.render_page

        def render_page(renderer: markup.PageRenderer, rendered: str, /, **values: Any) -> str:
            text = original(renderer, rendered, **values)
            if rendered != template:
                return text
            changed = re.sub(pattern, replacement, text, flags=re.DOTALL)
            assert changed != text, f"{pattern} is not in {template}"
            return changed

        patch.setattr(markup.PageRenderer, "render_page", render_page)

    return apply


def change_property(name: str, change: Callable[[Any], Any]) -> Break:
    """Change a property of the book, which the proof must not ask."""

    def apply(patch: pytest.MonkeyPatch) -> None:
        original = getattr(Book, name).fget
        patch.setattr(Book, name, property(lambda book: change(original(book))))

    return apply


def drop(words: str) -> Callable[[str], str]:
    """Drop the words from a text."""
    return lambda text: text.replace(words, "")


def swap_names(cited: citation.Citation) -> citation.Citation:
    return replace(cited, marked_before=cited.marked_before.replace("The Engine", "The Desk"))


def drop_end(cited: citation.Citation) -> citation.Citation:
    return replace(cited, marked_after=".")


def add_a_day(text: str) -> str:
    return re.sub(r"^\d+", lambda match: str(int(match[0]) + 1), text)


def count_wrongly(patch: pytest.MonkeyPatch) -> None:
    original = PackRunningHeads.draw_heads

    def draw_heads(heads: PackRunningHeads, page: Any, index: int, count: int, tab: int) -> list[bytes]:
        return original(heads, page, index, count + 1, tab)

    patch.setattr(PackRunningHeads, "draw_heads", draw_heads)


def lose_row(number: int) -> Callable[[Any], Any]:
    """Drop a row of the change sheet."""
    return lambda sheet: replace(sheet, rows=tuple(row for index, row in enumerate(sheet.rows) if index != number))


def change_rows(old: str, new: str) -> Callable[[Any], Any]:
    """Say something else in the rows of the change sheet."""
    return lambda sheet: replace(sheet, rows=tuple(replace(row, text=row.text.replace(old, new)) for row in sheet.rows))


# What is broken, in which copies, how, and the rule that the proof must name.
_WHO = r'<span class="who">.*?</span>'
_CITATIONS = r'<section class="citations".*?</section>'
_LAST_NUMBER = r'(Contributors<span class="dots"></span><span class="folio-ref">)\d+'
BROKEN_BOOKS: list[tuple[str, str, Break, Rule]] = [
    ("date wrong", "pdf epub html", change_result(translations, "format_date", add_a_day), Rule.IMPRINT_IS_TRUE),
    ("editors lost", "html", change_page("html/index.html", "Edited by"), Rule.TITLE_PAGE_IS_TRUE),
    ("editors lost", "epub", change_page("epub/title-page.xhtml", "Edited by"), Rule.TITLE_PAGE_IS_TRUE),
    ("editors lost", "pdf", change_page("print/opening.html", "Edited by"), Rule.TITLE_PAGE_IS_TRUE),
    ("publisher lost", "pdf", change_page("print/opening.html", "Harbour Press"), Rule.TITLE_PAGE_IS_TRUE),
    ("ISBN wrong", "pdf", change_page("print/opening.html", "978-3-16", "978-3-61"), Rule.IMPRINT_IS_TRUE),
    ("ISBN wrong", "epub", change_page("epub/imprint.xhtml", "978-3-16", "978-3-61"), Rule.IMPRINT_IS_TRUE),
    ("ISBN wrong", "html", change_page("html/index.html", "978-3-16", "978-3-61"), Rule.IMPRINT_IS_TRUE),
    ("ISBN cut", "pdf epub html", change_property("isbn", lambda isbn: isbn[:-1]), Rule.IMPRINT_IS_TRUE),
    (
        "disclaimer lost",
        "pdf epub html",
        change_property("disclaimers", lambda disclaimers: disclaimers[:-1]),
        Rule.DISCLAIMER_TO_THE_LETTER,
    ),
    (
        "contents line lost",
        "pdf",
        change_page("print/contents.html", r'<li class="toc"><a [^>]*:ada".*?</li>'),
        Rule.CONTENTS_ARE_WHOLE,
    ),
    (
        "contents line lost",
        "html",
        change_page("html/index.html", r"<li>(?:(?!<li>).)*ada\.html.*?</li>"),
        Rule.CONTENTS_ARE_WHOLE,
    ),
    ("contents line lost", "epub", change_page("epub/nav.xhtml", "The Engine Weaves"), Rule.CONTENTS_ARE_WHOLE),
    ("people in contents lost", "pdf", change_page("print/contents.html", _WHO), Rule.CONTENTS_ARE_WHOLE),
    ("people in contents lost", "html", change_page("html/index.html", _WHO), Rule.CONTENTS_ARE_WHOLE),
    ("number lost", "pdf", change_page("print/contents.html", _LAST_NUMBER, r"\1"), Rule.CONTENTS_ARE_WHOLE),
    (
        "contributor lost",
        "pdf epub html",
        change_result(contributors, "list_contributors", lambda people: people[1:]),
        Rule.CONTRIBUTORS_ARE_NAMED,
    ),
    ("roles lost", "pdf", change_page("print/contributors.html", "In conversation"), Rule.CONTRIBUTORS_ARE_NAMED),
    ("roles lost", "epub", change_page("epub/contributors.xhtml", "In conversation"), Rule.CONTRIBUTORS_ARE_NAMED),
    ("roles lost", "html", change_page("html/contributors.html", "In conversation"), Rule.CONTRIBUTORS_ARE_NAMED),
    (
        "facts lost",
        "pdf epub html",
        change_result(contributors, "_describe_contribution", lambda entry: replace(entry, facts="", gap="")),
        Rule.CONTRIBUTORS_ARE_NAMED,
    ),
    ("page wrong", "pdf", change_page("print/contributors.html", r"page \d+", "page 7"), Rule.CONTRIBUTORS_ARE_NAMED),
    (
        "running head lost",
        "pdf",
        change_result(stamps.Stamps, "_draw_head_and_folio", lambda drawn: drawn[1:]),
        Rule.RUNNING_HEADS_ARE_THERE,
    ),
    ("folio lost", "pdf", change_result(stamps.Stamps, "_draw_folio", lambda _: b""), Rule.FOLIOS_ARE_RIGHT),
    ("address lost", "pdf", change_result(stamps.Stamps, "_draw_address", lambda _: b""), Rule.ADDRESSES_ARE_RIGHT),
    ("guest wrong", "html", change_result(citation, "build_citation", swap_names), Rule.CITATIONS_ARE_TRUE),
    ("editors not cited", "html", change_result(citation, "build_citation", drop_end), Rule.CITATIONS_ARE_TRUE),
    ("title not quoted", "html", change_result(citation, "_quote_title", drop("“")), Rule.CITATIONS_ARE_TRUE),
    (
        "label lost",
        "pdf epub html",
        change_result(turn_labels, "write_labels", lambda labels: dict(list(labels.items())[1:])),
        Rule.EVERY_WORD_IS_THERE,
    ),
    (
        "names for letters",
        "html",
        change_result(turn_labels, "write_labels", lambda labels: dict.fromkeys(labels, "Q:")),
        Rule.EVERY_WORD_IS_THERE,
    ),
    ("citations of turns lost", "html", change_result(html, "_cite_turns", lambda _: ()), Rule.CITATIONS_ARE_TRUE),
    ("all citations lost", "html", change_page("html/interview.html", _CITATIONS), Rule.CITATIONS_ARE_TRUE),
]
_NAMED = " · For named recipients only"
_EMBARGO = "Embargo: 1 February 2026, 09:00 (UTC) · "
BROKEN_PACKS: list[tuple[str, str, Break, Rule]] = [
    (name, "pdf epub html", change_result(markings, "format_markings", drop(words)), Rule.EVERY_PAGE_IS_MARKED)
    for name, words in (("distribution lost", _NAMED), ("embargo lost", _EMBARGO), ("version lost", "Version 2 · "))
]
BROKEN_PACKS += [
    (
        "explanation lost",
        "pdf epub html",
        change_result(markings, "explain_markings", lambda texts: texts[:-1]),
        Rule.EVERY_PAGE_IS_MARKED,
    ),
    (
        "zone lost",
        "pdf epub html",
        change_result(translations, "format_date_and_time", drop(" (UTC)")),
        Rule.MEETING_IS_TOLD,
    ),
    ("page x of y wrong", "pdf", count_wrongly, Rule.EVERY_PAGE_IS_MARKED),
    (
        "y lost in page x of y",
        "pdf",
        change_result(pack_edition._PackPrinter, "_get_folio_pattern", lambda _: "page {page}"),
        Rule.EVERY_PAGE_IS_MARKED,
    ),
    ("occasion wrong", "pdf", change_result(translations, "format_date", add_a_day), Rule.EVERY_PAGE_IS_MARKED),
    ("who is who lost", "pdf", change_page("print/briefing.html", _WHO), Rule.CONTENTS_ARE_WHOLE),
]
BROKEN_SUPPLEMENTS: list[tuple[str, str, Break, Rule]] = [
    (name, "html", change_result(change_sheet, "build_change_sheet", change), Rule.CHANGES_ARE_TOLD)
    for name, change in (
        ("first row lost", lose_row(0)),
        ("detail lost", lose_row(1)),
        ("page wrong", change_rows("page 4", "page 5")),
        ("place of the insert wrong", change_rows("after page 8", "page 8")),
        ("kind wrong", change_rows("Changed", "New")),
        ("heading lost", lambda sheet: replace(sheet, heading="")),
        ("closing line lost", lambda sheet: replace(sheet, closing="")),
    )
]


def list_cases(broken: list[tuple[str, str, Break, Rule]]) -> list[Any]:
    return [
        pytest.param(copy, apply, rule, id=f"{name}-{copy}")
        for name, copies, apply, rule in broken
        for copy in copies.split()
    ]


# --- tests ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("copy", ["pdf", "epub", "html"])
def test_unbroken_copies_are_proved(copy: str, tmp_path: Path) -> None:
    """Without this, the tests below could not fail for the right reason."""
    assert read_rules(BOOK, copy, tmp_path, read_pages) == set()
    assert read_rules(build_pack(), copy, tmp_path, read_pages) == set()
    assert copy == "pdf" or read_rules(build_supplement(), copy, tmp_path) == set()


@pytest.mark.parametrize("code", LANGUAGES)
def test_packs_in_every_language_are_proved(code: str, tmp_path: Path) -> None:
    """Editions and proof read the same texts and put the same sentences together."""
    pack = build_supplement()
    interviews = tuple(replace(interview, language=code) for interview in pack.interviews)
    parts = (replace(pack.parts[0], interviews=interviews),)
    whole = replace(BOOK, language=code, parts=parts)
    assert pack.pack is not None
    book = replace(pack, language=code, parts=parts, pack=replace(pack.pack, whole_book=whole))
    assert read_rules(selection.add_pointers(book, None), "html", tmp_path) == set()
    alone = replace(whole, parts=(replace(parts[0], interviews=interviews[:1]),))
    assert read_rules(alone, "html", tmp_path) == set()


@pytest.mark.parametrize(("copy", "apply", "rule"), list_cases(BROKEN_BOOKS))
def test_a_broken_sentence_of_a_book_is_refused(
    copy: str, apply: Break, rule: Rule, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The proof puts each sentence together by itself."""
    apply(monkeypatch)
    assert rule.value in read_rules(BOOK, copy, tmp_path)


@pytest.mark.parametrize(("copy", "apply", "rule"), list_cases(BROKEN_PACKS))
def test_a_broken_sentence_of_a_pack_is_refused(
    copy: str, apply: Break, rule: Rule, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Markings, times and page numbers protect people: a pack without them must not go out."""
    pack = build_pack()
    apply(monkeypatch)
    assert rule.value in read_rules(pack, copy, tmp_path)


@pytest.mark.parametrize(("copy", "apply", "rule"), list_cases(BROKEN_SUPPLEMENTS))
def test_a_broken_change_sheet_is_refused(
    copy: str, apply: Break, rule: Rule, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A change that is not told is not noticed at the meeting."""
    supplement = build_supplement()
    apply(monkeypatch)
    assert rule.value in read_rules(supplement, copy, tmp_path)


def test_a_broken_pointer_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A pointer names the book and what of it the pack holds."""
    change_result(selection, "write_pointer", drop("Engines"))(monkeypatch)
    assert "extracts-are-true" in {problem.rule.value for problem in check_extracts(build_pack())}


@pytest.mark.parametrize("broken", [drop("Copy 1 of 2"), drop("Cay"), lambda text: text.replace("1 of 2", "2 of 2")])
def test_a_broken_copy_stamp_is_refused(
    broken: Callable[[str], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A copy without its number or name belongs to nobody."""
    bound = edition.make_pdf(build_pack(), tmp_path, CACHING_RUNNER).data
    place = copy_files.StampPlace(74, 6)
    stamp = copy_files.Stamp(place, place, room_mm=118)
    sound = list(copy_files.stamp_copies(bound, COPIES[:1], stamp))
    assert proof.prove_copies(bound, sound, "en", HERE) == ()
    change_result(copy_files, "format_copy_stamp", broken)(monkeypatch)
    spoiled = list(copy_files.stamp_copies(bound, COPIES[:1], stamp))
    assert proof.prove_copies(bound, spoiled, "en", HERE)


def test_a_lost_entry_of_the_register_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """The register says who has which copy."""
    entries = [copy_register.DeliveredCopy(copy, copy.file_name, b"data") for copy in COPIES]
    pairs = [(copy, b"data") for copy in COPIES]
    day = date(2026, 2, 1)
    assert proof.prove_register(copy_register.write_register(entries, day), pairs, day, HERE) == ()
    assert proof.prove_register(copy_register.write_register(entries[1:], day), pairs, day, HERE)
    assert proof.prove_register(copy_register.write_register(entries[:1], day), pairs[:1], day, HERE)  # one of two
    change_result(copy_register, "_defuse_formula", drop("Dee"))(monkeypatch)
    assert proof.prove_register(copy_register.write_register(entries, day), pairs, day, HERE)


def test_the_proof_expects_the_markings_that_a_supplement_takes_over() -> None:
    """The sabotage: the manuscript's reader loses them."""
    earlier = Markings("1", NINE, Distribution.NAMED, Attribution.CHATHAM_HOUSE)
    pack = replace(
        PACK,
        markings=Markings("2", None, Distribution.PUBLIC),
        written_markings=("distribution",),
        earlier_markings=earlier,
    )
    assert sentences.expect_markings(pack) == Markings("2", NINE, Distribution.PUBLIC, Attribution.CHATHAM_HOUSE)


# --- the two compositions agree ---------------------------------------------------------------------


@pytest.mark.parametrize("code", [*LANGUAGES, "tlh", "pt-BR"])
def test_both_sides_put_the_same_sentences_together(code: str) -> None:
    """In every language, for one to four names, with and without what may be missing."""
    for month in range(1, 13):
        for day in (1, 2, 28):
            moment = datetime(2026, month, day, 7, 5, tzinfo=timezone(timedelta(hours=day % 12 - 3, minutes=30)))
            assert sentences.expect_date(moment.date(), code) == translations.format_date(moment.date(), code)
            assert sentences.expect_moment(moment, code) == translations.format_date_and_time(moment, code)
    for partial in (PartialDate(1979), PartialDate(1979, 1), PartialDate(2026, 12)):
        assert sentences.expect_date(partial, code) == translations.format_date(partial, code)
    for distribution, attribution in itertools.product(Distribution, Attribution):
        for embargo, version in ((None, ""), (NINE, "2b")):
            marks = Markings(version, embargo, distribution, attribution)
            pack = replace(PACK, markings=marks)
            assert sentences.expect_marking(pack, code) == markings.format_markings(marks, code)
            assert sentences.expect_explanations(pack, code) == list(markings.explain_markings(marks, code))
    for interview, book in itertools.product(list_cited_interviews(code), (BOOK, sample.BOOK)):
        for place in ((), ("14", "a7", "A7"), ("", "a7", "A7")):
            expected = str(citation.build_citation(interview, book, *place))
            assert citation_sentences.expect_citation(interview, book, *place) == expected


def test_both_sides_list_disclaimers_in_order_of_first_use() -> None:
    """Also one that is used again later."""
    first, second = (Disclaimer(text, HERE) for text in ("Views are their own.", "Nobody was asked."))
    interviews = [replace(sample.GERMAN, disclaimer=disclaimer) for disclaimer in (first, second, None, first)]
    book = sample.book_of(*interviews)
    assert book.disclaimers == sentences.expect_disclaimers(book) == (first, second)


def list_cited_interviews(code: str) -> Iterator[Interview]:
    """Yield interviews with other people, titles, dates and bylines."""
    names = ("Ada Moor", "Ben Quay", "Cay Strand", "Dee Wharf")
    bylines = ("", "Harbour News’ exclusive interview with Ada", "An interview with Ada", "A talk", "Der Hafen")
    for count, byline in itertools.product(range(5), bylines):
        people = [Person(name, Role.INTERVIEWEE) for name in names[:count]]
        asker = [Person("Eve Pilot", Role.MODERATOR)] if count == 2 else []
        title = "“Light” and „light“ and «light»" if count else "Light"
        yield replace(
            sample.HOW,
            language=code,
            title=TextLine(title, HERE),
            people=(*people, *asker),
            byline=TextLine(byline, HERE) if byline else None,
            date=date(2026, 3, 1) if count % 2 else None,
        )
