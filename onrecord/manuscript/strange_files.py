"""Name what lies in a book's folder and is no file of the book: pipes, sockets, devices, links that lead out."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

from onrecord.model import SourceLocation
from onrecord.model.problems import Problem
from onrecord.model.rule import Rule, Severity
from onrecord.runtime.folders import describe_strange_kind, resolve_inside

_MAX_ENTRIES = 20_000
_MAX_DEPTH = 20
_OUT_FOLDER = "dist"  # its files are not read as parts of the book


def find_strange_files(folder: Path, reported: Iterable[Problem] = ()) -> Iterator[Problem]:
    """Yield a warning for each entry that is neither file nor folder of the book, unless a problem names it already.

    Hidden files and the out folder are left alone. Nothing is opened, no link is followed.
    """
    named = {problem.location.file for problem in reported}
    for number, path in enumerate(_iterate_entries(folder, 0)):
        if number >= _MAX_ENTRIES:
            return
        name = path.relative_to(folder).as_posix()
        fault = _explain_strange_entry(path, folder)
        if fault and name not in named:
            sentence, hint = fault
            yield Problem(SourceLocation(name), Rule.FILES_ARE_ORDINARY, sentence, hint, severity=Severity.WARNING)


def _iterate_entries(folder: Path, depth: int) -> Iterator[Path]:
    """Yield what lies in a folder and in the folders in it, in order."""
    try:
        with os.scandir(folder) as entries:
            names = sorted((entry.name, entry.is_dir(follow_symlinks=False)) for entry in entries)
    except OSError:
        return
    for name, is_folder in names:
        if name.startswith(".") or (depth == 0 and name == _OUT_FOLDER):
            continue
        yield folder / name
        if is_folder and depth < _MAX_DEPTH:
            yield from _iterate_entries(folder / name, depth + 1)


def _explain_strange_entry(path: Path, folder: Path) -> tuple[str, str] | None:
    """Return what is strange about an entry of the folder, and a hint; None for ordinary ones."""
    try:
        mode = path.lstat().st_mode
    except OSError:
        return None
    if stat.S_ISLNK(mode):
        if resolve_inside(folder, path.relative_to(folder)) is None:
            return "this is a link to a place outside the book's folder; it is not read", "copy the file itself here"
        return None if path.exists() else ("this link leads nowhere", "delete it")
    kind = describe_strange_kind(mode)
    return (f"this is {kind} and no file; it is not read", "delete it") if kind else None
