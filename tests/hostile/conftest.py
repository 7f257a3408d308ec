"""A book that a test spoils, files of others beside it, and a port that nobody may connect to."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.hostile import CANARY, FRONT_MATTER, QUESTION, SETTINGS, make_picture, write_interview
from tests.support.workers import IMPORTS, lend_workers


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """Listen on a port of this machine that no process may connect to."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server
        server.setblocking(False)
        with pytest.raises(BlockingIOError):
            server.accept()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Write a small valid book; beside its folder lie files that it must not read."""
    home = tmp_path / "book"
    for name in ("interviews", "images", "styles", "originals"):
        (home / name).mkdir(parents=True)
    (tmp_path / "secret.md").write_text(f"{FRONT_MATTER}{QUESTION}{CANARY}\n", encoding="utf-8")
    (tmp_path / "secret.yaml").write_text(f"title: {CANARY}\ndisclaimer: none\n", encoding="utf-8")
    (tmp_path / "secret.png").write_bytes(make_picture(note=CANARY))
    write_interview(home, QUESTION + "Yes.\n")
    (home / "book.yaml").write_text(SETTINGS, encoding="utf-8")
    return home


@pytest.fixture
def outside(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Create a folder of another person beside the book, with files named like cache entries."""
    monkeypatch.delenv("ONRECORD_HOME", raising=False)
    monkeypatch.chdir(folder)
    home = folder.parent / "outside"
    for name in (
        f"objects/{'ab'}/{'c' * 62}",
        f"cache/{'ab'}/{'c' * 62}",
        "talk/index.html",
        "a-book/index.html",
        "notes.md",
    ):
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text(CANARY, encoding="utf-8")
    with lend_workers(IMPORTS):
        yield home
