"""Choose the face of a cover, a card, a stamp or a receipt by its family, style and letters."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from pathlib import Path

import uharfbuzz

from onrecord.runtime.font_files import (
    count_faces,
    list_families,
    list_font_files,
    list_package_folders,
    read_code_points,
)
from onrecord.runtime.screen_faces import SCREEN_FACES


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
        *(path.read_bytes() for path in packaged if letters <= read_code_points(path)),
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
