"""Build random manuscripts in all three editions, and read back what was written.

    python -m tests.random_manuscripts 2000 [--seed 7] [--reading-only]

Run it from the top folder with the Python of `.venv`. On a failure it prints the seed and keeps the book's folder.
"""

from __future__ import annotations

import argparse
import contextlib
import itertools
import random
import re
import shutil
import sys
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import pypdfium2
from lxml import etree, html

from onrecord.manuscript.checks import check_book
from onrecord.manuscript.read_book import survey_book
from onrecord.model import Interview, iterate_passages
from onrecord.model.passages import iterate_footnotes
from onrecord.model.problems import Refused
from onrecord.pipeline.build import build_book
from onrecord.runtime.task_runner import TaskRunner
from tests.support.manuscripts import InventedInterview, RandomChoices, invent_book
from tests.support.workers import CACHING_RUNNER

_LONGEST_GAP = 60  # characters that an edition may print between two texts: numbers, labels, links
_LIST_NUMBER = re.compile(r"^\d+\. ")
_GENERATED = (  # pull quotes repeat words of an answer
    "//*[@role='doc-noteref' or contains(@class, 'pagebreak') or contains(@class, 'xref')"
    " or contains(@class, 'pullquote')]"
)


def find_reading_faults(folder: Path, invented: Sequence[InventedInterview]) -> Iterator[str]:
    """Yield each problem of a sound book, and the first text of each interview that is read otherwise."""
    book, problems = survey_book(folder)
    yield from (str(problem) for problem in (*problems, *(check_book(book) if book else ())))
    for interview, expected in zip(book.interviews if book else (), invented, strict=True):
        for text, right in itertools.zip_longest(list_texts(interview), expected.texts):
            if text != right:
                yield f"{expected.name}: read {text!r}, not {right!r}"
                break


def list_texts(interview: Interview) -> list[tuple[str, str]]:
    """Return kind and text of what is read in the interview, as `InventedInterview.texts`."""
    texts = [(passage.kind, passage.numbered_text) for passage in iterate_passages(interview)]
    notes = itertools.chain.from_iterable(passages for _, passages in iterate_footnotes(interview))
    return [*texts, *(("note", passage.text) for passage in notes)]


def find_edition_faults(folder: Path, invented: Sequence[InventedInterview], runner: TaskRunner) -> Iterator[str]:
    """Yield what is missing in the three editions; `build_book` proves them by its own means."""
    out = folder / "dist"
    build_book(folder, out, ("pdf", "epub", "html"), runner, lambda *_: None)
    with zipfile.ZipFile(out / "light.epub") as book:
        names = {Path(name).stem: name for name in book.namelist() if name.endswith(".xhtml")}
        pages = {interview.name: book.read(names[interview.name]) for interview in invented}
    printed = _strip_text(_read_pdf(out / "light.pdf"))
    for interview in invented:
        yield from find_missing_texts("EPUB", read_page(etree.fromstring(pages[interview.name])), interview)
        page = html.fromstring((out / f"light/{interview.name}.html").read_bytes())
        yield from find_missing_texts("HTML", read_page(page), interview)
        for kind, text in interview.texts:
            words = [word for word in text.split() if kind != "alt" and len(_strip_text(word)) < 20]
            yield from (f"PDF: no “{word}” in “{text}”" for word in words if _strip_text(word) not in printed)


def read_page(page: etree._Element) -> str:
    """Return the text of the interview on the page without what an edition adds inside paragraphs."""
    for element in page.xpath(_GENERATED):
        for child in element:
            element.remove(child)
        element.text = ""
    (article,) = page.xpath("//*[local-name() = 'article']")
    return _collapse_spaces("".join(article.itertext()))


def find_missing_texts(edition: str, page: str, interview: InventedInterview) -> Iterator[str]:
    """Yield the first text that does not stand in the page after the one before it."""
    place = page.find(_collapse_spaces(interview.texts[0][1]))
    for kind, numbered_text in interview.texts:
        if kind == "alt":
            continue
        text = _LIST_NUMBER.sub("", numbered_text)  # which is no text there; the proof reads it
        start = page.find(_collapse_spaces(text), place)
        if start < 0 or start - place > _LONGEST_GAP + 400 * (kind == "note"):
            yield f"{edition}, {interview.name}: no “{text}” after “{page[max(place - 60, 0) : place]}”"
            return
        place = start + len(_collapse_spaces(text))


def _read_pdf(path: Path) -> str:
    """Return the text of all pages."""
    with contextlib.closing(pypdfium2.PdfDocument(path)) as document:
        return "".join(page.get_textpage().get_text_range() for page in document)


def _strip_text(text: str) -> str:
    """Return the letters and marks of a text, without blanks and hyphens, which a line end may bring."""
    return re.sub(r"[\s\u00ad\u200b\u2010\ufffe\x02-]+", "", text)


def _collapse_spaces(text: str) -> str:
    """Return the text with one space for each run of blanks."""
    return " ".join(text.replace("\u200b", "").replace("\u2060", "").split())


def check_seeds(seeds: Iterable[int], *, reads_only: bool) -> int:
    """Build a book for each seed; return how many have a fault."""
    count = 0
    for seed in seeds:
        folder = Path(tempfile.mkdtemp(prefix="manuscript-")) / "book"
        invented = invent_book(RandomChoices(random.Random(seed)), folder)
        faults = find_faults(folder, invented, reads_only=reads_only)
        if faults:
            count += 1
            print(f"seed {seed}, {folder}", *faults[:3], sep="\n  ", flush=True)
        else:
            shutil.rmtree(folder.parent)
    return count


def find_faults(folder: Path, invented: Sequence[InventedInterview], *, reads_only: bool = False) -> list[str]:
    """Return what is read otherwise than it was written; then, what an edition lacks or a proof refuses."""
    faults = [*find_reading_faults(folder, invented)]
    if faults or reads_only:
        return faults
    try:
        return [*find_edition_faults(folder, invented, CACHING_RUNNER)]
    except Refused as refused:
        return [str(problem) for problem in refused.problems]


def main() -> int:
    """Read the arguments and check the books."""
    parser = argparse.ArgumentParser(description="Build random manuscripts and read them back.")
    parser.add_argument("count", type=int, metavar="N", help="how many books")
    parser.add_argument("--seed", type=int, default=0, help="the seed of the first book")
    parser.add_argument("--reading-only", action="store_true", help="read the manuscripts, build no editions")
    options = parser.parse_args()
    count = check_seeds(range(options.seed, options.seed + options.count), reads_only=options.reading_only)
    print(f"{count} of {options.count} books have faults (seeds from {options.seed}).")
    return 1 if count else 0


if __name__ == "__main__":
    sys.exit(main())
