"""A typographic cover, drawn from the book's title, subtitle, editors and publisher."""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from onrecord.editions import design_tokens
from onrecord.model import Book
from onrecord.model.design import HOUSE_DESIGN, Design
from onrecord.runtime import build_identity, font_files
from onrecord.runtime.fingerprints import compute_fingerprint
from onrecord.runtime.task_runner import TaskRunner

WIDTH, HEIGHT = 1600, 2400  # pixels, as all measures here
_MARGIN = 160
_MEASURE = WIDTH - 2 * _MARGIN
_TOP, _BOTTOM = 420, HEIGHT - 150
_SMALLEST_SIZE = 32


@dataclass(frozen=True, slots=True)
class CoverColors:
    """The colours of a cover, as `#rrggbb`."""

    paper: str
    ink: str
    accent: str
    quiet: str


def read_cover_colors(folder: Path, design: Design = HOUSE_DESIGN) -> CoverColors:
    """Return the colours of the cover from the design tokens of the book in `folder`."""
    names = ("--paper-cover", "--ink", "--accent", "--quiet")
    return CoverColors(*(design_tokens.read_color(folder, name, design) for name in names))


def build_cover(book: Book, folder: Path, runner: TaskRunner) -> bytes:
    """Return the cover as PNG, from the cache if it was drawn before."""
    colors = read_cover_colors(folder, book.design)
    texts = (book.title, book.subtitle, book.editors, book.publisher)
    key = compute_fingerprint("cover", build_identity.compute_build_identity(), *texts, colors)
    return runner.cache.get_or_compute(key, lambda: draw_cover(book, colors))


def draw_cover(book: Book, colors: CoverColors) -> bytes:
    """Return the cover as PNG, 1600 × 2400 pixels.

    Long texts are set in a smaller size, so that they stay on the cover and do not overlap.
    """
    subtitle = _fit_text(book.subtitle, _TextStyle("italic", 76, 400, 4, colors.quiet, 1.24))
    editors = _fit_text(", ".join(book.editors), _TextStyle("normal", 58, 400, 4, colors.ink, 1.2))
    publisher_size = 48 if book.editors else 58
    publisher = _fit_text(book.publisher, _TextStyle("normal", publisher_size, 400, 3, colors.quiet, 1.2))
    foot = _BOTTOM - publisher.height - (24 if publisher.lines else 0) - editors.height
    room = foot - _TOP - subtitle.height - 330
    title = _fit_text(book.title, _TextStyle("normal", 250, 500, 6, colors.ink, 1.06), room)

    image = Image.new("RGB", (WIDTH, HEIGHT), colors.paper)
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, 0, WIDTH, 46), fill=colors.accent)
    rule = title.draw(pen, _TOP) + 60 + title.font.size * 0.16  # clear of the letters that hang below the line
    pen.line((_MARGIN, rule, _MARGIN + 220, rule), fill=colors.accent, width=6)
    subtitle.draw(pen, rule + 70)
    publisher.draw(pen, editors.draw(pen, foot) + (24 if editors.lines else 0))
    out = io.BytesIO()
    image.quantize(32).save(out, "PNG", optimize=True)
    return out.getvalue()


@dataclass(frozen=True)
class _TextStyle:
    """How a text is set, in its largest `size`; `leading` is the line height in sizes."""

    style: str  # normal, italic
    size: int
    weight: int
    most_lines: int
    colour: str
    leading: float


@dataclass(frozen=True)
class _TextLines:
    """A text in lines of one size."""

    lines: tuple[str, ...]
    font: ImageFont.FreeTypeFont
    style: _TextStyle

    @property
    def height(self) -> float:
        """The height of all lines in pixels."""
        return len(self.lines) * self.font.size * self.style.leading

    def draw(self, pen: ImageDraw.ImageDraw, top: float) -> float:
        """Draw the lines from `top` down and return where the next line would begin."""
        for line in self.lines:
            pen.text((_MARGIN, top), line, font=self.font, fill=self.style.colour)
            top += self.font.size * self.style.leading
        return top


def _fit_text(text: str, style: _TextStyle, room: float = HEIGHT) -> _TextLines:
    """Return the text in the largest size that divides no word and fits the room.

    In the smallest size the text may divide words and have more lines than `style` allows.
    """
    for size in range(style.size, _SMALLEST_SIZE - 1, -6):
        font = _load_font(style.style, size, style.weight)
        fitted = _TextLines(tuple(_break_lines(text.split(), font)), font, style)
        is_whole = all(font.getlength(word) <= _MEASURE for word in text.split())
        if is_whole and len(fitted.lines) <= style.most_lines and fitted.height <= room:
            break
    return fitted


def _break_lines(words: Iterable[str], font: ImageFont.FreeTypeFont) -> list[str]:
    """Return the words in lines; a word that is wider than a line is divided."""
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


def _load_font(style: str, size: int, weight: int) -> ImageFont.FreeTypeFont:
    """Return EB Garamond in this style (normal, italic), size (pixels) and weight."""
    face = next(face for face in font_files.SCREEN_FACES if face.family == "EB Garamond" and face.style == style)
    font = ImageFont.truetype(str(face.path), size, layout_engine=ImageFont.Layout.BASIC)
    font.set_variation_by_axes([weight])
    return font
