"""One row of the table of hostile inputs, and the small book that most of them spoil."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

CANARY = "kanarienvogel"  # stands in files outside of the book; no output may hold it
FRONT_MATTER = "---\ntitle: A Title\nbyline: A byline\npeople:\n  - {name: Ada, role: interviewee}\n---\n"
SETTINGS = "title: A Book\nslug: book\nlanguage: en\ndate: 2026-01-01\ndisclaimer: none\n"
QUESTION = "**What?**\n\n"
Make = Callable[[Path], None]


@dataclass(frozen=True)
class HostileInput:
    """An input: `make` writes it into the folder that holds `book/` and `outside/`; `command` runs there.

    The run must end with exit code `code` and print each of `says` (a rule, a name, a place). A run may use
    `cpu_s` seconds of processor time, with all processes that it starts, and `memory_mb` in each of them.
    """

    name: str
    make: Make
    command: str
    code: int
    says: tuple[str, ...] = ()
    cpu_s: float = 10
    memory_mb: int = 600


def write_book(folder: Path) -> None:
    """Write a small valid book, and files beside it that no command may read or change."""
    write_file(folder / "book/book.yaml", SETTINGS)
    write_interview(folder, "Yes.\n")
    write_file(folder / "outside/secret.md", f"{FRONT_MATTER}{QUESTION}{CANARY}\n")
    write_file(folder / "outside/secret.txt", f"{CANARY}\n")
    write_file(folder / "outside/secret.yaml", f"title: {CANARY}\ndisclaimer: none\n")


def write_interview(folder: Path, answer: str, front: str = FRONT_MATTER, name: str = "talk.md") -> None:
    """Write an interview of one question with this answer into the book."""
    write_file(folder / "book/interviews" / name, f"{front}{QUESTION}{answer}")


def write_file(path: Path, data: str | bytes) -> None:
    """Write text or bytes, with the folders above."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data)


def write(name: str, data: str | bytes) -> Make:
    """Return a function that writes a file at `name`, below the folder of the run."""
    return lambda folder: write_file(folder / name, data)


def answer(body: str, front: str = FRONT_MATTER) -> Make:
    """Return a function that writes an interview with this answer."""
    return lambda folder: write_interview(folder, body, front)


def make_png(width: int = 8, height: int = 8) -> bytes:
    """Return a grey PNG, without a library that could add something."""
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress((b"\0" + b"\x80" * width) * height)
    return b"\x89PNG\r\n\x1a\n" + pack_chunk(b"IHDR", head) + pack_chunk(b"IDAT", rows) + pack_chunk(b"IEND", b"")


def pack_chunk(name: bytes, data: bytes) -> bytes:
    """Return a chunk of a PNG."""
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
