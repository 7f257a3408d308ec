"""Judge spoiled editions by the proof alone, without their bytes: print which kinds it does not notice.

python -m tests.proof.sabotage.judge [--places 5] [--only PATTERN] [pdf] [epub] [html]
"""

from __future__ import annotations

import argparse
import io
import re
import tempfile
import time
import zipfile
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from onrecord import proof
from onrecord.editions import epub, html
from onrecord.editions.pdf import edition
from onrecord.pipeline.formats import FORMATS
from onrecord.pipeline.pdf_reader import PdfReader
from onrecord.runtime.task_runner import TaskRunner
from tests.proof.sabotage import epub_kinds, html_kinds, pdf_kinds
from tests.proof.sabotage.further_kinds import FURTHER_PDF_KINDS, list_further_screen_kinds
from tests.proof.sabotage.kinds import PLACES, Files, Kind, NoPlaceError
from tests.proof.sabotage.strange_pdf_kinds import STRANGE_PDF_KINDS
from tests.proof.sabotage.strange_screen_kinds import STRANGE_EPUB_KINDS, STRANGE_WEB_KINDS, list_strange_styles
from tests.support.sample import BOOK
from tests.support.workers import CACHING_RUNNER, LayoutCache

_WEB_PAGES, _EPUB_PAGES = r"(?:how-it-works|auf-deutsch)\.html", r"EPUB/(?:how-it-works|auf-deutsch)\.xhtml"
KINDS: dict[str, tuple[Kind, ...]] = {
    "html": (
        *html_kinds.KINDS,
        *list_further_screen_kinds(_WEB_PAGES, "style.css"),
        *STRANGE_WEB_KINDS,
        *list_strange_styles("style.css"),
    ),
    "epub": (
        *epub_kinds.KINDS,
        *list_further_screen_kinds(_EPUB_PAGES, "EPUB/style.css"),
        *STRANGE_EPUB_KINDS,
        *list_strange_styles("EPUB/style.css"),
    ),
    "pdf": (*pdf_kinds.KINDS, *FURTHER_PDF_KINDS, *STRANGE_PDF_KINDS),
}


class ComparisonCache(LayoutCache):
    """Cache the layouts, and which fonts and pictures were compared: by their content, most spoil neither."""

    def __init__(self) -> None:
        super().__init__()
        self._verdicts: dict[str, str] = {}

    def get(self, key: str) -> Any:
        return self._verdicts.get(key) or super().get(key)

    def put(self, key: str, value: Any) -> None:
        if isinstance(value, str):
            self._verdicts[key] = value
        super().put(key, value)


_RUNNER = TaskRunner(CACHING_RUNNER.executor, ComparisonCache())


@cache
def build_editions() -> dict[str, Files]:
    """Return the sample book in three editions; the EPUB as the files of its archive."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        printed = edition.make_pdf(BOOK, folder, CACHING_RUNNER)
        with zipfile.ZipFile(io.BytesIO(epub.make_epub(BOOK, folder, printed.pagination))) as archive:
            files = {name: archive.read(name) for name in archive.namelist()}
        return {"pdf": {"": printed.data}, "epub": files, "html": html.make_html(BOOK, folder, printed.pagination)}


@cache
def read_printed() -> proof.PrintedBook:
    """Return the correct PDF as the proof reads it."""
    return PdfReader(_RUNNER).read(build_editions()["pdf"][""])


def find_problems(name: str, files: Files) -> list[str]:
    """Return the rules that the proof finds broken in an edition, with the correct PDF beside it."""
    files = {"": _keep_printed_letters(files)} if name == "epub" else files
    problems = list(FORMATS[name].prove(BOOK, files, PdfReader(_RUNNER), None).problems)
    if name != "pdf":
        e_book, web = (files[""], None) if name == "epub" else (None, files)
        problems += proof.prove_page_parity(BOOK, read_printed(), e_book, web)
    return [str(problem) for problem in problems]


def _keep_printed_letters(files: Files) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in sorted(files, key=lambda name: (name != "mimetype", name)):
            archive.writestr(name, files[name])
    return out.getvalue()


def find_unnoticed(name: str, places: Sequence[int] = (0,), only: str = "") -> Iterator[str]:
    """Yield each kind and place that the proof does not notice; `only` is a pattern of their names."""
    files = build_editions()[name]
    for kind in KINDS[name]:
        for place in places if re.search(only, kind.name) else ():
            try:
                spoiled = kind.spoil(files, place)
            except NoPlaceError:
                yield f"{kind} (no place {place})"
                continue
            if not find_problems(name, spoiled):
                yield f"{kind}" if len(places) == 1 else f"{kind} (place {place})"


def main() -> None:
    """Print the kinds that are not noticed, and how many there are."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--places", type=int, default=1, choices=range(1, PLACES + 1))
    parser.add_argument("--only", default="", help="a pattern of the names of kinds")
    parser.add_argument("formats", nargs="*", default=list(KINDS))
    options = parser.parse_args()
    for name in options.formats:
        start = time.process_time()
        assert not find_problems(name, build_editions()[name])
        count = 0
        for line in find_unnoticed(name, range(options.places), options.only):
            count += 1
            print(f"  {line}", flush=True)
        kinds = sum(bool(re.search(options.only, kind.name)) for kind in KINDS[name])
        seconds = time.process_time() - start
        print(f"{name}: {kinds} kinds at {options.places} places, {count} not noticed, {seconds:.0f} s", flush=True)


if __name__ == "__main__":
    main()
    CACHING_RUNNER.executor.shutdown()
