"""Collect the pictures of a foreign file, within limits, named after their bytes."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from urllib.parse import unquote, unquote_to_bytes

MAX_PICTURE_BYTES = 20_000_000  # of one picture
_MAX_TOTAL_BYTES = 80_000_000
_MAX_PICTURES = 200
_FORMATS = (
    (re.compile(rb"\x89PNG\r\n\x1a\n"), "png"),
    (re.compile(rb"\xff\xd8\xff"), "jpg"),
    (re.compile(rb"GIF8[79]a"), "gif"),
    (re.compile(rb"RIFF....WEBP", re.DOTALL), "webp"),
)
_DATA_URI = re.compile(r"data:image/[\w.+-]+(?P<base64>;base64)?(?:;[^,]*)?,(?P<data>.*)", re.DOTALL | re.IGNORECASE)

# Returns the bytes that an address inside a file names; b"" if they are not there, or outside the file's folder.
ReadLinkedFile = Callable[[str], bytes]


@dataclass(frozen=True, slots=True)
class AttachedPicture:
    """A picture as the book will have it: `path` is relative to the book's folder."""

    path: str
    data: bytes


class PictureAlbum:
    """The pictures of a foreign file, each once."""

    def __init__(self, beside: ReadLinkedFile) -> None:
        self._beside = beside
        self._pictures: dict[str, AttachedPicture] = {}

    def add_picture(self, address: str) -> str:
        """Add the picture at an address of an imported file; return its path in the book, "" if it cannot be used."""
        data = _read_data_uri(address) if address[:5].lower() == "data:" else self._beside(address)
        suffix = next((suffix for magic, suffix in _FORMATS if magic.match(data)), "")
        if not suffix or len(data) > MAX_PICTURE_BYTES:
            return ""
        path = f"images/{sha256(data).hexdigest()[:16]}.{suffix}"
        if path not in self._pictures:
            total = sum(len(picture.data) for picture in self._pictures.values())
            if len(self._pictures) >= _MAX_PICTURES or total + len(data) > _MAX_TOTAL_BYTES:
                return ""
            self._pictures[path] = AttachedPicture(path, data)
        return path

    def select_shown(self, markdown: str) -> tuple[AttachedPicture, ...]:
        """Return the pictures of an imported file that the text shows, in the order in which they were added."""
        return tuple(picture for path, picture in self._pictures.items() if f"]({path})" in markdown)


def read_no_linked_file(_: str) -> bytes:
    """Return b"", as the reader of linked files for an imported file that has none."""
    return b""


def build_linked_file_reader(source: Path) -> ReadLinkedFile:
    """Return a function that reads files inside the folder of a saved web page, and no others."""
    folder = source.parent.resolve()

    def read_file(address: str) -> bytes:
        """Return the bytes of a file beside a saved page; b"" for other addresses, links out of it and large files."""
        name = unquote(address.split("?")[0].split("#")[0])
        if not name or "\x00" in name or re.match(r"[A-Za-z][\w+.-]*:|[/\\]", name):
            return b""
        try:
            file = (folder / name).resolve()
            is_readable = file.is_relative_to(folder) and file.is_file() and file.stat().st_size <= MAX_PICTURE_BYTES
            return file.read_bytes() if is_readable else b""
        except OSError:
            return b""

    return read_file


def _read_data_uri(address: str) -> bytes:
    """Return the bytes in a data: URI (RFC 2397); b"" if it is damaged or too long."""
    match = _DATA_URI.match(address)
    if match is None or len(address) > 1.4 * MAX_PICTURE_BYTES:
        return b""
    try:
        if match["base64"]:
            return base64.b64decode(unquote(match["data"]), validate=False)
        return unquote_to_bytes(match["data"])
    except (binascii.Error, ValueError):
        return b""
