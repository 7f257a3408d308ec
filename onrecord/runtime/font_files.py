"""The faces a book is set in: files of pinned packages, their characters, and subsets of them.

Only these files are seen by the layout engine, never what the machine happens to have. A book can
bring more in its `fonts/` folder.
"""

from __future__ import annotations

import hashlib
import importlib
import os
import tempfile
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from xml.sax.saxutils import escape

import uharfbuzz

PACKAGES = ("fontpkg_eb_garamond", "fontpkg_source_sans_3", "fontpkg_source_code_pro", "fontpkg_noto_serif")
FONT_SUFFIXES = (".ttf", ".otf")

# Tables of no use in a PDF; WeasyPrint drops the same ones.
_DROPPED = ("BASE", "DSIG", "GDEF", "GPOS", "GSUB", "JSTF", "LTSH", "PCLT", "STAT", "MATH", "kern", "meta")


def packaged_folders() -> tuple[Path, ...]:
    """The folders of the font packages."""
    return tuple(Path(importlib.import_module(name).ROOT) / "files" for name in PACKAGES)


def font_files(folders: Iterable[Path]) -> tuple[Path, ...]:
    """Every font file of the folders, in a stable order."""
    return tuple(
        path
        for folder in folders
        if folder.is_dir()
        for path in sorted(folder.iterdir())
        if path.suffix.lower() in FONT_SUFFIXES
    )


def kept(fonts: Iterable[tuple[str, bytes]]) -> Path:
    """A folder in the user's cache with these font files (name, bytes) and no others."""
    names = [(f"{number:03}{Path(name).suffix.lower()}", data) for number, (name, data) in enumerate(fonts)]
    digest = hashlib.sha256(b"".join(hashlib.sha256(data).digest() for _, data in names)).hexdigest()[:16]
    home = _cache() / f"book-fonts-{digest}"
    for name, data in names:
        if not (home / name).is_file():
            home.mkdir(parents=True, exist_ok=True)
            own = home / f"{name}.{os.getpid()}"  # another process may write the same file now
            own.write_bytes(data)
            own.replace(home / name)
    return home


def _cache() -> Path:
    """A folder of the user's for what can be made again; a new one where there is none."""
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "onrecord"
    try:
        home.mkdir(parents=True, exist_ok=True)
    except OSError:
        return Path(tempfile.mkdtemp(prefix="onrecord-"))
    return home


def configured(folders: Iterable[Path]) -> Path:
    """A fontconfig file that knows these folders and nothing else, kept in the user's cache folder."""
    rows = "".join(f"<dir>{escape(str(folder))}</dir>" for folder in folders)
    home = _cache() / f"fonts-{hashlib.sha256(rows.encode()).hexdigest()[:16]}"
    home.mkdir(parents=True, exist_ok=True)
    text = (
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">'
        f"<fontconfig>{rows}<cachedir>{escape(str(home / 'cache'))}</cachedir></fontconfig>"
    )
    config = home / "fonts.conf"
    if not config.is_file() or config.read_text(encoding="utf-8") != text:
        own = home / f"fonts.conf.{os.getpid()}"  # another process may write the same file now
        own.write_text(text, encoding="utf-8")
        own.replace(config)
    return config


@cache
def _characters_of(path: Path) -> frozenset[int]:
    return frozenset(_face(path).unicodes)


def characters(paths: Iterable[Path]) -> frozenset[int]:
    """All code points that at least one of the files can draw."""
    return frozenset().union(*(_characters_of(path) for path in paths))


@dataclass(frozen=True, slots=True)
class ScreenFace:
    """A face that web and e-book bring along, cut down to the characters they show."""

    family: str
    style: str
    package: str
    file: str

    @property
    def name(self) -> str:
        return f"{self.family.replace(' ', '')}-{self.style}.ttf"

    @property
    def path(self) -> Path:
        return Path(importlib.import_module(self.package).ROOT) / "files" / self.file

    def rule(self, more: str) -> str:
        """The `@font-face` rule; the file lies in `fonts/`."""
        return (
            f'@font-face {{ font-family: "{self.family}"; src: url("fonts/{self.name}"); '
            f"font-weight: 400 700; font-style: {self.style}{'; ' if more else ''}{more} }}\n"
        )

    def data(self, text: str) -> bytes:
        """The font with the glyphs of this text, its typographic features and its axis of weight."""
        wanted = uharfbuzz.SubsetInput()
        wanted.flags = uharfbuzz.SubsetFlags.NO_HINTING
        wanted.unicode_set.update({ord(char) for char in set(text) if char.isprintable()})
        return bytes(uharfbuzz.subset(_face(self.path), wanted).blob.data)


SCREEN_FACES = (
    ScreenFace("EB Garamond", "normal", "fontpkg_eb_garamond", "EBGaramond[wght].ttf"),
    ScreenFace("EB Garamond", "italic", "fontpkg_eb_garamond", "EBGaramond-Italic[wght].ttf"),
    ScreenFace("Source Sans 3", "normal", "fontpkg_source_sans_3", "SourceSans3[wght].ttf"),
    ScreenFace("Source Sans 3", "italic", "fontpkg_source_sans_3", "SourceSans3-Italic[wght].ttf"),
    ScreenFace("Source Code Pro", "normal", "fontpkg_source_code_pro", "SourceCodePro[wght].ttf"),
)


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def balanced_width(text: str, size_pt: float, weight: float, measure_pt: float) -> float:
    """The narrowest width in which a heading in the text face keeps the number of its lines."""
    space = _advance(" ", weight) * size_pt
    words = [_advance(word, weight) * size_pt for word in text.split()]
    lines = _line_count(words, space, measure_pt)
    low, high = max(words, default=0.0), measure_pt
    while high - low > 1:
        middle = (low + high) / 2
        low, high = (low, middle) if _line_count(words, space, middle) <= lines else (middle, high)
    return min(high * 1.01 + 1, measure_pt)


def _line_count(words: Iterable[float], space: float, width: float) -> int:
    count, used = 1, 0.0
    for word in words:
        if used and used + space + word > width:
            count, used = count + 1, word
        else:
            used += (space if used else 0) + word
    return count


def _advance(text: str, weight: float) -> float:
    """The width of the text in em, in the upright face of the text family."""
    path = next(path for path in font_files(packaged_folders()[:1]) if "Italic" not in path.name)
    font = uharfbuzz.Font(_face(path))
    font.set_variations({"wght": weight})
    buffer = uharfbuzz.Buffer()
    buffer.add_str(text)
    buffer.guess_segment_properties()
    uharfbuzz.shape(font, buffer)
    advance: int = sum(position.x_advance for position in buffer.glyph_positions)
    return advance / int(_face(path).upem)


STAMP_AXES = {"wght": 450.0}  # a stamp is small: a little heavier than text; Source Sans itself begins at 200


def stamping(folders: Iterable[Path]) -> tuple[Path, ...]:
    """The upright faces for stamps, the preferred one first: Source Sans, then the other packages, then a book's own."""
    files = [path for path in font_files((*packaged_folders(), *folders)) if "Italic" not in path.name]
    return tuple(sorted(files, key=lambda path: not path.name.startswith("SourceSans")))


@dataclass(frozen=True, slots=True)
class Glyph:
    """A drawn glyph: its id, the text it stands for ("" for the later glyphs of a cluster), its advance in 1/1000 em."""

    id: int
    text: str
    advance: float
    rise: float = 0.0
    shift: float = 0.0


@dataclass(frozen=True, slots=True)
class Stretch:
    """Glyphs of one face, from left to right."""

    face: Path
    glyphs: tuple[Glyph, ...]

    @property
    def width(self) -> float:
        """In 1/1000 em."""
        return sum(glyph.advance for glyph in self.glyphs)


def shaped(text: str, paths: Sequence[Path]) -> tuple[Stretch, ...]:
    """A line of text in the first face that has each of its characters. Raises ValueError if none has one."""
    stretches: list[tuple[Path, str]] = []
    for char in text:
        usable = [path for path in paths if ord(char) in _characters_of(path)]
        if not usable:
            raise ValueError(f"no font has {char!r}")
        # Spaces and combining marks stay with the face before them, if it has them.
        last = stretches[-1][0] if stretches else None
        stays = last in usable and (char.isspace() or unicodedata.combining(char))
        face = last if stays and last else usable[0]
        if face == last:
            stretches[-1] = (face, stretches[-1][1] + char)
        else:
            stretches.append((face, char))
    return tuple(Stretch(face, _glyphs(piece, face)) for face, piece in stretches)


def _glyphs(text: str, path: Path) -> tuple[Glyph, ...]:
    face = _face(path)
    buffer = uharfbuzz.Buffer()
    buffer.add_str(text)
    buffer.cluster_level = uharfbuzz.BufferClusterLevel.CHARACTERS
    buffer.guess_segment_properties()
    # A ligature is one glyph for two letters; a stamp is read letter by letter.
    uharfbuzz.shape(_stamp_font(path), buffer, {"liga": False, "clig": False})
    unit = 1000 / face.upem
    starts = [info.cluster for info in buffer.glyph_infos]
    ends = [*starts[1:], len(text)]
    return tuple(
        Glyph(
            info.codepoint,
            text[start:end],
            position.x_advance * unit,
            position.y_offset * unit,
            position.x_offset * unit,
        )
        for info, position, start, end in zip(buffer.glyph_infos, buffer.glyph_positions, starts, ends, strict=True)
    )


def widths(path: Path, glyphs: Iterable[int]) -> dict[int, int]:
    """The advance of each glyph of a stamp in 1/1000 em."""
    font, unit = _stamp_font(path), 1000 / _face(path).upem
    return {glyph: round(font.get_glyph_h_advance(glyph) * unit) for glyph in glyphs}


@cache
def _stamp_font(path: Path) -> uharfbuzz.Font:
    font = uharfbuzz.Font(_face(path))
    font.set_variations(STAMP_AXES)
    return font


@dataclass(frozen=True, slots=True)
class Measures:
    """What a font descriptor says of a face, in 1/1000 em."""

    ascent: int
    descent: int


def measures(path: Path) -> Measures:
    extents = _stamp_font(path).get_font_extents("ltr")
    unit = 1000 / _face(path).upem
    return Measures(round(extents.ascender * unit), round(extents.descender * unit))


@cache
def _face(path: Path) -> uharfbuzz.Face:
    return uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(path)))


def subset(data: bytes, index: int, glyphs: Iterable[int], variations: Mapping[str, float]) -> bytes:
    """A static font with only these glyphs, under their old ids; every axis is pinned."""
    face = uharfbuzz.Face(uharfbuzz.Blob(data), index)
    wanted = uharfbuzz.SubsetInput()
    wanted.flags = uharfbuzz.SubsetFlags.RETAIN_GIDS | uharfbuzz.SubsetFlags.NO_HINTING
    wanted.glyph_set.update({0, *glyphs})
    wanted.drop_table_tag_set.update(int.from_bytes(tag.encode("ascii"), "big") for tag in _DROPPED)
    for axis in face.axis_infos:
        wanted.pin_axis_location(face, axis.tag, variations.get(axis.tag, axis.default_value))
    return bytes(uharfbuzz.subset(face, wanted).blob.data)


def unicode_map(texts: Mapping[int, str]) -> bytes:
    """A ToUnicode CMap (ISO 32000-1 §9.10.3)."""
    rows = [f"<{glyph:04x}> <{text.encode('utf-16-be').hex()}>" for glyph, text in sorted(texts.items())]
    blocks = [rows[start : start + 100] for start in range(0, len(rows), 100)]
    body = "".join(f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar\n" for block in blocks)
    return (
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n/CIDSystemInfo\n<< /Registry (Adobe)\n"
        "/Ordering (UCS)\n/Supplement 0\n>> def\n/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
        f"1 begincodespacerange\n<0000> <ffff>\nendcodespacerange\n{body}endcmap\n"
        "CMapName currentdict /CMap defineresource pop\nend\nend"
    ).encode()
