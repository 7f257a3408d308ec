"""A bound book is read section by section; a cached reading counts only for the bytes it was read from."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from onrecord.editions.pdf import edition
from onrecord.editions.pdf.bind import binding, bound_section, stamps
from onrecord.editions.pdf.bind.pdf_objects import Objects
from onrecord.editions.pdf.edition import PrintEdition
from onrecord.editions.pdf.running_heads import RunningHead
from onrecord.manuscript import read_book
from onrecord.model import Book
from onrecord.model.book import OfferedFile
from onrecord.pipeline import pdf_reader
from onrecord.pipeline.formats import FORMATS
from onrecord.pipeline.pdf_reader import PdfReader
from onrecord.proof import incremental, list_parts, prove_pdf, prove_pdf_file, read_bound_pdf
from onrecord.proof.reading.embedded_objects import PaintedPicture, open_pdf_objects, read_fonts, read_pictures
from onrecord.proof.reading.file_partition import partition_pdf
from onrecord.proof.reading.pdf_description import PdfObjects, read_objects
from onrecord.proof.rules import page_range
from onrecord.proof.rules.printed_book import read_printed_pages
from onrecord.runtime import font_subsets
from onrecord.runtime.cache import Cache
from onrecord.runtime.task_runner import NO_WORKERS, TaskRunner
from tests.support import pool_tasks
from tests.support.bound import build_sample_edition, read_words
from tests.support.sample import BOOK
from tests.support.workers import CACHING_RUNNER, RUNNER, LayoutExecutor, MemoryCache

INTERVIEW = """---
title: {title}
byline: The desk asks about {title}
people: [{{name: The press, role: interviewee}}]
disclaimer: none
---

**What does {title} do?**

{text}

**And then?**

It goes on with {title}.[^1]

[^1]: A note about {title}.
"""
TITLES = ("setting", "binding", "proving")


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Book]:
    folder = tmp_path_factory.mktemp("book")
    (folder / "interviews").mkdir()
    (folder / "book.yaml").write_text("title: Harbours\ndate: 2026-01-31\nopenings: recto\n", encoding="utf-8")
    for number, title in enumerate(TITLES):
        text = f"A page of {title} is known by its bytes. " * 34
        (folder / "interviews" / f"{number}-{title}.md").write_text(
            INTERVIEW.format(title=title, text=text), encoding="utf-8"
        )
    whole, _ = read_book.survey_book(folder, TaskRunner(RUNNER.executor, Cache(None)))
    assert whole is not None
    return folder, whole


@pytest.fixture(scope="module")
def print_edition(book: tuple[Path, Book]) -> PrintEdition:
    return edition.make_pdf(book[1], book[0], CACHING_RUNNER)


@pytest.fixture(scope="module")
def filled_cache(book: tuple[Path, Book], print_edition: PrintEdition) -> MemoryCache:
    """The cache after the book was read once."""
    cache = MemoryCache()
    read_bound_pdf(book[1], print_edition.data, print_edition.spans, TaskRunner(NO_WORKERS.executor, cache))
    return cache


@pytest.fixture
def empty_runner() -> TaskRunner:
    return TaskRunner(NO_WORKERS.executor, MemoryCache())


@pytest.fixture
def runner(filled_cache: MemoryCache) -> TaskRunner:
    """A runner with a copy of the cache, in which every section was read."""
    return TaskRunner(NO_WORKERS.executor, filled_cache.copy())


def record_readings(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Record the slugs of the interviews that are read from now on."""
    slugs: list[str] = []
    original = page_range.read_page_range

    def read_and_record(book: Book, paper: object) -> object:
        slugs.extend(interview.slug for interview in book.interviews)
        return original(book, paper)  # type: ignore[arg-type]

    monkeypatch.setattr(incremental, "read_page_range", read_and_record)
    return slugs


def test_sections_are_read_as_the_whole_file_is(
    book: tuple[Path, Book], print_edition: PrintEdition, empty_runner: TaskRunner
) -> None:
    reading = read_bound_pdf(book[1], print_edition.data, print_edition.spans, empty_runner).printed
    assert isinstance(reading, tuple)
    assert prove_pdf(book[1], reading) == prove_pdf(book[1], print_edition.data)
    assert read_printed_pages(book[1], reading) == read_printed_pages(book[1], print_edition.data)
    assert prove_pdf(book[1], reading).is_proved


def _read_whole_file(data: bytes) -> PdfObjects:
    """Return what a file says of itself, read at once."""
    with open_pdf_objects(data) as pdf:
        return read_objects(pdf)


def test_what_the_file_says_of_itself_is_read_as_in_the_whole_file(
    book: tuple[Path, Book], print_edition: PrintEdition, filled_cache: MemoryCache
) -> None:
    assert isinstance(RUNNER.executor, LayoutExecutor)
    data = print_edition.data
    pdfs = PdfReader(TaskRunner(RUNNER.executor._pool, filled_cache.copy()))
    pdfs.start(data, book[1], print_edition.spans)
    printed, file = pdfs.read(data), pdfs.find_file(data)
    assert file
    assert file.objects == _read_whole_file(data)
    assert pdfs.list_parts(data) == file.parts == list_parts(data)
    with open_pdf_objects(data) as pdf:
        assert file.fonts == tuple(read_fonts(pdf.objects))
        assert not list(read_pictures(page.obj for page in pdf.pages))
    assert not file.pictures
    assert prove_pdf_file(book[1], data, printed, file=file).is_proved
    first_sheet, font = file.objects.sheets[0], file.fonts[0]
    turned = replace(first_sheet, keys=first_sheet.keys | {"/Rotate"})
    exchanged = dict(zip(font.texts, [*font.texts.values()][::-1], strict=True))
    for spoiled in (
        replace(file, objects=replace(file.objects, is_encrypted=True)),
        replace(file, objects=replace(file.objects, outline=file.objects.outline[1:])),
        replace(file, objects=replace(file.objects, sheets=(turned, *file.objects.sheets[1:]))),
        replace(file, fonts=(replace(font, texts=exchanged), *file.fonts[1:])),
    ):
        assert not prove_pdf_file(book[1], data, printed, file=spoiled).is_proved


def test_a_worker_proves_the_book_that_it_was_given(
    book: tuple[Path, Book], print_edition: PrintEdition, filled_cache: MemoryCache
) -> None:
    """Its report is that of this process; for another book, folder or file, there is none."""
    assert isinstance(RUNNER.executor, LayoutExecutor)
    folder, whole = book
    files = {"": print_edition.data}
    pdfs = PdfReader(TaskRunner(RUNNER.executor._pool, Cache(None)))
    pdfs.start_proof(whole, print_edition.data, print_edition.spans, folder)
    here = PdfReader(TaskRunner(NO_WORKERS.executor, filled_cache.copy()))
    here.start_proof(whole, print_edition.data, print_edition.spans, folder)
    report = FORMATS["pdf"].prove(whole, files, here, folder)
    assert report.is_proved
    assert here.find_report(whole, files, folder) is None  # there was no worker
    assert pdfs.find_report(replace(whole, offered=(OfferedFile("pdf", 9),)), files, folder) == report
    assert pdfs.find_report(replace(whole, title="Another"), files, folder) is None
    assert pdfs.find_report(whole, files, None) is None
    assert pdfs.find_report(whole, {"": print_edition.data[:-1]}, folder) is None
    assert pdfs.find_report(whole, {**files, "-large-print.pdf": print_edition.data}, folder) is None
    assert pdfs.read(print_edition.data) == here.read(print_edition.data)
    assert pdfs.list_parts(print_edition.data) == list_parts(print_edition.data)


@pytest.mark.parametrize(("title", "lost_bytes"), [("Another title", 0), ("Harbours", 2000)])
def test_a_worker_reports_what_this_process_reports_of_a_wrong_file(
    book: tuple[Path, Book], print_edition: PrintEdition, title: str, lost_bytes: int
) -> None:
    assert isinstance(RUNNER.executor, LayoutExecutor)
    folder, whole = book[0], replace(book[1], title=title)
    data = print_edition.data[: len(print_edition.data) - lost_bytes]
    pdfs = PdfReader(TaskRunner(RUNNER.executor._pool, Cache(None)))
    pdfs.start_proof(whole, data, print_edition.spans, folder)
    here = PdfReader(TaskRunner(NO_WORKERS.executor, Cache(None)))
    report = pdfs.find_report(whole, {"": data}, folder)
    assert report == FORMATS["pdf"].prove(whole, {"": data}, here, folder)
    assert report
    assert not report.is_proved


def test_what_no_worker_could_prove_is_proved_here(
    book: tuple[Path, Book],
    print_edition: PrintEdition,
    filled_cache: MemoryCache,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """An error in a worker says nothing about the file."""
    assert isinstance(RUNNER.executor, LayoutExecutor)
    pdfs = PdfReader(TaskRunner(RUNNER.executor._pool, filled_cache.copy()))
    monkeypatch.setattr(pdf_reader, "_prove_in_worker", pool_tasks.misbehave)
    pdfs.start_proof(book[1], print_edition.data, print_edition.spans, book[0])
    assert pdfs.find_report(book[1], {"": print_edition.data}, book[0]) is None
    assert FORMATS["pdf"].prove(book[1], {"": print_edition.data}, pdfs, book[0]).is_proved


def test_what_is_not_read_of_the_file_section_by_section_is_read_by_the_proof(
    book: tuple[Path, Book], print_edition: PrintEdition, runner: TaskRunner
) -> None:
    pdfs = PdfReader(runner)
    printed = pdfs.read(print_edition.data)
    assert pdfs.find_file(print_edition.data) is None
    assert pdfs.list_parts(print_edition.data) == list_parts(print_edition.data)
    assert prove_pdf_file(book[1], print_edition.data, printed).is_proved
    (problem,) = prove_pdf_file(book[1], b"no PDF", printed).problems
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
    book: tuple[Path, Book], print_edition: PrintEdition, empty_runner: TaskRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    slugs = record_readings(monkeypatch)
    first = read_bound_pdf(book[1], print_edition.data, print_edition.spans, empty_runner)
    assert len(slugs) == len(TITLES)
    assert read_bound_pdf(book[1], print_edition.data, print_edition.spans, empty_runner) == first
    assert len(slugs) == len(TITLES)


def test_only_an_interview_that_changed_is_read_again(
    book: tuple[Path, Book],
    runner: TaskRunner,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    slugs = record_readings(monkeypatch)
    folder, whole = book
    changed = folder / "interviews" / "1-binding.md"
    before = changed.read_text(encoding="utf-8")
    try:
        changed.write_text(before.replace("It goes on", "It goes no"), encoding="utf-8")
        edited, _ = read_book.survey_book(folder, RUNNER)
        assert edited is not None
        edited_edition = edition.make_pdf(edited, folder, CACHING_RUNNER)
        reading = read_bound_pdf(edited, edited_edition.data, edited_edition.spans, runner).printed
    finally:
        changed.write_text(before, encoding="utf-8")
    assert slugs == ["1-binding"]
    assert prove_pdf(edited, reading).is_proved
    assert not prove_pdf(
        whole, read_bound_pdf(whole, edited_edition.data, edited_edition.spans, runner).printed
    ).is_proved


@pytest.fixture(scope="module")
def longer_book(book: tuple[Path, Book]) -> Book:
    """The book with a first interview that is two pages longer, so that all others begin on later pages."""
    folder, _ = book
    first = folder / "interviews" / "0-setting.md"
    before = first.read_text(encoding="utf-8")
    more = "A page of setting is known by its bytes. " * 60
    try:
        first.write_text(before.replace("It goes on", f"{more}\n\nIt goes on"), encoding="utf-8")
        longer, _ = read_book.survey_book(folder, RUNNER)
    finally:
        first.write_text(before, encoding="utf-8")
    assert longer is not None
    return longer


@pytest.fixture(scope="module")
def moved(book: tuple[Path, Book], longer_book: Book) -> PrintEdition:
    return edition.make_pdf(longer_book, book[0], CACHING_RUNNER)


def test_interviews_that_only_move_are_not_read_again(
    book: tuple[Path, Book],
    print_edition: PrintEdition,
    longer_book: Book,
    moved: PrintEdition,
    runner: TaskRunner,
    empty_runner: TaskRunner,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What is said of them is what a reading of the moved pages says: numbers, sheets, places, marks in the text."""
    assert moved.spans[-2].first > print_edition.spans[-2].first
    slugs = record_readings(monkeypatch)
    reading = read_bound_pdf(longer_book, moved.data, moved.spans, runner)
    assert slugs == ["0-setting"]
    assert reading == read_bound_pdf(longer_book, moved.data, moved.spans, empty_runner)
    assert prove_pdf(longer_book, reading.printed) == prove_pdf(longer_book, moved.data)
    assert reading.file
    assert reading.file.objects == _read_whole_file(moved.data)
    assert reading.file.parts == list_parts(moved.data)
    assert prove_pdf_file(longer_book, moved.data, reading.printed, file=reading.file).is_proved


def test_a_new_character_in_a_font_keeps_the_other_sections_in_the_cache(
    book: tuple[Path, Book], print_edition: PrintEdition, runner: TaskRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A character that is removed again keeps them too."""
    slugs = record_readings(monkeypatch)
    folder, whole = book
    changed = folder / "interviews" / "1-binding.md"
    before = changed.read_text(encoding="utf-8")
    try:
        changed.write_text(before.replace("It goes on", "It goes § 7 on"), encoding="utf-8")
        edited, _ = read_book.survey_book(folder, RUNNER)
        assert edited is not None
        edited_edition = edition.make_pdf(edited, folder, CACHING_RUNNER)
        reading = read_bound_pdf(edited, edited_edition.data, edited_edition.spans, runner).printed
    finally:
        changed.write_text(before, encoding="utf-8")
    assert slugs == ["1-binding"]
    assert prove_pdf(edited, reading) == prove_pdf(edited, edited_edition.data)
    runner.cache.clear()
    read_bound_pdf(edited, edited_edition.data, edited_edition.spans, runner)
    slugs.clear()
    assert prove_pdf(whole, read_bound_pdf(whole, print_edition.data, print_edition.spans, runner).printed).is_proved
    assert slugs == ["1-binding"]


def test_a_changed_manuscript_is_not_proved_by_the_same_bytes(
    book: tuple[Path, Book], print_edition: PrintEdition, runner: TaskRunner
) -> None:
    """The manuscript changed; the file did not."""
    first = book[1].interviews[0]
    title = replace(first.title, text="Another title")
    part = replace(
        book[1].parts[0], interviews=(replace(first, title=title, reading_key="another"), *book[1].interviews[1:])
    )
    other = replace(book[1], parts=(part,))
    assert not prove_pdf(
        other, read_bound_pdf(other, print_edition.data, print_edition.spans, runner).printed
    ).is_proved


# --- sabotage -------------------------------------------------------------------------------------


def _change_objects(change: Callable[[bytes], bytes]) -> Callable[[pytest.MonkeyPatch], None]:
    """Make the binder write every object without a stream as `change` returns it."""

    def spoil(monkeypatch: pytest.MonkeyPatch) -> None:
        original = Objects.put

        def put(self: Objects, num: int, data: bytes, stream: bytes | None = None) -> int:
            return original(self, num, change(data) if stream is None else data, stream)

        monkeypatch.setattr(Objects, "put", put)

    return spoil


def _swap_references(
    mark: bytes, key: bytes, first: int, second: int, *, twice: bool = False
) -> Callable[[bytes], bytes]:
    """Swap two references in the array under `key` of the object that begins with `mark`, or write one twice."""

    def change(data: bytes) -> bytes:
        if not data.startswith(mark) or key not in data:
            return data
        before, _, tail = data.partition(key)
        inside, _, after = tail.partition(b"]")
        references = re.findall(rb"\d+ 0 R", inside)
        references[first], references[second] = references[second], references[second if twice else first]
        return before + key + b" ".join(references) + b"]" + after

    return change


def _change_letters(monkeypatch: pytest.MonkeyPatch) -> None:
    original = font_subsets.make_to_unicode_map
    monkeypatch.setattr(
        font_subsets,
        "make_to_unicode_map",
        lambda texts: original({glyph: text.replace("e", "o") for glyph, text in texts.items()}),
    )


def _change_letters_of_one_section(monkeypatch: pytest.MonkeyPatch) -> None:
    """Change “v”: only the interview “proving” has that letter."""
    original = font_subsets.make_to_unicode_map
    monkeypatch.setattr(
        font_subsets,
        "make_to_unicode_map",
        lambda texts: original({glyph: text.replace("v", "w") for glyph, text in texts.items()}),
    )


def _change_running_heads(monkeypatch: pytest.MonkeyPatch) -> None:
    original = edition._BookPrinter._describe

    def describe(self: edition._BookPrinter, *args: object, **more: object) -> object:
        description = original(self, *args, **more)  # type: ignore[arg-type]
        sheet = self._typesetter.make_source("", "x", RunningHead("Another book", "verso"))
        return replace(description, verso_head=self._typesetter.set_sources(sheet)[0])

    monkeypatch.setattr(edition._BookPrinter, "_describe", describe)


def _share_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give the last section the keys of the one before it."""
    original = bound_section.bind_leaf

    def bind_with_earlier_keys(leaf: object, place: object, base: int, keys: int, common: object) -> object:
        return original(leaf, place, base, max(keys - 64, 0), common)  # type: ignore[arg-type]

    monkeypatch.setattr(binding, original.__name__, bind_with_earlier_keys)


def _paint_another_page(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the last interview's first page also paint what a page of another section paints."""
    contents: list[bytes] = []

    def change(data: bytes) -> bytes:
        match = re.search(rb"/Contents\[(\d+ 0 R)", data)
        if match is None:
            return data
        contents.append(match[1])
        return data.replace(match[0], b"/Contents[%s %s" % (contents[4], match[1])) if len(contents) == 7 else data

    _change_objects(change)(monkeypatch)


BINDER_SABOTAGES: Mapping[str, Callable[[pytest.MonkeyPatch], None]] = {
    "pages of two sections change places": _change_objects(_swap_references(b"<</Type/Pages", b"/Kids[", 6, 8)),
    "the tag tree has the sections in another order": _change_objects(
        _swap_references(b"<</Type/StructElem/S/Document", b"/K[", -1, -3)
    ),
    "the root element of the tags lacks a section": _change_objects(
        lambda data: re.sub(rb"(/S/Document.*) \d+ 0 R(\]>>)$", rb"\1\2", data)
    ),
    "the root element of the tags names a tag inside a section": _change_objects(
        lambda data: re.sub(
            rb"(/S/Document.* )(\d+)( 0 R\]>>)$",
            lambda match: match[1] + b"%d" % (int(match[2]) + 1) + match[3],
            data,
        )
    ),
    "the parent tree has one section twice": _change_objects(
        _swap_references(b"<</Kids[", b"<</Kids[", 3, 2, twice=True)
    ),
    "a font maps to other letters": _change_letters,
    "a font maps to another letter, in one section": _change_letters_of_one_section,
    "the running heads name another book": _change_running_heads,
    "sections share the keys of the parent tree": _share_keys,
    "a page also paints a page of another section": _paint_another_page,
    "nothing refers to the tag tree": _change_objects(lambda data: re.sub(rb"/StructTreeRoot \d+ 0 R", b"", data)),
    "the pages are labelled otherwise": _change_objects(lambda data: data.replace(b"<</S/D>>", b"<</S/A>>")),
}


@pytest.mark.parametrize("name", BINDER_SABOTAGES)
def test_sabotage_in_the_binder_is_caught_although_every_section_is_cached(
    name: str, book: tuple[Path, Book], print_edition: PrintEdition, runner: TaskRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    BINDER_SABOTAGES[name](monkeypatch)
    spoiled = edition.make_pdf(book[1], book[0], CACHING_RUNNER)
    assert spoiled.data != print_edition.data
    assert not prove_pdf(book[1], read_words(spoiled.data)).is_proved
    assert not prove_pdf(book[1], read_bound_pdf(book[1], spoiled.data, spoiled.spans, runner).printed).is_proved


def _change_streams(change: Callable[[bytes], bytes]) -> Callable[[pytest.MonkeyPatch], None]:
    """Make the binder write every stamp, a stream that is not packed, as `change` returns it."""

    def spoil(monkeypatch: pytest.MonkeyPatch) -> None:
        original = Objects.put

        def put(self: Objects, num: int, data: bytes, stream: bytes | None = None) -> int:
            if stream is not None and b"/Filter" not in data and b"/Artifact" in stream:
                stream = change(stream)
                data = b"<</Length %d>>" % len(stream)
            return original(self, num, data, stream)

        monkeypatch.setattr(Objects, "put", put)

    return spoil


def _replace_bytes(old: bytes, new: bytes) -> Callable[[pytest.MonkeyPatch], None]:
    """Replace text in all objects without a stream that the binder writes."""
    return _change_objects(lambda data: data.replace(old, new))


OBJECT_SABOTAGES: Mapping[str, Callable[[pytest.MonkeyPatch], None]] = {
    "a page is turned": _replace_bytes(b"/Tabs/S", b"/Tabs/S/Rotate 90"),
    "all pages are turned by the root of their tree": _replace_bytes(b"<</Type/Pages", b"<</Type/Pages/Rotate 90"),
    "a page is cut": _replace_bytes(b"/TrimBox[0 0", b"/TrimBox[9 9"),
    "a page has another parent tree key": _change_objects(
        lambda data: re.sub(rb"/StructParents (\d+)", lambda match: b"/StructParents %d" % (int(match[1]) ^ 1), data)
    ),
    "a page has a key of another section": _change_objects(
        lambda data: re.sub(rb"/StructParents (\d+)", lambda match: b"/StructParents %d" % (int(match[1]) ^ 64), data)
    ),
    "a tag names another parent": _change_objects(
        lambda data: re.sub(rb"(/S/P/P )(\d+)", lambda match: match[1] + b"%d" % (int(match[2]) + 1), data)
    ),
    "a tag has an attribute": _replace_bytes(b"/S/H1", b"/S/H1/A<</O/Layout/Placement/Block>>"),
    "the root of the tags has an attribute": _replace_bytes(b"/S/Document", b"/S/Document/A<</O/Layout>>"),
    "the root of the tags has another parent": _change_objects(
        lambda data: re.sub(rb"(/S/Document/P )\d+", rb"\g<1>1", data)
    ),
    "the tags have a map of roles": _replace_bytes(b"/StructTreeRoot/K", b"/StructTreeRoot/RoleMap<</P/H1>>/K"),
    "the catalog acts": _replace_bytes(b"<</Type/Catalog", b"<</Type/Catalog/OpenAction[1 0 R/Fit]"),
    "the outline is empty": _change_objects(lambda data: re.sub(rb"/Title\([^)]*\)", b"/Title(x)", data)),
    "destinations lead to the first page": _change_objects(
        lambda data: re.sub(rb"\[\d+ 0 R/XYZ", b"[%d 0 R/XYZ" % 9999, data) if data.startswith(b"<</Names[") else data
    ),
    "the letters of a stamp are spaced": _change_streams(lambda stream: b"3 Tc " + stream),
    "a link acts": _replace_bytes(b"/Subtype/Link", b"/Subtype/Link/AA<<>>"),
}


@pytest.mark.parametrize("name", OBJECT_SABOTAGES)
def test_sabotage_of_objects_is_caught_although_every_section_is_cached(
    name: str, book: tuple[Path, Book], print_edition: PrintEdition, runner: TaskRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    OBJECT_SABOTAGES[name](monkeypatch)
    spoiled = edition.make_pdf(book[1], book[0], CACHING_RUNNER)
    assert spoiled.data != print_edition.data
    words = read_words(spoiled.data)
    assert not prove_pdf_file(book[1], spoiled.data, words).is_proved
    reading = read_bound_pdf(book[1], spoiled.data, spoiled.spans, runner)
    assert not prove_pdf_file(book[1], spoiled.data, reading.printed, file=reading.file).is_proved


def _change_folios(change: Callable[[bytes], bytes], number: str = "") -> Callable[[pytest.MonkeyPatch], None]:
    """Make the binder stamp folios, or that with a number alone, as `change` returns them."""

    def spoil(monkeypatch: pytest.MonkeyPatch) -> None:
        original = stamps.Stamps._draw_folio

        def draw(self: stamps.Stamps, text: str, recto: bool) -> bytes:
            folio = original(self, text, recto)
            return change(folio) if number in ("", text) else folio

        monkeypatch.setattr(stamps.Stamps, "_draw_folio", draw)

    return spoil


def _draw_another_number(monkeypatch: pytest.MonkeyPatch) -> None:
    original = stamps.Stamps._draw_folio
    monkeypatch.setattr(
        stamps.Stamps,
        "_draw_folio",
        lambda self, text, recto: original(self, str(int(text) - 2) if text.isdigit() else text, recto),
    )


def _change_digits(monkeypatch: pytest.MonkeyPatch) -> None:
    original = font_subsets.make_to_unicode_map
    table = str.maketrans("0123456789", "1234567890")
    monkeypatch.setattr(
        font_subsets,
        "make_to_unicode_map",
        lambda texts: original({glyph: text.translate(table) for glyph, text in texts.items()}),
    )


FOLIO_SABOTAGES: Mapping[str, Callable[[pytest.MonkeyPatch], None]] = {
    "the folios are those before the edit": _draw_another_number,
    "a folio is not drawn": _change_folios(lambda _: b"", "8"),
    "a folio has no digits": _change_folios(lambda folio: re.sub(rb"<\w+>", b"<>", folio), "8"),
    "a folio stands beyond the paper": _change_folios(lambda folio: re.sub(rb"1 [\d.]+ ", b"1 2000 ", folio), "8"),
    "the folios are white": _change_folios(lambda folio: folio.replace(b"0 0 0 rg", b"1 1 1 rg")),
    "the folios are tiny": _change_folios(lambda folio: re.sub(rb" [\d.]+ Tf", b" 1 Tf", folio)),
    "the digits mean other digits": _change_digits,
}


@pytest.mark.parametrize("name", FOLIO_SABOTAGES)
def test_wrong_folios_are_caught_although_all_interviews_only_moved(
    name: str,
    book: tuple[Path, Book],
    longer_book: Book,
    runner: TaskRunner,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    FOLIO_SABOTAGES[name](monkeypatch)
    spoiled = edition.make_pdf(longer_book, book[0], CACHING_RUNNER)
    reading = read_bound_pdf(longer_book, spoiled.data, spoiled.spans, runner).printed
    assert not prove_pdf(longer_book, spoiled.data).is_proved
    assert not prove_pdf(longer_book, reading).is_proved


@pytest.mark.parametrize("index", range(len(TITLES)))
def test_a_spoiled_page_of_an_interview_that_only_moved_is_caught(
    index: int, longer_book: Book, moved: PrintEdition, runner: TaskRunner
) -> None:
    place = [span.name for span in moved.spans].index(longer_book.interviews[index].slug)
    _, offset = _find_largest_stream(moved, place)
    spoiled = bytearray(moved.data)
    middle = int.from_bytes(offset, "big") + 400
    spoiled[middle : middle + 8] = bytes(byte ^ 0x55 for byte in spoiled[middle : middle + 8])
    reading = read_bound_pdf(longer_book, bytes(spoiled), moved.spans, runner).printed
    assert not prove_pdf(longer_book, reading).is_proved


def _change_table(data: bytes, change: Callable[[bytearray], None]) -> bytes:
    """Change the cross-reference table of the file."""
    start = int(re.findall(rb"startxref\n(\d+)", data)[0])
    head, _, body = data[start:].partition(b"stream\n")
    table = bytearray(zlib.decompress(body[: body.rindex(b"\nendstream")]))
    change(table)
    packed = zlib.compress(bytes(table))
    head = re.sub(rb"/Length \d+", b"/Length %d" % len(packed), head)
    return data[:start] + head + b"stream\n" + packed + b"\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % start


def _find_largest_stream(print_edition: PrintEdition, index: int) -> tuple[int, bytes]:
    """Return number and offset of the largest stream of a section that holds no objects: what a page paints."""
    layout = partition_pdf(print_edition.data, print_edition.spans)
    assert layout
    section = layout.sections[index]
    ends = (*section.object_offsets[1:], section.stop)
    sizes = {
        offset: end - offset
        for offset, end in zip(section.object_offsets, ends, strict=True)
        if b"/ObjStm" not in print_edition.data[offset : offset + 60]
    }
    offset = max(sizes, key=lambda start: sizes[start])
    return int(print_edition.data[offset:].split(maxsplit=1)[0]), offset.to_bytes(4, "big")


def test_a_page_that_paints_the_contents_of_another_section_is_caught(
    book: tuple[Path, Book], print_edition: PrintEdition, runner: TaskRunner
) -> None:
    """Every byte of the sections is there; the cross-reference table points to the wrong ones."""
    (first, first_offset), (second, second_offset) = (
        _find_largest_stream(print_edition, 2),
        _find_largest_stream(print_edition, 3),
    )

    def swap(table: bytearray) -> None:
        table[first * 7 + 1 : first * 7 + 5] = second_offset
        table[second * 7 + 1 : second * 7 + 5] = first_offset

    spoiled = _change_table(print_edition.data, swap)
    assert not prove_pdf(book[1], read_bound_pdf(book[1], spoiled, print_edition.spans, runner).printed).is_proved


def test_a_section_with_other_bytes_is_read_again(
    book: tuple[Path, Book], print_edition: PrintEdition, runner: TaskRunner
) -> None:
    _, offset = _find_largest_stream(print_edition, 2)
    spoiled = bytearray(print_edition.data)
    middle = int.from_bytes(offset, "big") + 400
    spoiled[middle : middle + 8] = bytes(byte ^ 0x55 for byte in spoiled[middle : middle + 8])
    assert not prove_pdf(
        book[1], read_bound_pdf(book[1], bytes(spoiled), print_edition.spans, runner).printed
    ).is_proved


def test_a_file_that_is_not_divided_is_read_as_a_whole(
    book: tuple[Path, Book], print_edition: PrintEdition, runner: TaskRunner
) -> None:
    """The spans belong to another book, are incomplete or missing, or the file is no whole PDF."""
    shifted = tuple(replace(span, base=span.base + 200) for span in print_edition.spans)
    for spans in (shifted, print_edition.spans[:-1], print_edition.spans[1:], ()):
        reading = read_bound_pdf(book[1], print_edition.data, spans, runner).printed
        assert not isinstance(reading, tuple)
        assert prove_pdf(book[1], reading).is_proved
    assert partition_pdf(b"%PDF-1.7\n", print_edition.spans) is None
    assert partition_pdf(print_edition.data.replace(b"/Root", b"/Boot"), print_edition.spans) is None
    assert partition_pdf(print_edition.data[:-300], print_edition.spans) is None
