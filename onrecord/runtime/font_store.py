"""Keep fonts and their configuration in the user's cache, where WeasyPrint and HarfBuzz open them as files."""

from __future__ import annotations

import hashlib
import io
import os
import tempfile
from collections.abc import Iterable
from html import escape
from pathlib import Path

# Pango asks for the family “emoji”, part by part: without it, ♀ of an emoji comes from the first face that has it.
_EMOJI_ALIAS = '<alias binding="strong"><family>emoji</family><prefer><family>Noto Emoji</family></prefer></alias>'


def unpack_file(path: Path) -> Path:
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
