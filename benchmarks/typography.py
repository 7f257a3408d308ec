"""Measure the printed pages of a book as a typographer does: the grid of lines, feet, holes, line ends, blank pages.

    python -m benchmarks.typography --book DIR [--trims A5,6x9,A4] [--openings any]
    python -m benchmarks.typography --pdf FILE.pdf

Run it from the top folder with the Python of `.venv`. It builds a copy of the book in each trim size, and prints a
table; with `--pdf` it measures a file that there is. With `-v` it names the page and the words of each fault.
"""

from __future__ import annotations

import argparse
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any

from onrecord.editions.pdf.pages.geometry import POINTS_PER_MM, PageGeometry, get_book_geometry
from onrecord.model import Trim

_HYPHENS = ("-", "\u2010", "\u00ad")
_SAME_PT = 0.5  # baselines closer than this agree
_ENOUGH_LINES = 8  # a page with fewer is not compared
_QUESTION = re.compile(r"[QA]\d")


@dataclass(frozen=True)
class Char:
    """A printed character: its place on the baseline, its width, its face and size."""

    text: str
    x: float
    right: float
    face: tuple[str, float]


@dataclass(frozen=True)
class Line:
    """A line of the text block: its baseline, measured from the top of the page, and its characters."""

    y: float
    chars: tuple[Char, ...]
    is_text: bool  # whether most of it is set in the face of the text

    @property
    def text(self) -> str:
        """The words of the line."""
        return "".join(char.text for char in self.chars).strip()

    @property
    def left(self) -> float:
        """Where its first character begins."""
        return self.chars[0].x

    @property
    def right(self) -> float:
        """Where its last character ends."""
        return max(char.right for char in self.chars if char.text.strip())


@dataclass
class Page:
    """A page: the lines of its text block, and whether its interview goes on after it."""

    number: int  # from 1: odd ones are right-hand pages
    lines: tuple[Line, ...]
    left: float
    right: float
    is_interview: bool = False
    goes_on: bool = False

    @cached_property
    def text_lines(self) -> tuple[Line, ...]:
        """The lines in the face of the text."""
        return tuple(line for line in self.lines if line.is_text)

    @property
    def is_recto(self) -> bool:
        """Whether it is a right-hand page."""
        return self.number % 2 == 1


@dataclass
class Measures:
    """What was measured: names and values, and the places of each fault."""

    rows: dict[str, str] = field(default_factory=dict)
    faults: dict[str, list[str]] = field(default_factory=dict)

    def add_faults(self, name: str, faults: Sequence[str]) -> None:
        """Add a row that counts faults."""
        self.rows[name], self.faults[name] = str(len(faults)), list(faults)


# --- reading ----------------------------------------------------------------------------------------


def read_pages(pdf: Path) -> tuple[list[Page], PageGeometry, float]:
    """Return the pages of a book, their geometry, and the size of the text."""
    import pymupdf

    document: Any = pymupdf.open(pdf)
    width, height = document[0].rect.width / POINTS_PER_MM, document[0].rect.height / POINTS_PER_MM
    trim = next(trim for trim in Trim if abs(trim.size_mm[0] - width) + abs(trim.size_mm[1] - height) < 1)
    geometry = get_book_geometry(trim)
    raw = [list(_iterate_characters(page)) for page in document]
    faces = Counter(char.face for page in raw for _, char in page)
    face = faces.most_common(1)[0][0]
    pages = [_make_page(number, chars, geometry, face) for number, chars in enumerate(raw, 1)]
    _mark_interviews(pages, document.get_toc())
    return pages, geometry, face[1]


def _iterate_characters(page: Any) -> Iterator[tuple[float, Char]]:
    """Yield each character of a page with its baseline."""
    import pymupdf

    for block in page.get_text("rawdict", flags=pymupdf.TEXTFLAGS_RAWDICT & ~pymupdf.TEXT_PRESERVE_IMAGES)["blocks"]:
        for line in block.get("lines", ()):
            for span in line["spans"]:
                face = (span["font"].split("+")[-1], round(span["size"], 2))
                for char in span["chars"]:
                    yield char["origin"][1], Char(char["c"], char["origin"][0], char["bbox"][2], face)


def _make_page(
    number: int, chars: Sequence[tuple[float, Char]], geometry: PageGeometry, face: tuple[str, float]
) -> Page:
    """Return the page with the lines of its text block; heads, folios and margins are left out."""
    inner, outer = geometry.inner_mm * POINTS_PER_MM, geometry.outer_mm * POINTS_PER_MM
    left = inner if number % 2 else outer
    right = left + geometry.measure_pt
    top, bottom = geometry.top_mm * POINTS_PER_MM, (geometry.height_mm - geometry.bottom_mm) * POINTS_PER_MM
    inside = [(y, char) for y, char in chars if left - 3 <= char.x < right + 3 and top - 1 < y < bottom + 3]
    rows: list[tuple[float, list[Char]]] = []
    for y, char in sorted(inside, key=lambda pair: pair[0]):
        if rows and y - rows[-1][0] < 0.4:
            rows[-1][1].append(char)
        else:
            rows.append((y, [char]))
    lines = []
    for y, row in rows:
        if any(char.text.strip() for char in row):
            is_text = sum(char.face == face for char in row) > len(row) / 2
            lines.append(Line(y, tuple(sorted(row, key=lambda char: char.x)), is_text))
    return Page(number, tuple(lines), left, right)


def _mark_interviews(pages: Sequence[Page], outline: Sequence[Sequence[Any]]) -> None:
    """Mark the pages of interviews, and those on which an interview goes on after them.

    An interview is a bookmark that is followed by one of a question below it.
    """
    starts: list[tuple[int, bool]] = []
    for entry, following in zip(outline, [*outline[1:], [0, "", 0]], strict=True):
        if not _QUESTION.match(entry[1]):
            starts.append((entry[2], bool(_QUESTION.match(following[1]))))
    for (start, is_interview), (end, _) in zip(starts, [*starts[1:], (len(pages) + 1, False)], strict=True):
        section = [page for page in pages[start - 1 : end - 1] if page.lines] if is_interview else []
        for page in section:
            page.is_interview, page.goes_on = True, page is not section[-1]


# --- measuring --------------------------------------------------------------------------------------


def measure_pages(pages: Sequence[Page], geometry: PageGeometry, size_pt: float) -> Measures:
    """Return the table of a book."""
    measures = Measures()
    measures.rows["pages"] = str(len(pages))
    measures.rows["type / leading, lines"] = f"{size_pt} / {geometry.leading_pt} pt, {geometry.lines}"
    lengths = [len(line.text) for page in pages for line in page.text_lines if _is_full(line, page)]
    measures.rows["characters in a full line, median"] = f"{statistics.median(lengths):g}"
    spaces = sorted(space / size_pt for page in pages for space in _list_word_spaces(page))
    percentile = spaces[int(len(spaces) * 0.99)]
    measures.rows["word space, em: median, 99 %, largest"] = (
        f"{statistics.median(spaces):.3f}, {percentile:.3f}, {spaces[-1]:.3f}"
    )
    _measure_spreads(pages, geometry, measures)
    _measure_holes(pages, geometry, measures)
    for name, find in _LINE_FAULTS.items():
        measures.add_faults(name, [fault for page in pages for fault in find(page, size_pt, geometry)])
    measures.add_faults("blank pages", [f"page {page.number}" for page in pages if not page.lines])
    return measures


def _is_full(line: Line, page: Page) -> bool:
    """Return whether the line fills the measure."""
    return abs(line.left - page.left) < 1.5 and abs(line.right - page.right) < 1.5


def _list_word_spaces(page: Page) -> Iterator[float]:
    """Yield the mean word space of each full line."""
    for line in page.text_lines:
        spaces = [
            after.x - space.x
            for space, after in zip(line.chars, line.chars[1:], strict=False)
            if space.text == " " and after.text != " "
        ]
        if _is_full(line, page) and spaces:
            yield statistics.fmean(spaces)


def _measure_spreads(pages: Sequence[Page], geometry: PageGeometry, measures: Measures) -> None:
    """Add how well the lines and the feet of facing pages agree."""
    spreads = [pair for pair in zip(pages[1::2], pages[2::2], strict=False) if all(page.lines for page in pair)]
    agreeing, compared, close, full = 0, 0, 0, 0
    bad: list[str] = []
    for verso, recto in spreads:
        if min(len(verso.text_lines), len(recto.text_lines)) >= _ENOUGH_LINES:
            compared += 1
            share = _compute_agreement(verso, recto, geometry.leading_pt)
            agreeing += share >= 0.98
            bad += [f"pages {verso.number}–{recto.number}: {share:.0%}"] if share < 0.98 else []
        if verso.goes_on and recto.goes_on:
            full += 1
            close += abs(verso.lines[-1].y - recto.lines[-1].y) < geometry.leading_pt + _SAME_PT
    measures.rows["spreads with 98 % of baselines in agreement"] = f"{agreeing} of {compared}"
    measures.faults["spreads with 98 % of baselines in agreement"] = bad
    measures.rows["feet of full facing pages within a line"] = f"{close} of {full}"


def _compute_agreement(verso: Page, recto: Page, leading: float) -> float:
    """Return the share of the text lines of both pages that stand in the grid of the first line of the first page."""
    first = verso.text_lines[0].y
    distances = [(line.y - first) % leading for page in (verso, recto) for line in page.text_lines]
    return statistics.fmean(min(distance, leading - distance) < _SAME_PT for distance in distances)


def _measure_holes(pages: Sequence[Page], geometry: PageGeometry, measures: Measures) -> None:
    """Add how many pages end lines above their foot though their interview goes on."""
    inside = [page for page in pages if page.goes_on]
    last = max(line.y for page in inside for line in page.lines)
    missing = {page.number: round((last - page.lines[-1].y) / geometry.leading_pt) for page in inside}
    for count in (2, 4, 8):
        places = [f"page {number}: {lines} lines" for number, lines in missing.items() if lines >= count]
        name = f"pages inside an interview {count} lines short or more"
        measures.rows[name], measures.faults[name] = f"{len(places)} of {len(inside)}", places


def _iterate_paragraphs(page: Page, leading: float) -> Iterator[tuple[Line, Line]]:
    """Yield pairs of text lines that follow each other."""
    lines = page.text_lines
    for before, after in pairwise(lines):
        if after.y - before.y < leading * 1.2:
            yield before, after


def _find_short_last_lines(page: Page, size_pt: float, geometry: PageGeometry) -> Iterator[str]:
    """Yield each last line of a paragraph that is shorter than 2.5 em."""
    for before, line in _iterate_paragraphs(page, geometry.leading_pt):
        if page.right - before.right < 60 and line.right - line.left < 2.5 * size_pt and page.right - line.right > 50:
            yield f"page {page.number}: {line.text}"


def _find_recto_hyphens(page: Page, _size_pt: float, _geometry: PageGeometry) -> Iterator[str]:
    """Yield a hyphen at the foot of a right-hand page."""
    last = page.text_lines[-1:]
    if page.is_recto and last and last[0].text.endswith(_HYPHENS):
        yield f"page {page.number}: {last[0].text[-20:]}"


def _find_ladders(page: Page, _size_pt: float, geometry: PageGeometry) -> Iterator[str]:
    """Yield each row of more than two lines that end with a hyphen."""
    ladder: list[Line] = []
    for line in (*page.text_lines, Line(0, (), False)):
        follows = not ladder or 0 < line.y - ladder[-1].y < geometry.leading_pt * 1.2
        if ladder and not (follows and line.text.endswith(_HYPHENS)):
            if len(ladder) > 2:
                yield f"page {page.number}: {len(ladder)} lines to “{ladder[-1].text[-20:]}”"
            ladder = []
        if line.chars and line.text.endswith(_HYPHENS):
            ladder.append(line)


def _find_stacks(page: Page, _size_pt: float, geometry: PageGeometry) -> Iterator[str]:
    """Yield each word of three letters or more that begins or ends two lines in a row."""
    for before, after in _iterate_paragraphs(page, geometry.leading_pt):
        above, below = before.text.lower().split(), after.text.lower().split()
        for end in (0, -1):
            if above and below and above[end] == below[end] and len(above[end]) > 2:
                yield f"page {page.number}: {above[end]}"


_LINE_FAULTS: dict[str, Callable[[Page, float, PageGeometry], Iterator[str]]] = {
    "last lines shorter than 2.5 em": _find_short_last_lines,
    "hyphens at the foot of a right-hand page": _find_recto_hyphens,
    "more than two hyphens in a row": _find_ladders,
    "stacked words": _find_stacks,
}


# --- building ---------------------------------------------------------------------------------------


def build_book(book: Path, trim: str, openings: str, home: Path) -> Path:
    """Build a copy of the book in a trim size below `home`; return its PDF."""
    copy = home / trim
    shutil.copytree(book, copy, ignore=shutil.ignore_patterns(".onrecord"))
    settings = (copy / "book.yaml").read_text(encoding="utf-8")
    settings = re.sub(r"^(trim|openings):.*\n", "", settings, flags=re.MULTILINE)
    extra = f"openings: {openings}\n" if openings else ""
    (copy / "book.yaml").write_text(f"trim: {trim}\n{extra}{settings}", encoding="utf-8")
    out = home / f"out-{trim}"
    command = [sys.executable, "-m", "onrecord", "pdf", "--book", str(copy), "--out", str(out)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return next(out.glob("*.pdf"))


def _print_table(tables: dict[str, Measures], *, is_verbose: bool) -> None:
    """Print a column for each file, and the faults if wanted."""
    names = list(next(iter(tables.values())).rows)
    width = max(map(len, names))
    print(" " * width, *(f"{title:>22}" for title in tables))
    for name in names:
        print(f"{name:<{width}}", *(f"{table.rows[name]:>22}" for table in tables.values()))
    if is_verbose:
        for title, table in tables.items():
            for name, faults in table.faults.items():
                for fault in faults:
                    print(f"{title}: {name}: {fault}")


def main() -> None:
    """Measure what the command line names."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--book", type=Path)
    parser.add_argument("--pdf", type=Path)
    parser.add_argument("--trims", default="A5,6x9,A4")
    parser.add_argument("--openings", default="")
    parser.add_argument("-v", "--verbose", action="store_true")
    options = parser.parse_args()
    tables: dict[str, Measures] = {}
    if options.pdf:
        tables[options.pdf.stem] = measure_pages(*read_pages(options.pdf))
    if options.book:
        with tempfile.TemporaryDirectory() as home:
            for trim in options.trims.split(","):
                pdf = build_book(options.book, trim, options.openings, Path(home))
                tables[trim] = measure_pages(*read_pages(pdf))
    if not tables:
        parser.error("name a --book or a --pdf")
    _print_table(tables, is_verbose=options.verbose)


if __name__ == "__main__":
    main()
