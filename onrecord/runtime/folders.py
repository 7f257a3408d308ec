"""Read and write files without following links out of a folder."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import stat
import tempfile
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path

# Windows has neither. O_NONBLOCK: to open a pipe would wait until another process writes to it.
_MOST_OF_NAME = 100  # characters in the name of a temporary file: together with its end, no name is too long
_NO_FILE = "it is no ordinary file"
_STRANGE_KINDS = (
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISBLK, "a device"),
    (stat.S_ISCHR, "a device"),
)
_NO_LINK, _NO_WAIT = getattr(os, "O_NOFOLLOW", 0), getattr(os, "O_NONBLOCK", 0)


def resolve_inside(folder: Path, name: str | Path) -> Path | None:
    """Return the path of `name` with all links resolved; None if it is outside `folder`."""
    try:
        path = (folder / name).resolve()
        path.exists()  # raises for names that no file system accepts
        return path if path.is_relative_to(folder.resolve()) else None
    except (OSError, RuntimeError, ValueError):  # too long, a cycle of links, NUL
        return None


def find_link_out(path: Path, folder: Path) -> Path | None:
    """Return the first link in `folder` that leads out of it on the way to `path`.

    Return None if there is none. Links outside `folder` are not checked, for example those on the way to it.
    """
    if os.path.realpath(path) == str(path.absolute()):  # no link on the whole way: by far the most paths
        return None
    root, current = Path(os.path.realpath(folder)), Path(path.absolute().anchor)
    for part in path.absolute().parts[1:]:
        target = Path(os.path.realpath(current / part))
        if part != ".." and current.is_relative_to(root) and not target.is_relative_to(root):
            return current / part
        current = target
    return None


def is_folder(path: Path | str) -> bool:
    """Return whether the path is a folder and not a link to a folder."""
    try:
        return stat.S_ISDIR(os.lstat(path).st_mode)
    except (OSError, ValueError):
        return False


def describe_strange_kind(mode: int) -> str:
    """Return what an entry with this mode (`st_mode`) is: a pipe, a socket or a device; "" for anything else."""
    return next((kind for is_kind, kind in _STRANGE_KINDS if is_kind(mode)), "")


def explain_no_file(path: Path) -> str:
    """Return why a path is no file to read: “it is a pipe and no file”; "" if it is an ordinary file."""
    try:
        mode = path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return "it is a link that leads nowhere" if path.is_symlink() else "there is no such file"
    except OSError as error:
        return error.strerror or str(error)
    if stat.S_ISREG(mode):
        return ""
    return "it is a folder" if stat.S_ISDIR(mode) else f"it is {describe_strange_kind(mode)} and no file"


def open_file(path: Path | str, flags: int = os.O_RDONLY) -> int:
    """Return a descriptor of an ordinary file, links followed; raise OSError if it is anything else."""
    try:
        handle = os.open(path, flags | _NO_WAIT)
    except OSError as error:
        if error.errno == errno.ENXIO:  # a socket
            error.strerror = _NO_FILE
        raise
    if stat.S_ISREG(os.fstat(handle).st_mode):
        return handle
    os.close(handle)
    raise OSError(errno.EINVAL, _NO_FILE, str(path))


def read_file(path: Path) -> bytes:
    """Return the bytes of an ordinary file; raise OSError if it is anything else."""
    with open(path, "rb", opener=open_file) as file:
        return file.read()


def open_file_itself(path: Path | str, flags: int = os.O_RDONLY) -> int:
    """Return a descriptor of an ordinary file, no link; raise OSError for a link or anything else."""
    try:
        if _NO_LINK or not Path(path).is_symlink():
            return open_file(path, flags | _NO_LINK)
    except OSError as error:
        if error.errno != errno.ELOOP or not Path(path).is_symlink():
            raise
    raise OSError(errno.ELOOP, "it is a link", str(path))


def read_file_itself(path: Path | str, max_bytes: int) -> bytes:
    """Return the bytes of an ordinary file that is no link; raise OSError for others or for more than `max_bytes`.

    Raises OSError if it is anything else, or larger than `max_bytes`.
    """
    with open(path, "rb", opener=open_file_itself) as file:
        data = file.read(max_bytes + 1)
    if len(data) > max_bytes:
        raise OSError(errno.EFBIG, "it is too large", str(path))
    return data


def write_file(path: Path, data: bytes) -> None:
    """Write `data` to a file by a rename: a link of that name is replaced, not followed."""
    write_files({path: data})


def write_files(files: Mapping[Path, bytes]) -> None:
    """Write all these files, or none: each appears by a rename. Folders that are missing are made.

    If the system refuses, temporary files, new files and new folders are deleted, replaced files come back, and the
    OSError is raised. The last file of the mapping is renamed last.
    """
    with contextlib.ExitStack() as undo:
        temporary = {path: _write_beside(path, data, undo) for path, data in files.items()}
        for path, written in temporary.items():
            before = path.read_bytes() if path.is_file() and not path.is_symlink() else None
            undo.callback(_restore_file, path, before)
            with _name_in_errors(path):
                written.replace(path)
        undo.pop_all()


def _write_beside(path: Path, data: bytes, undo: contextlib.ExitStack) -> Path:
    """Write a temporary file beside `path`; `undo` deletes it, and the folders that were made for it."""
    missing = [folder for folder in path.parents if not os.path.lexists(folder)]
    for folder in reversed(missing):
        folder.mkdir(exist_ok=True)
        undo.callback(_ignore_system_errors, folder.rmdir)
    temporary = path.with_name(f".{path.name[:_MOST_OF_NAME]}.{secrets.token_hex(4)}.new")
    undo.callback(_ignore_system_errors, temporary.unlink)
    with _name_in_errors(path), temporary.open("xb") as file:  # x: fails if there is a file or a link of that name
        file.write(data)
    return temporary


@contextlib.contextmanager
def write_temporary_file(data: bytes) -> Iterator[Path]:
    """Yield the path of a new file with these bytes, deleted afterwards; three times as fast as a temporary folder."""
    descriptor, name = tempfile.mkstemp(prefix="onrecord-")
    path = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
        yield path
    finally:
        path.unlink(missing_ok=True)


@contextlib.contextmanager
def _name_in_errors(path: Path) -> Iterator[None]:
    """Let an OSError name the file that is to be written, not the temporary one."""
    try:
        yield
    except OSError as error:
        error.filename, error.filename2 = str(path), None
        raise


def _restore_file(path: Path, before: bytes | None) -> None:
    """Give a file its earlier content back; delete it if there was none."""
    _ignore_system_errors(path.unlink if before is None else partial(path.write_bytes, before))


def _ignore_system_errors(action: Callable[[], object]) -> None:
    """Call the action, and ignore an OSError."""
    with contextlib.suppress(OSError):
        action()
