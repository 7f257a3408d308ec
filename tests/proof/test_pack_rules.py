"""A pack is proved like a book, and so is what it adds; each addition is sabotaged here."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pikepdf
import pytest

from onrecord import proof
from onrecord.editions import epub, html
from onrecord.editions.pdf import edition
from onrecord.editions.pdf.pages.geometry import find_copy_number_area, get_pack_geometry
from onrecord.model import (
    AgendaItem,
    Attribution,
    Book,
    Choice,
    Distribution,
    Interview,
    Markings,
    Pack,
    SourceLocation,
    TextLine,
    Trim,
)
from onrecord.model.agenda import MARKINGS, Marking
from onrecord.model.page_numbers import Pagination
from onrecord.model.problems import Problem
from onrecord.packs import selection
from onrecord.proof.reading.pdf_pages import PdfContent
from onrecord.proof.rules import large_print
from onrecord.runtime.task_runner import NO_WORKERS, TaskRunner
from onrecord.wording import markings
from tests.support.bound import build_sample_edition, build_sample_pdf, read_changed_pages, read_pages
from tests.support.proof_sabotage import change_parts, replace_words
from tests.support.sample import BOOK, HOSTILE, HOW
from tests.support.workers import CACHING_RUNNER, PROVING_RUNNER

pytestmark = pytest.mark.usefixtures("same_fonts_and_cover")

HERE = SourceLocation("packs/meeting.yaml", 9)
NINE = datetime(2026, 2, 1, 9, tzinfo=UTC)
PACK = Pack(
    name="meeting",
    slug="meeting",
    title="How a Press Works",
    meeting="A meeting of parts",
    starts=NINE,
    venue="The composing room",
    objective="The parts agree on who does what, and who proves it.",
    agenda=(
        AgendaItem("A word before", "Nothing to read for this one.", (), HERE),
        AgendaItem(
            "What the parts say",
            "All of the first talk.",
            (Choice(HERE, "how-it-works", "a1-a1-2"),),
            HERE,
            "09:15–09:40",
        ),
        AgendaItem("In another language", "", (Choice(HERE, "auf-deutsch"),), HERE),
    ),
    location=SourceLocation("packs/meeting.yaml", 1),
    note_pages=1,
    large_print=True,
    paper=Trim.A4,
    markings=Markings("2", NINE, Distribution.NAMED, Attribution.CHATHAM_HOUSE),
)
MARKING = "Version 2 · Embargo: 1 February 2026, 09:00 (UTC) · For named recipients only · Chatham House Rule"


@dataclass(frozen=True)
class PackFiles:
    """A pack and all its copies."""

    book: Book
    pdf: bytes
    large: bytes
    epub: bytes
    web: dict[str, bytes]
    pagination: Pagination


def make_pack(book: Book, folder: Path, runner: TaskRunner) -> PackFiles:
    """Make all copies of a pack."""
    print_edition = edition.make_pdf(book, folder, runner)
    assert print_edition.large_print is not None
    pages = print_edition.pagination
    e_book, web = epub.make_epub(book, folder, pages), html.make_html(book, folder, pages)
    return PackFiles(book, print_edition.data, print_edition.large_print, e_book, web, pages)


@pytest.fixture(scope="module")
def pack_files(tmp_path_factory: pytest.TempPathFactory) -> PackFiles:
    book, problems = selection.select_interviews(BOOK, PACK)
    assert not problems
    book = selection.add_pointers(book, build_sample_edition().pagination)
    return make_pack(book, tmp_path_factory.mktemp("book"), CACHING_RUNNER)


@pytest.fixture(scope="module")
def short_screens(tmp_path_factory: pytest.TempPathFactory) -> tuple[Book, bytes, dict[str, bytes]]:
    """The same pack with less of the first talk, its e-book and its web edition."""
    first, second, third = PACK.agenda
    short = replace(PACK, agenda=(first, replace(second, choices=(Choice(HERE, "how-it-works", "q2-a2"),)), third))
    book, problems = selection.select_interviews(BOOK, short)
    assert not problems
    book, folder = selection.add_pointers(book, None), tmp_path_factory.mktemp("book")
    return book, epub.make_epub(book, folder), html.make_html(book, folder)


def collect_rules(problems: tuple[Problem, ...]) -> set[str]:
    return {problem.rule for problem in problems}


def test_every_copy_of_a_pack_is_proved(pack_files: PackFiles) -> None:
    """In PDF, large print, e-book and web; page numbers agree, and pointers and extracts are correct."""
    for report in (
        proof.prove_pdf(pack_files.book, read_pages(pack_files.pdf)),
        proof.prove_pdf(pack_files.book, read_pages(pack_files.large)),
        proof.prove_epub(pack_files.book, pack_files.epub),
        proof.prove_html(pack_files.book, pack_files.web),
    ):
        assert report.problems == ()
    assert proof.prove_page_parity(pack_files.book, read_pages(pack_files.pdf), pack_files.epub, pack_files.web) == ()
    assert proof.prove_normal_pages(pack_files.book, pack_files.pdf, read_pages(pack_files.large)) == ()
    assert proof.prove_pointers(pack_files.book, read_pages(build_sample_pdf())) == ()


def test_pages_are_numbered_from_the_front_page_to_the_last_page_for_notes(pack_files: PackFiles) -> None:
    """All numbers are Arabic; there are as many labels as pages, and an even number."""
    count = len(pack_files.pagination.labels)
    assert pack_files.pagination.labels == tuple(str(number) for number in range(1, count + 1))
    with pikepdf.open(io.BytesIO(pack_files.pdf)) as document:
        assert len(document.pages) == count
    assert count % 2 == 0


# --- what the pack says ---------------------------------------------------------------------------


def change_pack(**changes: object) -> Callable[[Book], Book]:
    """Change the file of the pack after the copies were built."""

    def change(book: Book) -> Book:
        assert book.pack is not None
        return replace(book, pack=replace(book.pack, **changes))  # type: ignore[arg-type]

    return change


PACK_CHANGES = [
    (change_pack(markings=replace(PACK.markings, version="3")), "every-page-is-marked"),
    (change_pack(markings=replace(PACK.markings, embargo=None)), "every-page-is-marked"),
    (change_pack(markings=replace(PACK.markings, attribution=Attribution.ON_THE_RECORD)), "every-page-is-marked"),
    (change_pack(markings=replace(PACK.markings, distribution=Distribution.PUBLIC)), "every-page-is-marked"),
    (change_pack(starts=NINE.replace(hour=10)), "meeting-is-told"),
    (change_pack(venue="The press room"), "meeting-is-told"),
    (change_pack(objective="The parts agree on nothing."), "meeting-is-told"),
    (change_pack(agenda=(replace(PACK.agenda[0], note="Something to read."), *PACK.agenda[1:])), "meeting-is-told"),
    (change_pack(agenda=(replace(PACK.agenda[0], time="08:45"), *PACK.agenda[1:])), "meeting-is-told"),
    (change_pack(agenda=(*PACK.agenda[:2], replace(PACK.agenda[2], title="In no language"))), "meeting-is-told"),
]


@pytest.mark.parametrize(("change", "rule"), PACK_CHANGES)
def test_a_printed_copy_that_differs_from_the_pack_is_refused(
    change: Callable[[Book], Book], rule: str, pack_files: PackFiles
) -> None:
    """Markings, time, place, objective and agenda are compared in each copy."""
    assert rule in collect_rules(proof.prove_pdf(change(pack_files.book), read_pages(pack_files.pdf)).problems)


@pytest.mark.parametrize(("change", "rule"), PACK_CHANGES)
def test_a_copy_for_screens_that_differs_from_the_pack_is_refused(
    change: Callable[[Book], Book], rule: str, short_screens: tuple[Book, bytes, dict[str, bytes]]
) -> None:
    book, e_book, web = short_screens
    assert rule in collect_rules(proof.prove_epub(change(book), e_book, PROVING_RUNNER).problems)
    assert rule in collect_rules(proof.prove_html(change(book), web, PROVING_RUNNER).problems)


def test_the_short_copies_for_screens_are_proved(short_screens: tuple[Book, bytes, dict[str, bytes]]) -> None:
    """Without this, the tests above could not fail for the right reason."""
    book, e_book, web = short_screens
    assert proof.prove_epub(book, e_book, PROVING_RUNNER).problems == ()
    assert proof.prove_html(book, web, PROVING_RUNNER).problems == ()


@pytest.mark.parametrize("left_out", MARKINGS, ids=lambda marking: marking.name)
def test_editions_that_leave_a_marking_out_are_refused(
    left_out: Marking, pack_files: PackFiles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Our own code is broken here: a row of the registry is lost."""
    monkeypatch.setattr(markings, "MARKINGS", tuple(row for row in MARKINGS if row is not left_out))
    web = html.make_html(pack_files.book, tmp_path, pack_files.pagination)
    assert "every-page-is-marked" in collect_rules(proof.prove_html(pack_files.book, web, PROVING_RUNNER).problems)


# --- a page without its marking -------------------------------------------------------------------


def change_stamps(data: bytes, numbers: Sequence[int], change: Callable[[bytes], bytes]) -> PdfContent:
    """Return what the proof reads in the PDF after the stamps of some pages (from 1) were changed."""
    with pikepdf.open(io.BytesIO(data)) as document:
        for number in numbers:
            contents = document.pages[number - 1].Contents
            stream = contents[-1] if isinstance(contents, pikepdf.Array) else contents
            before = stream.read_bytes()
            after = change(before)
            assert after != before
            stream.write(after)
        out = io.BytesIO()
        document.save(out)
    return read_changed_pages(out.getvalue(), data, [number - 1 for number in numbers])


def remove(pattern: bytes) -> Callable[[bytes], bytes]:
    return lambda data: re.sub(pattern, b"", data, count=1, flags=re.DOTALL)


HEAD = rb"/(?:Recto|Verso) Do"
FOLIO = rb"BT (?:(?!BT).)*?Tj ET(?= EMC)"


@pytest.mark.parametrize(("lost", "says"), [(HEAD, "Version 2"), (FOLIO, "“page {} of")])
def test_a_page_without_its_running_head_or_number_is_named(lost: bytes, says: str, pack_files: PackFiles) -> None:
    """The front page, a page after it, a blank one, one with words."""
    pages = (1, 2, 4, 5)
    spoiled = change_stamps(pack_files.pdf, pages, remove(lost))
    problems = proof.prove_pdf(pack_files.book, spoiled).problems
    assert collect_rules(problems) == {"every-page-is-marked"}
    for page in pages:
        named = [problem for problem in problems if f"page {page} (sheet {page})" in problem.sentence]
        assert any(says.format(page) in problem.sentence for problem in named), named
        problems = tuple(problem for problem in problems if problem not in named)
    assert problems == ()


def test_a_missing_thumb_tab_is_named(pack_files: PackFiles) -> None:
    """Agenda item 2 begins on page 5, where its number is printed at the edge."""
    spoiled = change_stamps(pack_files.pdf, [5], remove(rb"/Artifact<</Type/Pagination>>BDC.*?EMC"))
    (problem,) = proof.prove_pdf(pack_files.book, spoiled).problems
    assert problem.rule == "every-page-is-marked"
    assert "page 5 (sheet 5) does not say “2”" in problem.sentence


def test_an_e_book_page_without_its_marking_is_named(pack_files: PackFiles) -> None:
    """This holds for any page, and for the metadata."""
    for name in ("nav.xhtml", "auf-deutsch.xhtml", "part-1.xhtml", "cover.xhtml"):
        spoiled = replace_in_epub(pack_files.epub, name, 'class="marking"', 'hidden="hidden"')
        problems = proof.prove_epub(pack_files.book, spoiled, PROVING_RUNNER).problems
        assert collect_rules(problems) == {"every-page-is-marked"}
        assert all(name in problem.sentence for problem in problems)
    spoiled = replace_in_epub(pack_files.epub, "content.opf", "Chatham House Rule</meta>", "</meta>")
    problems = proof.prove_epub(pack_files.book, spoiled, PROVING_RUNNER).problems
    assert collect_rules(problems) == {"every-page-is-marked"}


def replace_in_epub(data: bytes, name: str, old: str, new: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w") as target:
        for entry in source.infolist():
            text = source.read(entry)
            if entry.filename.endswith(name):
                assert old.encode() in text
                text = text.replace(old.encode(), new.encode())
            target.writestr(entry, text)
    return out.getvalue()


def test_a_web_page_without_its_marking_is_named(pack_files: PackFiles) -> None:
    """This holds for any page, and for the metadata of the first page."""
    for name in ("index.html", "auf-deutsch.html", "contributors.html"):
        spoiled = {
            **pack_files.web,
            name: pack_files.web[name].replace(b'<p class="marking"', b'<p hidden class="marking"'),
        }
        (problem,) = proof.prove_html(pack_files.book, spoiled, PROVING_RUNNER).problems
        assert problem.rule == "every-page-is-marked"
        assert name in problem.sentence
    spoiled = {
        **pack_files.web,
        "index.html": pack_files.web["index.html"].replace(b"dcterms.accessRights", b"dcterms.other"),
    }
    problems = proof.prove_html(pack_files.book, spoiled, PROVING_RUNNER).problems
    assert collect_rules(problems) == {"every-page-is-marked"}


# --- large print ----------------------------------------------------------------------------------


NORMAL = rb"/Artifact<</Type/Pagination>>BDC q .*?EMC"


def test_large_print_without_a_page_number_is_refused(pack_files: PackFiles) -> None:
    """“Page 1” must mean the same for all readers."""
    spoiled = change_stamps(pack_files.large, [1], remove(NORMAL))
    (problem,) = proof.prove_normal_pages(pack_files.book, read_pages(pack_files.pdf), spoiled)
    assert problem.rule == "normal-pages-are-marked"
    assert "the number of page 1 stands 0 times" in problem.sentence


@pytest.mark.parametrize(("lines", "count"), [(-3, 3), (-1, 2), (1, 1), (2, 3), (3, 3)])
def test_large_print_with_a_page_number_beside_another_line_is_refused(
    pack_files: PackFiles, lines: int, count: int
) -> None:
    """Three pages begin in interviews; a number in the room above a title or a stanza stands beside no line."""
    paper = read_pages(pack_files.large)
    for _, number in large_print.find_normal_numbers(paper):
        number.baseline -= lines * get_pack_geometry(Trim.A4, large_print=True).leading_pt
    problems = proof.prove_normal_pages(pack_files.book, read_pages(pack_files.pdf), paper)
    assert len(problems) == count
    assert all("does not stand beside" in problem.sentence for problem in problems)


def test_exchanged_page_numbers_in_large_print_are_refused(pack_files: PackFiles) -> None:
    """Each stands once, but beside the words of the other page."""
    paper = read_pages(pack_files.large)
    numbers = [number for _, number in large_print.find_normal_numbers(paper)]
    texts = [number.text for number in numbers]
    for number, text in zip(numbers, [*texts[1:], texts[0]], strict=True):
        number.text = text
    problems = proof.prove_normal_pages(pack_files.book, read_pages(pack_files.pdf), paper)
    assert len(problems) == 3
    assert all("does not stand beside" in problem.sentence for problem in problems)


def test_exchanged_page_numbers_around_the_interviews_are_refused(pack_files: PackFiles) -> None:
    """Those of the front page and of the page after it, whose words are not counted."""
    paper = read_pages(pack_files.large)
    first, second = (number for _, number in large_print.find_normal_numbers(paper) if number.text in ("1", "2"))
    first.text, second.text = second.text, first.text
    (problem,) = proof.prove_normal_pages(pack_files.book, read_pages(pack_files.pdf), paper)
    assert "the number of page 2 stands before that of page 1" in problem.sentence


def test_large_print_with_other_letters_is_refused(pack_files: PackFiles) -> None:
    """Places are known by counting letters, so that all letters must be there."""
    paper = read_pages(pack_files.large)
    run = next(run for run in paper.pages[9].runs if run.content_id >= 0 and len(run.text) > 20)
    run.text = run.text[:-3]
    (problem,) = proof.prove_normal_pages(pack_files.book, read_pages(pack_files.pdf), paper)
    assert "has not the letters of the normal edition" in problem.sentence


# --- extracts -------------------------------------------------------------------------------------


def spoil_extract(change: Callable[[Interview], Interview], book: Book) -> Book:
    parts = (
        replace(
            part,
            interviews=tuple(change(interview) if interview.extract else interview for interview in part.interviews),
        )
        for part in book.parts
    )
    return replace(book, parts=tuple(parts))


def change_pointer(old: str, new: str) -> Callable[[Interview], Interview]:
    def change(interview: Interview) -> Interview:
        assert interview.pointer is not None
        assert old in interview.pointer.text
        return replace(interview, pointer=TextLine(interview.pointer.text.replace(old, new), HERE))

    return change


EXTRACTS: list[tuple[Callable[[Interview], Interview], str]] = [
    (replace_words("Every word is accounted", "Each word is accounted"), "changes the words of “a1”"),
    (replace_words("Counted twice.", "Counted once."), "changes the words of “a1”"),
    (replace_words("TP:", "TT:"), "changes the words of “a1-2”"),
    (
        lambda interview: replace(interview, conversation=(interview.conversation[0], interview.conversation[2])),
        "leaves out turns",
    ),
    (lambda interview: replace(interview, conversation=interview.conversation[::-1]), "leaves out turns"),
    (
        lambda interview: replace(interview, conversation=interview.conversation[:2]),
        "says that it runs from A1 to A1-2",
    ),
    (lambda interview: replace(interview, byline=None), "has another byline"),
    (lambda interview: replace(interview, disclaimer=None), "has another disclaimer"),
    (lambda interview: replace(interview, rights=None), "has another line of rights"),
    (lambda interview: replace(interview, date=None), "has another date"),
    (lambda interview: replace(interview, pointer=None), "does not say where it stands"),
    (change_pointer("A1-2", "A2"), "Extract: A1 to A1-2 of 3 answers; the whole interview is in"),
    (change_pointer("3 answers", "4 answers"), "Extract: A1 to A1-2 of 3 answers; the whole interview is in"),
    (
        lambda interview: change_parts(interview, lambda value: "a9" if value == "a1" else value),
        "which is not in the interview",
    ),
]


@pytest.mark.parametrize(("change", "says"), EXTRACTS)
def test_an_incorrect_extract_is_refused(
    change: Callable[[Interview], Interview], says: str, pack_files: PackFiles
) -> None:
    """Even if the copy agrees with the pack: the extract is compared with the whole interview."""
    book = spoil_extract(change, pack_files.book)
    report = proof.prove_html(book, pack_files.web, PROVING_RUNNER)
    problems = [problem for problem in report.problems if problem.rule == "extracts-are-true"]
    assert any(says in problem.sentence for problem in problems), problems
    assert all(problem.location == HERE for problem in problems)


def test_an_extract_has_the_line_of_rights_once_in_print(pack_files: PackFiles) -> None:
    """Large print has it, too."""
    assert HOW.rights
    rights = "".join(HOW.rights.text.split()).replace("'", "’")
    for data in (pack_files.pdf, pack_files.large):
        text = "".join(run.text for sheet in read_pages(data).pages for run in sheet.runs)
        assert "".join(text.split()).replace("'", "’").count(rights) == 1


@pytest.mark.parametrize("slug", ["how-it-works-a1-a1-2", "auf-deutsch"])
def test_a_pointer_to_other_pages_is_refused(slug: str, pack_files: PackFiles) -> None:
    """The pages are those of the print edition of the whole book."""

    def change(interview: Interview) -> Interview:
        if interview.slug != slug or interview.pointer is None:
            return interview
        return replace(interview, pointer=TextLine(re.sub(r"\d+\.$", "77.", interview.pointer.text), HERE))

    parts = (replace(part, interviews=tuple(map(change, part.interviews))) for part in pack_files.book.parts)
    (problem,) = proof.prove_pointers(replace(pack_files.book, parts=tuple(parts)), build_sample_pdf())
    assert problem.rule == "pointers-are-true"
    assert slug in problem.sentence


@pytest.fixture(scope="module")
def hostile_pack(tmp_path_factory: pytest.TempPathFactory) -> PackFiles:
    """A short pack: title, meeting, place, objective and agenda are script or template where they are not escaped."""
    agenda = (replace(PACK.agenda[2], title=HOSTILE, note=HOSTILE),)
    pack = replace(PACK, title=HOSTILE, meeting=HOSTILE, venue=HOSTILE, objective=HOSTILE, agenda=agenda)
    book, problems = selection.select_interviews(BOOK, pack)
    assert not problems
    return make_pack(selection.add_pointers(book, None), tmp_path_factory.mktemp("book"), CACHING_RUNNER)


def test_the_text_of_a_pack_is_never_markup(hostile_pack: PackFiles) -> None:
    book = hostile_pack.book
    for report in (
        proof.prove_pdf(book, hostile_pack.pdf),
        proof.prove_pdf(book, hostile_pack.large),
        proof.prove_epub(book, hostile_pack.epub),
        proof.prove_html(book, hostile_pack.web),
    ):
        assert report.problems == ()


def test_the_same_pack_has_the_same_bytes(hostile_pack: PackFiles, tmp_path: Path) -> None:
    """It is built without a worker and in another folder."""
    assert make_pack(hostile_pack.book, tmp_path, NO_WORKERS) == hostile_pack


@pytest.mark.parametrize("large", [False, True])
@pytest.mark.parametrize("paper", [Trim.A4, Trim.LETTER, Trim.A5])
def test_the_place_of_the_copy_number_is_free(paper: Trim, *, large: bool) -> None:
    """It is on the paper, clear of the text above it and of the page number beside it, on recto and verso."""
    page = get_pack_geometry(paper, large_print=large)
    for recto in (True, False):
        place = find_copy_number_area(page, recto)
        assert place.y_mm > 0
        assert place.y_mm + place.height_mm < page.bottom_mm
        left, right = (page.inner_mm, page.outer_mm) if recto else (page.outer_mm, page.inner_mm)
        assert left <= place.x_mm + 0.01
        assert place.x_mm + place.width_mm <= page.width_mm - right + 0.01


def test_nothing_is_printed_where_the_copy_number_goes(pack_files: PackFiles) -> None:
    """This is checked on every page of both copies."""
    for data, large in ((pack_files.pdf, False), (pack_files.large, True)):
        page = get_pack_geometry(Trim.A4, large_print=large)
        for index, sheet in enumerate(read_pages(data).pages):
            place = find_copy_number_area(page, index % 2 == 0)
            left, bottom, width, height = (
                side * 72 / 25.4 for side in (place.x_mm, place.y_mm, place.width_mm, place.height_mm)
            )
            inside = [
                run.text
                for run in sheet.runs
                if run.left < left + width and run.right > left and run.bottom < bottom + height and run.top > bottom
            ]
            assert not inside
