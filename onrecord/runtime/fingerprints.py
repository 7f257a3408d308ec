"""Fingerprints: a name for a value that is the same in every process and on every machine."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Callable
from datetime import date, datetime
from enum import Enum
from functools import cache
from pathlib import Path

_SCALARS = (bool, int, float, date, datetime, Path)


def compute_fingerprint(*values: object) -> str:
    """Return a hexadecimal digest that is the same for equal values.

    Values are None, numbers, text, bytes, dates, enumerations, paths, and tuples, lists, mappings and dataclasses of
    such. A dataclass field that is not compared (`compare=False`) does not count. Raises TypeError for other types.
    """
    digest = hashlib.sha256()
    for value in values:
        _add_value(digest.update, value)
    return digest.hexdigest()


def _add_value(update: Callable[[bytes], object], value: object) -> None:
    """Pass the bytes that represent a value to `update`. Raises TypeError for unknown types."""
    if isinstance(value, str):
        data = value.encode("utf-8", "surrogatepass")
        update(b"s%d:" % len(data) + data)
    elif isinstance(value, bytes):
        update(b"b%d:" % len(value))
        update(value)
    elif value is None or isinstance(value, _SCALARS):
        update(f"{type(value).__name__}:{value!s};".encode())
    elif isinstance(value, Enum):
        update(f"{type(value).__name__}.{value.name};".encode())
    else:
        _add_container(update, value)


def _add_container(update: Callable[[bytes], object], value: object) -> None:
    """Pass a list, dict or dataclass to `update`, value by value. Raises TypeError for others."""
    if isinstance(value, tuple | list):
        update(b"(%d:" % len(value))
        for member in value:
            _add_value(update, member)
    elif isinstance(value, dict):
        update(b"{%d:" % len(value))
        for name in sorted(value):
            _add_value(update, name)
            _add_value(update, value[name])
    elif dataclasses.is_dataclass(value):
        kind: type = type(value)
        head, names = _describe_class(kind)
        update(head)
        for name in names:
            _add_value(update, getattr(value, name))
    else:
        raise TypeError(f"no fingerprint for {type(value).__name__}")


@cache
def _describe_class(kind: type) -> tuple[bytes, tuple[str, ...]]:
    """Return what begins a value of a dataclass, and the names of its fields that count."""
    names = (field.name for field in dataclasses.fields(kind) if field.compare)
    return f"<{kind.__name__}:".encode(), tuple(names)
