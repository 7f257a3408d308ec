"""The versions of installed libraries.

`importlib.metadata` tells them, too, but to import it takes 0.012 s, a tenth of a build that has nothing to do. It is
asked only where libraries lie in archives.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

_ENDINGS = (".dist-info", ".egg-info")  # of a wheel; of what other installers write
_FILES = ("METADATA", "PKG-INFO", "")  # in that folder, or it is a file itself
_VERSION_LINE = re.compile(r"^Version: *(\S+)", re.MULTILINE)


def read_version(name: str) -> str:
    """Return the version of an installed library, "" if it is not installed."""
    search_path = tuple(sys.path)
    if description := _find_descriptions(search_path).get(_normalize_name(name)):
        for file in _FILES:
            path = Path(description, file)
            if path.is_file() and (match := _VERSION_LINE.search(path.read_text(encoding="utf-8", errors="replace"))):
                return match[1]
    return _ask_python(name) if any(map(os.path.isfile, search_path)) else ""


def _ask_python(name: str) -> str:
    """Return the version of a library that may lie in an archive, "" if it is not installed."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(name)
    except PackageNotFoundError:
        return ""


@cache
def _find_descriptions(search_path: tuple[str, ...]) -> Mapping[str, str]:
    """Return the path of the description of each installed library, by the library's normalized name.

    As for imports, the first folder of the search path that has a library counts.
    """
    paths: dict[str, str] = {}
    for name, path in _iterate_descriptions(search_path):
        paths.setdefault(name, path)
    return paths


def _iterate_descriptions(search_path: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Yield the normalized name of each described library, and the path of its description."""
    for folder in search_path:
        try:
            with os.scandir(folder or ".") as entries:
                descriptions = sorted((entry.name, entry.path) for entry in entries if entry.name.endswith(_ENDINGS))
        except OSError:  # it is an archive, or is not there
            continue
        for name, path in descriptions:
            yield _normalize_name(name.rpartition(".")[0].partition("-")[0]), path


def _normalize_name(name: str) -> str:
    """Return the name in the spelling by which names are compared: with hyphens, in small letters."""
    return re.sub(r"[-_.]+", "-", name).lower()
