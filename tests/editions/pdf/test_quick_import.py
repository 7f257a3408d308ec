"""The quick import of WeasyPrint searches for no libraries and loads no font tools; afterwards all is as before."""

from __future__ import annotations

import ctypes.util
import sys
from importlib import import_module

import pytest

from onrecord.editions.pdf.typeset.quick_import import import_quickly


@pytest.mark.skipif(sys.platform != "linux", reason="libraries have other names elsewhere")
def test_libraries_are_searched_and_font_tools_loaded_only_after_the_import(monkeypatch: pytest.MonkeyPatch) -> None:
    """The module that stands for the font tools imports them when one of their functions is called.

    The font tools that make subsets can be imported only once in a process.
    """
    search, name = ctypes.util.find_library, "fontTools.varLib.instancer"
    monkeypatch.delitem(sys.modules, name, raising=False)
    monkeypatch.setattr(import_module("fontTools.varLib"), "instancer", None, raising=False)  # comes back, if known
    with import_quickly():
        assert ctypes.util.find_library("c") is None
        late = sys.modules[name]
    assert ctypes.util.find_library is search
    assert sys.modules.get(name) is not late
    assert late.parseLimits(["wght=400"])["wght"].default == 400
