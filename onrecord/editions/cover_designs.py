"""The designs of covers: a band of colour, a plate on colour, the initials of the guests.

`DESIGNS` is the registry. They are drawn on a canvas, so that the covers of the e-book and of the print shop are alike.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from PIL import ImageFont

from onrecord.editions.cover_canvas import HEIGHT, Align, Canvas, Lettering
from onrecord.model import Book
from onrecord.model.design import CoverDesign
from onrecord.model.names import divide_name
from onrecord.runtime import face_choice
from onrecord.runtime.interface_texts import get_language

_MARGIN = 160
_TOP, _BOTTOM = 420, 150  # from the upper and from the lower edge
_SMALLEST_SIZE = 32
_LEAST_OF_FACE = 0.8  # of the height of the letters of a face that a line has at least
_LOGO_HEIGHT, _LOGO_WIDTH = 150, 620
_MOST_INITIALS = 9


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


def list_initials(book: Book) -> tuple[str, ...]:
    """Return the first letters of the guests' last names, each once, in the order of the book."""
    names = (divide_name(person.name)[1] for interview in book.interviews for person in interview.guests)
    letters = dict.fromkeys(name[0].upper() for name in names if name)
    return tuple(letters)[:_MOST_INITIALS]


def _draw_band(canvas: Canvas, book: Book, colors: CoverColors, look: CoverLook) -> None:
    """Draw the cover's band of colour at the head, and the texts at the left."""
    canvas.fill((0, 0, canvas.width, 46), colors.accent)
    if look.logo:
        canvas.paste(look.logo, (_MARGIN, 150, _MARGIN + _LOGO_WIDTH, 150 + _LOGO_HEIGHT), "left")
    setter = _Setter(canvas, look)
    foot = _Foot(book, colors, setter)
    subtitle = setter.fit_text(book.subtitle, _TextStyle("italic", 76, 400, 4, colors.quiet, 1.24))
    room = foot.top - _TOP - subtitle.height - 330
    title = setter.fit_text(book.title, _TextStyle("normal", 250, 500, 6, colors.ink, 1.06), room)
    rule = title.draw(canvas, _TOP) + 60 + title.font.size * 0.16  # clear of the letters that hang below the line
    canvas.draw_rule(_MARGIN, rule, _MARGIN + 220, colors.accent, 6)
    subtitle.draw(canvas, rule + 70)
    foot.draw(canvas)


def _draw_plate(canvas: Canvas, book: Book, colors: CoverColors, look: CoverLook) -> None:
    """Draw a plate of paper on a ground of colour, with the texts in the middle of it."""
    width, height = canvas.width, canvas.height
    canvas.fill((0, 0, width, height), colors.accent)
    canvas.fill((70, 70, width - 70, height - 70), colors.paper)
    canvas.draw_frame((100, 100, width - 100, height - 100), colors.accent, 4)
    top = 420.0
    if look.logo:
        canvas.paste(look.logo, (_MARGIN, 220, width - _MARGIN, 220 + _LOGO_HEIGHT), "center")
        top = 520
    setter = _Setter(canvas, look)
    foot = _Foot(book, colors, setter, "center", height - 240)
    subtitle = setter.fit_text(book.subtitle, _TextStyle("italic", 70, 400, 4, colors.quiet, 1.24, "center"))
    room = foot.top - top - subtitle.height - 300
    title = setter.fit_text(book.title, _TextStyle("normal", 200, 500, 6, colors.ink, 1.1, "center"), room)
    rule = title.draw(canvas, top) + 60 + title.font.size * 0.16
    canvas.draw_rule(width / 2 - 90, rule, width / 2 + 90, colors.accent, 6)
    subtitle.draw(canvas, rule + 70)
    foot.draw(canvas)


def _draw_initials(canvas: Canvas, book: Book, colors: CoverColors, look: CoverLook) -> None:
    """Draw the initials of the guests large, in colour and in a tint of it, and the texts below."""
    letters = list_initials(book)
    if not letters:
        _draw_band(canvas, book, colors, look)
        return
    top = 150.0
    if look.logo:
        canvas.paste(look.logo, (_MARGIN, 130, _MARGIN + _LOGO_WIDTH, 130 + _LOGO_HEIGHT), "left")
        top = 330
    columns = 1 if len(letters) == 1 else 2 if len(letters) <= 4 else 3
    rows = -(-len(letters) // columns)
    cell = min((canvas.width - 2 * _MARGIN) / columns, (canvas.height - HEIGHT + 1330 - top) / rows)
    setter = _Setter(canvas, look)
    font = setter.load_font("normal", int(cell * 0.98), 500)
    tint = _mix_hex_colors(colors.accent, colors.paper, 0.62)
    for index, letter in enumerate(letters):
        row, column = divmod(index, columns)
        colour = tint if (row + column) % 2 else colors.accent
        left, baseline = _MARGIN + column * cell, top + row * cell + cell * 0.86
        canvas.draw_letter(letter, left, baseline, Lettering("normal", 500, colour, font))
    foot = _Foot(book, colors, setter)
    begin = top + rows * cell + 60
    subtitle = setter.fit_text(book.subtitle, _TextStyle("italic", 64, 400, 3, colors.quiet, 1.24))
    room = foot.top - begin - subtitle.height - 120
    title = setter.fit_text(book.title, _TextStyle("normal", 200, 500, 4, colors.ink, 1.06), room)
    subtitle.draw(canvas, title.draw(canvas, begin) + 40)
    foot.draw(canvas)


DESIGNS: dict[CoverDesign, Callable[[Canvas, Book, CoverColors, CoverLook], None]] = {
    CoverDesign.BAND: _draw_band,
    CoverDesign.PLATE: _draw_plate,
    CoverDesign.INITIALS: _draw_initials,
}


class _Foot:
    """Editors and publisher at the foot of a cover."""

    def __init__(
        self, book: Book, colors: CoverColors, setter: _Setter, align: Align = "left", bottom: float = 0
    ) -> None:
        size = 48 if book.editors else 58
        bottom = bottom or setter.canvas.height - _BOTTOM
        self._editors = setter.fit_text(
            get_language(book.language).names.comma.join(book.editors),
            _TextStyle("normal", 58, 400, 4, colors.ink, 1.2, align),
        )
        self._publisher = setter.fit_text(book.publisher, _TextStyle("normal", size, 400, 3, colors.quiet, 1.2, align))
        self.top = bottom - self._publisher.height - (24 if self._publisher.lines else 0) - self._editors.height

    def draw(self, canvas: Canvas) -> None:
        """Draw the texts at the foot of the cover: editors and publisher."""
        self._publisher.draw(canvas, self._editors.draw(canvas, self.top) + (24 if self._editors.lines else 0))


# --- text -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _TextStyle:
    """How a text is set, in its largest `size`; `leading` is the line height in sizes."""

    style: str  # normal, italic
    size: int
    weight: int
    most_lines: int
    colour: str
    leading: float
    align: Align = "left"


@dataclass(frozen=True)
class _TextLines:
    """A text in lines of one size."""

    lines: tuple[str, ...]
    ruler: TextRuler
    style: _TextStyle

    @property
    def font(self) -> ImageFont.FreeTypeFont:
        """Return the face of the lines in their size."""
        return self.ruler.font

    @property
    def height(self) -> float:
        """Return the height of all lines in pixels."""
        return len(self.lines) * self.line_height

    @property
    def line_height(self) -> float:
        """Return the height of a line in pixels: more than usual in a face with tall letters, as Arabic."""
        return max(self.font.size * self.style.leading, sum(self.font.getmetrics()) * _LEAST_OF_FACE)

    def draw(self, canvas: Canvas, top: float) -> float:
        """Draw the lines from `top` down and return where the next line would begin."""
        lettering = Lettering(self.style.style, self.style.weight, self.style.colour, self.font)
        for line in self.lines:
            canvas.write(line, top, lettering, self.style.align, _MARGIN)
            top += self.line_height
        return top


class _Setter:
    """Sets texts in the largest size in which they fit a canvas."""

    def __init__(self, canvas: Canvas, look: CoverLook) -> None:
        self.canvas = canvas
        self._look = look
        self._measure = canvas.width - 2 * _MARGIN

    def fit_text(self, text: str, style: _TextStyle, room: float = HEIGHT) -> _TextLines:
        """Return the cover's text in the largest size that divides no word and fits the room.

        In the smallest size the text may divide words and have more lines than `style` allows.
        """
        sizes = range(style.size, _SMALLEST_SIZE - 1, -6)
        for size in sizes:
            ruler = TextRuler(self.load_font(style.style, size, style.weight, text))
            most_lines = sys.maxsize if size == sizes[-1] else style.most_lines
            fitted = _TextLines(tuple(break_lines(text.split(), ruler, self._measure, most_lines)), ruler, style)
            is_whole = all(ruler.measure(word) <= self._measure for word in text.split())
            if is_whole and len(fitted.lines) <= style.most_lines and fitted.height <= room:
                break
        return replace(fitted, lines=self._balance_lines(fitted))

    def _balance_lines(self, text: _TextLines) -> tuple[str, ...]:
        """Return the lines of the cover's text about equally long: in the narrowest measure with as few lines."""
        words = " ".join(text.lines).split()
        low, high = max(map(text.ruler.measure, words), default=0.0), float(self._measure)
        if low > high:
            return text.lines
        while high - low > 4:
            middle = (low + high) / 2
            few = len(break_lines(words, text.ruler, middle, len(text.lines))) <= len(text.lines)
            low, high = (low, middle) if few else (middle, high)
        return tuple(break_lines(words, text.ruler, high))

    def load_font(self, style: str, size: int, weight: int, text: str = "") -> ImageFont.FreeTypeFont:
        """Return the face of the cover in this style (normal, italic), size (pixels) and weight.

        It is another face if that one lacks letters of the text: the layout takes that, too, and it has other widths.
        """
        source, index = face_choice.find_face(self._look.family, style, self._look.faces)
        source, index = face_choice.find_face_for(text, (source, index), self._look.faces)
        return load_font(source, index, size, weight)


def load_font(source: bytes, index: int, size: float, weight: int) -> ImageFont.FreeTypeFont:
    """Return a face of a font file in this size (pixels) and weight."""
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


class TextRuler:
    """Measures texts in a face.

    In basic layout a text is as long as its letters, each with the room that a pair of letters gains or loses. So each
    pair is measured only once: FreeType loads every letter of a text for its length.
    """

    def __init__(self, font: ImageFont.FreeTypeFont) -> None:
        self.font = font
        self._steps: dict[str, float] = {}
        self._lengths: dict[str, float] = {"": 0.0}

    def measure(self, text: str) -> float:
        """Return the length of the text in pixels."""
        length, before = 0.0, ""
        for char in text:
            pair = before + char
            if pair not in self._steps:
                if before not in self._lengths:
                    self._lengths[before] = self.font.getlength(before)
                self._steps[pair] = self.font.getlength(pair) - self._lengths[before]
            length += self._steps[pair]
            before = char
        return length


def break_lines(words: Iterable[str], ruler: TextRuler, measure: float, most_lines: int = sys.maxsize) -> list[str]:
    """Return the words in lines, a word that is wider than a line divided; stop where there are too many lines."""
    lines: list[str] = []
    for word in words:
        if len(lines) > most_lines:
            break
        if lines and ruler.measure(f"{lines[-1]} {word}") <= measure:
            lines[-1] += f" {word}"
            continue
        if ruler.measure(word) <= measure:
            lines.append(word)
            continue
        lines.append("")
        for char in word:
            if ruler.measure(lines[-1] + char) > measure:
                lines.append("")
            lines[-1] += char
    return lines


def _mix_hex_colors(first: str, second: str, share: float) -> str:
    """Return the first colour with this share of the second one, both as `#rrggbb`."""
    parts = zip(bytes.fromhex(first[1:]), bytes.fromhex(second[1:]), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in parts)
