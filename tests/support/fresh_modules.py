"""Modules loaded from their files a second time, beside those that the process has changed."""

from __future__ import annotations

from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any


def read_module_again(path: Path, name: str) -> Any:
    """Return a new module of this file, which no `import` finds."""
    spec = spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
