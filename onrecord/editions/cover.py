"""A typographic cover, drawn from the book's title, subtitle, editors and publisher."""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass

from PIL import Image, ImageDraw, ImageFont

from onrecord.model import Book
from onrecord.runtime import build_identity, font_files
from onrecord.runtime.cache import fingerprint
from onrecord.runtime.task_runner import Press

WIDTH, HEIGHT = 1600, 2400
_MARGIN = 160
_MEASURE = WIDTH - 2 * _MARGIN
_TOP, _BOTTOM = 420, HEIGHT - 150
_PAPER, _INK, _ACCENT, _QUIET = "#f6f1e9", "#1d1b19", "#7a1717", "#635d57"
_SMALLEST = 32  # type in points of the picture


def kept(book: Book, press: Press) -> bytes:
    """The cover, drawn only where it is not in the store."""
    key = fingerprint("cover", build_identity.identity(), book.title, book.subtitle, book.editors, book.publisher)
    return press.store.made(key, lambda: draw(book))


def draw(book: Book) -> bytes:
    """The cover as PNG, 1600 × 2400 points; however long its words are, they keep to the paper and apart."""
    subtitle = _fitted(book.subtitle, "italic", 76, 400, 4, _QUIET, 1.24)
    editors = _fitted(", ".join(book.editors), "normal", 58, 400, 4, _INK, 1.2)
    publisher = _fitted(book.publisher, "normal", 48 if book.editors else 58, 400, 3, _QUIET, 1.2)
    foot = _BOTTOM - publisher.height - (24 if publisher.lines else 0) - editors.height
    room = foot - _TOP - subtitle.height - 330
    title = _fitted(book.title, "normal", 250, 500, 6, _INK, 1.06, room)

    image = Image.new("RGB", (WIDTH, HEIGHT), _PAPER)
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, 0, WIDTH, 46), fill=_ACCENT)
    rule = title.drawn(pen, _TOP) + 60 + title.font.size * 0.16  # clear of the letters that hang below the line
    pen.line((_MARGIN, rule, _MARGIN + 220, rule), fill=_ACCENT, width=6)
    subtitle.drawn(pen, rule + 70)
    publisher.drawn(pen, editors.drawn(pen, foot) + (24 if editors.lines else 0))
    out = io.BytesIO()
    image.quantize(32).save(out, "PNG", optimize=True)
    return out.getvalue()


@dataclass(frozen=True)
class _Lines:
    """Lines of one size and colour; `leading` in parts of the size."""

    lines: tuple[str, ...]
    font: ImageFont.FreeTypeFont
    colour: str
    leading: float

    @property
    def height(self) -> float:
        return len(self.lines) * self.font.size * self.leading

    def drawn(self, pen: ImageDraw.ImageDraw, top: float) -> float:
        """Draw the lines from `top`; where the next one would begin."""
        for line in self.lines:
            pen.text((_MARGIN, top), line, font=self.font, fill=self.colour)
            top += self.font.size * self.leading
        return top


def _fitted(
    text: str, style: str, largest: int, weight: int, most: int, colour: str, leading: float, room: float = HEIGHT
) -> _Lines:
    """The text in the largest size at which no word is divided and it keeps to `most` lines and to the room."""
    for size in range(largest, _SMALLEST - 1, -6):
        font = _font(style, size, weight)
        found = _Lines(tuple(_broken(text.split(), font)), font, colour, leading)
        whole = all(font.getlength(word) <= _MEASURE for word in text.split())
        if whole and len(found.lines) <= most and found.height <= room:
            break
    return found


def _broken(words: Iterable[str], font: ImageFont.FreeTypeFont) -> list[str]:
    """The words in lines; one that is wider than a line goes on in the next."""
    lines: list[str] = []
    for word in words:
        if lines and font.getlength(f"{lines[-1]} {word}") <= _MEASURE:
            lines[-1] += f" {word}"
            continue
        lines.append("")
        for char in word:
            if font.getlength(lines[-1] + char) > _MEASURE:
                lines.append("")
            lines[-1] += char
    return lines


def _font(style: str, size: int, weight: int) -> ImageFont.FreeTypeFont:
    face = next(face for face in font_files.SCREEN_FACES if face.family == "EB Garamond" and face.style == style)
    font = ImageFont.truetype(str(face.path), size, layout_engine=ImageFont.Layout.BASIC)
    font.set_variation_by_axes([weight])
    return font
