"""Read the pictures of a book, check them, and convert them into a form that prints.

They come from the book's folder only. PNG and JPEG in grey or RGB go through as they are; anything else that Pillow
knows becomes PNG.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import logging
import re
import struct
import unicodedata
import warnings
import zlib
from pathlib import Path, PurePosixPath
from threading import Lock
from urllib.parse import unquote

from PIL import Image, ImageFile, ImageOps

from onrecord.manuscript import source
from onrecord.manuscript.file_problems import Problems
from onrecord.manuscript.picture_privacy import is_common_jpeg, strip_metadata
from onrecord.model import Asset
from onrecord.model.rule import Rule, Severity
from onrecord.runtime.folders import read_file

_MAX_BYTES = 25_000_000
_MAX_PIXELS = 40_000_000
_ORIENTATION = 0x0112  # Exif 2.32 §4.6.4
_MEDIA_TYPES = {"PNG": "image/png", "JPEG": "image/jpeg"}
_PRINTABLE_MODES = {"PNG": ("L", "LA", "RGB", "RGBA", "P", "1"), "JPEG": ("L", "RGB")}
_READABLE = ("PNG", "JPEG", "GIF", "WEBP", "TIFF", "BMP")

# What Pillow 13.0.0 raised over 27,000 damaged files, and what its decoders are built on.
_BROKEN = (
    OSError,
    ValueError,
    SyntaxError,
    TypeError,
    LookupError,
    ArithmeticError,
    EOFError,
    struct.error,
    zlib.error,
)


class Pictures:
    """The pictures of one book; each file is read once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()
        self._known: dict[str, Asset] = {}
        self._first_of_several: set[str] = set()  # paths of files with further pictures
        self.file_hashes: dict[str, str] = {}  # path in the book's folder -> SHA-256 of what was read there

    def read_asset(self, path: str, line: int, problems: Problems) -> Asset | None:
        """Return the picture at `path` in the book's folder, ready for editions; None with a problem if it is unusable.

        None, with a problem of the line, if it cannot be printed.
        """
        try:
            if path not in self._known:
                self._known[path] = self._read_asset(path)
            if path in self._first_of_several:
                sentence = f"{path} holds several pictures; only the first one is published"
                hint = "save the picture that is meant as PNG or JPEG"
                problems.add(line, Rule.PICTURES_STAND_STILL, sentence, hint, Severity.WARNING)
            return self._known[path]
        except _UnprintableError as reason:
            problems.add(line, *reason.args)
            return None

    def _read_asset(self, path: str) -> Asset:
        """Return a picture of the book's folder; raise _UnprintableError if missing, outside or no picture."""
        file = self._find_file(path)
        if file is None:
            hint = f"copy it to images/ and write images/{PurePosixPath(path).name or 'picture.png'}"
            raise _UnprintableError(
                Rule.PICTURES_ARE_IN_THE_BOOK, f"the picture {path} is not inside the book's folder", hint
            )
        if not file.is_file():
            hint = f"put the picture there, or correct the name{self._suggest_file(path)}"
            raise _UnprintableError(Rule.PICTURES_EXIST, f"there is no file {path}", hint)
        if file.stat().st_size > _MAX_BYTES:
            size = f"{_MAX_BYTES // 1_000_000} MB"
            raise _UnprintableError(
                Rule.PICTURES_ARE_SMALL, f"the picture {path} has more than {size}", "save a smaller copy"
            )
        try:
            data = read_file(file)
            self.file_hashes[file.relative_to(self._folder).as_posix()] = hashlib.sha256(data).hexdigest()
            asset, has_more = _prepare_picture(path, data)
            if has_more:
                self._first_of_several.add(path)
            return asset
        except _BROKEN:
            sentence = f"{path} cannot be read as a picture"
            raise _UnprintableError(Rule.PICTURES_ARE_READABLE, sentence, "save it again as PNG or JPEG") from None

    def _find_file(self, path: str) -> Path | None:
        """Return where the picture is or should be; None if that is outside the book.

        `%20` may stand for a space, and é may be one character on the disk and two in the text.
        """
        for name in (path, unquote(path)):
            file = self._find_inside(name)
            if file is None or file.is_file():
                return file
            composed = unicodedata.normalize("NFC", file.name)
            for neighbour in sorted(file.parent.glob("*")) if not composed.isascii() else ():
                if unicodedata.normalize("NFC", neighbour.name) == composed:
                    return source.Project(self._folder).find(neighbour)
        return self._find_inside(path)

    def _find_inside(self, path: str) -> Path | None:
        """Return the path of a picture, or None if the name is a URL, absolute or leads out of the book's folder."""
        if re.match(r"[A-Za-z][A-Za-z0-9+.-]*:|//|/|\\", path) or "\x00" in path:
            return None
        return source.Project(self._folder).find(path)

    def _suggest_file(self, path: str) -> str:
        """Return ": images/…" for a file of nearly this name in images/; "" if there is none."""
        name = PurePosixPath(path).name.casefold()
        images = self._folder / "images"
        for file in sorted(images.glob("*")) if images.is_dir() else []:
            if file.name.casefold() == name or file.stem.casefold() == PurePosixPath(name).stem:
                return f": images/{file.name}"
        return ""


class _UnprintableError(Exception):
    """What is wrong with a picture; its arguments are rule, sentence and hint."""


# Pillow logs what it finds odd in a file; without a handler that would be printed between our messages.
logging.getLogger("PIL").addHandler(logging.NullHandler())
_WARNINGS_LOCK = Lock()  # the filter of warnings belongs to the process, pictures are read in threads


def _prepare_picture(path: str, data: bytes) -> tuple[Asset, bool]:
    """Return a picture ready for all editions, and whether its file shows further ones, as an animation.

    Raises _UnprintableError if it is too large, and one of _BROKEN if it is damaged.
    """
    with _WARNINGS_LOCK, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Pillow's, of odd metadata, which no edition holds
        try:
            with Image.open(io.BytesIO(data), formats=_READABLE) as image:
                if image.width * image.height > _MAX_PIXELS:
                    raise _build_size_error(path)
                data, kind, size = _make_printable(image, data)
                has_more = image.format != "MPO" and _has_second_picture(image)  # those of MPO are for other screens
        except Image.DecompressionBombError:
            raise _build_size_error(path) from None
    sha256 = hashlib.sha256(data).hexdigest()
    stem = re.sub(r"[^a-z0-9]+", "-", PurePosixPath(path).stem.lower()).strip("-") or "picture"
    suffix = "png" if kind == "PNG" else "jpg"
    return Asset(f"{stem}-{sha256[:8]}.{suffix}", path, _MEDIA_TYPES[kind], *size, sha256, data), has_more


def _make_printable(image: Image.Image, data: bytes) -> tuple[bytes, str, tuple[int, int]]:
    """Return bytes, kind (PNG, JPEG) and size of a picture for all editions, with nothing beside its pixels.

    One that a camera says to turn is turned, and becomes a PNG: no Exif data remain that could say it.
    """
    ImageFile.LOAD_TRUNCATED_IMAGES = False  # WeasyPrint 70 makes it True for the whole process
    image.load()
    kind = "JPEG" if image.format == "MPO" else image.format or ""  # a JPEG with further pictures after it
    size = image.size
    is_turned = image.getexif().get(_ORIENTATION, 1) != 1
    is_printable = image.mode in _PRINTABLE_MODES.get(kind, ()) and (kind != "JPEG" or is_common_jpeg(data))
    if is_turned or not is_printable:
        data, kind, size = _convert_to_png(ImageOps.exif_transpose(image))
    return strip_metadata(data, kind), kind, size


def _has_second_picture(image: Image.Image) -> bool:
    """Return whether a file holds more than one picture that can be read."""
    with contextlib.suppress(*_BROKEN):
        image.seek(1)
        return True
    return False


def _build_size_error(path: str) -> _UnprintableError:
    """Return the error for a picture with too many pixels."""
    sentence = f"the picture {path} has more than {_MAX_PIXELS // 1_000_000} million points"
    return _UnprintableError(Rule.PICTURES_ARE_SMALL, sentence, "save a smaller copy")


def _convert_to_png(image: Image.Image) -> tuple[bytes, str, tuple[int, int]]:
    """Return a picture as PNG: its bytes, media type and size in pixels; raise ValueError if it has no colours."""
    if image.mode.startswith("I;16"):  # Pillow would clip 65,536 greys to the lightest
        image = image.convert("I").point(lambda grey: grey * (1 / 257) + 0).convert("L")
    if image.mode in ("I", "F"):
        raise ValueError("a picture of numbers does not say which of them is white")
    mode = "RGBA" if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info else "RGB"
    # The profile of four inks says nothing about three colours.
    profile = image.info.get("icc_profile") if image.mode in ("RGB", "RGBA", "P", "PA") else None
    out = io.BytesIO()
    image.convert(mode).save(out, "PNG", optimize=False, icc_profile=profile)
    return out.getvalue(), "PNG", image.size
