"""What a caller asks of a build."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

Progress = Callable[[str, int, int, str], None]  # stage, done, total, what is worked on


@dataclass(frozen=True, slots=True)
class FinishOptions:
    """What to make of the editions; a pack's list of recipients asks for numbered copies by itself.

    `single` is made of the web edition, all else of the printed ones.
    """

    booklet: bool = False
    print_shop: bool = False
    print_file: bool = False
    cover: bool = False
    single: bool = False


_NO_FINISHING = FinishOptions()


@dataclass(frozen=True, slots=True)
class BuildOptions:
    """Which part of a book to build, and how.

    `pack` is a pack's name ("": the whole book). `released` are the slugs of interviews to include although they are
    held back. `merged` builds everything of a supplement, with continuous page numbers.
    `only` is the slug of an interview that is built as an off-print.
    """

    pack: str = ""
    released: tuple[str, ...] = ()
    finishing: FinishOptions = _NO_FINISHING
    merged: bool = False
    only: str = ""


WHOLE_BOOK = BuildOptions()


def ignore_progress(_stage: str, _done: int, _total: int, _what: str) -> None:
    """Ignore progress."""
