"""The font files of a book: those of pinned packages and of its `fonts/` folder, their families and characters.

WeasyPrint sees only these files, never the fonts of the machine.
"""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
from collections.abc import Iterable
from functools import cache, lru_cache
from pathlib import Path

import uharfbuzz

from onrecord.runtime.font_store import unpack_file

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


@cache
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
        unpack_file(path) if path.suffix.lower() in _PACKED_SUFFIXES else path
        for folder in folders
        if folder.is_dir()
        for path in sorted(folder.iterdir())
        if path.suffix.lower() in FONT_SUFFIXES and path.is_file()
    )


@cache
def read_code_points(path: Path) -> frozenset[int]:
    """Return the code points that a font file can draw."""
    return frozenset(load_face(path).unicodes)


def list_code_points(paths: Iterable[Path]) -> frozenset[int]:
    """Return all code points that at least one of the files can draw."""
    sets = [read_code_points(path) for path in paths]
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
        for face in load_faces(path)
        for entry in face.list_names()
        if entry.name_id in _FAMILY_NAMES and (name := face.get_name(entry.name_id, entry.language))
    )


def has_italic(family: str, paths: Iterable[Path]) -> bool:
    """Return whether one of these files holds an italic or slanted face of the family."""
    for path in paths:
        for face in load_faces(path):
            names = {face.get_name(entry.name_id, entry.language) for entry in face.list_names()}
            if family in names and any(bytes(face.reference_table("post").data)[4:8]):
                return True
    return False


def compute_digest(path: Path) -> str:
    """Return the SHA-256 of a font file in hexadecimal digits."""
    status = path.stat()
    return _compute_digest(path, status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=256)  # each part of a build asks for those of all faces
def _compute_digest(path: Path, _modified_ns: int, _size: int) -> str:
    """Return the same, of the file as it was changed last."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def count_faces(head: bytes) -> int:
    """Return how many faces a font file has that begins with these 12 bytes: more than one in a collection (TTC)."""
    return int.from_bytes(head[8:12], "big") if head.startswith(b"ttcf") else 1


def load_faces(path: Path) -> list[uharfbuzz.Face]:
    """Return all faces in a font file."""
    with path.open("rb") as file:
        count = count_faces(file.read(12))
    blob = uharfbuzz.Blob.from_file_path(str(path))
    return [load_face(path), *(uharfbuzz.Face(blob, index) for index in range(1, count))]


@cache
def load_face(path: Path) -> uharfbuzz.Face:
    """Return the first face in a font file."""
    return uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(path)))
