"""Keep reading and writing inside a folder: the one place that judges links."""

from __future__ import annotations

import errno
import os
import secrets
import stat
from pathlib import Path

# Windows has neither; O_NONBLOCK: opening a pipe would wait for whoever writes into it.
_NO_LINK, _NO_WAIT = getattr(os, "O_NOFOLLOW", 0), getattr(os, "O_NONBLOCK", 0)


def inside(folder: Path, name: str | Path) -> Path | None:
    """Return where `name` leads through all links, None if that is outside `folder`."""
    try:
        path = (folder / name).resolve()
        path.exists()  # refuses what no file system can name
        return path if path.is_relative_to(folder.resolve()) else None
    except (OSError, RuntimeError, ValueError):  # too long, links in a circle, NUL
        return None


def find_link_out(path: Path, folder: Path) -> Path | None:
    """Return the first link in `folder` that leads out of it on the way to `path`.

    None if there is none. Links that stand elsewhere are not judged, for instance those on the way to `folder`.
    """
    root, here = Path(os.path.realpath(folder)), Path(path.absolute().anchor)
    for part in path.absolute().parts[1:]:
        there = Path(os.path.realpath(here / part))
        if part != ".." and here.is_relative_to(root) and not there.is_relative_to(root):
            return here / part
        here = there
    return None


def is_folder(path: Path | str) -> bool:
    """Whether this is a folder itself, not a link to one."""
    try:
        return stat.S_ISDIR(os.lstat(path).st_mode)
    except (OSError, ValueError):
        return False


def open_file(path: Path | str, flags: int = os.O_RDONLY) -> int:
    """Return a descriptor of an ordinary file; OSError if it is anything else."""
    handle = os.open(path, flags | _NO_WAIT)
    if stat.S_ISREG(os.fstat(handle).st_mode):
        return handle
    os.close(handle)
    raise OSError(errno.EINVAL, "it is no ordinary file", str(path))


def read_file(path: Path) -> bytes:
    """Return the bytes of an ordinary file; OSError if it is anything else."""
    with open(path, "rb", opener=open_file) as file:
        return file.read()


def open_file_itself(path: Path | str, flags: int = os.O_RDONLY) -> int:
    """Like `open_file`; OSError if it is a link, too."""
    if not _NO_LINK and Path(path).is_symlink():
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), str(path))
    return open_file(path, flags | _NO_LINK)


def read_file_itself(path: Path | str, most_bytes: int) -> bytes:
    """Return the bytes of an ordinary file that is no link.

    OSError if it is anything else, or larger than `most_bytes`.
    """
    with open(path, "rb", opener=open_file_itself) as file:
        data = file.read(most_bytes + 1)
    if len(data) > most_bytes:
        raise OSError(errno.EFBIG, "it is too large", str(path))
    return data


def write_file(path: Path, data: bytes) -> None:
    """Write the file by a rename: a link of that name is replaced, never followed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    waiting = path.with_name(f".{path.name}.{secrets.token_hex(4)}.new")
    with waiting.open("xb") as file:  # x: nothing stands there, no link either
        try:
            file.write(data)
        except BaseException:
            waiting.unlink(missing_ok=True)
            raise
    waiting.replace(path)
