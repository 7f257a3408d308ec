"""Our dataclasses compile a method when it is first called, and behave as Python's."""

from __future__ import annotations

import dataclasses
import pickle
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from onrecord.model import SourceLocation

OURS, OF_A_LIBRARY = "onrecord.model", "json"


def _make_classes(module: str) -> tuple[Any, Any, Any]:
    """Return three kinds of dataclasses, made as those of that module."""

    @dataclass(frozen=True, slots=True, order=True)
    class Lamp:
        __module__ = module
        name: str
        height_m: int = 3
        keepers: tuple[str, ...] = field(default_factory=tuple)

    @dataclass(frozen=True, slots=True)
    class Lighthouse(Lamp):
        __module__ = module
        steps: int = 0

    @dataclass
    class Log:
        __module__ = module
        lines: list[str] = field(default_factory=list)
        count: int = field(init=False)

        def __post_init__(self) -> None:
            self.count = len(self.lines)

    return Lamp, Lighthouse, Log


CALLS: dict[str, Callable[[Any, Any, Any], object]] = {
    "too few": lambda lamp, _lighthouse, _log: lamp(),
    "unknown": lambda _lamp, lighthouse, _log: lighthouse("north", tall=3),
    "defaults": lambda _lamp, lighthouse, _log: lighthouse("north", steps=9),
    "all values": lambda _lamp, lighthouse, _log: repr(lighthouse("north", 2, ("Ada",), 9)),
    "equal": lambda lamp, lighthouse, _log: (lamp("a") == lamp("a", 3), lamp("a") == lighthouse("a"), lamp("a") == "a"),
    "order": lambda lamp, _lighthouse, _log: (lamp("a") < lamp("b"), lamp("a") >= lamp("b")),
    "wrong order": lambda lamp, _lighthouse, _log: lamp("a") < "b",
    "hash": lambda lamp, lighthouse, _log: (hash(lamp("a")), hash(lighthouse("a"))),
    "no hash": lambda _lamp, _lighthouse, log: hash(log()),
    "assign": lambda lamp, _lighthouse, _log: setattr(lamp("a"), "name", "b"),
    "delete": lambda _lamp, lighthouse, _log: delattr(lighthouse("a"), "steps"),
    "replace": lambda lamp, _lighthouse, _log: replace(lamp("a"), height_m=9),
    "replace unknown": lambda lamp, _lighthouse, _log: replace(lamp("a"), width_m=9),
    "after init": lambda _lamp, _lighthouse, log: (log(["lit"]).count, log() == log()),
    "as a tuple": lambda _lamp, lighthouse, _log: dataclasses.astuple(lighthouse("a")),
}


@pytest.mark.parametrize("name", CALLS)
def test_each_method_does_what_python_compiles(name: str) -> None:
    """The first call and the second, right or wrong."""
    ours, of_a_library = _make_classes(OURS), _make_classes(OF_A_LIBRARY)
    for _ in range(2):
        assert _describe_call(CALLS[name], ours) == _describe_call(CALLS[name], of_a_library)


def _describe_call(call: Callable[[Any, Any, Any], object], classes: tuple[Any, Any, Any]) -> str:
    """Return what a call gives, as text; its error if it raises one."""
    try:
        return repr(call(*classes))
    except Exception as error:
        return f"{type(error).__name__}: {error}"


def test_only_methods_that_are_called_are_compiled() -> None:
    """Else the wait of 0.1 s before each build would be back, and nothing else would show it."""
    lamp, lighthouse, _ = _make_classes(OURS)
    assert {_name_maker(lamp, name) for name in ("__init__", "__eq__", "__hash__")} == {"_stand_in"}
    assert lamp("a") == lamp("a")
    lighthouse("b")
    assert [_name_maker(lamp, name) for name in ("__init__", "__eq__")] == ["__create_fn__"] * 2
    assert [_name_maker(lighthouse, name) for name in ("__init__", "__eq__")] == ["__create_fn__", "_stand_in"]


def _name_maker(kind: Any, name: str) -> str:
    """Return the function whose code made a method of the class."""
    return str(kind.__dict__[name].__code__.co_qualname.partition(".")[0])


def test_a_value_goes_to_a_worker_and_back() -> None:
    """Workers compile the methods themselves."""
    assert pickle.loads(pickle.dumps(SourceLocation("book.yaml", 3))) == SourceLocation("book.yaml", 3)
