"""`prove` makes style sheets, scripts, fonts and the cover again, and compares their bytes."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from onrecord.editions import epub, html
from onrecord.pipeline.parts_again import compare_parts
from onrecord.runtime.task_runner import NO_WORKERS
from tests.support.sample import BOOK
from tests.support.workers import CACHING_RUNNER

NOWHERE = Path("no such folder")
SMALL_BOOK = replace(BOOK, parts=(replace(BOOK.parts[0], interviews=BOOK.parts[0].interviews[:1]),))


@pytest.fixture(scope="module")
def site() -> dict[str, bytes]:
    return html.make_html(SMALL_BOOK, NOWHERE, None, CACHING_RUNNER)


@pytest.fixture(scope="module")
def e_book() -> bytes:
    return epub.make_epub(SMALL_BOOK, NOWHERE, None, CACHING_RUNNER)


def list_names(format_name: str, files: dict[str, bytes]) -> list[str]:
    problems = compare_parts(SMALL_BOOK, format_name, files, NOWHERE, NO_WORKERS)
    return [problem.sentence.split("“")[1].split("”")[0] for problem in problems]


def test_parts_that_are_made_again_have_the_same_bytes(site: dict[str, bytes], e_book: bytes) -> None:
    assert list_names("html", site) == []
    assert list_names("epub", {"": e_book}) == []
    assert list_names("pdf", {"": b""}) == []


def test_a_changed_or_missing_part_is_named(site: dict[str, bytes]) -> None:
    font = next(name for name in site if name.startswith("fonts/"))
    assert list_names("html", {**site, "style.css": site["style.css"] + b"\n"}) == ["style.css"]
    assert list_names("html", {**site, "site.js": b"", font: b"x"}) == sorted([font, "site.js"])
    assert list_names("html", {name: data for name, data in site.items() if name != "icon.svg"}) == ["icon.svg"]


def test_another_cover_is_named(e_book: bytes) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(e_book)) as archive, zipfile.ZipFile(out, "w") as copy:
        for name in archive.namelist():
            copy.writestr(name, archive.read(name) + (b"x" if name.endswith("cover.png") else b""))
    assert list_names("epub", {"": out.getvalue()}) == ["images/cover.png"]
