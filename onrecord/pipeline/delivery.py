"""Puts finished copies into the out folder, all of them or none, whatever happens on the way.

1. *stage*: the new files are written below `.delivery/new/` in the out folder and flushed to the disk; one that stands
   there already, with the same bytes, is linked;
2. *commit*: one small journal appears by an atomic rename. Before it the old edition stands, from
   here on the new one: whoever comes next (`recover`) finishes what was begun;
3. *swap*: each name changes hands by one rename; a folder trades places with its successor
   (`renameat2` on Linux, `renamex_np` on macOS; elsewhere two renames);
4. the journal and the old files go.

A reader who looks between the renames of step 3 sees some names new and some old; each file and
each folder by itself is always whole. Names that are not delivered are not touched.

An out folder can come from anywhere, with a `.delivery` in it that no delivery wrote. A journal is followed only if
all that it says can be seen: plain names, and for each the very file or folder that was made ready.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import io
import itertools
import json
import os
import shutil
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from onrecord.model import Place
from onrecord.model.problems import Problem, Refused, Severity
from onrecord.runtime.folders import is_folder, read_file_itself

__all__ = ["deliver", "recover"]

_WORKSHOP = ".delivery"
_MOST_JOURNAL_BYTES = 100_000
_AT_FDCWD = -100  # fcntl.h on Linux
_RENAME_EXCHANGE = 2  # linux/fs.h; macOS calls it RENAME_SWAP, stdio.h, with the same value


def deliver(out: Path, files: Mapping[str, bytes]) -> tuple[Path, ...]:
    """Afterwards `out` holds exactly `files` under their first names; the paths of these.

    `files` maps relative posix names to bytes: `book.pdf` replaces that file, the names below
    `book/` replace that folder. Raises Refused, with the old edition untouched, if the folder
    cannot be written to or the disk is full.
    """
    names = _first_names(files)
    with _speaking_of(out), _alone(out):
        try:
            _recover(out)
        except _StrangeError:  # `recover` gives the warning
            _clear(out / _WORKSHOP)
        _refuse_what_is_in_the_way(out, names)
        try:
            _stage(out, files)
            _commit(out, names)
        except BaseException:
            (out / _WORKSHOP / "journal").unlink(missing_ok=True)  # first: without it the rest means nothing
            shutil.rmtree(out / _WORKSHOP, ignore_errors=True)
            raise
        _recover(out)
    return tuple(out / name for name in names)


def recover(out: Path) -> tuple[Problem, ...]:
    """Finish a delivery that was cut short after its commit, forget one that was cut short before.

    What no delivery left behind is not touched; the warning says so. The next delivery takes it away.
    """
    if not os.path.lexists(out / _WORKSHOP):
        return ()
    with _speaking_of(out), _alone(out):
        try:
            _recover(out)
        except _StrangeError as reason:
            return (_warn_of(out / _WORKSHOP, str(reason)),)
    return ()


def _warn_of(workshop: Path, reason: str) -> Problem:
    sentence = f"this is no unfinished delivery of On Record: {reason}. It was ignored"
    hint = f"delete {workshop} if it is still there; if a build was interrupted here, build again"
    return Problem(Place(str(workshop)), "delivery-is-ours", sentence, hint, severity=Severity.WARNING)


# --- the steps ------------------------------------------------------------------------------------


def _first_names(files: Mapping[str, bytes]) -> dict[str, bool]:
    """The names that change hands: name -> whether it is a folder."""
    names: dict[str, bool] = {}
    for file in files:
        path = PurePosixPath(file)
        if not path.parts or not all(map(_is_plain_name, path.parts)):
            raise ValueError(f"not a name to deliver: {file!r}")
        is_folder = len(path.parts) > 1
        if names.setdefault(path.parts[0], is_folder) != is_folder:
            raise ValueError(f"both a file and a folder: {path.parts[0]!r}")
    return names


def _is_plain_name(name: str) -> bool:
    """Whether it names something in a folder, not hidden, on every system."""
    return name.isprintable() and not name.startswith(".") and bool(name) and not set(name) & set("/\\:")


def _refuse_what_is_in_the_way(out: Path, names: Mapping[str, bool]) -> None:
    problems = []
    for name, is_for_folder in names.items():
        found = out / name
        if found.exists() and found.is_dir() != is_for_folder:
            kind, wanted = ("folder", "file") if found.is_dir() else ("file", "folder")
            sentence = f"A {kind} called “{name}” is in the way of the {wanted} of that name."
            problems.append(Problem(Place(str(found)), "out-name-is-free", sentence, "move it away or give --out DIR"))
    if problems:
        raise Refused(problems)


def _stage(out: Path, files: Mapping[str, bytes]) -> None:
    """All files on the disk, in a folder that nobody looks into."""
    folder = out / _WORKSHOP / "new"
    named = {PurePosixPath(name.rpartition("/")[0]) for name in files}
    folders = {folder, *(folder / above for one in named for above in (one, *one.parents))}
    (out / _WORKSHOP).mkdir()
    for parent in sorted(folders):
        parent.mkdir(parents=True, exist_ok=True)
    real = {str(way) for way in named if all(is_folder(out / above) for above in (way, *way.parents) if above.parts)}
    written = [
        folder / name
        for name, data in files.items()
        if (name.rpartition("/")[0] or ".") not in real or not _linked(f"{out}/{name}", f"{folder}/{name}", data)
    ]
    for path in written:
        path.write_bytes(files[path.relative_to(folder).as_posix()])
    if not _flush_all(folder):
        for path in (*written, *folders):
            _flush(path)


def _linked(old: str, new: str, data: bytes) -> bool:
    """Whether `new` is now another name of `old`, which holds the same bytes."""
    try:
        known = os.lstat(old)
        if not stat.S_ISREG(known.st_mode) or known.st_size != len(data):
            return False
        with io.FileIO(old) as file:
            if file.readall() != data:
                return False
        os.link(old, new)
    except OSError:  # a file system without links
        return False
    return True


def _commit(out: Path, names: Mapping[str, bool]) -> None:
    workshop = out / _WORKSHOP
    journal = workshop / "journal"
    identities = {name: _identity(workshop / "new" / name) for name in names}
    journal.with_suffix(".draft").write_text(json.dumps(identities), encoding="utf-8")
    _flush(journal.with_suffix(".draft"))
    journal.with_suffix(".draft").replace(journal)
    _flush(workshop)


class _StrangeError(Exception):
    """Why something called `.delivery` was not left behind by a delivery."""


def _recover(out: Path) -> None:
    """Finish or forget what a delivery left behind.

    _StrangeError, with nothing touched, if no delivery of ours did.
    """
    workshop = out / _WORKSHOP
    journal = workshop / "journal"
    if not os.path.lexists(workshop):
        return
    _need(is_folder(workshop), "it is a link or a file")
    if os.path.lexists(journal):
        for name in _find_pending(out, _read_journal(journal)):
            _swap(workshop, name, out / name)
        _flush(out)
        journal.unlink()
    _clear(workshop)


def _need(is_so: bool, reason: str) -> None:
    if not is_so:
        raise _StrangeError(reason)


def _read_journal(journal: Path) -> dict[str, int]:
    """Return the names of a journal and the identity of what was made ready for each."""
    try:
        names: Any = json.loads(read_file_itself(journal, _MOST_JOURNAL_BYTES))
    except OSError as error:
        raise _StrangeError(f"its journal cannot be read ({error.strerror})") from None
    except (ValueError, RecursionError):
        raise _StrangeError("its journal is damaged") from None
    _need(isinstance(names, dict), "its journal is damaged")
    for name, identity in names.items():
        shown = json.dumps(name)[1:60].removesuffix('"')  # ASCII: no terminal takes it for a command
        _need(_is_plain_name(name), f"its journal names “{shown}”, which is no name of a file in this folder")
        _need(type(identity) is int, "its journal is damaged")
    return dict(names)


def _find_pending(out: Path, identities: Mapping[str, int]) -> list[str]:
    """Return the names that did not change hands yet."""
    workshop = out / _WORKSHOP
    _need(is_folder(workshop / "new"), "“new” in it is no folder")
    _need(is_folder(workshop / "old") or not os.path.lexists(workshop / "old"), "“old” in it is no folder")
    pending = [name for name, identity in identities.items() if _identity(out / name) != identity]
    for name in pending:
        is_ready = _identity(workshop / "new" / name) == identities[name]
        _need(is_ready, f"“{name}” in it is not what its journal says")
    return pending


def _clear(workshop: Path) -> None:
    """Take it away, links as links; what cannot be deleted moves to another name."""
    try:
        if is_folder(workshop):
            shutil.rmtree(workshop)
        else:
            workshop.unlink()
    except (OSError, RecursionError):  # not ours to read, or folders in folders without end
        names = (workshop.with_name(f"{workshop.name}-{number}") for number in itertools.count(1))
        workshop.rename(next(name for name in names if not os.path.lexists(name)))


def _swap(workshop: Path, name: str, place: Path) -> None:
    """The staged file or folder takes the place; what stood there goes to the workshop."""
    new = workshop / "new" / name
    if not place.is_dir():
        new.replace(place)
    elif not _exchange(new, place):
        (workshop / "old").mkdir(exist_ok=True)
        place.rename(workshop / "old" / name)
        new.rename(place)


def _exchange(one: Path, other: Path) -> bool:
    """Let two paths trade places in one step; False where the system cannot."""
    first, second = os.fsencode(one), os.fsencode(other)
    try:
        library = ctypes.CDLL(None)
        if hasattr(library, "renameat2"):  # glibc 2.28, musl 1.2.5
            return bool(library.renameat2(_AT_FDCWD, first, _AT_FDCWD, second, _RENAME_EXCHANGE) == 0)
        return bool(library.renamex_np(first, second, _RENAME_EXCHANGE) == 0)
    except (AttributeError, OSError, TypeError):  # an older C library, or Windows
        return False


# --- the file system ------------------------------------------------------------------------------


def _identity(path: Path) -> int | None:
    """The inode of a file or folder; None for links and all else.

    It travels with a rename, so a swap that is done can be told from one that is not.
    """
    try:
        status = path.lstat()
    except (OSError, ValueError):  # nothing there, or a name that this system cannot have
        return None
    return status.st_ino if stat.S_ISREG(status.st_mode) or stat.S_ISDIR(status.st_mode) else None


def _flush_all(folder: Path) -> bool:
    """Everything of the folder's file system onto the disk in one step; False where the system cannot (not Linux)."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:
        return False
    try:
        return bool(ctypes.CDLL(None, use_errno=True).syncfs(handle) == 0)
    except (AttributeError, OSError, TypeError):
        return False
    finally:
        os.close(handle)


def _flush(path: Path) -> None:
    """Onto the disk; folders too, where they can be opened (not on Windows)."""
    if path.is_dir() and os.name == "nt":
        return
    handle = os.open(path, os.O_RDWR if os.name == "nt" else os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextlib.contextmanager
def _alone(out: Path) -> Iterator[None]:
    """Two builds into one folder deliver one after the other. (Windows: not guarded.)"""
    out.mkdir(parents=True, exist_ok=True)
    try:
        import fcntl
    except ImportError:
        yield
        return
    handle = os.open(out, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


@contextlib.contextmanager
def _speaking_of(out: Path) -> Iterator[None]:
    """What the system refuses, as a problem an editor can mend."""
    try:
        yield
    except OSError as error:
        place = Place(str(error.filename or out))
        raise Refused([_problem(place, out, error)]) from error


def _problem(place: Place, out: Path, error: OSError) -> Problem:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        sentence = f"The disk of “{out}” is full; what was delivered before is still there, whole."
        return Problem(place, "disk-has-room", sentence, "make room, or give another folder with --out DIR")
    sentence = f"Cannot write to “{out}” ({error.strerror}); what was delivered before is still there, whole."
    return Problem(place, "out-is-writable", sentence, "allow writing there, or give another folder with --out DIR")
