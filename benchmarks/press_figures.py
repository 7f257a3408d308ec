"""The figures of `press.py`: kept in `figures.json`, and as a table in the manual.

    python -m benchmarks.press_figures   # write the table into the manual

`press.py --save` keeps what it measured; then run this and look at the difference. A test holds that both agree.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

FIGURES = Path(__file__).with_name("figures.json")
PAGE = Path(__file__).parents[1] / "docs/interviews/while-you-write.md"
PLAIN, TYPST, WATCH = "plain WeasyPrint, one PDF", "pandoc and Typst, one PDF", "watch, from save to page"
_ROWS = {  # what is measured -> what the manual calls it, in the order of the table
    PLAIN: PLAIN,
    TYPST: TYPST,
    "PDF, cold": "PDF, no cache",
    "all three, cold": "all three, no cache",
    "all three, one word edited": "all three, one word edited",
    "all three, all pages move": "all three, an edit that moves all pages",
    "all three, nothing changed": "all three, nothing changed",
    WATCH: "`watch`, from save to page",
}
_BEGIN, _END = "| | ", "\n: Seconds"


@dataclass(frozen=True)
class Figure:
    """What one process and its children used."""

    wall_s: float
    cpu_s: float
    peak_mb: float


_Sizes = Mapping[int, Mapping[str, float]]  # wall seconds by the number of interviews, then by what is measured


def load_figures() -> dict[int, dict[str, float]]:
    """Return the wall seconds that were kept."""
    return {int(size): figures for size, figures in json.loads(FIGURES.read_text(encoding="utf-8")).items()}


def save_figures(size: int, figures: Mapping[str, Figure]) -> None:
    """Keep the wall seconds of one size in place of earlier ones."""
    sizes = load_figures() if FIGURES.is_file() else {}
    sizes[size] = sizes.get(size, {}) | {name: round(figure.wall_s, 2) for name, figure in figures.items()}
    data = {str(number): figures for number, figures in sorted(sizes.items())}
    FIGURES.write_text(f"{json.dumps(data, indent=1)}\n", encoding="utf-8")


def format_table(sizes: _Sizes) -> str:
    """Return the wall times as a Markdown table, a column for each size; “–” is not measured."""
    lines = [f"| | {' | '.join(f'{size:,}' for size in sizes)} |", f"|:--|{'--:|' * len(sizes)}"]
    for name, words in _ROWS.items():
        cells = [_format_seconds(figures[name]) if name in figures else "–" for figures in sizes.values()]
        if {*cells} != {"–"}:
            lines.append(f"| {words} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _format_seconds(seconds: float) -> str:
    """Return the seconds with two significant digits."""
    return f"{seconds:.1f}" if seconds < 10 else f"{seconds:.0f}"


def put_table_into_page(page: str, table: str) -> str:
    """Return the page of the manual with this table in the place of its first one."""
    start = page.index(_BEGIN)
    return f"{page[:start]}{table}\n{page[page.index(_END, start) :]}"


def main() -> None:
    """Write the table into the manual."""
    page = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(put_table_into_page(page, format_table(load_figures())), encoding="utf-8")


if __name__ == "__main__":
    main()
