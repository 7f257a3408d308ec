"""Speed WeasyPrint 70 up: lay plain lines of text out once, and remember how glyphs are drawn.

WeasyPrint lays a line out up to five times: as much text as surely fills it, with the next word, with each syllable of
that word and a hyphen, and without the space at its end. The first layout says nearly always how the others end. What
is not plain, or close, is left to WeasyPrint. What a layout draws is the same; see `box_speedups` for the guard.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, cast

from onrecord.editions.pdf.typeset.box_speedups import Speedup, replace_everywhere
from onrecord.editions.pdf.typeset.c_declarations import LINE_POSITION, REFERENCE

if TYPE_CHECKING:
    from pathlib import Path

    from pyphen import DataInt, HyphDict
    from weasyprint.formatting_structure.boxes import TextBox, _Style
    from weasyprint.layout import LayoutContext
    from weasyprint.layout.inline import _FirstLine
    from weasyprint.matrix import Matrix
    from weasyprint.pdf.fonts import Font
    from weasyprint.pdf.stream import Stream
    from weasyprint.text.ffi import _CData
    from weasyprint.text.line_break import Layout, _GlyphItem, _Line

# Latin, Greek and Cyrillic letters, digits and punctuation; no soft hyphen, no space that does not break, no joiner.
_PLAIN = re.compile(
    "[ -~\u00a1-\u00ac\u00ae-\u02af\u0370-\u052f\u1e00-\u1fff\u2010-\u2027\u2030-\u205e\u20a0-\u20bf\u2100-\u218f]*"
)
_SLACK = 1024  # a pixel in Pango's units: more than kerning at a break changes the width of a line
_RATIO = 4  # WeasyPrint's: a line has no more than so many letters for each width of its font size
_LONGEST_PX = 65_536
_MANY_WORDS = 8_192  # remembered with their boundaries


# --- lines ------------------------------------------------------------------------------------------


def _lay_lines_out_once() -> None:
    """Break a plain text by the first layout of its line."""
    from weasyprint.text import line_break
    from weasyprint.text.ffi import ffi

    ffi.cdef(LINE_POSITION)
    split = line_break.split_first_line
    breaker = _LineBreaker()

    def split_first_line(
        text: str,
        style: _Style,
        context: LayoutContext,
        max_width: float | None,
        justification_spacing: float,
        is_line_start: bool = True,
        minimum: bool = False,
    ) -> _FirstLine:
        """Return the first line of the text: its layout, lengths, and size."""
        if max_width is not None and _has_plain_style(style, max_width):
            line = breaker.break_line(text, style, context, max_width, justification_spacing)
            if line is not None:
                return line
        return split(text, style, context, max_width, justification_spacing, is_line_start, minimum)

    replace_everywhere(split, split_first_line)


def _has_plain_style(style: _Style, max_width: float) -> bool:
    """Return whether lines of this style and width are broken between words and syllables only."""
    size = style["font_size"]
    return bool(
        0 < size * _RATIO <= max_width <= _LONGEST_PX
        and style["white_space"] == "normal"
        and style["letter_spacing"] == "normal"
        and not style["word_spacing"]
        and style["direction"] == "ltr"
        and style["hyphenate_limit_chars"][0] >= 2
    )


@dataclass(frozen=True, slots=True)
class _Draft:
    """The first layout of a text: its lines are as long as Pango makes them, without hyphens."""

    text: str
    style: _Style
    context: LayoutContext
    max_width: float
    spacing: float
    layout: Layout
    line: _CData
    resume: int
    width: float
    height: float

    @property
    def first(self) -> str:
        """The text of the first line, with the space at its end."""
        return self.text.encode()[: self.resume].decode()


class _LineBreaker:
    """Breaks lines by their drafts, and remembers how fonts kern."""

    def __init__(self) -> None:
        from weasyprint.text.ffi import ffi

        self._position = ffi.new("int *")
        self._spaces: dict[tuple[int, str], tuple[bool, int]] = {}  # by font and letter

    def break_line(
        self, text: str, style: _Style, context: LayoutContext, max_width: float, spacing: float
    ) -> _FirstLine | None:
        """Return the first line of the text, None if its draft does not say where it ends."""
        from weasyprint.text import line_break

        short = text[: int(max_width / style["font_size"] * _RATIO)]
        if _PLAIN.fullmatch(short) is None:
            return None
        layout = line_break.create_layout(short, style, context, max_width, spacing)
        line, resume = layout.get_first_line()
        width, height = line_break.line_size(line, style)
        if width > max_width:
            return None
        if resume is None:
            is_whole = short == text
            return line_break.first_line_metrics(line, text, layout, None, True, style) if is_whole else None
        if style._shared_by_onrecord is None:
            return None
        return self._finish(_Draft(short, style, context, max_width, spacing, layout, line, resume, width, height))

    def _finish(self, draft: _Draft) -> _FirstLine | None:
        """Return the line with a part of the next word and a hyphen, or as it is; None if that is not certain."""
        from weasyprint.text.ffi import FROM_UNITS, TO_UNITS, pango
        from weasyprint.text.line_break import first_line_metrics

        first = draft.first
        if not first.endswith(" ") or first.endswith("  ") or len(first) < 2:
            return None
        break_point = self._find_next_break(draft, len(first))
        word = draft.text[len(first) : len(first) + break_point].rstrip(" ")
        next_line = pango.pango_layout_get_line_readonly(draft.layout.layout, 1)
        if not word or next_line.length < len(word.encode()):
            return None
        has_kerning, space_width = self._measure_space(draft, first[-2])
        room = int(draft.max_width * TO_UNITS) - int(draft.width * TO_UNITS) - space_width + _SLACK
        ends_with_space = draft.text[len(first) + break_point] == " "
        if ends_with_space and self._read_x(next_line, draft.resume + len(word.encode())) <= room:
            return None
        for part in _divide_word(draft, len(first), break_point):
            is_possible = self._read_x(next_line, draft.resume + len(part.encode())) <= room  # without a hyphen
            if is_possible and (line := _try_hyphen(draft, first + part)):
                return line
        if has_kerning:
            return first_line_metrics(draft.line, draft.text, draft.layout, draft.resume, True, draft.style)
        baseline = pango.pango_layout_get_baseline(draft.layout.layout) * FROM_UNITS
        draft.layout.text = first[:-1]
        draft.layout.deactivate()
        return draft.layout, len(first[:-1].encode()), draft.resume, draft.width, draft.height, baseline

    def _find_next_break(self, draft: _Draft, start: int) -> int:
        """Return how many letters behind the first line a line may break again; 0 if it is not known."""
        from weasyprint.text.ffi import ffi, pango

        attributes = pango.pango_layout_get_log_attrs_readonly(draft.layout.layout, ffi.NULL)
        letters = attributes[start + 1 : len(draft.text)]
        return next((index for index, letter in enumerate(letters) if letter.is_line_break), 0)

    def _measure_space(self, draft: _Draft, letter: str) -> tuple[bool, int]:
        """Return whether the font kerns this letter with a space behind it, and how wide that space is."""
        from weasyprint.text.line_break import create_layout

        key = id(draft.style._shared_by_onrecord), letter
        if key not in self._spaces:
            length = len(letter.encode())
            alone = create_layout(letter, draft.style, None, None, 0)
            before_end = create_layout(f"{letter} n", draft.style, None, None, 0)
            end = self._read_x(alone.get_first_line()[0], length)
            line, _ = before_end.get_first_line()
            start, stop = self._read_x(line, length), self._read_x(line, length + 1)
            self._spaces[key] = start != end, stop - start
        return self._spaces[key]

    def _read_x(self, line: _CData, index: int) -> int:
        """Return where the byte with this index begins on the line, in Pango's units."""
        from weasyprint.text.ffi import pango

        pango.pango_layout_line_index_to_x(line, index, 0, self._position)
        return int(self._position[0])


def _divide_word(draft: _Draft, start: int, length: int) -> Iterator[str]:
    """Yield what of the text behind the line may stand before a hyphen, the longest first (WeasyPrint's step 4)."""
    import pyphen

    style, context = draft.style, draft.context
    language = style["lang"] and pyphen.language_fallback(style["lang"])
    if style["hyphens"] != "auto" or not language:
        return
    total, left, right = style["hyphenate_limit_chars"]
    text = draft.text[start : start + length]
    word_start, word_end = _find_long_word(draft, text, language, total)
    if word_end:
        key = (language, left, right, total)
        dictionary = context.dictionaries.get(key)
        if dictionary is None:
            dictionary = context.dictionaries[key] = pyphen.Pyphen(lang=language, left=left, right=right)
        for part, _ in dictionary.iterate(text[word_start:word_end]):
            yield text[:word_start] + part


def _find_long_word(draft: _Draft, text: str, language: str, shortest: int) -> tuple[int, int]:
    """Return start and end of the first word that is long enough to be divided in the room that is left, or 0, 0."""
    from weasyprint.layout.percent import percentage

    start = 0
    while text:
        boundaries = _find_word(text, language)
        if boundaries is None:
            break
        word_start, word_end = boundaries
        if word_end - word_start >= shortest:
            space = draft.max_width - draft.width
            if space > percentage(draft.style["hyphenate_limit_zone"], draft.style, draft.max_width) or space < 0:
                return start + word_start, start + word_end
        text, start = text[word_end:], start + word_end
    return 0, 0


@lru_cache(_MANY_WORDS)
def _find_word(text: str, language: str) -> tuple[int, int] | None:
    """Return where the first word of the text begins and ends."""
    from weasyprint.text.line_break import get_next_word_boundaries

    return get_next_word_boundaries(text, language)


def _try_hyphen(draft: _Draft, text: str) -> _FirstLine | None:
    """Return the line with this text and a hyphen if it fits: a text with a space that is too long is broken there."""
    from weasyprint.text import line_break

    style, hyphen = draft.style, draft.style["hyphenate_character"]
    layout = line_break.create_layout(text + hyphen, style, draft.context, draft.max_width, draft.spacing)
    line, resume = layout.get_first_line()
    if resume is not None:
        return None
    length = len(text.encode())
    return line_break.first_line_metrics(line, draft.text, layout, length, True, style, True, hyphen)


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
    """Return each pattern by its letters, as it is written; None if one is of another kind."""
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


_GLYPH = struct.Struct("=Iiii4x")  # PangoGlyphInfo: glyph, width, offsets in x and y; bits of which not all are set
_Glyph = tuple[int, int, int, int]
_MANY_GLYPHS = 65_536


def _remember_glyphs() -> None:
    """Show a glyph as it was shown before in the same font, size and width."""
    from weasyprint.draw import text as drawing
    from weasyprint.text.ffi import ffi, pango

    if ffi.sizeof("PangoGlyphInfo") != _GLYPH.size or pango.pango_version() < _FIRST_VERSION:
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


_FIRST_VERSION = 14_802  # of Pango: in earlier ones, WeasyPrint takes the size of a font from the style


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
        data = ffi.buffer(glyph_string.glyphs, _GLYPH.size * glyph_string.num_glyphs)[:]
        try:
            string = "".join([known[glyph] for glyph in _GLYPH.iter_unpack(data)])
        except KeyError:
            if not _learn_glyphs(stream, runs[-1], analyzed, [*_GLYPH.iter_unpack(data)], text):
                return None
            string = "".join([known[glyph] for glyph in _GLYPH.iter_unpack(data)])
        runs[-1].strings.append(f"<{string}>" if string and string[-1] != "<" else f"<{string}"[:-1])
    return runs


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
        number, width, x_offset, rise = cast("_Glyph", glyph)
        if number == pango.PANGO_GLYPH_EMPTY:
            run.known[glyph] = f">{-width / run.size}<"
            continue
        if number & pango.PANGO_GLYPH_UNKNOWN_FLAG or rise:
            return False
        if number not in font.to_unicode:
            font.to_unicode[number] = _read_cluster(analyzed, index, text)
        if number not in font.widths:
            ink, logical = stream.ink_rect, stream.logical_rect
            pango.pango_font_get_glyph_extents(analyzed.item.analysis.font, number, ink, logical)
            font.widths[number] = round(logical.width * 1000 * FROM_UNITS / run.size)
        run.known[glyph] = _format_glyph(number, width, x_offset, font.widths[number], run.size)
    return True


def _read_cluster(analyzed: _GlyphItem, index: int, text: str) -> str:
    """Return the text of the cluster in which the glyph with this index stands."""
    run, clusters = analyzed.item, analyzed.glyphs.log_clusters
    if run.analysis.level % 2:
        end = run.length if index == 0 else clusters[index - 1]
    else:
        end = run.length if index == analyzed.glyphs.num_glyphs - 1 else clusters[index + 1]
    return text.encode()[run.offset + clusters[index] : run.offset + end].decode()


@lru_cache(_MANY_GLYPHS)
def _format_glyph(number: int, width: int, x_offset: int, logical_width: float, size: float) -> str:
    """Return the glyph in hexadecimal digits, with what it is moved by in thousandths of the size."""
    from weasyprint.text.ffi import FROM_UNITS

    offset = x_offset / size
    kerning = logical_width + offset - width * 1000 * FROM_UNITS / size
    shown = f">{-offset}<{number:04x}" if offset else f"{number:04x}"
    return f"{shown}>{int(kerning)}<" if kerning else shown


SPEEDUPS = (
    Speedup("weasyprint.text.line_break", "1f5a855ad992e0be", _lay_lines_out_once),
    Speedup("pyphen", "9a752f734be350f7", _read_patterns_when_needed),
    Speedup("weasyprint.text.fonts", "59d74d0c161349b8", _keep_font_keys),
    Speedup("weasyprint.pdf.fonts", "9ad9a202a416b845", _keep_font_files),
    Speedup("weasyprint.draw.text", "c9a450aa209277e7", _remember_glyphs),
)
