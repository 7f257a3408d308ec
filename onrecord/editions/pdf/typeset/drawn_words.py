"""Speed WeasyPrint 70 up: show a word of a justified line as it was shown before, without laying the line out again.

Pango shapes each word of a justified line by itself, because each space is wider than it would be, so a word has the
same glyphs in every line, those by which it was measured (`word_widths`). The first line of a font is laid out, to
compare them, and to see how Pango widens its spaces. A text in which spaces are as wide as ever is shaped as a whole.
Other scripts than Latin, and signs that another font lends, are drawn as before. See `box_speedups` for the guard.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from onrecord.editions.pdf.typeset.box_speedups import Speedup, replace_everywhere
from onrecord.editions.pdf.typeset.text_speedups import FIRST_VERSION, close_string, format_glyph
from onrecord.editions.pdf.typeset.word_shapes import (
    GLYPH,
    Glyph,
    Shape,
    declare_shaper,
    is_latin,
    iterate_runs,
    read_glyphs,
)
from onrecord.editions.pdf.typeset.word_widths import WordWidths, find_widths

if TYPE_CHECKING:
    from weasyprint.formatting_structure.boxes import TextBox, _Style
    from weasyprint.pdf.fonts import Font
    from weasyprint.pdf.stream import Stream

_MANY_WORDS = 8_192  # remembered of a font
_HALF_PIXEL = 512  # in Pango's units: it rounds the halves of spaces that are wider by whole pixels


def _remember_words() -> None:
    """Draw justified lines of plain text by their words."""
    from weasyprint.draw import text as drawing
    from weasyprint.text.ffi import ffi, pango

    if ffi.sizeof("PangoGlyphInfo") != GLYPH.size or pango.pango_version() < FIRST_VERSION:
        return
    declare_shaper()
    draw = drawing.draw_text
    drawer = _WordDrawer()

    def draw_text(
        stream: Stream, textbox: TextBox, offset_x: float, text_overflow: str, block_ellipsis: object
    ) -> None:
        """Draw a text box: its known words, else as WeasyPrint does."""
        is_plain = text_overflow != "ellipsis" and block_ellipsis == "none"
        shown = drawer.find_strings(stream, textbox) if is_plain else None
        if shown is None:
            draw(stream, textbox, offset_x, text_overflow, block_ellipsis)
            return
        font, size, string = shown
        stream.set_color(textbox.style["color"])
        stream.begin_text()
        stream.set_text_matrix(1, 0, 0, -1, textbox.position_x, textbox.position_y + textbox.baseline)
        stream.set_font_size(font.hash, size)
        stream.show_text(string)
        stream.end_text()

    replace_everywhere(draw, draw_text)


_ShownGlyph = tuple[int, str, float]


class _ShownText(NamedTuple):
    """A text as it is shown: its operand, and the number, the text and the width of each glyph."""

    operand: str
    glyphs: tuple[_ShownGlyph, ...]


@dataclass
class _DrawnFont:
    """What is known of how words are drawn in a font with its features."""

    widths: WordWidths
    words: dict[str, _ShownText] = field(default_factory=dict)
    advances: dict[int, float] = field(default_factory=dict)  # of glyphs, in thousandths of the size
    glyphs: dict[_ShownGlyph, _ShownGlyph] = field(default_factory=dict)  # each is kept once
    space: int = 0  # its glyph, 0 before it is known
    space_width: int = 0
    checked: set[int | None] = field(default_factory=lambda: {None})  # places of spaces that are widened as expected
    is_plain: bool = True


class _WordDrawer:
    """Remembers how fonts draw words, and shows them."""

    def __init__(self) -> None:
        self._fonts: dict[WordWidths, _DrawnFont] = {}

    def find_strings(self, stream: Stream, textbox: TextBox) -> tuple[Font, float, str] | None:
        """Return font, size and operand of a text box, None if it is not plain."""
        text = textbox.pango_layout.text
        widening = _find_widening(textbox, text)
        widths = None if widening is None else find_widths(textbox.style)
        if widening is None or widths is None:
            return None
        drawn = self._fonts.get(widths)
        if drawn is None:
            drawn = self._fonts[widths] = _DrawnFont(widths)
        words = text.split(" ") if widening else [text]
        places = _list_places(words)
        if not drawn.checked.issuperset(places):
            _check_layout(textbox, widening, drawn)
        if not drawn.is_plain or not drawn.checked.issuperset(places):
            return None
        font, size = stream.add_font(widths.shaper.font)
        if font.bitmap or font.svg or font.png or font.colr:
            return None
        string = _show_words(drawn, font, size, widening, zip(places, words, strict=True))
        return None if string is None else (font, size, string)


def _show_words(
    drawn: _DrawnFont, font: Font, size: float, widening: int, words: Iterable[tuple[int | None, str]]
) -> str | None:
    """Return the operand that shows words, each with the place of the space before it; None if one is not plain."""
    strings = _get_strings(drawn, font, size)
    spaces: dict[int, str] = {}
    parts = []
    for place, letters in words:
        if place is not None and place != _WHOLE:
            if place not in spaces:
                spaces[place] = _show_space(drawn, font, size, widening, place)
            parts.append(spaces[place])
        string = strings.get(letters)
        if string is None:
            string = strings[letters] = _show_word(drawn, font, size, letters)
        if string is _NOT_SHOWN:
            return None
        parts.append(string)
    return "".join(parts)


_WHOLE = 2  # the place of a text whose spaces are as wide as ever: it is shown as a word is


def _list_places(words: Sequence[str]) -> list[int | None]:
    """Return where in a text the space before each word stands: at its start (-1), at its end (1), inside (0)."""
    if len(words) == 1:
        return [_WHOLE if " " in words[0] else None]
    places: list[int | None] = [0] * len(words)
    places[0] = None
    if not words[-1]:
        places[-1] = 1
    if not words[0]:
        places[1] = -1
    return places


def _find_widening(textbox: TextBox, text: str) -> int | None:
    """Return by how much spaces of a text are widened, in Pango's units; None if it is not plain."""
    from weasyprint.text.ffi import TO_UNITS

    style = textbox.style
    if not is_latin(text) or not _is_plain(style):
        return None
    if " " not in text:
        return 0
    spacing = textbox.pango_layout.justification_spacing
    widening = int(spacing * TO_UNITS)
    return widening if widening % _HALF_PIXEL or not spacing else None


def _is_plain(style: _Style) -> bool:
    """Return whether texts of a style are shown without a line or extra space."""
    return bool(
        getattr(style, "_shared_by_onrecord", None) is not None
        and style["visibility"] == "visible"
        and style["letter_spacing"] == "normal"
        and not style["word_spacing"]
        and style["direction"] == "ltr"
        and style["font_size"] >= 1e-6  # pydyf's precision
    )


def _check_layout(textbox: TextBox, widening: int, drawn: _DrawnFont) -> None:
    """Lay a text box out, and note whether its spaces and its words are drawn as they are expected to be.

    Where one is not, texts in this font are drawn by WeasyPrint.
    """
    from weasyprint.text.ffi import pango

    layout = textbox.pango_layout
    layout.reactivate(textbox.style)
    pango.pango_layout_set_single_paragraph_mode(layout.layout, True)
    line, _ = layout.get_first_line()
    data = layout.text.encode()
    for run in iterate_runs(line):
        part = run.data.item
        start, end = part.offset, part.offset + part.length
        letters = data[start:end].decode()
        if part.analysis.font != drawn.widths.shaper.font:
            continue
        if letters == " " and widening:
            _check_space(drawn, read_glyphs(run.data.glyphs), widening, (end == len(data)) - (start == 0))
        elif end - start == len(data):
            shape = drawn.widths.shaper.shape(letters)
            drawn.is_plain = drawn.is_plain and (shape is None or shape.glyphs == read_glyphs(run.data.glyphs))
            drawn.checked.add(_WHOLE)
        elif _is_word(data, start, end):
            word = drawn.widths.find_word(letters)
            drawn.is_plain = drawn.is_plain and (word is None or word.shape.glyphs == read_glyphs(run.data.glyphs))
    layout.deactivate()


def _is_word(data: bytes, start: int, end: int) -> bool:
    """Return whether a part of a text is a word between spaces."""
    return data[start - 1 : start] in (b"", b" ") and data[end : end + 1] in (b"", b" ")


def _check_space(drawn: _DrawnFont, glyphs: Sequence[Glyph], widening: int, place: int) -> None:
    """Note whether a space at the start (-1) or the end (1) of a text, or inside, is widened as expected."""
    if not drawn.space:
        drawn.space, drawn.space_width = glyphs[0][0], glyphs[0][1] - widening
    expected = [(drawn.space, *_widen_space(drawn, widening, place))]
    drawn.is_plain = drawn.is_plain and [glyph[:3] for glyph in glyphs] == expected
    drawn.checked.add(place)


def _widen_space(drawn: _DrawnFont, widening: int, place: int) -> tuple[int, int]:
    """Return the width of a widened space, and how far its glyph is moved: Pango adds a half at each side.

    WeasyPrint asks for the double at the start and the end of a text, where Pango takes the outer half away.
    """
    return drawn.space_width + widening, (int(widening / 2), widening, 0)[place]


def _get_strings(drawn: _DrawnFont, font: Font, size: float) -> dict[str, str]:
    """Return how words are shown in a document with these features of its font and in this size, as far as known."""
    try:
        strings = font._words_by_onrecord
    except AttributeError:
        strings = font._words_by_onrecord = {}
    return strings.setdefault((id(drawn), size), {})


def _show_space(drawn: _DrawnFont, font: Font, size: float, widening: int, place: int) -> str:
    """Return the operand that shows a widened space."""
    font.to_unicode.setdefault(drawn.space, " ")
    advance = font.widths.get(drawn.space)
    if advance is None:
        advance = font.widths[drawn.space] = _measure_advance(drawn, size, drawn.space)
    return close_string(format_glyph(drawn.space, *_widen_space(drawn, widening, place), advance, size))


_NOT_SHOWN = "-"  # no operand: the word is left to WeasyPrint


def _show_word(drawn: _DrawnFont, font: Font, size: float, letters: str) -> str:
    """Return the operand that shows a word; tell the font of the document the texts and widths of its glyphs."""
    shown = drawn.words.get(letters)
    if shown is None:
        if len(drawn.words) > _MANY_WORDS:
            drawn.words.clear()
        shown = drawn.words[letters] = _compose_text(drawn, size, letters, drawn.advances)
    texts, widths = font.to_unicode, font.widths
    is_same = True
    for number, text, advance in shown.glyphs:
        texts.setdefault(number, text)
        is_same = widths.setdefault(number, advance) == advance and is_same
    # Of another size in the document, the font may have widths that were rounded in another way.
    return shown.operand if is_same else _compose_text(drawn, size, letters, widths).operand


def _compose_text(drawn: _DrawnFont, size: float, letters: str, advances: dict[int, float]) -> _ShownText:
    """Return how a word, or a text in one piece, is shown by a font with these widths of glyphs."""
    from weasyprint.text.ffi import pango

    shape = _find_shape(drawn, letters)
    if shape is None:
        return _ShownText(_NOT_SHOWN, ())
    shown, glyphs = [], []
    for (number, width, x_offset, rise), text in zip(shape.glyphs, _read_texts(shape, letters), strict=True):
        if rise or number >= pango.PANGO_GLYPH_EMPTY:  # greater are the numbers of missing glyphs
            return _ShownText(_NOT_SHOWN, ())
        advance = advances.get(number)
        if advance is None:
            advance = advances[number] = _measure_advance(drawn, size, number)
        shown.append(format_glyph(number, width, x_offset, advance, size))
        glyph = number, text, advance
        glyphs.append(drawn.glyphs.setdefault(glyph, glyph))
    return _ShownText(close_string("".join(shown)) if shown else "", tuple(glyphs))


def _find_shape(drawn: _DrawnFont, letters: str) -> Shape | None:
    """Return the glyphs of a word, or of a text in one piece."""
    if " " in letters:
        return drawn.widths.shaper.shape(letters)
    word = drawn.widths.find_word(letters)
    return word.shape if word else None


def _read_texts(shape: Shape, letters: str) -> Sequence[str]:
    """Return the text of each glyph of a word."""
    data = letters.encode()
    if len(data) == len(letters) and shape.clusters == tuple(range(len(letters))):
        return letters
    ends = (*shape.clusters[1:], len(data))
    return [data[start:end].decode() for start, end in zip(shape.clusters, ends, strict=True)]


def _measure_advance(drawn: _DrawnFont, size: float, number: int) -> float:
    """Return the width of a glyph in thousandths of the size."""
    from weasyprint.text.ffi import FROM_UNITS

    return round(drawn.widths.shaper.find_advance(number) * 1000 * FROM_UNITS / size)


SPEEDUPS = (Speedup("weasyprint.draw.text", "c9a450aa209277e7", _remember_words),)
