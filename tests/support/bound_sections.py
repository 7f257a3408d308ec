"""A small book whose PDF is read section by section: three interviews of two small pages each."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pytest

from onrecord.editions.pdf import edition
from onrecord.editions.pdf.edition import PrintEdition
from onrecord.manuscript import read_book
from onrecord.model import Book
from onrecord.proof import incremental, read_bound_pdf
from onrecord.proof.incremental import BoundReading
from onrecord.proof.reading.file_partition import partition_pdf
from onrecord.proof.rules import page_range
from onrecord.runtime.task_runner import NO_WORKERS, TaskRunner
from tests.support.workers import CACHING_RUNNER, RUNNER, MemoryCache

_INTERVIEW = """---
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
_SETTINGS = "title: Harbours\ndate: 2026-01-31\nopenings: recto\ntrim: 90 x 120 mm\n"
_TITLES = ("setting", "binding", "proving")
SLUGS = tuple(f"{number}-{title}" for number, title in enumerate(_TITLES))
_SENTENCE_COUNT = 12  # they fill a page, so that the second question stands on the next


@dataclass(frozen=True)
class SectionedBook:
    """The book, bound and read back when that is first asked for; `folder` holds the manuscripts."""

    folder: Path
    book: Book

    @cached_property
    def printed(self) -> PrintEdition:
        return edition.make_pdf(self.book, self.folder, CACHING_RUNNER)

    @cached_property
    def _filled_cache(self) -> MemoryCache:
        """The cache after the printed book was read once."""
        cache = MemoryCache()
        self.read_back(TaskRunner(NO_WORKERS.executor, cache))
        return cache

    def lend_cache(self) -> MemoryCache:
        """Return a copy of the cache, in which every section was read."""
        return self._filled_cache.copy()

    def read_back(self, runner: TaskRunner) -> BoundReading:
        """Return what is read in the printed book."""
        return read_bound_pdf(self.book, self.printed.data, self.printed.spans, runner)

    def bind(self) -> PrintEdition:
        """Bind the same pages again, with the binder as it is now."""
        return edition.make_pdf(self.book, self.folder, CACHING_RUNNER)

    def edit(self, slug: str, old: str, new: str) -> SectionedBook:
        """Return the book with other words in one interview; the manuscript in the folder stays."""
        file = self.folder / "interviews" / f"{slug}.md"
        before = file.read_text(encoding="utf-8")
        assert old in before
        try:
            file.write_text(before.replace(old, new), encoding="utf-8")
            return SectionedBook(self.folder, _read(self.folder))
        finally:
            file.write_text(before, encoding="utf-8")

    def lengthen(self) -> SectionedBook:
        """Return the book with a first interview that is two pages longer, so that all others begin on later pages."""
        more = "A page of setting is known by its bytes. " * (2 * _SENTENCE_COUNT)
        return self.edit("0-setting", "It goes on", f"{more}\n\nIt goes on")


def write_sectioned_book(folder: Path) -> SectionedBook:
    """Write the book into the folder and read it."""
    (folder / "interviews").mkdir()
    (folder / "book.yaml").write_text(_SETTINGS, encoding="utf-8")
    for slug, title in zip(SLUGS, _TITLES, strict=True):
        text = f"A page of {title} is known by its bytes. " * _SENTENCE_COUNT
        interview = _INTERVIEW.format(title=title, text=text)
        (folder / "interviews" / f"{slug}.md").write_text(interview, encoding="utf-8")
    return SectionedBook(folder, _read(folder))


def _read(folder: Path) -> Book:
    book, _ = read_book.survey_book(folder, RUNNER)
    assert book is not None
    return book


def record_readings(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Record the slugs of the interviews that are read from now on."""
    slugs: list[str] = []
    original = page_range.read_page_range

    def read_and_record(book: Book, paper: object) -> object:
        slugs.extend(interview.slug for interview in book.interviews)
        return original(book, paper)  # type: ignore[arg-type]

    monkeypatch.setattr(incremental, "read_page_range", read_and_record)
    return slugs


def find_largest_stream(print_edition: PrintEdition, index: int) -> tuple[int, range]:
    """Return number and place of the largest stream of a section that holds no objects: what a page paints."""
    layout = partition_pdf(print_edition.data, print_edition.spans)
    assert layout
    section = layout.sections[index]
    ends = (*section.object_offsets[1:], section.stop)
    places = [
        range(start, stop)
        for start, stop in zip(section.object_offsets, ends, strict=True)
        if b"/ObjStm" not in print_edition.data[start : start + 60]
    ]
    place = max(places, key=len)
    return int(print_edition.data[place.start :].split(maxsplit=1)[0]), place


def spoil_largest_stream(print_edition: PrintEdition, index: int) -> bytes:
    """Return the file with eight other bytes in the middle of what a page of a section paints."""
    _, place = find_largest_stream(print_edition, index)
    middle = place[len(place) // 2]
    changed = bytes(byte ^ 0x55 for byte in print_edition.data[middle : middle + 8])
    return print_edition.data[:middle] + changed + print_edition.data[middle + 8 :]
