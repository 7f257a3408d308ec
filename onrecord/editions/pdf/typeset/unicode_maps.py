"""Give each glyph of complex scripts its own character in the ToUnicode map (ISO 32000-1 §9.10.3).

WeasyPrint 70 takes the text of the cluster in which it first draws a glyph. That is wrong for mirrored brackets (a
Hebrew “(” is drawn with the glyph of “)”, which then reads “(” in the whole file), and for clusters of several glyphs:
one of them gets no text, which PDF/UA and PDF/A forbid, another all of it. Here the face itself is asked.

Private names used: `weasyprint.draw.text.draw_first_line`, `TextBox.pango_layout` and its Pango line.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import uharfbuzz

from onrecord.editions.pdf.typeset.cluster_texts import GlyphGroup, mark_groups
from onrecord.model.bidi_levels import MIRRORED

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
# Of these, scripts whose clusters have texts of their own (`cluster_texts`)
_MARKED = re.compile("[\u0900-\u109f\u1700-\u1cff\ua800-\uabff][\u0900-\u109f\u1700-\u1cff\ua800-\uabff\u200c\u200d]*")
_JOINERS = ("\u200c", "\u200d")  # drawn as nothing, but they choose the forms of letters
_NO_TEXT = "\u200b"  # of a glyph whose text another glyph of its cluster has; it may not be empty


def is_complex(text: str) -> bool:
    """Return whether the text is drawn from the right, or in clusters that are not read glyph by glyph."""
    return not text.isascii() and _COMPLEX.search(text) is not None


def needs_actual_text(text: str) -> bool:
    """Return whether the text is read rightly only as a whole, with an /ActualText of its structure element."""
    return not text.isascii() and _COMPLEX.search(_MARKED.sub("", text)) is not None


@dataclass(frozen=True, slots=True)
class _Cluster:
    """Characters that are drawn together: their text, whether they run from the right, and their glyphs in `font`.

    It `is_raised` if a glyph stands above or below its place: then it is shown by an operator of its own.
    """

    text: str
    is_from_right: bool
    font: Font
    glyphs: tuple[int, ...]
    is_raised: bool


@cache
def correct_unicode_maps() -> None:
    """Correct the ToUnicode maps that WeasyPrint makes in this process; a second call changes nothing."""
    from weasyprint.draw import text as drawing

    original = drawing.draw_first_line

    def draw_first_line(stream: Stream, textbox: TextBox, *arguments: object) -> object:
        """Draw the line; name the characters of its glyphs before WeasyPrint does."""
        if not (is_complex(textbox.text) or textbox.style["direction"] == "rtl"):  # “15836)” has a mirrored bracket
            return original(stream, textbox, *arguments)
        clusters = list(_iterate_clusters(stream, textbox))
        for cluster in clusters:
            _name_glyphs(cluster)
        start = len(stream.stream)
        drawn = original(stream, textbox, *arguments)
        stream.stream[start:] = mark_groups(stream.stream[start:], list(_group_clusters(clusters)))
        return drawn

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
        glyphs = [string.glyphs[index].glyph for index in range(string.num_glyphs)]
        part = text[analyzed.offset : analyzed.offset + analyzed.length]
        for characters, indices in _join_clusters(part, places):
            yield _Cluster(
                characters,
                bool(analyzed.analysis.level % 2),
                font,
                tuple(
                    glyphs[index]
                    for index in indices
                    if glyphs[index] != pango.PANGO_GLYPH_EMPTY and not glyphs[index] & pango.PANGO_GLYPH_UNKNOWN_FLAG
                ),
                any(string.glyphs[index].geometry.y_offset for index in indices),
            )


def _join_clusters(text: bytes, places: Sequence[int]) -> Iterator[tuple[str, list[int]]]:
    """Yield the text of each cluster and the indices of its glyphs; `places` are where in the text the glyphs begin.

    Pango takes a vowel sign that stands on both sides of its letter for a cluster of its own, and its left half for
    a glyph of the letter (Tamil ொ): such clusters are one.
    """
    starts = sorted(set(places))
    ends = dict(zip(starts, [*starts[1:], len(text)], strict=True))
    joined: list[tuple[str, list[int]]] = []
    for start in dict.fromkeys(places):
        characters = text[start : ends[start]].decode()
        indices = [index for index, place in enumerate(places) if place == start]
        if joined and len(joined[-1][1]) > len(joined[-1][0]) and unicodedata.category(characters[0]).startswith("M"):
            before, others = joined.pop()
            characters, indices = before + characters, others + indices
        joined.append((characters, indices))
    yield from joined


def _is_end(run: object) -> bool:
    """Return whether a list of Pango's runs ends here."""
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


def _group_clusters(clusters: Sequence[_Cluster]) -> Iterator[GlyphGroup]:
    """Yield the clusters in groups, each with the text that a reader says for it, "" if its glyphs say it.

    A mark is in the group of the letter before it.
    """
    groups: list[list[_Cluster]] = []
    for cluster in clusters:
        if groups and _belongs_to_group(cluster, groups[-1]):
            groups[-1].append(cluster)
        else:
            groups.append([cluster])
    for group in _join_across_spaces(groups):
        text = "".join(cluster.text for cluster in group) if _needs_text(group) else ""
        yield GlyphGroup(sum(len(cluster.glyphs) for cluster in group), text)


def _belongs_to_group(cluster: _Cluster, group: Sequence[_Cluster]) -> bool:
    """Return whether a cluster is in the group of those before it: a mark, a joiner, what follows a raised glyph.

    PDFium orders what operators show by its left edge. A raised glyph may stand to the right of the next letter's, and
    the text is said twice if something else comes in between.
    """
    if cluster.is_from_right or group[-1].is_from_right or cluster.text.isspace():
        return False
    is_mark = unicodedata.category(cluster.text[0]).startswith("M") or cluster.text in _JOINERS
    return is_mark or any(member.is_raised for member in group)


def _join_across_spaces(groups: Sequence[list[_Cluster]]) -> list[list[_Cluster]]:
    """Return the groups; join two that need a text with the space between them, which PDFium would drop."""
    joined: list[list[_Cluster]] = []
    for group in groups:
        if len(joined) > 1 and _needs_text(group) and _is_space(joined[-1]) and _needs_text(joined[-2]):
            space = joined.pop()
            joined[-1] += [*space, *group]
        else:
            joined.append(group)
    return joined


def _is_space(group: Sequence[_Cluster]) -> bool:
    """Return whether a group of glyph clusters is a space."""
    return len(group) == 1 and group[0].text.isspace()


def _needs_text(group: Sequence[_Cluster]) -> bool:
    """Return whether a group needs a text, and can have it: any but a letter with one glyph.

    A mark that stands in the order of its characters needs it, too: readers order glyphs by their places.
    """
    text = "".join(cluster.text for cluster in group)
    is_letter = len(text) == sum(len(cluster.glyphs) for cluster in group) == 1
    return _MARKED.search(text) is not None and not is_letter and max(text) <= "\uffff" and not group[0].is_from_right


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
        twin = MIRRORED.get(char, "") if cluster.is_from_right else ""
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
