"""The figures of `press.py`: kept in `figures.json`, and in the manual as a table and a sentence about memory.

    python -m benchmarks.press_figures   # write both into the manual

`press.py --save` keeps what it measured; then run this and look at the difference. A test holds that both agree.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

FIGURES = Path(__file__).with_name("figures.json")
PAGE = Path(__file__).parents[1] / "docs/interviews/while-you-write.md"
PLAIN, TYPST, WATCH = "plain WeasyPrint, one PDF", "pandoc and Typst, one PDF", "watch, from save to page"
ALL_COLD = "all three, cold"
_ROWS = {  # what is measured -> what the manual calls it, in the order of the table
    PLAIN: PLAIN,
    TYPST: TYPST,
    "PDF, cold": "PDF, no cache",
    ALL_COLD: "all three, no cache",
    "all three, one word edited": "all three, one word edited",
    "all three, all pages move": "all three, an edit that moves all pages",
    "all three, nothing changed": "all three, nothing changed",
    WATCH: "`watch`, from save to page",
}
_BEGIN, _END = "| | ", "\n: Seconds"
_MEMORY_BEGIN, _MEMORY_END = "With ", " Twice as many"


@dataclass(frozen=True)
class Figure:
    """What one process and its children used."""

    wall_s: float
    cpu_s: float
    peak_mb: float


@dataclass(frozen=True)
class KeptFigure:
    """What is kept of a figure."""

    wall_s: float
    peak_mb: float


_Sizes = Mapping[int, Mapping[str, KeptFigure]]  # by the number of interviews, then by what is measured


def load_figures() -> dict[int, dict[str, KeptFigure]]:
    """Return the figures that were kept."""
    sizes = json.loads(FIGURES.read_text(encoding="utf-8"))
    return {
        int(size): {name: KeptFigure(**figure) for name, figure in figures.items()} for size, figures in sizes.items()
    }


def save_figures(size: int, figures: Mapping[str, Figure]) -> None:
    """Keep the figures of one size in place of earlier ones."""
    sizes = load_figures() if FIGURES.is_file() else {}
    kept = {name: KeptFigure(round(figure.wall_s, 2), round(figure.peak_mb)) for name, figure in figures.items()}
    sizes[size] = sizes.get(size, {}) | kept
    data = {
        str(number): {name: asdict(figure) for name, figure in figures_of_size.items()}
        for number, figures_of_size in sorted(sizes.items())
    }
    FIGURES.write_text(f"{json.dumps(data, indent=1)}\n", encoding="utf-8")


def format_table(sizes: _Sizes) -> str:
    """Return the wall times as a Markdown table, a column for each size; “–” is not measured."""
    lines = [f"| | {' | '.join(f'{size:,}' for size in sizes)} |", f"|:--|{'--:|' * len(sizes)}"]
    for name, words in _ROWS.items():
        cells = [_format_seconds(figures[name].wall_s) if name in figures else "–" for figures in sizes.values()]
        if {*cells} != {"–"}:
            lines.append(f"| {words} | {' | '.join(cells)} |")
    return "\n".join(lines)


def format_memory(sizes: _Sizes) -> str:
    """Return the sentence about the most memory that was used, the largest book first."""
    peaks = [
        (size, figures[ALL_COLD].peak_mb, figures[PLAIN].peak_mb)
        for size, figures in sorted(sizes.items(), reverse=True)
        if figures.keys() >= {ALL_COLD, PLAIN} and size in _SIZES_OF_MEMORY
    ]
    (size, ours, plain), *others = peaks
    clauses = [
        f"With {size:,} interviews, On Record and its workers use at most {ours:,.0f} MB of memory, "
        f"and plain WeasyPrint {plain:,.0f} MB"
    ]
    clauses += [f"with {size:,}, {ours:,.0f} MB and {plain:,.0f} MB" for size, ours, plain in others]
    return f"{'; '.join(clauses)}."


_SIZES_OF_MEMORY = (1200, 100)


def _format_seconds(seconds: float) -> str:
    """Return the seconds with two significant digits."""
    return f"{seconds:.1f}" if seconds < 10 else f"{seconds:.0f}"


def put_figures_into_page(page: str, sizes: _Sizes) -> str:
    """Return the page of the manual with these figures: in its first table, and in the sentence below it."""
    page = _replace_between(page, _BEGIN, _END, f"{format_table(sizes)}\n", 0)
    return _replace_between(page, _MEMORY_BEGIN, _MEMORY_END, format_memory(sizes), page.index(_END))


def _replace_between(page: str, begin: str, end: str, text: str, start: int) -> str:
    """Return the page with the text from `begin` to before `end` replaced, the first after `start`."""
    first = page.index(begin, start)
    return f"{page[:first]}{text}{page[page.index(end, first) :]}"


def main() -> None:
    """Write the figures into the manual."""
    page = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(put_figures_into_page(page, load_figures()), encoding="utf-8")


if __name__ == "__main__":
    main()
