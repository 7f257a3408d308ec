"""A bound book is read section by section; a cached reading counts only for the bytes it was read from."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

import pytest

from onrecord.model.book import OfferedFile
from onrecord.pipeline import pdf_reader
from onrecord.pipeline.formats import FORMATS
from onrecord.pipeline.pdf_reader import PdfReader
from onrecord.proof import list_parts, prove_pdf, prove_pdf_file, read_bound_pdf
from onrecord.proof.reading.embedded_objects import PaintedPicture, open_pdf_objects, read_fonts, read_pictures
from onrecord.proof.reading.file_partition import partition_pdf
from onrecord.proof.reading.pdf_description import PdfObjects, read_objects
from onrecord.proof.rules.printed_book import read_printed_pages
from onrecord.runtime import folders
from onrecord.runtime.cache import Cache
from onrecord.runtime.task_runner import NO_WORKERS, TaskRunner
from tests.support import pool_tasks
from tests.support.bound import build_sample_edition
from tests.support.bound_sections import (
    SLUGS,
    SectionedBook,
    record_readings,
    spoil_largest_stream,
    write_sectioned_book,
)
from tests.support.sample import BOOK
from tests.support.workers import RUNNER, LayoutExecutor, MemoryCache


@pytest.fixture(scope="module")
def sectioned_book(tmp_path_factory: pytest.TempPathFactory) -> SectionedBook:
    return write_sectioned_book(tmp_path_factory.mktemp("book"))


@pytest.fixture
def empty_runner() -> TaskRunner:
    return TaskRunner(NO_WORKERS.executor, MemoryCache())


@pytest.fixture
def runner(sectioned_book: SectionedBook) -> TaskRunner:
    """A runner with a copy of the cache, in which every section was read."""
    return TaskRunner(NO_WORKERS.executor, sectioned_book.lend_cache())


def test_sections_are_read_as_the_whole_file_is(sectioned_book: SectionedBook, empty_runner: TaskRunner) -> None:
    book, data = sectioned_book.book, sectioned_book.printed.data
    reading = sectioned_book.read_back(empty_runner).printed
    assert isinstance(reading, tuple)
    assert prove_pdf(book, reading) == prove_pdf(book, data)
    assert read_printed_pages(book, reading) == read_printed_pages(book, data)
    assert prove_pdf(book, reading).is_proved


def _read_whole_file(data: bytes) -> PdfObjects:
    """Return what a file says of itself, read at once."""
    with open_pdf_objects(data) as pdf:
        return read_objects(pdf)


def test_what_the_file_says_of_itself_is_read_as_in_the_whole_file(
    sectioned_book: SectionedBook, runner: TaskRunner
) -> None:
    assert isinstance(RUNNER.executor, LayoutExecutor)
    book, data = sectioned_book.book, sectioned_book.printed.data
    pdfs = PdfReader(replace(runner, executor=RUNNER.executor._pool))
    pdfs.start(data, book, sectioned_book.printed.spans)
    printed, file = pdfs.read(data), pdfs.find_file(data)
    assert file
    assert file.objects == _read_whole_file(data)
    assert pdfs.list_parts(data) == file.parts == list_parts(data)
    with open_pdf_objects(data) as pdf:
        assert file.fonts == tuple(read_fonts(pdf.objects))
        assert not list(read_pictures(page.obj for page in pdf.pages))
    assert not file.pictures
    assert prove_pdf_file(book, data, printed, file=file).is_proved
    first_sheet, font = file.objects.sheets[0], file.fonts[0]
    turned = replace(first_sheet, keys=first_sheet.keys | {"/Rotate"})
    exchanged = dict(zip(font.texts, [*font.texts.values()][::-1], strict=True))
    for spoiled in (
        replace(file, objects=replace(file.objects, is_encrypted=True)),
        replace(file, objects=replace(file.objects, outline=file.objects.outline[1:])),
        replace(file, objects=replace(file.objects, sheets=(turned, *file.objects.sheets[1:]))),
        replace(file, fonts=(replace(font, texts=exchanged), *file.fonts[1:])),
    ):
        assert not prove_pdf_file(book, data, printed, file=spoiled).is_proved


def test_a_worker_proves_the_book_that_it_was_given(sectioned_book: SectionedBook, runner: TaskRunner) -> None:
    """Its report is that of this process; for another book, folder or file, there is none."""
    assert isinstance(RUNNER.executor, LayoutExecutor)
    folder, whole, printed = sectioned_book.folder, sectioned_book.book, sectioned_book.printed
    files = {"": printed.data}
    pdfs = PdfReader(TaskRunner(RUNNER.executor._pool, Cache(None)))
    pdfs.start_proof(whole, printed.data, printed.spans, folder)
    here = PdfReader(runner)
    here.start_proof(whole, printed.data, printed.spans, folder)
    report = FORMATS["pdf"].prove(whole, files, here, folder)
    assert report.is_proved
    assert here.find_report(whole, files, folder) is None  # there was no worker
    assert pdfs.find_report(replace(whole, offered=(OfferedFile("pdf", 9),)), files, folder) == report
    assert pdfs.find_report(replace(whole, title="Another"), files, folder) is None
    assert pdfs.find_report(whole, files, None) is None
    assert pdfs.find_report(whole, {"": printed.data[:-1]}, folder) is None
    assert pdfs.find_report(whole, {**files, "-large-print.pdf": printed.data}, folder) is None
    assert pdfs.read(printed.data) == here.read(printed.data)
    assert pdfs.list_parts(printed.data) == list_parts(printed.data)


@pytest.mark.parametrize(("title", "lost_bytes"), [("Another title", 0), ("Harbours", 2000)])
def test_a_worker_reports_what_this_process_reports_of_a_wrong_file(
    sectioned_book: SectionedBook, title: str, lost_bytes: int
) -> None:
    assert isinstance(RUNNER.executor, LayoutExecutor)
    folder, whole, printed = sectioned_book.folder, replace(sectioned_book.book, title=title), sectioned_book.printed
    data = printed.data[: len(printed.data) - lost_bytes]
    pdfs = PdfReader(TaskRunner(RUNNER.executor._pool, Cache(None)))
    pdfs.start_proof(whole, data, printed.spans, folder)
    here = PdfReader(TaskRunner(NO_WORKERS.executor, Cache(None)))
    report = pdfs.find_report(whole, {"": data}, folder)
    assert report == FORMATS["pdf"].prove(whole, {"": data}, here, folder)
    assert report
    assert not report.is_proved


def test_what_no_worker_could_prove_is_proved_here(
    sectioned_book: SectionedBook, runner: TaskRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An error in a worker says nothing about the file."""
    assert isinstance(RUNNER.executor, LayoutExecutor)
    folder, book, printed = sectioned_book.folder, sectioned_book.book, sectioned_book.printed
    pdfs = PdfReader(replace(runner, executor=RUNNER.executor._pool))
    monkeypatch.setattr(pdf_reader, "_prove_in_worker", pool_tasks.misbehave)
    pdfs.start_proof(book, printed.data, printed.spans, folder)
    assert pdfs.find_report(book, {"": printed.data}, folder) is None
    assert FORMATS["pdf"].prove(book, {"": printed.data}, pdfs, folder).is_proved


def test_what_is_not_read_of_the_file_section_by_section_is_read_by_the_proof(
    sectioned_book: SectionedBook, runner: TaskRunner
) -> None:
    book, data = sectioned_book.book, sectioned_book.printed.data
    pdfs = PdfReader(runner)
    printed = pdfs.read(data)
    assert pdfs.find_file(data) is None
    assert pdfs.list_parts(data) == list_parts(data)
    assert prove_pdf_file(book, data, printed).is_proved
    (problem,) = prove_pdf_file(book, b"no PDF", printed).problems
    assert "has damaged objects" in problem.sentence


def _identify_picture(picture: PaintedPicture) -> tuple[object, ...]:
    """Return what is known of a printed picture, and its bytes."""
    known = (picture.sheet, picture.is_upright, picture.sha256, picture.pixels_key)
    with picture.open_stream() as stream:
        return *known, bytes(stream.read_raw_bytes())


def test_pictures_are_found_in_their_sections(empty_runner: TaskRunner) -> None:
    """The sample book has some; their pixels are read from the section only where they have to be compared."""
    printed = build_sample_edition()
    reading = read_bound_pdf(BOOK, printed.data, printed.spans, empty_runner)
    assert reading.file
    assert reading.file.parts == list_parts(printed.data)
    with open_pdf_objects(printed.data) as pdf:
        assert reading.file.objects == read_objects(pdf)
        pictures = list(read_pictures(page.obj for page in pdf.pages))
        assert pictures
        assert list(map(_identify_picture, reading.file.pictures)) == list(map(_identify_picture, pictures))
    assert prove_pdf_file(BOOK, printed.data, reading.printed, file=reading.file).is_proved
    moved = tuple(replace(picture, is_upright=False) for picture in reading.file.pictures)
    for spoiled in (replace(reading.file, pictures=()), replace(reading.file, pictures=moved)):
        assert not prove_pdf_file(BOOK, printed.data, reading.printed, file=spoiled).is_proved


def test_a_section_that_was_read_is_not_read_again(
    sectioned_book: SectionedBook, empty_runner: TaskRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    slugs = record_readings(monkeypatch)
    first = sectioned_book.read_back(empty_runner)
    assert slugs == [*SLUGS]
    assert sectioned_book.read_back(empty_runner) == first
    assert slugs == [*SLUGS]


def test_nothing_that_was_written_to_read_a_file_stays(
    sectioned_book: SectionedBook, empty_runner: TaskRunner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Parts of a PDF are written to files, because its readers read these faster."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with folders.write_temporary_file(b"%PDF") as file:
        assert file.parent == tmp_path
        assert file.read_bytes() == b"%PDF"
    sectioned_book.read_back(empty_runner)
    assert not list(tmp_path.iterdir())


def test_only_an_interview_that_changed_is_read_again(
    sectioned_book: SectionedBook, runner: TaskRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    slugs = record_readings(monkeypatch)
    edited = sectioned_book.edit("1-binding", "It goes on", "It goes no")
    assert prove_pdf(edited.book, edited.read_back(runner).printed).is_proved
    assert slugs == ["1-binding"]
    reading = read_bound_pdf(sectioned_book.book, edited.printed.data, edited.printed.spans, runner).printed
    assert not prove_pdf(sectioned_book.book, reading).is_proved


@pytest.fixture(scope="module")
def longer_book(sectioned_book: SectionedBook) -> SectionedBook:
    return sectioned_book.lengthen()


def test_interviews_that_only_move_are_not_read_again(
    sectioned_book: SectionedBook,
    longer_book: SectionedBook,
    runner: TaskRunner,
    empty_runner: TaskRunner,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What is said of them is what a reading of the moved pages says: numbers, sheets, places, marks in the text."""
    book, data = longer_book.book, longer_book.printed.data
    assert longer_book.printed.spans[-2].first > sectioned_book.printed.spans[-2].first
    slugs = record_readings(monkeypatch)
    reading = longer_book.read_back(runner)
    assert slugs == ["0-setting"]
    assert reading == longer_book.read_back(empty_runner)
    assert prove_pdf(book, reading.printed) == prove_pdf(book, data)
    assert reading.file
    assert reading.file.objects == _read_whole_file(data)
    assert reading.file.parts == list_parts(data)
    assert prove_pdf_file(book, data, reading.printed, file=reading.file).is_proved


def test_a_new_character_in_a_font_keeps_the_other_sections_in_the_cache(
    sectioned_book: SectionedBook, runner: TaskRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A character that is removed again keeps them too."""
    slugs = record_readings(monkeypatch)
    edited = sectioned_book.edit("1-binding", "It goes on", "It goes § 7 on")
    reading = edited.read_back(runner).printed
    assert slugs == ["1-binding"]
    assert prove_pdf(edited.book, reading) == prove_pdf(edited.book, edited.printed.data)
    runner.cache.clear()
    edited.read_back(runner)
    slugs.clear()
    assert prove_pdf(sectioned_book.book, sectioned_book.read_back(runner).printed).is_proved
    assert slugs == ["1-binding"]


def test_a_changed_manuscript_is_not_proved_by_the_same_bytes(
    sectioned_book: SectionedBook, runner: TaskRunner
) -> None:
    """The manuscript changed; the file did not."""
    book = sectioned_book.book
    first, *others = book.interviews
    renamed = replace(first, title=replace(first.title, text="Another title"), reading_key="another")
    other = replace(book, parts=(replace(book.parts[0], interviews=(renamed, *others)),))
    reading = read_bound_pdf(other, sectioned_book.printed.data, sectioned_book.printed.spans, runner).printed
    assert not prove_pdf(other, reading).is_proved


def test_a_section_with_other_bytes_is_read_again(sectioned_book: SectionedBook, runner: TaskRunner) -> None:
    spoiled = spoil_largest_stream(sectioned_book.printed, 2)
    reading = read_bound_pdf(sectioned_book.book, spoiled, sectioned_book.printed.spans, runner).printed
    assert not prove_pdf(sectioned_book.book, reading).is_proved


def test_a_file_that_is_not_divided_is_read_as_a_whole(sectioned_book: SectionedBook, runner: TaskRunner) -> None:
    """The spans belong to another book, are incomplete or missing, or the file is no whole PDF."""
    book, data, spans = sectioned_book.book, sectioned_book.printed.data, sectioned_book.printed.spans
    shifted = tuple(replace(span, base=span.base + 200) for span in spans)
    for wrong_spans in (shifted, spans[:-1], spans[1:], ()):
        reading = read_bound_pdf(book, data, wrong_spans, runner).printed
        assert not isinstance(reading, tuple)
        assert prove_pdf(book, reading).is_proved
    assert partition_pdf(b"%PDF-1.7\n", spans) is None
    assert partition_pdf(data.replace(b"/Root", b"/Boot"), spans) is None
    assert partition_pdf(data[:-300], spans) is None
