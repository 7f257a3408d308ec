"""A small valid book for hostile tests, and what may be asked of it: problems, files, exit codes."""

from __future__ import annotations

import io
import time
import zipfile
from pathlib import Path
from typing import Any

import pypdfium2
from PIL import Image

from onrecord.cli import command_line
from onrecord.editions import epub, html
from onrecord.model.problems import Problem, Refused, select_errors
from onrecord.pipeline.build import build_book
from onrecord.pipeline.load import load_book
from onrecord.proof import prove_web_edition, prove_whole_epub
from onrecord.runtime.cache import Cache
from onrecord.runtime.task_runner import TaskRunner
from tests.support.workers import CACHING_RUNNER, RUNNER

CANARY = "kanarienvogel"
FRONT_MATTER = "---\ntitle: A Title\nbyline: A byline\npeople:\n  - {name: Ada, role: interviewee}\n---\n"
QUESTION = "**What?**\n\n"
SETTINGS = "title: A Book\ndisclaimer: none\n"
ALL = ("html", "epub", "pdf")
SCREEN = ("html", "epub")


def write_interview(folder: Path, body: str, front: str = FRONT_MATTER, name: str = "talk.md") -> None:
    (folder / "interviews" / name).write_bytes((front + body).encode("utf-8", "surrogatepass"))


def make_picture(
    mode: str = "RGB", size: tuple[int, int] = (40, 30), *, kind: str = "PNG", note: str = "", **options: Any
) -> bytes:
    out = io.BytesIO()
    image = Image.new(mode, size, options.pop("color", 0))
    image.info["comment"] = note
    image.save(out, kind, **options)
    return out.getvalue() + note.encode()


def list_problems(folder: Path, within_s: float = 40) -> tuple[Problem, ...]:
    """Read the book and return its problems, each with file, rule and hint, within a time limit."""
    start = time.process_time()
    try:
        load_book(folder)
        problems: tuple[Problem, ...] = ()
    except Refused as refused:
        problems = refused.problems
        assert select_errors(problems)
    assert time.process_time() - start < within_s
    for problem in problems:
        assert problem.location.file
        assert problem.hint
        assert CANARY not in str(problem)
    return problems


def list_rules(problems: tuple[Problem, ...]) -> set[str]:
    return {problem.rule for problem in problems}


def build_and_read(folder: Path, formats: tuple[str, ...]) -> dict[str, bytes]:
    """Build and prove the book, and return every delivered file; a refusal leaves no file."""
    out = folder.parent / "out"
    try:
        build_book(
            folder, out, formats, CACHING_RUNNER if "pdf" in formats else _run_without_print(folder), lambda *_: None
        )
    except Refused:
        assert not out.exists() or not [path for path in out.rglob("*") if path.is_file() and path.name != ".lock"]
        raise
    files = {path.relative_to(out).as_posix(): path.read_bytes() for path in sorted(out.rglob("*")) if path.is_file()}
    for data in list(files.values()):
        if data[:2] == b"PK":
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                files |= {f"epub/{name}": archive.read(name) for name in archive.namelist()}
    assert not [name for name, data in files.items() if CANARY.encode() in data]
    assert not [name for name, data in files.items() if name.endswith(".pdf") and CANARY in _read_pdf_text(data)]
    return files


def make_screens(folder: Path) -> dict[str, bytes]:
    """Make and prove the web edition and the e-book without a build, which counts printed pages; return their files."""
    book, _ = load_book(folder)
    site, e_book = html.make_html(book, folder), epub.make_epub(book, folder)
    assert prove_web_edition(book, site).problems == prove_whole_epub(book, e_book).problems == ()
    with zipfile.ZipFile(io.BytesIO(e_book)) as archive:
        files = site | {f"epub/{name}": archive.read(name) for name in archive.namelist()}
    assert not [name for name, data in files.items() if CANARY.encode() in data]
    return files


def _run_without_print(folder: Path) -> TaskRunner:
    """Return a runner with a cache that all tests share: pages are counted even if no PDF is built."""
    return TaskRunner(RUNNER.executor, Cache(folder.parents[1] / "shared-cache"))


def _read_pdf_text(data: bytes) -> str:
    document = pypdfium2.PdfDocument(data)
    return "".join(page.get_textpage().get_text_bounded() for page in document)


def run_command(*words: str | Path) -> int:
    """Run a command line and return its exit code."""
    return command_line.main([str(word) for word in words])


def take_snapshot(folder: Path) -> dict[str, tuple[bytes, int]]:
    """Return every file below the folder, hidden ones too, with its bytes and its time."""
    paths = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    return {path.relative_to(folder).as_posix(): (path.read_bytes(), path.stat().st_mtime_ns) for path in paths}
