"""Pictures of a book: read from its folder only, checked, and brought into a form that prints.

PNG and JPEG in grey or RGB go through as they are; anything else that Pillow knows becomes PNG.
"""

from __future__ import annotations

import hashlib
import io
import re
import warnings
from pathlib import Path, PurePosixPath

from PIL import Image, ImageOps

from onrecord.config import Problems
from onrecord.model import Asset

_MAX_BYTES = 25_000_000
_MAX_PIXELS = 40_000_000
_ORIENTATION = 0x0112  # Exif 2.32 §4.6.4
_MEDIA_TYPES = {"PNG": "image/png", "JPEG": "image/jpeg"}
_KEPT_MODES = {"PNG": ("L", "LA", "RGB", "RGBA", "P", "1"), "JPEG": ("L", "RGB")}
_READABLE = ("PNG", "JPEG", "GIF", "WEBP", "TIFF", "BMP")


class Pictures:
    """The pictures of one book; each file is read once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()
        self._known: dict[str, Asset] = {}

    def asset(self, path: str, line: int, problems: Problems) -> Asset | None:
        """The picture at `path`, relative to the book's folder; a problem and None if it cannot be printed."""
        if path not in self._known:
            found = self._read(path, line, problems)
            if found is None:
                return None
            self._known[path] = found
        return self._known[path]

    def _read(self, path: str, line: int, problems: Problems) -> Asset | None:
        def refuse(rule: str, sentence: str, hint: str) -> None:
            problems.add(line, rule, sentence, hint)

        file = self._inside(path)
        if file is None:
            return refuse("pictures-are-in-the-book", f"the picture {path} is not inside the book's folder", f"copy it to images/ and write images/{PurePosixPath(path).name or 'picture.png'}")
        if not file.is_file():
            return refuse("pictures-exist", f"there is no file {path}", f"put the picture there, or correct the name{self._near(path)}")
        if file.stat().st_size > _MAX_BYTES:
            return refuse("pictures-are-small", f"the picture {path} has more than {_MAX_BYTES // 1_000_000} MB", "save a smaller copy")
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error", Image.DecompressionBombWarning)
                return _prepared(path, file.read_bytes())
        except (Image.DecompressionBombError, Image.DecompressionBombWarning, _TooLarge):
            return refuse("pictures-are-small", f"the picture {path} has more than {_MAX_PIXELS // 1_000_000} million points", "save a smaller copy")
        except (OSError, ValueError, SyntaxError, Image.UnidentifiedImageError):
            return refuse("pictures-are-readable", f"{path} is no picture that can be read", "save it again as PNG or JPEG")

    def _inside(self, path: str) -> Path | None:
        if re.match(r"[A-Za-z][A-Za-z0-9+.-]*:|//|/|\\", path) or "\x00" in path:
            return None
        file = (self._folder / path).resolve()
        return file if file.is_relative_to(self._folder) else None

    def _near(self, path: str) -> str:
        wanted = PurePosixPath(path).name.casefold()
        for file in sorted((self._folder / "images").glob("*")) if (self._folder / "images").is_dir() else []:
            if file.name.casefold() == wanted or file.stem.casefold() == PurePosixPath(wanted).stem:
                return f": images/{file.name}"
        return ""


class _TooLarge(Exception):
    """More points than a page can show."""


def _prepared(path: str, data: bytes) -> Asset:
    with Image.open(io.BytesIO(data), formats=_READABLE) as image:
        if image.width * image.height > _MAX_PIXELS:
            raise _TooLarge
        image.load()
        kind = image.format or ""
        turned = image.getexif().get(_ORIENTATION, 1) != 1
        if turned or image.mode not in _KEPT_MODES.get(kind, ()):
            data, kind, size = _as_png(ImageOps.exif_transpose(image))
        else:
            size = image.size
    sha256 = hashlib.sha256(data).hexdigest()
    stem = re.sub(r"[^a-z0-9]+", "-", PurePosixPath(path).stem.lower()).strip("-") or "picture"
    suffix = "png" if kind == "PNG" else "jpg"
    return Asset(f"{stem}-{sha256[:8]}.{suffix}", path, _MEDIA_TYPES[kind], *size, sha256, data)


def _as_png(image: Image.Image) -> tuple[bytes, str, tuple[int, int]]:
    mode = "RGBA" if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info else "RGB"
    out = io.BytesIO()
    image.convert(mode).save(out, "PNG", optimize=False)
    return out.getvalue(), "PNG", image.size
