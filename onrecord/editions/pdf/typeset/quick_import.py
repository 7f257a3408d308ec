"""Import WeasyPrint in half the time: without its search for libraries, and without modules that parts do not need."""

from __future__ import annotations

import contextlib
import ctypes.util
import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from types import ModuleType

from onrecord.editions.pdf.typeset import c_declarations


@contextlib.contextmanager
def import_quickly() -> Iterator[None]:
    """Make the first import of WeasyPrint quick, if it is in this `with` block."""
    with _skip_library_search(), _postpone_font_tools(), c_declarations.replace_parser():
        yield


@contextlib.contextmanager
def _skip_library_search() -> Iterator[None]:
    """Load libraries by the names of their files only, without a search (Linux).

    WeasyPrint tries names without an ending first, for each of which ctypes starts a compiler, a linker and ldconfig:
    a fifth of a second of computing time. The names of the files come last in its lists.
    """
    search = ctypes.util.find_library
    if sys.platform == "linux":
        ctypes.util.find_library = lambda name: None
    try:
        yield
    finally:
        ctypes.util.find_library = search


class _LateModule(ModuleType):
    """Stands for a module, and imports it when one of its functions is called."""

    def __getattr__(self, name: str) -> Callable[..., object]:
        if name.startswith("__"):
            raise AttributeError(name)

        def call_function(*arguments: object, **options: object) -> object:
            """Import the late module, and call its function with these arguments."""
            function: Callable[..., object] = getattr(import_module(self.__name__), name)
            return function(*arguments, **options)

        return call_function


@contextlib.contextmanager
def _postpone_font_tools() -> Iterator[None]:
    """Import the modules that make subsets of fonts only when they are called: this takes 0.07 s; no part needs it."""
    names = ("fontTools.subset", "fontTools.varLib.instancer")
    late_modules = {name: _LateModule(name) for name in names if name not in sys.modules}
    sys.modules.update(late_modules)
    try:
        yield
    finally:
        for name in late_modules:
            del sys.modules[name]
