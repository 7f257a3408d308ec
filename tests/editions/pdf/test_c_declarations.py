"""The C declarations that are kept parsed are those of the WeasyPrint that is installed."""

from __future__ import annotations

import hashlib
import json
import re
import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from onrecord.editions.pdf.typeset import c_declarations
from tests.support.fresh_modules import read_module_again


def test_the_file_is_what_cffi_makes_of_the_declarations(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, accept: bool
) -> None:
    path = c_declarations.find_declaring_file()
    assert path
    source = path.read_bytes()
    data = {
        "sha256": hashlib.sha256(source).hexdigest(),
        "declarations": _parse_declarations(source.decode(), tmp_path, monkeypatch),
    }
    text = json.dumps(data, indent=1) + "\n"
    if accept:
        c_declarations.DATA_FILE.write_text(text, encoding="utf-8")
    assert text == c_declarations.DATA_FILE.read_text(encoding="utf-8")


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere cffi looks for the files of libraries")
def test_the_declarations_of_another_weasyprint_are_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those of the installed one are not parsed: see test_speedups.py."""
    path = c_declarations.find_declaring_file()
    assert path
    monkeypatch.setattr(c_declarations, "find_declaring_file", lambda: c_declarations.DATA_FILE)
    with c_declarations.replace_parser():
        declared = read_module_again(path, "other_ffi")
    assert isinstance(declared.ffi, import_module("cffi").FFI)
    for source in (c_declarations.LINE_POSITION, c_declarations.REFERENCE, c_declarations.SHAPER):
        declared.ffi.cdef(source)
    functions = (declared.pango.pango_layout_line_index_to_x, declared.pango.pango_shape_full)
    assert all(map(callable, (*functions, declared.gobject.g_object_ref)))


def _parse_declarations(source: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Return the arguments of the `FFI` in the module that cffi writes for the declarations, as the file holds them."""
    builder = import_module("cffi").FFI()
    for declarations in re.findall(r"ffi\.cdef\('''(.*?)'''", source, re.DOTALL):
        builder.cdef(declarations)
    builder.cdef(c_declarations.LINE_POSITION)
    builder.cdef(c_declarations.REFERENCE)
    builder.cdef(c_declarations.SHAPER)
    builder.set_source("c_declarations", None)
    builder.emit_python_code(str(folder / "module.py"))
    arguments: dict[str, Any] = {}
    backend = ModuleType("_cffi_backend")
    vars(backend)["FFI"] = lambda _name, **options: arguments.update(options)
    monkeypatch.setitem(sys.modules, backend.__name__, backend)
    exec((folder / "module.py").read_text(encoding="utf-8"), {})
    return {name: _encode(value) for name, value in arguments.items()}


def _encode(value: object) -> object:
    """Return a value of a module that cffi wrote as the file holds it."""
    if isinstance(value, bytes):
        return value.decode("latin-1")
    return [*map(_encode, value)] if isinstance(value, tuple) else value
