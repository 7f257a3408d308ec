"""The base class of the model's values, and a decorator that makes frozen dataclasses in a third of the time."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from operator import attrgetter
from reprlib import recursive_repr
from types import FunctionType
from typing import TYPE_CHECKING, Any, Generic, NoReturn, TypeAlias, TypeVar

T = TypeVar("T")
_Field: TypeAlias = "dataclasses.Field[object]"
_PLAIN = {"frozen", "slots"}

if TYPE_CHECKING:
    from dataclasses import dataclass as dataclass

    from _typeshed import DataclassInstance
else:

    def dataclass(cls=None, /, **options):
        """Make a dataclass as `dataclasses.dataclass` does, with the same behaviour.

        That compiles six functions for each frozen class, which takes 0.3 ms, and a build has 300 of them. Here only
        `__init__` is compiled; all frozen classes share the rest. A class that is not frozen, has an order or is
        compared by identity is left to Python.
        """
        if options.get("frozen") and options.keys() <= _PLAIN:
            make = _make_frozen
        else:
            make = dataclasses.dataclass
        return make(cls, **options) if cls else lambda decorated: make(decorated, **options)


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


# --- frozen dataclasses -----------------------------------------------------------------------------


def _make_frozen(cls: type, *, frozen: bool, slots: bool = False) -> type:
    """Return the class with the methods of a frozen dataclass, except those that it defines itself."""
    assert frozen
    defined = {*vars(cls)} - ({"__hash__"} if cls.__hash__ is None else set())  # Python sets it beside `__eq__`
    made: type = dataclasses.dataclass(init=False, repr=False, eq=False, slots=slots)(cls)
    fields = dataclasses.fields(made)
    methods: dict[str, object] = {"__repr__": _show, **_make_comparison(fields)}
    methods |= {"__getstate__": _get_state, "__setstate__": _set_state} if slots else {}
    methods |= {"__init__": _compile_init(fields, has_end=hasattr(made, "__post_init__"))}
    for name, method in methods.items():
        if name not in defined:
            setattr(made, name, method)
    for name, method in {"__setattr__": _refuse_to_set, "__delattr__": _refuse_to_delete}.items():
        setattr(made, name, method)
    return made


def _make_comparison(fields: Sequence[_Field]) -> Mapping[str, object]:
    """Return the methods that compare and hash instances by these fields."""
    get_compared = _make_getter([field.name for field in fields if field.compare])
    get_hashed = _make_getter([field.name for field in fields if (field.compare if field.hash is None else field.hash)])

    def is_equal(self: object, other: object) -> bool:
        """Return whether the other is of the same class and has equal fields."""
        return bool(get_compared(self) == get_compared(other)) if type(other) is type(self) else NotImplemented

    def compute_hash(self: object) -> int:
        """Return the hash of the fields."""
        return hash(get_hashed(self))

    return {"__eq__": is_equal, "__hash__": compute_hash}


def _make_getter(names: Sequence[str]) -> Callable[[object], tuple[object, ...]]:
    """Return a function that gives the fields with these names of an object."""
    if len(names) > 1:
        return attrgetter(*names)
    return lambda instance: tuple(getattr(instance, name) for name in names)


def _compile_init(fields: Sequence[_Field], *, has_end: bool) -> object:
    """Return the `__init__` of a frozen dataclass with these fields; `has_end`: it calls `__post_init__` at its end."""
    names: dict[str, object] = {"_set": object.__setattr__, "_missing": dataclasses.MISSING}
    parameters = ["self"]
    lines = []
    for field in fields:
        name, value, default = field.name, field.name, ""
        if field.default_factory is not dataclasses.MISSING:
            names[f"_make_{name}"], default = field.default_factory, "=_missing"
            value = f"_make_{name}() if {name} is _missing else {name}"
        elif field.default is not dataclasses.MISSING:
            names[f"_default_{name}"], default = field.default, f"=_default_{name}"
        if field.init:
            parameters.append(name + default)
            lines.append(f" _set(self, {name!r}, {value})")
        elif default:
            raise TypeError(f"{name}: a frozen dataclass sets a field without a parameter in __post_init__")
    lines += [" self.__post_init__()"] if has_end else [" pass"]
    source = "\n".join([f"def __init__({', '.join(parameters)}):", *lines])
    FunctionType(compile(source, "<dataclass>", "exec"), names)()
    return names["__init__"]


@recursive_repr()
def _show(self: DataclassInstance) -> str:
    """Return the class and the fields as an expression."""
    fields = (f"{field.name}={getattr(self, field.name)!r}" for field in dataclasses.fields(self) if field.repr)
    return f"{type(self).__qualname__}({', '.join(fields)})"


def _get_state(self: DataclassInstance) -> list[object]:
    """Return the fields for a copy or a pickle."""
    return [getattr(self, field.name) for field in dataclasses.fields(self)]


def _set_state(self: DataclassInstance, state: Sequence[object]) -> None:
    """Set the fields of a copy."""
    for field, value in zip(dataclasses.fields(self), state, strict=True):
        object.__setattr__(self, field.name, value)


def _refuse_to_set(_self: object, name: str, _value: object) -> NoReturn:
    """Raise FrozenInstanceError."""
    raise dataclasses.FrozenInstanceError(f"cannot assign to field {name!r}")


def _refuse_to_delete(_self: object, name: str) -> NoReturn:
    """Raise FrozenInstanceError."""
    raise dataclasses.FrozenInstanceError(f"cannot delete field {name!r}")
