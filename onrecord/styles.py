"""The stylesheets: ours, from the wheel or the checkout, and behind them the book's own of the same name."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_TOKEN = re.compile(r"(--[\w-]+)\s*:\s*([^;}]+)")
_USE = re.compile(r"var\((--[\w-]+)\)")
_PACKAGE = Path(__file__).parent


@cache
def _home() -> Path:
    inside = _PACKAGE / "styles"
    return inside if inside.is_dir() else _PACKAGE.parent / "styles"


def read(name: str, folder: Path) -> str:
    """`styles/<name>.css`, followed by the same file of the book in `folder`, if it has one."""
    own = folder / "styles" / f"{name}.css"
    ours = (_home() / f"{name}.css").read_text(encoding="utf-8")
    return ours + ("\n" + own.read_text(encoding="utf-8") if own.is_file() else "")


def resolved(name: str, folder: Path) -> str:
    """The stylesheet with its design tokens written out: e-readers know no custom properties."""
    tokens = dict(_TOKEN.findall(_COMMENT.sub("", read("tokens", folder))))  # the last definition holds
    return _USE.sub(lambda use: tokens[use.group(1)].strip(), read(name, folder))
