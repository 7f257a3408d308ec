"""Choose the files to import: those that are named, and those in folders that are named."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from onrecord.importers.common import decoding
from onrecord.importers.reader_choice import READERS
from onrecord.manuscript.unprinted import REPORT_SUFFIX
from onrecord.model import SourceLocation
from onrecord.model.problems import Problem
from onrecord.model.rule import Rule
from onrecord.model.terminal_text import format_count
from onrecord.runtime.folders import describe_strange_kind

_MOST_NAMES = 8  # of other files that a warning names


def list_import_files(paths: Sequence[Path]) -> tuple[list[Path], tuple[Problem, ...]]:
    """Return the files to import, with those in folders, and a warning for the other files of each folder."""
    files: list[Path] = []
    problems: list[Problem] = []
    for path in paths:
        problems += _find_strange_entries(path) if path.is_dir() else ()
        inside_folder = _list_folder(path) if path.is_dir() else [path]
        files += [file for file in inside_folder if _has_known_ending(file) or not path.is_dir()]
        if path.is_dir():
            problems += _find_problems_of_folder(path, inside_folder)
    return files, tuple(problems)


def _list_folder(folder: Path) -> list[Path]:
    """Return the files below a folder that is imported, but for hidden ones, links and reports of imports."""
    return sorted(
        file
        for file in folder.rglob("*")
        if file.is_file()
        and not file.is_symlink()
        and not any(part.startswith(".") for part in file.relative_to(folder).parts)
        and not file.name.endswith(REPORT_SUFFIX)
    )


def _find_problems_of_folder(folder: Path, files: Sequence[Path]) -> Iterator[Problem]:
    """Yield the problems of a folder that is imported: files that cannot be read, or none that can."""
    others = [file.name for file in files if not _has_known_ending(file)]
    place = SourceLocation(str(folder))
    if others:
        names = f"{', '.join(others[:_MOST_NAMES])}{' …' if len(others) > _MOST_NAMES else ''}"
        sentence = f"{format_count(len(others), 'file')} in this folder cannot be imported: {names}"
        yield decoding.build_warning(
            place, Rule.FORMAT_IS_KNOWN, sentence, f"endings that can be read: {', '.join(READERS)}"
        )
    if len(others) == len(files):
        sentence = "there is no file to import in this folder"
        yield Problem(place, Rule.FILE_IS_READABLE, sentence, "choose another folder")


def _find_strange_entries(folder: Path) -> Iterator[Problem]:
    """Yield a warning for each link, pipe, socket and device below a folder: they are not imported."""
    for entry in sorted(folder.rglob("*")):
        if any(part.startswith(".") for part in entry.relative_to(folder).parts):
            continue
        kind = "a link" if entry.is_symlink() else describe_strange_kind(entry.lstat().st_mode)
        if kind:
            hint = "name its target on the command line, if that is to be imported" if kind == "a link" else "delete it"
            sentence = f"this is {kind} and no file; it is not imported"
            yield decoding.build_warning(SourceLocation(str(entry)), Rule.FILES_ARE_ORDINARY, sentence, hint)


def _has_known_ending(file: Path) -> bool:
    """Return whether a file in an imported folder has an ending that an import can read."""
    return file.suffix.lower() in READERS
