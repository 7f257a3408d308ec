"""Speed WeasyPrint 70 up: read patterns of hyphenation when a word needs them, remember how glyphs are drawn.

What a layout draws is the same; see `box_speedups` for the guard.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, cast

from onrecord.editions.pdf.typeset.box_speedups import Speedup, replace_everywhere
from onrecord.editions.pdf.typeset.c_declarations import REFERENCE
from onrecord.editions.pdf.typeset.word_shapes import GLYPH, Glyph

if TYPE_CHECKING:
    from pathlib import Path

    from pyphen import DataInt, HyphDict
    from weasyprint.formatting_structure.boxes import TextBox
    from weasyprint.matrix import Matrix
    from weasyprint.pdf.fonts import Font
    from weasyprint.pdf.stream import Stream
    from weasyprint.text.ffi import _CData
    from weasyprint.text.line_break import _GlyphItem, _Line

# --- hyphenation ------------------------------------------------------------------------------------


def _read_patterns_when_needed() -> None:
    """Take patterns apart when a word needs them: German has 66,000, for which a worker took 0.4 s."""
    import pyphen

    read = pyphen.HyphDict.__init__

    def read_dictionary(self: HyphDict, path: Path) -> None:
        """Read the file; leave it to pyphen if it has patterns of other kinds."""
        patterns = _collect_patterns(path.read_bytes(), pyphen.ignored)
        if patterns is None:
            read(self, path)
        else:
            self.patterns, self.cache = patterns, {}
            self.maxlen = max(map(len, patterns))

    def find_positions(self: HyphDict, word: str) -> list[DataInt]:
        """Return where the word can be divided: before the letter with this index."""
        word = word.lower()
        if word not in self.cache:
            levels = _weigh_positions(f".{word}.", self.patterns, self.maxlen)
            self.cache[word] = [
                pyphen.DataInt(index - 1, reference=level) for index, level in enumerate(levels) if level % 2
            ]
        return self.cache[word]

    pyphen.HyphDict.__init__ = read_dictionary
    pyphen.HyphDict.positions = find_positions


_Patterns = dict[str, "str | tuple[int, tuple[int, ...]]"]


def _collect_patterns(data: bytes, comments: tuple[str, ...]) -> _Patterns | None:
    """Return the patterns of a hyphenation dictionary, each by its letters; None if one is of an unknown kind."""
    encoding, _, text = data.partition(b"\n")
    name = encoding.decode().strip().lower()
    lines = text.decode("cp1251" if name == "microsoft-cp1251" else name).split("\n")
    lines = [line for line in map(str.strip, lines) if line and not line.startswith(comments)]
    if any("^^" in line or "/" in line for line in lines):
        return None
    lines = [line for line in lines if not _WITHOUT_LEVEL.fullmatch(line)]
    letters = _DIGIT.sub("", "\n".join(lines)).split("\n")
    return dict(zip(letters, lines, strict=True))  # of two with the same letters, the last one holds


_DIGIT = re.compile("[0-9]")
_WITHOUT_LEVEL = re.compile("[^1-9]*")
_LEVEL_AND_LETTER = re.compile(r"(\d?)(\D?)")


def _weigh_positions(word: str, patterns: _Patterns, longest: int) -> list[int]:
    """Return the highest level that a pattern gives each place of the word; at odd ones it can be divided."""
    levels = [0] * (len(word) + 1)
    for start in range(len(word) - 1):
        for end in range(start + 1, min(start + longest, len(word)) + 1):
            pattern = patterns.get(word[start:end])
            if pattern is None:
                continue
            if isinstance(pattern, str):
                pattern = patterns[word[start:end]] = _parse_pattern(pattern)
            offset, values = pattern
            place = slice(start + offset, start + offset + len(values))
            levels[place] = map(max, values, levels[place])
    return levels


def _parse_pattern(pattern: str) -> tuple[int, tuple[int, ...]]:
    """Return the levels of a pattern without zeros at its ends, and where the first stands: “.ab1c” is 3, (1,)."""
    levels = [int(level or "0") for level, _ in _LEVEL_AND_LETTER.findall(pattern)]
    places = [index for index, level in enumerate(levels) if level]
    return places[0], tuple(levels[places[0] : places[-1] + 1])


# --- fonts and glyphs -------------------------------------------------------------------------------


def _keep_font_keys() -> None:
    """Keep the key of each Pango font, by its address: a reference to it makes sure that no other is found there."""
    from weasyprint.text import fonts
    from weasyprint.text.ffi import ffi, gobject

    ffi.cdef(REFERENCE)
    describe = fonts.get_pango_font_key
    keys: dict[_CData, tuple[int, _CData, float]] = {}

    def get_pango_font_key(pango_font: _CData) -> tuple[int, _CData, float]:
        """Return what identifies a font file and its variation, a description, and the size in pixels."""
        key = keys.get(pango_font)
        if key is None:
            gobject.g_object_ref(pango_font)
            key = keys[pango_font] = describe(pango_font)
        return key

    replace_everywhere(describe, get_pango_font_key)


def _keep_font_files() -> None:
    """Keep the bytes of each font file, which WeasyPrint copies for each part."""
    from weasyprint.pdf import fonts as pdf_fonts

    read = pdf_fonts.get_hb_object_data
    files: dict[_CData, bytes | None] = {}

    def get_hb_object_data(face: _CData, *arguments: object) -> bytes | None:
        """Return the file of a face, or the picture of a glyph."""
        if arguments:
            return read(face, *arguments)
        if face not in files:
            files[face] = read(face)  # the key keeps the face
        return files[face]

    pdf_fonts.get_hb_object_data = get_hb_object_data


_MANY_GLYPHS = 65_536


def _remember_glyphs() -> None:
    """Show a glyph as it was shown before in the same font, size and width."""
    from weasyprint.draw import text as drawing
    from weasyprint.text.ffi import ffi, pango

    if ffi.sizeof("PangoGlyphInfo") != GLYPH.size or pango.pango_version() < FIRST_VERSION:
        return
    draw = drawing.draw_first_line

    def draw_first_line(
        stream: Stream, textbox: TextBox, text_overflow: str, block_ellipsis: object, matrix: Matrix
    ) -> object:
        """Draw the first line of a text box; return its emoji."""
        is_plain = text_overflow != "ellipsis" and block_ellipsis == "none" and textbox.style["font_size"] >= 1e-6
        if is_plain and textbox.text.strip():
            pango.pango_layout_set_single_paragraph_mode(textbox.pango_layout.layout, True)
            line, _ = textbox.pango_layout.get_first_line()
            runs = _collect_runs(stream, line, textbox.pango_layout.text)
            if runs is not None:
                stream.set_text_matrix(*matrix.values)
                for index, run in enumerate(runs):
                    stream.set_font_size(run.font.hash, run.size)
                    string = "".join(run.strings)
                    if string or index == len(runs) - 1:
                        stream.show_text(string)
                return []
        return draw(stream, textbox, text_overflow, block_ellipsis, matrix)

    replace_everywhere(draw, draw_first_line)


FIRST_VERSION = 14_802  # of Pango: in earlier ones, WeasyPrint takes the size of a font from the style


def _collect_runs(stream: Stream, line: _Line, text: str) -> list[_FontRun] | None:
    """Return what a line shows; None if a glyph of it is shown in another way than others."""
    from weasyprint.text.ffi import ffi

    runs: list[_FontRun] = []
    pango_font = None
    run = line.runs[0]
    while run != ffi.NULL:
        analyzed = run.data
        run = run.next
        if analyzed.item.analysis.font != pango_font:
            pango_font = analyzed.item.analysis.font
            font, size = stream.add_font(pango_font)
            if font.bitmap or font.svg or font.png or font.colr:
                return None
            runs.append(_FontRun(font, size, _get_known_strings(font, size), []))
        known, glyph_string = runs[-1].known, analyzed.glyphs
        data = ffi.buffer(glyph_string.glyphs, GLYPH.size * glyph_string.num_glyphs)[:]
        try:
            string = "".join([known[glyph] for glyph in GLYPH.iter_unpack(data)])
        except KeyError:
            if not _learn_glyphs(stream, runs[-1], analyzed, [*GLYPH.iter_unpack(data)], text):
                return None
            string = "".join([known[glyph] for glyph in GLYPH.iter_unpack(data)])
        runs[-1].strings.append(close_string(string))
    return runs


def close_string(glyphs: str) -> str:
    """Return glyphs, and what they are moved by, as an operand: what stands at the end is not in a string."""
    return f"<{glyphs}>" if glyphs and glyphs[-1] != "<" else f"<{glyphs}"[:-1]


@dataclass(frozen=True, slots=True)
class _FontRun:
    """What is shown in one font: how its glyphs are shown as far as it is known, and the operands of a line."""

    font: Font
    size: float
    known: dict[tuple[object, ...], str]
    strings: list[str]


def _get_known_strings(font: Font, size: float) -> dict[tuple[object, ...], str]:
    """Return how glyphs of the font are shown in this size, as far as it is known."""
    try:
        return font._strings_by_onrecord.setdefault(size, {})
    except AttributeError:
        font._strings_by_onrecord = {}
        return font._strings_by_onrecord.setdefault(size, {})


def _learn_glyphs(
    stream: Stream, run: _FontRun, analyzed: _GlyphItem, glyphs: list[tuple[object, ...]], text: str
) -> bool:
    """Learn how glyphs are shown, and tell their font their texts and widths; return False if one needs more."""
    from weasyprint.text.ffi import FROM_UNITS, pango

    font = run.font
    for index, glyph in enumerate(glyphs):
        if glyph in run.known:
            continue
        number, width, x_offset, rise = cast("Glyph", glyph)
        if number == pango.PANGO_GLYPH_EMPTY:
            run.known[glyph] = f">{-width / run.size}<"
            continue
        if number & pango.PANGO_GLYPH_UNKNOWN_FLAG or rise:
            return False
        if number not in font.to_unicode:
            font.to_unicode[number] = read_cluster(analyzed, index, text)
        if number not in font.widths:
            ink, logical = stream.ink_rect, stream.logical_rect
            pango.pango_font_get_glyph_extents(analyzed.item.analysis.font, number, ink, logical)
            font.widths[number] = round(logical.width * 1000 * FROM_UNITS / run.size)
        run.known[glyph] = format_glyph(number, width, x_offset, font.widths[number], run.size)
    return True


def read_cluster(analyzed: _GlyphItem, index: int, text: str) -> str:
    """Return the text of the cluster in which the glyph with this index stands."""
    run, clusters = analyzed.item, analyzed.glyphs.log_clusters
    if run.analysis.level % 2:
        end = run.length if index == 0 else clusters[index - 1]
    else:
        end = run.length if index == analyzed.glyphs.num_glyphs - 1 else clusters[index + 1]
    return text.encode()[run.offset + clusters[index] : run.offset + end].decode()


@lru_cache(_MANY_GLYPHS)
def format_glyph(number: int, width: int, x_offset: int, logical_width: float, size: float) -> str:
    """Return the glyph in hexadecimal digits, with what it is moved by in thousandths of the size."""
    from weasyprint.text.ffi import FROM_UNITS

    offset = x_offset / size
    kerning = logical_width + offset - width * 1000 * FROM_UNITS / size
    shown = f">{-offset}<{number:04x}" if offset else f"{number:04x}"
    return f"{shown}>{int(kerning)}<" if kerning else shown


SPEEDUPS = (
    Speedup("pyphen", "9a752f734be350f7", _read_patterns_when_needed),
    Speedup("weasyprint.text.fonts", "59d74d0c161349b8", _keep_font_keys),
    Speedup("weasyprint.pdf.fonts", "9ad9a202a416b845", _keep_font_files),
    Speedup("weasyprint.draw.text", "c9a450aa209277e7", _remember_glyphs),
)
