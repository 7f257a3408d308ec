"""What all values of the model have in common."""

from __future__ import annotations

from typing import Any


class Value:
    """A frozen value; it travels as its fields in their order, and is made of them in one call.

    The copies that dataclasses make of frozen classes with slots set field by field, in Python: reading kept interviews
    would take more than twice as long.
    """

    __slots__ = ()
    __match_args__: tuple[str, ...] = ()

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), tuple(getattr(self, name) for name in self.__match_args__)
