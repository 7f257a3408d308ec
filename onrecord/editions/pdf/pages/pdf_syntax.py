"""Write numbers, strings and streams as a PDF file has them (ISO 32000-1 §7.3)."""

from __future__ import annotations

import zlib

_COMPRESSION_LEVEL = 6  # 9 takes twice the time and saves 1 %


def compress_stream(data: bytes) -> tuple[bytes, int]:
    """Return the data compressed, and its length before compression.

    A line end is added to the data if the last compressed byte would be a CR: some readers take a CR before
    “endstream” for the line end that belongs there (ISO 32000-1 §7.3.8.1). The last byte belongs to a checksum
    (RFC 1950 §2.2), so one line end changes it; after a font file it is never read.
    """
    compressed = zlib.compress(data, _COMPRESSION_LEVEL)
    return compress_stream(data + b"\n") if compressed.endswith(b"\r") else (compressed, len(data))


def avoid_carriage_return(picture: bytes) -> bytes:
    """Return the compressed rows of a picture so that no CR ends them, for the reason that `compress_stream` gives.

    Where one would, a byte follows the rows that no reader needs: that of a filter, as if one more row began.
    """
    return compress_stream(zlib.decompress(picture) + b"\1")[0] if picture.endswith(b"\r") else picture


def format_pdf_number(value: float) -> str:
    """Return a PDF number: at most four decimals, no exponent, no trailing zero (ISO 32000-1 §7.3.3)."""
    text = f"{value:.4f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def format_text_string(text: str) -> bytes:
    """Return a PDF text string (ISO 32000-1 §7.9.2.2): ASCII as a literal, all else as UTF-16BE."""
    if text.isascii() and text.isprintable():
        return _format_literal_string(text.encode("ascii"))
    return b"<feff" + text.encode("utf-16-be").hex().encode() + b">"


def format_byte_string(text: str) -> bytes:
    """Return a PDF byte string, as names of destinations and ids of structure elements are."""
    return _format_literal_string(text.encode("utf-8"))


def _format_literal_string(data: bytes) -> bytes:
    """Return a PDF string in parentheses (ISO 32000-1 §7.3.4.2)."""
    return b"(" + data.replace(b"\\", rb"\\").replace(b"(", rb"\(").replace(b")", rb"\)") + b")"
