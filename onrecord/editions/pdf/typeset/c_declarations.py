"""Give WeasyPrint the C declarations of its libraries parsed: to parse them takes cffi 0.05 s of each start (Linux).

`c_declarations.json` holds what cffi makes of them for a module of its own (“Out-of-line, ABI level” in its manual),
and the SHA-256 of the module of WeasyPrint in which they stand. If that is another one, cffi parses it as ever. A test
compares the file with what cffi makes, and writes it (`--accept`).

Private name used: `_cffi_backend.FFI`, with which the modules that cffi writes begin.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType, SimpleNamespace

DATA_FILE = Path(__file__).with_name("c_declarations.json")
# Functions that WeasyPrint does not declare.
LINE_POSITION = "void pango_layout_line_index_to_x(PangoLayoutLine *line, int index, int trailing, int *x_pos);"
REFERENCE = "void *g_object_ref(void *object);"
SHAPER = """
    PangoGlyphString *pango_glyph_string_new(void);
    void pango_glyph_string_free(PangoGlyphString *string);
    void pango_shape_full(
        const char *item_text, int item_length, const char *paragraph_text, int paragraph_length,
        const PangoAnalysis *analysis, PangoGlyphString *glyphs);
"""
_PARSER = "cffi"
_BYTES = "latin-1"  # each byte is one character of the file


def find_declaring_file() -> Path | None:
    """Return the module of WeasyPrint that declares functions of C libraries; None if there is none."""
    package = importlib.util.find_spec("weasyprint")
    path = Path(package.origin).parent / "text" / "ffi.py" if package and package.origin else None
    return path if path and path.is_file() else None


@contextlib.contextmanager
def replace_parser() -> Iterator[None]:
    """Let WeasyPrint, if it is imported now, get its declarations parsed instead of cffi."""
    declarations = _read_declarations() if sys.platform == "linux" else None
    if declarations is None:
        yield
        return
    module = ModuleType(_PARSER)
    vars(module)["FFI"] = lambda: declarations
    parser = sys.modules.get(_PARSER)
    sys.modules[_PARSER] = module
    try:
        yield
    finally:
        del sys.modules[_PARSER]
        sys.modules.update({_PARSER: parser} if parser else {})


def _read_declarations() -> SimpleNamespace | None:
    """Return what stands for an `FFI` of cffi; None if the file is not of the WeasyPrint that is installed."""
    path, data = find_declaring_file(), json.loads(DATA_FILE.read_text(encoding="utf-8"))
    if path is None or hashlib.sha256(path.read_bytes()).hexdigest() != data["sha256"]:
        return None
    from _cffi_backend import FFI

    ffi = FFI("c_declarations", **{name: _decode(value) for name, value in data["declarations"].items()})
    functions = {name: getattr(ffi, name) for name in dir(ffi) if not name.startswith("__")}
    return SimpleNamespace(**functions, cdef=lambda source: None)  # all is declared already


def _decode(value: object) -> object:
    """Return a value of the file as cffi takes it: bytes for texts, tuples for lists."""
    if isinstance(value, str):
        return value.encode(_BYTES)
    return tuple(map(_decode, value)) if isinstance(value, list) else value
