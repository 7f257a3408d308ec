"""Reads a bound book leaf by leaf, on the workers of a press; a leaf that was read before is known by its bytes."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

from onrecord.model import Book
from onrecord.model.scope import facts
from onrecord.proof.reading import pdf_pages
from onrecord.proof.reading.file_partition import Cut, Layout, Leaf, divided, leaf
from onrecord.proof.reading.font_fingerprints import Alphabet
from onrecord.proof.reading.pdf_pages import Paper
from onrecord.proof.rules.page_range import Stretch, stretch
from onrecord.runtime import build_identity
from onrecord.runtime.cache import fingerprint
from onrecord.runtime.task_runner import Press, run
from onrecord.wording.page_numbers import Span

_MOST_SHEETS = 200  # at once: PDFium holds what it has read until a file is closed


def hear(book: Book, data: bytes, spans: Sequence[Span], press: Press) -> tuple[Stretch, ...] | Paper:
    """What is read on the sheets of a book that was bound into these spans. Raises `UnreadableError`.

    Where a leaf has a problem, or the file is not divided like that, the whole is read at once, for the proof to say more.
    """
    with tempfile.TemporaryDirectory(prefix="onrecord-") as folder:
        file = Path(folder, "bound.pdf")
        file.write_bytes(data)  # workers open it themselves, instead of being sent a whole book each time
        labels = pdf_pages.labels(data)
        layout = divided(data, spans) if spans and spans[-1].stop == len(labels) else None
        found = _heard(book, file, layout, labels, press) if layout else None
    return found or pdf_pages.read(data, press)


@dataclass(frozen=True)  # without slots it is read faster
class _Heard:
    """A leaf as it was read, what its objects say of their place, and the name of the glyphs that it shows."""

    read: Stretch
    leaf: Leaf
    glyphs: str


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A leaf to read, and the book without the interviews of others. `key`: the name of all that is read; "": not kept."""

    cut: Cut
    book: Book
    key: str

    @property
    def sheets(self) -> int:
        return self.cut.span.stop - self.cut.span.first


@dataclass(frozen=True, slots=True)
class _Batch:
    """Leaves to read out of a file with these fonts."""

    file: Path
    wanted: tuple[_Wanted, ...]
    alphabet: Alphabet


def _heard(book: Book, file: Path, layout: Layout, labels: Sequence[str], press: Press) -> tuple[Stretch, ...] | None:
    """Every leaf, if all is well with each of them."""
    wanted = list(_wanted(book, layout.cuts, labels))
    found: dict[int, _Heard] = {}
    for index, one in enumerate(wanted):
        kept: _Heard | None = press.store.get(one.key) if one.key else None
        if kept and kept.glyphs == layout.alphabet.name(kept.leaf.shown):
            found[index] = kept
    missing = [index for index in range(len(wanted)) if index not in found]
    read = _read_anew(file, [wanted[index] for index in missing], layout.alphabet, press)
    if any(one.read.problems for one in read):
        return None
    for index, heard in zip(missing, read, strict=True):
        found[index] = heard
        if wanted[index].key and heard.leaf.keeps_apart:
            press.store.put(wanted[index].key, heard)
    leaves = [found[index] for index in range(len(wanted))]
    keys = [one.leaf.keys for one in leaves]
    if not all(last < first for (_, last), (first, _) in pairwise(keys)):
        return None
    return tuple(one.read for one in leaves)


def _wanted(book: Book, cuts: Sequence[Cut], labels: Sequence[str]) -> Iterator[_Wanted]:
    interviews = {interview.slug: (part, interview) for part in book.parts for interview in part.interviews}
    frame = facts(book)
    about = fingerprint("heard", build_identity.identity(), book.title, book.language)
    for cut in cuts:
        span = cut.span
        if span.name not in interviews:
            yield _Wanted(cut, frame, fingerprint(about, cut.name, labels[span.first : span.stop]))
            continue
        part, interview = interviews[span.name]
        own = replace(frame, parts=(replace(part, interviews=(interview,)),))
        told = (cut.name, labels[span.first : span.stop], interview.reading, interview.pointer)
        yield _Wanted(cut, own, fingerprint(about, *told) if interview.reading else "")


def _read_anew(file: Path, wanted: Sequence[_Wanted], alphabet: Alphabet, press: Press) -> list[_Heard]:
    """Read these leaves, a few here, many on the workers."""
    batches = [_Batch(file, tuple(batch), alphabet) for batch in _batches(wanted)]
    if len(batches) == 1:
        return _read(batches[0])
    results = run(press.executor, _read, batches, name=lambda _: "the PDF")
    return [one for result in results for one in pdf_pages.there(result)]


def _batches(wanted: Sequence[_Wanted]) -> Iterator[list[_Wanted]]:
    """The leaves to read, in runs of about as many sheets."""
    most = max(pdf_pages.FEWEST, min(_MOST_SHEETS, sum(one.sheets for one in wanted) // pdf_pages.RANGES))
    batch: list[_Wanted] = []
    for one in wanted:
        batch.append(one)
        if sum(member.sheets for member in batch) >= most:
            yield batch
            batch = []
    if batch:
        yield batch


def _read(batch: _Batch) -> list[_Heard]:
    """Read some leaves, each on its own. Runs in a worker."""
    ranges = [(one.cut.span.first, one.cut.span.stop) for one in batch.wanted]
    found = []
    with batch.file.open("rb") as file:
        for one, paper in zip(batch.wanted, pdf_pages.stretches(batch.file, ranges), strict=True):
            file.seek(one.cut.start)
            own = file.read(one.cut.stop - one.cut.start)
            place = leaf(own, one.cut)
            found.append(_Heard(stretch(one.book, paper), place, batch.alphabet.name(place.shown)))
    return found
