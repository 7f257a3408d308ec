"""A small book, bound once for all tests that finish it: text in three scripts, a table, a picture, links, roman pages."""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from PIL import Image

from onrecord.editions.pdf import edition
from onrecord.model import SourceLocation
from tests.support.sample import BOOK
from tests.support.workers import KEEPING

PLACE = SourceLocation("book.yaml")
ROOT = Path(__file__).parents[2]


@cache
def bound() -> bytes:
    """The sample book as it leaves the bindery."""
    return edition.make_pdf(BOOK, ROOT / "book", KEEPING).data


def changed(data: bytes, change: Callable[[pikepdf.Pdf], None]) -> bytes:
    """The file with a change that somebody made."""
    with pikepdf.open(io.BytesIO(data)) as file:
        change(file)
        out = io.BytesIO()
        file.save(out, static_id=True)
    return out.getvalue()


def without_pictures(file: pikepdf.Pdf) -> None:
    """Takes what images draw out of every page and form."""
    for one in [*file.objects, *(page.obj.get("/Contents") for page in file.pages)]:
        if isinstance(one, pikepdf.Stream) and ("/Type" not in one or one.get("/Subtype") == pikepdf.Name.Form):
            data = one.read_bytes()
            if b" Do" in data:
                one.write(re.sub(rb"/i[0-9a-f]{8,} Do", b"", data))


def texts(data: bytes) -> list[str]:
    """What PDFium reads on each page."""
    with pypdfium2.PdfDocument(data) as document:
        return [page.get_textpage().get_text_bounded() for page in document]


def picture(data: bytes, index: int, margin_mm: int = 0) -> Image.Image:
    """The page without a margin, four pixels to a millimetre."""
    with pypdfium2.PdfDocument(data) as document:
        # A hair less: PDFium rounds the size up.
        found: Image.Image = document[index].render(scale=4 / 72 * 25.4 * 0.99999).to_pil()
    edge = 4 * margin_mm
    return found.crop((edge, edge, found.width - edge, found.height - edge))


def objections(data: bytes, folder: Path) -> str:
    """What qpdf and Ghostscript have to say about the file; "" is nothing. Skips the test where they are missing."""
    programs = {name: shutil.which(name) for name in ("qpdf", "gs")}
    if None in programs.values():
        message = "qpdf or gs is not on this machine; install qpdf and ghostscript"
        (pytest.fail if os.environ.get("ONRECORD_REQUIRE_VALIDATORS") == "1" else pytest.skip)(message)
    path = folder / "finished.pdf"
    path.write_bytes(data)
    render = ["-q", "-dSAFER", "-dBATCH", "-dNOPAUSE", "-dPDFSTOPONERROR", "-sDEVICE=pgmraw", "-r20", "-o", os.devnull]
    said = []
    for command in ([str(programs["qpdf"]), "--check", str(path)], [str(programs["gs"]), *render, str(path)]):
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        said.append("" if done.returncode == 0 else done.stdout + done.stderr)
    return "".join(said)
