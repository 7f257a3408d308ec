"""What a finished file consists of, with the SHA-256 of each part, so that it can be said which parts differ."""

from __future__ import annotations

import hashlib
import io
import zipfile
import zlib

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
                from onrecord.proof.pdf_parts import list_pdf_parts  # qpdf, which an EPUB does not need

                return list_pdf_parts(data)
            case _:
                return {}
    except (zipfile.BadZipFile, ValueError, LookupError, NotImplementedError, OSError):
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
        return hashlib.sha256(archive.read(name)).hexdigest()
    except (zipfile.BadZipFile, zlib.error, ValueError, OSError, EOFError, NotImplementedError, RuntimeError):
        return ""  # RuntimeError: it is encrypted
