"""The sample book as a PDF, built once for all tests that finish it, and helpers that read or change a PDF."""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from PIL import Image

from onrecord.editions.pdf import edition
from onrecord.editions.pdf.page_numbering import PrintEdition
from onrecord.model import Figure, Link, Openings, SourceLocation
from onrecord.proof.reading import pdf_pages
from onrecord.proof.reading.pdf_pages import PdfContent
from tests.support.sample import BOOK, HOW, book_of, inlines, interview_of, paragraph
from tests.support.shared_results import RESULTS
from tests.support.workers import CACHING_RUNNER

PLACE = SourceLocation("book.yaml")
ROOT = Path(__file__).parents[2]


@cache
def build_sample_edition() -> PrintEdition:
    """Return the sample book in print, bound once in a run."""
    printed: PrintEdition = RESULTS.get_or_compute(
        "sample edition", lambda: edition.make_pdf(BOOK, ROOT / "book", CACHING_RUNNER)
    )
    return printed


def build_sample_pdf() -> bytes:
    """Return the PDF of the sample book."""
    return build_sample_edition().data


@cache
def build_leaflet() -> bytes:
    """Return the PDF of a book of five pages, with a picture and links: for faults that need no more to be seen."""
    (picture,) = (block for turn in HOW.turns for block in turn.blocks if isinstance(block, Figure))
    interview = interview_of(paragraph("Ja, ", Link(inlines("the web"), "https://example.org/"), "."), picture)
    book = replace(book_of(interview), openings=Openings.ANY)
    data: bytes = RESULTS.get_or_compute("leaflet", lambda: edition.make_pdf(book, ROOT / "book", CACHING_RUNNER).data)
    return data


def read_pages(data: bytes) -> PdfContent:
    """Return what the proof reads in a PDF, read once in a run; the caller may change it."""
    return pdf_pages.read_whole_pdf(data)


def read_words(data: bytes) -> PdfContent:
    """Return what the proof reads in a PDF without a look at the ink over its words: for faults of another kind."""
    return pdf_pages.read_whole_pdf(data, with_ink=False)


def read_changed_pages(data: bytes, original: bytes, sheets: Sequence[int]) -> PdfContent:
    """Return what the proof reads in a PDF that has other content than `original` on these sheets (from 0), in order.

    Only these are read, as in a build: tags, labels and all other pages must be those of `original`.
    """
    content = read_pages(original)
    changed = pdf_pages.read_pages_by_range(data, [(sheet, sheet + 1) for sheet in sheets])
    for sheet, part in zip(sheets, changed, strict=True):
        content.pages[sheet] = part.pages[0]
    return content


def change_pdf(data: bytes, change: Callable[[pikepdf.Pdf], None]) -> bytes:
    """Change the file as somebody outside On Record might."""
    with pikepdf.open(io.BytesIO(data)) as file:
        change(file)
        out = io.BytesIO()
        file.save(out, static_id=True)
    return out.getvalue()


def change_page_content(data: bytes, sheet: int, change: Callable[[bytes], bytes]) -> bytes:
    """Change what the PDF paints on a sheet (from 0); fail if the change leaves it as it was."""

    def change_content(file: pikepdf.Pdf) -> None:
        page = file.pages[sheet]
        page.contents_coalesce()
        content = page.Contents.read_bytes()
        changed = change(content)
        assert changed != content
        page.Contents = file.make_stream(changed)

    return change_pdf(data, change_content)


@cache
def build_sheet(language: str) -> bytes:
    """Return title page and imprint of the sample book, without links, as if the book were in this language."""

    def shorten(file: pikepdf.Pdf) -> None:
        file.Root.Lang = pikepdf.String(language)
        del file.pages[4:]
        del file.pages[:2]
        for page in file.pages:
            if "/Annots" in page:
                del page.Annots

    return change_pdf(build_sample_pdf(), shorten)


def remove_pictures(file: pikepdf.Pdf) -> None:
    """Remove the drawing of images from every page and form."""
    for stream in [*file.objects, *(page.obj.get("/Contents") for page in file.pages)]:
        if isinstance(stream, pikepdf.Stream) and (
            "/Type" not in stream or stream.get("/Subtype") == pikepdf.Name.Form
        ):
            data = stream.read_bytes()
            if b" Do" in data:
                stream.write(re.sub(rb"/i[0-9a-f]{8,} Do", b"", data))


def read_page_texts(data: bytes) -> list[str]:
    """Return the text that PDFium reads on each page."""
    with pypdfium2.PdfDocument(data) as document:
        return [page.get_textpage().get_text_bounded() for page in document]


def render_page(data: bytes, index: int, margin_mm: int = 0) -> Image.Image:
    """Render the page without its margin, with four pixels per millimetre."""
    with pypdfium2.PdfDocument(data) as document:
        # Slightly smaller, because PDFium rounds the size up.
        image: Image.Image = document[index].render(scale=4 / 72 * 25.4 * 0.99999).to_pil()
    edge = 4 * margin_mm
    return image.crop((edge, edge, image.width - edge, image.height - edge))


def find_objections(data: bytes, folder: Path) -> str:
    """Return what qpdf and Ghostscript report about the file, "" for no fault; skip the test if they are missing."""
    programs = {name: shutil.which(name) for name in ("qpdf", "gs")}
    if None in programs.values():
        message = "qpdf or gs is not on this machine; install qpdf and ghostscript"
        (pytest.fail if os.environ.get("ONRECORD_REQUIRE_VALIDATORS") == "1" else pytest.skip)(message)
    path = folder / "finished.pdf"
    path.write_bytes(data)
    render = ["-q", "-dSAFER", "-dBATCH", "-dNOPAUSE", "-dPDFSTOPONERROR", "-sDEVICE=pgmraw", "-r20", "-o", os.devnull]
    reports = []
    for command in ([str(programs["qpdf"]), "--check", str(path)], [str(programs["gs"]), *render, str(path)]):
        process = subprocess.run(command, capture_output=True, text=True, check=False)
        reports.append("" if process.returncode == 0 else process.stdout + process.stderr)
    return "".join(reports)
