"""A pack is proved like a book, and what it adds is proved too: by sabotage of each."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pikepdf
import pytest

from onrecord import proof
from onrecord.editions import epub, html
from onrecord.editions.pdf import edition
from onrecord.editions.pdf.pages.geometry import find_copy_number_area, get_pack_geometry
from onrecord.model import Book, Interview, SourceLocation, TextLine, Trim
from onrecord.model.pack import AgendaItem, Attribution, Choice, Distribution, Markings, Pack
from onrecord.model.problems import Problem
from onrecord.packs import selection
from onrecord.proof.reading import pdf_pages
from onrecord.runtime.task_runner import NO_WORKERS
from onrecord.wording.page_numbers import Pagination
from tests.support.proof_sabotage import each, saying
from tests.support.sample import BOOK, HOSTILE
from tests.support.workers import KEEPING

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
        AgendaItem("What the parts say", "All of the first talk.", (Choice(HERE, "how-it-works", "a1-a1-2"),), HERE),
        AgendaItem("In another language", "", (Choice(HERE, "auf-deutsch"),), HERE),
    ),
    location=SourceLocation("packs/meeting.yaml", 1),
    note_pages=1,
    large_print=True,
    paper=Trim.A4,
    markings=Markings(Distribution.NAMED, Attribution.CHATHAM_HOUSE, NINE, "2"),
)
MARKING = "Version 2 · Embargo: 1 February 2026, 09:00 (UTC) · For named recipients only · Chatham House Rule"


@dataclass(frozen=True)
class Made:
    """A pack and all its copies, and the book's own print edition."""

    book: Book
    pdf: bytes
    large: bytes
    epub: bytes
    web: dict[str, bytes]
    whole: bytes
    pagination: Pagination


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    folder = tmp_path_factory.mktemp("book")
    whole = edition.make_pdf(BOOK, folder, KEEPING)
    book, problems = selection.select_interviews(BOOK, PACK)
    assert not problems
    book = selection.add_pointers(book, whole.pagination)
    printed = edition.make_pdf(book, folder, KEEPING)
    assert printed.large_print is not None
    pages = printed.pagination
    return Made(
        book,
        printed.data,
        printed.large_print,
        epub.make_epub(book, folder, pages),
        html.make_html(book, folder, pages),
        whole.data,
        pages,
    )


def rules(problems: tuple[Problem, ...]) -> set[str]:
    return {problem.rule for problem in problems}


def test_every_copy_of_a_pack_is_proved(made: Made) -> None:
    """PDF, large print, e-book and web; page 14 is page 14 in all of them; pointers and extracts are true."""
    for report in (
        proof.prove_pdf(made.book, made.pdf),
        proof.prove_pdf(made.book, made.large),
        proof.prove_epub(made.book, made.epub),
        proof.prove_html(made.book, made.web),
    ):
        assert report.problems == ()
    assert proof.prove_page_parity(made.book, made.pdf, made.epub, made.web) == ()
    assert proof.prove_normal_pages(made.book, made.pdf, made.large) == ()
    assert proof.prove_pointers(made.book, made.whole) == ()


def test_pages_are_counted_from_the_front_page_to_the_last_line_for_notes(made: Made) -> None:
    """Arabic all through; as many labels as sheets, an even number."""
    count = len(made.pagination.labels)
    assert made.pagination.labels == tuple(str(number) for number in range(1, count + 1))
    with pikepdf.open(io.BytesIO(made.pdf)) as document:
        assert len(document.pages) == count
    assert count % 2 == 0


# --- what the pack says ---------------------------------------------------------------------------


def other(**changes: object) -> Callable[[Book], Book]:
    """The pack with something else in its file than what was built."""

    def change(book: Book) -> Book:
        assert book.pack is not None
        return replace(book, pack=replace(book.pack, **changes))  # type: ignore[arg-type]

    return change


SAYINGS = [
    (other(markings=replace(PACK.markings, version="3")), "every-page-is-marked"),
    (other(markings=replace(PACK.markings, embargo=None)), "every-page-is-marked"),
    (other(markings=replace(PACK.markings, attribution=Attribution.ON_THE_RECORD)), "every-page-is-marked"),
    (other(markings=replace(PACK.markings, distribution=Distribution.PUBLIC)), "every-page-is-marked"),
    (other(starts=NINE.replace(hour=10)), "meeting-is-told"),
    (other(venue="The press room"), "meeting-is-told"),
    (other(objective="The parts agree on nothing."), "meeting-is-told"),
    (other(agenda=(replace(PACK.agenda[0], note="Something to read."), *PACK.agenda[1:])), "meeting-is-told"),
    (other(agenda=(*PACK.agenda[:2], replace(PACK.agenda[2], title="In no language"))), "meeting-is-told"),
]


@pytest.mark.parametrize(("change", "rule"), SAYINGS)
@pytest.mark.parametrize("copy", ["pdf", "epub", "html"])
def test_a_copy_that_says_something_else_than_the_pack_is_refused(
    copy: str, change: Callable[[Book], Book], rule: str, made: Made
) -> None:
    """Markings, time, place, objective, agenda: each is looked for in each copy."""
    book = change(made.book)
    report = {
        "pdf": lambda: proof.prove_pdf(book, made.pdf),
        "epub": lambda: proof.prove_epub(book, made.epub),
        "html": lambda: proof.prove_html(book, made.web),
    }[copy]()
    assert rule in rules(report.problems)


# --- a page without its marking -------------------------------------------------------------------


def painted(data: bytes, number: int, change: Callable[[bytes], bytes]) -> bytes:
    """The PDF with the stamps of one page (from 1) changed."""
    with pikepdf.open(io.BytesIO(data)) as document:
        contents = document.pages[number - 1].Contents
        stream = contents[-1] if isinstance(contents, pikepdf.Array) else contents
        before = stream.read_bytes()
        after = change(before)
        assert after != before
        stream.write(after)
        out = io.BytesIO()
        document.save(out)
        return out.getvalue()


def without(pattern: bytes) -> Callable[[bytes], bytes]:
    return lambda data: re.sub(pattern, b"", data, count=1, flags=re.DOTALL)


HEAD = rb"/(?:Recto|Verso) Do"
FOLIO = rb"/Footer>>BDC.*?EMC"


@pytest.mark.parametrize("page", [1, 2, 4, 5])
@pytest.mark.parametrize(("lost", "says"), [(HEAD, "Chatham House Rule"), (FOLIO, "page {} of")])
def test_a_page_that_lost_its_head_or_number_is_named(page: int, lost: bytes, says: str, made: Made) -> None:
    """The front page, a page behind it, a blank one, one with words."""
    spoiled = painted(made.pdf, page, without(lost if lost is HEAD else rb"BT (?:(?!BT).)*?Tj ET(?= EMC)"))
    problems = proof.prove_pdf(made.book, spoiled).problems
    assert rules(problems) == {"every-page-is-marked"}
    assert all(f"page {page} (sheet {page})" in problem.sentence for problem in problems)
    assert any(says.format(page)[:20] in problem.sentence or "Version 2" in problem.sentence for problem in problems)


def test_a_tab_that_is_lost_is_named(made: Made) -> None:
    """Item 2 begins on page 5; without its number the pack cannot be thumbed."""
    spoiled = painted(made.pdf, 5, without(rb"/Artifact<</Type/Pagination>>BDC.*?EMC"))
    (problem,) = proof.prove_pdf(made.book, spoiled).problems
    assert problem.rule == "every-page-is-marked"
    assert "page 5 (sheet 5) does not say “2”" in problem.sentence


def test_an_e_book_page_that_lost_its_marking_is_named(made: Made) -> None:
    """Whichever it is."""
    for name in ("nav.xhtml", "auf-deutsch.xhtml", "part-1.xhtml", "cover.xhtml"):
        problems = proof.prove_epub(made.book, rezipped(made.epub, name, 'class="marking"', 'hidden="hidden"')).problems
        assert rules(problems) == {"every-page-is-marked"}
        assert all(name in problem.sentence for problem in problems)
    spoiled = rezipped(made.epub, "content.opf", "Chatham House Rule</meta>", "</meta>")
    assert rules(proof.prove_epub(made.book, spoiled).problems) == {"every-page-is-marked"}


def rezipped(data: bytes, name: str, old: str, new: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w") as target:
        for entry in source.infolist():
            text = source.read(entry)
            if entry.filename.endswith(name):
                assert old.encode() in text
                text = text.replace(old.encode(), new.encode())
            target.writestr(entry, text)
    return out.getvalue()


def test_a_web_page_that_lost_its_marking_is_named(made: Made) -> None:
    """And the metadata of the first page too."""
    for name in ("index.html", "auf-deutsch.html", "contributors.html"):
        spoiled = {**made.web, name: made.web[name].replace(b'<p class="marking"', b'<p hidden class="marking"')}
        (problem,) = proof.prove_html(made.book, spoiled).problems
        assert problem.rule == "every-page-is-marked"
        assert name in problem.sentence
    spoiled = {**made.web, "index.html": made.web["index.html"].replace(b"dcterms.accessRights", b"dcterms.other")}
    assert rules(proof.prove_html(made.book, spoiled).problems) == {"every-page-is-marked"}


# --- large print ----------------------------------------------------------------------------------


NORMAL = rb"/Artifact<</Type/Pagination>>BDC q .*?EMC"


def test_large_print_that_lost_a_page_number_is_refused(made: Made) -> None:
    """“Page 1” must work for everybody in the room."""
    spoiled = painted(made.large, 1, without(NORMAL))
    (problem,) = proof.prove_normal_pages(made.book, made.pdf, spoiled)
    assert "the number of page 1 stands 0 times" in problem.sentence


def test_large_print_whose_number_stands_elsewhere_is_refused(made: Made) -> None:
    """A number is right beside one line only."""
    with pikepdf.open(io.BytesIO(made.large)) as document:
        pages = [
            number
            for number, one in enumerate(document.pages, 1)
            if isinstance(one.Contents, pikepdf.Array) and re.search(NORMAL, one.Contents[-1].read_bytes(), re.DOTALL)
        ]
    moved = 0
    for page in pages:
        spoiled = painted(made.large, page, lowered)
        moved += any(
            "does not stand beside" in one.sentence for one in proof.prove_normal_pages(made.book, made.pdf, spoiled)
        )
    assert moved == 3  # those on which a page of an interview begins


def lowered(data: bytes) -> bytes:
    return re.sub(
        rb"(Pagination>>BDC q (?:(?!EMC).)*?1 0 0 1 [\d.]+) ([\d.]+)( Tm)", lower, data, count=1, flags=re.DOTALL
    )


def lower(found: re.Match[bytes]) -> bytes:
    return found.group(1) + b" %.2f" % (float(found.group(2)) - 200) + found.group(3)


# --- extracts -------------------------------------------------------------------------------------


def spoiled_extract(change: Callable[[Interview], Interview], book: Book) -> Book:
    parts = (
        replace(part, interviews=tuple(change(one) if one.extract else one for one in part.interviews))
        for part in book.parts
    )
    return replace(book, parts=tuple(parts))


def pointing(old: str, new: str) -> Callable[[Interview], Interview]:
    def change(interview: Interview) -> Interview:
        assert interview.pointer is not None
        assert old in interview.pointer.text
        return replace(interview, pointer=TextLine(interview.pointer.text.replace(old, new), HERE))

    return change


EXTRACTS: list[tuple[Callable[[Interview], Interview], str]] = [
    (saying("Every word is accounted", "Each word is accounted"), "changes the words of “a1”"),
    (saying("Counted twice.", "Counted once."), "changes the words of “a1”"),
    (saying("TP:", "TT:"), "changes the words of “a1-2”"),
    (lambda one: replace(one, conversation=(one.conversation[0], one.conversation[2])), "leaves out turns"),
    (lambda one: replace(one, conversation=one.conversation[::-1]), "leaves out turns"),
    (lambda one: replace(one, conversation=one.conversation[:2]), "says that it runs from A1 to A1-2"),
    (lambda one: replace(one, byline=None), "has another byline"),
    (lambda one: replace(one, disclaimer=None), "has another disclaimer"),
    (lambda one: replace(one, rights=None), "has another line of rights"),
    (lambda one: replace(one, date=None), "has another date"),
    (lambda one: replace(one, pointer=None), "does not say where it stands"),
    (pointing("A1-2", "A2"), "does not say “Extract: A1 to A1-2 of 3 answers”"),
    (pointing("3 answers", "4 answers"), "does not say “Extract: A1 to A1-2 of 3 answers”"),
    (lambda one: each(one, lambda value: "a9" if value == "a1" else value), "which is not in the interview"),
]


@pytest.mark.parametrize(("change", "says"), EXTRACTS)
def test_an_extract_that_is_not_true_is_refused(
    change: Callable[[Interview], Interview], says: str, made: Made
) -> None:
    """Even where the copy holds exactly what the pack holds: the whole interview is the measure."""
    book = spoiled_extract(change, made.book)
    problems = [one for one in proof.prove_html(book, made.web).problems if one.rule == "extracts-are-true"]
    assert any(says in one.sentence for one in problems), problems
    assert all(one.location == HERE for one in problems)


@pytest.mark.parametrize("slug", ["how-it-works-a1-a1-2", "auf-deutsch"])
def test_a_pointer_to_other_pages_is_refused(slug: str, made: Made) -> None:
    """The pages are counted in the book's own print edition."""

    def change(interview: Interview) -> Interview:
        if interview.slug != slug or interview.pointer is None:
            return interview
        return replace(interview, pointer=TextLine(re.sub(r"\d+\.$", "77.", interview.pointer.text), HERE))

    parts = (replace(part, interviews=tuple(map(change, part.interviews))) for part in made.book.parts)
    (problem,) = proof.prove_pointers(replace(made.book, parts=tuple(parts)), made.whole)
    assert problem.rule == "pointers-are-true"
    assert slug in problem.sentence


def test_the_same_pack_has_the_same_bytes(made: Made, tmp_path: Path) -> None:
    """Without a worker, in another folder."""
    printed = edition.make_pdf(made.book, tmp_path, NO_WORKERS)
    assert (printed.data, printed.large_print) == (made.pdf, made.large)
    assert epub.make_epub(made.book, tmp_path, printed.pagination) == made.epub
    assert html.make_html(made.book, tmp_path, printed.pagination) == made.web


@pytest.mark.parametrize("large", [False, True])
@pytest.mark.parametrize("paper", [Trim.A4, Trim.LETTER, Trim.A5])
def test_the_place_of_the_copy_number_is_free(paper: Trim, *, large: bool) -> None:
    """It is on the paper, clear of the text above it and of the page number beside it, on both sides of the leaf."""
    page = get_pack_geometry(paper, large_print=large)
    for recto in (True, False):
        place = find_copy_number_area(page, recto)
        assert place.y_mm > 0
        assert place.y_mm + place.height_mm < page.bottom_mm
        left, right = (page.inner_mm, page.outer_mm) if recto else (page.outer_mm, page.inner_mm)
        assert left <= place.x_mm + 0.01
        assert place.x_mm + place.width_mm <= page.width_mm - right + 0.01


def test_nothing_is_printed_where_the_copy_number_goes(made: Made) -> None:
    """Seen on every page of both copies."""
    for data, large in ((made.pdf, False), (made.large, True)):
        page = get_pack_geometry(Trim.A4, large_print=large)
        for index, sheet in enumerate(pdf_pages.read_whole_pdf(data).pages):
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


def test_what_a_pack_says_is_never_markup(tmp_path: Path) -> None:
    """Title, meeting, place, objective, agenda: text that would be script or template anywhere it is not escaped."""
    hostile = replace(
        PACK,
        title=HOSTILE,
        meeting=HOSTILE,
        venue=HOSTILE,
        objective=HOSTILE,
        large_print=True,
        agenda=tuple(replace(item, title=HOSTILE, note=HOSTILE) for item in PACK.agenda),
    )
    book, problems = selection.select_interviews(BOOK, hostile)
    assert not problems
    book = selection.add_pointers(book, None)
    printed = edition.make_pdf(book, tmp_path, KEEPING)
    assert printed.large_print is not None
    for report in (
        proof.prove_pdf(book, printed.data),
        proof.prove_pdf(book, printed.large_print),
        proof.prove_epub(book, epub.make_epub(book, tmp_path, printed.pagination)),
        proof.prove_html(book, html.make_html(book, tmp_path, printed.pagination)),
    ):
        assert report.problems == ()
