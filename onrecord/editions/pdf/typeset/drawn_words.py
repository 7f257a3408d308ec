"""Speed WeasyPrint 70 up: show a word of a justified line as it was shown before, without laying the line out again.

Pango lays each word of a justified line out by itself, because each space is wider than it would be, so a word has the
same glyphs in every line. Here their bytes are kept for a font and its features; of a space, the width and the way in
which Pango widens it, which is checked when the space is first met. Texts in which a space is as wide as ever, other
scripts than Latin, and signs that another font lends are drawn as before. See `box_speedups` for the guard.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from onrecord.editions.pdf.typeset.box_speedups import Speedup, replace_everywhere
from onrecord.editions.pdf.typeset.text_speedups import FIRST_VERSION, close_string, format_glyph, read_cluster
from onrecord.editions.pdf.typeset.word_widths import GLYPH, Glyph, is_latin, iterate_runs

if TYPE_CHECKING:
    from weasyprint.formatting_structure.boxes import TextBox, _Style
    from weasyprint.pdf.fonts import Font
    from weasyprint.pdf.stream import Stream
    from weasyprint.text.ffi import _CData
    from weasyprint.text.line_break import _GlyphItem

_MANY_WORDS = 8_192  # remembered of a font
_HALF_PIXEL = 512  # in Pango's units: it rounds the halves of spaces that are wider by whole pixels


def _remember_words() -> None:
    """Draw justified lines of plain text by their words."""
    from weasyprint.draw import text as drawing
    from weasyprint.matrix import Matrix
    from weasyprint.text.ffi import ffi, pango

    if ffi.sizeof("PangoGlyphInfo") != GLYPH.size or pango.pango_version() < FIRST_VERSION:
        return
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
        matrix = Matrix(d=-1, e=textbox.position_x, f=textbox.position_y + textbox.baseline)
        stream.set_text_matrix(*matrix.values)
        stream.set_font_size(font.hash, size)
        stream.show_text(string)
        stream.end_text()

    replace_everywhere(draw, draw_text)


@dataclass
class _DrawnFont:
    """What is known of a font with its features: the glyphs of words, as bytes, and of the space."""

    pango_font: _CData
    words: dict[str, tuple[bytes, Sequence[str]]] = field(default_factory=dict)  # glyphs, and the text of each
    advances: dict[int, float] = field(default_factory=dict)  # of glyphs, in thousandths of the size
    space: int = 0  # its glyph, 0 before it is known
    space_width: int = 0
    is_plain: bool = True


class _WordDrawer:
    """Remembers the words of fonts, and shows them."""

    def __init__(self) -> None:
        self._fonts: dict[int, _DrawnFont] = {}  # by the identity of what the texts of a style share, which is kept

    def find_strings(self, stream: Stream, textbox: TextBox) -> tuple[Font, float, str] | None:
        """Return font, size and operand of a text box, None if it is not plain."""
        text = textbox.pango_layout.text
        widening = _find_widening(textbox, text)
        if widening is None:
            return None
        key = id(textbox.style._shared_by_onrecord)
        drawn = self._fonts.get(key)
        words = text.split(" ")
        if drawn is None or not _knows_words(drawn, words):
            drawn = self._fonts[key] = _learn_words(stream, textbox, widening, drawn)
            if not _knows_words(drawn, words):
                return None
        font, size = stream.add_font(drawn.pango_font)
        if not drawn.is_plain or font.bitmap or font.svg or font.png or font.colr:
            return None
        strings = _get_strings(drawn, font, size)
        parts = []
        for index, word in enumerate(words):
            if index:
                place = -1 if index == 1 and not words[0] else 1 if index == len(words) - 1 and not word else 0
                parts.append(_show_space(drawn, font, size, widening, place))
            if word:
                string = strings.get(word)
                if string is None:
                    string = strings[word] = _show_word(drawn, font, size, word)
                parts.append(string)
        return font, size, "".join(parts)


def _find_widening(textbox: TextBox, text: str) -> int | None:
    """Return by how much spaces of a text are widened, in Pango's units; None if it is not plain, or they are not."""
    from weasyprint.text.ffi import TO_UNITS

    style = textbox.style
    if not is_latin(text) or not _is_plain(style):
        return None
    if " " not in text:
        return 0
    widening = int(textbox.pango_layout.justification_spacing * TO_UNITS)
    return widening if widening % _HALF_PIXEL else None


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


def _knows_words(drawn: _DrawnFont, words: Sequence[str]) -> bool:
    """Return whether the glyphs of all words are known, and of the space if there are several."""
    return all(not word or word in drawn.words for word in words) and (len(words) == 1 or drawn.space > 0)


def _learn_words(stream: Stream, textbox: TextBox, widening: int, drawn: _DrawnFont | None) -> _DrawnFont:
    """Return what is known of the font of a text box, with its words: lay it out once."""
    from weasyprint.text.ffi import gobject, pango

    layout = textbox.pango_layout
    layout.reactivate(textbox.style)
    pango.pango_layout_set_single_paragraph_mode(layout.layout, True)
    line, _ = layout.get_first_line()
    runs = list(iterate_runs(line))
    pango_font = runs[0].data.item.analysis.font
    if drawn is None:
        gobject.g_object_ref(pango_font)
        drawn = _DrawnFont(pango_font)
    if len(drawn.words) > _MANY_WORDS:
        drawn.words.clear()
    _, size = stream.add_font(drawn.pango_font)
    data = layout.text.encode()
    for run in runs:
        analyzed = run.data
        start, length = analyzed.item.offset, analyzed.item.length
        letters = data[start : start + length].decode()
        if analyzed.item.analysis.font != drawn.pango_font or letters in drawn.words:
            continue
        glyphs = _read_glyphs(analyzed)
        if letters == " " and drawn.space:
            _check_space(drawn, glyphs, widening, (start > 0) - (start + length < len(data)))
        elif _note_advances(stream, glyphs, drawn, size):
            if letters == " ":
                drawn.space, drawn.space_width = glyphs[0][0], glyphs[0][1] - widening
                _check_space(drawn, glyphs, widening, (start > 0) - (start + length < len(data)))
            elif _is_word(data, start, start + length):
                drawn.words[letters] = _read_data(analyzed), _read_texts(analyzed, letters, layout.text)
    layout.deactivate()
    return drawn


def _is_word(data: bytes, start: int, end: int) -> bool:
    """Return whether a part of a text is a word between spaces."""
    return data[start - 1 : start] in (b"", b" ") and data[end : end + 1] in (b"", b" ")


def _read_data(analyzed: _GlyphItem) -> bytes:
    """Return the glyphs of a run as Pango keeps them."""
    from weasyprint.text.ffi import ffi

    return bytes(ffi.buffer(analyzed.glyphs.glyphs, GLYPH.size * analyzed.glyphs.num_glyphs))


def _read_glyphs(analyzed: _GlyphItem) -> list[Glyph]:
    """Return number, width and offsets of the glyphs of a run."""
    return cast("list[Glyph]", [*GLYPH.iter_unpack(_read_data(analyzed))])


def _read_texts(analyzed: _GlyphItem, letters: str, text: str) -> Sequence[str]:
    """Return the text of each glyph of a run of a text."""
    from weasyprint.text.ffi import ffi

    count = analyzed.glyphs.num_glyphs
    if letters.isascii() and ffi.unpack(analyzed.glyphs.log_clusters, count) == [*range(len(letters))]:
        return letters
    return tuple(read_cluster(analyzed, index, text) for index in range(count))


def _note_advances(stream: Stream, glyphs: Sequence[Glyph], drawn: _DrawnFont, size: float) -> bool:
    """Note the widths of glyphs in the font; return False if one is missing there, or is raised."""
    from weasyprint.text.ffi import FROM_UNITS, pango

    for number, _, _, rise in glyphs:
        if number == pango.PANGO_GLYPH_EMPTY or number & pango.PANGO_GLYPH_UNKNOWN_FLAG or rise:
            return False
        if number not in drawn.advances:
            ink, logical = stream.ink_rect, stream.logical_rect
            pango.pango_font_get_glyph_extents(drawn.pango_font, number, ink, logical)
            drawn.advances[number] = round(logical.width * 1000 * FROM_UNITS / size)
    return True


def _check_space(drawn: _DrawnFont, glyphs: Sequence[Glyph], widening: int, place: int) -> None:
    """Note whether a space at the start (-1) or the end (1) of a text, or inside, is widened as it is expected to be.

    Where one is not, texts in this font are drawn by WeasyPrint.
    """
    expected = [(drawn.space, *_widen_space(drawn, widening, place))]
    drawn.is_plain = drawn.is_plain and [glyph[:3] for glyph in glyphs] == expected


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
    advance = font.widths.setdefault(drawn.space, drawn.advances[drawn.space])
    return close_string(format_glyph(drawn.space, *_widen_space(drawn, widening, place), advance, size))


def _show_word(drawn: _DrawnFont, font: Font, size: float, word: str) -> str:
    """Return the operand that shows a word; tell the font of the document the texts and widths of its glyphs."""
    data, texts = drawn.words[word]
    shown = []
    for (number, width, x_offset, _), text in zip(GLYPH.iter_unpack(data), texts, strict=True):
        font.to_unicode.setdefault(number, text)
        advance = font.widths.setdefault(number, drawn.advances[number])
        shown.append(format_glyph(number, width, x_offset, advance, size))
    return close_string("".join(shown))


SPEEDUPS = (Speedup("weasyprint.draw.text", "c9a450aa209277e7", _remember_words),)
