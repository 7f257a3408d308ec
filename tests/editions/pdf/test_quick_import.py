"""While WeasyPrint is imported, nothing is searched that it loads by another name anyway; then all is as before."""

from __future__ import annotations

import ctypes.util
import sys

import fontTools
import pytest

from onrecord.editions.pdf.typeset.quick_import import import_quickly


@pytest.mark.skipif(sys.platform != "linux", reason="libraries have other names elsewhere")
def test_libraries_and_font_tools_are_searched_only_after_the_import(monkeypatch: pytest.MonkeyPatch) -> None:
    """A module that stands for another one imports it when a function of it is called."""
    search = ctypes.util.find_library
    monkeypatch.delitem(sys.modules, "fontTools.subset", raising=False)
    monkeypatch.setattr(fontTools, "subset", None, raising=False)  # the module that other tests know comes back
    with import_quickly():
        assert ctypes.util.find_library("c") is None
        late = sys.modules["fontTools.subset"]
    assert ctypes.util.find_library is search
    assert sys.modules.get("fontTools.subset") is not late
    assert late.parse_unicodes("41") == [0x41]
