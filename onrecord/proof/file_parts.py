"""What a finished file consists of, with the SHA-256 of each part, so that it can be said which parts differ."""

from __future__ import annotations

import io
import zipfile
import zlib

import pikepdf

from onrecord.proof.reading.part_digests import (
    hash_descriptions,
    hash_fonts_and_pictures,
    hash_in_sequence,
    hash_sheet,
)
from onrecord.proof.record import detect_format

_MOST_BYTES = 512 * 1024 * 1024  # unpacked


def list_parts(data: bytes) -> dict[str, str]:
    """Return the SHA-256 of each part of a delivered EPUB or PDF by the part's name; {} for other or broken files.

    The parts of an EPUB are the files in it. Those of a PDF are what is painted on each sheet, each font, each
    picture, and the descriptions of the file; they are the same if another program saves the file again.
    """
    try:
        match detect_format(data):
            case "epub":
                return _list_epub_parts(data)
            case "pdf":
                return _list_pdf_parts(data)
            case _:
                return {}
    except (pikepdf.PdfError, zipfile.BadZipFile, ValueError, LookupError, NotImplementedError, OSError):
        return {}


def _list_epub_parts(data: bytes) -> dict[str, str]:
    """Return the SHA-256 of each file in an EPUB; "" for one whose bytes are damaged."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if sum(info.file_size for info in archive.infolist()) > _MOST_BYTES:
            return {}
        return {name: _hash_archive_file(archive, name) for name in archive.namelist()}


def _hash_archive_file(archive: zipfile.ZipFile, name: str) -> str:
    """Return the SHA-256 of a named file in an archive, "" if it is damaged."""
    try:
        return hash_in_sequence([archive.read(name)])
    except (zipfile.BadZipFile, zlib.error, ValueError, OSError, EOFError, NotImplementedError, RuntimeError):
        return ""  # RuntimeError: it is encrypted


def _list_pdf_parts(data: bytes) -> dict[str, str]:
    """Return the SHA-256 of each sheet, font and picture of a PDF, by a name for each."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        parts = {f"sheet {number}": hash_sheet(page.obj) for number, page in enumerate(pdf.pages, 1)}
        parts |= hash_fonts_and_pictures(pdf.objects)
        parts |= hash_descriptions(pdf.docinfo, pdf.Root.get("/Metadata"))
        return parts
