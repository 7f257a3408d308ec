"""The barcode of an ISBN (EAN-13, ISO/IEC 15420), with quiet zones and digits, as HTML."""

from __future__ import annotations

from html import escape

from barcode import EAN13

_MODULE_MM = 0.33  # the nominal size
_QUIET_MODULES = (11, 7)  # left and right of the bars
_BAR_MM, _GUARD_MM = 22.85, 24.5
_HEAD_MM, _FOOT_MM = 5.2, 2.6  # the line with the ISBN, and the digits below the bars
_DIGIT_MM = 3.4
PANEL_WIDTH_MM = (95 + sum(_QUIET_MODULES)) * _MODULE_MM
PANEL_HEIGHT_MM = _HEAD_MM + _GUARD_MM + _FOOT_MM


def convert_to_ean(isbn: str) -> str:
    """Return the 13 digits of an ISBN of 10 or 13 digits."""
    return str(EAN13(isbn if len(isbn) == 13 else f"978{isbn[:9]}").get_fullcode())


def write_bars(isbn: str, printed: str, left_mm: float, top_mm: float) -> str:
    """Return a white panel with the barcode; its upper left corner is at this place."""
    digits = convert_to_ean(isbn)
    modules = str(EAN13(digits, guardbar=True).build()[0])
    begin_mm = _QUIET_MODULES[0] * _MODULE_MM
    blocks = [_format_block(0, 0, PANEL_WIDTH_MM, PANEL_HEIGHT_MM, "background: white")]
    blocks.append(_write(f"ISBN {printed}", begin_mm, 0.9, 95 * _MODULE_MM, 3.1))
    for start, length, bar in _list_bars(modules):
        height_mm = _GUARD_MM if bar == "G" else _BAR_MM
        left, width = begin_mm + start * _MODULE_MM, length * _MODULE_MM
        blocks.append(_format_block(left, _HEAD_MM, width, height_mm, "background: black"))
    digits_top = _HEAD_MM + _BAR_MM + 0.35
    for text, start, modules_wide in ((digits[0], -9, 7), (digits[1:7], 4, 41), (digits[7:], 50, 41)):
        left, width = begin_mm + start * _MODULE_MM, modules_wide * _MODULE_MM
        blocks.append(_write(text, left, digits_top, width, _DIGIT_MM))
    return f'<div id="bars" style="left: {left_mm:.3f}mm; top: {top_mm:.3f}mm">{"".join(blocks)}</div>'


def _list_bars(modules: str) -> list[tuple[int, int, str]]:
    """Return each bar: its first module, how many modules wide it is, and its sign (1, or G for a guard)."""
    bars: list[tuple[int, int, str]] = []
    for index, sign in enumerate(modules):
        if sign == "0":
            continue
        if bars and bars[-1][0] + bars[-1][1] == index:
            start, length, first = bars[-1]
            bars[-1] = (start, length + 1, first)
        else:
            bars.append((index, 1, sign))
    return bars


def _format_block(left: float, top: float, width: float, height: float, style: str, text: str = "") -> str:
    """Return an HTML block in this place of the barcode (millimetres)."""
    place = f"left: {left:.3f}mm; top: {top:.3f}mm; width: {width:.3f}mm; height: {height:.3f}mm"
    return f'<p dir="ltr" style="{place}; {style}">{escape(text)}</p>'


def _write(text: str, left: float, top: float, width: float, size: float) -> str:
    """Return a line of figures in the middle of its room."""
    style = f"font-size: {size:.2f}mm; line-height: {size:.2f}mm; text-align: center; color: black"
    return _format_block(left, top, width, size, style, text)
