"""What a finished file consists of, with the SHA-256 of each part, so that it can be said which parts differ."""

from __future__ import annotations

import hashlib
import io
import zipfile
import zlib
from collections.abc import Iterator

import pikepdf

from onrecord.proof.record import detect_format

_MOST_BYTES = 512 * 1024 * 1024  # unpacked
_INFO_KEYS = ("/Title", "/Author", "/Subject", "/Keywords", "/Creator", "/Producer", "/CreationDate", "/ModDate")


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
        return _hash_in_sequence(archive.read(name))
    except (zipfile.BadZipFile, zlib.error, ValueError, OSError, EOFError, NotImplementedError, RuntimeError):
        return ""  # RuntimeError: it is encrypted


def _list_pdf_parts(data: bytes) -> dict[str, str]:
    """Return the SHA-256 of each sheet, font and picture of a PDF, by a name for each."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        parts = {
            f"sheet {number}": _hash_in_sequence(*_read_content_streams(page.obj))
            for number, page in enumerate(pdf.pages, 1)
        }
        for kind, name, content in _read_fonts_and_pictures(pdf):
            digest = _hash_in_sequence(content)
            parts[f"{kind} {name or digest[:12]}"] = digest
        info = [f"{key}{pdf.docinfo.get(key)}".encode() for key in _INFO_KEYS if key in pdf.docinfo]
        parts["document information"] = _hash_in_sequence(*info)
        if isinstance(pdf.Root.get("/Metadata"), pikepdf.Stream):
            parts["XMP metadata"] = _hash_in_sequence(pdf.Root.Metadata.read_bytes())
        return parts


def _read_content_streams(page: pikepdf.Object) -> Iterator[bytes]:
    """Yield the bytes of a PDF page's content streams, in order."""
    contents = page.get("/Contents")
    streams = list(contents) if isinstance(contents, pikepdf.Array) else [contents]
    for stream in streams:
        if isinstance(stream, pikepdf.Stream):
            yield stream.read_bytes()


def _read_fonts_and_pictures(pdf: pikepdf.Pdf) -> Iterator[tuple[str, str, bytes]]:
    """Yield kind, name and bytes of each font file and picture of a PDF; the bytes of pictures are not decoded."""
    for page_object in pdf.objects:
        if isinstance(page_object, pikepdf.Stream):
            if page_object.get("/Subtype") == "/Image":
                yield "picture", "", page_object.read_raw_bytes()
        elif isinstance(page_object, pikepdf.Dictionary) and page_object.get("/Type") == "/FontDescriptor":
            for key in ("/FontFile", "/FontFile2", "/FontFile3"):
                if key in page_object:
                    yield "font", str(page_object.get("/FontName", "")).lstrip("/"), page_object[key].read_bytes()


def _hash_in_sequence(*pieces: bytes) -> str:
    """Return the SHA-256 of these bytes, joined in order."""
    digest = hashlib.sha256()
    for piece in pieces:
        digest.update(piece)
    return digest.hexdigest()
