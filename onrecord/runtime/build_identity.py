"""What does the work: the identity of our own code and of the libraries whose output is kept."""

from __future__ import annotations

import ctypes
import hashlib
import os
import sys
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from onrecord import __version__

# Whose version changes what is read, set, written or proved.
_LIBRARIES = (
    "pypandoc_binary",
    "PyYAML",
    "pillow",
    "Jinja2",
    "weasyprint",
    "pydyf",
    "uharfbuzz",
    "fonttools",
    "tinycss2",
    "tinyhtml5",
    "cssselect2",
    "Pyphen",
    "EbookLib",
    "pikepdf",
    "pypdfium2",
    "lxml",
    "fontpkg-eb-garamond",
    "fontpkg-source-sans-3",
    "fontpkg-source-code-pro",
    "fontpkg-noto-serif",
)
_SYSTEM = {  # library, the function that tells its version, the names under which WeasyPrint looks for it
    "pango_version": ("libpango-1.0.so.0", "libpango-1.0.dylib", "libpango-1.0-0.dll"),
    "hb_version_string": ("libharfbuzz.so.0", "libharfbuzz.0.dylib", "libharfbuzz-0.dll"),
}


PLAIN_LAYOUT = "ONRECORD_PLAIN_LAYOUT"  # in the environment, "1": WeasyPrint lays out as it does by itself


@cache
def identity() -> str:
    """A name for this version of all that takes part: one more letter in our code gives another."""
    out = hashlib.sha256(f"{__version__} {sys.version_info[:2]} {os.environ.get(PLAIN_LAYOUT)}".encode())
    for name in _LIBRARIES:
        try:
            out.update(f"{name} {version(name)};".encode())
        except PackageNotFoundError:
            out.update(f"{name};".encode())
    for function, files in _SYSTEM.items():
        out.update(f"{function} {_system_version(function, files)};".encode())
    package = Path(__file__).parents[1]
    styles = package.parent / "styles"  # of a checkout; a wheel has them inside
    for path in (*sorted(package.rglob("*")), *sorted(styles.glob("*.css"))):
        if path.suffix in (".py", ".html", ".xhtml", ".css", ".js", ".lua") and path.is_file():
            out.update(path.name.encode() + path.read_bytes())
    return out.hexdigest()


def _system_version(function: str, files: tuple[str, ...]) -> str:
    for file in files:
        try:
            call = getattr(ctypes.CDLL(file), function)
        except (OSError, AttributeError):
            continue
        if function.endswith("string"):
            call.restype = ctypes.c_char_p
            return str(call().decode())
        return str(call())
    return ""
