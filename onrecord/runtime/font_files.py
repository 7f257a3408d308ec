"""The fonts of a book: files of pinned packages and of its `fonts/` folder, their characters, and subsets of them.

WeasyPrint sees only these files, never the fonts of the machine.
"""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
import io
import itertools
import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from html import escape
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Literal

import uharfbuzz

PACKAGES = (
    "fontpkg_eb_garamond",
    "fontpkg_source_sans_3",
    "fontpkg_source_code_pro",
    "fontpkg_noto_serif",
    "fontpkg_source_serif_4",
    "fontpkg_frank_ruhl_libre",
    "fontpkg_amiri",
    "fontpkg_noto_sans_devanagari",
    "fontpkg_noto_sans_thai",
)
# Faces of scripts that few books need: used if they are installed (the extra “scripts”).
OPTIONAL_PACKAGES = {
    "Tamil": "fontpkg_noto_sans_tamil",
    "Telugu": "fontpkg_noto_sans_telugu",
    "Khmer": "fontpkg_noto_sans_khmer",
    "Bengali": "fontpkg_hind_siliguri",
}
BUNDLED_FONTS = Path(__file__).parents[1] / "fonts"  # emoji, symbols, mathematics, Georgian, Armenian
FONT_SUFFIXES = (".ttf", ".otf", ".ttc", ".otc", ".woff", ".woff2")
_PACKED_SUFFIXES = (".woff", ".woff2")

# Files that are fonts, too, but that On Record does not read.
OTHER_FONT_SUFFIXES = (".eot", ".pfb", ".pfa", ".dfont", ".afm", ".pfm")

_FAMILY_NAMES = (uharfbuzz.OTNameIdPredefined.FONT_FAMILY, uharfbuzz.OTNameIdPredefined.TYPOGRAPHIC_FAMILY)

_SMALL_CAPITALS = int.from_bytes(b"smcp", "big")  # a feature that a subset loses unless it is asked for, as are these
_FIGURES = frozenset(int.from_bytes(tag, "big") for tag in (b"onum", b"lnum", b"pnum", b"tnum"))

# Pango asks for the family “emoji”, part by part: without it, ♀ of an emoji comes from the first face that has it.
_EMOJI_ALIAS = '<alias binding="strong"><family>emoji</family><prefer><family>Noto Emoji</family></prefer></alias>'

_OGHAM_SPACE = "\u1680"  # a space that is a line
# Drawn as nothing (Unicode, Default_Ignorable_Code_Point).
_IGNORED = (
    (0x00AD, 0x00AD),
    (0x034F, 0x034F),
    (0x061C, 0x061C),
    (0x115F, 0x1160),
    (0x17B4, 0x17B5),
    (0x180B, 0x180F),
    (0x200B, 0x200F),
    (0x202A, 0x202E),
    (0x2060, 0x206F),
    (0xFE00, 0xFE0F),
    (0xFEFF, 0xFEFF),
    (0xE0000, 0xE0FFF),
)

# Tables of no use in a PDF; WeasyPrint drops the same ones.
_UNUSED_TABLES = ("BASE", "DSIG", "GDEF", "GPOS", "GSUB", "JSTF", "LTSH", "PCLT", "STAT", "MATH", "kern", "meta")


def list_package_folders() -> tuple[Path, ...]:
    """Return the folders of our fonts: those of the packages that are installed, and the one in this package."""
    optional = [name for name in OPTIONAL_PACKAGES.values() if importlib.util.find_spec(name)]
    return (*map(find_package_folder, (*PACKAGES, *optional)), BUNDLED_FONTS)


def find_package_folder(name: str) -> Path:
    """Return the folder of a font package. Raises ImportError if it is not installed."""
    return Path(importlib.import_module(name).ROOT) / "files"


def list_font_files(folders: Iterable[Path]) -> tuple[Path, ...]:
    """Return every font file of the folders, in a stable order; no pipe or device that has the name of one.

    A packed font (WOFF, WOFF2) stands for the file that it packs, which is written into the user's cache.
    """
    return tuple(
        _unpack_file(path) if path.suffix.lower() in _PACKED_SUFFIXES else path
        for folder in folders
        if folder.is_dir()
        for path in sorted(folder.iterdir())
        if path.suffix.lower() in FONT_SUFFIXES and path.is_file()
    )


def _unpack_file(path: Path) -> Path:
    """Return the path in the user's cache of the font that a WOFF or WOFF2 file packs."""
    data = path.read_bytes()
    file = _make_cache_folder() / f"unpacked-{hashlib.sha256(data).hexdigest()[:32]}.ttf"
    if not file.is_file():
        temporary = file.with_suffix(f".{os.getpid()}")  # another process may write the same file now
        temporary.write_bytes(unpack_font(data))
        temporary.replace(file)
    return file


def unpack_font(data: bytes) -> bytes:
    """Return the font in a WOFF or WOFF2 file. Raises an error of fontTools if it is damaged."""
    from fontTools.ttLib import TTFont  # loads in 80 ms, which most books do not need

    font = TTFont(io.BytesIO(data), recalcTimestamp=False)
    font.flavor = None
    unpacked = io.BytesIO()
    font.save(unpacked, reorderTables=None)
    return unpacked.getvalue()


def store_fonts(fonts: Iterable[tuple[str, bytes]]) -> Path:
    """Return a folder in the user's cache with these font files (name, bytes) and no others."""
    files = [(f"{number:03}{Path(name).suffix.lower()}", data) for number, (name, data) in enumerate(fonts)]
    digest = hashlib.sha256(b"".join(hashlib.sha256(data).digest() for _, data in files)).hexdigest()[:16]
    home = _make_cache_folder() / f"book-fonts-{digest}"
    for name, data in files:
        if not (home / name).is_file():
            home.mkdir(parents=True, exist_ok=True)
            temporary = home / f"{name}.{os.getpid()}"  # another process may write the same file now
            temporary.write_bytes(data)
            temporary.replace(home / name)
    return home


def _make_cache_folder() -> Path:
    """Return a folder in the user's cache; a temporary one if it cannot be made."""
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "onrecord"
    try:
        home.mkdir(parents=True, exist_ok=True)
    except OSError:
        return Path(tempfile.mkdtemp(prefix="onrecord-"))
    return home


def write_fontconfig(folders: Iterable[Path]) -> Path:
    """Write a fontconfig file with these folders only into the user's cache; return its path."""
    rows = "".join(f"<dir>{escape(str(folder), quote=False)}</dir>" for folder in folders)
    home = _make_cache_folder() / f"fonts-{hashlib.sha256(rows.encode()).hexdigest()[:16]}"
    home.mkdir(parents=True, exist_ok=True)
    text = (
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">'
        f"<fontconfig>{rows}{_EMOJI_ALIAS}<cachedir>{escape(str(home / 'cache'), quote=False)}</cachedir></fontconfig>"
    )
    config = home / "fonts.conf"
    if not config.is_file() or config.read_text(encoding="utf-8") != text:
        temporary = home / f"fonts.conf.{os.getpid()}"  # another process may write the same file now
        temporary.write_text(text, encoding="utf-8")
        temporary.replace(config)
    return config


@cache
def _read_code_points(path: Path) -> frozenset[int]:
    """Return the code points that a font file can draw."""
    return frozenset(load_face(path).unicodes)


def list_code_points(paths: Iterable[Path]) -> frozenset[int]:
    """Return all code points that at least one of the files can draw."""
    sets = [_read_code_points(path) for path in paths]
    return sets[0] if len(sets) == 1 else frozenset().union(*sets)


@lru_cache(maxsize=4)  # each edition of a book asks for the same
def list_characters(paths: tuple[Path, ...]) -> frozenset[str]:
    """Return all characters that at least one of the files can draw."""
    return frozenset(map(chr, list_code_points(paths)))


def is_drawn(char: str) -> bool:
    """Return whether a character needs a glyph: not white space, joiners, variation selectors, marks of direction."""
    code = ord(char)
    return (not char.isspace() or char == _OGHAM_SPACE) and not any(first <= code <= last for first, last in _IGNORED)


def list_families(paths: Iterable[Path]) -> tuple[str, ...]:
    """Return the names under which a style sheet can call the fonts in these files."""
    return tuple(dict.fromkeys(name for path in paths for name in _read_family_names(path)))


@cache
def _read_family_names(path: Path) -> tuple[str, ...]:
    """Return the names of the families of the faces in a font file."""
    return tuple(
        name
        for face in _load_faces(path)
        for entry in face.list_names()
        if entry.name_id in _FAMILY_NAMES and (name := face.get_name(entry.name_id, entry.language))
    )


def has_italic(family: str, paths: Iterable[Path]) -> bool:
    """Return whether one of these files holds an italic or slanted face of the family."""
    for path in paths:
        for face in _load_faces(path):
            names = {face.get_name(entry.name_id, entry.language) for entry in face.list_names()}
            if family in names and any(bytes(face.reference_table("post").data)[4:8]):
                return True
    return False


# What pages in English, German, French, Spanish … rarely have: Latin outside of Windows-1252, Greek and Cyrillic.
_OTHER_LETTERS = (
    *((0x100, 0x130), (0x132, 0x151), (0x154, 0x15F), (0x162, 0x177), (0x179, 0x17C), (0x17F, 0x191), (0x193, 0x24F)),
    *((0x370, 0x52F), (0x1C80, 0x1C8F), (0x1E00, 0x1FFF)),
)
_LETTER_MARKS = (0x300, 0x36F)  # a mark and its letter must come from one file
_FEWEST_OTHER_LETTERS = 24  # for which a second file is worth its while


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
        """Return this face in two files, the second with the letters that few pages have; itself if that saves little.

        A page in a language of Western Europe then loads a file that is a quarter smaller. Only our faces are split.
        """
        others = {ord(char) for char in characters if is_other_letter(char)}
        if not self.package or len(others & _read_code_points(self.path)) < _FEWEST_OTHER_LETTERS:
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
        face = _load_faces(self.path)[self.number]
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

    for number, face in enumerate(_load_faces(path)):
        own_names = {face.get_name(entry.name_id, entry.language) for entry in face.list_names()}
        font: Any = TTFont(io.BytesIO(path.read_bytes()), lazy=True, fontNumber=number)
        axes = {axis.axisTag: axis for axis in font["fvar"].axes} if "fvar" in font else {}
        weight = axes.get("wght")
        weights = f"{weight.minValue:.0f} {weight.maxValue:.0f}" if weight else str(font["OS/2"].usWeightClass)
        style = "italic" if font["post"].italicAngle else "normal"
        for family in (family for family in families if family in own_names):
            yield ScreenFace(family, style, "", str(path), style == "normal", weights, number)


def compute_digest(path: Path) -> str:
    """Return the SHA-256 of a font file in hexadecimal digits."""
    status = path.stat()
    return _compute_digest(path, status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=256)  # each part of a build asks for those of all faces
def _compute_digest(path: Path, _modified_ns: int, _size: int) -> str:
    """Return the same, of the file as it was changed last."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def find_upright_face(family: str, folders: Iterable[Path] = ()) -> Path:
    """Return the upright font of a family, from our packages or these folders; the text face if there is none."""
    paths = [path for path in list_font_files((*list_package_folders(), *folders)) if "Italic" not in path.name]
    return next((path for path in paths if family in list_families([path])), paths[0])


def find_face(family: str, style: str, fonts: Sequence[tuple[str, bytes]] = ()) -> tuple[bytes, int]:
    """Return the font of a family in a style (normal, italic), and its number in the file; EB Garamond if none has it.

    `fonts` are those of the book: name, bytes.
    """
    return _find_face_cached(family, style, tuple(data for _, data in fonts))


@lru_cache(maxsize=8)  # a cover tries a face in many sizes
def _find_face_cached(family: str, style: str, fonts: tuple[bytes, ...]) -> tuple[bytes, int]:
    """Return what `find_face` returns for the bytes of the book's fonts, cached."""
    for data in (*fonts, *_read_screen_fonts(family)):
        for number in range(count_faces(data[:12])):
            face = uharfbuzz.Face(uharfbuzz.Blob(data), number)
            names = {face.get_name(entry.name_id, entry.language) for entry in face.list_names()}
            italic_angle = bytes(face.reference_table("post").data)[4:8]
            if family in names and any(italic_angle) == (style == "italic"):
                return data, number
    path = next(face.path for face in SCREEN_FACES if face.family == "EB Garamond" and face.style == style)
    return path.read_bytes(), 0


def has_small_capitals(data: bytes, number: int) -> bool:
    """Return whether a face of a font file has small capitals of its own."""
    face = uharfbuzz.Face(uharfbuzz.Blob(data), number)
    buffer = uharfbuzz.Buffer()
    buffer.add_str("n")
    buffer.guess_segment_properties()
    font = uharfbuzz.Font(face)
    uharfbuzz.shape(font, buffer, {"smcp": True})
    return [info.codepoint for info in buffer.glyph_infos] != [font.get_nominal_glyph(ord("n"))]


@cache
def list_face_code_points(data: bytes, number: int) -> frozenset[int]:
    """Return the code points that a face of a font file can draw."""
    return frozenset(uharfbuzz.Face(uharfbuzz.Blob(data), number).unicodes)


def find_face_for(text: str, usual: tuple[bytes, int], fonts: Sequence[tuple[str, bytes]] = ()) -> tuple[bytes, int]:
    """Return the usual face, or if that lacks letters of the text the first upright one that has them all.

    `fonts` are those of the book: name, bytes. If no face has them all, it is the usual one.
    """
    letters = {ord(letter) for letter in text if not letter.isspace()}
    if letters <= list_face_code_points(*usual):
        return usual
    packaged = (path for path in list_font_files(list_package_folders()) if "Italic" not in path.name)
    candidates = (
        *(data for _, data in fonts),
        *(path.read_bytes() for path in packaged if letters <= _read_code_points(path)),
    )
    return next(((data, 0) for data in candidates if letters <= list_face_code_points(data, 0)), usual)


def _read_screen_fonts(family: str) -> list[bytes]:
    """Return the bytes of the packaged fonts of a family."""
    paths = [face.path for face in SCREEN_FACES if face.family == family]
    if not paths:
        paths = [path for path in list_font_files(list_package_folders()) if family in list_families([path])]
    return [path.read_bytes() for path in paths]


STAMP_AXES = {"wght": 450.0}  # a stamp is small: a little heavier than text; Source Sans itself begins at 200


def list_stamp_fonts(folders: Iterable[Path]) -> tuple[Path, ...]:
    """Return the upright faces for stamps in order: Source Sans, the other packages, a book's own fonts."""
    files = [path for path in list_font_files((*list_package_folders(), *folders)) if "Italic" not in path.name]
    return tuple(sorted(files, key=lambda path: (not path.name.startswith("SourceSans"), "Bold" in path.name)))


@dataclass(frozen=True, slots=True)
class TextMetrics:
    """The average advance of a character of some text, and the heights of its lines, in 1/1000 em; none is negative."""

    width: float
    ascent: float
    descent: float
    line_gap: float


def measure_text(face: ScreenFace, weight: int, text: str) -> TextMetrics:
    """Return what a text measures in a font at this weight, with kerning and ligatures as browsers set it."""
    font = uharfbuzz.Font(_load_faces(face.path)[face.number])
    font.set_variations({"wght": float(weight)})
    buffer = uharfbuzz.Buffer()
    buffer.add_str(text)
    buffer.guess_segment_properties()
    uharfbuzz.shape(font, buffer)
    extents, unit = font.get_font_extents("ltr"), 1000 / font.face.upem
    width = sum(position.x_advance for position in buffer.glyph_positions) / len(text)
    return TextMetrics(width * unit, extents.ascender * unit, -extents.descender * unit, extents.line_gap * unit)


def count_faces(head: bytes) -> int:
    """Return how many faces a font file has that begins with these 12 bytes: more than one in a collection (TTC)."""
    return int.from_bytes(head[8:12], "big") if head.startswith(b"ttcf") else 1


def _load_faces(path: Path) -> list[uharfbuzz.Face]:
    """Return all faces in a font file."""
    with path.open("rb") as file:
        count = count_faces(file.read(12))
    blob = uharfbuzz.Blob.from_file_path(str(path))
    return [load_face(path), *(uharfbuzz.Face(blob, index) for index in range(1, count))]


@cache
def load_face(path: Path) -> uharfbuzz.Face:
    """Return the first face in a font file."""
    return uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(path)))


def subset_font(data: bytes, index: int, glyphs: Iterable[int], variations: Mapping[str, float]) -> bytes:
    """Return a static font with only these glyphs, under their old ids; every axis is pinned."""
    face = uharfbuzz.Face(uharfbuzz.Blob(data), index)
    subset_input = uharfbuzz.SubsetInput()
    subset_input.flags = uharfbuzz.SubsetFlags.RETAIN_GIDS | uharfbuzz.SubsetFlags.NO_HINTING
    subset_input.glyph_set.update({0, *glyphs})
    subset_input.drop_table_tag_set.update(int.from_bytes(tag.encode("ascii"), "big") for tag in _UNUSED_TABLES)
    for axis in face.axis_infos:
        subset_input.pin_axis_location(face, axis.tag, variations.get(axis.tag, axis.default_value))
    return bytes(uharfbuzz.subset(face, subset_input).blob.data)


def make_to_unicode_map(texts: Mapping[int, str]) -> bytes:
    """Return a ToUnicode CMap for the texts by glyph id (ISO 32000-1 §9.10.3)."""
    rows = [f"<{glyph:04x}> <{text.encode('utf-16-be').hex()}>" for glyph, text in sorted(texts.items())]
    blocks = [rows[start : start + 100] for start in range(0, len(rows), 100)]
    body = "".join(f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar\n" for block in blocks)
    return (
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n/CIDSystemInfo\n<< /Registry (Adobe)\n"
        "/Ordering (UCS)\n/Supplement 0\n>> def\n/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
        f"1 begincodespacerange\n<0000> <ffff>\nendcodespacerange\n{body}endcmap\n"
        "CMapName currentdict /CMap defineresource pop\nend\nend"
    ).encode()
