"""Fingerprints are the same for equal values, and tell all others apart."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import Enum, StrEnum
from pathlib import Path

import pytest

from onrecord.runtime.fingerprints import compute_fingerprint


class Light(Enum):
    RED = 1
    GREEN = 2


class Sign(StrEnum):
    RED = "red"


@dataclass(frozen=True)
class Lamp:
    name: str
    range_km: float = 0.0
    keeper: str = field(default="", compare=False)


@dataclass(frozen=True)
class Buoy:
    name: str


class Text(str):
    __slots__ = ()


DIFFERENT: list[object] = [
    *("", "1", "red", "\ud800", b"", b"1", 1, 1.0, True, None, date(1979, 5, 1), Path("red"), Light.RED, Light.GREEN),
    *((), ("",), ("", ""), (("", ""),), ("1", ("",)), (("1",), ""), {}, {"1": ""}, {"": "1"}, {"1": {"": ""}}),
    *(Lamp("red"), Lamp("red", 2.0), Buoy("red"), Buoy(""), (Lamp("red"), Buoy("red")), (Buoy("red"), Lamp("red"))),
]


def test_different_values_have_different_fingerprints() -> None:
    assert len(set(map(compute_fingerprint, DIFFERENT))) == len(DIFFERENT)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("red", Text("red")),
        ("red", Sign.RED),
        (["1", None], ("1", None)),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
        (Lamp("red", keeper="Ada"), Lamp("red")),
    ],
)
def test_equal_values_have_the_same_fingerprint(first: object, second: object) -> None:
    assert compute_fingerprint(first) == compute_fingerprint(second)


def test_values_of_unknown_types_are_refused() -> None:
    with pytest.raises(TypeError, match="no fingerprint for set"):
        compute_fingerprint(("1", {"2"}))
