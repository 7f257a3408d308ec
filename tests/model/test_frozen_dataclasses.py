"""Our frozen dataclasses, which are made faster, behave as those of Python."""

from __future__ import annotations

import copy
import dataclasses
import inspect
import pickle
from collections.abc import Callable, Iterator
from dataclasses import field
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from onrecord.model import value
from tests.support.syntax_trees import PACKAGE, list_module_files


def make_classes(make: Callable[..., Any], *, slots: bool) -> Iterator[type[Any]]:
    """Yield classes with each kind of field that we use, made by this decorator."""
    decorate = make(frozen=True, slots=slots)

    @decorate
    class Empty:
        """No field."""

    yield Empty

    @decorate
    class Light:
        """Fields with and without values."""

        name: str
        height_m: float = 30.5
        keepers: tuple[str, ...] = ()

        @property
        def label(self) -> str:
            return f"{self.name} ({self.height_m} m)"

    yield Light

    @decorate
    class Station(Light):
        """Inherited fields, made values, fields that are not compared or not shown."""

        log: list[str] = field(default_factory=list, compare=False)
        key: str = field(default="", repr=False, compare=False)
        marks: dict[str, int] = field(default_factory=dict, hash=False)

    yield Station

    @decorate
    class Ranked:
        """A field that is set at the end, methods of its own."""

        name: str
        rank: int = field(init=False)

        def __post_init__(self) -> None:
            object.__setattr__(self, "rank", len(self.name))

        def __repr__(self) -> str:
            return f"<{self.name}>"

        def __eq__(self, other: object) -> bool:
            return isinstance(other, Ranked) and self.name == other.name

        def __hash__(self) -> int:
            return 7

    yield Ranked


_ARGUMENTS: list[tuple[Any, ...]] = [(), ("Quay",), ("Quay", 12, ("Ada", "Ben")), ("Quay", 12.0, ("Ada", "Ben"))]


@pytest.mark.parametrize("slots", [True, False], ids=["slots", "no slots"])
def test_they_are_called_compared_shown_and_hashed_alike(slots: bool) -> None:
    for ours, pythons in zip(
        make_classes(value.dataclass, slots=slots), make_classes(dataclasses.dataclass, slots=slots), strict=True
    ):
        assert [*_describe(ours)] == [*_describe(pythons)]


def _describe(kind: type[Any]) -> Iterator[object]:
    """Yield all that can be seen of a class and of instances."""
    yield [(name, parameter.kind) for name, parameter in inspect.signature(kind).parameters.items()]
    yield [(entry.name, entry.init, entry.compare, entry.repr) for entry in dataclasses.fields(kind)]
    yield kind.__match_args__
    yield "__dict__" in dir(kind)
    yield kind.__doc__
    instances = []
    for arguments in _ARGUMENTS:
        try:
            instances.append(kind(*arguments))
        except TypeError as error:
            yield "missing" in str(error) or "takes" in str(error)
            continue
        yield repr(instances[-1]).rpartition(".")[2]
        yield from _change(instances[-1])
        try:
            yield hash(instances[-1])
        except TypeError as error:
            yield str(error)
    yield [[first == second for second in [*instances, None, "Quay"]] for first in instances]


def _change(instance: Any) -> Iterator[object]:
    """Yield what comes of attempts to change an instance and of copies."""
    for name in (entry.name for entry in dataclasses.fields(instance)):
        for change in (partial(setattr, instance, name, 1), partial(delattr, instance, name)):
            with pytest.raises(AttributeError) as caught:
                change()
            yield type(caught.value), str(caught.value)
    same = copy.deepcopy(instance)
    yield same == instance, same is not instance, repr(same) == repr(instance)
    if "name" in type(instance).__match_args__:
        yield repr(dataclasses.replace(instance, name="Pier")).rpartition(".")[2]


@value.dataclass(frozen=True, slots=True)
class Buoy:
    """A class that can be pickled."""

    name: str
    near: Any = ()
    secret: str = field(default="", compare=False, repr=False)


def test_all_fields_are_pickled() -> None:
    buoy = Buoy("Outer", (Buoy("Inner"),), "a key")
    back = pickle.loads(pickle.dumps(buoy))
    assert (back, back.secret) == (buoy, "a key")


def test_a_value_that_holds_itself_can_be_shown() -> None:
    near: list[Any] = []
    buoy = Buoy("Outer", near)
    near.append(buoy)
    assert "..." in repr(buoy)


def test_what_is_not_simply_frozen_is_made_by_python() -> None:
    @value.dataclass(frozen=True, order=True)
    class Height:
        metres: int

    @value.dataclass
    class Count:
        number: int = 0

    @value.dataclass(frozen=True, eq=False)
    class Place:
        name: str

    count = Count()
    count.number = 7
    assert Height(1) < Height(2)
    assert count == Count(7)
    assert Place("Quay") != Place("Quay")


def test_a_field_without_a_parameter_has_no_value_beside_it() -> None:
    with pytest.raises(TypeError, match="rank"):

        @value.dataclass(frozen=True)
        class Ranked:
            rank: int = field(init=False, default=1)


def test_all_modules_take_the_decorator_from_the_model() -> None:
    """Only `runtime` may not import the model."""
    importing = [path for path in list_module_files() if _imports_pythons(path)]
    runtime = PACKAGE / "runtime"
    assert {path for path in importing if runtime not in path.parents} == {PACKAGE / "model" / "value.py"}


def _imports_pythons(path: Path) -> bool:
    """Return whether a module takes `dataclass` from Python's library."""
    lines = path.read_text(encoding="utf-8").splitlines()
    heads = [line.strip().partition("from dataclasses import ")[2].split(", ") for line in lines]
    return any("dataclass" in names or "dataclass as dataclass" in names for names in heads)
