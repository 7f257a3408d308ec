"""Keep of a picture only the parts that draw it: no places, names, previews or second pictures.

Cameras and programs write them beside the pixels, and new kinds are invented every year. So the parts that are kept are
listed, not those that are removed.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator

from onrecord.manuscript.color_profiles import clean_profile

# JPEG markers (ISO/IEC 10918-1 table B.1): frames, tables, restarts; not COM, APPn, reserved ones, nor what no common
# decoder reads (DNL, DHP, EXP). Decoders refuse those that are longer than what they hold.
_JPEG_DRAWING = {*range(0xC0, 0xC8), *range(0xC9, 0xD0), 0xDB, 0xDD}
_JPEG_COMMON_FRAMES = {0xC0, 0xC1, 0xC2}  # baseline, extended, progressive: what browsers show
_JPEG_FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
_SCAN, _ENDS = 0xDA, (0xD9, 0xD8)  # EOI; SOI: a second picture begins
_WITHOUT_LENGTH = {0x01, *range(0xD0, 0xD8)}  # TEM, RSTn
_SCAN_END = re.compile(rb"\xff+[^\xff\x00\xd0-\xd7]", re.DOTALL)  # not a stuffed byte or a restart
_ICC, _ICC_PART_BYTES = b"ICC_PROFILE\0", 65_519  # ICC.1:2022 annex B.4
_ADOBE_BYTES = 12

_WORDS_AFTER_SCAN = re.compile(rb"[ -~]{24}\xff*$")  # pixels do not end so by chance: one of 10,000,000,000 does

# PNG (3rd edition) §11: what decides colours, sizes and transparency, and how long it is at most; no texts, times, Exif
# data or animation.
_PNG_DRAWING = {
    b"IHDR": 13,
    b"PLTE": 768,
    b"IEND": 0,
    b"tRNS": 256,
    b"cHRM": 32,
    b"gAMA": 4,
    b"sBIT": 4,
    b"sRGB": 1,
    b"cICP": 4,
    b"mDCV": 24,
    b"cLLI": 8,
    b"bKGD": 6,
    b"pHYs": 9,
}
_PNG_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}  # by colour type
_PNG_PASSES = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
_PIECE = 1 << 20
_PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_PNG_COLOR_TYPE = 25  # place of the byte that says: 2 is colour, also of a palette (§11.2.1)
_MAX_PROFILE_BYTES = 8_000_000


def strip_metadata(data: bytes, kind: str) -> bytes:
    """Return a JPEG or PNG, its pixels unchanged, with nothing but what draws them.

    Raises ValueError or LookupError if the file is damaged.
    """
    return b"".join(_iterate_drawing_parts(data) if kind == "JPEG" else _iterate_drawing_chunks(data))


def is_common_jpeg(data: bytes) -> bool:
    """Return whether browsers and e-readers show a JPEG: not if it is lossless, hierarchical or arithmetic-coded."""
    frames = {marker for marker, _ in _iterate_jpeg_segments(data) if marker in _JPEG_FRAMES}
    return frames <= _JPEG_COMMON_FRAMES


# --- JPEG -------------------------------------------------------------------------------------------


def _iterate_drawing_parts(data: bytes) -> Iterator[bytes]:
    """Yield the parts of a JPEG that draw it, up to the end of its first picture."""
    yield b"\xff\xd8"
    profile_parts: dict[int, bytes] = {}
    segments = list(_iterate_jpeg_segments(data))
    for marker, segment in segments:
        if marker == 0xE2 and segment[4:].startswith(_ICC) and len(segment) > 6 + len(_ICC):
            profile_parts[segment[4 + len(_ICC)]] = segment[6 + len(_ICC) :]
    application = [(marker, segment) for marker, segment in segments if marker in (0xE0, 0xEE)]
    yield from _select_application_data(application)
    profile = b"".join(profile_parts[number] for number in sorted(profile_parts))
    components = next((segment[9] for marker, segment in segments if marker in _JPEG_FRAMES and len(segment) > 9), 0)
    yield from _build_profile_segments(clean_profile(profile, components))
    for marker, segment in segments:
        if marker == _SCAN and _WORDS_AFTER_SCAN.search(segment, max(0, len(segment) - 64)):
            raise ValueError("words stand after the pixels")
        if marker in _JPEG_DRAWING or marker == _SCAN:
            yield segment
    yield b"\xff\xd9"


def _iterate_jpeg_segments(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield marker and bytes of each JPEG segment, a scan with its data; stop at EOI (ISO/IEC 10918-1 §B.1.1).

    What stands between two segments belongs to no picture and is left out, as decoders do.
    """
    position = 2
    while (position := data.find(b"\xff", position)) >= 0 and position + 1 < len(data):
        marker = data[position + 1]
        if marker in _ENDS:
            return
        if marker in (0x00, 0xFF) or marker in _WITHOUT_LENGTH:
            position += 1 if marker == 0xFF else 2
            continue
        end = position + 2 + int.from_bytes(data[position + 2 : position + 4])
        if end < position + 4 or end > len(data):
            raise ValueError("a segment ends outside the file")
        if marker == _SCAN:
            match = _SCAN_END.search(data, end)
            end = match.start() if match else len(data)
            yield marker, data[position:end].rstrip(b"\xff")
        else:
            yield marker, data[position:end]
        position = end


def _select_application_data(segments: list[tuple[int, bytes]]) -> Iterator[bytes]:
    """Yield a JPEG's first JFIF segment without preview, and Adobe's first, which says how colours are coded."""
    for kind, name, size in ((0xE0, b"JFIF\0", 12), (0xEE, b"Adobe", _ADOBE_BYTES)):
        for marker, segment in segments:
            if marker == kind and segment[4:].startswith(name) and len(segment) >= 4 + size:
                preview = b"\0\0" if name == b"JFIF\0" else b""  # its width and height
                content = segment[4 : 4 + size] + preview
                yield b"\xff" + bytes([kind]) + (len(content) + 2).to_bytes(2) + content
                break


def _build_profile_segments(profile: bytes) -> Iterator[bytes]:
    """Yield a colour profile as APP2 segments of a JPEG; nothing for none."""
    parts = [profile[start : start + _ICC_PART_BYTES] for start in range(0, len(profile), _ICC_PART_BYTES)]
    for number, part in enumerate(parts, 1):
        content = _ICC + bytes([number, len(parts)]) + part
        yield b"\xff\xe2" + (len(content) + 2).to_bytes(2) + content


# --- PNG --------------------------------------------------------------------------------------------


def _iterate_drawing_chunks(data: bytes) -> Iterator[bytes]:
    """Yield the PNG signature, then each chunk up to IEND that draws the still picture (PNG 3rd edition §5.3)."""
    yield _PNG_SIGNATURE
    position = len(_PNG_SIGNATURE)
    pixels = _PixelCounter(data)
    while position < len(data):
        end = position + 12 + int.from_bytes(data[position : position + 4])
        if end > len(data):
            raise ValueError("a chunk ends outside the file")
        name = data[position + 4 : position + 8]
        if name == b"iCCP":
            yield _build_png_profile(data[position + 8 : end - 4], 3 if data[_PNG_COLOR_TYPE] & 2 else 1)
        elif name == b"IDAT":
            pixels.take(memoryview(data)[position + 8 : end - 4])
            yield data[position:end]
        elif end - position - 12 <= _PNG_DRAWING.get(name, -1):
            yield data[position:end]
        if name == b"IEND":
            return
        position = end
    raise ValueError("the file has no end")


class _PixelCounter:
    """Counts the bytes that the image data of a PNG unpack to; what stands after the pixels is seen by nobody."""

    def __init__(self, png: bytes) -> None:
        width, height = int.from_bytes(png[16:20]), int.from_bytes(png[20:24])
        bits = png[24] * _PNG_CHANNELS[png[_PNG_COLOR_TYPE]]
        passes = _PNG_PASSES if png[28] else ((0, 0, 1, 1),)
        sizes = [(-((left - width) // across), -((top - height) // down)) for left, top, across, down in passes]
        self._left = sum((1 + (columns * bits + 7) // 8) * rows for columns, rows in sizes if columns > 0 < rows)
        self._inflater = zlib.decompressobj()

    def take(self, packed: memoryview) -> None:
        """Unpack a chunk; raise ValueError for a byte after the pixels, or after the packed data."""
        waiting: bytes | memoryview = packed
        while waiting and not self._inflater.eof:
            self._left -= len(self._inflater.decompress(waiting, _PIECE))
            waiting = self._inflater.unconsumed_tail
            if self._left < 0:
                raise ValueError("data stand after the pixels")
        if self._inflater.eof and (waiting or self._inflater.unused_data):
            raise ValueError("data stand after the packed pixels")


def _build_png_profile(content: bytes, components: int) -> bytes:
    """Return an iCCP chunk with the colour profile alone, under a neutral name; b"" if it is none."""
    _, _, coded = content.partition(b"\0")
    inflater = zlib.decompressobj()
    try:
        profile = clean_profile(inflater.decompress(coded[1:], _MAX_PROFILE_BYTES), components)
    except zlib.error:
        return b""
    return _build_png_chunk(b"iCCP", b"icc\0\0" + zlib.compress(profile, 9)) if profile else b""


def _build_png_chunk(name: bytes, content: bytes) -> bytes:
    """Return a PNG chunk with its length and checksum (PNG 3rd edition §5.3)."""
    return len(content).to_bytes(4) + name + content + zlib.crc32(name + content).to_bytes(4)
