"""A typographic cover, drawn from the book's title, subtitle, editors, publisher and guests; or a picture of the book.

`_DESIGNS` is the registry of covers.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from PIL import Image, ImageDraw, ImageFont

from onrecord.editions import design_tokens
from onrecord.model import Book
from onrecord.model.design import HOUSE_DESIGN, CoverDesign, Design
from onrecord.runtime import build_identity, font_files
from onrecord.runtime.fingerprints import compute_fingerprint
from onrecord.runtime.project import Project
from onrecord.runtime.task_runner import TaskRunner

WIDTH, HEIGHT = 1600, 2400  # pixels, as all measures here
_MARGIN = 160
_MEASURE = WIDTH - 2 * _MARGIN
_TOP, _BOTTOM = 420, HEIGHT - 150
_SMALLEST_SIZE = 32
_LOGO_HEIGHT, _LOGO_WIDTH = 150, 620
_MOST_INITIALS = 9
_Align = Literal["left", "center"]


@dataclass(frozen=True, slots=True)
class CoverColors:
    """The colours of a cover, as `#rrggbb`."""

    paper: str
    ink: str
    accent: str
    quiet: str


@dataclass(frozen=True, slots=True)
class CoverLook:
    """What a cover depends on besides its texts: its design, faces, and the pictures in the book's folder."""

    design: CoverDesign = CoverDesign.BAND
    family: str = "EB Garamond"
    faces: tuple[tuple[str, bytes], ...] = ()  # fonts of the book: name, bytes
    logo: bytes = b""
    picture: bytes = b""  # in place of all


HOUSE_LOOK = CoverLook()


def read_cover_colors(folder: Path, design: Design = HOUSE_DESIGN) -> CoverColors:
    """Return the colours of the cover from the design tokens of the book in `folder`."""
    names = ("--paper-cover", "--ink", "--accent", "--quiet")
    return CoverColors(*(design_tokens.read_color(folder, name, design) for name in names))


def read_cover_look(folder: Path, design: Design) -> CoverLook:
    """Return the look of the cover: its design, face and pictures."""
    family = design_tokens.read_family(folder, "--heading-face", design)
    paths = font_files.list_font_files([folder / "fonts"]) if design.brand.families else ()
    fonts = tuple((path.name, path.read_bytes()) for path in paths)
    pictures = (design.brand.logo, design.cover_file)
    paths_of_pictures = [Project(folder).find(picture.text) if picture else None for picture in pictures]
    logo, picture = (path.read_bytes() if path else b"" for path in paths_of_pictures)
    return CoverLook(design.cover, family, fonts, logo, picture)


def build_cover(book: Book, folder: Path, runner: TaskRunner) -> bytes:
    """Return the cover as PNG, from the cache if it was drawn before."""
    colors, look = read_cover_colors(folder, book.design), read_cover_look(folder, book.design)
    texts = (book.title, book.subtitle, book.editors, book.publisher, list_initials(book))
    key = compute_fingerprint("cover", build_identity.compute_build_identity(), *texts, colors, look)
    return runner.cache.get_or_compute(key, lambda: draw_cover(book, colors, look))


def draw_cover(book: Book, colors: CoverColors, look: CoverLook = HOUSE_LOOK) -> bytes:
    """Return the cover as PNG, 1600 × 2400 pixels.

    Long texts are set in a smaller size, so that they stay on the cover and do not overlap.
    """
    image = Image.new("RGB", (WIDTH, HEIGHT), colors.paper)
    if look.picture:
        _paste_picture(image, look.picture, (0, 0, WIDTH, HEIGHT), "center")
        return _save(image, 0)
    _DESIGNS[look.design](image, book, colors, look)
    return _save(image, 0 if look.logo else 32)


def list_initials(book: Book) -> tuple[str, ...]:
    """Return the first letters of the guests' last names, each once, in the order of the book."""
    names = (person.name.split() for interview in book.interviews for person in interview.guests)
    letters = dict.fromkeys(name[-1][0].upper() for name in names if name)
    return tuple(letters)[:_MOST_INITIALS]


# --- designs ----------------------------------------------------------------------------------------


def _draw_band(image: Image.Image, book: Book, colors: CoverColors, look: CoverLook) -> None:
    """Draw a band of colour at the head, and the texts at the left."""
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, 0, WIDTH, 46), fill=colors.accent)
    if look.logo:
        _paste_picture(image, look.logo, (_MARGIN, 150, _MARGIN + _LOGO_WIDTH, 150 + _LOGO_HEIGHT), "left")
    foot = _Foot(book, colors, look)
    subtitle = _fit_text(book.subtitle, _TextStyle("italic", 76, 400, 4, colors.quiet, 1.24), look)
    room = foot.top - _TOP - subtitle.height - 330
    title = _fit_text(book.title, _TextStyle("normal", 250, 500, 6, colors.ink, 1.06), look, room)
    rule = title.draw(pen, _TOP) + 60 + title.font.size * 0.16  # clear of the letters that hang below the line
    pen.line((_MARGIN, rule, _MARGIN + 220, rule), fill=colors.accent, width=6)
    subtitle.draw(pen, rule + 70)
    foot.draw(pen)


def _draw_plate(image: Image.Image, book: Book, colors: CoverColors, look: CoverLook) -> None:
    """Draw a plate of paper on a ground of colour, with the texts in the middle of it."""
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, 0, WIDTH, HEIGHT), fill=colors.accent)
    pen.rectangle((70, 70, WIDTH - 70, HEIGHT - 70), fill=colors.paper)
    pen.rectangle((100, 100, WIDTH - 100, HEIGHT - 100), outline=colors.accent, width=4)
    top = 420.0
    if look.logo:
        _paste_picture(image, look.logo, (_MARGIN, 220, WIDTH - _MARGIN, 220 + _LOGO_HEIGHT), "center")
        top = 520
    foot = _Foot(book, colors, look, "center", HEIGHT - 240)
    subtitle = _fit_text(book.subtitle, _TextStyle("italic", 70, 400, 4, colors.quiet, 1.24, "center"), look)
    room = foot.top - top - subtitle.height - 300
    title = _fit_text(book.title, _TextStyle("normal", 200, 500, 6, colors.ink, 1.1, "center"), look, room)
    rule = title.draw(pen, top) + 60 + title.font.size * 0.16
    pen.line((WIDTH / 2 - 90, rule, WIDTH / 2 + 90, rule), fill=colors.accent, width=6)
    subtitle.draw(pen, rule + 70)
    foot.draw(pen)


def _draw_initials(image: Image.Image, book: Book, colors: CoverColors, look: CoverLook) -> None:
    """Draw the initials of the guests large, in colour and in a tint of it, and the texts below."""
    letters = list_initials(book)
    if not letters:
        _draw_band(image, book, colors, look)
        return
    pen, top = ImageDraw.Draw(image), 150.0
    if look.logo:
        _paste_picture(image, look.logo, (_MARGIN, 130, _MARGIN + _LOGO_WIDTH, 130 + _LOGO_HEIGHT), "left")
        top = 330
    columns = 1 if len(letters) == 1 else 2 if len(letters) <= 4 else 3
    rows = -(-len(letters) // columns)
    cell = min(_MEASURE / columns, (1330 - top) / rows)
    font = _load_font("normal", int(cell * 0.98), 500, look)
    tint = _mix(colors.accent, colors.paper, 0.62)
    for index, letter in enumerate(letters):
        row, column = divmod(index, columns)
        place = (_MARGIN + column * cell, top + row * cell + cell * 0.86)
        pen.text(place, letter, font=font, fill=tint if (row + column) % 2 else colors.accent, anchor="ls")
    foot = _Foot(book, colors, look)
    begin = top + rows * cell + 60
    subtitle = _fit_text(book.subtitle, _TextStyle("italic", 64, 400, 3, colors.quiet, 1.24), look)
    room = foot.top - begin - subtitle.height - 120
    title = _fit_text(book.title, _TextStyle("normal", 200, 500, 4, colors.ink, 1.06), look, room)
    subtitle.draw(pen, title.draw(pen, begin) + 40)
    foot.draw(pen)


_DESIGNS: dict[CoverDesign, Callable[[Image.Image, Book, CoverColors, CoverLook], None]] = {
    CoverDesign.BAND: _draw_band,
    CoverDesign.PLATE: _draw_plate,
    CoverDesign.INITIALS: _draw_initials,
}


class _Foot:
    """Editors and publisher at the foot of a cover."""

    def __init__(
        self, book: Book, colors: CoverColors, look: CoverLook, align: _Align = "left", bottom: float = _BOTTOM
    ) -> None:
        size = 48 if book.editors else 58
        self._editors = _fit_text(
            ", ".join(book.editors), _TextStyle("normal", 58, 400, 4, colors.ink, 1.2, align), look
        )
        self._publisher = _fit_text(book.publisher, _TextStyle("normal", size, 400, 3, colors.quiet, 1.2, align), look)
        self.top = bottom - self._publisher.height - (24 if self._publisher.lines else 0) - self._editors.height

    def draw(self, pen: ImageDraw.ImageDraw) -> None:
        """Draw both texts."""
        self._publisher.draw(pen, self._editors.draw(pen, self.top) + (24 if self._editors.lines else 0))


# --- text and pictures ------------------------------------------------------------------------------


@dataclass(frozen=True)
class _TextStyle:
    """How a text is set, in its largest `size`; `leading` is the line height in sizes."""

    style: str  # normal, italic
    size: int
    weight: int
    most_lines: int
    colour: str
    leading: float
    align: _Align = "left"


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
            left = _MARGIN if self.style.align == "left" else (WIDTH - self.font.getlength(line)) / 2
            pen.text((left, top), line, font=self.font, fill=self.style.colour)
            top += self.font.size * self.style.leading
        return top


def _fit_text(text: str, style: _TextStyle, look: CoverLook, room: float = HEIGHT) -> _TextLines:
    """Return the text in the largest size that divides no word and fits the room.

    In the smallest size the text may divide words and have more lines than `style` allows.
    """
    for size in range(style.size, _SMALLEST_SIZE - 1, -6):
        font = _load_font(style.style, size, style.weight, look)
        fitted = _TextLines(tuple(_break_lines(text.split(), font)), font, style)
        is_whole = all(font.getlength(word) <= _MEASURE for word in text.split())
        if is_whole and len(fitted.lines) <= style.most_lines and fitted.height <= room:
            break
    return replace(fitted, lines=_balance_lines(fitted))


def _balance_lines(text: _TextLines) -> tuple[str, ...]:
    """Return the lines made about equally long: in the narrowest measure that needs no more of them."""
    words = " ".join(text.lines).split()
    low, high = max((text.font.getlength(word) for word in words), default=0.0), float(_MEASURE)
    if low > high:
        return text.lines
    while high - low > 4:
        middle = (low + high) / 2
        few = len(_break_lines(words, text.font, middle)) <= len(text.lines)
        low, high = (low, middle) if few else (middle, high)
    return tuple(_break_lines(words, text.font, high))


def _break_lines(words: Iterable[str], font: ImageFont.FreeTypeFont, measure: float = _MEASURE) -> list[str]:
    """Return the words in lines; a word that is wider than a line is divided."""
    lines: list[str] = []
    for word in words:
        if lines and font.getlength(f"{lines[-1]} {word}") <= measure:
            lines[-1] += f" {word}"
            continue
        lines.append("")
        for char in word:
            if font.getlength(lines[-1] + char) > measure:
                lines.append("")
            lines[-1] += char
    return lines


def _load_font(style: str, size: int, weight: int, look: CoverLook) -> ImageFont.FreeTypeFont:
    """Return the face of the cover in this style (normal, italic), size (pixels) and weight."""
    source, index = font_files.find_face(look.family, style, look.faces)
    font = ImageFont.truetype(io.BytesIO(source), size, index=index, layout_engine=ImageFont.Layout.BASIC)
    try:
        axes = font.get_variation_axes()
    except OSError:  # it has no axes
        return font
    values = {b"Weight": float(weight), b"Optical Size": float(size) * 0.75}
    settings = [values.get(axis["name"] or b"", float(axis["default"] or 0)) for axis in axes]
    limits = [(float(axis["minimum"] or 0), float(axis["maximum"] or 0)) for axis in axes]
    font.set_variation_by_axes(
        [min(max(value, low), high) for value, (low, high) in zip(settings, limits, strict=True)]
    )
    return font


def _paste_picture(image: Image.Image, data: bytes, box: tuple[float, float, float, float], align: _Align) -> None:
    """Draw a picture as large as it fits into the box, at its left or in its middle."""
    picture = Image.open(io.BytesIO(data), formats=("PNG", "JPEG")).convert("RGBA")
    left, top, right, bottom = box
    scale = min((right - left) / picture.width, (bottom - top) / picture.height)
    size = max(1, round(picture.width * scale)), max(1, round(picture.height * scale))
    picture = picture.resize(size, Image.Resampling.LANCZOS)
    x = left if align == "left" else left + (right - left - size[0]) / 2
    image.paste(picture, (round(x), round(top + (bottom - top - size[1]) / 2)), picture)


def _mix(first: str, second: str, share: float) -> str:
    """Return the first colour with this share of the second one, both as `#rrggbb`."""
    parts = zip(bytes.fromhex(first[1:]), bytes.fromhex(second[1:]), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in parts)


def _save(image: Image.Image, colors: int) -> bytes:
    """Return the image as PNG, reduced to so many colours; 0: to none."""
    out = io.BytesIO()
    (image.quantize(colors) if colors else image).save(out, "PNG", optimize=True)
    return out.getvalue()
