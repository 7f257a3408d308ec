"""Shape Latin text with Pango's shaper alone, which takes a tenth of the time of a layout of a word.

A layout of Latin text in one style has one item, of which Pango shapes all letters together, or the words between
widened spaces one by one. So the analysis of one letter (its font, language and features) serves for all of them.
Letters for which a layout would take another font are noticed, and their texts left to it.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, NamedTuple, cast

from onrecord.editions.pdf.typeset.c_declarations import SHAPER

if TYPE_CHECKING:
    from weasyprint.formatting_structure.boxes import _Style
    from weasyprint.text.ffi import _GlyphString
    from weasyprint.text.line_break import Layout, _Line, _Run

Glyph = tuple[int, int, int, int]  # its number and width, and how far it is moved to the right and up
GLYPH = struct.Struct("=Iiii4x")  # PangoGlyphInfo: glyph, width, offsets in x and y; bits of which not all are set
# Latin letters, digits and punctuation, as far as single spaces stand between words: Pango lays them out in one piece.
LATIN = re.compile(
    "(?:[!-~\u00a1-\u00a8\u00aa-\u00ac\u00af-\u024f\u1e00-\u1eff\u2010-\u2027\u2030-\u203b\u203d-\u2048\u204a-\u205e"
    "\u20a0-\u20bf]++| (?! ))*+"
)
LATIN_LETTER = re.compile("[A-Za-z]")
LETTER = "n"  # makes signs beside it Latin, and kerns with few


@cache
def declare_shaper() -> None:
    """Declare the functions of Pango that shape text; a second call changes nothing."""
    from weasyprint.text.ffi import ffi

    ffi.cdef(SHAPER)


def is_latin(text: str) -> bool:
    """Return whether a text has Latin letters, and of other letters none, and no spaces in a row."""
    return LATIN.fullmatch(text) is not None and LATIN_LETTER.search(text) is not None


class Shape(NamedTuple):
    """The glyphs of a text, and the first byte of the cluster that each belongs to."""

    data: bytes  # as Pango keeps them: a tenth of the memory of tuples
    clusters: tuple[int, ...]

    @property
    def glyphs(self) -> tuple[Glyph, ...]:
        """Return number, width and offsets of each glyph."""
        return cast("tuple[Glyph, ...]", tuple(GLYPH.iter_unpack(self.data)))

    def list_places(self, length: int) -> dict[int, int]:
        """Return where each cluster begins, by its first byte, and where the text of so many bytes ends."""
        places: dict[int, int] = {}
        x = 0
        for glyph, cluster in zip(self.glyphs, self.clusters, strict=True):
            places.setdefault(cluster, x)
            x += glyph[1]
        places[length] = x
        return places


class Shaper:
    """Shapes text in the font, language and features of a style."""

    def __init__(self, style: _Style) -> None:
        from weasyprint.text.ffi import ffi, pango

        self._style = style
        self.layout, line = self.lay_out(LETTER)  # kept: the analysis belongs to it
        self._analysis = ffi.addressof(line.runs[0].data.item, "analysis")
        self.font = self._analysis.font
        self._string = ffi.gc(pango.pango_glyph_string_new(), pango.pango_glyph_string_free)
        self._rectangle = ffi.new("PangoRectangle *")
        self._clusters: dict[tuple[int, ...], tuple[int, ...]] = {}  # the same for most words of a length
        self._own_letters: set[str] = {" "}
        self._lent_letters: set[str] = set()

    def shape(self, text: str) -> Shape | None:
        """Return how Latin text is drawn in one piece, None if another font lends a letter of it."""
        from weasyprint.text.ffi import ffi, pango

        if not self._own_letters.issuperset(text) and not self._has_letters(text):
            return None
        letters, string = text.encode(), self._string
        size = len(letters)
        pango.pango_shape_full(letters, size, letters, size, self._analysis, string)
        clusters = tuple(ffi.unpack(string.log_clusters, string.num_glyphs))
        data = bytes(ffi.buffer(string.glyphs, GLYPH.size * string.num_glyphs))
        return Shape(data, self._clusters.setdefault(clusters, clusters))

    def _has_letters(self, text: str) -> bool:
        """Return whether the font has all letters, as a layout of each says that has not been asked for."""
        for letter in set(text) - self._own_letters - self._lent_letters:
            _, line = self.lay_out(f"{LETTER}{letter}{LETTER}")
            runs = [run.data.item.analysis for run in iterate_runs(line)]
            is_own = all(analysis.font == self.font and not analysis.level % 2 for analysis in runs)
            (self._own_letters if is_own else self._lent_letters).add(letter)
        return self._own_letters.issuperset(text)

    def find_advance(self, glyph: int) -> int:
        """Return the width of a glyph that is not kerned, in Pango's units."""
        from weasyprint.text.ffi import ffi, pango

        pango.pango_font_get_glyph_extents(self.font, glyph, ffi.NULL, self._rectangle)
        return int(self._rectangle.width)

    def lay_out(self, text: str) -> tuple[Layout, _Line]:
        """Return a layout of the text, and its line, which is there as long as the layout is."""
        from weasyprint.text.line_break import create_layout

        layout = create_layout(text, self._style, None, None, 0)
        return layout, layout.get_first_line()[0]


def read_glyphs(string: _GlyphString) -> tuple[Glyph, ...]:
    """Return number, width and offsets of the glyphs of a text that Pango has shaped."""
    from weasyprint.text.ffi import ffi

    data = ffi.buffer(string.glyphs, GLYPH.size * string.num_glyphs)
    return cast("tuple[Glyph, ...]", tuple(GLYPH.iter_unpack(data)))


def iterate_runs(line: _Line) -> Iterator[_Run]:
    """Yield the runs of a line."""
    from weasyprint.text.ffi import ffi

    run = line.runs[0]
    while run != ffi.NULL:
        yield run
        run = run.next
