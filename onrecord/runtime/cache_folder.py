"""The folder of a cache: how it is marked as ours, and what in it is ours.

A cache starts in a folder that is new or empty, and marks it with a tag. Nothing is cached or deleted in a folder
without that tag, and no link inside it is followed.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator
from pathlib import Path

from onrecord.runtime.folders import read_file_itself, write_file

TAG = "CACHEDIR.TAG"  # https://bford.info/cachedir/; touched when the cache is trimmed
TEMPORARY = "new-"  # how the names of unfinished entries begin
HOUR_S = 3600
SHELF_NAME = re.compile("[0-9a-f]{2}")  # a sub-folder for the entries whose keys begin so
_ENTRY_NAME = re.compile(f"[0-9a-f]{{62}}|{TEMPORARY}.+")
_TAG_TEXT = b"Signature: 8a477f597d28d172789f06886806bc55\n# This folder is a cache of On Record. It can be deleted.\n"
_MARKS = {TAG: _TAG_TEXT, ".gitignore": b"*\n"}  # the tag is written first and deleted last
_EARLIER_TAG_TEXT = _TAG_TEXT.splitlines(keepends=True)[0]  # the tag of our first versions, common to all programs


def is_cache(folder: Path) -> bool:
    """Return whether the folder has the tag file of an On Record cache, byte for byte, no link."""
    return _holds_text(folder / TAG, _TAG_TEXT) or _is_earlier_cache(folder)


def is_new(folder: Path) -> bool:
    """Return whether the folder does not exist or is empty."""
    # A killed build may have left the tag that it was about to write.
    return all(entry.name.startswith(f".{TAG}.") for entry in list_entries(folder))


def mark_folder(folder: Path) -> bool:
    """Write the cache marks into a new or empty folder; tell whether it is now a cache.

    The marks also tell git and backup programs to ignore it.
    """
    if _holds_text(folder / TAG, _TAG_TEXT):
        return True
    if is_new(folder) or _is_earlier_cache(folder):
        for name, text in _MARKS.items():
            write_file(folder / name, text)
    return is_cache(folder)


def delete_folder(folder: Path) -> None:
    """Delete the folder of a cache if it holds nothing but the cache's own marks."""
    names = {entry.name for entry in list_entries(folder) if not entry.name.startswith(f".{TAG}.")}
    if names <= set(_MARKS) and not folder.is_symlink():
        for path in folder.glob(f".{TAG}.*"):
            path.unlink(missing_ok=True)
        for name in reversed(_MARKS):
            if _holds_text(folder / name, _MARKS[name]) or _holds_text(folder / name, _EARLIER_TAG_TEXT):
                (folder / name).unlink(missing_ok=True)
        try:
            folder.rmdir()
        except OSError:  # another build has just cached something there
            write_file(folder / TAG, _TAG_TEXT)


def iterate_files(folder: Path) -> Iterator[os.DirEntry[str]]:
    """Yield the files that a cache wrote, by their names: there may be other files in the folder."""
    for shelf in list_entries(folder):
        if SHELF_NAME.fullmatch(shelf.name) and shelf.is_dir(follow_symlinks=False):
            for entry in list_entries(shelf):
                if _ENTRY_NAME.fullmatch(entry.name) and entry.is_file(follow_symlinks=False):
                    yield entry


def was_touched_this_hour(path: Path) -> bool:
    """Return whether the file was changed in the last hour."""
    try:
        return path.stat().st_mtime > time.time() - HOUR_S
    except OSError:
        return False


def list_entries(folder: Path | os.DirEntry[str]) -> list[os.DirEntry[str]]:
    """Return the entries of a cache's folder; [] if it does not exist or cannot be read."""
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except OSError:
        return []


def _is_earlier_cache(folder: Path) -> bool:
    """Return whether an early version of On Record made the folder: marks and shelves only."""
    if not _holds_text(folder / TAG, _EARLIER_TAG_TEXT) or not _holds_text(folder / ".gitignore", _MARKS[".gitignore"]):
        return False
    return all(entry.name in _MARKS or SHELF_NAME.fullmatch(entry.name) for entry in list_entries(folder))


def _holds_text(path: Path, text: bytes) -> bool:
    """Return whether the file holds exactly `text`; False for a link or an unreadable file."""
    try:
        return read_file_itself(path, len(text)) == text
    except OSError:
        return False
