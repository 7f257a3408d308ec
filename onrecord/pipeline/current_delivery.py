"""What an earlier build delivered, found again if nothing has changed since.

It imports little, so that a build which has nothing to do is over before the rest of a build could be loaded.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from onrecord.manuscript.link_guard import refuse_link_out
from onrecord.model.problems import Problem
from onrecord.pipeline import delivery
from onrecord.pipeline.options import BuildOptions
from onrecord.runtime import up_to_date
from onrecord.runtime.cache import Cache
from onrecord.runtime.environment import get_program_name
from onrecord.runtime.rebuild_reasons import LOGGER
from onrecord.runtime.up_to_date import DeliveredFiles

_SIGNS_OF_A_BOOK = ("book.yaml", "interviews")  # without them all of a disk might be read


@dataclass(frozen=True, slots=True)
class Finished:
    """What a command prints in the end: finished files with a sentence each, and warnings."""

    lines: tuple[tuple[Path, str], ...]
    warnings: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class BuildOrder:
    """A book to build in these formats. `key` is the fingerprint of all its inputs; "" if there is no book."""

    folder: Path
    out: Path
    formats: tuple[str, ...]
    options: BuildOptions
    key: str


def place_order(folder: Path, out: Path, formats: Sequence[str], options: BuildOptions) -> BuildOrder:
    """Return the order to build a book as it is now; raise Refused if a link in its folder leads to `out`."""
    out = out.absolute()
    refuse_link_out(out, folder, "--out")
    return BuildOrder(folder, out, tuple(formats), options, _compute_key(folder, out, formats, options))


def find_current_delivery(order: BuildOrder, cache: Cache) -> Finished | None:
    """Return what was delivered from the same inputs, if every file of it is still in `out`, byte for byte.

    None, too, if a delivery to `out` was interrupted.
    """
    if not order.key:
        return None
    entry: tuple[DeliveredFiles, Finished] | None = cache.get(order.key)
    if entry is None:
        LOGGER.info("read  no build with this cache had the same book, the same options and this version of On Record")
    elif not delivery.was_interrupted(order.out) and entry[0].are_current(order.out):
        LOGGER.info("deliver  nothing changed; the delivered files are those that were proved")
        return entry[1]
    else:
        LOGGER.info("read  nothing changed, but files in %s are not those that were delivered", order.out)
    return None


def remember_delivery(order: BuildOrder, digests: Mapping[str, str], finished: Finished, cache: Cache) -> None:
    """Keep what was delivered, unless there is no book or it was changed meanwhile."""
    if order.key and order.key == _compute_key(order.folder, order.out, order.formats, order.options):
        cache.put(order.key, (DeliveredFiles(digests), finished))


def _compute_key(folder: Path, out: Path, formats: Sequence[str], options: BuildOptions) -> str:
    """Return the fingerprint of a book's files and of what is asked; "" if there is no book."""
    if not any((folder / name).exists() for name in _SIGNS_OF_A_BOOK):
        return ""
    # Hints of kept warnings name the program.
    return up_to_date.compute_inputs_key(folder, out, tuple(formats), options, get_program_name())
