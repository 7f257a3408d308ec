"""Refuse to write through a link that leads out of the book's folder."""

from __future__ import annotations

import os
import shlex
from pathlib import Path

from onrecord.model import SourceLocation
from onrecord.model.problems import Problem, Refused
from onrecord.model.rule import Rule
from onrecord.model.terminal_text import clean_line
from onrecord.runtime.project import Project


def refuse_link_out(path: Path, folder: Path, option: str = "") -> None:
    """Raise Refused if a link in the book's folder leads out of it on the way to `path`.

    Call this before writing to `path`. `option` is the command-line option that names another place.
    """
    link = Project(folder).find_link_out(path)
    if link is None:
        return
    target, place = (clean_line(os.path.realpath(route)) for route in (link, path))
    sentence = f"this is a link to “{target}”, outside of the folder it stands in; nothing was written there"
    alternative = f"; if you mean that place, write: {option} {shlex.quote(place)}" if option else ""
    hint = f"delete the link{alternative}"
    raise Refused([Problem(SourceLocation(clean_line(str(link))), Rule.LINKS_STAY_INSIDE, sentence, hint)])
