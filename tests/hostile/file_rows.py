"""Hostile files: pictures, Word, links, pipes, fonts, styles, templates, registers, names."""

from __future__ import annotations

import os
from pathlib import Path

from tests.hostile.table import HostileInput, answer, write


def _make_pipe(name: str) -> None:
    """Make a pipe that nobody writes to."""
    Path(name).parent.mkdir(parents=True, exist_ok=True)
    os.mkfifo(name)


ROWS: tuple[HostileInput, ...] = (
    HostileInput("good-book", lambda _folder: None, "html --book book --out out", 0),
    HostileInput(
        "picture-above-the-book",
        answer("![a](../outside/secret.txt)\n"),
        "check --book book",
        1,
        ("pictures-are-in-the-book",),
    ),
    HostileInput("styles-fetch", write("book/styles/web.css", "@import url(http://x.test/a.css);"), "check", 1),
)
