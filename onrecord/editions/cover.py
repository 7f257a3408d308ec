"""A typographic cover, drawn from the book's title, subtitle, editors and publisher."""

from __future__ import annotations

import io

from PIL import Image, ImageDraw, ImageFont

from onrecord import faces
from onrecord.model import Book

WIDTH, HEIGHT = 1600, 2400
_MARGIN = 160
_PAPER, _INK, _ACCENT, _QUIET = "#f6f1e9", "#1d1b19", "#7a1717", "#635d57"


def draw(book: Book) -> bytes:
    """The cover as PNG, 1600 × 2400 points."""
    image = Image.new("RGB", (WIDTH, HEIGHT), _PAPER)
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, 0, WIDTH, 46), fill=_ACCENT)
    bottom = _title(pen, book)
    pen.line((_MARGIN, bottom + 80, _MARGIN + 220, bottom + 80), fill=_ACCENT, width=6)
    _lines(pen, book.subtitle, _font("italic", 76, 400), bottom + 150, _QUIET, 1.24)
    foot = ", ".join(book.editors) or book.publisher
    _lines(pen, foot, _font("normal", 58, 400), HEIGHT - 330, _INK, 1.2)
    if book.editors:
        _lines(pen, book.publisher, _font("normal", 48, 400), HEIGHT - 210, _QUIET, 1.2)
    out = io.BytesIO()
    image.quantize(32).save(out, "PNG", optimize=True)
    return out.getvalue()


def _title(pen: ImageDraw.ImageDraw, book: Book) -> float:
    """The title in the largest size at which it keeps to six lines and its longest word fits."""
    for size in range(250, 60, -10):
        font = _font("normal", size, 500)
        lines = _broken(book.title, font)
        if len(lines) <= 6 and max(font.getlength(line) for line in lines) <= WIDTH - 2 * _MARGIN:
            break
    return _lines(pen, book.title, font, 420, _INK, 1.06)


def _lines(
    pen: ImageDraw.ImageDraw, text: str, font: ImageFont.FreeTypeFont, top: float, colour: str, leading: float
) -> float:
    """Draw the text in lines from `top`; where the next line would begin."""
    for line in _broken(text, font):
        pen.text((_MARGIN, top), line, font=font, fill=colour)
        top += font.size * leading
    return top


def _broken(text: str, font: ImageFont.FreeTypeFont) -> list[str]:
    lines: list[str] = []
    for word in text.split():
        if lines and font.getlength(f"{lines[-1]} {word}") <= WIDTH - 2 * _MARGIN:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def _font(style: str, size: int, weight: int) -> ImageFont.FreeTypeFont:
    face = next(face for face in faces.SCREEN_FACES if face.family == "EB Garamond" and face.style == style)
    font = ImageFont.truetype(str(face.path), size, layout_engine=ImageFont.Layout.BASIC)
    font.set_variation_by_axes([weight])
    return font
