"""The base class of the model's values."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

T = TypeVar("T")


class Value:
    """A frozen value that is pickled as its fields in order and rebuilt by one call of its class.

    Without this, dataclasses restore a frozen class with slots field by field in Python, and reading cached
    interviews takes more than twice as long.
    """

    __slots__ = ()
    __match_args__: tuple[str, ...] = ()

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), tuple(getattr(self, name) for name in self.__match_args__)


class ByIdentity(Generic[T]):
    """A value as the key of a cache in memory: only the same object is equal, and no field is looked at."""

    __slots__ = ("value",)

    def __init__(self, value: T) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ByIdentity) and other.value is self.value

    def __hash__(self) -> int:
        return id(self.value)
