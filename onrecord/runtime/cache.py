"""A content-addressed store of finished work: the cache. Knows no books.

A key is the fingerprint of all that a piece of work reads, so an entry never grows old: what changed has
another key. Each entry is sealed with a secret of the user, so that a folder from somebody else brings no
work that this user's builds did not do themselves; whatever is damaged, cut short or strange is no entry.
Entries appear by an atomic rename: two builds may share a store, and a kill leaves at most a temporary file.

A store begins in a folder that is new or empty, and marks it with a tag of its own. Nothing is kept or deleted in a
folder without that tag, and no shelf or entry that is a link is followed.
"""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import io
import os
import pickle
import re
import secrets
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date, datetime
from enum import Enum
from pathlib import Path
from typing import Any, TypeVar

from onrecord.runtime.folders import is_folder, open_file_itself, read_file_itself, write_file

__all__ = ["Store", "fingerprint"]

R = TypeVar("R")

_SEAL_BYTES = 32
_TAG = "CACHEDIR.TAG"  # touched when the store is looked through
_BEGUN = "new-"
_SHELF, _ENTRY = re.compile("[0-9a-f]{2}"), re.compile(f"[0-9a-f]{{62}}|{_BEGUN}.+")
_TAG_TEXT = b"Signature: 8a477f597d28d172789f06886806bc55\n# This folder is a cache of On Record. It can be deleted.\n"
_SIGNS = {_TAG: _TAG_TEXT, ".gitignore": b"*\n"}  # the tag comes first and goes last
_EARLIER_TAG = _TAG_TEXT.splitlines(keepends=True)[0]  # what every program writes, and we did at first
_HOUR = 3600
MOST_BYTES = 2_000_000_000


class Store:
    """Entries below `folder`; without a folder nothing is kept and nothing found."""

    def __init__(self, folder: Path | None, most_bytes: int = MOST_BYTES) -> None:
        self._folder = folder
        self._most = most_bytes
        self._secret = _secret() if folder else b""
        self._shelves = set[str]()  # those that are known to be folders and no links
        self._grown = 0  # bytes, since somebody looked how large it is
        self.damaged = 0  # entries that were found broken, to be told once

    def has(self, key: str) -> bool:
        """Whether something is kept under the key; it may still prove damaged."""
        return bool(key and self._folder) and self._is_shelf(key[:2]) and os.path.lexists(self._path(key))

    def is_foreign(self) -> bool:
        """Whether something stands in the folder, and no store began there."""
        return self._folder is not None and not _is_new(self._folder) and not _is_begun(self._folder)

    def get(self, key: str) -> Any:
        """The value that was kept under the key, or None."""
        data = self._read(key)
        if data is None:
            return None
        try:
            return pickle.loads(data)  # noqa: S301 - sealed: this user's builds wrote it
        except Exception:  # written by another version of a class
            self._drop(key)
            return None

    def put(self, key: str, value: Any) -> None:
        """Keep the value; a full disk or a folder that cannot be written to only means that it is not kept."""
        if self._folder is None:
            return
        data = pickle.dumps(value, protocol=5)
        place = Path(self._path(key))
        with contextlib.suppress(OSError):
            if not _begin(self._folder):
                return
            place.parent.mkdir(exist_ok=True)
            if not self._is_shelf(key[:2]):  # it is a link
                return
            handle, name = tempfile.mkstemp(prefix=_BEGUN, dir=place.parent)
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(self._seal(key, data) + data)
                Path(name).replace(place)
            except BaseException:
                Path(name).unlink(missing_ok=True)
                raise
            self._grown += len(data)

    def made(self, key: str, make: Callable[[], R]) -> R:
        """The value under the key, made and kept if it is not there."""
        found: R | None = self.get(key)
        if found is None:
            found = make()
            self.put(key, found)
        return found

    def trim(self) -> None:
        """Afterwards the store is no larger than it may be; what was used longest ago goes first.

        Looking through thousands of entries takes as long as a small build: what added little leaves it to the next hour.
        """
        if (
            self._folder is None
            or not self._grown
            or (self._grown < self._most // 100 and _is_fresh(self._folder / _TAG))
        ):
            return
        if not _is_begun(self._folder):  # another program's, or cleared meanwhile
            return
        with contextlib.suppress(OSError):
            os.utime(self._folder / _TAG)
        entries = sorted(self._entries())
        total = sum(size for _, size, _ in entries)
        for _, size, path in entries:
            if total <= self._most:
                break
            with contextlib.suppress(OSError):
                Path(path).unlink()
                total -= size

    def _entries(self) -> Iterator[tuple[float, int, str]]:
        """When each entry was used last, its bytes, its path; what killed builds began is gone."""
        for entry in self._files():
            with contextlib.suppress(OSError):  # another build trims, too
                found = entry.stat(follow_symlinks=False)
                if entry.name.startswith(_BEGUN) and found.st_mtime < time.time() - _HOUR:
                    Path(entry).unlink()
                else:
                    yield found.st_mtime, found.st_size, entry.path

    def _files(self) -> Iterator[os.DirEntry[str]]:
        """What the store wrote, known by its names: there may be more than that in the folder."""
        assert self._folder is not None
        for shelf in _listed(self._folder):
            if _SHELF.fullmatch(shelf.name) and shelf.is_dir(follow_symlinks=False):
                yield from (
                    entry
                    for entry in _listed(shelf)
                    if _ENTRY.fullmatch(entry.name) and entry.is_file(follow_symlinks=False)
                )

    def clear(self) -> int:
        """Forget everything; how many bytes that was. Whatever else lies in the folder stays, and then the folder does, too."""
        if self._folder is None or not _is_begun(self._folder):
            return 0
        size = 0
        for entry in list(self._files()):
            with contextlib.suppress(FileNotFoundError):  # somebody else clears, too
                size += entry.stat(follow_symlinks=False).st_size
                Path(entry).unlink()
        for shelf in [one for one in _listed(self._folder) if _SHELF.fullmatch(one.name)]:
            with contextlib.suppress(OSError):  # it is not empty, or a new entry came
                Path(shelf).rmdir()
        _leave(self._folder)
        return size

    # entries

    def _path(self, key: str) -> str:
        return f"{self._folder}/{key[:2]}/{key[2:]}"  # a Path costs as much as the reading

    def _is_shelf(self, name: str) -> bool:
        """Whether there is a shelf of that name, and it is no link."""
        if name not in self._shelves and is_folder(f"{self._folder}/{name}"):
            self._shelves.add(name)
        return name in self._shelves

    def _read(self, key: str) -> bytes | None:
        if self._folder is None or not self._is_shelf(key[:2]):
            return None
        place = self._path(key)
        try:
            with io.FileIO(place, opener=open_file_itself) as file:
                found, used = file.readall(), os.fstat(file.fileno()).st_mtime
        except OSError:
            return None
        data = found[_SEAL_BYTES:]
        if not secrets.compare_digest(found[:_SEAL_BYTES], self._seal(key, data)):
            self._drop(key)
            self.damaged += 1
            return None
        with contextlib.suppress(OSError):
            if used < time.time() - _HOUR:
                os.utime(place)  # it is still of use
        return data

    def _drop(self, key: str) -> None:
        with contextlib.suppress(OSError):
            if self._folder is not None and _is_begun(self._folder):
                Path(self._path(key)).unlink()

    def _seal(self, key: str, data: bytes) -> bytes:
        return hashlib.blake2b(data, key=self._secret, person=key[:16].encode(), digest_size=_SEAL_BYTES).digest()


def _is_fresh(path: Path) -> bool:
    """Whether it was touched in the last hour."""
    try:
        return path.stat().st_mtime > time.time() - _HOUR
    except OSError:
        return False


def _is_begun(folder: Path) -> bool:
    """Whether a store began in the folder: its tag is ours, to the letter, and no link."""
    return _is_sign(folder / _TAG, _TAG_TEXT) or _is_earlier(folder)


def _is_earlier(folder: Path) -> bool:
    """Whether an earlier version began it: both its signs are there, and nothing but shelves."""
    if not _is_sign(folder / _TAG, _EARLIER_TAG) or not _is_sign(folder / ".gitignore", _SIGNS[".gitignore"]):
        return False
    return all(entry.name in _SIGNS or _SHELF.fullmatch(entry.name) for entry in _listed(folder))


def _is_sign(path: Path, text: bytes) -> bool:
    try:
        return read_file_itself(path, len(text)) == text
    except OSError:
        return False


def _is_new(folder: Path) -> bool:
    """Whether the folder is not there or empty."""
    # A killed build may have left the tag it was about to write.
    return all(entry.name.startswith(f".{_TAG}.") for entry in _listed(folder))


def _begin(folder: Path) -> bool:
    """Mark a folder that is new or empty as a store; whether it is one.

    Git and backups need not look at it.
    """
    if not _is_sign(folder / _TAG, _TAG_TEXT) and (_is_new(folder) or _is_earlier(folder)):
        for name, text in _SIGNS.items():
            write_file(folder / name, text)
    return _is_begun(folder)


def _leave(folder: Path) -> None:
    """Delete the folder of a store if there is nothing in it but our own signs."""
    known = {entry.name for entry in _listed(folder) if not entry.name.startswith(f".{_TAG}.")}
    if known <= set(_SIGNS) and not folder.is_symlink():
        for path in folder.glob(f".{_TAG}.*"):
            path.unlink(missing_ok=True)
        for name in reversed(_SIGNS):
            if _is_sign(folder / name, _SIGNS[name]) or _is_sign(folder / name, _EARLIER_TAG):
                (folder / name).unlink(missing_ok=True)
        try:
            folder.rmdir()
        except OSError:  # another build keeps something there now
            write_file(folder / _TAG, _TAG_TEXT)


def _listed(folder: Path | os.DirEntry[str]) -> list[os.DirEntry[str]]:
    """What lies in a folder; nothing, where it has gone or may not be looked into."""
    try:
        with os.scandir(folder) as found:
            return list(found)
    except OSError:
        return []


def _secret() -> bytes:
    """A random key of this user; where none can be kept, one for this process."""
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "onrecord"
    place = home / "seal"
    try:
        home.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(FileExistsError):
            handle, name = tempfile.mkstemp(prefix="seal-", dir=home)  # only its owner may read it
            with os.fdopen(handle, "wb") as file:
                file.write(secrets.token_bytes(32))
            try:
                if not place.exists():
                    os.link(name, place)  # the first of two that come at once wins
            finally:
                Path(name).unlink()
        found = place.read_bytes()
        return found if len(found) == 32 else secrets.token_bytes(32)
    except OSError:
        return secrets.token_bytes(32)


# --- fingerprints -----------------------------------------------------------------------------------


def fingerprint(*values: Any) -> str:
    """A name for these values: equal for equal values, in every process and on every machine.

    Values are None, numbers, text, bytes, dates, enumerations, paths, and tuples, lists, mappings and dataclasses of
    such; a dataclass field that is not compared (`compare=False`) is not read either.
    """
    out = hashlib.sha256()
    for value in values:
        _feed(out.update, value)
    return out.hexdigest()


def _feed(feed: Callable[[bytes], object], value: Any) -> None:
    if isinstance(value, str):
        data = value.encode("utf-8", "surrogatepass")
        feed(b"s%d:" % len(data) + data)
    elif isinstance(value, bytes):
        feed(b"b%d:" % len(value))
        feed(value)
    elif value is None or isinstance(value, bool | int | float | date | datetime | Path):
        feed(f"{type(value).__name__}:{value!s};".encode())
    elif isinstance(value, Enum):
        feed(f"{type(value).__name__}.{value.name};".encode())
    elif isinstance(value, tuple | list):
        feed(b"(%d:" % len(value))
        for item in value:
            _feed(feed, item)
    elif isinstance(value, dict):
        feed(b"{%d:" % len(value))
        for name in sorted(value):
            _feed(feed, name)
            _feed(feed, value[name])
    elif dataclasses.is_dataclass(value):
        feed(f"<{type(value).__name__}:".encode())
        for field in dataclasses.fields(value):
            if field.compare:
                _feed(feed, getattr(value, field.name))
    else:
        raise TypeError(f"no fingerprint for {type(value).__name__}")
