"""Give each glyph of complex scripts its own character in the ToUnicode map (ISO 32000-1 §9.10.3).

WeasyPrint 70 takes the text of the cluster in which it first draws a glyph. That is wrong for mirrored brackets (a
Hebrew “(” is drawn with the glyph of “)”, which then reads “(” in the whole file), and for clusters of several glyphs:
one of them gets no text, which PDF/UA and PDF/A forbid, another all of it. Here the face itself is asked.

Private names used: `weasyprint.draw.text.draw_first_line`, `TextBox.pango_layout` and its Pango line.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import uharfbuzz

if TYPE_CHECKING:
    from weasyprint.formatting_structure.boxes import TextBox
    from weasyprint.pdf.fonts import Font
    from weasyprint.pdf.stream import Stream

# Scripts drawn from the right or in clusters, combining marks, joiners, skin tones (drawn in one colour).
_COMPLEX = re.compile(
    "[\u0300-\u036f\u0483-\u0489\u0590-\u08ff\u0900-\u109f\u1700-\u1cff\u1dc0-\u1dff\u200c\u200d\u20d0-\u20ff"
    "\ua800-\uabff\ufb1d-\ufdff\ufe20-\ufe2f\ufe70-\ufefc"
    "\U00010800-\U00011fff\U0001e800-\U0001efff\U0001f3fb-\U0001f3ff]"
)
_PAIRS = ("()", "[]", "{}", "<>", "«»", "‹›", "≤≥", "⟨⟩", "⟦⟧", "「」", "『』", "（）", "［］")
_MIRRORED = {char: twin for pair in _PAIRS for char, twin in (tuple(pair), tuple(reversed(pair)))}
_NO_TEXT = "\u200b"  # of a glyph whose text another glyph of its cluster has; it may not be empty


def is_complex(text: str) -> bool:
    """Tell whether the text is drawn from the right, or in clusters that are not read glyph by glyph."""
    return not text.isascii() and _COMPLEX.search(text) is not None


@dataclass(frozen=True, slots=True)
class _Cluster:
    """Characters that are drawn together: their text, whether they run from the right, and their glyphs in `font`."""

    text: str
    is_from_right: bool
    font: Font
    glyphs: tuple[int, ...]


@cache
def correct_unicode_maps() -> None:
    """Correct the ToUnicode maps that WeasyPrint makes in this process; a second call changes nothing."""
    from weasyprint.draw import text as drawing

    original = drawing.draw_first_line

    def draw_first_line(stream: Stream, textbox: TextBox, *arguments: object) -> object:
        """Draw the line; name the characters of its glyphs before WeasyPrint does."""
        if is_complex(textbox.text) or textbox.style["direction"] == "rtl":  # there “15836)” has a mirrored bracket
            for cluster in _iterate_clusters(stream, textbox):
                _name_glyphs(cluster)
        return original(stream, textbox, *arguments)

    drawing.draw_first_line = draw_first_line


def _iterate_clusters(stream: Stream, textbox: TextBox) -> Iterator[_Cluster]:
    """Yield the clusters of the first line of a text box, from the left."""
    from weasyprint.text.ffi import pango

    line, _ = textbox.pango_layout.get_first_line()
    text = textbox.pango_layout.text.encode()
    run = line.runs[0]
    while not _is_end(run):
        analyzed, string = run.data.item, run.data.glyphs
        run = run.next
        font, _ = stream.add_font(analyzed.analysis.font)
        places = [string.log_clusters[index] for index in range(string.num_glyphs)]
        starts = sorted(set(places))
        ends = dict(zip(starts, [*starts[1:], analyzed.length], strict=True))
        for start in dict.fromkeys(places):
            glyphs = [string.glyphs[index].glyph for index, place in enumerate(places) if place == start]
            yield _Cluster(
                text[analyzed.offset + start : analyzed.offset + ends[start]].decode(),
                bool(analyzed.analysis.level % 2),
                font,
                tuple(
                    glyph
                    for glyph in glyphs
                    if glyph != pango.PANGO_GLYPH_EMPTY and not glyph & pango.PANGO_GLYPH_UNKNOWN_FLAG
                ),
            )


def _is_end(run: object) -> bool:
    """Tell whether a list of Pango's runs ends here."""
    from weasyprint.text.ffi import ffi

    return run == ffi.NULL


def _name_glyphs(cluster: _Cluster) -> None:
    """Enter the text of each glyph of a cluster: its own character where the face has one for it."""
    texts = cluster.font.to_unicode
    claimed = {glyph: _find_own_character(cluster, glyph) for glyph in cluster.glyphs}
    unclaimed = _leave_out(cluster.text, claimed.values())
    for glyph in cluster.glyphs:
        if claimed[glyph]:
            texts[glyph] = claimed[glyph]
        elif len(cluster.glyphs) == 1:
            texts[glyph] = cluster.text
        elif texts.get(glyph, _NO_TEXT) == _NO_TEXT:
            texts[glyph], unclaimed = unclaimed or _NO_TEXT, ""


def _leave_out(text: str, claimed: Iterable[str]) -> str:
    """Return the text without the characters that are claimed."""
    for char in claimed:
        text = text.replace(char, "", 1) if char else text
    return text


def _find_own_character(cluster: _Cluster, glyph: int) -> str:
    """Return the character of the cluster that the face draws with this glyph, "" if it has none."""
    face = _load_font(cluster.font)
    text = cluster.text
    for char in unicodedata.normalize("NFC", text) + text + unicodedata.normalize("NFD", text):
        twin = _MIRRORED.get(char, "") if cluster.is_from_right else ""
        for candidate in (twin, char):
            if candidate and face.get_nominal_glyph(ord(candidate)) == glyph:
                return candidate
    return ""


_faces: dict[str, uharfbuzz.Font] = {}  # by the name of the font in content streams, which is made of its file


def _load_font(font: Font) -> uharfbuzz.Font:
    """Return the font as HarfBuzz reads it."""
    if font.hash not in _faces:
        _faces[font.hash] = uharfbuzz.Font(uharfbuzz.Face(uharfbuzz.Blob(font.file_content), font.index & 0xFFFF))
    return _faces[font.hash]
