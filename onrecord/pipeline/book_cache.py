"""The cache of a book: where it is, and whether it is ours to use."""

from __future__ import annotations

import os
import shlex
from pathlib import Path

from onrecord.manuscript.link_guard import refuse_link_out
from onrecord.model import SourceLocation
from onrecord.model.problems import Problem, Refused
from onrecord.model.rule import Rule
from onrecord.runtime.cache import Cache
from onrecord.runtime.environment import EnvironmentProblem

CACHE = Path(".onrecord", "cache")  # below the book's folder


def clear_cache(folder: Path, cache: Path | None = None) -> int:
    """Delete the cache of the book in `folder`; return how many bytes it had.

    Raises Refused if there is neither a book nor its cache.
    """
    from onrecord.manuscript.settings import BOOK_FILE, report_missing_book  # late: not every build reads settings

    if cache is None and not (folder / CACHE).exists() and not (folder / BOOK_FILE).exists():
        raise Refused(report_missing_book(folder).entries)
    return open_cache(folder, cache).clear()


def open_cache(folder: Path, cache: Path | None = None) -> Cache:
    """Return the cache in `cache`, or that of the book.

    Raises Refused if it cannot be there, or if it is not ours to write or delete.
    """
    home = cache or folder / CACHE
    place = SourceLocation("--cache" if cache else str(home.absolute()))
    refuse_link_out(home, folder, "--cache")
    if os.path.exists(home) and not os.path.isdir(home):  # noqa: PTH110, PTH112 - a Path raises where it may not look
        raise EnvironmentProblem(f"{home} is a file; the cache must be a folder", "name another one: --cache DIR")
    results = Cache(home)
    if results.is_foreign():
        sentence = f"{home} is not empty, and it is no cache of On Record; nothing in it was changed"
        raise Refused([Problem(place, Rule.CACHE_IS_OURS, sentence, _suggest_cache(home, cache))])
    return results


def _suggest_cache(home: Path, cache: Path | None) -> str:
    """Return the hint for a cache folder that is not On Record's: name another, or delete it."""
    if cache:
        return f"name a folder that is new or empty: --cache {shlex.quote(str(home / 'onrecord'))}"
    return f"delete {home} yourself, or name another folder: --cache DIR"
