"""Remove from a picture what a camera wrote beside it: places, names, previews."""

from __future__ import annotations

from collections.abc import Iterator

# JFIF, colour profile, Adobe's colour transform; other APPn segments and comments are removed.
_JPEG_ALLOWED = {0xE0, 0xE2, 0xEE}
_PNG_REMOVED = {b"tEXt", b"zTXt", b"iTXt", b"eXIf", b"tIME"}  # PNG (3rd edition) §11.3.3 to §11.3.5
_PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"


def without_metadata(data: bytes, kind: str) -> bytes:
    """Return the JPEG or PNG, its pixels unchanged, without Exif, XMP, IPTC, comments, dates."""
    return b"".join(_iterate_jpeg(data) if kind == "JPEG" else _iterate_png(data))


def _iterate_jpeg(data: bytes) -> Iterator[bytes]:
    """Yield the allowed segments, then all from the first scan on (ISO/IEC 10918-1 §B.1.1)."""
    yield data[:2]
    at = 2
    while data[at] == 0xFF and data[at + 1] != 0xDA:
        if data[at + 1] == 0xFF:  # a fill byte
            at += 1
            continue
        end = at + 2 + int.from_bytes(data[at + 2 : at + 4])
        if not (0xE0 <= data[at + 1] <= 0xEF or data[at + 1] == 0xFE) or data[at + 1] in _JPEG_ALLOWED:
            yield data[at:end]
        at = end
    yield data[at:]


def _iterate_png(data: bytes) -> Iterator[bytes]:
    """Yield the PNG signature, then each chunk up to IEND that is not metadata (PNG 3rd edition §5.3)."""
    yield _PNG_SIGNATURE
    at = len(_PNG_SIGNATURE)
    while at < len(data):
        end = at + 12 + int.from_bytes(data[at : at + 4])
        if data[at + 4 : at + 8] not in _PNG_REMOVED:
            yield data[at:end]
        if data[at + 4 : at + 8] == b"IEND":
            return
        at = end
