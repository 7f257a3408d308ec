"""The base class of the model's values."""

from __future__ import annotations

from typing import Any


class Value:
    """A frozen value that is pickled as its fields in order and rebuilt by one call of its class.

    Without this, dataclasses restore a frozen class with slots field by field in Python, and reading cached
    interviews takes more than twice as long.
    """

    __slots__ = ()
    __match_args__: tuple[str, ...] = ()

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), tuple(getattr(self, name) for name in self.__match_args__)
