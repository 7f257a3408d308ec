"""Compare what two PDFs paint: the same runs, in the same order, moved and scaled together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import pypdfium2
import pypdfium2.raw as raw

from onrecord.proof.reading import pdf_pages
from onrecord.proof.reading.normalize import SOFT, letters, short
from onrecord.proof.reading.pdf_pages import Paper, Run, Sheet

_DEEPEST = 20  # levels of forms in forms
_SIZE_SLACK_PT = 0.1
SLACK_PT = 0.6  # PDFium rounds bounds of small glyphs
_CLAIMS = {b"pdfuaid:part": "PDF/UA", b"pdfaid:part": "PDF/A", b"GTS_PDFXVersion>PDF/X-4<": "PDF/X-4"}  # in XMP


@dataclass(frozen=True, slots=True)
class Move:
    """How a page was put on another one: scaled, then moved by `x` and `y` points."""

    scale: float = 1.0
    x: float = 0.0
    y: float = 0.0

    def agrees(self, original: Run, moved: Run) -> bool:
        """Tell whether `moved` has the size and the place of the original run after this placement."""
        return (
            abs(original.left * self.scale + self.x - moved.left) < SLACK_PT
            and abs(original.baseline * self.scale + self.y - moved.baseline) < SLACK_PT
            and abs(original.size * self.scale - moved.size) < _SIZE_SLACK_PT
        )


def said(run: Run) -> str:
    """Return the characters of a run, without the gaps that PDFium sees between it and its neighbours."""
    return run.text.replace(SOFT, "")


def text_of(runs: Sequence[Run]) -> str:
    """Return the normalized text of the runs, with gaps as spaces."""
    return letters("".join(run.text for run in runs).replace(SOFT, " "))


def inked(page: Sheet) -> list[Run]:
    """Return the runs that are not blank, in the order of painting."""
    return [run for run in page.runs if said(run).strip()]


def difference(expected: Sequence[Run], actual: Sequence[Run], placement: Move) -> str:
    """Return the first difference from the expected runs as placed, to continue "copy 7 of 50 ", or ""."""
    for original, moved in zip(expected, actual, strict=False):
        if said(original) != said(moved):
            return f"has “{short(said(moved))}” where “{short(said(original))}” belongs"
        if not placement.agrees(original, moved):
            return f"has “{short(said(moved))}” in another place"
        if moved.unseen and not original.unseen:
            return f"has “{short(said(moved))}” {moved.unseen}"
    if len(actual) < len(expected):
        return f"has lost “{short(said(expected[len(actual)]))}”"
    if len(actual) > len(expected):
        return f"has “{short(said(actual[len(expected)]))}” too many"
    return ""


def overlap(run: Run, others: Sequence[Run]) -> Run | None:
    """Return the first of the other runs that is painted where `run` is, or None."""
    for other in others:
        if run.left < other.right and other.left < run.right and run.bottom < other.top and other.bottom < run.top:
            return other
    return None


@lru_cache(maxsize=3)
def read_once(data: bytes) -> Paper:
    """Return the pages of a PDF; the last three files are kept in memory. Raises `UnreadablePdfError`.

    A bound edition is compared with many copies, one behind the other in the same worker.
    """
    return pdf_pages.read(data)


def read_both(original: bytes, data: bytes) -> tuple[Paper, Paper]:
    """Return the pages of two PDFs. Raises `UnreadablePdfError`."""
    return read_once(original), read_once(data)


def images_on(data: bytes) -> list[int]:
    """Count the images that each page draws, also inside forms."""
    with pypdfium2.PdfDocument(data) as document:
        return [
            sum(1 for _ in page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=_DEEPEST)) for page in document
        ]


def claims(data: bytes) -> frozenset[str]:
    """Return the standards that the file's XMP metadata claim: "PDF/UA", "PDF/A", "PDF/X-4".

    XMP stands in a PDF without compression, so that any program finds it.
    """
    return frozenset(name for mark, name in _CLAIMS.items() if mark in data)
