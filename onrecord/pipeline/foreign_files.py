"""Find what stands in a folder that a delivery would replace, and was not put there by a build."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from onrecord.model import SourceLocation
from onrecord.model.problems import Problem
from onrecord.model.rule import Rule
from onrecord.runtime.folders import is_folder, read_file

_LITTER = frozenset({".DS_Store", "Thumbs.db", "desktop.ini"})  # which file managers leave behind
_MOST_NAMES = 3  # in a message


def find_foreign_files(out: Path, names: Iterable[str], record_name: str) -> Iterator[Problem]:
    """Yield a problem for each folder that would be replaced although it holds files of somebody else.

    `names` are the files to deliver, relative to `out`. A file is ours if it is one of them, or if the record of the
    last build names it.
    """
    new = frozenset(names)
    ours = new | _read_recorded_names(out / record_name)
    for folder in sorted({name.partition("/")[0] for name in new if "/" in name}):
        foreign = [name for name in _iterate_files(out, folder) if name not in ours]
        if foreign:
            shown = ", ".join(f"“{name.partition('/')[2]}”" for name in foreign[:_MOST_NAMES])
            more = f" and {len(foreign) - _MOST_NAMES:,} more" if len(foreign) > _MOST_NAMES else ""
            sentence = f"The folder “{folder}” would be replaced, but no build of this book put {shown}{more} there."
            hint = "move these files away, or give --out DIR"
            yield Problem(SourceLocation(str(out / folder)), Rule.OUT_NAME_IS_FREE, sentence, hint)


def _read_recorded_names(record: Path) -> frozenset[str]:
    """Return the names of the files in a record; none if there is no record, or it is damaged."""
    try:
        content: Mapping[str, Mapping[str, object]] = json.loads(read_file(record))
        return frozenset(content["files"])
    except (OSError, ValueError, LookupError, TypeError, RecursionError):
        return frozenset()


def _iterate_files(out: Path, folder: str) -> Iterator[str]:
    """Yield the names of all that is no folder below a folder of `out`, relative to `out`; links are not followed.

    A folder that cannot be read counts as a file.
    """
    pending = [folder] if is_folder(out / folder) else []
    while pending:
        folder = pending.pop()
        try:
            with os.scandir(out / folder) as entries:
                content = sorted(entries, key=lambda entry: entry.name)
        except OSError:
            yield folder
            continue
        pending += [f"{folder}/{entry.name}" for entry in content if entry.is_dir(follow_symlinks=False)]
        files = [entry.name for entry in content if not entry.is_dir(follow_symlinks=False)]
        yield from (f"{folder}/{name}" for name in files if name not in _LITTER and not name.startswith("._"))
