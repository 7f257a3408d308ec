"""The faces a book is set in: files of pinned packages, their characters, and subsets of them.

Only these files are seen by the layout engine, never what the machine happens to have. A book can
bring more in its `fonts/` folder.
"""

from __future__ import annotations

import hashlib
import importlib
from collections.abc import Iterable, Mapping
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


def fontconfig(folders: Iterable[Path], cache_folder: Path) -> str:
    """A fontconfig file that knows these folders and nothing else."""
    rows = "".join(f"<dir>{escape(str(folder))}</dir>" for folder in folders)
    return (
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">'
        f"<fontconfig>{rows}<cachedir>{escape(str(cache_folder))}</cachedir></fontconfig>"
    )


@cache
def _characters_of(path: Path) -> frozenset[int]:
    return frozenset(uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(path))).unicodes)


def characters(paths: Iterable[Path]) -> frozenset[int]:
    """All code points that at least one of the files can draw."""
    return frozenset().union(*(_characters_of(path) for path in paths))


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


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

