"""The cached files of each interview in e-book and web edition, with slots for the numbers of printed pages.

Because the numbers are filled in later, an interview that grows by a page does not change the files of those after
it, and a changed word costs the files of its own interview alone.
"""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from itertools import groupby
from operator import itemgetter

from onrecord.editions.markup import PageRenderer
from onrecord.editions.page_marks import PageMarks
from onrecord.model import Asset, Book, Figure, Interview, iterate_blocks, walk_blocks
from onrecord.model.page_numbers import PageStart
from onrecord.model.scope import (
    ResolvedLinks,
    are_links_current,
    extract_book_facts,
    isolate_interview,
    make_cache_key,
    resolve_links,
)
from onrecord.model.versions import Version
from onrecord.runtime import build_identity
from onrecord.runtime.fingerprints import compute_fingerprint
from onrecord.runtime.font_files import compute_digest
from onrecord.runtime.rebuild_reasons import CachedPiece, report_rebuilds
from onrecord.runtime.screen_faces import ScreenFace
from onrecord.runtime.task_runner import TaskRunner
from onrecord.runtime.worker_pool import count_cores


@dataclass(frozen=True, slots=True)
class Neighbour:
    """The interview before or after another, as far as a link to it needs it."""

    slug: str
    language: str
    title: str


@dataclass(frozen=True, slots=True)
class NearbyPart:
    """The interviews of a part that stand near another one in the contents, in their order."""

    title: str
    interviews: tuple[Neighbour, ...]


@dataclass(frozen=True, slots=True)
class PageInputs:
    """All that the files of an interview are made of.

    `book` may hold only the interviews that this one refers to. `has_contributors`, `has_index`: the book has a list of
    people, an index. `nearby` are the lines of the contents that its page shows, `versions` the interview in other
    languages, `fonts` the files of those that are loaded first.
    """

    interview: Interview
    book: Book
    page_starts: tuple[PageStart, ...]
    before: Neighbour | Interview | None = None
    after: Neighbour | Interview | None = None
    has_contributors: bool = False
    has_index: bool = False
    nearby: tuple[NearbyPart, ...] = ()
    versions: tuple[Version, ...] = ()
    fonts: tuple[str, ...] = ()


NEARBY = 40  # interviews that the contents on a page name; more would make the pages of a large book long

_DIFFERENCES = (  # what `_list_key_parts` yields
    "its text, pictures or settings",
    "the pages that begin in it",
    "the interview before it",
    "the interview after it",
    "whether there is a list of people, or an index",
    "the interviews near it in the contents",
    "its translations, or its original",
    "the fonts that are loaded first",
)

# Returns the files by what follows the slug in their names, the page first. It is pickled, so a function of a module.
PageWriter = Callable[[PageInputs, PageRenderer], Mapping[str, bytes]]


@dataclass(frozen=True)  # without slots it is read faster
class CachedPages:
    """The files of an interview, each cut at the slots for page numbers.

    A file is a row of bytes, the index of a printed page of the interview, bytes, …
    """

    files: tuple[tuple[str, tuple[bytes | int, ...]], ...]
    characters: str
    is_illustrated: bool
    cross_references: ResolvedLinks

    def fill_labels(self, labels: Sequence[str]) -> dict[str, bytes]:
        """Return a cached page's files by the end of their names, page labels filled into their slots."""
        encoded = [label.encode() for label in labels]
        return {
            ending: b"".join([encoded[piece] if isinstance(piece, int) else piece for piece in pieces])
            for ending, pieces in self.files
        }


@dataclass(frozen=True, slots=True)
class ComposedPages:
    """The files of all interviews by slug, their characters, and their pictures by name."""

    files: Mapping[str, Mapping[str, bytes]]
    characters: frozenset[str]
    pictures: Mapping[str, Asset]


def compose_pages(
    kind: str,
    book: Book,
    page_inputs: Sequence[PageInputs],
    markup: PageRenderer,
    runner: TaskRunner,
    write: PageWriter,
) -> ComposedPages:
    """Return the files that `write` makes of each interview, from the cache if unchanged.

    `kind` is the edition: `html` or `epub`. Templates of a book may use anything in the book; with them, nothing is
    cached.
    """
    if markup.has_book_templates(kind):
        return _write_uncached(page_inputs, markup, write)
    book_key = compute_fingerprint("page", kind, build_identity.compute_build_identity(), extract_book_facts(book))
    differences = [_fingerprint_differences(inputs) for inputs in page_inputs]
    keys = [compute_fingerprint(book_key, *values.values()) for values in differences]
    tasks = [(key, partial(_prepare_task, key, inputs)) for key, inputs in zip(keys, page_inputs, strict=True)]

    def is_current(index: int, pages: CachedPages) -> bool:
        """Return whether the links in cached pages lead to the same turns in the book now."""
        return are_links_current(book, page_inputs[index].interview, pages.cross_references)

    pieces = [
        CachedPiece(inputs.interview.location.file, not runner.cache.has(key), values)
        for inputs, key, values in zip(page_inputs, keys, differences, strict=True)
    ]
    facts = {"the facts of the book": extract_book_facts(book)}
    report_rebuilds(runner.cache, f"bind {kind}", (book.slug,), pieces, facts)
    cached = runner.run_small_cached(partial(_write_with_slots, write), tasks, is_current)
    files = {
        inputs.interview.slug: pages.fill_labels([start.label for start in inputs.page_starts])
        for inputs, pages in zip(page_inputs, cached, strict=True)
    }
    illustrated = (inputs.interview for inputs, pages in zip(page_inputs, cached, strict=True) if pages.is_illustrated)
    return ComposedPages(
        files, frozenset().union(*(pages.characters for pages in cached)), _collect_pictures(illustrated)
    )


def _collect_pictures(interviews: Iterable[Interview]) -> dict[str, Asset]:
    """Return the assets of all figures in the interviews, by file name."""
    return {asset.name: asset for interview in interviews for asset in _iterate_pictures(interview)}


def _iterate_pictures(interview: Interview) -> Iterator[Asset]:
    """Yield the asset of each figure in the interview."""
    return (block.asset for block in walk_blocks(iterate_blocks(interview)) if isinstance(block, Figure))


def build_fonts(faces: Sequence[ScreenFace], characters: str, runner: TaskRunner) -> dict[str, bytes]:
    """Return the font files by relative name, reduced to these characters, from the cache or made now.

    Several are made at once: Brotli, which takes most of their time, lets other threads run.
    """
    with ThreadPoolExecutor(count_cores()) as threads:
        files = threads.map(lambda face: _build_font(face, characters, runner), faces)
        return {f"fonts/{face.name}": file for face, file in zip(faces, files, strict=True)}


def _build_font(face: ScreenFace, characters: str, runner: TaskRunner) -> bytes:
    """Return the font file reduced to these characters, from the cache or made now."""
    characters = "".join(sorted(set(face.select_characters(characters))))
    source = face.name if face.package else (compute_digest(face.path), face.number)
    key = compute_fingerprint("font", build_identity.compute_build_identity(), source, characters)
    return runner.cache.get_or_compute(key, lambda: face.make_subset(characters))


def build_outline_key(kind: str, book: Book, markup: PageRenderer, marks: PageMarks) -> str:
    """Return the cache key of all pages but the interviews, "" if they must not be cached.

    Nothing is cached for a pack, nor for a book with templates, which may use anything in the book.
    """
    if book.pack or markup.has_book_templates(kind):
        return ""
    parts = [
        (part.title, part.number, part.note, part.time, [*map(_summarize_interview, part.interviews)])
        for part in book.parts
    ]
    disclaimers = [disclaimer.text for disclaimer in book.disclaimers]
    pages = marks.list_known_pages(frozenset(interview.slug for interview in book.interviews))
    return compute_fingerprint(
        *("around", kind, build_identity.compute_build_identity(), extract_book_facts(book)),
        *(parts, disclaimers, pages, book.withdrawals),
    )


def _summarize_interview(interview: Interview) -> tuple[object, ...]:
    """Return what the table of contents and the list of people show of the interview."""
    people = [
        (person.name, person.role, person.role_name, person.affiliation, person.note, person.picture)
        for person in interview.people
    ]
    return interview.slug, interview.language, interview.title.text, people, interview.extract


def _fingerprint_differences(inputs: PageInputs) -> dict[str, str]:
    """Return each value that an interview's cache key depends on, as text, by its name for messages."""
    return dict(zip(_DIFFERENCES, _list_key_parts(inputs), strict=True))


def _list_key_parts(inputs: PageInputs) -> Iterator[str]:
    """Yield what an interview page's cache key depends on besides its book, without page labels.

    It is a fingerprint where it could be long, and else a text that tells it from all others.
    """
    yield compute_fingerprint(make_cache_key(inputs.interview))
    yield " ".join(f"{page.letters}{'-' if page.divides_word else ''}" for page in inputs.page_starts)
    yield _fingerprint_neighbour(_reduce_neighbour(inputs.before)) if inputs.before else ""
    yield _fingerprint_neighbour(_reduce_neighbour(inputs.after)) if inputs.after else ""
    yield f"{inputs.has_contributors} {inputs.has_index}"
    nearby = [(part.title, [*map(_fingerprint_neighbour, part.interviews)]) for part in inputs.nearby]
    yield compute_fingerprint(nearby) if nearby else ""
    yield compute_fingerprint(inputs.versions) if inputs.versions else ""
    yield "\n".join(inputs.fonts)


def list_nearby_parts(book: Book) -> dict[str, tuple[NearbyPart, ...]]:
    """Return the lines of the contents that each interview's page shows, by slug: in a large book those near it."""
    lines = [(part.title, _reduce_neighbour(interview)) for part in book.parts for interview in part.interviews]
    nearby: dict[str, tuple[NearbyPart, ...]] = {}
    for place, (_, neighbour) in enumerate(lines):
        start = max(0, min(place - NEARBY // 2, len(lines) - NEARBY))
        shown = groupby(lines[start : start + NEARBY], key=itemgetter(0))
        nearby[neighbour.slug] = tuple(
            NearbyPart(title, tuple(other for _, other in part_lines)) for title, part_lines in shown
        )
    return nearby


@lru_cache(maxsize=4096)  # each stands near forty others
def _fingerprint_neighbour(neighbour: Neighbour) -> str:
    """Return the fingerprint of an interview in the contents that a page shows."""
    return compute_fingerprint(neighbour)


def _reduce_neighbour(neighbour: Neighbour | Interview) -> Neighbour:
    """Return slug, language and title of the interview before or after as a Neighbour."""
    if isinstance(neighbour, Neighbour):
        return neighbour
    return Neighbour(neighbour.slug, neighbour.language, str(neighbour.title))


def _write_uncached(page_inputs: Sequence[PageInputs], markup: PageRenderer, write: PageWriter) -> ComposedPages:
    """Return the files that `write` makes of each interview, without cache and workers."""
    files = {inputs.interview.slug: write(inputs, markup) for inputs in page_inputs}
    pages = (next(iter(interview_files.values())).decode() for interview_files in files.values())
    return ComposedPages(
        files, frozenset().union(*pages), _collect_pictures(inputs.interview for inputs in page_inputs)
    )


@dataclass(frozen=True, slots=True)
class _PageTask:
    """What a worker receives.

    `slot` begins the words that stand for page numbers; it occurs nowhere in the interview.
    """

    slot: str
    inputs: PageInputs


def _prepare_task(key: str, inputs: PageInputs) -> _PageTask:
    """Return a worker's task of writing a page, with slots as page labels and only the interviews linked to."""
    slot = f"slot-{key[:24]}-"
    page_starts = tuple(replace(page, label=f"{slot}{number:04}") for number, page in enumerate(inputs.page_starts))
    return _PageTask(
        slot,
        replace(
            inputs,
            book=isolate_interview(inputs.book, inputs.interview),
            page_starts=page_starts,
            before=inputs.before and _reduce_neighbour(inputs.before),
            after=inputs.after and _reduce_neighbour(inputs.after),
        ),
    )


def _write_with_slots(write: PageWriter, task: _PageTask) -> CachedPages:
    """Return the files of an interview, written in a worker and cut at their slots."""
    slot = re.compile(f"{task.slot}([0-9]{{4,}})".encode())
    cut_files = {ending: slot.split(data) for ending, data in write(task.inputs, PageRenderer(None)).items()}
    page = b"".join(next(iter(cut_files.values()))[::2]).decode()
    files = tuple((ending, tuple(_convert_slots(pieces))) for ending, pieces in cut_files.items())
    characters = "".join(sorted({*page, *string.digits}))
    interview = task.inputs.interview
    is_illustrated = any(True for _ in _iterate_pictures(interview))
    return CachedPages(files, characters, is_illustrated, resolve_links(task.inputs.book, interview))


def _convert_slots(pieces: Sequence[bytes]) -> Iterator[bytes | int]:
    """Yield the page's text between slots as it is, and the index of the printed page in each slot."""
    return (int(piece) if index % 2 else piece for index, piece in enumerate(pieces))
