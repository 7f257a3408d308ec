"""A single source laid out, bound as a PDF as in a book, and read: for tests of what print does with a few lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

from onrecord.editions.pdf.bind.binding import bind_document
from onrecord.editions.pdf.bind.leaves import BookLeaf
from onrecord.editions.pdf.bind.unbound_document import Bookmark, UnboundDocument
from onrecord.editions.pdf.pages.geometry import get_book_geometry
from onrecord.editions.pdf.pages.part import TypesetPart
from onrecord.editions.pdf.pages.specimens import Specimen
from onrecord.editions.pdf.typeset.weasyprint_adapter import PartSource, StampCharacters, set_part, shape_specimens
from onrecord.model import Trim
from onrecord.proof.reading.pdf_pages import PdfPage, read_whole_pdf
from onrecord.runtime import font_files

_START = "start"


def read_printed_pages(source: PartSource) -> Sequence[PdfPage]:
    """Return what the proof reads on the pages of a source for A5, printed with its running head and folios."""
    part = set_part(replace(source, html=f'<div id="{_START}">{source.html}</div>'))
    stamp_fonts, stamps = _shape_stamps(source.css)
    document = UnboundDocument(
        title=source.title,
        language=source.language,
        authors="",
        subject="",
        publisher="",
        date="2026-01-31",
        identifier="",
        leaves=(BookLeaf(part, opens_anywhere=True),),
        bookmarks=(Bookmark(source.title, _START),),
        page=get_book_geometry(Trim.A5),
        folio=stamps["folio"],
        address=stamps["address"],
        verso_head=set_part(replace(source, html="", head=source.head or "Light", head_side="verso")),
        stamp_fonts=stamp_fonts,
        version="1",
    )
    return read_whole_pdf(bind_document(document, _read_font).data, with_ink=False).pages


@cache
def _shape_stamps(css: str) -> tuple[TypesetPart, dict[str, Specimen]]:
    """Return the fonts and shapes of folios."""
    return shape_specimens(StampCharacters(css, (("folio", "123456789"), ("address", "Q"))))


@cache
def _find_fonts() -> dict[str, Path]:
    """Return the fonts of the package by their SHA-256."""
    return {
        font_files.compute_digest(path): path for path in font_files.list_font_files(font_files.list_package_folders())
    }


def _read_font(sha256: str) -> bytes:
    return _find_fonts()[sha256].read_bytes()
