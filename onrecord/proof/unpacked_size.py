"""Measure how much a finished file unpacks to, in little memory, before a library unpacks all of it."""

from __future__ import annotations

import base64
import binascii
import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping

_MOST_BYTES = 512_000_000  # all streams of a PDF, all parts of an e-book
_FREE_BYTES, _MOST_TIMES = 64_000_000, 50  # a file that unpacks to more must not be packed more than so many times
_MOST_PAGE_BYTES = 30_000_000  # of one page of the web edition or e-book
_MOST_SINGLE_BYTES = 120_000_000  # of the web edition in one file
_MOST_LEVELS = 6  # of compression in compression
_CHUNK = 1 << 20
_LZW_TIMES = 1_400  # the most that LZW saves
_STREAM = re.compile(rb"stream\r?\n")
_ENCRYPTED = re.compile(rb"/Encrypt\s+\d+\s+\d+\s+R|/Encrypt\s*<<")
_ASCII_FILTER = re.compile(rb"/(?:ASCII85Decode|A85|ASCIIHexDecode|AHx)\b")
_LZW_FILTER = re.compile(rb"/(?:LZWDecode|LZW)\b")
_DICTIONARY_BYTES = 400  # before the word “stream”
_PAGE_SUFFIXES = (".html", ".xhtml", ".opf", ".ncx", ".xml", ".svg", ".css")


def find_excess(format_name: str, files: Mapping[str, bytes]) -> str:
    """Return why a finished file (one entry, ""), or a web edition, would unpack to too much to be proved, or ""."""
    if format_name == "pdf":
        return _find_excess_of_pdf(files[""])
    if format_name == "epub":
        return _find_excess_of_zip(files[""])
    if format_name == "single":
        is_large = len(files[""]) > _MOST_SINGLE_BYTES
        return f"it has more than {_MOST_SINGLE_BYTES // 1_000_000} MB" if is_large else ""
    large = [name for name, data in files.items() if name.endswith(_PAGE_SUFFIXES) and len(data) > _MOST_PAGE_BYTES]
    return f"its page {large[0]} has more than {_MOST_PAGE_BYTES // 1_000_000} MB" if large else ""


def _find_excess_of_zip(data: bytes) -> str:
    """Return why an archive is too large to be unpacked, or ""; "" for one that is damaged, too."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError, OSError):
        return ""
    for part in parts:
        if part.filename.endswith(_PAGE_SUFFIXES) and part.file_size > _MOST_PAGE_BYTES:
            return f"its part {part.filename[:60]} has more than {_MOST_PAGE_BYTES // 1_000_000} MB"
    return _describe_excess(sum(part.file_size for part in parts), len(data))


def _find_excess_of_pdf(data: bytes) -> str:
    """Return why a PDF is too large to be unpacked, or it is encrypted, which no edition is; "" if neither."""
    if _ENCRYPTED.search(data):
        return "it is encrypted"
    total = 0
    for match in _STREAM.finditer(data):
        dictionary = data[max(0, match.start() - _DICTIONARY_BYTES) : match.start()].rpartition(b"obj")[2]
        end = data.find(b"endstream", match.end())
        raw = memoryview(data)[match.end() : end if end >= 0 else len(data)]
        if _LZW_FILTER.search(dictionary):
            total += len(raw) * _LZW_TIMES
        for chunk in _unpack_nested_zlib(_decode_ascii_filter(raw, dictionary), _MOST_LEVELS):
            total += len(chunk)
            if excess := _describe_excess(total, len(data)):
                return excess
    return _describe_excess(total, len(data))


def _describe_excess(size: int, packed: int) -> str:
    """Return the sentence for a file of `packed` bytes that unpacks to at least `size`, or "" if that is usual."""
    if size > _MOST_BYTES or (size > _FREE_BYTES and size > _MOST_TIMES * packed):
        return f"its {packed / 1e3:,.0f} kB would unpack to more than {size / 1e6:,.0f} MB"
    return ""


def _decode_ascii_filter(raw: memoryview, dictionary: bytes) -> bytes | memoryview:
    """Return the bytes that letters or digits stand for, if the PDF stream's dictionary says that they do."""
    if not _ASCII_FILTER.search(dictionary):
        return raw
    text = bytes(raw).strip()
    try:
        if re.fullmatch(rb"[0-9A-Fa-f\s]*>?", text):
            return binascii.unhexlify(re.sub(rb"[\s>]", b"", text))
        return base64.a85decode(text.removesuffix(b"~>"))
    except (ValueError, binascii.Error):
        return raw


def _unpack_nested_zlib(packed: bytes | memoryview, levels: int) -> Iterator[bytes]:
    """Yield in parts what a zlib stream unpacks to, and again if that is a zlib stream; nothing if it is none."""
    pieces: Iterator[bytes] = _inflate(_split_into_chunks(packed))
    for _ in range(levels):
        first = next(pieces, b"")
        if not first:
            return
        pieces = _prepend(first, pieces)
        if not _is_zlib(first):
            break
        pieces = _inflate(pieces)
    yield from pieces


def _split_into_chunks(packed: bytes | memoryview) -> Iterator[bytes]:
    """Yield the bytes in chunks of a fixed size."""
    for start in range(0, len(packed), _CHUNK):
        yield bytes(packed[start : start + _CHUNK])


def _prepend(first: bytes, others: Iterator[bytes]) -> Iterator[bytes]:
    """Yield the first chunk of bytes, then the others."""
    yield first
    yield from others


def _is_zlib(data: bytes) -> bool:
    """Return whether the bytes begin as a zlib stream does (RFC 1950)."""
    return len(data) > 2 and data[0] & 15 == 8 and int.from_bytes(data[:2]) % 31 == 0


def _inflate(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Yield what the chunks of a zlib stream unpack to, at most 1 MB at a time; end at damage."""
    unpacker = zlib.decompressobj()
    try:
        for piece in pieces:
            waiting = piece
            while waiting and not unpacker.eof:  # zlib leaves what stands after the end where it is
                if unpacked := unpacker.decompress(waiting, _CHUNK):
                    yield unpacked
                waiting = unpacker.unconsumed_tail
            if unpacker.eof:
                return
    except zlib.error:
        return
