"""The fonts of the web edition and the e-book: which they are, how they are reduced, what text measures in them."""

from __future__ import annotations

import importlib
import importlib.util
import io
import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Literal

import uharfbuzz

from onrecord.runtime.font_files import (
    list_families,
    list_font_files,
    list_package_folders,
    load_faces,
    read_code_points,
)

_SMALL_CAPITALS = int.from_bytes(b"smcp", "big")  # a feature that a subset loses unless it is asked for, as are these
_FIGURES = frozenset(int.from_bytes(tag, "big") for tag in (b"onum", b"lnum", b"pnum", b"tnum"))


# What pages in English, German, French, Spanish … rarely have: Latin outside of Windows-1252, Greek and Cyrillic.
_OTHER_LETTERS = (
    *((0x100, 0x130), (0x132, 0x151), (0x154, 0x15F), (0x162, 0x177), (0x179, 0x17C), (0x17F, 0x191), (0x193, 0x24F)),
    *((0x370, 0x52F), (0x1C80, 0x1C8F), (0x1E00, 0x1FFF)),
)
_LETTER_MARKS = (0x300, 0x36F)  # a mark and its letter must come from one file
_FEWEST_OTHER_LETTERS = 24  # from which on a second file saves enough


@cache
def is_other_letter(char: str) -> bool:
    """Return whether a character is a letter that few pages in the languages of Western Europe have."""
    return any(first <= ord(char) <= last for first, last in _OTHER_LETTERS)


def _is_letter_mark(char: str) -> bool:
    """Return whether a character is a mark on a letter of Latin, Greek or Cyrillic."""
    return _LETTER_MARKS[0] <= ord(char) <= _LETTER_MARKS[1]


def _format_ranges(ranges: Iterable[tuple[int, int]]) -> str:
    """Return ranges of code points as a `unicode-range` of CSS."""
    return ", ".join(f"U+{first:X}-{last:X}" if first < last else f"U+{first:X}" for first, last in ranges)


_FORMATTED_RANGES = {
    "western": _format_ranges(
        (last + 1, first - 1)
        for (_, last), (first, _) in itertools.pairwise([(0, -1), *_OTHER_LETTERS, (0x110000, 0x110000)])
    ),
    "other": _format_ranges(sorted((*_OTHER_LETTERS, _LETTER_MARKS))),
}


@dataclass(frozen=True, slots=True)
class ScreenFace:
    """A font of the web edition and the e-book, reduced to the characters that they show.

    `package` is "" for a font of the book, whose `file` is a path. `weights` are those of its axis, or its only one.
    `letters` are the other letters than those of Western Europe, all but these, or "" for all.
    """

    family: str
    style: str
    package: str
    file: str
    has_small_capitals: bool = False
    weights: str = "400 700"
    number: int = 0  # in a collection
    letters: Literal["", "western", "other"] = ""

    @property
    def name(self) -> str:
        """Return the name of the reduced font file in an edition: family, style, a single weight, “.woff2”."""
        ending = ("" if " " in self.weights else f"-{self.weights}") + ("-more" if self.letters == "other" else "")
        return f"{self.family.replace(' ', '')}-{self.style}{ending}.woff2"

    @property
    def path(self) -> Path:
        """Return the path of the complete font file of this face."""
        if not self.package:
            return Path(self.file)
        return Path(importlib.import_module(self.package).ROOT) / "files" / self.file

    def format_css(self, descriptors: str) -> str:
        """Return the `@font-face` rule, with further descriptors; the file is in `fonts/`."""
        ranges = f"; unicode-range: {_FORMATTED_RANGES[self.letters]}" if self.letters else ""
        return (
            f'@font-face {{ font-family: "{self.family}"; src: url("fonts/{self.name}") format("woff2"); '
            f"font-weight: {self.weights}; font-style: {self.style}{'; ' if descriptors else ''}{descriptors}{ranges}"
            " }\n"
        )

    def split_letters(self, characters: str) -> tuple[ScreenFace, ...]:
        """Return this face in two files for the used characters, the second for rare ones; itself if that saves little.

        A page in a language of Western Europe then loads a file that is a quarter smaller. Only our faces are split.
        """
        others = {ord(char) for char in characters if is_other_letter(char)}
        if not self.package or len(others & read_code_points(self.path)) < _FEWEST_OTHER_LETTERS:
            return (self,)
        return replace(self, letters="western"), replace(self, letters="other")

    def select_characters(self, characters: str) -> str:
        """Return the characters that are in this file of the face; marks on letters are in both files."""
        if not self.letters:
            return characters
        is_other = self.letters == "other"
        return "".join(char for char in characters if _is_letter_mark(char) or is_other_letter(char) == is_other)

    def make_subset(self, text: str) -> bytes:
        """Return the font as WOFF2, with the glyphs of this text, its typographic features and its axis of weight."""
        subset_input = uharfbuzz.SubsetInput()
        subset_input.flags = uharfbuzz.SubsetFlags.NO_HINTING
        characters = self.select_characters("".join(set(text)))
        subset_input.unicode_set.update({ord(char) for char in characters if char.isprintable()})
        subset_input.layout_feature_tag_set.update(_FIGURES)
        if self.has_small_capitals:
            subset_input.layout_feature_tag_set.update({_SMALL_CAPITALS})
        face = load_faces(self.path)[self.number]
        for axis in face.axis_infos:
            if axis.tag == "wght":  # weights that no rule asks for take up to a third of the file
                least, *_, most = map(float, f"{self.weights} {self.weights}".split())
                subset_input.set_axis_range(face, "wght", least, most, min(max(axis.default_value, least), most))
        return _compress_font(bytes(uharfbuzz.subset(face, subset_input).blob.data))


def _compress_font(data: bytes) -> bytes:
    """Return the font as WOFF2, half as large; the same each time.

    Outlines are not transformed (WOFF2, section 5.1: version 3 of the tables glyf and loca), and Brotli does not have
    its highest quality. Both take half of the time; a file is a sixteenth larger.
    """
    from fontTools.ttLib import TTFont, woff2  # loads in 30 ms, for fonts that are not in the cache

    _limit_quality()
    out = io.BytesIO()
    font = TTFont(io.BytesIO(data), recalcTimestamp=False, recalcBBoxes=False)
    font.flavor, font.flavorData = "woff2", woff2.WOFF2FlavorData(transformedTables=())
    font.save(out)
    return out.getvalue()


@cache
def _limit_quality() -> None:
    """Let fontTools, which has no setting for it, compress with our quality from now on, in all threads."""
    from fontTools.ttLib import woff2

    brotli = woff2.brotli
    names = {name: getattr(brotli, name) for name in ("decompress", "MODE_FONT", "MODE_TEXT")}
    woff2.brotli = SimpleNamespace(
        compress=lambda data, mode: brotli.compress(data, mode, quality=_BROTLI_QUALITY), **names
    )


_BROTLI_QUALITY = 10
_SERIF = "fontpkg_source_serif_4"
SCREEN_FACES = (
    ScreenFace("EB Garamond", "normal", "fontpkg_eb_garamond", "EBGaramond[wght].ttf", has_small_capitals=True),
    ScreenFace("EB Garamond", "italic", "fontpkg_eb_garamond", "EBGaramond-Italic[wght].ttf"),
    ScreenFace("Source Sans 3", "normal", "fontpkg_source_sans_3", "SourceSans3[wght].ttf"),
    ScreenFace("Source Sans 3", "italic", "fontpkg_source_sans_3", "SourceSans3-Italic[wght].ttf"),
    ScreenFace("Source Serif 4", "normal", _SERIF, "SourceSerif4[opsz,wght].ttf", has_small_capitals=True),
    ScreenFace("Source Serif 4", "italic", _SERIF, "SourceSerif4-Italic[opsz,wght].ttf"),
    ScreenFace("Source Code Pro", "normal", "fontpkg_source_code_pro", "SourceCodePro[wght].ttf"),
)


def list_screen_faces(css: str, families: Iterable[str] = (), folder: Path | None = None) -> tuple[ScreenFace, ...]:
    """Return our fonts whose families stand in a style sheet, and those of other families, also from `fonts/`."""
    ours = tuple(face for face in SCREEN_FACES if face.family in css)
    screen_families = {face.family for face in SCREEN_FACES}
    others = [family for family in families if family not in screen_families]
    paths = list_font_files((*list_package_folders(), *([folder / "fonts"] if folder else ()))) if others else ()
    faces = {face.name: face for path in paths for face in _describe_faces(path, others)}
    return (*ours, *faces.values())


def _describe_faces(path: Path, families: Iterable[str]) -> Iterator[ScreenFace]:
    """Yield each font of a file as one of these families that it belongs to."""
    names = list_families([path])
    if not any(family in names for family in families):
        return
    from fontTools.ttLib import TTFont

    for number, face in enumerate(load_faces(path)):
        own_names = {face.get_name(entry.name_id, entry.language) for entry in face.list_names()}
        font: Any = TTFont(io.BytesIO(path.read_bytes()), lazy=True, fontNumber=number)
        axes = {axis.axisTag: axis for axis in font["fvar"].axes} if "fvar" in font else {}
        weight = axes.get("wght")
        weights = f"{weight.minValue:.0f} {weight.maxValue:.0f}" if weight else str(font["OS/2"].usWeightClass)
        style = "italic" if font["post"].italicAngle else "normal"
        for family in (family for family in families if family in own_names):
            yield ScreenFace(family, style, "", str(path), style == "normal", weights, number)


@dataclass(frozen=True, slots=True)
class TextMetrics:
    """The average advance of a character of some text, and the heights of its lines, in 1/1000 em; none is negative."""

    width: float
    ascent: float
    descent: float
    line_gap: float


def measure_text(face: ScreenFace, weight: int, text: str) -> TextMetrics:
    """Return what a text measures in a font at this weight, with kerning and ligatures as browsers set it."""
    font = uharfbuzz.Font(load_faces(face.path)[face.number])
    font.set_variations({"wght": float(weight)})
    buffer = uharfbuzz.Buffer()
    buffer.add_str(text)
    buffer.guess_segment_properties()
    uharfbuzz.shape(font, buffer)
    extents, unit = font.get_font_extents("ltr"), 1000 / font.face.upem
    width = sum(position.x_advance for position in buffer.glyph_positions) / len(text)
    return TextMetrics(width * unit, extents.ascender * unit, -extents.descender * unit, extents.line_gap * unit)
