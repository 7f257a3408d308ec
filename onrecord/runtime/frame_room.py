"""Give a computation room for the frames of its calls.

Python 3.11 and later keep frames in chunks of 16 KB. Where calls and returns go to and fro over the end of a chunk,
each call asks the system for the next chunk and each return gives it back: 14,000 times in the layout of ten
interviews, a seventh of its computing time, or not at all, as chance has it. A large frame gets a chunk as large, and
half of that is free for the calls that it makes. This module imports nothing: the command line begins with it.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import ParamSpec, TypeVar

    P = ParamSpec("P")
    R = TypeVar("R")

_SLOTS = 2**15  # of 8 bytes: with the head of a frame more than 256 KB, so that the chunk has 512; none is touched


def call_with_room(function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Call the function with room for the frames of its calls; return what it returns."""
    return function(*args, **kwargs)


call_with_room.__code__ = call_with_room.__code__.replace(co_stacksize=_SLOTS)
