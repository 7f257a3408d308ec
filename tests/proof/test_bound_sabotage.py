"""The proof notices what the binder makes wrong, although every section of the book is in the cache."""

from __future__ import annotations

import itertools
import re
import zlib
from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest

from onrecord.editions.pdf import edition
from onrecord.editions.pdf.bind import binding, bound_section, stamps
from onrecord.editions.pdf.bind.pdf_objects import Objects
from onrecord.editions.pdf.edition import PrintEdition
from onrecord.editions.pdf.running_heads import RunningHead
from onrecord.model import Book
from onrecord.proof import prove_pdf, prove_pdf_file, read_bound_pdf
from onrecord.runtime import font_subsets
from onrecord.runtime.task_runner import NO_WORKERS, TaskRunner
from tests.support.bound import read_words
from tests.support.bound_sections import (
    SLUGS,
    SectionedBook,
    find_largest_stream,
    spoil_largest_stream,
    write_sectioned_book,
)
from tests.support.workers import MemoryCache


@pytest.fixture(scope="module")
def sectioned_book(tmp_path_factory: pytest.TempPathFactory) -> SectionedBook:
    return write_sectioned_book(tmp_path_factory.mktemp("book"))


@pytest.fixture
def runner(sectioned_book: SectionedBook) -> TaskRunner:
    return TaskRunner(NO_WORKERS.executor, sectioned_book.lend_cache())


@pytest.fixture(scope="module")
def longer_book(sectioned_book: SectionedBook) -> SectionedBook:
    return sectioned_book.lengthen()


@pytest.fixture(scope="module")
def cache_of_both(sectioned_book: SectionedBook, longer_book: SectionedBook) -> MemoryCache:
    """The cache after the book was read and then the longer one, whose other interviews were read in the first."""
    cache = sectioned_book.lend_cache()
    longer_book.read_back(TaskRunner(NO_WORKERS.executor, cache))
    return cache


@pytest.fixture
def moving_runner(cache_of_both: MemoryCache) -> TaskRunner:
    return TaskRunner(NO_WORKERS.executor, cache_of_both.copy())


# --- sabotage of the binder ---------------------------------------------------------------------------


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
    name: str, sectioned_book: SectionedBook, runner: TaskRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    BINDER_SABOTAGES[name](monkeypatch)
    spoiled = sectioned_book.bind()
    assert spoiled.data != sectioned_book.printed.data
    _assert_words_are_not_proved(sectioned_book.book, spoiled, runner)


def _assert_words_are_not_proved(book: Book, spoiled: PrintEdition, runner: TaskRunner) -> None:
    """Assert that the proof notices wrong words, read section by section and as a whole."""
    printed = read_bound_pdf(book, spoiled.data, spoiled.spans, runner).printed
    assert not prove_pdf(book, printed).is_proved
    if isinstance(printed, tuple):  # else the whole file was read because of the fault
        assert not prove_pdf(book, read_words(spoiled.data)).is_proved


# --- sabotage of objects ------------------------------------------------------------------------------


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


def _change_one_object(
    mark: bytes, change: Callable[[bytes], bytes], place: int = 0
) -> Callable[[pytest.MonkeyPatch], None]:
    """Change that object without a stream which has so many with the mark before it."""

    def spoil(monkeypatch: pytest.MonkeyPatch) -> None:
        numbers = itertools.count()

        def change_if_it_is_this(data: bytes) -> bytes:
            return change(data) if mark in data and next(numbers) == place else data

        _change_objects(change_if_it_is_this)(monkeypatch)

    return spoil


def _change_one_page(change: Callable[[bytes], bytes]) -> Callable[[pytest.MonkeyPatch], None]:
    """Change the first page of the second interview: seven pages of the book are written before it."""
    return _change_one_object(b"/Tabs/S", change, 7)


def _change_key(change: Callable[[int], int]) -> Callable[[bytes], bytes]:
    """Change the key that a page has in the parent tree."""
    return lambda data: re.sub(rb"(?<=/StructParents )\d+", lambda key: b"%d" % change(int(key[0])), data)


OBJECT_SABOTAGES: Mapping[str, Callable[[pytest.MonkeyPatch], None]] = {
    "a page is turned": _change_one_page(lambda data: data.replace(b"/Tabs/S", b"/Tabs/S/Rotate 90")),
    "all pages are turned by the root of their tree": _replace_bytes(b"<</Type/Pages", b"<</Type/Pages/Rotate 90"),
    "a page is cut": _change_one_page(lambda data: data.replace(b"/TrimBox[0 0", b"/TrimBox[9 9")),
    "a page has another parent tree key": _change_one_page(_change_key(lambda key: key ^ 1)),
    "a page has a key of another section": _change_one_page(_change_key(lambda key: key ^ 64)),
    "a tag names another parent": _change_one_object(
        b"/ID(1-binding.byline)",
        lambda data: re.sub(rb"(/S/P/P )(\d+)", lambda match: match[1] + b"%d" % (int(match[2]) + 1), data),
    ),
    "a tag has an attribute": _change_one_object(
        b"/ID(1-binding.title)", lambda data: data.replace(b"/S/H1", b"/S/H1/A<</O/Layout/Placement/Block>>")
    ),
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
    "a link acts": _change_one_object(
        b"/Dest(1-binding)", lambda data: data.replace(b"/Subtype/Link", b"/Subtype/Link/AA<<>>")
    ),
}


@pytest.mark.parametrize("name", OBJECT_SABOTAGES)
def test_sabotage_of_objects_is_caught_although_every_section_is_cached(
    name: str, sectioned_book: SectionedBook, runner: TaskRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    book, before = sectioned_book.book, sectioned_book.printed
    OBJECT_SABOTAGES[name](monkeypatch)
    spoiled = sectioned_book.bind()
    assert spoiled.data != before.data
    reading = read_bound_pdf(book, spoiled.data, spoiled.spans, runner)
    assert not prove_pdf_file(book, spoiled.data, reading.printed, file=reading.file).is_proved
    if reading.file:  # else the whole file was read because of the fault
        assert not prove_pdf_file(book, spoiled.data, read_words(spoiled.data)).is_proved


# --- sabotage of page numbers -------------------------------------------------------------------------


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
    name: str, longer_book: SectionedBook, moving_runner: TaskRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    FOLIO_SABOTAGES[name](monkeypatch)
    spoiled = longer_book.bind()
    assert spoiled.data != longer_book.printed.data
    _assert_words_are_not_proved(longer_book.book, spoiled, moving_runner)


# --- sabotage of the file -----------------------------------------------------------------------------


@pytest.mark.parametrize("slug", SLUGS)
def test_a_spoiled_page_of_an_interview_that_only_moved_is_caught(
    slug: str, longer_book: SectionedBook, moving_runner: TaskRunner
) -> None:
    index = [span.name for span in longer_book.printed.spans].index(slug)
    spoiled = spoil_largest_stream(longer_book.printed, index)
    reading = read_bound_pdf(longer_book.book, spoiled, longer_book.printed.spans, moving_runner).printed
    assert not prove_pdf(longer_book.book, reading).is_proved


def _change_table(data: bytes, change: Callable[[bytearray], None]) -> bytes:
    """Change the cross-reference table of the file."""
    start = int(re.findall(rb"startxref\n(\d+)", data)[0])
    head, _, body = data[start:].partition(b"stream\n")
    table = bytearray(zlib.decompress(body[: body.rindex(b"\nendstream")]))
    change(table)
    packed = zlib.compress(bytes(table))
    head = re.sub(rb"/Length \d+", b"/Length %d" % len(packed), head)
    return data[:start] + head + b"stream\n" + packed + b"\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % start


def test_a_page_that_paints_the_contents_of_another_section_is_caught(
    sectioned_book: SectionedBook, runner: TaskRunner
) -> None:
    """Every byte of the sections is there; the cross-reference table points to the wrong ones."""
    printed = sectioned_book.printed
    (first, first_place), (second, second_place) = (find_largest_stream(printed, index) for index in (2, 3))

    def swap(table: bytearray) -> None:
        table[first * 7 + 1 : first * 7 + 5] = second_place.start.to_bytes(4, "big")
        table[second * 7 + 1 : second * 7 + 5] = first_place.start.to_bytes(4, "big")

    spoiled = _change_table(printed.data, swap)
    reading = read_bound_pdf(sectioned_book.book, spoiled, printed.spans, runner).printed
    assert not prove_pdf(sectioned_book.book, reading).is_proved
