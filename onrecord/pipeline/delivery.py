"""Deliver finished copies to the out folder: all of them or none, whatever happens on the way.

1. *stage*: the new files are written below `.delivery/new/` in the out folder and flushed to the disk; a file that is
   in the out folder already, with the same bytes, is linked;
2. *commit*: a small journal appears by an atomic rename. Before it the old edition is valid, after it the new one: the
   next command (`recover_out`) completes what was begun;
3. *swap*: each name is exchanged by one rename; a folder trades places with its successor (`renameat2` on Linux,
   `renamex_np` on macOS; elsewhere two renames);
4. the journal and the old files are deleted.

Between the renames of step 3 some names are new and some old; each file and each folder is always whole. Names that are
not delivered are not touched.

An out folder can come from anywhere, with a `.delivery` in it that no delivery wrote. A journal is followed only if
everything that it says can be checked: plain names, and for each the very file or folder that was staged.
"""

from __future__ import annotations

import contextlib
import ctypes
import io
import itertools
import json
import os
import shutil
import stat
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

from onrecord.model import SourceLocation
from onrecord.model.problems import Problem, Refused
from onrecord.model.rule import Rule, Severity
from onrecord.runtime.environment import explain_system_error
from onrecord.runtime.folders import is_folder, read_file_itself

__all__ = ["deliver_files", "recover_out", "was_interrupted"]

_STAGING = ".delivery"
_MOST_JOURNAL_BYTES = 100_000
_AT_FDCWD = -100  # fcntl.h on Linux
_RENAME_EXCHANGE = 2  # linux/fs.h; macOS calls it RENAME_SWAP, stdio.h, with the same value


def deliver_files(out: Path, files: Mapping[str, bytes]) -> tuple[Path, ...]:
    """Replace the files and folders of these names in the out folder; return their paths.

    `files` maps relative posix names to bytes: `book.pdf` replaces that file, the names below
    `book/` replace that folder. Raises EnvironmentProblem, with the old edition untouched, if the
    folder cannot be written to or the disk is full.
    """
    names = _list_first_names(files)
    with _report_system_errors(out), _lock_out(out):
        try:
            _complete_or_discard(out)
        except _ForeignError:  # `recover_out` gives the warning
            _delete_staging(out / _STAGING)
        _refuse_blocked_names(out, names)
        try:
            _stage_files(out, files)
            _commit_journal(out, names)
        except BaseException:
            (out / _STAGING / "journal").unlink(missing_ok=True)  # first: without a journal nothing else counts
            shutil.rmtree(out / _STAGING, ignore_errors=True)
            raise
        _complete_or_discard(out)
    return tuple(out / name for name in names)


def was_interrupted(out: Path) -> bool:
    """Return whether something is left behind that `recover_out` has to look at."""
    return os.path.lexists(out / _STAGING)


def recover_out(out: Path) -> tuple[Problem, ...]:
    """Complete an out folder's delivery interrupted after its commit, discard one interrupted before; return warnings.

    A `.delivery` that no delivery left behind is not touched; the warning says so. The next delivery deletes it.
    """
    if not was_interrupted(out):
        return ()
    with _report_system_errors(out), _lock_out(out):
        try:
            _complete_or_discard(out)
        except _ForeignError as reason:
            return (_warn_of_foreign_folder(out / _STAGING, str(reason)),)
    return ()


def _warn_of_foreign_folder(staging: Path, reason: str) -> Problem:
    """Return the warning that a `.delivery` folder was ignored because On Record did not write it."""
    sentence = f"this is no unfinished delivery of On Record: {reason}. It was ignored"
    hint = f"delete {staging} if it is still there; if a build was interrupted here, build again"
    return Problem(SourceLocation(str(staging)), Rule.DELIVERY_IS_OURS, sentence, hint, severity=Severity.WARNING)


# --- the steps ------------------------------------------------------------------------------------


def _list_first_names(files: Mapping[str, bytes]) -> dict[str, bool]:
    """Return the first names of the files: name -> whether it is a folder."""
    names: dict[str, bool] = {}
    for file in files:
        first, *inner = file.split("/")
        if not all(map(_is_plain_name, (first, *inner))):
            raise ValueError(f"not a name to deliver: {file!r}")
        if names.setdefault(first, bool(inner)) != bool(inner):
            raise ValueError(f"both a file and a folder: {first!r}")
    return names


def _is_plain_name(name: str) -> bool:
    """Return whether a name is one of something in a folder, not hidden, on every system."""
    return name.isprintable() and not name.startswith(".") and bool(name) and not set(name) & set("/\\:")


def _refuse_blocked_names(out: Path, names: Mapping[str, bool]) -> None:
    """Raise Refused if a folder has the name of a file to deliver, or a file that of a folder."""
    problems = []
    for name, is_for_folder in names.items():
        path = out / name
        if path.exists() and path.is_dir() != is_for_folder:
            present, new = ("folder", "file") if path.is_dir() else ("file", "folder")
            sentence = f"A {present} called “{name}” is in the way of the {new} of that name."
            problems.append(
                Problem(SourceLocation(str(path)), Rule.OUT_NAME_IS_FREE, sentence, "move it away or give --out DIR")
            )
    if problems:
        raise Refused(problems)


def _stage_files(out: Path, files: Mapping[str, bytes]) -> None:
    """Write all files below `.delivery/new/` and flush them to the disk."""
    folder = out / _STAGING / "new"
    parents = {PurePosixPath(parent) for parent in {name.rpartition("/")[0] for name in files}}
    folders = {folder, *(folder / ancestor for parent in parents for ancestor in (parent, *parent.parents))}
    (out / _STAGING).mkdir()
    for path in sorted(folders):
        path.mkdir(parents=True, exist_ok=True)
    without_links = {
        str(parent)
        for parent in parents
        if all(is_folder(out / ancestor) for ancestor in (parent, *parent.parents) if ancestor.parts)
    }
    written = [
        folder / name
        for name, data in files.items()
        if (name.rpartition("/")[0] or ".") not in without_links
        or not _link_same_file(f"{out}/{name}", f"{folder}/{name}", data)
    ]
    for path in written:
        path.write_bytes(files[path.relative_to(folder).as_posix()])
    if not _flush_all(folder):
        for path in (*written, *folders):
            _flush(path)


def _link_same_file(old: str, new: str, data: bytes) -> bool:
    """Make `new` another name of `old` if that holds the same bytes; tell whether it is."""
    try:
        status = os.lstat(old)
        if not stat.S_ISREG(status.st_mode) or status.st_size != len(data):
            return False
        with io.FileIO(old) as file:
            if file.readall() != data:
                return False
        os.link(old, new)
    except OSError:  # a file system without links
        return False
    return True


def _commit_journal(out: Path, names: Mapping[str, bool]) -> None:
    """Write the journal of a delivery to disk; from then on it is completed if interrupted, not undone."""
    staging = out / _STAGING
    journal = staging / "journal"
    identities = {name: _get_inode(staging / "new" / name) for name in names}
    journal.with_suffix(".draft").write_text(json.dumps(identities), encoding="utf-8")
    _flush(journal.with_suffix(".draft"))
    journal.with_suffix(".draft").replace(journal)
    _flush(staging)


class _ForeignError(Exception):
    """Says why a folder called `.delivery` was not left behind by a delivery."""


def _complete_or_discard(out: Path) -> None:
    """Complete or discard what an interrupted delivery left behind in the out folder.

    Raises _ForeignError, with nothing touched, if no delivery of ours did.
    """
    staging = out / _STAGING
    journal = staging / "journal"
    if not os.path.lexists(staging):
        return
    _require(is_folder(staging), "it is a link or a file")
    if os.path.lexists(journal):
        identities = _read_journal(journal)
        pending = _find_pending(out, identities)
        if len(pending) == len(identities):
            _swap_all_or_none(out, pending)
        else:  # a build was killed between two names; only the new edition can be completed
            _swap_all(out, pending)
        journal.unlink()
    _delete_staging(staging)


def _swap_all(out: Path, names: Sequence[str]) -> None:
    """Move all files of a delivery into their places, and flush the folder."""
    for name in names:
        _swap_in(out / _STAGING, name, out / name)
    _flush(out)


def _swap_all_or_none(out: Path, names: Sequence[str]) -> None:
    """Move all files of a delivery into their places and flush the folder, or undo all if one fails.

    If the system refuses, exchange them back and delete the journal: the old edition stays.
    """
    staging = out / _STAGING
    with contextlib.ExitStack() as undo:
        undo.callback(shutil.rmtree, staging, ignore_errors=True)
        undo.callback((staging / "journal").unlink, missing_ok=True)
        for name in names:
            undo.callback(_swap_back, staging, name, out / name, _get_inode(staging / "new" / name))
            _swap_in(staging, name, out / name)
        _flush(out)
        undo.pop_all()


def _require(condition: bool, reason: str) -> None:
    """Raise _ForeignError with the reason unless the condition holds."""
    if not condition:
        raise _ForeignError(reason)


def _read_journal(journal: Path) -> dict[str, int]:
    """Return the file names in a delivery's journal, each with the inode of the file made ready for it."""
    try:
        names: Any = json.loads(read_file_itself(journal, _MOST_JOURNAL_BYTES))
    except OSError as error:
        raise _ForeignError(f"its journal cannot be read ({error.strerror})") from None
    except (ValueError, RecursionError):
        raise _ForeignError("its journal is damaged") from None
    _require(isinstance(names, dict), "its journal is damaged")
    for name, identity in names.items():
        shown = json.dumps(name)[1:60].removesuffix('"')  # ASCII: no terminal takes it for a command
        _require(_is_plain_name(name), f"its journal names “{shown}”, which is no name of a file in this folder")
        _require(type(identity) is int, "its journal is damaged")
    return dict(names)


def _find_pending(out: Path, identities: Mapping[str, int]) -> list[str]:
    """Return the names of a delivery's files that were not moved into place yet."""
    staging = out / _STAGING
    _require(is_folder(staging / "new"), "“new” in it is no folder")
    _require(is_folder(staging / "old") or not os.path.lexists(staging / "old"), "“old” in it is no folder")
    pending = [name for name, identity in identities.items() if _get_inode(out / name) != identity]
    for name in pending:
        is_ready = _get_inode(staging / "new" / name) == identities[name]
        _require(is_ready, f"“{name}” in it is not what its journal says")
    return pending


def _delete_staging(staging: Path) -> None:
    """Delete the delivery's staging folder, without following links; rename it if it cannot be deleted."""
    try:
        if is_folder(staging):
            shutil.rmtree(staging)
        else:
            staging.unlink()
    except (OSError, RecursionError):  # not ours to read, or folders in folders without end
        names = (staging.with_name(f"{staging.name}-{number}") for number in itertools.count(1))
        staging.rename(next(name for name in names if not os.path.lexists(name)))


def _swap_in(staging: Path, name: str, place: Path) -> None:
    """Put the staged file or folder into its place; move what was there into the staging folder."""
    new = staging / "new" / name
    if not os.path.lexists(place):
        new.rename(place)
    elif not _exchange(new, place):
        (staging / "old").mkdir(exist_ok=True)
        if place.is_dir():
            place.rename(staging / "old" / name)
        else:
            _preserve_old_file(place, staging / "old" / name)
        new.replace(place)


def _preserve_old_file(place: Path, old: Path) -> None:
    """Keep the old file under another name until the delivery is complete; its place always holds a file."""
    old.unlink(missing_ok=True)  # of a build that was killed here
    try:
        os.link(place, old)
    except OSError:  # a file system without links
        shutil.copyfile(place, old)


def _swap_back(staging: Path, name: str, place: Path, inode: int | None) -> None:
    """Undo `_swap_in`, as far as it came, for a file of a delivery."""
    new, old = staging / "new" / name, staging / "old" / name
    if _get_inode(place) == inode:
        if os.path.lexists(new):  # they were exchanged
            _exchange(new, place)
            return
        place.rename(new)
    if os.path.lexists(old) and not os.path.lexists(place):
        old.rename(place)


def _exchange(first: Path, second: Path) -> bool:
    """Exchange two paths in one step; return False where the system cannot."""
    first_name, second_name = os.fsencode(first), os.fsencode(second)
    try:
        library = ctypes.CDLL(None)
        if hasattr(library, "renameat2"):  # glibc 2.28, musl 1.2.5
            return bool(library.renameat2(_AT_FDCWD, first_name, _AT_FDCWD, second_name, _RENAME_EXCHANGE) == 0)
        return bool(library.renamex_np(first_name, second_name, _RENAME_EXCHANGE) == 0)
    except (AttributeError, OSError, TypeError):  # an older C library, or Windows
        return False


# --- the file system ------------------------------------------------------------------------------


def _get_inode(path: Path) -> int | None:
    """Return the inode of a file or folder; None for links and all else.

    A rename keeps it, so a finished exchange can be told from an unfinished one.
    """
    try:
        status = path.lstat()
    except (OSError, ValueError):  # nothing there, or a name that this system cannot have
        return None
    return status.st_ino if stat.S_ISREG(status.st_mode) or stat.S_ISDIR(status.st_mode) else None


def _flush_all(folder: Path) -> bool:
    """Flush the folder's file system to the disk; return False where the system cannot (not Linux)."""
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
    """Flush a file to the disk; a folder too, where it can be opened (not on Windows)."""
    if path.is_dir() and os.name == "nt":
        return
    handle = os.open(path, os.O_RDWR if os.name == "nt" else os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextlib.contextmanager
def _lock_out(out: Path) -> Iterator[None]:
    """Make builds into one out folder deliver one after the other (not on Windows)."""
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
def _report_system_errors(out: Path) -> Iterator[None]:
    """Raise EnvironmentProblem, which an editor can solve, for what the system refuses in a delivery."""
    try:
        yield
    except OSError as error:
        assurance = "; what was delivered before is still there, whole"
        raise explain_system_error(error, str(out), assurance, "give another folder: --out DIR") from error
