"""Read the barcode of an ISBN (EAN-13, ISO/IEC 15420) from the image of a page, as a scanner does."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache

from PIL.Image import Image, Resampling

_IS_DARK = bytes(value < 128 for value in range(256))
_RUNS = 59  # bars and spaces between the quiet zones, from the first bar to the last
_MODULES = 95
_QUIET = (10.0, 6.5)  # modules left and right: 11 and 7, less half a pixel
_LEAST_ROWS = 60  # of an image with 300 dots per inch: 5 mm
_STEP = 3  # one row in three is read
# How wide space, bar, space and bar of a digit with odd parity are; those with even parity run the other way.
_LEFT_WIDTHS = ["3211", "2221", "2122", "1411", "1132", "1231", "1114", "1312", "1213", "3112"]
_DIGITS = {widths: (digit, "L") for digit, widths in enumerate(_LEFT_WIDTHS)}
_DIGITS |= {widths[::-1]: (digit, "G") for digit, widths in enumerate(_LEFT_WIDTHS)}
_FIRST_DIGITS = ("LLLLLL", "LLGLGG", "LLGGLG", "LLGGGL", "LGLLGG", "LGGLLG", "LGGGLL", "LGLGLG", "LGLGGL", "LGGLGL")
_RUN = re.compile(rb"\x00+|\x01+")


def read_barcodes(image: Image) -> set[str]:
    """Return the 13 digits of each barcode in a grey image with 300 dots per inch."""
    width = image.width
    pixels = image.resize((width, -(-image.height // _STEP)), Resampling.NEAREST).tobytes()
    rows = Counter(pixels[start : start + width] for start in range(0, len(pixels), width))
    counts = Counter[str]()
    for row, count in rows.items():  # most rows are equal
        for digits in _read_barcode_row(row.translate(_IS_DARK)):
            counts[digits] += count
    return {digits for digits, count in counts.items() if count * _STEP >= _LEAST_ROWS}


def compute_ean(isbn: str) -> str:
    """Return the 13 digits that the barcode of an ISBN of 10 or 13 digits has."""
    first = isbn[:12] if len(isbn) == 13 else f"978{isbn[:9]}"
    total = sum(int(digit) * (3 if index % 2 else 1) for index, digit in enumerate(first))
    return f"{first}{-total % 10}"


def _read_barcode_row(row: bytes) -> Iterator[str]:
    """Yield the digits of each barcode that a row of pixels crosses; dark pixels are 1."""
    runs = [match.span() for match in _RUN.finditer(row)] if row.count(1) else []
    for first in range(1, len(runs) - _RUNS):
        start, stop = runs[first][0], runs[first + _RUNS - 1][1]
        module = (stop - start) / _MODULES
        before, after = runs[first - 1], runs[first + _RUNS]
        quiet = (before[1] - before[0]) / module, (after[1] - after[0]) / module
        if not row[start] or module < 1 or quiet[0] < _QUIET[0] or quiet[1] < _QUIET[1]:
            continue
        if digits := _read_bars(row[start:stop]):
            yield digits


@lru_cache(maxsize=64)  # most rows of a barcode are equal
def _read_bars(row: bytes) -> str:
    """Return the digits of the pixels from the first bar to the last, "" if they are no barcode."""
    module = len(row) / _MODULES
    return _decode_ean([round(len(run) / module) for run in _RUN.findall(row)])


def _decode_ean(widths: list[int]) -> str:
    """Return the digits of these widths of bars and spaces, "" if they are no barcode, or its check digit is wrong."""
    guards = (*widths[:3], *widths[27:32], *widths[-3:])
    groups = ["".join(map(str, widths[start : start + 4])) for start in (*range(3, 27, 4), *range(32, 56, 4))]
    if set(guards) != {1} or not all(group in _DIGITS for group in groups):
        return ""
    signs = [_DIGITS[group] for group in groups]
    parity = "".join(sign for _, sign in signs[:6])
    if parity not in _FIRST_DIGITS or any(sign != "L" for _, sign in signs[6:]):
        return ""
    digits = f"{_FIRST_DIGITS.index(parity)}{''.join(str(digit) for digit, _ in signs)}"
    return digits if compute_ean(digits) == digits else ""
