"""Shape a line of a stamp in every script: the face of each cluster, its glyphs, and the order of the runs.

The runs stand from the left, as the Unicode bidirectional algorithm orders them (UAX #9). Where letters change with
their neighbours and run from the left, the whole run has a text that is copied instead of its glyphs; where they run
from the right it has none, because page readers turn such texts round.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import uharfbuzz

from onrecord.model.bidi_levels import MIRRORED, find_levels
from onrecord.runtime import face_choice, font_files
from onrecord.runtime.font_files import is_drawn

# Indic scripts, Thai, Khmer and others: signs stand before the letter that they follow, or on both sides of it.
_CLUSTERED = re.compile("[\u0900-\u109f\u1700-\u1cff\ua800-\uabff\U00011000-\U00011fff]")
NO_TEXT = "\u200b"  # of a glyph whose text another glyph of its cluster has; it may not be empty (PDF/UA, PDF/A)
_JOINER = "\u200d"
_AS_EMOJI, _FIRST_EMOJI = "\ufe0f", "\U0001f000"
_EMOJI_TAGS = ("\U000e0020", "\U000e007f")
_SKIN_TONES = ("\U0001f3fb", "\U0001f3ff")
_FLAG_LETTERS = ("\U0001f1e6", "\U0001f1ff")


@dataclass(frozen=True, slots=True)
class Glyph:
    """A drawn glyph: its id, its text (or `NO_TEXT`), advance and offsets in 1/1000 em."""

    id: int
    text: str
    advance: float
    rise: float = 0.0
    shift: float = 0.0


@dataclass(frozen=True, slots=True)
class GlyphRun:
    """Glyphs of one face, from left to right; `said` is copied instead of them, "" if their own texts are."""

    face: Path
    glyphs: tuple[Glyph, ...]
    said: str = ""

    @property
    def width(self) -> float:
        """The width in 1/1000 em."""
        return sum(glyph.advance for glyph in self.glyphs)


@dataclass(slots=True)
class _Stretch:
    """Characters of one face and one level (odd: from the right), in reading order."""

    face: Path
    level: int
    text: str


def shape_line(text: str, paths: Sequence[Path], *, is_from_right: bool = False) -> tuple[GlyphRun, ...]:
    """Shape a line, each cluster in the first face that has it; the runs stand from the left.

    `is_from_right`: the line is of a language that is read from the right. Raises ValueError if no face has one of
    its characters.
    """
    levels = find_levels(text, is_from_right=is_from_right)
    stretches: list[_Stretch] = []
    place = 0
    for cluster in _divide_into_clusters(text):
        before = stretches[-1].face if stretches else None
        for characters, face in _choose_faces(cluster, paths, before):
            level = levels[place]
            place += len(characters)
            if stretches and (stretches[-1].face, stretches[-1].level) == (face, level):
                stretches[-1].text += characters
            else:
                stretches.append(_Stretch(face, level, characters))
    return tuple(_shape_stretch(stretch) for stretch in _order_stretches(stretches))


def _divide_into_clusters(text: str) -> Iterator[str]:
    """Yield each letter with its marks, each emoji with its parts."""
    cluster = ""
    for char in text:
        if cluster and _continues_cluster(cluster, char):
            cluster += char
            continue
        if cluster:
            yield cluster
        cluster = char
    if cluster:
        yield cluster


def _continues_cluster(cluster: str, char: str) -> bool:
    """Return whether a character belongs to the cluster before it."""
    if unicodedata.category(char).startswith("M") or not (is_drawn(char) or char.isspace()):
        return True
    if _is_between(char, _SKIN_TONES) or _is_between(char, _EMOJI_TAGS):
        return True
    is_flag = len(cluster) == 1 and _is_between(cluster, _FLAG_LETTERS) and _is_between(char, _FLAG_LETTERS)
    return is_flag or (cluster.endswith(_JOINER) and unicodedata.category(char) == "So")


def _is_between(char: str, ends: tuple[str, str]) -> bool:
    """Return whether a character is in a range of Unicode, ends included."""
    return ends[0] <= char <= ends[1]


def _choose_faces(cluster: str, paths: Sequence[Path], before: Path | None) -> Iterator[tuple[str, Path]]:
    """Yield the cluster with the first face that draws all of it, or else each of its characters with a face.

    Spaces, brackets and other signs, and what is not drawn, keep the face of the cluster before if that has them.
    """
    needed = {ord(char) for char in cluster if is_drawn(char)}
    if any(char == _AS_EMOJI or char >= _FIRST_EMOJI for char in cluster):
        paths = sorted(paths, key=lambda path: "Emoji" not in path.name)
    elif before and "Emoji" in before.name:
        before = None  # its space is as wide as an emoji
    if before and not cluster[0].isalnum() and needed <= font_files.list_code_points([before]):
        yield cluster, before
        return
    face = next((path for path in paths if needed <= font_files.list_code_points([path])), None)
    if face:
        yield cluster, face
        return
    for char in cluster:
        usable = [path for path in paths if not is_drawn(char) or ord(char) in font_files.list_code_points([path])]
        if not usable:
            raise ValueError(f"no font has {char!r}")
        yield char, usable[0]


def _order_stretches(stretches: Iterable[_Stretch]) -> list[_Stretch]:
    """Return the stretches from the left (UAX #9, rule L2)."""
    ordered = list(stretches)
    for level in range(max((stretch.level for stretch in ordered), default=0), 0, -1):
        start = 0
        while start < len(ordered):
            stop = start
            while stop < len(ordered) and ordered[stop].level >= level:
                stop += 1
            ordered[start:stop] = reversed(ordered[start:stop])
            start = max(stop, start + 1)
    return ordered


def _shape_stretch(stretch: _Stretch) -> GlyphRun:
    """Return the glyphs of a stretch, without ligatures of letters, in 1/1000 em."""
    is_from_right = bool(stretch.level % 2)
    face = font_files.load_face(stretch.face)
    buffer = uharfbuzz.Buffer()
    buffer.add_str(stretch.text)
    buffer.cluster_level = uharfbuzz.BufferClusterLevel.MONOTONE_CHARACTERS
    buffer.guess_segment_properties()
    buffer.flags = uharfbuzz.BufferFlags.REMOVE_DEFAULT_IGNORABLES
    buffer.direction = "rtl" if is_from_right else "ltr"
    # A ligature is one glyph for two letters; a stamp is read letter by letter. Emoji are joined by ligatures.
    has_letters = any(map(str.isalpha, stretch.text))
    uharfbuzz.shape(_load_stamp_font(stretch.face), buffer, {"liga": False, "clig": False} if has_letters else {})
    unit = 1000 / face.upem
    starts = [info.cluster for info in buffer.glyph_infos]
    ends = _find_cluster_ends(starts, len(stretch.text))
    texts: dict[int, list[str]] = {}
    for start in dict.fromkeys(starts):
        codes = [info.codepoint for info in buffer.glyph_infos if info.cluster == start]
        texts[start] = _name_glyphs(stretch.face, codes, stretch.text[start : ends[start]], is_from_right)
    glyphs = tuple(
        Glyph(
            info.codepoint,
            texts[info.cluster].pop(0),
            position.x_advance * unit,
            position.y_offset * unit,
            position.x_offset * unit,
        )
        for info, position in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True)
    )
    copied_text = stretch.text if _CLUSTERED.search(stretch.text) and not is_from_right else ""
    return GlyphRun(stretch.face, glyphs, copied_text)


def _find_cluster_ends(starts: Iterable[int], length: int) -> dict[int, int]:
    """Return where each cluster ends, by where it begins."""
    ordered = sorted(set(starts))
    return dict(zip(ordered, [*ordered[1:], length], strict=True))


def _name_glyphs(path: Path, glyphs: Sequence[int], text: str, is_from_right: bool) -> list[str]:
    """Return the text of each glyph of a cluster: its own character where the face has one for it.

    The first glyph without one has all other characters, the next ones have `NO_TEXT`.
    """
    if len(glyphs) == 1:
        twin = MIRRORED.get(text, "") if is_from_right else ""
        return [_find_own_character(path, glyphs[0], twin) or text]  # “)” may draw a Hebrew “(”
    names = [_find_own_character(path, glyph, unicodedata.normalize("NFC", text) + text) for glyph in glyphs]
    for name in names:
        text = text.replace(name, "", 1) if name else text
    for index, name in enumerate(names):
        if not name:
            names[index], text = text or NO_TEXT, ""
    return names


def _find_own_character(path: Path, glyph: int, characters: str) -> str:
    """Return the first of the characters that the face draws with this glyph by itself, "" if there is none."""
    font = _load_stamp_font(path)
    return next((char for char in characters if font.get_nominal_glyph(ord(char)) == glyph), "")


def measure_glyphs(path: Path, glyphs: Iterable[int]) -> dict[int, int]:
    """Return the advance of each glyph of a stamp in 1/1000 em."""
    font, unit = _load_stamp_font(path), 1000 / font_files.load_face(path).upem
    return {glyph: round(font.get_glyph_h_advance(glyph) * unit) for glyph in glyphs}


@cache
def _load_stamp_font(path: Path) -> uharfbuzz.Font:
    """Return the font of a file for shaping, with the variations of stamps."""
    font = uharfbuzz.Font(font_files.load_face(path))
    font.set_variations(face_choice.STAMP_AXES)
    return font


@dataclass(frozen=True, slots=True)
class FontExtents:
    """Ascent and descent of a face for its font descriptor, in 1/1000 em."""

    ascent: int
    descent: int


def measure_extents(path: Path) -> FontExtents:
    """Return ascent and descent of the face in a file, as weighted for stamps."""
    extents = _load_stamp_font(path).get_font_extents("ltr")
    unit = 1000 / font_files.load_face(path).upem
    return FontExtents(round(extents.ascender * unit), round(extents.descender * unit))
