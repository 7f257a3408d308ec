"""Pictures that come with a foreign file: known kinds, bounded, under names made here from their bytes."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from urllib.parse import unquote, unquote_to_bytes

MAX_BYTES = 20_000_000
_MAX_TOTAL = 80_000_000
_MAX_PICTURES = 200
_KINDS = (
    (re.compile(rb"\x89PNG\r\n\x1a\n"), "png"),
    (re.compile(rb"\xff\xd8\xff"), "jpg"),
    (re.compile(rb"GIF8[79]a"), "gif"),
    (re.compile(rb"RIFF....WEBP", re.DOTALL), "webp"),
)
_DATA = re.compile(r"data:image/[\w.+-]+(?P<coded>;base64)?(?:;[^,]*)?,(?P<data>.*)", re.DOTALL | re.IGNORECASE)

# The bytes of what an address inside the file names; b"" if it is not there, or not inside.
Beside = Callable[[str], bytes]


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as the book will have it: `path` is relative to the book's folder."""

    path: str
    data: bytes


class Album:
    """The pictures of one foreign file, each once."""

    def __init__(self, beside: Beside) -> None:
        self._beside = beside
        self._found: dict[str, Picture] = {}

    def path_of(self, address: str) -> str:
        """Where the book will have the picture; "" for one that is elsewhere, unknown, or too large."""
        data = _unpacked(address) if address[:5].lower() == "data:" else self._beside(address)
        kind = next((kind for magic, kind in _KINDS if magic.match(data)), "")
        if not kind or len(data) > MAX_BYTES:
            return ""
        path = f"images/{sha256(data).hexdigest()[:16]}.{kind}"
        full = (
            len(self._found) >= _MAX_PICTURES
            or sum(len(one.data) for one in self._found.values()) + len(data) > _MAX_TOTAL
        )
        if path not in self._found and full:
            return ""
        self._found.setdefault(path, Picture(path, data))
        return path

    def shown_in(self, markdown: str) -> tuple[Picture, ...]:
        """Those that the text shows, in the order in which they were found."""
        return tuple(one for path, one in self._found.items() if f"]({path})" in markdown)


def nothing_beside(_: str) -> bytes:
    return b""


def beside(source: Path) -> Beside:
    """What stands beside a saved page: files inside its folder, whatever a link or `..` says."""
    folder = source.parent.resolve()

    def read(address: str) -> bytes:
        name = unquote(address.split("?")[0].split("#")[0])
        if not name or "\x00" in name or re.match(r"[A-Za-z][\w+.-]*:|[/\\]", name):
            return b""
        try:
            file = (folder / name).resolve()
            inside = file.is_relative_to(folder) and file.is_file() and file.stat().st_size <= MAX_BYTES
            return file.read_bytes() if inside else b""
        except OSError:
            return b""

    return read


def _unpacked(address: str) -> bytes:
    """The bytes in a data: URI (RFC 2397)."""
    found = _DATA.match(address)
    if found is None or len(address) > 1.4 * MAX_BYTES:
        return b""
    try:
        return (
            base64.b64decode(unquote(found["data"]), validate=False)
            if found["coded"]
            else unquote_to_bytes(found["data"])
        )
    except (binascii.Error, ValueError):
        return b""
