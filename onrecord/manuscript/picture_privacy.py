"""What a camera wrote into a picture beside the picture (places, names, previews) is not published."""

from __future__ import annotations

from collections.abc import Iterator

_JPEG_KEPT = {0xE0, 0xE2, 0xEE}  # JFIF, colour profile, Adobe's colour transform; APPn and COM else are dropped
_PNG_DROPPED = {b"tEXt", b"zTXt", b"iTXt", b"eXIf", b"tIME"}  # PNG (3rd edition) §11.3.3 to §11.3.5
_PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"


def without_metadata(data: bytes, kind: str) -> bytes:
    """The same JPEG or PNG, point for point, without Exif, XMP, IPTC, comments and dates."""
    return b"".join(_jpeg(data) if kind == "JPEG" else _png(data))


def _jpeg(data: bytes) -> Iterator[bytes]:
    """ISO/IEC 10918-1 §B.1.1: segments up to the first scan, which is copied to the end of the file."""
    yield data[:2]
    at = 2
    while data[at] == 0xFF and data[at + 1] != 0xDA:
        if data[at + 1] == 0xFF:  # a fill byte
            at += 1
            continue
        end = at + 2 + int.from_bytes(data[at + 2 : at + 4])
        if not (0xE0 <= data[at + 1] <= 0xEF or data[at + 1] == 0xFE) or data[at + 1] in _JPEG_KEPT:
            yield data[at:end]
        at = end
    yield data[at:]


def _png(data: bytes) -> Iterator[bytes]:
    """PNG (3rd edition) §5.3: length, type, data and check sum of each chunk."""
    yield _PNG_SIGNATURE
    at = len(_PNG_SIGNATURE)
    while at < len(data):
        end = at + 12 + int.from_bytes(data[at : at + 4])
        if data[at + 4 : at + 8] not in _PNG_DROPPED:
            yield data[at:end]
        if data[at + 4 : at + 8] == b"IEND":
            return
        at = end
