"""Compile the methods of our dataclasses when they are first called, not when a class is made.

Python (before 3.13) compiles six functions for each frozen dataclass, 0.33 ms. A build makes 360 such classes before it
reads a word, and most of them are never compared, printed or hashed. Here a short function stands for each; its first
call compiles what Python would have compiled and puts it in its place. Classes of libraries stay as they are.

Private name used: `dataclasses._create_fn`, which returns a compiled method. Where it is missing, nothing changes.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from functools import partial

_COMPILER = "_create_fn"
_PACKAGE = __name__.partition(".")[0]

Method = Callable[..., object]


def compile_methods_later() -> None:
    """Let Python compile no method of our dataclasses from now on before it is called."""
    if hasattr(dataclasses, _COMPILER):
        setattr(dataclasses, _COMPILER, partial(_make_method, getattr(dataclasses, _COMPILER)))


def _make_method(compile_method: Callable[..., Method], name: str, *text: object, **namespaces: object) -> Method:
    """Return the method `name` of a dataclass. After the first, the arguments are those of Python's own function."""
    module = namespaces.get("globals")
    module_name = str(module.get("__name__", "")) if isinstance(module, dict) else ""
    compile_now = partial(compile_method, name, *text, **namespaces)
    return _stand_in(name, compile_now) if module_name.partition(".")[0] == _PACKAGE else compile_now()


def _stand_in(name: str, compile_method: Callable[[], Method]) -> Method:
    """Return a method that compiles itself at its first call, then takes its place in the class."""
    compiled: Method | None = None  # where a decorator keeps the stand-in, as that of `__repr__`, it is called again

    def method(self: object, /, *values: object, **named: object) -> object:
        nonlocal compiled
        if compiled is None:
            compiled = compile_method()
            compiled.__qualname__ = method.__qualname__
            for owner in type(self).__mro__:
                if owner.__dict__.get(name) is method:
                    setattr(owner, name, compiled)
        return compiled(self, *values, **named)

    method.__name__ = name
    return method
