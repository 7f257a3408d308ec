"""Copies of a book's folder and all that was built in it, which one test may change."""

from __future__ import annotations

import os
import shutil
from pathlib import Path


def copy_home(home: Path, to: Path) -> Path:
    """Copy the folder, and link its cache, whose entries a build never changes in place."""
    shutil.copytree(home, to, copy_function=_copy_source)
    return to


def _copy_source(source: str, target: str) -> None:
    if ".onrecord" in Path(source).parts:
        os.link(source, target)
    else:
        shutil.copy2(source, target)
