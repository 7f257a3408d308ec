"""Compare the glyphs that a PDF embeds with those of the complete faces: outline, width, and the text they stand for.

Subsets keep the numbers of glyphs, so nothing is searched. HarfBuzz draws both faces; it is given the font files of our
packages and of the book, and nothing that the layout made.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, partial
from operator import sub
from pathlib import Path
from types import SimpleNamespace

import uharfbuzz

from onrecord.proof.reading.shaped_scripts import SHAPED_SCRIPTS
from onrecord.runtime import font_files

_SLACK = 0.0026  # em; the coordinates of a subset are rounded, in variable fonts once for each axis
_WIDTH_SLACK = 0.003  # em
_WEIGHTS = tuple(range(100, 1000, 100))
_FAMILY, _FAMILY_OF_ALL, _POSTSCRIPT = 1, 16, 6  # rows of the name table
_FEATURES: tuple[Mapping[str, bool], ...] = (
    {},
    {"smcp": True},
    {"smcp": True, "c2sc": True},
    {"dlig": True},
    {"hlig": True},
    {"sups": True},
    {"frac": True},
    {"lnum": True, "tnum": True},
    {"onum": True, "tnum": True},
)
_FEW = 8  # glyphs that tell the optical size
_COARSE_STEP = 2  # points, between the optical sizes that are tried first
_GOLDEN = (5**0.5 - 1) / 2  # of a range stays after each further try
_TRIES = 14  # they leave 0.005 points of two coarse steps
_LOOKUPS = 400  # more than any of our faces has
# Scripts whose letters change with their neighbours: their lines are shaped anew as a whole (`reshaping`).
_SHAPED = re.compile(f"[{SHAPED_SCRIPTS}\u0300-\u036f\u200c-\u200f\u20d0-\u20ff\ufe00-\ufe0f\U0001f000-\U0001ffff]")

_SMALL_CAPITALS = "Small-Caps"  # in the name of a font

_INVISIBLE = "\u200b\u2060\ufeff"  # a zero-width space, a word joiner, a byte order mark
_STEPS = ("moveTo", "lineTo", "qCurveTo", "curveTo", "closePath", "endPath")
_Outline = list[tuple[str, tuple[tuple[float, float], ...]]]


@dataclass(frozen=True, slots=True)
class EmbeddedFont:
    """A font in a PDF: its file, and what the PDF says of its glyphs by number: their texts, and widths in em."""

    name: str
    program: bytes
    texts: Mapping[int, str]
    widths: Mapping[int, float]


@dataclass(frozen=True, slots=True)
class FaceLibrary:
    """The complete faces of font files."""

    files: Sequence[Path]

    def find_fault(self, font: EmbeddedFont) -> str:
        """Return what is wrong with a PDF's embedded font against its complete file, after “the font … ”, or ""."""
        embedded = _Face(uharfbuzz.Face(uharfbuzz.Blob(font.program)))
        faults = []
        for candidate in self._list_candidates(embedded, sorted(font.texts)):
            fault, count = _compare_glyphs(font, embedded, candidate)
            if not fault:
                return ""
            faults.append((count, fault))
        return min(faults, default=(0, "is no face of On Record or of the book"))[1]

    def _list_candidates(self, embedded: _Face, glyphs: Sequence[int]) -> Iterator[_Face]:
        """Yield the complete faces of the same name in the weights that they can have, the likeliest first.

        An italic has the family name of its roman, but another PostScript name.
        """
        names = embedded.names
        faces = [face for file in self.files for face in _load_faces(file) if face.upem == embedded.upem]
        namesakes = [(len(face.names & names), face) for face in faces if face.names & names]
        for _, face in sorted(namesakes, key=lambda pair: -pair[0]):
            yield from face.list_instances(embedded, glyphs)


@dataclass(slots=True)
class _Face:
    """A face, at one place on its axes."""

    face: uharfbuzz.Face
    place: Mapping[str, float] = field(default_factory=dict)
    _font: uharfbuzz.Font | None = None
    _letters: frozenset[int] | None = None

    @property
    def font(self) -> uharfbuzz.Font:
        """Return the font of this face that HarfBuzz draws."""
        if self._font is None:
            self._font = uharfbuzz.Font(self.face)
            if self.place:
                self._font.set_variations(dict(self.place))
        return self._font

    @property
    def upem(self) -> int:
        """Return the units of an em of the face."""
        return self.face.upem

    @property
    def names(self) -> frozenset[str]:
        """Return the PostScript name and the family names of the face."""
        rows = (self.face.get_name(row) for row in (_FAMILY, _FAMILY_OF_ALL, _POSTSCRIPT))
        return frozenset(name for name in rows if name)

    @property
    def weight(self) -> int:
        """Return the weight that the face says it has (OpenType OS/2, usWeightClass)."""
        return int.from_bytes(self.face.reference_table("OS/2").data[4:6] or b"\x01\x90", "big")

    @property
    def letters(self) -> frozenset[int]:
        """Return the glyphs of characters that are drawn each by itself: with its own text, in no cluster."""
        if self._letters is None:
            plain = (char for char in self.face.unicodes if not _SHAPED.match(chr(char)))
            self._letters = frozenset(glyph for char in plain if (glyph := self.font.get_nominal_glyph(char)))
        return self._letters

    def list_instances(self, embedded: _Face, glyphs: Sequence[int]) -> Iterator[_Face]:
        """Yield the face in the weight of an embedded one, then in all others; as it is if it has but one.

        The optical size is the one whose `glyphs` are most like the embedded ones: it follows the size of the text.
        """
        axes = {axis.tag: axis for axis in self.face.axis_infos}
        if "wght" not in axes:
            yield self
            return
        low, high = axes["wght"].min_value, axes["wght"].max_value
        for value in dict.fromkeys((embedded.weight, *_WEIGHTS)):
            if low <= value <= high:
                place: dict[str, float] = {"wght": value}
                if size := axes.get("opsz"):
                    place["opsz"] = _find_optical_size(embedded, self.face, place, size, glyphs)
                yield _Face(self.face, place)

    def draw(self, glyph: int) -> _Outline:
        """Return the outline of a glyph of the face, as steps of a pen."""
        steps: _Outline = []

        def note(name: str, *points: tuple[float, float]) -> None:
            """Note a step of the pen that draws a glyph's outline."""
            steps.append((name, points))

        self.font.draw_glyph_with_pen(glyph, SimpleNamespace(**{name: partial(note, name) for name in _STEPS}))
        return steps

    def draw_points(self, glyph: int) -> list[float]:
        """Return the coordinates of the points of a glyph's outline, one after the other."""
        coordinates: list[float] = []

        def note(*points: tuple[float, float]) -> None:
            """Note the points of a step of the pen."""
            for point in points:
                coordinates.extend(point)

        self.font.draw_glyph_with_pen(glyph, SimpleNamespace(**dict.fromkeys(_STEPS, note)))
        return coordinates


def _find_optical_size(
    embedded: _Face,
    face: uharfbuzz.Face,
    place: Mapping[str, float],
    axis: uharfbuzz.OTVarAxisInfo,
    glyphs: Sequence[int],
) -> float:
    """Return the optical size at which glyphs of a complete face are most like those of the embedded one."""
    sample = glyphs[:: len(glyphs) // _FEW + 1]
    outlines = [embedded.draw_points(glyph) for glyph in sample]

    def measure_difference(size: float) -> float:
        """Return how far the points of these glyphs at a size are from those of the embedded font."""
        instance = _Face(face, {**place, "opsz": size})
        return sum(
            _measure_distance(instance.draw_points(glyph), outline)
            for glyph, outline in zip(sample, outlines, strict=True)
        )

    steps = [*range(int(axis.min_value), int(axis.max_value), _COARSE_STEP), int(axis.max_value)]
    nearest = min(steps, key=measure_difference)
    return _find_minimum(
        measure_difference, max(axis.min_value, nearest - _COARSE_STEP), min(axis.max_value, nearest + _COARSE_STEP)
    )


def _find_minimum(measure: Callable[[float], float], low: float, high: float) -> float:
    """Return where a measure with one minimum is smallest, by golden-section search."""
    left, right = high - (high - low) * _GOLDEN, low + (high - low) * _GOLDEN
    at_left, at_right = measure(left), measure(right)
    for _ in range(_TRIES):
        if at_left <= at_right:
            high, right, at_right = right, left, at_left
            left = high - (high - low) * _GOLDEN
            at_left = measure(left)
        else:
            low, left, at_left = left, right, at_right
            right = low + (high - low) * _GOLDEN
            at_right = measure(right)
    return (low + high) / 2


def _measure_distance(first: Sequence[float], second: Sequence[float]) -> float:
    """Return the sum of the distances of the points of two outlines along the axes; 0 if they have other points."""
    distance: float = sum(map(abs, map(sub, first, second)))
    return distance


@cache
def _load_faces(file: Path) -> tuple[_Face, ...]:
    """Return the faces in a complete font file, to compare an embedded one."""
    blob = uharfbuzz.Blob.from_file_path(file)
    count = font_files.count_faces(blob.data[:12])
    return tuple(_Face(uharfbuzz.Face(blob, index)) for index in range(count))


def _compare_glyphs(font: EmbeddedFont, embedded: _Face, complete: _Face) -> tuple[str, int]:
    """Return what is wrong with the first embedded glyph unlike the complete face's, and how many are unlike."""
    fault, count = "", 0
    is_small = _SMALL_CAPITALS in font.name  # made of capitals, where a face has no small ones
    for glyph, text in sorted(font.texts.items()):
        wording = ""
        if not _are_same_outlines(embedded.draw(glyph), complete.draw(glyph), _SLACK * complete.upem):
            wording = f"draws “{text}” otherwise than its face"
        elif _differs_in_width(font, complete, glyph):
            wording = f"gives “{text}” another width than its face"
        elif not (
            _can_glyph_show(complete, glyph, text) or (is_small and _can_glyph_show(complete, glyph, text.upper()))
        ):
            wording = f"draws another letter for “{text}”"
        fault, count = fault or wording, count + bool(wording)
    return fault, count


def _differs_in_width(font: EmbeddedFont, complete: _Face, glyph: int) -> bool:
    """Return whether the PDF gives a glyph another width than its face; a space without a width stands nowhere."""
    width = font.widths.get(glyph)
    if width is None and not complete.draw(glyph):
        return False
    return (
        abs(complete.font.get_glyph_h_advance(glyph) / complete.upem - (1 if width is None else width)) > _WIDTH_SLACK
    )


def _are_same_outlines(first: _Outline, second: _Outline, slack: float) -> bool:
    """Return whether two outlines are the same, but for rounding; most are the same exactly."""
    if first == second:
        return True
    return len(first) == len(second) and all(
        step == other_step
        and len(points) == len(others)
        and all(abs(x - u) <= slack and abs(y - v) <= slack for (x, y), (u, v) in zip(points, others, strict=True))
        for (step, points), (other_step, others) in zip(first, second, strict=True)
    )


# --- texts ------------------------------------------------------------------------------------------


def _can_glyph_show(face: _Face, glyph: int, text: str) -> bool:
    """Return whether the face can show the text with this glyph.

    A zero-width space stands for glyphs of clusters whose text another glyph has, too.
    """
    if not text.strip().strip(_INVISIBLE):
        return not face.draw(glyph) or glyph not in face.letters
    if _SHAPED.search(text):
        return True
    if len(text) == 1 and face.font.get_nominal_glyph(ord(text)) == glyph:
        return True
    shaped = any(glyph in _shape_text(face.font, text, features) for features in _FEATURES)
    return shaped or (len(text) == 1 and glyph in _find_alternates(face.font, ord(text)))


def _shape_text(font: uharfbuzz.Font, text: str, features: Mapping[str, bool]) -> list[int]:
    """Return the glyphs with which a face shows a text, with these OpenType features."""
    buffer = uharfbuzz.Buffer()
    buffer.add_str(text)
    buffer.guess_segment_properties()
    uharfbuzz.shape(font, buffer, dict(features))
    return [info.codepoint for info in buffer.glyph_infos]


def _find_alternates(font: uharfbuzz.Font, character: int) -> set[int]:
    """Return the glyphs that the tables of the face put in the place of a character's, in up to two steps."""
    start = font.get_nominal_glyph(character)
    glyphs: set[int] = {start} if start else set()
    for _ in range(2):
        for glyph in tuple(glyphs):
            for lookup in range(_LOOKUPS):
                glyphs.update(font.face.get_lookup_glyph_alternates(lookup, glyph) or ())
    return glyphs
