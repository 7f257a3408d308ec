"""Compares what two files paint: the same runs, in the same order, moved and scaled as one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import pypdfium2
import pypdfium2.raw as raw

from onrecord.proof.reading import pdf_pages
from onrecord.proof.reading.normalize import SOFT, letters, short
from onrecord.proof.reading.pdf_pages import Paper, Run, Sheet

_DEPTH = 20  # of forms in forms
SLACK_PT = 0.6  # PDFium rounds bounds of small glyphs


@dataclass(frozen=True, slots=True)
class Move:
    """How a page was put on its sheet: scaled, then moved; points."""

    scale: float = 1.0
    x: float = 0.0
    y: float = 0.0

    def agrees(self, one: Run, other: Run) -> bool:
        return (
            abs(one.left * self.scale + self.x - other.left) < SLACK_PT
            and abs(one.baseline * self.scale + self.y - other.baseline) < SLACK_PT
            and abs(one.size * self.scale - other.size) < 0.1
        )


def said(run: Run) -> str:
    """The characters of a run, without the gaps that PDFium sees between it and its neighbours."""
    return run.text.replace(SOFT, "")


def text_of(runs: Sequence[Run]) -> str:
    return letters("".join(run.text for run in runs).replace(SOFT, " "))


def inked(sheet: Sheet) -> list[Run]:
    """The runs that have letters, in the order they were painted."""
    return [run for run in sheet.runs if said(run).strip()]


def difference(expected: Sequence[Run], found: Sequence[Run], move: Move) -> str:
    """What is wrong with the runs found, in words; "" if they are the expected ones, each in its place."""
    for one, other in zip(expected, found, strict=False):
        if said(one) != said(other):
            return f"has “{short(said(other))}” where “{short(said(one))}” belongs"
        if not move.agrees(one, other):
            return f"has “{short(said(other))}” in another place"
        if other.unseen and not one.unseen:
            return f"has “{short(said(other))}” {other.unseen}"
    if len(found) < len(expected):
        return f"has lost “{short(said(expected[len(found)]))}”"
    if len(found) > len(expected):
        return f"has “{short(said(found[len(expected)]))}” too many"
    return ""


def overlap(one: Run, others: Sequence[Run]) -> Run | None:
    """A run that is painted where `one` is."""
    for other in others:
        if one.left < other.right and other.left < one.right and one.bottom < other.top and other.bottom < one.top:
            return other
    return None


@lru_cache(maxsize=3)
def read_once(data: bytes) -> Paper:
    """The file, not read again while the same worker is at it: a bound edition is compared with many copies.

    Raises `UnreadableError`.
    """
    return pdf_pages.read(data)


def read_both(original: bytes, data: bytes) -> tuple[Paper, Paper]:
    """Raises `UnreadableError`."""
    return read_once(original), read_once(data)


def images_on(data: bytes) -> list[int]:
    """How many pictures each page draws, in whatever form they stand."""
    with pypdfium2.PdfDocument(data) as document:
        return [
            sum(1 for _ in page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=_DEPTH)) for page in document
        ]


def claims(data: bytes) -> frozenset[str]:
    """Which conformance the file's own description claims (XMP is stored as it is, so that anybody finds it)."""
    found = {b"pdfuaid:part": "PDF/UA", b"pdfaid:part": "PDF/A", b"GTS_PDFXVersion>PDF/X-4<": "PDF/X-4"}
    return frozenset(name for mark, name in found.items() if mark in data)
