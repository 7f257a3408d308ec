"""Fingerprints: a name for a value that is the same in every process and on every machine."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Callable, Iterable
from datetime import date, datetime
from enum import Enum
from functools import cache
from operator import attrgetter
from pathlib import Path
from typing import Any

_SCALARS = (bool, int, float, date, datetime, Path)


def compute_fingerprint(*values: object) -> str:
    """Return a hexadecimal digest that is the same for equal values.

    Values are None, numbers, text, bytes, dates, enumerations, paths, and tuples, lists, mappings and dataclasses of
    such. A dataclass field that is not compared (`compare=False`) does not count. Raises TypeError for other types.
    """
    pieces: list[bytes] = []
    _add_values(pieces.append, values)
    return hashlib.sha256(b"".join(pieces)).hexdigest()


def _add_values(add: Callable[[bytes], object], values: Iterable[object]) -> None:
    """Pass the bytes that represent the values to `add`. Raises TypeError for unknown types.

    What is most frequent in a book is asked first, by its exact type: a large book has half a million of these values.
    """
    for value in values:
        if type(value) is str:
            data = value.encode("utf-8", "surrogatepass")
            add(b"s%d:" % len(data))
            add(data)
        elif value is None:
            add(b"NoneType:None;")
        elif type(value) is tuple:
            add(b"(%d:" % len(value))
            _add_values(add, value)
        elif type(value) is int:
            add(b"int:%d;" % value)
        else:
            kind: type = type(value)
            if description := _describe_class(kind):
                head, read_fields = description
                add(head)
                _add_values(add, read_fields(value))
            else:
                _add_other_value(add, value)


def _add_other_value(add: Callable[[bytes], object], value: object) -> None:
    """Pass the bytes of a value that is not frequent to `add`. Raises TypeError for unknown types."""
    if isinstance(value, str):  # a subclass
        _add_values(add, (str(value),))
    elif isinstance(value, bytes):
        add(b"b%d:" % len(value))
        add(value)
    elif isinstance(value, _SCALARS):
        add(f"{type(value).__name__}:{value!s};".encode())
    elif isinstance(value, Enum):
        add(f"{type(value).__name__}.{value.name};".encode())
    elif isinstance(value, tuple | list):
        _add_values(add, (tuple(value),))
    elif isinstance(value, dict):
        add(b"{%d:" % len(value))
        _add_values(add, (member for name in sorted(value) for member in (name, value[name])))
    else:
        raise TypeError(f"no fingerprint for {type(value).__name__}")


@cache
def _describe_class(kind: type) -> tuple[bytes, Callable[[Any], tuple[object, ...]]] | None:
    """Return what begins a value of a dataclass, and a function that reads its fields that count; None for others.

    An enumeration, or a text, that is also a dataclass counts as what it is first.
    """
    if not dataclasses.is_dataclass(kind) or issubclass(kind, (str, bytes, Enum, tuple, list, dict, *_SCALARS)):
        return None
    names = [field.name for field in dataclasses.fields(kind) if field.compare]
    head = f"<{kind.__name__}:".encode()
    if len(names) > 1:
        return head, attrgetter(*names)  # reads all at once
    return head, lambda value: tuple(getattr(value, name) for name in names)
