"""Make style sheets, scripts, fonts and the cover of an edition again, without the cache, and compare their bytes.

The proof judges words, markup and pictures by its own means. For these parts it has no other measure than what they are
made of: so they are made a second time, from the book's folder and the finished pages alone.
"""

from __future__ import annotations

import io
import string
import zipfile
from dataclasses import replace
from pathlib import Path

from onrecord import proof
from onrecord.editions import own_design
from onrecord.model import Book
from onrecord.model.problems import Problem
from onrecord.model.rule import Rule
from onrecord.pipeline.formats import FORMATS, Files
from onrecord.runtime.cache import Cache
from onrecord.runtime.task_runner import NO_WORKERS, TaskRunner

_COPIES = {"html": "the web edition", "epub": "the EPUB"}
_EPUB_FOLDER = "EPUB/"


def compare_parts(book: Book, format_name: str, files: Files, folder: Path, runner: TaskRunner) -> tuple[Problem, ...]:
    """Return a problem for each part of a proved edition whose bytes are not those that are made again."""
    if FORMATS[format_name].make_parts is None:
        return ()
    inner = files if "" not in files else _unpack_epub(files[""])
    pages = (data.decode() for name, data in inner.items() if name.endswith((".html", ".xhtml")))
    characters = "".join(sorted(set(string.digits).union(*pages)))
    fresh = replace(NO_WORKERS, cache=Cache(None))
    parts = own_design.run_guarded(runner.executor, folder, _make_parts, (format_name, book, folder, characters, fresh))
    return tuple(
        Problem(
            book.location,
            Rule.FILES_ARE_KNOWN,
            f"{_COPIES[format_name]} holds another “{name}” than the one that is made of the book now",
            proof.HINT,
        )
        for name, data in sorted(parts.items())
        if inner.get(name) != data
    )


def _make_parts(job: tuple[str, Book, Path, str, TaskRunner]) -> Files:
    """Return the parts of a format that are no pages, made again. Runs in a worker for a book's own design."""
    format_name, book, folder, characters, runner = job
    make_parts = FORMATS[format_name].make_parts
    assert make_parts is not None
    return make_parts(book, folder, characters, runner)


def _unpack_epub(data: bytes) -> dict[str, bytes]:
    """Return the files of a proved EPUB by their names in the folder of the package."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name.removeprefix(_EPUB_FOLDER): archive.read(name) for name in archive.namelist()}
