"""Say why something is made again: which input of its cache key changed since the last build.

The inputs of each build are remembered in its cache, one entry for each stage. `LOGGER` is silent unless somebody
listens (`--verbose`).
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from onrecord.runtime.build_identity import compute_build_identity
from onrecord.runtime.cache import Cache
from onrecord.runtime.fingerprints import compute_fingerprint

__all__ = ["LOGGER", "CachedPiece", "report_rebuilds"]

LOGGER = logging.getLogger("onrecord")

_PROGRAM = "On Record or one of its libraries"
_SHORT = 64  # characters: a fingerprint, or a text that is as good as one


@dataclass(frozen=True, slots=True)
class CachedPiece:
    """Something that is cached: its name for an editor, and the inputs that belong to it alone, by their names."""

    name: str
    is_missing: bool
    inputs: Mapping[str, object] = field(default_factory=dict)


def report_rebuilds(
    cache: Cache,
    stage: str,
    scope: Sequence[object],
    pieces: Sequence[CachedPiece],
    shared_inputs: Mapping[str, object],
    otherwise: str = "it is not in the cache",
    *,
    is_counted: bool = True,
) -> None:
    """Log each piece that is missing with the reason, and remember the inputs of all pieces.

    `scope` tells apart what has the same stage and names: the book, the edition. `otherwise` is the reason where no
    input changed; `is_counted`: log how many were reused.
    """
    key = compute_fingerprint("inputs", stage, tuple(scope))
    shared = _fingerprint_inputs({_PROGRAM: compute_build_identity(), **shared_inputs})
    now = {piece.name: _fingerprint_inputs(piece.inputs) for piece in pieces}
    record: tuple[dict[str, str], dict[str, dict[str, str]]] = cache.get(key) or ({}, {})
    before_shared, before = record
    for piece in pieces if LOGGER.isEnabledFor(logging.INFO) else ():
        if piece.is_missing:
            inputs = {**shared, **now[piece.name]}
            earlier = {**before_shared, **before[piece.name]} if piece.name in before else None
            LOGGER.info("%s  %s: %s", stage, piece.name, _explain_rebuild(earlier, inputs, otherwise))
    if is_counted:
        reused_count = sum(not piece.is_missing for piece in pieces)
        LOGGER.info("%s  %d of %d from the cache", stage, reused_count, len(pieces))
    if record != (shared, now):
        cache.put(key, (shared, now))


def _fingerprint_inputs(inputs: Mapping[str, object]) -> dict[str, str]:
    """Return each input by name: short texts as they are, other values as fingerprints."""
    return {
        name: value if isinstance(value, str) and len(value) <= _SHORT else compute_fingerprint(value) if value else ""
        for name, value in inputs.items()
    }


def _explain_rebuild(earlier: Mapping[str, str] | None, inputs: Mapping[str, str], otherwise: str) -> str:
    """Return why a cached piece is made again: new, changed inputs by name, or `otherwise`."""
    if earlier is None:
        return "it is new"
    changed = [name for name, value in inputs.items() if earlier.get(name) != value]
    return f"changed: {', '.join(changed)}" if changed else otherwise
