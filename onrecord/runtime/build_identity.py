"""The identity of a build: our own code, and the libraries whose results are cached."""

from __future__ import annotations

import contextlib
import ctypes
import hashlib
import io
import os
import re
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from onrecord import __version__

# Libraries whose version changes what is read, laid out, written or proved.
_LIBRARIES = (
    "pypandoc_binary",
    "PyYAML",
    "pillow",
    "anyascii",
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
    "fontpkg-source-serif-4",
    "fontpkg-frank-ruhl-libre",
    "fontpkg-amiri",
    "fontpkg-noto-sans-devanagari",
    "fontpkg-noto-sans-thai",
    "brotli",
    "python-bidi",
    "python-barcode",
    "segno",
    "zxing-cpp",
    "icu4py",
    "babel",
    "fontpkg-noto-sans-tamil",  # the faces of the extra “scripts”, if they are installed
    "fontpkg-noto-sans-telugu",
    "fontpkg-noto-sans-khmer",
    "fontpkg-hind-siliguri",
)
_SYSTEM_LIBRARIES = {  # the function that returns its version -> the names under which WeasyPrint looks for it
    "pango_version": ("libpango-1.0.so.0", "libpango-1.0.dylib", "libpango-1.0-0.dll"),
    "hb_version_string": ("libharfbuzz.so.0", "libharfbuzz.0.dylib", "libharfbuzz-0.dll"),
}

_SUFFIXES = (".py", ".html", ".xhtml", ".css", ".js", ".json", ".lua", ".toml", ".ttf")

_VERSION_LINE = re.compile(r"^Version: *(\S+)", re.MULTILINE)

PLAIN_LAYOUT = "ONRECORD_PLAIN_LAYOUT"  # an environment variable; "1" switches our changes to WeasyPrint off


@cache
def compute_build_identity() -> str:
    """Return the SHA-256 of On Record's code and of the versions of all that it uses."""
    digest = hashlib.sha256(f"{__version__} {sys.version_info[:2]} {os.environ.get(PLAIN_LAYOUT)}".encode())
    for name in _LIBRARIES:
        digest.update(f"{name} {_read_version(name)}".rstrip().encode() + b";")
    for function, files in _SYSTEM_LIBRARIES.items():
        digest.update(f"{function} {_read_library_version(function, files)};".encode())
    package = Path(__file__).parents[1]
    styles = package.parent / "styles"  # in a checkout; a wheel has them inside the package
    for path in (*_iterate_files(package), *_iterate_files(styles)):
        with contextlib.suppress(FileNotFoundError), io.FileIO(path) as file:  # a link of an editor leads nowhere
            digest.update(path.rpartition("/")[2].encode() + file.readall())
    return digest.hexdigest()


def _read_version(name: str) -> str:
    """Return the version of a library, "" if it is missing; of its metadata, only that line is read."""
    # Loaded late: this takes 0.012 s, and many commands need no versions.
    from importlib.metadata import PackageNotFoundError, distribution, version

    try:
        match = _VERSION_LINE.search(distribution(name).read_text("METADATA") or "")
        return match[1] if match else version(name)  # of an egg
    except PackageNotFoundError:
        return ""


def _iterate_files(folder: Path) -> Iterator[str]:
    """Yield the paths of our code and data as text: to make a Path takes as long as to read the file."""
    for root, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if name != "__pycache__")
        yield from (f"{root}/{name}" for name in sorted(names) if name.endswith(_SUFFIXES))


def _read_library_version(function: str, files: tuple[str, ...]) -> str:
    """Return the version that a C library's function gives, from the first file that can be loaded; "" if none can."""
    for file in files:
        try:
            function_pointer = getattr(ctypes.CDLL(file), function)
        except (OSError, AttributeError):
            continue
        if function.endswith("string"):
            function_pointer.restype = ctypes.c_char_p
            return str(function_pointer().decode())
        return str(function_pointer())
    return ""
