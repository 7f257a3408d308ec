"""Work with a book's own style sheets and templates in a worker: they are untrusted, and may ask for too much.

Mostly the limits of style sheets and of templates, which name file and line, find what is too much. The limits here end
what those do not see, in whatever library it computes.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor
from pathlib import Path
from typing import TypeVar

from onrecord.model import SourceLocation
from onrecord.model.problems import Problem, Refused
from onrecord.model.rule import Rule
from onrecord.runtime.guarded_work import LimitExceeded, Limits, run_within_limits

V = TypeVar("V")
R = TypeVar("R")

_FOLDERS = ("styles", "templates")
_CPU_S, _CPU_S_PER_MB = 8, 20  # of manuscript
_MEMORY_MB, _MEMORY_MB_PER_MB = 420, 60


def has_own_design(folder: Path) -> bool:
    """Return whether the book has a folder for style sheets or templates of its own."""
    return any((folder / name).is_dir() for name in _FOLDERS)


def has_own_templates(folder: Path | None, edition: str) -> bool:
    """Return whether the book has templates of its own for web edition, e-book or print, or for all of them."""
    if folder is None or not (templates := folder / "templates").is_dir():
        return False
    return (templates / edition).is_dir() or any(path.is_file() for path in templates.iterdir())


def list_own_design(folder: Path | None, edition: str, style: str) -> list[str]:
    """Return the paths in the book of its own templates and style sheets that an edition uses; folders end with "/"."""
    if folder is None:
        return []
    files = [f"styles/{name}.css" for name in ("tokens", style) if (folder / "styles" / f"{name}.css").is_file()]
    return ["templates/", *files] if has_own_templates(folder, edition) else files


def run_guarded(executor: Executor, folder: Path, task: Callable[[V], R], value: V) -> R:
    """Return the result of a task that uses the book's own design, computed in a worker with limits.

    A book without such a design is worked on here. Raises Refused if the design takes too long or too much memory.
    """
    if not has_own_design(folder):
        return task(value)
    limits = _choose_limits(folder)
    try:
        return run_within_limits(executor, task, value, limits)
    except LimitExceeded as exceeded:
        raise Refused([_describe_excess(exceeded, folder, limits)]) from None


def _choose_limits(folder: Path) -> Limits:
    """Return what the design of a book may use: more for a large manuscript."""
    size_mb = sum(path.stat().st_size for path in (folder / "interviews").glob("**/*.md") if path.is_file()) / 1e6
    return Limits(int(_CPU_S + _CPU_S_PER_MB * size_mb), int(_MEMORY_MB + _MEMORY_MB_PER_MB * size_mb))


def _describe_excess(exceeded: LimitExceeded, folder: Path, limits: Limits) -> Problem:
    """Return the problem that the style sheets and templates of a book take too long, or too much memory."""
    file = exceeded.subject or next(name for name in _FOLDERS if (folder / name).is_dir())
    sentence = (
        f"what is made with it exceeds {limits.cpu_s} s of computing or {limits.memory_mb} MB of memory: "
        f"{exceeded.reason}"
    )
    if file.startswith("templates"):
        return Problem(SourceLocation(file), Rule.TEMPLATES_CAN_BE_FILLED, sentence, "make the template simpler")
    hint = "take rules away until it works: the last of them is too expensive"
    return Problem(SourceLocation(file), Rule.STYLES_ARE_MODERATE, sentence, hint)
