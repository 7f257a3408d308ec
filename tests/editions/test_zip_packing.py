"""Archives are those that Python's own writer makes; what was deflated before comes from the cache."""

from __future__ import annotations

import io
import random
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path

import pytest

from onrecord.editions.zip_packing import pack_files
from onrecord.runtime.cache import Cache

FILES = {
    "mimetype": b"application/epub+zip",
    "EPUB/a.xhtml": b"<p>The harbour light</p>" * 400,
    "EPUB/empty.css": b"",
    "EPUB/images/Küste-光.png": random.Random(1).randbytes(70_000),
    "META-INF/container.xml": b"<container/>",
}


def pack_with_python(files: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as target:
        for name in sorted(files, key=lambda name: (name != "mimetype", name)):
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            entry.compress_type = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            target.writestr(entry, files[name], compresslevel=6)
    return out.getvalue()


def test_an_archive_is_the_one_that_python_makes(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "cache")
    for _ in range(2):
        assert pack_files(FILES, "mimetype", cache, "book") == pack_with_python(FILES)


def test_only_new_files_are_deflated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache = Cache(tmp_path / "cache")
    pack_files(FILES, "mimetype", cache, "book")
    lengths: list[int] = []
    compress = zlib.compressobj

    def count_and_compress(level: int, method: int, bits: int) -> object:
        lengths.append(bits)
        return compress(level, method, bits)

    monkeypatch.setattr(zlib, "compressobj", count_and_compress)
    changed = {**FILES, "EPUB/a.xhtml": b"<p>The harbour lights</p>", "EPUB/copy.xhtml": FILES["EPUB/empty.css"]}
    packed = pack_files(changed, "mimetype", cache, "book")
    assert len(lengths) == 1
    monkeypatch.undo()
    assert packed == pack_with_python(changed)
