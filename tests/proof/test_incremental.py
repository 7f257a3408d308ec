"""A bound book is read back leaf by leaf; what is known of a leaf counts only for the very bytes it was read from."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from onrecord.editions.pdf import edition
from onrecord.editions.pdf.bind import binding
from onrecord.editions.pdf.bind import bound_section as quires
from onrecord.editions.pdf.bind.pdf_objects import Objects
from onrecord.editions.pdf.edition import PrintEdition
from onrecord.manuscript import read_book
from onrecord.model import Book
from onrecord.proof import incremental, prove_pdf, read_pdf
from onrecord.proof.reading.file_partition import partition_file
from onrecord.proof.rules import page_range as stretches
from onrecord.proof.rules.pdf import read_printed_pages
from onrecord.runtime import font_files
from onrecord.runtime.cache import Cache
from onrecord.runtime.task_runner import TaskRunner
from tests.support.workers import KEEPING, PRESS

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
    (folder / "book.yaml").write_text("title: The Press\ndate: 2026-01-01\n", encoding="utf-8")
    for number, title in enumerate(TITLES):
        text = f"A leaf of {title} is known by its bytes. " * 60
        (folder / "interviews" / f"{number}-{title}.md").write_text(
            INTERVIEW.format(title=title, text=text), encoding="utf-8"
        )
    read, _ = read_book.survey_book(folder, TaskRunner(PRESS.executor, Cache(None)))
    assert read is not None
    return folder, read


@pytest.fixture
def runner(tmp_path: Path) -> TaskRunner:
    return TaskRunner(PRESS.executor, Cache(tmp_path / "cache"))


@pytest.fixture(scope="module")
def printed(book: tuple[Path, Book]) -> PrintEdition:
    return edition.make_pdf(book[1], book[0], KEEPING)


def counted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The interviews that are read from now on."""
    read: list[str] = []
    original = stretches.read_page_range

    def stretch(book: Book, paper: object) -> object:
        read.extend(interview.slug for interview in book.interviews)
        return original(book, paper)  # type: ignore[arg-type]

    monkeypatch.setattr(incremental, "read_page_range", stretch)
    return read


def test_leaf_by_leaf_reads_what_the_whole_reads(
    book: tuple[Path, Book], printed: PrintEdition, runner: TaskRunner
) -> None:
    heard = read_pdf(book[1], printed.data, printed.spans, runner)
    assert isinstance(heard, tuple)
    assert prove_pdf(book[1], heard) == prove_pdf(book[1], printed.data)
    assert read_printed_pages(book[1], heard) == read_printed_pages(book[1], printed.data)
    assert prove_pdf(book[1], heard).is_proved


def test_a_leaf_that_was_read_is_not_read_again(
    book: tuple[Path, Book], printed: PrintEdition, runner: TaskRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = counted(monkeypatch)
    first = read_pdf(book[1], printed.data, printed.spans, runner)
    assert len(read) == len(TITLES)
    assert read_pdf(book[1], printed.data, printed.spans, runner) == first
    assert len(read) == len(TITLES)


def test_an_interview_that_changed_is_read_again_alone(
    book: tuple[Path, Book], printed: PrintEdition, runner: TaskRunner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read_pdf(book[1], printed.data, printed.spans, runner)
    read = counted(monkeypatch)
    folder, whole = book
    changed = folder / "interviews" / "1-binding.md"
    before = changed.read_text(encoding="utf-8")
    try:
        changed.write_text(before.replace("It goes on", "It goes no"), encoding="utf-8")
        edited, _ = read_book.survey_book(folder, runner)
        assert edited is not None
        made = edition.make_pdf(edited, folder, runner)
        heard = read_pdf(edited, made.data, made.spans, runner)
    finally:
        changed.write_text(before, encoding="utf-8")
    assert read == ["1-binding"]
    assert prove_pdf(edited, heard).is_proved
    assert not prove_pdf(whole, read_pdf(whole, made.data, made.spans, runner)).is_proved


def test_a_character_that_is_new_in_a_face_leaves_the_other_leaves_known(
    book: tuple[Path, Book], printed: PrintEdition, runner: TaskRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And so does one that is gone again."""
    read_pdf(book[1], printed.data, printed.spans, runner)
    read = counted(monkeypatch)
    folder, whole = book
    changed = folder / "interviews" / "1-binding.md"
    before = changed.read_text(encoding="utf-8")
    try:
        changed.write_text(before.replace("It goes on", "It goes § 7 on"), encoding="utf-8")
        edited, _ = read_book.survey_book(folder, runner)
        assert edited is not None
        made = edition.make_pdf(edited, folder, runner)
        heard = read_pdf(edited, made.data, made.spans, runner)
    finally:
        changed.write_text(before, encoding="utf-8")
    assert read == ["1-binding"]
    assert prove_pdf(edited, heard) == prove_pdf(edited, made.data)
    runner.cache.clear()
    read_pdf(edited, made.data, made.spans, runner)
    read.clear()
    assert prove_pdf(whole, read_pdf(whole, printed.data, printed.spans, runner)).is_proved
    assert read == ["1-binding"]


def test_other_promises_are_not_proved_by_the_same_bytes(
    book: tuple[Path, Book], printed: PrintEdition, runner: TaskRunner
) -> None:
    """The manuscript changed, and the file did not."""
    read_pdf(book[1], printed.data, printed.spans, runner)
    first = book[1].interviews[0]
    title = replace(first.title, text="Another title")
    part = replace(
        book[1].parts[0], interviews=(replace(first, title=title, reading_key="another"), *book[1].interviews[1:])
    )
    other = replace(book[1], parts=(part,))
    assert not prove_pdf(other, read_pdf(other, printed.data, printed.spans, runner)).is_proved


# --- sabotage -------------------------------------------------------------------------------------


def _rebound(change: Callable[[bytes], bytes]) -> Callable[[pytest.MonkeyPatch], None]:
    """The binder writes every object without a stream as `change` makes it."""

    def spoil(monkeypatch: pytest.MonkeyPatch) -> None:
        original = Objects.put

        def put(self: Objects, num: int, data: bytes, stream: bytes | None = None) -> int:
            return original(self, num, change(data) if stream is None else data, stream)

        monkeypatch.setattr(Objects, "put", put)

    return spoil


def _turned(mark: bytes, key: bytes, first: int, second: int, *, twice: bool = False) -> Callable[[bytes], bytes]:
    """Two references in the array under `key` of the object that begins with `mark` change places, or one stands twice."""

    def change(data: bytes) -> bytes:
        if not data.startswith(mark) or key not in data:
            return data
        before, _, rest = data.partition(key)
        inside, _, after = rest.partition(b"]")
        references = re.findall(rb"\d+ 0 R", inside)
        references[first], references[second] = references[second], references[second if twice else first]
        return before + key + b" ".join(references) + b"]" + after

    return change


def _other_letters(monkeypatch: pytest.MonkeyPatch) -> None:
    original = font_files.make_to_unicode_map
    monkeypatch.setattr(
        font_files,
        "make_to_unicode_map",
        lambda texts: original({glyph: text.replace("e", "o") for glyph, text in texts.items()}),
    )


def _other_letter_in_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """“v” stands in “proving” and in nothing else that the desk says of leaves."""
    original = font_files.make_to_unicode_map
    monkeypatch.setattr(
        font_files,
        "make_to_unicode_map",
        lambda texts: original({glyph: text.replace("v", "w") for glyph, text in texts.items()}),
    )


def _other_head(monkeypatch: pytest.MonkeyPatch) -> None:
    original = edition._BookPrinter._describe

    def describe(self: edition._BookPrinter, *args: object, **more: object) -> object:
        made = original(self, *args, **more)  # type: ignore[arg-type]
        sheet = self._typesetter.make_source("", "x", "Another book", side="verso")
        return replace(made, verso_head=self._typesetter.set_sources(sheet)[0])

    monkeypatch.setattr(edition._BookPrinter, "_describe", describe)


def _wrong_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """The last leaf takes the keys of the one before it."""
    original = quires.bind_leaf

    def quire(leaf: object, place: object, base: int, keys: int, common: object) -> object:
        return original(leaf, place, base, max(keys - 64, 0), common)  # type: ignore[arg-type]

    monkeypatch.setattr(binding, original.__name__, quire)


IN_THE_BINDER: Mapping[str, Callable[[pytest.MonkeyPatch], None]] = {
    "pages of two leaves change places": _rebound(_turned(b"<</Type/Pages", b"/Kids[", 6, 8)),
    "the tag tree has the leaves in another order": _rebound(_turned(b"<</Type/StructElem/S/Document", b"/K[", -1, -3)),
    "the parent tree has one leaf twice": _rebound(_turned(b"<</Kids[", b"<</Kids[", 3, 2, twice=True)),
    "a font tells other letters": _other_letters,
    "a font tells another letter, in one leaf": _other_letter_in_one,
    "the running heads name another book": _other_head,
    "leaves share the keys of the parent tree": _wrong_keys,
    "nothing leads to the tag tree": _rebound(lambda data: re.sub(rb"/StructTreeRoot \d+ 0 R", b"", data)),
    "the pages are labelled otherwise": _rebound(lambda data: data.replace(b"<</S/D>>", b"<</S/A>>")),
}


@pytest.mark.parametrize("name", IN_THE_BINDER)
def test_what_the_binder_spoils_is_seen_although_every_leaf_is_known(
    name: str, book: tuple[Path, Book], printed: PrintEdition, runner: TaskRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    read_pdf(book[1], printed.data, printed.spans, runner)
    IN_THE_BINDER[name](monkeypatch)
    spoiled = edition.make_pdf(book[1], book[0], KEEPING)
    assert spoiled.data != printed.data
    assert not prove_pdf(book[1], spoiled.data).is_proved
    assert not prove_pdf(book[1], read_pdf(book[1], spoiled.data, spoiled.spans, runner)).is_proved


def _with_table(data: bytes, change: Callable[[bytearray], None]) -> bytes:
    """The file with another cross-reference table."""
    start = int(re.findall(rb"startxref\n(\d+)", data)[0])
    head, _, body = data[start:].partition(b"stream\n")
    table = bytearray(zlib.decompress(body[: body.rindex(b"\nendstream")]))
    change(table)
    packed = zlib.compress(bytes(table))
    head = re.sub(rb"/Length \d+", b"/Length %d" % len(packed), head)
    return data[:start] + head + b"stream\n" + packed + b"\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % start


def _contents(printed: PrintEdition, leaf: int) -> tuple[int, bytes]:
    """Number and offset of the largest stream of a leaf that stands by itself: what a page paints."""
    layout = partition_file(printed.data, printed.spans)
    assert layout
    cut = layout.sections[leaf]
    ends = (*cut.object_offsets[1:], cut.stop)
    sizes = {
        offset: end - offset
        for offset, end in zip(cut.object_offsets, ends, strict=True)
        if b"/ObjStm" not in printed.data[offset : offset + 60]
    }
    offset = max(sizes, key=lambda one: sizes[one])
    return int(printed.data[offset:].split(maxsplit=1)[0]), offset.to_bytes(4, "big")


def test_a_page_that_paints_what_another_leaf_has_is_seen(
    book: tuple[Path, Book], printed: PrintEdition, runner: TaskRunner
) -> None:
    """Every byte of the leaves is there, and the table leads to the wrong ones."""
    read_pdf(book[1], printed.data, printed.spans, runner)
    (one, at_one), (two, at_two) = _contents(printed, 2), _contents(printed, 3)

    def swap(table: bytearray) -> None:
        table[one * 7 + 1 : one * 7 + 5], table[two * 7 + 1 : two * 7 + 5] = at_two, at_one

    spoiled = _with_table(printed.data, swap)
    assert not prove_pdf(book[1], read_pdf(book[1], spoiled, printed.spans, runner)).is_proved


def test_a_leaf_with_other_bytes_is_read_again(
    book: tuple[Path, Book], printed: PrintEdition, runner: TaskRunner
) -> None:
    read_pdf(book[1], printed.data, printed.spans, runner)
    _, offset = _contents(printed, 2)
    spoiled = bytearray(printed.data)
    middle = int.from_bytes(offset, "big") + 400
    spoiled[middle : middle + 8] = bytes(byte ^ 0x55 for byte in spoiled[middle : middle + 8])
    assert not prove_pdf(book[1], read_pdf(book[1], bytes(spoiled), printed.spans, runner)).is_proved


def test_a_file_that_is_not_divided_is_read_as_a_whole(
    book: tuple[Path, Book], printed: PrintEdition, runner: TaskRunner
) -> None:
    """Spans of another book, none, or those of a file that is no PDF."""
    shifted = tuple(replace(span, base=span.base + 200) for span in printed.spans)
    for spans in (shifted, printed.spans[:-1], printed.spans[1:], ()):
        heard = read_pdf(book[1], printed.data, spans, runner)
        assert not isinstance(heard, tuple)
        assert prove_pdf(book[1], heard).is_proved
    assert partition_file(b"%PDF-1.7\n", printed.spans) is None
    assert partition_file(printed.data.replace(b"/Root", b"/Boot"), printed.spans) is None
    assert partition_file(printed.data[:-300], printed.spans) is None
