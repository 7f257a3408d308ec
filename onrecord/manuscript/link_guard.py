"""Refuse to write through a link that leads out of the book's folder."""

from __future__ import annotations

import os
import shlex
from pathlib import Path

from onrecord.model import Place
from onrecord.model.problems import Problem, Refused
from onrecord.runtime.folders import find_link_out


def refuse_link_out(path: Path, folder: Path, option: str = "") -> None:
    """Raise Refused if a link in `folder` leads out of it on the way to `path`.

    Ask before writing to `path`. `option` is what names another place on the command line.
    """
    link = find_link_out(path, folder)
    if link is None:
        return
    target, place = (_printable(os.path.realpath(way)) for way in (link, path))
    sentence = f"this is a link to “{target}”, outside of the folder it stands in; nothing was written there"
    other = f"; if you mean that place, write: {option} {shlex.quote(place)}" if option else ""
    raise Refused([Problem(Place(_printable(str(link))), "links-stay-inside", sentence, f"delete the link{other}")])


def _printable(text: str) -> str:
    """Text that no terminal takes for a command."""
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text)
