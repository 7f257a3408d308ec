"""A content-addressed cache of results on the disk. It knows no books.

A key is the fingerprint of everything that a task reads, so an entry never becomes outdated: a changed input has
another key. Each entry is signed with a secret of the user, so that a received folder brings no results that this
user's builds did not compute. A damaged entry is ignored and rebuilt. Entries appear by an atomic rename: two builds
may share a cache, and a killed build leaves at most a temporary file.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import pickle
import secrets
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

from onrecord.runtime import cache_folder
from onrecord.runtime.cache_folder import HOUR_S, SHELF_NAME, TEMPORARY
from onrecord.runtime.folders import is_folder, open_file_itself

__all__ = ["Cache", "load_secret"]

R = TypeVar("R")

_SIGNATURE_BYTES = 32
_SECRET_BYTES = 32
MAX_BYTES = 2_000_000_000


class Cache:
    """Entries below `folder`; without a folder nothing is cached."""

    def __init__(self, folder: Path | None, max_bytes: int = MAX_BYTES) -> None:
        self._folder = folder
        self._max_bytes = max_bytes
        self._secret = load_secret() if folder else b""
        self._shelves = set[str]()  # sub-folders that were seen to be no links
        self._added_bytes = 0  # since the cache was last trimmed
        self.damaged = 0  # how many entries were damaged

    def has(self, key: str) -> bool:
        """Return whether there is an entry for the key, without reading whether it is damaged."""
        return bool(key and self._folder) and self._is_shelf(key[:2]) and os.path.lexists(self._path(key))

    def is_foreign(self) -> bool:
        """Return whether the folder holds files, but is not a cache of On Record."""
        folder = self._folder
        return folder is not None and not cache_folder.is_new(folder) and not cache_folder.is_cache(folder)

    def get(self, key: str) -> Any:
        """Return the cached value of the key, or None if there is none; delete an entry that cannot be read."""
        data = self._read(key)
        if data is None:
            return None
        try:
            return pickle.loads(data)  # noqa: S301 - signed: this user's builds wrote it
        except Exception:  # written by another version of a class
            self._delete(key)
            return None

    def put(self, key: str, value: object) -> None:
        """Write a cache entry; on a full disk, or if the folder cannot be written to, cache nothing."""
        if self._folder is None:
            return
        data = pickle.dumps(value, protocol=5)
        path = Path(self._path(key))
        with contextlib.suppress(OSError):
            if not cache_folder.mark_folder(self._folder):
                return
            path.parent.mkdir(exist_ok=True)
            if not self._is_shelf(key[:2]):  # it is a link
                return
            handle, name = tempfile.mkstemp(prefix=TEMPORARY, dir=path.parent)
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(self._sign_entry(key, data) + data)
                Path(name).replace(path)
            except BaseException:
                Path(name).unlink(missing_ok=True)
                raise
            self._added_bytes += len(data)

    def get_or_compute(self, key: str, compute: Callable[[], R]) -> R:
        """Return the value of the key; compute and cache it if it is not there."""
        value: R | None = self.get(key)
        if value is None:
            value = compute()
            self.put(key, value)
        return value

    def trim(self) -> None:
        """Delete the entries that were not used for longest, until the cache is not larger than `max_bytes`.

        To look through thousands of entries takes as long as a small build, so a build that added little looks at
        most once an hour.
        """
        if self._folder is None or not self._added_bytes:
            return
        tag = self._folder / cache_folder.TAG
        if self._added_bytes < self._max_bytes // 100 and cache_folder.was_touched_this_hour(tag):
            return
        if not cache_folder.is_cache(self._folder):  # another program's, or cleared meanwhile
            return
        with contextlib.suppress(OSError):
            os.utime(tag)
        entries = sorted(self._iterate_entries(self._folder))
        total = sum(size for _, size, _ in entries)
        for _, size, path in entries:
            if total <= self._max_bytes:
                break
            with contextlib.suppress(OSError):
                Path(path).unlink()
                total -= size

    def _iterate_entries(self, folder: Path) -> Iterator[tuple[float, int, str]]:
        """Yield last use, size in bytes and path of each entry; delete what killed builds left unfinished."""
        for entry in cache_folder.iterate_files(folder):
            with contextlib.suppress(OSError):  # another build trims, too
                status = entry.stat(follow_symlinks=False)
                if entry.name.startswith(TEMPORARY) and status.st_mtime < time.time() - HOUR_S:
                    Path(entry).unlink()
                else:
                    yield status.st_mtime, status.st_size, entry.path

    def clear(self) -> int:
        """Delete all cache entries and return their bytes; a folder with other files stays."""
        if self._folder is None or not cache_folder.is_cache(self._folder):
            return 0
        size = 0
        for entry in list(cache_folder.iterate_files(self._folder)):
            with contextlib.suppress(FileNotFoundError):  # another process clears it, too
                size += entry.stat(follow_symlinks=False).st_size
                Path(entry).unlink()
        for shelf in cache_folder.list_entries(self._folder):
            if SHELF_NAME.fullmatch(shelf.name):
                with contextlib.suppress(OSError):  # it is not empty, or an entry was just added
                    Path(shelf).rmdir()
        cache_folder.delete_folder(self._folder)
        return size

    # entries

    def _path(self, key: str) -> str:
        """Return the path of the entry for `key`, whether or not there is one."""
        return f"{self._folder}/{key[:2]}/{key[2:]}"  # text: to make a Path takes as long as to read the entry

    def _is_shelf(self, name: str) -> bool:
        """Return whether the cache has a real sub-folder `name`, no link; remembers a yes."""
        if name not in self._shelves and is_folder(f"{self._folder}/{name}"):
            self._shelves.add(name)
        return name in self._shelves

    def _read(self, key: str) -> bytes | None:
        """Return the entry's bytes and mark it as used; None if missing. Deletes a damaged entry."""
        if self._folder is None or not self._is_shelf(key[:2]):
            return None
        path = self._path(key)
        try:
            with io.FileIO(path, opener=open_file_itself) as file:
                content, last_use = file.readall(), os.fstat(file.fileno()).st_mtime
        except OSError:
            return None
        data = content[_SIGNATURE_BYTES:]
        if not secrets.compare_digest(content[:_SIGNATURE_BYTES], self._sign_entry(key, data)):
            self._delete(key)
            self.damaged += 1
            return None
        with contextlib.suppress(OSError):
            if last_use < time.time() - HOUR_S:
                os.utime(path)  # mark it as used
        return data

    def _delete(self, key: str) -> None:
        """Delete the entry for `key`, if the folder is a cache of ours; ignore OSError."""
        with contextlib.suppress(OSError):
            if self._folder is not None and cache_folder.is_cache(self._folder):
                Path(self._path(key)).unlink()

    def _sign_entry(self, key: str, data: bytes) -> bytes:
        """Return the signature that ties a cache entry's `data` to `key`, made with the user's secret key."""
        return hashlib.blake2b(data, key=self._secret, person=key[:16].encode(), digest_size=_SIGNATURE_BYTES).digest()


def load_secret() -> bytes:
    """Return the user's random key; if it cannot be stored, one for this process only."""
    try:
        home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "onrecord"
        path = home / "seal"
        home.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(FileExistsError):
            handle, name = tempfile.mkstemp(prefix="seal-", dir=home)  # only its owner can read it
            with os.fdopen(handle, "wb") as file:
                file.write(secrets.token_bytes(_SECRET_BYTES))
            try:
                if not path.exists():
                    _link_or_rename(name, path)  # of two processes at once, the first one wins
            finally:
                Path(name).unlink(missing_ok=True)
        secret = path.read_bytes()
        return secret if len(secret) == _SECRET_BYTES else secrets.token_bytes(_SECRET_BYTES)
    except (OSError, RuntimeError):  # RuntimeError: no home folder is known
        return secrets.token_bytes(_SECRET_BYTES)


def _link_or_rename(name: str, path: Path) -> None:
    """Give a file its final name, unless there is one of that name; rename it where there are no hard links."""
    try:
        os.link(name, path)
    except FileExistsError:
        raise
    except OSError:  # vfat and others
        Path(name).replace(path)
