"""Read a bound book section by section on the workers; a section whose bytes are known comes from the cache.

A section is what was bound as one run of pages: an interview, or a part of the pages around the interviews.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import BinaryIO

from onrecord.model import Book
from onrecord.model.page_numbers import LeafSpan
from onrecord.model.scope import extract_book_facts
from onrecord.proof.reading import pdf_pages
from onrecord.proof.reading.bound_file import BoundFile, join_sections
from onrecord.proof.reading.file_partition import FilePartition, FileSection, partition_pdf
from onrecord.proof.reading.folio_stamps import FolioStamp, PlacedStamps
from onrecord.proof.reading.pdf_pages import PdfContent
from onrecord.proof.reading.section_contents import SectionContents, inspect_section
from onrecord.proof.reading.section_objects import SectionObjects, read_section_objects
from onrecord.proof.rules.page_range import PageRange, read_page_range
from onrecord.runtime import build_identity, folders
from onrecord.runtime.fingerprints import compute_fingerprint
from onrecord.runtime.memory import free_memory
from onrecord.runtime.task_runner import TaskRunner, run_tasks

_MANY_SECTIONS = 200  # to divide a file into as many leaves 20 MB behind that are not used
_MOST_PAGES = 200  # in one batch: PDFium keeps in memory what it has read until the file is closed


@dataclass(frozen=True, slots=True)
class BoundReading:
    """What was read of a PDF: the words on its sheets, and what the file says of itself (None: it was not read)."""

    printed: tuple[PageRange, ...] | PdfContent
    file: BoundFile | None = None


def read_bound_pdf(book: Book, data: bytes, spans: Sequence[LeafSpan], runner: TaskRunner) -> BoundReading:
    """Return the content of a bound PDF for its proof, unchanged sections from the cache.

    Where a section has a problem or refers to another one, or the file is not divided into these spans, the whole file
    is read at once, so that the proof can say exactly what is wrong. Raises `UnreadablePdfError`.
    """
    with folders.write_temporary_file(data) as file:  # workers open it, so that the book is not sent to each of them
        labels = pdf_pages.read_page_labels(file)
        partition = partition_pdf(data, spans, runner.cache) if spans and spans[-1].stop == len(labels) else None
        if len(spans) > _MANY_SECTIONS:
            free_memory()
        sections = _read_sections(book, _Source(file, data, partition), labels, runner) if partition else None
    if not partition or not sections:
        return BoundReading(pdf_pages.read_whole_pdf(data, runner))
    ranges = tuple(section.page_range for section in sections)
    return BoundReading(ranges, join_sections(data, partition, [section.objects for section in sections]))


@dataclass(frozen=True, slots=True)
class _Source:
    """A bound PDF: as a file, as bytes, and its sections."""

    file: Path
    data: bytes
    partition: FilePartition


@dataclass(frozen=True)  # without slots it unpickles faster
class _ReadSection:
    """What was read in a section, what its objects refer to and say, and the fingerprint of the glyphs that it shows.

    `stamps` are its page numbers as they were stamped.
    """

    page_range: PageRange
    contents: SectionContents
    objects: SectionObjects | None
    glyphs: str
    stamps: tuple[FolioStamp, ...]

    def apply_to(self, job: _ReadJob, source: _Source) -> _ReadSection | None:
        """Return what is read in a section with the same fingerprint; None if it must be read again.

        Its pages may stand elsewhere in the file and have other numbers, if their folios say these numbers.
        """
        section, first, fonts = job.section, job.section.span.first, source.partition.fonts
        if self.glyphs != fonts.fingerprint_glyphs(self.contents.glyphs):
            return None
        if (first, job.labels, section.stamps) == (self.page_range.first, self.page_range.labels, self.stamps):
            return self
        stamps = self.contents.stamps
        if (
            not stamps
            or not self._has_one_folio_for_each(stamps)
            or not stamps.have_labels(section.stamps, job.labels, fonts)
        ):
            return None
        objects = self.objects and self.objects.repaint(source.data[section.start : section.stop], section)
        moved_range = self.page_range.move(first, job.labels)
        return replace(self, page_range=moved_range, objects=objects, stamps=section.stamps)

    def _has_one_folio_for_each(self, stamps: PlacedStamps) -> bool:
        """Return whether the stamps are all that says page numbers in the section."""
        stamped = [index in stamps.sheets for index in range(len(self.page_range.labels))]
        return self.page_range.names_no_pages and [*self.page_range.folio_counts] == stamped


@dataclass(frozen=True, slots=True)
class _ReadJob:
    """A section to read, and the book without the interviews of other sections.

    `cache_key` identifies all that the result depends on but the glyphs and the numbers of the pages, `labels`; "" if
    the result is not to be stored.
    """

    section: FileSection
    book: Book
    cache_key: str
    labels: tuple[str, ...]

    @property
    def page_count(self) -> int:
        """Return the number of pages of the PDF section that the job reads."""
        return self.section.span.stop - self.section.span.first


@dataclass(frozen=True, slots=True)
class _Batch:
    """Sections for one worker to read out of a file with these surroundings; `partition` has no sections."""

    file: Path
    jobs: tuple[_ReadJob, ...]
    partition: FilePartition


def _read_sections(
    book: Book, source: _Source, labels: Sequence[str], runner: TaskRunner
) -> tuple[_ReadSection, ...] | None:
    """Return the proof's reading of every section of a PDF; None if one has a problem or is out of order."""
    jobs = list(_make_jobs(book, source.partition.sections, labels))
    sections = _load_cached(jobs, source, runner)
    missing = {index: job for index, job in enumerate(jobs) if index not in sections}
    fresh_sections = _read_uncached(list(missing.values()), source, runner)
    if any(section.page_range.problems or not section.contents.is_self_contained for section in fresh_sections):
        return None
    for (index, job), section in zip(missing.items(), fresh_sections, strict=True):
        sections[index] = section
        if job.cache_key:
            runner.cache.put(job.cache_key, section)
    ordered = [sections[index] for index in range(len(jobs))]
    key_ranges = [section.contents.parent_tree_keys for section in ordered]
    if not all(last < first for (_, last), (first, _) in pairwise(key_ranges)):
        return None
    return tuple(ordered)


def _load_cached(jobs: Sequence[_ReadJob], source: _Source, runner: TaskRunner) -> dict[int, _ReadSection]:
    """Return the cached readings of PDF sections by index of their job, if their glyphs are unchanged."""
    sections = {}
    for index, job in enumerate(jobs):
        known: _ReadSection | None = runner.cache.get(job.cache_key) if job.cache_key else None
        if known and (section := known.apply_to(job, source)):
            sections[index] = section
    return sections


def _make_jobs(book: Book, sections: Sequence[FileSection], labels: Sequence[str]) -> Iterator[_ReadJob]:
    """Yield the job for each section, with its cache key ("": not cached) and its interview."""
    interviews = {interview.slug: (part, interview) for part in book.parts for interview in part.interviews}
    book_facts = extract_book_facts(book)
    common_key = compute_fingerprint("pdf section", build_identity.compute_build_identity(), book.title, book.language)
    for section in sections:
        span = section.span
        page_labels = tuple(labels[span.first : span.stop])
        side = span.first % 2  # left-hand and right-hand pages have other margins and running heads
        place = (span.first, page_labels) if book.pack else side  # pages of a pack also say how many there are
        if span.name not in interviews:
            yield _ReadJob(
                section, book_facts, compute_fingerprint(common_key, section.fingerprint, place), page_labels
            )
            continue
        part, interview = interviews[span.name]
        book_of_one = replace(book_facts, parts=(replace(part, interviews=(interview,)),))
        dependencies = (section.fingerprint, interview.reading_key, interview.pointer, interview.credit, place)
        cache_key = compute_fingerprint(common_key, *dependencies) if interview.reading_key else ""
        yield _ReadJob(section, book_of_one, cache_key, page_labels)


def _read_uncached(jobs: Sequence[_ReadJob], source: _Source, runner: TaskRunner) -> list[_ReadSection]:
    """Return the reading of each PDF section, done on the workers while this process makes and proves other formats."""
    surroundings = replace(source.partition, sections=(), description=None)
    batches = [_Batch(source.file, tuple(batch), surroundings) for batch in _divide_into_batches(jobs)]
    is_short = len(batches) == 1
    results = run_tasks(runner.executor, _read_batch, batches, name=lambda _: "the PDF", is_short=is_short)
    return [section for result in results for section in pdf_pages.require_result(result)]


def _divide_into_batches(jobs: Sequence[_ReadJob]) -> Iterator[list[_ReadJob]]:
    """Yield the jobs of reading PDF sections in order, in batches with about as many pages each."""
    page_count = sum(job.page_count for job in jobs)
    batch_size = max(pdf_pages.MIN_PAGES_PER_WORKER, min(_MOST_PAGES, page_count // pdf_pages.RANGE_COUNT))
    batch: list[_ReadJob] = []
    for job in jobs:
        batch.append(job)
        if sum(member.page_count for member in batch) >= batch_size:
            yield batch
            batch = []
    if batch:
        yield batch


def _read_batch(batch: _Batch) -> list[_ReadSection]:
    """Return the reading of each PDF section of a batch, from a file that holds no others. Runs in a worker."""
    partition = batch.partition
    with batch.file.open("rb") as file:
        sections = [_read_bytes(file, job.section.start, job.section.stop) for job in batch.jobs]
        outer_data = _read_bytes(file, partition.outer.start, partition.outer.stop)
    ranges = [(job.section.span.first, job.section.span.stop) for job in batch.jobs]
    excerpt = partition.extract_sections(outer_data, [job.section for job in batch.jobs], sections)
    readings = []
    for job, data, pages in zip(batch.jobs, sections, pdf_pages.read_pages_by_range(excerpt, ranges), strict=True):
        contents = inspect_section(data, job.section)
        is_alone = contents.is_self_contained
        objects = read_section_objects(data, job.section, partition.shared_objects) if is_alone else None
        glyphs = partition.fonts.fingerprint_glyphs(contents.glyphs)
        page_range = read_page_range(job.book, pages)
        readings.append(_ReadSection(page_range, contents, objects, glyphs, job.section.stamps))
    return readings


def _read_bytes(file: BinaryIO, start: int, stop: int) -> bytes:
    """Return the bytes of a file from `start` to before `stop`."""
    file.seek(start)
    return file.read(stop - start)
